"""A space's bare repository: what the wiki may ask of it, and the one way to write into it."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from wiki.errors import GitFailed, RepositoryDamaged, RevisionNotFound
from wiki.git import packing, process, trees
from wiki.git.branches import Branches
from wiki.git.commitformat import commit_tree, read_commit
from wiki.git.creating import keep_guarded, read_partial_note
from wiki.git.durability import storage_refusals
from wiki.git.history import HistoryReader
from wiki.git.joining import Join, Joiner, Trial
from wiki.git.objects import ObjectStore
from wiki.git.patches import PatchReader
from wiki.git.push_log import PushLog
from wiki.git.refs import BranchRef, read_branch
from wiki.git.saving import Place, Saver
from wiki.model import Author, Commit, Edit, FileChange, Saved, TreeChange, TreeEntry
from wiki.model.patches import PatchedCommit
from wiki.model.pushing import PushRecord

_PREFIX = re.compile(r"[0-9a-f]{7,64}")
_BULK = 2000
_REMEMBERED = 10_000


class Repository:
    """One space's repository. Safe between threads and after a fork; nothing runs before first use.

    Args:
        path: the bare repository.
        name: the space's name, for messages.
        committer: as whom the wiki commits what people write.
        lock_seconds: how long a save waits for others.
        clock: the time of day in seconds since 1970.

    Raises:
        RepositoryDamaged: there is no repository, or its HEAD names no branch.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        committer: Author,
        lock_seconds: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path.absolute()
        self.name = name
        self.branch = read_branch(self.path, name)
        self._store = ObjectStore(self.path, name)
        self._ref = BranchRef(self.path, self.branch, name)
        self.branches = Branches(self.path, name)
        self._history = HistoryReader(self._store)
        self._patches = PatchReader(self.path, self._history)
        place = Place(self.path, name, committer, lock_seconds, clock)
        self._saver = Saver(place, self._store, self._ref)
        self._joiner = Joiner(place, self._store, self._saver, self.is_ancestor)
        self._place = place
        self.push_log = PushLog(self._store, committer, lock_seconds=lock_seconds, clock=clock)
        self._reachable: set[str] = set()
        self._packs_alone = False
        self._lock = threading.Lock()

    @property
    def committer(self) -> Author:
        """As whom the wiki commits."""
        return self._place.committer

    # -- reading -----------------------------------------------------------------------------

    @property
    def partial(self) -> str:
        """What of its history could not be imported, as a sentence; "" if nothing is missing."""
        return read_partial_note(self.path)

    @property
    def edges(self) -> frozenset[str]:
        """The first commits of a history that begins in its middle: what they seem to do, others did before."""
        try:
            return frozenset((self.path / "shallow").read_text("ascii", "replace").split())
        except FileNotFoundError:
            return frozenset()

    def head(self) -> str | None:
        """The branch's commit; None without commits. Costs a file read, no process."""
        return self._ref.read()

    def has_commit(self, oid: str) -> bool:
        """Whether the commit is here (not whether it is reachable)."""
        found = self._store.find(oid)
        return found is not None and found[0] == "commit"

    def commit(self, oid: str) -> Commit:
        """A commit by its full id.

        Raises:
            RepositoryDamaged: it is not here or cannot be read.
        """
        return read_commit(oid, self._store.read(oid, "commit"))

    def entry(self, commit: str, path: str) -> TreeEntry | None:
        """The file or folder at a path of a commit ("" is the root); None if there is none."""
        return trees.find_entry(self._store, self._root(commit), path)

    def folder(self, commit: str, path: str) -> list[TreeEntry]:
        """What lies directly in a folder, in git's order; empty if there is no such folder."""
        return trees.list_folder(self._store, self._root(commit), path)

    def tree(self, commit: str) -> Iterator[TreeEntry]:
        """Every file of the commit, in git's order; unreadable folders are left out."""
        return trees.walk(self._store, self._root(commit))

    def diff_trees(self, old: str | None, new: str) -> Iterator[TreeChange]:
        """Files that differ between two commits (``None``: the empty tree), renames not detected."""
        before = self._root(old) if old else None
        return trees.compare(self._store, before, self._root(new))

    def read_blob(self, oid: str) -> bytes:
        """A file's bytes.

        Raises:
            RepositoryDamaged: missing or damaged.
        """
        return self._store.read(oid, "blob")

    def read_blobs(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Many files in the order asked; None for one that is missing or damaged."""
        batch: list[str] = []
        for oid in oids:
            batch.append(process.full_id(oid))
            if len(batch) == _BULK:
                yield from self._read_batch(batch)
                batch = []
        yield from self._read_batch(batch)

    def log(
        self, new: str, exclude: Sequence[str] = (), *, detailed: bool = True
    ) -> Iterator[tuple[Commit, tuple[FileChange, ...]]]:
        """Commits in ``new`` and not in ``exclude``; see ``RepositoryReader.log``."""
        return self._history.log(new, exclude, detailed=detailed)

    def patches(self, new: str, exclude: Sequence[str] = ()) -> Iterator[PatchedCommit]:
        """Commits in ``new`` and not in ``exclude`` with their patches of pages."""
        return self._patches.patches(new, exclude)

    def pushes(self, commits: Iterable[str]) -> dict[str, PushRecord]:
        """See ``RepositoryReader.pushes``."""
        return self.push_log.records(commits)

    def commit_count(self, new: str, exclude: Sequence[str] = ()) -> int:
        """How many commits ``log`` should give, counted by git."""
        return self._history.count(new, exclude)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether ``old`` is reachable from ``new`` (true if equal)."""
        if old == new:
            return True
        command = ["merge-base", "--is-ancestor", process.full_id(old), process.full_id(new)]
        try:
            return process.run(command, self.path, accept=(0, 1)).status == 0
        except GitFailed as error:
            if not self.has_commit(old):
                return False
            raise RepositoryDamaged(self.name, error.detail) from None

    def merge_base(self, one: str, other: str) -> str | None:
        """The last commit that two histories share; None if they share none."""
        command = ["merge-base", process.full_id(one), process.full_id(other)]
        found = process.run(command, self.path, accept=(0, 1)).output.decode("ascii").split()
        return found[0] if found else None

    def resolve(self, prefix: str) -> str:
        """The full id of a commit that the branch contains, from its first digits (7 or more).

        Raises:
            RevisionNotFound: no digits, no such commit, several, or not part of this space.
        """
        if not _PREFIX.fullmatch(prefix):
            raise RevisionNotFound(prefix)
        oid = prefix if len(prefix) == 40 else self._complete(prefix)
        with self._lock:
            if oid in self._reachable:
                return oid
        head = self.head()
        if head is None or not self.has_commit(oid) or not self.is_ancestor(oid, head):
            raise RevisionNotFound(prefix)
        with self._lock:
            if len(self._reachable) >= _REMEMBERED:
                self._reachable.clear()
            # A branch only grows, so what it contains once it contains for ever.
            self._reachable.add(oid)
        return oid

    # -- writing -----------------------------------------------------------------------------

    def save(self, edit: Edit) -> Saved:
        """Make one durable commit of an edit, merged with what others did since its base.

        Raises:
            EditConflict: others changed the same lines; it carries both texts.
            NameTaken, NameInvalid: a new name is taken (perhaps in another spelling) or unsafe.
            NothingToSave: the files are as the edit wants them already.
            SpaceBusy: others were writing all the time.
            StorageFull, StorageReadOnly: the disk.
            RepositoryDamaged: the head cannot be read; nothing is written on top of it.
        """
        return self._saver.save(edit)

    def propose(self, edit: Edit, branch: str) -> Saved:
        """Make the commit of an edit on another branch, which begins at the head if it is new.

        Raises:
            The same as ``save``.
        """
        reference = BranchRef(self.path, branch, self.name)
        try:
            saver = Saver(self._place, self._store, reference)
            return saver.save_from(edit, self.head())
        finally:
            reference.close()

    def join(self, join: Join) -> Saved:
        """Join another commit's history to the branch.

        Raises:
            EditConflict: people must decide between colliding edits that ``join.settled`` does not settle.
            NothingToSave: the branch has it all already.
            UnrelatedHistory: the two have no common beginning.
            TooManyCollisions: they collide in more places than people can settle.
            NameTaken: both made pages that only a computer can tell apart, and ``join.check`` is given.
            SpaceBusy, StorageFull, StorageReadOnly, RepositoryDamaged: as ``save``.
        """
        return self._joiner.join(join)

    def trial(self, head: str, other: str) -> Trial:
        """How joining ``other`` to ``head`` would end; nothing is committed.

        Raises:
            UnrelatedHistory: the two have no common beginning.
        """
        return self._joiner.trial(head, other)

    def recover(self) -> None:
        """Clear away what killed writers left, so that pushes are not blocked before the next save,
        and see to it that no push can take anything away.

        Raises:
            SpaceBusy: others were writing all the time; then nothing blocks.
            StorageFull, StorageReadOnly: the disk.
        """
        self._saver.recover()
        with storage_refusals():
            keep_guarded(self.path)

    def make_way(self) -> None:
        """Clear away locks that killed gits left, before git itself is to move a reference: git would
        refuse for ever. A lock that is young may belong to a git at work and is waited for.

        Raises:
            SpaceBusy: others were writing all the time.
            StorageFull, StorageReadOnly: the disk.
        """
        self._saver.make_way()

    def tidy(self) -> None:
        """Let git pack its objects if there are many loose ones; harmless at any time."""
        with suppress(GitFailed):
            process.run(["gc", "--auto", "--force", "--quiet"], self.path)
        if self._packs_alone:
            packing.hold(self.path)

    def pack_alone(self) -> None:
        """Keep every other ``git gc`` out until this is closed; to be said again every few hours."""
        self._packs_alone = True
        packing.hold(self.path)

    def close(self) -> None:
        """End the processes kept for this repository; it can still be used, and starts them anew."""
        if self._packs_alone:
            self._packs_alone = False
            packing.let_go(self.path)
        self._store.close()
        self._ref.close()
        self.push_log.close()

    # -- inside ------------------------------------------------------------------------------

    def _root(self, commit: str) -> str:
        root = commit_tree(self._store.read(commit, "commit"))
        if not root:
            raise RepositoryDamaged(self.name, f"commit {commit[:12]} is malformed")
        return root

    def _complete(self, prefix: str) -> str:
        """The one commit of the branch whose id begins so."""
        found = process.run(["rev-parse", f"--disambiguate={prefix}"], self.path)
        commits = [oid for oid in found.output.decode("ascii").split() if self.has_commit(oid)]
        if len(commits) > 1:
            head = self.head()
            commits = [oid for oid in commits if head and self.is_ancestor(oid, head)]
        if len(commits) != 1:
            raise RevisionNotFound(prefix)
        return commits[0]

    def _read_batch(self, oids: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """One stretch through a ``cat-file`` of its own, which need not wait for each answer."""
        if len(oids) < 8:
            for oid in oids:
                found = self._store.find(oid)
                yield oid, found[1] if found is not None and found[0] == "blob" else None
            return
        git = process.start(["cat-file", "--batch", "--buffer"], self.path)
        try:
            feeder = threading.Thread(target=_feed, args=(git, oids), daemon=True)
            feeder.start()
            answered = 0
            for oid, kind, data in _answers(git):
                if oid != oids[answered]:
                    break
                yield oid, data if kind == b"blob" else None
                answered += 1
        finally:
            process.stop(git)
        if answered < len(oids):
            # A damaged object ended git: that one has no bytes, the others are asked for again.
            yield oids[answered], None
            yield from self._read_batch(oids[answered + 1 :])


def _feed(git: subprocess.Popen[bytes], oids: list[str]) -> None:
    assert git.stdin is not None
    with suppress(OSError, ValueError):
        git.stdin.write("".join(f"{oid}\n" for oid in oids).encode())
        git.stdin.close()


def _answers(git: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes, bytes | None]]:
    output = git.stdout
    assert output is not None
    while line := output.readline():
        oid, _, rest = line.rstrip(b"\n").partition(b" ")
        kind, _, size = rest.partition(b" ")
        if not size:
            yield oid.decode("ascii", "replace"), kind, None
            continue
        data = output.read(int(size))
        if len(data) < int(size) or not output.read(1):
            return
        yield oid.decode("ascii"), kind, data
