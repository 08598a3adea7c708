"""git's own servers run for somebody far away: a judge that fails, a server that dies, time that runs out."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.cases.plain_git import git
from tests.objects import unfinished
from wiki.errors import GitFailed, Overloaded, PushRefused, SavedWithFault, SpaceBusy
from wiki.git import create, serving
from wiki.git.conversation import MOST_TOLD, Conversation
from wiki.git.serving import Bounds, ClientGone
from wiki.model.pushing import Push, RefUpdate

BOUNDS = Bounds(30, 10_000_000)
ZERO = "0" * 40


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    create(tmp_path / "space.git")
    return tmp_path / "space.git"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str]:
    """A clone somewhere else with one commit."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "init", "-q", "-b", "main", str(clone)], check=True)
    (clone / "a.md").write_text("a\n")
    git(clone, "add", ".")
    git(clone, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x")
    return clone, git(clone, "rev-parse", "HEAD")


@pytest.fixture
def answer() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        yield file


def pushing(clone: Path, *updates: RefUpdate, able: str = "") -> IO[bytes]:
    """The body of a push, in a file."""
    lines = [f"{u.old or ZERO} {u.new or ZERO} {u.ref}".encode() for u in updates]
    lines[0] += f"\0 report-status delete-refs {able}".encode()
    body = b"".join(b"%04x" % (len(line) + 4) + line for line in lines) + b"0000"
    if any(update.new for update in updates):
        wanted = "".join(f"{update.new}\n" for update in updates if update.new)
        body += subprocess.run(
            ["git", "-C", str(clone), "pack-objects", "--revs", "--stdout", "-q"],
            input=wanted.encode(), capture_output=True, check=True,
        ).stdout  # fmt: skip
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the test
    file.write(body)
    file.seek(0)
    return file


def told(answer: IO[bytes]) -> str:
    answer.seek(0)
    return answer.read().decode()


def heads(bare: Path) -> str:
    return git(bare, "for-each-ref", "--format=%(refname) %(objectname)")


def test_the_judge_sees_what_waits_and_what_moved_is_told(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    clone, commit = made
    seen: list[Push] = []

    def judge(push: Push) -> None:
        seen.append(push)
        environment = {
            "GIT_OBJECT_DIRECTORY": str(push.quarantine),
            "PATH": os.environ["PATH"],
        }
        kind = subprocess.run(
            ["git", "--git-dir", str(bare), "cat-file", "-t", commit],
            env=environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert kind == "commit\n"
        assert heads(bare) == ""

    update = RefUpdate("refs/heads/main", "", commit)
    with pushing(clone, update) as body:
        assert serving.receive(bare, body, answer, judge, BOUNDS) == (update,)
    assert [push.updates for push in seen] == [(update,)]
    assert "ok refs/heads/main" in told(answer)
    assert heads(bare) == f"refs/heads/main {commit}"


def test_reasons_reach_the_pusher_line_by_line(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    def judge(push: Push) -> None:
        raise PushRefused(["“a.md” may not be.\nRename it.", "pass", "Über alles."])

    with pushing(made[0], RefUpdate("refs/heads/main", "", made[1])) as body:
        text = body.read().replace(b" report-status", b" report-status side-band-64k")
        longer = b"%04x" % (int(text[:4], 16) + 14) + text[4:]
        with tempfile.TemporaryFile() as again:
            again.write(longer)
            again.seek(0)
            assert serving.receive(bare, again, answer, judge, BOUNDS) == ()
    for line in ("“a.md” may not be.", "Rename it.", "pass", "Über alles."):
        assert f"{line}\n" in told(answer)
    assert heads(bare) == ""
    assert unfinished(bare) == []


def test_words_follow_a_push_that_is_in_and_no_terminal_obeys_them(
    bare: Path, made: tuple[Path, str]
) -> None:
    clone, commit = made
    update = RefUpdate("refs/heads/main", "", commit)
    asked: list[tuple[RefUpdate, ...]] = []

    def words(moved: tuple[RefUpdate, ...]) -> list[str]:
        asked.append(moved)
        if len(asked) > 1:
            raise ValueError("no words")
        assert heads(bare) == f"refs/heads/main {commit}"
        return ["in: http://x/\x1b[31m\x9b\u202e\x07", "%s `id` $(id)"]

    with tempfile.TemporaryFile() as heard, pushing(clone, update, able="side-band-64k") as body:
        assert serving.receive(bare, body, heard, lambda push: None, BOUNDS, words) == (update,)
        assert "in: http://x/?[31m???\n%s `id` $(id)\n" in told(heard)
    other = RefUpdate("refs/heads/proposal/x", "", commit)
    with tempfile.TemporaryFile() as heard, pushing(clone, other) as body:
        assert serving.receive(bare, body, heard, lambda push: None, BOUNDS, words) == (other,)
    assert asked == [(update,), (other,)]


def test_another_refusal_is_told_and_a_fault_is_not_taken_for_leave(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    def busy(push: Push) -> None:
        raise SpaceBusy("space")

    def broken(push: Push) -> None:
        raise ZeroDivisionError

    update = RefUpdate("refs/heads/main", "", made[1])
    with pushing(made[0], update) as body:
        assert serving.receive(bare, body, answer, busy, BOUNDS) == ()
    with pushing(made[0], update) as body:
        assert serving.receive(bare, body, answer, broken, BOUNDS) == ()
    assert heads(bare) == ""
    assert unfinished(bare) == []


def test_a_server_that_dies_while_it_judges_has_let_nothing_pass(
    bare: Path, made: tuple[Path, str], tmp_path: Path
) -> None:
    with pushing(made[0], RefUpdate("refs/heads/main", "", made[1])) as body:
        (tmp_path / "body").write_bytes(body.read())
    program = (
        "import os, sys; from pathlib import Path; from wiki.git.serving import *\n"
        "with open(sys.argv[2], 'rb') as body, open(sys.argv[3], 'w+b') as answer:\n"
        "    receive(Path(sys.argv[1]), body, answer, lambda push: os._exit(7), Bounds(30, 10**7))\n"
    )
    places = [str(bare), str(tmp_path / "body"), str(tmp_path / "answer")]
    done = subprocess.run([sys.executable, "-c", program, *places], check=False)
    assert done.returncode == 7
    deadline = time.monotonic() + 60
    while "pre-receive hook declined" not in (tmp_path / "answer").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert heads(bare) == ""
    while unfinished(bare) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert unfinished(bare) == []


def test_who_was_faster_wins_although_the_judge_let_both_pass(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    clone, commit = made
    who = ("-c", "user.name=y", "-c", "user.email=y@y")
    git(clone, *who, "commit", "-q", "--amend", "-m", "other")
    other = git(clone, "rev-parse", "HEAD")

    def judge(push: Push) -> None:
        update = RefUpdate("refs/heads/main", "", other)
        with pushing(clone, update) as body, tempfile.TemporaryFile() as theirs:
            serving.receive(bare, body, theirs, lambda push: None, BOUNDS)

    with pushing(clone, RefUpdate("refs/heads/main", "", commit)) as body:
        assert serving.receive(bare, body, answer, judge, BOUNDS) == ()
    assert "ng refs/heads/main" in told(answer)
    assert heads(bare) == f"refs/heads/main {other}"


def test_the_branch_is_guarded_by_git_itself_and_proposals_are_the_judges(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    clone, commit = made
    first = [RefUpdate(f"refs/heads/{name}", "", commit) for name in ("main", "proposal/x")]
    for each in first:
        with pushing(clone, each) as body:
            serving.receive(bare, body, answer, lambda push: None, BOUNDS)
    before = heads(bare)
    gone = [RefUpdate(each.ref, commit, "") for each in first]
    with pushing(clone, *gone) as body:
        assert serving.receive(bare, body, answer, lambda push: None, BOUNDS) == ()
    with pushing(clone, gone[0]) as body:
        assert serving.receive(bare, body, answer, lambda push: None, BOUNDS) == ()
    assert heads(bare) == before
    with pushing(clone, gone[1]) as body:
        assert serving.receive(bare, body, answer, lambda push: None, BOUNDS) == (gone[1],)


def test_more_references_than_anybody_means_are_refused_unread(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    asked: list[Push] = []
    many = [RefUpdate(f"refs/heads/proposal/{n}", "", made[1]) for n in range(101)]
    with pushing(made[0], *many) as body:
        assert serving.receive(bare, body, answer, asked.append, BOUNDS) == ()
    assert asked == []
    assert heads(bare) == ""


def test_of_references_without_end_only_some_are_remembered(bare: Path) -> None:
    with Conversation(bare) as conversation:
        asking = os.dup(conversation.handed_down[0])
        conversation.handed()

        def ask() -> None:
            lines = b"".join(b"0 1 refs/x/%d\n" % number for number in range(20_000))
            with os.fdopen(asking, "wb") as end:
                end.write(b"/quarantine\n" + lines + b"\n")

        hook = threading.Thread(target=ask)
        hook.start()
        asked = conversation.question(time.monotonic() + 30)
        hook.join()
    assert asked is not None
    assert len(asked.updates) == MOST_TOLD > serving.MOST_REFERENCES
    assert asked.updates[-1] == RefUpdate(f"refs/x/{MOST_TOLD - 1}", "", "1")


def test_a_push_beyond_the_limit_is_refused_with_the_limit(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    with pushing(made[0], RefUpdate("refs/heads/main", "", made[1])) as body:
        assert serving.receive(bare, body, answer, lambda push: None, Bounds(30, 100)) == ()
    assert "unpack ok" not in told(answer)
    assert unfinished(bare) == []


def test_a_disk_that_fails_at_the_end_is_no_success(
    bare: Path, made: tuple[Path, str], answer: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(serving, "sync_received", fail)
    update = RefUpdate("refs/heads/main", "", made[1])
    with pushing(made[0], update) as body, pytest.raises(SavedWithFault):
        serving.receive(bare, body, answer, lambda push: None, BOUNDS)


def test_an_answer_that_would_fill_the_disk_is_not_begun(
    bare: Path, answer: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_KEPT_FREE", 1.0)
    with tempfile.TemporaryFile() as body, pytest.raises(Overloaded):
        serving.upload(bare, body, answer, BOUNDS)


HANGING = '#!/bin/sh\necho $$ > "{place}"\nexec sleep 60\n'


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git that never answers; the file with its process id."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text(HANGING.format(place=tmp_path / "pid"))
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return tmp_path / "pid"


def is_gone(file: Path) -> bool:
    return not Path(f"/proc/{file.read_text().strip()}").exists()


def test_git_that_takes_too_long_is_ended(bare: Path, hanging: Path, answer: IO[bytes]) -> None:
    with tempfile.TemporaryFile() as body:
        with pytest.raises(Overloaded):
            serving.upload(bare, body, answer, Bounds(0.5))
        assert is_gone(hanging)
        with pytest.raises(Overloaded):
            serving.receive(bare, body, answer, lambda push: None, Bounds(0.5, 1000))
        assert is_gone(hanging)


def test_leave_that_comes_too_late_is_none(
    bare: Path, made: tuple[Path, str], answer: IO[bytes]
) -> None:
    with pushing(made[0], RefUpdate("refs/heads/main", "", made[1])) as body:
        bounds = Bounds(0.5, 10_000_000)
        assert serving.receive(bare, body, answer, lambda push: time.sleep(0.6), bounds) == ()
    assert unfinished(bare) == []
    assert heads(bare) == ""


def test_git_is_ended_when_its_client_is_gone(bare: Path, hanging: Path, answer: IO[bytes]) -> None:
    left_now = threading.Event()
    left_now.set()
    with tempfile.TemporaryFile() as body, pytest.raises(ClientGone):
        serving.upload(bare, body, answer, BOUNDS, gone=left_now.is_set)
    assert is_gone(hanging)


def test_nonsense_is_told_from_an_answer(bare: Path, answer: IO[bytes]) -> None:
    with tempfile.TemporaryFile() as body:
        body.write(b"zzzz")
        body.seek(0)
        with pytest.raises(GitFailed):
            serving.upload(bare, body, answer, BOUNDS)
        with pytest.raises(GitFailed):
            serving.receive(bare, body, answer, lambda push: None, BOUNDS)


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("version=2", "version=2"),
        ("version=1:version=2", "version=2"),
        ("object-format=sha1:version=2", "version=2"),
        ("version=9:evil", ""),
        ("version=2\nEVIL=1", ""),
        ("", ""),
    ],
)
def test_only_known_protocols_are_spoken(header: str, spoken: str) -> None:
    assert serving.protocol_of(header) == spoken
