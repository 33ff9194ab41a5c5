#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "leadline/pack/decay_spec.hpp"
#include "leadline/pack/name_use.hpp"

namespace leadline {

enum class rule_form : std::uint8_t { held, earned, tiers, idle };
enum class idle_mode : std::uint8_t { replace, add };
enum class idle_return : std::uint8_t { restore, keep };

/// Which events of an earned rule earn.
struct limit_spec {
  std::optional<std::int64_t> times;
  std::optional<elapsed_duration> per;
  name_use once_per;
  std::optional<std::int64_t> points_milli;
  document::node where;
};

/// One tier of a tiers rule.
struct tier_spec {
  std::int64_t at_least = 1;
  std::optional<elapsed_duration> within;
  std::int64_t points_milli = 0;
  document::node where;
};

/// One step of an idle rule.
struct idle_step_spec {
  elapsed_duration after;
  std::optional<elapsed_duration> every;
  std::int64_t points_milli = 0;
  std::optional<std::int64_t> at_most_milli;
  document::node where;
};

/// One entry of a score's `rules`, field for field. Which members count is told by `form`.
struct rule_spec {
  name_use id;
  rule_form form = rule_form::held;
  document::node when;
  std::optional<std::int64_t> otherwise_milli;
  bool is_once = false;
  std::vector<name_use> on;
  document::node event_where;
  std::optional<std::int64_t> points_milli;
  /// `points` where it is an expression.
  document::node points_expression;
  std::optional<std::int64_t> min_milli;
  std::optional<std::int64_t> max_milli;
  limit_spec limit;
  std::vector<tier_spec> tiers;
  std::vector<idle_step_spec> idle;
  idle_mode mode = idle_mode::replace;
  idle_return on_return = idle_return::restore;
  name_use group;
  decay_spec decay;
  document::node where;
};

}  // namespace leadline
