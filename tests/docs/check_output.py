"""Runs a program and holds what it prints against a file."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import junit  # noqa: E402

done = subprocess.run([sys.argv[1]], text=True, capture_output=True, timeout=120, check=False)
expected = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")
PROBLEM = ""
if done.returncode != 0 or done.stdout != expected:
    PROBLEM = f"ended with {done.returncode} and printed:\n{done.stdout}{done.stderr}\nexpected:\n{expected}"
NAME = pathlib.Path(sys.argv[1]).name
target = os.environ.get("GTEST_OUTPUT", "").removeprefix("xml:")
sys.exit(1 if junit.write_cases(target, NAME, [("prints what its expected.txt says", PROBLEM)]) else 0)
