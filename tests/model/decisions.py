"""Decisions as JSON (spec section 5): seq, at, contact, kind, the kind's own fields, rule, reason, cause."""

import json

from model.conditions import Date
from model.instants import instant_text

# What a decision of each kind is about: the field that pairs it with its like in another fold.
ABOUT = {"score": "score", "grade": "grade", "action": "action", "tag": "tag", "rejected": "code", "error": "code",
         "clock": "clock", "cadence": "cadence", "held": "code"}


def plain(value):
    """A value of a condition as JSON: dates as texts, whole numbers without a fraction."""
    if isinstance(value, Date):
        return instant_text(value.at)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def make(at, contact, kind, fields, rule=None, reason=None, cause=None):
    """A decision without its seq. Rule and reason stand only where there is one; cause always."""
    out = {"at": instant_text(at), "contact": contact, "kind": kind}
    out.update((key, plain(value)) for key, value in fields.items())
    if rule is not None:
        out["rule"] = rule
    if reason is not None:
        out["reason"] = reason
    out["cause"] = cause
    return out


def pairing_keys(decisions):
    """(at, kind, what it is about, n-th such) of each."""
    seen, out = {}, []
    for each in decisions:
        key = (each["at"], each["kind"], each.get(ABOUT.get(each["kind"], ""), ""))
        seen[key] = seen.get(key, 0) + 1
        out.append((*key, seen[key]))
    return out


def is_marked(decision):
    return decision.get("late") is True or decision.get("told_late") is True


def without_marks(decision):
    """What was told, without its number and whether it was told late; a clock's `late` says by how much and stays."""
    return {key: item for key, item in decision.items()
            if key not in ("seq", "told_late") and not (key == "late" and item is True)}


def corrections(told, now, cause):
    """What tells a reader of `told` that the truth is `now`.

    `told` is a list of (seq, decision). Gives the new decisions, and for each of `now` the seq it was told by or
    None: first what no longer stands as it was, in the order told; then what is new, in the order of the fold.
    """
    old_keys = pairing_keys([decision for _, decision in told])
    new_by_key = dict(zip(pairing_keys(now), now))
    out = []
    for key, (seq, decision) in zip(old_keys, told):
        present = new_by_key.get(key)
        if present != decision:
            out.append(
                {
                    "at": decision["at"],
                    "contact": decision["contact"],
                    "kind": "amended",
                    "corrects": seq,
                    "now": present,
                    "cause": cause,
                }
            )
    seq_by_key = {key: seq for key, (seq, _) in zip(old_keys, told)}
    seqs = []
    for key, decision in zip(pairing_keys(now), now):
        seqs.append(seq_by_key.get(key))
        if key not in seq_by_key:
            out.append({**decision, "told_late" if decision["kind"] == "clock" else "late": True})
    return out, seqs


# What a decision of routing says beyond these is not modelled.
ROUTED = ("seq", "at", "contact", "kind", "from", "to", "code", "rule", "reason", "cause", "late")


def comparable(decision):
    """Without what implementations word as they like: the message of a refusal, unless the pack's author wrote it."""
    if decision.get("kind") in ("assigned", "held"):
        return {key: value for key, value in decision.items() if key in ROUTED}
    if decision.get("kind") == "amended" and decision["now"]:
        return {**decision, "now": comparable(decision["now"])}
    if decision.get("kind") == "error" or (decision.get("kind") == "rejected" and decision["code"] != "requirement"):
        return {key: value for key, value in decision.items() if key != "message"}
    return decision


def line(decision):
    return json.dumps(decision, ensure_ascii=False)
