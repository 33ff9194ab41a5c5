from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import leadline
import pytest

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": ["09:00-17:00"]}}


@pytest.fixture(scope="module")
def calendar():
    return leadline.Calendar(OFFICE)


def test_instants_come_back_as_they_were_given(calendar):
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=NEW_YORK)
    monday = calendar.add(friday, "1bh")
    assert monday == datetime(2026, 3, 9, 9, 30, tzinfo=NEW_YORK)
    assert monday.tzinfo is NEW_YORK
    ms = int(friday.timestamp() * 1000)
    assert calendar.add(ms, "1bh") == int(monday.timestamp() * 1000)
    assert calendar.add("2026-03-06T21:30:00Z", "1bh") == "2026-03-09T13:30:00.000Z"
    assert calendar.add(friday.astimezone(timezone.utc), "1bh").tzinfo is timezone.utc


def test_what_it_tells(calendar):
    start, end = datetime(2026, 3, 6, 16, tzinfo=NEW_YORK), datetime(2026, 3, 9, 10, tzinfo=NEW_YORK)
    assert calendar.elapsed(start, end) == timedelta(hours=2)
    assert calendar.elapsed_ms(start, end) == 2 * 3600 * 1000
    assert calendar.elapsed_ms(end, start) == -2 * 3600 * 1000
    assert calendar.is_open(start) is True
    assert calendar.is_open(start + timedelta(hours=1)) is False
    saturday = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)
    assert calendar.next_open(saturday) == datetime(2026, 3, 9, 9, tzinfo=NEW_YORK)
    assert calendar.next_close(saturday) == datetime(2026, 3, 9, 17, tzinfo=NEW_YORK)
    assert calendar.previous_close(saturday) == datetime(2026, 3, 6, 17, tzinfo=NEW_YORK)
    assert calendar.add_open_ms(saturday, 3600 * 1000) == datetime(2026, 3, 9, 10, tzinfo=NEW_YORK)
    assert calendar.add_days(start, 1) == datetime(2026, 3, 9, 16, tzinfo=NEW_YORK)
    assert calendar.add_days(start, 1, to_close=True) == datetime(2026, 3, 9, 17, tzinfo=NEW_YORK)


def test_milliseconds_are_exact_far_out(calendar):
    late = datetime(2199, 5, 6, 7, 8, 9, 123000, tzinfo=timezone.utc)
    wide_open = leadline.Calendar({"time_zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}})
    assert wide_open.add_open_ms(late, 1) - late == timedelta(milliseconds=1)


def test_problems_have_codes_and_suggestions(calendar):
    with pytest.raises(leadline.PackError) as refused:
        leadline.Calendar({"time_zone": "America/New_Yrok", "hours": {}})
    assert refused.value.suggestion == "America/New_York"
    with pytest.raises(leadline.InputError):
        calendar.add(0, "four hours")
    with pytest.raises(leadline.OutOfRangeError):
        calendar.next_open(2**62)
    with pytest.raises(leadline.OutOfRangeError):
        calendar.next_open(2**200)
    with pytest.raises(ValueError, match="time zone"):
        calendar.is_open(datetime(2026, 3, 6))
