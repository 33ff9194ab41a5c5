"""`leadline lists`, with an npm of our own that installs made-up packages: no network, every failure."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import leadline_program, unittest_report  # noqa: E402

# As the real packages are laid out: capitals, an address of a page that was not found, a comment, two lists that
# name one domain, an entry that is no text.
PACKAGES = {
    "freemail/package.json": json.dumps({"name": "freemail", "version": "1.7.0", "license": "ISC"}),
    "freemail/data/free.txt": "Web.example\nabc.example\r\n\n404: not found\nabc.example\n# comment\n",
    "freemail/data/disposable.txt": "trash.example\nnyköping.example\n-\n",
    "disposable-email-domains-js/package.json": json.dumps(
        {"name": "disposable-email-domains-js", "version": "1.26.0", "license": "CC0-1.0"}
    ),
    "disposable-email-domains-js/dist/dict/list.json": json.dumps(["Trash.example", "burn.example", 7, "no domain"]),
}


def write_packages(folder, changes=None):
    for name, content in {**PACKAGES, **(changes or {})}.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


class lists_command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.modules = self.path / "installed" / "node_modules"
        self.out = self.path / "out"

    def build(self, *arguments, changes=None):
        write_packages(self.modules, changes)
        return leadline_program.run("lists", "--from", self.modules.parent, "--out", self.out, *arguments)

    def domains(self, name):
        lines = (self.out / name).read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not line.startswith("#")]

    def npm(self, script):
        path = self.path / "npm"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def test_domains_are_lower_case_sorted_and_there_once(self):
        done = self.build()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.domains("free_mail.txt"), ["abc.example", "web.example"])
        self.assertEqual(self.domains("disposable_mail.txt"), ["burn.example", "nyköping.example", "trash.example"])

    def test_what_is_no_domain_is_counted(self):
        done = self.build()
        self.assertIn("free_mail.txt: 2 domains (1 lines of the source left out", done.stdout)
        self.assertIn("disposable_mail.txt: 3 domains (3 lines of the source left out", done.stdout)

    def test_the_head_names_source_version_and_licence(self):
        self.build()
        head = (self.out / "disposable_mail.txt").read_text(encoding="utf-8").split("\nburn")[0]
        self.assertIn("npm package freemail 1.7.0 (licence ISC)", head)
        self.assertIn("npm package disposable-email-domains-js 1.26.0 (licence CC0-1.0)", head)

    def test_a_second_run_renews_the_lists(self):
        self.build()
        done = self.build(changes={"freemail/data/free.txt": "new.example\n"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.domains("free_mail.txt"), ["new.example"])

    def test_a_list_that_somebody_else_wrote_is_kept_and_nothing_is_written(self):
        self.out.mkdir()
        (self.out / "disposable_mail.txt").write_text("mine.example\n", encoding="utf-8")
        done = self.build()
        self.assertEqual(done.returncode, 1)
        self.assertIn("lists.file_exists", done.stderr)
        self.assertEqual(self.domains("disposable_mail.txt"), ["mine.example"])
        self.assertFalse((self.out / "free_mail.txt").exists())

    def test_force_replaces_it(self):
        self.out.mkdir()
        (self.out / "disposable_mail.txt").write_text("mine.example\n", encoding="utf-8")
        self.assertEqual(self.build("--force").returncode, 0)
        self.assertEqual(len(self.domains("disposable_mail.txt")), 3)

    def test_another_licence_is_told_and_nothing_is_written(self):
        package = json.dumps({"name": "freemail", "version": "1.8.0", "license": "UNLICENSED"})
        done = self.build(changes={"freemail/package.json": package})
        self.assertEqual(done.returncode, 1)
        self.assertIn("lists.licence_changed", done.stderr)
        self.assertFalse(self.out.exists())

    def test_another_layout_is_told(self):
        done = self.build(changes={"disposable-email-domains-js/dist/dict/list.json": None})
        self.assertEqual(done.returncode, 1)
        self.assertIn("lists.bad_package", done.stderr)

    def test_a_package_that_is_not_there_is_told(self):
        done = self.build(changes={"freemail/package.json": None})
        self.assertEqual(done.returncode, 1)
        self.assertIn("input.not_readable", done.stderr)

    def test_npm_installs_both_packages_without_running_their_scripts(self):
        write_packages(self.modules)
        said = self.path / "said"
        npm = self.npm(f'echo "$@" > {said}; echo noise; cp -r {self.modules} "$3/node_modules"')
        done = leadline_program.run("lists", "--npm", npm, "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.domains("free_mail.txt"), ["abc.example", "web.example"])
        words = said.read_text(encoding="utf-8").split()
        self.assertEqual(words[0], "install")
        self.assertIn("--ignore-scripts", words)
        self.assertEqual(words[-2:], ["freemail@1", "disposable-email-domains-js@1"])
        self.assertNotIn("noise", done.stdout)
        self.assertFalse(pathlib.Path(words[2]).exists(), "the temporary folder is left behind")

    def test_a_missing_npm_is_told_with_what_to_do(self):
        done = leadline_program.run("lists", "--npm", self.path / "nothing", "--out", self.out)
        self.assertEqual(done.returncode, 1)
        self.assertIn("lists.npm_missing", done.stderr)
        self.assertIn("apt-get install npm", done.stderr)
        self.assertFalse(self.out.exists())

    def test_an_npm_that_fails_is_told_with_what_it_said(self):
        npm = self.npm('echo "no network" >&2; exit 1')
        done = leadline_program.run("lists", "--npm", npm, "--out", self.out)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no network", done.stderr)
        self.assertIn("lists.npm_failed", done.stderr)

    def test_help_shows_an_example(self):
        done = leadline_program.run("lists", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Example:", done.stdout)


if __name__ == "__main__":
    unittest_report.main()
