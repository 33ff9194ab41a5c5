"""Wrong use gives an exception each time, and never more."""

import gc
import os
import subprocess
import sys
import textwrap
import threading
import weakref
from datetime import date, datetime, timezone

import leadline
import pytest
from conftest import END, EVENTS, PACK, ndjson

T = EVENTS[0]["at"]


class surprise:
    """Whatever is asked of it raises."""

    def __getattr__(self, name):
        raise ZeroDivisionError(name)

    def __iter__(self):
        raise ZeroDivisionError("iter")

    def __len__(self):
        raise ZeroDivisionError("len")

    def __bool__(self):
        raise ZeroDivisionError("bool")


WRONG = [None, 7, 1.5, True, "text", b"bytes", [], [1], (), {}, {1: 2}, object(), surprise(), date(2026, 3, 2),
         datetime(2026, 3, 2), float("nan"), 2**80, -(2**80), "\ud800", lambda: None, int]  # fmt: skip
IDS = [f"{index}-{type(each).__name__}" for index, each in enumerate(WRONG)]
PROBLEMS = (TypeError, ValueError, LookupError, AttributeError, ZeroDivisionError, OverflowError, leadline.LeadlineError)

CALLS = {
    "engine": lambda engine, x: leadline.Engine(x),
    "threads": lambda engine, x: leadline.Engine(engine.model, threads=x),
    "history": lambda engine, x: leadline.Engine(engine.model, history=x),
    "restore": lambda engine, x: leadline.Engine.restore(engine.model, x),
    "process": lambda engine, x: engine.process(x),
    "process contact": lambda engine, x: engine.process({"contact": x, "type": "visit", "at": T}),
    "process type": lambda engine, x: engine.process({"contact": "a", "type": x, "at": T}),
    "process at": lambda engine, x: engine.process({"contact": "a", "type": "visit", "at": x}),
    "process id": lambda engine, x: engine.process({"contact": "a", "type": "visit", "at": T, "id": x}),
    "process data": lambda engine, x: engine.process({"contact": "a", "type": "visit", "at": T, "data": x}),
    "process member": lambda engine, x: engine.process({"contact": "a", "type": "visit", "at": T, "data": {"path": x}}),
    "process many": lambda engine, x: engine.process_many(x),
    "process many of": lambda engine, x: engine.process_many([EVENTS[0], x]),
    "process lines": lambda engine, x: engine.process_ndjson(x),
    "process batch": lambda engine, x: engine.process_batch(x),
    "send": lambda engine, x: engine.send(x, x, x, x, x),
    "advance": lambda engine, x: engine.advance(x),
    "score": lambda engine, x: engine.score(x),
    "score of": lambda engine, x: engine.score("ann", x),
    "contact": lambda engine, x: engine.contact(x),
    "explain": lambda engine, x: engine.explain(x, x),
    "contact as bytes": lambda engine, x: leadline.Contact(x, x, x),
    "contact id": lambda engine, x: leadline.Contact(engine.model, x),
    "contact state": lambda engine, x: leadline.Contact(engine.model, "ann", x),
    "contact process": lambda engine, x: leadline.Contact(engine.model, "ann").process(x),
    "contact advance": lambda engine, x: leadline.Contact(engine.model, "ann").advance(x),
    "contact merge": lambda engine, x: leadline.Contact(engine.model, "ann").merge_into(x, T),
    "model": lambda engine, x: leadline.Model.from_json(x),
    "lists": lambda engine, x: leadline.Model.from_json(PACK, lists=x),
    "calendar": lambda engine, x: leadline.Calendar(x),
    "calendar of": lambda engine, x: leadline.Calendar.of_model(engine.model, x),
    "calendar at": lambda engine, x: engine.model.calendar("sales").is_open(x),
    "calendar add": lambda engine, x: engine.model.calendar("sales").add(T, x),
    "calendar days": lambda engine, x: engine.model.calendar("sales").add_days(T, x),
    "condition": lambda engine, x: leadline.Condition(x),
    "condition data": lambda engine, x: leadline.Condition({"var": "a"}).evaluate(x),
    "condition now": lambda engine, x: leadline.Condition({"var": "a"}).evaluate({}, x),
    "semantics": lambda engine, x: leadline.Condition({"var": "a"}, semantics=x),
}


@pytest.mark.parametrize("wrong", WRONG, ids=IDS)
@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_an_exception_or_does_no_harm(engine, name, wrong):
    engine.process_many(EVENTS)
    try:
        CALLS[name](engine, wrong)
    except PROBLEMS as problem:
        assert str(problem) or isinstance(problem, AttributeError)
    # The engine goes on.
    assert engine.contact("ann")["stage"]
    assert len(engine.send("other", "visit", "2027-01-01T00:00:00Z")) > 0


METHODS = {
    "process": (EVENTS[0],), "send": ("a", "visit", T), "process_many": (EVENTS,), "process_ndjson": (ndjson(EVENTS),),
    "advance": (END,), "score": ("ann",), "score_milli": ("ann",), "contact": ("ann",), "contacts": (),
    "explain": ("ann", END), "snapshot": (), "digest": (), "__enter__": (), "__len__": (), "__contains__": ("ann",),
}  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_a_closed_engine_says_so(model, name):
    engine = leadline.Engine(model)
    engine.process_many(EVENTS)
    engine.close()
    with pytest.raises(leadline.ClosedError, match="closed"):
        getattr(engine, name)(*METHODS[name])
    for attribute in ("next_wakeup", "next_wakeup_ms"):
        with pytest.raises(ValueError):
            getattr(engine, attribute)


@pytest.mark.parametrize("name", METHODS)
def test_arguments_that_there_are_not_are_refused(engine, name):
    method = getattr(engine, name)
    with pytest.raises(TypeError):
        method(*METHODS[name], 1, 2, 3, 4, 5, 6)
    if not name.startswith("__"):
        with pytest.raises(TypeError, match="nonsense"):
            method(*METHODS[name], nonsense=1)
        if METHODS[name]:
            with pytest.raises(TypeError, match="needs"):
                method()


def test_two_values_for_one_argument_are_refused(engine):
    with pytest.raises(TypeError, match="two values"):
        engine.send("a", "visit", T, contact="b")
    with pytest.raises(TypeError):
        leadline.Engine(engine.model, None, 2)
    with pytest.raises(TypeError, match="nonsense"):
        leadline.Engine(engine.model, nonsense=2)


@pytest.mark.parametrize("kind", [leadline.Decision, leadline.Decisions, leadline.Model, leadline.Engine, leadline.Contact,
                                  leadline.Calendar, leadline.Condition])  # fmt: skip
def test_types_are_not_made_from_nothing(kind):
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind.__new__(kind)
    with pytest.raises((TypeError, leadline.LeadlineError)):
        object.__new__(kind).process({})


@pytest.mark.parametrize("key", ["contact", "type", "id"])
def test_texts_beyond_utf8_are_refused(engine, key):
    with pytest.raises(UnicodeEncodeError):
        engine.process({**EVENTS[0], key: "\udcff"})


def test_an_event_that_changes_while_it_is_read(engine):
    event = dict(EVENTS[0])

    class zone(datetime):
        def utcoffset(self):
            event.clear()
            gc.collect()
            return super().utcoffset()

    event["contact"] = "".join(["an", "n"])
    event["at"] = zone(2026, 3, 2, tzinfo=timezone.utc)
    event["data"] = {"size": 60}
    assert engine.process(event)[0].contact == "ann"


def test_an_event_that_calls_the_engine_while_it_is_read(engine):
    class zone(datetime):
        def utcoffset(self):
            engine.send("inner", "visit", T)
            return super().utcoffset()

    assert engine.send("outer", "visit", zone(2026, 3, 3, tzinfo=timezone.utc))[-1].contact == "outer"
    assert "inner" in engine


def test_an_engine_cannot_be_closed_while_it_reads(engine):
    class zone(datetime):
        def utcoffset(self):
            engine.close()
            return super().utcoffset()

    with pytest.raises(leadline.BusyError):
        engine.send("a", "visit", zone(2026, 3, 3, tzinfo=timezone.utc))
    assert not engine.closed


def test_very_many_events_and_very_large_ones(engine):
    assert len(engine.process_many({"contact": "a", "type": "visit", "at": T} for _ in range(50_000))) > 0
    with pytest.raises(leadline.InputError):
        engine.process_ndjson(ndjson([{"contact": "a", "type": "visit", "at": T, "data": {"path": "x" * 2_000_000}}]))
    with pytest.raises(leadline.InputError):
        engine.send("a", "visit", T, {"path": "x" * 2_000_000})
    with pytest.raises(leadline.InputError):
        engine.send("a" * 2_000, "visit", T)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises((RecursionError, ValueError)):
        engine.send("a", "visit", T, {"path": deep})
    while deep:
        deep = deep[0]
    assert engine.process_ndjson(b"") is not None and engine.process_ndjson(b"\n" * 100_000) is not None


def test_threads_are_told_that_the_engine_is_busy(model):
    engine = leadline.Engine(model)
    lines = "".join(ndjson([{"contact": f"c{index}", "type": "visit", "at": T}]) for index in range(20_000))
    seen, others = [], []

    def work():
        for _ in range(40):
            try:
                engine.process_ndjson(lines)
                seen.append("ok")
            except leadline.BusyError:
                seen.append("busy")
            except BaseException as problem:  # noqa: BLE001
                others.append(problem)
            try:
                engine.close()
                others.append("closed")
            except leadline.BusyError:
                seen.append("busy close")
            except leadline.LeadlineError as problem:
                others.append(problem)
            if "busy" in seen and "busy close" in seen:
                return

    # A call that nobody else interrupts keeps the engine open for all of them.
    keeper = threading.Event()

    class endless:
        def __iter__(self):
            return self

        def __next__(self):
            keeper.wait(60)
            raise StopIteration

    holding = threading.Thread(target=lambda: engine.process_many(endless()))
    holding.start()
    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    keeper.set()
    holding.join()
    assert not others
    assert "ok" in seen and "busy close" in seen
    assert len(engine) == 20_000


def test_engines_of_one_model_work_in_many_threads(model, wanted):
    found = []

    def work():
        for _ in range(20):
            engine = leadline.Engine(model)
            contact = leadline.Contact(model, "ann")
            contact.process(EVENTS[0])
            found.append(engine.process_ndjson(ndjson(EVENTS)).to_ndjson() + engine.advance(END).to_ndjson())

    workers = [threading.Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert found == [wanted] * 80


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("threads", [1, 3])
def test_a_child_process_goes_on_with_its_own(model, threads):
    code = textwrap.dedent(
        """
        import json, os, sys, leadline
        model = leadline.Model.from_json(json.loads(sys.argv[1]))
        engine = leadline.Engine(model, threads=int(sys.argv[3]))
        events = [dict(each, contact=f"c{i}", id=f"{i}-{k}")
                  for k, each in enumerate(json.loads(sys.argv[2])) for i in range(600)]
        engine.process_many(events[:1200])
        child = os.fork()
        engine.process_many(events[1200:])
        digest = engine.digest()
        if child == 0:
            os._exit(digest % 251)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status == digest % 251, status
        """
    )
    import json

    done = subprocess.run([sys.executable, "-c", code, json.dumps(PACK), json.dumps(EVENTS), str(threads)],
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_end_of_the_interpreter_is_no_trouble():
    code = "import leadline, json; m = leadline.Model.from_json('{\"leadline\": 1, \"name\": \"x\"}'); e = leadline.Engine(m); d = e.process_many([])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_is_kept_alive(model):
    class traced(leadline.Engine):
        pass

    engine = traced(model)
    ended = weakref.ref(engine)
    decisions = engine.process_many(EVENTS)
    with pytest.raises(leadline.InputError):
        engine.process({"contact": "a", "type": "visit", "at": "soon"})
    del engine
    gc.collect()
    assert ended() is None
    assert decisions[0].contact == "ann"


def test_references_do_not_leak(model):
    count = getattr(sys, "getrefcount")
    contact, data = "somebody new", {"path": "/pricing"}
    engine = leadline.Engine(model)
    event = {"contact": contact, "type": "visit", "at": END, "data": data}
    engine.process(event)
    before = [count(each) for each in (contact, data, event, model, engine, None.__class__)]
    for _ in range(1000):
        engine.process(event)
        engine.send(contact, "visit", END, data)
        engine.process_many([event, event])
        leadline.Contact(model, contact).process(event)
        with pytest.raises(TypeError):
            engine.process({**event, "id": 7})
    gc.collect()
    after = [count(each) for each in (contact, data, event, model, engine, None.__class__)]
    assert all(abs(one - other) < 10 for one, other in zip(before, after)), (before, after)


@pytest.mark.parametrize("status", ["INVALID_INPUT", "BUSY", "NO_SUCH_STATUS"])
def test_errors_are_what_they_say(status):
    made = leadline.errors._from_native(f"LEADLINE_{status}", "a.b", "text", "/p", 1, 2, 3, 4, None, None, None)
    assert isinstance(made, leadline.LeadlineError)
    assert str(made) == "text [a.b]"
    assert (made.line, made.column, made.offset, made.size, made.pointer) == (1, 2, 3, 4, "/p")
    assert made.suggestion == ""


ZONES = """
import pathlib, struct, sys
import leadline
import pytest

def file(ahead):
    empty = struct.pack(">4sc15x6I", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    return (empty + struct.pack(">ibB4s", 0, 0, 0, b"UTC") + empty + struct.pack(">ibB4s", ahead, 0, 0, b"HOT")
            + b"\\nHOT-1\\n")

def calendar(zone):
    return leadline.Calendar({"time_zone": zone, "hours": {"mon-sun": ["09:00-17:00"]}})

for wrong in (None, 7, object(), leadline):
    with pytest.raises(TypeError):
        leadline.set_zones(wrong)
unraisable = []
sys.unraisablehook = lambda told: unraisable.append(told.exc_value)
HOW
with pytest.raises(leadline.InUseError):
    leadline.set_zones({})
assert calendar("Test/Zone").next_open("2026-03-02T00:00:00Z") == "2026-03-02T08:00:00.000Z"
for zone in ("Europe/Berlin", "Test/Raises", "Test/Wrong", "../Test/Zone", "/Test/Zone"):
    with pytest.raises(leadline.PackError):
        calendar(zone)
assert [type(each) for each in unraisable] == RAISED
calendar("Test/Zone")
print("done")
"""


def run_alone(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False)
    assert done.stdout.endswith("done\n"), done.stdout + done.stderr


def test_zones_come_from_a_function():
    how = textwrap.dedent("""
        def read(name):
            if name == "Test/Raises":
                raise KeyError(name)
            return {"Test/Zone": file(3600), "Test/Wrong": 7}.get(name)
        leadline.set_zones(read)
        RAISED = [KeyError, TypeError]
    """)
    run_alone(ZONES.replace("HOW", how))


def test_zones_come_from_a_folder_and_from_nowhere_else(tmp_path):
    how = textwrap.dedent(f"""
        folder = pathlib.Path({str(tmp_path)!r}) / "zones"
        (folder / "Test").mkdir(parents=True)
        (folder / "Test" / "Zone").write_bytes(file(3600))
        (folder.parent / "Test").mkdir()
        (folder.parent / "Test" / "Zone").write_bytes(file(3600))
        leadline.set_zones(folder)
        RAISED = []
    """)
    run_alone(ZONES.replace("HOW", how))


def test_zones_come_too_late_once_something_is_compiled(model):
    with pytest.raises(leadline.InUseError, match="before"):
        leadline.set_zones({})
