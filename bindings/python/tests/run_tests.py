"""Runs the package's tests, and leaves their cases as XML where GTEST_OUTPUT says.

    PYTHONPATH=FOLDER_OF_THE_PACKAGE python3 run_tests.py LEADLINE_PROGRAM
"""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent

try:
    import pytest
except ImportError:
    print("skipped: pytest is not installed")
    sys.exit(77)

os.environ["LEADLINE_PROGRAM"] = str(pathlib.Path(sys.argv[1]).resolve())
sys.dont_write_bytecode = True
options = ["-q", "-rs", "-p", "no:cacheprovider", "-s", "--rootdir", str(HERE.parent), str(HERE)]
target = os.environ.get("GTEST_OUTPUT", "").removeprefix("xml:")
if target:
    options.append(f"--junitxml={target}")
sys.exit(pytest.main(options))
