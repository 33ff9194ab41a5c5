import json
import pathlib
import sys

import pytest

import leadline

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(HERE))

PACK = {
    "leadline": 1,
    "name": "py",
    "version": "3",
    "time_zone": "America/New_York",
    "engine": {"lateness": "2d"},
    "calendars": {"sales": {"hours": {"mon-fri": ["09:00-17:00"]}}},
    "attributes": {"size": {"type": "number", "from": ["signup.size"]}},
    "events": {
        "visit": {"activity": True, "fields": {"path": "string", "seconds": "number", "ok": "boolean"}},
        "signup": {"activity": True, "fields": {"size": "number"}},
    },
    "signals": {"visits": {"count": "visit", "within": "7d"}},
    "scores": {
        "heat": {
            "rules": [
                {"id": "seen", "on": "visit", "points": 10, "decay": {"half_life": "10d"}},
                {"id": "big", "when": {">=": [{"var": "contact.size"}, 50]}, "points": 20.5},
                {"id": "long", "on": "visit", "where": {">=": [{"var": "event.seconds"}, 60]}, "points": 1},
            ]
        }
    },
    "grades": {"grade": {"of": "heat", "bands": [{"at_least": 20, "is": "A"}, {"is": "B"}]}},
    "funnel": {
        "start": "lead",
        "stages": [{"id": "lead"}, {"id": "mql"}],
        "transitions": [
            {"id": "hot", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.heat"}, 30]}},
            {"id": "cold", "from": "mql", "to": "lead", "after": "5d"},
        ],
        "effects": [{"enter": "mql", "do": [{"action": "notify", "size": {"var": "contact.size"}}]}],
    },
    "clocks": [
        {
            "id": "speed",
            "calendar": "sales",
            "start": {"enter": "mql"},
            "stop": {"on": "visit"},
            "target": {"within": "4bh"},
        }
    ],
}

EVENTS = [
    {"id": "e1", "contact": "ann", "type": "signup", "at": "2026-03-02T00:00:00Z", "data": {"size": 60}},
    {"id": "e2", "contact": "bo", "type": "visit", "at": "2026-03-03T00:00:00Z"},
    {"id": "e3", "contact": "ann", "type": "visit", "at": "2026-03-03T00:00:00Z", "data": {"path": "/pricing"}},
    {"id": "e4", "contact": "bo", "type": "visit", "at": "2026-03-02T12:00:00Z"},
    {"id": "e5", "contact": "ann", "type": "visit", "at": "2026-03-04T00:00:00Z", "data": {"seconds": 75.5}},
]


@pytest.fixture(scope="session")
def model():
    return leadline.Model.from_json(PACK)


@pytest.fixture
def engine(model):
    with leadline.Engine(model) as engine:
        yield engine


def ndjson(events):
    return "".join(json.dumps(event) + "\n" for event in events)


def told(*parts):
    return b"".join(part.to_ndjson() for part in parts)


END = "2026-04-20T00:00:00Z"


@pytest.fixture(scope="session")
def wanted(model):
    """What the events bring, by lines."""
    engine = leadline.Engine(model)
    out = told(engine.process_ndjson(ndjson(EVENTS)), engine.advance(END))
    assert out.count(b"\n") > 15
    return out
