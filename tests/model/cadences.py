"""Cadences (spec section 4.6): touches owed within a time. Works on a FoldState."""

from model import funnel, triggers
from model.instants import parse_duration
from model.sequences import as_list


class Cadence:
    def __init__(self, spec):
        self.id = spec["id"]
        self.triggers = {role: as_list(spec.get(role)) for role in ("start", "stop")}
        self.triggers["touch"] = [spec["touch"]]
        self.at_least = spec.get("at_least", 0)
        self.by = spec.get("mix", {}).get("by")
        self.mix = {channel: count for channel, count in spec.get("mix", {}).items() if channel != "by"}
        self.spacing = parse_duration(spec["spacing"]) if "spacing" in spec else None
        self.within = parse_duration(spec["within"])
        self.calendar = spec.get("calendar")
        self.guards = spec.get("guards", [])
        self.guards_after_miss = spec.get("guard_until", "completed") == "completed"
        self.on_miss = spec.get("on_miss", [])

    def key(self, role):
        return ("cadence", self.id, role)


class CadenceState:
    def __init__(self):
        self.status = "none"
        self.due = None
        self.touches = []  # (instant, channel or None) of those that counted

    def count(self):
        return len(self.touches)

    def of_channel(self, channel):
        return sum(1 for _, each in self.touches if each == channel)


def later(state, cadence, at, duration):
    family, amount = duration
    return at + amount if family == "elapsed" else state.pack.calendars[cadence.calendar].add(at, family, amount)


def tell(state, cadence, what):
    state.tell("cadence", {"cadence": cadence.id, "what": what})


def set_status(state, cadence, status):
    state.cadences[cadence.id].status = status
    state.changed = True
    tell(state, cadence, status if status != "running" else "started")


def is_counting(mine):
    return mine.status in ("running", "missed")


def phase(state):
    for cadence in state.pack.cadences:
        turn(state, cadence)


def turn(state, cadence):
    """What came is taken in its order: the touch is the event itself, so that it comes before any move."""
    mine = state.cadences[cadence.id]
    seen = {role: triggers.look(state, cadence.key(role)) for role in ("touch", "stop", "start")}
    began_before = max(seen["start"].places, default=None) == triggers.ENTRY_INTO_START
    if began_before:
        start(state, cadence, seen, None)  # before the event itself, so that a first touch counts
    ended_at = None
    if seen["touch"] and is_counting(mine):
        touch(state, cadence)
        if not is_counting(mine):
            ended_at = triggers.EVENT
    if seen["stop"] and is_counting(mine):
        set_status(state, cadence, "stopped")
        ended_at = min(seen["stop"].places)
    if seen["start"] and not began_before:
        start(state, cadence, seen, ended_at)
    if mine.status == "running" and not state.is_event_pass and mine.due <= state.now:
        set_status(state, cadence, "missed")
        funnel.carry_out(state, cadence.on_miss, cadence.id)


def start(state, cadence, seen, ended_at):
    mine = state.cadences[cadence.id]
    place = max(seen["start"].places)
    came_meanwhile = ended_at is not None and place <= ended_at
    is_prevented = any(other >= place for other in seen["stop"].places) or seen["stop"].is_true
    if mine.status == "running" or came_meanwhile or is_prevented:
        return
    mine.touches, mine.due = [], later(state, cadence, state.now, cadence.within)
    set_status(state, cadence, "running")


def touch(state, cadence):
    mine = state.cadences[cadence.id]
    if mine.touches and cadence.spacing is not None:
        if state.now < later(state, cadence, mine.touches[-1][0], cadence.spacing):
            return
    channel = state.event["data"].get(cadence.by) if cadence.by else None
    mine.touches.append((state.now, channel if isinstance(channel, str) else None))
    state.changed = True
    enough_of_each = all(mine.of_channel(channel) >= count for channel, count in cadence.mix.items())
    if mine.count() >= cadence.at_least and enough_of_each:
        set_status(state, cadence, "completed")


def breaks(state):
    return [mine.due for mine in state.cadences.values() if mine.status == "running"]


def guarding(state, stage):
    """The cadence that keeps the contact out of a stage, or None."""
    for cadence in state.pack.cadences:
        status = state.cadences[cadence.id].status
        if stage in cadence.guards and (status == "running" or (status == "missed" and cadence.guards_after_miss)):
            return cadence.id
    return None
