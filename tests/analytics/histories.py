"""Histories made by hand: who edited what when, which words came of it, and who is in which team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.analytics.rows import PageChange, change
from wiki.analytics.facts import (
    DOORS,
    KINDS,
    MEETS,
    NOBODY,
    Copies,
    Facts,
    Restorations,
    Team,
    Words,
)
from wiki.analytics.gathering import Gathered, gather
from wiki.analytics.logged import (
    Logged,
    LoggedChanges,
    LoggedCommits,
    LoggedPages,
    LoggedWords,
    Teams,
)
from wiki.model import Identity

FAR = 4_000_000_000
"""A now after every date in the tests."""


@dataclass(frozen=True)
class _Life:
    born: int
    count: int
    died: int = NOBODY
    whole: bool = False
    page: str = ""


class Story:
    """A history told edit by edit.

    >>> story = Story()
    >>> first = story.edit("ann", "2026-03-01", "a", words=30)
    >>> second = story.edit("bo", "2026-04-01", "a", words=5, removed=10)
    >>> story.lived(first, 10, died=second)   # the other 20 of ``first`` and all of ``second`` stand
    >>> story.lived(first, 20)
    >>> story.lived(second, 5)
    >>> story.team("north", "ann", head_count=9)
    >>> facts = story.facts()
    """

    def __init__(self) -> None:
        self.rows: list[PageChange] = []
        self._words: list[tuple[int, int, int]] = []
        self._lives: list[_Life] = []
        self._copies: list[tuple[int, int, str, int]] = []
        self._back: list[tuple[int, int, int, int]] = []
        self._teams: list[Team] = []
        self._members: dict[str, int] = {}
        self._gathered: Gathered | None = None

    def edit(
        self,
        who: str,
        when: str,
        page: str = "a",
        words: int = 0,
        removed: int = 0,
        restored: int = 0,
        **other: Any,
    ) -> int:
        """A change by somebody ("robot": a machine); ``other`` are fields of ``PageChange``, such as
        ``door``, ``kind``, ``size``, ``revert``, ``co_authors``, ``path``, ``commit``.
        What is told later comes later in the log."""
        self.rows.append(change(who, when, page, **({"order": len(self.rows)} | other)))
        self._words.append((words, removed, restored))
        return len(self.rows) - 1

    def lived(
        self, born: int, count: int, died: int = NOBODY, *, whole: bool = False, page: str = ""
    ) -> None:
        """``count`` words that the edit ``born`` wrote stand (or went with the edit ``died``)."""
        self._lives.append(_Life(born, count, died, whole, page or self.rows[born].page))

    def copied(self, born: int, count: int, page: str, group: int = 0) -> None:
        """``count`` words that the edit ``born`` wrote, and that stand where it wrote them, stand on another
        page, too; of one edit those of one ``group`` are the same words."""
        self._copies.append((born, count, page, group))

    def came_back(self, edit: int, removed_by: int, born: int, count: int) -> None:
        """``edit`` put back words of ``born`` which ``removed_by`` had removed."""
        self._back.append((edit, removed_by, born, count))

    def team(self, name: str, *people: str, head_count: int | None = None) -> None:
        """A team and its people."""
        self._members.update(dict.fromkeys(people, len(self._teams)))
        self._teams.append(Team(name, head_count))

    def facts(self, living: Mapping[str, int] | None = None) -> Facts:
        """The history in columns; ``living`` as in ``facts_from``."""
        pages = sorted({row.page for row in self.rows})
        lives = Words(
            _ints([life.born for life in self._lives]),
            _ints([life.died for life in self._lives]),
            _ints([pages.index(life.page) for life in self._lives]),
            np.array([life.whole for life in self._lives], np.bool_),
            _ints([life.count for life in self._lives]),
        )
        back = Restorations(*(_ints([row[i] for row in self._back]) for i in range(4)))
        words = LoggedWords(
            *(_ints([row[i] for row in self._words]) for i in range(3)),
            lives,
            back,
            self._further(pages),
        )
        self._gathered = _gather(
            self.rows, living, words, Teams(tuple(self._teams), self._members), "handbook"
        )
        return self._gathered.facts

    def _further(self, pages: list[str]) -> Copies:
        groups = list(dict.fromkeys((born, group) for born, _, _, group in self._copies))
        return Copies(
            _ints([born for born, *_ in self._copies]),
            _ints([pages.index(page) for _, _, page, _ in self._copies]),
            _ints([pages.index(self.rows[born].page) for born, *_ in self._copies]),
            _ints([groups.index((born, group)) for born, _, _, group in self._copies]),
            _ints([count for _, count, *_ in self._copies]),
        )

    def position(self, edit: int) -> int:
        """Where an edit is among the changes of the facts made last."""
        assert self._gathered is not None
        return int(self._gathered.position[edit])


def facts_from(
    changes: Sequence[PageChange],
    living: Mapping[str, int] | None = None,
    *,
    teams: Teams | None = None,
    space: str = "handbook",
) -> Facts:
    """Facts of rows in any order. ``living``: the pages there now with their bytes; by default those
    whose last change did not delete them."""
    return _gather(changes, living, None, teams or Teams(), space).facts


def person(facts: Facts, key: str) -> int:
    """A person's position."""
    return next(i for i, one in enumerate(facts.people) if one.key == key)


def page(facts: Facts, identity: str) -> int:
    """A page's position."""
    return facts.pages.identity.index(identity)


def _gather(
    rows: Sequence[PageChange],
    living: Mapping[str, int] | None,
    words: LoggedWords | None,
    teams: Teams,
    space: str,
) -> Gathered:
    people = list(dict.fromkeys(each for row in rows for each in (row.person, *row.co_authors)))
    paths = sorted({row.path for row in rows})
    pages = sorted({row.page for row in rows})
    logged = Logged(
        space,
        _commits(rows, people),
        LoggedChanges(
            _places(_commit_names(rows), [row.commit for row in rows]),
            _places(pages, [row.page for row in rows]),
            _places(paths, [row.path for row in rows]),
            np.array([KINDS.index(row.kind) for row in rows], np.int8),
            np.array([row.content for row in rows], np.bool_),
            np.array([row.revert for row in rows], np.bool_),
            np.array([row.size for row in rows], np.int64),
            _ints([row.lines_added for row in rows]),
            _ints([row.lines_removed for row in rows]),
        ),
        _pages(rows, pages, paths, living),
        tuple(paths),
        words,
    )
    return gather(logged, people, now=FAR, teams=teams)


def _commit_names(rows: Sequence[PageChange]) -> list[str]:
    return list(dict.fromkeys(row.commit for row in rows))


def _commits(rows: Sequence[PageChange], people: list[Identity]) -> LoggedCommits:
    heads = {row.commit: row for row in rows}
    firsts = [heads[name] for name in _commit_names(rows)]
    places = sorted({(row.order, row.at) for row in firsts})
    others = [(i, who) for i, row in enumerate(firsts) for who in row.co_authors]
    return LoggedCommits(
        np.array([row.commit.encode() for row in firsts] or [b""], np.bytes_)[: len(firsts)],
        _places(places, [(row.order, row.at) for row in firsts]).astype(np.int64),
        _places(people, [row.person for row in firsts]),
        np.array([row.at for row in firsts], np.int64),
        np.array([row.at for row in firsts], np.int64),
        _ints([row.offset for row in firsts]),
        np.array([DOORS.index(row.door) for row in firsts], np.int8),
        np.array([row.merge for row in firsts], np.bool_),
        np.array([1000 if row.bulk else 1 for row in firsts], np.int64),
        np.array([MEETS.index(row.met) for row in firsts], np.int8),
        _ints([i for i, _ in others]),
        _places(people, [who for _, who in others]),
    )


def _pages(
    rows: Sequence[PageChange],
    pages: list[str],
    paths: list[str],
    living: Mapping[str, int] | None,
) -> LoggedPages:
    last = {row.page: row for row in sorted(rows, key=lambda row: (row.order, row.at, row.commit))}
    if living is None:
        living = {name: row.size for name, row in last.items() if row.kind != "deleted"}
    where = {path: place for place, path in enumerate(paths)}
    return LoggedPages(
        tuple(pages),
        _ints([where[last[name].path] if name in living else NOBODY for name in pages]),
        np.array([living.get(name, 0) for name in pages], np.int64),
    )


def _places(known: Sequence[Any], wanted: Sequence[Any]) -> Any:
    places = {each: place for place, each in enumerate(known)}
    return _ints([places[each] for each in wanted])


def _ints(values: Sequence[int]) -> Any:
    return np.array(values, np.int32)
