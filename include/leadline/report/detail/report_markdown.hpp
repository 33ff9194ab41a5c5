#pragma once

#include "leadline/report/report.hpp"

/// A report for reading: one table a section.
namespace leadline::detail {

/// A cell may not end its row or its column.
[[nodiscard]] inline std::string cell(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '|') out += '\\';
    out += letter == '\n' || letter == '\r' ? ' ' : letter;
  }
  return out;
}

[[nodiscard]] inline std::string percent_text(const std::optional<ratio>& share) {
  const std::optional<ratio> whole = share ? product(*share, 100) : std::nullopt;
  return whole ? whole->text(1) + "%" : "-";
}

[[nodiscard]] inline std::string rate_text(const report_rate& rate) {
  return percent_text(rate.rate()) + " (" + std::to_string(rate.count) + " of " + std::to_string(rate.of) + ")";
}

/// In the largest unit in which it is at least one, with a decimal: "3.5 h".
[[nodiscard]] inline std::string time_text(const std::optional<std::int64_t>& ms) {
  if (!ms) return "-";
  constexpr std::pair<std::int64_t, std::string_view> units[] = {
      {86'400'000, " d"}, {3'600'000, " h"}, {60'000, " min"}, {1'000, " s"}};
  for (const auto& [size, name] : units) {
    if (*ms >= size) return ratio(*ms, size).text(1) + std::string(name);
  }
  return std::to_string(*ms) + " ms";
}

/// Against the period before, as a share of it.
[[nodiscard]] inline std::string change_text(std::int64_t now, const std::optional<std::int64_t>& before) {
  const std::int64_t then = before.value_or(0);
  if (then <= 0) return "-";
  return (now > then ? "+" : "") + percent_text(ratio(now - then, then));
}

using markdown_rows = std::vector<std::vector<std::string>>;

/// The first row is the head; all columns but the first are numbers.
inline void append_table(std::string& out, const markdown_rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::string& each : rows[i]) out += "| " + cell(each) + " ";
    out += "|\n";
    if (i > 0) continue;
    for (std::size_t column = 0; column < rows[i].size(); ++column) out += column == 0 ? "|---" : "|---:";
    out += "|\n";
  }
  out += '\n';
}

inline void append_title(std::string& out, int depth, const std::string& text) {
  out += std::string(static_cast<std::size_t>(depth), '#') + " " + text + "\n\n";
}

[[nodiscard]] inline std::string money_text(const std::optional<ratio>& amount) {
  return amount ? amount->text(2) : "-";
}

[[nodiscard]] inline std::string measure_text(const report_measure& measure, std::string text) {
  return measure.missing ? std::string(name_of(*measure.missing)) : std::move(text);
}

[[nodiscard]] inline std::string money_text(const report_measure& measure) {
  return measure_text(measure, money_text(measure.value));
}

[[nodiscard]] inline std::string percent_text(const report_measure& measure) {
  return measure_text(measure, percent_text(measure.value));
}

inline void append_markdown_funnel(std::string& out, const report_group& group, int depth) {
  const report_body& body = group.now;
  append_title(out, depth, "Funnel");
  markdown_rows rows{{"stage", "entries", "contacts", "before", "change"}};
  for (std::size_t i = 0; i < body.stages.size(); ++i) {
    const stage_row& each = body.stages[i];
    std::optional<std::int64_t> before;
    if (group.before) before = group.before->stages[i].entries;
    rows.push_back({each.stage + (each.is_aside ? " (aside)" : ""), std::to_string(each.entries),
                    std::to_string(each.contacts), before ? std::to_string(*before) : "-",
                    change_text(each.entries, before)});
  }
  append_table(out, rows);
  rows = {{"step", "passed through", "reached", "reached before"}};
  for (std::size_t i = 0; i < body.steps.size(); ++i) {
    const step_row& each = body.steps[i];
    rows.push_back({each.from + " to " + each.to, rate_text(each.strict), rate_text(each.reached),
                    group.before ? rate_text(group.before->steps[i].reached) : "-"});
  }
  append_table(out, rows);
  append_title(out, depth, "Velocity");
  rows = {{"from entry to entry", "count", "median", "mean", "90 %", "median business time"}};
  for (const velocity_row& each : body.velocities) {
    if (each.elapsed.count == 0) continue;
    rows.push_back({each.from + " to " + each.to, std::to_string(each.elapsed.count), time_text(each.elapsed.median_ms),
                    time_text(each.elapsed.mean_ms), time_text(each.elapsed.p90_ms),
                    each.business ? time_text(each.business->median_ms) : "not declared"});
  }
  append_table(out, rows);
}

inline void append_markdown_handoff(std::string& out, const report_body& body, int depth) {
  if (!body.handoff) return;
  const handoff_section& handoff = *body.handoff;
  append_title(out, depth, "Handoff: " + cell(handoff.stage) + " to " + cell(handoff.next));
  append_table(out, {{"", ""},
                     {"accepted", rate_text(handoff.accepted)},
                     {"entered before", rate_text(handoff.again)},
                     {"median time since then", time_text(handoff.until_again.median_ms)},
                     {"touches of sales, on average", money_text(handoff.touches)}});
  markdown_rows rows{{"reason", "entries"}};
  for (const reason_row& each : handoff.reasons) rows.push_back({each.reason, rate_text(each.share)});
  append_table(out, rows);
  if (!handoff.overlaps.empty()) {
    rows = {{"both reasons", "contacts"}};
    for (const reason_row& each : handoff.overlaps) rows.push_back({each.reason, rate_text(each.share)});
    append_table(out, rows);
  }
  if (body.owners.empty()) return;
  rows = {{"owner", "share", "accepted", "in time"}};
  for (const owner_row& each : body.owners) {
    rows.push_back({each.owner.empty() ? "nobody" : each.owner, rate_text(each.share), rate_text(each.accepted),
                    rate_text(each.attained)});
  }
  append_table(out, rows);
}

inline void append_markdown_duties(std::string& out, const report_body& body, int depth) {
  if (!body.clocks.empty()) {
    append_title(out, depth, "Clocks");
    markdown_rows rows{
        {"clock", "started", "attained", "breached", "untouched", "cancelled", "running", "median used"}};
    for (const clock_row& each : body.clocks) {
      rows.push_back({each.clock, std::to_string(each.started), rate_text(each.attained), std::to_string(each.breached),
                      std::to_string(each.untouched), std::to_string(each.cancelled), std::to_string(each.running),
                      time_text(each.used.median_ms)});
    }
    append_table(out, rows);
  }
  if (body.speed) {
    append_title(out, depth, "Speed to lead: " + cell(body.speed->clock));
    markdown_rows rows{{"answered", "count", "went on"}};
    for (const speed_band& each : body.speed->bands) {
      rows.push_back({each.band, std::to_string(each.count), rate_text(each.conversion)});
    }
    append_table(out, rows);
  }
  if (!body.cadences.empty()) {
    append_title(out, depth, "Cadences");
    markdown_rows rows{{"cadence", "started", "kept", "late", "stopped", "running"}};
    for (const cadence_row& each : body.cadences) {
      rows.push_back({each.cadence, std::to_string(each.started), rate_text(each.kept),
                      std::to_string(each.completed_late), std::to_string(each.stopped), std::to_string(each.running)});
    }
    append_table(out, rows);
  }
  for (const disposition_section& each : body.dispositions) {
    append_title(out, depth, "Dispositions: " + cell(each.stage));
    markdown_rows rows{{"code", "entries"}, {"disposed or gone on", rate_text(each.disposed)}};
    for (const reason_row& code : each.codes) {
      rows.push_back({code.reason + (code.label.empty() ? "" : " " + code.label), rate_text(code.share)});
    }
    append_table(out, rows);
  }
}

inline void append_markdown_attribution(std::string& out, const business_section& business) {
  if (!business.attribution.empty()) {
    markdown_rows rows{{"marketing touch", "first touch", "last touch", "linear"}};
    for (const attribution_row& each : business.attribution) {
      rows.push_back({each.touch.empty() ? "none" : each.touch, money_text(each.first), money_text(each.last),
                      money_text(each.linear)});
    }
    append_table(out, rows);
  }
  if (business.channels.empty()) return;
  markdown_rows rows{{"channel", "won", "revenue", "spend", "cost of a customer"}};
  for (const channel_row& each : business.channels) {
    rows.push_back({each.channel.empty() ? "unknown" : each.channel, std::to_string(each.won), money_text(each.revenue),
                    money_text(each.spend), money_text(each.cac)});
  }
  append_table(out, rows);
}

inline void append_markdown_business(std::string& out, const report_body& body, int depth) {
  if (!body.completeness.empty()) {
    append_title(out, depth, "Completeness");
    markdown_rows rows{{"fields", "known at the entry"}};
    for (const completeness_row& each : body.completeness) {
      rows.push_back({each.target + ", all fields at " + each.stage, rate_text(each.complete)});
      for (const completeness_row::field_row& field : each.fields)
        rows.push_back({field.field, rate_text(field.known)});
    }
    append_table(out, rows);
  }
  if (!body.business) return;
  const business_section& business = *body.business;
  append_title(out, depth, "Deals");
  append_table(out, {{"", ""},
                     {"opened", std::to_string(business.opened)},
                     {"won", std::to_string(business.won)},
                     {"lost", std::to_string(business.lost)},
                     {"sent back", std::to_string(business.returned)},
                     {"open at the end", std::to_string(business.open)},
                     {"won, of those won or lost", rate_text(business.win_rate)},
                     {"pipeline created", money_text(business.pipeline_created)},
                     {"pipeline open", money_text(business.pipeline_open)},
                     {"revenue", money_text(business.revenue)},
                     {"without an amount", std::to_string(business.without_amount)},
                     {"deal size", money_text(business.deal_size)},
                     {"pipeline sourced by marketing", percent_text(business.sourced)},
                     {"pipeline sourced by sales", percent_text(business.sales_sourced)},
                     {"revenue influenced by marketing", percent_text(business.influenced)},
                     {"pipeline coverage", money_text(business.coverage)},
                     {"spend", money_text(business.spend)},
                     {"cost of a customer", money_text(business.cac)},
                     {"cost of an opportunity", money_text(business.cpo)},
                     {"hours a lead", money_text(business.hours_per_lead)}});
  if (!business.lost_reasons.empty()) {
    markdown_rows rows{{"lost because", "deals"}};
    for (const reason_row& each : business.lost_reasons) {
      rows.push_back({each.reason + (each.label.empty() ? "" : " " + each.label), rate_text(each.share)});
    }
    append_table(out, rows);
  }
  append_markdown_attribution(out, business);
}

inline void append_markdown_group(std::string& out, const report_group& group, int depth) {
  if (!group.now.stages.empty()) append_markdown_funnel(out, group, depth);
  append_markdown_handoff(out, group.now, depth);
  append_markdown_duties(out, group.now, depth);
  append_markdown_business(out, group.now, depth);
}

inline void append_markdown_targets(std::string& out, const std::vector<target_row>& targets) {
  if (targets.empty()) return;
  append_title(out, 2, "Targets");
  markdown_rows rows{{"target", "of", "period", "bound", "actual", "status"}};
  for (const target_row& each : targets) {
    rows.push_back({each.name, each.side, each.period.empty() ? "all" : each.period, each.bound,
                    each.actual ? each.actual->text(3) : "-", std::string(name_of(each.status))});
  }
  append_table(out, rows);
}

/// What the rates mean, each definition once.
inline void append_definitions(std::string& out, const report& made) {
  std::vector<std::pair<std::string, std::string>> lines;
  const report_body& body = made.all.now;
  for (const step_row& each : body.steps) {
    lines.emplace_back(each.from + " to " + each.to + ", passed through", each.strict.definition);
    lines.emplace_back(each.from + " to " + each.to + ", reached", each.reached.definition);
  }
  if (body.handoff) {
    lines.emplace_back("accepted", body.handoff->accepted.definition);
    lines.emplace_back("entered before", body.handoff->again.definition);
    lines.emplace_back("touches of sales, on average", body.handoff->touches.definition);
  }
  for (const clock_row& each : body.clocks) lines.emplace_back(each.clock + ", attained", each.attained.definition);
  if (body.speed) lines.emplace_back("went on", body.speed->bands.front().conversion.definition);
  for (const cadence_row& each : body.cadences) lines.emplace_back(each.cadence + ", kept", each.kept.definition);
  for (const disposition_section& each : body.dispositions) {
    lines.emplace_back(each.stage + ", disposed or gone on", each.disposed.definition);
  }
  for (const completeness_row& each : body.completeness) lines.emplace_back(each.target, each.complete.definition);
  if (body.business) {
    const business_section& business = *body.business;
    lines.emplace_back("won, of those won or lost", business.win_rate.definition);
    const std::pair<const char*, const report_measure*> measures[] = {
        {"deal size", &business.deal_size},
        {"pipeline sourced by marketing", &business.sourced},
        {"pipeline sourced by sales", &business.sales_sourced},
        {"revenue influenced by marketing", &business.influenced},
        {"pipeline coverage", &business.coverage},
        {"cost of a customer", &business.cac},
        {"cost of an opportunity", &business.cpo},
        {"hours a lead", &business.hours_per_lead}};
    for (const auto& [name, measure] : measures) lines.emplace_back(name, measure->definition);
  }
  if (lines.empty()) return;
  append_title(out, 2, "What the rates mean");
  for (const auto& [name, definition] : lines) out += "- **" + cell(name) + "**: " + cell(definition) + "\n";
  out += '\n';
}

[[nodiscard]] inline std::string markdown_of(const report& made) {
  std::string out;
  append_title(out, 1, "Report: " + cell(made.pack) + (made.period ? ", " + made.period->name() : std::string()));
  out += std::to_string(made.contact_count) + " contacts, " + std::to_string(made.decision_count) + " decisions";
  if (made.first_ms && made.last_ms) {
    out += " from " + instant::from_ms(*made.first_ms).text() + " to " + instant::from_ms(*made.last_ms).text();
  }
  out += ".\n\n";
  append_markdown_targets(out, made.targets);
  append_markdown_group(out, made.all, 2);
  for (const report_group& each : made.groups) {
    append_title(out, 2, cell(made.by) + ": " + (each.value ? cell(*each.value) : std::string("none")));
    append_markdown_group(out, each, 3);
  }
  append_definitions(out, made);
  while (out.size() > 1 && out[out.size() - 2] == '\n') out.pop_back();
  return out;
}

}  // namespace leadline::detail
