#!/usr/bin/env python3
"""Turns the event log of the BPI Challenge 2012 into events for `leadline run rules/bpi2012.json -`.

    bpi2012_events.py FILE.csv[.gz] [--contact CASE] > events.ndjson

FILE has the columns case, activity, lifecycle, time, resource and amount_requested; the lines of a case stand together,
in order of time, and the cases in order of their first line. The events come out in order of time over all cases, as a
CRM would send them; only the lines of cases that are still open at that instant are kept in memory.

A line that fits none of this ends the conversion with its number: what is left out silently would be missing in counts.
"""

import argparse
import csv
import datetime
import gzip
import heapq
import io
import json
import sys

APPLICATION = {
    "A_SUBMITTED": "application_submitted",
    "A_PARTLYSUBMITTED": "application_partly_submitted",
    "A_PREACCEPTED": "application_preaccepted",
    "A_ACCEPTED": "application_accepted",
    "A_FINALIZED": "application_finalized",
    "A_APPROVED": "application_approved",
    "A_REGISTERED": "application_registered",
    "A_ACTIVATED": "application_activated",
    "A_DECLINED": "application_declined",
    "A_CANCELLED": "application_cancelled",
    "O_SELECTED": "offer_selected",
    "O_CREATED": "offer_created",
    "O_SENT": "offer_sent",
    "O_SENT_BACK": "offer_sent_back",
    "O_ACCEPTED": "offer_accepted",
    "O_DECLINED": "offer_declined",
    "O_CANCELLED": "offer_cancelled",
}
# Work items: the kind of event, and the field that says which item of that kind.
WORK = {
    "W_Afhandelen leads": ("lead", {}),
    "W_Nabellen offertes": ("call", {"about": "offer"}),
    "W_Nabellen incomplete dossiers": ("call", {"about": "papers"}),
    "W_Completeren aanvraag": ("work", {"item": "complete_application"}),
    "W_Valideren aanvraag": ("work", {"item": "validate"}),
    "W_Beoordelen fraude": ("work", {"item": "fraud_check"}),
    "W_Wijzigen contractgegevens": ("work", {"item": "change_contract"}),
}
STARTED = {"lead": "lead_taken", "call": "call_started", "work": "work_started"}


def event_of(row, number):
    """The event of one line; `number` is the line's place in its case."""
    activity, lifecycle = row["activity"], row["lifecycle"]
    data = {}
    if activity in APPLICATION and lifecycle == "COMPLETE":
        event_type = APPLICATION[activity]
        if event_type == "application_submitted" and row["amount_requested"]:
            data["amount_requested"] = json.loads(row["amount_requested"])
    elif activity in WORK and lifecycle in ("SCHEDULE", "START", "COMPLETE"):
        kind, which = WORK[activity]
        event_type = STARTED[kind] if lifecycle == "START" else kind + ("_queued" if lifecycle == "SCHEDULE" else "_done")
        data.update(which)
    else:
        raise ValueError(f"no event for activity {activity!r} with lifecycle {lifecycle!r}")
    if row["resource"]:
        data["resource"] = row["resource"]
    return {"id": f"{row['case']}-{number}", "contact": row["case"], "type": event_type, "at": row["time"], "data": data}


def events_in_order(rows):
    """Events by time; at one instant by their place in the file. A line is given out as soon as a case begins later:
    no line that is still to come can be before it."""
    waiting = []
    case = None
    number = 0
    last_at = case_began_at = None
    for place, row in enumerate(rows):
        at = datetime.datetime.fromisoformat(row["time"])
        if row["case"] != case:
            if case_began_at is not None and at < case_began_at:
                raise ValueError(f"case {row['case']} begins before the case above it")
            case, number, case_began_at = row["case"], 0, at
            while waiting and waiting[0][0] < at:
                yield heapq.heappop(waiting)[2]
        elif at < last_at:
            raise ValueError(f"the lines of case {case} are not in order of time")
        number += 1
        last_at = at
        heapq.heappush(waiting, (at, place, event_of(row, number)))
    while waiting:
        yield heapq.heappop(waiting)[2]


def open_rows(path):
    binary = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    return csv.DictReader(io.TextIOWrapper(binary, encoding="utf-8", newline=""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--contact", metavar="CASE", help="only the events of this case")
    arguments = parser.parse_args()
    rows = open_rows(arguments.file)
    chosen = rows if arguments.contact is None else (row for row in rows if row["case"] == arguments.contact)
    try:
        for event in events_in_order(chosen):
            sys.stdout.write(json.dumps(event) + "\n")
    except (KeyError, ValueError) as problem:
        sys.exit(f"{arguments.file}:{rows.line_num}: {problem}")


if __name__ == "__main__":
    main()
