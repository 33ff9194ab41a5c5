"""The Python side of what a call across costs: the same work as cpp_worker.cpp, told in the same form. Batches are Arrow
tables; without pyarrow they are left out."""

import sys
import time

import leadline

EVENT_COUNT, CONTACT_COUNT, BATCH_SIZE, FIRST_MS = 400_000, 10_000, 10_000, 1_772_323_200_000


def drawn():
    """(instant, contact, type, member, content) of each event."""
    state = 1
    contacts = [f"contact-{i}" for i in range(CONTACT_COUNT)]
    paths = ["/pricing", "/blog/post", "/about"]
    for i in range(EVENT_COUNT):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        who = (state >> 33) % CONTACT_COUNT
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        what = (state >> 33) % 10
        at = FIRST_MS + i * 1000
        if what < 8:
            yield at, contacts[who], "page_view", "path", paths[what % 3]
        elif what == 8:
            yield at, contacts[who], "webinar_attended", "minutes", 45
        else:
            yield at, contacts[who], "session_start", "utm_source", "google"


def tables(events):
    """Arrow tables of ten thousand rows, a column for each member of the data."""
    import pyarrow

    members = {"path": pyarrow.string(), "minutes": pyarrow.int64(), "utm_source": pyarrow.string()}
    out = []
    for first in range(0, EVENT_COUNT, BATCH_SIZE):
        rows = events[first : first + BATCH_SIZE]
        columns = {
            "at": pyarrow.array([row[0] for row in rows], pyarrow.int64()),
            "contact": pyarrow.array([row[1] for row in rows], pyarrow.string()),
            "type": pyarrow.array([row[2] for row in rows], pyarrow.string()),
        }
        for name, kind in members.items():
            columns[name] = pyarrow.array([row[4] if row[3] == name else None for row in rows], kind)
        out.append(pyarrow.table(columns))
    return out


def tell(name, ns, total):
    print(f"{name} {ns / EVENT_COUNT:.3f} {total}")


def read_all(model, batches):
    """With three members of each decision read, as the columns of a table."""
    import pyarrow
    from pyarrow import compute

    engine = leadline.Engine(model)
    total = 0
    begun = time.process_time_ns()
    for batch in batches:
        told = pyarrow.table(engine.process_batch(batch))
        total += compute.sum(told["seq"]).as_py() + compute.sum(compute.binary_length(told["contact"])).as_py()
        total += round((compute.sum(told["to_points"]).as_py() or 0) * 1000)
    tell("read", time.process_time_ns() - begun, total)


def main():
    model = leadline.Model.from_file(sys.argv[1])
    events = list(drawn())
    calls = [(contact, kind, at, {member: content}) for at, contact, kind, member, content in events]
    engine = leadline.Engine(model)
    total = 0
    begun = time.process_time_ns()
    for contact, kind, at, data in calls:
        total += len(engine.send(contact, kind, at, data))
    tell("send", time.process_time_ns() - begun, total)
    engine = leadline.Engine(model)
    try:
        batches = tables(events)
    except ImportError:
        print("pyarrow is not installed: batches of Arrow are left out", file=sys.stderr)
    else:
        total = 0
        begun = time.process_time_ns()
        for batch in batches:
            total += len(engine.process_batch(batch))
        tell("batch", time.process_time_ns() - begun, total)
        read_all(model, batches)
    total = 0
    begun = time.process_time_ns()
    for _ in range(EVENT_COUNT):
        total += engine.next_wakeup_ms is not None
    tell("ask", time.process_time_ns() - begun, total)


if __name__ == "__main__":
    main()
