#!/usr/bin/env python3
"""Runs the Go package's tests, and leaves their cases as XML where GTEST_OUTPUT says.

    run_tests.py --library FOLDER --program LEADLINE    against libleadline_c in that folder, as one installed
    run_tests.py --amalgamation                         from the source beside the package, under the race detector

The examples of Go are held against their expected.txt in the first, or tested where they have tests.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MODULE = pathlib.Path(__file__).resolve().parent
ROOT = MODULE.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from support import junit  # noqa: E402


def go_environment():
    environment = {**os.environ, "GOWORK": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "1"}
    if "HOME" not in environment and "GOCACHE" not in environment:
        environment["GOCACHE"] = str(ROOT / "build" / "go_cache")
    return environment


def tested(folder, options, environment):
    """The cases of a module as (name, problem), and the last lines of what did not build."""
    command = ["go", "test", "-json", "-count=1", "-timeout", "600s", *options, "./..."]
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)
    printed, outcome = {}, {}
    for line in done.stdout.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        name = told.get("Test", "")
        if told.get("Action") == "build-output":
            printed.setdefault("", []).append(told["Output"])
        elif told.get("Action") == "output":
            printed.setdefault(name, []).append(told["Output"])
            if told["Output"].startswith("conformance cases"):
                print(told["Output"], end="")
        elif told.get("Action") in {"pass", "fail"} and name:
            outcome[name] = told["Action"]
    # A test with subtests is counted by these.
    parents = {name.rpartition("/")[0] for name in outcome}
    cases = [
        (name, "" if action == "pass" else "".join(printed.get(name, [])) or "failed")
        for name, action in outcome.items()
        if name not in parents or action == "fail"
    ]
    if done.returncode != 0 and not any(problem for _, problem in cases):
        text = done.stderr + "".join(printed.get("", []))
        cases.append((f"{folder.name} builds and ends well", text[-6000:] or "failed"))
    return cases


def printed_by(folder, options, environment):
    """Holds what an example prints against its expected.txt."""
    done = subprocess.run(["go", "run", *options, "."], cwd=folder, env=environment, text=True, capture_output=True, check=False)
    expected = (folder / "expected.txt").read_text(encoding="utf-8")
    problem = ""
    if done.returncode != 0 or done.stdout != expected:
        problem = f"ended with {done.returncode} and printed:\n{done.stdout}{done.stderr}\nexpected:\n{expected}"
    return [(f"{folder.name} prints what its expected.txt says", problem)]


def formatted():
    folders = [str(MODULE), *(str(path) for path in sorted((ROOT / "examples").glob("go_*")))]
    done = subprocess.run(["gofmt", "-l", *folders], text=True, capture_output=True, check=False)
    return [("gofmt finds nothing to do", done.stdout + done.stderr)]


def hinted(environment):
    """A compiler that finds no library is told which packages to install: by the file itself, before anything else."""
    compiler = environment.get("CXX", "c++")
    done = subprocess.run([compiler, "-std=c++20", "-nostdinc", f"-I{MODULE}", "-E", str(MODULE / "leadline.cpp")], text=True,
                          capture_output=True, check=False)
    packages = ["libexpected-dev", "nlohmann-json3-dev", "libhowardhinnant-date-dev", "libfmt-dev", "libre2-dev", "libsimdjson-dev"]
    missing = [name for name in packages if f"apt-get install {name}" not in done.stderr]
    return [("the build says which packages are missing", f"not told: {missing}\n{done.stderr[:2000]}" if missing else "")]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--library")
    arguments.add_argument("--program")
    arguments.add_argument("--amalgamation", action="store_true")
    given = arguments.parse_args()
    if not shutil.which("go"):
        print("skipped: go is not installed")
        sys.exit(77)
    environment = go_environment()
    stale = subprocess.run([sys.executable, str(ROOT / "scripts" / "make_amalgamation.py"), "--check"], text=True,
                           capture_output=True, check=False)
    cases = [("the amalgamated source is what the sources give", stale.stdout + stale.stderr if stale.returncode else "")]
    if given.amalgamation:
        # Not optimised: it shows that the source compiles and works as it stands there.
        environment["CGO_CXXFLAGS"] = "-O0"
        options = ["-race"]
        cases += tested(MODULE, options, environment)
    else:
        with tempfile.TemporaryDirectory() as folder:
            library = pathlib.Path(given.library).resolve()
            (pathlib.Path(folder) / "leadline-c.pc").write_text(
                f"Name: leadline-c\nDescription: Leadline\nVersion: 0.1.0\nCflags: -I{ROOT / 'include'}\n"
                f"Libs: -L{library} -lleadline_c -Wl,-rpath,{library}\n",
                encoding="utf-8",
            )
            environment["PKG_CONFIG_PATH"] = folder
            environment["LEADLINE_PROGRAM"] = str(pathlib.Path(given.program).resolve())
            options = ["-tags", "leadline_system"]
            cases += formatted() + hinted(environment)
            cases += tested(MODULE, options, environment)
            for example in sorted((ROOT / "examples").glob("go_*")):
                if (example / "expected.txt").exists():
                    cases += printed_by(example, options, environment)
                else:
                    cases += tested(example, options, environment)
    target = os.environ.get("GTEST_OUTPUT", "").removeprefix("xml:")
    sys.exit(1 if junit.write_cases(target, "go", cases) else 0)


if __name__ == "__main__":
    main()
