"""Runs the gate of the binary interface, and proves that it sees what it is there for.

    CC=COMPILER python3 abi_test.py
"""

import pathlib
import re
import shutil
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent.parent / "scripts"))
import check_abi  # noqa: E402
from support import unittest_report  # noqa: E402

REORDER = r"(  uint32_t line;\n)(  uint32_t column;\n)(  uint64_t offset;\n  uint64_t size;\n  char code)"


@unittest.skipUnless(shutil.which("abidw") and shutil.which("abidiff"), "needs abidw and abidiff of abigail-tools")
class binary_interface(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.text = check_abi.HEADER.read_text(encoding="utf-8")
        cls.good = check_abi.build_library(cls.text, cls.folder / "good", "-g")
        cls.dump = cls.folder / "good.abi"
        cls.dump.write_text(check_abi.dump(cls.good), encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def refuses(self, name, header, told, option="-g"):
        library = check_abi.build_library(header, self.folder / name, option)
        with self.assertRaises(check_abi.failure) as refused:
            check_abi.compare(self.dump, library)
        self.assertIn(told, str(refused.exception))

    def changed(self, pattern, replacement):
        text, count = re.subn(pattern, replacement, self.text, flags=re.S)
        self.assertEqual(count, 1)
        return text

    def test_the_interface_is_as_the_committed_dump(self):
        check_abi.compare(check_abi.DUMP, self.good)

    def test_the_committed_dump_has_all_that_the_header_declares(self):
        text = check_abi.DUMP.read_text(encoding="utf-8")
        header = check_abi.c_header.read(self.text)
        missing = [each.name for each in header.functions if f"elf-symbol name='{each.name}'" not in text]
        self.assertEqual(missing, [], "scripts/check_abi.py --write")

    def test_the_committed_dump_names_no_place_of_a_machine(self):
        text = check_abi.DUMP.read_text(encoding="utf-8")
        self.assertNotRegex(text, r"(path|comp-dir-path)='")
        self.assertNotIn(tempfile.gettempdir(), text)
        self.assertNotIn(str(check_abi.ROOT), text)

    def test_a_library_is_equal_to_itself(self):
        check_abi.compare(self.dump, self.good)

    def test_two_fields_that_changed_places_are_refused(self):
        self.refuses("reorder", self.changed(REORDER, r"\2\1\3"), "leadline_error")

    def test_a_field_in_the_middle_is_refused(self):
        header = self.changed(r"(  char pointer\[256\];)", r"  uint64_t more;\n\1")
        self.refuses("middle", header, "leadline_error")

    def test_a_field_of_another_type_is_refused(self):
        header = self.changed(r"  int32_t depth;", r"  uint32_t depth;")
        self.refuses("type", header, "leadline_pack_options")

    def test_another_parameter_is_refused(self):
        header = self.changed(r"(leadline_buffer_append\([^)]*)size_t size\)", r"\1uint32_t size)")
        self.refuses("parameter", header, "leadline_buffer_append")

    def test_a_function_that_is_gone_is_refused(self):
        header = self.changed(r"void leadline_buffer_clear\(leadline_buffer\* buffer\);", "")
        self.refuses("gone", header, "leadline_buffer_clear")

    def test_missing_debug_information_is_refused(self):
        self.refuses("stripped", self.text, "no debug information", "-g0")

    def test_missing_debug_information_is_refused_where_fields_changed_places(self):
        self.refuses("stripped_reorder", self.changed(REORDER, r"\2\1\3"), "no debug information", "-g0")

    def test_an_addition_is_allowed(self):
        header = self.changed(
            r"(uint32_t leadline_abi_version\(void\);)", r"\1\nint32_t leadline_new_thing(void);"
        )
        check_abi.compare(self.dump, check_abi.build_library(header, self.folder / "more", "-g"))


if __name__ == "__main__":
    unittest_report.main()
