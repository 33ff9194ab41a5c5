"""What the tests of the model share: events by the day, and what a contact's conditions read at an instant."""

import copy
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from model.instants import DAY, instant_text, parse_instant  # noqa: E402
from model.pack import Pack  # noqa: E402
from model.run import engine_over  # noqa: E402

START = parse_instant("2026-03-02T00:00:00Z")  # a Monday
EVENTS = {
    "visit": {"activity": True, "fields": {"path": "string", "seconds": "number"}},
    "open": {"activity": False, "fields": {"mail": "string"}},
    "order": {"activity": True, "fields": {"amount": "number", "sku": "string"}},
    "ping": {"activity": False},
}


def instant(days=0, hours=0, minutes=0, ms=0):
    """Counted from Monday, 2 March 2026, midnight UTC."""
    return START + round(days * DAY) + round(hours * 3_600_000) + round(minutes * 60_000) + ms


def event(kind, days=0, hours=0, ms=0, id=None, contact="c1", **data):
    out = {"contact": contact, "type": kind, "at": instant_text(instant(days, hours, ms=ms)), "data": data}
    return {"id": id, **out} if id else out


def pack(**sections):
    return {"leadline": 1, "events": EVENTS, **sections}


def engine(content, events, until=None):
    return engine_over(Pack(content), events, until)[0]


def told(content, events, until=None, kinds=None):
    """The decisions, of the kinds asked for, without contact and cause."""
    decisions = engine_over(Pack(content), events, until)[1]
    return [
        {key: item for key, item in decision.items() if key not in ("contact", "cause", "seq")}
        for decision in decisions
        if kinds is None or decision["kind"] in kinds
    ]


def moves(content, events, until=None):
    """(instant as text, from, to) of every move."""
    return [(each["at"], each["from"], each["to"]) for each in told(content, events, until, ["stage"])]


def read(content, events, path, at):
    """What a condition reads at an instant: the value at T, whatever has been told until then."""
    before = [each for each in events if parse_instant(each["at"]) <= at]
    state = copy.deepcopy(engine(content, before, at).contacts["c1"].state)
    state.time_pass(at)
    return state.look_up(path)


def text(days=0, hours=0, minutes=0, ms=0):
    return instant_text(instant(days, hours, minutes, ms))
