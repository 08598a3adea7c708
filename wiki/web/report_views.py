"""A finished report as its pages show it: figures with what they were, tables with their charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from wiki.analytics.figures import (
    Cell,
    Column,
    Figure,
    Graph,
    Hidden,
    PageRef,
    PersonRef,
    Quantity,
    Table,
    figures_of,
    graphs_of,
    tables_of,
)
from wiki.services.report_words import (
    Change,
    change_of,
    is_all_hidden,
    is_all_zero,
    row_words,
    value_words,
)
from wiki.services.reports import Finished
from wiki.web.report_charts import chart_of, graph_of, is_mostly_hidden
from wiki.web.report_numbers import NumberLinker, unnumbered

LEFT_OUT = "left_out"
"""The table of what was not counted; it has a box of its own at every report's end."""

_LONG = 12
"""Rows after which a table of values that are not shown is folded away."""

WHICH = ("", "previous", "year_ago")

Linker = Callable[[Figure, str], str]
"""The address of what a figure counts in the window ("") or another (of ``WHICH``); "" without one."""
CellLinker = Callable[[Cell], str]


def unlinked(_figure: Figure, _which: str) -> str:
    """A ``Linker`` for where nothing can be opened: in a file that was taken along."""
    return ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a figure was in another window; ``href`` opens it."""

    change: Change
    href: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure ready to be shown. ``href`` opens what it counts; ``note`` numbers its definition on paper."""

    figure: Figure
    value: str
    comparisons: tuple[Comparison, ...]
    href: str
    note: int

    @property
    def is_told(self) -> bool:
        return isinstance(self.figure.value, int | float)


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


@dataclass(frozen=True, slots=True)
class GroupView:
    """Figures, tables and graphs under one heading; ``empty``, ``zero`` and ``untold`` name those with
    nothing to show, with nothing but 0, and those of which nothing may be told."""

    title: str
    figures: tuple[FigureView, ...]
    parts: tuple[PartView, ...]
    empty: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing but names to show."""
        return not self.figures and not self.parts


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything a report's page shows; ``left_out`` what was not counted, if the report says it."""

    groups: tuple[GroupView, ...]
    left_out: PartView | None

    @property
    def figures(self) -> tuple[FigureView, ...]:
        return tuple(view for group in self.groups for view in group.figures)


def report_view(
    finished: Finished,
    link: Linker,
    link_cell: CellLinker,
    link_number: NumberLinker = unnumbered,
) -> ReportView:
    """A report by the groups of its kind; what is in none of them comes last."""
    figures = {figure.key: figure for figure in figures_of(finished.report)}
    tables = {table.key: table for table in tables_of(finished.report)}
    graphs = {graph.key: graph for graph in graphs_of(finished.report)}
    groups = []
    number = 0
    for title, figure_keys, part_keys in _grouped(finished, [*figures], [*tables, *graphs]):
        worth = [figures[key] for key in figure_keys if key in figures and is_worth(figures[key])]
        shown = [figure for figure in worth if figure.value is not None]
        absent = tuple(figure.meaning.title for figure in worth if figure.value is None)
        views = tuple(
            figure_view(finished, figure, link, number + place)
            for place, figure in enumerate(shown, 1)
        )
        number += len(views)
        parts = tuple(
            part_of_table(tables[key], link_cell, link_number)
            if key in tables
            else part_of_graph(graphs[key])
            for key in part_keys
            if key in tables or key in graphs
        )
        if worth or any(part.rows for part in parts):
            groups.append(_group(title, views, parts, absent))
    left_out = tables.get(LEFT_OUT, finished.left_out)
    told = part_of_table(left_out, link_cell, link_number) if left_out else None
    return ReportView(tuple(groups), told)


def _grouped(
    finished: Finished, figures: Sequence[str], parts: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    groups = finished.kind.groups
    for group in groups:
        yield group.title, group.figures, [key for key in group.tables if key != LEFT_OUT]
    told = {key for group in groups for key in (*group.figures, *group.tables)} | {LEFT_OUT}
    yield (
        "More",
        [key for key in figures if key not in told],
        [key for key in parts if key not in told],
    )


def _group(
    title: str, views: tuple[FigureView, ...], parts: tuple[PartView, ...], absent: tuple[str, ...]
) -> GroupView:
    told = [part for part in parts if part.rows and not part.all_zero]
    shown = tuple(part for part in told if part.chart or not part.all_hidden)
    empty = (*absent, *(part.title for part in parts if part.is_empty))
    zero = tuple(part.title for part in parts if part.all_zero)
    untold = tuple(part.title for part in told if part not in shown)
    return GroupView(title, views, shown, empty, zero, untold)


def is_worth(figure: Figure) -> bool:
    """Figures for which there is nothing to compute them from, now or then, are left away."""
    return any(value is not None for value in (figure.value, figure.previous, figure.year_ago))


def figure_view(finished: Finished, figure: Figure, link: Linker, note: int = 0) -> FigureView:
    """A figure with its changes in words and the addresses of what it counts."""
    days = (finished.chosen.until - finished.chosen.since).days
    before = f"the {days:,} days before" if days > 1 else "the day before"
    compared = [(figure.previous, f"in {before}", WHICH[1])]
    if days != 365:
        compared.append((figure.year_ago, "a year ago", WHICH[2]))
    comparisons = tuple(
        Comparison(change, link(figure, which) if isinstance(value, int | float) else "")
        for value, label, which in compared
        if (change := change_of(figure, value, label))
    )
    value = value_words(figure.value, figure.meaning.unit)
    told = isinstance(figure.value, int | float)
    return FigureView(figure, value, comparisons, link(figure, "") if told else "", note)


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
