import json
from collections import OrderedDict, UserDict
from datetime import datetime, timedelta, timezone
from types import MappingProxyType
from zoneinfo import ZoneInfo

import leadline
import pytest
from conftest import END, EVENTS, ndjson, told


def at(event):
    return datetime.fromisoformat(event["at"])


def test_mappings_calls_and_lines_bring_the_same(model, wanted):
    one_by_one, by_call, together = (leadline.Engine(model) for _ in range(3))
    assert told(*[one_by_one.process(event) for event in EVENTS], one_by_one.advance(END)) == wanted
    assert told(
        *[by_call.send(event["contact"], event["type"], at(event), event.get("data"), event["id"]) for event in EVENTS],
        by_call.advance(at({"at": END})),
    ) == wanted
    assert told(together.process_many(iter(EVENTS)), together.advance(END)) == wanted
    assert one_by_one.digest() == by_call.digest() == together.digest() != 0


@pytest.mark.parametrize("kind", [dict, OrderedDict, UserDict, lambda event: MappingProxyType(event)])
def test_any_mapping_is_an_event(model, wanted, kind):
    engine = leadline.Engine(model)
    assert told(*[engine.process(kind(event)) for event in EVENTS], engine.advance(END)) == wanted


@pytest.mark.parametrize("form", [
    lambda event: int(at(event).timestamp() * 1000),
    at,
    lambda event: at(event).astimezone(ZoneInfo("Asia/Kathmandu")),
    lambda event: at(event).astimezone(timezone(timedelta(hours=-7))),
    lambda event: event["at"],
    lambda event: at(event).astimezone(ZoneInfo("Europe/Berlin")).isoformat(),
])  # fmt: skip
def test_instants_in_every_form(model, wanted, form):
    engine = leadline.Engine(model)
    assert told(*[engine.process({**event, "at": form(event)}) for event in EVENTS], engine.advance(END)) == wanted


class other_integer:
    def __index__(self):
        return 1772409600000


def test_integers_of_other_libraries(engine):
    assert engine.send("ann", "signup", other_integer(), {"size": other_integer()})[0].at_ms == 1772409600000
    assert engine.score("ann") == 20.5
    assert engine.model.calendar("sales").add_open_ms(other_integer(), 0) >= 1772409600000


def test_parts_of_a_millisecond_are_dropped_downwards(engine):
    noon = datetime(2026, 3, 2, 12, 0, 0, 1999, tzinfo=timezone.utc)
    assert engine.send("a", "visit", noon)[0].at == datetime(2026, 3, 2, 12, 0, 0, 1000, tzinfo=timezone.utc)


@pytest.mark.parametrize("data", [
    '{"size": 60}', b'{"size": 60}', {"size": 60}, {"size": 60, "more": [1, {"a": None}]},
    UserDict({"size": 60}), {"size": 60, "when": datetime(2026, 3, 2, tzinfo=timezone.utc)},
])  # fmt: skip
def test_data_in_every_form(engine, data):
    engine.send("ann", "signup", END, data)
    assert engine.score("ann") == 20.5


def test_numbers_of_any_size_are_data(engine):
    engine.send("ann", "signup", END, {"size": 10**30})
    assert engine.score("ann") == 20.5
    engine.send("bo", "signup", END, {"size": -(2**63)})
    assert engine.score("bo") == 0


def test_lines_as_text_bytes_and_views(model, wanted):
    lines = ndjson(EVENTS).encode()
    for given in (lines, bytearray(lines), memoryview(lines), lines.decode(), lines.replace(b"\n", b"\r\n\n")):
        engine = leadline.Engine(model)
        assert told(engine.process_ndjson(given), engine.advance(END)) == wanted


def test_threads_tell_the_same(model):
    events = [{"contact": f"c{index % 97}", "type": "visit", "at": 1772409600000 + index * 60_000} for index in range(5000)]
    engines = [leadline.Engine(model, threads=count) for count in (1, 2, 5)]
    out = [told(engine.process_many(events), engine.advance(END)) for engine in engines]
    assert out[0] == out[1] == out[2]
    assert len({engine.digest() for engine in engines}) == 1


def test_a_decision_is_a_light_object(engine):
    decisions = engine.process_many(EVENTS)
    first = decisions[0]
    assert (first.seq, first.contact, first.kind, first.from_, first.to) == (1, "ann", "stage", None, "lead")
    assert first.at == datetime(2026, 3, 2, tzinfo=timezone.utc)
    assert first.at.tzinfo is timezone.utc
    assert first.at_ms == 1772409600000
    assert first.cause == "e1"
    score = next(each for each in decisions if each.kind == "score")
    assert (score.about, score.from_, score.to) == ("heat", 0.0, 20.5)
    assert score.late is False
    assert score.due_at is score.cycle is score.used_ms is score.breached is score.corrects is score.now is None
    clock = next(each for each in decisions if each.kind == "clock")
    assert (clock.about, clock.text, clock.cycle, clock.breached) == ("speed", "started", 1, False)
    assert clock.due_at.timestamp() * 1000 == clock.due_ms
    assert clock.left_ms == 4 * 3600 * 1000 and clock.used_ms == clock.late_ms == 0
    amended = next(each for each in decisions if each.kind == "amended")
    assert amended.corrects > 0 and (amended.now is None or amended.now["kind"])
    assert any(each.late for each in decisions)
    action = next(each for each in decisions if each.kind == "action")
    assert (action.about, json.loads(action.text), action.rule) == ("notify", {"size": 60}, "hot")
    assert repr(first).startswith("<leadline.Decision {")


def test_decisions_are_a_sequence(engine):
    decisions = engine.process_many(EVENTS)
    count = len(decisions)
    assert count > 8 and decisions
    assert [each.seq for each in decisions] == [decisions[index].seq for index in range(count)]
    assert decisions[-1] == decisions[count - 1]
    assert decisions[0] != decisions[1] and not decisions[0] == decisions[1]
    assert decisions[0] != "text"
    assert hash(decisions[0]) == hash(decisions[-count])
    assert [each.to_json() for each in decisions[1:6:2]] == [decisions[index].to_json() for index in (1, 3, 5)]
    assert [each.seq for each in decisions[::-1]] == [each.seq for each in reversed(list(decisions))]
    assert repr(decisions) == f"<leadline.Decisions: {count}>"
    for wrong in (count, -count - 1, 2**100):
        with pytest.raises(IndexError):
            decisions[wrong]
    for wrong in ("0", 1.5, None):
        with pytest.raises(TypeError):
            decisions[wrong]
    assert not engine.process_many([])


def test_dicts_and_lines_are_the_decisions(engine):
    decisions = engine.process_many(EVENTS)
    dicts = [json.loads(line) for line in decisions.to_ndjson().splitlines()]
    assert decisions.to_dicts() == dicts == [each.to_dict() for each in decisions]
    assert [each.to_json() for each in decisions] == decisions.to_ndjson().decode().splitlines()
    assert leadline.Engine(engine.model).process_many([]).to_dicts() == []


def test_a_decision_outlives_its_engine(model):
    engine = leadline.Engine(model)
    last = engine.process_many(EVENTS)[-1]
    line = last.to_json()
    engine.close()
    del engine
    assert last.to_json() == line


def test_questions(engine):
    engine.process_many(EVENTS)
    assert len(engine) == 2
    assert "ann" in engine and "nobody" not in engine and 7 not in engine
    assert engine.score("ann") == engine.score("ann", "heat") == engine.score_milli("ann") / 1000
    standing = engine.contact("ann")
    assert (standing["contact"], standing["stage"]) == ("ann", "mql")
    assert [each["contact"] for each in engine.contacts()] == ["ann", "bo"]
    assert engine.contacts()[0] == standing
    assert engine.next_wakeup.timestamp() * 1000 == engine.next_wakeup_ms
    for ask in (engine.score, engine.contact, engine.score_milli):
        with pytest.raises(leadline.NotFoundError):
            ask("nobody")
    with pytest.raises(LookupError, match="it has heat"):
        engine.score("ann", "haet")
    assert leadline.Engine(engine.model).next_wakeup is None
    assert leadline.Engine(engine.model).next_wakeup_ms is None


def test_an_engine_with_history_explains(model):
    engine = leadline.Engine(model, history=True)
    engine.process_many(EVENTS)
    told_why = engine.explain("ann", END)
    assert told_why["contact"] == "ann"
    assert told_why["scores"]
    with pytest.raises(leadline.NotFoundError):
        engine.explain("nobody", END)
    with pytest.raises(leadline.OutOfRangeError):
        engine.explain("ann", EVENTS[0]["at"])
    without = leadline.Engine(model)
    without.process_many(EVENTS)
    without.advance(END)
    from_state = without.explain("ann", END)
    for name, score in told_why["scores"].items():
        assert from_state["scores"][name]["value"] == score["value"]
        assert all(rule.get("events") is None for rule in from_state["scores"][name]["rules"])
    with pytest.raises(leadline.NotFoundError):
        without.explain("nobody", END)


def test_a_snapshot_goes_on_elsewhere(model, wanted):
    engine = leadline.Engine(model)
    parts = [engine.process_many(EVENTS[:3])]
    snapshot = engine.snapshot()
    for threads in (1, 4):
        restored = leadline.Engine.restore(model, snapshot, threads=threads)
        assert restored.digest() == engine.digest()
        assert told(*parts, restored.process_many(EVENTS[3:]), restored.advance(END)) == wanted
    other = leadline.Model.from_json({"leadline": 1, "name": "other"})
    for wrong, status in ((snapshot[:-1], "damaged"), (b"", "damaged"), (b"x" * 99, "damaged")):
        with pytest.raises(leadline.StateError) as refused:
            leadline.Engine.restore(model, wrong)
        assert refused.value.status == status
    with pytest.raises(leadline.StateError) as refused:
        leadline.Engine.restore(other, snapshot)
    assert refused.value.status == "other_model"
    with pytest.raises(leadline.UnsupportedError):
        leadline.Engine.restore(model, snapshot, history=True)


def test_a_line_that_is_no_event_ends_it_behind_those_before(model):
    lines = ndjson(EVENTS[:2]) + '{"contact": "x", "at": "soon"}\n' + ndjson(EVENTS[2:])
    engine = leadline.Engine(model)
    with pytest.raises(leadline.InputError) as refused:
        engine.process_ndjson(lines)
    assert refused.value.line == 3
    assert refused.value.done == len(ndjson(EVENTS[:2]))
    first = leadline.Engine(model).process_many(EVENTS[:2])
    assert refused.value.decisions.to_ndjson() == first.to_ndjson()


def test_an_event_of_many_that_is_none_tells_its_place(model):
    engine = leadline.Engine(model)
    with pytest.raises(leadline.InputError) as refused:
        engine.process_many([*EVENTS[:2], {"type": "visit", "at": END}])
    assert (refused.value.code, refused.value.offset, refused.value.done) == ("event.no_contact", 2, 2)
    assert len(engine) == 2


def test_an_exception_among_the_events_leaves_the_engine_as_it_was(engine):
    def events():
        yield EVENTS[0]
        raise ZeroDivisionError("of the iterator")

    before = engine.digest()
    with pytest.raises(ZeroDivisionError):
        engine.process_many(events())
    assert (len(engine), engine.digest()) == (0, before)
    assert len(engine.process_many(EVENTS)) > 0


def test_what_a_pack_refuses_is_a_decision(engine):
    refused = engine.send("ann", "no such type", END)
    assert [each.kind for each in refused] == ["rejected"]
    assert refused[0].about == "bad_event"


def test_an_engine_is_a_context(model):
    with leadline.Engine(model) as engine:
        engine.process_many(EVENTS)
        assert not engine.closed
    assert engine.closed
    engine.close()
    assert engine.model is model


def test_subclasses_keep_their_members(model):
    class mine(leadline.Engine):
        tag = None

    engine = mine(model)
    engine.tag = "x"
    assert engine.process(EVENTS[0])[0].contact == "ann" and engine.tag == "x"
    assert isinstance(mine.restore(model, engine.snapshot()), mine)
