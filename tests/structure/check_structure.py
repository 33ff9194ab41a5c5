"""Holds the tree to docs/internals/architecture: see the functions, each of which is one rule.

Usage: check_structure.py --source <checkout> --compiler <c++ compiler> [--alone compiled|header-only|both] [--results <xml>]

--alone: how every header must compile as the only one of a file. With its definitions (header-only) that takes half a
minute for some: `make test` asks for the first, `make check` for the second, of headers that have definitions.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import junit  # noqa: E402

# The pipeline. A folder may include itself and those before it.
PIPELINE = ["base", "time", "condition", "pack", "fold", "engine", "report"]

# Libraries that cost a host seconds of compile time or symbols it did not ask for: for definitions only.
HEAVY = re.compile(r"^(nlohmann|re2|date|fmt|simdjson|CLI|zlib\.h|spdlog|gtest|benchmark|regex$|iostream$|thread$)")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes_of(path):
    return [match.group(2) for match in INCLUDE.finditer(path.read_text(encoding="utf-8"))]


def headers_of(source):
    return sorted((source / "include" / "leadline").rglob("*.hpp"))


def is_detail(path):
    return "detail" in path.parts


def folder_of(name):
    """The pipeline folder of `leadline/<folder>/...`, or None for the umbrella headers."""
    parts = pathlib.PurePosixPath(name).parts
    return parts[1] if len(parts) > 2 and parts[0] == "leadline" else None


def relative(source, path):
    return path.relative_to(source / "include").as_posix()


def check_direction(source, path):
    """Includes point only down the pipeline of folders, and every folder has its place in it."""
    problems = []
    folder = folder_of(relative(source, path))
    if folder is None:
        return ""
    if folder not in PIPELINE:
        return f"{relative(source, path)}: the folder {folder} has no place in the pipeline {' <- '.join(PIPELINE)}"
    for name in includes_of(path):
        included = folder_of(name)
        if included is None:
            if name.startswith("leadline/"):
                problems.append(f"{relative(source, path)} includes the umbrella {name}")
        elif included not in PIPELINE:
            problems.append(f"{relative(source, path)} includes {name}, outside the pipeline")
        elif PIPELINE.index(included) > PIPELINE.index(folder):
            problems.append(f"{relative(source, path)} includes {name}: {folder} stands before {included}")
        elif included != folder and "/detail/" in name and not is_detail(path):
            problems.append(f"{relative(source, path)} includes {name}: details belong to their own folder")
    return "\n".join(problems)


def check_light(source, path):
    """A public header includes no heavy library, and no other header's definitions."""
    problems = []
    own = definitions_of(path)
    for name in includes_of(path):
        if HEAVY.match(name):
            problems.append(f"{relative(source, path)} includes <{name}>, which belongs into its _inl.hpp")
        if name.endswith("_inl.hpp") and name != relative(source, own):
            problems.append(f"{relative(source, path)} includes the definitions of another header: {name}")
    text = path.read_text(encoding="utf-8")
    if own.exists() and not re.search(
        r"#ifdef LEADLINE_HEADER_ONLY\s+#include \"" + re.escape(relative(source, own)) + r"\"\s+#endif", text
    ):
        problems.append(f"{relative(source, path)} does not include {relative(source, own)} under LEADLINE_HEADER_ONLY")
    return "\n".join(problems)


def check_compiled(source, path):
    """Every file of definitions has its header, opens with it, and is part of src/leadline.cpp."""
    problems = []
    name = relative(source, path)
    header = path.parent.parent / (path.name.removesuffix("_inl.hpp") + ".hpp")
    if not header.exists():
        problems.append(f"{name} has no header {relative(source, header)}")
    elif relative(source, header) not in includes_of(path):
        problems.append(f"{name} does not include its header")
    if name not in includes_of(source / "src" / "leadline.cpp"):
        problems.append(f"src/leadline.cpp does not include {name}: the compiled library lacks it")
    return "\n".join(problems)


def check_once(source, path):
    """Every header guards itself against a second inclusion."""
    if not re.search(r"^#pragma once$", path.read_text(encoding="utf-8"), re.MULTILINE):
        return f"{relative(source, path)} has no #pragma once"
    return ""


def check_alone(source, path, compiler, header_only):
    """The header compiles as the first and only one of a file."""
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder) / "alone.cpp"
        # A second time, for the guard; the function gives the file something to compile.
        unit.write_text(f'#include "{relative(source, path)}"\n' * 2 + "int main() { return 0; }\n", encoding="utf-8")
        command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow"]
        command += ["-Wno-missing-field-initializers", "-Werror", "-ffp-contract=off", f"-I{source / 'include'}", str(unit)]
        if header_only:
            command.insert(1, "-DLEADLINE_HEADER_ONLY")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else f"{relative(source, path)} does not compile alone:\n{done.stderr[:4000]}"


def definitions_of(path):
    return path.parent / "detail" / (path.stem + "_inl.hpp")


def check_all(source, compiler, alone="both"):
    """All cases as (name, problem)."""
    headers = headers_of(source)
    if not headers:
        return [("there are headers", f"no header under {source / 'include'}")]
    cases = []
    for path in headers:
        name = relative(source, path)
        cases.append((f"{name} includes down the pipeline", check_direction(source, path)))
        cases.append((f"{name} is guarded", check_once(source, path)))
        if name.endswith("_inl.hpp"):
            cases.append((f"{name} is compiled", check_compiled(source, path)))
        elif not is_detail(path):
            cases.append((f"{name} is light", check_light(source, path)))
    public = [path for path in headers if not is_detail(path)]
    jobs = [(path, False) for path in public if alone != "header-only"]
    jobs += [(path, True) for path in public if alone != "compiled" and definitions_of(path).exists()]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        answers = pool.map(lambda job: check_alone(source, job[0], compiler, job[1]), jobs)
        for (path, mode), answer in zip(jobs, answers):
            how = "header-only" if mode else "compiled"
            cases.append((f"{relative(source, path)} stands alone, {how}", answer))
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--alone", choices=["compiled", "header-only", "both"], default="both")
    parser.add_argument("--results")
    arguments = parser.parse_args()
    cases = check_all(arguments.source.resolve(), arguments.compiler, arguments.alone)
    return 1 if junit.write_cases(arguments.results, "structure", cases) else 0


if __name__ == "__main__":
    sys.exit(main())
