"""What a number in a table counts: the changes, pages or people of its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from wiki.analytics.authors import editors, writers_standing
from wiki.analytics.clocks import clocks
from wiki.analytics.clusters import clusters_at
from wiki.analytics.contested import contested_pages
from wiki.analytics.contributors import careers_of
from wiki.analytics.facts import NOBODY, SORTS, Facts, Ints, Mask, Positions
from wiki.analytics.figures import BehindKind, Cell, PageRef
from wiki.analytics.independence import door_of
from wiki.analytics.keeping import TERMS, fates
from wiki.analytics.leading import leads_of
from wiki.analytics.links import Snapshot, snapshot
from wiki.analytics.lives import moment
from wiki.analytics.naming import page_ref
from wiki.analytics.newcomers import STAGES, cohort_of
from wiki.analytics.pages import page_states
from wiki.analytics.question import Behind, Counted, Question
from wiki.analytics.spread import BANDS
from wiki.analytics.standing import DAY, age_class, edits_class, page_edits
from wiki.analytics.tagging import pages_bearing, tags_of

Row: TypeAlias = tuple[Cell, ...]
Find: TypeAlias = Callable[[Facts, Question, int, Row], Behind]
"""What a row counts, by its position in the table and its cells."""

_OF_FEW = frozenset({"authors", "contested_pages"})
"""Tables whose rows say of each page which few people it is about."""


def cell_behind(
    facts: Facts, question: Question, key: tuple[str, str, str], place: int, row: Row
) -> Behind:
    """What the number in a row counts; ``key`` names report, table and column, one of ``CELLS``."""
    kind, find = CELLS[key]
    if not may_open(key, question.minimum):
        return Behind(kind, np.zeros(0, np.int32))
    found = find(facts, question, place, row)
    few = kind == "pages" and 0 < people_behind(facts, found.items) < question.minimum
    return Behind(kind, found.items[:0]) if few else found


def may_open(key: tuple[str, str, str], minimum: int) -> bool:
    """Whether a column is opened where nothing is told of fewer people than ``minimum``."""
    return minimum <= 1 or (CELLS[key][0] != "people" and key[1] not in _OF_FEW)


# -- people ----------------------------------------------------------------------------------


def _people(mask: Mask) -> Behind:
    return Behind("people", np.flatnonzero(mask).astype(np.int32))


def _band(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    return _people(facts.edits_by_person(question.window) >= BANDS[place])


def _stage(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    return Behind("people", careers_of(facts).nth(STAGES[place], question.window.until)[0])


def _newcomers(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    return Behind("people", cohort_of(facts, question.window, question.zone, place))


# -- changes ---------------------------------------------------------------------------------


def _sorted_out(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    sort = SORTS[place]
    window = question.window
    return Behind("changes", facts.edits(window) if sort == "people" else facts.rows(sort, window))


def _pages_sorted_out(facts: Facts, question: Question, place: int, row: Row) -> Behind:
    found = _sorted_out(facts, question, place, row).items
    return Behind("pages", np.unique(facts.changes.page[found]).astype(np.int32))


def _by_door(facts: Facts, question: Question, _place: int, row: Row) -> Behind:
    edits = clocks(facts, question.window).edits
    return Behind("changes", edits[door_of(facts, edits, str(row[0]))])


def _people_by_door(facts: Facts, question: Question, _place: int, row: Row) -> Behind:
    rows = facts.credited(question.window)
    here = door_of(facts, facts.credits.change[rows], str(row[0]))
    return Behind("people", np.unique(facts.credits.person[rows[here]]))


def _judged(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    term = str(TERMS[place]) if place < len(TERMS) else "versions"
    return fates(facts, question, f"kept_{term}")


def _undoing(facts: Facts, question: Question, _place: int, row: Row) -> Behind:
    pages, found = contested_pages(facts, question.window)
    here = np.isin(found.page, [page for page in pages if page_ref(facts, int(page)) == row[0]])
    words = np.bincount(found.change[here], found.words[here]).astype(np.int64)
    rows = np.flatnonzero(words)
    counts = (Counted("Words brought back", words[rows]),)
    return Behind("changes", rows.astype(np.int32), counts)


# -- pages -----------------------------------------------------------------------------------


def _pages(mask: Mask) -> Behind:
    return Behind("pages", np.flatnonzero(mask).astype(np.int32))


def _of_class(counts: Ints, pages: Mask, place: int) -> Behind:
    """Pages by how many people they have: one, two, three or more, none."""
    classes = (counts == 1, counts == 2, counts > 2, counts == 0)
    return _pages(pages & classes[place])


def _edited_by(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    until = question.window.until
    counts = editors(facts, moment(facts, until)).counts()
    return _of_class(counts, page_states(facts).standing(until), place)


def _with_words_of(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    until = question.window.until
    counts = writers_standing(facts, moment(facts, until)).counts()
    return _of_class(counts, page_states(facts).standing(until), place)


def _written_by(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    until = question.window.until
    counts = page_edits(facts).writers(until)
    return _of_class(counts, page_states(facts).standing(until), place)


def _of_age(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    window = question.window
    pages = np.flatnonzero(page_states(facts).standing(window.until)).astype(np.int32)
    age = page_edits(facts).age(pages, min(window.until, question.now)) // DAY
    return Behind("pages", pages[age_class(age, place)])


def _often_edited(facts: Facts, question: Question, place: int, _row: Row) -> Behind:
    window = question.window
    pages = np.flatnonzero(page_states(facts).standing(window.until)).astype(np.int32)
    return Behind("pages", pages[edits_class(page_edits(facts).count(window)[pages], place)])


def _known(state: Snapshot, places: Ints) -> Behind:
    found = np.unique(state.page_of[places])
    return Behind("pages", found[found != NOBODY].astype(np.int32))


def _linking_here(facts: Facts, question: Question, _place: int, row: Row) -> Behind:
    state = snapshot(facts, question.window.until)
    here = _places_of(facts, state, row[0])
    return _known(state, state.source[np.isin(state.target, here)])


def _asking_for(facts: Facts, question: Question, _place: int, row: Row) -> Behind:
    state = snapshot(facts, question.window.until)
    names = leads_of(facts.links).names
    wanted = [n for n, name in enumerate(names) if name[1] == row[0]]
    asking = np.isin(state.asked, wanted) & state.about[state.asking]
    return _known(state, state.asking[asking])


def _bearing(facts: Facts, question: Question, _place: int, row: Row) -> Behind:
    tag = tags_of(facts).names.index(str(row[0]))
    pages = pages_bearing(facts, question.window.until, np.array([tag]))
    return Behind("pages", pages[pages != NOBODY])


def _in_cluster(facts: Facts, question: Question, _place: int, row: Row) -> Behind:
    found = clusters_at(facts, question.window.until)
    around = set(_places_of(facts, found.state, row[0]).tolist())
    inside = [each.pages for each in found.clusters if int(each.pages[0]) in around]
    return _known(found.state, np.concatenate(inside) if inside else np.zeros(0, np.int64))


def _places_of(facts: Facts, state: Snapshot, cell: Cell) -> Ints:
    """Where a page that a row names is among those there."""
    assert isinstance(cell, PageRef)
    links = facts.links
    names = ((facts.spaces[links.space[each]], links.paths[each]) for each in state.every.tolist())
    return np.array(
        [n for n, name in enumerate(names) if name == (cell.space, cell.path)], np.int64
    )


CELLS: Mapping[tuple[str, str, str], tuple[BehindKind, Find]] = MappingProxyType(
    {
        ("participation", "bands", "people"): ("people", _band),
        ("participation", "funnel", "people"): ("people", _stage),
        ("participation", "retention", "people"): ("people", _newcomers),
        ("participation", "left_out", "rows"): ("changes", _sorted_out),
        ("participation", "left_out", "pages"): ("pages", _pages_sorted_out),
        ("evolution", "left_out", "rows"): ("changes", _sorted_out),
        ("evolution", "left_out", "pages"): ("pages", _pages_sorted_out),
        ("evolution", "authors", "pages"): ("pages", _written_by),
        ("evolution", "ages", "pages"): ("pages", _of_age),
        ("evolution", "page_edits", "pages"): ("pages", _often_edited),
        ("collective", "authors", "edits"): ("pages", _edited_by),
        ("collective", "authors", "words"): ("pages", _with_words_of),
        ("independence", "ways", "edits"): ("changes", _by_door),
        ("independence", "ways", "people"): ("people", _people_by_door),
        ("persistence", "kept", "judged"): ("changes", _judged),
        ("persistence", "kept", "kept"): ("changes", _judged),
        ("persistence", "contested_pages", "words"): ("changes", _undoing),
        ("persistence", "contested_pages", "times"): ("changes", _undoing),
        ("emergence", "most_linked", "links"): ("pages", _linking_here),
        ("emergence", "wanted_pages", "pages"): ("pages", _asking_for),
        ("emergence", "cluster_list", "pages"): ("pages", _in_cluster),
        ("emergence", "tags", "pages"): ("pages", _bearing),
    }
)
"""By report, table and column: what its numbers open, and how that is found."""


def people_behind(facts: Facts, pages: Positions) -> int:
    """How many people ever edited any of some pages, in scope and in focus."""
    rows = facts.credited()
    here = np.isin(facts.changes.page[facts.credits.change[rows]], pages)
    return len(np.unique(facts.credits.person[rows[here]]))
