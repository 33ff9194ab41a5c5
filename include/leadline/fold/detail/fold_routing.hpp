#pragma once

#include <algorithm>
#include <utility>

#include "leadline/fold/detail/fold_duties.hpp"
#include "leadline/fold/detail/fold_machine.hpp"

/// Routing, the last part of a round: which triggers ask, and which rule answers. What a rule says of one contact
/// alone is decided here; who of a pool gets it is asked of the book. A request that nobody can answer waits:
///
///     09:00 enter mql: rule "mid", nobody of the pool is there      held
///     10:00 bo is back: the engine looks at those who wait          assigned, at 10:00 itself
///
/// A wait ends with a new owner, with another request, and when the contact leaves the open stages. A rule that asked
/// before and asks again keeps its place in line.
namespace leadline::detail {

inline std::uint32_t fold_machine::find_rep(std::string_view name) const noexcept {
  return plan_.rep_by_name.find(name);
}

inline std::optional<std::int64_t> fold_machine::running_due_ms() const {
  std::optional<std::int64_t> first;
  for (const clock_state& each : state_->clocks) {
    if (each.phase == clock_phase::running && (!first || each.due_ms < *first)) first = each.due_ms;
  }
  return first;
}

inline void fold_machine::end_wait() noexcept {
  state_->route.waiting_rule = none;
  state_->route.look_ms.reset();
  is_wakeup_stale_ = true;
}

/// The contact has what was asked for, or it is not wanted any more.
inline void fold_machine::end_hold() noexcept {
  end_wait();
  state_->route.held = hold_reason::none;
  state_->route.held_rule = none;
}

inline void fold_machine::routing_phase() {
  const compiled::routing& routing = *model_.routing;
  const bool is_asked = caught(routing.on, routing_seen_).is_caught();
  const bool is_asked_again = caught(routing.reroute_on, routing_seen_).is_caught();
  // What was asked of an open contact is not wanted any more once it is lost or won.
  const auto left = std::find_if(moments_.begin() + static_cast<std::ptrdiff_t>(routing_seen_), moments_.end(),
                                 [](const moment& each) { return each.form == trigger_form::leave; });
  if (left != moments_.end() && !plan_.closed_stages[left->stage] && !is_open(plan_.closed_stages, *state_)) end_hold();
  if (is_asked_again) {
    route(routing_wish::reroute);
  } else if (is_asked) {
    route(routing_wish::route);
  } else if (is_looking_ && state_->route.waiting_rule != none) {
    ask_pool(state_->route.waiting_rule);
  }
  is_looking_ = false;
  // An assignment of its own does not ask routing again.
  routing_seen_ = moments_.size();
}

inline void fold_machine::route(routing_wish wish) {
  route_state& now = state_->route;
  if (wish == routing_wish::route) {
    now.hop_count = 0;
    now.previous.clear();
  } else if (now.hop_count >= model_.routing->max_hops) {
    now.waiting_rule = none;
    return hold(hold_reason::max_hops, none, {});
  } else {
    ++now.hop_count;
    const std::uint32_t owner = state_->owner ? find_rep(*state_->owner) : none;
    if (owner != none && !has(now.previous, owner)) now.previous.push_back(owner);
  }
  for (std::uint32_t i = 0; i < model_.routing->rules.size(); ++i) {
    if (!holds(model_.routing->rules[i].when)) continue;
    if (ask_rule(i) == rule_outcome::decided) return;
  }
  now.waiting_rule = none;
  hold(hold_reason::no_rule, none, {});
}

inline fold_machine::rule_outcome fold_machine::ask_rule(std::uint32_t index) {
  using owner_kind = compiled::routing_rule::owner_kind;
  const compiled::routing_rule& rule = model_.routing->rules[index];
  if (rule.kind == owner_kind::nobody) return end_hold(), rule_outcome::decided;
  if (rule.kind == owner_kind::pool) {
    const std::uint32_t owner = state_->owner ? find_rep(*state_->owner) : none;
    const bool is_kept = rule.keeps_owner && owner != none && has(model_.routing->pools[rule.index].reps, owner) &&
                         !has(state_->route.previous, owner);
    if (is_kept) return end_hold(), rule_outcome::decided;
    ask_pool(index);
    return rule_outcome::decided;
  }
  std::uint32_t rep = rule.index;
  if (rule.kind == owner_kind::expression) {
    const value named = evaluate(rule.index);
    rep = named.is_text() ? find_rep(named.text()) : none;
  }
  if (rep == none || has(state_->route.previous, rep)) return rule_outcome::passed;
  give(index, rep, {});
  return rule_outcome::decided;
}

inline void fold_machine::ask_pool(std::uint32_t index) {
  if (!book_) {
    state_->route.waiting_rule = none;
    return hold(hold_reason::no_engine, index, {});
  }
  const compiled::routing_rule& rule = model_.routing->rules[index];
  route_state& now = state_->route;
  if (now.waiting_rule != index) {
    if (now.request_ms != now_ms_) now.request_count = 0;
    now.request_ms = now_ms_;
    now.waiting_rule = index;
    now.waiting_since_ms = now_ms_;
    now.waiting_number = now.request_count++;
    now.is_asked = false;
  }
  assignment_request request{.contact = contact_,
                             .at_ms = now_ms_,
                             .rule = index,
                             .since_ms = now.waiting_since_ms,
                             .number = now.waiting_number,
                             .is_waiting = now.is_asked,
                             .territory = std::nullopt,
                             .excluded = rule.exclude,
                             .previous = now.previous,
                             .owner = state_->owner ? find_rep(*state_->owner) : none,
                             .due_ms = running_due_ms()};
  std::string territory;
  if (!rule.territory.empty()) {
    request.territory = rule.territory;
  } else if (rule.territory_expression != none) {
    const value wanted = evaluate(rule.territory_expression);
    if (wanted.is_text()) territory = wanted.text();
    request.territory = territory;
  }
  std::vector<std::uint32_t> excluded;
  if (rule.exclude_expression != none) {
    const value named = evaluate(rule.exclude_expression);
    const auto add = [&](value name) {
      if (const std::uint32_t rep = name.is_text() ? find_rep(name.text()) : none; rep != none) excluded.push_back(rep);
    };
    if (named.is_list()) {
      for (const value& each : named.items()) add(each);
    } else {
      add(named);
    }
    request.excluded = excluded;
  }
  assignment answer = book_.ask(request);
  now.look_ms = book_.next_look(index, now.waiting_since_ms, now.waiting_number);
  is_wakeup_stale_ = true;
  if (answer.outcome == assignment_outcome::assigned) return give(index, answer.rep, answer.details);
  if (answer.outcome != assignment_outcome::nobody) return;
  now.is_asked = true;
  hold(hold_reason::nobody_eligible, index, answer.details);
}

inline void fold_machine::give(std::uint32_t rule, std::uint32_t rep, std::string_view details) {
  end_hold();
  set_owner(model_.routing->reps[rep].name, {.rule = model_.routing->rules[rule].id, .reason = std::nullopt}, details);
}

inline void fold_machine::hold(hold_reason why, std::uint32_t rule, std::string_view details) {
  constexpr std::string_view codes[] = {"", "no_rule", "no_engine", "max_hops", "nobody_eligible"};
  route_state& now = state_->route;
  if (now.held == why && now.held_rule == rule) return;
  now.held = why;
  now.held_rule = rule;
  attempt_context reason;
  if (rule != none) reason.rule = model_.routing->rules[rule].id;
  decision& out = tell(decision_kind::held, reason);
  out.about = codes[static_cast<std::size_t>(why)];
  if (!details.empty()) out.text = keep(details);
}

// --- Looking at a wait again ----------------------------------------------------------------------------------------

inline void fold_machine::route_pass(contact_state& state, std::string_view contact, std::int64_t at_ms) {
  state.route.look_ms.reset();
  begin(state, contact, at_ms, "time", nullptr);
  is_wakeup_stale_ = true;
  is_looking_ = true;
  rounds();
  is_looking_ = false;
}

inline void fold_machine::prime(contact_state& state) const {
  route_state& route = state.route;
  if (route.waiting_rule == none) return;
  route.look_ms = book_.next_look(route.waiting_rule, route.waiting_since_ms, route.waiting_number);
  if (route.look_ms && (!state.wakeup_ms || *route.look_ms < *state.wakeup_ms)) state.wakeup_ms = route.look_ms;
}

}  // namespace leadline::detail
