#pragma once

#include <algorithm>
#include <utility>

#include "leadline/report/detail/plan_text.hpp"
#include "leadline/report/planner.hpp"

namespace leadline {

namespace detail {

inline void check_rate(diagnostics& problems, const plan_step& step, std::size_t index) {
  if (step.rate > 0 && step.rate <= 1) return;
  problems.add({.code = "plan.bad_rate",
                .message = "the rate " + step.from + "." + step.to + " is " + step.rate.text(ratio_places),
                .expected = "more than 0 and at most 1 (or 100%)",
                .pointer = "/steps/" + std::to_string(index) + "/rate"});
}

inline void check_path(diagnostics& problems, const std::vector<plan_step>& steps) {
  if (steps.empty()) {
    problems.add({.code = "plan.no_steps", .message = "no rate is given", .expected = "a rate from stage to stage"});
  }
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i == 0) seen.push_back(steps[i].from);
    const bool is_joined = steps[i].from == seen.back();
    if (!is_joined || std::find(seen.begin(), seen.end(), steps[i].to) != seen.end()) {
      problems.add({.code = "plan.not_a_path",
                    .message = "the rate " + steps[i].from + "." + steps[i].to +
                               (is_joined ? " leads back" : " does not begin at " + seen.back()),
                    .expected = "rates that lead from stage to stage",
                    .pointer = "/steps/" + std::to_string(i)});
    }
    seen.push_back(steps[i].to);
  }
}

[[nodiscard]] inline diagnostics problems_of(const plan_request& asked) {
  diagnostics problems;
  check_not_negative(problems, asked.revenue, "the revenue");
  check_not_negative(problems, asked.what_if, "the change of what if");
  if (asked.deal_size <= 0) {
    problems.add({.code = "plan.bad_deal_size",
                  .message = "the deal size is " + asked.deal_size.text(ratio_places),
                  .expected = "more than 0",
                  .pointer = "/deal_size"});
  }
  check_path(problems, asked.steps);
  for (std::size_t i = 0; i < asked.steps.size(); ++i) check_rate(problems, asked.steps[i], i);
  return problems;
}

/// How many must enter each stage for so many deals, less those `open` in it; first stage first. Nothing when one is
/// too large.
[[nodiscard]] inline std::optional<std::vector<std::int64_t>> counts_for(std::int64_t deals,
                                                                         const std::vector<ratio>& rates,
                                                                         const std::vector<std::int64_t>& open) {
  std::vector<std::int64_t> counts(rates.size() + 1);
  counts.back() = deals;
  for (std::size_t i = rates.size(); i-- > 0;) {
    const std::optional<std::int64_t> needed = rounded_up_quotient(counts[i + 1], rates[i]);
    if (!needed) return std::nullopt;
    counts[i] = std::max<std::int64_t>(0, *needed - open[i]);
  }
  return counts;
}

[[nodiscard]] inline std::vector<ratio> rates_of(const plan_request& asked) {
  std::vector<ratio> rates;
  for (const plan_step& each : asked.steps) rates.push_back(each.rate);
  return rates;
}

[[nodiscard]] inline const std::string& stage_name(const plan_request& asked, std::size_t index) {
  return index == 0 ? asked.steps.front().from : asked.steps[index - 1].to;
}

inline void add_changes(plan& made, std::int64_t deals) {
  const std::vector<std::int64_t> nothing_open(made.stages.size(), 0);
  for (std::size_t i = 0; i < made.asked.steps.size(); ++i) {
    for (const int sign : {-1, 1}) {
      const std::optional<ratio> by = product(made.asked.what_if, sign);
      const std::optional<ratio> rate = by ? sum(made.asked.steps[i].rate, *by) : std::nullopt;
      if (!rate || *rate <= 0 || *rate > 1) continue;
      std::vector<ratio> rates = rates_of(made.asked);
      rates[i] = *rate;
      const auto counts = counts_for(deals, rates, nothing_open);
      if (counts) made.changes.push_back({i, *by, *rate, counts->front()});
    }
  }
}

inline void append_request(std::string& out, const plan_request& asked) {
  append_text(out, "period", name_of(asked.period));
  append_ratio(out, "deal_size", asked.deal_size);
  append_key(out, "rates");
  out += '[';
  for (std::size_t i = 0; i < asked.steps.size(); ++i) {
    if (i > 0) out += ", ";
    out += '{';
    append_text(out, "from", asked.steps[i].from);
    append_text(out, "to", asked.steps[i].to);
    append_ratio(out, "rate", asked.steps[i].rate);
    out += '}';
  }
  out += ']';
}

inline void append_stages(std::string& out, const std::vector<plan_stage>& stages) {
  append_key(out, "stages");
  out += '[';
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (i > 0) out += ", ";
    out += '{';
    append_text(out, "stage", stages[i].stage);
    append_count(out, "count", stages[i].count);
    append_count(out, "count_per_month", stages[i].count_per_month);
    out += '}';
  }
  out += ']';
}

/// The counts of a progress in the order of the stages. Tells stages that are not of the plan and counts below 0.
[[nodiscard]] inline std::vector<std::optional<std::int64_t>> in_stage_order(
    const plan_request& asked, const std::vector<plan_progress::stage_count>& counts, diagnostics& problems) {
  std::vector<std::optional<std::int64_t>> out(asked.steps.size() + 1);
  for (const plan_progress::stage_count& each : counts) {
    bool is_known = false;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (stage_name(asked, i) != each.stage) continue;
      out[i] = each.count;
      is_known = true;
    }
    if (!is_known) {
      problems.add({.code = "plan.unknown_stage",
                    .message = "no rate of the plan begins or ends at the stage " + each.stage,
                    .expected = "a stage of the plan"});
    } else if (each.count < 0) {
      problems.add({.code = "plan.negative",
                    .message = "the count of " + each.stage + " is " + std::to_string(each.count),
                    .expected = "0 or more"});
    }
  }
  return out;
}

/// What must enter the first stage at the rates so far.
[[nodiscard]] inline std::optional<std::int64_t> count_at_rates_so_far(const replan& made, std::int64_t deals,
                                                                       const std::vector<std::int64_t>& open) {
  std::vector<ratio> rates;
  for (std::size_t i = 0; i + 1 < made.stages.size(); ++i) {
    const std::optional<ratio>& rate = made.stages[i].rate_so_far;
    if (!rate || *rate <= 0) return std::nullopt;
    rates.push_back(*rate);
  }
  const auto counts = counts_for(deals, rates, open);
  if (!counts) return std::nullopt;
  return counts->front();
}

}  // namespace detail

LEADLINE_INLINE std::string_view name_of(plan_period period) noexcept {
  constexpr std::string_view names[] = {"month", "quarter", "year"};
  return names[static_cast<std::size_t>(period)];
}

LEADLINE_INLINE std::int64_t month_count(plan_period period) noexcept {
  constexpr std::int64_t counts[] = {1, 3, 12};
  return counts[static_cast<std::size_t>(period)];
}

LEADLINE_INLINE std::int64_t day_count(plan_period period) noexcept {
  constexpr std::int64_t counts[] = {30, 91, 365};
  return counts[static_cast<std::size_t>(period)];
}

LEADLINE_INLINE result<plan> make_plan(plan_request asked) {
  diagnostics problems = detail::problems_of(asked);
  if (problems.has_errors()) return failure(std::move(problems));
  plan made;
  made.asked = std::move(asked);
  const std::vector<std::int64_t> nothing_open(made.asked.steps.size() + 1, 0);
  const std::optional<std::int64_t> deals = rounded_up_quotient(made.asked.revenue, made.asked.deal_size);
  if (!deals) return failure(detail::plan_too_large());
  const auto counts = detail::counts_for(*deals, detail::rates_of(made.asked), nothing_open);
  if (!counts) return failure(detail::plan_too_large());
  for (std::size_t i = 0; i < counts->size(); ++i) {
    const std::int64_t count = (*counts)[i];
    const std::int64_t months = month_count(made.asked.period);
    made.stages.push_back({detail::stage_name(made.asked, i), count, count / months + (count % months == 0 ? 0 : 1)});
  }
  if (made.asked.what_if > 0) detail::add_changes(made, *deals);
  return made;
}

LEADLINE_INLINE result<forecast> make_forecast(const plan_request& asked, std::int64_t count) {
  diagnostics problems = detail::problems_of(asked);
  if (count < 0) {
    problems.add({.code = "plan.negative",
                  .message = "the count is " + std::to_string(count),
                  .expected = "0 or more",
                  .pointer = "/count"});
  }
  if (problems.has_errors()) return failure(std::move(problems));
  forecast made;
  for (std::size_t i = 0; i <= asked.steps.size(); ++i) {
    // A rate is at most 1, so no product grows.
    if (i > 0) count = rounded_down_product(count, asked.steps[i - 1].rate).value_or(0);
    made.stages.push_back({detail::stage_name(asked, i), count, count / month_count(asked.period)});
  }
  const std::optional<ratio> revenue = product(count, asked.deal_size);
  if (!revenue) return failure(detail::plan_too_large());
  made.revenue = *revenue;
  return made;
}

LEADLINE_INLINE result<replan> plan_again(const plan_request& asked, plan_progress progress) {
  result<plan> first = make_plan(asked);
  diagnostics problems;
  if (!first) problems.append(std::move(first.error()));
  if (progress.days <= 0 || progress.days_gone < 0 || progress.days_gone > progress.days) {
    problems.add({.code = "plan.bad_days",
                  .message = std::to_string(progress.days_gone) + " days of " + std::to_string(progress.days) +
                             " cannot be gone",
                  .expected = "from 0 to all days of the period"});
  }
  if (progress.revenue) detail::check_not_negative(problems, *progress.revenue, "the revenue so far");
  if (asked.steps.empty()) return failure(std::move(problems));
  const auto made = detail::in_stage_order(asked, progress.made, problems);
  const auto open_known = detail::in_stage_order(asked, progress.open, problems);
  if (problems.has_errors()) return failure(std::move(problems));

  std::vector<std::int64_t> open;
  open.reserve(open_known.size());
  for (const auto& each : open_known) open.push_back(each.value_or(0));
  replan out;
  out.asked = asked;
  const std::optional<ratio> revenue_so_far =
      progress.revenue ? progress.revenue : product(made.back().value_or(0), asked.deal_size);
  const std::optional<ratio> left = revenue_so_far ? difference(asked.revenue, *revenue_so_far) : std::nullopt;
  if (!left) return failure(detail::plan_too_large());
  out.revenue_so_far = *revenue_so_far;
  out.revenue_left = std::max(ratio(0), *left);
  const std::optional<std::int64_t> deals = rounded_up_quotient(out.revenue_left, asked.deal_size);
  if (!deals) return failure(detail::plan_too_large());
  const auto counts = detail::counts_for(*deals, detail::rates_of(asked), open);
  if (!counts) return failure(detail::plan_too_large());
  const std::int64_t days_left = progress.days - progress.days_gone;
  for (std::size_t i = 0; i < counts->size(); ++i) {
    replanned_stage stage;
    stage.stage = first->stages[i].stage;
    stage.planned = first->stages[i].count;
    // A share of at most 1 of a number that fits.
    const std::optional<ratio> planned_by_now = product(stage.planned, ratio(progress.days_gone, progress.days));
    if (!planned_by_now) return failure(detail::plan_too_large());
    stage.planned_by_now = rounded_up_quotient(*planned_by_now, 1).value_or(0);
    stage.made = made[i];
    stage.open = open[i];
    stage.to_make = (*counts)[i];
    if (days_left > 0) {
      const std::optional<std::int64_t> week = rounded_up_quotient(stage.to_make, ratio(days_left, 7));
      stage.to_make_per_week = std::min(stage.to_make, week.value_or(stage.to_make));
    }
    if (i + 1 < counts->size() && made[i] && made[i + 1] && *made[i] > 0 && *made[i + 1] <= *made[i]) {
      stage.rate_so_far = ratio(*made[i + 1], *made[i]);
    }
    out.stages.push_back(std::move(stage));
  }
  out.to_make_at_rates_so_far = detail::count_at_rates_so_far(out, *deals, open);
  out.progress = std::move(progress);
  return out;
}

LEADLINE_INLINE std::string to_json(const plan& made) {
  std::string out = "{";
  detail::append_ratio(out, "revenue", made.asked.revenue);
  detail::append_request(out, made.asked);
  detail::append_stages(out, made.stages);
  out += ", \"what_if\": [";
  for (std::size_t i = 0; i < made.changes.size(); ++i) {
    const plan_change& each = made.changes[i];
    if (i > 0) out += ", ";
    out += '{';
    detail::append_text(out, "from", made.asked.steps[each.step].from);
    detail::append_text(out, "to", made.asked.steps[each.step].to);
    detail::append_ratio(out, "by", each.by);
    detail::append_ratio(out, "rate", each.rate);
    detail::append_count(out, "count", each.count);
    detail::append_count(out, "more", each.count - made.stages.front().count);
    out += '}';
  }
  return out + "]}";
}

LEADLINE_INLINE std::string to_json(const plan_request& asked, const forecast& made) {
  std::string out = "{";
  detail::append_ratio(out, "revenue", made.revenue);
  detail::append_request(out, asked);
  detail::append_stages(out, made.stages);
  return out + "}";
}

LEADLINE_INLINE std::string to_json(const replan& made) {
  std::string out = "{";
  detail::append_ratio(out, "revenue", made.asked.revenue);
  detail::append_ratio(out, "revenue_so_far", made.revenue_so_far);
  detail::append_ratio(out, "revenue_left", made.revenue_left);
  detail::append_count(out, "days", made.progress.days);
  detail::append_count(out, "days_gone", made.progress.days_gone);
  detail::append_request(out, made.asked);
  detail::append_key(out, "stages");
  out += '[';
  for (std::size_t i = 0; i < made.stages.size(); ++i) {
    const replanned_stage& each = made.stages[i];
    if (i > 0) out += ", ";
    out += '{';
    detail::append_text(out, "stage", each.stage);
    const std::pair<std::string_view, std::optional<std::int64_t>> numbers[] = {
        {"planned", each.planned}, {"planned_by_now", each.planned_by_now},    {"made", each.made}, {"open", each.open},
        {"to_make", each.to_make}, {"to_make_per_week", each.to_make_per_week}};
    for (const auto& [key, number] : numbers) {
      detail::append_count(out, key, number);
    }
    detail::append_ratio(out, "rate_so_far", each.rate_so_far);
    out += '}';
  }
  out += ']';
  detail::append_count(out, "to_make_at_rates_so_far", made.to_make_at_rates_so_far);
  return out + "}";
}

}  // namespace leadline
