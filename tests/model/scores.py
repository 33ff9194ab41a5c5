"""Scores: every rule summed up event by event, every time (spec section 4.2).

Values stand as (low, high): what the score is at least and at most between two instants of a stretch in which no
window, step or condition changes. For one instant both are the value. Each rule moves one way within such a stretch,
so its ends bound it, and sums and clamps keep bounds.
"""

from model import exact
from model.signals import in_window


def idle_value(rule, gap):
    """Milli-points after `gap` milliseconds without activity."""
    reached = []
    for after, every, points, at_most in rule.steps:
        if gap < after:
            continue
        total = points
        if every is not None:
            total = points * (1 + (gap - after) // every)
            if at_most is not None:
                total = max(total, at_most) if points < 0 else min(total, at_most)
        reached.append((after, total))
    if rule.mode == "add":
        return sum(total for _, total in reached)
    return max(reached, key=lambda step: step[0])[1] if reached else 0


def idle_kept(rule, state):
    """What ended gaps left: the gaps between activities, and before them what a merge brought along."""
    if rule.on_return != "keep":
        return 0
    ends = state.activities()
    starts = [state.idle_origin(), *ends]
    return state.idle_brought.get(rule.key, 0) + sum(idle_value(rule, end - start) for start, end in zip(starts, ends))


def idle_total(rule, state, at):
    if state.idle_origin() is None:
        return 0
    start = (state.activities() or [state.idle_origin()])[-1]
    return idle_kept(rule, state) + idle_value(rule, at - start)


def idle_breaks(rule, state, limit):
    if state.idle_origin() is None:
        return []
    start = (state.activities() or [state.idle_origin()])[-1]
    out = []
    for after, every, points, at_most in rule.steps:
        at = start + after
        while at <= limit:
            out.append(at)
            total = points * (1 + (at - start - after) // (every or 1))
            if every is None or (at_most is not None and abs(total) >= abs(at_most)):
                break
            at += every
    return out


def contribution(rule, state, at):
    """A rule's whole milli-points at an instant; of a held rule what was last judged."""
    if rule.form == "held":
        return state.held.get(rule.key, 0)
    if rule.form == "tiers":
        hits = [record for record in state.records if rule.key in record.tiers]
        for at_least, within, points in rule.tiers:
            if len(in_window(hits, at, within)) >= at_least:
                return points
        return 0
    if rule.form == "idle":
        return idle_total(rule, state, at)
    earned = [(record.at, record.earned[rule.key]) for record in state.records if rule.key in record.earned]
    total = exact.faded_sum(earned, at, rule.decay)
    return total if rule.cap is None else exact.clamp(total, -rule.cap, rule.cap)


def rule_breaks(rule, state, limit):
    if rule.form == "tiers":
        return [
            record.at + within
            for record in state.records
            if rule.key in record.tiers
            for _, within, _ in rule.tiers
            if within is not None
        ]
    if rule.form == "idle":
        return idle_breaks(rule, state, limit)
    if rule.form == "earned":
        return [
            at
            for record in state.records
            if rule.key in record.earned
            for at in exact.fading_breaks(record.at, rule.decay)
        ]
    return []


def computed(pack, name, state, first, last, values):
    """(low, high) of a score over [first, last], pins apart; `values` holds its inputs."""
    spec = pack.scores[name]
    low, high, caps_of = pack.caps[name]
    if "sum" in spec:
        ends = [0, 0]
        for child, weight in pack.weights[name].items():
            products = sorted(weight * end for end in values["score", child])
            ends = [ends[0] + products[0], ends[1] + products[1]]
        ends = [exact.round_half_away(exact.Fraction(end, 1000)) for end in ends]
    else:
        sums = {}
        for rule in pack.rules[name]:
            at_ends = sorted((contribution(rule, state, first), contribution(rule, state, last)))
            present = sums.setdefault(rule.group, [0, 0])
            sums[rule.group] = [present[0] + at_ends[0], present[1] + at_ends[1]]
        ends = [0, 0]
        for group in {**sums, **caps_of}:
            # A group without a rule in it can still have a floor above zero.
            floor, ceiling = caps_of.get(group, (None, None))
            ends = [end + exact.clamp(bound, floor, ceiling) for end, bound in zip(ends, sums.get(group, (0, 0)))]
    return tuple(exact.clamp(end, low, high) for end in ends)


def bounds(pack, state, first, last):
    """{("score", name): (low, high)} of all scores as they are read over [first, last]."""
    out = {}
    for node in pack.order:
        if node[0] == "score":
            pin = state.pin_at(node[1], first)
            out[node] = (pin, pin) if pin is not None else computed(pack, node[1], state, first, last, out)
    return out


def earns(rule, state, at, key):
    """Whether the limits of a rule admit one more event at `at`."""
    before = [record for record in state.records if rule.key in record.earned]
    if rule.times is not None and len(in_window(before, at, rule.per)) >= rule.times:
        return False
    return rule.once_per is None or key not in {record.once_keys[rule.key] for record in before}
