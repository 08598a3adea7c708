"""Pages by how long ago somebody last edited them, and those due for review."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wiki.analytics.facts import Facts, Ints, Positions
from wiki.analytics.figures import Column, Table, Value
from wiki.analytics.naming import page_ref
from wiki.analytics.pages import page_states
from wiki.analytics.question import Question
from wiki.analytics.standing import DAY, page_edits

REVIEW_DAYS = 365
LISTED = 30


def review_days(question: Question) -> int:
    """After how many days without an edit a page is due for review."""
    return question.purpose.review_days or REVIEW_DAYS


def _ages(facts: Facts, question: Question) -> tuple[Positions, Ints]:
    """The pages there at the window's end, and seconds since each was edited."""
    until = question.window.until
    pages = np.flatnonzero(page_states(facts).standing(until)).astype(np.int32)
    return pages, page_edits(facts).age(pages, min(until, question.now))


def staleness(facts: Facts, question: Question) -> dict[str, Value]:
    """Median days since the last edit, and the share of pages due for review."""
    pages, age = _ages(facts, question)
    if not len(pages):
        return {}
    return {
        "idle": float(np.median(age / DAY)),
        "stale": float(np.count_nonzero(age // DAY > review_days(question)) / len(pages)),
    }


def stale_pages(*, everything: bool) -> Callable[[Facts, Question], Positions]:
    """The pages due for review (or all), those first that were longest left alone."""

    def found(facts: Facts, question: Question) -> Positions:
        pages, age = _ages(facts, question)
        order = np.argsort(-age, kind="stable")
        due = everything | (age[order] // DAY > review_days(question))
        return pages[order][due]

    return found


def idle_table(facts: Facts, question: Question) -> Table:
    """The pages longest left alone."""
    pages, age = _ages(facts, question)
    order = np.argsort(-age, kind="stable")
    due = order[age[order] // DAY > review_days(question)]
    rows = tuple(
        (page_ref(facts, int(pages[i])), int(age[i] // DAY), int(facts.pages.size[pages[i]]))
        for i in due[:LISTED]
    )
    return Table(
        "idle_pages",
        "Pages due for review",
        f"Pages there at the window’s end that nobody had edited for more than {review_days(question)} days, "
        "the longest first, with their size now.",
        (
            Column("page", "Page", "text"),
            Column("days", "Not edited for", "days"),
            Column("size", "Size", "bytes"),
        ),
        rows,
        f"The first {LISTED} of {len(due):,} pages." if len(due) > LISTED else "",
    )
