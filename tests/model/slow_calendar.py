"""A business calendar that walks date by date: as much of spec section 2 as dwells need."""

import datetime

from model.instants import instant_of, local_date, zone

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ONE = datetime.timedelta(days=1)


def _minutes(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


class SlowCalendar:
    def __init__(self, spec):
        self.zone = spec["time_zone"]
        self.hours = {}
        for days, intervals in spec.get("hours", {}).items():
            for part in days.split(","):
                first, _, last = part.strip().partition("-")
                for day in WEEK[WEEK.index(first) : WEEK.index(last or first) + 1]:
                    self.hours[WEEK.index(day)] = intervals
        self.dates = {datetime.date.fromisoformat(text): intervals for text, intervals in spec.get("dates", {}).items()}

    def intervals(self, date):
        """The openings of a date as instants; one that ends after midnight belongs to the date it starts on."""
        out = []
        for text in self.dates.get(date, self.hours.get(date.weekday(), [])):
            start, end = (_minutes(side) for side in text.split("-"))
            if end <= start:
                end += 24 * 60
            opens, closes = instant_of(date, start, self.zone), instant_of(date, end, self.zone)
            if closes > opens:
                out.append((opens, closes))
        return sorted(out)

    def _from(self, at):
        """(date, open, close) of every opening that is not over at `at`, in order."""
        date = local_date(at, self.zone) - 2 * ONE
        for _ in range(405 * 3):
            for opens, closes in self.intervals(date):
                if closes > at:
                    yield date, opens, closes
            date += ONE
        raise ValueError("the calendar never opens")

    def roll_forward(self, at):
        """The instant itself if open, else the next opening; and the date it belongs to: where shifts of two dates
        overlap, the later one."""
        _, opens, _ = next(self._from(at))
        rolled = max(at, opens)
        today = local_date(rolled, self.zone)
        dates = [today - ONE, today, today + ONE]
        return rolled, max(
            date for date in dates if any(opens <= rolled < closes for opens, closes in self.intervals(date))
        )

    def add_time(self, at, amount):
        if amount == 0:
            return self.roll_forward(at)[0]
        cursor = at
        for _, opens, closes in self._from(at):
            start = max(cursor, opens)
            if start >= closes:
                continue
            if amount <= closes - start:
                return start + amount
            amount -= closes - start
            cursor = closes

    def add_days(self, at, count):
        rolled, date = self.roll_forward(at)
        if count == 0:
            return rolled
        # The wall time counted from the shift's own date, so that 02:00 of the night after stays 02:00 after.
        local = datetime.datetime.fromtimestamp(rolled // 1000, tz=datetime.timezone.utc)
        wall = local.astimezone(zone(self.zone)).replace(tzinfo=None)
        wall_ms = ((wall - datetime.datetime.combine(date, datetime.time())) // datetime.timedelta(seconds=1)) * 1000
        wall_ms += rolled % 1000
        while count:
            date += ONE
            if self.intervals(date):
                count -= 1
        minutes, rest = divmod(wall_ms, 60_000)
        target = instant_of(date, minutes, self.zone) + rest
        openings = self.intervals(date)
        for opens, closes in openings:
            if opens <= target < closes:
                return target
        later = [opens for opens, _ in openings if opens >= target]
        return later[0] if later else openings[-1][1]

    def add(self, at, family, amount):
        if family == "elapsed":
            return at + amount
        return self.add_time(at, amount) if family == "business" else self.add_days(at, amount)
