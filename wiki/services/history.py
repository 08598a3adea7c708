"""The history as people read it: of a page through its names, a folder, a space, or everything."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wiki.errors import FolderNotFound, PageNotFound, ParameterInvalid, RevisionNotFound
from wiki.model import PAGE_SUFFIXES, Author, Viewer, Window, is_hidden, is_page_path, page_name
from wiki.model.people import Door
from wiki.projections.history import ChangeRow, CommitRow, HistoryRow, Scope
from wiki.services.elsewhere import gently
from wiki.services.people import People, Person, people_of
from wiki.services.space import Space
from wiki.services.wiki import Wiki

SHOWN = 50
"""Changes on one page of a list."""

EARLIEST = 631_152_000
"""1990: whatever claims to be older has a wrong clock."""

DAY = 86_400

_MARK = re.compile(r"^Strata-(?:Door|Account|Met|Moved):.*(?:\n|\Z)", re.MULTILINE)

Effect = Literal["created", "changed", "renamed", "deleted"]


@dataclass(frozen=True, slots=True)
class FileChanged:
    """What one change did to one file. ``name`` is what readers call it (pages without ending).

    ``renamed_from`` is its name before, or "". ``grown`` counts bytes of pages only.
    """

    path: str
    name: str
    effect: Effect
    renamed_from: str
    is_page: bool
    grown: int
    revert: bool
    size: int
    old_oid: str
    new_oid: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a history. ``at`` is None if no clock that wrote it can be believed. ``pushed_by`` brought
    in what ``person`` wrote; None where that is the same person, or nobody knows.

    ``files`` are the first of ``total``; ``grown`` sums them up. ``cursor`` goes on after it.
    """

    space: Space
    oid: str
    person: Person
    co_authors: tuple[Person, ...]
    at: int | None
    summary: str
    message: str
    door: Door
    merge: bool
    parents: tuple[str, ...]
    files: tuple[FileChanged, ...]
    total: int
    place: int
    cursor: str
    pushed_by: Person | None = None

    @property
    def said_by(self) -> str:
        """Who wrote it, and who brought it in if that was somebody else."""
        return self.person.name + (f", pushed by {self.pushed_by.name}" if self.pushed_by else "")

    @property
    def grown(self) -> int:
        """How many bytes its pages grew together."""
        return sum(file.grown for file in self.files)

    @property
    def revert(self) -> bool:
        """Whether it brought back earlier text; a setting that is what it was before took nothing back."""
        return any(file.revert and not is_hidden(file.path) for file in self.files)


@dataclass(frozen=True, slots=True)
class HistoryView:
    """A page of a history. ``older`` is the cursor of the next one, "" at the end.

    ``path`` is the file, page or folder it is about ("" for a whole space); ``is_there`` says
    whether that exists now; ``current`` is the change that made a page what it is now, its name
    included, and ``text`` the id of its text; ``person`` is whom the list is narrowed to.
    """

    space: Space
    kind: Literal["page", "folder", "space"]
    path: str
    name: str
    current: str
    text: str
    changes: tuple[Change, ...]
    older: str
    is_there: bool
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of a list is asked for: what follows a cursor, of one person, in a span of time."""

    before: str = ""
    who: str = ""
    window: Window | None = None


EVERYTHING = Asked()


def page_history(
    wiki: Wiki, viewer: Viewer, space_name: str, name: str, asked: Asked = EVERYTHING
) -> HistoryView:
    """A page's history through its names, newest first; also of a page that was deleted.

    Raises:
        PageNotFound: there neither is nor ever was such a page (or file).
        IndexNotReady: the history is being built.
    """
    space = wiki.space(viewer, space_name)
    path = known_path(space, name)
    scope = Scope(page=path)
    return _view(wiki, space, scope, "page", page_name(path), asked)


def folder_history(
    wiki: Wiki, viewer: Viewer, space_name: str, folder: str, asked: Asked = EVERYTHING
) -> HistoryView:
    """A folder's history, with everything under it.

    Raises:
        FolderNotFound: nothing ever lay in such a folder.
    """
    space = wiki.space(viewer, space_name)
    scope = Scope(folder=folder)
    if is_hidden(folder) or not space.history.changes(scope, limit=1):
        raise FolderNotFound(space_name, folder)
    return _view(wiki, space, scope, "folder", folder, asked)


def space_history(
    wiki: Wiki, viewer: Viewer, space_name: str, asked: Asked = EVERYTHING
) -> HistoryView:
    """Everything that happened in a space."""
    space = wiki.space(viewer, space_name)
    return _view(wiki, space, Scope(changing=True), "space", "", asked)


def everything(wiki: Wiki, viewer: Viewer, *, before: str = "") -> tuple[list[Change], str]:
    """The newest changes of all spaces the viewer may read, and where the next page begins."""
    place = _place(before)
    found: list[Change] = []
    for space in wiki.spaces(viewer):
        found += _newest(wiki, space, f"{place}-{'0' * 40}" if before else "")
    found.sort(key=lambda change: (-change.place, change.space.name, change.oid))
    shown = found[:SHOWN]
    # Those of one moment stay on one page, since the next begins with another moment.
    while len(shown) < len(found) and found[len(shown)].place == shown[-1].place:
        shown.append(found[len(shown)])
    return shown, str(shown[-1].place) if len(shown) < len(found) else ""


def _newest(wiki: Wiki, space: Space, before: str) -> list[Change]:
    """One more than are shown, to know whether there are more; none while the history is built."""

    def ask() -> list[Change]:
        rows = space.history.changes(Scope(changing=True), before=before, limit=SHOWN + 1)
        return described(wiki, space, rows)

    return gently(ask, [])


def _place(before: str) -> int:
    try:
        return int(before[:20] or 0)
    except ValueError:
        raise ParameterInvalid("before", "it is no place in this list.") from None


def _view(
    wiki: Wiki,
    space: Space,
    scope: Scope,
    kind: Literal["page", "folder", "space"],
    name: str,
    asked: Asked,
) -> HistoryView:
    people = people_of(space, wiki.settings)
    person, authors = _person(people, asked.who)
    scope = replace(scope, authors=authors)
    if asked.window is not None:
        since, until = asked.window.since, asked.window.until
        scope = replace(scope, since=since, until=until, now=int(time.time()))
    rows: Sequence[HistoryRow] = ()
    if authors or not asked.who:
        rows = space.history.changes(scope, before=asked.before, limit=SHOWN + 1)
    shown = rows[:SHOWN]
    older = shown[-1].commit.cursor if len(rows) > SHOWN else ""
    changes = tuple(_change(space, people, row) for row in shown)
    path = scope.page or scope.folder
    there = _there(space, path)
    return HistoryView(
        space=space,
        kind=kind,
        path=path,
        name=name,
        current=_current(space, path, there) if kind == "page" else "",
        text=there if kind == "page" else "",
        changes=changes,
        older=older,
        is_there=bool(there),
        person=person,
    )


def _person(people: People, who: str) -> tuple[Person | None, tuple[Author, ...]]:
    authors = people.authors_of(who) if who else ()
    if who and not authors:
        raise ParameterInvalid("who", "nobody in this history is meant by it.")
    return (people.person(authors[0]) if authors else None), authors


def _there(space: Space, path: str) -> str:
    """The id of what is at a path now (for the whole space, of its head); "" if nothing is."""
    head = space.repository.head()
    entry = space.repository.entry(head, path) if head and path else None
    return entry.oid if entry else "" if path else head or ""


def _current(space: Space, path: str, text: str) -> str:
    """The newest change of a page, be it a mere rename; unless a merge decided for an older text."""
    for oid, where in space.history.versions(path, limit=1):
        row = space.history.change(oid, where)
        if where == path and row is not None and row.new_oid == text:
            return oid
    last = space.history.last_change(path)
    return last.commit.oid if last else ""


# -- paths and moments -----------------------------------------------------------------------


def known_path(space: Space, name: str) -> str:
    """The file that a name means: one at the head, else one that was there once.

    Raises:
        PageNotFound: neither.
    """
    if name and not is_hidden(name):
        suffixes = ("", *PAGE_SUFFIXES) if is_page_path(name) else (*PAGE_SUFFIXES, "")
        paths = [name + suffix for suffix in suffixes]
        head = space.repository.head()
        for path in paths:
            entry = space.repository.entry(head, path) if head else None
            if entry is not None and entry.mode != 0o040000:
                return path
        for path in paths:
            moved = space.history.redirect(path)
            if moved or space.history.changes(Scope(page=path), limit=1):
                return moved or path
    raise PageNotFound(space.name, name)


def known_commit(space: Space, revision: str) -> CommitRow:
    """A commit of this space, from at least 7 digits of its id.

    Raises:
        RevisionNotFound: no such digits, or none of this space.
    """
    found = space.history.find(revision)
    if found is None:
        # The history may be a moment behind: the repository knows.
        found = space.history.commit(space.repository.resolve(revision))
    if found is None:
        raise RevisionNotFound(revision)
    return found


def believable(commit: CommitRow) -> int | None:
    """When a change was made: the first of what was recorded that can be true."""
    latest = time.time() + DAY
    for at in (commit.commit_time, commit.author_time, commit.place):
        if EARLIEST <= at <= latest:
            return at
    return None


# -- rows as people read them ----------------------------------------------------------------


def described(wiki: Wiki, space: Space, rows: Sequence[HistoryRow]) -> list[Change]:
    """Rows of a space's history with people and names."""
    people = people_of(space, wiki.settings)
    return [_change(space, people, row) for row in rows]


def _change(space: Space, people: People, row: HistoryRow) -> Change:
    commit = row.commit
    message = without_marks(commit.message)
    return Change(
        space=space,
        oid=commit.oid,
        person=people.person(commit.author),
        co_authors=tuple(people.person(author) for author in commit.co_authors),
        at=believable(commit),
        summary=message.split("\n", 1)[0].strip(),
        message=message,
        door=commit.door,
        merge=commit.is_merge,
        parents=commit.parents,
        files=tuple(file_changed(change) for change in row.changes),
        total=row.total,
        place=commit.place,
        cursor=commit.cursor,
        pushed_by=_pushed_by(people, commit),
    )


def _pushed_by(people: People, commit: CommitRow) -> Person | None:
    pusher = people.person(commit.pusher) if commit.pusher else None
    return pusher if pusher != people.person(commit.author) else None


def without_marks(message: str) -> str:
    """What people said of a change, without the lines the wiki adds for itself at its end."""
    start = message.rstrip().rfind("\n\n")
    return (message[: start + 1] + _MARK.sub("", message[start + 1 :])).strip()


def file_changed(change: ChangeRow) -> FileChanged:
    """What a change did to a file, in a reader's words."""
    renamed = change.kind == "renamed" and change.old_path != change.path
    return FileChanged(
        path=change.path,
        name=page_name(change.path) if change.is_page else change.path,
        effect=_EFFECTS.get(change.kind, "changed"),
        renamed_from=_called(change.old_path) if renamed else "",
        is_page=change.is_page,
        grown=change.grown,
        revert=change.revert,
        size=change.size,
        old_oid=change.old_oid,
        new_oid=change.new_oid,
    )


def _called(path: str) -> str:
    return page_name(path) if is_page_path(path) else path


_EFFECTS: dict[str, Effect] = {
    "added": "created",
    "copied": "created",
    "deleted": "deleted",
    "renamed": "renamed",
}
