"""With lines for tokens and without any memory, the engine says what ``git blame`` says."""

from __future__ import annotations

import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.projections.authorship.conftest import Script
from tests.projections.histories import git
from wiki.git import Repository
from wiki.model import Author
from wiki.projections.authorship.hunks import WholeLines
from wiki.projections.authorship.reading import page_version
from wiki.projections.authorship.recording import standing, weave
from wiki.projections.authorship.state import State
from wiki.projections.projection import no_progress

BUNDLES = ("clef-handbook", "freecodecamp-wiki", "wp-cli-handbook")
LARGE = ("opensource-guide", "ikiwiki", "tldr-pages") if os.environ.get("STRATA_ALL_DATA") else ()
"""These take a minute more."""

PAGES = 50


class Lines:
    """The commit of each line of a history's pages, as the engine says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        repository = Repository(path, name="r", committer=Author("Wiki", "w@example.org"))
        self.head = repository.head() or ""
        self.state = State()
        words = WholeLines()
        told = weave(self.state, words, repository, "", self.head, no_progress, remembers=False)
        assert told == ""
        self.live = standing(self.state, repository, self.head)
        repository.close()

    def ours(self, page: int) -> list[str]:
        version = page_version(self.state, self.live[page])
        return [run.commit for run in version.runs for _ in range(run.count)]

    def blame(self, page: int) -> list[str]:
        name = self.state.paths[page]
        told = git(self.path, "blame", "--root", "-s", "-l", self.head, "--", name)
        return [line.split(" ", 1)[0].removeprefix("^") for line in told.split("\n") if line]

    def chosen(self) -> list[int]:
        """Half of them the pages with most authors, the others any."""
        log = subprocess.run(
            ["git", "-C", str(self.path), "log", "--format=%H %ae"], capture_output=True, check=True
        )
        authors = dict(line.split(b" ", 1) for line in log.stdout.splitlines())
        several = {page: len(self._writers(page, authors)) for page in self.live}
        ranked = sorted(self.live, key=lambda page: (-several[page], self.state.paths[page]))
        most, rest = ranked[: PAGES // 2], ranked[PAGES // 2 :]
        return [*most, *random.Random(1).sample(rest, min(len(rest), PAGES - len(most)))]

    def _writers(self, page: int, authors: dict[bytes, bytes]) -> set[bytes]:
        found = set()
        version = self.live[page]
        while version >= 0:
            found.add(authors[self.state.oids[self.state.commit[version]]])
            version = self.state.parent[version]
        return found


def differing(lines: Lines, pages: list[int]) -> tuple[int, int]:
    """How many lines of pages blame lays to another commit, and how many there are."""
    with ThreadPoolExecutor(3) as pool:
        blamed = list(pool.map(lines.blame, pages))
    wrong = total = 0
    for page, theirs in zip(pages, blamed, strict=True):
        ours = lines.ours(page)
        assert len(ours) == len(theirs)
        total += len(theirs)
        wrong += sum(one != other for one, other in zip(ours, theirs, strict=True))
    return wrong, total


@pytest.mark.data
def test_lines_of_many_pages_are_credited_as_by_blame(tmp_path: Path, shared_data: Path) -> None:
    found = {}
    for bundle in (*BUNDLES, *LARGE):
        path = tmp_path / f"{bundle}.git"
        source = shared_data / "repositories" / f"{bundle}.bundle"
        subprocess.run(["git", "clone", "-q", "--bare", str(source), str(path)], check=True)
        lines = Lines(path)
        found[bundle] = differing(lines, lines.chosen())
    wrong, total = (sum(each) for each in zip(*found.values(), strict=True))
    assert total > 10_000
    assert wrong <= 0.001 * total, found


TEXT = [f"line {number} of a page with its own words {number * number}\n" for number in range(20)]


def checked(script: Script) -> None:
    lines = Lines(script.path)
    assert lines.live
    assert differing(lines, list(lines.live))[0] == 0


def test_a_page_split_in_two_while_a_likelier_page_changes(script: Script) -> None:
    whole = "".join(TEXT)
    parts = "".join(TEXT[:11]), "".join(TEXT[9:])
    near = "".join(TEXT[:10]) + "near\n"
    script.commit("ada", {"a.md": whole, "n.md": near})
    script.commit("bob", {"a.md": whole + "bob\n", "n.md": near})
    files = {"b.md": parts[0], "c.md": parts[1], "n.md": near + "again\n"}
    script.commit("eve", files)
    checked(script)


def test_pages_renamed_and_changed_by_a_merge(script: Script) -> None:
    whole = "".join(TEXT)
    script.commit("ada", {"z.md": "z\n"})
    script.commit("bob", {"a.md": whole, "z.md": "z\n"}, "ada")
    script.commit("eve", {"z.md": "z\nzz\n"}, "ada")
    script.commit("one", {"n/a.md": whole + "new\n", "z.md": "z\nzz\n"}, "eve", "bob")
    checked(script)


def test_both_sides_of_a_merge_change_the_same_lines(script: Script) -> None:
    script.commit("root", {"a.md": "".join(TEXT)})
    left = [*TEXT[:3], "left\n", *TEXT[3:15], "left too\n", *TEXT[16:]]
    right = [*TEXT[:3], "right\n", *TEXT[3:15], *TEXT[16:], "right too\n"]
    script.commit("one", {"a.md": "".join(left)}, "root")
    script.commit("two", {"a.md": "".join(right)}, "root")
    both = [*TEXT[:3], "left\n", "right\n", *TEXT[3:15], "by hand\n", *TEXT[16:], "right too\n"]
    script.commit("merge", {"a.md": "".join(both)}, "one", "two")
    checked(script)
