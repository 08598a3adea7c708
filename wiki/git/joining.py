"""Joining another line of work to the branch: a proposal, or what a remote repository has.

git's own merge puts the two trees together, following renames. What it leaves to people is shown to
them as colliding edits, like those of two browsers; and what they decide is written with the join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wiki.errors import (
    EditConflict,
    GitFailed,
    NothingToSave,
    Overloaded,
    TooManyCollisions,
    UnrelatedHistory,
)
from wiki.git import process
from wiki.git.commitformat import NewCommit, commit_tree, write_commit
from wiki.git.durability import sync_objects
from wiki.git.objects import ObjectStore
from wiki.git.saving import Made, Place, Saver, door_trailers
from wiki.git.splicing import Splicer
from wiki.git.treeformat import object_id
from wiki.git.trees import compare, to_text
from wiki.model import Author, Collision, Door, Saved
from wiki.text.merge import merge3

MOST_COLLISIONS = 100
"""More pages than this nobody settles in one form."""

MOST_COLLIDING = 20_000_000
"""So many characters of colliding pages are held at once."""

TRIAL_SECONDS = 60.0
_RENAMES = 500
"""Of more files than this git does not look for renames that changed the text, too: it compares each with each."""

_BASE, _THEIRS, _MINE = b"1", b"2", b"3"


@dataclass(frozen=True, slots=True)
class Settled:
    """What a colliding file shall be: its bytes (None: no file). ``over`` is the blob that stood at the head when
    that was decided ("" for none); if another stands there now, it must be decided anew."""

    over: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Join:
    """What is to be joined to the branch, by whom, and how its collisions were settled.

    ``settled`` maps paths to what was decided. ``fast_forward``: where the branch has nothing of
    its own it simply moves, and no commit is made. ``check`` is told which paths of the branch would
    change, renames followed, and raises if they may not; new names are then held against those there, too.
    What a fast-forward brings is not asked about.
    """

    commit: str
    author: Author
    message: str
    door: Door
    account: str
    author_time: int
    settled: Mapping[str, Settled]
    fast_forward: bool = False
    check: Callable[[Sequence[str]], None] | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """How a join would end: the tree, and the places people must decide. ``changes_nothing``: that tree is the head's."""

    tree: str
    collisions: tuple[Collision, ...]
    changes_nothing: bool


class Joiner:
    """Joins commits of one repository to its branch; safe between threads and processes."""

    def __init__(
        self,
        place: Place,
        store: ObjectStore,
        saver: Saver,
        is_ancestor: Callable[[str, str], bool],
    ) -> None:
        self._place, self._store, self._saver = place, store, saver
        self._is_ancestor = is_ancestor

    def join(self, join: Join) -> Saved:
        """See ``Repository.join``."""
        return self._saver.advance(lambda head: self._made(join, head))

    def trial(self, head: str, other: str) -> Trial:
        """Put two commits together without writing a commit.

        Raises:
            UnrelatedHistory: they have no common ancestor.
            TooManyCollisions: more than people can settle at once.
            Overloaded: it took too long.
        """
        command = ["-c", f"merge.renameLimit={_RENAMES}", "merge-tree", "--write-tree", "-z"]
        command += ["--no-messages", process.full_id(head), process.full_id(other)]
        try:
            done = process.run(command, self._place.path, timeout=TRIAL_SECONDS, accept=(0, 1))
        except GitFailed as failed:
            if "unrelated histories" in failed.detail:
                raise UnrelatedHistory(self._place.name) from failed
            if failed.status == -1:
                raise Overloaded("putting the two together took too long") from failed
            raise
        tree, _, rest = done.output.partition(b"\0")
        joined = tree.decode("ascii")
        collisions = tuple(self._collisions(rest.split(b"\0")))
        same = joined == commit_tree(self._store.read(head, "commit"))
        return Trial(joined, collisions, changes_nothing=same)

    def _made(self, join: Join, head: str | None) -> Made:
        if head is not None and self._is_ancestor(join.commit, head):
            raise NothingToSave
        if head is None or (join.fast_forward and self._is_ancestor(head, join.commit)):
            return Made(join.commit)
        trial = self.trial(head, join.commit)
        decided = {path: settled.over for path, settled in join.settled.items()}
        open_ones = [each for each in trial.collisions if decided.get(each.path) != each.theirs_oid]
        if open_ones:
            raise EditConflict(open_ones, head)
        return Made(self._write(join, head, trial), tuple(each.path for each in trial.collisions))

    def _write(self, join: Join, head: str, trial: Trial) -> str:
        written: list[str] = []

        def write(kind: str, data: bytes) -> str:
            written.append(self._store.write(kind, data))
            return written[-1]

        settled = {
            each.path: None if content is None else write("blob", content)
            for each in trial.collisions
            for content in [join.settled[each.path].content]
        }
        tree = Splicer(self._store, write).apply(trial.tree, settled) if settled else trial.tree
        if join.check is not None:
            self._check(join.check, commit_tree(self._store.read(head, "commit")), tree)
        commit = NewCommit(
            tree=tree,
            parents=(head, join.commit),
            author=join.author,
            author_time=join.author_time,
            author_offset=0,
            committer=self._place.committer,
            commit_time=int(self._place.clock()),
            message=join.message,
            trailers=tuple(door_trailers(join.door, join.account)),
        )
        new = write("commit", write_commit(commit))
        sync_objects(self._place.path, written)
        return new

    def _check(self, check: Callable[[Sequence[str]], None], before: str, after: str) -> None:
        changes = list(compare(self._store, before, after))
        check([change.path for change in changes])
        # Each side may have given a name without knowing of the other's.
        files = {change.path: change.new.oid if change.new else None for change in changes}
        Splicer(self._store, object_id).apply(before, files)

    def _collisions(self, records: Iterable[bytes]) -> Iterable[Collision]:
        stages: dict[bytes, dict[bytes, str]] = {}
        for record in records:
            facts, tab, path = record.partition(b"\t")
            if tab:
                _, oid, stage = facts.split(b" ")
                stages.setdefault(path, {})[stage] = oid.decode("ascii")
        room = MOST_COLLIDING if len(stages) <= MOST_COLLISIONS else -1
        for path, oids in stages.items():
            if room < 0:
                raise TooManyCollisions(len(stages))
            collision = self._collision(to_text(path), oids)
            texts = (collision.base, collision.mine, collision.theirs)
            room -= sum(len(text or "") for text in texts)
            yield collision

    def _collision(self, path: str, oids: Mapping[bytes, str]) -> Collision:
        # Loads much that only collisions need.
        from wiki.text.refine import refine

        base, theirs, mine = (self._text(oids.get(stage, "")) for stage in (_BASE, _THEIRS, _MINE))
        hunks = refine(merge3(base or "", mine or "", theirs or "").hunks)
        return Collision(path, base, mine, theirs, oids.get(_THEIRS, ""), hunks)

    def _text(self, oid: str) -> str | None:
        found = self._store.find(oid) if oid else None
        return found[1].decode("utf-8", "replace") if found and found[0] == "blob" else None
