"""Random cases as files, for programs that hold laws over them."""

import json
import os
import pathlib
import subprocess
import tempfile

from model.random_packs import EXTENTS, random_case

CASES = max(1, 600 // int(os.environ.get("LEADLINE_CASE_DIVISOR", "1")))


def run_over(program, first_seed, cases=CASES):
    """What `program` did with so many cases on its standard input, a line "PACK EVENTS UNTIL" each: a quarter of each
    extent that random packs have."""
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for seed in range(first_seed, first_seed + cases):
            case = random_case(seed, EXTENTS[seed % len(EXTENTS)])
            pack = pathlib.Path(folder, f"{seed}.json")
            pack.write_text(json.dumps(case["pack"]), encoding="utf-8")
            events = pathlib.Path(folder, f"{seed}.ndjson")
            events.write_text("".join(json.dumps(each) + "\n" for each in case["events"]), encoding="utf-8")
            lines.append(f"{pack} {events} {case['advance']}\n")
        return subprocess.run([program], input="".join(lines), capture_output=True, text=True, check=False, timeout=1200)
