#pragma once

#include <cstdint>

#include "leadline/base/document.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

enum class decay_form : std::uint8_t { none, half_life, linear, percent, expires };

/// How earned points fade: the `decay` of a rule, a group or a score.
struct decay_spec {
  decay_form form = decay_form::none;
  /// The half-life, the time to nothing, the period of `percent`, or the life of `expires`.
  elapsed_duration period;
  /// Of `percent`: thousandths of a percent lost per period.
  std::int64_t percent_milli = 0;
  document::node where;
};

}  // namespace leadline
