"""Joining a proposal or a remote's work to the branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.git.conftest import Git, blob_at, put, text_at
from wiki.errors import (
    EditConflict,
    NameTaken,
    NotAllowed,
    NothingToSave,
    TooManyCollisions,
    UnrelatedHistory,
)
from wiki.git import Repository, fsck
from wiki.git.joining import Join, Settled
from wiki.model import Author

BEN = Author("Ben Okafor", "ben@example.org")


def join_of(
    commit: str, settled: Mapping[str, Settled] = {}, *, fast_forward: bool = False
) -> Join:
    return Join(commit, BEN, "Take it in", "proposal", "ben", 1_800_000_000, settled, fast_forward)


def side_commit(
    git: Git, base: str, changes: dict[str, bytes | None], message: str = "Side"
) -> str:
    """A commit on another branch, made by git alone."""
    entries = dict[str, str]()
    for line in git("ls-tree", "-r", base).splitlines():
        facts, _, path = line.partition("\t")
        entries[path] = facts
    for path, content in changes.items():
        if content is None:
            del entries[path]
        else:
            oid = git("hash-object", "-w", "--stdin", stdin=content.decode()).strip()
            entries[path] = f"100644 blob {oid}"
    index = "".join(f"{facts}\t{path}\n" for path, facts in sorted(entries.items()))
    tree = git("mktree", stdin=index).strip()
    return git("commit-tree", tree, "-p", base, "-m", message).strip()


def test_a_join_keeps_both_lines_of_work_and_both_authors(repository: Repository, git: Git) -> None:
    put(repository, "a.md", b"one\n\ntwo\n\nthree\n")
    base = put(repository, "b.md", b"bee\n")
    side = side_commit(git, base, {"a.md": b"one\n\ntwo\n\nTHREE\n", "c.md": b"new\n"})
    put(repository, "a.md", b"ONE\n\ntwo\n\nthree\n")
    saved = repository.join(join_of(side))
    assert text_at(repository, "a.md") == b"ONE\n\ntwo\n\nTHREE\n"
    assert text_at(repository, "c.md") == b"new\n"
    parents = git("log", "-1", "--format=%P|%an|%(trailers:key=Strata-Door,valueonly)").split("|")
    assert parents[0].split() == [saved.parent, side]
    assert parents[1:] == [BEN.name, "proposal\n\n"]
    assert fsck(repository.path) == ()


def test_a_page_renamed_here_takes_the_edit_made_there(repository: Repository, git: Git) -> None:
    text = b"".join(b"line %d\n" % n for n in range(30))
    base = put(repository, "old.md", text)
    side = side_commit(git, base, {"old.md": text + b"the end\n"})
    put(repository, "new.md", text)
    put(repository, "old.md", None)
    repository.join(join_of(side))
    assert text_at(repository, "new.md") == text + b"the end\n"


def test_colliding_lines_are_for_people_to_settle(repository: Repository, git: Git) -> None:
    base = put(repository, "a.md", b"one\ntwo\n")
    side = side_commit(git, base, {"a.md": b"one\nmine\n", "b.md": b"b\n"})
    head = put(repository, "a.md", b"one\ntheirs\n")
    with pytest.raises(EditConflict) as refused:
        repository.join(join_of(side))
    (collision,) = refused.value.collisions
    assert (collision.base, collision.mine, collision.theirs) == (
        "one\ntwo\n",
        "one\nmine\n",
        "one\ntheirs\n",
    )
    assert repository.head() == head
    decided = Settled(collision.theirs_oid, b"one\nboth\n")
    put(repository, "a.md", b"one\ntheirs, later\n")
    with pytest.raises(EditConflict):  # what was decided was decided over another text
        repository.join(join_of(side, {"a.md": decided}))
    decided = Settled(blob_at(repository, "a.md"), b"one\nboth\n")
    repository.join(join_of(side, {"a.md": decided}))
    assert text_at(repository, "a.md") == b"one\nboth\n"
    assert text_at(repository, "b.md") == b"b\n"
    assert fsck(repository.path) == ()


def test_a_page_deleted_here_and_changed_there_is_decided_by_people(
    repository: Repository, git: Git
) -> None:
    put(repository, "keep.md", b"keep\n")
    base = put(repository, "a.md", b"one\n")
    side = side_commit(git, base, {"a.md": b"one\nmore\n"})
    put(repository, "a.md", None)
    with pytest.raises(EditConflict) as refused:
        repository.join(join_of(side))
    assert refused.value.collisions[0].theirs is None
    repository.join(join_of(side, {"a.md": Settled("", None)}))
    assert repository.entry(repository.head() or "", "a.md") is None


def test_what_is_known_already_is_no_join(repository: Repository, git: Git) -> None:
    first = put(repository, "a.md", b"one\n")
    put(repository, "a.md", b"two\n")
    with pytest.raises(NothingToSave):
        repository.join(join_of(first))


def test_a_branch_without_own_work_moves_only_where_that_is_wanted(
    repository: Repository, git: Git
) -> None:
    base = put(repository, "a.md", b"one\n")
    side = side_commit(git, base, {"a.md": b"two\n"})
    assert repository.join(join_of(side, fast_forward=True)).commit == side
    other = side_commit(git, side, {"a.md": b"three\n"})
    saved = repository.join(join_of(other))
    assert git("log", "-1", "--format=%P").split() == [side, other]
    assert saved.parent == side


def test_histories_without_a_common_beginning_are_not_joined(
    repository: Repository, git: Git
) -> None:
    head = put(repository, "a.md", b"one\n")
    tree = git("rev-parse", f"{head}^{{tree}}").strip()
    orphan = git("commit-tree", tree, "-m", "Another beginning").strip()
    with pytest.raises(UnrelatedHistory):
        repository.join(join_of(orphan))
    assert repository.head() == head


def test_who_joins_is_told_what_would_change_in_the_branch(
    repository: Repository, git: Git
) -> None:
    text = b"".join(b"line %d\n" % n for n in range(30))
    base = put(repository, "old.md", text)
    side = side_commit(git, base, {"old.md": text + b"the end\n", "same.md": b"same\n"})
    git("update-ref", "refs/heads/main", side_commit(git, base, {"old.md": None, "new.md": text}))
    head = put(repository, "same.md", b"same\n")

    def refuse(paths: Sequence[str]) -> None:
        assert list(paths) == ["new.md"]
        raise NotAllowed("change it")

    with pytest.raises(NotAllowed):
        repository.join(replace(join_of(side), check=refuse))
    assert repository.head() == head


def test_g018_names_that_only_a_computer_can_tell_apart_do_not_come_together(
    repository: Repository, git: Git
) -> None:
    base = put(repository, "a.md", b"x\n")
    side = side_commit(git, base, {"Tea.md": b"theirs\n"})
    head = put(repository, "tea.md", b"ours\n")
    with pytest.raises(NameTaken, match="Tea"):
        repository.join(replace(join_of(side), check=lambda _: None))
    assert repository.head() == head


def test_more_collisions_than_anybody_settles_are_refused(
    repository: Repository, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = put(repository, "a.md", b"one\n")
    side = side_commit(git, base, {"a.md": b"two\n", "b.md": b"two\n"})
    git("update-ref", "refs/heads/main", side_commit(git, base, {"a.md": b"3\n", "b.md": b"3\n"}))
    head = repository.head() or ""
    assert len(repository.trial(head, side).collisions) == 2
    for bound in ("MOST_COLLISIONS", "MOST_COLLIDING"):
        with monkeypatch.context() as lower:
            lower.setattr(f"wiki.git.joining.{bound}", 1)
            with pytest.raises(TooManyCollisions, match="2 pages"):
                repository.trial(head, side)
