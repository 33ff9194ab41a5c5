#!/usr/bin/env python3
"""Turns an export of Salesforce's LeadHistory (CSV) into events, and runs a rule pack over them.

    salesforce_events.py LeadHistory.csv > events.ndjson
    salesforce_events.py LeadHistory.csv --pack examples/salesforce/pack.json --until 2026-04-01T00:00:00Z

Without a pack the events are printed, for `leadline run`, and nothing but Python is needed. With a pack the package
`leadline` folds them and reports on the promises of sales. Without any argument it does that with the made-up file beside
it. README.md says which rows become what.

A row that fits none of this ends the conversion with its line: what is left out silently would be missing in counts.
"""

import argparse
import collections
import csv
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ("Id", "IsDeleted", "LeadId", "CreatedById", "CreatedDate", "Field", "OldValue", "NewValue")
# Fields that become attributes; each must be tracked by the org's field history.
ATTRIBUTES = {"LeadSource": "source", "Rating": "rating", "Company": "company", "Industry": "industry",
              "NumberOfEmployees": "employees"}  # fmt: skip
# A change of owner writes two rows: one with names, one with ids such as 0055g000004XyzAAA.
IS_ID = re.compile(r"(005|00G)[0-9A-Za-z]{12}([0-9A-Za-z]{3})?")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


class wrong_row(Exception):
    pass


def event_of(row, place):
    """The event of one row, or nothing for one that says nothing new."""
    lead, field, old, new = (row[each].strip() for each in ("LeadId", "Field", "OldValue", "NewValue"))
    at = row["CreatedDate"].strip()
    if not lead or not INSTANT.fullmatch(at):
        raise wrong_row(f"{place}: a row needs a LeadId and a CreatedDate such as 2026-03-02T14:03:00.000Z")
    # Offsets come as +0000 from some tools.
    at = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", at)
    out = {"id": row["Id"].strip(), "contact": lead, "at": at}
    if field == "created":
        return {**out, "type": "lead_created", "data": {"by": row["CreatedById"].strip()}}
    if field == "leadConverted":
        return {**out, "type": "lead_converted"}
    if field == "Status":
        return {**out, "type": "status_changed", "data": {"from": old, "to": new}}
    if field in ("Owner", "ownerAssignment"):
        return None if not new or IS_ID.fullmatch(new) else {**out, "type": "owner.set", "data": {"owner": new}}
    if field in ATTRIBUTES:
        value = new or None
        if field == "NumberOfEmployees" and new:
            value = int(float(new))
        return {**out, "type": "contact.set", "data": {ATTRIBUTES[field]: value}}
    return None


def events_of(path):
    """All events in order of time; of one instant the lead's creation comes first, the rest as they stand."""
    out, skipped = [], collections.Counter()
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [each for each in COLUMNS if each not in (reader.fieldnames or [])]
        if missing:
            raise wrong_row(f"{path}: no column {', '.join(missing)}; there are {', '.join(reader.fieldnames or [])}")
        for row in reader:
            if None in row.values() or None in row:
                raise wrong_row(f"{path}:{reader.line_num}: the row has not {len(reader.fieldnames)} columns")
            if row["IsDeleted"].strip().lower() == "true":
                skipped["deleted rows"] += 1
                continue
            event = event_of(row, f"{path}:{reader.line_num}")
            if event is None:
                skipped[f"rows of {row['Field']}"] += 1
            else:
                out.append(event)
    for what, count in sorted(skipped.items()):
        print(f"left out: {count} {what}", file=sys.stderr)
    return sorted(out, key=lambda event: (event["at"], event["type"] != "lead_created"))


def run(pack, events, until):
    import leadline
    from leadline import reports

    model = leadline.Model.from_file(pack)
    engine = leadline.Engine(model)
    decisions = [engine.process_many(events), engine.advance(until)]
    print(f"{len(events)} events, {sum(len(each) for each in decisions)} decisions")
    for told in decisions:
        for each in told:
            if each.kind == "clock" and each.text in ("met", "breached"):
                print(f"{each.at:%Y-%m-%d %H:%M}Z  {each.contact}  {each.about} {each.text}")
    made = reports.report(model, decisions, events)
    for row in made.table("funnel.stages"):
        print(f"{row['stage']}: {row['entries']} entries")
    for row in made.table("clocks"):
        print(f"{row['clock']}: {row['met']} met, {row['breached']} breached, {row['running']} running")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("history", nargs="?", help="the export of LeadHistory")
    parser.add_argument("--pack", help="run this rule pack instead of printing events")
    parser.add_argument("--until", default="2026-04-01T00:00:00Z", help="let time pass to here (default: %(default)s)")
    asked = parser.parse_args()
    if not asked.history:
        asked.history = str(HERE / "made_up_lead_history.csv")
        asked.pack = asked.pack or str(HERE / "pack.json")
    try:
        events = events_of(asked.history)
    except (wrong_row, ValueError) as problem:
        sys.exit(f"error: {problem}")
    if asked.pack:
        run(asked.pack, events, asked.until)
    else:
        for event in events:
            print(json.dumps(event))


if __name__ == "__main__":
    main()
