#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leadline/fold/cadence.hpp"
#include "leadline/fold/clock.hpp"
#include "leadline/fold/disposition.hpp"
#include "leadline/fold/route_state.hpp"
#include "leadline/fold/rule_state.hpp"
#include "leadline/fold/signal.hpp"
#include "leadline/fold/stored_value.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

/// When a stage or a status was entered.
struct entry_stamp {
  std::int64_t first_ms = 0;
  std::int64_t latest_ms = 0;
  std::uint32_t count = 0;
};

/// A person's value for a score (`score.override`).
struct score_pin {
  bool is_set = false;
  std::int64_t milli = 0;
  /// Over at this instant; none: for ever.
  std::optional<std::int64_t> until_ms;
};

/// What the fold knows of one contact: everything that a later decision can depend on, and nothing else.
///
/// Made for one model, by whose indices all vectors are read. What time alone changes is not stored but worked out
/// for the instant at hand. A plain value, made to be copied: texts that came with events are shared by copies. Changed
/// by `contact_fold` alone.
struct contact_state {
  contact_state() = default;
  explicit contact_state(const model& pack)
      : attributes(pack.attributes.size()),
        signals(pack.signals.size()),
        pins(pack.scores.size()),
        scores_milli(pack.scores.size()),
        told_milli(pack.scores.size()),
        bands(pack.grades.size(), compiled::none),
        grades(pack.grades.size(), compiled::none),
        told_grades(pack.grades.size(), compiled::none),
        stages(pack.stages.size()),
        last_fired_ms(pack.transitions.size(), never_ms),
        is_disarmed(pack.transitions.size()),
        entry_milli(pack.scores.size()),
        effect_held(pack.effects.size()),
        trigger_held(pack.triggers.size()) {
    std::size_t rule_count = 0;
    std::size_t sum_count = 0;
    for (const compiled::score& each : pack.scores) {
      rule_count += each.rules.size();
      sum_count += 1 + each.groups.size();
    }
    rules.resize(rule_count);
    sums.still_milli.resize(sum_count);
    sums.is_filled.resize(rule_count);
    sums.is_known = true;
  }

  static constexpr std::int64_t never_ms = INT64_MIN;

  /// The instant of the latest pass.
  std::int64_t now_ms = never_ms;
  std::optional<std::int64_t> first_event_ms;
  /// The earliest later instant at which time alone may change something.
  std::optional<std::int64_t> wakeup_ms;

  std::vector<stored_value> attributes;
  /// Attributes that the pack does not declare: kept, and carried along by a merge.
  std::map<std::string, stored_value> other_attributes;
  /// What a derived attribute came out as when that did not fit its type.
  std::map<std::uint32_t, stored_value> misfits;
  bool has_derived = false;
  std::vector<std::string> tags;  // in byte order
  std::optional<std::string> owner;
  route_state route;

  std::vector<signal_state> signals;
  /// Rules of all scores, one score's after the other's.
  std::vector<rule_state> rules;
  idle_gap gap;
  /// Whether the gap began with an activity (or a merge) and not merely with the first event.
  bool has_activity = false;

  std::vector<score_pin> pins;
  /// As settled in the latest round; pinned where a pin holds.
  std::vector<std::int64_t> scores_milli;
  std::vector<std::int64_t> told_milli;
  std::vector<std::uint32_t> bands;
  std::vector<std::uint32_t> grades;
  std::vector<std::uint32_t> told_grades;

  std::uint32_t stage = compiled::none;
  std::uint32_t status = compiled::none;
  std::int64_t entered_ms = 0;
  std::vector<entry_stamp> stages;
  std::map<std::pair<std::uint32_t, std::uint32_t>, entry_stamp> statuses;
  std::vector<std::int64_t> last_fired_ms;
  std::vector<bool> is_disarmed;
  /// Scores as they were when the stage was entered.
  std::vector<std::int64_t> entry_milli;
  std::vector<bool> effect_held;

  /// Those that ever started, in the order of the pack.
  std::vector<clock_state> clocks;
  std::vector<cadence_state> cadences;
  std::optional<disposition_wake> wake;
  /// Whether the condition of a trigger of clocks, cadences or routing held when it was last asked.
  std::vector<bool> trigger_held;
  /// The latest pass did not come to rest, or a condition took too many steps: the next asks everything again.
  bool is_restless = false;

  /// What follows from `rules`, kept so that an event costs only what it touches. No part of the value. Who fills the
  /// rules of a state that was cleared names them in `uncounted`, or sets `is_known` to false.
  struct rule_sums {
    bool is_known = false;
    /// Rules filled from elsewhere: the fold counts them in at the next pass.
    std::vector<std::uint32_t> uncounted;
    /// Of what only events move, a sum for each score's rules outside of groups and one for each group.
    std::vector<std::int64_t> still_milli;
    /// Rules that hold anything, in no order: those that a reset has to go through.
    std::vector<std::uint32_t> filled_rules;
    std::vector<bool> is_filled;
    /// Of these the ones with tiers, or with points that fade.
    std::vector<std::uint32_t> live_rules;

    /// For rules that hold nothing any more.
    void clear() {
      for (const std::uint32_t each : filled_rules) is_filled[each] = false;
      filled_rules.clear();
      live_rules.clear();
      uncounted.clear();
      std::fill(still_milli.begin(), still_milli.end(), 0);
    }
  };
  rule_sums sums;
};

}  // namespace leadline
