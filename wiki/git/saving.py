"""One save: merged with what others did, written, made durable, and the branch moved.

The order is what keeps every promise. Under the space's lock: read where the branch is; merge; write
the objects; sync them; move the branch if it is still there (a push may have been faster: then all
over again); sync the branch. Killed anywhere, the branch is either where it was or at a whole commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from wiki.errors import EditConflict, GitFailed, NothingToSave, RepositoryDamaged, SpaceBusy
from wiki.git.commitformat import NewCommit, commit_tree, write_commit
from wiki.git.durability import storage_refusals, sync_objects
from wiki.git.locking import SpaceLock, clear_leftovers, clear_stale_locks, git_locks
from wiki.git.moves import moved_trailers
from wiki.git.objects import ObjectStore
from wiki.git.refs import BranchRef, HeadMoved
from wiki.git.splicing import Splicer
from wiki.git.treeformat import FOLDER, object_id
from wiki.git.trees import find_entry
from wiki.model import Author, Collision, Door, Edit, FileWrite, Saved
from wiki.text.merge import merge3

MET = "Strata-Met"
"""The trailer by which a commit tells how it met others' edits."""

_NO_FILE = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as whom the wiki writes."""

    path: Path
    name: str
    committer: Author
    lock_seconds: float
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Made:
    """A commit that is written and synced, and the files in it that were merged."""

    commit: str
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Merged:
    """What one file of the edit becomes at the head: new bytes, or None to remove it."""

    content: bytes | None
    merged: bool = False


class Saver:
    """Writes edits into one repository; safe between threads and processes."""

    def __init__(self, place: Place, store: ObjectStore, branch: BranchRef) -> None:
        self._place, self._store, self._branch = place, store, branch
        self._lock = SpaceLock(place.path, place.name, place.lock_seconds)
        self._recovered = False

    def save(self, edit: Edit) -> Saved:
        """See ``Repository.save``."""
        return self.advance(lambda head: self._made(edit, head))

    def save_from(self, edit: Edit, start: str | None) -> Saved:
        """The same on a branch that may not be there yet: then its first commit follows ``start``."""
        return self.advance(lambda head: self._made(edit, head or start))

    def advance(self, make: Callable[[str | None], Made]) -> Saved:
        """Move the branch to what ``make`` makes of its head, again and again if others are faster.

        ``make`` must have written and synced the commit that it returns.

        Raises:
            SpaceBusy: others were writing all the time; and whatever ``make`` raises.
        """
        with storage_refusals(), self._lock.hold():
            deadline = time.monotonic() + self._place.lock_seconds
            self._recover()
            while True:
                saved = self._try(make, deadline)
                if saved is not None:
                    return saved
                if time.monotonic() > deadline:
                    raise SpaceBusy(self._place.name)

    def recover(self) -> None:
        """See ``Repository.recover``."""
        with storage_refusals(), self._lock.hold():
            self._recovered = False
            self._recover()

    def make_way(self) -> None:
        """See ``Repository.make_way``."""
        if not list(git_locks(self._place.path)):
            return
        with storage_refusals(), self._lock.hold():
            self._locks_cleared(everywhere=True)
            self._wait_for_git(time.monotonic() + self._place.lock_seconds)

    def _made(self, edit: Edit, head: str | None) -> Made:
        root = self._root(head)
        changes, merged = self._merge(edit, head, root)
        met = edit.met or ("merged" if merged else "")
        return Made(self._write(replace(edit, met=met), head, root, changes), merged)

    def _try(self, make: Callable[[str | None], Made], deadline: float) -> Saved | None:
        """One attempt on the head as it is now; None if the head moved or git must be waited for."""
        head = self._branch.read()
        made = make(head)
        self._wait_for_git(deadline)
        try:
            self._branch.move(made.commit, head)
        except HeadMoved:
            return None
        except GitFailed:
            if time.monotonic() > deadline or self._locks_cleared():
                raise
            return None
        return Saved(made.commit, head or "", made.merged)

    def _root(self, head: str | None) -> str | None:
        if head is None:
            return None
        root = commit_tree(self._store.read(head, "commit"))
        if not root:
            raise RepositoryDamaged(self._place.name, f"commit {head[:12]} is malformed")
        return root

    def _merge(
        self, edit: Edit, head: str | None, root: str | None
    ) -> tuple[dict[str, bytes | None], tuple[str, ...]]:
        """The files to write at the head.

        Raises:
            EditConflict: others changed the same lines of at least one of them.
        """
        changes: dict[str, bytes | None] = {}
        merged = []
        collisions = []
        for write in edit.files:
            present = self._blob_at(root, write.path)
            result = self._merge_file(write, present)
            if isinstance(result, Collision):
                collisions.append(result)
            elif result is not None:
                changes[write.path] = result.content
                merged += [write.path] if result.merged else []
        if collisions:
            raise EditConflict(collisions, head or "")
        return changes, tuple(merged)

    def _blob_at(self, root: str | None, path: str) -> str:
        """The id of the file at the head; "" if there is none."""
        entry = find_entry(self._store, root, path) if root else None
        return _NO_FILE if entry is None or entry.mode == FOLDER else entry.oid

    def _merge_file(self, write: FileWrite, present: str) -> _Merged | Collision | None:
        """One file's new state; None if the head has it already."""
        wanted = _NO_FILE if write.content is None else object_id("blob", write.content)
        if wanted == present:
            return None
        if write.base == present:
            return _Merged(write.content)
        base, theirs = self._blob(write.base), self._blob(present)
        if not write.mergeable or None in (base, theirs, write.content):
            return _collision(write, base, theirs, present)
        assert base is not None
        assert theirs is not None
        assert write.content is not None
        result = merge3(_exact(base), _exact(write.content), _exact(theirs))
        if result.text is None:
            return _collision(write, base, theirs, present)
        content = result.text.encode("utf-8", "surrogateescape")
        return None if content == theirs else _Merged(content, merged=True)

    def _blob(self, oid: str) -> bytes | None:
        found = self._store.find(oid) if oid else None
        return found[1] if found is not None and found[0] == "blob" else None

    def _write(
        self, edit: Edit, head: str | None, root: str | None, changes: dict[str, bytes | None]
    ) -> str:
        """Write and sync the commit with its trees and blobs; its id."""
        written: list[str] = []

        def write(kind: str, data: bytes) -> str:
            written.append(self._store.write(kind, data))
            return written[-1]

        blobs = {
            path: None if content is None else write("blob", content)
            for path, content in changes.items()
        }
        tree = Splicer(self._store, write).apply(root, blobs) if blobs else root
        if tree is None or tree == root:
            raise NothingToSave
        commit = write("commit", write_commit(self._commit(edit, tree, head)))
        sync_objects(self._place.path, written)
        return commit

    def _commit(self, edit: Edit, tree: str, head: str | None) -> NewCommit:
        trailers = [*door_trailers(edit.door, edit.account), *moved_trailers(edit.moved)]
        trailers += [(MET, edit.met)] if edit.met else []
        return NewCommit(
            tree=tree,
            parents=(head,) if head else (),
            author=edit.author,
            author_time=edit.author_time,
            author_offset=edit.author_offset,
            committer=self._place.committer,
            commit_time=int(self._place.clock()),
            message=edit.message,
            trailers=tuple(trailers),
        )

    def _recover(self) -> None:
        """Clear away, once a process, what killed writers left."""
        if not self._recovered:
            self._locks_cleared(everywhere=True)
            clear_leftovers(self._place.path, self._place.clock)
            self._recovered = True

    def _wait_for_git(self, deadline: float) -> None:
        """Return when no lock of git's is in the way."""
        while not self._locks_cleared():
            if time.monotonic() > deadline:
                raise SpaceBusy(self._place.name)
            time.sleep(0.01)

    def _locks_cleared(self, *, everywhere: bool = False) -> bool:
        reference = self._branch.reference
        clock = self._place.clock
        return clear_stale_locks(self._place.path, reference, clock, everywhere=everywhere)


def door_trailers(door: Door, account: str) -> list[tuple[str, str]]:
    """What a commit of the wiki says of the way it came in."""
    return [("Strata-Door", door), *([("Strata-Account", account)] if account else [])]


def _collision(
    write: FileWrite, base: bytes | None, theirs: bytes | None, present: str
) -> Collision:
    """Both sides for the editor. Texts are for showing: bytes that are no UTF-8 are replaced."""
    # Loads much that only collisions need.
    from wiki.text.refine import refine

    texts = [_shown(base), _shown(write.content), _shown(theirs)]
    hunks = refine(merge3(*(text or "" for text in texts)).hunks) if write.mergeable else ()
    return Collision(write.path, texts[0], texts[1], texts[2], present, hunks)


def _exact(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _shown(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")
