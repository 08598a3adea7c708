"""The log of pushes: a note on every commit that somebody pushed, written by the wiki alone.

They are git's own notes, in ``refs/notes/pushes``: ``git fetch origin refs/notes/pushes:refs/notes/pushes``
and ``git log --notes=pushes`` show them in any clone. All commits of one push share one note, so that even a
long history costs few objects.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from wiki.errors import GitFailed, SpaceBusy
from wiki.git.commitformat import NewCommit, clean_name, commit_tree, write_commit
from wiki.git.durability import storage_refusals, sync_objects
from wiki.git.locking import SpaceLock, clear_stale_locks
from wiki.git.objects import ObjectStore
from wiki.git.push_notes import (
    NewRecord,
    first_record,
    proposer_of,
    shortened,
    since,
    without,
    write_paragraph,
)
from wiki.git.refs import BranchRef, HeadMoved
from wiki.git.splicing import Splicer
from wiki.git.treeformat import is_folder
from wiki.git.trees import compare
from wiki.model import Author
from wiki.model.pushing import PushRecord

REFERENCE = "refs/notes/pushes"
LOCK_FILE = "strata-pushes.lock"
ABANDONED_SECONDS = 3600
"""A note this old on a commit that no reference leads to is of a push that never came to its end."""


@dataclass(frozen=True, slots=True)
class _Note:
    """Where a note lies, and its blob."""

    path: str
    blob: str


class PushLog:
    """The log of one repository. Safe between threads and processes, and after a fork."""

    def __init__(
        self,
        store: ObjectStore,
        committer: Author,
        *,
        lock_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._store, self._committer, self._clock = store, committer, clock
        self._seconds = lock_seconds
        self._ref = BranchRef(store.path, REFERENCE, store.name, prefix="")
        self._lock = SpaceLock(store.path, store.name, lock_seconds, file=LOCK_FILE)

    def close(self) -> None:
        """End the processes kept for it."""
        self._ref.close()

    # -- reading -----------------------------------------------------------------------------

    def records(self, commits: Iterable[str]) -> dict[str, PushRecord]:
        """The push that brought each commit; those that no known push brought are left out.

        Raises:
            RepositoryDamaged: the log cannot be read.
        """
        known: dict[str, PushRecord | None] = {}
        found = {}
        for commit, note in self._notes(self._root(self._ref.read()), set(commits)).items():
            if note.blob not in known:
                known[note.blob] = first_record(self._text(note.blob))
            record = known[note.blob]
            if record is not None:
                found[commit] = record
        return found

    def proposer(self, reference: str, commit: str) -> str:
        """The account that first pushed a proposal which now stands at this commit; "" if none is known."""
        note = self._notes(self._root(self._ref.read()), {commit}).get(commit)
        return proposer_of(self._text(note.blob), reference) if note else ""

    def _notes(self, root: str, commits: set[str]) -> dict[str, _Note]:
        """The note of each commit that has one, however git fans out the folders."""
        found: dict[str, _Note] = {}
        pending = [(root, "", commits)] if root and commits else []
        while pending:
            tree, prefix, wanted = pending.pop()
            by_name = self._store.tree(tree).by_name
            below: defaultdict[str, set[str]] = defaultdict(set)
            start = len(prefix.replace("/", ""))
            for commit in wanted:
                entry = by_name.get(commit[start:].encode())
                if entry is not None and not is_folder(entry):
                    found[commit] = _Note(prefix + commit[start:], entry[2].hex())
                else:
                    below[commit[start : start + 2]].add(commit)
            for name, inside in below.items():
                entry = by_name.get(name.encode())
                if name and entry is not None and is_folder(entry):
                    pending.append((entry[2].hex(), f"{prefix}{name}/", inside))
        return found

    def _root(self, head: str | None) -> str:
        return commit_tree(self._store.read(head, "commit")) if head else ""

    def _text(self, blob: str) -> str:
        return self._store.read(blob, "blob").decode("utf-8", "replace")

    # -- writing -----------------------------------------------------------------------------

    def add(self, new: NewRecord, proposers: Mapping[str, str]) -> None:
        """Write a push down before anything moves; durable on return.

        ``proposers`` tell the account that first pushed each proposal among its references.

        Raises:
            SpaceBusy: others were writing all the time.
            StorageFull, StorageReadOnly, RepositoryDamaged, GitFailed: it cannot be written.
        """
        texts = dict.fromkeys(new.brought, write_paragraph(new, proposers, brought=True))
        for update in new.updates:
            if update.new:
                texts.setdefault(update.new, write_paragraph(new, proposers, brought=False))
        brought = set(new.brought)

        def written(commit: str, present: str) -> str:
            is_new = present and commit in brought
            kept = since(present, self._clock() - ABANDONED_SECONDS) if is_new else present
            kept = shortened(kept)
            return f"{kept.rstrip()}\n\n{texts[commit]}" if kept.strip() else texts[commit]

        if texts:
            message = f"Push by {clean_name(new.record.account)}\n\nPush: {new.identity}"
            self._change(set(texts), written, message)

    def take_back(self, identity: str, commits: Iterable[str]) -> None:
        """Forget a push that came to nothing.

        Raises:
            The same as ``add``.
        """

        def written(_: str, present: str) -> str:
            return without(present, identity)

        self._change(set(commits), written, f"A push came to nothing\n\nPush: {identity}")

    def brought_by(self, identity: str) -> Iterator[str]:
        """The commits noted by the newest entry of the log that bears this name; for taking it back."""
        head = self._ref.read()
        for _ in range(1000):
            if head is None:
                return
            raw = self._store.read(head, "commit")
            parent = re.search(rb"^parent ([0-9a-f]{40})$", raw.partition(b"\n\n")[0], re.MULTILINE)
            if raw.endswith(f"\nPush: {identity}\n".encode()):
                before = self._root(parent[1].decode()) if parent else None
                for change in compare(self._store, before, commit_tree(raw)):
                    yield change.path.replace("/", "")
                return
            head = parent[1].decode() if parent else None

    def _change(self, commits: set[str], text: Callable[[str, str], str], message: str) -> None:
        """Give the commits other notes: what ``text`` makes of commit and present note ("": none)."""
        with storage_refusals(), self._lock.hold():
            deadline = time.monotonic() + self._seconds
            while not self._try(commits, text, message, deadline):
                if time.monotonic() > deadline:
                    raise SpaceBusy(self._store.name)

    def _try(
        self,
        commits: set[str],
        text: Callable[[str, str], str],
        message: str,
        deadline: float,
    ) -> bool:
        head = self._ref.read()
        root = self._root(head)
        written: list[str] = []

        def write(kind: str, data: bytes) -> str:
            written.append(self._store.write(kind, data))
            return written[-1]

        present = self._notes(root, commits)
        blobs: dict[str, str] = {}
        changes: dict[str, str | None] = {}
        for commit in commits:
            note = present.get(commit)
            new = text(commit, self._text(note.blob) if note else "")
            if new and new not in blobs:
                blobs[new] = write("blob", new.encode("utf-8", "replace"))
            # git reads any fan-out, also a mixed one.
            path = note.path if note else f"{commit[:2]}/{commit[2:]}"
            changes[path] = blobs[new] if new else None
        tree = Splicer(self._store, write).apply(root or None, changes)
        if tree == root:
            return True
        note_commit = write("commit", write_commit(self._commit(tree, head, message)))
        sync_objects(self._store.path, written)
        return self._move(note_commit, head, deadline)

    def _commit(self, tree: str, head: str | None, message: str) -> NewCommit:
        now = int(self._clock())
        parents = (head,) if head else ()
        return NewCommit(tree, parents, self._committer, now, 0, self._committer, now, message)

    def _move(self, note: str, head: str | None, deadline: float) -> bool:
        """Whether the log now ends with this; a git that was killed may have left its lock in the way."""
        while not self._is_free():
            if time.monotonic() > deadline:
                raise SpaceBusy(self._store.name)
            time.sleep(0.01)
        try:
            self._ref.move(note, head)
        except HeadMoved:
            return False
        except GitFailed:
            if self._is_free():
                raise
            return False
        return True

    def _is_free(self) -> bool:
        return clear_stale_locks(self._store.path, REFERENCE, self._clock)
