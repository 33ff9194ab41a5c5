"""The structure check must find what it is there to find: each case is a small tree with one fault.

Usage: check_structure_test.py <c++ compiler>
"""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check_structure  # noqa: E402

COMPILER = sys.argv.pop() if len(sys.argv) > 1 else "c++"

SOUND = {
    "include/leadline/base/word.hpp": "#pragma once\nint word();\n"
    '#ifdef LEADLINE_HEADER_ONLY\n#include "leadline/base/detail/word_inl.hpp"\n#endif\n',
    "include/leadline/base/detail/word_inl.hpp": '#pragma once\n#include "leadline/base/word.hpp"\n'
    "#ifdef LEADLINE_HEADER_ONLY\ninline\n#endif\nint word() { return 1; }\n",
    "include/leadline/time/hour.hpp": '#pragma once\n#include "leadline/base/word.hpp"\ninline int hour() { return word(); }\n',
    "src/leadline.cpp": '#include "leadline/base/detail/word_inl.hpp"\n',
}


class structure(unittest.TestCase):
    def problems(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**SOUND, **changes}.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return "\n".join(problem for _, problem in check_structure.check_all(pathlib.Path(folder), COMPILER))

    def test_a_sound_tree_has_no_problem(self):
        self.assertEqual(self.problems({}).strip(), "")

    def test_an_include_up_the_pipeline_is_found(self):
        found = self.problems({"include/leadline/base/up.hpp": '#pragma once\n#include "leadline/time/hour.hpp"\n'})
        self.assertIn("base stands before time", found)

    def test_an_include_up_the_pipeline_within_definitions_is_found(self):
        text = '#pragma once\n#include "leadline/base/word.hpp"\n#include "leadline/time/hour.hpp"\n'
        found = self.problems({"include/leadline/base/detail/word_inl.hpp": text})
        self.assertIn("base stands before time", found)

    def test_a_folder_outside_the_pipeline_is_found(self):
        self.assertIn("no place in the pipeline", self.problems({"include/leadline/misc/x.hpp": "#pragma once\n"}))

    def test_a_heavy_library_in_a_public_header_is_found(self):
        found = self.problems({"include/leadline/time/heavy.hpp": "#pragma once\n#include <nlohmann/json.hpp>\n"})
        self.assertIn("belongs into its _inl.hpp", found)

    def test_a_header_that_needs_another_first_is_found(self):
        found = self.problems({"include/leadline/time/needy.hpp": "#pragma once\ninline int needy() { return word(); }\n"})
        self.assertIn("does not compile alone", found)

    def test_definitions_that_need_another_header_first_are_found(self):
        text = '#pragma once\n#include "leadline/base/word.hpp"\ninline std::size_t letters() { return 1; }\n'
        found = self.problems({"include/leadline/base/detail/word_inl.hpp": text})
        self.assertIn("leadline/base/word.hpp does not compile alone", found)

    def test_a_header_without_guard_is_found(self):
        self.assertIn("no #pragma once", self.problems({"include/leadline/time/bare.hpp": "int bare();\n"}))

    def test_definitions_that_are_not_compiled_are_found(self):
        self.assertIn("the compiled library lacks it", self.problems({"src/leadline.cpp": "\n"}))

    def test_definitions_that_header_only_use_lacks_are_found(self):
        found = self.problems({"include/leadline/base/word.hpp": "#pragma once\nint word();\n"})
        self.assertIn("under LEADLINE_HEADER_ONLY", found)


if __name__ == "__main__":
    unittest.main()
