#!/usr/bin/env python3
"""What a call from another language costs beside C++: the same events, one by one, in batches of 10,000, and in such
batches with three members of each decision read (Python: as columns of an Arrow table), and a question that is answered
at once. Processor time, the languages in turn: the median of the rounds, and the median of each round's ratio to C++.

    compare.py CPP_WORKER C_WORKER LIBRARY_FOLDER PYTHON_FOLDER RESULT.json

LIBRARY_FOLDER holds libleadline_c, PYTHON_FOLDER the package. What is not installed is left out, and that is said.

Each worker says what it came to, and these must be equal.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ROUNDS = int(os.environ.get("LEADLINE_BENCH_ROUNDS", "5"))

PACK = {
    "leadline": 1, "name": "bindings", "time_zone": "UTC", "engine": {"lateness": "0s"},
    "events": {
        "page_view": {"activity": True, "fields": {"path": "string"}},
        "session_start": {"activity": True, "fields": {"utm_source": "string"}},
        "webinar_attended": {"activity": True, "fields": {"minutes": "number"}},
    },
    "scores": {"behaviour": {"rules": [
        {"id": "pricing", "on": "page_view", "where": {"==": [{"var": "event.path"}, "/pricing"]}, "points": 10},
        {"id": "blog", "on": "page_view", "where": {"starts_with": [{"var": "event.path"}, "/blog"]}, "points": 1},
        {"id": "webinar", "on": "webinar_attended", "where": {">=": [{"var": "event.minutes"}, 30]}, "points": 15},
        {"id": "session", "on": "session_start", "where": {"in": [{"var": "event.utm_source"}, ["google", "bing"]]}, "points": 2}]}},
    "funnel": {"start": "lead", "stages": [{"id": "lead"}, {"id": "mql"}],
               "transitions": [{"id": "hot", "from": "lead", "to": "mql", "when": {">=": [{"var": "score.behaviour"}, 50]}}]},
}  # fmt: skip


def measured(program, pack, environment):
    out = {}
    done = subprocess.run([*program, pack], text=True, stdout=subprocess.PIPE, check=True, env={**os.environ, **environment})
    for line in done.stdout.splitlines():
        name, ns, sum_told = line.split()
        out[name] = (float(ns), int(sum_told))
    return out


def go_worker(folder, library):
    """Built against the library that the C++ worker is of, so that the compiler is the same; None without Go."""
    if not shutil.which("go"):
        print("Go is not installed: left out")
        return None
    (folder / "leadline-c.pc").write_text(
        f"Name: leadline-c\nDescription: Leadline\nVersion: 0.1.0\nCflags: -I{ROOT / 'include'}\n"
        f"Libs: -L{library} -lleadline_c -Wl,-rpath,{library}\n", encoding="utf-8")  # fmt: skip
    worker = folder / "go_worker"
    environment = {**os.environ, "PKG_CONFIG_PATH": str(folder), "GOWORK": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "1"}
    subprocess.run(["go", "build", "-tags", "leadline_system", "-o", str(worker), "."],
                   cwd=ROOT / "benchmarks" / "bindings" / "go_worker", env=environment, check=True)  # fmt: skip
    return worker


def python_worker(folder):
    """With pyarrow installed by name into a virtual environment, where that can be had."""
    if not any(folder.glob("leadline/_native*")):
        print("the Python package is not built: left out")
        return None
    venv = ROOT / "build" / "peers" / "bindings_python"
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    if subprocess.run([python, "-c", "import pyarrow"], capture_output=True, check=False).returncode != 0:
        subprocess.run([venv / "bin" / "pip", "install", "--quiet", "pyarrow"], check=False)
    return python


def main():
    cpp, c, library, package, result = sys.argv[1:]
    package = pathlib.Path(package).resolve()
    sums = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pack = folder / "pack.json"
        pack.write_text(json.dumps(PACK), encoding="utf-8")
        go, python = go_worker(folder, pathlib.Path(library).resolve()), python_worker(package)
        workers = {"C++": [cpp], "C": [c]}
        if go is not None:
            workers["Go"] = [go]
        if python is not None:
            workers["Python"] = [python, ROOT / "benchmarks" / "bindings" / "python_worker.py"]
        rounds = {}
        for _ in range(ROUNDS):
            for language, worker in workers.items():
                for task, (ns, came_to) in measured(worker, pack, {"PYTHONPATH": str(package)}).items():
                    rounds.setdefault(task, {}).setdefault(language, []).append(ns)
                    if came_to != sums.setdefault(task, came_to):
                        sys.exit(f"{language} came to {came_to} in {task}, C++ to {sums[task]}")
    rows = []
    for task, by_language in rounds.items():
        base = by_language["C++"]
        for language, each in by_language.items():
            ns = statistics.median(each)
            more_ns = statistics.median(own - other for own, other in zip(each, base))
            ratio = statistics.median(own / other for own, other in zip(each, base))
            rows.append({"task": task, "language": language, "ns": ns, "more_ns": more_ns, "ratio": ratio})
            print(f"{task:6} {language:6} {ns:9.1f} ns  {more_ns:+8.1f} ns  {ratio:6.2f} x C++")
    pathlib.Path(result).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
