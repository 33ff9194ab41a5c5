"""A bank's telephone campaign (UCI 222: Moro, Cortez, Rita 2014) as events and a rule pack whose points outcomes fit.

    bank_marketing.py --pack > pack.json
    bank_marketing.py bank_additional.csv.gz | leadline backtest pack.json - --fit --train 70% --write fitted.json

Each row is a contact: an event with what was known before the call, and half a minute later its outcome. The length of
the call (`duration`) is known only after it, so it is left out. The file is in order of time but has no dates; rows are
a minute apart here.

The pack gives or takes one point for each thing it looks at; the fit finds how many each is worth.
"""

import argparse
import csv
import datetime
import gzip
import json
import sys

TEXTS = ["job", "marital", "education", "default", "housing", "loan", "contact", "month", "day_of_week", "poutcome"]
# What the score looks at: who it is, what came of earlier campaigns, how often this one has called. The sign is what a
# person of sales would expect before seeing any outcome; the fit keeps it. The month, the line and the state of the
# economy are left out: they tell the moment and not the person, and all people called in one week share them.
SIGNS = {
    ("poutcome", "success"): 1, ("poutcome", "failure"): 1,
    ("job", "student"): 1, ("job", "retired"): 1, ("job", "admin."): 1, ("job", "management"): 1, ("job", "technician"): 1,
    ("job", "unemployed"): 1, ("job", "blue-collar"): -1, ("job", "services"): -1, ("job", "entrepreneur"): -1,
    ("job", "housemaid"): -1,
    ("marital", "single"): 1, ("marital", "divorced"): -1,
    ("education", "university.degree"): 1, ("education", "professional.course"): 1, ("education", "high.school"): 1,
    ("education", "basic.9y"): -1, ("education", "basic.6y"): -1, ("education", "basic.4y"): -1,
    ("default", "unknown"): -1, ("default", "yes"): -1,
}
SIGNS_OVER = {
    ("previous", 0): 1, ("previous", 1): 1, ("age", 25): -1, ("age", 30): -1, ("age", 55): 1, ("age", 60): 1,
    ("campaign", 1): -1, ("campaign", 2): -1, ("campaign", 3): -1, ("campaign", 5): -1, ("campaign", 10): -1,
}
NUMBERS = ["age", "campaign", "pdays", "previous", "emp_var_rate", "cons_price_idx", "cons_conf_idx", "euribor3m", "nr_employed"]


def name_of(column):
    return column.replace(".", "_")


def rules():
    made = []
    for (field, level), sign in SIGNS.items():
        made.append({"id": f"{field}-{level.replace('.', '-').strip('-')}", "when": {"==": [{"var": f"contact.{field}"}, level]}, "points": sign})
    for (field, bound), sign in SIGNS_OVER.items():
        # One rule a bound: points add up, so a bound that few stand above leans on those below it.
        made.append({"id": f"{field}-over-{bound}", "when": {">": [{"var": f"contact.{field}"}, bound]}, "points": sign})
    return made


def pack():
    fields = {**{each: "string" for each in TEXTS}, **{each: "number" for each in NUMBERS}}
    return {
        "leadline": 1, "name": "bank-marketing", "version": "1", "time_zone": "Europe/Lisbon", "engine": {"lateness": "0s"},
        "attributes": {name: {"type": kind, "from": [f"called.{name}"]} for name, kind in fields.items()},
        "events": {"called": {"activity": True, "fields": fields}, "answered": {"fields": {"y": "string"}}},
        "scores": {"lead": {"rules": rules()}},
        "funnel": {
            "start": "lead",
            "stages": [{"id": "lead", "owner": "marketing"}, {"id": "customer", "owner": "sales"},
                       {"id": "lost", "owner": "sales", "aside": True}],
            "transitions": [
                {"id": "won", "from": ["lead"], "to": "customer", "on": "answered", "where": {"==": [{"var": "event.y"}, "yes"]}},
                {"id": "lost", "from": ["lead"], "to": "lost", "on": "answered", "where": {"==": [{"var": "event.y"}, "no"]}}]},
        "business": {"won": ["customer"], "lost": ["lost"]},
    }


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter=";")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", help="bank_additional as .csv.gz, rows in date order")
    parser.add_argument("--pack", action="store_true", help="print the pack instead")
    asked = parser.parse_args()
    if asked.pack:
        print(json.dumps(pack(), indent=1))
        return
    if not asked.file:
        parser.error("a file is wanted, or --pack")
    at = datetime.datetime(2008, 5, 1, tzinfo=datetime.timezone.utc)
    for number, row in enumerate(rows_of(asked.file)):
        data = {field: row[field] for field in TEXTS}
        for column in row:
            if name_of(column) in NUMBERS:
                data[name_of(column)] = float(row[column])
        called = at + datetime.timedelta(minutes=number)
        answered = called + datetime.timedelta(seconds=30)
        for instant, kind, content in ((called, "called", data), (answered, "answered", {"y": row["y"]})):
            line = {"contact": f"b{number}", "type": kind, "at": instant.strftime("%Y-%m-%dT%H:%M:%SZ"), "data": content}
            sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
