"""``strata import`` on the command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from wiki.cli import main


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    for folder in ("content", "search_index", "instance"):
        (tmp_path / folder).mkdir()
    return {
        "STRATA_WIKI_CONTENT": str(tmp_path / "content"),
        "STRATA_WIKI_SEARCH_INDEX": str(tmp_path / "search_index"),
        "STRATA_WIKI_INSTANCE": str(tmp_path / "instance"),
    }


def test_it_says_what_it_made(tmp_path: Path, environment: dict[str, str]) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "Home.md").write_text("hello\n")
    who = ["-c", "user.name=Bo", "-c", "user.email=bo@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(source), *command], check=True)
    run = CliRunner().invoke
    first = run(main, ["import", str(source), "--space", "theirs"], env=environment)
    assert first.exit_code == 0, first.output
    assert "Imported “theirs”: 1 version on the branch main.\n1 page can" in first.output
    again = run(main, ["import", str(source), "--space", "theirs"], env=environment)
    assert again.exit_code == 1
    assert "Choose another name with --space" in again.output


def test_a_source_that_is_none_is_refused_with_the_reason(environment: dict[str, str]) -> None:
    command = ["import", "--space", "x", "--", "--upload-pack=id"]
    result = CliRunner().invoke(main, command, env=environment)
    assert result.exit_code == 1
    assert "neither a path nor an address" in result.output
