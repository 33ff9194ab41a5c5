"""A pack as the model reads it. It is taken to be valid: `leadline check` judges packs."""

import json
import pathlib
import re
from fractions import Fraction

from model import conditions
from model.cadences import Cadence
from model.clocks import Clock
from model.exact import exact, milli_of
from model.instants import elapsed, parse_duration
from model.sequences import as_list, by_bytes
from model.slow_calendar import SlowCalendar

BUILT_IN = [
    "contact.set",
    "stage.set",
    "status.set",
    "owner.set",
    "score.override",
    "rep.away",
    "rep.back",
    "tag.add",
    "tag.remove",
    "contact.merge",
    "contact.forget",
    "sla.pause",
    "sla.resume",
]
LIMITS = {"events": 65_536, "window": 65_536, "distinct": 16_384, "points_milli": 10**7 * 1000}


def milli_or_none(value):
    return None if value is None else milli_of(value)


def without_comments(text):
    return re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*', lambda match: match[1] or "", text)


class Decay:
    def __init__(self, spec):
        self.form = next(name for name in ("half_life", "linear", "percent", "expires") if name in spec)
        self.period = elapsed(spec["every"] if self.form == "percent" else spec[self.form])
        self.share = exact(spec["percent"]) / 100 if self.form == "percent" else Fraction(0)


class Rule:
    def __init__(self, score, index, spec, groups, score_decay):
        self.score, self.index, self.spec = score, index, spec
        self.id = spec["id"]
        self.key = (score, self.id)
        self.form = "idle" if "idle" in spec else "held" if "when" in spec else "tiers" if "tiers" in spec else "earned"
        self.on = as_list(spec.get("on"))
        self.where = spec.get("where", True)
        self.group = spec.get("group")
        points = spec.get("points")
        self.expression = points if isinstance(points, dict) else None
        self.points = None if points is None or self.expression is not None else milli_of(points)
        self.otherwise = milli_or_none(spec.get("otherwise"))
        self.once = spec.get("once", False)
        self.low, self.high = milli_or_none(spec.get("min")), milli_or_none(spec.get("max"))
        limit = spec.get("limit", {})
        self.times, self.per = limit.get("times"), elapsed(limit["per"]) if "per" in limit else None
        self.once_per = limit.get("once_per")
        self.cap = None if "points" not in limit else abs(milli_of(limit["points"]))
        nearest = spec.get("decay") or groups.get(self.group, {}).get("decay") or score_decay
        self.decay = Decay(nearest) if nearest and self.form == "earned" else None
        self.tiers = [
            (tier["at_least"], elapsed(tier["within"]) if "within" in tier else None, milli_of(tier["points"]))
            for tier in spec.get("tiers", [])
        ]
        self.steps = [
            (
                elapsed(step["after"]),
                elapsed(step["every"]) if "every" in step else None,
                milli_of(step["points"]),
                milli_or_none(step.get("at_most")),
            )
            for step in spec.get("idle", [])
        ]
        self.mode = spec.get("mode", "replace")
        self.on_return = spec.get("on_return", "restore")
        # `otherwise` waits until every attribute that the condition reads is known.
        self.attributes = {
            path[8:].split(".")[0] for path in conditions.paths_read(spec.get("when")) if path.startswith("contact.")
        }


class Transition:
    def __init__(self, spec):
        self.id, self.to = spec["id"], spec["to"]
        self.source = as_list(spec["from"])
        self.on, self.where = as_list(spec.get("on")), spec.get("where", True)
        self.when = spec.get("when")
        self.has_when = "when" in spec
        self.after = parse_duration(spec["after"]) if "after" in spec else None
        self.calendar = spec.get("calendar")
        self.require = spec.get("require", [])
        self.reason = spec.get("reason")
        self.cooldown = elapsed(spec["cooldown"]) if "cooldown" in spec else None
        self.rearm = spec.get("rearm")
        self.actions = spec.get("do", [])
        self.is_unguarded = spec.get("unguarded", False)

    def leaves(self, stage):
        return stage in self.source or ("*" in self.source and stage != self.to)


class Pack:
    def __init__(self, spec, folder=None, limits=None):
        self.spec = spec
        self.limits = {**LIMITS, **(limits or {})}
        self.semantics = spec.get("conditions", "leadline")
        self.zone = spec.get("time_zone", "UTC")
        self.lateness = elapsed(spec.get("engine", {}).get("lateness", "7d"))
        self.calendars = {name: SlowCalendar(each) for name, each in spec.get("calendars", {}).items()}
        self.lists = {name: self._list(each, folder) for name, each in spec.get("lists", {}).items()}
        self.attributes = spec.get("attributes", {})
        self.events = spec.get("events", {})
        self.signals = {name: self._signal(each) for name, each in spec.get("signals", {}).items()}
        self.scores = spec.get("scores", {})
        self.rules = {
            name: [
                Rule(name, index, rule, each.get("groups", {}), each.get("decay"))
                for index, rule in enumerate(each.get("rules", []))
            ]
            for name, each in self.scores.items()
        }
        # score -> (min, max, {group: (min, max)}), and its weights, in thousandths.
        self.caps = {
            name: (
                milli_or_none(each.get("min")),
                milli_or_none(each.get("max")),
                {
                    group: (milli_or_none(caps.get("min")), milli_or_none(caps.get("max")))
                    for group, caps in each.get("groups", {}).items()
                },
            )
            for name, each in self.scores.items()
        }
        self.weights = {
            name: {child: milli_of(weight) for child, weight in each.get("sum", {}).items()}
            for name, each in self.scores.items()
        }
        self.grades = spec.get("grades", {})
        self.funnel = spec.get("funnel")
        funnel = self.funnel or {}
        self.stages = [stage["id"] for stage in funnel.get("stages", [])]
        self.asides = {stage["id"] for stage in funnel.get("stages", []) if stage.get("aside")}
        self.statuses = funnel.get("statuses", {})
        self.transitions = [Transition(each) for each in funnel.get("transitions", [])]
        self.effects = funnel.get("effects", [])
        self.clocks = [Clock(each) for each in spec.get("clocks", [])]
        self.cadences = [Cadence(each) for each in spec.get("cadences", [])]
        self.dispositions = spec.get("dispositions", {})
        self.routing = spec.get("routing", {})
        self.reps = self.routing.get("reps", {})
        # Whoever has triggers: {key: triggers}.
        self.triggers = {
            each.key(role): specs for each in [*self.clocks, *self.cadences] for role, specs in each.triggers.items()
        }
        self.triggers["routing", "on"] = as_list(self.routing.get("on"))
        self.triggers["routing", "reroute"] = as_list(self.routing.get("reroute", {}).get("on"))
        self.order = self._order()
        self.watched = self._watched()

    @staticmethod
    def _list(spec, folder):
        if isinstance(spec, list):
            return spec
        lines = (pathlib.Path(folder) / spec["file"]).read_text(encoding="utf-8").splitlines()
        return [item for item in (line.split("#", 1)[0].strip() for line in lines) if item]

    @staticmethod
    def _signal(spec):
        form = next(
            each
            for each in ("count", "distinct", "sum", "max", "min", "last", "first", "streak", "since")
            if each in spec
        )
        return {
            "form": form,
            "types": as_list(spec[form]),
            "where": spec.get("where", True),
            "field": spec.get("by", spec.get("of")),
            "within": elapsed(spec["within"]) if "within" in spec else None,
        }

    def is_activity(self, kind):
        return self.events.get(kind, {}).get("activity", False) is True

    def fields(self, kind):
        return self.events.get(kind, {}).get("fields", {})

    def _inputs(self, node):
        kind, name = node
        paths = set()
        if kind == "score":
            out = {("score", child) for child in self.scores[name].get("sum", {})}
            for rule in self.rules[name]:
                paths |= conditions.paths_read(rule.spec.get("when"))
        else:
            grade = self.grades[name]
            out = {("score", grade["of"])} if "of" in grade else set()
            out |= {("grade", grade[side]) for side in ("rows", "columns") if side in grade}
            for rule in grade.get("rules", []):
                paths |= conditions.paths_read(rule.get("when"))
        for path in paths:
            side, _, rest = path.partition(".")
            if side == "score" and rest in self.scores or side == "grade" and rest in self.grades:
                out.add((side, rest))
        return out

    def _order(self):
        """Scores and grades, inputs before what is made of them."""
        done, open_nodes = [], []

        def visit(node):
            if node in done:
                return
            if node in open_nodes:
                raise ValueError(f"{node} is made of itself")
            open_nodes.append(node)
            for other in sorted(self._inputs(node)):
                visit(other)
            open_nodes.pop()
            done.append(node)

        for name in by_bytes(self.scores):
            visit(("score", name))
        for name in by_bytes(self.grades):
            visit(("grade", name))
        return done

    def _watched(self):
        """What moves by itself with time, and the numbers at which somebody looks: {what: [numbers]}."""
        rules = [rule.spec["when"] for rules in self.rules.values() for rule in rules if rule.form == "held"]
        rules += [rule.get("when") for grade in self.grades.values() for rule in grade.get("rules", [])]
        rules += [transition.when for transition in self.transitions]
        rules += [effect.get("when") for effect in self.effects]
        rules += [each.get("when") for specs in self.triggers.values() for each in specs]
        out = {}
        for what, number in conditions.moving_constants(rules):
            out.setdefault(what, set()).add(number)
        for grade in self.grades.values():
            for band in grade.get("bands", []):
                for edge in ("at_least", "until"):
                    if edge in band:
                        out.setdefault(("path", "score." + grade["of"]), set()).add(band[edge])

        def moves(what):
            kind, path = what
            side, _, rest = path.partition(".")
            if kind == "since":
                return True
            if side == "signal":
                return rest in self.signals and self.signals[rest]["form"] == "since"
            return side == "score" or path == "days_in_stage"

        return {what: sorted(numbers) for what, numbers in out.items() if moves(what)}


def read_pack(path, limits=None):
    path = pathlib.Path(path)
    return Pack(json.loads(without_comments(path.read_text(encoding="utf-8"))), path.parent, limits)
