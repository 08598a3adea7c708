"""A report's tables and graphs as its pages show them: a chart, and cells in words that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from wiki.analytics.figures import Cell, Column, Graph, Hidden, PageRef, PersonRef, Quantity, Table
from wiki.services.report_words import is_all_hidden, is_all_zero, row_words
from wiki.web.report_charts import chart_of, graph_of, is_mostly_hidden
from wiki.web.report_numbers import NumberLinker, unnumbered

_LONG = 12
"""Rows after which a table of values that are not shown is folded away."""

CellLinker = Callable[[Cell], str]


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell in words; ``href`` is "" if it leads nowhere."""

    words: str
    href: str = ""
    is_number: bool = False
    is_hidden: bool = False
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class PartView:
    """A table or graph with its chart (empty without one) and its cells; ``is_folded`` if the table is
    not worth its length at first sight."""

    key: str
    title: str
    definition: str
    note: str
    chart: Markup
    columns: tuple[Column, ...]
    rows: tuple[tuple[CellView, ...], ...]
    all_hidden: bool = False
    all_zero: bool = False
    is_folded: bool = False
    is_graph: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.rows


def part_of_table(
    table: Table, link_cell: CellLinker, link_number: NumberLinker = unnumbered
) -> PartView:
    """A table with its chart."""
    rows = tuple(
        tuple(
            _cell(cell, words, column, _leads(cell, link_cell) or link_number(table, place, number))
            for number, (cell, words, column) in enumerate(
                zip(row, row_words(table, row), table.columns, strict=True)
            )
        )
        for place, row in enumerate(table.rows)
    )
    return PartView(
        table.key,
        table.title,
        table.definition,
        _note(table),
        chart_of(table),
        table.columns,
        rows,
        is_all_hidden(table),
        is_all_zero(table),
        bool(table.chart) and len(rows) > _LONG and is_mostly_hidden(table),
    )


def _leads(cell: Cell, link_cell: CellLinker) -> str:
    return link_cell(cell) if isinstance(cell, PageRef | PersonRef) else ""


def _note(table: Table) -> str:
    """A table's note, and why it has no chart where most of it is not told."""
    if not table.chart or not is_mostly_hidden(table):
        return table.note
    return f"{table.note} Most values are not shown, so there is no chart.".strip()


def _cell(cell: Cell, words: str, column: Column, href: str) -> CellView:
    if isinstance(cell, Quantity):
        cell = cell.value
    if isinstance(cell, Hidden):
        return CellView(words, is_number=column.unit != "text", is_hidden=True)
    is_number = column.unit != "text" and not isinstance(cell, str)
    return CellView(words, href, is_number, is_day=isinstance(cell, date))


def part_of_graph(graph: Graph) -> PartView:
    """A graph with its drawing, and its dots as a table, the heaviest first, named with their neighbours."""
    joined: dict[int, list[tuple[float, int]]] = {}
    for one, other, weight in graph.edges:
        joined.setdefault(one, []).append((-weight, other))
        joined.setdefault(other, []).append((-weight, one))
    rows = []
    for place, node in enumerate(graph.nodes):
        near = [graph.nodes[other].label for _, other in sorted(joined.get(place, []))]
        words = ", ".join(near[:8]) + (f" and {len(near) - 8} more" if len(near) > 8 else "")
        rows.append((CellView(node.label), CellView(str(len(near)), is_number=True), CellView(words or "–")))  # fmt: skip
    columns = (
        Column("label", "Name", "text"),
        Column("joined", "Joined to", "number"),
        Column("names", "Closest", "text"),
    )
    return PartView(
        graph.key,
        graph.title,
        graph.definition,
        graph.note,
        graph_of(graph),
        columns,
        tuple(rows),
        is_graph=True,
    )
