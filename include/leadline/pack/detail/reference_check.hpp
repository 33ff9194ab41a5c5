#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leadline/pack/detail/pack_names.hpp"

namespace leadline::detail {

/// Looks up every name that a pack uses, and tells those that nothing declares with the nearest that is declared.
class reference_check {
 public:
  reference_check(const pack& content, const pack_names& names, diagnostics& problems)
      : pack_(content), names_(names), problems_(problems) {}

  void run() {
    for (const event_type_spec& event : pack_.events) check_event_declaration(event);
    for (const attribute_spec& attribute : pack_.attributes) {
      for (const name_use& from : attribute.from) check_event_field_path(from);
    }
    for (const signal_spec& signal : pack_.signals) check_signal(signal);
    for (const score_spec& score : pack_.scores) check_score(score);
    for (const grade_spec& grade : pack_.grades) check_grade(grade);
    if (pack_.funnel) check_funnel(*pack_.funnel);
    for (const clock_spec& clock : pack_.clocks) check_clock(clock);
    for (const cadence_spec& cadence : pack_.cadences) check_cadence(cadence);
    if (pack_.dispositions) check_dispositions(*pack_.dispositions);
    if (pack_.routing) check_routing(*pack_.routing);
    check_business();
    for (const target_spec& target : pack_.targets) check_target(target);
  }

 private:
  using uses = std::vector<name_use>;

  void tell(diagnostic problem) { problems_.add(std::move(problem)); }
  void resolve_all(const name_table& table, const uses& list) {
    for (const name_use& each : list) {
      if (!is_full()) table.resolve(each, problems_);
    }
  }
  /// More problems than anybody reads: the rest would be worked out only to be dropped.
  [[nodiscard]] bool is_full() const noexcept { return problems_.dropped_count() != 0; }

  // --- Events ---------------------------------------------------------------------------------------------------

  void check_event_declaration(const event_type_spec& event) {
    if (is_built_in_event(event.name.name)) {
      tell(event.name.where.blame_key(
          {.code = "event.built_in", .message = quoted_name(event.name.name) + " is built in and cannot be declared"}));
    } else if (event.name.name == "any_activity" || event.name.name == "time") {
      tell(event.name.where.blame_key(
          {.code = "event.built_in",
           .message = quoted_name(event.name.name) + " has a meaning of its own and cannot be an event type"}));
    }
    for (const event_type_spec::field& field : event.fields) {
      if (field.name.name != "type" && field.name.name != "id" && field.name.name != "at") continue;
      tell(field.name.where.blame_key({.code = "event.reserved_field",
                                       .message = "event." + field.name.name +
                                                  " reads the event itself, so no field of its data can have that name",
                                       .expected = "another name than type, id and at"}));
    }
  }

  enum class activity_word : std::uint8_t { refused, allowed };

  void check_events(const uses& events, activity_word word = activity_word::refused) {
    for (std::size_t i = 0; i < events.size() && !is_full(); ++i) {
      const name_use& use = events[i];
      for (std::size_t j = 0; j < i; ++j) {
        if (events[j].name != use.name) continue;
        tell(use.where.blame({.severity = severity::warning,
                              .code = "pack.named_twice",
                              .message = quoted_name(use.name) + " stands twice in the list"}));
      }
      if (names_.events.has(use.name) || is_built_in_event(use.name)) continue;
      if (use.name == "any_activity") {
        if (word == activity_word::allowed) continue;
        tell(use.where.blame({.code = "event.any_activity",
                              .message = "any_activity can stand in since only",
                              .expected = "event types"}));
        continue;
      }
      diagnostic problem = names_.events.unknown(use.name, use.where, severity::warning);
      problem.message = "nothing declares the event type " + quoted_name(use.name);
      std::vector<std::string> known = names_.events.names();
      known.insert(known.end(), built_in_events.begin(), built_in_events.end());
      if (problem.suggestion.empty()) problem.suggestion = nearest(use.name, known);
      tell(std::move(problem));
    }
  }

  /// A field of the events at hand. One that no declared event carries is told; an event type without `fields`
  /// may carry any.
  void check_field(const name_use& field, const uses& events) {
    if (!field || !field.where || events.empty() || is_full()) return;
    std::vector<std::string> known;
    for (const name_use& event : events) {
      const auto index = names_.events.find(event.name);
      if (!index || !pack_.events[*index].fields_are_declared) return;
      for (const event_type_spec::field& each : pack_.events[*index].fields) {
        if (each.name.name == field.name) return;
        known.push_back(each.name.name);
      }
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    diagnostic problem = field.where.blame({.code = "pack.unknown_field",
                                            .message = "no event at hand declares the field " + quoted_name(field.name),
                                            .suggestion = nearest(field.name, known),
                                            .allowed = known});
    if (const auto index = names_.events.find(events.front().name)) {
      for (const event_type_spec::field& each : pack_.events[*index].fields) {
        if (each.name.name == problem.suggestion) {
          problem.related.push_back(name_table::place(each.name, "the one that has nearly this name"));
        }
      }
    }
    tell(std::move(problem));
  }

  void check_event_field_path(const name_use& path) {
    const std::size_t dot = path.name.rfind('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == path.name.size()) {
      return tell(path.where.blame({.code = "pack.bad_path",
                                    .message = quoted_name(path.name) + " is no field of an event",
                                    .expected = "an event type, a dot and a field, such as signup.email"}));
    }
    const uses event{{path.name.substr(0, dot), path.where}};
    check_events(event);
    check_field({path.name.substr(dot + 1), path.where}, event);
  }

  // --- Signals, scores, grades ------------------------------------------------------------------------------------

  void check_signal(const signal_spec& signal) {
    const bool since = signal.form == signal_form::since;
    check_events(signal.events, since ? activity_word::allowed : activity_word::refused);
    if (since && std::any_of(signal.events.begin(), signal.events.end(),
                             [](const name_use& each) { return each.name == "any_activity"; })) {
      check_some_activity(signal.events.front().where, "any_activity");
    }
    check_field(signal.field, signal.events);
    const bool needs_number =
        signal.form == signal_form::sum || signal.form == signal_form::max || signal.form == signal_form::min;
    const bool keeps_text = signal.form == signal_form::first || signal.form == signal_form::last;
    if (!needs_number && !keeps_text) return;
    for (const name_use& event : signal.events) {
      const auto index = names_.events.find(event.name);
      if (!index) continue;
      for (const event_type_spec::field& field : pack_.events[*index].fields) {
        if (field.name.name != signal.field.name || field.type == data_type::number ||
            (keeps_text && field.type == data_type::string)) {
          continue;
        }
        diagnostic problem = signal.field.where.blame(
            {.code = "signal.not_a_number",
             .message = "the field " + quoted_name(field.name.name) + " of " + quoted_name(event.name) +
                        " is declared " + std::string(name_of(field.type)) + ", which no signal can " +
                        (needs_number ? "add up" : "keep"),
             .expected = keeps_text ? "a field declared number or string" : "a field declared number"});
        problem.related.push_back(name_table::place(field.name, "the declaration"));
        tell(std::move(problem));
      }
    }
  }

  void check_some_activity(document::node where, std::string_view what) {
    for (const event_type_spec& event : pack_.events) {
      if (event.is_activity) return;
    }
    tell(where.blame(
        {.severity = severity::warning,
         .code = "event.no_activity",
         .message = std::string(what) + " looks at events declared \"activity\": true, and there are none"}));
  }

  void check_score(const score_spec& score) {
    name_table groups("group", "pack.unknown_group");
    for (const group_spec& group : score.groups) groups.declare(group.name, problems_);
    name_table rules("rule", "pack.unknown_rule");
    for (const rule_spec& rule : score.rules) {
      rules.declare(rule.id, problems_);
      groups.resolve(rule.group, problems_);
      check_events(rule.on);
      check_field(rule.limit.once_per, rule.on);
      if (rule.form == rule_form::idle) check_some_activity(rule.where["idle"], "an idle rule");
    }
    for (const score_part_spec& part : score.sum) names_.scores.resolve(part.score, problems_);
  }

  void check_grade(const grade_spec& grade) {
    names_.scores.resolve(grade.of, problems_);
    names_.grades.resolve(grade.rows, problems_);
    names_.grades.resolve(grade.columns, problems_);
  }

  // --- Triggers, actions, the funnel ------------------------------------------------------------------------------

  void check_trigger(const trigger_spec& trigger) {
    switch (trigger.form) {
      case trigger_form::enter:
      case trigger_form::leave: return resolve_all(names_.stages, trigger.names);
      case trigger_form::event: return check_events(trigger.names);
      case trigger_form::transition: return resolve_all(names_.transitions, trigger.names);
      case trigger_form::assigned:
      case trigger_form::condition: return;
    }
  }
  void check_triggers(const std::vector<trigger_spec>& triggers) {
    for (const trigger_spec& each : triggers) check_trigger(each);
  }

  void check_action(const action_spec& action) {
    if (action.form == action_form::told || !action.action) return;
    const std::string_view verb = action.action.name;
    const std::string_view key = action.form == action_form::set_status  ? "status"
                                 : action.form == action_form::set_owner ? "owner"
                                 : action.form == action_form::set       ? "to"
                                                                         : "tag";
    if (!action.value) {
      tell(action.where.blame(
          {.code = "pack.missing_key", .message = quoted_name(verb) + " needs the key " + quoted_name(key)}));
    }
    const bool takes_text = action.form != action_form::set;
    const bool empty_owner = action.form == action_form::set_owner && action.value.is_null();
    if (action.value && takes_text && !empty_owner && !action.value.is_text() && !action.value.is_object()) {
      tell(action.value.blame({.code = "pack.wrong_type",
                               .message = quoted_name(action.value.key()) + " must be a text or an expression, not " +
                                          std::string(name_of(action.value.kind()))}));
    }
    if (action.form == action_form::set_status && action.value.is_text()) {
      names_.statuses.resolve({std::string(action.value.text()), action.value}, problems_);
    }
    if (action.form == action_form::set) {
      if (!action.attribute) {
        tell(action.where.blame({.code = "pack.missing_key", .message = "\"set\" needs the key \"attribute\""}));
      } else if (!names_.attributes.has(action.attribute.name)) {
        diagnostic problem =
            names_.attributes.unknown(action.attribute.name, action.attribute.where, severity::warning);
        problem.code = "action.undeclared_attribute";
        problem.message = "nothing declares the attribute " + quoted_name(action.attribute.name) +
                          ", so no condition can read what is set";
        tell(std::move(problem));
      } else if (pack_.attributes[*names_.attributes.find(action.attribute.name)].derive) {
        tell(action.attribute.where.blame({.code = "action.sets_derived",
                                           .message = "the attribute " + quoted_name(action.attribute.name) +
                                                      " is derived from others and cannot be set"}));
      }
    }
  }
  void check_actions(const std::vector<action_spec>& actions) {
    for (const action_spec& each : actions) check_action(each);
  }

  void check_funnel(const funnel_spec& funnel) {
    names_.stages.resolve(funnel.start, problems_);
    for (const transition_spec& each : funnel.transitions) {
      resolve_all(names_.stages, each.from);
      names_.stages.resolve(each.to, problems_);
      check_events(each.on);
      names_.calendars.resolve(each.calendar, problems_);
      if (each.rearm) names_.scores.resolve(each.rearm->score, problems_);
      check_actions(each.actions);
    }
    for (const effect_spec& each : funnel.effects) {
      check_trigger(each.trigger);
      check_actions(each.actions);
    }
    for (const stage_statuses_spec& each : funnel.statuses) names_.stages.resolve(each.stage, problems_);
  }

  // --- Duties -----------------------------------------------------------------------------------------------------

  void check_clock(const clock_spec& clock) {
    names_.calendars.resolve(clock.calendar, problems_);
    for (const auto* triggers :
         {&clock.start, &clock.stop, &clock.cancel, &clock.pause, &clock.resume, &clock.restart}) {
      check_triggers(*triggers);
    }
    check_actions(clock.on_breach);
  }

  void check_cadence(const cadence_spec& cadence) {
    names_.calendars.resolve(cadence.calendar, problems_);
    check_triggers(cadence.start);
    check_triggers(cadence.stop);
    check_events(cadence.touch_on);
    check_field(cadence.mix_by, cadence.touch_on);
    resolve_all(names_.stages, cadence.guards);
    check_actions(cadence.on_miss);
    for (const channel_spec& channel : cadence.mix) {
      if (channel.channel.name != "count") continue;
      tell(channel.channel.where.blame_key(
          {.code = "cadence.channel_name",
           .message = "a channel cannot be named \"count\": cadence.<id>.count has a meaning of its own"}));
    }
  }

  void check_dispositions(const disposition_spec& dispositions) {
    check_events(dispositions.on);
    check_field(dispositions.field, dispositions.on);
    resolve_all(names_.stages, dispositions.required_from);
    for (const disposition_code_spec& code : dispositions.codes) {
      names_.stages.resolve(code.to, problems_);
      check_actions(code.actions);
      check_actions(code.on_wake);
    }
  }

  void check_routing(const routing_spec& routing) {
    check_triggers(routing.on);
    for (const rep_spec& rep : routing.reps) names_.calendars.resolve(rep.calendar, problems_);
    for (const pool_spec& pool : routing.pools) {
      name_table own("rep", "pack.unknown_rep");
      for (const name_use& rep : pool.reps) {
        names_.reps.resolve(rep, problems_);
        own.declare(rep, problems_);
      }
      if (pool.when_none == pool_fallback::pool) names_.pools.resolve(pool.when_none_name, problems_);
      if (pool.when_none == pool_fallback::owner) names_.reps.resolve(pool.when_none_name, problems_);
    }
    for (const routing_rule_spec& rule : routing.rules) {
      names_.pools.resolve(rule.pool, problems_);
      if (rule.owner.is_text()) names_.reps.resolve({std::string(rule.owner.text()), rule.owner}, problems_);
      if (!rule.exclude.is_object()) {
        for (document::node rep : one_or_many(rule.exclude)) {
          if (rep.is_text()) names_.reps.resolve({std::string(rep.text()), rep}, problems_);
        }
      }
    }
    if (routing.reroute) check_triggers(routing.reroute->on);
  }

  // --- Reports ----------------------------------------------------------------------------------------------------

  void check_attribute_path(const name_use& path) {
    if (!path) return;
    constexpr std::string_view prefix = "contact.";
    if (!path.name.starts_with(prefix)) {
      const bool known = names_.attributes.has(path.name);
      return tell(path.where.blame({.code = "pack.bad_path",
                                    .message = quoted_name(path.name) + " is no attribute's path",
                                    .expected = "contact. and the name of an attribute, such as contact.amount",
                                    .suggestion = known ? std::string(prefix) + path.name : std::string()}));
    }
    const std::string name = path.name.substr(prefix.size());
    if (names_.attributes.has(name)) return;
    diagnostic problem = names_.attributes.unknown(name, path.where);
    if (!problem.suggestion.empty()) problem.suggestion.insert(0, prefix);
    tell(std::move(problem));
  }

  void check_business() {
    const business_spec& business = pack_.business;
    check_attribute_path(business.amount);
    check_attribute_path(business.channel);
    resolve_all(names_.stages, business.won);
    resolve_all(names_.stages, business.lost);
    names_.stages.resolve(business.opportunity, problems_);
    check_events(business.marketing_touches);
    check_events(business.sales_touches);
  }

  void check_target(const target_spec& target);
  void check_metric_part(const target_spec& target, std::string_view part, const name_table& table);
  void check_metric_stage(const target_spec& target, std::string_view part);

  const pack& pack_;
  const pack_names& names_;
  diagnostics& problems_;
};

// --- Metrics ------------------------------------------------------------------------------------------------------

/// What a metric is made of: its word, and what its parts name.
struct metric_form {
  std::string_view word;
  enum class part : std::uint8_t { none, stage, score, clock, cadence };
  part first = part::none;
  part second = part::none;
};
inline constexpr metric_form metric_forms[] = {{"entered", metric_form::part::stage},
                                               {"converted", metric_form::part::stage, metric_form::part::stage},
                                               {"complete"},
                                               {"attained", metric_form::part::clock},
                                               {"median", metric_form::part::clock},
                                               {"p90", metric_form::part::clock},
                                               {"completed", metric_form::part::cadence},
                                               {"disposed", metric_form::part::stage},
                                               {"touches", metric_form::part::stage},
                                               {"score", metric_form::part::score, metric_form::part::stage},
                                               {"sourced"},
                                               {"influenced"},
                                               {"coverage"},
                                               {"lvr"},
                                               {"cac"},
                                               {"cpo"},
                                               {"deal_size"},
                                               {"cycle_length"}};

/// The parts of a metric between its dots.
[[nodiscard]] inline std::vector<std::string> split_metric(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char letter : text) {
    if (letter == '.') {
      out.emplace_back();
    } else {
      out.back() += letter;
    }
  }
  return out;
}

inline void reference_check::check_metric_part(const target_spec& target, std::string_view part,
                                               const name_table& table) {
  if (table.has(part)) return;
  diagnostic problem = table.unknown(part, target.metric.where);
  if (!problem.suggestion.empty()) {
    const std::size_t at = target.metric.name.rfind(part);
    problem.suggestion =
        target.metric.name.substr(0, at) + problem.suggestion + target.metric.name.substr(at + part.size());
  }
  tell(std::move(problem));
}

/// Reports take `stage/status` wherever they take a stage.
inline void reference_check::check_metric_stage(const target_spec& target, std::string_view part) {
  const std::size_t slash = part.find('/');
  const std::string_view stage = part.substr(0, slash);
  check_metric_part(target, stage, names_.stages);
  if (slash == std::string_view::npos || !pack_.funnel) return;
  const std::string status(part.substr(slash + 1));
  for (const stage_statuses_spec& each : pack_.funnel->statuses) {
    if (each.stage.name != stage) continue;
    for (const name_use& known : each.statuses) {
      if (known.name == status) return;
    }
  }
  tell(target.metric.where.blame(
      {.code = "pack.unknown_status",
       .message = "the stage " + quoted_name(stage) + " has no status " + quoted_name(status)}));
}

inline void reference_check::check_target(const target_spec& target) {
  resolve_all(names_.attributes, target.fields);
  names_.stages.resolve(target.stage, problems_);
  if (!target.metric) return;
  const std::vector<std::string> parts = split_metric(target.metric.name);
  const metric_form* form = nullptr;
  std::vector<std::string> words;
  for (const metric_form& each : metric_forms) {
    words.emplace_back(each.word);
    if (each.word == parts.front()) form = &each;
  }
  if (form == nullptr) {
    std::string suggestion = nearest(parts.front(), words);
    if (!suggestion.empty()) suggestion += target.metric.name.substr(parts.front().size());
    return tell(target.metric.where.blame({.code = "target.unknown_metric",
                                           .message = "there is no metric " + quoted_name(parts.front()),
                                           .suggestion = suggestion,
                                           .allowed = words}));
  }
  using part = metric_form::part;
  const std::size_t wanted = (form->first != part::none ? 1U : 0U) + (form->second != part::none ? 1U : 0U);
  if (parts.size() != wanted + 1) {
    std::string right(form->word);
    for (const part each : {form->first, form->second}) {
      right += each == part::stage     ? ".<stage>"
               : each == part::score   ? ".<score>"
               : each == part::clock   ? ".<clock>"
               : each == part::cadence ? ".<cadence>"
                                       : "";
    }
    return tell(target.metric.where.blame({.code = "target.unknown_metric",
                                           .message = quoted_name(form->word) + " is followed by " +
                                                      std::to_string(wanted) + (wanted == 1 ? " name" : " names") +
                                                      ", not by " + std::to_string(parts.size() - 1),
                                           .expected = right}));
  }
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::string& name = parts[i + 1];
    switch (i == 0 ? form->first : form->second) {
      case part::stage: check_metric_stage(target, name); break;
      case part::score: check_metric_part(target, name, names_.scores); break;
      case part::clock: check_metric_part(target, name, names_.clocks); break;
      case part::cadence: check_metric_part(target, name, names_.cadences); break;
      case part::none: break;
    }
  }
  const bool complete = form->word == "complete";
  if (complete && target.fields.empty()) {
    tell(target.metric.where.blame({.code = "pack.key_needs",
                                    .message = "the metric complete needs the key \"fields\"",
                                    .expected = "a list of attributes"}));
  }
  if (!complete && !target.fields.empty()) {
    tell(target.fields.front().where.parent().blame(
        {.code = "pack.key_needs", .message = "\"fields\" stands only beside the metric complete"}));
  }
}

}  // namespace leadline::detail
