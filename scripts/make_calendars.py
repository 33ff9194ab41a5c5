#!/usr/bin/env python3
"""Writes rules/calendars/*.json and the holiday blocks inside the packs of rules/.

Every date is computed from a rule that a law or a long custom fixes ("third Monday of January", "39 days after
Easter"); nothing is copied from a list. What a government declares from year to year (royal occasions, election
days, moon-sighted feasts) cannot be computed and is not here: add it to your own calendar by hand.

    scripts/make_calendars.py            write the files
    scripts/make_calendars.py --check    exit 1 when a file is not what the rules give, or the years run out

A pack takes a block by two comment lines inside its "dates"; what stands between them is replaced:

    // <holidays united_states 2026-2030>
    // </holidays>
"""

import datetime
import difflib
import pathlib
import re
import sys

RULES = pathlib.Path(__file__).resolve().parent.parent / "rules"
FIRST_YEAR, LAST_YEAR = 2025, 2035
# A calendar that ends within this many years is renewed now, not on the day it has ended.
YEARS_AHEAD_MIN = 2

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
ONE_DAY = datetime.timedelta(days=1)


def easter(year):
    """Sunday of Easter in the Gregorian calendar, by the golden number and the epact."""
    golden = year % 19
    century = year // 100
    # Leap days that the Gregorian reform leaves out, and the moon's own slow correction.
    solar, lunar = century - century // 4, (8 * century + 13) // 25
    moon = (solar - lunar + 19 * golden + 15) % 30  # days from 21 March to the full moon
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - solar) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return datetime.date(year, month, offset + 28 - 31 * (month // 4))


def nth(year, month, weekday, n):
    """The n-th such weekday of a month; n = -1 is the last."""
    if n > 0:
        first = datetime.date(year, month, 1)
        return first + datetime.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = datetime.date(year + month // 12, month % 12 + 1, 1) - ONE_DAY
    return last - datetime.timedelta(days=(last.weekday() - weekday) % 7)


def on_or_before(date, weekday):
    return date - datetime.timedelta(days=(date.weekday() - weekday) % 7)


def on_or_after(date, weekday):
    return date + datetime.timedelta(days=(weekday - date.weekday()) % 7)


# Each rule yields (date, name) for a year. `moved` is what becomes of a date on a weekend.


def stays(date):
    return date


def nearest_weekday(date):
    """United States: Saturday's holiday is kept on Friday, Sunday's on Monday."""
    return date - ONE_DAY if date.weekday() == SAT else date + ONE_DAY if date.weekday() == SUN else date


def next_monday(date):
    return on_or_after(date, MON) if date.weekday() >= SAT else date


def fixed(month, day, name, moved=stays, since=None):
    def rule(year):
        if since is None or year >= since:
            date = datetime.date(year, month, day)
            observed = moved(date)
            yield observed, name if observed == date else name + ", observed"

    return rule


def weekday_of(month, weekday, n, name):
    def rule(year):
        yield nth(year, month, weekday, n), name

    return rule


def from_easter(days, name):
    def rule(year):
        yield easter(year) + datetime.timedelta(days=days), name

    return rule


def christmas_and_the_day_after(second_name):
    """Two days in a row, each of which has its substitute on the next free weekday."""

    def rule(year):
        taken = set()
        for day, name in ((25, "Christmas Day"), (26, second_name)):
            date = datetime.date(year, 12, day)
            observed = date
            while observed.weekday() >= SAT or observed in taken:
                observed += ONE_DAY
            taken.add(observed)
            yield observed, name if observed == date else name + ", substitute day"

    return rule


def british_christmas(year):
    """When Christmas Day is a Sunday, Boxing Day stays on Monday and Christmas has Tuesday for substitute."""
    christmas, boxing = datetime.date(year, 12, 25), datetime.date(year, 12, 26)
    if christmas.weekday() == SUN:
        yield boxing, "Boxing Day"
        yield boxing + ONE_DAY, "Christmas Day, substitute day"
    else:
        yield from christmas_and_the_day_after("Boxing Day")(year)


def saint_brigid(year):
    first = datetime.date(year, 2, 1)
    yield (first if first.weekday() == FRI else nth(year, 2, MON, 1)), "Saint Brigid's Day"


def kings_day(year):
    date = datetime.date(year, 4, 27)
    yield (date - ONE_DAY if date.weekday() == SUN else date), "King's Day"


def liberation_day(year):
    # A day off for most employees in years divisible by five only.
    if year % 5 == 0:
        yield datetime.date(year, 5, 5), "Liberation Day"


def victoria_day(year):
    yield on_or_before(datetime.date(year, 5, 24), MON), "Victoria Day"


def midsummer_eve(year):
    yield on_or_after(datetime.date(year, 6, 19), FRI), "Midsummer Eve"


GOOD_FRIDAY = from_easter(-2, "Good Friday")
EASTER_MONDAY = from_easter(1, "Easter Monday")
ASCENSION = from_easter(39, "Ascension Day")
WHIT_MONDAY = from_easter(50, "Whit Monday")
CORPUS_CHRISTI = from_easter(60, "Corpus Christi")
NEW_YEAR = fixed(1, 1, "New Year's Day")
EPIPHANY = fixed(1, 6, "Epiphany")
LABOUR_DAY = fixed(5, 1, "Labour Day")
ASSUMPTION = fixed(8, 15, "Assumption of Mary")
ALL_SAINTS = fixed(11, 1, "All Saints' Day")
IMMACULATE = fixed(12, 8, "Immaculate Conception")
CHRISTMAS = fixed(12, 25, "Christmas Day")
SECOND_CHRISTMAS = fixed(12, 26, "Second Day of Christmas")

# region: (what it is, calendars by id and zone, rules)
REGIONS = {
    "united_states": (
        "United States: the federal holidays of title 5, section 6103 of the US Code. On a Saturday they are "
        "kept the Friday before, on a Sunday the Monday after. States and companies differ: many firms work on "
        "Columbus Day and Veterans Day and close on the Friday after Thanksgiving.",
        {
            "us_eastern": "America/New_York",
            "us_central": "America/Chicago",
            "us_mountain": "America/Denver",
            "us_arizona": "America/Phoenix",
            "us_pacific": "America/Los_Angeles",
        },
        [
            fixed(1, 1, "New Year's Day", nearest_weekday),
            weekday_of(1, MON, 3, "Martin Luther King Day"),
            weekday_of(2, MON, 3, "Washington's Birthday"),
            weekday_of(5, MON, -1, "Memorial Day"),
            fixed(6, 19, "Juneteenth", nearest_weekday),
            fixed(7, 4, "Independence Day", nearest_weekday),
            weekday_of(9, MON, 1, "Labor Day"),
            weekday_of(10, MON, 2, "Columbus Day"),
            fixed(11, 11, "Veterans Day", nearest_weekday),
            weekday_of(11, THU, 4, "Thanksgiving"),
            fixed(12, 25, "Christmas Day", nearest_weekday),
        ],
    ),
    "canada": (
        "Canada: the general holidays of part III of the Canada Labour Code. On a weekend they are kept the "
        "Monday after, one of the two days that the code allows. Provinces add their own (Family Day, Civic "
        "Holiday, Saint-Jean-Baptiste) and leave some out.",
        {"canada_eastern": "America/Toronto", "canada_pacific": "America/Vancouver"},
        [
            fixed(1, 1, "New Year's Day", next_monday),
            GOOD_FRIDAY,
            victoria_day,
            fixed(7, 1, "Canada Day", next_monday),
            weekday_of(9, MON, 1, "Labour Day"),
            fixed(9, 30, "National Day for Truth and Reconciliation", next_monday),
            weekday_of(10, MON, 2, "Thanksgiving"),
            fixed(11, 11, "Remembrance Day", next_monday),
            christmas_and_the_day_after("Boxing Day"),
        ],
    ),
    "england_and_wales": (
        "England and Wales: the bank holidays of the Banking and Financial Dealings Act 1971 and the common-law "
        "ones, with their substitute days. Extra days for royal occasions are proclaimed, not computed.",
        {"england_and_wales": "Europe/London"},
        [
            fixed(1, 1, "New Year's Day", next_monday),
            GOOD_FRIDAY,
            EASTER_MONDAY,
            weekday_of(5, MON, 1, "Early May bank holiday"),
            weekday_of(5, MON, -1, "Spring bank holiday"),
            weekday_of(8, MON, -1, "Summer bank holiday"),
            british_christmas,
        ],
    ),
    "ireland": (
        "Ireland: the public holidays of the Organisation of Working Time Act 1997, with Saint Brigid's Day since "
        "2023. One that falls on a weekend is not moved; the employee has another day instead.",
        {"ireland": "Europe/Dublin"},
        [
            NEW_YEAR,
            saint_brigid,
            fixed(3, 17, "Saint Patrick's Day"),
            EASTER_MONDAY,
            weekday_of(5, MON, 1, "May holiday"),
            weekday_of(6, MON, 1, "June holiday"),
            weekday_of(8, MON, 1, "August holiday"),
            weekday_of(10, MON, -1, "October holiday"),
            CHRISTMAS,
            fixed(12, 26, "Saint Stephen's Day"),
        ],
    ),
    "germany": (
        "Germany: the nine days that are public holidays in every state. Each state has more (Epiphany, Corpus "
        "Christi, Reformation Day, All Saints); add your state's.",
        {"germany": "Europe/Berlin"},
        [
            NEW_YEAR,
            GOOD_FRIDAY,
            EASTER_MONDAY,
            LABOUR_DAY,
            ASCENSION,
            WHIT_MONDAY,
            fixed(10, 3, "German Unity Day"),
            CHRISTMAS,
            SECOND_CHRISTMAS,
        ],
    ),
    "austria": (
        "Austria: the public holidays of the Working Rest Act (Arbeitsruhegesetz).",
        {"austria": "Europe/Vienna"},
        [
            NEW_YEAR,
            EPIPHANY,
            EASTER_MONDAY,
            LABOUR_DAY,
            ASCENSION,
            WHIT_MONDAY,
            CORPUS_CHRISTI,
            ASSUMPTION,
            fixed(10, 26, "National Day"),
            ALL_SAINTS,
            IMMACULATE,
            CHRISTMAS,
            SECOND_CHRISTMAS,
        ],
    ),
    "france": (
        "France: the eleven legal holidays of article L3133-1 of the Labour Code. Alsace and Moselle add Good "
        "Friday and 26 December; some firms work on Whit Monday.",
        {"france": "Europe/Paris"},
        [
            NEW_YEAR,
            EASTER_MONDAY,
            LABOUR_DAY,
            fixed(5, 8, "Victory Day"),
            ASCENSION,
            WHIT_MONDAY,
            fixed(7, 14, "National Day"),
            ASSUMPTION,
            ALL_SAINTS,
            fixed(11, 11, "Armistice Day"),
            CHRISTMAS,
        ],
    ),
    "belgium": (
        "Belgium: the ten legal holidays. One on a Sunday gives a day off that each firm sets itself.",
        {"belgium": "Europe/Brussels"},
        [
            NEW_YEAR,
            EASTER_MONDAY,
            LABOUR_DAY,
            ASCENSION,
            WHIT_MONDAY,
            fixed(7, 21, "National Day"),
            ASSUMPTION,
            ALL_SAINTS,
            fixed(11, 11, "Armistice Day"),
            CHRISTMAS,
        ],
    ),
    "netherlands": (
        "Netherlands: the generally recognised holidays. King's Day moves to Saturday from a Sunday; Liberation "
        "Day is a day off every fifth year.",
        {"netherlands": "Europe/Amsterdam"},
        [
            NEW_YEAR,
            EASTER_MONDAY,
            kings_day,
            liberation_day,
            ASCENSION,
            WHIT_MONDAY,
            CHRISTMAS,
            SECOND_CHRISTMAS,
        ],
    ),
    "spain": (
        "Spain: the holidays that are national and not moved by most regions. Regions and towns add up to four.",
        {"spain": "Europe/Madrid"},
        [
            NEW_YEAR,
            EPIPHANY,
            GOOD_FRIDAY,
            LABOUR_DAY,
            ASSUMPTION,
            fixed(10, 12, "National Day"),
            ALL_SAINTS,
            fixed(12, 6, "Constitution Day"),
            IMMACULATE,
            CHRISTMAS,
        ],
    ),
    "italy": (
        "Italy: the national holidays, with Saint Francis since 2026. Each town adds its patron saint's day.",
        {"italy": "Europe/Rome"},
        [
            NEW_YEAR,
            EPIPHANY,
            EASTER_MONDAY,
            fixed(4, 25, "Liberation Day"),
            LABOUR_DAY,
            fixed(6, 2, "Republic Day"),
            ASSUMPTION,
            fixed(10, 4, "Saint Francis", since=2026),
            ALL_SAINTS,
            IMMACULATE,
            CHRISTMAS,
            SECOND_CHRISTMAS,
        ],
    ),
    "poland": (
        "Poland: the days free of work by the act of 1951, with Christmas Eve since 2025. One on a Saturday gives "
        "a day off that each firm sets itself.",
        {"poland": "Europe/Warsaw"},
        [
            NEW_YEAR,
            EPIPHANY,
            EASTER_MONDAY,
            LABOUR_DAY,
            fixed(5, 3, "Constitution Day"),
            CORPUS_CHRISTI,
            ASSUMPTION,
            ALL_SAINTS,
            fixed(11, 11, "Independence Day"),
            fixed(12, 24, "Christmas Eve", since=2025),
            CHRISTMAS,
            SECOND_CHRISTMAS,
        ],
    ),
    "sweden": (
        "Sweden: the public holidays of the act of 1989, and the three eves on which nobody works either "
        "(Midsummer Eve, Christmas Eve, New Year's Eve).",
        {"sweden": "Europe/Stockholm"},
        [
            NEW_YEAR,
            EPIPHANY,
            GOOD_FRIDAY,
            EASTER_MONDAY,
            LABOUR_DAY,
            ASCENSION,
            fixed(6, 6, "National Day"),
            midsummer_eve,
            fixed(12, 24, "Christmas Eve"),
            CHRISTMAS,
            SECOND_CHRISTMAS,
            fixed(12, 31, "New Year's Eve"),
        ],
    ),
    "brazil": (
        "Brazil: the national holidays of federal law, with Black Awareness Day since 2024. Carnival and Corpus "
        "Christi are optional at national level; states and towns decide.",
        {"brazil": "America/Sao_Paulo"},
        [
            NEW_YEAR,
            GOOD_FRIDAY,
            fixed(4, 21, "Tiradentes"),
            LABOUR_DAY,
            fixed(9, 7, "Independence Day"),
            fixed(10, 12, "Our Lady of Aparecida"),
            fixed(11, 2, "All Souls' Day"),
            fixed(11, 15, "Republic Day"),
            fixed(11, 20, "Black Awareness Day"),
            CHRISTMAS,
        ],
    ),
}


def holidays(region, first_year, last_year):
    """Date to name within the years, in order; only dates that a Monday-to-Friday week would be open on."""
    found = {}
    # One year more: New Year's Day on a Saturday is kept on 31 December of the year before.
    for year in range(first_year, last_year + 2):
        for rule in REGIONS[region][2]:
            for date, name in rule(year):
                if date.weekday() < SAT and first_year <= date.year <= last_year:
                    found[date] = found[date] + "; " + name if date in found else name
    return dict(sorted(found.items()))


def wrapped(text, width=100):
    """A text as comment lines."""
    lines, line = [], "//"
    for word in text.split():
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = "//"
        line += " " + word
    return lines + [line]


def calendar_file(region):
    about, zones, _ = REGIONS[region]
    dates = holidays(region, FIRST_YEAR, LAST_YEAR)
    lines = wrapped(about) + [
        "//",
        f"// {FIRST_YEAR} to {LAST_YEAR}, written by scripts/make_calendars.py: change the rules there, not the dates here.",
        "// Holidays on a Saturday or Sunday are left out, since the week below is closed then anyway.",
        "{",
        '  "leadline": 1,',
        f'  "name": "{region}_calendar",',
        f'  "version": "{FIRST_YEAR}-{LAST_YEAR}",',
        f'  "time_zone": "{next(iter(zones.values()))}",',
        '  "calendars": {',
    ]
    for index, (name, zone) in enumerate(zones.items()):
        lines += [
            f'    "{name}": {{',
            f'      "time_zone": "{zone}",',
            '      "hours": { "mon-fri": ["09:00-17:00"] },',
            '      "dates": {',
        ]
        last = len(dates) - 1
        for place, (date, holiday) in enumerate(dates.items()):
            comma = "," if place < last else " "
            lines.append(f'        "{date}": []{comma} // {date:%a} {holiday}')
        lines += ["      }", "    }" + ("," if index < len(zones) - 1 else "")]
    return "\n".join(lines + ["  }", "}", ""])


def block(region, first_year, last_year, indent):
    """The dates for a pack, six a line and each year on lines of its own, so that they do not drown the rules around them."""
    lines = []
    for year in range(first_year, last_year + 1):
        entries = [f'"{date}": []' for date in holidays(region, year, year)]
        lines += [indent + ", ".join(entries[start : start + 6]) + "," for start in range(0, len(entries), 6)]
    return lines[:-1] + [lines[-1].removesuffix(",")]


MARK = re.compile(r"^(\s*)// <holidays (\w+) (\d{4})-(\d{4})>$")


def pack_with_blocks(text):
    lines, out, skipping = text.split("\n"), [], False
    for line in lines:
        if skipping:
            if line.strip() != "// </holidays>":
                continue
            skipping = False
        out.append(line)
        if mark := MARK.match(line):
            out += block(mark[2], int(mark[3]), int(mark[4]), mark[1])
            skipping = True
    if skipping:
        raise SystemExit("a holidays block is not closed by // </holidays>")
    return "\n".join(out)


def wanted_files():
    files = {RULES / "calendars" / f"{region}.json": calendar_file(region) for region in REGIONS}
    for pack in sorted(RULES.glob("*.json")):
        text = pack.read_text(encoding="utf-8")
        new = pack_with_blocks(text)
        if MARK.search(text) or new != text or "// <holidays" in text:
            files[pack] = new
    return files


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    checking = sys.argv[1:] == ["--check"]
    stale = 0
    for path, text in wanted_files().items():
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == text:
            continue
        stale += 1
        if checking:
            name = str(path.relative_to(RULES.parent))
            sys.stdout.writelines(
                line + "\n" for line in difflib.unified_diff(old.split("\n"), text.split("\n"), name, "by rule", lineterm="", n=0)
            )
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(RULES.parent)}")
    if checking:
        if stale:
            print(f"{stale} files are not current: run scripts/make_calendars.py")
        this_year = datetime.date.today().year
        if LAST_YEAR < this_year + YEARS_AHEAD_MIN:
            print(f"the calendars end with {LAST_YEAR}: raise LAST_YEAR")
            stale += 1
        if not stale:
            print(f"{len(wanted_files())} files are current")
    return 1 if checking and stale else 0


if __name__ == "__main__":
    sys.exit(main())
