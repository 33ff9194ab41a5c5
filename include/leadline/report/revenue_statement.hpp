#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leadline/base/config.hpp"
#include "leadline/base/result.hpp"
#include "leadline/report/ratio.hpp"

namespace leadline {

/// Whom a funnel sells to.
enum class customer_kind : std::uint8_t { net_new, existing };

/// One way by which revenue comes, in one period: inbound, outbound, partners, renewals. What is not known is nothing.
struct revenue_funnel {
  std::string name;
  customer_kind customers = customer_kind::net_new;
  std::optional<std::int64_t> leads;
  std::optional<std::int64_t> mqls;
  std::optional<std::int64_t> sqls;
  std::optional<std::int64_t> opportunities;
  std::optional<std::int64_t> deals;
  ratio revenue;
  /// What marketing and sales spent on it.
  std::optional<ratio> cost;
};

/// Not what revenue there was, as an income statement has it, but how it came: each funnel from leads to revenue, those
/// of net-new customers first, then those of existing ones, each with a sum, then all.
///
///     statement_of({{"inbound", customer_kind::net_new, 1000, 300, 180, 90, 20, 500'000, ratio(100'000)}});
///
/// A sum is unknown where one of its parts is. A plain value; exact.
struct revenue_statement {
  struct row {
    revenue_funnel funnel;
    /// Each of the stage before that is known; nothing where either is unknown, or that one is 0.
    std::optional<ratio> mql_rate;
    std::optional<ratio> sql_rate;
    std::optional<ratio> opportunity_rate;
    std::optional<ratio> win_rate;
    std::optional<ratio> deal_size;
    /// Of all revenue.
    std::optional<ratio> share;
    /// What is left of the revenue after the cost.
    std::optional<ratio> contribution;
    /// Revenue for each unit of cost.
    std::optional<ratio> revenue_per_cost;
  };
  std::vector<row> rows;
  row net_new;
  row existing;
  row all;
};

/// Errors: `plan.negative`, `plan.too_large`.
[[nodiscard]] result<revenue_statement> statement_of(std::vector<revenue_funnel> funnels);

[[nodiscard]] std::string to_json(const revenue_statement& made);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/revenue_statement_inl.hpp"
#endif
