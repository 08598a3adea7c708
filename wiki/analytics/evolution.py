"""Evolution: how the pages grow, change, age and are shared.

Definitions: METRICS § 0, 2 and 5. What stands at a moment (pages, size) counts everything, whoever
made it; what is done in a window (edits, lines) counts people's edits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wiki.analytics.bursts import bursts
from wiki.analytics.calendar import step_for
from wiki.analytics.comparing import compared
from wiki.analytics.facts import Facts, Positions
from wiki.analytics.figures import Figure, Hidden, Meaning, Table, Value
from wiki.analytics.flow import activity_table, churn_table, growth_table
from wiki.analytics.opening import edits_with
from wiki.analytics.pages import page_states, stock_of
from wiki.analytics.question import Behind, Group, Question, ReportKind
from wiki.analytics.sorting import left_out
from wiki.analytics.standing import DAY, ages_table, authors_table, edits_table, page_edits
from wiki.analytics.suppression import shown
from wiki.model import Window

STALE_DAYS = 365

MEANINGS = {
    meaning.key: meaning
    for meaning in (
        Meaning("pages", "Pages", "pages", "Pages there at the end of the window, whoever made them. A renamed page stays the same page.", "pages"),
        Meaning("new_pages", "New pages", "pages", "Pages that came into being in the window.", "pages"),
        Meaning("restored_pages", "Restored pages", "pages", "Deleted pages that came back in the window; one that is deleted and restored again counts twice.", "pages"),
        Meaning("deleted_pages", "Deleted pages", "pages", "Pages deleted in the window; one that is restored and deleted again counts twice.", "pages"),
        Meaning("pages_edited", "Pages edited", "pages", "Different pages with at least one edit by a person in the window.", "pages"),
        Meaning("edits", "Edits", "edits", "Changes to a page’s content made by people in the window: a change that touches three pages is three edits.", "changes"),
        Meaning("edits_per_page", "Edits a page", "number", "Edits divided by the different pages they touched.", "changes"),
        Meaning("lines_added", "Lines written", "lines", "Lines that people’s edits added; a changed line is one removed and one added.", "changes"),
        Meaning("lines_removed", "Lines removed", "lines", "Lines that people’s edits removed; a changed line is one removed and one added.", "changes"),
        Meaning("size", "Size of all pages", "bytes", "Bytes of Markdown in all pages at the end of the window, pictures and other files not counted.", "pages"),
        Meaning("shared", "Pages several people edited", "share", "Share of the pages there at the window’s end that two or more different people had edited by then.", "pages"),
        Meaning("median_age", "Days since the last edit", "days", "Half of the pages there at the window’s end had been edited by a person within so many days (since they were made, if nobody ever edited them).", "pages"),
        Meaning("stale", "Not edited for a year", "share", "Share of the pages there at the window’s end whose last edit by a person was more than 365 whole days before (its making, if nobody ever edited it).", "pages"),
        Meaning("reverts", "Edits undone", "share", "Share of edits that put a page back to exactly one of its fifteen versions before, or whose message is git’s own “This reverts commit”.", "changes"),
    )
}  # fmt: skip


_GROUPS = (
    Group(
        "What there is",
        ("pages", "size", "new_pages", "restored_pages", "deleted_pages"),
        ("growth",),
    ),
    Group(
        "What is done to it",
        ("edits", "pages_edited", "edits_per_page", "reverts"),
        ("activity", "page_edits", "bursts"),
    ),
    Group("How much is rewritten", ("lines_added", "lines_removed"), ("churn",)),
    Group("How it is cared for", ("shared", "median_age", "stale"), ("authors", "ages")),
    Group("What is counted", (), ("left_out",)),
)


@dataclass(frozen=True, slots=True)
class Evolution:
    """The report; all tables are about the window or the moment of its end."""

    window: Window
    pages: Figure
    new_pages: Figure
    restored_pages: Figure
    deleted_pages: Figure
    pages_edited: Figure
    edits: Figure
    edits_per_page: Figure
    lines_added: Figure
    lines_removed: Figure
    size: Figure
    shared: Figure
    median_age: Figure
    stale: Figure
    reverts: Figure
    growth: Table
    churn: Table
    activity: Table
    authors: Table
    ages: Table
    page_edits: Table
    bursts: Table
    left_out: Table


def evolution(facts: Facts, question: Question) -> Evolution:
    """The report on a window; no age is counted beyond ``question.now``."""
    window, zone, minimum = question.window, question.zone, question.minimum
    step = step_for(window)
    edits = page_edits(facts)
    standing = _standing(facts, window.until)
    return Evolution(
        window,
        **compared(facts, question, MEANINGS, lambda span: _measure(facts, span, question)),
        growth=growth_table(facts, window, step, zone),
        churn=churn_table(facts, window, step, zone, minimum),
        activity=activity_table(facts, window, step, zone, minimum),
        authors=authors_table(edits, standing, window.until),
        ages=ages_table(edits, standing, min(window.until, question.now)),
        page_edits=edits_table(edits, standing, window),
        bursts=bursts(facts, window, zone, minimum),
        left_out=left_out(facts, window, minimum),
    )


def headline(facts: Facts, question: Question) -> Figure:
    """The pages there are."""

    def measure(window: Window) -> dict[str, Value]:
        return {"pages": len(_standing(facts, window.until))}

    return compared(facts, question, {"pages": MEANINGS["pages"]}, measure)["pages"]


def measure(facts: Facts, question: Question, key: str) -> Value:
    """One figure of the question's window, without its comparisons."""
    return _measure(facts, question.window, question).get(key)


def _standing(facts: Facts, at: int) -> Positions:
    """The pages there just before a time."""
    return np.flatnonzero(page_states(facts).standing(at)).astype(np.int32)


def _measure(facts: Facts, window: Window, question: Question) -> dict[str, Value]:
    """All figures of one window."""
    stock = stock_of(page_states(facts), window)
    values: dict[str, Value] = {
        "pages": stock.pages,
        "new_pages": stock.born,
        "restored_pages": stock.restored,
        "deleted_pages": stock.deleted,
        "size": stock.size,
    }
    return values | _cared_for(facts, window, question) | _done(facts, window, question)


def _cared_for(facts: Facts, window: Window, question: Question) -> dict[str, Value]:
    edits, standing = page_edits(facts), _standing(facts, window.until)
    if not len(standing):
        return {}
    age = edits.age(standing, min(window.until, question.now))
    shared = np.count_nonzero(edits.writers(window.until)[standing] > 1)
    return {
        "shared": int(shared) / len(standing),
        "median_age": float(np.median(age / DAY)),
        "stale": int(np.count_nonzero(age // DAY > STALE_DAYS)) / len(standing),
    }


def _done(facts: Facts, window: Window, question: Question) -> dict[str, Value]:
    """What people did; nothing is told of fewer of them than may be shown."""
    rows, changes = facts.edits(window), facts.changes
    people = int(np.count_nonzero(facts.edits_by_person(window)))
    if not shown(people, question.minimum):
        names = ("pages_edited", "edits", "edits_per_page", "lines_added", "lines_removed")
        return dict.fromkeys((*names, "reverts"), Hidden.WITHHELD)
    edits, pages = len(rows), len(np.unique(changes.page[rows]))
    return {
        "pages_edited": pages,
        "edits": edits,
        "edits_per_page": edits / pages if pages else None,
        "lines_added": int(changes.lines_added[rows].sum()),
        "lines_removed": int(changes.lines_removed[rows].sum()),
        "reverts": int(np.count_nonzero(changes.revert[rows])) / edits if edits else None,
    }


# -- what stands behind the numbers ----------------------------------------------------------


def behind(facts: Facts, question: Question, key: str) -> Behind:
    """What a figure counts: pages or changes."""
    pages = _PAGES.get(key)
    if pages:
        return Behind("pages", pages(facts, question))
    if key in _LINES:
        return edits_with(facts, facts.edits(question.window), _LINES[key])
    rows = facts.edits(question.window)
    return Behind("changes", rows[facts.changes.revert[rows]] if key == "reverts" else rows)


def _all_standing(facts: Facts, question: Question) -> Positions:
    return _standing(facts, question.window.until)


def _longest_unedited(facts: Facts, question: Question) -> Positions:
    standing = _all_standing(facts, question)
    age = page_edits(facts).age(standing, min(question.window.until, question.now))
    return standing[np.argsort(-age, kind="stable")]


def _stale(facts: Facts, question: Question) -> Positions:
    pages = _longest_unedited(facts, question)
    age = page_edits(facts).age(pages, min(question.window.until, question.now))
    return pages[age // DAY > STALE_DAYS]


def _shared(facts: Facts, question: Question) -> Positions:
    pages = _all_standing(facts, question)
    return pages[page_edits(facts).writers(question.window.until)[pages] > 1]


def _edited(facts: Facts, question: Question) -> Positions:
    edits = page_edits(facts).count(question.window)
    pages = np.unique(facts.changes.page[facts.edits(question.window)])
    return pages[np.argsort(-edits[pages], kind="stable")]


def _flowing(kind: int) -> Callable[[Facts, Question], Positions]:
    def pages(facts: Facts, question: Question) -> Positions:
        states, window = page_states(facts), question.window
        inside = (states.at >= window.since) & (states.at < window.until)
        return np.unique(states.page[inside & states.flows()[kind]]).astype(np.int32)

    return pages


_LINES = {
    "lines_added": (("Lines added", "lines_added"),),
    "lines_removed": (("Lines removed", "lines_removed"),),
}
_PAGES: dict[str, Callable[[Facts, Question], Positions]] = {
    "pages": _all_standing,
    "size": _all_standing,
    "new_pages": _flowing(0),
    "restored_pages": _flowing(1),
    "deleted_pages": _flowing(2),
    "pages_edited": _edited,
    "shared": _shared,
    "median_age": _longest_unedited,
    "stale": _stale,
}

KIND = ReportKind(
    "evolution",
    "Evolution",
    "How do the pages grow, change and age, and how many people write each of them?",
    evolution,
    headline,
    behind,
    _GROUPS,
)
