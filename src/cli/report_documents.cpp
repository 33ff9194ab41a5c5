#include "cli/report_documents.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "leadline/report/detail/plan_text.hpp"
#include "leadline/report/detail/report_business.hpp"
#include "leadline/report/detail/report_markdown.hpp"
#include "leadline/report/detail/report_markdown_template.hpp"

namespace leadline::cli {

namespace {

using detail::append_table;
using detail::append_title;
using detail::cell;
using detail::markdown_rows;
using detail::money_text;
using detail::rate_text;
using detail::time_text;

constexpr std::string_view to_write_in = "____";

[[nodiscard]] std::string or_dash(std::string_view text) { return text.empty() ? std::string("-") : std::string(text); }

[[nodiscard]] std::string instant_text(std::int64_t at_ms) { return instant::from_ms(at_ms).text(); }

[[nodiscard]] std::string day_text(std::int64_t at_ms) { return instant_text(at_ms).substr(0, 10); }

void append_line(std::string& out, std::string_view name, const std::string& text) {
  out.append("- ").append(name).append(": ").append(text).append("\n");
}

/// The moves into one stage; nobody is left out, so that sales can look for its own.
void append_moves(std::string& out, const report& made, const std::string& stage) {
  markdown_rows rows{{"contact", "entered", "reason", "owner"}};
  for (const move_record& each : made.details->moves) {
    if (each.stage != stage) continue;
    rows.push_back({each.contact, instant_text(each.at_ms), or_dash(each.reason), or_dash(each.owner)});
  }
  append_title(out, 2, "Moved to " + cell(stage) + ": " + std::to_string(rows.size() - 1));
  if (rows.size() > 1) append_table(out, rows);
}

void append_reason_rows(std::string& out, const std::vector<reason_row>& rows, const std::string& head) {
  if (rows.empty()) return;
  markdown_rows table{{head, "share"}};
  for (const reason_row& each : rows) {
    table.push_back({each.reason + (each.label.empty() ? "" : " " + each.label), rate_text(each.share)});
  }
  append_table(out, table);
}

void append_touches(std::string& out, const deal_record& deal, target_side side) {
  bool is_any = false;
  for (const deal_touch& each : deal.touches) {
    if (each.side != side) continue;
    is_any = true;
    out += "  - " + day_text(each.at_ms) + " " + cell(each.type) + "\n";
  }
  if (!is_any) out += "  - none\n";
}

[[nodiscard]] std::string source_text(const deal_record& deal) {
  if (deal.touches.empty()) return "-";
  const deal_touch& first = deal.touches.front();
  return first.type + " (" + (first.side == target_side::marketing ? "marketing" : "sales") + ")";
}

}  // namespace

std::string weekly_marketing_report(const report& made) {
  std::string out;
  append_title(out, 1, "Weekly marketing report: " + detail::period_text(made));
  append_title(out, 2, "Progress towards what marketing agreed to");
  detail::append_side(out, made, "marketing");
  const report_body& body = made.all.now;
  if (!body.handoff) return out + "handoff: not declared\n";
  const handoff_section& handoff = *body.handoff;
  append_title(out, 2, "Quality");
  append_line(out, "accepted by sales", rate_text(handoff.accepted));
  append_line(out, "entered before", rate_text(handoff.again));
  for (const completeness_row& each : body.completeness) {
    append_line(out, each.target + ", complete at " + each.stage, rate_text(each.complete));
  }
  out += '\n';
  append_reason_rows(out, handoff.reasons, "reason");
  if (!made.by.empty()) {
    append_title(out, 2, "By " + cell(made.by));
    markdown_rows rows{{made.by, handoff.stage, "accepted"}};
    for (const report_group* each : detail::groups_by_acceptance(made)) {
      rows.push_back({each->value.value_or("none"), std::to_string(each->now.handoff->accepted.of),
                      rate_text(each->now.handoff->accepted)});
    }
    append_table(out, rows);
  }
  append_moves(out, made, handoff.stage);
  append_moves(out, made, handoff.next);
  append_title(out, 2, "Next week");
  return out + "- " + std::string(to_write_in) + "\n";
}

std::string monthly_sales_report(const report& made) {
  std::string out;
  append_title(out, 1, "Monthly sales report: " + detail::period_text(made));
  append_title(out, 2, "What sales agreed to");
  detail::append_side(out, made, "sales");
  const report_body& body = made.all.now;
  append_title(out, 2, "What became of the contacts handed over");
  if (body.handoff) {
    const handoff_section& handoff = *body.handoff;
    append_line(out, handoff.stage + " handed over", std::to_string(handoff.accepted.of));
    append_line(out, "accepted", rate_text(handoff.accepted));
    for (const velocity_row& each : body.velocities) {
      if (each.from == handoff.stage && each.to != handoff.next) {
        append_line(out, "reached " + each.to, rate_text(each.reached));
      }
    }
    out += '\n';
  } else {
    out += "handoff: not declared\n\n";
  }
  for (const disposition_section& each : body.dispositions)
    append_reason_rows(out, each.codes, "sent back from " + each.stage);
  append_title(out, 2, "Closed deals");
  if (!body.business) return out + "not declared\n";
  const business_section& business = *body.business;
  append_line(out, "won",
              std::to_string(business.won) + ", revenue " + money_text(business.revenue) + ", deal size " +
                  money_text(business.deal_size));
  append_line(out, "lost", std::to_string(business.lost));
  append_line(out, "open", std::to_string(business.open) + ", pipeline " + money_text(business.pipeline_open));
  out += '\n';
  append_reason_rows(out, business.lost_reasons, "lost because");
  markdown_rows rows{{"contact", "outcome", "closed", "amount", "cycle", "owner", "first touch", "reason"}};
  for (const deal_record& each : made.details->deals) {
    if (!each.closed_ms) continue;
    rows.push_back({each.contact, std::string(name_of(each.outcome)), day_text(*each.closed_ms),
                    money_text(each.amount), time_text(each.cycle_ms), or_dash(each.owner), source_text(each),
                    or_dash(each.reason_label.empty() ? each.reason : each.reason + " " + each.reason_label)});
  }
  if (rows.size() > 1) append_table(out, rows);
  append_title(out, 2, "What marketing should know");
  return out + "- " + std::string(to_write_in) + "\n";
}

std::string closed_loop_records(const report& made) {
  std::string out;
  append_title(out, 1, "Closed-loop records: " + detail::period_text(made));
  std::size_t count = 0;
  for (const deal_record& each : made.details->deals) {
    if (!each.closed_ms) continue;
    ++count;
    const bool is_won = each.outcome == deal_outcome::won;
    append_title(out, 2, "Deal: " + cell(each.contact));
    append_line(out, "outcome", std::string(name_of(each.outcome)) + " on " + day_text(*each.closed_ms));
    append_line(out, "deal size", money_text(each.amount));
    append_line(out, "sales cycle", time_text(each.cycle_ms));
    append_line(out, "lead source", source_text(each) + (each.channel.empty() ? "" : ", channel " + each.channel));
    append_line(out, "owner", or_dash(each.owner));
    out += "- marketing touchpoints:\n";
    append_touches(out, each, target_side::marketing);
    out += "- sales touchpoints:\n";
    append_touches(out, each, target_side::sales);
    if (is_won) {
      append_line(out, "winning factor", std::string(to_write_in));
    } else {
      append_line(out, "reason",
                  or_dash(each.reason_label.empty() ? each.reason : each.reason + " " + each.reason_label));
      append_line(out, "competitor", std::string(to_write_in));
    }
    out += '\n';
  }
  if (count == 0) out += "No deal ended.\n\n";
  out.pop_back();
  return out;
}

std::string handoff_document(const handoff_package& made) {
  std::string out;
  append_title(out, 1, "Handoff: " + cell(made.contact) + ", at " + instant_text(made.at_ms));
  append_title(out, 2, "L: lead intel");
  markdown_rows rows{{"known", "value"}};
  for (const auto& each : made.attributes) rows.push_back({each.name, detail::plain_text(each.value)});
  for (const std::string& each : made.tags) rows.push_back({"tag", each});
  for (const auto& each : made.scores) rows.push_back({"score " + each.name, each.value});
  for (const auto& each : made.grades) rows.push_back({"grade " + each.name, detail::plain_text(each.value)});
  append_table(out, rows);
  if (!made.points.empty()) {
    rows = {{"what the scores are made of", "points"}};
    for (const auto& each : made.points) {
      rows.push_back({each.score + ": " + each.rule, detail::points_json(each.points_milli)});
    }
    append_table(out, rows);
  }
  out += "Latest of " + std::to_string(made.event_count) + " events:\n\n";
  for (const auto& each : made.history) {
    out += "- " + instant_text(each.at_ms) + " " + cell(each.type) + (each.data == "{}" ? "" : " `" + each.data + "`") +
           "\n";
  }
  out += '\n';
  append_title(out, 2, "E: expected outcome");
  append_line(out, "stage", or_dash(made.stage) + (made.status.empty() ? "" : ", " + made.status));
  append_line(out, "handed over", made.handed_over_ms ? instant_text(*made.handed_over_ms) : std::string("not yet"));
  append_line(out, "because", or_dash(made.reason) + (made.trigger.empty() ? "" : ", by " + made.trigger));
  out += '\n';
  append_title(out, 2, "A: assignment");
  append_line(out, "owner", or_dash(made.owner));
  append_line(out, "rule", or_dash(made.assigned_by));
  out += '\n';
  append_title(out, 2, "D: deadlines");
  if (made.deadlines.empty()) return out + "- nothing is running\n";
  for (const auto& each : made.deadlines) {
    append_line(out, each.clock,
                each.phase + ", due " + instant_text(each.due_ms) + ", started " + instant_text(each.started_ms));
  }
  return out;
}

}  // namespace leadline::cli
