"""What scripts/install_dependencies.sh does on systems that differ: with apt, without, as nobody in particular.

The system is a folder of programs that takes the place of PATH; apt-get and dpkg-query there record what they are asked.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PACKAGES = [
    line.split()
    for line in (SOURCE / "scripts" / "packages.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


class install_dependencies(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.programs = pathlib.Path(self.folder.name) / "programs"
        self.programs.mkdir()
        for name in ["bash", "env", "grep", "awk", "tr", "printf", "dirname", "cat"]:
            self.programs.joinpath(name).symlink_to(shutil.which(name))
        self.add("id", "echo 0")

    def tearDown(self):
        self.folder.cleanup()

    def add(self, name, text):
        program = self.programs / name
        program.write_text(f"#!{shutil.which('bash')}\n{text}\n", encoding="utf-8")
        program.chmod(0o755)

    def add_apt(self, installed=()):
        """An apt whose package database holds `installed`, and that writes what it is asked to `asked`."""
        self.add("dpkg-query", f'case " {" ".join(installed)} " in *" ${{@: -1}} "*) echo -n installed ;; *) exit 1 ;; esac')
        self.add("apt-cache", 'echo "  Candidate: 1.0"')
        self.add("apt-get", f'echo "$@" >> "{self.folder.name}/asked"')

    def asked(self):
        path = pathlib.Path(self.folder.name) / "asked"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def run_for(self, purpose, **variables):
        return subprocess.run(
            [shutil.which("bash"), SOURCE / "scripts" / "install_dependencies.sh", purpose],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": str(self.programs), "HOME": self.folder.name, **variables},
        )

    def test_every_line_of_the_list_is_whole(self):
        for line in PACKAGES:
            self.assertEqual(len(line), 6, line)
            self.assertIn(line[0], ["build", "test", "check", "bench", "peers"])

    def test_apt_installs_what_is_missing_by_name_and_says_so(self):
        self.add_apt(installed=["g++", "cmake"])
        done = self.run_for("build")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Installing with apt:", done.stdout)
        asked = self.asked().split()
        self.assertIn("install", asked)
        self.assertIn("-y", asked)
        for purpose, _, apt, *_ in PACKAGES:
            expected = purpose == "build" and apt not in ("g++", "cmake", "tzdata")
            if apt != "tzdata":  # the zone database of this machine may count
                self.assertEqual(apt in asked, expected, apt)

    def test_apt_is_not_asked_when_nothing_is_missing(self):
        self.add_apt(installed=[line[2] for line in PACKAGES])
        done = self.run_for("check")
        self.assertEqual((done.returncode, done.stdout, self.asked()), (0, "", ""))

    def test_a_program_that_is_there_counts_though_it_is_no_package(self):
        self.add_apt(installed=[line[2] for line in PACKAGES if line[2] != "cmake"])
        self.add("cmake", "")
        self.assertEqual(self.run_for("build").returncode, 0)
        self.assertEqual(self.asked(), "")

    def test_lists_are_refreshed_when_the_first_install_fails(self):
        self.add_apt()
        once = f"{self.folder.name}/once"
        self.add("apt-get", f'echo "$1 $2" >> "{self.folder.name}/asked"; [ "$1" = update ] && > "{once}"; [ -e "{once}" ]')
        self.assertEqual(self.run_for("build").returncode, 0)
        self.assertEqual([line.split()[0] for line in self.asked().splitlines()], ["install", "update", "install"])

    def test_a_failure_of_apt_is_told(self):
        self.add_apt()
        self.add("apt-get", "exit 100")
        self.assertNotEqual(self.run_for("build").returncode, 0)

    def test_without_root_and_sudo_it_names_the_packages(self):
        self.add_apt()
        self.add("id", "echo 1000")
        done = self.run_for("build")
        self.assertEqual(done.returncode, 3)
        self.assertIn("libre2-dev", done.stderr)

    def test_with_sudo_it_installs(self):
        self.add_apt()
        self.add("id", "echo 1000")
        self.add("sudo", '"$@"')
        self.assertEqual(self.run_for("build").returncode, 0)
        self.assertIn("libre2-dev", self.asked())

    def test_without_apt_it_says_what_to_install_and_how_and_ends(self):
        done = self.run_for("check")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout, "")
        for words in ["brew install", "dnf install", "LEADLINE_SKIP_DEPENDENCIES=1"]:
            self.assertIn(words, done.stderr)
        self.assertNotIn("apt-get", done.stderr)

    def test_without_apt_it_goes_on_when_all_is_there(self):
        prefix = pathlib.Path(self.folder.name) / "prefix"
        for _, probe, *_ in PACKAGES:
            if probe.endswith((".h", ".hpp")):
                path = prefix / "include" / probe
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            elif ":" not in probe:
                self.add(probe.split("|")[0], "")
        done = self.run_for("check", CMAKE_PREFIX_PATH=str(prefix))
        self.assertEqual(done.returncode, 0 if os.path.exists("/usr/share/zoneinfo/Etc/UTC") else 3, done.stderr)

    def test_it_can_be_told_to_look_away(self):
        self.assertEqual(self.run_for("check", LEADLINE_SKIP_DEPENDENCIES="1").returncode, 0)

    def test_an_unknown_purpose_is_wrong_usage(self):
        self.assertEqual(self.run_for("nonsense").returncode, 2)


if __name__ == "__main__":
    unittest.main()
