"""Runs the unittest cases of a script and leaves them as XML where GTEST_OUTPUT says, so that each is counted."""

import os
import sys
import unittest
import xml.etree.ElementTree as ElementTree


class _Recorder(unittest.TextTestResult):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.cases = []

    def _record(self, test, kind="", text=""):
        self.cases.append((test.id().removeprefix("__main__."), kind, text))

    def addSuccess(self, test):
        super().addSuccess(test)
        self._record(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._record(test, "failure", self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._record(test, "failure", self.failures[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._record(test, "skipped", reason)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    outcome = unittest.TextTestRunner(resultclass=_Recorder, verbosity=2, stream=sys.stdout).run(suite)
    target = os.environ.get("GTEST_OUTPUT", "").removeprefix("xml:")
    if target:
        root = ElementTree.Element("testsuites")
        element = ElementTree.SubElement(root, "testsuite", name=os.path.basename(target).removesuffix(".xml"))
        for name, kind, text in outcome.cases:
            result = "skipped" if kind == "skipped" else "completed"
            case = ElementTree.SubElement(element, "testcase", name=name, classname="script", status="run", result=result)
            if kind:
                ElementTree.SubElement(case, kind, message=text.splitlines()[-1] if text else kind).text = text
        ElementTree.ElementTree(root).write(target, encoding="utf-8", xml_declaration=True)
    # A failed sub-test or set-up stands in no case of its own; of a class that is skipped as a whole none is run.
    sys.exit(0 if outcome.wasSuccessful() and (outcome.testsRun or outcome.skipped) else 1)
