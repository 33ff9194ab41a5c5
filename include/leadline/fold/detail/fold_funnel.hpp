#pragma once

#include <algorithm>

#include "leadline/fold/detail/fold_machine.hpp"

/// The funnel: transitions with their arming, cooldown and dwell, moves with what they bring, statuses, owners, tags,
/// actions and effects.
namespace leadline::detail {

template <class Items, class Item>
[[nodiscard]] bool has(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

inline std::uint32_t fold_machine::find_stage(std::string_view id) const noexcept {
  for (std::uint32_t i = 0; i < model_.stages.size(); ++i) {
    if (model_.stages[i].id == id) return i;
  }
  return none;
}

inline bool fold_machine::is_backward(std::uint32_t source, std::uint32_t target) const noexcept {
  if (source == none) return false;
  if (model_.stages[target].is_aside) return true;
  return !model_.stages[source].is_aside && target < source;
}

inline std::optional<std::int64_t> fold_machine::dwell_over_ms(const compiled::transition& transition) const {
  const instant entered = instant::from_ms(state_->entered_ms);
  if (const auto* elapsed = std::get_if<elapsed_duration>(&*transition.after)) return (entered + *elapsed).ms();
  const business_calendar& calendar = model_.calendars[transition.calendar];
  const auto* const open_time = std::get_if<business_duration>(&*transition.after);
  const result<instant> over = open_time != nullptr ? calendar.add(entered, *open_time)
                                                    : calendar.add(entered, std::get<business_days>(*transition.after));
  if (!over) return std::nullopt;  // not within the range of instants
  return over->ms();
}

// --- A move ---------------------------------------------------------------------------------------------------------

inline void fold_machine::enter_start() {
  if (model_.has_funnel) move(model_.start_stage, {}, nullptr, none);
}

inline void fold_machine::move(std::uint32_t target, const attempt_context& why, const compiled::transition* by,
                               std::uint32_t by_index, const compiled::disposition_code* disposition) {
  const std::uint32_t source = state_->stage;
  decision& out = tell(decision_kind::stage, why);
  if (source != none) out.from = std::string_view(model_.stages[source].id);
  out.to = std::string_view(model_.stages[target].id);
  if (source != none) moments_.push_back({trigger_form::leave, source});
  moments_.push_back({trigger_form::enter, target});
  forget_ended_clocks(target);
  state_->wake.reset();
  state_->stage = target;
  state_->entered_ms = now_ms_;
  entry_stamp& stamp = state_->stages()[target];
  if (stamp.count++ == 0) stamp.first_ms = now_ms_;
  stamp.latest_ms = now_ms_;
  visited_at_[target] = pass_;
  asks_transitions_ = true;
  is_wakeup_stale_ = true;
  std::copy(state_->scores_milli().begin(), state_->scores_milli().end(), state_->entry_milli().begin());
  is_changed_ = true;
  touch_place();
  set_status(model_.stages[target].statuses.empty() ? none : model_.stages[target].statuses.front(), why);
  if (by != nullptr) carry_out(by->actions, why);
  for (const compiled::effect& effect : model_.effects) {
    const compiled::trigger& trigger = model_.triggers[effect.trigger];
    const bool is_hit = (trigger.form == trigger_form::enter && has(trigger.names, target)) ||
                        (trigger.form == trigger_form::leave && source != none && has(trigger.names, source)) ||
                        (trigger.form == trigger_form::transition && by != nullptr && has(trigger.names, by_index));
    if (is_hit) carry_out(effect, why);
  }
  if (disposition != nullptr) tag_and_act(*disposition, why);
  // Sent back is not bounced: what would fire at once must first have been false.
  std::fill(state_->is_disarmed().begin(), state_->is_disarmed().end(), false);
  if (!is_backward(source, target)) return;
  for (const std::uint32_t each : model_.stages[target].transitions) {
    const compiled::transition& transition = model_.transitions[each];
    if (has_level(transition) && transition.events.empty() && holds(transition.when))
      state_->is_disarmed()[each] = true;
  }
}

// --- Statuses, owners, tags, actions --------------------------------------------------------------------------------

inline void fold_machine::set_status(std::uint32_t status, const attempt_context& why) {
  if (status == state_->status) return;
  decision& out = tell(decision_kind::status, why);
  if (state_->status != none) out.from = std::string_view(model_.statuses[state_->status]);
  if (status != none) out.to = std::string_view(model_.statuses[status]);
  state_->status = status;
  is_changed_ = true;
  touch(plan_.status_slot);
  if (status == none) return;
  entry_stamp& stamp = state_->statuses[{state_->stage, status}];
  if (stamp.count++ == 0) stamp.first_ms = now_ms_;
  stamp.latest_ms = now_ms_;
}

inline void fold_machine::set_named_status(value named, const attempt_context& why) {
  if (named.is_text() && state_->stage != none) {
    for (const std::uint32_t each : model_.stages[state_->stage].statuses) {
      if (model_.statuses[each] == named.text()) return set_status(each, why);
    }
  }
  const std::string stage = state_->stage == none ? "no stage" : model_.stages[state_->stage].id;
  reject("unknown_status", to_json(named) + " is no status of " + stage, why);
}

inline void fold_machine::set_owner(std::optional<std::string_view> owner, const attempt_context& why,
                                    std::string_view details) {
  if (owner == state_->owner) return;
  // Whoever finds an owner ends the wait for one.
  if (owner) end_hold();
  decision& out = tell(decision_kind::assigned, why);
  if (state_->owner) out.from = keep(*state_->owner);
  if (owner) out.to = keep(*owner);
  // The new owner may be a view of the present one.
  state_->owner = owner ? std::optional<std::string>(std::get<std::string_view>(out.to)) : std::nullopt;
  if (!details.empty()) out.text = keep(details);
  if (owner) {
    was_assigned_ = true;
    moments_.push_back({trigger_form::assigned, none});
  }
  is_changed_ = true;
  touch(plan_.owner_slot);
}

inline void fold_machine::set_tag(std::string_view tag, tag_change how, const attempt_context& why) {
  const auto at = std::lower_bound(state_->tags.begin(), state_->tags.end(), tag);
  const bool is_there = at != state_->tags.end() && *at == tag;
  if (is_there == (how == tag_change::add)) return;
  decision& out = tell(decision_kind::tag, why);
  // The tag may be a view of the tags, which change.
  out.about = keep(tag);
  out.text = is_there ? "removed" : "added";
  const std::string_view kept = out.about;
  if (is_there) {
    state_->tags.erase(at);
  } else {
    state_->tags.emplace(at, kept);
  }
  is_changed_ = true;
  touch(plan_.tags_slot);
}

inline void fold_machine::carry_out(const compiled::effect& effect, const attempt_context& why) {
  if (holds(effect.condition)) carry_out(effect.actions, why);
}

inline void fold_machine::carry_out(const std::vector<compiled::action>& actions, const attempt_context& why) {
  for (const compiled::action& action : actions) {
    if (action.form == action_form::told || action.form == action_form::set) {
      std::string& text = text_;
      text = "{";
      for (const compiled::action_piece& piece : action.members) {
        text += piece.text;
        if (piece.expression != none) append_json(text, evaluate(piece.expression));
      }
      text += '}';
      decision& out = tell(decision_kind::action, why);
      out.about = action.name;
      out.text = keep(text);
      if (action.form == action_form::told) continue;
    }
    value given;
    if (action.value != none) {
      given = evaluate(action.value);
    } else if (const auto constant = plan_.constants.find(&action); constant != plan_.constants.end()) {
      given = constant->second.content();
    }
    switch (action.form) {
      case action_form::told: break;
      case action_form::set: change_attribute(action, given, why); break;
      case action_form::set_status: set_named_status(given, why); break;
      case action_form::set_owner: set_owner(given.is_text() ? std::optional(given.text()) : std::nullopt, why); break;
      case action_form::add_tag:
      case action_form::remove_tag: {
        if (given.is_text())
          set_tag(given.text(), action.form == action_form::add_tag ? tag_change::add : tag_change::remove, why);
        break;
      }
    }
  }
}

// --- The transition phase of a round --------------------------------------------------------------------------------

inline void fold_machine::ask_wheres() {
  const compiled::event_type& what = model_.events[type_];
  for (const std::uint32_t each : what.transitions) {
    if (holds(model_.transitions[each].where)) transition_met_[each] = pass_;
  }
  for (const std::uint32_t each : what.triggers) {
    const compiled::trigger& trigger = model_.triggers[each];
    if (trigger.role == compiled::trigger_role::effect && holds(trigger.condition)) effect_met_[trigger.owner] = pass_;
  }
}

/// Whether some transition has to be asked at all.
inline bool fold_machine::could_move(bool is_offered) const {
  if (asks_transitions_) return true;
  if (is_offered) {
    for (const std::uint32_t each : model_.events[type_].transitions) {
      if (transition_met_[each] == pass_) return true;
    }
  }
  const std::vector<std::uint32_t>& own = model_.stages[state_->stage].transitions;
  return std::any_of(own.begin(), own.end(), [&](std::uint32_t each) {
    return transition_touched_[each] == pass_ ||
           (state_->is_disarmed()[each] && is_event_pass_ && model_.transitions[each].rearm_score != none);
  });
}

inline void fold_machine::transition_phase(bool is_offered) {
  if (is_offered && model_.events[type_].kind == compiled::built_in::stage_set) {
    manual_move();
    is_offered = false;
  }
  while (state_->stage != none && could_move(is_offered)) {
    rearm();
    bool has_moved = false;
    for (const std::uint32_t index : model_.stages[state_->stage].transitions) {
      const attempt_outcome outcome = attempt(index, is_offered);
      if (outcome != attempt_outcome::passed && !model_.transitions[index].events.empty()) is_offered = false;
      has_moved = outcome == attempt_outcome::moved;
      if (has_moved) break;
    }
    if (!has_moved) return;
  }
}

inline fold_machine::attempt_outcome fold_machine::attempt(std::uint32_t index, bool is_offered) {
  const compiled::transition& transition = model_.transitions[index];
  if (!transition.events.empty()) {
    if (!is_offered || transition_met_[index] != pass_) return attempt_outcome::passed;
  } else if (!asks_transitions_ && transition_touched_[index] != pass_) {
    return attempt_outcome::passed;
  } else if (has_level(transition)) {
    if (state_->is_disarmed()[index] || !holds(transition.when)) return attempt_outcome::passed;
  } else {
    const std::optional<std::int64_t> over_ms = dwell_over_ms(transition);
    if (!over_ms || now_ms_ < *over_ms || !holds(transition.when)) return attempt_outcome::passed;
  }
  const keeping_out why_not =
      kept_out_of(transition.to, transition.is_unguarded ? guard_use::passed : guard_use::heeded);
  // Refused aloud only where somebody asked for it.
  if (why_not != keeping_out::nothing && transition.events.empty()) return attempt_outcome::passed;
  const std::int64_t fired_ms = state_->last_fired_ms()[index];
  if (transition.cooldown_ms != 0 && fired_ms != contact_state::never_ms &&
      now_ms_ < fired_ms + transition.cooldown_ms) {
    return attempt_outcome::passed;
  }
  attempt_context why{.rule = std::string_view(transition.id), .reason = std::nullopt};
  if (!transition.reason.empty()) why.reason = std::string_view(transition.reason);
  std::string lacking;
  for (const compiled::requirement& each : transition.require) {
    if (holds(each.condition)) continue;
    if (!lacking.empty()) lacking += ", ";
    lacking += each.otherwise;
  }
  if (!lacking.empty()) {
    reject("requirement", lacking, why);
    return attempt_outcome::used_up;
  }
  if (why_not != keeping_out::nothing) {
    refuse_move(transition.to, why_not, why);
    return attempt_outcome::used_up;
  }
  if (visited_at_[transition.to] == pass_) {
    // One that is not disarmed may fire in the next pass, whatever that brings.
    if (transition.after) state_->is_restless = true;
    if (transition.after && told_cycle_at_[index] == pass_) return attempt_outcome::passed;
    told_cycle_at_[index] = pass_;
    tell_cycle(transition.to, why);
    if (has_level(transition) && transition.events.empty()) state_->is_disarmed()[index] = true;
    return attempt_outcome::used_up;
  }
  state_->last_fired_ms()[index] = now_ms_;
  move(transition.to, why, &transition, index);
  return attempt_outcome::moved;
}

inline void fold_machine::rearm() {
  // A move arms all; those disarmed since leave the present stage.
  for (const std::uint32_t index : model_.stages[state_->stage].transitions) {
    if (!state_->is_disarmed()[index]) continue;
    const compiled::transition& transition = model_.transitions[index];
    bool has_risen = false;
    // Told of a circle in this pass, it stays disarmed until its condition has been false, or for another pass's rise.
    if (transition.rearm_score != none && is_event_pass_ && told_cycle_at_[index] != pass_) {
      has_risen = state_->scores_milli()[transition.rearm_score] >=
                  state_->entry_milli()[transition.rearm_score] + transition.rearm_rise_milli;
    }
    if (!has_risen && !asks_transitions_ && transition_touched_[index] != pass_) continue;
    if (!has_risen && holds(transition.when)) continue;
    state_->is_disarmed()[index] = false;
    transition_touched_[index] = pass_;
  }
}

inline void fold_machine::manual_move() {
  const std::string_view wanted = datum("stage").text();
  attempt_context why{.rule = std::string_view(model_.events[type_].name), .reason = std::nullopt};
  if (datum("reason").is_text()) why.reason = datum("reason").text();
  const std::uint32_t target = find_stage(wanted);
  if (target == none) return reject("unknown_stage", "there is no stage \"" + std::string(wanted) + "\"", why);
  if (target == state_->stage) return;
  if (!model_.stages[state_->stage].manual_moves[target]) {
    return reject("not_allowed",
                  "nothing leads from " + model_.stages[state_->stage].id + " to " + model_.stages[target].id, why);
  }
  const keeping_out why_not = kept_out_of(target, guard_use::heeded);
  if (why_not != keeping_out::nothing) return refuse_move(target, why_not, why);
  if (visited_at_[target] == pass_) return tell_cycle(target, why);
  move(target, why, nullptr, none);
}

inline void fold_machine::effect_phase(bool is_offered) {
  const bool is_any_hit = (is_offered && !model_.events[type_].triggers.empty()) || was_assigned_;
  if (!is_any_hit && !is_due_ && effects_touched_ != pass_) return;
  for (std::uint32_t index = 0; index < model_.effects.size(); ++index) {
    const compiled::effect& effect = model_.effects[index];
    const compiled::trigger& trigger = model_.triggers[effect.trigger];
    bool is_hit = false;
    if (trigger.form == trigger_form::event) {
      is_hit = is_offered && effect_met_[index] == pass_;
    } else if (trigger.form == trigger_form::condition) {
      if (!is_due_ && effect_touched_[index] != pass_) continue;
      const bool truth = holds(trigger.condition);
      is_hit = truth && !state_->effect_held()[index];
      state_->effect_held()[index] = truth;
    } else if (trigger.form == trigger_form::assigned) {
      is_hit = was_assigned_;
    }
    if (!is_hit || effect_done_at_[index] == pass_) continue;
    effect_done_at_[index] = pass_;
    carry_out(effect, {});
  }
}

}  // namespace leadline::detail
