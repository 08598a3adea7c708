"""Pages that gather people, come to rest, or are written over, in tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from wiki.analytics.facts import Facts
from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.listing import PAGE, ROWS, more
from wiki.analytics.naming import page_ref
from wiki.analytics.question import Question
from wiki.analytics.suppression import head_count
from wiki.analytics.trends import Trend, churning, rising, settling

TrendKey = Literal["rising_pages", "settling_pages", "churning_pages"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table of pages: how they are found, and which numbers of a ``Trend`` are told in which columns."""

    find: Callable[[Facts, int, int], Trend]
    title: str
    definition: str
    columns: tuple[tuple[Literal["before", "after", "edits"], Column], ...]


def trend_table(facts: Facts, question: Question, key: TrendKey) -> Table:
    """The strongest pages of a kind, in the eight weeks up to the window's end."""
    kind, minimum = _KINDS[key], question.minimum
    found = kind.find(facts, question.window.until, minimum)
    numbers = [(getattr(found, number).tolist(), column) for number, column in kind.columns]
    rows = tuple(
        (page_ref(facts, page), *(_cell(values[n], column, minimum) for values, column in numbers))
        for n, page in enumerate(found.pages[:ROWS].tolist())
    )
    few = f"Pages edited by fewer than {minimum} people are left out." if minimum > 1 else ""
    note = " ".join(filter(None, (more(len(found), len(rows), "pages"), few)))
    columns = (PAGE, *(column for _, column in kind.columns))
    return Table(key, kind.title, kind.definition, columns, rows, note)


def _cell(value: float, column: Column, minimum: int) -> Cell:
    if column.unit == "people":
        return head_count(int(value), minimum)
    return int(value) if value == int(value) else value


_EDITS = Column("edits", "Edits", "edits")
_KINDS: Mapping[TrendKey, _Kind] = {
    "rising_pages": _Kind(
        rising,
        "Rising pages",
        "Pages that more different people edited from week to week in the eight weeks up to the window’s end, the steepest first.",
        (
            ("before", Column("before", "People in the first four weeks", "people")),
            ("after", Column("after", "People in the last four", "people")),
        ),
    ),
    "settling_pages": _Kind(
        settling,
        "Settling pages",
        "Pages whose edits added and removed less than half as many words in the last four of the eight weeks up to the window’s end as in the first four, on average.",
        (
            ("before", Column("before", "Words an edit, first four weeks", "words")),
            ("after", Column("after", "Words an edit, last four", "words")),
            ("edits", _EDITS),
        ),
    ),
    "churning_pages": _Kind(
        churning,
        "Churning pages",
        "Pages on which edits of the eight weeks up to the window’s end replaced at least half as many words as stand there.",
        (
            ("after", Column("replaced", "Words replaced", "words")),
            ("before", Column("standing", "Words on the page", "words")),
            ("edits", _EDITS),
        ),
    ),
}
