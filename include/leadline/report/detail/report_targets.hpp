#pragma once

#include <charconv>

#include "leadline/report/detail/report_sections.hpp"

/// The targets of a pack, held against what was reached.
namespace leadline::detail {

using metric_value = report_measure;

/// `converted.mql.sql` as `converted`, `mql`, `sql`. An id may have dots of its own: the last part takes what is left.
[[nodiscard]] inline std::vector<std::string> metric_parts(const std::string& metric) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (true) {
    const std::size_t dot = metric.find('.', from);
    out.push_back(metric.substr(from, dot - from));
    if (dot == std::string::npos) return out;
    from = dot + 1;
  }
}

[[nodiscard]] inline metric_value value_of_rate(const report_rate& rate) {
  return {rate.rate(), std::nullopt, rate.definition};
}

[[nodiscard]] inline metric_value value_in_seconds(const std::optional<std::int64_t>& ms, std::string definition) {
  metric_value out;
  if (ms) out.value = ratio(*ms, 1'000);
  out.definition = std::move(definition);
  return out;
}

class metric_reader {
 public:
  metric_reader(const model& pack, const decision_log& log) : pack_(&pack), log_(&log) {}

  /// `before` is of the period before; null without one.
  [[nodiscard]] metric_value read(const target_spec& target, const report_body& body, const report_body* before,
                                  const report_period* period) const {
    const std::vector<std::string> parts = metric_parts(target.metric.name);
    const std::string& form = parts.front();
    if (form == "entered" && parts.size() == 2) return entered(body, parts[1]);
    if (form == "converted" && parts.size() == 3) return converted(body, parts[1], parts[2]);
    const std::string rest = target.metric.name.size() > form.size() ? target.metric.name.substr(form.size() + 1) : "";
    if (form == "attained" || form == "median" || form == "p90") return of_clock(body, form, rest);
    if (form == "completed") {
      for (const cadence_row& each : body.cadences) {
        if (each.cadence == rest) return value_of_rate(each.kept);
      }
    }
    if (form == "disposed") {
      for (const disposition_section& each : body.dispositions) {
        if (each.stage == rest) return value_of_rate(each.disposed);
      }
    }
    if (form == "touches" && parts.size() == 2) return touches_of(*pack_, body, parts[1]);
    if (form == "score" && parts.size() == 3) return mean_score(parts[1], parts[2], period);
    if (form == "lvr") return velocity(body, before);
    if (form == "cycle_length") return cycle_length(body);
    if (form == "complete") return completeness(body, target.name.name);
    return of_business(body, form);
  }

  /// Of the stage `lead`, or else of the handoff.
  [[nodiscard]] static std::optional<std::int64_t> lead_volume(const report_body& body) {
    const std::string stage = lead_stage(body);
    for (const stage_row& each : body.stages) {
      if (each.stage == stage) return each.entries;
    }
    return std::nullopt;
  }

  [[nodiscard]] static std::optional<ratio> lead_velocity(const report_body& body, const report_body* before) {
    if (before == nullptr) return std::nullopt;
    const std::optional<std::int64_t> now = lead_volume(body);
    const std::optional<std::int64_t> then = lead_volume(*before);
    if (!now || !then || *then <= 0) return std::nullopt;
    return ratio(*now - *then, *then);
  }

 private:
  [[nodiscard]] static std::string lead_stage(const report_body& body) {
    for (const stage_row& each : body.stages) {
      if (each.stage == "lead") return each.stage;
    }
    return body.handoff ? body.handoff->stage : std::string();
  }

  [[nodiscard]] static metric_value entered(const report_body& body, const std::string& stage) {
    for (const stage_row& each : body.stages) {
      if (each.stage == stage) return {ratio(each.entries), std::nullopt, "entries into " + stage};
    }
    return {std::nullopt, target_status::not_measured, "no stage of that name"};
  }

  [[nodiscard]] static metric_value converted(const report_body& body, const std::string& from, const std::string& to) {
    for (const velocity_row& each : body.velocities) {
      if (each.from == from && each.to == to) return value_of_rate(each.reached);
    }
    return {std::nullopt, target_status::not_measured, "measured from a stage to a later one, neither of them aside"};
  }

  [[nodiscard]] static metric_value of_clock(const report_body& body, const std::string& form,
                                             const std::string& clock) {
    for (const clock_row& each : body.clocks) {
      if (each.clock != clock) continue;
      if (form == "attained") return value_of_rate(each.attained);
      const std::string of = " of the seconds used by the cycles of " + clock + " that were stopped";
      return form == "median" ? value_in_seconds(each.used.median_ms, "median" + of)
                              : value_in_seconds(each.used.p90_ms, "90th percentile" + of);
    }
    return {std::nullopt, target_status::not_measured, "no clock of that name"};
  }

  [[nodiscard]] metric_value mean_score(const std::string& score, const std::string& stage,
                                        const report_period* period) const {
    const std::uint32_t score_word = log_->words().find(score);
    const std::uint32_t stage_word = log_->words().find(stage);
    std::int64_t entries = 0;
    std::int64_t total_milli = 0;
    for (std::uint32_t contact = 0; contact < log_->contact_count() && stage_word != text_index::none; ++contact) {
      std::int64_t milli = 0;
      for (const log_entry& each : log_->entries_of(contact)) {
        if (each.kind == log_kind::score && each.about == score_word) milli = each.number;
        if (each.kind != log_kind::stage || each.to != stage_word) continue;
        if (period != nullptr && !period->holds(each.at_ms)) continue;
        ++entries;
        total_milli += milli;
      }
    }
    metric_value out;
    out.definition = "mean of the points of " + score + " last told before the entry into " + stage;
    if (entries > 0) out.value = quotient(ratio(total_milli, 1'000), entries);
    return out;
  }

  [[nodiscard]] static metric_value velocity(const report_body& body, const report_body* before) {
    return {lead_velocity(body, before), std::nullopt,
            "entries into " + lead_stage(body) + " less those of the period before, of those of the period before"};
  }

  [[nodiscard]] metric_value cycle_length(const report_body& body) const {
    if (pack_->business.won.empty()) {
      return {std::nullopt, target_status::not_declared, "the pack's business names no stage that is won"};
    }
    if (!body.handoff || body.handoff->next.empty()) return {std::nullopt, target_status::not_measured, "no handoff"};
    for (const velocity_row& each : body.velocities) {
      if (each.from != body.handoff->next || each.to != pack_->business.won.front().name) continue;
      metric_value out;
      if (each.elapsed.median_ms) out.value = ratio(*each.elapsed.median_ms, 86'400'000);
      out.definition = "median of the days from an entry into " + each.from + " to " + each.to;
      return out;
    }
    return {std::nullopt, target_status::not_measured, "measured from a stage to a later one, neither of them aside"};
  }

  [[nodiscard]] static metric_value completeness(const report_body& body, const std::string& target) {
    for (const completeness_row& each : body.completeness) {
      if (each.target == target) return value_of_rate(each.complete);
    }
    return {std::nullopt, target_status::not_measured, "attributes are in events, and none were read"};
  }

  [[nodiscard]] static metric_value of_business(const report_body& body, const std::string& form) {
    if (!body.business) {
      return {std::nullopt, target_status::not_declared, "the pack's business does not name what it reads"};
    }
    const business_section& business = *body.business;
    const std::pair<std::string_view, const report_measure*> measures[] = {
        {"sourced", &business.sourced},   {"influenced", &business.influenced},
        {"coverage", &business.coverage}, {"cac", &business.cac},
        {"cpo", &business.cpo},           {"deal_size", &business.deal_size}};
    for (const auto& [name, measure] : measures) {
      if (name == form) return *measure;
    }
    return {std::nullopt, target_status::not_measured, "this report does not measure it"};
  }

  const model* pack_;
  const decision_log* log_;
};

/// The decimal that was written in the pack, as far as a double has kept it: its shortest text.
[[nodiscard]] inline std::optional<ratio> ratio_of(double number) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed).ptr;
  return ratio::parse(std::string_view(text, static_cast<std::size_t>(end - text)));
}

/// Whether `actual` keeps all bounds; `bound` says them.
[[nodiscard]] inline target_status judge(const target_spec& target, const ratio& actual,
                                         const std::optional<ratio>& before, std::string& bound) {
  bool is_met = true;
  const auto look = [&](const std::optional<double>& limit, std::string_view text, auto holds) {
    if (!limit) return;
    const std::optional<ratio> exact = ratio_of(*limit);
    if (!bound.empty()) bound += ", ";
    bound += std::string(text) + " " + (exact ? exact->text(6) : std::string("?"));
    if (!exact || !holds(*exact)) is_met = false;
  };
  look(target.at_least, "at least", [&](const ratio& limit) { return actual >= limit; });
  look(target.at_most, "at most", [&](const ratio& limit) { return actual <= limit; });
  look(target.above, "above", [&](const ratio& limit) { return actual > limit; });
  look(target.below, "below", [&](const ratio& limit) { return actual < limit; });
  if (target.trend == target_trend::none) return is_met ? target_status::met : target_status::missed;
  if (!bound.empty()) bound += ", ";
  bound += target.trend == target_trend::up ? "more than before" : "less than before";
  if (!before) return target_status::no_data;
  if (target.trend == target_trend::up ? actual <= *before : actual >= *before) is_met = false;
  return is_met ? target_status::met : target_status::missed;
}

}  // namespace leadline::detail
