"""Grades: bands with hysteresis, matrices, rules (spec section 4.3)."""

from model.exact import milli_of


def band_of(bands, score, present):
    """The index of the band a score is in, given the one it was in (None: none yet)."""
    reached = next(
        (index for index, band in enumerate(bands) if "at_least" not in band or score >= milli_of(band["at_least"])),
        None,
    )
    if present is None:
        return reached
    band = bands[present]
    if any(score >= milli_of(earlier["at_least"]) for earlier in bands[:present]):
        return reached
    if "at_least" in band and score < milli_of(band.get("until", band["at_least"])):
        return reached
    return present


def cell(cells, row, column):
    """The named row before `*`, and in each the named column before `*`; an unknown grade is no cell."""
    if row is None or column is None:
        return None
    for line in (cells.get(row), cells.get("*")):
        if isinstance(line, dict):
            for key in (column, "*"):
                if key in line:
                    return line[key]
    return None


def value(pack, name, state, values, holds):
    """The grade's word; the band of a banded grade is kept in the state."""
    spec = pack.grades[name]
    if "bands" in spec:
        score = values["score", spec["of"]][0]
        state.bands[name] = band_of(spec["bands"], score, state.bands.get(name))
        return None if state.bands[name] is None else spec["bands"][state.bands[name]]["is"]
    if "cells" in spec:
        return cell(spec["cells"], values["grade", spec["rows"]], values["grade", spec["columns"]])
    for rule in spec["rules"]:
        if "when" not in rule or holds(rule["when"]):
            return rule["is"]
    return None
