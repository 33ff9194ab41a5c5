"""Answers compare.py's commands with a Python package: python_peer.py businesstimedelta|business_duration FOLDER.

Instants become the package's own kind of time before the clock runs: only its own work is measured.
"""
import datetime
import importlib.metadata
import sys
import time
import zoneinfo

OPEN, CLOSE = datetime.time(9), datetime.time(17)


def read(folder):
    zone, holidays, questions = None, [], {}
    with open(f"{folder}/calendar.txt") as file:
        for line in file:
            word, value = line.split()
            if word == "zone":
                zone = value
            else:
                holidays.append(datetime.date.fromisoformat(value))
    with open(f"{folder}/questions.txt") as file:
        for line in file:
            kind, start, argument = line.split()
            questions.setdefault(kind, []).append((int(start), int(argument)))
    return zone, holidays, questions


def business_time_delta(zone, holidays):
    import businesstimedelta
    import pytz

    tz = pytz.timezone(zone)
    work = businesstimedelta.WorkDayRule(start_time=OPEN, end_time=CLOSE, working_days=[0, 1, 2, 3, 4], tz=tz)
    rules = businesstimedelta.Rules([work, businesstimedelta.HolidayRule(set(holidays), tz=tz)])

    def aware(ms):
        return datetime.datetime.fromtimestamp(ms / 1000, pytz.utc).astimezone(tz)

    def add(start, hours):
        return start + businesstimedelta.BusinessTimeDelta(rules, hours=hours)

    return {
        "add": (lambda start, hours: (aware(start), hours), add, lambda found: round(found.timestamp() * 1000)),
        "elapsed": (
            lambda start, end: (aware(start), aware(end)),
            rules.difference,
            lambda found: round(found.timedelta.total_seconds() * 1000),
        ),
    }


def business_duration(zone, holidays):
    from business_duration import businessDuration

    tz, closed = zoneinfo.ZoneInfo(zone), set(holidays)

    def local(ms):
        return datetime.datetime.fromtimestamp(ms / 1000, tz).replace(tzinfo=None)

    def elapsed(start, end):
        return businessDuration(start, end, OPEN, CLOSE, holidaylist=closed, unit="sec")

    return {"elapsed": (lambda start, end: (local(start), local(end)), elapsed, lambda found: round(found * 1000))}


def main():
    name, folder = sys.argv[1:]
    zone, holidays, questions = read(folder)
    kinds = {"businesstimedelta": business_time_delta, "business_duration": business_duration}[name](zone, holidays)
    print("ready", name, importlib.metadata.version(name), flush=True)
    for line in sys.stdin:
        command, kind, count = line.split()
        if kind.split("_")[0] not in kinds:
            print("none", flush=True)
            continue
        prepare, ask, to_ms = kinds[kind.split("_")[0]]
        asked = [prepare(*question) for question in questions[kind][: int(count)]]
        if command == "answers":
            print(*[to_ms(ask(*question)) for question in asked], flush=True)
        else:
            total = 0
            begin = time.perf_counter_ns()
            while total < int(count):
                for question in asked[: int(count) - total]:
                    ask(*question)
                total += len(asked)
            print((time.perf_counter_ns() - begin) / int(count), flush=True)


main()
