"""Events in, decisions out: the model as a program and as `fold`.

    python3 tests/model/run.py PACK EVENTS.ndjson [--until T]

Many contacts are brought along together: before an event at T is applied, every contact is brought to just before T.
"""

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from model import decisions  # noqa: E402
from model.contact import Contact, judged  # noqa: E402
from model.exact import INT64_MAX, INT64_MIN  # noqa: E402
from model.instants import parse_instant  # noqa: E402
from model.pack import Pack, read_pack  # noqa: E402
from model.routing import Desk  # noqa: E402


class Engine:
    """All contacts of a run. `settled` gives the log with corrections applied, without seq."""

    def __init__(self, pack):
        self.pack = pack
        self.contacts = {}
        self.merged_into = {}
        self.ended = []  # settled decisions of contacts that were merged into others
        self.closed = None
        self.orders = 0
        self.desk = Desk(pack, lambda: [contact.state for contact in self.contacts.values()])
        self.looked_at = None
        self.touched_at = None  # the latest event: those that wait have not been looked at since

    def contact(self, name):
        if name not in self.contacts:
            self.contacts[name] = Contact(self.pack, name, self.closed, self.desk)
        return self.contacts[name]

    def advance(self, to):
        """Closes every instant up to `to`; what time brings comes in order of (instant, contact)."""
        if self.closed is not None and to <= self.closed:
            return []
        self.closed = to
        if self.pack.routing:
            out = self._advance_together(to)
            for contact in self.contacts.values():
                contact.close(to)
            return out
        told = [decision for contact in self.contacts.values() for decision in contact.advance(to)]
        return sorted(told, key=lambda decision: (decision["at"], decision["contact"].encode("utf-8")))

    def _advance_together(self, to):
        """Contacts that share reps are brought along instant by instant; last at each, those that wait are looked at."""
        out = []
        dues = {name: contact.state.next_due(to) for name, contact in self.contacts.items()}
        while True:
            found = [at for at in dues.values() if at is not None]
            if self.touched_at is not None and self.touched_at <= to:
                found.append(self.touched_at)
            if self._waiting():
                last = max((contact.state.now or 0 for contact in self.contacts.values()), default=0)
                opening = self.desk.next_opening(max(last, self.looked_at or 0), to)
                found += [] if opening is None else [opening]
            if not found:
                return out
            at = min(found)
            for name in sorted(self.contacts, key=lambda each: each.encode("utf-8")):
                if dues[name] == at:
                    self.contacts[name].state.time_pass(at)
                    out += self.contacts[name]._collect()
                    dues[name] = self.contacts[name].state.next_due(to)
            self.touched_at, self.looked_at = None, at
            told = True
            while told:  # who is given elsewhere may have made room for one who was passed over
                told = []
                for contact in self._waiting():
                    if contact.state.route.waiting is not None:
                        contact.state.time_pass(at, is_looked_at_again=True)
                        told += contact._collect()
                        dues[contact.name] = contact.state.next_due(to)
                out += told

    def _waiting(self):
        """Who waits, the longest wait first."""
        waiting = [each for each in self.contacts.values() if each.state.route.waiting is not None]
        return sorted(waiting, key=lambda each: (each.state.route.since, each.name.encode("utf-8")))

    def _rep_event(self, at, event):
        closed = self.closed
        out = self.advance(at - 1)
        before = self.desk.standing()
        told = self.desk.take(at, event, self.closed)
        self.desk.note_freed(before, at if closed is None else max(at, closed))
        return out + told + self._look_late(at, closed)

    def _look_late(self, at, closed):
        """What came late may have freed somebody, or made a request, at the last closed instant; what is not late is
        looked at in time's pass of its own instant."""
        if closed is None or at > closed:
            self.touched_at = at
            return []
        out = []
        while self.pack.routing:
            told = []
            for contact in self._waiting():
                # One that asked at the open instant, or was changed at it since it asked, is looked at when that is closed.
                route = contact.state.route
                known = max(route.since, contact.state.now) if route.is_asked else route.since
                if route.waiting is not None and known <= closed:
                    contact.state.time_pass(closed, is_looked_at_again=True)
                    told += contact._collect(is_late=True)
            out += told
            if not told:
                break
        return out

    def apply(self, event):
        """One event; an event that names no contact or no instant is told as an error of its line."""
        name, at = event.get("contact"), parse_instant(event.get("at"))
        if event.get("type") in ("rep.away", "rep.back"):
            return self._rep_event(at, event) if at is not None else [{"error": "at is no instant"}]
        if not isinstance(name, str) or not name:
            return [{"error": "contact is missing"}]
        if at is None:
            return [{"error": "at is no instant"}]
        closed = self.closed
        out = self.advance(at - 1)
        self.orders += 1
        before = self.desk.standing()
        while name in self.merged_into:
            name = self.merged_into[name]
        if event.get("type") in ("contact.merge", "contact.forget"):
            at, told = self._end(name, at, event)
            out += told
        else:
            out += self.contact(name).step(at, self.orders, event)
        self.desk.note_freed(before, at if closed is None else max(at, closed))
        return out + self._look_late(at, closed)

    def _end_of(self, contact, at):
        """When what ends a contact takes effect: not before the latest that is known of it."""
        known = [at, self.closed, contact.state.now if contact.state.first_event_at is not None else None]
        return max(each for each in known if each is not None)

    def _end(self, name, at, event):
        """(instant, decisions): merge and forget take effect now, in order of arrival, however late they are dated."""
        contact = self.contact(name)
        at = self._end_of(contact, at)
        identity = event.get("id") if isinstance(event.get("id"), str) else None
        read, problem = judged(self.pack, event)
        cause = None if identity == "time" else identity
        if problem:
            return at, contact.end(at, "rejected", {"code": "bad_event", "message": problem}, cause)
        if event["type"] == "contact.forget":
            del self.contacts[name]
            self.merged_into = {old: new for old, new in self.merged_into.items() if new != name}
            return at, contact.end(at, "forgotten", {}, cause)
        if contact._is_duplicate(identity):
            contact.duplicates += 1
            return at, []
        into = read["data"]["into"]
        while into in self.merged_into:
            into = self.merged_into[into]
        if into == name:
            message = "a contact cannot be merged into itself"
            return at, contact.end(at, "rejected", {"code": "bad_event", "message": message}, cause)
        other = self.contact(into)
        at = max(at, self._end_of(other, at))
        out = contact.cancel_clocks(at, cause)
        end = contact.end(at, "merged", {"into": into}, cause)
        self.ended += contact.settled() + [{key: item for key, item in end[0].items() if key != "seq"}]
        out += end
        del self.contacts[name]
        self.merged_into[name] = into
        out += other.take_over(contact, at, cause)
        if identity is not None:
            other.ids[identity] = at
        return at, out

    def settled(self):
        out = self.ended + [decision for contact in self.contacts.values() for decision in contact.settled()]
        return sorted(out, key=lambda decision: (decision["at"], decision["contact"].encode("utf-8")))

    def summary(self):
        """What stands at the last closed instant, to which a fading score is read."""
        return {name: contact.summary() for name, contact in sorted(self.contacts.items())}


def engine_over(pack, events, until=None, steps=()):
    """(engine, decisions) of events in order of arrival, then of time passing over `steps` to `until`."""
    engine = Engine(pack if isinstance(pack, Pack) else Pack(pack))
    out = []
    for event in events:
        out += engine.apply(event)
    for at in [*steps, *([until] if until is not None else [])]:
        out += engine.advance(parse_instant(at) if isinstance(at, str) else at)
    return engine, out


def fold(pack, events, until=None):
    """The decisions over a pack (a `Pack` or its JSON) and events (as on the wire), until an instant."""
    return engine_over(pack, events, until)[1]


def _whole(text):
    value = int(text)
    return value if INT64_MIN <= value <= INT64_MAX else float(value)


def _refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def read_events(text):
    """The events of NDJSON; a line that is no object becomes one without a contact, so that it is told as an error."""
    out = []
    for line in text.splitlines():
        if line.strip():
            try:
                event = json.loads(line, parse_int=_whole, parse_constant=_refuse)
            except ValueError:
                event = None
            out.append(event if isinstance(event, dict) else {})
    return out


def main():
    parser = argparse.ArgumentParser(description="Folds events by the slow model of the contract.")
    parser.add_argument("pack")
    parser.add_argument("events")
    parser.add_argument("--until")
    arguments = parser.parse_args()
    text = sys.stdin.read() if arguments.events == "-" else pathlib.Path(arguments.events).read_text(encoding="utf-8")
    for decision in fold(read_pack(arguments.pack), read_events(text), arguments.until):
        print(decisions.line(decision))


if __name__ == "__main__":
    main()
