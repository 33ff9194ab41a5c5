#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/pack/compiled_event.hpp"
#include "leadline/pack/grade_spec.hpp"
#include "leadline/pack/rule_spec.hpp"
#include "leadline/pack/signal_spec.hpp"

namespace leadline::compiled {

struct attribute {
  std::string name;
  data_type type = data_type::string;
  /// The expression it is derived by, or none.
  std::uint32_t derive = none;
};

struct signal {
  std::string name;
  signal_form form = signal_form::count;
  /// Event types; of `since` with `any_activity` all that are declared activity.
  std::vector<std::uint32_t> events;
  /// The slot of `by` or `of` in the event row.
  std::uint32_t field_slot = none;
  /// `first` and `last` of a field declared string keep texts.
  bool keeps_text = false;
  std::uint32_t where = none;
  /// 0: ever.
  std::int64_t window_ms = 0;
};

struct decay {
  decay_form form = decay_form::none;
  std::int64_t period_ms = 0;
  std::int64_t percent_milli = 0;
};

struct tier {
  std::int64_t at_least = 1;
  std::int64_t window_ms = 0;  // 0: ever
  std::int64_t points_milli = 0;
};

struct idle_step {
  std::int64_t after_ms = 0;
  std::int64_t every_ms = 0;  // 0: once
  std::int64_t points_milli = 0;
  std::optional<std::int64_t> at_most_milli;
};

struct rule {
  std::string id;
  std::string pointer;
  rule_form form = rule_form::held;
  /// Held.
  std::uint32_t when = none;
  std::optional<std::int64_t> otherwise_milli;
  bool is_once = false;
  /// The attributes that `when` reads: one of them unknown silences `otherwise`.
  std::vector<std::uint32_t> attributes_read;
  /// Earned and tiers.
  std::vector<std::uint32_t> events;
  std::uint32_t where = none;
  std::int64_t points_milli = 0;
  std::uint32_t points_expression = none;
  std::int64_t min_milli = 0;
  std::int64_t max_milli = 0;
  std::int64_t limit_times = 0;   // 0: any number
  std::int64_t limit_per_ms = 0;  // 0: ever
  std::uint32_t limit_once_per_slot = none;
  std::optional<std::int64_t> limit_points_milli;
  /// Its own decay, else its group's, else its score's.
  compiled::decay decay;
  std::vector<tier> tiers;
  std::vector<idle_step> idle;
  idle_mode mode = idle_mode::replace;
  idle_return on_return = idle_return::restore;
  std::uint32_t group = none;
};

struct group {
  std::string name;
  std::optional<std::int64_t> min_milli;
  std::optional<std::int64_t> max_milli;
};

struct score_part {
  std::uint32_t score = none;
  std::int64_t weight_milli = 1'000;
};

struct score {
  std::string name;
  std::string pointer;
  std::vector<rule> rules;
  std::vector<group> groups;
  std::vector<score_part> parts;
  std::optional<std::int64_t> min_milli;
  std::optional<std::int64_t> max_milli;
  /// Whether it changes without an event: decay, idle rules, or parts that do.
  bool is_moving = false;
};

struct band {
  std::optional<std::int64_t> at_least_milli;
  /// Below this the band is left: its `until`, or its `at_least`.
  std::optional<std::int64_t> until_milli;
  std::uint32_t value = none;
};

struct grade_rule {
  std::uint32_t when = none;
  std::uint32_t value = none;
};

struct grade {
  std::string name;
  std::string pointer;
  grade_form form = grade_form::bands;
  /// The words it can be; everything else names them by index.
  std::vector<std::string> values;
  std::uint32_t score = none;
  std::vector<band> bands;
  std::uint32_t rows = none;
  std::uint32_t columns = none;
  /// The value for (row, column), row after row, one more of each for null; `none` where there is no cell. `*` has
  /// been written out.
  std::vector<std::uint32_t> cells;
  std::vector<grade_rule> rules;
  bool is_moving = false;
};

/// A score or a grade, in the order in which they are worked out: inputs before what is made of them.
struct scoring_step {
  enum class step_kind : std::uint8_t { score, grade };
  step_kind kind = step_kind::score;
  std::uint32_t index = none;
};

}  // namespace leadline::compiled
