"""Contested pages: words that one person takes away and another soon brings back.

What comes back only after many versions is no answer to whoever took it away: it is said anew.

The measure of an edit war is Sumi and Yasseri's (2011): for each pair of people who undid each other
on a page, the edits there of the one who made fewer, summed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.columns import distinct, how_many, starts, totals
from wiki.analytics.facts import NOBODY, SORTS, Facts, Ints, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.lives import moment, writers
from wiki.analytics.naming import page_ref
from wiki.analytics.question import Question
from wiki.model import Window

LISTED = 30
RADIUS = 15
"""Words contest a page only if they came back within so many of its versions after they went."""
_KEPT = "place on the page"


@dataclass(frozen=True, slots=True, eq=False)
class Undoings:
    """Words that ``undoer`` brought back on ``page`` after ``undone`` had taken them away, by ``change``."""

    change: Positions
    page: Positions
    undoer: Positions
    undone: Positions
    words: Ints

    def within(self, begin: int, end: int) -> Undoings:
        """Those made from one change up to another."""
        rows = (self.change >= begin) & (self.change < end)
        return Undoings(
            self.change[rows],
            self.page[rows],
            self.undoer[rows],
            self.undone[rows],
            self.words[rows],
        )


def undoings(facts: Facts) -> Undoings:
    """All words in scope that were soon brought back against another person, on the page they went from;
    in focus, by or against it."""
    back, writer = facts.restorations, writers(facts)
    undoer, undone = writer[back.change], writer[back.removed_by]
    rows = (undoer != NOBODY) & (undone != NOBODY) & (undoer != undone)
    # What a merge left out, nobody chose to remove.
    rows &= facts.changes.sort[back.removed_by] != SORTS.index("merges")
    page, place = facts.changes.page[back.change], _place_on_page(facts)
    rows &= page == facts.changes.page[back.removed_by]
    rows &= place[back.change] - place[back.removed_by] <= RADIUS
    if facts.in_scope is not None:
        rows &= facts.everybody().page_mask()[page]
    if facts.focus is not None:
        rows &= facts.focus[undoer] | facts.focus[undone]
    count = back.count.astype(np.int64)
    return Undoings(back.change[rows], page[rows], undoer[rows], undone[rows], count[rows])


def _place_on_page(facts: Facts) -> Ints:
    """For each change, how many versions its page had up to it; merges are none of their own."""
    found = facts.kept.get(_KEPT)
    if not isinstance(found, np.ndarray):
        changes = facts.changes
        counted = changes.content & (changes.sort != SORTS.index("merges"))
        order = np.argsort(changes.page, kind="stable")
        page, versions = changes.page[order], np.cumsum(counted[order])
        first = np.flatnonzero(starts(page))
        before = versions[first] - counted[order][first]
        found = np.zeros(len(order), np.int64)
        found[order] = versions - np.repeat(before, np.diff(first, append=len(order)))
        facts.kept[_KEPT] = found
    return found


def contested_pages(facts: Facts, window: Window) -> tuple[Positions, Undoings]:
    """The pages on which words were brought back against others in the window, most words first."""
    found = undoings(facts).within(moment(facts, window.since), moment(facts, window.until))
    words = np.bincount(found.page, found.words, len(facts.pages.path))
    pages = np.flatnonzero(words)
    return pages[np.argsort(-words[pages], kind="stable")].astype(np.int32), found


def contested_value(facts: Facts, window: Window, minimum: int) -> Value:
    """How many pages were contested, if enough people took part in it."""
    pages, found = contested_pages(facts, window)
    people = how_many(np.concatenate((found.undoer, found.undone)))
    return Hidden.FEW if 0 < people < minimum else len(pages)


def edit_war(facts: Facts, until: int) -> Ints:
    """Each page's measure before the change ``until``."""
    found = undoings(facts).within(0, until)
    everybody = len(facts.people) or 1
    page = found.page.astype(np.int64) * everybody
    one_way = distinct((page + found.undoer) * everybody + found.undone)
    other_way = distinct((page + found.undone) * everybody + found.undoer)
    mutual = np.intersect1d(one_way, other_way, assume_unique=True)
    first, second = mutual // everybody, mutual % everybody
    where = first // everybody
    once = first % everybody < second
    edits = _edits(facts, until)
    fewer = np.minimum(
        _looked_up(edits, first[once]), _looked_up(edits, where[once] * everybody + second[once])
    )
    return np.bincount(where[once], fewer, len(facts.pages.path)).astype(np.int64)


def _edits(facts: Facts, until: int) -> tuple[Ints, Ints]:
    """How often each person edited each page: page × people + person, and the number."""
    everybody = len(facts.people) or 1
    credited = facts.credits
    end = np.searchsorted(credited.change, until)
    key = facts.changes.page[credited.change[:end]].astype(np.int64) * everybody
    return totals(key + credited.person[:end], np.ones(end, np.int64))


def _looked_up(edits: tuple[Ints, Ints], asked: Ints) -> Ints:
    keys, counts = edits
    place = np.minimum(np.searchsorted(keys, asked), max(len(keys) - 1, 0))
    return np.where(keys[place] == asked, counts[place], 0) if len(keys) else np.zeros_like(asked)


def contested_table(facts: Facts, question: Question) -> Table:
    """The contested pages; in reports without names only those that enough people contested."""
    pages, found = contested_pages(facts, question.window)
    war = edit_war(facts, moment(facts, question.window.until))
    people = _people_by_page(facts, found)
    rows: list[tuple[Cell, ...]] = []
    for page in pages[people[pages] >= question.minimum][:LISTED].tolist():
        here = found.page == page
        words, times = int(found.words[here].sum()), how_many(found.change[here])
        rows.append((page_ref(facts, page), words, times, int(people[page]), int(war[page])))
    return Table(
        "contested_pages",
        "Contested pages",
        f"Pages on which somebody brought back words in the window that another person had removed at most {RADIUS} versions before: the words, the "
        "edits that did so, the people on both sides, and the measure of an edit war up to the window’s end "
        "(for each pair who undid each other, the edits of the one who made fewer; 0: nobody undid each other).",
        (
            Column("page", "Page", "text"),
            Column("words", "Words brought back", "words"),
            Column("times", "Edits", "edits"),
            Column("people", "People", "people"),
            Column("war", "Edit war", "number"),
        ),
        tuple(rows),
        f"Only pages that {question.minimum} people or more contested are listed."
        if question.minimum > 1
        else "",
    )


def _people_by_page(facts: Facts, found: Undoings) -> Ints:
    """How many people undid others or were undone on each page."""
    everybody = len(facts.people) or 1
    page = np.concatenate((found.page, found.page)).astype(np.int64)
    pairs = distinct(page * everybody + np.concatenate((found.undoer, found.undone)))
    return np.bincount(pairs // everybody, minlength=len(facts.pages.path))
