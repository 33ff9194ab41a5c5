"""Holds leadline.h to its rules: sizes and places of fields as they were, exported names as declared, both languages.

    python3 interface_shape_test.py LIBRARY C_COMPILER CXX_COMPILER
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))
import c_header  # noqa: E402
from support import unittest_report  # noqa: E402

ROOT = HERE.parent.parent
PATH = ROOT / "include" / "leadline" / "leadline.h"
LAYOUT = HERE / "layout.txt"
LIBRARY, C_COMPILER, CXX_COMPILER = sys.argv[1:4]
del sys.argv[1:]

TEXT = PATH.read_text(encoding="utf-8")
HEADER = c_header.read(TEXT)


def run(*command):
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(str(each) for each in command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def layout(language):
    """Every struct's size, each field's place and size, as a program of that language sees them."""
    lines = ['#include "leadline/leadline.h"', "#include <stdio.h>", "int main(void) {"]
    for struct in HEADER.structs:
        lines.append(f'  printf("{struct.name} %lu\\n", (unsigned long)sizeof({struct.name}));')
        for field in struct.fields:
            lines.append(
                f'  printf("  {field} %lu %lu\\n", (unsigned long)offsetof({struct.name}, {field}),'
                f" (unsigned long)sizeof((({struct.name} *)0)->{field}));"
            )
    lines += ["  return 0;", "}"]
    with tempfile.TemporaryDirectory() as folder:
        suffix, compiler, standard = {
            "c": ("c", C_COMPILER, "-std=c99"),
            "c++": ("cpp", CXX_COMPILER, "-std=c++11"),
        }[language]
        source, program = pathlib.Path(folder, f"layout.{suffix}"), pathlib.Path(folder, "layout")
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        run(compiler, standard, "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", ROOT / "include", source, "-o", program)
        return run(program)


class interface_shape(unittest.TestCase):
    maxDiff = None

    def test_sizes_and_places_of_fields_are_those_written_down(self):
        found = layout("c")
        if os.environ.get("LEADLINE_WRITE_LAYOUT"):
            LAYOUT.write_text(found, encoding="utf-8")
        self.assertEqual(found, LAYOUT.read_text(encoding="utf-8"))

    def test_a_program_in_cpp_sees_the_same_places(self):
        self.assertEqual(layout("c++"), layout("c"))

    def test_no_struct_has_a_hole_that_nobody_named(self):
        for block in re.split(r"\n(?=\w)", LAYOUT.read_text(encoding="utf-8").strip()):
            first, *fields = block.splitlines()
            name, size = first.split()
            end = 0
            for line in fields:
                field, offset, field_size = line.split()
                self.assertEqual(int(offset), end, f"before {name}.{field}")
                end = int(offset) + int(field_size)
            self.assertEqual(int(size), end, f"at the end of {name}")

    def test_exported_names_are_those_declared(self):
        lines = run("nm", "-D", "--defined-only", LIBRARY).splitlines()
        # The version's own name stands there as an absolute symbol.
        exported = {line.split()[-1].split("@")[0] for line in lines if line.split()[1] != "A"}
        self.assertEqual(sorted(exported), sorted(each.name for each in HEADER.functions))

    def test_every_name_says_whose_it_is(self):
        for name in re.findall(r"^#define (\w+)", TEXT, flags=re.M):
            self.assertTrue(name.startswith("LEADLINE_"), name)
        for name in HEADER.constants:
            self.assertTrue(name.startswith("LEADLINE_"), name)
        for name in [*HEADER.handles, *HEADER.callbacks, *(each.name for each in [*HEADER.structs, *HEADER.functions])]:
            self.assertTrue(name.startswith("leadline_"), name)

    def test_every_handle_has_its_free(self):
        names = {each.name for each in HEADER.functions}
        self.assertTrue(HEADER.handles)
        for handle in HEADER.handles:
            self.assertIn(f"{handle}_free", names)

    def test_what_a_caller_fills_begins_with_its_size_and_has_an_init(self):
        for struct in HEADER.structs:
            if struct.fields[0] == "struct_size":
                macro = struct.name.upper() + "_INIT"
                self.assertRegex(TEXT, rf"#define {macro}\b")

    def test_the_header_stands_alone_and_beside_the_cpp_headers(self):
        with tempfile.TemporaryDirectory() as folder:
            both = pathlib.Path(folder, "both.cpp")
            both.write_text('#include "leadline/base/config.hpp"\n#include "leadline/leadline.h"\n', encoding="utf-8")
            run(CXX_COMPILER, "-std=c++20", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", ROOT / "include",
                "-fsyntax-only", both)

    def test_the_reader_refuses_what_is_not_plain(self):
        for wrong in ["#define A 1", "static inline int leadline_a(void) { return 1; }"]:
            with self.assertRaises(ValueError):
                c_header.read(f"/* [declarations] */\n{wrong};\n/* [end of declarations] */")


if __name__ == "__main__":
    unittest_report.main()
