"""Conditions: JsonLogic in both semantics, walked as a tree each time (spec section 3).

Data is JSON as Python has it, a `Date` for an instant, and a `Scope` where a contact is asked instead of a document.
"""

import math
import re

from model.exact import INT64_MAX, INT64_MIN, is_number


class Date:
    """An instant among the values of a condition: equal to a like date, to nothing else."""

    def __init__(self, at):
        self.at = at

    def __eq__(self, other):
        return isinstance(other, Date) and self.at == other.at

    def __hash__(self):
        return hash(("date", self.at))

    def __repr__(self):
        return f"Date({self.at})"


class Scope:
    """Something that is asked for dotted paths."""

    def __init__(self, look_up, now):
        self.look_up = look_up
        self.now = now


def truthy(value):
    if isinstance(value, list):
        return len(value) > 0
    if isinstance(value, float) and math.isnan(value):
        return False
    return isinstance(value, (dict, Date)) or bool(value)


def _whole(value):
    """A number as int where it is one that int64 holds, else a double."""
    if isinstance(value, int):
        return value if INT64_MIN <= value <= INT64_MAX else float(value)
    return value


def number_text(value):
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
    return repr(value)


def text_of(value):
    """What a value looks like inside a text, as in the language JsonLogic comes from."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    if isinstance(value, list):
        return ",".join(text_of(item) for item in value)
    if isinstance(value, dict):
        return "[object Object]"
    return value


# --- The standard's coercions ----------------------------------------------------------------------------------


def _to_number(value):
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if is_number(value):
        return value
    if isinstance(value, list):
        value = text_of(value)
    if isinstance(value, str):
        stripped = value.strip()
        if not stripped:
            return 0
        if re.fullmatch(r"[+-]?\d+", stripped):
            return _whole(int(stripped))
        if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", stripped):
            return float(stripped)
        if re.fullmatch(r"0[xX][0-9a-fA-F]+", stripped):
            return int(stripped, 16)
    return math.nan


def _primitive(value):
    return text_of(value) if isinstance(value, (list, dict)) else value


def _loosely_equal(a, b):
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, (list, dict)) and isinstance(b, (list, dict)):
        return a is b
    a, b = _primitive(a), _primitive(b)
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    return _to_number(a) == _to_number(b)


def _standard_less(a, b, or_equal):
    a, b = _primitive(a), _primitive(b)
    if isinstance(a, str) and isinstance(b, str):
        return a <= b if or_equal else a < b
    x, y = _to_number(a), _to_number(b)
    return x <= y if or_equal else x < y


def strictly_equal(a, b, by_content=True):
    """Lists and objects are equal by content in our semantics, by identity in the standard's."""
    if isinstance(a, (list, dict)) and not by_content:
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(strictly_equal(*pair) for pair in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(strictly_equal(a[key], b[key]) for key in a)
    if isinstance(a, bool) or isinstance(b, bool):
        return isinstance(a, bool) and isinstance(b, bool) and a == b
    if is_number(a) and is_number(b):
        return a == b
    return type(a) is type(b) and a == b


# --- Ours ------------------------------------------------------------------------------------------------------


def _ordered(a, b, test):
    """Both numbers, both texts or both dates; everything else is not in any order."""
    if is_number(a) and is_number(b):
        return test(a, b)
    if isinstance(a, str) and isinstance(b, str):
        return test(a, b)
    if isinstance(a, Date) and isinstance(b, Date):
        return test(a.at, b.at)
    return False


def domain_of(value):
    if not isinstance(value, str):
        return None
    if "://" in value:
        host = re.split(r"[/?#]", value.split("://", 1)[1], maxsplit=1)[0]
        host = host.rsplit("@", 1)[-1]
        host = re.sub(r":\d*$", "", host)
    elif "@" in value:
        host = value.rsplit("@", 1)[1]
    else:
        host = re.split(r"[/?#]", value, maxsplit=1)[0]
    host = lower(host)
    if host.endswith("."):
        host = host[:-1]
    return host or None


def lower(value):
    """Letter by letter: simple case mapping never changes how many there are."""
    if not isinstance(value, str):
        return None
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in value)


def _arithmetic(name, values):
    if not all(is_number(value) for value in values):
        return None
    if name == "+":
        out = values[0] if values else 0
        for value in values[1:]:
            out = _whole(out + value)
    elif name == "*":
        out = values[0] if values else 1
        for value in values[1:]:
            out = _whole(out * value)
    elif name == "-":
        out = -values[0] if len(values) == 1 else values[0] - values[1]
    elif name == "/":
        if values[1] == 0:
            return None
        a, b = values
        out = a // b if isinstance(a, int) and isinstance(b, int) and a % b == 0 else a / b
    else:
        a, b = values
        if b == 0:
            return None
        out = (
            (abs(a) % abs(b)) * (1 if a >= 0 else -1) if isinstance(a, int) and isinstance(b, int) else math.fmod(a, b)
        )
    if isinstance(out, float) and not math.isfinite(out):
        return None
    return _whole(out)


class Interpreter:
    def __init__(self, semantics="leadline", now=None):
        self.standard = semantics == "jsonlogic"
        self.now = now

    def holds(self, rule, data):
        return truthy(self.evaluate(rule, data))

    def evaluate(self, rule, data):
        if isinstance(rule, list):
            return [self.evaluate(item, data) for item in rule]
        if not isinstance(rule, dict) or len(rule) != 1:
            return rule
        ((name, operands),) = rule.items()
        if not isinstance(operands, list):
            operands = [operands]
        method = getattr(self, "_lazy_" + LAZY.get(name, ""), None)
        if method:
            return method(operands, data)
        values = [self.evaluate(operand, data) for operand in operands]
        return self._eager(name, values, data)

    # --- Operators that choose what they evaluate ---

    def _lazy_if(self, operands, data):
        index = 0
        while index + 1 < len(operands):
            if truthy(self.evaluate(operands[index], data)):
                return self.evaluate(operands[index + 1], data)
            index += 2
        return self.evaluate(operands[index], data) if index < len(operands) else None

    def _lazy_and(self, operands, data):
        value = None
        for operand in operands:
            value = self.evaluate(operand, data)
            if not truthy(value):
                return value
        return value

    def _lazy_or(self, operands, data):
        value = None
        for operand in operands:
            value = self.evaluate(operand, data)
            if truthy(value):
                return value
        return value

    def _items(self, operands, data):
        items = self.evaluate(operands[0], data) if operands else None
        return items if isinstance(items, list) else None

    def _lazy_filter(self, operands, data):
        items = self._items(operands, data) or []
        return [item for item in items if truthy(self.evaluate(operands[1], item))]

    def _lazy_map(self, operands, data):
        items = self._items(operands, data) or []
        return [self.evaluate(operands[1], item) for item in items]

    def _lazy_reduce(self, operands, data):
        items = self._items(operands, data)
        total = self.evaluate(operands[2], data) if len(operands) > 2 else None
        for item in items or []:
            total = self.evaluate(operands[1], {"current": item, "accumulator": total})
        return total

    def _lazy_all(self, operands, data):
        items = self._items(operands, data)
        return bool(items) and all(truthy(self.evaluate(operands[1], item)) for item in items)

    def _lazy_some(self, operands, data):
        return any(truthy(self.evaluate(operands[1], item)) for item in self._items(operands, data) or [])

    def _lazy_none(self, operands, data):
        return not self._lazy_some(operands, data)

    # --- Operators over their operands' values ---

    def var(self, path, default, data):
        if path is None or path == "":
            return data if not isinstance(data, Scope) else None
        path = text_of(path)
        if isinstance(data, Scope):
            found = data.look_up(path)
            return default if found is None else found
        for part in path.split("."):
            if isinstance(data, dict) and part in data:
                data = data[part]
            elif isinstance(data, (list, str)) and part.isdigit() and int(part) < len(data):
                data = data[int(part)]
            else:
                return default
        return default if data is None and not self.standard else data

    def _missing(self, paths, data):
        if paths and isinstance(paths[0], list):
            paths = paths[0]
        return [path for path in paths if self.var(path, None, data) in (None, "")]

    def _eager(self, name, values, data):
        first = values[0] if values else None
        second = values[1] if len(values) > 1 else None
        if name == "var":
            return self.var(first, second, data)
        if name == "missing":
            return self._missing(values, data)
        if name == "missing_some":
            absent = self._missing([second], data)
            return [] if len(second) - len(absent) >= first else absent
        if name == "!":
            return not truthy(first)
        if name == "!!":
            return truthy(first)
        if name in ("==", "!="):
            equal = _loosely_equal(first, second) if self.standard else strictly_equal(first, second, not self.standard)
            return equal == (name == "==")
        if name in ("===", "!=="):
            return strictly_equal(first, second, not self.standard) == (name == "===")
        if name in ("<", "<=", ">", ">="):
            return self._compared(name, values)
        if name in ("max", "min"):
            return self._extreme(name, values)
        if name in ("+", "-", "*", "/", "%"):
            return self._standard_arithmetic(name, values) if self.standard else _arithmetic(name, values)
        if name == "in":
            if isinstance(second, list):
                return any(strictly_equal(first, item, not self.standard) for item in second)
            if not isinstance(second, str) or not second:
                return False
            return ("null" if first is None else text_of(first)) in second
        if name == "cat":
            return "".join(text_of(value) for value in values)
        if name == "substr":
            return self._substr(values)
        if name == "merge":
            return [item for value in values for item in (value if isinstance(value, list) else [value])]
        if name == "log":
            return first
        if name == "lower":
            return lower(first)
        if name == "domain":
            return domain_of(first)
        if name in ("starts_with", "startsWith", "ends_with", "endsWith", "contains"):
            if name == "contains" and isinstance(first, list):
                return any(strictly_equal(second, item, not self.standard) for item in first)
            if not isinstance(first, str) or not isinstance(second, str):
                return False
            if name == "contains":
                return second in first
            return first.startswith(second) if name.startswith("starts") else first.endswith(second)
        if name == "matches":
            return isinstance(first, str) and re.search(second, first) is not None
        if name == "elapsed_since":
            now = data.now if isinstance(data, Scope) else self.now
            return number_over(now - first.at, 1000) if isinstance(first, Date) else None
        raise ValueError(f"the model does not know the operator {name}")

    def _compared(self, name, values):
        pairs = zip(values, values[1:])
        if self.standard:
            or_equal = name.endswith("=")
            if name[0] == "<":
                return all(_standard_less(a, b, or_equal) for a, b in pairs)
            return all(_standard_less(b, a, or_equal) for a, b in pairs)
        test = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}
        return all(_ordered(a, b, test[name]) for a, b in pairs)

    def _extreme(self, name, values):
        if self.standard:
            numbers = [_to_number(value) for value in values]
            if any(isinstance(number, float) and math.isnan(number) for number in numbers):
                return None
            if not numbers:
                return None
            return (max if name == "max" else min)(numbers)
        if not values or not all(is_number(value) for value in values):
            return None
        return (max if name == "max" else min)(values)

    def _standard_arithmetic(self, name, values):
        numbers = [_to_number(value) for value in values]
        if any(isinstance(number, float) and math.isnan(number) for number in numbers):
            return None
        return _arithmetic(name, numbers)

    def _substr(self, values):
        if values[0] is None and not self.standard:
            return None
        text = "null" if values[0] is None else text_of(values[0])
        start = int(values[1])
        text = text[start:] if start >= 0 else text[max(0, len(text) + start) :]
        if len(values) < 3:
            return text
        count = int(values[2])
        return text[:count] if count >= 0 else text[: max(0, len(text) + count)]


LAZY = {
    "if": "if",
    "?:": "if",
    "and": "and",
    "or": "or",
    "filter": "filter",
    "map": "map",
    "reduce": "reduce",
    "all": "all",
    "some": "some",
    "none": "none",
}
OPERATORS = set(LAZY) | set(
    "var missing missing_some ! !! == != === !== < <= > >= max min + - * / % in cat substr merge log lower domain "
    "starts_with startsWith ends_with endsWith contains matches elapsed_since fractional".split()
)


def number_over(amount, unit):
    """An exact quotient as the number nearest to it."""
    return amount // unit if amount % unit == 0 else amount / unit


def paths_read(rule):
    """Every path that a rule names."""
    if isinstance(rule, list):
        return {path for item in rule for path in paths_read(item)}
    if not isinstance(rule, dict):
        return set()
    out = set()
    for name, operands in rule.items():
        if name == "var":
            path = operands[0] if isinstance(operands, list) else operands
            if isinstance(path, str):
                out.add(path)
        if name in ("missing", "missing_some"):
            flat = operands if isinstance(operands, list) else [operands]
            out |= {
                item for part in flat for item in (part if isinstance(part, list) else [part]) if isinstance(item, str)
            }
        out |= paths_read(operands)
    return out


def moving_constants(rule):
    """(what moves, number) for each number that a path, or the time since a date, is compared with."""
    out = set()
    if isinstance(rule, list):
        for item in rule:
            out |= moving_constants(item)
    if not isinstance(rule, dict):
        return out
    for name, operands in rule.items():
        flat = operands if isinstance(operands, list) else [operands]
        if name in ("==", "!=", "===", "!==", "<", "<=", ">", ">=", "in"):
            constants = set()
            for item in flat:
                for each in item if isinstance(item, list) else [item]:
                    number = _to_number(each) if isinstance(each, (int, float, str)) else math.nan
                    if not math.isnan(number):
                        constants.add(number)
            for item in flat:
                if isinstance(item, dict) and len(item) == 1:
                    ((operator, inner),) = item.items()
                    inner = inner if isinstance(inner, list) else [inner]
                    if operator == "var" and isinstance(inner[0], str):
                        out |= {(("path", inner[0]), constant) for constant in constants}
                    if operator == "elapsed_since":
                        out |= {(("since", path), constant) for path in paths_read(inner) for constant in constants}
        out |= moving_constants(operands)
    return out
