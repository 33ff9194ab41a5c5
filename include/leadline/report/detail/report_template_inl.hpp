#pragma once

#include "leadline/report/detail/report_markdown_template.hpp"
#include "leadline/report/report_template.hpp"

namespace leadline {

LEADLINE_INLINE std::string weekly_pipeline_review(const report& made) {
  std::string out;
  detail::append_title(out, 1, "Weekly pipeline review: " + detail::period_text(made));
  detail::append_title(out, 2, "1. Funnel metrics");
  const report_body& body = made.all.now;
  if (body.handoff) {
    const handoff_section& handoff = *body.handoff;
    const std::string stage = detail::cell(handoff.stage);
    out += "- " + stage + " delivered: " + std::to_string(handoff.accepted.of) + " (" +
           detail::target_text(made, "entered." + handoff.stage) + ")\n";
    out += "- acceptance: " + detail::rate_text(handoff.accepted) + " (" +
           detail::target_text(made, "converted." + handoff.stage + "." + handoff.next) + ")\n";
  } else {
    out += "- handoff: not declared\n";
  }
  if (body.speed) {
    out += "- speed to lead, median: " + detail::time_text(body.speed->response.median_ms) + " (" +
           detail::target_text(made, "median." + body.speed->clock) + ")\n";
  } else {
    out += "- speed to lead: not declared\n";
  }
  out += '\n';
  detail::append_title(out, 2, "2. Deal inspection");
  detail::append_open_deals(out, made);
  out += "- at risk: " + std::string(detail::to_write_in) + "\n\n";
  detail::append_title(out, 2, "3. Campaign impact");
  const std::vector<const report_group*> groups = detail::groups_by_acceptance(made);
  if (groups.empty()) {
    out += "- " + std::string(made.by.empty() ? "not grouped" : "nothing was handed over") + "\n";
  } else {
    out += "- best: " + detail::group_text(made, *groups.front()) + "\n";
    if (groups.size() > 1) out += "- worst: " + detail::group_text(made, *groups.back()) + "\n";
  }
  out += '\n';
  detail::append_title(out, 2, "4. Feedback");
  for (const disposition_section& each : body.dispositions) {
    for (const reason_row& code : each.codes) {
      out += "- " + detail::cell(each.stage + " left by " + code.reason + " " + code.label) + ": " +
             detail::rate_text(code.share) + "\n";
    }
  }
  out += "- content that sales asks for: " + std::string(detail::to_write_in) + "\n\n";
  detail::append_title(out, 2, "Action items");
  return out + "- " + std::string(detail::to_write_in) + "\n";
}

LEADLINE_INLINE std::string monthly_alignment_report(const report& made) {
  std::string out;
  detail::append_title(out, 1, "Monthly alignment report: " + detail::period_text(made));
  detail::append_title(out, 2, "Executive summary");
  std::int64_t met = 0;
  std::int64_t missed = 0;
  for (const target_row& each : made.targets) {
    if (each.status == target_status::met) ++met;
    if (each.status == target_status::missed) ++missed;
  }
  out += std::to_string(met) + " targets met, " + std::to_string(missed) + " missed. " +
         std::string(detail::to_write_in) + "\n\n";
  detail::append_title(out, 2, "What marketing agreed to");
  detail::append_side(out, made, "marketing");
  detail::append_title(out, 2, "What sales agreed to");
  detail::append_side(out, made, "sales");
  const report_body& body = made.all.now;
  if (body.handoff) {
    out += "Touches of sales to each " + detail::cell(body.handoff->stage) +
           ", on average: " + detail::money_text(body.handoff->touches) + "\n\n";
  }
  detail::append_title(out, 2, "Funnel performance");
  detail::markdown_rows rows{{"stage", "volume", "from the stage before", "against the period before"}};
  std::size_t step = 0;
  for (std::size_t i = 0; i < body.stages.size(); ++i) {
    const stage_row& each = body.stages[i];
    if (each.is_aside) continue;
    std::optional<std::int64_t> before;
    if (made.all.before) before = made.all.before->stages[i].entries;
    const bool is_first = rows.size() == 1;
    rows.push_back({each.stage, std::to_string(each.entries),
                    is_first ? std::string("-") : detail::percent_text(body.steps[step++].reached.rate()),
                    detail::change_text(each.entries, before)});
  }
  if (rows.size() == 1) {
    out += "not declared\n\n";
  } else {
    detail::append_table(out, rows);
  }
  detail::append_title(out, 2, "Revenue attribution");
  detail::append_revenue_shares(out, body);
  detail::append_title(out, 2, "Key insights");
  out += "1. " + std::string(detail::to_write_in) + "\n\n";
  detail::append_title(out, 2, "Next month");
  return out + "1. " + std::string(detail::to_write_in) + "\n";
}

LEADLINE_INLINE std::string sla_document(const pack& agreed) {
  std::string out;
  detail::append_title(out, 1, "Sales and marketing service level agreement");
  out += "Rule pack " + detail::cell(agreed.name.name) +
         (agreed.version.empty() ? "" : ", version " + detail::cell(agreed.version)) +
         ". Effective: " + std::string(detail::to_write_in) + ". Review: quarterly.\n\n";
  detail::append_title(out, 2, "What marketing commits to");
  detail::append_commitments(out, agreed, target_side::marketing);
  detail::append_title(out, 2, "What sales commits to");
  detail::append_commitments(out, agreed, target_side::sales);
  detail::append_clocks(out, agreed);
  detail::append_cadences(out, agreed);
  detail::append_codes(out, agreed);
  detail::append_escalations(out, agreed);
  detail::append_title(out, 2, "Signatures");
  for (const char* each : {"Marketing", "Sales"}) {
    out += std::string(each) + ": " + std::string(detail::to_write_in) + " Date: " + std::string(detail::to_write_in) +
           "\n\n";
  }
  out.pop_back();
  return out;
}

}  // namespace leadline
