"""Reports, backtests, comparisons and plans: as dicts, as tables for frames, and as Markdown.

    made = leadline.reports.report(model, decisions, events, period="2026-03", by="contact.source")
    made.to_dict()["all"]["now"]["funnel"]["stages"]
    made.table("funnel.stages").to_pandas()
    made.document("weekly-pipeline-review")

What each number means is in docs/reference/report.md and docs/planning.md. Decisions and events are JSON lines (str or
bytes), `Decisions`, or an iterable of those; events may be mappings too. An open binary file is such an iterable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable, Union, cast, overload

from . import _convert
from ._native import Decisions
from ._native import Report as _Maker

if TYPE_CHECKING:
    import os

    import pandas
    import polars
    import pyarrow

    from ._native import Model

__all__ = [
    "Report",
    "Table",
    "backtest",
    "compare",
    "handoff",
    "marketing_velocity",
    "plan",
    "report",
    "revenue_statement",
    "sla_document",
]

_Text = Union[str, bytes, bytearray, memoryview]
#: Decisions of a run.
RunDecisions = Union[_Text, Decisions, Iterable[Union[_Text, Decisions]]]
#: Events in order of arrival.
Events = Union[_Text, Iterable[Union[_Text, Mapping[str, Any]]]]
Instant = Union[int, str, datetime]

_DOCUMENTS = {
    "weekly-pipeline-review": 2,
    "monthly-alignment-report": 3,
    "weekly-marketing-report": 4,
    "monthly-sales-report": 5,
    "closed-loop": 6,
}
_PIECE_SIZE = 1 << 20


class Table(Sequence[dict[str, Any]]):
    """Rows of one table of a report, as flat dicts; a rate `strict` is its columns strict.count, strict.of, strict.rate.

    Definitions of rates are left to the report's dict. Frames need their library installed, Leadline does not need it.
    """

    def __init__(self, name: str, rows: list[dict[str, Any]]) -> None:
        self.name = name
        self.columns = tuple(dict.fromkeys(key for row in rows for key in row))
        self._rows = [{key: row.get(key) for key in self.columns} for row in rows]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._rows[index]

    def to_dicts(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self._rows]

    def _by_column(self) -> dict[str, list[Any]]:
        return {key: [row[key] for row in self._rows] for key in self.columns}

    def to_arrow(self) -> pyarrow.Table:
        """A table of pyarrow."""
        import pyarrow

        return pyarrow.table(self._by_column())

    def to_pandas(self) -> pandas.DataFrame:
        import pandas

        return pandas.DataFrame(self._by_column(), columns=list(self.columns))

    def to_polars(self) -> polars.DataFrame:
        import polars

        return polars.DataFrame(self._by_column(), strict=False)

    def __repr__(self) -> str:
        return f"<leadline.reports.Table {self.name!r}: {len(self)} rows of {', '.join(self.columns)}>"


class Report:
    """What was counted; it never changes."""

    def __init__(self, maker: _Maker) -> None:
        self._maker = maker
        self.json: str = maker._write(0)
        self._tables: dict[str, Table] | None = None

    def to_dict(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(self.json))

    def markdown(self) -> str:
        """Of a run and of a handoff; UnsupportedError otherwise."""
        return self._maker._write(1)

    def document(self, name: str) -> str:
        """Of a run, in Markdown: weekly-pipeline-review, monthly-alignment-report, weekly-marketing-report,
        monthly-sales-report, closed-loop."""
        if name not in _DOCUMENTS:
            raise ValueError(f"there is no document {name!r}; there are {', '.join(_DOCUMENTS)}")
        return self._maker._write(_DOCUMENTS[name])

    @property
    def tables(self) -> dict[str, Table]:
        """Every list of the dict, by the way to it: "all.now.funnel.stages"."""
        if self._tables is None:
            found: dict[str, list[dict[str, Any]]] = {}
            _collect(self.to_dict(), "", {}, found)
            self._tables = {name: Table(name, rows) for name, rows in found.items()}
        return self._tables

    def table(self, name: str) -> Table:
        """One of the tables; "all.now." before it may be left out."""
        for full in (name, "all.now." + name):
            if full in self.tables:
                return self.tables[full]
        raise KeyError(f"the report has no table {name!r}; it has {', '.join(self.tables)}")

    def __repr__(self) -> str:
        return f"<leadline.reports.Report of {len(self.json)} bytes>"


def _holds_list(content: object) -> bool:
    if isinstance(content, dict):
        return any(_holds_list(each) for each in content.values())
    return isinstance(content, list)


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, each in content.items():
        if isinstance(each, dict):
            if not _holds_list(each):
                yield from _flat(each, before + key + ".")
        elif not isinstance(each, list) and not (before and key == "definition"):
            yield before + key, each


def _collect(content: object, path: str, around: Mapping[str, Any], found: dict[str, list[dict[str, Any]]]) -> None:
    """Rows of every list of objects; those of a list within a row begin with the texts of that row."""
    if not isinstance(content, dict):
        return
    for key, each in content.items():
        way = f"{path}.{key}" if path else key
        if isinstance(each, dict):
            _collect(each, way, around, found)
        elif isinstance(each, list) and all(isinstance(row, dict) for row in each):
            rows = found.setdefault(way, [])
            for row in each:
                own = dict(_flat(row))
                rows.append({**around, **own})
                texts = {name: text for name, text in own.items() if isinstance(text, (str, type(None)))}
                _collect(row, way, {**around, **texts}, found)


def _line(event: Mapping[str, Any]) -> str:
    """An event as a line; its instant may be a datetime or milliseconds, its data JSON text."""
    out = dict(event)
    at = out.get("at")
    if isinstance(at, int):
        at = _convert.from_ms(at)
    if isinstance(at, datetime):
        out["at"] = _convert.to_text(at)
    data = out.get("data")
    if isinstance(data, (str, bytes)):
        out["data"] = json.loads(data)
    elif data is None:
        out.pop("data", None)
    return _convert._dumps(out)


def _pieces(given: object, what: str) -> Iterator[_Text]:
    """Whole lines, many at a time."""
    if isinstance(given, Decisions):
        yield given.to_ndjson()
        return
    if isinstance(given, (str, bytes, bytearray, memoryview)):
        yield given
        return
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise TypeError(f"{what} must be JSON lines or an iterable of them, not {type(given).__name__}")
    waiting: list[bytes] = []
    size = 0
    for each in given:
        if isinstance(each, Decisions):
            piece = each.to_ndjson()
        elif isinstance(each, Mapping) and what == "events":
            piece = _line(each).encode()
        elif isinstance(each, str):
            piece = each.encode()
        elif isinstance(each, (bytes, bytearray, memoryview)):
            piece = bytes(each)
        else:
            raise TypeError(f"{what} hold a {type(each).__name__}")
        waiting.append(piece if piece.endswith(b"\n") else piece + b"\n")
        size += len(piece)
        if size >= _PIECE_SIZE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _take(into: Callable[[_Text], None], given: object, what: str) -> None:
    for piece in _pieces(given, what):
        into(piece)


def _request(**asked: Any) -> str:
    return _convert._dumps({key: each for key, each in asked.items() if each is not None})


def _instant_text(given: Instant, what: str) -> str:
    if isinstance(given, str):
        return given
    ms = given if isinstance(given, int) else _convert.to_ms(given, what)
    return _convert.to_text(_convert.from_ms(ms))


def report(
    model: Model,
    decisions: RunDecisions,
    events: Events | None = None,
    *,
    period: str | None = None,
    by: str | None = None,
    where: Mapping[str, Any] | None = None,
    cohort: str | None = None,
    calendar: str | None = None,
    clock: str | None = None,
    spend: Sequence[Mapping[str, Any]] | None = None,
    details: bool = False,
) -> Report:
    """What came of a run. Attributes, money and touches are read from `events`, those that the decisions were made of."""
    request = _request(
        period=period, by=by, where=where, cohort=cohort, calendar=calendar, clock=clock,
        spend=None if spend is None else [dict(each) for each in spend], details=bool(details),
    )  # fmt: skip
    maker = _Maker._of_run(model, request)
    _take(maker._take_decisions, decisions, "decisions")
    if events is not None:
        _take(maker._take_events, events, "events")
    return Report(maker)


def handoff(model: Model, events: Events, contact: str, at: Instant) -> Report:
    """What a person of sales is given with a contact: its story, the expected outcome, the assignment, the deadlines."""
    maker = _Maker._of_handoff(model, _request(contact=contact, at=_instant_text(at, "at")))
    _take(maker._take_events, events, "events")
    return Report(maker)


def backtest(
    model: Model,
    events: Events,
    *,
    score: str | None = None,
    wanted: float | str | None = None,
    fit: bool = False,
    train: float | str | None = None,
    points_max: int | None = None,
    signs: str | None = None,
) -> Report:
    """How well a score told outcomes beforehand; with `fit`, which points would have told them better."""
    request = _request(score=score, wanted=wanted, fit=bool(fit), train=train, points_max=points_max, signs=signs)
    maker = _Maker._of_backtest(model, request)
    _take(maker._take_events, events, "events")
    return Report(maker)


def compare(before: Model, after: Model, events: Events, *, until: Instant | None = None) -> Report:
    """What would be otherwise if the pack `after` had been in force instead of `before`."""
    request = _request(until=None if until is None else _instant_text(until, "until"))
    maker = _Maker._of_comparison(before, after, request)
    _take(maker._take_events, events, "events")
    return Report(maker)


def plan(
    *,
    deal_size: float,
    revenue: float | None = None,
    contacts: int | None = None,
    rates: Mapping[str, float | str] | None = None,
    period: str | None = None,
    what_if: float | str | None = None,
    progress: Mapping[str, Any] | None = None,
    model: Model | None = None,
    decisions: RunDecisions | None = None,
    measure_period: str | None = None,
    stages: Sequence[str] | None = None,
) -> Report:
    """From `revenue` to the contacts it needs or, with `contacts`, back; with `progress`, in the middle of a period.

    `rates` are {"mql.sql": 0.6} or "60%"; those that are left out are measured from `decisions` of a run of `model`.
    `progress` is {"days_gone": 45, "days": 91, "revenue": 300000, "made": {"mql": 260}, "open": {"mql": 40}}.
    """
    measure = {key: each for key, each in (("period", measure_period), ("stages", stages)) if each is not None}
    request = _request(
        revenue=revenue, deal_size=deal_size, contacts=contacts, rates=None if rates is None else dict(rates),
        period=period, what_if=what_if, progress=None if progress is None else dict(progress), measure=measure or None,
    )  # fmt: skip
    maker = _Maker._of_plan(model, request)
    if decisions is not None:
        _take(maker._take_decisions, decisions, "decisions")
    return Report(maker)


def marketing_velocity(deliverables: Sequence[Mapping[str, Any]], *, hour_cost: float | None = None) -> Report:
    """Leads an hour of each thing that marketing makes: {"item": "post", "volume": 8, "leads": 6, "hours": 4}."""
    listed = [dict(each) for each in deliverables]
    return Report(_Maker._of_plan(None, _request(deliverables=listed, hour_cost=hour_cost)))


def revenue_statement(funnels: Sequence[Mapping[str, Any]]) -> Report:
    """How revenue came: {"funnel": "inbound", "customers": "new", "leads": 1000, "deals": 20, "revenue": 500000}."""
    return Report(_Maker._of_plan(None, _request(funnels=[dict(each) for each in funnels])))


def sla_document(pack: str | bytes | Mapping[str, Any] | os.PathLike[str]) -> str:
    """The agreement between marketing and sales that a pack (its text, a mapping, or a path) holds, in Markdown."""
    if hasattr(pack, "__fspath__"):
        path = pack.__fspath__()
        with open(path, "rb") as file:
            return _Maker._sla_document(file.read(), str(path))
    return _Maker._sla_document(_convert.json_text(pack))
