"""What is known of every version of every page, in columns that only grow."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.columns import Source
from wiki.projections.authorship.descent import Descent
from wiki.projections.authorship.runs import MOST, SHIFT, Line
from wiki.projections.authorship.steps import flat_lines, read_steps

MODIFIED, ADDED, DELETED, RENAMED, COPIED, MERGED = range(6)
KINDS = {"M": MODIFIED, "A": ADDED, "D": DELETED, "R": RENAMED, "C": COPIED}

_BUDGET = 6_000_000
"""So many lines of versions are kept at hand; others are put together again from the steps."""

_MANY = 8
"""From so many paths on, one walk for all of them is faster than one for each."""

COLUMNS = {
    "places": "q", "commit": "i", "path": "i", "parent": "i", "page": "i", "kind": "b", "added": "i",
    "removed": "i", "restored": "i", "base": "q", "steps": "q", "steps_end": "q", "gone": "q",
    "gone_end": "q", "back": "i", "back_removed": "i", "back_run": "q", "lost_key": "q",
    "lost_version": "i", "lost_line": "q", "lost_runs": "q",
}  # fmt: skip
"""The columns of numbers, and their item types.

Of commits ``places`` (the time, but always after the parents'). Of versions: their commit, path, the version
they were made from (-1: none), the first version of their page, what kind of change, how many
tokens were added, removed and restored, the number of their first new token, and where their steps and
the runs they removed end. ``back``: versions that put back or moved a run of tokens, and the version that
had removed it (itself: it was moved; -1: that cannot be told). ``lost``: lines removed anywhere, by a key
of their text (a line of mixed origin is minus the place of its runs, less one).
"""


class State:
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
        # Whether, of two equal texts one of which follows the other, the later is meant at a merge.
        self.latest_wins = True
        self.stored_losses = 0
        self.stored_comebacks = 0
        self._numbers: dict[str, int] = {}
        self._path_ids: dict[str, int] = {}
        self._at: dict[tuple[int, bytes], list[int]] = {}
        self._touches: dict[int, list[int]] = {}
        self._removals: dict[int, list[int]] = {}
        self._page_paths: dict[int, set[int]] = {}
        self._lost: dict[int, list[tuple[int, Line]]] = {}
        self._put_back: dict[int, list[int]] = {}
        self._lists: dict[int, list[Line]] = {}
        self._held = 0

    source: Source | None = None
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
    steps: Any
    steps_end: Any
    gone: Any
    gone_end: Any
    back: Any
    back_removed: Any
    back_run: Any
    lost_key: Any
    lost_version: Any
    lost_line: Any
    lost_runs: Any

    def column(self, name: str) -> NDArray[Any]:
        """A whole column as an array."""
        column = getattr(self, name)
        if isinstance(column, array):
            return np.array(column)
        found: NDArray[Any] = column.everything()
        return found

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

    def with_text(self, path: int, blob: bytes) -> list[int]:
        """The versions in which a path had a text."""
        if self.stored:
            return [v for v in self.touches(path) if self._is_text(v, path, blob)]
        return self._at.get((path, blob), [])

    def find(self, path: int, blob: bytes, at: int) -> int | None:
        """The version in which a path had this text at a commit."""
        found = self.with_text(path, blob) if self.stored else self._at.get((path, blob), ())
        if len(found) < 2:
            return found[0] if found else None
        decided = self._decide(path, blob, at)
        # A merge may have taken up again what one of its parents had left behind.
        return self.latest(found, at) if decided is None else decided

    def elsewhere(self, page: int, at: int) -> int | None:
        """The version of a page that stands at a commit under whatever name."""
        for path in sorted(self.page_paths(page), key=self.paths.__getitem__):
            version = self.latest(self.touches(path), at)
            if version is None or self.path[version] != path or self.kind[version] == DELETED:
                continue
            if self.page[version] == page:
                return version
        return None

    def _decide(self, path: int, blob: bytes, at: int) -> int | None:
        """The version a path stands at, at a commit, where it has this text: that of the parent which
        has the text (of several, the one whose version is the eldest), and so on."""
        descent, commit = self.descent, self.commit
        touches = self.touches(path)
        # A whole pass asks about the same lines again and again, one more commit once.
        among = [commit[v] for v in touches]
        is_ancestor = descent.reach(among, at) if self.stored else descent.is_ancestor
        tops = self._tops(touches, at, is_ancestor)
        if len(tops) == 1 and self.latest_wins:
            return tops[0] if self._is_text(tops[0], path, blob) else None
        while tops:
            needed = [commit[top] for top in tops]
            at = descent.first_with(needed, at, is_ancestor)
            made = [v for v in touches if commit[v] == at]
            if made:
                return next((v for v in made if self._is_text(v, path, blob)), None)
            sides = {each: self._tops(touches, each, is_ancestor) for each in descent.above(at)}
            held = {
                each: [top for top in tops if self._is_text(top, path, blob)]
                for each, tops in sides.items()
            }
            known = [each for each in held if held[each]]
            if not known:
                return None
            # Both sides of a merge may have the text by ways of their own: who wrote it is told by
            # the elder, or a copy that came in from elsewhere would take it from its authors.
            if self.latest_wins:
                known.sort(key=lambda each: min(map(self.rank, held[each])))
            at = known[0]
            tops = sides[at]
        return None

    def _tops(
        self, touches: list[int], at: int, is_ancestor: Callable[[int, int], bool]
    ) -> list[int]:
        """Those of the versions that no other follows, among a commit's ancestors (and itself)."""
        commit = self.commit
        start = self.descent.start(at)
        tops: list[int] = []
        for version in reversed(touches):
            n = commit[version]
            if not is_ancestor(n, at):
                continue
            if n >= start:
                same = [v for v in touches if commit[v] == n]
                return same if not tops else [*tops, *same]
            if all(commit[top] == n or not is_ancestor(n, commit[top]) for top in tops):
                tops.append(version)
        return tops

    def _is_text(self, version: int, path: int, blob: bytes) -> bool:
        is_there: bool = self.path[version] == path and self.kind[version] != DELETED
        return is_there and bool(self.blob[version] == blob)

    def latest(self, versions: Iterable[int], at: int) -> int | None:
        """The highest ranking of these versions among a commit's ancestors (and itself)."""
        descent, commit = self.descent, self.commit
        best = None
        for version in versions:
            if descent.is_ancestor(commit[version], at) and (
                best is None or self.rank(version) > self.rank(best)
            ):
                best = version
        return best

    def seen_before(self, page: int, path: int, blob: bytes, at: int) -> int | None:
        """The eldest version of a page (or path) with this text among a commit's ancestors.

        Later ones have their words from it, unless they came in by a way of their own, as a copy does
        that somebody imported: then the elder tells who wrote them.
        """
        others = self.page_paths(page) if page >= 0 else ()
        found = [v for each in {path, *others} for v in self.with_text(each, blob)]
        if not found:
            return None
        is_ancestor, commit = self.descent.is_ancestor, self.commit
        known = [version for version in found if is_ancestor(commit[version], at)]
        return min(known, key=self.rank) if known else None

    def version_at(self, commit: int, path: int) -> int | None:
        """What a commit left at a path; None if it did not change the page there."""
        return next(
            (
                version
                for version in self.touches(path)
                if self.commit[version] == commit
                and self.path[version] == path
                and self.kind[version] != DELETED
            ),
            None,
        )

    def last_at(self, path: int) -> int:
        """The highest ranking version that came to a path where one did, or left it."""
        return max(self.touches(path), key=self.rank)

    def deleted_at(self, path: int, at: int) -> int | None:
        """The last deletion of a page at a path among a commit's ancestors."""
        gone = [v for v in self.touches(path) if self.kind[v] == DELETED and self.path[v] == path]
        return self.latest(gone, at) if gone else None

    def add_version(
        self, commit: int, path: int, blob: bytes, parent: int, page: int, kind: int
    ) -> int:
        """A new version; its counts, steps and losses are to be closed by ``close_version``."""
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

    def close_version(self, version: int, added: int, removed: int, restored: int) -> None:
        """Write down what a version did."""
        self.added.append(added)
        self.removed.append(removed)
        self.restored.append(restored)
        self.tokens += added
        self.steps_end.append(len(self.steps))
        self.gone_end.append(len(self.gone))
        if removed and self.kind[version] != MERGED:
            self._removals.setdefault(self.page[version], []).append(version)

    # -- losses and comebacks ---------------------------------------------------------------

    def record_loss(self, key: int, version: int, line: Line) -> None:
        """A line was removed that any page may bring back."""
        known = self._losses(key)
        self.lost_key.append(key)
        self.lost_version.append(version)
        if type(line) is int:
            self.lost_line.append(line)
        else:
            self.lost_line.append(-1 - len(self.lost_runs))
            self.lost_runs.append(len(line))  # type: ignore[arg-type]
            self.lost_runs.extend(line)
        entry = version, line
        if not known or self._loss_rank(known[-1]) <= self._loss_rank(entry):
            known.append(entry)
        else:
            insort(known, entry, key=self._loss_rank)

    def losses(self, key: int) -> list[tuple[int, Line]]:
        """The removed lines of one text, in rising order."""
        return self._losses(key) if self.stored_losses else self._lost.get(key, [])

    def _losses(self, key: int) -> list[tuple[int, Line]]:
        known = self._lost.get(key)
        if known is None:
            known = self._lost[key] = []
            if self.stored_losses:
                for row in np.flatnonzero(self.lost_key.stored() == key).tolist():
                    known.append((self.lost_version[row], self._lost_line(row)))
                known.sort(key=self._loss_rank)
        return known

    def lost_any(self, keys: list[int]) -> bool:
        """Whether a line of one of these texts was ever removed."""
        if not self._lost.keys().isdisjoint(keys):
            return True
        if not self.stored_losses:
            return False
        return bool(np.isin(self.lost_key.stored(), keys).any())

    def _lost_line(self, row: int) -> Line:
        line: int = self.lost_line[row]
        if line >= 0:
            return line
        at = -1 - line
        return tuple(self.lost_runs[at + 1 : at + 1 + self.lost_runs[at]])

    def _loss_rank(self, entry: tuple[int, Line]) -> tuple[int, bytes, str]:
        return self.rank(entry[0])

    def record_comeback(self, version: int, remover: int, run: int) -> None:
        """Tokens were put back or moved."""
        self.back.append(version)
        self.back_removed.append(remover)
        self.back_run.append(run)
        first = run >> SHIFT
        for token in range(first, first + (run & MOST)):
            self._put_back.setdefault(token, []).append(version)

    def comebacks(self, token: int) -> list[int]:
        """The versions that put a token back."""
        found = self._put_back.get(token, [])
        if self.stored_comebacks and self.back_run.stored().size:
            runs = self.back_run.stored()
            first = runs >> SHIFT
            rows = np.flatnonzero((first <= token) & (token < first + (runs & MOST)))
            found = [*(self.back[row] for row in rows.tolist()), *found]
        return found

    # -- texts ------------------------------------------------------------------------------

    def record_step(self, position: int, removed: int, lines: list[Line]) -> None:
        """A step of the version being made: so many lines replaced at a position of the old text."""
        step: array[int]
        try:
            step = array("q", [position, removed, len(lines), *lines])  # type: ignore[list-item]
        except TypeError:  # one of them is of mixed origin
            step = array("q", [position, removed, -len(lines), *flat_lines(lines)])
        self.steps.extend(step)

    def record_line(self, position: int, line: Line) -> None:
        """A step that puts one line in the place of another."""
        if type(line) is int:
            self.steps.extend((position, 1, 1, line))
        else:
            self.steps.extend((position, 1, -1, -len(line), *line))  # type: ignore[arg-type,misc]

    def hold(self, version: int, lines: list[Line]) -> None:
        """Keep a version's lines at hand."""
        self._lists[version] = lines
        self._held += len(lines) + 8
        while self._held > _BUDGET and len(self._lists) > 1:
            first = next(iter(self._lists))
            self._held -= len(self._lists.pop(first)) + 8

    def lines(self, version: int) -> list[Line]:
        """A version's lines; not to be changed by the caller."""
        found = self._lists.get(version)
        if found is not None:
            return found
        pending = []
        each = version
        while each >= 0 and each not in self._lists:
            if self.kind[each] == DELETED:
                each = -1
                break
            pending.append(each)
            if self.parent[each] >= each:
                raise ValueError(f"version {each} comes before its parent")
            each = self.parent[each]
        lines = list(self._lists[each]) if each >= 0 else []
        for each in reversed(pending):
            self._apply(each, lines)
        self.hold(version, lines)
        return lines

    def steps_of(self, version: int) -> list[tuple[int, int, list[Line]]]:
        """A version's steps: position in the old text (``~position`` where the text stayed the same and
        only its origin changed), lines removed, lines put there."""
        at = self.steps_end[version - 1] if version else 0
        return read_steps(self.steps[at : self.steps_end[version]])

    def _apply(self, version: int, lines: list[Line]) -> None:
        shift = 0
        for position, removed, put in self.steps_of(version):
            start = max(position, ~position) + shift
            lines[start : start + removed] = put
            shift += len(put) - removed

    def gone_of(self, version: int) -> list[int]:
        """The runs of tokens a version removed."""
        at = self.gone_end[version - 1] if version else 0
        runs: list[int] = self.gone[at : self.gone_end[version]].tolist()
        return runs


def _note(versions: list[int], version: int) -> None:
    """Add a version that may have been found in the columns already."""
    if not versions or versions[-1] != version:
        versions.append(version)
