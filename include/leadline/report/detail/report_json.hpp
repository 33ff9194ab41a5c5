#pragma once

#include <type_traits>
#include <utility>

#include "leadline/report/detail/plan_text.hpp"
#include "leadline/report/report.hpp"

/// A report as one JSON object. Keys never depend on the data, but for those of the sections that the pack does not
/// declare: these are the text "not declared".
namespace leadline::detail {

inline constexpr std::string_view not_declared = "\"not declared\"";

/// A text, or null where it is empty: nobody, unknown.
inline void append_text_or_null(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) {
    append_key(out, key);
    out += "null";
  } else {
    append_text(out, key, text);
  }
}

inline void append_rate(std::string& out, std::string_view key, const report_rate& rate) {
  append_object(out, key, [&] {
    append_count(out, "count", rate.count);
    append_count(out, "of", rate.of);
    append_ratio(out, "rate", rate.rate());
    append_text(out, "definition", rate.definition);
  });
}

inline void append_measure(std::string& out, std::string_view key, const report_measure& measure) {
  append_object(out, key, [&] {
    append_ratio(out, "value", measure.value);
    append_text_or_null(out, "missing", measure.missing ? name_of(*measure.missing) : std::string_view());
    append_text(out, "definition", measure.definition);
  });
}

template <class Row>
void append_counts(std::string& out, const Row& row, std::type_identity_t<named_members<Row, std::int64_t>> members) {
  for (const auto& [key, member] : members) append_count(out, key, row.*member);
}

template <class Row>
void append_texts(std::string& out, const Row& row, std::type_identity_t<named_members<Row, std::string>> members) {
  for (const auto& [key, member] : members) append_text(out, key, row.*member);
}

template <class Row>
void append_rates(std::string& out, const Row& row, std::type_identity_t<named_members<Row, report_rate>> members) {
  for (const auto& [key, member] : members) append_rate(out, key, row.*member);
}

template <class Row>
void append_amounts(std::string& out, const Row& row, std::type_identity_t<named_members<Row, ratio>> members) {
  for (const auto& [key, member] : members) append_ratio(out, key, row.*member);
}

inline void append_times(std::string& out, const duration_summary& times) {
  append_count(out, "count", times.count);
  for (const auto& [key, member] :
       named_members<duration_summary, std::optional<std::int64_t>>{{"median_ms", &duration_summary::median_ms},
                                                                    {"mean_ms", &duration_summary::mean_ms},
                                                                    {"min_ms", &duration_summary::min_ms},
                                                                    {"max_ms", &duration_summary::max_ms},
                                                                    {"p90_ms", &duration_summary::p90_ms}})
    append_count(out, key, times.*member);
}

inline void append_summary(std::string& out, std::string_view key, const duration_summary& times) {
  append_object(out, key, [&] { append_times(out, times); });
}

inline void append_reasons(std::string& out, std::string_view key, const std::vector<reason_row>& rows) {
  append_list(out, key, rows, [&](const reason_row& each) {
    append_text(out, "reason", each.reason);
    if (!each.label.empty()) append_text(out, "label", each.label);
    append_rate(out, "share", each.share);
  });
}

inline void append_funnel(std::string& out, const report_body& body) {
  if (body.stages.empty()) {
    append_key(out, "funnel");
    out += not_declared;
    return;
  }
  append_object(out, "funnel", [&] {
    append_list(out, "stages", body.stages, [&](const stage_row& each) {
      append_text(out, "stage", each.stage);
      append_key(out, "aside");
      out += each.is_aside ? "true" : "false";
      append_counts(out, each, {{"entries", &stage_row::entries}, {"contacts", &stage_row::contacts}});
      append_count(out, "touches", each.touches);
    });
    append_list(out, "steps", body.steps, [&](const step_row& each) {
      append_texts(out, each, {{"from", &step_row::from}, {"to", &step_row::to}});
      append_rates(out, each, {{"strict", &step_row::strict}, {"reached", &step_row::reached}});
      append_list(out, "cohorts", each.cohorts, [&](const cohort_row& row) {
        append_text(out, "cohort", row.cohort);
        append_counts(
            out, row,
            {{"entered", &cohort_row::entered}, {"strict", &cohort_row::strict}, {"reached", &cohort_row::reached}});
        append_summary(out, "elapsed", row.elapsed);
      });
    });
  });
}

inline void append_velocities(std::string& out, const report_body& body) {
  append_list(out, "velocity", body.velocities, [&](const velocity_row& each) {
    append_texts(out, each, {{"from", &velocity_row::from}, {"to", &velocity_row::to}});
    append_rate(out, "reached", each.reached);
    append_summary(out, "elapsed", each.elapsed);
    append_optional(out, "business", each.business, not_declared,
                    [&](const duration_summary& times) { append_times(out, times); });
  });
}

inline void append_handoff(std::string& out, const report_body& body) {
  append_optional(out, "handoff", body.handoff, not_declared, [&](const handoff_section& handoff) {
    append_texts(out, handoff, {{"stage", &handoff_section::stage}, {"next", &handoff_section::next}});
    append_rates(out, handoff, {{"accepted", &handoff_section::accepted}, {"again", &handoff_section::again}});
    append_summary(out, "until_again", handoff.until_again);
    append_measure(out, "touches", handoff.touches);
    append_reasons(out, "reasons", handoff.reasons);
    append_reasons(out, "overlaps", handoff.overlaps);
  });
}

inline void append_duties(std::string& out, const report_body& body) {
  append_list(out, "clocks", body.clocks, [&](const clock_row& each) {
    append_text(out, "clock", each.clock);
    append_counts(out, each,
                  {{"started", &clock_row::started},
                   {"met", &clock_row::met},
                   {"breached", &clock_row::breached},
                   {"untouched", &clock_row::untouched},
                   {"cancelled", &clock_row::cancelled},
                   {"running", &clock_row::running}});
    append_rate(out, "attained", each.attained);
    append_summary(out, "used", each.used);
  });
  append_optional(out, "speed_to_lead", body.speed, not_declared, [&](const speed_section& speed) {
    append_text(out, "clock", speed.clock);
    append_summary(out, "response", speed.response);
    append_list(out, "bands", speed.bands, [&](const speed_band& each) {
      append_text(out, "band", each.band);
      append_count(out, "count", each.count);
      append_rate(out, "conversion", each.conversion);
    });
  });
  append_list(out, "cadences", body.cadences, [&](const cadence_row& each) {
    append_text(out, "cadence", each.cadence);
    append_counts(out, each,
                  {{"started", &cadence_row::started},
                   {"completed", &cadence_row::completed},
                   {"missed", &cadence_row::missed},
                   {"completed_late", &cadence_row::completed_late},
                   {"stopped", &cadence_row::stopped},
                   {"running", &cadence_row::running}});
    append_rate(out, "kept", each.kept);
  });
  append_list(out, "dispositions", body.dispositions, [&](const disposition_section& each) {
    append_text(out, "stage", each.stage);
    append_rate(out, "disposed", each.disposed);
    append_reasons(out, "codes", each.codes);
  });
}

inline void append_business(std::string& out, const business_section& business) {
  append_counts(out, business,
                {{"opened", &business_section::opened},
                 {"won", &business_section::won},
                 {"lost", &business_section::lost},
                 {"returned", &business_section::returned},
                 {"open", &business_section::open},
                 {"without_amount", &business_section::without_amount}});
  append_amounts(out, business,
                 {{"pipeline_created", &business_section::pipeline_created},
                  {"pipeline_open", &business_section::pipeline_open},
                  {"revenue", &business_section::revenue}});
  append_rate(out, "win_rate", business.win_rate);
  append_reasons(out, "lost_reasons", business.lost_reasons);
  for (const auto& [key, member] :
       named_members<business_section, report_measure>{{"deal_size", &business_section::deal_size},
                                                       {"sourced", &business_section::sourced},
                                                       {"sales_sourced", &business_section::sales_sourced},
                                                       {"influenced", &business_section::influenced},
                                                       {"coverage", &business_section::coverage},
                                                       {"spend", &business_section::spend},
                                                       {"cac", &business_section::cac},
                                                       {"cpo", &business_section::cpo},
                                                       {"hours_per_lead", &business_section::hours_per_lead}})
    append_measure(out, key, business.*member);
  append_list(out, "attribution", business.attribution, [&](const attribution_row& each) {
    append_text_or_null(out, "touch", each.touch);
    append_amounts(
        out, each,
        {{"first", &attribution_row::first}, {"last", &attribution_row::last}, {"linear", &attribution_row::linear}});
  });
  append_list(out, "channels", business.channels, [&](const channel_row& each) {
    append_text_or_null(out, "channel", each.channel);
    append_count(out, "won", each.won);
    append_ratio(out, "revenue", each.revenue);
    append_ratio(out, "spend", each.spend);
    append_ratio(out, "cac", each.cac);
  });
}

inline void append_body(std::string& out, const report_body& body) {
  append_funnel(out, body);
  append_velocities(out, body);
  append_handoff(out, body);
  append_duties(out, body);
  append_list(out, "owners", body.owners, [&](const owner_row& each) {
    append_text_or_null(out, "owner", each.owner);
    append_rates(
        out, each,
        {{"share", &owner_row::share}, {"accepted", &owner_row::accepted}, {"attained", &owner_row::attained}});
  });
  append_list(out, "completeness", body.completeness, [&](const completeness_row& each) {
    append_texts(out, each, {{"target", &completeness_row::target}, {"stage", &completeness_row::stage}});
    append_rate(out, "complete", each.complete);
    append_list(out, "fields", each.fields, [&](const completeness_row::field_row& field) {
      append_text(out, "field", field.field);
      append_rate(out, "known", field.known);
    });
  });
  append_optional(out, "business", body.business, not_declared,
                  [&](const business_section& business) { append_business(out, business); });
}

inline void append_period(std::string& out, std::string_view key, const std::optional<report_period>& period) {
  append_optional(out, key, period, "null", [&](const report_period& content) {
    append_text(out, "name", content.name());
    append_text(out, "from", content.from().text());
    append_text(out, "to", content.to().text());
  });
}

inline void append_instant(std::string& out, std::string_view key, const std::optional<std::int64_t>& at_ms) {
  append_key(out, key);
  out += at_ms ? "\"" + instant::from_ms(*at_ms).text() + "\"" : std::string("null");
}

inline void append_group(std::string& out, const report_group& group) {
  append_object(out, "now", [&] { append_body(out, group.now); });
  append_optional(out, "before", group.before, "null", [&](const report_body& body) { append_body(out, body); });
}

inline void append_targets(std::string& out, const report& made) {
  append_list(out, "targets", made.targets, [&](const target_row& each) {
    append_texts(out, each,
                 {{"target", &target_row::name},
                  {"side", &target_row::side},
                  {"metric", &target_row::metric},
                  {"period", &target_row::period}});
    append_ratio(out, "actual", each.actual);
    append_ratio(out, "before", each.before);
    append_text(out, "bound", each.bound);
    append_text(out, "status", name_of(each.status));
    append_text(out, "definition", each.definition);
  });
}

inline void append_details(std::string& out, const report_details& details) {
  append_list(out, "deals", details.deals, [&](const deal_record& each) {
    append_text(out, "contact", each.contact);
    append_text(out, "outcome", name_of(each.outcome));
    append_ratio(out, "amount", each.amount);
    append_instant(out, "opened", each.opened_ms);
    append_instant(out, "closed", each.closed_ms);
    append_count(out, "cycle_ms", each.cycle_ms);
    append_text_or_null(out, "owner", each.owner);
    append_text_or_null(out, "channel", each.channel);
    append_text_or_null(out, "reason", each.reason);
    append_text_or_null(out, "label", each.reason_label);
    append_list(out, "touches", each.touches, [&](const deal_touch& touch) {
      append_instant(out, "at", touch.at_ms);
      append_text(out, "type", touch.type);
      append_text(out, "side", touch.side == target_side::marketing ? "marketing" : "sales");
    });
  });
  append_list(out, "moves", details.moves, [&](const move_record& each) {
    append_instant(out, "at", each.at_ms);
    append_texts(out, each, {{"contact", &move_record::contact}, {"stage", &move_record::stage}});
    append_text_or_null(out, "reason", each.reason);
    append_text_or_null(out, "owner", each.owner);
  });
}

inline void append_report(std::string& out, const report& made) {
  append_object(out, [&] {
    append_texts(out, made, {{"pack", &report::pack}, {"version", &report::version}});
    append_period(out, "period", made.period);
    append_period(out, "period_before", made.period_before);
    append_text(out, "calendar", made.calendar);
    append_object(out, "log", [&] {
      append_count(out, "decisions", static_cast<std::int64_t>(made.decision_count));
      append_count(out, "corrections", static_cast<std::int64_t>(made.correction_count));
      append_count(out, "forgotten", static_cast<std::int64_t>(made.forgotten_count));
      append_count(out, "contacts", made.contact_count);
      append_instant(out, "first", made.first_ms);
      append_instant(out, "last", made.last_ms);
    });
    append_object(out, "all", [&] { append_group(out, made.all); });
    append_optional(out, "by", made.by.empty() ? std::nullopt : std::optional(made.by), "null",
                    [&](const std::string& path) {
                      append_text(out, "path", path);
                      append_list(out, "groups", made.groups, [&](const report_group& each) {
                        append_key(out, "value");
                        if (each.value) {
                          json_text::append_quoted(out, *each.value);
                        } else {
                          out += "null";
                        }
                        append_group(out, each);
                      });
                    });
    append_ratio(out, "lead_velocity_rate", made.lead_velocity_rate);
    append_targets(out, made);
    append_optional(out, "details", made.details, "null",
                    [&](const report_details& details) { append_details(out, details); });
  });
}

}  // namespace leadline::detail
