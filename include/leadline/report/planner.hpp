#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/report/ratio.hpp"

/// From a revenue target to the contacts that must enter a funnel, and back.
///
///     plan_request asked{.revenue = 1'000'000, .deal_size = 25'000,
///                        .steps = {{"mql", "sql", ratio(6, 10)},
///                                  {"sql", "opportunity", ratio(5, 10)},
///                                  {"opportunity", "customer", ratio(25, 100)}}};
///     const result<plan> made = make_plan(asked);   // 40 deals, 160 opportunities, 320 SQLs, 534 MQLs
///     make_forecast(asked, 534);                    // 320, 160, 40, and 1,000,000 again
///
/// On the way to the contacts every step is rounded up, on the way back down: so a plan is the least number of contacts
/// whose forecast reaches the target. All arithmetic is exact. Pure functions of plain values; any thread may call
/// them.
namespace leadline {

enum class plan_period : std::uint8_t { month, quarter, year };

[[nodiscard]] std::string_view name_of(plan_period period) noexcept;
[[nodiscard]] std::int64_t month_count(plan_period period) noexcept;
/// The days of a period of which nothing more is known: 30, 91 (thirteen weeks) or 365.
[[nodiscard]] std::int64_t day_count(plan_period period) noexcept;

/// Of those that enter `from`, the share that reaches `to`.
struct plan_step {
  std::string from;
  std::string to;
  ratio rate;
};

struct plan_request {
  /// To be won in one period.
  ratio revenue;
  ratio deal_size;
  /// In the order of the funnel, each beginning where the one before it ends; the last leads to a deal.
  std::vector<plan_step> steps;
  plan_period period = plan_period::quarter;
  /// What each rate in turn is made lower and higher by; 0 for no such table.
  ratio what_if = ratio(5, 100);
};

struct plan_stage {
  std::string stage;
  std::int64_t count = 0;
  /// The count spread over the months of the period, rounded up.
  std::int64_t count_per_month = 0;
};

/// What would have to enter the first stage if one rate were another.
struct plan_change {
  std::size_t step = 0;
  ratio by;
  ratio rate;
  std::int64_t count = 0;
};

struct plan {
  plan_request asked;
  /// As many as there are steps, and one.
  std::vector<plan_stage> stages;
  /// A rate that the change would bring to 0 or above 1 is left out.
  std::vector<plan_change> changes;
};

/// Errors, all of them at once: `plan.negative`, `plan.bad_deal_size`, `plan.bad_rate`, `plan.no_steps`,
/// `plan.not_a_path`, `plan.too_large`.
[[nodiscard]] result<plan> make_plan(plan_request asked);

struct forecast {
  /// `count_per_month` is rounded down here.
  std::vector<plan_stage> stages;
  ratio revenue;
};

/// What so many contacts entering the first stage bring. The revenue asked for is not read. Errors as `make_plan`.
[[nodiscard]] result<forecast> make_forecast(const plan_request& asked, std::int64_t count);

/// What has come of a period so far. A stage that is not named in `made` is unknown, one not in `open` has none.
struct plan_progress {
  struct stage_count {
    std::string stage;
    std::int64_t count = 0;
  };
  std::int64_t days_gone = 0;
  std::int64_t days = 0;
  /// Unknown: the deals made so far, each of the size planned.
  std::optional<ratio> revenue;
  /// Entered so far.
  std::vector<stage_count> made;
  /// Still in the stage with everything before them: they will go on at the same rates.
  std::vector<stage_count> open;
};

struct replanned_stage {
  std::string stage;
  /// For the whole period, as planned at its beginning.
  std::int64_t planned = 0;
  /// Of it by now, if every day brought the same; rounded up.
  std::int64_t planned_by_now = 0;
  std::optional<std::int64_t> made;
  std::int64_t open = 0;
  /// In the rest of the period; those open are not among them.
  std::int64_t to_make = 0;
  /// The same a week, rounded up; nothing when no day is left.
  std::optional<std::int64_t> to_make_per_week;
  /// Of those made in this stage, the share made in the next; nothing where one is unknown, none was made, or more came
  /// out than went in.
  std::optional<ratio> rate_so_far;
};

struct replan {
  plan_request asked;
  plan_progress progress;
  ratio revenue_so_far;
  /// 0 when the target is reached.
  ratio revenue_left;
  std::vector<replanned_stage> stages;
  /// What must still enter the first stage if every rate stays what it has been so far; nothing where one is unknown
  /// or 0.
  std::optional<std::int64_t> to_make_at_rates_so_far;
};

/// Errors: as `make_plan`, `plan.unknown_stage`, `plan.bad_days`.
[[nodiscard]] result<replan> plan_again(const plan_request& asked, plan_progress progress);

/// One JSON object each, in one line.
[[nodiscard]] std::string to_json(const plan& made);
[[nodiscard]] std::string to_json(const plan_request& asked, const forecast& made);
[[nodiscard]] std::string to_json(const replan& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/planner_inl.hpp"
#endif
