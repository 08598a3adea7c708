"""The log with what it changed in pages, read as fast as git can print it.

Every commit begins with a line that starts with the byte 1. No line of a patch can: without context
all of them begin with ``+``, ``-``, ``\\`` or one of git's own words; so a stretch of output is cut up
by a few fast searches, whatever people wrote into their pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from wiki.errors import GitFailed
from wiki.git import process
from wiki.git.history import HistoryReader
from wiki.git.merged import Merges
from wiki.git.moves import MOVED
from wiki.git.streams import MarkedStream
from wiki.model import is_page_path
from wiki.model.history import Commit, FileChange
from wiki.model.patches import PagePatch, PatchedCommit, PatchKind

_FORMAT = f"--format=%x01%H %ct %P%x02%(trailers:key={MOVED},valueonly,unfold,separator=%x02)"
_LARGEST = "core.bigFileThreshold=2m"
"""Larger texts are not compared: git then calls them binary."""

_QUIET = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes")
_WALK = ("--topo-order", "--reverse")
_COMPARED = (
    *("-p", "-U0", "--raw", "--no-abbrev", "-M", "-C", "-l1000"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=none"),
)
_PATCHES = (
    *("-c", _LARGEST, "log", *_WALK, *_QUIET, _FORMAT),
    *("--root", *_COMPARED, "--stdin"),
)
_SPLIT = ("-c", _LARGEST, "diff-tree", "-r", *_QUIET, *_COMPARED)
_MOST_PATHS = 1000
_KINDS: dict[str, PatchKind] = {
    "added": "A", "modified": "M", "deleted": "D", "renamed": "R", "copied": "C",
}  # fmt: skip

_LETTERS: dict[bytes, PatchKind] = {b"R": "R", b"C": "C"}
_ESCAPES = {
    b"n": b"\n",
    b"t": b"\t",
    b"r": b"\r",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"v": b"\v",
}


class PatchReader:
    """The patches of one repository's commits."""

    def __init__(self, path: Path, history: HistoryReader) -> None:
        self._path, self._history = path, history
        self._pages: dict[bytes, str] = {}

    def patches(self, new: str, exclude: Sequence[str] = ()) -> Iterator[PatchedCommit]:
        """See ``RepositoryReader.patches``."""
        return Merges(self._path, self._page).joined(self._walked(new, exclude))

    def _walked(self, new: str, exclude: Sequence[str]) -> Iterator[PatchedCommit]:
        told: set[str] = set()
        known = set(exclude)
        # Whether every parent is told or excluded, so that no commit can be missing.
        is_closed = True
        run = MarkedStream(self._path, _PATCHES, _revisions(new, exclude))
        for piece in run:
            commit = self._commit(piece)
            told.add(commit.oid)
            known.add(commit.oid)
            is_closed = is_closed and known.issuperset(commit.parents)
            yield commit
        is_closed = is_closed and new in known
        if run.complete and (is_closed or len(told) == self._history.count(new, exclude)):
            self._history.check_depth(exclude)
            return
        for logged in self._history.log(new, exclude):
            if logged[0].oid not in told:
                yield _uncompared(*logged)

    # -- one commit -------------------------------------------------------------------------

    def _commit(self, piece: bytes) -> PatchedCommit:
        head, _, rest = piece.partition(b"\n")
        head, _, moves = head.partition(b"\2")
        oid, time, *parents = head.decode("ascii").split(" ")
        patches = self._patches(rest) if rest and len(parents) < 2 else []
        if parents and any(patch.kind == "C" for patch in patches):
            patches = self._split(oid, parents[0], patches)
        if moves and patches:
            patches = _joined(patches, moves)
        return PatchedCommit(
            oid,
            tuple(filter(None, parents)),
            int(time) if time[:19].lstrip("-").isdigit() else 0,
            patches,
        )

    def _patches(self, text: bytes) -> list[PagePatch]:
        sections = text.split(b"\ndiff --git ")
        number = 0
        found = []
        for line in sections[0].split(b"\n"):
            if line[:1] != b":":
                continue
            number += 1
            section = sections[number] if number < len(sections) else b""
            patch = self._patch(line, section)
            if b" T\t" in line:
                number += 1  # a file that became a link is printed as two
            if patch is not None:
                found.append(patch)
        return found

    def _split(self, oid: str, parent: str, patches: list[PagePatch]) -> list[PagePatch]:
        """The patches, with what looks like a copy of a page that stayed made from a page that went, if
        it is like one of those too: where a page is split, its words go to all of its parts."""
        gone = {patch.old_path for patch in patches if patch.kind in "RD"}
        copies = {p.path for p in patches if p.kind == "C" and p.old_path not in gone}
        if not gone or not copies or len(gone) + len(copies) > _MOST_PATHS:
            return patches
        command = (*_SPLIT, parent, oid, "--", *sorted(gone | copies))
        try:
            answer = self._patches(process.run(command, self._path).output)
        except GitFailed:
            return patches
        parts = {p.path: p for p in answer if p.kind in "RC" and p.path in copies}
        whole = {patch.path for patch in patches if patch.kind == "D"}
        moved: set[str] = set()
        found = []
        for patch in patches:
            part = parts.get(patch.path)
            if part is not None:
                kind: PatchKind = "R" if part.old_path in whole - moved else "C"
                moved.add(part.old_path)
                patch = part._replace(kind=kind)
            found.append(patch)
        return [patch for patch in found if patch.kind != "D" or patch.path not in moved]

    def _patch(self, line: bytes, section: bytes) -> PagePatch | None:
        facts, name, *names = line.split(b"\t")
        old_mode, new_mode, old_oid, new_oid, status = facts.split(b" ")
        kind = status[:1]
        paths = self._pages
        old = (paths.get(name) or self._page(name)) if old_mode[:4] == b":100" else ""
        if names:
            name = names[0]
        new = (paths.get(name) or self._page(name)) if new_mode[:3] == b"100" else ""
        if old and new:
            how = _LETTERS.get(kind, "M")
            return PagePatch(how, new, old, old_oid, new_oid, _hunks(section, old_oid == new_oid))
        if new:
            hunks = _hunks(section, same=False) if kind == b"A" else None
            return PagePatch("A", new, new, b"", new_oid, hunks)
        if old and kind != b"C":
            hunks = _hunks(section, same=False) if kind == b"D" else None
            return PagePatch("D", old, old, old_oid, b"", hunks)
        return None

    def _page(self, name: bytes) -> str:
        """The path, if it is a page's; "" if not."""
        known = self._pages.get(name)
        if known is None:
            path = _unquoted(name).decode("utf-8", "surrogateescape")
            known = self._pages[name] = path if is_page_path(path) else ""
        return known


def _hunks(section: bytes, same: bool) -> bytes | None:
    """The hunks of a file's part of the patch; None if git did not compare the texts."""
    at = section.find(b"\n@@ ")
    if at >= 0:
        return section[at + 1 :].removesuffix(b"\n")
    if not same and (not section or b"\nBinary files " in section):
        return None
    return b""


def _unquoted(name: bytes) -> bytes:
    """A path as git writes it in quotes if it contains odd characters."""
    if name[:1] != b'"':
        return name
    result, parts = [], iter(name[1:-1].split(b"\\"))
    result.append(next(parts))
    for part in parts:
        if not part:
            result += [b"\\", next(parts, b"")]
        elif part[:3].isdigit():
            result += [bytes([int(part[:3], 8)]), part[3:]]
        else:
            result += [_ESCAPES.get(part[:1], part[:1]), part[1:]]
    return b"".join(result)


def _joined(patches: list[PagePatch], moves: bytes) -> list[PagePatch]:
    """The patches, with each move the commit states as one rename (see ``wiki.git.moves``)."""
    stated = dict(_stated(moves))
    removed = {patch.path: patch for patch in patches if patch.kind == "D"}
    taken: set[str] = set()
    joined = []
    for patch in patches:
        old = removed.get(stated.get(patch.path, ""))
        if patch.kind == "A" and old is not None and old.path not in taken:
            taken.add(old.path)
            patch = PagePatch("R", patch.path, old.path, old.old_oid, patch.new_oid, None)
        joined.append(patch)
    return [patch for patch in joined if patch.path not in taken]


def _stated(moves: bytes) -> Iterator[tuple[str, str]]:
    for value in moves.decode("utf-8", "surrogateescape").split("\2"):
        try:
            pair = json.loads(value)
        except (ValueError, RecursionError):
            continue
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair):
            yield pair[1], pair[0]


def _uncompared(commit: Commit, changes: Sequence[FileChange]) -> PatchedCommit:
    """A commit whose patch git could not print: what it changed, its texts still to be compared."""
    patches = []
    for change in changes if not commit.is_merge else ():
        old, new = is_page_path(change.old_path), is_page_path(change.path)
        ids = change.old_oid.encode(), change.new_oid.encode()
        kind = _KINDS[change.kind]
        if new and (old or kind in "AD"):
            patches.append(PagePatch(kind, change.path, change.old_path, *ids, None))
        elif new:
            patches.append(PagePatch("A", change.path, change.path, b"", ids[1], None))
        elif old and kind == "R":
            patches.append(PagePatch("D", change.old_path, change.old_path, ids[0], b"", None))
    return PatchedCommit(commit.oid, commit.parents, commit.commit_time, patches)


def _revisions(new: str, exclude: Sequence[str]) -> bytes:
    revisions = [process.full_id(new), *("^" + process.full_id(oid) for oid in exclude)]
    return "".join(f"{revision}\n" for revision in revisions).encode()
