#!/usr/bin/env python3
"""Writes the one C++ file, and the header, from which `go build` makes the library beside the Go package.

    scripts/make_amalgamation.py            writes bindings/go/leadline.cpp and bindings/go/leadline.h
    scripts/make_amalgamation.py --check    says whether they are what the sources give, and changes nothing

It holds the C interface (src/c) and, of the library, what that needs: a header brings its definitions where the
compiled library has them. Comments that fill a line are left out.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULE = ROOT / "bindings" / "go"
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]')
# The C library has these too; what else stands in src/c is headers of theirs.
MORE_SOURCES = [
    "src/cli/backtest_outcome.cpp",
    "src/cli/event_reader.cpp",
    "src/cli/plan_entries.cpp",
    "src/cli/plan_rates.cpp",
    "src/cli/report_documents.cpp",
    "src/cli/report_input.cpp",
]

# What the system must have: a header to look for, and the packages that bring it.
NEEDED = [
    ("tl/expected.hpp", "tl::expected", "libexpected-dev"),
    ("nlohmann/json.hpp", "nlohmann/json", "nlohmann-json3-dev"),
    ("date/ptz.h", "Howard Hinnant's date", "libhowardhinnant-date-dev"),
    ("fmt/format.h", "fmt", "libfmt-dev"),
    ("re2/re2.h", "RE2", "libre2-dev"),
    ("simdjson.h", "simdjson", "libsimdjson-dev"),
]

TOP = """\
//go:build !leadline_system

// Made by scripts/make_amalgamation.py from include/ and src/. Leadline, Apache License 2.0.
// clang-format off

"""

CHECKS = """\
#if !defined(__cplusplus) || __cplusplus < 202002L
#error "Leadline needs a C++20 compiler: g++ 12 or clang 14, or later"
#endif
"""

# Contraction changes the last bit of a sum of products; cgo does not let the flag for it through.
ARITHMETIC = """\
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__FMA__) || defined(__aarch64__) || defined(__powerpc64__) || defined(__riscv)
#pragma GCC optimize("fp-contract=off")
#endif
"""


def read(path):
    return path.read_text(encoding="utf-8")


def without_comments(text):
    """Lines that are comments and blank lines go, but not where a raw string could hold them."""
    lines = text.splitlines()
    if 'R"' in text:
        return lines
    return [line for line in lines if line.strip() and not line.lstrip().startswith("//")]


def named(line, path):
    """What two sources call the same in their unnamed namespaces would hide or repeat each other in one file: so each
    has a named one around it."""
    if line == "namespace {":
        return f"namespace of_{path.stem} {{ namespace {{"
    if line == "}  // namespace":
        return f"}} }} using namespace of_{path.stem};"
    return line


class amalgamation:
    """The text so far, and what it holds already."""

    def __init__(self):
        self.lines = []
        self.taken = set()
        self.compiled = {
            match.group(2) for line in read(ROOT / "src" / "leadline.cpp").splitlines() if (match := INCLUDE.match(line))
        }
        # Definitions that a header brings, put behind everything: they may include what includes that header.
        self.waiting = []

    def place_of(self, name):
        for folder in ("include", "src"):
            path = ROOT / folder / name
            if path.exists():
                return path
        return None

    def take(self, path):
        if path in self.taken:
            return
        self.taken.add(path)
        relative = path.relative_to(ROOT).as_posix()
        self.lines.append(f"// {relative}")
        for line in without_comments(read(path)):
            match = INCLUDE.match(line)
            own = self.place_of(match.group(2)) if match and match.group(1) == '"' else None
            if own is None:
                if line.strip() != "#pragma once":
                    self.lines.append(named(line, path) if path.suffix == ".cpp" else line)
            elif match.group(2) == "leadline/leadline.h":
                self.lines.append('#include "leadline.h"')
            elif not (own.name.endswith("_inl.hpp") and path.parent != own.parent):
                self.take(own)
        if path.suffix == ".hpp" and path.is_relative_to(ROOT / "include"):
            definitions = path.parent / "detail" / f"{path.stem}_inl.hpp"
            if definitions.relative_to(ROOT / "include").as_posix() in self.compiled:
                self.waiting.append(definitions)

    def take_all(self, sources):
        for source in sources:
            self.take(source)
        while self.waiting:
            self.take(self.waiting.pop(0))


def renamed(sources):
    """Constants and types of unnamed namespaces that two sources have: each gets the name of its file."""
    found = {}
    declared = re.compile(r"^(?:constexpr [\w:]+|class|struct) (\w+)(?: final)?(?: =| :|\[| \{|;)")
    for source in sources:
        is_own = False
        for line in read(source).splitlines():
            if line == "namespace {":
                is_own = True
            elif line.startswith("}  // namespace"):
                is_own = False
            elif is_own and (match := declared.match(line)):
                found.setdefault(match.group(1), set()).add(source)
    return {name: places for name, places in found.items() if len(places) > 1}


def amalgamated():
    sources = sorted((ROOT / "src" / "c").glob("*.cpp")) + [ROOT / name for name in MORE_SOURCES]
    clashing = renamed(sources)
    made = amalgamation()
    for name, what, package in NEEDED:
        made.lines.append(f"#if !__has_include(<{name}>)")
        made.lines.append(f'#error "Leadline needs {what} with its headers. On Debian and Ubuntu: apt-get install {package}"')
        made.lines.append("#endif")
    # First what they share, so that a source's own names are renamed in its own text alone.
    for source in sources:
        for line in read(source).splitlines():
            match = INCLUDE.match(line)
            own = made.place_of(match.group(2)) if match and match.group(1) == '"' else None
            if own is not None and match.group(2) != "leadline/leadline.h":
                made.take(own)
    while made.waiting:
        made.take(made.waiting.pop(0))
    for source in sources:
        names = sorted(name for name, places in clashing.items() if source in places)
        made.lines += [f"#define {name} {name}_of_{source.stem}" for name in names]
        made.take(source)
        made.lines += [f"#undef {name}" for name in names]
    return TOP + CHECKS + ARITHMETIC + "\n".join(made.lines) + "\n"


def header():
    return read(ROOT / "include" / "leadline" / "leadline.h")


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    stale = []
    for name, text in (("leadline.cpp", amalgamated()), ("leadline.h", header())):
        path = MODULE / name
        if not path.exists() or read(path) != text:
            stale.append(path.relative_to(ROOT).as_posix())
            if not sys.argv[1:]:
                path.write_text(text, encoding="utf-8")
    if sys.argv[1:] and stale:
        print(f"stale: {', '.join(stale)}; scripts/make_amalgamation.py writes them anew")
        sys.exit(1)
    print("up to date" if sys.argv[1:] or not stale else f"written: {', '.join(stale)}")


if __name__ == "__main__":
    main()
