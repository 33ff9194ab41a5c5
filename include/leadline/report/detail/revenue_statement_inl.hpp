#pragma once

#include <algorithm>
#include <utility>

#include "leadline/report/detail/plan_text.hpp"
#include "leadline/report/revenue_statement.hpp"

namespace leadline {

namespace detail {

using funnel_count = std::optional<std::int64_t> revenue_funnel::*;

struct named_funnel_count {
  std::string_view name;
  funnel_count member;
};

inline constexpr named_funnel_count funnel_counts[] = {{"leads", &revenue_funnel::leads},
                                                       {"mqls", &revenue_funnel::mqls},
                                                       {"sqls", &revenue_funnel::sqls},
                                                       {"opportunities", &revenue_funnel::opportunities},
                                                       {"deals", &revenue_funnel::deals}};

/// Adds `part` to a sum that is unknown as soon as one part is. False when it does not fit.
[[nodiscard]] inline bool add_funnel(revenue_funnel& all, const revenue_funnel& part) {
  for (const auto& [name, member] : funnel_counts) {
    if (!(all.*member)) continue;
    if (!(part.*member)) {
      (all.*member).reset();
    } else if (__builtin_add_overflow(*(all.*member), *(part.*member), &*(all.*member))) {
      return false;
    }
  }
  const std::optional<ratio> revenue = sum(all.revenue, part.revenue);
  if (!revenue) return false;
  all.revenue = *revenue;
  if (all.cost && part.cost) {
    all.cost = sum(*all.cost, *part.cost);
    return all.cost.has_value();
  }
  all.cost.reset();
  return true;
}

[[nodiscard]] inline revenue_funnel empty_sum(std::string name, customer_kind customers) {
  return {std::move(name), customers, 0, 0, 0, 0, 0, ratio(0), ratio(0)};
}

[[nodiscard]] inline std::optional<ratio> share_of(const std::optional<std::int64_t>& part,
                                                   const std::optional<std::int64_t>& whole) {
  if (!part || !whole || *whole <= 0) return std::nullopt;
  return ratio(*part, *whole);
}

inline void finish_row(revenue_statement::row& row, const ratio& all_revenue) {
  const revenue_funnel& funnel = row.funnel;
  // Of the nearest stage before that is known: an outbound funnel that counts no MQLs has an SQL rate all the same.
  std::optional<std::int64_t> before = funnel.leads;
  const auto rate = [&before](const std::optional<std::int64_t>& count) {
    const std::optional<ratio> out = share_of(count, before);
    if (count) before = count;
    return out;
  };
  row.mql_rate = rate(funnel.mqls);
  row.sql_rate = rate(funnel.sqls);
  row.opportunity_rate = rate(funnel.opportunities);
  row.win_rate = rate(funnel.deals);
  if (funnel.deals) row.deal_size = quotient(funnel.revenue, *funnel.deals);
  row.share = quotient(funnel.revenue, all_revenue);
  if (!funnel.cost) return;
  row.contribution = difference(funnel.revenue, *funnel.cost);
  row.revenue_per_cost = quotient(funnel.revenue, *funnel.cost);
}

inline void append_row(std::string& out, const revenue_statement::row& row) {
  for (const auto& [name, member] : funnel_counts) append_count(out, name, row.funnel.*member);
  append_ratio(out, "revenue", row.funnel.revenue);
  append_ratio(out, "cost", row.funnel.cost);
  using statement_row = revenue_statement::row;
  for (const auto& [name, member] :
       named_members<statement_row, std::optional<ratio>>{{"mql_rate", &statement_row::mql_rate},
                                                          {"sql_rate", &statement_row::sql_rate},
                                                          {"opportunity_rate", &statement_row::opportunity_rate},
                                                          {"win_rate", &statement_row::win_rate},
                                                          {"deal_size", &statement_row::deal_size},
                                                          {"share", &statement_row::share},
                                                          {"contribution", &statement_row::contribution},
                                                          {"revenue_per_cost", &statement_row::revenue_per_cost}})
    append_ratio(out, name, row.*member);
}

}  // namespace detail

LEADLINE_INLINE result<revenue_statement> statement_of(std::vector<revenue_funnel> funnels) {
  diagnostics problems;
  for (const revenue_funnel& each : funnels) {
    for (const auto& [name, member] : detail::funnel_counts) {
      detail::check_not_negative(problems, (each.*member).value_or(0), std::string(name) + " of " + each.name);
    }
    detail::check_not_negative(problems, each.revenue, "revenue of " + each.name);
    detail::check_not_negative(problems, each.cost.value_or(0), "cost of " + each.name);
  }
  if (problems.has_errors()) return failure(std::move(problems));
  std::stable_sort(funnels.begin(), funnels.end(),
                   [](const revenue_funnel& a, const revenue_funnel& b) { return a.customers < b.customers; });
  revenue_statement out;
  out.net_new.funnel = detail::empty_sum("net-new customers", customer_kind::net_new);
  out.existing.funnel = detail::empty_sum("existing customers", customer_kind::existing);
  out.all.funnel = detail::empty_sum("all", customer_kind::net_new);
  for (revenue_funnel& each : funnels) {
    revenue_statement::row& part = each.customers == customer_kind::net_new ? out.net_new : out.existing;
    if (!detail::add_funnel(part.funnel, each) || !detail::add_funnel(out.all.funnel, each)) {
      return failure(detail::plan_too_large());
    }
    out.rows.emplace_back().funnel = std::move(each);
  }
  const ratio all_revenue = out.all.funnel.revenue;
  for (revenue_statement::row& row : out.rows) detail::finish_row(row, all_revenue);
  for (revenue_statement::row* row : {&out.net_new, &out.existing, &out.all}) detail::finish_row(*row, all_revenue);
  return out;
}

LEADLINE_INLINE std::string to_json(const revenue_statement& made) {
  std::string out;
  detail::append_object(out, [&] {
    detail::append_list(out, "rows", made.rows, [&](const revenue_statement::row& row) {
      detail::append_text(out, "funnel", row.funnel.name);
      detail::append_text(out, "customers", row.funnel.customers == customer_kind::net_new ? "new" : "existing");
      detail::append_row(out, row);
    });
    detail::append_object(out, "net_new", [&] { detail::append_row(out, made.net_new); });
    detail::append_object(out, "existing", [&] { detail::append_row(out, made.existing); });
    detail::append_object(out, "all", [&] { detail::append_row(out, made.all); });
  });
  return out;
}

}  // namespace leadline
