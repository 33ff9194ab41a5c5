"""One contact: the fold over its events and what time brings (spec section 1), and the log it tells.

`FoldState` does a pass after another and keeps what only the past can tell (stage, bands, pins, `once`). Everything
else (signals, scores, what is due next) it computes anew from all records. `Contact` keeps the events, so that a late
one is folded in by folding all of them again.
"""

import copy
from fractions import Fraction

from model import attributes, cadences, clocks, decisions, dispositions, funnel, grades, routing, scores, signals, triggers
from model.conditions import Date, Interpreter, Scope, number_over, truthy
from model.exact import exact, is_number, milli_of, number_of, round_half_away, clamp
from model.instants import DAY, instant_text, parse_instant
from model.pack import BUILT_IN
from model.sequences import by_bytes

ROUNDS = 64
# What the data of a built-in event must hold: (field, is it required, which values it may have).
TEXT = (str,)
BUILT_IN_DATA = {
    "stage.set": [("stage", True, TEXT), ("reason", False, TEXT)],
    "status.set": [("status", True, TEXT)],
    "owner.set": [("owner", False, TEXT)],
    "tag.add": [("tag", True, TEXT)],
    "tag.remove": [("tag", True, TEXT)],
    "score.override": [("score", True, TEXT), ("until", False, TEXT), ("by", False, TEXT), ("reason", False, TEXT)],
    "contact.merge": [("into", True, TEXT)],
    "sla.pause": [("clock", True, TEXT)],
    "sla.resume": [("clock", True, TEXT)],
}


def judged(pack, event):
    """(event with its fields converted, None) or (None, what is wrong with it)."""
    kind, data = event.get("type"), event.get("data")
    data = {} if data is None else data
    identity = event.get("id")
    if identity is not None and (not isinstance(identity, str) or identity == "time"):
        return None, 'the id must be a text other than "time"'
    if not isinstance(kind, str) or (kind not in BUILT_IN and kind not in pack.events):
        return None, f"no event type {kind} is declared"
    if not isinstance(data, dict):
        return None, "data must be an object"
    data = dict(data)
    for field, declared in pack.fields(kind).items():
        if field in data:
            data[field] = attributes.convert(declared, data[field])
            if data[field] is attributes.UNKNOWN:
                return None, f"{field} is no {declared}"
    for field, is_required, types in BUILT_IN_DATA.get(kind, []):
        if data.get(field) is None and is_required:
            return None, f"{field} is missing"
        if data.get(field) is not None and not isinstance(data[field], types):
            return None, f"{field} is no text"
    if kind == "owner.set" and ("owner" not in data or data["owner"] == ""):
        return None, "owner must be a name, or null to take the owner away"
    if kind == "score.override":
        if data["score"] not in pack.scores:
            return None, f"there is no score {data['score']}"
        if "value" not in data or (data["value"] is not None and not is_number(data["value"])):
            return None, "value must be a number, or null to end what was pinned"
        if data.get("until") is not None and parse_instant(data["until"]) is None:
            return None, "until is no instant"
    if kind in ("sla.pause", "sla.resume") and data["clock"] not in [clock.id for clock in pack.clocks]:
        return None, f"there is no clock {data['clock']}"
    return {"id": identity, "type": kind, "data": data, "at": parse_instant(event["at"])}, None


class Refused(Exception):
    """The event would cross a limit of the contact."""


class FoldState:
    def __init__(self, pack, contact):
        self.pack, self.contact = pack, contact
        self.interpreter = Interpreter(pack.semantics)
        self.decisions = []
        self.now = None  # the instant of the latest pass
        self.records = []
        self.attributes, self.tags, self.owner = {}, set(), None
        self.first_event_at = None
        self.idle_brought, self.idle_from = {}, None  # what a merge brought
        self.pins = {}  # score -> (milli-points, until or None)
        self.held, self.once_held = {}, set()
        self.bands, self.values = {}, {}
        self.told_scores, self.told_grades = {}, {}
        self.stage = self.status = self.entered_at = None
        self.stamps, self.last_fired, self.disarmed, self.entry_scores = {}, {}, set(), {}
        self.effect_truth, self.trigger_truth = {}, {}
        self.clocks = {clock.id: clocks.ClockState() for clock in pack.clocks}
        self.cadences = {cadence.id: cadences.CadenceState() for cadence in pack.cadences}
        self.desk = self.book = None
        self.route, self.waiting_owner = routing.RouteState(), None
        self.is_looked_at_again = False  # it waits for an owner, and somebody may have become eligible
        self.wake = None  # (instant, code) of the disposition that wakes the contact
        self.is_timed = False  # whether time's pass of this instant has been
        self._begin_pass(None, "time")

    def __deepcopy__(self, memo):
        memo[id(self.pack)] = self.pack
        memo[id(self.interpreter)] = self.interpreter
        out = FoldState.__new__(FoldState)
        for key, item in self.__dict__.items():
            if key in ("desk", "book"):
                out.__dict__[key] = item
                continue
            # Records, decisions and the present event are never changed once made.
            is_shared = key in ("records", "decisions", "event")
            out.__dict__[key] = copy.copy(item) if is_shared else copy.deepcopy(item, memo)
        return out

    # --- What conditions read ---

    def look_up(self, path):
        side, _, rest = path.partition(".")
        if side == "contact":
            return self.attributes.get(rest) if rest in self.pack.attributes else None
        if side == "event":
            if self.event is None:
                return None
            if rest == "at":
                return Date(self.event["at"])
            return self.event.get(rest) if rest in ("id", "type") else self.event["data"].get(rest)
        if side == "signal":
            return signals.value(self.pack, rest, self.records, self.now) if rest in self.pack.signals else None
        if side == "score":
            return number_of(self.score_milli(rest))
        if side == "grade":
            return self.values.get(("grade", rest))
        if side == "list":
            return self.pack.lists.get(rest)
        if path == "days_in_stage":
            return None if self.entered_at is None else number_over(self.now - self.entered_at, DAY)
        if side == "clock":
            return self.clocks[rest].status if rest in self.clocks else None
        if side == "cadence":
            name, _, what = rest.partition(".")
            mine = self.cadences.get(name)
            if mine is None or not what:
                return None if mine is None else mine.status
            return mine.count() if what == "count" else mine.of_channel(what)
        return {"stage": self.stage, "status": self.status, "owner": self.owner, "tags": by_bytes(self.tags)}.get(path)

    def evaluate(self, rule):
        return self.interpreter.evaluate(rule, Scope(self.look_up, self.now))

    def holds(self, rule):
        return truthy(self.evaluate(rule))

    def score_milli(self, name):
        """As settled in this round."""
        return self.values.get(("score", name), (0, 0))[0]

    def pin_at(self, name, at):
        pinned, until = self.pins.get(name, (None, None))
        return None if until is not None and at >= until else pinned

    def activities(self):
        return [
            record.at
            for record in self.records
            if record.is_activity and (self.idle_from is None or record.at > self.idle_from)
        ]

    def idle_origin(self):
        return self.first_event_at if self.idle_from is None else self.idle_from

    # --- Telling ---

    def tell(self, kind, fields, rule=None, reason=None):
        self.decisions.append(decisions.make(self.now, self.contact, kind, fields, rule, reason, self.cause))

    def reject(self, code, message, rule=None, reason=None):
        self.tell("rejected", {"code": code, "message": message}, rule, reason)

    # --- A pass ---

    def _begin_pass(self, event, cause):
        self.event, self.cause = event, cause
        self.is_event_pass = cause != "time"
        self.visited = {self.stage} if self.stage is not None else set()
        self.cycles_told, self.effects_done, self.was_assigned, self.changed = set(), set(), False, False
        self.where_held, self.changed_attributes = {}, set()
        self.happened, self.looked, self.moves = [], {}, 0
        self.disposition_refused, self.is_first_round = False, True
        self.is_timed = not self.is_event_pass

    def time_pass(self, at, is_looked_at_again=False):
        self.now = at
        self._begin_pass(None, "time")
        self.is_looked_at_again = is_looked_at_again
        self._rounds()
        self.is_looked_at_again = False

    def event_pass(self, at, order, sent):
        """An event in its turn, and all that it brings at its instant."""
        event, problem = judged(self.pack, sent)
        identity = sent.get("id")
        identity = identity if isinstance(identity, str) and identity != "time" else None
        if problem:
            self._refuse(at, identity, "bad_event", problem)
            return
        before = copy.deepcopy(self)
        self.now = at
        self._begin_pass(event, identity)
        if self.first_event_at is None:
            self.first_event_at = at
            funnel.enter_start(self)
        try:
            self._take_in(at, order)
        except Refused as refusal:
            self.__dict__ = before.__dict__
            self._refuse(at, identity, "limit", str(refusal))
            return
        self._apply_built_in()
        self._rounds()

    def _refuse(self, at, cause, code, message):
        """The event changes nothing; it is no pass, so that what time brings at its instant still comes."""
        self.decisions.append(
            decisions.make(at, self.contact, "rejected", {"code": code, "message": message}, cause=cause)
        )

    def merge_pass(self, at, cause, lacking, tags):
        """Another contact has just been merged into this one, and brings attributes and tags."""
        self.now = at
        self._begin_pass(None, cause)
        self.settle_attributes(lacking, at)
        if self.first_event_at is None:
            self.first_event_at = at
            funnel.enter_start(self)
        for tag in by_bytes(tags):
            funnel.set_tag(self, tag, True, "contact.merge")
        self._rounds()

    def _take_in(self, at, order):
        """Attributes, then everything that signals and rules keep of the event; all of it or nothing."""
        pack, kind, data = self.pack, self.event["type"], self.event["data"]
        refused = self.settle_attributes(attributes.wanted(pack, kind, data), at)
        record = signals.Record(at, order, kind, pack.is_activity(kind))
        for name in pack.signals:
            captured = signals.capture(pack, name, kind, data, self.holds)
            if captured is not None:
                record.signals[name] = captured
                self._bound_signal(name, record)
        for rule in (rule for rules in pack.rules.values() for rule in rules):
            if kind in rule.on and self.holds(rule.where):
                if rule.form == "tiers":
                    record.tiers.add(rule.key)
                    self._bound_tiers(rule, record)
                elif scores.earns(rule, self, at, signals.value_key(data.get(rule.once_per))):
                    record.earned[rule.key] = self._points(rule)
                    if rule.once_per is not None:
                        record.once_keys[rule.key] = signals.value_key(data.get(rule.once_per))
                    self._bound_earned(rule, record)
        self.records.append(record)
        for name in by_bytes(set(refused)):
            self.reject("bad_attribute", f"{name} is no {pack.attributes[name]['type']}")

    def _points(self, rule):
        if rule.expression is None:
            return rule.points
        points = self.evaluate(rule.expression)
        milli = round_half_away(exact(points) * 1000) if is_number(points) else 0
        return clamp(milli, rule.low, rule.high)

    def _bound(self, what, count, limit):
        if count > self.pack.limits[limit]:
            raise Refused(f"{what}: {count} where at most {self.pack.limits[limit]} may be")

    def _bound_signal(self, name, record):
        signal = self.pack.signals[name]
        hits = [each for each in [*self.records, record] if name in each.signals]
        inside = signals.in_window(hits, record.at, signal["within"])
        if signal["within"] is not None:
            self._bound(f"signal.{name}", len(inside), "window")
        if signal["form"] == "distinct":
            self._bound(f"signal.{name}", len({each.signals[name] for each in inside}), "distinct")

    def _bound_tiers(self, rule, record):
        hits = [each for each in [*self.records, record] if rule.key in each.tiers]
        for _, within, _ in rule.tiers:
            if within is not None:
                self._bound(rule.id, len(signals.in_window(hits, record.at, within)), "window")

    def _bound_earned(self, rule, record):
        hits = [each for each in [*self.records, record] if rule.key in each.earned]
        if rule.once_per is not None:
            self._bound(rule.id, len({each.once_keys[rule.key] for each in hits}), "distinct")
        total = scores.exact.faded_sum([(each.at, each.earned[rule.key]) for each in hits], record.at, rule.decay)
        self._bound(rule.id, abs(total), "points_milli")

    def _apply_built_in(self):
        kind, data = self.event["type"], self.event["data"]
        if kind == "stage.set" and not self.pack.funnel:
            self.reject("unknown_stage", "the pack has no stages", kind, data.get("reason"))
        elif kind == "status.set":
            if data["status"] in self.pack.statuses.get(self.stage, []):
                funnel.set_status(self, data["status"], kind)
            else:
                self.reject("unknown_status", f"{data['status']} is no status of {self.stage}", kind)
        elif kind == "owner.set":
            funnel.set_owner(self, data.get("owner"), kind)
        elif kind in ("tag.add", "tag.remove"):
            funnel.set_tag(self, data["tag"], kind == "tag.add", kind)
        elif kind == "score.override":
            until = None if data.get("until") is None else parse_instant(data["until"])
            if data.get("value") is None:
                self.pins.pop(data["score"], None)
            else:
                self.pins[data["score"]] = (milli_of(data["value"]), until)

    def settle_attributes(self, changes, at):
        """The names of those refused."""
        before = self.attributes
        self.attributes, refused = attributes.settle(self.pack, before, changes, at)
        self.changed_attributes |= {
            name for name in {*before, *self.attributes} if before.get(name) != self.attributes.get(name)
        }
        return refused

    def change_attributes(self, changes, rule=None, reason=None):
        before = self.attributes
        refused = self.settle_attributes(changes, self.now)
        self.changed = self.changed or before != self.attributes
        for name in by_bytes(set(refused)):
            self.reject("bad_attribute", f"{name} is no {self.pack.attributes[name]['type']}", rule, reason)

    def _rounds(self):
        for count in range(1, ROUNDS + 1):
            if count == ROUNDS:
                self.tell("error", {"code": "unstable", "message": f"not at rest after {ROUNDS - 1} rounds"})
                return
            offered = count == 1 and self.event is not None
            self._settle()
            self._tell_values()
            if offered:
                self._ask_wheres()
            self.changed = False
            self.is_first_round = count == 1
            if offered and dispositions.is_disposition(self):
                dispositions.carry_out(self)
            dispositions.wake_up(self)
            if self.pack.funnel:
                funnel.transition_phase(self, offered)
                funnel.effect_phase(self, offered and not self.disposition_refused)
            if offered and not self.disposition_refused:
                self.happened.append((triggers.EVENT, "on", self.event["type"]))
            clocks.phase(self)
            cadences.phase(self)
            routing.phase(self)
            if not self.changed:
                return

    def _settle(self):
        """Scores and grades, inputs first."""
        self.values = dict(self.values)
        for side, name in self.pack.order:
            if side == "grade":
                self.values[side, name] = grades.value(self.pack, name, self, self.values, self.holds)
                continue
            for rule in self.pack.rules[name]:
                if rule.form == "held":
                    self.held[rule.key] = self._held_points(rule)
            pin = self.pin_at(name, self.now)
            both = scores.computed(self.pack, name, self, self.now, self.now, self.values)
            self.values[side, name] = both if pin is None else (pin, pin)

    def _held_points(self, rule):
        if self.holds(rule.spec["when"]):
            if rule.once:
                self.once_held.add(rule.key)
            return rule.points
        if rule.key in self.once_held:
            return rule.points
        if rule.otherwise is not None and all(self.attributes.get(name) is not None for name in rule.attributes):
            return rule.otherwise
        return 0

    def _tell_values(self):
        if self.is_event_pass:
            for name in by_bytes(self.pack.scores):
                before, after = self.told_scores.get(name, 0), self.score_milli(name)
                if before != after:
                    self.tell("score", {"score": name, "from": number_of(before), "to": number_of(after)})
                    self.told_scores[name] = after
        for name in by_bytes(self.pack.grades):
            before, after = self.told_grades.get(name), self.values["grade", name]
            if before != after:
                self.tell("grade", {"grade": name, "from": before, "to": after})
                self.told_grades[name] = after

    def _ask_wheres(self):
        kind = self.event["type"]
        for transition in self.pack.transitions:
            if kind in transition.on:
                self.where_held["transition", transition.id] = self.holds(transition.where)
        for index, effect in enumerate(self.pack.effects):
            if kind in ([effect["on"]] if isinstance(effect.get("on"), str) else effect.get("on", [])):
                self.where_held["effect", index] = self.holds(effect.get("where", True))
        triggers.ask_wheres(self)

    # --- What time brings ---

    def advance(self, to):
        while True:
            due = self.next_due(to)
            if due is None:
                return
            self.time_pass(due)
            while self.route.look is not None and self.route.look <= self.now:
                self.route.look = None
                self.time_pass(self.now, is_looked_at_again=True)

    def next_due(self, limit):
        """The first instant after the latest pass, at most `limit`, at which time alone may change something."""
        if self.first_event_at is None or limit < self.now:
            return None
        if not self.is_timed and any(at <= self.now for at in self._duties()):
            return self.now  # events come first, then what time brings at their instant
        if self.route.look is not None and self.route.look <= self.now:
            return self.now
        if limit == self.now:
            return None
        found = [at for at in self._known_breaks(limit) if self.now < at <= limit]
        until = min(found, default=limit + 1)
        for what, numbers in self.pack.watched.items():
            # Nothing breaks between now and `until`, so that each score is a sum of curves that go one way.
            flip = self._first_flip(what, [exact(number) for number in numbers], self.now, until - 1)
            if flip is not None:
                until = flip
        return until if until <= limit else None

    def _known_breaks(self, limit):
        for name in self.pack.signals:
            yield from signals.breaks(self.pack, name, self.records)
        for rules in self.pack.rules.values():
            for rule in rules:
                yield from scores.rule_breaks(rule, self, limit)
        for _, until in self.pins.values():
            if until is not None:
                yield until
        yield from funnel.breaks(self)
        if self.route.look is not None:
            yield self.route.look
        yield from self._duties()

    def _duties(self):
        """When a clock, a cadence or a disposition has something to tell."""
        yield from clocks.breaks(self)
        yield from cadences.breaks(self)
        if self.wake is not None:
            yield self.wake[0]

    def _range(self, what, first, last):
        """The bounds of what moves, as exact numbers, over [first, last]; None when there is nothing."""
        kind, path = what
        side, _, rest = path.partition(".")
        if kind == "since":
            date = self.look_up(path)
            return (Fraction(first - date.at, 1000), Fraction(last - date.at, 1000)) if isinstance(date, Date) else None
        if side == "signal":
            hits = [record.at for record in self.records if rest in record.signals]
            return (Fraction(first - hits[-1], 1000), Fraction(last - hits[-1], 1000)) if hits else None
        if path == "days_in_stage":
            since = self.entered_at
            return None if since is None else (Fraction(first - since, DAY), Fraction(last - since, DAY))
        low, high = scores.bounds(self.pack, self, first, last).get(("score", rest), (0, 0))
        return Fraction(low, 1000), Fraction(high, 1000)

    def _first_flip(self, what, numbers, known, last):
        """The first instant in (known, last] at which what moves stands otherwise to a number than at `known`."""
        if last <= known:
            return None
        over = self._range(what, known, last)
        if over is None:
            return None
        low, high = over
        if all(self._side(low, number) == self._side(high, number) for number in numbers):
            return None
        if last == known + 1:
            before, after = self._range(what, known, known), self._range(what, last, last)
            differs = any(self._side(before[0], number) != self._side(after[0], number) for number in numbers)
            return last if differs else None
        middle = (known + last) // 2
        return self._first_flip(what, numbers, known, middle) or self._first_flip(what, numbers, middle, last)

    @staticmethod
    def _side(value, number):
        return (value > number) - (value < number)

    def summary(self):
        """What a reader of the contact sees now."""
        return {
            "scores": {name: number_of(self.score_milli(name)) for name in by_bytes(self.pack.scores)},
            "grades": {name: self.values.get(("grade", name)) for name in by_bytes(self.pack.grades)},
            "stage": self.stage,
            "status": self.status,
            "owner": self.owner,
            "tags": by_bytes(self.tags),
            "clocks": {name: self.clocks[name].status for name in by_bytes(self.clocks)},
            "cadences": {name: self.cadences[name].status for name in by_bytes(self.cadences)},
            "stages": {
                name: {
                    "first": instant_text(stamp["first"]),
                    "latest": instant_text(stamp["latest"]),
                    "count": stamp["count"],
                }
                for name, stamp in sorted(self.stamps.items())
            },
        }


class Contact:
    """A contact with its events and its log. Time moves by `step` and `advance` only."""

    def __init__(self, pack, name, closed, desk):
        self.pack, self.name, self.closed = pack, name, closed
        self.base = FoldState(pack, name)  # what late events are folded upon
        self.book = routing.Book(desk)
        self.base.desk, self.base.book = desk, self.book
        self.base_at = None  # a merge took effect here: nothing is folded across it
        self.state = copy.deepcopy(self.base)
        self.entries = []  # (at, order, event) of every event but those refused as too late
        self.ids = {}  # id -> instant of its accepted event
        self.log = []  # (seq, decision) as the fold now has it
        self.settled_before = []  # decisions of before the last merge, settled for good
        self.seq = 0
        self.duplicates = 0

    def number(self, decision):
        self.seq += 1
        return {"seq": self.seq, **decision}

    def _collect(self, is_late=False):
        new = self.state.decisions[len(self.log) :]
        marked = [{**each, "told_late" if each["kind"] == "clock" else "late": True} for each in new] if is_late else new
        out = [self.number(decision) for decision in marked]
        self.log += [(told["seq"], decision) for told, decision in zip(out, new)]
        return out

    def advance(self, to):
        self.state.advance(to)
        self.close(to)
        return self._collect()

    def close(self, to):
        """Time has brought all that it brings up to that instant."""
        self.closed = to if self.closed is None else max(self.closed, to)

    def is_too_late(self, at):
        if self.closed is None or at > self.closed:
            return False
        return at + self.pack.lateness <= self.closed or (self.base_at is not None and at <= self.base_at)

    def step(self, at, order, event):
        """Time has been closed to just before `at`, or beyond it: then the event is late."""
        identity = event.get("id") if isinstance(event.get("id"), str) else None
        cause = None if identity == "time" else identity
        if self.is_too_late(at):
            refusal = {"code": "too_late", "message": f"{instant_text(at)} is closed since more than the lateness"}
            return [self.number(decisions.make(at, self.name, "rejected", refusal, cause=cause))]
        if self._is_duplicate(identity):
            self.duplicates += 1
            return []
        kept = sum(1 for known, _, _ in self.entries if self.closed is None or known + self.pack.lateness > self.closed)
        if kept + 1 > self.pack.limits["events"]:
            refusal = {
                "code": "limit",
                "message": f"{kept + 1} events kept where at most {self.pack.limits['events']} may be",
            }
            return [self.number(decisions.make(at, self.name, "rejected", refusal, cause=cause))]
        is_late = self.closed is not None and at <= self.closed
        self.entries.append((at, order, event))
        out = self._fold_again(cause) if is_late else self._fold_on(at, order, event)
        if identity is not None and self._was_accepted(at, order):
            self.ids[identity] = at
        return out

    def _is_duplicate(self, identity):
        if identity is None or identity not in self.ids:
            return False
        return self.closed is None or self.ids[identity] + self.pack.lateness > self.closed

    def _was_accepted(self, at, order):
        return any((record.at, record.order) == (at, order) for record in self.state.records)

    def _fold_on(self, at, order, event):
        self.state.event_pass(at, order, event)
        return self._collect()

    def _fold_again(self, cause):
        self.book.begin_again()
        fresh = copy.deepcopy(self.base)
        if fresh.route.waiting is not None:
            fresh.route.look = self.book.next_look(fresh.route)
        for at, order, event in sorted(self.entries, key=lambda entry: entry[:2]):
            fresh.advance(at - 1)
            fresh.event_pass(at, order, event)
        fresh.advance(self.closed)
        self.book.end_again()
        fresh.route.look = None
        told, seqs = decisions.corrections(self.log, fresh.decisions, cause)
        out = [self.number(decision) for decision in told]
        new_seqs = iter(decision["seq"] for decision in out if decision["kind"] != "amended")
        self.state = fresh
        self.log = [(next(new_seqs) if seq is None else seq, decision) for seq, decision in zip(seqs, fresh.decisions)]
        return out

    def summary(self):
        state = copy.deepcopy(self.state)
        if state.first_event_at is not None and self.closed is not None and state.now < self.closed:
            state.time_pass(self.closed)
        return state.summary()

    def settled(self):
        return self.settled_before + [decision for _, decision in self.log]

    # --- Merge and forget, in order of arrival ---

    def cancel_clocks(self, at, cause):
        """Before the contact ends."""
        self.state.now = at
        self.state._begin_pass(None, cause)
        clocks.cancel_all(self.state)
        return self._collect()

    def end(self, at, kind, fields, cause):
        return [self.number(decisions.make(at, self.name, kind, fields, cause=cause))]

    def take_over(self, other, at, cause):
        """`other` ends at `at` and this contact goes on with its points, signals, tags and attributes."""
        mine, theirs = self.state, other.state
        self.ids.update({identity: max(when, self.ids.get(identity, when)) for identity, when in other.ids.items()})
        if theirs.first_event_at is not None:
            brought = {}
            for rule in (rule for rules in self.pack.rules.values() for rule in rules):
                if rule.form == "idle":
                    brought[rule.key] = sum(
                        scores.idle_kept(rule, each) for each in (mine, theirs) if each.first_event_at is not None
                    )
            began = [each.idle_origin() for each in (mine, theirs) if each.first_event_at is not None]
            last = [when for each in (mine, theirs) for when in each.activities()]
            known = [each.idle_from for each in (mine, theirs) if each.idle_from is not None]
            mine.idle_brought, mine.idle_from = brought, max(last + known) if last or known else min(began)
            if mine.first_event_at is not None:
                mine.first_event_at = min(mine.first_event_at, theirs.first_event_at)
            mine.records = sorted([*mine.records, *theirs.records], key=lambda record: (record.at, record.order))
            mine.once_held |= theirs.once_held
            lacking = {
                name: item
                for name, item in theirs.attributes.items()
                if name not in mine.attributes and "derive" not in self.pack.attributes.get(name, {})
            }
            mine.merge_pass(at, cause, lacking, theirs.tags)
        out = self._collect()
        self.base, self.base_at = copy.deepcopy(mine), at
        self.entries, self.book.records = [], []
        # The log before the merge is settled for good: the fold from here on tells only what comes after.
        self.settled_before += [decision for _, decision in self.log]
        self.base.decisions, self.state.decisions, self.log = [], [], []
        return out
