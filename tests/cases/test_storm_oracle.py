"""The oracle of the storms sees what it is there to see."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cases.plain_git import git
from tests.cases.storm_oracle import judge

WORD = "browseradax1y"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path / "r")], check=True)
    commit(tmp_path / "r", "Ada", "# Page 1\n\nLine 1 was here first.\n")
    commit(tmp_path / "r", "browser-ada", f"# Page 1\n\n{WORD} stands here.\n")
    return tmp_path / "r"


def commit(repository: Path, author: str, text: str) -> None:
    (repository / "page.md").write_text(text)
    git(repository, "add", "page.md")
    who = ["-c", f"user.name={author}", "-c", "user.email=a@x.org"]
    git(repository, *who, "commit", "-qm", "x")


def wrong(repository: Path, **pushed: str) -> str:
    acknowledged = {WORD: "browser-ada"}
    return "\n".join(judge(repository, acknowledged, pushed).wrong)


def test_what_is_well_is_well(repository: Path) -> None:
    assert wrong(repository) == ""


def test_a_lost_word_is_missed_though_its_addition_is_in_the_history(repository: Path) -> None:
    commit(repository, "clone-ben", "# Page 1\n\n")
    assert wrong(repository) == f"{WORD} stands 0 times"


def test_a_word_that_stands_twice_is_seen(repository: Path) -> None:
    commit(repository, "clone-ben", f"# Page 1\n\n{WORD} stands here.\n{WORD} stands here.\n")
    assert f"{WORD} stands 2 times" in wrong(repository)
    assert "was added by ['clone-ben', 'browser-ada']" in wrong(repository)


def test_a_word_under_another_name_is_seen(repository: Path) -> None:
    git(repository, "update-ref", "refs/heads/main", "main~1")
    commit(repository, "clone-ben", f"# Page 1\n\n{WORD} stands here.\n")
    assert "not by browser-ada" in wrong(repository)


def test_half_a_line_is_seen(repository: Path) -> None:
    commit(repository, "browser-ada", f"# Page 1\n\n{WORD} stands here.\nscriptbenx2y sta")
    assert "a line that nobody wrote: 'scriptbenx2y sta'" in wrong(repository)


def test_a_push_that_nobody_wrote_down_is_missed(repository: Path) -> None:
    head = git(repository, "rev-parse", "main")
    assert "is noted as of None, not of clone-ben" in wrong(repository, **{head: "clone-ben"})
    who = ["-c", "user.name=x", "-c", "user.email=a@x.org"]
    git(repository, *who, "notes", "--ref=pushes", "add", "-m", "Pushed-by: clone-ben", head)
    assert wrong(repository, **{head: "clone-ben"}) == ""


def test_a_damaged_object_is_seen(repository: Path) -> None:
    blob = git(repository, "rev-parse", "main~1:page.md")
    file = repository / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(b"garbage")
    with pytest.raises(AssertionError, match=r"unable to unpack|corrupt|inflate"):
        wrong(repository)
