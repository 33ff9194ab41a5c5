#pragma once

#include <optional>
#include <string>

#include "leadline/base/config.hpp"
#include "leadline/pack/target_spec.hpp"
#include "leadline/report/ratio.hpp"
#include "leadline/report/report_period.hpp"

namespace leadline {

/// What no event tells: money spent, hours worked, or the revenue that is wanted, in a week, month, quarter or year.
///
///     spend_line{.period = march, .channel = "search", .spend = ratio(12'000)};
///
/// It counts in every period that contains its own. A plain value.
struct spend_line {
  report_period period;
  /// As the attribute that the pack's `business` names as `channel` has it. Empty: of no one channel.
  std::string channel = {};
  target_side side = target_side::marketing;
  std::optional<ratio> spend = std::nullopt;
  std::optional<ratio> hours = std::nullopt;
  std::optional<ratio> quota = std::nullopt;
};

}  // namespace leadline
