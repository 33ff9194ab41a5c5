#pragma once

#include <optional>
#include <string>
#include <vector>

#include "leadline/report/marketing_velocity.hpp"
#include "leadline/report/revenue_statement.hpp"
#include "leadline/report/spend_line.hpp"

namespace leadline::cli {

/// What marketing made, from lines such as {"item": "blog post", "volume": 8, "leads": 6, "hours": 4}. Nothing when a
/// line was wrong; all problems have been told then.
[[nodiscard]] std::optional<std::vector<deliverable>> read_deliverables(const std::string& path);

/// Funnels, from lines such as {"funnel": "inbound", "customers": "new", "leads": 1000, "mqls": 300, "sqls": 180,
/// "opportunities": 90, "deals": 20, "revenue": 500000, "cost": 100000}.
[[nodiscard]] std::optional<std::vector<revenue_funnel>> read_funnels(const std::string& path);

/// What `leadline report --spend` reads: money, hours and quotas, each of a period of the zone.
[[nodiscard]] std::optional<std::vector<spend_line>> read_spend(const std::string& path, const time_zone& zone);

}  // namespace leadline::cli
