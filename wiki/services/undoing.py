"""Taking changes back, and bringing deleted pages back. Both are new commits: nothing is rewritten."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from wiki.errors import EditConflict, NameTaken, NothingToSave, PageNotFound, RevisionNotFound
from wiki.model import (
    Collision,
    Commit,
    FileWrite,
    Saved,
    TreeChange,
    TreeEntry,
    Viewer,
    page_name,
)
from wiki.services import policy
from wiki.services.elsewhere import gently
from wiki.services.placing import FOLDER, SUBMODULE
from wiki.services.policy import Action
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import commit, the_head
from wiki.text.merge import merge3
from wiki.text.refine import refine


@dataclass(frozen=True, slots=True)
class Undo:
    """What taking a change back would do to one file (for the confirmation page)."""

    path: str
    effect: str


def restore_page(
    wiki: Wiki, viewer: Viewer, space_name: str, path: str, revision: str = "", summary: str = ""
) -> Saved:
    """Bring a page back: as it was before it was deleted, or as it was in ``revision``.

    With a ``revision`` a living page is set back to that version, as one new change; under the name
    it bears now, whichever of its names ``path`` is.

    Raises:
        PageNotFound: no page of this path was deleted.
        RevisionNotFound: ``revision`` is none of this space, or has no such page.
        NameTaken: the path is in use again.
        NothingToSave: the page is just so already.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.DELETE, space_name, wiki.settings)
    head = the_head(space)
    if not revision and space.repository.entry(head, path) is not None:
        raise NameTaken(page_name(path), page_name(path))
    source = _version_of(space, path, revision)
    path = _living(space, head, path) if revision else path
    now = space.repository.entry(head, path)
    if now is not None and now.oid == source.oid:
        raise NothingToSave
    content = space.repository.read_blob(source.oid)
    write = FileWrite(path, content, now.oid if now else "")
    return commit(wiki, viewer, space, (write,), summary or f"Restore {page_name(path)}")


def revert_commit(
    wiki: Wiki, viewer: Viewer, space_name: str, revision: str, summary: str = ""
) -> Saved:
    """Take one change back, keeping what was done since (of a merge: what it brought to its first
    parent).

    Raises:
        RevisionNotFound: it is no change of this space.
        EditConflict: later changes touch the same lines; both texts are told.
        NothingToSave: it was taken back already.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    oid = space.repository.resolve(revision)
    undone = space.repository.commit(oid)
    plan = _undoing(space, undone)
    if not plan.writes:
        raise NothingToSave
    message = summary or f'Revert "{space.veil.text(undone.subject)}"'
    # In git's own words, so that every tool (and the reports) knows it for what it is.
    aside = f", reversing\nchanges made to {undone.parents[0]}" if undone.is_merge else ""
    body = f"This reverts commit {oid}{aside}."
    return commit(wiki, viewer, space, tuple(plan.writes), message, tuple(plan.moved), body=body)


def preview_revert(wiki: Wiki, viewer: Viewer, space_name: str, revision: str) -> list[Undo]:
    """What ``revert_commit`` would do, file by file."""
    space = wiki.space(viewer, space_name)
    undone = space.repository.commit(space.repository.resolve(revision))
    changes = _changes(space, undone)
    there = {change.path for change in changes}
    followed = [_followed(space, the_head(space), change, there) for change in changes]
    return [Undo(change.path, _effect(change)) for change in followed]


def _effect(change: TreeChange) -> str:
    if change.old is None:
        return "would be deleted again"
    if change.new is None:
        return "would come back"
    return "would get its earlier lines back"


def _changes(space: Space, undone: Commit) -> list[TreeChange]:
    parent = undone.parents[0] if undone.parents else None
    found = space.repository.diff_trees(parent, undone.oid)
    return [change for change in found if not _is_submodule(change)]


def _is_submodule(change: TreeChange) -> bool:
    """Whether a file of another repository is concerned, whose bytes are not here."""
    return any(side is not None and side.mode == SUBMODULE for side in (change.old, change.new))


@dataclass(slots=True)
class _Plan:
    """What one revert writes, gathered file by file."""

    writes: list[FileWrite] = field(default_factory=list)
    collisions: list[Collision] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)


def _undoing(space: Space, undone: Commit) -> _Plan:
    head = the_head(space)
    plan = _Plan()
    changes = {change.path: change for change in _changes(space, undone)}
    for new, old in _renamed(space, undone, changes).items():
        if _undo_rename(space, changes[old], changes[new], plan):
            del changes[old], changes[new]
    for touched in changes.values():
        change = _followed(space, head, touched, changes)
        now = space.repository.entry(head, change.path)
        write = _undo_file(space, change, now)
        if isinstance(write, Collision):
            plan.collisions.append(write)
        elif write is not None:
            plan.writes.append(write)
    if plan.collisions:
        raise EditConflict(plan.collisions, head)
    return plan


def _living(space: Space, head: str, path: str) -> str:
    """Where the file that was at a path is now; the path itself if it is there, or nowhere."""
    if space.repository.entry(head, path) is not None:
        return path
    moved = gently(lambda: space.history.redirect(path), None)
    return moved if moved and space.repository.entry(head, moved) is not None else path


def _followed(space: Space, head: str, change: TreeChange, others: Container[str]) -> TreeChange:
    """The change, to the file's present name. What it deleted comes back where it was."""
    if change.new is None:
        return change
    path = _living(space, head, change.path)
    # A name that the change touched itself was another file's then.
    return change if path in others else replace(change, path=path)


def _renamed(space: Space, undone: Commit, changes: Mapping[str, TreeChange]) -> dict[str, str]:
    """The old path of every file the change moved, by its new one."""
    return {
        row.path: row.old_path
        for row in space.history.commit_files(undone.oid)
        if row.kind == "renamed" and row.path in changes and row.old_path in changes
    }


def _undo_rename(space: Space, gone: TreeChange, come: TreeChange, plan: _Plan) -> bool:
    """Give a moved file its old place back, with what was written in the new one; False if it is
    in the new place no more, or the old one is taken."""
    head = the_head(space)
    where = _living(space, head, come.path)
    now = space.repository.entry(head, where)
    if now is None or space.repository.entry(head, gone.path) is not None:
        return False
    if gone.old is None or come.new is None:
        return False
    before = TreeChange(where, TreeEntry(where, gone.old.mode, gone.old.oid), come.new)
    back = _undo_file(space, before, now)
    if isinstance(back, Collision):
        plan.collisions.append(back)
        return True
    content = space.repository.read_blob(now.oid) if back is None else back.content
    plan.writes += [FileWrite(where, None, now.oid), FileWrite(gone.path, content, "")]
    if back is not None:
        plan.moved.append((where, gone.path))
    return True


def _undo_file(
    space: Space, change: TreeChange, now: TreeEntry | None
) -> FileWrite | Collision | None:
    """Set a file back: at once if untouched since, else by merging the change's inverse into it."""
    now_oid = now.oid if now else ""
    old_oid = change.old.oid if change.old else ""
    new_oid = change.new.oid if change.new else ""
    if now_oid == old_oid:
        return None
    if now_oid == new_oid:
        content = space.repository.read_blob(old_oid) if old_oid else None
        return FileWrite(change.path, content, now_oid)
    base, mine, theirs = (_text(space, oid) for oid in (new_oid, old_oid, now_oid))
    merged = merge3(base or "", mine or "", theirs or "")
    if mine is None or theirs is None or merged.text is None:
        return Collision(change.path, base, mine, theirs, now_oid, refine(merged.hunks))
    if merged.text == theirs:
        return None
    return FileWrite(change.path, merged.text.encode("utf-8", "surrogateescape"), now_oid)


def _text(space: Space, oid: str) -> str | None:
    return space.repository.read_blob(oid).decode("utf-8", "surrogateescape") if oid else None


def _version_of(space: Space, path: str, revision: str) -> TreeEntry:
    """The file as it was in ``revision``, or just before it was deleted."""
    repository = space.repository
    if revision:
        oid = repository.resolve(revision)
        found = (repository.entry(oid, name) for name in _names_at(space, oid, path))
        entry = next((e for e in found if e is not None), None)
        if entry is None or entry.mode in {FOLDER, SUBMODULE}:
            raise RevisionNotFound(revision)
        return entry
    deletion = space.history.deleted(path)
    if deletion is None:
        raise PageNotFound(space.name, page_name(path))
    parents = deletion.parents
    found = (repository.entry(parent, path) for parent in parents)
    entry = next((e for e in found if e is not None), None)
    if entry is None:
        raise PageNotFound(space.name, page_name(path))
    return entry


def _names_at(space: Space, oid: str, path: str) -> list[str]:
    """The names a page may have borne in a version: the one its change left it, then any."""
    none: list[tuple[str, str]] = []
    versions = gently(lambda: space.history.versions(path), none)
    own = [where for changed, where in versions if changed == oid]
    return list(dict.fromkeys([*own, path, *(where for _, where in versions)]))
