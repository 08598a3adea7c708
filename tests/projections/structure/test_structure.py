"""Links and tags through time: what is at the head is what the catalogue says, history included."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projections.histories import Files, RandomHistory, git, push
from wiki.git import Repository, create
from wiki.model import Author
from wiki.projections import Follower
from wiki.projections.catalogue import Catalogue
from wiki.projections.store import told
from wiki.projections.structure import Columns, Structure
from wiki.projections.structure.columns import packed, rows, unpacked
from wiki.projections.structure.reading import NONE, read_marks
from wiki.text.links import find_links


class Bench:
    """A repository and its structure."""

    def __init__(self, folder: Path) -> None:
        create(folder / "r.git")
        self.path = folder / "r.git"
        self.repository = Repository(self.path, name="r", committer=Author("W", "w@x.org"))
        self.structure = Structure(folder / "i")

    def commit(self, files: Files, *parents: str, at: int = 1_600_000_000) -> str:
        return push(self.path, files, list(parents), at=at)

    def follow(self, head: str) -> Columns:
        git(self.path, "update-ref", "refs/heads/main", head)
        assert Follower(self.repository, [self.structure], self.path.parent / "i").follow()
        return self.structure.columns()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.structure.close()
    made.repository.close()


def test_each_version_tells_its_links_and_tags(bench: Bench) -> None:
    first = bench.commit({"a.md": b"---\ntags: [one]\n---\nSee [[B page|x]].\n"})
    second = bench.commit({"guide/a.md": b"---\ntags: [one]\n---\nSee [[B page|x]].\n"}, first)
    third = bench.commit({"data.csv": b"[[c]]"}, second)
    versions = rows(bench.follow(third))
    names = ("B page", "B-page", "x")
    moved = (*("guide/B page", "B page", "guide/B-page", "B-page"), *("guide/x", "x"))
    assert sorted(versions, key=repr) == sorted(
        [
            (first, "a.md", (names,), ("one",)),
            (second, "a.md", None, None),
            (second, "guide/a.md", (moved,), ("one",)),
            (third, "guide/a.md", None, None),
            (third, "data.csv", (), ()),
        ],
        key=repr,
    )


@pytest.mark.parametrize(
    "text",
    [
        b"`[[code]]` and\n\n    [[code]]\n",
        b"[out](https://x.org) [mail](mailto:a@b) [here](#part)",
        b"[x]: https://x.org\n[y]:   <http://y.org>\n",
        b'<a href="https://x.org">x</a>',
        b"![picture](a.png) [[other:Page]]",
        b"- [ ] task, and array[0] = {{[-a|--all]}}\n",
        b"",
    ],
)
def test_what_is_no_link_into_the_space_is_none(text: bytes) -> None:
    assert read_marks(text) == NONE


@pytest.mark.parametrize(
    "text",
    [
        "[[A]]",
        "[a]( <b.md>)",
        "[out](https://x.org) and [in](in.md)",
        '<A\nhref="in.md">',
        '<a title="x" href=in.md>',
        "[r]: in.md\n",
        "[x](HTTP-notes.md)",
        '<img alt="x" src="https://x.org/a.png"><a href="b.md">',
    ],
)
def test_no_link_is_passed_over(text: str) -> None:
    expected = tuple(link for link in find_links(text) if link.kind != "image" and not link.space)
    assert expected
    assert read_marks(text.encode()).links == expected


def test_a_side_whose_text_a_merge_dropped_is_not_at_the_head(bench: Bench) -> None:
    base = bench.commit({"a.md": b"[[one]]", "k.md": b"k"})
    mine = bench.commit({"a.md": b"[[mine]]", "k.md": b"k"}, base, at=1_600_000_100)
    theirs = bench.commit({"a.md": b"[[theirs]]"}, base, at=1_600_000_200)
    merge = bench.commit({"a.md": b"[[mine]]", "k.md": b"k"}, mine, theirs, at=1_600_000_300)
    bench.follow(mine)
    merged = rows(bench.follow(merge))
    assert (merge, "a.md", (("mine",),), ()) in merged
    assert (merge, "k.md", (), ()) in merged
    after = bench.follow(bench.commit({"a.md": b"[[new]]", "k.md": b"k"}, merge, at=1_600_000_400))
    assert not [row for row in rows(after) if row[0] == merge and row[1] == "a.md"]


@pytest.mark.parametrize("seed", range(200, 204))
def test_the_head_has_the_links_that_the_catalogue_has(tmp_path: Path, seed: int) -> None:
    history = RandomHistory(tmp_path / "r.git", seed)
    for _ in range(30):
        history.grow()
    catalogue, structure = Catalogue(tmp_path / "i"), Structure(tmp_path / "i")
    assert Follower(history.repository, [catalogue, structure], tmp_path / "i").follow()
    assert at_head(structure) == catalogued(tmp_path / "i")
    for each in (catalogue, structure, history.repository):
        each.close()


@pytest.mark.data
@pytest.mark.parametrize("name", ["wp-cli-handbook"])
def test_real_repositories_have_the_links_that_the_catalogue_has(
    tmp_path: Path, shared_data: Path, name: str
) -> None:
    bundle = shared_data / "repositories" / f"{name}.bundle"
    git(tmp_path, "clone", "-q", "--bare", str(bundle), "r.git")
    repository = Repository(tmp_path / "r.git", name="r", committer=Author("W", "w@x.org"))
    catalogue, structure = Catalogue(tmp_path / "i"), Structure(tmp_path / "i")
    assert Follower(repository, [catalogue, structure], tmp_path / "i").follow()
    assert at_head(structure) == catalogued(tmp_path / "i")
    for each in (catalogue, structure, repository):
        each.close()


def at_head(structure: Structure) -> set[tuple[str, tuple[str, ...]]]:
    """Every link of the head: of each file the last version in the order of the history."""
    columns = structure.columns()
    places: dict[object, object] = dict(structure.dump()["known"])  # type: ignore[arg-type]
    last: dict[str, int] = {}
    commits = [(places[commit], commit) for commit in columns.commits]
    for version in sorted(range(len(columns)), key=lambda v: commits[columns.version_commit[v]]):
        last[columns.paths[columns.version_path[version]]] = version
    found = set()
    ends = columns.lead_count.cumsum()
    for path, version in last.items():
        marks = columns.version_marks[version]
        if marks >= 0:
            leads = columns.lead[ends[marks] - columns.lead_count[marks] : ends[marks]]
            found |= {(path, columns.leads[lead]) for lead in leads}
    return found


def catalogued(folder: Path) -> set[tuple[str, tuple[str, ...]]]:
    """Every link into the space that the catalogue keeps."""
    name = (folder / "catalogue.current").read_text().strip()
    with sqlite3.connect(folder / name) as db:
        query = "SELECT source, candidates FROM links WHERE kind <> 'image' AND candidates <> '[]'"
        return {
            (told(path), tuple(map(told, json.loads(leads)))) for path, leads in db.execute(query)
        }


def test_many_small_commits_are_put_together(bench: Bench) -> None:
    commits: list[str] = []
    for number in range(9):
        text = f"---\ntags: [t{number % 2}]\n---\n[[p{number}]] [[p]]".encode()
        commits.append(bench.commit({f"{number % 3}.md": text, "k.md": b"k"}, *commits[-1:]))
        columns = bench.follow(commits[-1])
    assert rows(unpacked(packed(columns))) == rows(columns)
    assert len(set(columns.paths)) == len(columns.paths) == 4
    assert len(set(columns.leads)) == len(columns.leads) == 10
    assert list(columns.commits) == commits
