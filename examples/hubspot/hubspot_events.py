#!/usr/bin/env python3
"""Turns exports of HubSpot (contacts, calls, emails, meetings; CSV) into events, and runs a rule pack over them.

    hubspot_events.py --contacts contacts.csv --activities calls.csv emails.csv --time-zone America/New_York > events.ndjson
    hubspot_events.py --contacts contacts.csv --activities calls.csv emails.csv --pack rules/standard.json --until 2026-04-01T00:00:00Z

Without a pack the events are printed, for `leadline run`, and nothing but Python is needed. With a pack the package
`leadline` folds them and prints how each contact stands. Without any argument it does that with the made-up files beside
it. README.md says which columns become what.

A line that fits none of this ends the conversion with its place: what is left out silently would be missing in counts.
"""

import argparse
import collections
import csv
import datetime
import json
import pathlib
import sys
import zoneinfo

HERE = pathlib.Path(__file__).resolve().parent

# Columns of the export of contacts, as an English account names them, and the attributes of rules/standard.json.
ATTRIBUTES = {
    "Email": "email",
    "Company Name": "company",
    "Job Title": "title",
    "Industry": "industry",
    "Original Traffic Source": "channel",
}
# What a contact did or became, by the column that says when. Each stage names what brings a contact there.
CONVERSIONS = {"First Conversion Date": "First Conversion", "Recent Conversion Date": "Recent Conversion"}
STAGES = {
    "Became a Sales Qualified Lead Date": ["sales_accepted", "sales_qualified"],
    "Became an Opportunity Date": ["opportunity_created"],
    "Became a Customer Date": ["deal_won"],
}
SENIORITY = [("c_suite", ("chief", "ceo", "cto", "cfo", "coo")), ("vp", ("vp", "vice president")),
             ("director", ("director", "head of")), ("manager", ("manager",))]  # fmt: skip


class wrong_line(Exception):
    pass


class export:
    """The rows of one export, with the place of each for messages."""

    def __init__(self, path, zone):
        self.path, self.zone = path, zone
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            self.columns = reader.fieldnames or []
            self.rows = [(reader.line_num, row) for row in reader]

    def need(self, *columns):
        missing = [each for each in columns if each not in self.columns]
        if missing:
            raise wrong_line(f"{self.path}: no column {', '.join(missing)}; there are {', '.join(self.columns)}")

    def instant(self, line, text):
        """Dates of an export are wall time of the account's zone: 2026-03-02 09:12."""
        for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
            try:
                local = datetime.datetime.strptime(text.strip(), form)
            except ValueError:
                continue
            at = local.replace(tzinfo=self.zone).astimezone(datetime.timezone.utc)
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
        raise wrong_line(f"{self.path}:{line}: {text!r} is no date such as 2026-03-02 09:12")


def seniority_of(title):
    lowered = title.lower()
    words = lowered.replace(",", " ").split()
    for name, signs in SENIORITY:
        if any(sign in words if " " not in sign and len(sign) <= 3 else sign in lowered for sign in signs):
            return name
    return "staff"


def events_of_contact(source, line, row):
    contact = row["Record ID"].strip()
    if not contact:
        raise wrong_line(f"{source.path}:{line}: no Record ID")
    created = source.instant(line, row["Create Date"])

    def event(at, kind, data=None):
        out = {"id": f"contact-{contact}-{kind}-{at}", "contact": contact, "type": kind, "at": at}
        return {**out, "data": data} if data else out

    known = {name: row[column].strip() for column, name in ATTRIBUTES.items() if (row.get(column) or "").strip()}
    if "title" in known:
        known["seniority"] = seniority_of(known["title"])
    employees = (row.get("Number of Employees") or "").strip()
    if employees:
        if not employees.isdigit():
            raise wrong_line(f"{source.path}:{line}: Number of Employees is {employees!r}")
        known["employees"] = int(employees)
    yield event(created, "contact.set", known)
    # An export knows the present owner alone: it counts from the beginning.
    owner = (row.get("Contact owner") or "").strip()
    if owner:
        yield event(created, "owner.set", {"owner": owner})
    seen = set()
    for column, name in CONVERSIONS.items():
        if (row.get(column) or "").strip():
            at = source.instant(line, row[column])
            form = (row.get(name) or "").strip()
            if (at, form) not in seen:
                # Whoever asks for a demo asks to be called; every other form tells who somebody is.
                yield event(at, "demo_requested" if "demo" in form.lower() else "form_submitted")
            seen.add((at, form))
    for column, kinds in STAGES.items():
        if (row.get(column) or "").strip():
            for kind in kinds:
                yield event(source.instant(line, row[column]), kind)


def activity_of(row):
    """The type and the data of an activity, or nothing for one that is no touch."""
    if "Call Direction" in row:
        direction = "inbound" if row["Call Direction"].upper() == "INBOUND" else "outbound"
        return ("reply", {"channel": "call"}) if direction == "inbound" else ("touch", {"direction": direction, "channel": "call"})
    if "Email Direction" in row:
        if row["Email Direction"].upper().startswith("INCOMING"):
            return "reply", {"channel": "email"}
        return "touch", {"direction": "outbound", "channel": "email"}
    if "Meeting outcome" in row:
        if row["Meeting outcome"].upper() != "COMPLETED":
            return None
        return "touch", {"direction": "outbound", "channel": "meeting"}
    return None


def events_of_activities(source, skipped):
    source.need("Record ID", "Activity date", "Associated Contact IDs")
    for line, row in source.rows:
        made = activity_of(row)
        if made is None:
            skipped[source.path] += 1
            continue
        at = source.instant(line, row["Activity date"])
        # An activity may be of several contacts: "101;102".
        for contact in filter(None, (each.strip() for each in row["Associated Contact IDs"].split(";"))):
            yield {"id": f"activity-{row['Record ID']}-{contact}", "contact": contact, "type": made[0], "at": at, "data": made[1]}


def events_of(contacts, activities, zone):
    """All events in order of time; at one instant a contact is known before anything happens to it."""
    out = []
    source = export(contacts, zone)
    source.need("Record ID", "Create Date")
    for line, row in source.rows:
        out.extend(events_of_contact(source, line, row))
    skipped = collections.Counter()
    for path in activities:
        out.extend(events_of_activities(export(path, zone), skipped))
    for path, count in skipped.items():
        print(f"{path}: {count} activities that are no touch are left out", file=sys.stderr)
    return sorted(out, key=lambda event: event["at"])


def run(pack, events, until):
    import leadline

    engine = leadline.Engine(leadline.Model.from_file(pack))
    decisions = [*engine.process_many(events), *engine.advance(until)]
    counts = collections.Counter(each.kind for each in decisions)
    print(f"{len(events)} events, {len(decisions)} decisions: " + ", ".join(f"{n} {k}" for k, n in sorted(counts.items())))
    for each in decisions:
        if each.kind in ("stage", "clock"):
            change = f"{each.from_ or 'new'} -> {each.to}" if each.kind == "stage" else f"{each.about} {each.text}"
            print(f"{each.at:%Y-%m-%d %H:%M}Z  {each.contact}  {change}")
    for standing in engine.contacts():
        scores = ", ".join(f"{name} {value:g}" for name, value in standing["scores"].items())
        print(f"{standing['contact']}: {standing['stage']}, owner {standing['owner']}, {scores}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", help="the export of contacts")
    parser.add_argument("--activities", nargs="*", default=[], help="exports of calls, emails and meetings")
    parser.add_argument("--time-zone", default="America/New_York", help="of the account (default: %(default)s)")
    parser.add_argument("--pack", help="run this rule pack instead of printing events")
    parser.add_argument("--until", default="2026-04-01T00:00:00Z", help="let time pass to here (default: %(default)s)")
    asked = parser.parse_args()
    if not asked.contacts:
        asked.contacts = str(HERE / "made_up_contacts.csv")
        asked.activities = [str(HERE / f"made_up_{each}.csv") for each in ("calls", "emails", "meetings")]
        asked.pack = asked.pack or str(HERE.parent.parent / "rules" / "standard.json")
    try:
        events = events_of(asked.contacts, asked.activities, zoneinfo.ZoneInfo(asked.time_zone))
    except wrong_line as problem:
        sys.exit(f"error: {problem}")
    if asked.pack:
        run(asked.pack, events, asked.until)
    else:
        for event in events:
            print(json.dumps(event))


if __name__ == "__main__":
    main()
