"""`leadline explain` over random packs and streams: every ledger adds up, exactly, to what `leadline scores` tells, and
names for each rule the points and the earning events that the slow model finds."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model.instants import instant_text, parse_instant  # noqa: E402
from model.pack import Pack  # noqa: E402
from model.random_packs import random_case  # noqa: E402
from model.run import engine_over  # noqa: E402
from model.scores import contribution  # noqa: E402
from support import leadline_program, unittest_report  # noqa: E402

FIRST_SEED = 1
CASES = max(1, 240 // int(os.environ.get("LEADLINE_CASE_DIVISOR", "1")))


def exact(line):
    return json.loads(line, parse_float=Decimal, parse_int=Decimal)


def lines_of(*arguments):
    done = subprocess.run([leadline_program.PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False,
                          timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr[-2000:]}")
    return [exact(line) for line in done.stdout.splitlines()]


def decimal(number):
    return Decimal(str(number))


def clamped(number, caps):
    if caps["min"] is not None and number < caps["min"]:
        number = caps["min"]
    return caps["max"] if caps["max"] is not None and number > caps["max"] else number


class ledger(unittest.TestCase):
    def check_rule(self, told, written, at, counts):
        counts[told["form"]] += told["points"] != 0
        self.assertEqual(told["decayed"] - told["lost"], told["points"])
        if told["form"] == "held":
            otherwise = decimal(written.get("otherwise", 0))
            points = decimal(written["points"])
            if told["holds"] or told.get("held_once"):
                self.assertEqual(told["points"], points)
            else:
                self.assertIn(told["points"], (0, otherwise))
            self.assertNotIn("events", told)
        if told["form"] == "earned":
            self.assertEqual(sum((each["points"] for each in told["events"]), Decimal(0)), told["raw"])
            self.assertEqual(sum((each["now"] for each in told["events"]), Decimal(0)), told["decayed"])
            limit = written.get("limit", {}).get("points")
            cap = abs(decimal(limit)) if limit is not None else None
            caps = {"min": None if cap is None else -cap, "max": cap}
            self.assertEqual(told["points"], clamped(told["decayed"], caps))
            wanted = written["on"] if isinstance(written["on"], list) else [written["on"]]
            for each in told["events"]:
                self.assertIn(each["type"], wanted)
                self.assertLessEqual(parse_instant(each["at"]), at)
                # Points fade toward zero; the rounding of a sum may move one by a thousandth.
                self.assertLessEqual(abs(each["now"]), abs(each["points"]) + Decimal("0.001"))
                counts["events"] += 1
                counts["faded"] += each["now"] != each["points"]
        if told["form"] == "tiers":
            counting = [each for each in told["tiers"] if each["counts"]]
            holding = [each for each in told["tiers"] if each["count"] >= each["at_least"]]
            self.assertEqual(counting, holding[:1])
            self.assertEqual(told["points"], counting[0]["points"] if counting else 0)
            self.assertEqual(len(told["events"]), counting[0]["count"] if counting else 0)
        if told["form"] == "idle":
            reached = sum((each["reached"] for each in told["steps"] if each["counts"]), Decimal(0))
            self.assertEqual(told["points"], told["kept"] + reached)

    def check_score(self, name, told, pack, all_told, at, counts):
        written = pack["scores"][name]
        self.assertEqual([each["rule"] for each in told["rules"]], [each["id"] for each in written.get("rules", [])])
        groups = {each["group"]: Decimal(0) for each in told["groups"]}
        total = Decimal(0)
        for rule, rule_written in zip(told["rules"], written.get("rules", [])):
            self.check_rule(rule, rule_written, at, counts)
            self.assertEqual(rule.get("group"), rule_written.get("group"))
            if "group" in rule:
                groups[rule["group"]] += rule["points"]
            else:
                total += rule["points"]
        for group in told["groups"]:
            self.assertEqual(group["sum"], groups[group["group"]])
            self.assertEqual(group["points"], clamped(group["sum"], group))
            self.assertEqual(group["sum"] - group["lost"], group["points"])
            counts["lost"] += group["lost"] != 0
            total += group["points"]
        exactly = Decimal(0)
        for part in told.get("parts", []):
            self.assertEqual(part["value"], all_told[part["score"]]["value"])
            self.assertEqual(part["weight"], decimal(written["sum"][part["score"]]))
            exactly += part["weight"] * part["value"]
            total += part["points"]
        self.assertEqual(len(told.get("parts", [])), len(written.get("sum", {})))
        if "parts" in told:
            self.assertLessEqual(abs(exactly - told["sum"]), Decimal("0.0005"))
        self.assertEqual(told["sum"], total)
        self.assertEqual(told["computed"], clamped(total, told))
        self.assertEqual(told["sum"] - told["lost"], told["computed"])
        counts["lost"] += told["lost"] != 0
        counts["pinned"] += "override" in told
        self.assertEqual(told["value"], told["override"]["value"] if "override" in told else told["computed"])

    def check_beside_the_model(self, told, pack, state, at, counts):
        for score, content in told["scores"].items():
            for rule, line in zip(pack.rules[score], content["rules"]):
                self.assertEqual(line["points"] * 1000, contribution(rule, state, at), rule.id)
                counts["beside the model"] += 1
                if line["form"] != "earned":
                    continue
                earned = [(each.at, each.earned[rule.key]) for each in state.records if rule.key in each.earned]
                listed = [(parse_instant(each["at"]), each["points"] * 1000) for each in line["events"]]
                self.assertEqual(sorted(listed), sorted(earned), rule.id)

    def test_adds_up_to_every_score_over_random_packs_and_streams(self):
        counted = ["scores", "held", "earned", "tiers", "idle", "events", "faded", "lost", "pinned", "beside the model"]
        counts = dict.fromkeys(counted, 0)
        with tempfile.TemporaryDirectory() as folder:
            pack_path, events_path = (pathlib.Path(folder) / name for name in ("pack.json", "events.ndjson"))
            for seed in range(FIRST_SEED, FIRST_SEED + CASES):
                case = random_case(seed, ("", "duties", "late-routing")[seed % 3])
                choice = random.Random(seed)
                pack_path.write_text(json.dumps(case["pack"]), encoding="utf-8")
                events_path.write_text("".join(json.dumps(event) + "\n" for event in case["events"]), encoding="utf-8")
                middle = parse_instant(choice.choice(case["events"])["at"])
                for at in (middle, middle + choice.randint(1, 40 * 86_400_000), parse_instant(case["advance"])):
                    seen = [each for each in case["events"] if parse_instant(each["at"]) <= at]
                    model = engine_over(Pack(case["pack"]), seen, at)[0]
                    rows = lines_of("scores", pack_path, events_path, "--at", instant_text(at), "--format", "json")
                    for row in rows:
                        with self.subTest(seed=seed, at=instant_text(at), contact=row["contact"]):
                            told, = lines_of("explain", pack_path, events_path, "--contact", row["contact"], "--at",
                                             instant_text(at), "--json")
                            scores = {name: each["value"] for name, each in told["scores"].items()}
                            self.assertEqual(scores, row["scores"])
                            self.assertEqual({name: each["is"] for name, each in told["grades"].items()}, row["grades"])
                            for key in ("stage", "status"):
                                self.assertEqual(told.get(key), row.get(key))
                            for name, each in told["scores"].items():
                                self.check_score(name, each, case["pack"], told["scores"], at, counts)
                                counts["scores"] += 1
                            state = model.contacts[row["contact"]].state
                            self.check_beside_the_model(told, model.pack, state, at, counts)
        print(f"{CASES} random packs and streams: {counts}")
        if "LEADLINE_CASE_DIVISOR" not in os.environ:
            for name, count in counts.items():
                self.assertGreater(count, CASES // 10, name)


if __name__ == "__main__":
    unittest_report.main()
