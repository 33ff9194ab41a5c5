"""Clocks (spec section 4.5). Works on a FoldState.

A cycle keeps when it started, when it stood still, and its target; what it has used, when it is due and when it warns
is computed from these each time.
"""

from fractions import Fraction

from model import conditions, funnel, triggers
from model.conditions import Date
from model.exact import exact
from model.instants import parse_duration
from model.sequences import as_list

ROLES = ("start", "stop", "cancel", "pause", "resume", "restart")
RUNS_ON = ("running", "paused", "breached")


class Target:
    def __init__(self, spec):
        self.when = spec.get("when", True)
        self.within = parse_duration(spec["within"]) if "within" in spec else None
        self.at_close = spec.get("at") == "close"
        self.due = spec.get("due")
        offset = spec.get("offset", "0s")
        self.is_back = offset.startswith("-")
        self.offset = parse_duration(offset.lstrip("-"))


class Clock:
    def __init__(self, spec):
        self.id = spec["id"]
        self.spec = spec
        self.triggers = {role: as_list(spec.get(role)) for role in ROLES}
        self.targets = [Target(each) for each in as_list(spec["target"])]
        self.warnings = spec.get("warn", [])
        self.escalations = [(parse_duration(each["after"]), each["to"]) for each in spec.get("escalate", [])]
        self.on_breach = spec.get("on_breach", [])
        self.on_change = spec.get("on_change", "keep")
        self.repeats = spec.get("repeat", False)
        self.attributes = {
            path[8:].split(".")[0]
            for target in self.targets
            for path in conditions.paths_read(target.when)
            if path.startswith("contact.")
        }
        self.start_stages = {
            stage for each in self.triggers["start"] if "enter" in each for stage in as_list(each["enter"])
        }

    def key(self, role):
        return ("clock", self.id, role)

    def calendar_name(self, state):
        calendar = self.spec.get("calendar")
        if isinstance(calendar, dict):
            own = state.pack.reps.get(state.owner, {}).get("calendar")
            return own if own is not None else calendar["owner"]
        return calendar


class ClockState:
    def __init__(self):
        self.status = "none"
        self.cycles = 0
        self.cycle = None  # the one that runs, stands still or runs on after its breach
        self.repeat_at = None  # a repeating clock met early waits for this instant
        self.is_held = self.is_held_by_hand = False  # a `pause` trigger, an `sla.pause`


class Cycle:
    def __init__(self, number, start, calendar, choice):
        self.number, self.start, self.calendar, self.choice = number, start, calendar, choice
        self.pauses = []  # (from, to) of those that are over
        self.paused_at = None
        self.moved_at = start  # when the due instant was last set
        self.breached_at = None
        self.final_due = None  # as it stood at the breach
        self.is_overdue = False  # a change of target put the due into the past
        self.warned, self.escalated = set(), set()
        # The target: `total` counted from `since`, of which `used_before` was used up by then.
        self.since, self.family, self.total, self.used_before, self.first_due = start, "elapsed", 0, 0, start


def now_of(state, cycle):
    """The instant at hand; for a cycle at which something happened at the open instant, that, where what is late takes
    effect at the last closed one."""
    return max(state.now, cycle.moved_at, cycle.moved_at if cycle.paused_at is None else cycle.paused_at)


# --- Time in the target's family -----------------------------------------------------------------------------------


def measure(state, cycle, start, end):
    if end <= start:
        return 0
    if cycle.family == "elapsed":
        return end - start
    return state.pack.calendars[cycle.calendar].open_time(start, end)


def later(state, cycle, family, at, amount):
    return at + amount if family == "elapsed" else state.pack.calendars[cycle.calendar].add(at, family, amount)


def runs(cycle, now):
    """The stretches since `since` in which the clock ran."""
    out, begin = [], cycle.since
    for start, end in cycle.pauses:
        if start >= cycle.since:
            out.append((begin, start))
            begin = end
    out.append((begin, now if cycle.paused_at is None else cycle.paused_at))
    return out


def used(state, cycle, now):
    return cycle.used_before + sum(measure(state, cycle, start, end) for start, end in runs(cycle, now))


def due(state, cycle):
    """When it is due, as moved by its pauses; while it stands still, as if it resumed now."""
    if cycle.final_due is not None:
        return cycle.final_due
    out = cycle.first_due
    present = [] if cycle.paused_at is None else [(cycle.paused_at, now_of(state, cycle))]
    for start, end in cycle.pauses + present:
        if start < cycle.since:
            continue
        if start > out:
            break  # it was due before it stood still
        out = moved(state, cycle, out, start, end)
    return out


def moved(state, cycle, at, start, end):
    """The due instant `at` after a pause from `start` to `end`."""
    if at == start:
        return end  # nothing is left: due as it resumes
    if cycle.family == "elapsed":
        return at + (end - start)
    calendar = state.pack.calendars[cycle.calendar]
    if cycle.family == "business":
        left = calendar.open_time(start, at)
        return calendar.add_time(end, left) if left else max(at, end)
    passed = calendar.open_time(start, end)
    return max(calendar.add_time(at, passed) if passed else at, end)


# --- Targets -------------------------------------------------------------------------------------------------------


def named_due(state, target, calendar):
    """The instant that a target names, or None."""
    at = state.evaluate(target.due)
    if not isinstance(at, Date):
        return None
    family, amount = target.offset
    if family == "elapsed":
        return max(0, at.at - amount if target.is_back else at.at + amount)  # no instant is before 1970
    slow = state.pack.calendars[calendar]
    return max(0, slow.take(at.at, family, amount) if target.is_back else slow.add(at.at, family, amount))


def chosen(state, clock, calendar):
    """The first target that holds and, where it names its instant, names one."""
    for index, target in enumerate(clock.targets):
        if state.holds(target.when) and (target.due is None or named_due(state, target, calendar) is not None):
            return index
    return None


def set_target(state, clock, cycle, choice):
    """As if this target had been chosen at the start of the cycle."""
    target = clock.targets[choice]
    cycle.choice, cycle.since, cycle.used_before = choice, cycle.start, 0
    if target.due is not None:
        cycle.family, cycle.first_due = "elapsed", named_due(state, target, cycle.calendar)
        cycle.total = cycle.first_due - cycle.start
        return
    cycle.family, amount = target.within
    if cycle.family == "elapsed":
        cycle.first_due, cycle.total = cycle.start + amount, amount
        return
    calendar = state.pack.calendars[cycle.calendar]
    cycle.first_due = calendar.add(cycle.start, cycle.family, amount, target.at_close)
    cycle.total = amount if cycle.family == "business" else calendar.open_time(cycle.start, cycle.first_due)


def change_target(state, clock, cycle, choice):
    now = now_of(state, cycle)
    is_paused = cycle.paused_at is not None
    if is_paused:
        # As if it resumed and stood still again: the due told is the one of a resumption now.
        cycle.pauses.append((cycle.paused_at, now))
        cycle.paused_at = None
    old_used, old_total = used(state, cycle, now), cycle.total
    set_target(state, clock, cycle, choice)
    if clock.on_change == "rebase" and clock.targets[choice].due is None:
        unused_share = max(Fraction(0), Fraction(old_total - old_used, old_total)) if old_total > 0 else Fraction(0)
        unused = unused_share * cycle.total
        left = -(-unused.numerator // unused.denominator)
        cycle.since, cycle.used_before = now, cycle.total - left
        family = "elapsed" if cycle.family == "elapsed" else "business"
        cycle.first_due = later(state, cycle, family, now, left) if left else now
    at = due(state, cycle)
    cycle.moved_at = now
    cycle.is_overdue = at < now
    if is_paused:
        cycle.paused_at = now
    tell(state, clock, cycle, "retargeted")


# --- Telling -------------------------------------------------------------------------------------------------------


def tell(state, clock, cycle, what, **more):
    at = due(state, cycle)
    fields = {"clock": clock.id, "cycle": cycle.number, "what": what, "due": Date(at)}
    fields["used"] = used(state, cycle, now_of(state, cycle))
    fields["left"] = fields["late"] = 0
    if cycle.breached_at is not None:
        fields["late"] = measure(state, cycle, at, state.now)
    elif cycle.family == "days":
        fields["left"] = measure(state, cycle, now_of(state, cycle), at)
    else:
        fields["left"] = max(0, cycle.total - fields["used"])
    state.tell("clock", {**fields, **more})


def set_status(state, mine, status):
    state.changed = state.changed or mine.status != status
    mine.status = status


# --- A clock's turn in a round -------------------------------------------------------------------------------------


def phase(state):
    for clock in state.pack.clocks:
        turn(state, clock)


def turn(state, clock):
    mine = state.clocks[clock.id]
    seen = {role: triggers.look(state, clock.key(role)) for role in ROLES}
    ended_at = None  # the place at which the cycle that stood until now ended
    if seen["cancel"]:
        mine.repeat_at = None
        if mine.cycle is not None:
            cancel(state, clock)
            ended_at = min(seen["cancel"].places)
    if seen["stop"] and mine.cycle is not None:
        stop(state, clock)
        ended_at = min(seen["stop"].places)
    pause_and_resume(state, clock, seen)
    if seen["restart"] and mine.cycle is not None:
        restart(state, clock, seen)
    start(state, clock, seen, ended_at)
    look_at_targets(state, clock)
    bring_due(state, clock, seen)


def cancel(state, clock):
    mine = state.clocks[clock.id]
    was_breached = mine.cycle.breached_at is not None
    tell(state, clock, mine.cycle, "cancelled", **({"breached": True} if was_breached else {}))
    set_status(state, mine, "breached" if was_breached else "cancelled")
    mine.cycle = None


def stop(state, clock):
    mine = state.clocks[clock.id]
    cycle = mine.cycle
    if cycle.breached_at is None and cycle.paused_at is None and due(state, cycle) < state.now:
        breach(state, clock)  # started past its due by an event of this very instant
    if mine.cycle is not cycle:
        return
    if cycle.breached_at is not None:
        tell(state, clock, cycle, "stopped")
    else:
        tell(state, clock, cycle, "met")
        set_status(state, mine, "met")
        if clock.repeats:
            mine.repeat_at = due(state, cycle)
    mine.cycle = None


def pause_and_resume(state, clock, seen):
    mine = state.clocks[clock.id]
    cycle = mine.cycle
    if cycle is None or cycle.breached_at is not None:
        return
    if seen["pause"].places or seen["resume"].places:
        # Conditions hold by themselves; what is left are the pauses that a `resume` ends.
        pauses = [place for place in seen["pause"].places if place != triggers.CONDITIONS]
        if pauses and max(pauses) > max(seen["resume"].places, default=-2):
            mine.is_held = True
        elif seen["resume"].places:
            mine.is_held = False
    request = state.event["type"] if state.event else None
    if request in ("sla.pause", "sla.resume") and state.event["data"]["clock"] == clock.id and state.is_first_round:
        mine.is_held_by_hand = request == "sla.pause"
    stands_still = seen["pause"].is_true or mine.is_held or mine.is_held_by_hand
    if stands_still and cycle.paused_at is None:
        stand_still(state, clock)
    elif not stands_still and cycle.paused_at is not None:
        now = now_of(state, cycle)
        cycle.pauses.append((cycle.paused_at, now))
        cycle.paused_at, cycle.moved_at = None, now
        tell(state, clock, cycle, "resumed")
        set_status(state, mine, "running")


def stand_still(state, clock):
    mine = state.clocks[clock.id]
    mine.cycle.paused_at = now_of(state, mine.cycle)
    tell(state, clock, mine.cycle, "paused")
    set_status(state, mine, "paused")


def restart(state, clock, seen):
    mine = state.clocks[clock.id]
    tell(state, clock, mine.cycle, "restarted")
    mine.cycle = None
    set_status(state, mine, "none")
    begin(state, clock, seen)


def start(state, clock, seen, ended_at):
    mine = state.clocks[clock.id]
    if not seen["start"] or mine.cycle is not None or mine.repeat_at is not None:
        return
    place = max(seen["start"].places)
    if ended_at is not None and place <= ended_at:
        return  # it came while the cycle that has just ended was still running
    if any(other >= place for other in seen["cancel"].places) or seen["cancel"].is_true:
        return
    is_done_beforehand = any(other >= place for other in seen["stop"].places) or seen["stop"].is_true
    begin(state, clock, seen, is_done_beforehand)


def begin(state, clock, seen, is_done_beforehand=False, is_next=False):
    mine = state.clocks[clock.id]
    calendar = clock.calendar_name(state)
    choice = chosen(state, clock, calendar)
    if choice is None or (is_next and clock.targets[choice].due is not None):
        return  # nothing to run against; a named instant does not come again
    cycle = Cycle(mine.cycles + 1, state.now, calendar, choice)
    set_target(state, clock, cycle, choice)
    if is_next and cycle.first_due <= state.now:
        # Over as it starts, for ever: hours of the next date that end within the shift of this one bring it about.
        state.tell("error", {"code": "calendar", "message": f"the next cycle of the clock {clock.id} is over as it starts"})
        return
    mine.cycles += 1
    mine.cycle = cycle
    mine.is_held = mine.is_held_by_hand = False
    tell(state, clock, cycle, "started")
    set_status(state, mine, "running")
    if is_done_beforehand:
        tell(state, clock, cycle, "met")
        set_status(state, mine, "met")
        mine.cycle = None
        if clock.repeats:
            mine.repeat_at = due(state, cycle)
    elif seen["pause"].is_true and cycle.first_due >= state.now:  # past due as it starts it is breached
        stand_still(state, clock)


def look_at_targets(state, clock):
    cycle = state.clocks[clock.id].cycle
    if cycle is None or cycle.breached_at is not None or clock.on_change == "keep":
        return
    if not clock.attributes & state.changed_attributes:
        return
    choice = chosen(state, clock, cycle.calendar)
    if choice is not None and choice != cycle.choice:
        change_target(state, clock, cycle, choice)


# --- What time brings ----------------------------------------------------------------------------------------------


def warning_at(state, clock, cycle, index):
    """The instant at which a warning is told, or None."""
    text = clock.warnings[index]
    if text.endswith("%"):
        if cycle.total <= 0:
            return None
        share = exact(float(text[:-1])) / 100 * cycle.total
        needed = -(-share.numerator // share.denominator)
        already = used(state, cycle, cycle.moved_at)
        if already >= needed:
            return cycle.moved_at
        family = "elapsed" if cycle.family == "elapsed" else "business"
        return later(state, cycle, family, cycle.moved_at, needed - already)
    family, amount = parse_duration(text[1:])
    at = due(state, cycle)
    at = at - amount if family == "elapsed" else state.pack.calendars[cycle.calendar].take(at, family, amount)
    return None if at < cycle.start else max(at, cycle.moved_at)


def warnings_due(state, clock, cycle):
    """(instant, index) of the warnings that are still to come, in order."""
    if cycle.breached_at is not None or cycle.paused_at is not None:
        return []
    found = [(warning_at(state, clock, cycle, index), index) for index in range(len(clock.warnings))]
    last = due(state, cycle)
    return sorted(each for each in found if each[0] is not None and each[0] <= last and each[1] not in cycle.warned)


def escalations_due(state, clock, cycle):
    if cycle.breached_at is None:
        return []
    found = [
        (later(state, cycle, family, cycle.breached_at, amount), index)
        for index, ((family, amount), _) in enumerate(clock.escalations)
    ]
    return sorted(each for each in found if each[1] not in cycle.escalated)


def breaks(state):
    """The instants at which time alone changes or tells something."""
    for clock in state.pack.clocks:
        mine = state.clocks[clock.id]
        if mine.repeat_at is not None:
            yield mine.repeat_at
        if mine.cycle is None:
            continue
        if mine.cycle.breached_at is None and mine.cycle.paused_at is None:
            yield due(state, mine.cycle)
        for at, _ in warnings_due(state, clock, mine.cycle) + escalations_due(state, clock, mine.cycle):
            yield at


def bring_due(state, clock, seen):
    """Events come first: in an event's pass only what is past already is told, in time's what is due now."""
    mine = state.clocks[clock.id]
    last = state.now - 1 if state.is_event_pass else state.now
    if mine.repeat_at is not None and mine.repeat_at <= last:
        mine.repeat_at = None
        begin_next(state, clock, seen)
    cycle = mine.cycle
    if cycle is None:
        return
    if not cycle.is_overdue:
        for at, index in warnings_due(state, clock, cycle):
            if at <= last:
                cycle.warned.add(index)
                tell(state, clock, cycle, "warned", warning=clock.warnings[index])
    is_due = cycle.is_overdue or (cycle.paused_at is None and due(state, cycle) <= last)
    if cycle.breached_at is None and is_due:
        breach(state, clock)
        last = state.now
    for at, index in escalations_due(state, clock, cycle):
        if at <= last:
            cycle.escalated.add(index)
            tell(state, clock, cycle, "escalated", to=clock.escalations[index][1])
    if cycle.breached_at is not None and clock.repeats:
        mine.cycle = None
        begin_next(state, clock, seen)
        if mine.cycle is not None:
            bring_due(state, clock, seen)  # what the next cycle has at its very start


def breach(state, clock):
    mine = state.clocks[clock.id]
    cycle = mine.cycle
    at, now = due(state, cycle), now_of(state, cycle)
    if cycle.paused_at is not None:
        cycle.pauses.append((cycle.paused_at, now))
        cycle.paused_at = None
    cycle.final_due, cycle.breached_at = at, now
    tell(state, clock, cycle, "breached")
    set_status(state, mine, "breached")
    funnel.carry_out(state, clock.on_breach, clock.id)


def begin_next(state, clock, seen):
    """The next cycle of a repeating clock, unless a condition ends it."""
    if not seen["cancel"].is_true:
        begin(state, clock, seen, seen["stop"].is_true, is_next=True)


def cancel_all(state):
    """The contact ends."""
    for clock in state.pack.clocks:
        if state.clocks[clock.id].cycle is not None:
            cancel(state, clock)
