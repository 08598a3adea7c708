"""The commits, paths and versions of a history by number, in columns that only grow."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

from wiki.projections.authorship.descent import Descent

MODIFIED, ADDED, DELETED, RENAMED, COPIED, MERGED = range(6)
KINDS = {"M": MODIFIED, "A": ADDED, "D": DELETED, "R": RENAMED, "C": COPIED}

_MANY = 8
"""From so many paths on, one walk for all of them is faster than one for each."""

COLUMNS = {
    "places": "q", "commit": "i", "path": "i", "parent": "i", "page": "i", "kind": "b", "added": "i",
    "removed": "i", "restored": "i", "base": "q",
}  # fmt: skip
"""The columns of numbers, and their item types.

Of commits ``places`` (the time, but always after the parents'). Of versions: their commit, path, the version
they were made from (-1: none), the first version of their page, what kind of change, how many
tokens were added, removed and restored, and the number of their first new token.
"""


class Versions:
    """Commits, paths and versions by number. A version is what one commit made of one page.

    What is already in a database (``stored`` versions) is looked up in the columns, what is new in
    dictionaries.
    """

    def __init__(self) -> None:
        for name, kind in COLUMNS.items():
            setattr(self, name, array(kind))
        self.descent = Descent()
        self.oids: Any = []
        self.blob: Any = []
        self.paths: Any = []
        self.tokens = 0
        self.stored = 0
        self._numbers: dict[str, int] = {}
        self._path_ids: dict[str, int] = {}
        self._at: dict[tuple[int, bytes], list[int]] = {}
        self._touches: dict[int, list[int]] = {}
        self._removals: dict[int, list[int]] = {}
        self._page_paths: dict[int, set[int]] = {}

    places: Any
    commit: Any
    path: Any
    parent: Any
    page: Any
    kind: Any
    added: Any
    removed: Any
    restored: Any
    base: Any

    # -- commits and paths ------------------------------------------------------------------

    def number(self, oid: str) -> int | None:
        """The number of a commit; None if it is not known."""
        found = self._numbers.get(oid)
        if found is None and self.stored:
            found = self.oids.index(oid.encode())
            if found is not None:
                self._numbers[oid] = found
        return found

    def oid(self, n: int) -> str:
        """The id of a commit."""
        return str(self.oids[n].decode())

    def add_commit(self, oid: str, parents: Iterable[int], time: int) -> int:
        """A new commit; its number."""
        above = tuple(parents)
        n = self.descent.add(above)
        latest = max(map(self.places.__getitem__, above), default=-(1 << 40))
        self.places.append(max(min(time, 1 << 40), latest + 1))
        self.oids.append(oid.encode())
        self._numbers[oid] = n
        return n

    def known_path(self, path: str) -> int | None:
        """The number of a path; None if no page was ever there."""
        found = self._path_ids.get(path)
        if found is None and self.stored:
            found = self.paths.number(path)
            if found is not None:
                self._path_ids[path] = found
        return found

    def path_id(self, path: str) -> int:
        """The number of a path, given now if it has none."""
        found = self._path_ids.get(path)
        if found is None:
            found = self.known_path(path)
        if found is None:
            found = self._path_ids[path] = len(self.paths)
            self.paths.append(path)
        return found

    def rank(self, version: int) -> tuple[int, bytes, str]:
        """What orders versions: a commit ranks above all its ancestors."""
        n = self.commit[version]
        return self.places[n], self.oids[n], self.paths[self.path[version]]

    # -- versions ---------------------------------------------------------------------------

    def touches(self, path: int) -> list[int]:
        """The versions that came to a path or left it, as they became known."""
        found = self._touches.get(path)
        if found is None:
            found = self._touches[path] = []
            if self.stored:
                at = self.path.stored() == path
                parent = self.parent.stored()
                left = (self.kind.stored() == RENAMED) & (parent >= 0)
                left &= self.path.stored()[parent] == path
                found += np.flatnonzero(at | left).tolist()
        return found

    def gather(self, paths: Iterable[int]) -> None:
        """Have the ``touches`` of many paths at hand: one walk through the columns finds them all."""
        missing = list({path for path in paths if path not in self._touches})
        if not self.stored or len(missing) < _MANY:
            return
        at, parent = self.path.stored(), self.parent.stored()
        left = np.where((self.kind.stored() == RENAMED) & (parent >= 0), at[parent], at)
        wanted = np.zeros(len(self.paths), np.bool_)
        wanted[missing] = True
        self._touches.update((path, []) for path in missing)
        for version in np.flatnonzero(wanted[at] | wanted[left]).tolist():
            for path in {int(at[version]), int(left[version])}:
                if wanted[path]:
                    self._touches[path].append(version)

    def removals(self, page: int) -> list[int]:
        """The versions of a page that removed tokens."""
        found = self._removals.get(page)
        if found is None:
            found = self._removals[page] = []
            if 0 <= page < self.stored:
                of_page = (self.page.stored() == page) & (self.removed.stored() > 0)
                found += np.flatnonzero(of_page & (self.kind.stored() != MERGED)).tolist()
        return found

    def page_paths(self, page: int) -> set[int]:
        """All paths of a page that had several."""
        found = self._page_paths.get(page)
        if found is None:
            found = self._page_paths[page] = set()
            if 0 <= page < self.stored:
                paths = set(self.path.stored()[self.page.stored() == page].tolist())
                found |= paths if len(paths) > 1 else set()
        return found

    def add_version(
        self, commit: int, path: int, blob: bytes, parent: int, page: int, kind: int
    ) -> int:
        """A new version; its counts are to be given by ``count_version``."""
        version = len(self.commit)
        self.commit.append(commit)
        self.path.append(path)
        self.blob.append(blob)
        self.parent.append(parent)
        self.kind.append(kind)
        self.base.append(self.tokens)
        page = version if page < 0 else page
        self.page.append(page)
        _note(self.touches(path), version)
        if kind != DELETED and not self.stored:
            self._at.setdefault((path, blob), []).append(version)
        before = self.path[parent] if parent >= 0 else path
        if before != path:
            if kind == RENAMED:
                _note(self.touches(before), version)
            if kind != DELETED and self.page[parent] == page:
                self.page_paths(page).update((before, path))
        return version

    def count_version(self, version: int, added: int, removed: int, restored: int) -> None:
        """Write down how many tokens a version added, removed and restored."""
        self.added.append(added)
        self.removed.append(removed)
        self.restored.append(restored)
        self.tokens += added
        if removed and self.kind[version] != MERGED:
            self._removals.setdefault(self.page[version], []).append(version)


def _note(versions: list[int], version: int) -> None:
    """Add a version that may have been found in the columns already."""
    if not versions or versions[-1] != version:
        versions.append(version)
