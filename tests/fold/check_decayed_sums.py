"""Holds decayed sums against decimals of seventy digits (half-lives) and fractions (all other forms)."""

import os
import pathlib
import subprocess
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import junit  # noqa: E402

getcontext().prec = 70
HALF_LIFE, LINEAR, PERCENT, EXPIRES = 1, 2, 3, 4
NAMES = {HALF_LIFE: "half_life", LINEAR: "linear", PERCENT: "percent", EXPIRES: "expires"}


def exact_sum(form, period, percent, events, asked):
    if form == HALF_LIFE:
        return sum(Decimal(points) * Decimal(2) ** (Decimal(at - asked) / period) for at, points in events)
    if form == LINEAR:
        return sum(points * max(Fraction(0), 1 - Fraction(asked - at, period)) for at, points in events)
    if form == PERCENT:
        share = Fraction(percent, 100_000)
        return sum(points * max(Fraction(0), 1 - share * ((asked - at) // period)) for at, points in events)
    return Fraction(sum(points for at, points in events if asked - at < period))


def truncated(value):
    """Toward zero, but to the whole number that lies within 2^-20."""
    size = abs(value)
    whole = int(size)
    if size - whole >= 1 - type(size)(1) / 2**20:
        whole += 1
    return -whole if value < 0 else whole


def main():
    printed = subprocess.run([sys.argv[1]], text=True, capture_output=True, check=True).stdout
    counts = dict.fromkeys(NAMES, 0)
    problems = {form: [] for form in NAMES}
    for line in printed.splitlines():
        numbers = list(map(int, line.split()))
        form, period, percent, event_count = numbers[:4]
        events = [tuple(numbers[4 + 2 * i: 6 + 2 * i]) for i in range(event_count)]
        asked, got = numbers[-2:]
        counts[form] += 1
        expected = truncated(exact_sum(form, period, percent, events, asked))
        if expected != got and len(problems[form]) < 5:
            problems[form].append(f"{line}\n  is {got}, not {expected}")
    print(", ".join(f"{counts[form]} sums of {name}" for form, name in NAMES.items()))
    cases = [(f"sums of {name} are exact", "\n".join(problems[form]) or ("" if counts[form] else "no case was made"))
             for form, name in NAMES.items()]
    target = os.environ.get("GTEST_OUTPUT", "").removeprefix("xml:")
    sys.exit(1 if junit.write_cases(target, "decayed_sums", cases) else 0)


if __name__ == "__main__":
    main()
