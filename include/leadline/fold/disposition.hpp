#pragma once

#include <cstdint>

#include "leadline/pack/compiled_event.hpp"

namespace leadline {

/// A contact that a disposition put aside, to be looked at again (`wake`): told as `recycled` at `at_ms`, unless the
/// contact has left the stage by then, or had another disposition; both make an end of it. A plain value.
struct disposition_wake {
  std::int64_t at_ms = 0;
  /// Which of the pack's codes.
  std::uint32_t code = compiled::none;
};

}  // namespace leadline
