"""What reports are made of: figures and tables that carry their own definitions.

A report is a frozen dataclass whose fields are ``Figure`` and ``Table`` values (and the windows they
are about); ``figures_of`` and ``tables_of`` walk them, so that pages, JSON, CSV and the terminal
show the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Literal, TypeAlias


class Hidden(Enum):
    """Why a value is not told (METRICS § 9)."""

    FEW = "<5"
    """Fewer people than may be shown are behind it."""
    WITHHELD = "not shown"
    """It would give away a value that is not told."""


Unit = Literal[
    "people",
    "edits",
    "pages",
    "changes",
    "share",
    "days",
    "lines",
    "words",
    "bytes",
    "number",
    "zones",
    "teams",
    "text",
]
Value: TypeAlias = int | float | Hidden | None


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page named in a table; ``path`` is its file in the space, so that it can be opened."""

    space: str
    path: str


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person named in a table: by name, or by letters where the space says so (then ``key`` is "")."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a column whose rows count different things, with its own unit."""

    value: Value
    unit: Unit


Cell: TypeAlias = int | float | Hidden | str | date | PageRef | PersonRef | Quantity | None

BehindKind = Literal["", "changes", "people", "pages", "teams"]
Chart = Literal[
    "", "bars", "columns", "stacked", "lines", "area", "survival", "heat", "lorenz", "scatter"
]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A figure's name, unit and definition; shares are between 0 and 1. ``behind`` says what a number
    of it counts, so that it can be opened ("": nothing can be listed)."""

    key: str
    title: str
    unit: Unit
    definition: str
    behind: BehindKind = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number now, in the window before, and in the same window a year ago.

    A comparison is None where the history does not reach back so far, a value is None where there
    is nothing to compute it from. ``base`` says what it rests on where that is less than it seems.
    """

    meaning: Meaning
    value: Value
    previous: Value = None
    year_ago: Value = None
    base: str = ""

    @property
    def key(self) -> str:
        return self.meaning.key


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column."""

    key: str
    title: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Table:
    """Rows behind a chart; the first column names the row. ``note`` says what is left out.

    ``chart`` says how it is drawn ("": as a table only): "bars", one bar a row of the second column;
    "columns", "stacked", "lines" and "area" over the first column, a series for each numeric column
    ("area" stacks them); "survival" falls in steps from 1 over days; "heat" shades every cell.
    """

    key: str
    title: str
    definition: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    chart: Chart = ""

    def column(self, key: str) -> tuple[Cell, ...]:
        """All cells of one column."""
        position = next(i for i, column in enumerate(self.columns) if column.key == key)
        return tuple(row[position] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Node:
    """A dot of a graph: ``weight`` its size, ``group`` the community it belongs to."""

    label: str
    weight: float
    group: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """Dots and lines; ``edges`` are (position, position, weight). ``note`` says what is left out."""

    key: str
    title: str
    definition: str
    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int, float], ...]
    note: str = ""


def graphs_of(report: object) -> Iterator[Graph]:
    """Every graph of a report, in the order of its fields."""
    return (value for value in _values(report) if isinstance(value, Graph))


def figures_of(report: object) -> Iterator[Figure]:
    """Every figure of a report, in the order of its fields."""
    return (value for value in _values(report) if isinstance(value, Figure))


def tables_of(report: object) -> Iterator[Table]:
    """Every table of a report, in the order of its fields."""
    return (value for value in _values(report) if isinstance(value, Table))


def _values(report: object) -> Iterator[object]:
    if not is_dataclass(report):
        raise TypeError(f"{report!r} is no report")
    return (getattr(report, field.name) for field in fields(report))


def number(value: Cell) -> float | None:
    """A cell as a number to draw; None where there is none to show."""
    if isinstance(value, Quantity):
        value = value.value
    return float(value) if isinstance(value, int | float) else None
