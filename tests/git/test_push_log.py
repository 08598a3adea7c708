"""The log of pushes: notes that git itself can read, written by many at once."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from tests.git.conftest import WIKI, Git, put
from wiki.git import Repository
from wiki.git.push_log import ABANDONED_SECONDS
from wiki.git.push_notes import NewRecord
from wiki.model import Author
from wiki.model.pushing import PushRecord, RefUpdate

NOW = int(time.time())
ADA = Author("Ada Lovelace", "ada@example.org")
ONE, TWO = "1" * 40, "12" * 20
PROPOSAL = "refs/heads/proposal/x"


def add(
    repository: Repository,
    *brought: str,
    account: str = "ada",
    identity: str = "1",
    at: int = NOW,
    tip: str = "",
    ref: str = "refs/heads/main",
    proposer: str = "",
) -> None:
    record = PushRecord(account, ADA, at)
    updates = (RefUpdate(ref, "", tip or brought[-1]),)
    proposers = {ref: proposer} if proposer else {}
    repository.push_log.add(NewRecord(identity, record, updates, brought), proposers)


def accounts(repository: Repository, *commits: str) -> dict[str, str]:
    return {commit: record.account for commit, record in repository.pushes(commits).items()}


def test_what_is_written_is_read_by_commit(repository: Repository, git: Git) -> None:
    assert repository.pushes([ONE]) == {}
    add(repository, ONE, TWO)
    told = repository.pushes([ONE, TWO, "3" * 40])
    assert told == dict.fromkeys((ONE, TWO), PushRecord("ada", ADA, NOW))
    assert git("notes", "--ref=pushes", "list").count("\n") == 2
    assert git("fsck", "--strict", "--no-dangling") == ""


def test_notes_in_any_fan_out_are_read(repository: Repository, git: Git) -> None:
    made = [put(repository, f"{number}.md", b"x") for number in range(3)]
    add(repository, made[0])
    # git writes few notes without folders, and many with.
    git("notes", "--ref=pushes", "add", "-m", "Pushed-by: by hand\nPusher: B <b@x>", made[1])
    assert accounts(repository, *made) == {made[0]: "ada", made[1]: "by hand"}
    add(repository, made[2], account="eve", identity="2")
    assert set(accounts(repository, *made).values()) == {"ada", "by hand", "eve"}
    assert git("notes", "--ref=pushes", "list").count("\n") == 3


def test_the_first_push_counts_unless_it_was_given_up(repository: Repository) -> None:
    moment = [float(NOW)]
    log = Repository(repository.path, name="r", committer=WIKI, clock=lambda: moment[0])
    add(log, ONE)
    add(log, ONE, TWO, account="eve", identity="2", at=NOW + 1)
    assert accounts(log, ONE, TWO) == {ONE: "ada", TWO: "eve"}
    moment[0] += ABANDONED_SECONDS + 2
    add(log, ONE, account="bob", identity="3", at=int(moment[0]))
    assert accounts(log, ONE, TWO) == {ONE: "bob", TWO: "eve"}
    log.close()


def test_what_came_to_nothing_is_taken_back(repository: Repository, git: Git) -> None:
    add(repository, ONE)
    add(repository, ONE, TWO, account="eve", identity="2")
    add(repository, "3" * 40, identity="3")
    taken = repository.push_log.brought_by("2")
    repository.push_log.take_back("2", taken)
    assert accounts(repository, ONE, TWO, "3" * 40) == {ONE: "ada", "3" * 40: "ada"}
    assert git("notes", "--ref=pushes", "list").count("\n") == 2
    assert list(repository.push_log.brought_by("unknown")) == []


def test_a_commit_that_is_only_named_was_not_pushed(repository: Repository) -> None:
    here = put(repository, "a.md", b"x")
    add(repository, tip=here, ref=PROPOSAL, proposer="rita", account="rita")
    assert repository.pushes([here]) == {}
    assert repository.push_log.proposer(PROPOSAL, here) == "rita"
    assert repository.push_log.proposer("refs/heads/proposal/y", here) == ""
    assert repository.push_log.proposer(PROPOSAL, ONE) == ""


@pytest.mark.parametrize("name", ["a\nPushed-by: eve", "x <y> z", "", "ä" * 500])
def test_no_name_can_say_more_than_a_name(repository: Repository, name: str) -> None:
    record = PushRecord("ada", Author(name, f"{name}@x"), NOW)
    new = NewRecord("1", record, (RefUpdate("refs/heads/main", "", ONE),), [ONE])
    repository.push_log.add(new, {})
    assert accounts(repository, ONE) == {ONE: "ada"}


def test_the_same_pushed_again_and_again_makes_no_endless_note(
    repository: Repository, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.git.push_notes.MOST_PARAGRAPHS", 3)
    add(repository, ref=PROPOSAL, tip=ONE, account="eve", identity="0", proposer="eve")
    add(repository, ONE)
    for number in range(6):
        name = f"{PROPOSAL}{number}"
        add(repository, ref=name, tip=ONE, account="eve", identity=f"1{number}", proposer="eve")
    assert accounts(repository, ONE) == {ONE: "ada"}
    assert git("notes", "--ref=pushes", "show", ONE).count("Named-by: eve") == 4
    assert repository.push_log.proposer(f"{PROPOSAL}5", ONE) == "eve"


def test_many_write_at_once_and_a_lock_left_behind_is_cleared(
    repository: Repository, bare: Path
) -> None:
    add(repository, ONE)
    lock = bare / "refs/notes/pushes.lock"
    lock.write_text("")
    os.utime(lock, (NOW - 60, NOW - 60))
    others = [Repository(bare, name="r", committer=WIKI) for _ in range(3)]

    def write(number: int) -> None:
        for step in range(4):
            add(others[number], f"{number}{step}" * 20, identity=f"{number}{step}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [f"{number}{step}" * 20 for number in range(3) for step in range(4)]
    assert len(accounts(repository, *written)) == 12
    for other in others:
        other.close()
