"""The funnel: transitions, arming, cooldown, statuses, effects (spec section 4.4). Works on a FoldState."""

from model import cadences, dispositions, triggers
from model.conditions import OPERATORS
from model.exact import milli_of
from model.sequences import as_list


def is_backward(pack, source, target):
    if source is None:
        return False
    if target in pack.asides:
        return True
    return source not in pack.asides and pack.stages.index(target) < pack.stages.index(source)


def dwell_over_at(pack, transition, entered_at):
    family, amount = transition.after
    if family == "elapsed":
        return entered_at + amount
    return pack.calendars[transition.calendar].add(entered_at, family, amount)


def breaks(state):
    """When a dwell in the present stage or a cooldown is over."""
    out = []
    for transition in state.pack.transitions:
        if state.stage is None or not transition.leaves(state.stage):
            continue
        if transition.after:
            out.append(dwell_over_at(state.pack, transition, state.entered_at))
        if transition.cooldown is not None and transition.id in state.last_fired:
            out.append(state.last_fired[transition.id] + transition.cooldown)
    return out


# --- A move ----------------------------------------------------------------------------------------------------


def enter_start(state):
    if state.pack.funnel:
        move(state, state.pack.funnel["start"], rule=None, reason=None, actions=[], transition=None)


def move(state, target, rule, reason, actions, transition, finish=lambda: None):
    """`finish`: what a disposition does when the effects of its move are told."""
    pack, source = state.pack, state.stage
    state.tell("stage", {"from": source, "to": target}, rule, reason)
    state.stage, state.entered_at = target, state.now
    state.wake = None
    state.moves += 1
    if source is not None:
        state.happened.append((2 * state.moves, "leave", source))
    place = triggers.ENTRY_INTO_START if source is None else 2 * state.moves + 1
    state.happened.append((place, "enter", target))
    for clock in pack.clocks:
        mine = state.clocks[clock.id]
        if target in clock.start_stages and mine.cycle is None and mine.repeat_at is None:
            mine.status = "none"
    stamp = state.stamps.setdefault(target, {"first": state.now, "latest": state.now, "count": 0})
    stamp["latest"], stamp["count"] = state.now, stamp["count"] + 1
    state.visited.add(target)
    state.entry_scores = {name: state.score_milli(name) for name in pack.scores}
    state.changed = True
    set_status(state, (pack.statuses.get(target) or [None])[0], rule, reason)
    carry_out(state, actions, rule, reason)
    for effect in pack.effects:
        hit = (
            target in as_list(effect.get("enter"))
            or (source is not None and source in as_list(effect.get("leave")))
            or (transition is not None and transition in as_list(effect.get("transition")))
        )
        if hit:
            carry_out_effect(state, effect, rule, reason)
    finish()
    # Sent back is not bounced: what would fire at once must first have been false.
    state.disarmed = set()
    if is_backward(pack, source, target):
        state.disarmed = {
            each.id for each in pack.transitions if has_level(each) and each.leaves(target) and state.holds(each.when)
        }


def has_level(transition):
    """`when` without `after`: the kind that is armed and disarmed."""
    return transition.has_when and not transition.after


# --- Statuses, owners, tags, actions ---------------------------------------------------------------------------


def set_status(state, status, rule=None, reason=None):
    if status == state.status:
        return
    state.tell("status", {"from": state.status, "to": status}, rule, reason)
    state.status, state.changed = status, True
    if status is not None:
        stamp = state.stamps.setdefault(
            f"{state.stage}/{status}", {"first": state.now, "latest": state.now, "count": 0}
        )
        stamp["latest"], stamp["count"] = state.now, stamp["count"] + 1


def set_owner(state, owner, rule=None, reason=None):
    if owner == state.owner:
        return
    state.tell("assigned", {"from": state.owner, "to": owner}, rule, reason)
    state.owner, state.changed = owner, True
    if owner is not None:
        state.was_assigned = True
        state.route.waiting = state.route.held = state.route.look = None  # whoever gave it, an owner is an answer
        state.happened.append((triggers.ASSIGNED, "assigned", None))


def set_tag(state, tag, is_added, rule=None, reason=None):
    if is_added == (tag in state.tags):
        return
    state.tell("tag", {"tag": tag, "what": "added" if is_added else "removed"}, rule, reason)
    (state.tags.add if is_added else state.tags.remove)(tag)
    state.changed = True


def evaluated(state, value):
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in OPERATORS:
            return state.evaluate(value)
        return {key: evaluated(state, item) for key, item in value.items()}
    return [evaluated(state, item) for item in value] if isinstance(value, list) else value


def carry_out_effect(state, effect, rule=None, reason=None):
    if "if" not in effect or state.holds(effect["if"]):
        carry_out(state, effect["do"], rule, reason)


def carry_out(state, actions, rule=None, reason=None):
    for action in actions:
        name = action["action"]
        data = {key: evaluated(state, value) for key, value in action.items() if key != "action"}
        if name == "set_status":
            status = data.get("status", data.get("to"))
            if status in state.pack.statuses.get(state.stage, []):
                set_status(state, status, rule, reason)
            else:
                state.reject("unknown_status", f"{status} is no status of {state.stage}", rule, reason)
        elif name == "set_owner":
            owner = data.get("owner", data.get("to"))
            set_owner(state, owner if isinstance(owner, str) else None, rule, reason)
        elif name in ("add_tag", "remove_tag"):
            if isinstance(data.get("tag"), str):
                set_tag(state, data["tag"], name == "add_tag", rule, reason)
        else:
            state.tell("action", {"action": name, "data": data}, rule, reason)
            if name == "set":
                state.change_attributes({data["attribute"]: data.get("to")}, rule, reason)


# --- The transition phase of a round ---------------------------------------------------------------------------


def transition_phase(state, offered):
    """`offered`: whether the pass's event may still fire something. Effects of moves are part of it."""
    pack = state.pack
    if offered and state.event["type"] == "stage.set":
        manual_move(state)
        offered = False
    elif offered and dispositions.is_disposition(state):
        offered = False  # it has been carried out
    while True:
        rearm(state)
        for transition in pack.transitions:
            if not transition.leaves(state.stage):
                continue
            outcome = attempt(state, transition, offered)
            if transition.on and outcome in ("moved", "used up"):
                offered = False
            if outcome == "moved":
                break
        else:
            return


def attempt(state, transition, offered):
    if transition.on:
        if not offered or not state.where_held.get(("transition", transition.id)):
            return "passed"
    elif transition.has_when and not transition.after:
        if transition.id in state.disarmed or not state.holds(transition.when):
            return "passed"
    else:
        if state.now < dwell_over_at(state.pack, transition, state.entered_at):
            return "passed"
        if transition.has_when and not state.holds(transition.when):
            return "passed"
    fired_at = state.last_fired.get(transition.id)
    if transition.cooldown is not None and fired_at is not None and state.now < fired_at + transition.cooldown:
        return "passed"
    lacking = [each["else"] for each in transition.require if not state.holds(each["if"])]
    if lacking:
        state.reject("requirement", ", ".join(lacking), transition.id, transition.reason)
        return "used up"
    guard = None if transition.is_unguarded else cadences.guarding(state, transition.to)
    if guard is not None:
        if not transition.on:
            return "passed"
        message = f"{guard} keeps it out of {transition.to}"
        state.reject("guarded", message, transition.id, transition.reason)
        return "used up"
    if dispositions.needs_code(state.pack, state.stage, transition.to):
        if not transition.on:
            return "passed"
        message = f"{state.stage} is left for {transition.to} by a disposition only"
        state.reject("disposition_required", message, transition.id, transition.reason)
        return "used up"
    if transition.to in state.visited:
        if transition.after and transition.id in state.cycles_told:
            return "passed"
        state.cycles_told.add(transition.id)
        state.tell(
            "error",
            {"code": "cycle", "message": f"{transition.to} was already visited"},
            transition.id,
            transition.reason,
        )
        if has_level(transition):
            state.disarmed.add(transition.id)
        return "used up"
    state.last_fired[transition.id] = state.now
    move(state, transition.to, transition.id, transition.reason, transition.actions, transition.id)
    return "moved"


def rearm(state):
    for transition in state.pack.transitions:
        if transition.id not in state.disarmed:
            continue
        risen = False
        if transition.rearm and state.is_event_pass and transition.id not in state.cycles_told:
            name = transition.rearm["score"]
            risen = state.score_milli(name) >= state.entry_scores[name] + milli_of(transition.rearm["rise"])
        if risen or not state.holds(transition.when):
            state.disarmed.remove(transition.id)


def manual_move(state):
    pack, data = state.pack, state.event["data"]
    target, reason = data["stage"], data.get("reason")
    if target not in pack.stages:
        state.reject("unknown_stage", f"there is no stage {target}", "stage.set", reason)
    elif target == state.stage:
        return
    elif pack.funnel.get("manual") != "any" and not any(
        each.leaves(state.stage) and each.to == target for each in pack.transitions
    ):
        state.reject("not_allowed", f"nothing leads from {state.stage} to {target}", "stage.set", reason)
    elif cadences.guarding(state, target) is not None:
        state.reject("guarded", f"{cadences.guarding(state, target)} keeps it out of {target}", "stage.set", reason)
    elif dispositions.needs_code(pack, state.stage, target):
        message = f"{state.stage} is left for {target} by a disposition only"
        state.reject("disposition_required", message, "stage.set", reason)
    elif target in state.visited:
        state.tell("error", {"code": "cycle", "message": f"{target} was already visited"}, "stage.set", reason)
    else:
        move(state, target, "stage.set", reason, [], None)


# --- Effects that are not of a move ----------------------------------------------------------------------------


def effect_phase(state, offered):
    for index, effect in enumerate(state.pack.effects):
        hit = False
        if "on" in effect:
            hit = offered and bool(state.where_held.get(("effect", index)))
        elif "when" in effect:
            truth = state.holds(effect["when"])
            hit = truth and not state.effect_truth.get(index, False)
            state.effect_truth[index] = truth
        elif "assigned" in effect:
            hit = state.was_assigned
        if hit and index not in state.effects_done:
            state.effects_done.add(index)
            carry_out_effect(state, effect)
