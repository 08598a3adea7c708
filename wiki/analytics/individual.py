"""What one person wrote and what became of it: shown to that person, and as the space allows.

No figure here compares people, and nothing is told more closely than by day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np

from wiki.analytics.authors import most_of_it, writers_standing
from wiki.analytics.calendar import local_day
from wiki.analytics.facts import DOORS, NOBODY, Facts, Positions
from wiki.analytics.figures import PageRef
from wiki.analytics.lifetimes import lifetimes
from wiki.analytics.lives import lives_of, standing_by_change, worded, writers
from wiki.analytics.naming import page_ref
from wiki.analytics.question import Question
from wiki.analytics.survival import Curve
from wiki.model.people import Door

NEARLY_ALL = 0.8
"""A page is known by one person alone if so much of its words are theirs."""

ROOT = ""
"""The folder of pages that lie in none."""


@dataclass(frozen=True, slots=True)
class FolderRow:
    """What somebody did under one of the topmost folders: edits, pages edited, words that stand."""

    folder: str
    edits: int
    pages: int
    words: int


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page with somebody's words: how many stand, and which share of all on it they are."""

    page: PageRef
    words: int
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Individual:
    """One person's edits and words, of all time. ``first`` and ``last`` are days of edits (None without
    any); ``days`` how many edits on which; ``written`` and ``standing`` count words, ``standing_on``
    the pages they stand on; ``alone`` are pages whose words are nearly all theirs; ``has_words`` is False
    while the words of the space are not known yet."""

    edits: int
    pages: int
    first: date | None
    last: date | None
    doors: tuple[tuple[Door, int], ...]
    days: tuple[tuple[date, int], ...]
    folders: tuple[FolderRow, ...]
    has_words: bool
    written: int
    standing: int
    standing_on: int
    most: tuple[PageRow, ...]
    alone: tuple[PageRow, ...]
    survival: Curve


def individual(facts: Facts, person: int, question: Question, listed: int = 20) -> Individual:
    """Everything told of a person (a position in ``facts.people``); at most ``listed`` pages a list."""
    focus = np.zeros(len(facts.people), np.bool_)
    focus[person] = True
    mine = facts.narrowed(None, focus)
    changes, edits = facts.changes, mine.edits()
    days = [local_day(int(at), question.zone) for at in changes.at[edits].tolist()]
    standing, words = _standing(facts, person), _words_by_folder(facts, person)
    return Individual(
        edits=len(edits),
        pages=len(np.unique(changes.page[edits])),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        doors=_doors(facts, edits),
        days=_by_day(days),
        folders=_folders(facts, edits, words),
        has_words=bool(len(facts.words.count)),
        written=_written(mine, edits),
        standing=_standing_words(mine),
        standing_on=len(standing),
        most=tuple(sorted(standing, key=lambda row: (-row.words, row.page.path))[:listed]),
        alone=_alone(facts, person)[:listed],
        survival=lifetimes(mine, question).curve(),
    )


def _by_day(days: list[date]) -> tuple[tuple[date, int], ...]:
    counts: dict[date, int] = defaultdict(int)
    for day in days:
        counts[day] += 1
    return tuple(sorted(counts.items()))


def _doors(facts: Facts, edits: Positions) -> tuple[tuple[Door, int], ...]:
    counts = np.bincount(facts.commits.door[facts.changes.commit[edits]], minlength=len(DOORS))
    return tuple((door, int(count)) for door, count in zip(DOORS, counts, strict=True) if count)


def _written(facts: Facts, edits: Positions) -> int:
    """Words of the edits the person is the author of; as co-author one has no words of one's own."""
    return int(facts.changes.words_added[worded(facts, edits)].sum())


def _standing(facts: Facts, person: int) -> list[PageRow]:
    """Pages that are there, with words of the person."""
    authors = writers_standing(facts, len(facts.changes.at))
    rows = np.flatnonzero((authors.person == person) & facts.pages.alive[authors.page])
    found = []
    for row in rows.tolist():
        page, words = int(authors.page[row]), int(authors.words[row])
        whole = int(authors.everything[page])
        found.append(PageRow(page_ref(facts, page), words, words / whole if whole else 0.0))
    return found


def _alone(facts: Facts, person: int) -> tuple[PageRow, ...]:
    """Pages nearly all of whose words are the person's, those with most words first."""
    authors = writers_standing(facts, len(facts.changes.at))
    page, owner, most = most_of_it(authors)
    whole = authors.everything[page]
    rows = np.flatnonzero(
        (owner == person) & facts.pages.alive[page] & (most >= NEARLY_ALL * whole - 1e-9)
    )
    found = [
        PageRow(page_ref(facts, int(page[row])), int(most[row]), float(most[row] / whole[row]))
        for row in rows.tolist()
    ]
    return tuple(sorted(found, key=lambda row: (-row.words, row.page.path)))


def _standing_words(mine: Facts) -> int:
    """All words that stand, each once, on however many pages."""
    return int(standing_by_change(mine, len(mine.changes.at)).sum())


def _words_by_folder(facts: Facts, person: int) -> dict[str, int]:
    """Words that stand under each topmost folder, each once there, on however many pages."""
    lives, copies = lives_of(facts), facts.copies
    rows = np.flatnonzero((lives.writer == person) & lives.alive(len(facts.changes.at)))
    words: dict[str, int] = defaultdict(int)
    count = np.bincount(lives.page[rows], lives.count[rows], len(facts.pages.path))
    for page in np.flatnonzero(count).tolist():
        words[_folder(facts, page)] += int(count[page])
    known: set[tuple[str, int]] = set()
    also = np.flatnonzero(writers(facts)[copies.born] == person) if len(copies.born) else ()
    for row in also:
        folder, home = (_folder(facts, int(page[row])) for page in (copies.page, copies.home))
        key = folder, int(copies.group[row])
        if folder != home and key not in known:
            known.add(key)
            words[folder] += int(copies.count[row])
    return words


def _folder(facts: Facts, page: int) -> str:
    place = int(facts.pages.path[page])
    return _top(facts.paths[place]) if place != NOBODY else ROOT


def _folders(facts: Facts, edits: Positions, words: dict[str, int]) -> tuple[FolderRow, ...]:
    """By topmost folder, in the order of names; pages that are gone count where they lay last."""
    count: dict[str, int] = defaultdict(int)
    pages: dict[str, set[int]] = defaultdict(set)
    for page in facts.changes.page[edits].tolist():
        folder = _folder(facts, page)
        count[folder] += 1
        pages[folder].add(page)
    names = sorted({*count, *words})
    return tuple(
        FolderRow(name, count[name], len(pages[name]), words.get(name, 0)) for name in names
    )


def _top(path: str) -> str:
    return path.split("/", 1)[0] if "/" in path else ROOT
