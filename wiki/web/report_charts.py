"""Which chart shows which table of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from markupsafe import Markup

from wiki.analytics.figures import Cell, Hidden, Table, number
from wiki.services.report_words import has_numbers, value_words
from wiki.web.charts import (
    NARROW,
    WIDE,
    Caption,
    Series,
    Size,
    bar_chart,
    column_chart,
    heat_map,
    line_chart,
    lorenz_chart,
    sparkline,
)
from wiki.web.charts.scale import short_bytes

Draw: TypeAlias = Callable[[Table, Caption, Size], str]


def chart_of(table: Table) -> Markup:
    """The table's chart in both sizes; empty if it has none or there is nothing to draw."""
    draws = _CHARTS.get(table.key, ())
    if not has_numbers(table):
        return Markup("")
    drawn = [
        draw(table, _caption(table, position), size)
        for position, draw in enumerate(draws)
        for size in (WIDE, NARROW)
    ]
    return Markup("".join(drawn))  # noqa: S704 - svg text of our own, every word escaped in canvas


def spark_of(table: Table, column: str, title: str) -> Markup:
    """A column over time as a word-sized line."""
    cells = zip(table.column(column), table.column("part"), strict=True)
    values = [number(cell) for cell, part in cells if not part]
    known = [value for value in values if value is not None]
    words = f"{title}: from {known[0]:,.0f} to {known[-1]:,.0f}." if known else title
    drawn = sparkline(Caption(f"spark-{table.key}-{column}", title, words), values)
    return Markup(drawn)  # noqa: S704 - as above


def _caption(table: Table, position: int) -> Caption:
    return Caption(f"{table.key}-{position}", table.title, f"{table.definition} {_reading(table)}")


def _reading(table: Table) -> str:
    """The chart's gist for those who do not see it; all values are in the table that follows it."""
    column = table.columns[-1] if table.key == "lorenz" else table.columns[1]
    values = [(row[0], number(row[table.columns.index(column)])) for row in table.rows]
    known = [(name, value) for name, value in values if value is not None]
    if not known:
        return "No value is shown."
    high = max(known, key=lambda pair: pair[1])
    return (
        f"{len(table.rows)} values; the highest of “{column.title}” is "
        f"{value_words(high[1], column.unit)} ({value_words(high[0], 'text')}). All values are in the table below."
    )


# -- participation ---------------------------------------------------------------------------


def _contributors(table: Table, caption: Caption, size: Size) -> str:
    people, new = table.column("people"), table.column("new")
    values = _numbers(people)
    split = all(not isinstance(cell, Hidden) for cell in new)
    if split and any(number(cell) for cell in new):
        before = [
            all_ - fresh if all_ is not None and fresh is not None else None
            for all_, fresh in zip(values, _numbers(new), strict=True)
        ]
        series = [Series("Had edited before", before, 1), Series("New", _numbers(new), 2)]
    else:
        series = [Series("Contributors", values, 1)]
    return column_chart(
        caption,
        size,
        _days(table),
        series,
        unit="people",
        names=_names(table),
        partial=_partial(table),
        hidden=[isinstance(cell, Hidden) for cell in people],
    )


def _bands(table: Table, caption: Caption, size: Size) -> str:
    labels = [f"{row[0]} edit{'s' if row[0] != 1 else ''} or more" for row in table.rows]
    people = table.column("people")
    words = [value_words(cell, "people") for cell in people]
    return bar_chart(caption, size, labels, _numbers(people), words)


def _funnel(table: Table, caption: Caption, size: Size) -> str:
    labels = [str(cell) for cell in table.column("stage")]
    people, share = table.column("people"), table.column("share")
    words = [
        f"{value_words(count, 'people')} ({value_words(part, 'share')})"
        if number(count)
        else value_words(count, "people")
        for count, part in zip(people, share, strict=True)
    ]
    return bar_chart(caption, size, labels, _numbers(people), words)


def _split(table: Table, caption: Caption, size: Size) -> str:
    labels = [str(cell) for cell in table.column("group")]
    shares = table.column("edits")
    words = [value_words(cell, "share") for cell in shares]
    return bar_chart(caption, size, labels, _numbers(shares), words)


def _lorenz(table: Table, caption: Caption, size: Size) -> str:
    points = [(number(row[0]) or 0.0, number(row[1]) or 0.0) for row in table.rows]
    return lorenz_chart(caption, size, points)


def _hours(table: Table, caption: Caption, size: Size) -> str:
    rows = [str(row[0]) for row in table.rows]
    columns = [column.title for column in table.columns[1:]]
    cells = [_numbers(row[1:]) for row in table.rows]
    return heat_map(caption, size, rows, columns, cells)


# -- evolution -------------------------------------------------------------------------------


def _pages(table: Table, caption: Caption, size: Size) -> str:
    series = [Series("Pages", _numbers(table.column("pages")))]
    return line_chart(
        caption,
        size,
        _days(table),
        series,
        unit="pages at the end of each span",
        names=_names(table),
    )


def _coming_and_going(table: Table, caption: Caption, size: Size) -> str:
    came = [
        (fresh or 0) + (back or 0)
        for fresh, back in zip(
            _numbers(table.column("new")), _numbers(table.column("restored")), strict=True
        )
    ]
    gone = _numbers(table.column("deleted"))
    return column_chart(
        caption,
        size,
        _days(table),
        [Series("New pages", came, 1)],
        [Series("Deleted pages", gone, 2)],
        unit="pages",
        names=_names(table),
        partial=_partial(table),
    )


def _size(table: Table, caption: Caption, size: Size) -> str:
    series = [Series("size", _numbers(table.column("size")), 3)]
    return line_chart(
        caption,
        size,
        _days(table),
        series,
        unit="size of all pages",
        label=short_bytes,
        names=_names(table),
    )


def _churn(table: Table, caption: Caption, size: Size) -> str:
    return column_chart(
        caption,
        size,
        _days(table),
        [Series("Lines written", _numbers(table.column("added")), 1)],
        [Series("Lines removed", _numbers(table.column("removed")), 2)],
        unit="lines",
        names=_names(table),
        partial=_partial(table),
    )


def _activity(table: Table, caption: Caption, size: Size) -> str:
    edits, undone = _numbers(table.column("edits")), _numbers(table.column("reverts"))
    plain = [(all_ or 0) - (back or 0) for all_, back in zip(edits, undone, strict=True)]
    series = [Series("Edits", plain, 1), Series("Edits that undo others", undone, 4)]
    if not any(undone):
        series = series[:1]
    return column_chart(
        caption,
        size,
        _days(table),
        series,
        unit="edits",
        names=_names(table),
        partial=_partial(table),
    )


def _distribution(table: Table, caption: Caption, size: Size) -> str:
    labels = [str(row[0]) for row in table.rows]
    pages, share = table.column("pages"), table.column("share")
    words = [
        f"{value_words(count, 'pages')} ({value_words(part, 'share')})"
        for count, part in zip(pages, share, strict=True)
    ]
    return bar_chart(caption, size, labels, _numbers(pages), words)


# -- cells -----------------------------------------------------------------------------------


def _numbers(cells: Sequence[Cell]) -> list[float | None]:
    return [number(cell) for cell in cells]


def _days(table: Table) -> list[date]:
    return [cell for cell in table.column("start") if isinstance(cell, date)]


def _names(table: Table) -> list[str]:
    span = table.columns[0].title.removesuffix(" from")
    return [f"{span} from {value_words(day, 'text')}" for day in _days(table)]


def _partial(table: Table) -> list[bool]:
    return [cell == "part" for cell in table.column("part")]


_CHARTS: Mapping[str, tuple[Draw, ...]] = {
    "over_time": (_contributors,),
    "bands": (_bands,),
    "funnel": (_funnel,),
    "split": (_split,),
    "lorenz": (_lorenz,),
    "hours": (_hours,),
    "growth": (_pages, _coming_and_going, _size),
    "churn": (_churn,),
    "activity": (_activity,),
    "authors": (_distribution,),
    "ages": (_distribution,),
    "page_edits": (_distribution,),
}
