"""The last line and the exit code of .ci/run, with a `make` that does what the case says."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent.parent.parent / ".ci" / "run"


class ci_run(unittest.TestCase):
    def run_with(self, make):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / ".ci").mkdir()
            shutil.copy(SCRIPT, folder / ".ci" / "run")
            programs = folder / "programs"
            programs.mkdir()
            program = programs / "make"
            program.write_text(f"#!/usr/bin/env bash\nmkdir -p build/test_counts\n{make}\n", encoding="utf-8")
            program.chmod(0o755)
            environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
            done = subprocess.run(
                [folder / ".ci" / "run"], capture_output=True, text=True, check=False, env=environment, cwd="/"
            )
            return done.returncode, done.stdout.splitlines()[-1]

    def test_counts_are_summed(self):
        code, last = self.run_with('echo "5 0 0" > build/test_counts/$1.txt')
        self.assertEqual((code, last), (0, "10 passed, 0 failed"))

    def test_skipped_cases_are_told(self):
        code, last = self.run_with('echo "5 0 2" > build/test_counts/$1.txt')
        self.assertEqual((code, last), (0, "10 passed, 0 failed, 4 skipped"))

    def test_a_failed_case_fails(self):
        code, last = self.run_with('echo "5 1 0" > build/test_counts/$1.txt; [ $1 = check ]')
        self.assertEqual((code, last), (1, "10 passed, 2 failed"))

    def test_a_build_that_fails_is_one_failure_for_each_target(self):
        code, last = self.run_with("exit 2")
        self.assertEqual((code, last), (1, "0 passed, 2 failed"))

    def test_check_runs_and_counts_although_test_did_not_build(self):
        code, last = self.run_with('[ $1 = check ] || exit 2; echo "7 0 0" > build/test_counts/check.txt')
        self.assertEqual((code, last), (1, "7 passed, 1 failed"))

    def test_a_failure_of_check_is_not_hidden_by_one_of_test(self):
        code, last = self.run_with('[ $1 = check ] && exit 2; echo "7 1 0" > build/test_counts/test.txt; exit 1')
        self.assertEqual((code, last), (1, "7 passed, 2 failed"))

    def test_targets_that_record_nothing_are_no_success(self):
        code, last = self.run_with("exit 0")
        self.assertEqual((code, last), (1, "0 passed, 1 failed"))

    def test_a_failed_record_fails_although_make_does_not(self):
        code, last = self.run_with('echo "5 1 0" > build/test_counts/test.txt')
        self.assertEqual((code, last), (1, "5 passed, 1 failed"))


if __name__ == "__main__":
    unittest.main()
