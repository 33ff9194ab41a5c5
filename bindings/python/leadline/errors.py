"""What Leadline raises: every error has a stable code and, where there is one, a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._native import Decisions

__all__ = [
    "BusyError",
    "ClosedError",
    "Diagnostic",
    "EvaluationError",
    "InputError",
    "LeadlineError",
    "NotFoundError",
    "OutOfMemoryError",
    "OutOfRangeError",
    "PackError",
    "StateError",
    "UnsupportedError",
]


@dataclass(frozen=True)
class Diagnostic:
    """One problem of a pack, a calendar or a condition. Lines and columns count from 1; 0 is unknown."""

    severity: str
    code: str
    message: str
    file: str = ""
    pointer: str = ""
    line: int = 0
    column: int = 0
    expected: str = ""
    suggestion: str = ""

    @classmethod
    def _of(cls, told: Mapping[str, Any]) -> Diagnostic:
        return cls(**{name: told[name] for name in cls.__dataclass_fields__ if name in told})

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        hint = f'; did you mean "{self.suggestion}"?' if self.suggestion else ""
        return f"{place}: " * bool(place) + f"{self.severity}: {self.message}{hint} [{self.code}]"


class LeadlineError(Exception):
    """Any error of Leadline.

    `code` is stable and dotted ("calendar.unknown_zone"); `line` and `column` count from 1, `pointer` is a JSON Pointer,
    `offset` a byte of a text or the index of an event, `suggestion` the nearest name that there is. What does not apply is
    0 or empty. Of calls with many events `done` tells how many of them (of NDJSON: how many bytes) are done, and
    `decisions` what those brought; elsewhere both are None.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        status: str = "",
        pointer: str = "",
        line: int = 0,
        column: int = 0,
        offset: int = 0,
        size: int = 0,
        diagnostics: Sequence[Diagnostic] = (),
        done: int | None = None,
        decisions: Decisions | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.pointer = pointer
        self.line = line
        self.column = column
        self.offset = offset
        self.size = size
        self.diagnostics = tuple(diagnostics)
        self.done = done
        self.decisions = decisions

    @property
    def suggestion(self) -> str:
        return next((each.suggestion for each in self.diagnostics if each.severity == "error"), "")

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]" if self.code else self.message


class InputError(LeadlineError, ValueError):
    """A text, an event, a table or an argument is not what it should be."""


class PackError(InputError):
    """A pack, a calendar or a condition cannot be compiled; `diagnostics` has every reason."""


class OutOfRangeError(LeadlineError, ValueError):
    """An instant or a number outside of what there is."""


class NotFoundError(LeadlineError, LookupError):
    """There is no such contact, score, or other name."""


class BusyError(LeadlineError, RuntimeError):
    """Another thread is using the engine."""


class ClosedError(LeadlineError, ValueError):
    """The engine was closed."""


class StateError(LeadlineError, ValueError):
    """State or snapshot bytes of another model, of a newer library, or not whole: `status` tells which."""


class InUseError(LeadlineError, RuntimeError):
    """Too late to be set or added to."""


class EvaluationError(LeadlineError, ArithmeticError):
    """A condition took too many steps or, in the semantics of JsonLogic, failed."""


class UnsupportedError(LeadlineError, RuntimeError):
    """What the engine was not made for, such as restoring one that keeps a history."""


class OutOfMemoryError(LeadlineError, MemoryError):
    """There is no memory left. Each event is done whole or not at all, and what is done is told.

    An engine in which memory ended within an event all the same (`code` "engine.broken") does not go on.
    """


_CLASSES: dict[str, type[LeadlineError]] = {
    "LEADLINE_INVALID_ARGUMENT": InputError,
    "LEADLINE_OUT_OF_MEMORY": OutOfMemoryError,
    "LEADLINE_INVALID_INPUT": InputError,
    "LEADLINE_NOT_FOUND": NotFoundError,
    "LEADLINE_OUT_OF_RANGE": OutOfRangeError,
    "LEADLINE_BUSY": BusyError,
    "LEADLINE_IN_USE": InUseError,
    "LEADLINE_UNSUPPORTED": UnsupportedError,
    "LEADLINE_FAILED": EvaluationError,
    "LEADLINE_OTHER_MODEL": StateError,
    "LEADLINE_DAMAGED": StateError,
    "LEADLINE_NEWER": StateError,
}


def _from_native(
    status: str,
    code: str,
    message: str,
    pointer: str,
    line: int,
    column: int,
    offset: int,
    size: int,
    listed: dict[str, Any] | None,
    done: int | None,
    decisions: Decisions | None,
) -> LeadlineError:
    """The exception for what the library told."""
    kind = _CLASSES.get(status, LeadlineError)
    if code == "closed":
        kind = ClosedError
    elif listed is not None and kind is InputError:
        kind = PackError
    return kind(
        message,
        code=code,
        status=status.removeprefix("LEADLINE_").lower(),
        pointer=pointer,
        line=line,
        column=column,
        offset=offset,
        size=size,
        diagnostics=_diagnostics(listed),
        done=done,
        decisions=decisions,
    )


def _diagnostics(listed: Mapping[str, Any] | None) -> tuple[Diagnostic, ...]:
    return () if listed is None else tuple(Diagnostic._of(each) for each in listed["diagnostics"])
