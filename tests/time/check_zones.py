"""Holds every zone's offsets from 1970 to 2199 against Python's zoneinfo, reading the same database.

Usage: check_zones.py --program <print_zone_stretches> [--folder <zone database>] [--results <xml>]

For every zone: at least four instants a month, one second either side of each change that either reader knows of (the
library's own, and those that a bisection between neighbouring instants finds in zoneinfo), and the ends of the range.
"""

import argparse
import datetime
import os
import pathlib
import subprocess
import sys
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import junit  # noqa: E402

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
RANGE_END = 84_006 * 86_400  # 2200-01-01
WEEK = 7 * 86_400  # 52 a year: at least four a month


def find_folder():
    for folder in ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo", "/var/db/timezone/zoneinfo"):
        if os.path.isdir(folder):
            return folder
    return None


def list_zones(folder):
    """All zone names of the database, found without the library: every TZif file, the two copies left out."""
    names = set()
    for path in pathlib.Path(folder).rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in ("posix", "right") or not path.is_file():
            continue
        with path.open("rb") as file:
            if file.read(4) == b"TZif":
                names.add(name)
    return names


def read_stretches(text):
    """{name: [(begin or None, offset)]} and {name: problem}."""
    zones, failed = {}, {}
    current = []
    for line in text.splitlines():
        if line.startswith("zone "):
            current = zones.setdefault(line[5:], [])
        elif line.startswith("failed "):
            failed[line[7:]] = "the library cannot read it"
        elif line and zones and line.split()[0] != "-" and line.split()[0].lstrip("-").isdigit():
            begin, offset = line.split()
            current.append((int(begin), int(offset)))
        elif line.startswith("- "):
            current.append((None, int(line.split()[1])))
    return zones, failed


def instants_of(stretches):
    """Every instant to look at, in order."""
    instants = set(range(0, RANGE_END + 1, WEEK))
    for year in range(1970, 2200):  # the days on which months begin, and the middle of each
        for month in range(1, 13):
            at = int((datetime.datetime(year, month, 1, tzinfo=datetime.timezone.utc) - EPOCH).total_seconds())
            instants.update((at, at + 14 * 86_400 + 43_200))
    instants.update((0, 1, RANGE_END - 1, RANGE_END))
    for begin, _ in stretches:
        if begin is not None:
            instants.update((begin - 1, begin, begin + 1))
    return sorted(at for at in instants if 0 <= at <= RANGE_END)


def check_zone(zone, stretches):
    """The first differences as text, how many instants were compared, and how many changes zoneinfo has."""

    def offset_at(seconds):
        offset = (EPOCH + datetime.timedelta(seconds=seconds)).astimezone(zone).utcoffset()
        return int(offset.total_seconds())

    # Each instant's offset by the library: a walk along the stretches.
    compared_count = 0
    change_count = 0
    problems = []
    position = 0
    before = None  # (instant, offset) by zoneinfo
    for at in instants_of(stretches):
        while position + 1 < len(stretches) and stretches[position + 1][0] <= at:
            position += 1
        expected = offset_at(at)
        compared_count += 1
        if stretches[position][1] != expected:
            problems.append(f"{EPOCH + datetime.timedelta(seconds=at)}: {stretches[position][1]}, and zoneinfo says {expected}")
        if before is not None and before[1] != expected:
            # A change in between: by bisection, and the library must know it to the second.
            low, high = before[0], at
            while high - low > 1:
                middle = (low + high) // 2
                if offset_at(middle) == before[1]:
                    low = middle
                else:
                    high = middle
            change_count += 1
            compared_count += 1
            if all(begin != high for begin, _ in stretches):
                problems.append(f"the change at {EPOCH + datetime.timedelta(seconds=high)} is missing")
        before = (at, expected)
    return "\n".join(problems[:10]), compared_count, change_count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--folder", default=find_folder())
    parser.add_argument("--results")
    arguments = parser.parse_args()
    if arguments.folder is None:
        return 1 if junit.write_cases(arguments.results, "zones", [("database", "there is no zone database on this system")]) else 0
    # The system's database and nothing else: a package of zones that Python may have could be another version.
    zoneinfo.reset_tzpath(to=[os.path.abspath(arguments.folder)])
    done = subprocess.run([arguments.program, arguments.folder], capture_output=True, text=True, check=True)
    zones, failed = read_stretches(done.stdout)

    names = list_zones(arguments.folder)
    cases = [
        ("all zones are listed", "" if names == set(zones) | set(failed) else f"listed by one reader only: {sorted(names ^ (set(zones) | set(failed)))}"),
        ("there are hundreds of zones", "" if len(names) > 300 else f"only {len(names)}"),
    ]
    instant_count = 0
    change_count = 0
    checked = {}  # zones that are links to others have the same bytes
    for name in sorted(names):
        if name in failed or name not in zones:
            cases.append((name, failed.get(name, "not listed")))
            continue
        with open(os.path.join(arguments.folder, name), "rb") as file:
            key = (file.read(), tuple(zones[name]))
        if key not in checked:
            with open(os.path.join(arguments.folder, name), "rb") as file:
                checked[key] = check_zone(zoneinfo.ZoneInfo.from_file(file), zones[name])
        problem, compared, changes = checked[key]
        instant_count += compared
        change_count += changes
        cases.append((name, problem))
    print(f"{len(names)} zones ({len(checked)} different ones), {instant_count} instants, {change_count} changes compared")
    return 1 if junit.write_cases(arguments.results, "zones", cases) else 0


if __name__ == "__main__":
    sys.exit(main())
