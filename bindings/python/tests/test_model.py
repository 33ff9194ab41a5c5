import copy
import json
import pathlib

import leadline
import pytest
from conftest import PACK, ROOT


def test_a_pack_is_compiled_from_text_bytes_and_what_json_gives():
    made = [leadline.Model.from_json(each) for each in (PACK, json.dumps(PACK), json.dumps(PACK).encode())]
    assert len({each.fingerprint for each in made}) == 1
    assert len(made[0].fingerprint) == 32
    assert (made[0].name, made[0].version) == ("py", "3")
    assert repr(made[0]) == f"<leadline.Model 'py' {made[0].fingerprint}>"


def test_names_are_told_in_the_order_of_the_pack(model):
    assert model.scores == ("heat",)
    assert model.events[-2:] == ("visit", "signup") or set(model.events) >= {"visit", "signup"}
    assert model.stages == ("lead", "mql")
    assert model.transitions == ("hot", "cold")
    assert model.clocks == ("speed",)
    assert model.grades == ("grade",)
    assert model.signals == ("visits",)
    assert model.calendars == ("sales",)
    assert "size" in model.attributes
    assert (model.statuses, model.cadences) == ((), ())


def test_a_file_is_read_with_the_lists_beside_it(tmp_path):
    pack = {
        "leadline": 1, "name": "l", "lists": {"free": {"file": "free.txt"}},
        "attributes": {"domain": {"type": "string"}},
        "scores": {"s": {"rules": [
            {"id": "free", "when": {"in": [{"var": "contact.domain"}, {"var": "list.free"}]}, "points": -5}]}},
    }  # fmt: skip
    path = tmp_path / "pack.json"
    path.write_text(json.dumps(pack))
    with pytest.raises(leadline.PackError) as missing:
        leadline.Model.from_file(path)
    assert missing.value.code.startswith("list.")
    (tmp_path / "free.txt").write_text("gmail.com\n")
    from_file = leadline.Model.from_file(path)
    given = leadline.Model.from_json(pack, lists={"free.txt": "gmail.com\n"})
    asked = leadline.Model.from_json(pack, lists=lambda name: b"gmail.com\n" if name == "free.txt" else None)
    assert from_file.fingerprint == given.fingerprint == asked.fingerprint


def test_an_exception_of_the_reader_comes_through():
    pack = {"leadline": 1, "name": "l", "lists": {"free": {"file": "free.txt"}, "more": {"file": "more.txt"}}}

    def read(name):
        raise ZeroDivisionError(name)

    with pytest.raises(ZeroDivisionError, match="free.txt|more.txt"):
        leadline.Model.from_json(pack, lists=read)
    with pytest.raises(TypeError, match="reader of lists"):
        leadline.Model.from_json(pack, lists=lambda name: 7)


def test_a_pack_with_problems_tells_all_of_them_with_their_places():
    text = '{"leadline": 1,\n "name": "w",\n "scoers": {},\n "time_zone": "America/New_Yrok"}'
    with pytest.raises(leadline.PackError) as refused:
        leadline.Model.from_json(text, file="w.json")
    problem = refused.value
    assert isinstance(problem, ValueError)
    assert len(problem.diagnostics) >= 2
    first = problem.diagnostics[0]
    assert (problem.code, problem.line) == (first.code, first.line)
    assert problem.line == 3
    assert problem.pointer == "/scoers"
    assert problem.suggestion == "scores"
    assert first.file == "w.json"
    assert "w.json:3" in str(first) and 'did you mean "scores"?' in str(first)
    assert problem.code in str(problem)


def test_text_that_is_no_json_is_a_problem_with_a_place():
    with pytest.raises(leadline.PackError) as refused:
        leadline.Model.from_json('{"leadline": 1,\n oops}')
    assert refused.value.code.startswith("json.")
    assert refused.value.line == 2


def test_a_good_pack_may_have_warnings():
    pack = copy.deepcopy(PACK)
    pack["funnel"]["stages"].append({"id": "never"})
    made = leadline.Model.from_json(pack)
    assert any(each.severity == "warning" for each in made.warnings)
    assert leadline.Model.from_json(pack, warn=False).warnings == ()
    checked = leadline.check_json(pack)
    assert [each.code for each in checked] == [each.code for each in made.warnings]
    assert any(each.severity == "error" for each in leadline.check_json({"leadline": 1, "scoers": {}}))


def test_the_playbooks_compile():
    paths = sorted((ROOT / "rules").glob("*.json"))
    assert paths
    for path in paths:
        made = leadline.Model.from_file(path, warn=False)
        assert len(made.fingerprint) == 32
        assert not [each for each in leadline.check_file(pathlib.Path(path)) if each.severity == "error"]


def test_a_model_is_not_made_by_its_class():
    with pytest.raises(TypeError, match="from_file"):
        leadline.Model()
    with pytest.raises(TypeError):
        leadline.Model.from_json(7.5j)
    with pytest.raises(FileNotFoundError):
        leadline.Model.from_file("no such pack.json")


def test_calendars_of_a_model(model):
    assert model.calendar("sales").is_open("2026-03-02T15:00:00Z")
    with pytest.raises(leadline.NotFoundError):
        model.calendar("nowhere")
