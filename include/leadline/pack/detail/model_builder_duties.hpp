#pragma once

#include "leadline/pack/detail/model_builder.hpp"

/// The second half of the model builder: actions, triggers, the funnel, clocks, cadences, dispositions, routing.
namespace leadline::detail {

// --- Actions and triggers -------------------------------------------------------------------------------------------

/// Cuts a value into JSON text and the expressions in it.
inline void append_pieces(std::vector<compiled::action_piece>& pieces, document::node value,
                          const condition_table& conditions) {
  if (const auto expression = conditions.find(value)) {
    pieces.back().expression = *expression;
    pieces.emplace_back();
    return;
  }
  if (!value.is_object() && !value.is_array()) return append_compact(pieces.back().text, value);
  pieces.back().text += value.is_object() ? '{' : '[';
  bool first = true;
  for (document::node each : value.children()) {
    if (!std::exchange(first, false)) pieces.back().text += ", ";
    if (value.is_object()) {
      json_text::append_quoted(pieces.back().text, each.key());
      pieces.back().text += ": ";
    }
    append_pieces(pieces, each, conditions);
  }
  pieces.back().text += value.is_object() ? '}' : ']';
}

inline compiled::action model_builder::action(const action_spec& spec) const {
  compiled::action out;
  out.name = spec.action.name;
  out.form = spec.form;
  out.members.emplace_back();
  bool first = true;
  for (node member : spec.where.children()) {
    if (member.key() == "action") continue;
    if (!std::exchange(first, false)) out.members.back().text += ", ";
    json_text::append_quoted(out.members.back().text, member.key());
    out.members.back().text += ": ";
    append_pieces(out.members, member, *from_.conditions);
  }
  if (spec.value) {
    out.value = program(spec.value);
    if (out.value == none) append_compact(out.constant, spec.value);
  }
  out.attribute_name = spec.attribute.name;
  out.attribute = find(names_.attributes, spec.attribute);
  return out;
}

inline std::vector<compiled::action> model_builder::actions(const std::vector<action_spec>& specs) const {
  std::vector<compiled::action> out;
  out.reserve(specs.size());
  for (const action_spec& each : specs) out.push_back(action(each));
  return out;
}

inline std::uint32_t model_builder::trigger(const trigger_spec& spec, compiled::trigger_role role, std::size_t owner) {
  const std::uint32_t index = number(model_->triggers.size());
  compiled::trigger out;
  out.form = spec.form;
  out.role = role;
  out.owner = number(owner);
  out.condition = program(spec.condition);
  switch (spec.form) {
    case trigger_form::enter:
    case trigger_form::leave:
      out.names = find_all(names_.stages, spec.names);
      for (const std::uint32_t stage : out.names) {
        auto& listeners = spec.form == trigger_form::enter ? model_->stages[stage].enter_triggers
                                                           : model_->stages[stage].leave_triggers;
        listeners.push_back(index);
      }
      break;
    case trigger_form::event:
      out.names = events(spec.names);
      for (const std::uint32_t type : out.names) model_->events[type].triggers.push_back(index);
      break;
    case trigger_form::transition:
      out.names = find_all(names_.transitions, spec.names);
      for (const std::uint32_t each : out.names) model_->transitions[each].triggers.push_back(index);
      break;
    case trigger_form::condition: model_->condition_triggers.push_back(index); break;
    case trigger_form::assigned: model_->assigned_triggers.push_back(index); break;
  }
  model_->triggers.push_back(std::move(out));
  return index;
}

inline std::vector<std::uint32_t> model_builder::triggers(const std::vector<trigger_spec>& specs,
                                                          compiled::trigger_role role, std::size_t owner) {
  std::vector<std::uint32_t> out;
  out.reserve(specs.size());
  for (const trigger_spec& each : specs) out.push_back(trigger(each, role, owner));
  return out;
}

// --- Funnel ---------------------------------------------------------------------------------------------------------

inline std::vector<bool> model_builder::stage_bits(const std::vector<std::uint32_t>& stages) const {
  std::vector<bool> out(model_->stages.size(), false);
  for (const std::uint32_t each : stages) out[each] = true;
  return out;
}

inline void model_builder::build_stages(const funnel_spec& spec) {
  for (const stage_spec& each : spec.stages) {
    compiled::stage stage;
    stage.id = each.id.name;
    stage.owner = each.owner;
    stage.is_aside = each.is_aside;
    model_->stages.push_back(std::move(stage));
  }
  for (std::size_t i = 0; i < names_.statuses.size(); ++i) model_->statuses.push_back(names_.statuses[i].name);
  for (const stage_statuses_spec& each : spec.statuses) {
    model_->stages[*names_.stages.find(each.stage.name)].statuses = find_all(names_.statuses, each.statuses);
  }
  if (pack_.dispositions) {
    for (const std::uint32_t each : find_all(names_.stages, pack_.dispositions->required_from)) {
      model_->stages[each].requires_disposition = true;
    }
  }
}

inline void model_builder::build_funnel(const funnel_spec& spec) {
  model_->has_funnel = true;
  build_stages(spec);
  model_->start_stage = find(names_.stages, spec.start);
  for (std::size_t i = 0; i < spec.transitions.size(); ++i) {
    const transition_spec& each = spec.transitions[i];
    compiled::transition out;
    out.id = each.id.name;
    out.pointer = each.where.pointer();
    out.to = find(names_.stages, each.to);
    out.from = find_all(names_.stages, each.from);
    if (each.from_any) {
      out.from.clear();
      for (std::size_t stage = 0; stage < model_->stages.size(); ++stage) {
        if (stage != out.to) out.from.push_back(number(stage));
      }
    }
    out.events = events(each.on);
    out.where = program(each.event_where);
    out.when = program(each.when);
    out.after = each.after;
    out.calendar = calendar(each.calendar);
    for (const requirement_spec& guard : each.require)
      out.require.push_back({program(guard.condition), guard.otherwise});
    out.reason = each.reason;
    out.cooldown_ms = ms(each.cooldown);
    if (each.rearm) {
      out.rearm_score = find(names_.scores, each.rearm->score);
      out.rearm_rise_milli = each.rearm->rise_milli;
    }
    out.is_unguarded = each.is_unguarded;
    out.actions = actions(each.actions);
    for (const std::uint32_t type : out.events) model_->events[type].transitions.push_back(number(i));
    for (const std::uint32_t stage : out.from) model_->stages[stage].transitions.push_back(number(i));
    model_->transitions.push_back(std::move(out));
  }
  for (compiled::stage& stage : model_->stages) {
    stage.manual_moves.assign(model_->stages.size(), spec.manual == manual_moves::any);
    for (const std::uint32_t each : stage.transitions) stage.manual_moves[model_->transitions[each].to] = true;
  }
  for (std::size_t i = 0; i < spec.effects.size(); ++i) {
    const effect_spec& each = spec.effects[i];
    const std::uint32_t listened = trigger(each.trigger, compiled::trigger_role::effect, i);
    model_->effects.push_back({each.where.pointer(), listened, program(each.condition), actions(each.actions)});
  }
}

// --- Clocks and cadences --------------------------------------------------------------------------------------------

inline void model_builder::build_clocks() {
  using role = compiled::trigger_role;
  for (std::size_t i = 0; i < pack_.clocks.size(); ++i) {
    const clock_spec& each = pack_.clocks[i];
    compiled::clock out;
    out.id = each.id.name;
    out.pointer = each.where.pointer();
    out.calendar = calendar(each.calendar);
    out.uses_owner_calendar = each.uses_owner_calendar;
    out.start = triggers(each.start, role::clock_start, i);
    out.stop = triggers(each.stop, role::clock_stop, i);
    out.cancel = triggers(each.cancel, role::clock_cancel, i);
    out.pause = triggers(each.pause, role::clock_pause, i);
    out.resume = triggers(each.resume, role::clock_resume, i);
    out.restart = triggers(each.restart, role::clock_restart, i);
    for (const clock_target_spec& target : each.targets) {
      out.targets.push_back({program(target.when), target.within, target.end, program(target.due), target.offset});
      if (out.targets.back().when == none) continue;
      for (const slot_reference slot : (*from_.conditions)[out.targets.back().when].reads()) {
        if (slot.space == slot_space::row && slot.index < pack_.attributes.size())
          add_once(out.target_attributes, slot.index);
      }
    }
    for (const clock_warning_spec& warning : each.warnings)
      out.warnings.push_back({warning.percent_milli, warning.before, std::string(warning.where.text())});
    for (const escalation_spec& escalation : each.escalations)
      out.escalations.push_back({escalation.after, escalation.to});
    out.on_breach = actions(each.on_breach);
    out.on_change = each.on_change;
    out.is_repeating = each.is_repeating;
    model_->clocks.push_back(std::move(out));
  }
}

inline void model_builder::build_cadences() {
  using role = compiled::trigger_role;
  for (std::size_t i = 0; i < pack_.cadences.size(); ++i) {
    const cadence_spec& each = pack_.cadences[i];
    compiled::cadence out;
    out.id = each.id.name;
    out.pointer = each.where.pointer();
    out.start = triggers(each.start, role::cadence_start, i);
    out.stop = triggers(each.stop, role::cadence_stop, i);
    out.touch_events = events(each.touch_on);
    for (const std::uint32_t type : out.touch_events) model_->events[type].cadences.push_back(number(i));
    out.touch_where = program(each.touch_where);
    std::int64_t mixed = 0;
    for (const channel_spec& channel : each.mix) {
      out.mix.push_back({channel.channel.name, channel.at_least});
      mixed += channel.at_least;
    }
    out.at_least = std::max(each.at_least.value_or(0), mixed);
    out.channel_slot = event_slot(each.mix_by);
    out.spacing = each.spacing;
    out.within = each.within.value_or(duration());
    out.calendar = calendar(each.calendar);
    out.guards = stage_bits(find_all(names_.stages, each.guards));
    out.guard_until = each.guard_until;
    out.on_miss = actions(each.on_miss);
    model_->cadences.push_back(std::move(out));
  }
}

// --- Dispositions, routing, reports
// -----------------------------------------------------------------------------------

inline void model_builder::build_dispositions(const disposition_spec& spec) {
  compiled::disposition out;
  out.code_slot = event_slot(spec.field);
  std::vector<std::uint32_t> targets;
  for (const disposition_code_spec& each : spec.codes) {
    compiled::disposition_code code;
    code.code = each.code.name;
    code.pointer = each.code.where.pointer();
    code.label = each.label;
    code.to = find(names_.stages, each.to);
    code.tag = each.tag;
    code.wake_after_ms = ms(each.wake_after);
    code.wake_at = program(each.wake_at);
    code.is_unguarded = each.is_unguarded;
    code.actions = actions(each.actions);
    code.on_wake = actions(each.on_wake);
    if (code.to != none) targets.push_back(code.to);
    out.codes.push_back(std::move(code));
  }
  out.targets = stage_bits(targets);
  for (const std::uint32_t type : events(spec.on)) model_->events[type].is_disposition = true;
  model_->disposition = std::move(out);
}

inline void model_builder::build_routing(const routing_spec& spec) {
  using role = compiled::trigger_role;
  using owner_kind = compiled::routing_rule::owner_kind;
  compiled::routing out;
  out.on = triggers(spec.on, role::routing, 0);
  for (const rep_spec& each : spec.reps) {
    out.reps.push_back(
        {each.name.name, calendar(each.calendar), each.capacity.value_or(-1), each.weight_milli, each.territories});
  }
  for (const pool_spec& each : spec.pools) {
    compiled::pool pool{
        each.name.name, find_all(names_.reps, each.reps), each.balance, each.only_open, each.when_none, none,
        each.on_return};
    if (each.when_none == pool_fallback::pool) pool.when_none_index = find(names_.pools, each.when_none_name);
    if (each.when_none == pool_fallback::owner) pool.when_none_index = find(names_.reps, each.when_none_name);
    out.pools.push_back(std::move(pool));
  }
  for (const routing_rule_spec& each : spec.rules) {
    compiled::routing_rule rule;
    rule.id = each.id.name;
    rule.pointer = each.where.pointer();
    rule.when = program(each.when);
    if (each.pool) {
      rule.index = find(names_.pools, each.pool);
    } else if (each.owner.is_text()) {
      rule.kind = owner_kind::rep;
      rule.index = names_.reps.find(each.owner.text()).value_or(none);
    } else if (each.owner.is_object()) {
      rule.kind = owner_kind::expression;
      rule.index = program(each.owner);
    } else {
      rule.kind = owner_kind::nobody;
    }
    if (each.territory.is_text()) rule.territory = each.territory.text();
    rule.territory_expression = program(each.territory);
    if (each.exclude.is_object()) {
      rule.exclude_expression = program(each.exclude);
    } else {
      for (node rep : one_or_many(each.exclude)) {
        if (rep.is_text()) add_once(rule.exclude, names_.reps.find(rep.text()).value_or(none));
      }
    }
    rule.keeps_owner = each.keeps_owner;
    out.rules.push_back(std::move(rule));
  }
  if (spec.reroute) {
    out.reroute_on = triggers(spec.reroute->on, role::reroute, 0);
    out.max_hops = spec.reroute->max_hops;
  }
  model_->routing = std::move(out);
}

inline void model_builder::build_reports() {
  // The document goes away, so places must not stay behind.
  const auto cut = [](name_use& use) { use.where = {}; };
  const auto cut_all = [&](std::vector<name_use>& uses) {
    for (name_use& each : uses) cut(each);
  };
  model_->business = pack_.business;
  business_spec& business = model_->business;
  for (name_use* each : {&business.amount, &business.channel, &business.opportunity}) cut(*each);
  for (auto* each : {&business.won, &business.lost, &business.marketing_touches, &business.sales_touches})
    cut_all(*each);
  model_->targets = pack_.targets;
  for (target_spec& each : model_->targets) {
    for (name_use* use : {&each.name, &each.metric, &each.stage}) cut(*use);
    cut_all(each.fields);
  }
}

}  // namespace leadline::detail
