#pragma once

#include "leadline/report/detail/plan_text.hpp"
#include "leadline/report/report.hpp"

/// A report as one JSON object. Keys never depend on the data, but for those of the sections that the pack does not
/// declare: these are the text "not declared".
namespace leadline::detail {

inline constexpr std::string_view not_declared = "\"not declared\"";

template <class Rows, class Append>
void append_list(std::string& out, std::string_view key, const Rows& rows, Append append) {
  append_key(out, key);
  out += '[';
  bool is_first = true;
  for (const auto& each : rows) {
    if (!is_first) out += ", ";
    is_first = false;
    out += '{';
    append(each);
    out += '}';
  }
  out += ']';
}

inline void append_rate(std::string& out, std::string_view key, const report_rate& rate) {
  append_key(out, key);
  out += '{';
  append_count(out, "count", rate.count);
  append_count(out, "of", rate.of);
  append_ratio(out, "rate", rate.rate());
  append_text(out, "definition", rate.definition);
  out += '}';
}

inline void append_summary(std::string& out, std::string_view key, const duration_summary& times) {
  append_key(out, key);
  out += '{';
  append_count(out, "count", times.count);
  append_count(out, "median_ms", times.median_ms);
  append_count(out, "mean_ms", times.mean_ms);
  append_count(out, "min_ms", times.min_ms);
  append_count(out, "max_ms", times.max_ms);
  append_count(out, "p90_ms", times.p90_ms);
  out += '}';
}

inline void append_reasons(std::string& out, std::string_view key, const std::vector<reason_row>& rows) {
  append_list(out, key, rows, [&](const reason_row& each) {
    append_text(out, "reason", each.reason);
    if (!each.label.empty()) append_text(out, "label", each.label);
    append_rate(out, "share", each.share);
  });
}

inline void append_funnel(std::string& out, const report_body& body) {
  append_key(out, "funnel");
  if (body.stages.empty()) {
    out += not_declared;
    return;
  }
  out += '{';
  append_list(out, "stages", body.stages, [&](const stage_row& each) {
    append_text(out, "stage", each.stage);
    append_key(out, "aside");
    out += each.is_aside ? "true" : "false";
    append_count(out, "entries", each.entries);
    append_count(out, "contacts", each.contacts);
  });
  append_list(out, "steps", body.steps, [&](const step_row& each) {
    append_text(out, "from", each.from);
    append_text(out, "to", each.to);
    append_rate(out, "strict", each.strict);
    append_rate(out, "reached", each.reached);
    append_list(out, "cohorts", each.cohorts, [&](const cohort_row& row) {
      append_text(out, "cohort", row.cohort);
      append_count(out, "entered", row.entered);
      append_count(out, "strict", row.strict);
      append_count(out, "reached", row.reached);
    });
  });
  out += '}';
}

inline void append_handoff(std::string& out, const report_body& body) {
  append_key(out, "handoff");
  if (!body.handoff) {
    out += not_declared;
    return;
  }
  const handoff_section& handoff = *body.handoff;
  out += '{';
  append_text(out, "stage", handoff.stage);
  append_text(out, "next", handoff.next);
  append_rate(out, "accepted", handoff.accepted);
  append_rate(out, "again", handoff.again);
  append_summary(out, "until_again", handoff.until_again);
  append_reasons(out, "reasons", handoff.reasons);
  append_reasons(out, "overlaps", handoff.overlaps);
  out += '}';
}

inline void append_speed(std::string& out, const report_body& body) {
  append_key(out, "speed_to_lead");
  if (!body.speed) {
    out += not_declared;
    return;
  }
  out += '{';
  append_text(out, "clock", body.speed->clock);
  append_summary(out, "response", body.speed->response);
  append_list(out, "bands", body.speed->bands, [&](const speed_band& each) {
    append_text(out, "band", each.band);
    append_count(out, "count", each.count);
    append_rate(out, "conversion", each.conversion);
  });
  out += '}';
}

inline void append_duties(std::string& out, const report_body& body) {
  append_list(out, "clocks", body.clocks, [&](const clock_row& each) {
    append_text(out, "clock", each.clock);
    append_count(out, "started", each.started);
    append_count(out, "met", each.met);
    append_count(out, "breached", each.breached);
    append_count(out, "untouched", each.untouched);
    append_count(out, "cancelled", each.cancelled);
    append_count(out, "running", each.running);
    append_rate(out, "attained", each.attained);
    append_summary(out, "used", each.used);
  });
  append_speed(out, body);
  append_list(out, "cadences", body.cadences, [&](const cadence_row& each) {
    append_text(out, "cadence", each.cadence);
    append_count(out, "started", each.started);
    append_count(out, "completed", each.completed);
    append_count(out, "missed", each.missed);
    append_count(out, "completed_late", each.completed_late);
    append_count(out, "stopped", each.stopped);
    append_count(out, "running", each.running);
    append_rate(out, "kept", each.kept);
  });
  append_list(out, "dispositions", body.dispositions, [&](const disposition_section& each) {
    append_text(out, "stage", each.stage);
    append_rate(out, "disposed", each.disposed);
    append_reasons(out, "codes", each.codes);
  });
}

inline void append_body(std::string& out, const report_body& body) {
  out += '{';
  append_funnel(out, body);
  append_list(out, "velocity", body.velocities, [&](const velocity_row& each) {
    append_text(out, "from", each.from);
    append_text(out, "to", each.to);
    append_rate(out, "reached", each.reached);
    append_summary(out, "elapsed", each.elapsed);
    if (each.business) {
      append_summary(out, "business", *each.business);
    } else {
      append_key(out, "business");
      out += not_declared;
    }
  });
  append_handoff(out, body);
  append_duties(out, body);
  append_list(out, "owners", body.owners, [&](const owner_row& each) {
    append_key(out, "owner");
    if (each.owner.empty()) {
      out += "null";
    } else {
      json_text::append_quoted(out, each.owner);
    }
    append_rate(out, "share", each.share);
    append_rate(out, "accepted", each.accepted);
    append_rate(out, "attained", each.attained);
  });
  out += '}';
}

inline void append_period(std::string& out, std::string_view key, const std::optional<report_period>& period) {
  append_key(out, key);
  if (!period) {
    out += "null";
    return;
  }
  out += '{';
  append_text(out, "name", period->name());
  append_text(out, "from", period->from().text());
  append_text(out, "to", period->to().text());
  out += '}';
}

inline void append_instant(std::string& out, std::string_view key, const std::optional<std::int64_t>& at_ms) {
  append_key(out, key);
  out += at_ms ? "\"" + instant::from_ms(*at_ms).text() + "\"" : std::string("null");
}

inline void append_group(std::string& out, const report_group& group) {
  append_key(out, "now");
  append_body(out, group.now);
  append_key(out, "before");
  if (group.before) {
    append_body(out, *group.before);
  } else {
    out += "null";
  }
}

inline void append_report(std::string& out, const report& made) {
  out += '{';
  append_text(out, "pack", made.pack);
  append_text(out, "version", made.version);
  append_period(out, "period", made.period);
  append_period(out, "period_before", made.period_before);
  append_text(out, "calendar", made.calendar);
  append_key(out, "log");
  out += '{';
  append_count(out, "decisions", static_cast<std::int64_t>(made.decision_count));
  append_count(out, "corrections", static_cast<std::int64_t>(made.correction_count));
  append_count(out, "forgotten", static_cast<std::int64_t>(made.forgotten_count));
  append_count(out, "contacts", made.contact_count);
  append_instant(out, "first", made.first_ms);
  append_instant(out, "last", made.last_ms);
  out += '}';
  append_key(out, "all");
  out += '{';
  append_group(out, made.all);
  out += '}';
  append_key(out, "by");
  if (made.by.empty()) {
    out += "null";
  } else {
    out += '{';
    append_text(out, "path", made.by);
    append_list(out, "groups", made.groups, [&](const report_group& each) {
      append_key(out, "value");
      if (each.value) {
        json_text::append_quoted(out, *each.value);
      } else {
        out += "null";
      }
      append_group(out, each);
    });
    out += '}';
  }
  append_ratio(out, "lead_velocity_rate", made.lead_velocity_rate);
  append_list(out, "targets", made.targets, [&](const target_row& each) {
    append_text(out, "target", each.name);
    append_text(out, "side", each.side);
    append_text(out, "metric", each.metric);
    append_text(out, "period", each.period);
    append_ratio(out, "actual", each.actual);
    append_ratio(out, "before", each.before);
    append_text(out, "bound", each.bound);
    append_text(out, "status", name_of(each.status));
    append_text(out, "definition", each.definition);
  });
  out += '}';
}

}  // namespace leadline::detail
