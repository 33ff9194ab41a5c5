"""Instants, durations, local dates: spec section 2."""

import datetime
import functools
import re
import zoneinfo

DAY = 86_400_000
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
LAST = 84_006 * DAY
_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))")
_UNITS = {
    "w": ("elapsed", 7 * DAY),
    "d": ("elapsed", DAY),
    "h": ("elapsed", 3_600_000),
    "m": ("elapsed", 60_000),
    "s": ("elapsed", 1_000),
    "bh": ("business", 3_600_000),
    "bm": ("business", 60_000),
    "bd": ("days", 1),
}


def parse_instant(text):
    """Milliseconds since 1970, or None for what is not an instant with an offset between 1970 and 2200."""
    match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    try:
        local = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    at = (local - EPOCH) // datetime.timedelta(milliseconds=1) + int(((match[7] or "") + "000")[:3])
    if match[9]:
        if int(match[10]) > 23 or int(match[11]) > 59:
            return None
        offset = (int(match[10]) * 60 + int(match[11])) * 60_000
        at += offset if match[9] == "-" else -offset
    return at if 0 <= at <= LAST else None


def instant_text(at):
    moment = EPOCH + datetime.timedelta(milliseconds=at)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"


def parse_duration(text):
    """(family, amount): milliseconds of elapsed or business time, or business days."""
    family, amount = None, 0
    for number, unit in re.findall(r"(\d+)(b?[a-z])", text):
        family, size = _UNITS[unit]
        amount += int(number) * size
    return family, amount


def elapsed(text):
    return parse_duration(text)[1]


@functools.lru_cache(maxsize=None)
def zone(name):
    return zoneinfo.ZoneInfo(name)


def local_date(at, zone_name):
    return (EPOCH + datetime.timedelta(milliseconds=at)).astimezone(zone(zone_name)).date()


def instant_of(date, minutes, zone_name):
    """The instant of a wall time, minutes counted from the date's midnight (past 24:00 is the next date).

    In a gap the offset before it; of two occurrences the first. Both are what fold=0 means.
    """
    wall = datetime.datetime.combine(date, datetime.time()) + datetime.timedelta(minutes=minutes)
    return (wall.replace(tzinfo=zone(zone_name), fold=0) - EPOCH) // datetime.timedelta(milliseconds=1)


def first_instant_of(date, zone_name):
    """The first instant whose local date is `date` or later."""
    middle = (datetime.datetime.combine(date, datetime.time(), datetime.timezone.utc) - EPOCH) // datetime.timedelta(
        milliseconds=1
    )
    low, high = middle - DAY, middle + DAY
    while high - low > 1:
        probe = (low + high) // 2
        if local_date(probe, zone_name) >= date:
            high = probe
        else:
            low = probe
    return high
