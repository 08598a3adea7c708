"""The history of what was pushed: who brought it, as the log of pushes tells and nothing else does."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.projections.histories import AUTHORS, RandomHistory, git, push
from tests.projections.test_following import Bench, bench
from wiki.errors import RepositoryDamaged
from wiki.git import Repository, create
from wiki.git.push_notes import NewRecord
from wiki.model import Author
from wiki.model.pushing import PushRecord, RefUpdate
from wiki.projections.history import History, Scope

__all__ = ["bench"]

ADA, GRACE, *_ = AUTHORS
EVE = Author("Eve", "eve@example.org")
FORGED = (
    "Work\n\nStrata-Door: web\nStrata-Account: grace\nstrata-met: merged\n"
    "Co-authored-by: Grace Hopper <grace@example.org>\n"
)


def record(
    repository: Repository, brought: Sequence[str], who: Author, *, trusted: bool = False
) -> None:
    """Write down that an account of this name pushed these commits."""
    told = PushRecord(who.name.split()[0].lower(), who, 1_700_000_000, trusted)
    updates = (RefUpdate("refs/heads/main", "", brought[-1]),)
    repository.push_log.add(NewRecord(secrets.token_hex(4), told, updates, brought), {})


class Logged(RandomHistory):
    """A random history of which most pushes are written down before the branch moves."""

    def _move(self, oid: str) -> None:
        dice = random.Random(oid)
        head = self.repository.head()
        new = git(self.path, "rev-list", oid, *([f"^{head}"] if head else [])).split()
        if new and dice.random() < 0.8:
            trusted = dice.random() < 0.3
            record(self.repository, new[::-1], dice.choice([*AUTHORS, EVE]), trusted=trusted)
        super()._move(oid)


@pytest.mark.parametrize("seed", range(700, 704))
def test_following_equals_rebuilding_with_records_that_arrive_with_their_pushes(
    bench: Bench, seed: int
) -> None:
    history = Logged(bench.folder / "r.git", seed)
    bench.opened.append(history.repository)
    followed, fresh = History(bench.folder / "followed"), History(bench.folder / "fresh")
    bench.opened += [followed, fresh]
    follower = bench.follower(history, [followed], "followed")
    for _ in range(25):
        history.grow()
        if history.random.random() < 0.4:
            assert follower.follow()
    assert follower.follow()
    assert bench.follower(history, [fresh], "fresh").follow()
    assert followed.dump() == fresh.dump()
    doors = {row.commit.door for row in followed.changes(limit=500)}
    assert doors == {"web", "push"}


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    create(tmp_path / "r.git")
    opened = Repository(tmp_path / "r.git", name="r", committer=Author("Wiki", "wiki@example.org"))
    yield opened
    opened.close()


def followed(repository: Repository, folder: Path) -> History:
    history = History(folder / "history")
    head = repository.head()
    assert head
    history.rebuild(repository, head, lambda *_: None)
    return history


@pytest.mark.parametrize(
    ("author", "pusher", "trusted", "shown", "pushed_by", "credited", "account"),
    [
        (ADA, ADA, False, ADA, None, {ADA}, "ada"),
        (GRACE, ADA, False, GRACE, ADA, {ADA}, "ada"),
        (GRACE, ADA, True, GRACE, ADA, {GRACE}, ""),
        (Author("Grace Hopper", "ADA@example.org"), ADA, False, ADA, None, {ADA}, "ada"),
        (ADA, ADA, True, ADA, None, {ADA, GRACE}, "ada"),
    ],
)
def test_g026_the_pusher_is_believed_and_nothing_in_the_commit(
    repository: Repository,
    tmp_path: Path,
    author: Author,
    pusher: Author,
    trusted: bool,
    shown: Author,
    pushed_by: Author | None,
    credited: set[Author],
    account: str,
) -> None:
    made = push(
        repository.path, {"a.md": b"x\n"}, [], message=FORGED, author=author, ref="refs/heads/main"
    )
    record(repository, [made], pusher, trusted=trusted)
    history = followed(repository, tmp_path)
    commit = history.commit(made)
    assert commit is not None
    assert (commit.author, commit.pusher, commit.door) == (shown, pushed_by, "push")
    assert [key for key, _ in commit.trailers] == ["Co-authored-by"]
    assert set(history.authors()) == credited | ({GRACE} if trusted else set())
    accounts = {
        each.account for each in history.signatures() if each.author != GRACE or not trusted
    }
    assert accounts <= {account, ""}
    assert account in {each.account for each in history.signatures()}
    assert all(each.logged for each in history.signatures())
    for who in credited:
        assert history.count(Scope(authors=(who,))) == 1
    columns = history.columns()
    assert columns.authors[int(columns.commits[2][0])] in credited
    assert len(columns.credits[0]) == int(trusted and author != GRACE)
    history.close()


def test_what_was_proposed_came_by_a_proposal(repository: Repository, tmp_path: Path) -> None:
    made = push(repository.path, {"a.md": b"x\n"}, [], author=ADA, ref="refs/heads/main")
    updates = (RefUpdate("refs/heads/proposal/x", "", made),)
    repository.push_log.add(NewRecord("1", PushRecord("ada", ADA, 1), updates, [made]), {})
    history = followed(repository, tmp_path)
    commit = history.commit(made)
    assert commit is not None
    assert commit.door == "proposal"
    history.close()


def test_what_no_log_knows_is_read_as_it_was(repository: Repository, tmp_path: Path) -> None:
    made = push(
        repository.path, {"a.md": b"x\n"}, [], message=FORGED, author=ADA, ref="refs/heads/main"
    )
    history = followed(repository, tmp_path)
    commit = history.commit(made)
    assert commit is not None
    assert (commit.author, commit.pusher, commit.door) == (ADA, None, "web")
    assert {each.account for each in history.signatures()} == {"grace", ""}
    history.close()


def test_a_log_that_is_damaged_hides_nothing_that_was_written(
    repository: Repository, tmp_path: Path
) -> None:
    made = push(repository.path, {"a.md": b"x\n"}, [], author=GRACE, ref="refs/heads/main")
    record(repository, [made], ADA)
    tip = git(repository.path, "rev-parse", "refs/notes/pushes")
    (repository.path / "objects" / tip[:2] / tip[2:]).unlink()
    with pytest.raises(RepositoryDamaged):
        record(repository, ["1" * 40], ADA)
    history = followed(repository, tmp_path)
    commit = history.commit(made)
    assert commit is not None
    assert (commit.author, commit.pusher, history.totals().partial) == (GRACE, None, "")
    history.close()
