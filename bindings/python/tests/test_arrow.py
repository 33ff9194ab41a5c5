import ctypes
import json
from datetime import date, datetime, timezone

import arrow_producer as arrow
import leadline
import pytest
from conftest import END, EVENTS, PACK, told


def ms(text):
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def column_of(key):
    return [event.get(key) for event in EVENTS]


def member(key):
    return [event.get("data", {}).get(key) for event in EVENTS]


def columns(**others):
    out = {
        "id": arrow.texts(column_of("id")),
        "contact": arrow.texts(column_of("contact")),
        "type": arrow.texts(column_of("type")),
        "at": arrow.numbers([ms(at) for at in column_of("at")], "tsm:UTC"),
        "size": arrow.numbers(member("size")),
        "path": arrow.texts(member("path")),
        "seconds": arrow.numbers(member("seconds"), "g"),
    }
    out.update(others)
    return {name: column for name, column in out.items() if column is not None}


def apply(model, table):
    engine = leadline.Engine(model)
    return told(engine.process_batch(table), engine.advance(END))


def test_a_table_brings_what_its_lines_bring(model, wanted):
    assert apply(model, arrow.table(columns())) == wanted


@pytest.mark.parametrize("format", ["u", "U", "vu"])
def test_texts_in_every_layout(model, wanted, format):
    made = columns(
        contact=arrow.texts(column_of("contact"), format),
        type=arrow.texts(column_of("type"), format),
        id=arrow.texts(column_of("id"), format),
        path=arrow.texts(member("path"), format),
    )
    assert apply(model, arrow.table(made)) == wanted


def test_texts_too_long_to_stand_in_a_view(model):
    name = "a contact's id that is longer than any view"
    made = {
        "contact": arrow.texts([name, "short", name + "!"], "vu"),
        "type": arrow.texts(["visit"] * 3),
        "at": arrow.numbers([ms(END)] * 3),
    }
    engine = leadline.Engine(model)
    engine.process_batch(arrow.table(made))
    assert sorted(each["contact"] for each in engine.contacts()) == [name, name + "!", "short"]


@pytest.mark.parametrize("format", ["c", "C", "s", "S", "i", "I", "l", "L"])
def test_dictionaries_with_places_of_every_width(model, wanted, format):
    names = ["zoe", "bo", "ann"]
    made = columns(contact=arrow.dictionary([names.index(each) for each in column_of("contact")],
                                            arrow.texts(names), format))
    assert apply(model, arrow.table(made)) == wanted
    paths = arrow.dictionary([None, None, 1, None, None], arrow.texts([None, "/pricing"], "U"), format)
    assert apply(model, arrow.table(columns(path=paths))) == wanted


@pytest.mark.parametrize(("format", "factor"), [("tss:UTC", 1), ("tsm:Europe/Berlin", 1000), ("tsu:UTC", 10**6),
                                                ("tsn:+02:00", 10**9)])
def test_instants_in_every_unit(model, wanted, format, factor):
    at = arrow.numbers([ms(each) // 1000 * factor for each in column_of("at")], format)
    assert apply(model, arrow.table(columns(at=at))) == wanted


def test_instants_as_numbers_and_as_texts(model, wanted):
    assert apply(model, arrow.table(columns(at=arrow.numbers([ms(each) for each in column_of("at")], "l")))) == wanted
    assert apply(model, arrow.table(columns(at=arrow.texts(column_of("at"))))) == wanted
    at = arrow.dictionary([0, 1, 1, 2, 3], arrow.texts(["2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z",
                                                        "2026-03-02T12:00:00Z", "2026-03-04T00:00:00Z"]))
    assert apply(model, arrow.table(columns(at=at))) == wanted


@pytest.mark.parametrize("format", ["c", "C", "s", "S", "i", "I", "l", "L", "f", "g"])
def test_numbers_of_every_width(model, wanted, format):
    assert apply(model, arrow.table(columns(size=arrow.numbers(member("size"), format)))) == wanted


def test_numbers_beyond_int64_are_reals(model):
    made = columns(size=arrow.numbers([2**64 - 1, None, None, None, None], "L"))
    engine = leadline.Engine(model)
    engine.process_batch(arrow.table(made))
    assert engine.score("ann") > 20


def test_the_data_as_json_text_and_as_a_struct(model, wanted):
    plain = {"size": None, "path": None, "seconds": None}
    as_text = arrow.texts([json.dumps(event["data"]) if "data" in event else None for event in EVENTS])
    assert apply(model, arrow.table(columns(**plain, data=as_text))) == wanted
    children = [("size", arrow.numbers(member("size"))), ("path", arrow.texts(member("path"))),
                ("seconds", arrow.numbers(member("seconds"), "g"))]
    as_struct = arrow.structs(children, len(EVENTS), arrow.bits(["data" in event for event in EVENTS]))
    assert apply(model, arrow.table(columns(**plain, data=as_struct))) == wanted


def test_booleans_dates_and_instants_as_members():
    pack = {
        "leadline": 1, "name": "m", "time_zone": "UTC",
        "attributes": {"ok": {"type": "boolean", "from": ["seen.ok"]}, "day": {"type": "string", "from": ["seen.day"]},
                       "when": {"type": "date", "from": ["seen.when"]}},
        "events": {"seen": {"fields": {"ok": "boolean", "day": "string", "when": "date"}}},
        "scores": {"s": {"rules": [
            {"id": "a", "when": {"==": [{"var": "contact.ok"}, True]}, "points": 1},
            {"id": "b", "when": {"==": [{"var": "contact.day"}, "2024-02-29"]}, "points": 10},
            {"id": "c", "on": "seen", "where": {"==": [{"var": "event.when"}, "2026-03-02T00:00:00.001Z"]},
             "points": 100}]}},
    }  # fmt: skip
    engine = leadline.Engine(leadline.Model.from_json(pack))
    days = (date(2024, 2, 29) - date(1970, 1, 1)).days
    engine.process_batch(arrow.table({
        "contact": arrow.texts(["a", "b"]), "type": arrow.texts(["seen"] * 2), "at": arrow.numbers([ms(END)] * 2),
        "ok": arrow.truths([True, False]), "day": arrow.numbers([days, None], "tdD"),
        "when": arrow.numbers([ms("2026-03-02T00:00:00Z") * 1000 + 1999, None], "tsu:UTC"),
        "blank": arrow.nothing(2),
    }))  # fmt: skip
    assert engine.score("a") == 111
    assert engine.score("b") == 0


def test_a_slice_begins_at_its_offset(model, wanted):
    for part in columns().values():
        assert part.offset == 0
    made = columns()
    for name, part in made.items():
        # Each column has one row more in front.
        made[name] = padded(part, EVENTS, name)
    assert apply(model, arrow.table(made, length=len(EVENTS))) == wanted
    whole = {name: padded(part, EVENTS, name) for name, part in columns().items()}
    for part in whole.values():
        part.offset = 0
    assert apply(model, arrow.table(whole, length=len(EVENTS), offset=1)) == wanted


def padded(part, events, name):
    values = {"id": [None], "contact": ["nobody"], "type": ["visit"], "at": [0], "size": [None], "path": [None],
              "seconds": [None]}[name]
    values += {"at": [ms(each) for each in column_of("at")]}.get(name, column_of(name)
                                                                 if name in ("id", "contact", "type") else member(name))
    made = arrow.texts(values, part.format) if part.format == "u" else arrow.numbers(values, part.format)
    made.offset = 1
    return made


def test_a_stream_of_batches(model, wanted):
    whole = columns()
    batches = []
    for index in range(len(EVENTS)):
        one = {name: padded(part, EVENTS, name) for name, part in whole.items()}
        for part in one.values():
            part.offset = 1 + index
        batches.append(arrow.table(one, length=1))
    assert apply(model, arrow.stream(batches)) == wanted
    with pytest.raises(leadline.InputError) as failed:
        leadline.Engine(model).process_batch(arrow.stream(batches, fails_at=2))
    assert failed.value.code == "arrow.stream"
    assert "the disk is gone" in str(failed.value)
    assert failed.value.done == 2
    assert len(failed.value.decisions) > 0


def test_many_rows_go_in_chunks_and_over_threads(model):
    count = 30_000
    made = {
        "contact": arrow.texts([f"c{index % 701}" for index in range(count)]),
        "type": arrow.texts(["signup" if index % 97 == 0 else "visit" for index in range(count)]),
        "at": arrow.numbers([ms("2026-03-02T00:00:00Z") + index * 60_000 for index in range(count)]),
        "size": arrow.numbers([60 if index % 97 == 0 else None for index in range(count)]),
    }
    lines = "".join(
        json.dumps({"contact": f"c{index % 701}", "type": "signup" if index % 97 == 0 else "visit",
                    "at": datetime.fromtimestamp(ms("2026-03-02T00:00:00Z") / 1000 + index * 60, timezone.utc).isoformat(),
                    **({"data": {"size": 60}} if index % 97 == 0 else {})}) + "\n"
        for index in range(count))  # fmt: skip
    by_lines = leadline.Engine(model)
    wanted = by_lines.process_ndjson(lines)
    for threads in (1, 3):
        engine = leadline.Engine(model, threads=threads)
        found = engine.process_batch(arrow.table(made))
        assert len(found) == len(wanted) > 10_000
        assert found.to_ndjson() == wanted.to_ndjson()
        assert engine.digest() == by_lines.digest()


def test_a_row_that_is_no_event_ends_it_behind_those_before(model):
    contacts = column_of("contact")
    contacts[3] = None
    engine = leadline.Engine(model)
    with pytest.raises(leadline.InputError) as refused:
        engine.process_batch(arrow.table(columns(contact=arrow.texts(contacts))))
    assert (refused.value.code, refused.value.done, refused.value.offset) == ("event.no_contact", 3, 3)
    first = leadline.Engine(model).process_many(EVENTS[:3])
    assert refused.value.decisions.to_ndjson() == first.to_ndjson()


@pytest.mark.parametrize(("change", "code"), [
    ({"contact": None}, "arrow.missing_column"),
    ({"type": None}, "arrow.missing_column"),
    ({"at": None}, "arrow.missing_column"),
    ({"contact": arrow.numbers([1] * 5)}, "arrow.unsupported_type"),
    ({"id": arrow.numbers([1] * 5)}, "arrow.unsupported_type"),
    ({"at": arrow.truths([True] * 5)}, "arrow.unsupported_type"),
    ({"at": arrow.numbers([1.5] * 5, "g")}, "arrow.unsupported_type"),
    ({"at": arrow.numbers([1] * 5, "tsm:")}, "arrow.no_zone"),
    ({"at": arrow.numbers([1] * 5, "tdD")}, "arrow.unsupported_type"),
    ({"at": arrow.nothing(5)}, "event.bad_at"),
    ({"at": arrow.numbers([None] * 5)}, "event.bad_at"),
    ({"at": arrow.numbers([2**62] * 5)}, "event.bad_at"),
    ({"at": arrow.numbers([2**62] * 5, "tss:UTC")}, "event.bad_at"),
    ({"at": arrow.texts(["noon"] * 5)}, "event.bad_at"),
    ({"contact": arrow.nothing(5)}, "event.no_contact"),
    ({"contact": arrow.texts([""] * 5)}, "event.no_contact"),
    ({"contact": arrow.texts(["x" * 2000] * 5)}, "event.contact_too_long"),
    ({"seconds": arrow.numbers([float("inf")] * 5, "g")}, "event.bad_field"),
    ({"extra": arrow.column("d:10,2", 5, [None, bytes(80)])}, "arrow.unsupported_type"),
    ({"extra": arrow.column("z", 5, [None, bytes(24), b""])}, "arrow.unsupported_type"),
    ({"extra": arrow.column("e", 5, [None, bytes(10)])}, "arrow.unsupported_type"),
    ({"extra": arrow.column("+r", 5, [])}, "arrow.unsupported_type"),
    ({"extra": arrow.column("tsx:UTC", 5, [None, bytes(40)])}, "arrow.unsupported_type"),
    ({"extra": arrow.column("", 5, [])}, "arrow.unsupported_type"),
    ({"extra": arrow.column("l", 5, [None])}, "arrow.damaged"),
    ({"extra": arrow.column("u", 5, [None, bytes(24)])}, "arrow.damaged"),
    ({"extra": arrow.column("l", 5, [None, None])}, "arrow.damaged"),
    ({"extra": arrow.structs([("a", arrow.numbers([1] * 5))], 5)}, "arrow.unsupported_type"),
    ({"data": arrow.texts(["{}"] * 5)}, "arrow.unknown_column"),
    ({"data": arrow.texts(["{"] * 5), "size": None, "path": None, "seconds": None}, "json."),
    ({"data": arrow.numbers([1] * 5), "size": None, "path": None, "seconds": None}, "arrow.unsupported_type"),
])  # fmt: skip
def test_columns_that_no_event_has_are_refused(model, change, code):
    engine = leadline.Engine(model)
    with pytest.raises(leadline.InputError) as refused:
        engine.process_batch(arrow.table(columns(**change), length=5))
    assert refused.value.code.startswith(code), refused.value
    assert len(engine) == refused.value.done == 0


def test_two_columns_of_one_name_are_refused(model):
    both = [*columns().items(), ("at", arrow.numbers([1] * 5))]
    with pytest.raises(leadline.InputError) as refused:
        leadline.Engine(model).process_batch(arrow.table(both))
    assert refused.value.code == "arrow.two_columns"


def test_a_column_of_nan_is_one_of_blanks(model, wanted):
    seconds = [float("nan") if each is None else each for each in member("seconds")]
    assert apply(model, arrow.table(columns(seconds=arrow.numbers(seconds, "g")))) == wanted


def test_an_empty_table_brings_nothing(model):
    empty = {name: arrow.texts([]) for name in ("contact", "type", "at")}
    assert len(leadline.Engine(model).process_batch(arrow.table(empty))) == 0
    with pytest.raises(leadline.InputError):
        leadline.Engine(model).process_batch(arrow.table([("x", arrow.texts([]))]))


class gives:
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def raising(*_):
    raise ZeroDivisionError("of the table")


@pytest.mark.parametrize(("table", "problem"), [
    (None, TypeError),
    (7, TypeError),
    ([], TypeError),
    ({"contact": []}, TypeError),
    (gives(__arrow_c_stream__=raising), ZeroDivisionError),
    (gives(__arrow_c_array__=raising), ZeroDivisionError),
    (gives(__arrow_c_stream__=lambda: 7), ValueError),
    (gives(__arrow_c_array__=lambda: 7), TypeError),
    (gives(__arrow_c_array__=lambda: (1, 2, 3)), TypeError),
    (gives(__arrow_c_array__=lambda: (1, 2)), ValueError),
    (gives(__arrow_c_stream__=7), TypeError),
])  # fmt: skip
def test_what_is_no_table_is_refused(engine, table, problem):
    with pytest.raises(problem):
        engine.process_batch(table)


def test_a_capsule_of_another_kind_is_refused(engine):
    made = arrow.table(columns())
    schema, array = made.__arrow_c_array__()
    for swapped in [(array, schema), (schema, schema)]:
        with pytest.raises(ValueError):
            engine.process_batch(gives(__arrow_c_array__=lambda swapped=swapped: swapped))
    with pytest.raises(ValueError):
        engine.process_batch(gives(__arrow_c_stream__=lambda: schema))


def test_data_that_another_has_taken_is_refused(engine):
    made = arrow.table(columns())
    made.kept.array.release = arrow.ARRAY_RELEASE()
    with pytest.raises(leadline.InputError) as refused:
        engine.process_batch(made)
    assert refused.value.code == "arrow.released"


# --- Decisions as a table


def stream_of(decisions):
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    capsule = decisions.__arrow_c_stream__()
    return capsule, arrow.Stream.from_address(pointer(capsule, b"arrow_array_stream"))


def test_decisions_come_as_a_stream_of_one_batch(model, engine):
    decisions = engine.process_many(EVENTS)
    capsule, stream = stream_of(decisions)
    schema, batch, end = arrow.Schema(), arrow.Array(), arrow.Array()
    assert stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)) == 0
    names = [schema.children[index].contents.name.decode() for index in range(schema.n_children)]
    assert names[:4] == ["contact", "seq", "at", "kind"]
    assert stream.get_next(ctypes.byref(stream), ctypes.byref(batch)) == 0
    assert stream.get_next(ctypes.byref(stream), ctypes.byref(end)) == 0
    assert not end.release
    assert batch.length == len(decisions)
    seqs = batch.children[names.index("seq")].contents
    found = list((ctypes.c_int64 * batch.length).from_address(seqs.buffers[1]))
    assert found == [each.seq for each in decisions]
    # They outlive the decisions and the stream.
    del decisions, capsule
    assert list((ctypes.c_int64 * batch.length).from_address(seqs.buffers[1])) == found
    batch.release(ctypes.byref(batch))
    schema.release(ctypes.byref(schema))
    assert not batch.release and not schema.release


def test_a_stream_that_nobody_reads_is_given_back(engine):
    decisions = engine.process_many(EVENTS)
    for _ in range(3):
        decisions.__arrow_c_stream__()
        decisions.__arrow_c_schema__()
    assert decisions.__arrow_c_stream__(requested_schema=None) is not None


# --- Libraries, where they are installed


def frames():
    return {
        "contact": column_of("contact"), "type": column_of("type"), "id": column_of("id"),
        "at": [datetime.fromisoformat(each) for each in column_of("at")],
        "size": member("size"), "path": member("path"), "seconds": member("seconds"),
    }  # fmt: skip


def check_table(table, decisions):
    """`table` is a dict of lists."""
    assert table["contact"] == [each.contact for each in decisions]
    assert table["at"] == [each.at for each in decisions]
    assert table["kind"] == [each.kind for each in decisions]
    for index, each in enumerate(decisions):
        is_points = isinstance(each.to, float)
        assert table["to_points"][index] == (each.to if is_points else None)
        assert table["to"][index] == (None if is_points else each.to)
        assert table["rule"][index] == each.rule
        assert table["due"][index] == each.due_at
        assert table["late"][index] == each.late


def test_with_pyarrow(model, wanted):
    pa = pytest.importorskip("pyarrow")
    table = pa.table(frames())
    assert apply(model, table) == wanted
    assert apply(model, table.to_batches()[0]) == wanted
    assert apply(model, pa.concat_tables([table.slice(0, 2), table.slice(2)])) == wanted
    encoded = table.set_column(0, "contact", table["contact"].dictionary_encode())
    assert apply(model, encoded) == wanted
    engine = leadline.Engine(model)
    decisions = engine.process_batch(table)
    back = pa.table(decisions)
    back.validate(full=True)
    assert back.num_rows == len(decisions)
    check_table(back.to_pydict(), decisions)
    assert pa.table(leadline.Engine(model).process_many([])).num_rows == 0

    def batches():
        yield table.to_batches()[0]
        raise ZeroDivisionError("of the reader")

    with pytest.raises((leadline.InputError, ZeroDivisionError)):
        leadline.Engine(model).process_batch(pa.RecordBatchReader.from_batches(table.schema, batches()))


def test_with_polars(model, wanted):
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(frames())
    assert apply(model, frame) == wanted
    assert apply(model, frame.with_columns(pl.col("type").cast(pl.Categorical))) == wanted
    decisions = leadline.Engine(model).process_batch(frame)
    back = pl.DataFrame(decisions)
    check_table(back.to_dict(as_series=False), decisions)


def test_with_pandas(model, wanted):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame(frames())
    if not hasattr(frame, "__arrow_c_stream__"):
        pytest.skip("pandas before 2.2 has no Arrow capsules")
    assert apply(model, frame) == wanted


def test_the_pack_at_hand_is_the_one_that_the_columns_are_made_for():
    assert set(PACK["events"]) == {"visit", "signup"}
