"""Decisions and states are the same, byte for byte, whoever compiled the library and how: header-only by each compiler,
not optimised and optimised in full for this very processor, beside the compiled library of the release build.

Usage: variants_check.py <program print_digests of the release build> <compiler>...
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from model import case_files  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIRST_SEED = 110_001
CASES = 200
LIBRARIES = ["-lre2", "-lfmt", "-lsimdjson"]


def built(folder, compiler, flags):
    """The program compiled so, header-only."""
    program = pathlib.Path(folder, pathlib.Path(compiler).name + "".join(flags).replace("=", "_"))
    source = ROOT / "tests" / "engine" / "print_digests.cpp"
    includes = [f"-I{ROOT / each}" for each in ("include", "tests")]
    command = [compiler, "-std=c++20", "-ffp-contract=off", "-DLEADLINE_HEADER_ONLY", *flags, *includes, source, "-o", program, *LIBRARIES]
    subprocess.run(command, check=True)
    return program


def digests(program):
    done = case_files.run_over(program, FIRST_SEED, CASES)
    if done.returncode != 0:
        sys.exit(f"{program}: exit code {done.returncode}: {done.stderr[-2000:]}")
    lines = done.stdout.splitlines()
    if len(lines) != CASES or len(set(lines)) < CASES // 2:
        sys.exit(f"{program}: {len(lines)} lines for {CASES} cases, {len(set(lines))} of them different")
    return lines


def main():
    release, compilers = sys.argv[1], sys.argv[2:]
    expected = digests(release)
    variants = [(compiler, flags) for compiler in compilers for flags in (["-O3", "-march=native"], ["-O0"])]
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            programs = list(pool.map(lambda each: built(folder, *each), variants))
        for (compiler, flags), program in zip(variants, programs):
            differing = [FIRST_SEED + i for i, pair in enumerate(zip(expected, digests(program))) if pair[0] != pair[1]]
            told = f"differ from the release build's in the cases of seeds {differing}" if differing else f"equal in {CASES} cases"
            print(f"{compiler} {' '.join(flags)}, header-only: {told}")
            status |= bool(differing)
    return status


if __name__ == "__main__":
    sys.exit(main())
