#pragma once

#include <string>

#include "leadline/base/config.hpp"
#include "leadline/pack/pack.hpp"
#include "leadline/report/report.hpp"

/// Documents that marketing and sales meet over, in Markdown. What decisions and packs do not hold (a deal inspection,
/// what was agreed) is left to be written in, as `____`.
///
///     weekly_pipeline_review(*make_report(*pack, log, {.period = week, .by = "contact.campaign"}));
///
/// Pure functions; any thread may call them.
namespace leadline {

/// Funnel metrics beside their targets, the best and the worst group by acceptance, what dispositions say of the
/// quality.
[[nodiscard]] std::string weekly_pipeline_review(const report& made);

/// Both sides' targets, met or missed, and the funnel beside the period before.
[[nodiscard]] std::string monthly_alignment_report(const report& made);

/// What both sides have agreed on, as the pack has it: targets, clocks with their escalation, cadences, dispositions.
[[nodiscard]] std::string sla_document(const pack& agreed);

}  // namespace leadline

#ifdef LEADLINE_HEADER_ONLY
#include "leadline/report/detail/report_template_inl.hpp"
#endif
