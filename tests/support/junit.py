"""Writes the cases of a script test in the form that scripts/count_tests.py reads."""

import xml.etree.ElementTree as ElementTree


def write_cases(path, suite, cases):
    """`cases` is a list of (name, problem); an empty problem is a pass. Returns how many failed."""
    root = ElementTree.Element("testsuites")
    element = ElementTree.SubElement(root, "testsuite", name=suite)
    failed_count = 0
    for name, problem in cases:
        case = ElementTree.SubElement(element, "testcase", name=name, classname=suite, status="run")
        if problem:
            failed_count += 1
            ElementTree.SubElement(case, "failure", message=problem.splitlines()[0]).text = problem
            print(f"FAILED {suite}: {name}\n{problem}\n")
    if path:
        ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    print(f"{suite}: {len(cases) - failed_count} passed, {failed_count} failed")
    return failed_count
