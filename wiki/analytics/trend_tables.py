"""Pages that gather people, come to rest, or are written over, in tables."""

from __future__ import annotations

from wiki.analytics.facts import Facts
from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.listing import PAGE, ROWS, more
from wiki.analytics.naming import page_ref
from wiki.analytics.question import Question
from wiki.analytics.suppression import head_count
from wiki.analytics.trends import Trend, churning, rising, settling


def rising_pages(facts: Facts, question: Question) -> Table:
    """The pages that more and more people edit."""
    found = rising(facts, question.window.until, question.minimum)
    minimum = question.minimum
    rows = tuple(
        (
            page_ref(facts, int(page)),
            head_count(int(found.before[n]), minimum),
            head_count(int(found.after[n]), minimum),
        )
        for n, page in enumerate(found.pages[:ROWS])
    )
    columns = (
        PAGE,
        Column("before", "People in the first four weeks", "people"),
        Column("after", "People in the last four", "people"),
    )
    definition = "Pages that more different people edited from week to week in the eight weeks up to the window’s end, the steepest first."
    return _trend_table("rising_pages", "Rising pages", definition, columns, rows, found, minimum)


def settling_pages(facts: Facts, question: Question) -> Table:
    """The pages whose edits became small."""
    found = settling(facts, question.window.until, question.minimum)
    rows = tuple(
        (
            page_ref(facts, int(page)),
            float(found.before[n]),
            float(found.after[n]),
            int(found.edits[n]),
        )
        for n, page in enumerate(found.pages[:ROWS])
    )
    columns = (
        PAGE,
        Column("before", "Words an edit, first four weeks", "words"),
        Column("after", "Words an edit, last four", "words"),
        Column("edits", "Edits", "edits"),
    )
    definition = "Pages whose edits added and removed less than half as many words in the last four of the eight weeks up to the window’s end as in the first four, on average."
    return _trend_table(
        "settling_pages", "Settling pages", definition, columns, rows, found, question.minimum
    )


def churning_pages(facts: Facts, question: Question) -> Table:
    """The pages written over."""
    found = churning(facts, question.window.until, question.minimum)
    rows = tuple(
        (
            page_ref(facts, int(page)),
            int(found.after[n]),
            int(found.before[n]),
            int(found.edits[n]),
        )
        for n, page in enumerate(found.pages[:ROWS])
    )
    columns = (
        PAGE,
        Column("replaced", "Words replaced", "words"),
        Column("standing", "Words on the page", "words"),
        Column("edits", "Edits", "edits"),
    )
    definition = "Pages on which edits of the eight weeks up to the window’s end replaced at least half as many words as stand there."
    return _trend_table(
        "churning_pages", "Churning pages", definition, columns, rows, found, question.minimum
    )


def _trend_table(
    key: str,
    title: str,
    definition: str,
    columns: tuple[Column, ...],
    rows: tuple[tuple[Cell, ...], ...],
    found: Trend,
    minimum: int,
) -> Table:
    few = f"Pages edited by fewer than {minimum} people are left out." if minimum > 1 else ""
    notes = (more(len(found), len(rows), "pages"), few)
    return Table(key, title, definition, columns, rows, " ".join(filter(None, notes)))
