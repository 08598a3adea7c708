"""A table's cells as charts want them: numbers, places along an axis, what is not told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wiki.analytics.figures import Cell, Column, Hidden, Table, Unit, number
from wiki.services.report_words import value_words
from wiki.web.charts.scale import Label, Place, percent, short_bytes, short_number


def numbers(cells: Sequence[Cell]) -> list[float | None]:
    """Cells as numbers, None where there is none to show."""
    return [number(cell) for cell in cells]


def hidden_of(cells: Sequence[Cell]) -> list[bool]:
    """Which cells are not told."""
    return [isinstance(cell, Hidden) for cell in cells]


def drawn_columns(table: Table) -> list[Column]:
    """The columns that can be drawn: of numbers, and not empty throughout."""
    return [
        column
        for column in table.columns[1:]
        if column.unit != "text"
        and any(isinstance(cell, int | float | Hidden) for cell in table.column(column.key))
    ]


def same_units(columns: Sequence[Column]) -> list[list[Column]]:
    """Columns by their unit, in order: what is counted alike shares an axis."""
    groups: dict[Unit, list[Column]] = {}
    for column in columns:
        groups.setdefault(column.unit, []).append(column)
    return list(groups.values())


def places_of(table: Table) -> list[Place]:
    """What stands under each column or point: days, or the rows' names."""
    first = table.columns[0]
    return [
        row[0] if isinstance(row[0], date) else value_words(row[0], first.unit)
        for row in table.rows
    ]


def names_of(table: Table) -> list[str]:
    """What each row is called when pointed at: “Week from 2 Mar 2026”."""
    title = table.columns[0].title
    words = (value_words(row[0], table.columns[0].unit) for row in table.rows)
    span = title.removesuffix(" from")
    return [f"{span} from {each}" if span != title else each for each in words]


def partial_of(table: Table) -> list[bool]:
    """Which rows are of a span that the window cuts."""
    if all(column.key != "part" for column in table.columns):
        return [False] * len(table.rows)
    return [cell == "part" for cell in table.column("part")]


def label_of(unit: Unit) -> Label:
    """How an axis of this unit writes its numbers."""
    return {"bytes": short_bytes, "share": percent}.get(unit, short_number)
