#pragma once

#include <optional>

#include "leadline/base/diagnostic.hpp"
#include "leadline/base/document.hpp"
#include "leadline/report/marketing_velocity.hpp"
#include "leadline/report/revenue_statement.hpp"
#include "leadline/report/spend_line.hpp"
#include "leadline/time/time_zone.hpp"

/// What planners and reports are told in objects of JSON, each from one object; what is wrong with it is added to the
/// problems (`plan.*`).
namespace leadline::cli {

/// {"item": "blog post", "volume": 8, "leads": 6, "hours": 4}
[[nodiscard]] deliverable deliverable_of(document::node line, diagnostics& problems);

/// {"funnel": "inbound", "customers": "new", "leads": 1000, "deals": 20, "revenue": 500000}
[[nodiscard]] revenue_funnel funnel_of(document::node line, diagnostics& problems);

/// {"period": "2026-03", "channel": "search", "spend": 1200}
[[nodiscard]] std::optional<spend_line> spend_of(document::node object, const time_zone& zone, diagnostics& problems);

}  // namespace leadline::cli
