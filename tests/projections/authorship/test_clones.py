"""Clones that do not have everything: what can be told is told, and that it is not all."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projections.authorship.conftest import Script
from wiki.git import Repository
from wiki.model import Author
from wiki.projections.authorship import Authorship
from wiki.projections.projection import no_progress

FOX = "The quick brown fox jumps over the lazy dog\n"
OWL = "A wise old owl sat in the tall oak tree\n"
BEE = "Every busy bee brings honey to its own hive\n"


@pytest.fixture
def source(script: Script) -> Path:
    """Seven commits, two of which are merges: one puts texts together, one takes a side whole."""
    script.commit("root", {"a.md": FOX})
    script.commit("one", {"a.md": BEE + FOX}, "root")
    script.commit("two", {"a.md": FOX + OWL}, "root")
    script.commit("both", {"a.md": BEE + FOX + OWL}, "one", "two")
    script.commit("left", {"a.md": BEE + FOX + OWL, "b.md": "three words here\n"}, "both")
    script.commit("right", {"a.md": FOX + OWL + "four more words there\n"}, "both")
    script.commit("end", {"a.md": BEE + FOX + OWL, "b.md": "three words here\n"}, "left", "right")
    return script.path


class Clone:
    """A bare clone by plain git, and its authorship."""

    def __init__(self, source: Path, folder: Path, *options: str) -> None:
        self.path = folder / "clone.git"
        subprocess.run(
            ["git", "-C", str(source), "config", "uploadpack.allowFilter", "true"], check=True
        )
        command = ["git", "clone", "-q", "--bare", "--branch=main", *options]
        subprocess.run([*command, source.as_uri(), str(self.path)], check=True)
        self.repository = Repository(self.path, name="c", committer=Author("W", "w@example.org"))
        self.authorship = Authorship(folder / "clone-index")
        self.authorship.rebuild(self.repository, self.repository.head() or "", no_progress)

    def close(self) -> None:
        self.authorship.close()
        self.repository.close()


@pytest.fixture
def clone(source: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Clone]:
    made = Clone(source, tmp_path, request.param)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("clone", "words"),
    [("--depth=1", 31), ("--depth=2", 54), ("--depth=3", 35)],
    indirect=["clone"],
)
def test_a_shallow_clone_tells_of_its_part(clone: Clone, words: int) -> None:
    assert clone.authorship.partial() == "its older history is not here"
    ledger = clone.authorship.ledger()
    assert int(ledger.added.sum()) == int(ledger.count.sum()) == words
    assert int(ledger.count[ledger.died < 0].sum()) == 31
    page = clone.authorship.page("a.md")
    assert page is not None
    assert page.tokens == 28


@pytest.mark.parametrize("clone", ["--filter=blob:none"], indirect=True)
def test_a_clone_without_texts_knows_edits_but_no_words(clone: Clone) -> None:
    assert clone.authorship.partial()
    ledger = clone.authorship.ledger()
    assert not ledger.added.any()
    assert {ledger.paths[place] for place in ledger.path} == {"a.md", "b.md"}
    assert clone.authorship.page("a.md") is not None
    assert clone.authorship.versions("a.md")
