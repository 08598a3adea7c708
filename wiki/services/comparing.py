"""Two versions of a page side by side, and one change with all its files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from wiki.errors import PageNotFound, RepositoryDamaged, RevisionNotFound
from wiki.model import Viewer, is_hidden, is_page_path, page_name
from wiki.services.history import (
    Change,
    FileChanged,
    described,
    file_changed,
    known_commit,
    known_path,
)
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.text.diff import Diff, diff_lines

FILES_COMPARED = 20
"""Files of one change whose texts are compared on its page; the others have pages of their own."""

FILES_LISTED = 500
MAX_COMPARED = 2_000_000
"""Bytes of a text that is still compared."""

_MAX_VERSIONS = 10_000


@dataclass(frozen=True, slots=True)
class Version:
    """A page as one change left it. ``path`` is what it was called then; "" and no ``change`` stand
    for the time before there was a page.
    """

    path: str
    oid: str
    change: Change | None

    @property
    def commit(self) -> str:
        """The change's id, or ""."""
        return self.change.oid if self.change else ""


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What changed in one file. ``diff`` is None for what is no text, or too large, or unreadable,
    which ``note`` says."""

    file: FileChanged
    diff: Diff | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a page. ``older`` and ``newer`` are those beside them in its history, ""
    where there are none."""

    space: Space
    name: str
    path: str
    old: Version
    new: Version
    diff: Diff | None
    note: str
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change: its texts compared, the rest of its files, and how many there are.

    ``brought`` names the pages that a merge brought to the line of history it was made on.
    """

    change: Change
    diffs: tuple[FileDiff, ...]
    others: tuple[FileChanged, ...]
    total: int
    brought: tuple[str, ...] = ()


def compare(
    wiki: Wiki, viewer: Viewer, space_name: str, name: str, old: str = "", new: str = ""
) -> Comparison:
    """Two versions of a page; without ``new`` its last, without ``old`` the one before ``new``.

    Raises:
        PageNotFound: there never was such a page.
        RevisionNotFound: a version is none of this space, or the page was not in it.
    """
    space = wiki.space(viewer, space_name)
    path = known_path(space, name)
    versions = _versions(space, path)
    after = _version(wiki, space, path, versions, new or _latest(space, path))
    before = (
        _version(wiki, space, path, versions, old)
        if old
        else _version_before(wiki, space, path, versions, after)
    )
    diff, note = compared_texts(space, before.oid, after.oid)
    at = next((i for i, (oid, _) in enumerate(versions) if oid == after.commit), None)
    older = versions[at + 1][0] if at is not None and at + 1 < len(versions) else ""
    newer = versions[at - 1][0] if at else ""
    return Comparison(space, page_name(path), path, before, after, diff, note, older, newer)


def show_change(wiki: Wiki, viewer: Viewer, space_name: str, revision: str) -> ChangeView:
    """One change with everything it did.

    Raises:
        RevisionNotFound: it is none of this space.
    """
    space = wiki.space(viewer, space_name)
    commit = known_commit(space, revision)
    (change,) = described(wiki, space, space.history.changes_of([commit.oid]))
    rows = space.history.commit_files(commit.oid, limit=FILES_LISTED)
    files = [file_changed(row) for row in rows if not is_hidden(row.path)]
    compared = [_file_diff(space, file) for file in files[:FILES_COMPARED]]
    hidden = [file_changed(row) for row in rows if is_hidden(row.path)]
    others = (*files[FILES_COMPARED:], *hidden)
    brought = _brought(space, change) if change.merge else ()
    return ChangeView(change, tuple(compared), others, commit.files, brought)


def _brought(space: Space, change: Change) -> tuple[str, ...]:
    try:
        found = space.repository.diff_trees(change.parents[0], change.oid)
        pages = (file.path for file in found if is_page_path(file.path))
        return tuple(page_name(path) for path in islice(pages, FILES_LISTED))
    except RepositoryDamaged:
        return ()


# -- which versions --------------------------------------------------------------------------

Versions = list[tuple[str, str]]
"""Changes of a page and the path each left it at, newest first."""


def _versions(space: Space, path: str) -> Versions:
    return space.history.versions(path, limit=_MAX_VERSIONS)


def _latest(space: Space, path: str) -> str:
    """The change that made the page what it is, or was before it was deleted."""
    last = space.history.last_change(path)
    if last is None:
        raise PageNotFound(space.name, page_name(path))
    return last.commit.oid


def _version(wiki: Wiki, space: Space, path: str, versions: Versions, revision: str) -> Version:
    """The page as it was at any commit of the space, under the name it bore then."""
    commit = known_commit(space, revision)
    own = [where for oid, where in versions if oid == commit.oid]
    names = dict.fromkeys([*own, path, *(where for _, where in versions)])
    for where in names:
        entry = space.repository.entry(commit.oid, where)
        if entry is not None and entry.mode & 0o170000 == 0o100000:
            return Version(where, entry.oid, _told(wiki, space, commit.oid))
    if own:
        return Version(own[0], "", _told(wiki, space, commit.oid))
    raise RevisionNotFound(revision)


def _version_before(
    wiki: Wiki, space: Space, path: str, versions: Versions, after: Version
) -> Version:
    """What stood there before a version; nothing if the page was born with it."""
    assert after.change is not None
    row = space.history.change(after.change.oid, after.path)
    if row is None:
        # No change of this page: it is compared with the change before.
        parents = after.change.parents
        return (
            _version(wiki, space, path, versions, parents[0]) if parents else Version("", "", None)
        )
    earlier = _before(space, versions, after.change, row.old_oid)
    if row.kind in {"added", "copied"} or not row.old_oid:
        return Version("", "", None)
    return Version(row.old_path, row.old_oid, _told(wiki, space, earlier) if earlier else None)


def _before(space: Space, versions: Versions, change: Change, old_oid: str) -> str:
    """The commit that left the text a change began with."""
    order = [oid for oid, _ in versions]
    start = order.index(change.oid) + 1 if change.oid in order else 0
    for oid, where in versions[start : start + 50]:
        row = space.history.change(oid, where)
        if row is not None and row.new_oid == old_oid:
            return oid
    return change.parents[0] if change.parents else ""


def _told(wiki: Wiki, space: Space, oid: str) -> Change | None:
    rows = described(wiki, space, space.history.changes_of([oid]))
    return rows[0] if rows else None


# -- texts -----------------------------------------------------------------------------------


def _file_diff(space: Space, file: FileChanged) -> FileDiff:
    old = "" if file.effect == "created" else file.old_oid
    diff, note = compared_texts(space, old, file.new_oid)
    return FileDiff(file, diff, note)


def compared_texts(space: Space, old: str, new: str) -> tuple[Diff | None, str]:
    """The difference of two texts, or why there is none to show."""
    texts: list[str] = []
    for oid in (old, new):
        try:
            content = space.repository.read_blob(oid) if oid else b""
        except RepositoryDamaged:
            return None, "This version is damaged and cannot be read."
        if len(content) > MAX_COMPARED:
            return None, "This file is too large to be compared."
        if b"\0" in content[:8000]:
            return None, "This file is no text."
        texts.append(content.decode("utf-8", "replace").removeprefix("\ufeff"))
    before, after = texts
    return diff_lines(before, after), ""
