"""A business calendar that walks date by date (spec section 2): adding, taking away and measuring business time."""

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
        self.known = {}  # date -> its openings, looked up once
        self.hours = {}
        for days, intervals in spec.get("hours", {}).items():
            for part in days.split(","):
                first, _, last = part.strip().partition("-")
                day, last = WEEK.index(first), WEEK.index(last or first)
                self.hours[day] = intervals
                while day != last:
                    day = (day + 1) % 7  # a range may run over the end of the week
                    self.hours[day] = intervals
        self.dates = {datetime.date.fromisoformat(text): intervals for text, intervals in spec.get("dates", {}).items()}

    def intervals(self, date):
        if date not in self.known:
            self.known[date] = self._intervals(date)
        return self.known[date]

    def _intervals(self, date):
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

    def _wall_of(self, at, date):
        """Milliseconds on the wall, counted from the date's own midnight: 02:00 of the night after is 26 hours."""
        local = datetime.datetime.fromtimestamp(at // 1000, tz=datetime.timezone.utc)
        wall = local.astimezone(zone(self.zone)).replace(tzinfo=None)
        since = (wall - datetime.datetime.combine(date, datetime.time())) // datetime.timedelta(seconds=1)
        return since * 1000 + at % 1000

    def _at_wall(self, date, wall_ms):
        minutes, rest = divmod(wall_ms, 60_000)
        return instant_of(date, minutes, self.zone) + rest

    def _working_date(self, date, count, step):
        """The count-th working date after (or, with a step of -1, before) this one."""
        while count:
            date += step * ONE
            if self.intervals(date):
                count -= 1
        return date

    def add_days(self, at, count, at_close=False):
        rolled, first = self.roll_forward(at)
        date = self._working_date(first, count, 1)
        openings = self.intervals(date)
        if at_close:
            return max(closes for _, closes in openings)
        if count == 0:
            return rolled
        target = self._at_wall(date, self._wall_of(rolled, first))
        if any(opens <= target < closes for opens, closes in openings):
            return target
        later = [opens for opens, _ in openings if opens >= target]
        return later[0] if later else max(closes for _, closes in openings)

    def add(self, at, family, amount, at_close=False):
        if family == "elapsed":
            return at + amount
        return self.add_time(at, amount) if family == "business" else self.add_days(at, amount, at_close)

    # --- Going back ---

    def _before(self, at):
        """(date, open, close) of every opening that began before `at`, the latest beginnings first."""
        date = local_date(at, self.zone) + 2 * ONE
        for _ in range(405):
            for opens, closes in reversed(self.intervals(date)):
                if opens < at:
                    yield date, opens, closes
            date -= ONE
        raise ValueError("the calendar never opens")

    def take_time(self, at, amount):
        """The latest instant u <= at with exactly that much open time within [u, at)."""
        if amount == 0:
            return at
        # Openings may overlap, so that all of them are united before they are counted off from the end.
        days = 4
        while True:
            openings = []
            date = local_date(at, self.zone) - days * ONE
            while date <= local_date(at, self.zone) + ONE:
                openings += [(opens, min(closes, at)) for opens, closes in self.intervals(date) if opens < at]
                date += ONE
            left = amount
            for opens, closes in reversed(united(openings)):
                if left <= closes - opens:
                    return closes - left
                left -= closes - opens
            days *= 2
            if days > 2000:
                raise ValueError("the calendar never opens")

    def take_days(self, at, count):
        rolled, date = None, None
        today = local_date(at, self.zone)
        holding = [day for day in (today - ONE, today, today + ONE) if self._holds_back(day, at)]
        if holding:
            rolled, date = at, max(holding)
        else:
            closes = max(closes for _, closes in self._some_before(at))
            rolled = closes
            days = [local_date(rolled, self.zone) + step * ONE for step in (-1, 0, 1)]
            date = max(day for day in days if self._holds_back(day, rolled))
        if count == 0:
            return rolled
        target_date = self._working_date(date, count, -1)
        target = self._at_wall(target_date, self._wall_of(rolled, date))
        openings = self.intervals(target_date)
        if any(opens < target <= closes for opens, closes in openings):
            return target
        earlier = [closes for _, closes in openings if closes <= target]
        return max(earlier) if earlier else openings[0][0]

    def _holds_back(self, date, at):
        return any(opens < at <= closes for opens, closes in self.intervals(date))

    def _some_before(self, at):
        """The openings of the latest dates that closed by `at`."""
        found = []
        for date, opens, closes in self._before(at):
            if closes <= at:
                found.append((opens, closes))
            if len(found) > 8:
                break
        return found

    def take(self, at, family, amount):
        if family == "elapsed":
            return at - amount
        return self.take_time(at, amount) if family == "business" else self.take_days(at, amount)

    # --- Measuring ---

    def is_open(self, at):
        today = local_date(at, self.zone)
        return any(
            opens <= at < closes for day in (today - ONE, today, today + ONE) for opens, closes in self.intervals(day)
        )

    def next_change(self, at):
        """The first instant after `at` at which it opens or closes."""
        while True:
            days = [local_date(at, self.zone) + step * ONE for step in range(-2, 410)]
            edges = united([each for day in days for each in self.intervals(day)])
            return min(edge for opening in edges for edge in opening if edge > at)

    def open_time(self, start, end):
        """How much of [start, end) is open, in milliseconds."""
        if end <= start:
            return 0
        openings = []
        date = local_date(start, self.zone) - 2 * ONE
        while date <= local_date(end, self.zone) + ONE:
            openings += [(max(opens, start), min(closes, end)) for opens, closes in self.intervals(date)]
            date += ONE
        return sum(closes - opens for opens, closes in united(openings))


def united(openings):
    """Disjoint intervals in order, where overlapping or touching ones are one."""
    out = []
    for opens, closes in sorted(each for each in openings if each[1] > each[0]):
        if out and opens <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], closes))
        else:
            out.append((opens, closes))
    return out
