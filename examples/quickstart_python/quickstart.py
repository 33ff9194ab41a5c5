#!/usr/bin/env python3
"""A pack, three events, the decisions they give; then the same contact as bytes in the host's own row."""

from datetime import datetime
from zoneinfo import ZoneInfo

import leadline

PACK = {
    "leadline": 1, "name": "quickstart", "time_zone": "America/New_York",
    "events": {"visit": {"activity": True, "fields": {"path": "string"}}},
    "scores": {"heat": {"rules": [
        {"id": "pricing", "on": "visit", "where": {"==": [{"var": "event.path"}, "/pricing"]},
         "points": 15, "decay": {"half_life": "7d"}}]}},
    "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
               "transitions": [{"id": "hot", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.heat"}, 25]}}]},
}  # fmt: skip

model = leadline.Model.from_json(PACK)
with leadline.Engine(model) as engine:
    for day, path in [(2, "/pricing"), (2, "/blog"), (3, "/pricing")]:
        at = datetime(2026, 3, day, 9, tzinfo=ZoneInfo("America/New_York"))
        for told in engine.send("c42", "visit", at, {"path": path}):
            print(told.at, told.kind, told.from_, "->", told.to)
    print("heat is", engine.score("c42"))

contact = leadline.Contact(model, "c42")
contact.send("visit", "2026-03-02T14:00:00Z", {"path": "/pricing"})
row = contact.state  # bytes, for your own database
print("from bytes:", leadline.Contact(model, "c42", row).score("2026-03-09T14:00:00Z"))
