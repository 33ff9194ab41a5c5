"""The HTML pages in a real browser: no error, charts drawn, and every number where the JSON has it.

Screenshots and the pages stay in the folder `pages` of the build. Without a browser the test is skipped and says so.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import browser, leadline_program, unittest_report  # noqa: E402
from support.leadline_program import ROOT  # noqa: E402

PAGES = pathlib.Path.cwd() / "pages"
PACK = ROOT / "rules" / "standard.json"

# All cells that say where their number stands, and what they show.
CELLS = """[...document.querySelectorAll("[data-path]")].map((each) =>
  ({path: each.dataset.path, form: each.dataset.form, text: each.textContent}))"""

# How many pixels of each canvas are painted: a chart that was not drawn has none.
PAINTED = """[...document.querySelectorAll("canvas")].map((each) => {
  const {width, height} = each;
  const all = each.getContext("2d").getImageData(0, 0, width, height).data;
  let painted = 0;
  let colored = 0;
  for (let i = 0; i < all.length; i += 4) {
    if (all[i + 3] > 0) ++painted;
    if (Math.max(all[i], all[i + 1], all[i + 2]) - Math.min(all[i], all[i + 1], all[i + 2]) > 60) ++colored;
  }
  return {width, height, painted, colored, words: each.getAttribute("aria-label")};
})"""

# The least contrast of a text with what is behind it, by the formula of WCAG 2.
CONTRAST = """(() => {
  const numbers = (color) => color.match(/[0-9.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = numbers(color).slice(0, 3).map((each) => each / 255)
      .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if (numbers(color).length < 4 || numbers(color)[3] > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  let least = 21;
  for (const each of document.querySelectorAll("h1, h2, p, th, td, caption, figcaption, a, summary, dt, dd, footer")) {
    const [a, b] = [light(getComputedStyle(each).color), light(behind(each))];
    least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return least;
})()"""


# axe-core of npm, where the build has found it.
AXE = pathlib.Path(os.environ.get("LEADLINE_AXE") or "/nowhere")

# What it finds: the rule, how bad it is, and where.
VIOLATIONS = """axe.run(document, {resultTypes: ["violations"], RULES}).then((made) => ({checks: made.passes.length,
  found: made.violations.map((each) => `${each.impact} ${each.id}: ${each.help}; ${each.nodes.map((node) => node.target).join(" ")}`)}))"""


def at(data, path):
    for key in path.split("/")[1:]:
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data


def numbers(text):
    return [float(each.replace(",", "")) for each in re.findall(r"-?[0-9][0-9,]*(?:\.[0-9]+)?", text)]


def is_shown(value, form, text):
    """Whether a text tells the value, as far as it is rounded."""
    if value is None:
        return text == "-"
    if form == "rate":
        if value["rate"] is None:
            return text == f"- ({value['count']} of {value['of']})"
        shown, count, of = numbers(text)
        return abs(shown - 100 * value["rate"]) <= 0.0501 and [count, of] == [value["count"], value["of"]]
    if form == "share":
        return abs(numbers(text)[0] - 100 * value) <= 0.0501
    if form == "time":
        unit = {"d": 86_400_000, "h": 3_600_000, "min": 60_000, "s": 1_000, "ms": 1}[text.split()[1]]
        return abs(numbers(text)[0] * unit - value) <= 0.0501 * unit
    return abs(numbers(text)[0] - value) <= 0.000501


class pages_without_a_browser(unittest.TestCase):
    @unittest.skipIf("LEADLINE_WITHOUT_BROWSER" in os.environ, "this is the run without a browser")
    def test_the_others_are_skipped_and_say_why(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, __file__, leadline_program.PROGRAM], capture_output=True, text=True, check=False,
                                  env={"PATH": folder, "LEADLINE_WITHOUT_BROWSER": "1", "GTEST_OUTPUT": f"xml:{folder}/made.xml"})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("no browser is installed (the Debian package chromium)", done.stdout)
            self.assertIn("no browser is installed", (pathlib.Path(folder) / "made.xml").read_text())


class pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = browser.find()
        if not program:
            raise unittest.SkipTest("no browser is installed (the Debian package chromium)")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        folder = pathlib.Path(cls.folder.name)
        PAGES.mkdir(exist_ok=True)
        cls.events = folder / "events.ndjson"
        cls.events.write_text(leadline_program.run("generate", "--contacts", "400", "--seed", "11").stdout)
        cls.decisions = folder / "decisions.ndjson"
        cls.decisions.write_text(leadline_program.run("run", PACK, cls.events).stdout)
        cls.browser = browser.opened(program)
        cls.page = cls.enterClassContext(cls.browser) if hasattr(cls, "enterClassContext") else cls.browser.__enter__()
        if not hasattr(cls, "enterClassContext"):
            cls.addClassCleanup(cls.browser.__exit__, None, None, None)

    def told(self, *arguments):
        done = leadline_program.run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def shown(self, name, *arguments):
        """The page of a command, opened; and the JSON of the same command."""
        data = json.loads(self.told(*arguments, "--format", "json"))
        path = PAGES / f"{name}.html"
        path.write_text(self.told(*arguments, "--format", "html"), encoding="utf-8")
        self.page.problems.clear()
        self.page.size(1280, 900)
        self.page.media("screen", "light")
        self.page.open(path)
        return data

    def check_accessibility(self, least_checks, rules=""):
        """No rule of axe-core is broken, of whatever weight. Without it what `check` looks at by itself must do."""
        if not AXE.is_file():
            print("axe-core is not there (npm, when the build is configured): its rules are not looked at")
            return
        if self.page.value("typeof axe") != "object":
            self.page.value(AXE.read_text(encoding="utf-8") + "; 0")
        made = self.page.value(VIOLATIONS.replace("RULES", rules))
        self.assertGreaterEqual(made["checks"], least_checks)
        self.assertEqual(made["found"], [])

    def charts_under(self, *titles):
        """Each of these sections has a chart, where the program has a chart library at all."""
        if self.page.value("typeof Chart") != "function":
            return
        drawn = self.page.value("""[...document.querySelectorAll("section")].filter((each) => each.querySelector("canvas"))
          .map((each) => each.querySelector("h2").textContent)""")
        for title in titles:
            self.assertTrue(any(title in each for each in drawn), f"{title} among {drawn}")

    def check(self, name, data, least_charts, least_cells):
        page = self.page
        self.assertEqual(json.loads(page.value("JSON.stringify(data)")), data, "the page carries the JSON")
        cells = page.value(CELLS)
        self.assertGreater(len(cells), least_cells)
        for cell in cells:
            with self.subTest(path=cell["path"]):
                self.assertTrue(is_shown(at(data, cell["path"]), cell["form"], cell["text"]),
                                f"{cell['text']} for {at(data, cell['path'])}")
        charts = page.value(PAINTED)
        if page.value("typeof Chart") == "function":
            self.assertGreaterEqual(len(charts), least_charts)
        else:
            self.assertIn("npm", page.value("document.querySelector('header').textContent"))
        for each in charts:
            self.assertGreater(each["painted"], each["width"] * each["height"] // 200, each["words"])
            self.assertTrue(each["words"])
        # Series have colors, grids and texts have none; a chart of nothing but zeros has no series to see.
        if least_charts > 1 and charts:
            self.assertGreater(sum(each["colored"] > 200 for each in charts), len(charts) // 2)
        self.assertGreaterEqual(page.value(CONTRAST), 4.5)
        self.check_accessibility(least_checks=16)
        page.screenshot(PAGES / f"{name}.png")
        page.media("screen", "dark")
        self.assertGreaterEqual(page.value(CONTRAST), 4.5)
        # Colors are all that is other in the dark.
        self.check_accessibility(least_checks=1, rules='runOnly: ["color-contrast"]')
        page.screenshot(PAGES / f"{name}-dark.png")
        page.media("screen", "light")
        page.size(360, 740, is_phone=True)
        self.assertLessEqual(page.value("document.documentElement.scrollWidth"), 360, "nothing is wider than a phone")
        page.screenshot(PAGES / f"{name}-phone.png")
        page.media("print", "light")
        self.assertEqual(page.value("getComputedStyle(document.querySelector('nav')).display"), "none")
        page.media("screen", "light")
        self.assertEqual(page.value("""[...document.querySelectorAll("table")].filter((each) =>
          !each.caption || !each.querySelector("th[scope=col]")).length"""), 0, "tables say what they are")
        self.assertEqual(page.value("document.querySelectorAll('h1').length"), 1)
        self.assertEqual(page.problems, [])

    def test_a_report_of_a_quarter_beside_the_one_before_it(self):
        spend = pathlib.Path(self.folder.name) / "spend.ndjson"
        spend.write_text('{"period": "2026-Q2", "channel": "event", "spend": 9000, "quota": 250000}\n')
        data = self.shown("report", "report", PACK, self.decisions, "--period", "2026-Q2", "--by", "contact.channel",
                          "--events", self.events, "--spend", spend, "--details")
        self.assertIsNotNone(data["all"]["before"])
        self.assertGreater(len(data["by"]["groups"]), 3)
        self.assertGreater(data["all"]["now"]["business"]["opened"], 0)
        self.check("report", data, 14, 250)
        # Each stage's entries stand in the page.
        cells = {cell["path"] for cell in self.page.value(CELLS)}
        for i in range(len(data["all"]["now"]["funnel"]["stages"])):
            self.assertIn(f"/all/now/funnel/stages/{i}/entries", cells)

    def test_a_comparison_of_two_packs(self):
        other = pathlib.Path(self.folder.name) / "other.json"
        text = PACK.read_text(encoding="utf-8")
        changed = text.replace('{ ">=": [{ "var": "score.lead" }, 50] }', '{ ">=": [{ "var": "score.lead" }, 30] }')
        self.assertNotEqual(text, changed)
        other.write_text(changed, encoding="utf-8")
        for each in (ROOT / "rules").iterdir():
            if each.is_dir() and not (other.parent / each.name).exists():
                (other.parent / each.name).symlink_to(each)
        data = self.shown("comparison", "compare", PACK, other, self.events)
        self.assertGreater(data["changed"], 0)
        self.assertGreater(data["volume"]["after"], data["volume"]["before"])
        self.check("comparison", data, 3, 20)
        self.charts_under("Entries into mql", "Clocks", "Changes")

    def test_a_backtest_with_fitted_points(self):
        data = self.shown("backtest", "backtest", PACK, self.events, "--fit", "--train", "50%")
        self.assertGreater(data["backtest"]["won"], 0)
        self.check("backtest", data, 9, 60)
        self.charts_under("tenths", "ROC", "calibration", "thresholds", "Proposed points")

    def test_a_report_of_nothing(self):
        nothing = pathlib.Path(self.folder.name) / "nothing.ndjson"
        nothing.write_text("")
        data = self.shown("report-of-nothing", "report", PACK, nothing)
        self.check("report-of-nothing", data, 1, 10)

    def test_names_out_of_events_are_text_and_never_markup(self):
        evil = "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
        line = json.dumps({"seq": 1, "at": "2026-03-02T10:00:00.000Z", "contact": "a", "kind": "stage", "from": None,
                           "to": "mql", "rule": evil, "reason": evil, "cause": None})
        path = pathlib.Path(self.folder.name) / "evil.ndjson"
        path.write_text(line + "\n", encoding="utf-8")
        data = self.shown("report-evil", "report", PACK, path)
        self.assertEqual(data["all"]["now"]["handoff"]["reasons"][0]["reason"], evil)
        self.assertNotIn("taken", self.page.value("document.title"))
        self.assertIn(evil, self.page.value("document.body.textContent"))
        self.assertEqual(self.page.problems, [])


if __name__ == "__main__":
    unittest_report.main()
