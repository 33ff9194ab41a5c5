import leadline
import pytest
from conftest import END, EVENTS, told


def own(name):
    return [event for event in EVENTS if event["contact"] == name]


@pytest.mark.parametrize("name", ["ann", "bo"])
def test_a_contact_as_bytes_tells_what_an_engine_tells(model, name):
    engine = leadline.Engine(model)
    wanted = told(*[engine.process(event) for event in own(name)], engine.advance(END))
    state, parts = b"", []
    for event in own(name):
        contact = leadline.Contact(model, name, state)
        parts.append(contact.process(event))
        state = contact.state
    contact = leadline.Contact(model, name, state)
    assert contact.score(END) == contact.score(END, "heat") == contact.score_milli(END) / 1000
    parts.append(contact.advance(END))
    assert told(*parts) == wanted
    assert contact.score(END) == engine.score(name)
    assert contact.digest() != 0


def test_events_need_not_name_their_contact(model):
    one, other = leadline.Contact(model, "ann"), leadline.Contact(model, "ann")
    first = one.send("signup", EVENTS[0]["at"], {"size": 60}, "e1")
    second = other.process({key: value for key, value in EVENTS[0].items() if key != "contact"})
    assert first.to_ndjson() == second.to_ndjson()
    assert one.state == other.state != b""
    assert (one.id, one.model) == ("ann", model)
    assert one.next_wakeup_ms == other.next_wakeup_ms


def test_a_wakeup_is_told_and_nothing_comes_before_it(model):
    contact = leadline.Contact(model, "ann")
    contact.process_many(own("ann"))
    again = leadline.Contact(model, "ann", contact.state)
    assert again.next_wakeup == contact.next_wakeup is not None
    assert len(contact.advance(contact.next_wakeup_ms - 1)) == 0
    fresh = leadline.Contact(model, "ann")
    assert fresh.next_wakeup is None and fresh.next_wakeup_ms is None
    assert fresh.state == b"" and fresh.digest() == 0


def test_two_contacts_are_merged_as_by_an_engine(model):
    engine = leadline.Engine(model)
    wanted = told(engine.process_many(EVENTS),
                  engine.process({"contact": "ann", "type": "contact.merge", "at": "2026-03-05T00:00:00Z", "id": "m",
                                  "data": {"into": "bo"}}))  # fmt: skip
    one, other = leadline.Contact(model, "ann"), leadline.Contact(model, "bo")
    one.process_many(own("ann"))
    other.process_many(own("bo"))
    merged = one.merge_into(other, "2026-03-05T00:00:00Z", "m")
    assert merged.to_ndjson().splitlines()[-1] == wanted.splitlines()[-1]
    assert one.state == b""
    assert other.score("2026-03-05T00:00:00Z") == engine.score("bo")
    assert other.next_wakeup is not None


def test_forgetting_leaves_no_bytes(model):
    contact = leadline.Contact(model, "ann")
    contact.process_many(own("ann"))
    assert contact.send("contact.forget", END)[-1].kind == "forgotten"
    assert contact.state == b""


def test_a_step_that_fails_leaves_the_contact_as_it_was(model):
    contact = leadline.Contact(model, "ann")
    contact.process_many(own("ann"))
    before = contact.state
    for wrong in ({"contact": "bo", "type": "visit", "at": END}, {"type": "contact.merge", "at": END, "data": {"into": "x"}},
                  {"type": "visit", "at": -1}, {"type": "visit", "at": END, "data": "{"}):  # fmt: skip
        with pytest.raises(leadline.InputError):
            contact.process_many([{"type": "visit", "at": END}, wrong])
        assert contact.state == before
    with pytest.raises(leadline.OutOfRangeError):
        contact.advance(2**62)
    with pytest.raises(leadline.InputError):
        contact.merge_into(contact, END)


def test_bytes_of_another_are_refused(model):
    contact = leadline.Contact(model, "ann")
    contact.process_many(own("ann"))
    other = leadline.Model.from_json({"leadline": 1, "name": "other"})
    for state, status in ((contact.state[:-1], "damaged"), (b"x", "damaged"), (contact.state + b"x", "damaged")):
        with pytest.raises(leadline.StateError) as refused:
            leadline.Contact(model, "ann", state)
        assert refused.value.status == status
    with pytest.raises(leadline.StateError) as refused:
        leadline.Contact(other, "ann", contact.state)
    assert refused.value.status == "other_model"
    with pytest.raises(leadline.InputError):
        leadline.Contact(model, "bo", contact.state)
    newer = bytearray(contact.state)
    newer[3] = 200
    with pytest.raises(leadline.StateError) as refused:
        leadline.Contact(model, "ann", newer)
    assert refused.value.status == "newer"
