"""The conformance cases through the C interface: the same cases hold, and the decisions are the same bytes.

    python3 conformance_test.py LEADLINE_PROGRAM C_PROGRAM

Each case runs through JSON lines, through arrays of structs and, contact by contact, through states as bytes. That is
four programs a case: where LEADLINE_CASE_DIVISOR says that each is dear (sanitizers), every eighth case does, and all of
them still once through JSON lines.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

C_PROGRAM = sys.argv.pop(2)
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from fold import model_equality_test  # noqa: E402
from support import leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT  # noqa: E402

CPP_PROGRAM = leadline_program.PROGRAM
STEP = min(8, int(os.environ.get("LEADLINE_CASE_DIVISOR") or "1"))


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr.decode()[-2000:]}")
    return done.stdout


def milliseconds(text):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) / datetime.timedelta(milliseconds=1))


def is_plain(event):
    """Whether a table of texts can hold the event as it is."""
    return (
        all(isinstance(event.get(key, ""), str) for key in ("contact", "type", "id"))
        and event.get("id") != ""
        and event.get("contact")
        and all(letter >= " " for key in ("contact", "type", "id") for letter in event.get(key, ""))
    )


def by_contact(lines):
    told = {}
    for line in lines.splitlines():
        told.setdefault(json.loads(line)["contact"], []).append(line)
    return told


def all_cases():
    for path in sorted((ROOT / "tests" / "conformance").glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            yield path.stem, case


class same_bytes(unittest.TestCase):
    def test_of_every_case(self):
        counts = {"lines": 0, "structs": 0, "fold": 0, "decisions": 0}
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name, case in list(all_cases())[::STEP]:
                with self.subTest(f"{name}: {case['name']}"):
                    self.check(folder, case, counts)
        print(f"conformance cases through C: {counts}")
        self.assertGreater(counts["structs"], 100 // STEP)
        self.assertGreater(counts["fold"], 50 // STEP)

    def check(self, folder, case, counts):
        pack = ROOT / case["pack"] if isinstance(case["pack"], str) else folder / "pack.json"
        if not isinstance(case["pack"], str):
            pack.write_text(json.dumps(case["pack"]), encoding="utf-8")
        events = folder / "events.ndjson"
        events.write_text("".join(json.dumps(event) + "\n" for event in case["events"]), encoding="utf-8")
        wanted = run(CPP_PROGRAM, "run", pack, events, "--until", case["advance"])
        self.assertEqual(run(C_PROGRAM, "run", pack, events, "--until", case["advance"]), wanted)
        counts["lines"] += 1
        counts["decisions"] += len(wanted.splitlines())
        if not all(is_plain(event) for event in case["events"]):
            return
        table = folder / "events.tsv"
        rows = [
            [str(milliseconds(event["at"])), event["contact"], event.get("type", ""), event.get("id", ""),
             json.dumps(event["data"]) if "data" in event else ""]
            for event in case["events"]
        ]  # fmt: skip
        table.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        until = milliseconds(case["advance"])
        self.assertEqual(run(C_PROGRAM, "structs", pack, table, until), wanted)
        counts["structs"] += 1
        # A merge concerns two contacts, and who assigns owners is the engine.
        if '"routing"' in pack.read_text(encoding="utf-8") or any(event.get("type") == "contact.merge" for event in case["events"]):
            return
        self.assertEqual(by_contact(run(C_PROGRAM, "fold", pack, table, until)), by_contact(wanted))
        counts["fold"] += 1


class conformance(model_equality_test.conformance):
    """The cases themselves, held as those of the program are, with the C program in its place."""

    def setUp(self):
        leadline_program.PROGRAM = C_PROGRAM

    def tearDown(self):
        leadline_program.PROGRAM = CPP_PROGRAM


if __name__ == "__main__":
    unittest_report.main()
