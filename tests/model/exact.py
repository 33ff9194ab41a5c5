"""Numbers without error: milli-points, rounding, and how points fade.

Points are whole thousandths (milli-points). Rounding is half away from zero, on the shortest decimal text that
reads back as the number, so that 0.0005 rounds up although the double nearest to it may lie below.
"""

import decimal
import functools
from decimal import Decimal
from fractions import Fraction

# Ten million points are 10^10 milli-points; a sum of 65,536 such and the margin of 2^-20 need 25 digits, so that 80
# leave an error that no comparison here can see.
CONTEXT = decimal.Context(prec=80, Emin=-999999, Emax=999999)
LN2 = CONTEXT.ln(Decimal(2))
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def exact(number):
    """The number that its shortest decimal text names."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def round_half_away(value):
    size, unit = abs(value.numerator), value.denominator
    whole = (2 * size + unit) // (2 * unit)
    return -whole if value < 0 else whole


@functools.lru_cache(maxsize=4096)
def milli_of(number):
    return round_half_away(exact(number) * 1000)


def number_of(milli):
    """Milli-points as the number a condition reads: whole where it can be."""
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


def clamp(value, low, high):
    if low is not None and value < low:
        value = low
    if high is not None and value > high:
        value = high
    return value


@functools.lru_cache(maxsize=65536)
def half_power(age, half_life):
    """2^-(age/half_life)."""
    halvings, rest = divmod(age, half_life)
    if halvings > 400:
        return Decimal(0)  # 10^10 x 65,536 x 2^-400 is nothing even beside the margin
    power = CONTEXT.exp(CONTEXT.multiply(CONTEXT.divide(Decimal(-rest), Decimal(half_life)), LN2))
    return CONTEXT.divide(power, Decimal(2**halvings))


def faded(points, age, decay):
    """What is left of one event's milli-points after `age` milliseconds: a Decimal for half-lives, else exact."""
    if decay.form == "half_life":
        return CONTEXT.multiply(Decimal(points), half_power(age, decay.period))
    return points * max(Fraction(0), 1 - decay.share * (age // decay.period))  # percent


def truncated(total):
    """Toward zero to a whole milli-point; within 2^-20 of a whole one it is that one."""
    size, unit = abs(total).as_integer_ratio()
    whole = (size * 2**20 + unit) // (unit * 2**20)  # the floor of size / unit + 2^-20
    return -whole if total < 0 else whole


def faded_sum(earnings, at, decay):
    """`earnings`: (instant, milli-points) of each event that earned.

    An assignment that comes late, or is undone, does so at the last closed instant, which may lie a millisecond before
    an event already handled: its points are then of age zero.
    """
    earnings = [(min(earned_at, at), points) for earned_at, points in earnings]
    if decay is None:
        return sum(points for _, points in earnings)
    if decay.form == "half_life":
        total = Decimal(0)
        for earned_at, points in earnings:
            total = CONTEXT.add(total, faded(points, at - earned_at, decay))
        return truncated(total)
    if decay.form == "linear":
        # All over one denominator, the decay's length.
        left = sum(points * max(0, decay.period - (at - earned_at)) for earned_at, points in earnings)
        return truncated(Fraction(left, decay.period))
    if decay.form == "expires":
        return sum(points for earned_at, points in earnings if at - earned_at < decay.period)
    return truncated(sum((faded(points, at - earned_at, decay) for earned_at, points in earnings), Fraction(0)))


def fading_breaks(earned_at, decay):
    """The instants at which one event's points leave the curve they were on."""
    if decay is None or decay.form == "half_life":
        return []
    if decay.form == "percent":
        periods = -((-1 / decay.share).__floor__())  # the period in which nothing is left
        return [earned_at + decay.period * count for count in range(1, periods + 1)]
    return [earned_at + decay.period]
