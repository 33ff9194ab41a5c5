#pragma once

#include <algorithm>

#include "leadline/base/json_text.hpp"
#include "leadline/report/detail/report_json.hpp"
#include "leadline/report/detail/report_roles.hpp"
#include "leadline/report/handoff_package.hpp"

namespace leadline {

namespace detail {

inline void append_named(std::string& out, std::string_view key,
                         const std::vector<handoff_package::named_value>& values) {
  append_object(out, key, [&] {
    for (const handoff_package::named_value& each : values) {
      if (out.back() != '{') out += ", ";
      json_text::append_quoted(out, each.name);
      out += ": " + each.value;
    }
  });
}

}  // namespace detail

LEADLINE_INLINE handoff_maker::handoff_maker(std::shared_ptr<const model> pack, std::string contact)
    : pack_(std::move(pack)), contact_(std::move(contact)), why_(pack_), decisions_(pack_) {}

LEADLINE_INLINE void handoff_maker::tell(std::span<const decision> news) {
  for (const decision& each : news) {
    if (each.contact != contact_) continue;
    log_.add(each);
    if (each.kind == decision_kind::stage && each.cause) causes_.emplace_back(each.at.ms(), std::string(*each.cause));
  }
}

LEADLINE_INLINE void handoff_maker::take(const event& sent) {
  tell(decisions_.apply(sent));
  why_.take(sent);
  if (sent.contact != contact_) return;
  if (sent.id.is_text()) types_.emplace_back(std::string(sent.id.text()), std::string(sent.type));
  history_.push_back(
      {sent.at.ms(), std::string(sent.type), sent.data.is_object() ? to_json(sent.data) : std::string("{}")});
}

LEADLINE_INLINE void handoff_maker::add_standing(handoff_package& out, const ledger& told) const {
  out.stage = told.stage.value_or("");
  out.status = told.status.value_or("");
  for (const ledger_score& score : told.scores) {
    out.scores.push_back({score.name, detail::points_json(score.value_milli)});
    for (const ledger_rule& rule : score.rules) {
      if (rule.value_milli != 0) out.points.push_back({score.name, rule.id, rule.value_milli});
    }
  }
  std::stable_sort(out.points.begin(), out.points.end(),
                   [](const auto& a, const auto& b) { return a.points_milli > b.points_milli; });
  for (const ledger_grade& grade : told.grades) {
    std::string word = "null";
    if (grade.word) {
      word.clear();
      json_text::append_quoted(word, *grade.word);
    }
    out.grades.push_back({grade.name, word});
  }
  const leadline::contact* who = why_.all().find(contact_);
  if (who == nullptr) return;
  const contact_state& state = who->state;
  for (std::size_t i = 0; i < pack_->attributes.size(); ++i) {
    const value content = state.attributes()[i].content();
    if (!content.is_null()) out.attributes.push_back({pack_->attributes[i].name, to_json(content)});
  }
  out.tags = state.tags;
  out.owner = state.owner.value_or("");
  for (const clock_state& each : state.clocks) {
    if (!each.is_active()) continue;
    out.deadlines.push_back(
        {pack_->clocks[each.index].id, std::string(name_of(each.phase)), each.start_ms, each.due_ms});
  }
}

LEADLINE_INLINE void handoff_maker::add_handoff(handoff_package& out) const {
  const detail::report_roles roles = detail::roles_of_stages(*pack_);
  if (roles.handoff == text_index::none || log_.contact_count() == 0) return;
  const std::uint32_t stage = log_.words().find(pack_->stages[roles.main_stages[roles.handoff]].id);
  const std::uint32_t newest = log_.contact_count() - 1;  // one that came after being forgotten is another
  for (const log_entry& each : log_.entries_of(newest)) {
    if (each.kind == log_kind::assigned) out.assigned_by = detail::text_of_word(log_.words(), each.rule);
    if (each.kind != log_kind::stage || each.to != stage || stage == text_index::none) continue;
    out.handed_over_ms = each.at_ms;
    out.reason = detail::text_of_word(log_.words(), each.reason != text_index::none ? each.reason : each.rule);
  }
  for (const auto& [at_ms, cause] : causes_) {
    if (out.handed_over_ms != at_ms) continue;
    for (const auto& [id, type] : types_) {
      if (id == cause) out.trigger = type;
    }
  }
}

LEADLINE_INLINE std::optional<handoff_package> handoff_maker::make(instant at) {
  tell(decisions_.advance(at));
  log_.settle();
  const std::optional<ledger> told = why_.explain(contact_, at);
  if (!told) return std::nullopt;
  handoff_package out;
  out.contact = contact_;
  out.at_ms = at.ms();
  add_standing(out, *told);
  add_handoff(out);
  std::stable_sort(history_.begin(), history_.end(), [](const auto& a, const auto& b) { return a.at_ms > b.at_ms; });
  out.event_count = history_.size();
  if (history_.size() > history_size_max) history_.resize(history_size_max);
  out.history = std::move(history_);
  return out;
}

LEADLINE_INLINE std::string to_json(const handoff_package& made) {
  std::string out;
  detail::append_object(out, [&] {
    detail::append_text(out, "contact", made.contact);
    detail::append_instant(out, "at", made.at_ms);
    detail::append_object(out, "lead", [&] {
      detail::append_named(out, "attributes", made.attributes);
      detail::append_key(out, "tags");
      out += '[';
      for (const std::string& each : made.tags) {
        if (out.back() != '[') out += ", ";
        json_text::append_quoted(out, each);
      }
      out += ']';
      detail::append_named(out, "scores", made.scores);
      detail::append_named(out, "grades", made.grades);
      detail::append_list(out, "points", made.points, [&](const handoff_package::points_row& each) {
        detail::append_text(out, "score", each.score);
        detail::append_text(out, "rule", each.rule);
        detail::append_key(out, "points");
        out += detail::points_json(each.points_milli);
      });
      detail::append_count(out, "events", static_cast<std::int64_t>(made.event_count));
      detail::append_list(out, "history", made.history, [&](const handoff_package::history_row& each) {
        detail::append_instant(out, "at", each.at_ms);
        detail::append_text(out, "type", each.type);
        detail::append_key(out, "data");
        out += each.data;
      });
    });
    detail::append_object(out, "expected", [&] {
      detail::append_text_or_null(out, "stage", made.stage);
      detail::append_text_or_null(out, "status", made.status);
      detail::append_instant(out, "handed_over", made.handed_over_ms);
      detail::append_text_or_null(out, "reason", made.reason);
      detail::append_text_or_null(out, "trigger", made.trigger);
    });
    detail::append_object(out, "assignment", [&] {
      detail::append_text_or_null(out, "owner", made.owner);
      detail::append_text_or_null(out, "rule", made.assigned_by);
    });
    detail::append_list(out, "deadlines", made.deadlines, [&](const handoff_package::deadline_row& each) {
      detail::append_text(out, "clock", each.clock);
      detail::append_text(out, "phase", each.phase);
      detail::append_instant(out, "started", each.started_ms);
      detail::append_instant(out, "due", each.due_ms);
    });
  });
  return out;
}

}  // namespace leadline
