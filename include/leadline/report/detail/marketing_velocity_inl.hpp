#pragma once

#include <algorithm>
#include <utility>

#include "leadline/report/detail/plan_text.hpp"
#include "leadline/report/marketing_velocity.hpp"

namespace leadline {

namespace detail {

/// What follows from a row's leads and hours. False when a number does not fit.
[[nodiscard]] inline bool finish_row(marketing_velocity::row& row, const std::optional<ratio>& hour_cost) {
  if (row.hours > 0) {
    row.leads_per_hour = quotient(row.leads, row.hours);
    if (!row.leads_per_hour) return false;
  }
  if (hour_cost && row.leads > 0) {
    const std::optional<ratio> cost = product(row.hours, *hour_cost);
    row.cost_per_lead = cost ? quotient(*cost, row.leads) : std::nullopt;
    if (!row.cost_per_lead) return false;
  }
  return true;
}

inline void append_row(std::string& out, const marketing_velocity::row& row) {
  append_ratio(out, "leads", row.leads);
  append_ratio(out, "hours", row.hours);
  append_ratio(out, "leads_per_hour", row.leads_per_hour);
  append_ratio(out, "cost_per_lead", row.cost_per_lead);
  out += '}';
}

}  // namespace detail

LEADLINE_INLINE result<marketing_velocity> velocity_of(std::vector<deliverable> made,
                                                       const std::optional<ratio>& hour_cost) {
  diagnostics problems;
  for (const deliverable& each : made) {
    detail::check_not_negative(problems, each.volume, "the volume of " + each.name);
    detail::check_not_negative(problems, each.leads_each, "leads of " + each.name);
    detail::check_not_negative(problems, each.hours_each, "hours of " + each.name);
  }
  if (hour_cost) detail::check_not_negative(problems, *hour_cost, "the cost of an hour");
  if (problems.has_errors()) return failure(std::move(problems));
  marketing_velocity out;
  out.all.what.name = "all";
  for (deliverable& each : made) {
    marketing_velocity::row& row = out.rows.emplace_back();
    row.what = std::move(each);
    const std::optional<ratio> leads = product(row.what.volume, row.what.leads_each);
    const std::optional<ratio> hours = product(row.what.volume, row.what.hours_each);
    const std::optional<ratio> all_leads = leads ? sum(out.all.leads, *leads) : std::nullopt;
    const std::optional<ratio> all_hours = hours ? sum(out.all.hours, *hours) : std::nullopt;
    if (!all_leads || !all_hours) return failure(detail::plan_too_large());
    row.leads = *leads;
    row.hours = *hours;
    out.all.leads = *all_leads;
    out.all.hours = *all_hours;
    if (!detail::finish_row(row, hour_cost)) return failure(detail::plan_too_large());
  }
  if (!detail::finish_row(out.all, hour_cost)) return failure(detail::plan_too_large());
  // What brings leads and takes no time is the fastest; what does neither has no speed.
  const auto is_faster = [](const marketing_velocity::row& a, const marketing_velocity::row& b) {
    const auto key = [](const marketing_velocity::row& row) {
      const bool is_free = !row.leads_per_hour && row.leads > 0;
      return std::pair(is_free, row.leads_per_hour.value_or(ratio(0)));
    };
    return key(a) > key(b);
  };
  std::stable_sort(out.rows.begin(), out.rows.end(), is_faster);
  return out;
}

LEADLINE_INLINE std::string to_json(const marketing_velocity& made) {
  std::string out = "{\"rows\": [";
  for (const marketing_velocity::row& row : made.rows) {
    if (&row != &made.rows.front()) out += ", ";
    out += '{';
    detail::append_text(out, "item", row.what.name);
    detail::append_ratio(out, "volume", row.what.volume);
    detail::append_ratio(out, "leads_each", row.what.leads_each);
    detail::append_ratio(out, "hours_each", row.what.hours_each);
    detail::append_row(out, row);
  }
  out += "], \"all\": {";
  detail::append_row(out, made.all);
  return out + "}";
}

}  // namespace leadline
