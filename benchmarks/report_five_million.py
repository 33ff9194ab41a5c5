"""A report over five million decisions: how long, and in how much memory. The bar is 10 s of processor time and 2 GiB.

    report_five_million.py <leadline program> [<number of decisions>]

The decisions are those of a made-up year, again and again for other contacts. Ends with 1 where the bar is missed. The
time is the processor's, of the report alone, so that a busy machine changes it little.
"""

import json
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACK = ROOT / "rules" / "standard.json"
SECONDS_MAX = 10.0
BYTES_MAX = 2 << 30
CONTACT = re.compile(r'"contact": "([^"]*)"')


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        events = subprocess.run([program, "generate", "--contacts", "20000", "--seed", "5"], capture_output=True, text=True, check=True).stdout
        lines = subprocess.run([program, "run", PACK, "-"], input=events, capture_output=True, text=True, check=True).stdout.splitlines(keepends=True)
        path = pathlib.Path(folder) / "decisions.ndjson"
        count = 0
        with path.open("w") as file:
            round_number = 0
            while count < wanted:
                part = lines[: wanted - count]
                file.writelines(CONTACT.sub(rf'"contact": "\1-{round_number}"', line, count=1) for line in part)
                count += len(part)
                round_number += 1
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        done = subprocess.run([program, "report", PACK, path, "--period", "2026-Q2", "--format", "json"], capture_output=True, text=True, check=True)
        on_the_wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = after.ru_maxrss * 1024  # the greatest of all children, the run of the events among them
    made = json.loads(done.stdout)
    assert made["log"]["decisions"] == count
    print(json.dumps({"decisions": count, "contacts": made["log"]["contacts"], "processor_seconds": round(seconds, 2),
                      "seconds_on_the_wall": round(on_the_wall, 2), "bytes_max": size}))
    sys.exit(0 if seconds < SECONDS_MAX and size < BYTES_MAX else 1)


if __name__ == "__main__":
    main()
