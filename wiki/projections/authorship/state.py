"""What is known of every version of every page, in columns that only grow."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable

from wiki.projections.authorship.descent import Descent
from wiki.projections.authorship.runs import MOST, SHIFT, Line

MODIFIED, ADDED, DELETED, RENAMED, COPIED, MERGED = range(6)
KINDS = {"M": MODIFIED, "A": ADDED, "D": DELETED, "R": RENAMED, "C": COPIED}

_BUDGET = 6_000_000


class State:
    """Commits, paths and versions by number. A version is what one commit made of one page."""

    def __init__(self) -> None:
        self.oids: list[str] = []
        self.places: list[int] = []
        self.numbers: dict[str, int] = {}
        self.descent = Descent()
        self.paths: list[str] = []
        self.path_ids: dict[str, int] = {}
        # versions
        self.commit = array("i")
        self.path = array("i")
        self.parent = array("i")
        self.page = array("i")
        self.kind = array("b")
        self.added = array("i")
        self.removed = array("i")
        self.restored = array("i")
        self.base = array("q")
        self.blob: list[bytes] = []
        self.steps = array("q")
        self.steps_end = array("q")
        self.gone = array("q")
        self.gone_end = array("q")
        # runs of tokens that a version put back or moved, and which version had removed them (itself:
        # they were moved; -1: that cannot be told)
        self.back = array("i")
        self.back_removed = array("i")
        self.back_run = array("q")
        # lines removed anywhere: a key of the text, the version, and the line (or minus the place of
        # a mixed line's runs, less one)
        self.lost_key = array("q")
        self.lost_version = array("i")
        self.lost_line = array("q")
        self.lost_runs = array("q")
        self.lost: dict[int, list[tuple[int, Line]]] = {}
        self.put_back: dict[int, list[int]] = {}
        self.tokens = 0
        self._at: dict[tuple[int, bytes], int | list[int]] = {}
        self._touches: dict[int, list[int]] = {}
        self._deletions: dict[int, list[int]] = {}
        self._removals: dict[int, list[int]] = {}
        self._page_paths: dict[int, set[int]] = {}
        self._lists: dict[int, list[Line]] = {}
        self._held = 0

    # -- commits and paths ------------------------------------------------------------------

    def add_commit(self, oid: str, parents: Iterable[int], time: int) -> int:
        """A new commit; its number."""
        above = tuple(parents)
        n = self.descent.add(above)
        latest = max((self.places[p] for p in above), default=-(1 << 40))
        self.places.append(max(min(time, 1 << 40), latest + 1))
        self.oids.append(oid)
        self.numbers[oid] = n
        return n

    def path_id(self, path: str) -> int:
        """The number of a path, given now if it has none."""
        found = self.path_ids.get(path)
        if found is None:
            found = self.path_ids[path] = len(self.paths)
            self.paths.append(path)
        return found

    def rank(self, version: int) -> tuple[int, str, str]:
        """What orders versions: a commit ranks above all its ancestors."""
        n = self.commit[version]
        return self.places[n], self.oids[n], self.paths[self.path[version]]

    # -- versions ---------------------------------------------------------------------------

    def find(self, path: int, blob: bytes, at: int) -> int | None:
        """The version in which a path had this text at a commit."""
        found = self._at.get((path, blob))
        if found is None or type(found) is int:
            return found  # type: ignore[return-value]
        decided = self._decide(path, blob, at)
        # A merge may have taken up again what one of its parents had left behind.
        return self.latest(found, at) if decided is None else decided  # type: ignore[arg-type]

    def elsewhere(self, page: int, at: int) -> int | None:
        """The version of a page that stands at a commit under whatever name."""
        for path in sorted(self._page_paths.get(page, ()), key=self.paths.__getitem__):
            version = self.latest(self._touches[path], at)
            if version is None or self.path[version] != path or self.kind[version] == DELETED:
                continue
            if self.page[version] == page:
                return version
        return None

    def _decide(self, path: int, blob: bytes, at: int) -> int | None:
        """The version a path stands at, at a commit, where it has this text: that of the first parent
        which has the text, and so on."""
        descent, commit = self.descent, self.commit
        touches = self._touches[path]
        tops = self._tops(touches, at)
        while tops:
            needed = [commit[top] for top in tops]
            at = descent.first_with(needed, at)
            made = [v for v in touches if commit[v] == at]
            if made:
                return next((v for v in made if self._is_text(v, path, blob)), None)
            for parent in descent.parents[at]:
                tops = self._tops(touches, parent)
                if any(self._is_text(top, path, blob) for top in tops):
                    at = parent
                    break
            else:
                return None
        return None

    def _tops(self, touches: list[int], at: int) -> list[int]:
        """Those of the versions that no other follows, among a commit's ancestors (and itself)."""
        descent, commit = self.descent, self.commit
        start = descent.start(at)
        tops: list[int] = []
        for version in reversed(touches):
            n = commit[version]
            if not descent.is_ancestor(n, at):
                continue
            if n >= start:
                same = [v for v in touches if commit[v] == n]
                return same if not tops else [*tops, *same]
            if all(commit[top] == n or not descent.is_ancestor(n, commit[top]) for top in tops):
                tops.append(version)
        return tops

    def _is_text(self, version: int, path: int, blob: bytes) -> bool:
        return (
            self.path[version] == path
            and self.blob[version] == blob
            and self.kind[version] != DELETED
        )

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
        """The latest version of a page (or path) with this text among a commit's ancestors."""
        paths = self._page_paths.get(page, ())
        found = []
        for each in {path, *paths}:
            versions = self._at.get((each, blob))
            if versions is not None:
                found += [versions] if type(versions) is int else versions  # type: ignore[list-item, operator]
        return self.latest(found, at) if found else None

    def version_at(self, commit: int, path: int) -> int | None:
        """What a commit left at a path; None if it did not change the page there."""
        start = bisect_left(self.commit, commit)
        while start < len(self.commit) and self.commit[start] == commit:
            if self.path[start] == path and self.kind[start] != DELETED:
                return start
            start += 1
        return None

    def last_at(self, path: int) -> int | None:
        """The highest ranking version at a path."""
        versions = [v for v, each in enumerate(self.path) if each == path]
        return max(versions, key=self.rank, default=None)

    def deleted_at(self, path: int, at: int) -> int | None:
        """The last deletion of a page at a path among a commit's ancestors."""
        found = self._deletions.get(path)
        return self.latest(found, at) if found else None

    def removals(self, page: int) -> list[int]:
        """The versions of a page that removed tokens."""
        return self._removals.get(page, [])

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
        self._index(version)
        return version

    def _index(self, version: int) -> None:
        path, blob, parent = self.path[version], self.blob[version], self.parent[version]
        self._touches.setdefault(path, []).append(version)
        if self.kind[version] == RENAMED and parent >= 0:
            self._touches.setdefault(self.path[parent], []).append(version)
        if self.kind[version] == DELETED:
            self._deletions.setdefault(path, []).append(version)
            return
        known = self._at.get((path, blob))
        if known is None:
            self._at[path, blob] = version
        elif type(known) is int:
            self._at[path, blob] = [known, version]
        else:
            known.append(version)  # type: ignore[union-attr]
        if parent >= 0 and self.path[parent] != path:
            page = self.page[version]
            self._page_paths.setdefault(page, {self.path[parent]}).add(path)

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

    def record_loss(self, key: int, version: int, line: Line) -> None:
        """A line was removed that any page may bring back."""
        self.lost_key.append(key)
        self.lost_version.append(version)
        if type(line) is int:
            self.lost_line.append(line)
        else:
            self.lost_line.append(-1 - len(self.lost_runs))
            self.lost_runs.append(len(line))  # type: ignore[arg-type]
            self.lost_runs.extend(line)  # type: ignore[arg-type]
        self._lose(key, (version, line))

    def _lose(self, key: int, entry: tuple[int, Line]) -> None:
        """Keep the lines of one text in rising order."""
        known = self.lost.get(key)
        if known is None:
            self.lost[key] = [entry]
        elif self._loss_rank(known[-1]) <= self._loss_rank(entry):
            known.append(entry)
        else:
            insort(known, entry, key=self._loss_rank)

    def _loss_rank(self, entry: tuple[int, Line]) -> tuple[int, str, str]:
        return self.rank(entry[0])

    def note_comeback(self, version: int, run: int) -> None:
        """Tokens were put back or moved."""
        first = run >> SHIFT
        for token in range(first, first + (run & MOST)):
            self.put_back.setdefault(token, []).append(version)

    def recall_everything(self) -> None:
        """Fill what is looked up from the columns, after they were read from a store."""
        for n, oid in enumerate(self.oids):
            self.numbers[oid] = n
        for number, path in enumerate(self.paths):
            self.path_ids[path] = number
        for version in range(len(self.commit)):
            self._index(version)
            if self.removed[version] and self.kind[version] != MERGED:
                self._removals.setdefault(self.page[version], []).append(version)
        for key, version, line in zip(self.lost_key, self.lost_version, self.lost_line, strict=True):
            if line < 0:
                at = -1 - line
                runs = tuple(self.lost_runs[at + 1 : at + 1 + self.lost_runs[at]])
                self._lose(key, (version, runs))
            else:
                self._lose(key, (version, line))
        for version, run in zip(self.back, self.back_run, strict=True):
            self.note_comeback(version, run)

    # -- texts ------------------------------------------------------------------------------

    def record_step(self, position: int, removed: int, lines: list[Line]) -> None:
        """A step of the version being made: so many lines replaced at a position of the old text."""
        if tuple in set(map(type, lines)):
            self.steps.extend((position, removed, -len(lines)))
            self.steps.extend(flat_lines(lines))
        else:
            self.steps.extend((position, removed, len(lines)))
            self.steps.extend(lines)  # type: ignore[arg-type]

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
        return read_steps(self.steps, at, self.steps_end[version])

    def _apply(self, version: int, lines: list[Line]) -> None:
        shift = 0
        for position, removed, put in self.steps_of(version):
            start = max(position, ~position) + shift
            lines[start : start + removed] = put
            shift += len(put) - removed

    def gone_of(self, version: int) -> list[int]:
        """The runs of tokens a version removed."""
        at = self.gone_end[version - 1] if version else 0
        return self.gone[at : self.gone_end[version]].tolist()


def flat_lines(lines: list[Line]) -> list[int]:
    """Lines as numbers only: a mixed line is minus the count of its runs, then the runs."""
    flat: list[int] = []
    for line in lines:
        if type(line) is int:
            flat.append(line)
        else:
            flat.append(-len(line))  # type: ignore[arg-type]
            flat.extend(line)  # type: ignore[arg-type]
    return flat


def read_steps(steps: array[int], at: int, end: int) -> list[tuple[int, int, list[Line]]]:
    """The inverse of how steps are written."""
    found = []
    while at < end:
        position, removed, count = steps[at], steps[at + 1], steps[at + 2]
        at += 3
        lines: list[Line] = []
        if count >= 0:
            lines = steps[at : at + count].tolist()  # type: ignore[assignment]
            at += count
        else:
            for _ in range(-count):
                value = steps[at]
                at += 1
                if value < 0:
                    lines.append(tuple(steps[at : at - value]))
                    at -= value
                else:
                    lines.append(value)
        found.append((position, removed, lines))
    return found
