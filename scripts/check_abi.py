#!/usr/bin/env python3
"""Holds the C interface to what it was: the committed dump of the last one.

    scripts/check_abi.py            compares; 1 where something that was there has changed
    scripts/check_abi.py --write    makes the dump anew, after additions or with a new LEADLINE_ABI_VERSION

Compared is a library in which each function that the header declares does nothing, built with debug information in a
moment. It has the interface of the real one: that is compiled with the same header, which the compiler holds it to, and
its exported names are held to the header's by tests/c. (The real one's debug information is that of all the C++ within,
which abidw would need minutes to read.)

abidiff by itself is satisfied with a library without debug information, of which it sees the names alone, and so is
blind to a field that moved. So its presence is proven first, and no suppressions are used, since those for additions hide
a reorder too. Additions are allowed. abidw and abidiff come with abigail-tools.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DUMP = ROOT / "tests" / "c" / "leadline_c.abi"
HEADER = ROOT / "include" / "leadline" / "leadline.h"


sys.path.insert(0, str(ROOT / "tests" / "c"))
import c_header  # noqa: E402


class failure(Exception):
    pass


def run(*command):
    return subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)


def build_library(header, folder, *options):
    """A library of the functions that a header's text declares; gives its path."""
    include = pathlib.Path(folder, "leadline")
    include.mkdir(parents=True)
    (include / "leadline.h").write_text(header, encoding="utf-8")
    lines = ['#include "leadline/leadline.h"']
    for each in c_header.read(header).functions:
        body = "return 0;"
        if each.result == "void":
            body = ""
        elif each.result == "leadline_text":
            body = "leadline_text out = {0, 0}; return out;"
        lines.append(f"{each.text} {{ {body} }}")
    source, library = pathlib.Path(folder, "library.c"), pathlib.Path(folder, "libleadline_c.so.1")
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script = ROOT / "src" / "c" / "leadline.map"
    done = run(os.environ.get("CC", "cc"), "-std=c99", "-shared", "-fPIC", "-Wl,-soname,libleadline_c.so.1", "-I", folder,
               f"-Wl,--version-script={script}", *options, source, "-o", library)
    if done.returncode != 0:
        raise failure(f"the interface does not compile:\n{done.stderr}")
    return library


def require_debug_information(library):
    sections = run("readelf", "--sections", "--wide", library)
    if sections.returncode != 0 or not re.search(r"\.debug_info\s", sections.stdout):
        raise failure(f"{library.name} has no debug information, so its types cannot be compared: build it with -g")


def dump(library):
    """The interface as abidw sees it, without places of this machine."""
    require_debug_information(library)
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "dump.abi")
        done = run("abidw", "--no-show-locs", "--no-corpus-path", "--no-comp-dir-path", "--no-elf-needed",
                   "--type-id-style", "hash", "--out-file", out, library)
        if done.returncode != 0:
            raise failure(f"abidw failed:\n{done.stdout}{done.stderr}")
        text = out.read_text(encoding="utf-8")
    # Where the source lay, and which compiler it was, is no matter of the interface.
    text = re.sub(r" path='[^']*'", "", text)
    text = re.sub(r" language='[^']*'", " language='LANG_C99'", text)
    if "leadline_error" not in text or "data-member" not in text:
        raise failure("the dump holds no types, so there is nothing to compare")
    return text


def compare(old, library):
    now_text = dump(library)
    if "data-member" not in old.read_text(encoding="utf-8"):
        raise failure("the committed dump holds no types")
    with tempfile.TemporaryDirectory() as folder:
        now = pathlib.Path(folder, "now.abi")
        now.write_text(now_text, encoding="utf-8")
        done = run("abidiff", "--no-added-syms", old, now)
    if done.returncode != 0:
        raise failure(f"the binary interface has changed:\n{done.stdout}{done.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="make the committed dump anew")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            library = build_library(HEADER.read_text(encoding="utf-8"), folder, "-g")
            if arguments.write:
                DUMP.write_text(dump(library), encoding="utf-8")
            else:
                compare(DUMP, library)
    except failure as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
