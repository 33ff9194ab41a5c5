#pragma once

#include "leadline/pack/detail/pack_reader.hpp"

/// Readers of the funnel, clocks, cadences, dispositions, routing, business and targets.
namespace leadline::detail::reading {

[[nodiscard]] inline transition_spec transition(node at) {
  transition_spec out;
  out.where = at;
  out.id = name(at["id"]);
  for (name_use& stage : names(at["from"])) {
    if (stage.name == "*") {
      out.from_any = true;
    } else {
      out.from.push_back(std::move(stage));
    }
  }
  out.to = name(at["to"]);
  out.on = names(at["on"]);
  out.event_where = at["where"];
  out.when = at["when"];
  out.after = any_duration(at["after"]);
  out.after_where = at["after"];
  out.calendar = name(at["calendar"]);
  for (node each : objects(at["require"])) out.require.push_back({each["if"], text(each["else"])});
  out.reason = text(at["reason"]);
  out.cooldown = elapsed(at["cooldown"]);
  if (const node rearm = at["rearm"]; rearm.is_object()) {
    out.rearm = rearm_spec{name(rearm["score"]), milli(rearm["rise"]).value_or(0)};
  }
  out.is_unguarded = flag(at["unguarded"]);
  out.actions = actions(at["do"]);
  return out;
}

/// An empty section declares nothing.
[[nodiscard]] inline std::optional<funnel_spec> funnel(node at) {
  if (!at.is_object() || at.size() == 0) return std::nullopt;
  funnel_spec out;
  out.where = at;
  out.start = name(at["start"]);
  for (node stage : objects(at["stages"])) {
    out.stages.push_back({name(stage["id"]), text(stage["owner"]), flag(stage["aside"])});
  }
  for (node each : objects(at["transitions"])) out.transitions.push_back(transition(each));
  for (node each : objects(at["effects"])) {
    if (auto read = trigger(each)) {
      out.effects.push_back({std::move(*read), each["if"], actions(each["do"]), each});
    }
  }
  for (node entry : entries(at["statuses"])) out.statuses.push_back({key_name(entry), names(entry)});
  constexpr std::string_view modes[] = {"transitions", "any"};
  out.manual = choice(at["manual"], modes, manual_moves::transitions);
  return out;
}

[[nodiscard]] inline clock_warning_spec clock_warning(node at) {
  clock_warning_spec out;
  out.where = at;
  if (!at.is_text()) return out;
  const std::string_view written = at.text();
  if (written.ends_with('%')) {
    const thousandths read = read_thousandths(written.substr(0, written.size() - 1));
    if (read.outcome == thousandths_outcome::read) out.percent_milli = read.milli;
  } else if (written.starts_with('-')) {
    if (const result<duration> read = parse_duration(written.substr(1))) out.before = *read;
  }
  return out;
}

[[nodiscard]] inline std::vector<clock_spec> clocks(node at) {
  std::vector<clock_spec> out;
  for (node entry : objects(at)) {
    clock_spec clock;
    clock.where = entry;
    clock.id = name(entry["id"]);
    const node calendar = entry["calendar"];
    clock.uses_owner_calendar = calendar.is_object();
    clock.calendar = name(calendar.is_object() ? calendar["owner"] : calendar);
    clock.start = triggers(entry["start"]);
    clock.stop = triggers(entry["stop"]);
    clock.cancel = triggers(entry["cancel"]);
    clock.pause = triggers(entry["pause"]);
    clock.resume = triggers(entry["resume"]);
    clock.restart = triggers(entry["restart"]);
    for (node target : one_or_many(entry["target"])) {
      if (!target.is_object()) continue;
      clock_target_spec read;
      read.where = target;
      read.when = target["when"];
      read.within = any_duration(target["within"]);
      read.end = target["at"] ? day_end::close : day_end::same_time;
      read.due = target["due"];
      read.offset = any_duration(target["offset"], duration_sign::may_be_negative);
      clock.targets.push_back(read);
    }
    for (node warning : entries(entry["warn"])) clock.warnings.push_back(clock_warning(warning));
    for (node escalation : objects(entry["escalate"])) {
      clock.escalations.push_back(
          {any_duration(escalation["after"]).value_or(duration()), text(escalation["to"]), escalation});
    }
    clock.on_breach = actions(entry["on_breach"]);
    constexpr std::string_view modes[] = {"keep", "rebase", "retroactive"};
    clock.on_change = choice(entry["on_change"], modes, change_mode::keep);
    clock.is_repeating = flag(entry["repeat"]);
    out.push_back(std::move(clock));
  }
  return out;
}

[[nodiscard]] inline std::vector<cadence_spec> cadences(node at) {
  std::vector<cadence_spec> out;
  for (node entry : objects(at)) {
    cadence_spec cadence;
    cadence.where = entry;
    cadence.id = name(entry["id"]);
    cadence.start = triggers(entry["start"]);
    cadence.touch_on = names(entry["touch"]["on"]);
    cadence.touch_where = entry["touch"]["where"];
    cadence.at_least = integer(entry["at_least"]);
    for (node channel : entries(entry["mix"])) {
      if (channel.key() == "by") {
        cadence.mix_by = name(channel);
      } else {
        cadence.mix.push_back({key_name(channel), integer(channel).value_or(1)});
      }
    }
    cadence.spacing = any_duration(entry["spacing"]);
    cadence.within = any_duration(entry["within"]);
    cadence.calendar = name(entry["calendar"]);
    cadence.stop = triggers(entry["stop"]);
    cadence.guards = names(entry["guards"]);
    constexpr std::string_view ends[] = {"completed", "miss"};
    cadence.guard_until = choice(entry["guard_until"], ends, guard_end::completed);
    cadence.on_miss = actions(entry["on_miss"]);
    out.push_back(std::move(cadence));
  }
  return out;
}

[[nodiscard]] inline std::optional<disposition_spec> dispositions(node at) {
  if (!at.is_object() || at.size() == 0) return std::nullopt;
  disposition_spec out;
  out.where = at;
  out.on = names(at["on"]);
  out.field = at["field"] ? name(at["field"]) : name_use{"code", {}};
  out.required_from = names(at["required_from"]);
  for (node entry : entries(at["codes"])) {
    disposition_code_spec code;
    code.code = key_name(entry);
    code.label = text(entry["label"]);
    code.to = name(entry["to"]);
    code.tag = text(entry["tag"]);
    const node wake = entry["wake"];
    code.wake_after = elapsed(wake);
    if (wake.is_object()) code.wake_at = wake;
    code.is_unguarded = flag(entry["unguarded"]);
    code.actions = actions(entry["do"]);
    code.on_wake = actions(entry["on_wake"]);
    out.codes.push_back(std::move(code));
  }
  return out;
}

[[nodiscard]] inline pool_spec pool(node at) {
  pool_spec out;
  out.name = key_name(at);
  out.reps = names(at["reps"]);
  constexpr std::string_view balances[] = {"round_robin", "weighted", "least_open", "can_meet"};
  constexpr std::string_view returns[] = {"forgive", "catch_up"};
  out.balance = choice(at["balance"], balances, pool_balance::round_robin);
  out.only_open = flag(at["only_open"]);
  out.on_return = choice(at["on_return"], returns, pool_return::forgive);
  const node none = at["when_none"];
  if (none["pool"]) {
    out.when_none = pool_fallback::pool;
    out.when_none_name = name(none["pool"]);
  } else if (none["owner"]) {
    out.when_none = pool_fallback::owner;
    out.when_none_name = name(none["owner"]);
  } else if (none["anyone"]) {
    out.when_none = pool_fallback::anyone;
  }
  return out;
}

[[nodiscard]] inline std::optional<routing_spec> routing(node at) {
  if (!at.is_object() || at.size() == 0) return std::nullopt;
  routing_spec out;
  out.where = at;
  out.on = triggers(at["on"]);
  for (node entry : entries(at["reps"])) {
    rep_spec rep;
    rep.name = key_name(entry);
    rep.calendar = name(entry["calendar"]);
    rep.capacity = integer(entry["capacity"]);
    rep.weight_milli = milli(entry["weight"]).value_or(1'000);
    if (entry["territories"]) rep.territories.emplace();
    for (const name_use& territory : names(entry["territories"])) rep.territories->push_back(territory.name);
    out.reps.push_back(std::move(rep));
  }
  for (node entry : entries(at["pools"])) out.pools.push_back(pool(entry));
  for (node entry : objects(at["rules"])) {
    out.rules.push_back({name(entry["id"]), entry["when"], entry["owner"], name(entry["pool"]), entry["territory"],
                         entry["exclude"], flag(entry["keep"]), entry});
  }
  if (const node reroute = at["reroute"]; reroute.is_object()) {
    out.reroute = reroute_spec{triggers(reroute["on"]), integer(reroute["max_hops"]).value_or(3)};
  }
  return out;
}

[[nodiscard]] inline business_spec business(node at) {
  return {name(at["amount"]),        name(at["channel"]),     names(at["won"]),
          names(at["lost"]),         name(at["opportunity"]), names(at["marketing_touches"]),
          names(at["sales_touches"])};
}

[[nodiscard]] inline std::vector<target_spec> targets(node at) {
  constexpr std::string_view sides[] = {"marketing", "sales"};
  constexpr std::string_view periods[] = {"", "week", "month", "quarter"};
  constexpr std::string_view trends[] = {"", "up", "down"};
  std::vector<target_spec> out;
  for (node entry : entries(at)) {
    target_spec target;
    target.name = key_name(entry);
    target.side = choice(entry["side"], sides, target_side::marketing);
    target.metric = name(entry["metric"]);
    target.per = choice(entry["per"], periods, target_period::of_report);
    target.at_least = real(entry["at_least"]);
    target.at_most = real(entry["at_most"]);
    target.above = real(entry["above"]);
    target.below = real(entry["below"]);
    target.trend = choice(entry["trend"], trends, target_trend::none);
    target.fields = names(entry["fields"]);
    target.stage = name(entry["stage"]);
    out.push_back(std::move(target));
  }
  return out;
}

}  // namespace leadline::detail::reading
