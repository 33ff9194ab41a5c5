"""What the extension leaves to Python: datetimes, and values that are no plain ones."""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)


def is_mapping(given: object) -> bool:
    return isinstance(given, Mapping)


def to_ms(given: object, what: str) -> int:
    """Milliseconds of a datetime that says its zone; parts of one are dropped, downwards."""
    if not isinstance(given, datetime):
        raise TypeError(f"{what} must be a datetime with a time zone, an int of milliseconds or RFC 3339,"
                        f" not {type(given).__name__}")
    if given.utcoffset() is None:
        raise ValueError(f"{what} is a datetime without a time zone: say which one it is in")
    return (given - _EPOCH) // _MILLISECOND


def from_ms(at_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at_ms)


def to_text(given: datetime) -> str:
    """RFC 3339, as JSON has instants."""
    at = from_ms(to_ms(given, "a datetime in the data"))
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def like(at_ms: int, given: object) -> Any:
    """An instant as the one that was given: an int, a datetime in the same zone, or a text."""
    if isinstance(given, str):
        return to_text(from_ms(at_ms))
    if isinstance(given, datetime):
        return from_ms(at_ms).astimezone(given.tzinfo)
    return at_ms


def span(ms: int) -> timedelta:
    return timedelta(milliseconds=ms)


def _plain(given: object) -> Any:
    if isinstance(given, datetime):
        return to_text(given)
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, Mapping):
        return dict(given)
    if hasattr(given, "__index__"):
        return operator.index(given)  # another library's integer
    raise TypeError(f"the data holds a {type(given).__name__}, which JSON has not")


def _dumps(given: object) -> str:
    return json.dumps(given, ensure_ascii=False, allow_nan=False, default=_plain)


def data_text(data: Mapping[Any, Any]) -> str:
    for key in data:
        if not isinstance(key, str):
            raise TypeError(f"a key of the data must be a str, not {type(key).__name__}")
    return _dumps(data)


def json_text(given: object) -> str | bytes:
    """JSON as it is, or of what stands for it."""
    if isinstance(given, (str, bytes)):
        return given
    if isinstance(given, (bytearray, memoryview)):
        return bytes(given)
    return _dumps(given)


def from_lines(lines: str) -> list[Any]:
    return [json.loads(line) for line in lines.splitlines() if line]
