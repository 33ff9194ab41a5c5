"""Leadline: lead scoring, funnels and service levels, exact to the millisecond.

    model = leadline.Model.from_file("pack.json")
    engine = leadline.Engine(model)
    for decision in engine.process_ndjson(open("events.ndjson", "rb").read()):
        print(decision.contact, decision.kind, decision.to)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict, Union

from . import _convert, _native, errors, reports
from ._native import Calendar, Condition, Contact, Decision, Decisions, Engine
from .errors import (
    BusyError,
    ClosedError,
    Diagnostic,
    EvaluationError,
    InputError,
    InUseError,
    LeadlineError,
    NotFoundError,
    OutOfMemoryError,
    OutOfRangeError,
    PackError,
    StateError,
    UnsupportedError,
)

__all__ = [
    "BusyError",
    "Calendar",
    "ClosedError",
    "Condition",
    "Contact",
    "Decision",
    "Decisions",
    "Diagnostic",
    "Engine",
    "EvaluationError",
    "Event",
    "InUseError",
    "InputError",
    "LeadlineError",
    "Model",
    "NotFoundError",
    "OutOfMemoryError",
    "OutOfRangeError",
    "PackError",
    "StateError",
    "UnsupportedError",
    "check_file",
    "check_json",
    "errors",
    "reports",
    "set_zones",
]

__version__: str = _native.version


class Event(TypedDict, total=False):
    """An event as a mapping; other keys are disregarded."""

    contact: str
    type: str
    at: Any  # an instant: int of milliseconds, datetime with a zone, or RFC 3339
    id: str | None
    data: Mapping[str, Any] | str | bytes | None


#: The files that a pack's lists name: texts by name, a folder, or a function from a name to a text or None.
Lists = Union[Mapping[str, Union[str, bytes]], "os.PathLike[str]", Callable[[str], "str | bytes | None"]]


def _reader(lists: Lists | None) -> Callable[[str], str | bytes | None] | None:
    if lists is None:
        return None
    if isinstance(lists, Mapping):
        return lists.get
    if callable(lists):
        return lists
    folder = Path(lists)

    def read(name: str) -> bytes | None:
        try:
            return (folder / name).read_bytes()
        except FileNotFoundError:
            return None

    return read


class Model(_native.Model):
    """A compiled rule pack: never changes, may be shared by threads, and outlives nothing that was made of it.

    `warnings` are what the pack's author may want to know. Equal `fingerprint`s promise equal decisions.
    """

    warnings: tuple[Diagnostic, ...]

    @classmethod
    def from_json(
        cls, pack: str | bytes | Mapping[str, Any], *, file: str = "", lists: Lists | None = None, warn: bool = True
    ) -> Model:
        """Compiles a pack's text, or what json.loads gives of it. `file` only stands in messages."""
        depth = 1 if warn else 0
        made, listed = cls._compile(_convert.json_text(pack), file, _reader(lists), depth)
        made.warnings = errors._diagnostics(listed)
        return made

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, lists: Lists | None = None, warn: bool = True) -> Model:
        """Compiles a file. Lists are read from beside it, unless they are given."""
        place = Path(path)
        return cls.from_json(
            place.read_bytes(), file=str(path), lists=place.parent if lists is None else lists, warn=warn
        )

    @property
    def attributes(self) -> tuple[str, ...]:
        return self._names(0)

    @property
    def events(self) -> tuple[str, ...]:
        return self._names(1)

    @property
    def signals(self) -> tuple[str, ...]:
        return self._names(2)

    @property
    def scores(self) -> tuple[str, ...]:
        return self._names(3)

    @property
    def grades(self) -> tuple[str, ...]:
        return self._names(4)

    @property
    def stages(self) -> tuple[str, ...]:
        return self._names(5)

    @property
    def statuses(self) -> tuple[str, ...]:
        return self._names(6)

    @property
    def transitions(self) -> tuple[str, ...]:
        return self._names(7)

    @property
    def clocks(self) -> tuple[str, ...]:
        return self._names(8)

    @property
    def cadences(self) -> tuple[str, ...]:
        return self._names(9)

    @property
    def calendars(self) -> tuple[str, ...]:
        return self._names(10)

    def calendar(self, name: str) -> Calendar:
        """One of the pack's calendars."""
        return Calendar.of_model(self, name)

    def __repr__(self) -> str:
        return f"<leadline.Model {self.name!r} {self.fingerprint}>"


def check_json(
    pack: str | bytes | Mapping[str, Any], *, file: str = "", lists: Lists | None = None, as_of: Any = None
) -> tuple[Diagnostic, ...]:
    """All problems of a pack, errors and warnings. With `as_of`, calendars whose holidays end soon are among them."""
    listed = _native.Model._check(_convert.json_text(pack), file, _reader(lists), 1, as_of)
    return errors._diagnostics(listed)


def check_file(
    path: str | os.PathLike[str], *, lists: Lists | None = None, as_of: Any = None
) -> tuple[Diagnostic, ...]:
    """As check_json, of a file."""
    place = Path(path)
    return check_json(
        place.read_bytes(), file=str(path), lists=place.parent if lists is None else lists, as_of=as_of
    )


def set_zones(zones: Mapping[str, bytes] | os.PathLike[str] | Callable[[str], bytes | None]) -> None:
    """For hosts without a zone database: where zone files (TZif, RFC 8536) come from, by IANA name.

    Files by name, a folder, or a function from a name to a file or None. Once, before anything is compiled, else
    InUseError. What the function raises goes to sys.unraisablehook, and what was to be compiled fails.
    """
    if isinstance(zones, os.PathLike):
        read = _reader(zones)

        def within(name: str) -> str | bytes | None:
            parts = name.split("/")
            return read(name) if read is not None and all(part not in ("", ".", "..") for part in parts) else None

        _native.set_zones(within)
        return
    given = _reader(zones)
    if given is None:
        raise TypeError("zones must be files by name, a folder or a function")
    _native.set_zones(given)
