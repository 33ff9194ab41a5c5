#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>

#include "leadline/base/detail/ascii.hpp"
#include "leadline/base/json_text.hpp"
#include "leadline/fold/detail/fold_machine.hpp"

/// Reading an event: is it what it must be, which attributes it sets, what signals and rules keep of it. Everything is
/// judged before anything is kept, so that an event that would cross a limit changes nothing.
namespace leadline::detail {

inline value fold_machine::datum(std::string_view name) const noexcept {
  value found = value::absent();
  if (!event_->data.is_object()) return found;
  for (const value::member& each : event_->data.members()) {
    if (each.key == name) found = each.content;
  }
  return found;
}

/// A text that is a number exactly as JSON has it.
[[nodiscard]] inline std::optional<value> number_of_json(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t before = at;
    while (at < text.size() && is_ascii_digit(text[at])) ++at;
    return at - before;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const std::size_t first = at;
  const std::size_t count = digits();
  if (count == 0 || (count > 1 && text[first] == '0')) return std::nullopt;
  bool is_whole = true;
  if (at < text.size() && text[at] == '.') {
    is_whole = false;
    ++at;
    if (digits() == 0) return std::nullopt;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    is_whole = false;
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  const char* const end = text.data() + text.size();
  if (is_whole) {
    std::int64_t whole = 0;
    if (std::from_chars(text.data(), end, whole).ec == std::errc()) return value::of(whole);
  }
  const double number = number_of_text(text);
  if (!std::isfinite(number)) return std::nullopt;
  return value::of(number);
}

inline std::optional<value> fold_machine::converted(data_type type, value content) {
  if (content.is_null()) return value{};
  switch (type) {
    case data_type::string: return content.is_text() ? std::optional(content) : std::nullopt;
    case data_type::number:
      if (content.kind() == value_kind::real && !std::isfinite(content.real())) return std::nullopt;
      if (content.is_number()) return content;
      return content.is_text() ? number_of_json(content.text()) : std::nullopt;
    case data_type::boolean:
      if (content.kind() == value_kind::boolean) return content;
      if (content.is_text() && content.text() == "true") return value::of(true);
      if (content.is_text() && content.text() == "false") return value::of(false);
      return std::nullopt;
    case data_type::date: {
      if (content.kind() == value_kind::date) return content;
      if (!content.is_text()) return std::nullopt;
      const result<instant> at = instant::parse(content.text());
      return at ? std::optional(value::date(at->ms())) : std::nullopt;
    }
    case data_type::strings:
      if (!content.is_list()) return std::nullopt;
      for (const value& each : content.items()) {
        if (!each.is_text()) return std::nullopt;
      }
      return content;
  }
  return std::nullopt;
}

inline std::optional<std::string> fold_machine::problem_of(const event& sent) {
  event_ = &sent;
  const auto quoted = [](std::string_view text) {
    return "\"" + std::string(text.substr(0, limits::pack_name_size_max)) + "\"";
  };
  if (!sent.id.is_null() && (!sent.id.is_text() || sent.id.text() == "time")) {
    return "the id must be a text other than \"time\"";
  }
  if (sent.id.is_text() && sent.id.text().size() > limits::event_id_size_max) {
    return "the id has " + std::to_string(sent.id.text().size()) + " bytes where at most " +
           std::to_string(limits::event_id_size_max) + " may be";
  }
  const std::uint32_t type = plan_.event_by_name.find(sent.type);
  if (type == none || !model_.events[type].is_declared) return "no event type " + quoted(sent.type) + " is declared";
  type_ = type;
  if (!sent.data.is_null() && !sent.data.is_object()) return "data must be an object";
  const compiled::event_type& what = model_.events[type_];
  for (const std::uint32_t each : event_slots_set_) event_row_[each] = value::absent();
  event_slots_set_.clear();
  event_row_[row_layout::event_type] = value::of(std::string_view(what.name));
  event_row_[row_layout::event_id] = sent.id;
  event_row_[row_layout::event_at] = value::date(sent.at.ms());
  if (sent.data.is_object()) {
    for (const value::member& each : sent.data.members()) {
      const std::uint32_t slot = plan_.field_by_name.find(each.key);
      if (slot == none) continue;
      event_slots_set_.push_back(slot);
      const std::uint8_t declared = plan_.field_types[type_][slot];
      if (declared == fold_plan::no_type ||
          (declared == static_cast<std::uint8_t>(data_type::string) && each.content.is_text())) {
        event_row_[slot] = each.content;
        continue;
      }
      const std::optional<value> read = converted(static_cast<data_type>(declared), each.content);
      if (!read) return std::string(each.key) + " is no " + std::string(name_of(static_cast<data_type>(declared)));
      event_row_[slot] = *read;
    }
  }
  if (what.kind == compiled::built_in::no) return std::nullopt;
  const auto wrong_text = [&](std::string_view name, bool is_required) -> std::optional<std::string> {
    const value given = datum(name);
    if (given.is_null()) return is_required ? std::optional(std::string(name) + " is missing") : std::nullopt;
    return given.is_text() ? std::nullopt : std::optional(std::string(name) + " is no text");
  };
  std::optional<std::string> problem;
  const auto needs = [&](std::string_view name) {
    if (!problem) problem = wrong_text(name, true);
  };
  const auto takes = [&](std::string_view name) {
    if (!problem) problem = wrong_text(name, false);
  };
  // Null says something there; a field that was forgotten, or misspelt, must not say it.
  const auto needs_or_null = [&](std::string_view name, std::string_view expected) {
    if (!problem && datum(name).is_absent())
      problem = std::string(name) + " is missing: " + std::string(expected) + " is expected";
  };
  using compiled::built_in;
  switch (what.kind) {
    case built_in::stage_set: needs("stage"), takes("reason"); break;
    case built_in::status_set: needs("status"); break;
    case built_in::owner_set:
      needs_or_null("owner", "a rep's name, or null to take the owner away"), takes("owner");
      if (!problem && datum("owner").is_text() && datum("owner").text().empty()) return "owner is empty";
      break;
    case built_in::tag_add:
    case built_in::tag_remove: needs("tag"); break;
    case built_in::contact_merge: needs("into"); break;
    case built_in::sla_pause:
    case built_in::sla_resume: {
      needs("clock");
      if (problem) break;
      const std::string_view name = datum("clock").text();
      const auto is_it = [&](const compiled::clock& each) { return each.id == name; };
      if (std::none_of(model_.clocks.begin(), model_.clocks.end(), is_it)) return "there is no clock " + quoted(name);
      break;
    }
    case built_in::score_override: {
      needs("score"), takes("until"), takes("by"), takes("reason");
      needs_or_null("value", "a number, or null to end what was pinned");
      if (problem) break;
      const std::string_view name = datum("score").text();
      const auto is_it = [&](const compiled::score& each) { return each.name == name; };
      if (std::none_of(model_.scores.begin(), model_.scores.end(), is_it)) return "there is no score " + quoted(name);
      const value given = datum("value");
      if (!given.is_null() && !given.is_number()) return "value is no number";
      if (datum("until").is_text() && !instant::parse(datum("until").text())) return "until is no instant";
      break;
    }
    case built_in::contact_forget:
    case built_in::contact_set:
    case built_in::rep_away:
    case built_in::rep_back:
    case built_in::no: break;
  }
  return problem;
}

// --- Attributes -----------------------------------------------------------------------------------------------------

inline void fold_machine::gather_changes() {
  changes_.clear();
  const compiled::event_type& what = model_.events[type_];
  if (what.kind == compiled::built_in::contact_set) {
    if (!event_->data.is_object()) return;
    for (const value::member& each : event_->data.members()) {
      const std::uint32_t known = plan_.attribute_by_name.find(each.key);
      const change next{each.key, known, each.content};
      const auto same =
          std::find_if(changes_.begin(), changes_.end(), [&](const change& other) { return other.name == each.key; });
      if (same != changes_.end()) {
        *same = next;
      } else {
        changes_.push_back(next);
      }
    }
    return;
  }
  for (const compiled::attribute_source& each : what.sets) {
    if (event_row_[each.event_slot].is_absent()) continue;
    const bool is_set = std::any_of(changes_.begin(), changes_.end(),
                                    [&](const change& other) { return other.attribute == each.attribute; });
    if (!is_set)
      changes_.push_back({model_.attributes[each.attribute].name, each.attribute, event_row_[each.event_slot]});
  }
}

inline void fold_machine::set_attribute(std::uint32_t index, value content) {
  stored_value& kept = state_->attributes()[index];
  if (strictly_equal(kept.content(), content, semantics::leadline) && kept.content().kind() == content.kind()) return;
  if (keeps_undo_) attribute_undo_.emplace_back(index, kept);
  kept = stored_value::of(content);
  set_slot(index, kept.content());
  changed_attributes_.push_back(index);
  is_changed_ = true;
}

inline void fold_machine::undo_changes() {
  for (auto each = attribute_undo_.rbegin(); each != attribute_undo_.rend(); ++each)
    state_->attributes()[each->first] = each->second;
  for (auto each = other_undo_.rbegin(); each != other_undo_.rend(); ++each) {
    if (each->second.is_null()) {
      state_->other_attributes.erase(each->first);
    } else {
      state_->other_attributes[each->first] = each->second;
    }
  }
}

/// Derived attributes follow their inputs; `refused` null: silently, as the ground from which changes are told.
inline void fold_machine::derive(std::vector<std::string>* refused) {
  for (const std::uint32_t index : model_.derive_order) {
    const compiled::attribute& what = model_.attributes[index];
    const value raw = evaluate(what.derive);
    const std::optional<value> read = converted(what.type, raw);
    const auto known = state_->misfits.find(index);
    if (read) {
      if (known != state_->misfits.end()) state_->misfits.erase(known);
      set_attribute(index, *read);
      continue;
    }
    if (known == state_->misfits.end() || !strictly_equal(known->second.content(), raw, semantics::leadline)) {
      if (refused != nullptr) refused->push_back(what.name);
      state_->misfits[index] = stored_value::of(raw);
    }
    set_attribute(index, {});
  }
}

inline void fold_machine::apply_changes(std::vector<std::string>& refused) {
  if (!state_->has_derived && !model_.derive_order.empty()) derive(nullptr);
  const bool had_derived = std::exchange(state_->has_derived, true);
  bool is_any = !had_derived;
  for (const change& each : changes_) {
    if (each.attribute == none) {
      stored_value& kept = state_->other_attributes[std::string(each.name)];
      if (keeps_undo_) other_undo_.emplace_back(std::string(each.name), kept);
      if (!strictly_equal(kept.content(), each.content, semantics::leadline)) is_changed_ = true;
      kept = stored_value::of(each.content);
      if (kept.is_null()) state_->other_attributes.erase(std::string(each.name));
      continue;
    }
    const compiled::attribute& what = model_.attributes[each.attribute];
    if (what.derive != none) {
      refused.push_back(what.name);
      continue;
    }
    const std::optional<value> read = converted(what.type, each.content);
    if (!read) refused.push_back(what.name);
    set_attribute(each.attribute, read.value_or(value{}));
    is_any = true;
  }
  if (is_any && !model_.derive_order.empty()) derive(&refused);
}

inline void fold_machine::tell_refused(std::vector<std::string>& refused, const attempt_context& why) {
  std::sort(refused.begin(), refused.end());
  refused.erase(std::unique(refused.begin(), refused.end()), refused.end());
  for (const std::string& each : refused) {
    const std::uint32_t index = plan_.attribute_by_name.find(each);
    reject("bad_attribute", each + " is no " + std::string(name_of(model_.attributes[index].type)), why);
  }
}

inline void fold_machine::change_attribute(const compiled::action& action, value content, const attempt_context& why) {
  changes_.clear();
  changes_.push_back({action.attribute_name, action.attribute, content});
  std::vector<std::string> refused;
  apply_changes(refused);
  tell_refused(refused, why);
}

// --- What signals and rules keep ------------------------------------------------------------------------------------

inline void fold_machine::catch_signals(std::uint64_t order) {
  catches_.clear();
  for (const std::uint32_t index : model_.events[type_].signals) {
    const compiled::signal& what = model_.signals[index];
    if (!holds(what.where)) continue;
    state_->signals()[index].slide(what, now_ms_);
    caught_signal next{index, {.at_ms = now_ms_, .order = order, .milli = 0, .text = {}, .key = {}}};
    switch (what.form) {
      case signal_form::count:
      case signal_form::streak:
      case signal_form::since: break;
      case signal_form::distinct: {
        const value field = event_row_[what.field_slot];
        if (field.is_null()) continue;
        next.caught.key = digest_of(field);
        break;
      }
      default: {
        const value field = event_row_[what.field_slot];
        const bool keeps_text =
            (what.form == signal_form::first || what.form == signal_form::last) &&
            plan_.field_types[type_][what.field_slot] == static_cast<std::uint8_t>(data_type::string);
        if (field.is_number()) {
          next.caught.milli = milli_of(field);
        } else if (field.is_text() && keeps_text) {
          next.caught.text = stored_value::of(field);
        } else {
          continue;
        }
      }
    }
    catches_.push_back(std::move(next));
  }
}

inline void fold_machine::catch_earnings() {
  earnings_.clear();
  for (const std::uint32_t index : plan_.event_rules[type_].find(event_row_, rules_room_)) {
    const compiled::rule& rule = *plan_.rules[index];
    if (!holds(rule.where)) continue;
    earning next{
        .rule = index, .points_milli = rule.points_milli, .once_key = {}, .is_hit = rule.form == rule_form::tiers};
    if (!next.is_hit) {
      if (rule.limit_once_per_slot != none) {
        const value key = event_row_[rule.limit_once_per_slot];
        next.once_key = digest_of(key.is_null() ? value{} : key);
      }
      if (!state_->rules()[index].admits(rule, now_ms_, next.once_key)) continue;
      if (rule.points_expression != none) {
        const value points = evaluate(rule.points_expression);
        next.points_milli = std::clamp(points.is_number() ? milli_of(points) : 0, rule.min_milli, rule.max_milli);
      }
    }
    earnings_.push_back(next);
  }
}

inline bool fold_machine::is_within_limits() {
  const auto tell = [&](const std::string& whose, const std::string& count, std::string_view what, std::int64_t most) {
    limit_message_ =
        whose + ": " + count + " " + std::string(what) + " where at most " + std::to_string(most) + " may be";
  };
  const auto crosses = [&](std::string_view kind, const std::string& name, std::size_t count, std::string_view what,
                           std::size_t most) {
    if (count <= most) [[likely]]
      return false;
    tell(std::string(kind) + name, std::to_string(count), what, static_cast<std::int64_t>(most));
    return true;
  };
  for (const caught_signal& each : catches_) {
    const compiled::signal& what = model_.signals[each.signal];
    const signal_state& state = state_->signals()[each.signal];
    if (crosses("signal.", what.name, state.count_with(what, each.caught), "entries", limits::window_entry_count_max))
      return false;
    if (crosses("signal.", what.name, state.values_with(what, each.caught), "distinct values",
                limits::distinct_value_count_max)) {
      return false;
    }
  }
  for (const earning& each : earnings_) {
    if (each.is_hit) continue;
    const compiled::rule& rule = *plan_.rules[each.rule];
    const rule_state& state = state_->rules()[each.rule];
    if (rule.limit_once_per_slot != none && crosses("rule ", rule.id, state.once_keys_with(each.once_key),
                                                    "values of once_per", limits::distinct_value_count_max)) {
      return false;
    }
    const std::int64_t size_milli = state.size_with(rule, now_ms_, each.points_milli);
    if (size_milli > limits::points_milli_max) [[unlikely]] {
      std::string points;
      json_text::append_thousandths(points, size_milli);
      tell("rule " + rule.id, points, "points", limits::points_milli_max / 1'000);
      return false;
    }
  }
  return true;
}

inline void fold_machine::keep_catches() {
  const time_zone* const zone = model_.zone ? &*model_.zone : nullptr;
  for (const caught_signal& each : catches_) {
    const compiled::signal& what = model_.signals[each.signal];
    signal_state& state = state_->signals()[each.signal];
    if (plan_.is_signal_watched[each.signal]) {
      // Of a window that only counts, the next to leave is the oldest as before, if there is one.
      const bool only_counts = what.form == signal_form::count || what.form == signal_form::sum;
      if (!only_counts ||
          (what.window_ms != 0 && !state.next_break(what, zone, now_ms_) && !plan_.signal_levels[each.signal])) {
        is_wakeup_stale_ = true;
      }
    }
    state.add(what, zone, each.caught);
    // Where levels count, it is another that will take the count below the one that it has reached.
    const auto& levels = plan_.signal_levels[each.signal];
    if (levels && state.next_fall(what, *levels)) is_wakeup_stale_ = true;
    touch(plan_.signal_slot + each.signal);
  }
  for (const earning& each : earnings_) {
    const compiled::rule& rule = *plan_.rules[each.rule];
    rule_state& state = state_->rules()[each.rule];
    const bool is_timed = plan_.is_rule_timed[each.rule];
    note_filled(each.rule);
    if (!is_timed) {
      state_->still_milli()[plan_.rule_sum[each.rule]] -= state.milli_at(rule, state_->gap, now_ms_, half_lives_);
    }
    if (each.is_hit) {
      state.hit(rule, now_ms_);
    } else {
      state.earn(rule, now_ms_, each.points_milli, each.once_key, half_lives_);
    }
    if (!is_timed) {
      state_->still_milli()[plan_.rule_sum[each.rule]] += state.milli_at(rule, state_->gap, now_ms_, half_lives_);
    }
    is_score_touched_[plan_.rule_score[each.rule]] = 1;
    if (plan_.does_rule_wake[each.rule]) is_wakeup_stale_ = true;
  }
  if (model_.events[type_].is_activity) {
    for (const std::uint32_t each : plan_.idle_rules) {
      note_filled(each);
      state_->rules()[each].end_gap(*plan_.rules[each], state_->gap, now_ms_);
    }
    state_->gap.start_ms = now_ms_;
    state_->has_activity = true;
    if (!plan_.watched_idle_rules.empty()) is_wakeup_stale_ = true;
  }
}

inline bool fold_machine::take_in(std::uint64_t order) {
  attribute_undo_.clear();
  other_undo_.clear();
  keeps_undo_ = true;
  refused_.clear();
  gather_changes();
  if (!changes_.empty() || !state_->has_derived) apply_changes(refused_);
  keeps_undo_ = false;
  catch_signals(order);
  catch_earnings();
  if (!is_within_limits()) {
    undo_changes();
    return false;
  }
  keep_catches();
  if (!refused_.empty()) tell_refused(refused_);
  return true;
}

inline void fold_machine::apply_built_in() {
  using compiled::built_in;
  const compiled::event_type& what = model_.events[type_];
  attempt_context why{.rule = std::string_view(what.name), .reason = std::nullopt};
  switch (what.kind) {
    case built_in::stage_set:
      if (model_.has_funnel) return;
      if (datum("reason").is_text()) why.reason = datum("reason").text();
      return reject("unknown_stage", "the pack has no stages", why);
    case built_in::status_set: return set_named_status(datum("status"), why);
    case built_in::owner_set: {
      const value owner = datum("owner");
      return set_owner(owner.is_text() ? std::optional(owner.text()) : std::nullopt, why);
    }
    case built_in::tag_add: return set_tag(datum("tag").text(), tag_change::add, why);
    case built_in::tag_remove: return set_tag(datum("tag").text(), tag_change::remove, why);
    case built_in::score_override: {
      const std::string_view name = datum("score").text();
      std::size_t index = 0;
      while (model_.scores[index].name != name) ++index;
      is_score_touched_[index] = 1;
      is_wakeup_stale_ = true;
      score_pin& pin = state_->pins()[index];
      pin = {};
      if (datum("value").is_null()) return;
      pin.is_set = true;
      state_->has_pins = true;
      pin.milli = milli_of(datum("value"));
      if (datum("until").is_text()) pin.until_ms = instant::parse(datum("until").text())->ms();
      return;
    }
    default: return;
  }
}

}  // namespace leadline::detail
