"""What merges made of pages: git is asked which files differ, then for the differences of the few that need them.

Looking for renames against each parent of every merge costs as much as a whole ``git log -p`` where long
branches meet. So all merges are first compared by names and ids alone, which takes next to nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from wiki.errors import RepositoryDamaged
from wiki.git.diffing import Asked
from wiki.model.patches import MergedPage, PatchedCommit

_AHEAD = 64
"""So many commits before it is handed on, a merge is asked for."""

_QUIET = (
    *("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes"),
    *("--submodule=short", "--ignore-submodules=none"),
)
_LISTED = ("diff-tree", "--stdin", "-m", "-r", "--raw", "--no-renames", "--no-abbrev", *_QUIET,
           "--pretty=oneline")  # fmt: skip
_COMPARED = (
    *("-c", "core.bigFileThreshold=2m", "diff-tree", "--stdin", "-c", "-p", "-U0", "--raw"),
    *("--no-abbrev", "--combined-all-paths", *_QUIET),
)
_IN_PLACE = (*_COMPARED, "--no-renames")
# Renames are looked for against each parent, as ``git blame`` does.
_RENAMED = (*_COMPARED, "-M", "-C", "-l1000")

_SECTION = b"\ndiff --combined "

PageAt = Callable[[bytes], str]
"""The path that a name in git's output stands for, "" if it is no page's."""


class Merges:
    """The merges of one repository."""

    def __init__(self, path: Path, page_at: PageAt) -> None:
        self._page_at = page_at
        self._listed = Asked(path, _LISTED)
        self._in_place, self._renamed = Asked(path, _IN_PLACE), Asked(path, _RENAMED)

    def joined(self, commits: Iterable[PatchedCommit]) -> Iterator[PatchedCommit]:
        """The commits, each merge with the pages that it left otherwise than a parent had them."""
        waiting: deque[PatchedCommit] = deque()
        damage: RepositoryDamaged | None = None
        try:
            try:
                for commit in commits:
                    if len(commit.parents) > 1:
                        self._listed.ask(commit.oid)
                    waiting.append(commit)
                    if len(waiting) > _AHEAD:
                        yield self._told(waiting.popleft())
            except RepositoryDamaged as found:
                damage = found
            while waiting:
                yield self._told(waiting.popleft())
        finally:
            for asked in (self._listed, self._in_place, self._renamed):
                asked.close()
        if damage is not None:
            raise damage

    def _told(self, commit: PatchedCommit) -> PatchedCommit:
        if len(commit.parents) < 2:
            return commit
        pages = self._changed(self._listed.answer() or b"", commit.parents)
        made = [page for page in pages if page.is_made]
        if made:
            in_place = all(all(page.parents) for page in made)
            asked = self._in_place if in_place else self._renamed
            asked.ask(commit.oid)
            text = asked.answer()
            # Where git cannot compare, whoever reads may find that some of the texts are there.
            merged = made if text is None else merged_pages(text, self._page_at)
            pages = [*merged, *(page for page in pages if not page.is_made)]
        return commit._replace(merged=pages)

    def _changed(self, listed: bytes, parents: Sequence[str]) -> list[MergedPage]:
        """The pages that differ from a parent, as names and ids tell."""
        sides = _sides(listed)
        rows = [sides.get(parent, {}) for parent in parents]
        found = []
        for name, (_, oid) in {name: row for side in rows for name, row in side.items()}.items():
            if path := self._page_at(name):
                before = tuple(side[name][0] if name in side else oid for side in rows)
                found.append(MergedPage(path, before, oid, (path,) * len(rows)))
        return found


def _sides(listed: bytes) -> dict[str, dict[bytes, tuple[bytes, bytes]]]:
    """For each parent the names that differ from it, with the texts before and after."""
    sides: dict[str, dict[bytes, tuple[bytes, bytes]]] = {}
    side: dict[bytes, tuple[bytes, bytes]] = {}
    for line in listed.split(b"\n"):
        if line[:1] != b":":
            parent = line.partition(b" (from ")[2].partition(b")")[0]
            side = sides.setdefault(parent.decode("ascii", "replace"), {})
            continue
        facts, _, name = line.partition(b"\t")
        old_mode, new_mode, old, new, _ = facts.split(b" ")
        side[name] = (
            old if old_mode[:4] == b":100" else b"",
            new if new_mode[:3] == b"100" else b"",
        )
    return sides


def merged_pages(text: bytes, page_at: PageAt) -> list[MergedPage]:
    """The pages of one merge whose text is that of none of its parents."""
    raw, *sections = text.split(_SECTION)
    bodies = {section.partition(b"\n")[0]: section for section in sections}
    found = []
    for line in raw.split(b"\n"):
        page = _page(line, bodies, page_at) if line[:2] == b"::" else None
        if page is not None:
            found.append(page)
    return found


def _page(line: bytes, bodies: dict[bytes, bytes], page_at: PageAt) -> MergedPage | None:
    facts, *names = line.split(b"\t")
    words = facts.split(b" ")
    parents = len(words[0]) - len(words[0].lstrip(b":"))
    path = page_at(names[-1])
    if not path or len(words) != 2 * parents + 3 or len(names) != parents + 1:
        return None
    modes, ids = words[: parents + 1], words[parents + 1 : -1]
    modes[0] = modes[0].lstrip(b":")
    texts = [
        oid if mode[:3] == b"100" and oid.strip(b"0") else b""
        for mode, oid in zip(modes, ids, strict=True)
    ]
    old = tuple(page_at(name) for name in names[:-1])
    before = tuple(text if name else b"" for text, name in zip(texts, old, strict=False))
    return MergedPage(path, before, texts[-1], old, _hunks(bodies.get(names[-1], b""), parents))


def _hunks(section: bytes, parents: int) -> list[bytes] | None:
    """The combined hunks, each beginning behind its first ``@``s; None if git compared no texts."""
    hunks = section.split(b"\n" + b"@" * (parents + 1) + b" ")
    return hunks[1:] or None
