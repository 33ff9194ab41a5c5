"""Dispositions and recycling (spec section 4.7). Works on a FoldState."""

from model import cadences, funnel
from model.conditions import Date
from model.instants import elapsed
from model.sequences import as_list


def is_disposition(state):
    return bool(state.pack.dispositions) and state.event["type"] in as_list(state.pack.dispositions["on"])


def needs_code(pack, source, target):
    """Whether only a disposition leads from `source` to `target`."""
    if source not in pack.dispositions.get("required_from", []):
        return False
    return any(code.get("to") == target for code in pack.dispositions.get("codes", {}).values())


def carry_out(state):
    """The event's disposition. A refused one changes nothing, and is no trigger's event."""
    spec, data = state.pack.dispositions, state.event["data"]
    kind, code = state.event["type"], data.get(spec.get("field", "code"))
    if code is None:
        refuse(state, "missing_code", "a disposition needs a code", kind)
        return
    if not isinstance(code, str) or code not in spec["codes"]:
        refuse(state, "unknown_code", f"there is no code {code}", kind)
        return
    disposition = spec["codes"][code]
    target, label = disposition.get("to"), disposition.get("label")

    def tag_and_act():
        if "tag" in disposition:
            funnel.set_tag(state, disposition["tag"], True, code, label)
        funnel.carry_out(state, disposition.get("do", []), code, label)

    if target is None or target == state.stage:
        tag_and_act()
    else:
        guard = cadences.guarding(state, target)
        if guard is not None and not disposition.get("unguarded", False):
            refuse(state, "guarded", f"{guard} keeps it out of {target}", code, label)
            return
        if target in state.visited:
            state.disposition_refused = True
            state.tell("error", {"code": "cycle", "message": f"{target} was already visited"}, code, label)
            return
        funnel.move(state, target, code, label, [], None, tag_and_act)
    set_wake(state, code, disposition)


def refuse(state, code, message, rule, reason=None):
    state.disposition_refused = True
    state.reject(code, message, rule, reason)


def set_wake(state, code, disposition):
    state.wake = None
    if "wake" not in disposition:
        return
    wake = disposition["wake"]
    if isinstance(wake, str):
        at = state.now + elapsed(wake)
    else:
        value = state.evaluate(wake)
        at = value.at if isinstance(value, Date) else None
    if at is None or at <= state.now:
        state.reject("bad_event", "the instant of the wake-up is past or unknown", code, disposition.get("label"))
        return
    state.wake = (at, code)


def wake_up(state):
    """At the beginning of the transition phase of time's pass."""
    if state.wake is None or state.is_event_pass or state.wake[0] > state.now:
        return
    code = state.wake[1]
    state.wake = None
    state.tell("recycled", {"code": code})
    disposition = state.pack.dispositions["codes"][code]
    funnel.carry_out(state, disposition.get("on_wake", []), code, disposition.get("label"))
