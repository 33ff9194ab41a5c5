#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leadline/condition/condition.hpp"
#include "leadline/pack/detail/pack_scope.hpp"

namespace leadline::detail {

/// Every condition and expression of a pack, compiled once: the checks ask it what a condition reads, the model
/// takes the programs over.
class condition_table {
 public:
  condition_table(scope_base& base, diagnostics& problems) : base_(base), problems_(problems) {}

  /// Compiles what stands at `rule`; nothing happens where nothing stands. `events` are the types at hand.
  void compile(document::node rule, reading_place place, condition_use use,
               const std::vector<name_use>* events = nullptr) {
    if (!rule || problems_.dropped_count() != 0) return;
    pack_scope scope(base_, place, events);
    result<condition> compiled =
        condition::compile(rule, {.semantics = base_.content->semantics, .use = use, .scope = &scope});
    if (!compiled) {
      diagnostics told = std::move(compiled.error());
      for (diagnostic& problem : told) show_declaration(problem, events);
      problems_.append(std::move(told));
      return;
    }
    for (const diagnostic& warning : compiled->warnings()) problems_.add(warning);
    by_place_.emplace(rule.source().data(), static_cast<std::uint32_t>(conditions_.size()));
    conditions_.push_back(std::move(*compiled));
  }

  /// Where the result can differ from a standard interpreter's, told as warnings.
  void tell_portability(document::node rule, reading_place place, condition_use use,
                        const std::vector<name_use>* events) {
    if (!rule) return;
    pack_scope scope(base_, place, events);
    problems_.append(
        condition::portability(rule, {.semantics = base_.content->semantics, .use = use, .scope = &scope}));
  }

  /// The condition at a place, or nothing where none stands or it did not compile. A value's first byte names it:
  /// no two values begin at one.
  [[nodiscard]] std::optional<std::uint32_t> find(document::node rule) const {
    if (!rule) return std::nullopt;
    const auto at = by_place_.find(rule.source().data());
    if (at == by_place_.end()) return std::nullopt;
    return at->second;
  }
  [[nodiscard]] const condition* get(document::node rule) const {
    const auto index = find(rule);
    return index ? &conditions_[*index] : nullptr;
  }
  [[nodiscard]] const condition& operator[](std::uint32_t index) const { return conditions_[index]; }
  [[nodiscard]] std::vector<condition> take() { return std::move(conditions_); }

 private:
  /// Where the path that was suggested is declared: the slip may have been made there.
  void show_declaration(diagnostic& problem, const std::vector<name_use>* events) const {
    const std::size_t dot = problem.suggestion.find('.');
    if (problem.code != "condition.unknown_path" || dot == std::string::npos) return;
    const std::string area = problem.suggestion.substr(0, dot);
    std::string name = problem.suggestion.substr(dot + 1);
    const auto show = [&](const name_use& declared) {
      problem.related.push_back(name_table::place(declared, "the one that has nearly this name"));
    };
    if (area == "event" && events != nullptr) {
      for (const name_use& event : *events) {
        const auto index = base_.names->events.find(event.name);
        if (!index) continue;
        for (const event_type_spec::field& field : base_.content->events[*index].fields) {
          if (field.name.name == name) return show(field.name);
        }
      }
      return;
    }
    if (area == "cadence") name = name.substr(0, name.find('.'));
    const name_table* table = area == "contact"   ? &base_.names->attributes
                              : area == "signal"  ? &base_.names->signals
                              : area == "score"   ? &base_.names->scores
                              : area == "grade"   ? &base_.names->grades
                              : area == "list"    ? &base_.names->lists
                              : area == "clock"   ? &base_.names->clocks
                              : area == "cadence" ? &base_.names->cadences
                                                  : nullptr;
    if (table == nullptr) return;
    if (const auto index = table->find(name)) show((*table)[*index]);
  }

  scope_base& base_;
  diagnostics& problems_;
  std::vector<condition> conditions_;
  std::unordered_map<const char*, std::uint32_t> by_place_;
};

/// Calls `visit(node, reading_place, condition_use, events or null)` for every condition and expression of a pack:
/// the one place that says what each may read and whether it is watched.
template <class Visit>
void for_each_condition(const pack& content, const Visit& visit) {
  using document_node = document::node;
  constexpr auto once = condition_use::once;
  constexpr auto watched = condition_use::watched;
  constexpr auto attributes = reading_place::attributes_only;
  constexpr auto everything = reading_place::everything;
  using events = const std::vector<name_use>*;
  constexpr events none = nullptr;
  const semantics meaning = content.semantics;

  // Any value in an action that is an object with one key which is an operator.
  const auto visit_action_value = [&](const auto& self, document_node value, events at_hand) -> void {
    if (value.is_object() && value.size() == 1 &&
        find_condition_operator(value.first_child().key(), meaning) != nullptr) {
      visit(value, everything, once, at_hand);
    } else if (value.is_object() || value.is_array()) {
      for (document_node member : value.children()) self(self, member, at_hand);
    }
  };
  const auto visit_actions = [&](const std::vector<action_spec>& actions, events at_hand) {
    for (const action_spec& action : actions) {
      for (document_node member : action.where.children()) {
        if (member.key() != "action") visit_action_value(visit_action_value, member, at_hand);
      }
    }
  };
  const auto visit_trigger = [&](const trigger_spec& trigger) {
    if (trigger.form == trigger_form::event) visit(trigger.condition, everything, once, &trigger.names);
    if (trigger.form == trigger_form::condition) visit(trigger.condition, everything, watched, none);
  };
  const auto visit_triggers = [&](const std::vector<trigger_spec>& triggers) {
    for (const trigger_spec& each : triggers) visit_trigger(each);
  };

  for (const attribute_spec& each : content.attributes) visit(each.derive, attributes, once, none);
  for (const signal_spec& each : content.signals) visit(each.where, attributes, once, &each.events);
  for (const score_spec& score : content.scores) {
    for (const rule_spec& rule : score.rules) {
      visit(rule.when, everything, watched, none);
      visit(rule.event_where, attributes, once, &rule.on);
      visit(rule.points_expression, attributes, once, &rule.on);
    }
  }
  for (const grade_spec& grade : content.grades) {
    for (const grade_rule_spec& rule : grade.rules) visit(rule.when, everything, watched, none);
  }
  if (content.funnel) {
    for (const transition_spec& each : content.funnel->transitions) {
      const events at_hand = each.on.empty() ? none : &each.on;
      visit(each.event_where, reading_place::transition, once, at_hand);
      visit(each.when, reading_place::transition, watched, none);
      for (const requirement_spec& guard : each.require)
        visit(guard.condition, reading_place::transition, once, at_hand);
      visit_actions(each.actions, at_hand);
    }
    for (const effect_spec& each : content.funnel->effects) {
      visit_trigger(each.trigger);
      const events at_hand = each.trigger.form == trigger_form::event ? &each.trigger.names : none;
      visit(each.condition, everything, once, at_hand);
      visit_actions(each.actions, at_hand);
    }
  }
  for (const clock_spec& clock : content.clocks) {
    for (const auto* triggers :
         {&clock.start, &clock.stop, &clock.cancel, &clock.pause, &clock.resume, &clock.restart}) {
      visit_triggers(*triggers);
    }
    for (const clock_target_spec& target : clock.targets) {
      visit(target.when, everything, once, none);
      visit(target.due, everything, once, none);
    }
    visit_actions(clock.on_breach, none);
  }
  for (const cadence_spec& cadence : content.cadences) {
    visit_triggers(cadence.start);
    visit_triggers(cadence.stop);
    visit(cadence.touch_where, everything, once, &cadence.touch_on);
    visit_actions(cadence.on_miss, none);
  }
  if (content.dispositions) {
    for (const disposition_code_spec& code : content.dispositions->codes) {
      visit(code.wake_at, everything, once, &content.dispositions->on);
      visit_actions(code.actions, &content.dispositions->on);
      visit_actions(code.on_wake, none);
    }
  }
  if (content.routing) {
    visit_triggers(content.routing->on);
    for (const routing_rule_spec& rule : content.routing->rules) {
      visit(rule.when, everything, once, none);
      if (rule.owner.is_object()) visit(rule.owner, everything, once, none);
      if (rule.territory.is_object()) visit(rule.territory, everything, once, none);
      if (rule.exclude.is_object()) visit(rule.exclude, everything, once, none);
    }
    if (content.routing->reroute) visit_triggers(content.routing->reroute->on);
  }
}

}  // namespace leadline::detail
