#pragma once

#include <cstdint>

#include "leadline/fold/assigner.hpp"

namespace leadline {

/// What was answered to a contact's request, kept as long as the events that made it may be folded again: so that a
/// late event takes no contact from its owner. A plain value.
struct assignment_record {
  std::uint32_t rule = compiled::none;
  std::int64_t since_ms = 0;
  std::uint32_t number = 0;
  /// When it was answered: at once, or while it waited.
  std::int64_t at_ms = 0;
  assignment given;
  /// Whether the fold being made again has asked for it.
  bool is_made_again = false;
};

}  // namespace leadline
