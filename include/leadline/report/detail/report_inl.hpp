#pragma once

#include "leadline/base/limits.hpp"
#include "leadline/base/nearest_name.hpp"
#include "leadline/report/detail/report_business.hpp"
#include "leadline/report/detail/report_details.hpp"
#include "leadline/report/detail/report_json.hpp"
#include "leadline/report/detail/report_markdown.hpp"
#include "leadline/report/detail/report_sections.hpp"
#include "leadline/report/detail/report_targets.hpp"
#include "leadline/report/report.hpp"

namespace leadline {

namespace detail {

[[nodiscard]] inline tl::unexpected<diagnostics> unknown_name(std::string code, std::string_view noun,
                                                              const std::string& name,
                                                              const std::vector<std::string_view>& names) {
  return failure(diagnostic{.code = std::move(code),
                            .message = "there is no " + std::string(noun) + " \"" + name + "\"",
                            .suggestion = nearest_name(name, names),
                            .allowed = {names.begin(), names.end()}});
}

[[nodiscard]] inline result<report_roles> roles_of(const model& pack, const report_request& request) {
  report_roles out = roles_of_stages(pack);

  std::vector<std::string_view> calendars(pack.calendar_names.begin(), pack.calendar_names.end());
  const std::string calendar = request.calendar.empty() ? "sales" : request.calendar;
  const auto found = std::find(calendars.begin(), calendars.end(), calendar);
  if (found != calendars.end()) {
    out.calendar = &pack.calendars[static_cast<std::size_t>(found - calendars.begin())];
  } else if (!request.calendar.empty()) {
    return unknown_name("report.unknown_calendar", "calendar", request.calendar, calendars);
  } else if (calendars.size() == 1) {
    out.calendar = &pack.calendars.front();
  }

  std::vector<std::string_view> clocks;
  for (const compiled::clock& each : pack.clocks) clocks.push_back(each.id);
  const std::string clock = request.speed_clock.empty() ? "speed-to-lead" : request.speed_clock;
  const auto speed = std::find(clocks.begin(), clocks.end(), clock);
  if (speed != clocks.end()) {
    out.speed_clock = static_cast<std::uint32_t>(speed - clocks.begin());
  } else if (!request.speed_clock.empty()) {
    return unknown_name("report.unknown_clock", "clock", request.speed_clock, clocks);
  } else if (!clocks.empty()) {
    out.speed_clock = 0;
  }

  if (pack.disposition) {
    const auto is_asked_for = [&](const compiled::stage& stage) {
      return stage.requires_disposition ||
             std::any_of(pack.targets.begin(), pack.targets.end(),
                         [&](const target_spec& each) { return each.metric.name == "disposed." + stage.id; });
    };
    for (std::uint32_t i = 0; i < pack.stages.size(); ++i) {
      const bool is_handoff = out.handoff != text_index::none && out.main_stages[out.handoff] == i;
      if (is_handoff || is_asked_for(pack.stages[i])) out.disposed.push_back(i);
    }
  }
  return out;
}

[[nodiscard]] inline diagnostics problems_of_by(const std::string& by) {
  if (by.empty() || by == "reason" || by == "owner") return {};
  if (by.starts_with(visit_labels::contact_prefix) && by.size() > visit_labels::contact_prefix.size()) return {};
  return diagnostics({.code = "report.unknown_path",
                      .message = "nothing can be grouped by \"" + by + "\"",
                      .expected = "reason, owner, or contact. and an attribute"});
}

[[nodiscard]] inline std::string label_text(const text_index& words, std::uint32_t label, std::string_view by) {
  std::string out(words.text(label));
  // Attributes are kept as JSON; a text is shown without its quotes.
  if (by.starts_with(visit_labels::contact_prefix) && out.size() >= 2 && out.front() == '"')
    return out.substr(1, out.size() - 2);
  return out;
}

/// The periods in which a target is judged: those of its own length that end in the report's, or else the one around
/// it.
[[nodiscard]] inline std::vector<std::optional<report_period>> target_periods(const target_spec& target,
                                                                              const report_request& request,
                                                                              const model& pack,
                                                                              const decision_log& log) {
  if (target.per == target_period::of_report || !pack.zone) return {request.period};
  const period_unit units[] = {period_unit::month, period_unit::week, period_unit::month, period_unit::quarter};
  const period_unit unit = units[static_cast<std::size_t>(target.per)];
  if (!request.period) {
    // The last one that is over.
    if (!log.last_ms()) return {};
    return {report_period::of(instant::from_ms(*log.last_ms()), unit, *pack.zone).before(*pack.zone)};
  }
  std::vector<std::optional<report_period>> out;
  report_period each = report_period::of(request.period->from(), unit, *pack.zone);
  if (each.to() >= request.period->to()) return {each};
  for (; each.to() <= request.period->to(); each = each.after(*pack.zone)) {
    if (each.to() > request.period->from()) out.emplace_back(each);
  }
  return out;
}

class target_judge {
 public:
  target_judge(const model& pack, const decision_log& log, const report_request& request, body_maker& maker)
      : pack_(&pack), log_(&log), request_(&request), reader_(pack, log), maker_(&maker) {}

  [[nodiscard]] std::vector<target_row> judge_all() {
    std::vector<target_row> out;
    for (const target_spec& target : pack_->targets) {
      for (const auto& period : target_periods(target, *request_, *pack_, *log_))
        out.push_back(judge_one(target, period));
    }
    return out;
  }

 private:
  [[nodiscard]] target_row judge_one(const target_spec& target, const std::optional<report_period>& period) {
    target_row row;
    row.name = target.name.name;
    row.metric = target.metric.name;
    row.side = target.side == target_side::marketing ? "marketing" : "sales";
    std::optional<report_period> earlier;
    if (period && pack_->zone) earlier = period->before(*pack_->zone);
    if (period) row.period = period->name();
    const report_body& body = body_of(period);
    const report_body* before = earlier ? &body_of(earlier) : nullptr;
    const metric_value now = reader_.read(target, body, before, period ? &*period : nullptr);
    row.actual = now.value;
    row.definition = now.definition;
    if (before != nullptr && target.metric.name != "lvr") {
      row.before = reader_.read(target, *before, nullptr, &*earlier).value;
    }
    const target_status judged = judge(target, row.actual.value_or(ratio(0)), row.before, row.bound);
    row.status = now.missing ? *now.missing : row.actual ? judged : target_status::no_data;
    return row;
  }

  [[nodiscard]] const report_body& body_of(const std::optional<report_period>& period) {
    const std::string key = period ? period->name() : std::string();
    const auto known = bodies_.find(key);
    if (known != bodies_.end()) return known->second;
    body_filter filter;
    filter.period = period ? &*period : nullptr;
    return bodies_.emplace(key, maker_->make(filter)).first->second;
  }

  const model* pack_;
  const decision_log* log_;
  const report_request* request_;
  metric_reader reader_;
  body_maker* maker_;
  std::map<std::string, report_body> bodies_;
};

}  // namespace detail

LEADLINE_INLINE result<report> make_report(const model& pack, const decision_log& log, const report_request& request) {
  const result<detail::report_roles> roles = detail::roles_of(pack, request);
  if (!roles) return failure(roles.error());
  diagnostics problems = detail::problems_of_by(request.by);
  if (problems.has_errors()) return failure(std::move(problems));

  report out;
  out.pack = pack.name;
  out.version = pack.version;
  out.period = request.period;
  if (request.period && pack.zone) out.period_before = request.period->before(*pack.zone);
  out.by = request.by;
  for (std::size_t i = 0; i < pack.calendars.size(); ++i) {
    if (&pack.calendars[i] == roles->calendar) out.calendar = pack.calendar_names[i];
  }
  out.decision_count = log.decision_count();
  out.correction_count = log.correction_count();
  out.forgotten_count = log.forgotten_count();
  out.contact_count = static_cast<std::int64_t>(log.contact_count()) - static_cast<std::int64_t>(log.forgotten_count());
  out.first_ms = log.first_ms();
  out.last_ms = log.last_ms();

  const detail::completeness_targets complete(pack, log.words(), *roles);
  if (complete.fields().size() > limits::report_field_count_max) {
    return failure(diagnostic{
        .code = "limit.report_fields",
        .message = "the targets of completeness name " + std::to_string(complete.fields().size()) + " fields",
        .expected = "at most " + std::to_string(limits::report_field_count_max)});
  }
  detail::visit_labels labels(log, pack, request.by, request.where, request.where_scope, complete.words());
  detail::visit_table table = detail::visit_builder(pack, log, labels).build();
  detail::mark_went_on(table, *roles);
  const detail::deal_table deals = detail::deal_builder(pack, log, table, roles->rank).build();
  detail::business_maker business(pack, log, table, deals, *roles, request);
  detail::body_maker maker(pack, log, table, *roles, request, complete, business);
  const auto fill = [&](report_group& group, detail::body_filter filter) {
    filter.period = out.period ? &*out.period : nullptr;
    group.now = maker.make(filter);
    if (!out.period_before) return;
    filter.period = &*out.period_before;
    group.before = maker.make(filter);
  };
  fill(out.all, {});
  if (!request.by.empty()) {
    std::set<std::uint32_t> values;
    for (const detail::stage_visit& each : table.visits) {
      if (each.is_counted && (!out.period || out.period->holds(each.at_ms))) values.insert(each.label);
    }
    if (values.size() > limits::report_group_count_max) {
      return failure(diagnostic{.code = "limit.report_groups",
                                .message = request.by + " has " + std::to_string(values.size()) + " values",
                                .expected = "at most " + std::to_string(limits::report_group_count_max) + " groups"});
    }
    for (const std::uint32_t value : values) {
      report_group& group = out.groups.emplace_back();
      if (value != text_index::none) group.value = detail::label_text(log.words(), value, request.by);
      detail::body_filter filter;
      filter.is_grouped = true;
      filter.label = value;
      fill(group, filter);
    }
    std::sort(out.groups.begin(), out.groups.end(),
              [](const report_group& a, const report_group& b) { return a.value < b.value; });
  }
  out.lead_velocity_rate =
      detail::metric_reader::lead_velocity(out.all.now, out.all.before ? &*out.all.before : nullptr);
  if (request.detail == report_detail::contacts) {
    const report_period* period = out.period ? &*out.period : nullptr;
    out.details = {detail::deals_of(pack, log, table, deals, *roles, period),
                   detail::moves_of(pack, log, table, *roles, period)};
  }
  out.targets = detail::target_judge(pack, log, request, maker).judge_all();
  return out;
}

LEADLINE_INLINE std::string to_json(const report& made) {
  std::string out;
  detail::append_report(out, made);
  return out;
}

LEADLINE_INLINE std::string to_markdown(const report& made) { return detail::markdown_of(made); }

}  // namespace leadline
