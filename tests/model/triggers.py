"""Triggers (spec section 4.5): what came to a contact in a pass, and where in it.

A pass keeps a list of what happened. Whoever has triggers looks at what happened since it last looked: its place says
what came before what. The event comes first (the entry into `start` before even that), then the `leave` and `enter` of
each move, then `assigned`, then the conditions that became true.
"""

from model.sequences import as_list

ENTRY_INTO_START = -1
EVENT = 0
ASSIGNED = 10**9
CONDITIONS = ASSIGNED + 1


class Seen:
    """The places at which one of the triggers came, and whether a condition among them is true now."""

    def __init__(self):
        self.places = []
        self.is_true = False

    def __bool__(self):
        return bool(self.places)


def ask_wheres(state):
    """All `where` of an event's triggers, once, before any transition fires."""
    kind = state.event["type"]
    for key, specs in state.pack.triggers.items():
        for index, spec in enumerate(specs):
            if "on" in spec and kind in as_list(spec["on"]):
                state.where_held["trigger", key, index] = state.holds(spec.get("where", True))


def look(state, key):
    """What came of the triggers of this key since the last look, in this pass."""
    out = Seen()
    news = state.happened[state.looked.get(key, 0) :]
    state.looked[key] = len(state.happened)
    for index, spec in enumerate(state.pack.triggers[key]):
        if "when" in spec:
            truth = state.holds(spec["when"])
            if truth:
                out.is_true = True
            if truth and not state.trigger_truth.get((key, index), False):
                out.places.append(CONDITIONS)
            state.trigger_truth[key, index] = truth
        for place, what, value in news:
            if what in ("enter", "leave") and what in spec and value in as_list(spec[what]):
                out.places.append(place)
            if what == "on" and state.where_held.get(("trigger", key, index)):
                out.places.append(place)
            if what == "assigned" and "assigned" in spec:
                out.places.append(place)
    return out
