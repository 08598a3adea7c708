"""Who wrote which line of a page, as it is now. Asking git takes long, so answers are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from wiki.errors import PageNotFound, RepositoryDamaged
from wiki.git.blame import BlameLine
from wiki.model import Viewer, page_name
from wiki.services.history import Change, described, known_path
from wiki.services.people import Person, people_of
from wiki.services.placing import FOLDER, SUBMODULE
from wiki.services.space import Space
from wiki.services.wiki import Wiki

MAX_BYTES = 500_000
"""Larger pages are not asked about."""

LINES_SHOWN = 2_000
_KEPT_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that stand together and were written by one change. ``start`` counts from 1.

    ``age`` is 0 for the newest tenth of the page's passages' changes and 9 for the oldest.
    """

    change: Change | None
    person: Person
    at: int
    start: int
    lines: tuple[str, ...]
    age: int


@dataclass(frozen=True, slots=True)
class LinesView:
    """A page's lines in passages; ``note`` says why there are none, or not all."""

    space: Space
    name: str
    path: str
    passages: tuple[Passage, ...]
    offset: int
    total: int
    people: int
    note: str = ""

    @property
    def next_offset(self) -> int:
        """Where the next stretch of lines begins; 0 at the end."""
        end = self.offset + LINES_SHOWN
        return end if end < self.total else 0


def who_wrote(wiki: Wiki, viewer: Viewer, space_name: str, name: str, offset: int = 0) -> LinesView:
    """The page's lines from ``offset`` on, with those who wrote them.

    Raises:
        PageNotFound: there is no such page now.
    """
    space = wiki.space(viewer, space_name)
    path = known_path(space, name)
    head = space.repository.head()
    entry = space.repository.entry(head, path) if head else None
    if entry is None or head is None or entry.mode in {FOLDER, SUBMODULE}:
        raise PageNotFound(space_name, name)
    shown, note = _asked(space, head, path, entry.oid)
    lines = shown[offset : offset + LINES_SHOWN]
    passages = _passages(wiki, space, lines)
    people = len({passage.person.who for passage in passages})
    return LinesView(
        space, page_name(path), path, tuple(passages), offset, len(shown), people, note
    )


def _asked(space: Space, head: str, path: str, oid: str) -> tuple[Sequence[BlameLine], str]:
    """Git's answer, or none and the reason."""
    if len(space.repository.read_blob(oid)) > MAX_BYTES:
        return (), "This page is too long to tell who wrote each of its lines."
    # From the change that made it so: everything since is no concern of this page.
    last = space.history.last_change(path)
    start = last.commit.oid if last else head
    then = space.repository.entry(start, path)
    if then is None or then.oid != oid:
        start = head  # renamed since, or decided by a merge
    key = (str(space.index_folder), start, path, oid)
    kept = _kept.get(key)
    if kept is None:
        try:
            kept = tuple(space.repository.blame(start, path))
        except RepositoryDamaged:
            return (), "It cannot be told who wrote the lines of this page: it took too long."
        _kept.put(key, kept)
    return kept, ""


def _passages(wiki: Wiki, space: Space, lines: Sequence[BlameLine]) -> list[Passage]:
    commits = list(dict.fromkeys(line.commit for line in lines))
    rows = space.history.changes_of(commits)
    changes = {change.oid: change for change in described(wiki, space, rows)}
    people = people_of(space, wiki.settings)
    oldest_last = sorted({line.time for line in lines}, reverse=True)
    ages = {at: index * 10 // len(oldest_last) for index, at in enumerate(oldest_last)}
    found = []
    for commit, part in _runs(lines):
        change = changes.get(commit)
        found.append(
            Passage(
                change=change,
                person=change.person if change else people.person(part[0].author),
                at=(change.at if change and change.at else part[0].time),
                start=part[0].line_number,
                lines=tuple(line.text for line in part),
                age=ages[part[0].time],
            )
        )
    return found


def _runs(lines: Sequence[BlameLine]) -> list[tuple[str, list[BlameLine]]]:
    """Lines of one change that stand together; empty lines, nobody's words, go with those above."""
    runs: list[tuple[str, list[BlameLine]]] = []
    for line in lines:
        if runs and (line.commit == runs[-1][0] or not line.text.strip()):
            runs[-1][1].append(line)
        else:
            runs.append((line.commit, [line]))
    return runs


class _Kept:
    """Answers kept, the least recently used going first; safe between threads."""

    def __init__(self) -> None:
        self._lines: OrderedDict[tuple[str, ...], tuple[BlameLine, ...]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...]) -> tuple[BlameLine, ...] | None:
        with self._lock:
            found = self._lines.get(key)
            if found is not None:
                self._lines.move_to_end(key)
            return found

    def put(self, key: tuple[str, ...], lines: tuple[BlameLine, ...]) -> None:
        with self._lock:
            if key in self._lines or len(lines) > _KEPT_LINES // 4:
                return
            self._lines[key] = lines
            self._size += len(lines)
            while self._size > _KEPT_LINES:
                _, dropped = self._lines.popitem(last=False)
                self._size -= len(dropped)


_kept = _Kept()
