"""Random small packs and streams of events, within what the model covers; the seed says all.

    python3 tests/model/random_packs.py SEED [COUNT] [--duties | --routing | --late-routing]

prints one {"pack", "events", "advance"} a line: events in order of arrival, and the instant time passes to after them.
"""

import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from model.instants import DAY, elapsed, instant_text, parse_instant  # noqa: E402
from model.random_duties import Duties  # noqa: E402
from model.random_routing import Desks  # noqa: E402

HOUR = 3_600_000
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"]
STARTS = ["2026-03-02T12:00:00Z", "2026-10-20T00:00:00Z", "2026-06-01T09:30:00.250Z", "2024-02-25T23:59:59.999Z"]
STAGES = ["visitor", "lead", "mql", "sql", "nurture"]
EXTENTS = ["", "duties", "routing", "late-routing"]
DURATIONS = ["6h", "12h", "1d", "36h", "2d", "3d", "7d"]


class Maker:
    """What packs have beside scores and a funnel: nothing, "duties" (clocks, cadences, dispositions), or "routing" too;
    "late-routing" is that with events that come late, merges and erasures."""

    def __init__(self, seed, extent=""):
        self.seed, self.extent = seed, extent
        self.random = random.Random(seed)
        self.duties = self.desks = self.start = None

    def chance(self, share):
        return self.random.random() < share

    def one(self, items):
        return self.random.choice(items)

    def some(self, items, least=1):
        return self.random.sample(items, self.random.randint(least, len(items)))

    def points(self):
        return self.one([1, 2, 5, 10, 15, 20, 25, 50, 0.5, 2.125, 7.001, -5, -10, -20, -3.333])

    # --- Conditions ---

    def event_where(self, kind):
        choices = {
            "visit": [
                {"==": [{"var": "event.path"}, "/pricing"]},
                {">": [{"var": "event.seconds"}, 30]},
                {"starts_with": [{"var": "event.path"}, "/p"]},
            ],
            "open": [{"in": [{"var": "event.mail"}, ["m1", "m2"]]}],
            "order": [{">=": [{"var": "event.amount"}, 10]}, {"!!": [{"var": "event.sku"}]}],
            "call": [{"==": [{"var": "event.outbound"}, True]}],
            "signup": [{"in": [{"domain": [{"var": "event.email"}]}, {"var": "list.free"}]}],
        }
        return self.one(
            [*choices[kind], {"==": [{"var": "contact.country"}, "US"]}, {"<": [{"var": "contact.size"}, 100]}]
        )

    def still(self):
        return self.one(
            [
                {"==": [{"var": "contact.country"}, self.one(["US", "DE"])]},
                {"<": [{"var": "contact.size"}, self.one([10, 100])]},
                {"<=": [10, {"var": "contact.size"}, 100]},
                {"==": [{"var": "contact.vip"}, True]},
                {"in": [{"var": "contact.domain"}, {"var": "list.free"}]},
                {">=": [{"var": f"signal.{self.one(self.counts)}"}, self.random.randint(1, 4)]},
                {"<": [{"var": f"signal.{self.one(self.counts)}"}, self.random.randint(1, 3)]},
                {">": [{"var": "signal.spent"}, self.one([10, 25.5, 99.999])]},
                {"==": [{"var": "signal.last_sku"}, "a"]},
                {">=": [{"var": "signal.days"}, self.random.randint(1, 3)]},
                {"in": ["hot", {"var": "tags"}]},
                {"!!": [{"var": "owner"}]},
                {"in": ["golf", {"var": "contact.hobbies"}]},
                {"==": [{"var": "contact.is_com"}, True]},
            ]
        )

    def moving(self, for_score=False):
        quiet = {self.one([">", ">=", "<", "<="]): [{"var": "signal.quiet"}, self.one([3600, 86400, 100000, 259200])]}
        joined = {
            self.one([">", ">=", "<"]): [{"elapsed_since": [{"var": "contact.joined"}]}, self.one([0, 86400, 400000.5])]
        }
        ends = {self.one([">", "<="]): [{"elapsed_since": [{"var": "contact.ends"}]}, self.one([-86400, 0, 3600])]}
        if for_score:
            # A score may read one that does not read it.
            other = {self.one([">=", "<"]): [{"var": "score.fit"}, self.one([0, 10, 20.5])]}
            return self.one([quiet, joined, ends, *([other] * 2 if self.building == "heat_points" else [])])
        score = {
            self.one([">", ">=", "<", "<="]): [
                {"var": f"score.{self.one(self.scores)}"},
                self.one([0, 5, 10, 12.5, 20, 30, 33.333]),
            ]
        }
        grade = {"==": [{"var": "grade.heat"}, self.one(self.heats)]}
        between = {"<=": [5, {"var": f"score.{self.one(self.scores)}"}, 25]}
        return self.one([score, score, score, grade, quiet, joined, between])

    def condition(self, depth=2, for_score=False, extra=()):
        if depth and self.chance(0.35):
            name = self.one(["and", "or", "and", "!"])
            count = 1 if name == "!" else 2
            return {name: [self.condition(depth - 1, for_score, extra) for _ in range(count)]}
        if extra and self.chance(0.25):
            return self.one(list(extra))
        return self.moving(for_score) if self.chance(0.5) else self.still()

    def in_funnel(self):
        return [{"==": [{"var": "stage"}, self.one(STAGES)]}, {"==": [{"var": "status"}, self.one(["new", "working"])]}]

    # --- Sections ---

    def make_signals(self):
        self.counts = ["visits", "opens"]
        out = {
            "visits": {"count": self.one(["visit", ["visit", "open"]])},
            "opens": self.one([{"distinct": "open", "by": "mail"}, {"distinct": "order", "by": "amount"}]),
            "spent": {"sum": "order", "of": "amount"},
            "last_sku": {self.one(["last", "first"]): "order", "of": "sku"},
            "best": {self.one(["max", "min"]): "order", "of": "amount"},
            "days": {"streak": self.one(["visit", ["visit", "open", "call"]]), "unit": "day"},
            "quiet": {"since": self.one(["any_activity", ["visit", "call"], "open"])},
        }
        for name in ("visits", "opens", "spent", "best"):
            if self.chance(0.6):
                out[name]["within"] = self.one(DURATIONS)
        for name, kind in (("visits", "visit"), ("spent", "order")):
            if self.chance(0.3) and out[name].get("count", kind) == kind:
                out[name]["where"] = self.event_where(kind)
        return out

    def decay(self):
        return self.one(
            [
                {"half_life": self.one(["1d", "36h", "3d", "10d"])},
                {"linear": self.one(["2d", "5d", "100h"])},
                {"percent": self.one([50, 25, 30, 12.5]), "every": self.one(["1d", "18h"])},
                {"expires": self.one(["1d", "60h"])},
            ]
        )

    def limit(self, kind):
        out = {}
        field = {"visit": "path", "open": "mail", "order": "sku", "call": "outbound", "signup": "email"}[kind]
        while not out:
            if self.chance(0.4):
                out["times"] = self.random.randint(1, 3)
                if self.chance(0.6):
                    out["per"] = self.one(DURATIONS)
            if self.chance(0.3):
                out["once_per"] = field
            if self.chance(0.3):
                out["points"] = self.one([5, 12.5, 30])
        return out

    def rule(self, index, groups, with_funnel):
        form = self.one(["held", "earned", "earned", "earned", "tiers", "idle"])
        out = {"id": f"r{index}"}
        extra = self.in_funnel() if with_funnel else ()
        if form == "held":
            out.update(when=self.condition(1, True, extra), points=self.points())
            if self.chance(0.3):
                out["otherwise"] = self.points()
            if self.chance(0.25):
                out["once"] = True
        elif form == "idle":
            steps = []
            after = 0
            for _ in range(self.random.randint(1, 3)):
                after += self.one([6, 12, 24, 40])
                steps.append({"after": f"{after}h", "points": -self.random.randint(1, 6)})
            if self.chance(0.6):
                steps[-1]["every"] = self.one(["12h", "1d", "31h"])
                if self.chance(0.7):
                    steps[-1]["at_most"] = steps[-1]["points"] * self.one([2, 3.5])
            out["idle"] = steps
            if self.chance(0.4):
                out["mode"] = "add"
            if self.chance(0.5):
                out["on_return"] = "keep"
        else:
            kind = self.one(["visit", "open", "order", "call"])
            out["on"] = kind
            if self.chance(0.4):
                out["where"] = self.event_where(kind)
            if form == "tiers":
                out["tiers"] = [
                    {
                        "at_least": count,
                        "points": self.points(),
                        **({"within": self.one(DURATIONS)} if self.chance(0.7) else {}),
                    }
                    for count in sorted(self.some([1, 2, 3, 4]), reverse=True)
                ]
            else:
                out["points"] = self.points()
                if kind == "order" and self.chance(0.5):
                    out["points"] = {self.one(["*", "/"]): [{"var": "event.amount"}, self.one([0.1, 3, 0.125])]}
                    out["min"], out["max"] = self.one([0.5, -5, 0]), self.one([20, 7.5])
                if self.chance(0.45):
                    out["limit"] = self.limit(kind)
                if self.chance(0.5):
                    out["decay"] = self.decay()
        if groups and self.chance(0.5):
            out["group"] = self.one(sorted(groups))
        return out

    def caps(self, low, high):
        out = {}
        if self.chance(0.4):
            out["min"] = self.one(low)
        if self.chance(0.5):
            out["max"] = self.one(high)
        return out

    def make_scores(self, with_funnel):
        out = {}
        for name in ("fit", "heat_points"):
            self.building = name
            groups = {}
            for group in self.some(["g1", "g2"], 0):
                groups[group] = {
                    **self.caps([-10, 0], [8, 15]),
                    **({"decay": self.decay()} if self.chance(0.4) else {}),
                }
            rules = [self.rule(index, groups, with_funnel) for index in range(self.random.randint(1, 4))]
            out[name] = {"rules": rules, **self.caps([-20, 0], [30, 60])}
            if groups:
                out[name]["groups"] = groups
            if self.chance(0.3):
                out[name]["decay"] = self.decay()
        out["total"] = {
            "sum": {"fit": self.one([1, 0.5, 2]), "heat_points": self.one([1, 0.333, -0.5])},
            **self.caps([-50, 0], [40, 100]),
        }
        out["grand"] = {"sum": {"total": self.one([1, 0.125]), "fit": self.one([-0.25, 1])}, **self.caps([-30], [50])}
        return out

    def make_grades(self):
        high, low = self.one([(20, 10), (12.5, 5), (30, 0)])
        bands = [{"at_least": high, "is": "hot"}, {"at_least": low, "is": "warm"}]
        if self.chance(0.6):
            bands[0]["until"] = high - self.one([1, 2.5, 5])
        if self.chance(0.4):
            bands[1]["until"] = low - self.one([1, 3])
        if "cold" in self.heats:
            bands.append({"is": "cold"})
        return {
            "heat": {"of": self.one(self.scores), "bands": bands},
            "kind": {
                "rules": [
                    {"when": {"==": [{"var": "contact.country"}, "US"]}, "is": "home"},
                    {"when": {">=": [{"var": f"score.{self.one(self.scores)}"}, 15]}, "is": "keen"},
                    {"is": "other"},
                ]
            },
            "team": {
                "rows": "kind",
                "columns": "heat",
                "cells": {"home": {"hot": "sales", "*": "marketing"}, "*": {"hot": "sales", self.heats[-1]: "nobody"}},
            },
        }

    def action(self):
        return self.one(
            [
                {"action": "notify", "to": "sales", "score": {"var": "score.total"}},
                {"action": "notify", "about": {"cat": ["seen ", {"var": "signal.visits"}]}},
                {"action": "add_tag", "tag": "hot"},
                {"action": "remove_tag", "tag": "hot"},
                {"action": "set", "attribute": "country", "to": self.one(["US", "DE"])},
                {"action": "set", "attribute": "size", "to": {"var": "signal.visits"}},
                {"action": "set_owner", "owner": self.one(["ana", "bo"])},
            ]
        )

    def transition(self, index):
        target = self.one(STAGES)
        sources = self.one(["*", self.some([stage for stage in STAGES if stage != target])])
        out = {"id": f"t{index}", "from": sources, "to": target}
        form = self.one(["on", "on", "when", "when", "when", "after"])
        days = [{self.one([">", ">="]): [{"var": "days_in_stage"}, self.one([0.5, 1, 2.25])]}]
        if form == "on":
            kind = self.one(["visit", "open", "order", "call", "signup"])
            out["on"] = self.one([kind, kind, [kind, "call"]])
            if self.chance(0.4) and out["on"] == kind:
                out["where"] = self.event_where(kind)
            if self.chance(0.3):
                out["require"] = [
                    {"if": {"!!": [{"var": "contact.email"}]}, "else": "an e-mail address"},
                    {"if": {">=": [{"var": "score.total"}, 5]}, "else": "five points"},
                ][: self.random.randint(1, 2)]
        elif form == "when":
            out["when"] = self.condition(2, False, [*self.in_funnel(), *days])
            if self.chance(0.4):
                out["rearm"] = {"score": self.one(self.scores), "rise": self.one([1, 5, 10])}
        else:
            out["after"] = self.one(["12h", "1d", "50h", "4bh", "20bh", "1bd", "3bd", "90bm"])
            if out["after"].endswith(("bh", "bm", "bd")):
                out["calendar"] = "sales"
            if self.chance(0.5):
                out["when"] = self.condition(1)
        if self.chance(0.35):
            out["cooldown"] = self.one(["12h", "2d", "5d"])
        if self.chance(0.5):
            out["reason"] = f"reason {index}"
        if self.chance(0.3):
            out["do"] = [self.action()]
        return out

    def effect(self):
        out = self.one(
            [
                {"enter": self.one(STAGES)},
                {"leave": self.some(STAGES)},
                {"transition": "t0"},
                {"assigned": True},
                {"on": "order", "where": self.event_where("order")},
                {"when": self.condition(1)},
                {"enter": "mql"},
            ]
        )
        if self.chance(0.3):
            out["if"] = self.still()
        out["do"] = [self.action() for _ in range(self.random.randint(1, 2))]
        if "enter" in out and out["enter"] == "mql" and self.chance(0.5):
            out["do"].append({"action": "set_status", "status": "working"})
        return out

    def make_funnel(self):
        return {
            "start": "visitor",
            "stages": [
                {"id": stage, "owner": "marketing", **({"aside": True} if stage == "nurture" else {})}
                for stage in STAGES
            ],
            "statuses": {"mql": ["new", "working"], "sql": ["working"]},
            "transitions": [self.transition(index) for index in range(self.random.randint(2, 6))],
            "effects": [self.effect() for _ in range(self.random.randint(0, 3))],
            **({"manual": "any"} if self.chance(0.3) else {}),
        }

    def pack(self):
        self.scores = ["fit", "heat_points", "total", "grand"]
        self.building = None
        self.heats = ["hot", "warm", "cold"] if self.chance(0.7) else ["hot", "warm"]
        signals = self.make_signals()
        with_funnel = self.chance(0.9)
        out = {
            "leadline": 1,
            "name": f"random-{self.seed}",
            "time_zone": self.one(ZONES),
            "conditions": "jsonlogic" if self.chance(0.1) else "leadline",
            "engine": {"lateness": self.one(["7d", "7d", "2d", "12h", "0s"])},
            "calendars": {
                "sales": {
                    "time_zone": "America/New_York",
                    "hours": {"mon-fri": ["09:00-12:30", "13:30-18:00"], "sat": ["22:00-02:00"]},
                    "dates": {"2026-03-10": [], "2026-10-26": ["10:00-11:00"]},
                }
            },
            "lists": {"free": ["gmail.com", "web.de"]},
            "attributes": {
                "country": {"type": "string"},
                "size": {"type": "number", "from": ["order.size"]},
                "vip": {"type": "boolean"},
                "joined": {"type": "date"},
                "email": {"type": "string", "from": ["signup.email"]},
                "domain": {"type": "string", "derive": {"domain": [{"var": "contact.email"}]}},
                "is_com": {"type": "boolean", "derive": {"ends_with": [{"var": "contact.domain"}, ".com"]}},
                "hobbies": {"type": "strings"},
                "ends": {"type": "date", "from": ["signup.trial_ends", "order.delivery"]},
            },
            "events": {
                "visit": {"activity": True, "fields": {"path": "string", "seconds": "number"}},
                "open": {"activity": self.chance(0.5), "fields": {"mail": "string"}},
                "order": {
                    "activity": True,
                    "fields": {"amount": "number", "sku": "string", "size": "number", "delivery": "date"},
                },
                "call": {"activity": False, "fields": {"outbound": "boolean"}},
                "signup": {"activity": True, "fields": {"email": "string", "trial_ends": "date"}},
            },
            "signals": signals,
            "scores": self.make_scores(with_funnel),
            "grades": self.make_grades(),
        }
        # Without stages nothing reads or does what belongs to them.
        if with_funnel:
            out["funnel"] = self.make_funnel()
        if self.extent:
            self.duties = Duties(self, STAGES, with_funnel)
            self.duties.add_to(out)
        if self.extent in ("routing", "late-routing"):
            self.desks = Desks(self, self.duties)
            self.desks.add_to(out)
        return out

    # --- Events ---

    def data(self, kind, at):
        if kind in ("touch", "disposition", "sla.pause", "sla.resume"):
            return self.duties.data(kind, at)
        path = self.one(["/pricing", "/blog", "/p", None])
        amount = self.one([1, 9.99, 10, 33.3335, 100, "12", None])
        return {
            "visit": lambda: {
                "path": path,
                **(
                    {"seconds": self.one([self.random.randint(0, 90), 31, "45", "long" if self.chance(0.2) else 5])}
                    if self.chance(0.5)
                    else {}
                ),
            },
            "open": lambda: {"mail": self.one(["m1", "m2", "m3"])} if self.chance(0.9) else {},
            "order": lambda: {
                "amount": amount,
                "sku": self.one(["a", "b", ""]),
                **({"size": self.one([5, 50, 500])} if self.chance(0.3) else {}),
                **({"delivery": instant_text(at + self.random.randint(0, 4 * DAY))} if self.chance(0.3) else {}),
            },
            "call": lambda: {"outbound": self.chance(0.7)},
            "signup": lambda: {
                "email": self.one(["a@gmail.com", "b@Acme.example", "c@acme.com", None]),
                **({"trial_ends": self.one([instant_text(at + 3 * DAY), "soon", None])} if self.chance(0.4) else {}),
            },
            "contact.set": lambda: self.one(
                [
                    {"country": self.one(["US", "DE", None])},
                    {"size": self.one([5, "50", 500, "many"])},
                    {"vip": self.one([True, False, "true"])},
                    {"hobbies": self.one([["golf"], ["chess", "golf"], [], "golf", None]), "shoe": 43},
                    {"domain": "made.up"},
                    {"joined": instant_text(at - self.random.randint(-3 * DAY, 5 * DAY))},
                ]
            ),
            "stage.set": lambda: {"stage": self.one([*STAGES, "nowhere"]), "reason": "by hand"},
            "status.set": lambda: {"status": self.one(["new", "working", "odd"])},
            "owner.set": lambda: {"owner": self.one(["ana", "bo", None])},
            "tag.add": lambda: {"tag": self.one(["hot", "vip"])},
            "tag.remove": lambda: {"tag": self.one(["hot", "vip"])},
            "score.override": lambda: {
                "score": self.one(self.scores),
                "value": self.one([0, 15, 99.5, None]),
                "by": "ana",
                "reason": "knows better",
                **({"until": instant_text(at + self.random.randint(1, 4 * DAY))} if self.chance(0.5) else {}),
            },
            "unheard_of": lambda: {},
        }[kind]()

    def written(self, at):
        """An instant in UTC, or the same with an offset and, cut off on reading, more digits."""
        if self.chance(0.8):
            return instant_text(at)
        offset = self.one([-330, -300, 60, 345])
        local = instant_text(at + offset * 60_000)[:-1]
        return (
            f"{local}{self.one(['', '999'])}{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
        )

    def events(self, contacts, with_funnel, with_ends):
        kinds = (
            ["visit"] * 6
            + ["open"] * 4
            + ["order"] * 4
            + ["call"] * 3
            + ["signup", "contact.set", "contact.set", "tag.add", "owner.set", "score.override"]
        )
        if with_funnel:
            kinds += ["stage.set", "status.set", "tag.remove"]
        if self.duties:
            kinds += ["touch"] * 4 + ["disposition"] * 2 + ["sla.pause", "sla.resume"] * 2 + ["contact.set"] * 4
        if self.chance(0.2):
            kinds.append("unheard_of")
        at = parse_instant(self.start or self.one(STARTS))
        out = []
        for index in range(self.random.randint(4, 22)):
            # Mostly odd distances, often whole hours, so that edges of windows and steps are met exactly.
            at += self.one(
                [
                    0,
                    HOUR,
                    6 * HOUR,
                    12 * HOUR,
                    DAY,
                    36 * HOUR,
                    self.random.randint(1, 2 * DAY),
                    self.random.randint(1, 4 * HOUR),
                ]
            )
            kind = self.one(kinds)
            event = {
                "id": f"e{index}",
                "contact": self.one(contacts),
                "type": kind,
                "at": self.written(at),
                "data": self.data(kind, at),
            }
            if self.chance(0.1):
                del event["id"]
            out.append(event)
            if self.desks and self.chance(0.25):
                out.append(self.desks.coming_and_going(at))
        if with_ends and len(contacts) > 1 and self.chance(0.3):
            for index in range(self.random.randint(1, 2)):
                place = self.random.randint(1, len(out))
                # In its turn, or dated after everything, so that what follows is late.
                now = parse_instant(out[place - 1]["at"]) if self.chance(0.7) else at + self.one([0, HOUR, DAY])
                data = {"into": self.one(contacts)}
                kind = self.one(["contact.merge", "contact.merge", "contact.forget"])
                end = {"id": f"end{index}", "contact": self.one(contacts), "type": kind, "at": instant_text(now)}
                out.insert(place, {**end, "data": data if kind == "contact.merge" else {}})
        return out

    def arrival(self, events, lateness):
        """Some come late, some twice."""
        keyed = []
        for event in events:
            delay = self.random.randint(0, int(lateness * 1.3)) if self.chance(0.15) else 0
            keyed.append((parse_instant(event["at"]) + delay, len(keyed), event))
            if "id" in event and self.chance(0.08):
                again = self.random.randint(0, int(lateness * 1.5))
                keyed.append((parse_instant(event["at"]) + again, len(keyed), dict(event)))
        return [event for _, _, event in sorted(keyed, key=lambda each: each[:2])]

    def case(self):
        pack = self.pack()
        contacts = self.one([["c1"], ["c1"], ["c1", "c2"], ["c1", "c2", "c3"]])
        if self.desks:
            contacts = ["c1", "c2", "c3", "c4", "c5"][: self.random.randint(2, 5)]
        is_ordered = self.extent == "routing"
        events = self.events(contacts, "funnel" in pack, not is_ordered)
        if not is_ordered and self.chance(0.5):
            events = self.arrival(events, elapsed(pack["engine"]["lateness"]))
        last = max(parse_instant(event["at"]) for event in events)
        if self.chance(0.15) and not any(
            "every" in step and "at_most" not in step
            for score in pack["scores"].values()
            for rule in score.get("rules", [])
            for step in rule.get("idle", [])
        ):
            last += 400 * DAY
        return {"pack": pack, "events": events, "advance": instant_text(last + self.one([0, DAY, 9 * DAY, 20 * DAY]))}


def random_case(seed, extent=""):
    return Maker(seed, extent).case()


def main():
    numbers = [int(each) for each in sys.argv[1:] if not each.startswith("--")]
    first = numbers[0] if numbers else 1
    extent = next((each for each in EXTENTS[1:] if f"--{each}" in sys.argv), "")
    for seed in range(first, first + (numbers[1] if len(numbers) > 1 else 1)):
        print(json.dumps(random_case(seed, extent)))


if __name__ == "__main__":
    main()
