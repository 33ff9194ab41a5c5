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
#include "leadline/fold/detail/rare.hpp"
#include "leadline/fold/detail/state_block.hpp"
#include "leadline/fold/disposition.hpp"
#include "leadline/fold/route_state.hpp"
#include "leadline/fold/rule_state.hpp"
#include "leadline/fold/stored_value.hpp"
#include "leadline/pack/model.hpp"

namespace leadline {

/// What the fold knows of one contact: everything that a later decision can depend on, and nothing else.
///
/// Made for one model, by whose indices all lists are read. What time alone changes is not stored but worked out
/// for the instant at hand. A plain value, made to be copied: texts that came with events are shared by copies. Changed
/// by `contact_fold` alone.
struct contact_state : detail::state_block {
  explicit contact_state(const model& pack) : state_block(pack) {}

  // What nearly every event reads stands first.

  /// The instant of the latest pass.
  std::int64_t now_ms = never_ms;
  std::optional<std::int64_t> first_event_ms;
  /// The earliest later instant at which time alone may change something.
  std::optional<std::int64_t> wakeup_ms;

  std::uint32_t stage = compiled::none;
  std::uint32_t status = compiled::none;
  /// Whether the gap (see below) began with an activity (or a merge) and not merely with the first event.
  bool has_activity = false;
  /// Whether a pin was ever set.
  bool has_pins = false;
  bool has_derived = false;
  /// The latest pass did not come to rest, or a condition took too many steps: the next asks everything again.
  bool is_restless = false;

  /// What follows from the rules, kept so that an event costs only what it touches. No part of the value. Who fills the
  /// rules of a state that was cleared names them in `uncounted`, or sets `is_known` to false.
  struct rule_sums {
    bool is_known = true;
    std::uint32_t filled_count = 0;
    std::uint32_t live_count = 0;
    /// Rules filled from elsewhere: the fold counts them in at the next pass.
    detail::rare<std::vector<std::uint32_t>> uncounted;
  };
  rule_sums sums;

  std::int64_t entered_ms = 0;
  idle_gap gap;

  /// Rules that hold anything, in no order: those that a reset has to go through.
  [[nodiscard]] auto filled_rules() const noexcept { return filled_rules_room().first(sums.filled_count); }
  /// Of these the ones with tiers, or with points that fade.
  [[nodiscard]] auto live_rules() const noexcept { return live_rules_room().first(sums.live_count); }
  /// For rules that hold nothing any more.
  void clear_sums() {
    for (const std::uint32_t each : filled_rules()) is_filled()[each] = false;
    sums.filled_count = 0;
    sums.live_count = 0;
    if (sums.uncounted.is_there()) sums.uncounted.write().clear();
    std::fill(still_milli().begin(), still_milli().end(), 0);
  }

  /// Those that ever started, in the order of the pack.
  std::vector<clock_state> clocks;
  std::vector<cadence_state> cadences;
  std::optional<disposition_wake> wake;

  /// Attributes that the pack does not declare: kept, and carried along by a merge.
  std::map<std::string, stored_value> other_attributes;
  /// What a derived attribute came out as when that did not fit its type.
  std::map<std::uint32_t, stored_value> misfits;
  std::vector<std::string> tags;  // in byte order
  std::optional<std::string> owner;
  route_state route;
  std::map<std::pair<std::uint32_t, std::uint32_t>, entry_stamp> statuses;
};

}  // namespace leadline
