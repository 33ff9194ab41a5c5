#pragma once

#include <string>

#include "leadline/report/handoff_package.hpp"
#include "leadline/report/report.hpp"

/// More documents to meet over, in Markdown; those of report_template.hpp are in the library. What no decision, event
/// or pack holds is left to be written in, as `____`. Each needs a report with details.
namespace leadline::cli {

/// What marketing tells sales each week: how far the targets are, who was handed over and who was accepted.
[[nodiscard]] std::string weekly_marketing_report(const report& made);

/// What sales tells marketing each month: what became of the contacts that were handed over, deal by deal.
[[nodiscard]] std::string monthly_sales_report(const report& made);

/// A record for each deal that was won or lost.
[[nodiscard]] std::string closed_loop_records(const report& made);

/// Lead, expected outcome, assignment, deadlines of one contact.
[[nodiscard]] std::string handoff_document(const handoff_package& made);

}  // namespace leadline::cli
