#pragma once

#include "leadline/report/detail/report_markdown.hpp"
#include "leadline/report/detail/report_targets.hpp"
#include "leadline/report/report_template.hpp"

/// What documents are put together of.
namespace leadline::detail {

inline constexpr std::string_view to_write_in = "____";

/// What a metric's number means: shares as percentages, seconds and days as times.
[[nodiscard]] inline std::string metric_text(std::string_view metric, const std::optional<ratio>& value) {
  if (!value) return "-";
  const std::string_view form = metric.substr(0, metric.find('.'));
  for (const std::string_view share :
       {"converted", "attained", "completed", "disposed", "complete", "lvr", "sourced", "influenced"}) {
    if (form == share) return percent_text(value);
  }
  const std::optional<ratio> ms = product(*value, form == "cycle_length" ? 86'400'000 : 1'000);
  if (ms && (form == "median" || form == "p90" || form == "cycle_length"))
    return time_text(rounded_down_product(1, *ms));
  return value->text(2);
}

/// "at least 60%", of a bound as the pack has it.
[[nodiscard]] inline std::string bound_text(const target_spec& target) {
  std::string out;
  const auto add = [&](const std::optional<double>& limit, std::string_view words) {
    if (!limit) return;
    out += (out.empty() ? "" : ", ") + std::string(words) + " " + metric_text(target.metric.name, ratio_of(*limit));
  };
  add(target.at_least, "at least");
  add(target.at_most, "at most");
  add(target.above, "above");
  add(target.below, "below");
  if (target.trend != target_trend::none) {
    out += (out.empty() ? "" : ", ") + std::string(target.trend == target_trend::up ? "more" : "less") +
           " than the period before";
  }
  constexpr std::string_view periods[] = {"", " a week", " a month", " a quarter"};
  if (target.metric.name.starts_with("entered."))
    return out + std::string(periods[static_cast<std::size_t>(target.per)]);
  constexpr std::string_view each[] = {"", ", each week", ", each month", ", each quarter"};
  return out + std::string(each[static_cast<std::size_t>(target.per)]);
}

[[nodiscard]] inline std::string target_text(const report& made, std::string_view metric) {
  std::string out;
  for (const target_row& each : made.targets) {
    if (each.metric != metric) continue;
    out += (out.empty() ? "" : "; ") + each.bound + (each.period.empty() ? "" : " in " + each.period) + ": " +
           std::string(name_of(each.status));
  }
  return out.empty() ? "no target" : "target " + out;
}

[[nodiscard]] inline std::string period_text(const report& made) {
  return made.period ? made.period->name() : std::string("all of the log");
}

/// Groups by the acceptance of what they handed over; those that handed over nothing are left out.
[[nodiscard]] inline std::vector<const report_group*> groups_by_acceptance(const report& made) {
  std::vector<const report_group*> out;
  for (const report_group& each : made.groups) {
    if (each.now.handoff && each.now.handoff->accepted.of > 0) out.push_back(&each);
  }
  std::stable_sort(out.begin(), out.end(), [](const report_group* a, const report_group* b) {
    return *a->now.handoff->accepted.rate() > *b->now.handoff->accepted.rate();
  });
  return out;
}

[[nodiscard]] inline std::string group_text(const report& made, const report_group& group) {
  return cell(made.by) + " " + (group.value ? cell(*group.value) : std::string("none")) + ": " +
         std::to_string(group.now.handoff->accepted.of) + " " + cell(group.now.handoff->stage) + " at " +
         percent_text(group.now.handoff->accepted.rate()) + " acceptance";
}

inline void append_side(std::string& out, const report& made, std::string_view side) {
  markdown_rows rows{{"metric", "target", "period", "actual", "status"}};
  for (const target_row& each : made.targets) {
    if (each.side != side) continue;
    rows.push_back({each.name, each.bound, each.period.empty() ? period_text(made) : each.period,
                    metric_text(each.metric, each.actual), std::string(name_of(each.status))});
  }
  if (rows.size() == 1) {
    out += "not declared\n\n";
    return;
  }
  append_table(out, rows);
}

/// The largest open deals, and those that nobody touched for two weeks before the end of the period or of the log.
inline void append_open_deals(std::string& out, const report& made) {
  constexpr std::size_t row_count_max = 10;
  constexpr std::int64_t still_ms = std::int64_t{14} * 86'400'000;
  if (!made.details || !made.all.now.business) {
    out += "- open deals: not declared\n";
    return;
  }
  std::int64_t now_ms = made.last_ms.value_or(0);
  if (made.period) now_ms = std::min(now_ms, made.period->to().ms());
  markdown_rows rows{{"open deal", "amount", "open for", "last touch", "owner"}};
  std::size_t open = 0;
  std::size_t still = 0;
  for (const deal_record& each : made.details->deals) {
    if (each.closed_ms) continue;
    ++open;
    const std::int64_t touched_ms = each.touches.empty() ? each.opened_ms : each.touches.back().at_ms;
    const bool is_still = now_ms - touched_ms >= still_ms;
    if (is_still) ++still;
    if (rows.size() > row_count_max && !is_still) continue;
    rows.push_back({each.contact, money_text(each.amount), time_text(now_ms - each.opened_ms),
                    time_text(now_ms - touched_ms) + " ago" + (is_still ? ", stalled" : ""),
                    each.owner.empty() ? "-" : each.owner});
  }
  out +=
      "- open deals: " + std::to_string(open) + ", pipeline " + money_text(made.all.now.business->pipeline_open) + "\n";
  out += "- without a touch for 14 days: " + std::to_string(still) + "\n\n";
  if (rows.size() > 1) append_table(out, rows);
}

/// A share of an amount, as both.
[[nodiscard]] inline std::string share_of_text(const report_measure& share, const ratio& whole) {
  if (share.missing || !share.value) return percent_text(share);
  return money_text(product(*share.value, whole)) + " (" + percent_text(share) + ")";
}

inline void append_revenue_shares(std::string& out, const report_body& body) {
  if (!body.business) {
    out += "not declared\n\n";
    return;
  }
  const business_section& business = *body.business;
  out += "- revenue: " + money_text(business.revenue) + "\n";
  out += "- pipeline sourced by marketing: " + share_of_text(business.sourced, business.pipeline_created) + "\n";
  out += "- pipeline sourced by sales: " + share_of_text(business.sales_sourced, business.pipeline_created) + "\n";
  out += "- revenue influenced by marketing: " + share_of_text(business.influenced, business.revenue) + "\n\n";
}

/// A member of a JSON object as its author wrote it, texts without their quotes.
[[nodiscard]] inline std::string written(document::node object, std::string_view key) {
  const document::node value = object[key];
  if (!value) return {};
  return value.is_text() ? std::string(value.text()) : std::string(value.source());
}

[[nodiscard]] inline std::string names_text(const std::vector<name_use>& names) {
  std::string out;
  for (const name_use& each : names) out += (out.empty() ? "" : ", ") + each.name;
  return out;
}

[[nodiscard]] inline std::string trigger_text(const std::vector<trigger_spec>& triggers) {
  constexpr std::string_view forms[] = {"entering ", "leaving ", "", "", "an assignment", "the transition "};
  std::string out;
  for (const trigger_spec& each : triggers) {
    if (!out.empty()) out += " or ";
    out += std::string(forms[static_cast<std::size_t>(each.form)]) + names_text(each.names);
    if (!each.condition) continue;
    out += each.form == trigger_form::condition ? "as soon as " : " where ";
    out += "`" + std::string(each.condition.source()) + "`";
  }
  return out.empty() ? "-" : out;
}

[[nodiscard]] inline std::string clock_target_text(const clock_target_spec& target) {
  std::string out;
  if (target.within) {
    out = "within " + written(target.where, "within") + (target.end == day_end::close ? ", at close" : "");
  } else {
    out = "by `" + written(target.where, "due") + "`" +
          (target.offset ? " " + written(target.where, "offset") : std::string());
  }
  return target.when ? out + " if `" + std::string(target.when.source()) + "`" : out;
}

inline void append_commitments(std::string& out, const pack& agreed, target_side side) {
  bool is_any = false;
  for (const target_spec& each : agreed.targets) {
    if (each.side != side) continue;
    is_any = true;
    std::string of = each.metric.name;
    if (!each.fields.empty())
      of += " (" + names_text(each.fields) + (each.stage ? " at " + each.stage.name : std::string()) + ")";
    out += "- **" + cell(each.name.name) + "**: `" + of + "` " + bound_text(each) + "\n";
  }
  out += is_any ? "\n" : "not declared\n\n";
}

inline void append_clocks(std::string& out, const pack& agreed) {
  if (agreed.clocks.empty()) return;
  append_title(out, 2, "Clocks");
  for (const clock_spec& each : agreed.clocks) {
    out += "- **" + each.id.name + "**, from " + trigger_text(each.start) + " to " + trigger_text(each.stop) + ":";
    for (const clock_target_spec& target : each.targets) {
      out += (&target == &each.targets.front() ? " " : "; else ") + clock_target_text(target);
    }
    if (each.calendar) out += ", in the time of `" + each.calendar.name + "`";
    if (each.is_repeating) out += ", again and again";
    out += '\n';
  }
  out += '\n';
}

inline void append_escalations(std::string& out, const pack& agreed) {
  append_title(out, 2, "Escalation");
  markdown_rows rows{{"clock", "after the breach", "to"}};
  for (const clock_spec& each : agreed.clocks) {
    for (const escalation_spec& step : each.escalations) {
      rows.push_back({each.id.name, written(step.where, "after"), step.to});
    }
  }
  if (rows.size() == 1) {
    out += "not declared\n\n";
    return;
  }
  append_table(out, rows);
}

inline void append_cadences(std::string& out, const pack& agreed) {
  if (agreed.cadences.empty()) return;
  append_title(out, 2, "Follow-up");
  for (const cadence_spec& each : agreed.cadences) {
    out += "- **" + each.id.name + "**, from " + trigger_text(each.start) + ":";
    if (each.at_least)
      out += " at least " + std::to_string(*each.at_least) + " touches (" + names_text(each.touch_on) + ")";
    for (const channel_spec& channel : each.mix) {
      out += (&channel == &each.mix.front() ? (each.at_least ? ", of them " : " at least ") : std::string(", ")) +
             std::to_string(channel.at_least) + " by " + channel.channel.name;
    }
    if (each.within) out += ", within " + written(each.where, "within");
    if (each.spacing) out += ", " + written(each.where, "spacing") + " apart";
    if (!each.guards.empty()) out += "; not before that to " + names_text(each.guards);
    out += '\n';
  }
  out += '\n';
}

inline void append_codes(std::string& out, const pack& agreed) {
  if (!agreed.dispositions) return;
  append_title(out, 2, "Dispositions");
  if (!agreed.dispositions->required_from.empty()) {
    out += "Needed to leave: " + names_text(agreed.dispositions->required_from) + ".\n\n";
  }
  markdown_rows rows{{"code", "reason", "to", "tag"}};
  for (const disposition_code_spec& each : agreed.dispositions->codes) {
    rows.push_back({each.code.name, each.label, each.to ? each.to.name : std::string("stays"), each.tag});
  }
  append_table(out, rows);
}

}  // namespace leadline::detail
