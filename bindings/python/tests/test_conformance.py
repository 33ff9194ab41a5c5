"""The project's conformance cases, from the same files as in C++ and C: they hold, and the bytes are the same."""

import json
import os
import subprocess
from datetime import datetime

import leadline
import pytest
from conftest import ROOT, told

FOLDER = ROOT / "tests" / "conformance"
PENDING = {line.split("#")[0].strip() for line in (FOLDER / "pending.txt").read_text().splitlines()} - {""}
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


def cut(whole, wanted):
    """Of `whole` what `wanted` names, at any depth: keys that a case leaves out are free."""
    if isinstance(whole, dict) and isinstance(wanted, dict):
        return {key: cut(whole[key], item) if key in whole else "absent" for key, item in wanted.items()}
    return whole


def model_of(case):
    pack = case["pack"]
    return leadline.Model.from_file(ROOT / pack) if isinstance(pack, str) else leadline.Model.from_json(pack)


def is_mapping_of_texts(event):
    return isinstance(event, dict) and all(isinstance(event.get(key, ""), str) for key in ("contact", "type", "id", "at"))


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name, case):
    lines = "".join(json.dumps(event) + "\n" for event in case["events"])
    engine = leadline.Engine(model_of(case))
    parts = [engine.process_ndjson(lines), engine.advance(case["advance"])]
    if "decisions" in case and name not in PENDING:
        found = [each for part in parts for each in part.to_dicts()]
        found = [each for each in found if each["kind"] in case.get("only", [each["kind"]])]
        wanted = case["decisions"]
        assert [cut(*pair) for pair in zip(found, wanted)] + found[len(wanted) :] == wanted
    if "then" in case and name not in PENDING:
        end = {each["contact"]: each for each in engine.contacts()}
        assert cut(end, case["then"]) == case["then"]
    # One by one as mappings, with datetimes in the place of texts.
    if all(is_mapping_of_texts(event) for event in case["events"]):
        other = leadline.Engine(engine.model)
        one_by_one = []
        for event in case["events"]:
            at = datetime.fromisoformat(event["at"])
            one_by_one.append(other.process({**event, "at": at if at.microsecond % 1000 == 0 else event["at"]}))
        assert told(*one_by_one, other.advance(case["advance"])) == told(*parts)
        assert other.digest() == engine.digest()


def test_the_bytes_are_those_of_the_program_in_cpp(tmp_path):
    program = os.environ.get("LEADLINE_PROGRAM")
    if not program:
        pytest.skip("LEADLINE_PROGRAM names no program")
    decision_count = 0
    for param in CASES:
        _, case = param.values
        pack = ROOT / case["pack"] if isinstance(case["pack"], str) else tmp_path / "pack.json"
        if not isinstance(case["pack"], str):
            pack.write_text(json.dumps(case["pack"]), encoding="utf-8")
        lines = "".join(json.dumps(event) + "\n" for event in case["events"])
        events = tmp_path / "events.ndjson"
        events.write_text(lines, encoding="utf-8")
        done = subprocess.run([program, "run", pack, events, "--until", case["advance"]], capture_output=True, check=True)
        engine = leadline.Engine(leadline.Model.from_file(pack))
        found = told(engine.process_ndjson(lines), engine.advance(case["advance"]))
        assert found == done.stdout, param.id
        decision_count += found.count(b"\n")
    print(f"conformance cases through Python: {len(CASES)}, {decision_count} decisions")
    assert len(CASES) > 100
