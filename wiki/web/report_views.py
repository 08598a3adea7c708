"""A finished report as its pages show it: figures with what they were, tables with their charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wiki.analytics.figures import (
    Figure,
    Hidden,
    figures_of,
    graphs_of,
    tables_of,
)
from wiki.services.report_words import (
    Change,
    change_of,
    value_words,
)
from wiki.services.reports import Finished
from wiki.web.report_numbers import NumberLinker, unnumbered
from wiki.web.report_parts import CellLinker, PartView, part_of_graph, part_of_table

LEFT_OUT = "left_out"
"""The table of what was not counted; it has a box of its own at every report's end."""

WHICH = ("", "previous", "year_ago")

Linker = Callable[[Figure, str], str]
"""The address of what a figure counts in the window ("") or another (of ``WHICH``); "" without one."""


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
        views = tuple(
            figure_view(finished, figure, link, number + place)
            for place, figure in enumerate(filter(_says_something, worth), 1)
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
            silent = [figure for figure in worth if not _says_something(figure)]
            groups.append(_group(title, views, parts, silent))
    left_out = tables.get(LEFT_OUT, finished.left_out)
    counted = part_of_table(left_out, link_cell, link_number) if left_out else None
    return ReportView(tuple(groups), counted)


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
    title: str,
    views: tuple[FigureView, ...],
    parts: Sequence[PartView],
    silent: Sequence[Figure],
) -> GroupView:
    """A group of which only what says something stands out; the rest is named."""
    told = [part for part in parts if part.rows and not part.all_zero]
    shown = tuple(part for part in told if part.chart or not part.all_hidden)
    absent = [figure.meaning.title for figure in silent if figure.value is None]
    hidden = [figure.meaning.title for figure in silent if figure.value is not None]
    untold = (*hidden, *(part.title for part in told if part not in shown))
    empty = (*absent, *(part.title for part in parts if part.is_empty))
    return GroupView(
        title,
        views,
        shown,
        empty=tuple(name for name in empty if name not in untold),
        zero=tuple(part.title for part in parts if part.all_zero),
        untold=untold,
    )


def _says_something(figure: Figure) -> bool:
    """Whether a figure has a value that is shown, or had one; or that people are few."""
    if figure.value is None:
        return False
    values = (figure.value, figure.previous, figure.year_ago)
    few = figure.value is Hidden.FEW and figure.meaning.unit == "people"
    return few or any(isinstance(value, int | float) for value in values)


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
