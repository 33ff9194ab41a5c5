"""The comparison itself: the model agrees with itself, and a program that errs is caught."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import compare, decisions  # noqa: E402
from model.random_packs import random_case  # noqa: E402
from model.run import fold  # noqa: E402
from support import unittest_report  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ITSELF = [
    sys.executable,
    "-c",
    f"import runpy, sys; del sys.argv[1]; sys.argv[0] = 'run.py'; runpy.run_path({str(HERE / 'run.py')!r}, run_name='__main__')",
]


def told(seed):
    case = random_case(seed)
    return fold(case["pack"], case["events"], case["advance"])


class comparing(unittest.TestCase):
    def test_the_model_agrees_with_itself_as_a_program(self):
        self.assertEqual(compare.failing(ITSELF, 1, 12), [])

    def test_any_changed_value_is_a_difference(self):
        for seed in range(1, 30):
            model = told(seed)
            for index, decision in enumerate(model):
                if decision["kind"] in ("score", "stage"):
                    wrong = json.loads(json.dumps(model))
                    wrong[index]["to"] = "something else"
                    after = [each["kind"] for each in model[index:] if each["contact"] == decision["contact"]]
                    if "amended" in after or "forgotten" in after:
                        continue  # it may have been corrected, or be gone
                    self.assertIsNotNone(compare.difference(model, wrong), (seed, index))

    def test_a_missing_decision_is_a_difference(self):
        for seed in range(1, 30):
            model = told(seed)
            if not any(each["kind"] in ("amended", "forgotten") or decisions.is_marked(each) for each in model):
                self.assertIsNotNone(compare.difference(model, model[:-1]), seed)

    def test_messages_are_free_unless_the_author_wrote_them(self):
        refusal = {
            "seq": 1,
            "at": "2026-03-02T00:00:00.000Z",
            "contact": "c",
            "kind": "rejected",
            "code": "bad_event",
            "message": "a",
            "cause": None,
        }
        self.assertIsNone(compare.difference([refusal], [{**refusal, "message": "b"}]))
        named = {**refusal, "code": "requirement"}
        self.assertIsNotNone(compare.difference([named], [{**named, "message": "b"}]))

    def test_corrections_told_one_by_one_or_together_are_the_same(self):
        at = "2026-03-02T00:00:00.000Z"
        first = {"seq": 1, "at": at, "contact": "c", "kind": "score", "score": "x", "from": 0, "to": 1, "cause": "e"}
        now = {key: item for key, item in first.items() if key != "seq"}
        twice = [
            first,
            {
                "seq": 2,
                "at": at,
                "contact": "c",
                "kind": "amended",
                "corrects": 1,
                "now": {**now, "to": 2},
                "cause": "l",
            },
            {
                "seq": 3,
                "at": at,
                "contact": "c",
                "kind": "amended",
                "corrects": 1,
                "now": {**now, "to": 3},
                "cause": "m",
            },
        ]
        once = [
            first,
            {
                "seq": 2,
                "at": at,
                "contact": "c",
                "kind": "amended",
                "corrects": 1,
                "now": {**now, "to": 3},
                "cause": "m",
            },
        ]
        self.assertIsNone(compare.difference(twice, once))


if __name__ == "__main__":
    unittest_report.main()
