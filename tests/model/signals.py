"""Signals: each computed from the list of all records, every time it is asked for (spec section 4.1)."""

import datetime

from model.conditions import Date, number_over
from model.exact import is_number, milli_of, number_of
from model.instants import first_instant_of, local_date


class Record:
    """What an event left behind: judged once, when it came, with the attributes of that moment."""

    def __init__(self, at, order, kind, is_activity):
        self.at, self.order, self.kind, self.is_activity = at, order, kind, is_activity
        self.signals = {}  # signal -> what it captured
        self.earned = {}  # (score, rule) -> milli-points
        self.once_keys = {}  # (score, rule) -> the value of `once_per`
        self.tiers = set()  # (score, rule)


def value_key(value):
    """Two values are one when their keys are equal; true is not 1, absent is null."""
    if isinstance(value, Date):
        return ("date", value.at)
    if isinstance(value, bool):
        return ("boolean", value)
    if is_number(value):
        return ("number", value)
    if isinstance(value, list):
        return ("list", tuple(value_key(item) for item in value))
    if isinstance(value, dict):
        return ("object", tuple(sorted((name, value_key(item)) for name, item in value.items())))
    return ("text" if isinstance(value, str) else "null", value)


def capture(pack, name, kind, data, holds):
    """What an event gives to a signal, or None when nothing. `holds` asks a condition."""
    signal = pack.signals[name]
    matches_type = kind in signal["types"] or ("any_activity" in signal["types"] and pack.is_activity(kind))
    if not matches_type or not holds(signal["where"]):
        return None
    form = signal["form"]
    if form in ("count", "streak", "since"):
        return True
    value = data.get(signal["field"])
    if form == "distinct":
        return None if value is None else value_key(value)
    if is_number(value):
        return milli_of(value)
    if form in ("first", "last") and isinstance(value, str) and pack.fields(kind).get(signal["field"]) == "string":
        return value
    return None


def in_window(records, at, within):
    """Of the records so far, those in (at - within, at]; every record has been handled, so none lies ahead."""
    return [record for record in records if within is None or record.at > at - within]


def value(pack, name, records, at):
    signal = pack.signals[name]
    hits = in_window([record for record in records if name in record.signals], at, signal["within"])
    captured = [record.signals[name] for record in hits]
    form = signal["form"]
    if form == "count":
        return len(captured)
    if form == "distinct":
        return len(set(captured))
    if form == "sum":
        return number_of(sum(captured))
    if form == "since":
        return number_over(at - hits[-1].at, 1000) if hits else None
    if form == "streak":
        return _streak({local_date(record.at, pack.zone) for record in hits}, local_date(at, pack.zone))
    if not captured:
        return None
    chosen = {"max": max, "min": min, "first": lambda items: items[0], "last": lambda items: items[-1]}[form](captured)
    return chosen if isinstance(chosen, str) else number_of(chosen)


def _streak(dates, today):
    one = datetime.timedelta(days=1)
    day = today if today in dates else today - one
    count = 0
    while day in dates:
        count += 1
        day -= one
    return count


def breaks(pack, name, records):
    """The instants at which time alone changes the signal, `since` apart."""
    signal = pack.signals[name]
    hits = [record for record in records if name in record.signals]
    if signal["within"] is not None:
        return [record.at + signal["within"] for record in hits]
    if signal["form"] == "streak" and hits:
        # Yesterday still counts, so that the streak ends when the day before yesterday is its last.
        return [first_instant_of(local_date(hits[-1].at, pack.zone) + datetime.timedelta(days=2), pack.zone)]
    return []
