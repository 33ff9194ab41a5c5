#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/action_spec.hpp"
#include "leadline/pack/trigger_spec.hpp"
#include "leadline/time/business_calendar.hpp"
#include "leadline/time/duration.hpp"

namespace leadline {

enum class change_mode : std::uint8_t { keep, rebase, retroactive };

/// How long a clock has: `within`, or an instant (`due`) and an offset from it.
struct clock_target_spec {
  document::node when;
  std::optional<duration> within;
  day_end end = day_end::same_time;
  document::node due;
  std::optional<duration> offset;
  document::node where;
};

/// A warning: a share of the target used, or a time before the due instant.
struct clock_warning_spec {
  /// Thousandths of a percent; 0 where `before` counts.
  std::int64_t percent_milli = 0;
  /// Positive: how long before the due instant.
  std::optional<duration> before;
  document::node where;
};

struct escalation_spec {
  duration after;
  std::string to;
  document::node where;
};

/// One entry of a pack's `clocks`, field for field.
struct clock_spec {
  name_use id;
  name_use calendar;
  /// `{"owner": ...}`: the owner's own calendar, `calendar` where it has none.
  bool uses_owner_calendar = false;
  std::vector<trigger_spec> start;
  std::vector<trigger_spec> stop;
  std::vector<trigger_spec> cancel;
  std::vector<trigger_spec> pause;
  std::vector<trigger_spec> resume;
  std::vector<trigger_spec> restart;
  std::vector<clock_target_spec> targets;
  std::vector<clock_warning_spec> warnings;
  std::vector<escalation_spec> escalations;
  std::vector<action_spec> on_breach;
  change_mode on_change = change_mode::keep;
  bool is_repeating = false;
  document::node where;
};

}  // namespace leadline
