"""Routing (spec section 4.8): who owns which contact. Works on a FoldState and, for pools, on the engine's `Desk`."""

import math
from fractions import Fraction

from model import clocks, decisions, funnel, triggers
from model.conditions import OPERATORS
from model.exact import exact
from model.sequences import as_list


class RouteState:
    def __init__(self):
        self.waiting = None  # the index of the pool rule that waits for somebody
        self.since = None
        self.number = 0  # which of the requests made at that instant it is
        self.is_asked = False  # whether anybody was asked; not yet where a late event made the request
        self.requests = (None, 0)  # the instant of the latest request, and how many were made at it
        self.look = None  # in a fold made again: when the wait was answered next
        self.held = None  # what was told last: (code, rule)
        self.was_open = False
        self.left = []  # owners that reroutes left behind, since `on` last asked
        self.hops = 0


class Book:
    """What the desk answered a contact, so that a fold made again gives it the same: a late event takes nobody away.

    A request is told by its rule, the instant at which it was first made, and the how many-th of that instant it was.
    """

    def __init__(self, desk):
        self.desk = desk
        self.records = []
        self.is_again = False

    def begin_again(self):
        self.is_again = True
        for each in self.records:
            each["is_read"] = False

    def end_again(self):
        """What was not asked for again was never asked: what was given is given back."""
        self.is_again = False
        for each in self.records:
            if not each["is_read"] and each["found"] is not None:
                self.desk.undo(each["found"])
        self.records = [each for each in self.records if each["is_read"]]

    def unread(self, route):
        key = (route.waiting, route.since, route.number)
        return [each for each in self.records if not each["is_read"] and each["key"] == key]

    def next_look(self, route):
        return min((each["at"] for each in self.unread(route)), default=None) if self.is_again else None

    def ask(self, state, pool, territory, excluded):
        """(rep, pool or None), None for nobody, or LATER: it was not asked at this instant before."""
        route = state.route
        if self.is_again:
            for each in self.unread(route):
                if each["at"] == state.now:
                    each["is_read"] = True
                    return each["found"]
            return LATER
        found = self.desk.pick(state, pool, territory, excluded)
        if found is not None:
            rep, pool = found
            found = (rep, None if rep == state.owner else pool)
            if found[1] is not None:
                self.desk.give(state, pool, rep)
        if found is not None or not route.is_asked:
            key = (route.waiting, route.since, route.number)
            self.records.append({"key": key, "at": state.now, "found": found, "is_read": True})
        return found


class Desk:
    """What contacts share: who is away, and what each pool has given to whom."""

    def __init__(self, pack, states):
        self.pack = pack
        self.states = states  # a function: the fold state of every contact
        self.away = set()
        self.known_at = {}  # rep -> the instant of the latest event about it
        self.freed_at = {}  # rep -> the instant at which they last came back, or had room again
        self.ids = {}  # id -> instant of an event of reps
        self.seq = 0
        self.sharing = {}  # pool -> the shares at its latest assignment
        self.last = {}  # pool -> the rep it gave to last
        self.got = {}  # (pool, rep) -> how many
        self.owed = {}  # (pool, rep) -> its share of all that the pool gave, as a fraction

    def pool(self, name):
        return self.pack.routing["pools"][name]

    def open_contacts(self, rep, but):
        """How many open contacts a rep owns, this one apart."""
        return sum(1 for each in self.states() if each is not but and each.owner == rep and is_open(each))

    def standing(self):
        """Who is away, and how many open contacts each rep with a capacity owns."""
        owned = {rep: self.open_contacts(rep, None) for rep, spec in self.pack.reps.items() if "capacity" in spec}
        return set(self.away), owned

    def note_freed(self, before, at):
        """After an event at an instant, or at the last closed one: who is freed by it."""
        (was_away, owned_before), (is_away, owned) = before, self.standing()
        freed = was_away - is_away
        freed |= {rep for rep in owned if owned[rep] < owned_before[rep] and owned[rep] <= self.pack.reps[rep]["capacity"] <= owned_before[rep]}
        for rep in freed:
            self.freed_at[rep] = max(at, self.freed_at.get(rep, at))

    def opens_at(self, rep, now):
        calendar = self.pack.reps[rep].get("calendar")
        return now if calendar is None else self.pack.calendars[calendar].roll_forward(now)[0]

    def is_there(self, pool, rep, now):
        if rep in self.away:
            return False
        return not self.pool(pool).get("only_open") or self.opens_at(rep, now) == now

    def why_not(self, state, pool, rep, territory, excluded):
        """Why a rep of the pool is passed over, or None."""
        spec = self.pack.reps[rep]
        if rep in excluded:
            return "excluded"
        if territory is not ANY and "territories" in spec and territory not in spec["territories"]:
            return "territory"
        if rep in self.away:
            return "away"
        if self.freed_at.get(rep, state.now) > state.now:
            return "free later"
        if not self.is_there(pool, rep, state.now):
            return "closed"
        if "capacity" in spec and self.open_contacts(rep, state) >= spec["capacity"]:
            return "capacity"
        return None

    def pick(self, state, name, territory, excluded, tried=()):
        """(rep, the pool in whose ledger it counts or None), or None when the contact is to be held."""
        spec = self.pool(name)
        eligible = [rep for rep in spec["reps"] if self.why_not(state, name, rep, territory, excluded) is None]
        if eligible:
            return self.balanced(state, name, eligible), name
        none = spec.get("when_none", {"hold": True})
        if "pool" in none:
            tried = (*tried, name)
            return None if none["pool"] in tried else self.pick(state, none["pool"], territory, excluded, tried)
        if "owner" in none:
            return (none["owner"], None) if none["owner"] not in excluded else None
        if "anyone" in none:
            anyone = [rep for rep in spec["reps"] if rep not in excluded]
            return (self.balanced(state, name, anyone), name) if anyone else None
        return None

    def balanced(self, state, name, reps):
        spec = self.pool(name)
        self.sharing[name] = self.shares(state, name)
        order = spec["reps"]
        balance = spec.get("balance", "round_robin")
        if balance == "round_robin":
            if spec.get("on_return") == "catch_up":
                most = max(self.deficit(name, rep) for rep in reps)
                reps = [rep for rep in reps if self.deficit(name, rep) == most]
            after = order.index(self.last[name]) + 1 if name in self.last else 0
            turns = order[after:] + order[:after]
            return min(reps, key=turns.index)
        if balance == "least_open":
            return min(reps, key=lambda rep: (self.open_contacts(rep, state), order.index(rep)))

        def had_beyond_its_share(rep):
            return self.got.get((name, rep), 0) - self.owed.get((name, rep), 0), order.index(rep)

        if balance == "weighted":
            return min(self.urgent(state, name, reps), key=had_beyond_its_share)
        dues = [
            clocks.due(state, mine.cycle)
            for mine in state.clocks.values()
            if mine.cycle is not None and mine.status == "running"
        ]
        due = min(dues, default=None)

        def turn(rep):
            ready = self.opens_at(rep, state.now)
            return due is not None and ready > due, ready, had_beyond_its_share(rep)

        return min(reps, key=turn)

    def deficit(self, name, rep):
        return self.owed.get((name, rep), 0) - self.got.get((name, rep), 0)

    def shares(self, state, name):
        """To whom an assignment is owed, and how much of it to each."""
        spec = self.pool(name)
        there = spec["reps"]
        if spec.get("on_return", "forgive") == "forgive":
            there = [each for each in there if self.is_there(name, each, state.now)] or there
        is_weighed = spec.get("balance", "round_robin") in ("weighted", "can_meet")
        weights = {each: Fraction(exact(self.pack.reps[each].get("weight", 1))) if is_weighed else 1 for each in there}
        return {each: Fraction(weight) / sum(weights.values()) for each, weight in weights.items()}

    def urgent(self, state, name, reps):
        """Those of whom one must be served now, so that never more than one contact is owed to anybody: everybody where
        there is time. With all there, as many contacts may fall due within h assignments as there are assignments."""
        shares = self.shares(state, name)
        if set(reps) != set(shares) or len(set(shares.values())) == 1:
            return reps
        owed = {rep: self.deficit(name, rep) for rep in reps}
        for count in range(1, 4097):
            owed = {rep: owed[rep] + shares[rep] for rep in reps}
            due = {rep: max(0, math.ceil(owed[rep] - 1)) for rep in reps}
            if sum(due.values()) >= count:
                return [rep for rep in reps if due[rep]]
            if all(due.values()):
                return reps
        return reps

    def give(self, state, name, rep):
        """Writes an assignment into the pool's ledger."""
        for each, share in self.sharing[name].items():
            self.owed[name, each] = self.owed.get((name, each), 0) + share
        self.got[name, rep] = self.got.get((name, rep), 0) + 1
        self.last[name] = rep

    def undo(self, found):
        """An assignment that was never asked for: the ledger takes it back, with the shares of the latest one."""
        rep, name = found
        if name is None:
            return
        for each, share in self.sharing[name].items():
            self.owed[name, each] = self.owed.get((name, each), 0) - share
        self.got[name, rep] -= 1

    def take(self, at, event, closed):
        """`rep.away` or `rep.back`; gives what is refused of it."""
        identity, data = event.get("id"), event.get("data")
        is_text = isinstance(identity, str)
        if is_text and identity in self.ids and (closed is None or self.ids[identity] + self.pack.lateness > closed):
            return []
        rep = data.get("rep") if isinstance(data, dict) else None
        if closed is not None and at <= closed and at + self.pack.lateness <= closed:
            return [self.refusal(at, "too_late", identity)]
        if identity is not None and (not is_text or identity == "time") or rep not in self.pack.reps:
            is_late = closed is not None and at <= closed
            return [{**self.refusal(at, "bad_event", identity), **({"late": True} if is_late else {})}]
        if is_text:
            self.ids[identity] = at
        if at >= self.known_at.get(rep, at):
            self.known_at[rep] = at
            (self.away.add if event["type"] == "rep.away" else self.away.discard)(rep)
        return []

    def refusal(self, at, code, identity):
        self.seq += 1
        cause = identity if isinstance(identity, str) and identity != "time" else None
        return {"seq": self.seq, **decisions.make(at, "", "rejected", {"code": code, "message": code}, cause=cause)}

    def next_opening(self, now, limit):
        """The first instant in (now, limit] at which the working hours of a rep begin."""
        only_open = [pool["reps"] for pool in self.pack.routing.get("pools", {}).values() if pool.get("only_open")]
        found = []
        for rep in {rep for reps in only_open for rep in reps}:
            calendar = self.pack.reps[rep].get("calendar")
            if calendar is not None:
                slow = self.pack.calendars[calendar]
                at = slow.next_change(now)
                found.append(at if slow.is_open(at) else slow.next_change(at))
        return min((at for at in found if at <= limit), default=None)


ANY, LATER = object(), object()


def is_open(state):
    business = state.pack.spec.get("business", {})
    closed = {*as_list(business.get("won")), *as_list(business.get("lost")), *state.pack.asides}
    return state.stage not in closed


def evaluated(state, value):
    is_expression = isinstance(value, dict) and len(value) == 1 and next(iter(value)) in OPERATORS
    return state.evaluate(value) if is_expression else value


# --- The routing phase of a round ----------------------------------------------------------------------------------


def phase(state):
    if not state.pack.routing:
        return
    route = state.route
    has_left = route.was_open and not is_open(state)
    if has_left:
        route.held = None
    if state.owner is not None and state.owner != state.waiting_owner or has_left:
        route.waiting = route.look = None
    route.was_open = is_open(state)
    asked = triggers.look(state, ("routing", "on"))
    again = triggers.look(state, ("routing", "reroute"))
    if again:
        reroute(state)
    elif asked:
        route.left, route.hops = [], 0
        request(state, [])
    elif state.is_looked_at_again and state.is_first_round and route.waiting is not None:
        answer(state, route.waiting, route.left, is_first=False)


def reroute(state):
    route = state.route
    if route.hops >= state.pack.routing["reroute"].get("max_hops", 3):
        route.waiting = route.look = None
        hold(state, "max_hops", None)
        return
    route.hops += 1
    if state.owner is not None and state.owner not in route.left:
        route.left.append(state.owner)
    request(state, route.left)


def request(state, left):
    before, state.route.waiting = state.route.waiting, None
    state.route.look = None
    for index, rule in enumerate(state.pack.routing["rules"]):
        if not state.holds(rule.get("when", True)):
            continue
        if "owner" in rule:
            if rule["owner"] is None:
                state.route.held = None
                return
            owner = evaluated(state, rule["owner"])
            if isinstance(owner, str) and owner in state.pack.reps and owner not in left:
                assign(state, owner, rule)
                return
            continue
        answer(state, index, left, is_first=index != before)  # the same rule keeps its place in line
        return
    hold(state, "no_rule", None)


def answer(state, index, left, is_first):
    """A pool rule's answer."""
    route, rule = state.route, state.pack.routing["rules"][index]
    reps = state.desk.pool(rule["pool"])["reps"]
    if rule.get("keep") and state.owner in reps and state.owner not in left:
        route.waiting = route.held = None
        return
    if is_first:
        at, count = route.requests
        route.since, route.number, route.is_asked = state.now, count if at == state.now else 0, False
        route.requests = (state.now, route.number + 1)
    route.waiting, state.waiting_owner = index, state.owner
    territory = evaluated(state, rule["territory"]) if "territory" in rule else ANY
    excluded = {*left, *(each for each in as_list(evaluated(state, rule.get("exclude"))) if isinstance(each, str))}
    found = state.book.ask(state, rule["pool"], territory, excluded)
    route.look = state.book.next_look(route)
    if found is None:
        route.is_asked = True
        hold(state, "nobody_eligible", rule["id"])
    elif found is not LATER:
        assign(state, found[0], rule)


def assign(state, rep, rule):
    state.route.waiting = state.route.held = state.route.look = None
    funnel.set_owner(state, rep, rule["id"])
    for key in ("on", "reroute"):
        state.looked["routing", key] = len(state.happened)  # its own assignment asks for nothing


def hold(state, code, rule):
    if state.route.held != (code, rule):
        state.route.held = (code, rule)
        state.tell("held", {"code": code}, rule)
