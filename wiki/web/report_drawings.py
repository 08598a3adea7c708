"""Drawings of tables that have a shape of their own, beyond what a table's kind of chart says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from wiki.analytics.figures import Hidden, Table, number
from wiki.services.report_words import share_words, value_words
from wiki.web.charts import (
    Caption,
    Series,
    Size,
    bar_chart,
    column_chart,
    line_chart,
)
from wiki.web.charts.scale import short_bytes
from wiki.web.report_cells import hidden_of, names_of, numbers, partial_of, places_of

Draw: TypeAlias = Callable[[Table, Caption, Size], str]

# -- participation ---------------------------------------------------------------------------


def _contributors(table: Table, caption: Caption, size: Size) -> str:
    people, new = table.column("people"), table.column("new")
    values = numbers(people)
    split = all(not isinstance(cell, Hidden) for cell in new)
    if split and any(number(cell) for cell in new):
        before = [
            all_ - fresh if all_ is not None and fresh is not None else None
            for all_, fresh in zip(values, numbers(new), strict=True)
        ]
        series = [Series("Had edited before", before, 1), Series("New", numbers(new), 2)]
    else:
        series = [Series("Contributors", values, 1)]
    return column_chart(
        caption,
        size,
        places_of(table),
        series,
        unit="people",
        names=names_of(table),
        partial=partial_of(table),
        hidden=[isinstance(cell, Hidden) for cell in people],
    )


def _bands(table: Table, caption: Caption, size: Size) -> str:
    labels = [f"{row[0]} edit{'s' if row[0] != 1 else ''} or more" for row in table.rows]
    people = table.column("people")
    words = [value_words(cell, "people") for cell in people]
    return bar_chart(caption, size, labels, numbers(people), words)


def _funnel(table: Table, caption: Caption, size: Size) -> str:
    labels = [str(cell) for cell in table.column("stage")]
    people, share = table.column("people"), table.column("share")
    words = [share_words(*cells, "people") for cells in zip(people, share, strict=True)]
    return bar_chart(caption, size, labels, numbers(people), words)


def _split(table: Table, caption: Caption, size: Size) -> str:
    labels = [str(cell) for cell in table.column("group")]
    shares = table.column("edits")
    words = [value_words(cell, "share") for cell in shares]
    return bar_chart(caption, size, labels, numbers(shares), words)


# -- evolution -------------------------------------------------------------------------------


def _pages(table: Table, caption: Caption, size: Size) -> str:
    series = [Series("Pages", numbers(table.column("pages")))]
    return line_chart(
        caption,
        size,
        places_of(table),
        series,
        unit="pages at the end of each span",
        names=names_of(table),
    )


def _coming_and_going(table: Table, caption: Caption, size: Size) -> str:
    came = [
        (fresh or 0) + (back or 0)
        for fresh, back in zip(
            numbers(table.column("new")), numbers(table.column("restored")), strict=True
        )
    ]
    gone = numbers(table.column("deleted"))
    if not any(came) and not any(gone):
        return ""
    return column_chart(
        caption,
        size,
        places_of(table),
        [Series("New pages", came, 1)],
        [Series("Deleted pages", gone, 2)],
        unit="pages",
        names=names_of(table),
        partial=partial_of(table),
    )


def _size(table: Table, caption: Caption, size: Size) -> str:
    series = [Series("size", numbers(table.column("size")), 3)]
    return line_chart(
        caption,
        size,
        places_of(table),
        series,
        unit="size of all pages",
        label=short_bytes,
        names=names_of(table),
    )


def _churn(table: Table, caption: Caption, size: Size) -> str:
    return column_chart(
        caption,
        size,
        places_of(table),
        [Series("Lines written", numbers(table.column("added")), 1)],
        [Series("Lines removed", numbers(table.column("removed")), 2)],
        unit="lines",
        names=names_of(table),
        partial=partial_of(table),
    )


def _turnover(table: Table, caption: Caption, size: Size) -> str:
    back = numbers(table.column("restored"))
    up = [Series("Written", numbers(table.column("added")), 1)]
    if any(back):
        up.append(Series("Brought back or moved", back, 3))
    return column_chart(
        caption,
        size,
        places_of(table),
        up,
        [Series("Removed", numbers(table.column("removed")), 2)],
        unit="words",
        names=names_of(table),
        partial=partial_of(table),
        hidden=hidden_of(table.column("added")),
    )


def _activity(table: Table, caption: Caption, size: Size) -> str:
    edits, undone = numbers(table.column("edits")), numbers(table.column("reverts"))
    plain = [(all_ or 0) - (back or 0) for all_, back in zip(edits, undone, strict=True)]
    series = [Series("Edits", plain, 1), Series("Edits that undo others", undone, 4)]
    if not any(undone):
        series = series[:1]
    return column_chart(
        caption,
        size,
        places_of(table),
        series,
        unit="edits",
        names=names_of(table),
        partial=partial_of(table),
    )


def _distribution(table: Table, caption: Caption, size: Size) -> str:
    labels = [str(row[0]) for row in table.rows]
    pages, share = table.column("pages"), table.column("share")
    words = [share_words(*cells, "pages") for cells in zip(pages, share, strict=True)]
    return bar_chart(caption, size, labels, numbers(pages), words)


def own_drawings(table: Table) -> tuple[Draw, ...]:
    """The drawings made for just this table; none for most."""
    needed, draws = _OWN.get(table.key, (frozenset(), ()))
    return draws if needed <= {column.key for column in table.columns} else ()


_SHARED = frozenset({"pages", "share"})
_OWN: Mapping[str, tuple[frozenset[str], tuple[Draw, ...]]] = {
    "over_time": (frozenset({"start", "people", "new", "part"}), (_contributors,)),
    "bands": (frozenset({"people"}), (_bands,)),
    "funnel": (frozenset({"stage", "people", "share"}), (_funnel,)),
    "split": (frozenset({"group", "edits"}), (_split,)),
    "growth": (
        frozenset({"start", "pages", "new", "restored", "deleted", "size", "part"}),
        (_pages, _coming_and_going, _size),
    ),
    "churn": (frozenset({"start", "added", "removed", "part"}), (_churn,)),
    "turnover": (
        frozenset({"start", "added", "restored", "removed", "part"}),
        (_turnover,),
    ),
    "activity": (frozenset({"start", "edits", "reverts", "part"}), (_activity,)),
    "authors": (_SHARED, (_distribution,)),
    "ages": (_SHARED, (_distribution,)),
    "page_edits": (_SHARED, (_distribution,)),
}
