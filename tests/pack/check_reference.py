"""The files made from tables of the code are what the tables make, and agree with the code.

Arguments: the program leadline_reference, the folder of the sources. Needs nothing else; the part that holds packs
against the JSON Schema needs the package `jsonschema` and says so when it is not there.
"""

import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import unittest_report  # noqa: E402

program = sys.argv[1]
root = pathlib.Path(sys.argv[2])


def without_comments(text):
    """JSON text without // and /* */ comments, which stand outside of texts."""
    pattern = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.S)
    return pattern.sub(lambda found: found.group() if found.group().startswith('"') else " ", text)


def codes_in_sources():
    """Every code that some source gives a problem: a quoted, dotted word after `code`, or given to a name table."""
    found = {}
    for folder in ("include", "src"):
        for path in sorted((root / folder).rglob("*.[hc]pp")):
            if path.parent.name == "reference":
                continue
            text = re.sub(r"^ *//.*$", "", path.read_text(), flags=re.M)
            for match in re.finditer(r'"([a-z_]+\.[a-z_0-9]+)"', text):
                before = text[max(0, match.start() - 160):match.start()]
                line = before[before.rfind("\n") + 1:]
                if (re.search(r"\bcode\b[^;]*$", before[-90:]) or "name_table" in line or re.search(r'\{"[a-z ]+", $', line)
                        or re.search(r'(check_ordered|check_date|tell_circles|refuse|tell_key|tell_limit|tell|bad|problem_at|event_problem|fail)\([^;]*$', before)):
                    found.setdefault(match.group(1), path.name)
    return found


def table():
    text = (root / "src/reference/diagnostic_codes.cpp").read_text()
    return dict(re.findall(r'^ *\{"([a-z_.0-9]+)", (error|warning),\s', text, re.M))


class generated_files(unittest.TestCase):
    def test_are_what_the_tables_make(self):
        done = subprocess.run([program, str(root), "--check"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_a_changed_file_is_noticed(self):
        import shutil
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            for path in ("rules/schema/pack.v1.json", "docs/reference/pack.md", "docs/reference/diagnostics.md"):
                copy = pathlib.Path(folder) / path
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / path, copy)
            self.assertEqual(subprocess.run([program, folder, "--check"], capture_output=True).returncode, 0)
            changed = pathlib.Path(folder) / "rules/schema/pack.v1.json"
            changed.write_text(changed.read_text().replace("minLength", "minlength", 1))
            done = subprocess.run([program, folder, "--check"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("pack.v1.json", done.stdout)


class diagnostic_codes(unittest.TestCase):
    def test_of_the_sources_all_stand_in_the_table(self):
        missing = {code: where for code, where in codes_in_sources().items()
                   if code not in table()
                   and not re.fullmatch(r"(contact|event|score|signal|grade|sla|tag|rep|owner|status|stage)\.(set|override|away|back|add|remove|merge|forget|pause|resume|type|id|at)", code)
                   and not code.endswith((".json", ".hpp", ".txt"))}
        self.assertEqual(missing, {})

    def test_of_the_table_all_stand_in_the_sources(self):
        sources = "\n".join(path.read_text() for folder in ("include", "src") for path in (root / folder).rglob("*.[hc]pp*")
                            if path.parent.name != "reference")
        areas = set(re.findall(r'"([a-z_]+)\."', sources))  # codes that are put together from an area and a word
        unused = [code for code in table()
                  if f'"{code}"' not in sources and not (code.split(".")[0] in areas and f'"{code.split(".")[1]}"' in sources)
                  and f'.{code.split(".")[1]}"' not in sources]
        self.assertEqual(unused, [])

    def test_told_by_the_bad_packs_have_the_severity_of_the_table(self):
        known = table()
        for path in sorted((root / "tests/pack/bad").glob("*.txt")):
            for severity, code in re.findall(r"^[^ ].*?(error|warning): .*\[([a-z_.0-9]+)\]$", path.read_text(), re.M):
                self.assertIn(code, known, path.name)
                if code not in ("status.unlisted", "condition.always_holds", "condition.never_holds"):
                    self.assertEqual(severity, known[code], path.name)

    def test_stand_in_order_each_once(self):
        text = (root / "src/reference/diagnostic_codes.cpp").read_text()
        codes = re.findall(r'^ *\{"([a-z_.0-9]+)", (?:error|warning),\s', text, re.M)
        self.assertEqual(codes, sorted(set(codes)))


class json_schema(unittest.TestCase):
    def setUp(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("the Python package jsonschema is not installed: pip install jsonschema")
        self.schema = json.loads((root / "rules/schema/pack.v1.json").read_text())
        jsonschema.Draft202012Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def test_takes_every_shipped_pack(self):
        packs = sorted((root / "rules").glob("*.json"))
        self.assertGreaterEqual(len(packs), 5)
        for path in packs:
            problems = list(self.validator.iter_errors(json.loads(without_comments(path.read_text()))))
            self.assertEqual([problem.message[:200] for problem in problems], [], path.name)

    def test_refuses_every_bad_pack_whose_shape_is_wrong(self):
        # Codes that tell of shape alone; meaning, and what a schema cannot say, is left to `leadline check`.
        shape = {"pack.wrong_type", "pack.unknown_key", "pack.missing_key", "pack.missing_one_of", "pack.conflicting_keys",
                 "pack.key_needs", "pack.not_allowed", "pack.out_of_range", "pack.empty_list", "pack.empty_text", "pack.bad_name",
                 "pack.bad_warning", "pack.duration_family", "duration.unknown_unit", "duration.mixed_families",
                 "calendar.unknown_key", "calendar.wrong_type", "interval.malformed"}
        # These are shapes that hang on a value, which the table does not say and the schema therefore neither.
        by_value = {"action_tag_missing", "target_complete_without_fields", "target_fields_needless"}
        refused = 0
        for path in sorted((root / "tests/pack/bad").glob("*.json")):
            codes = set(re.findall(r"\[([a-z_.0-9]+)\]$", path.with_suffix(".txt").read_text(), re.M))
            if not codes & shape or path.stem in by_value:
                continue
            problems = list(self.validator.iter_errors(json.loads(without_comments(path.read_text()))))
            self.assertTrue(problems, path.name)
            refused += 1
        self.assertGreaterEqual(refused, 80)
        print(f"the schema refuses all {refused} bad packs of wrong shape")

    def test_takes_bad_packs_that_only_mean_something_wrong(self):
        taken = 0
        for path in sorted((root / "tests/pack/bad").glob("*.json")):
            codes = set(re.findall(r"\[([a-z_.0-9]+)\]$", path.with_suffix(".txt").read_text(), re.M))
            if not codes or any(not code.startswith(("clock.", "funnel.", "routing.", "score.", "grade.", "transition.", "condition.",
                                                     "pack.unknown_stage", "pack.unknown_rep", "cadence.")) for code in codes):
                continue
            problems = list(self.validator.iter_errors(json.loads(without_comments(path.read_text()))))
            self.assertEqual([problem.message[:200] for problem in problems], [], path.name)
            taken += 1
        self.assertGreaterEqual(taken, 40)

    def test_takes_every_example_of_the_reference_page(self):
        import jsonschema
        definitions = self.schema["$defs"]
        page = (root / "docs/reference/pack.md").read_text()
        sections = re.findall(r"^## (.+?)\n.*?```json\n(.*?)\n```", page, re.M | re.S)
        self.assertGreaterEqual(len(sections), 40)
        for name, example in sections:
            key = re.sub(r"[ ']", "_", name)
            part = (self.schema if name == "pack" else definitions["calendars"]["additionalProperties"] if name == "calendar" else definitions[key])
            part = {**part, "$defs": definitions}
            problems = list(jsonschema.Draft202012Validator(part).iter_errors(json.loads(example)))
            self.assertEqual([problem.message[:200] for problem in problems], [], name)

    def test_takes_every_example_of_a_key(self):
        import jsonschema
        definitions = self.schema["$defs"]
        page = (root / "docs/reference/pack.md").read_text()
        count = 0
        for name, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, re.M | re.S):
            if name == "calendar":
                continue
            part = self.schema if name == "pack" else definitions[re.sub(r"[ ']", "_", name)]
            for key, example in re.findall(r"^\| `(\w+)` \| .* Example: `(.*)` \|$", body, re.M):
                schema = {"$defs": definitions, "allOf": [part["properties"][key]]}
                problems = list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(example)))
                self.assertEqual([problem.message[:200] for problem in problems], [], f"{name}.{key}")
                count += 1
        self.assertGreaterEqual(count, 180)


if __name__ == "__main__":
    unittest_report.main()
