#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/cadence_spec.hpp"
#include "leadline/pack/clock_spec.hpp"
#include "leadline/pack/compiled_funnel.hpp"
#include "leadline/pack/routing_spec.hpp"

namespace leadline::compiled {

struct clock_target {
  std::uint32_t when = none;
  std::optional<duration> within;
  day_end end = day_end::same_time;
  std::uint32_t due = none;
  std::optional<duration> offset;
};

struct clock_warning {
  std::int64_t percent_milli = 0;  // 0: `before` counts
  std::optional<duration> before;
  /// As the pack writes it.
  std::string text;
};

struct escalation {
  duration after;
  std::string to;
};

struct clock {
  std::string id;
  std::string pointer;
  std::uint32_t calendar = none;
  bool uses_owner_calendar = false;
  /// Indices into the model's triggers.
  std::vector<std::uint32_t> start;
  std::vector<std::uint32_t> stop;
  std::vector<std::uint32_t> cancel;
  std::vector<std::uint32_t> pause;
  std::vector<std::uint32_t> resume;
  std::vector<std::uint32_t> restart;
  std::vector<clock_target> targets;
  /// Slots of attributes that some target's `when` reads.
  std::vector<std::uint32_t> target_attributes;
  std::vector<clock_warning> warnings;
  std::vector<escalation> escalations;
  std::vector<action> on_breach;
  change_mode on_change = change_mode::keep;
  bool is_repeating = false;
};

struct channel {
  std::string name;
  std::int64_t at_least = 1;
};

struct cadence {
  std::string id;
  std::string pointer;
  std::vector<std::uint32_t> start;
  std::vector<std::uint32_t> stop;
  std::vector<std::uint32_t> touch_events;
  std::uint32_t touch_where = none;
  /// Touches in all that complete it: `at_least`, or what the mix adds up to if that is more.
  std::int64_t at_least = 1;
  std::uint32_t channel_slot = none;
  std::vector<channel> mix;
  std::optional<duration> spacing;
  duration within;
  std::uint32_t calendar = none;
  /// Stages guarded, one bit each.
  std::vector<bool> guards;
  guard_end guard_until = guard_end::completed;
  std::vector<action> on_miss;
};

struct disposition_code {
  std::string code;
  std::string pointer;
  std::string label;
  std::uint32_t to = none;
  std::string tag;
  std::int64_t wake_after_ms = 0;  // 0: none
  std::uint32_t wake_at = none;
  bool is_unguarded = false;
  std::vector<action> actions;
  std::vector<action> on_wake;
};

struct disposition {
  std::uint32_t code_slot = none;
  std::vector<disposition_code> codes;
  /// Stages that some code leads to, one bit each.
  std::vector<bool> targets;
};

struct rep {
  std::string name;
  std::uint32_t calendar = none;
  std::int64_t capacity = -1;  // below 0: any number
  std::int64_t weight_milli = 1'000;
  std::optional<std::vector<std::string>> territories;  // nothing: all of them
};

struct pool {
  std::string name;
  std::vector<std::uint32_t> reps;
  pool_balance balance = pool_balance::round_robin;
  bool only_open = false;
  pool_fallback when_none = pool_fallback::hold;
  /// The pool or the rep of `when_none`.
  std::uint32_t when_none_index = none;
  pool_return on_return = pool_return::forgive;
};

struct routing_rule {
  std::string id;
  std::string pointer;
  std::uint32_t when = none;
  enum class owner_kind : std::uint8_t { pool, rep, expression, nobody };
  owner_kind kind = owner_kind::pool;
  /// The pool, the rep or the expression.
  std::uint32_t index = none;
  std::string territory;
  std::uint32_t territory_expression = none;
  std::vector<std::uint32_t> exclude;
  std::uint32_t exclude_expression = none;
  bool keeps_owner = false;
};

struct routing {
  std::vector<std::uint32_t> on;
  std::vector<rep> reps;
  std::vector<pool> pools;
  std::vector<routing_rule> rules;
  std::vector<std::uint32_t> reroute_on;
  std::int64_t max_hops = 3;
};

}  // namespace leadline::compiled
