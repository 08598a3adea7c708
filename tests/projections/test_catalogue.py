"""What there is now: pages, folders, links, tags, type-ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.projections.histories import COMMITTER, Files, git, push
from wiki.errors import IndexNotReady
from wiki.git import Repository, create
from wiki.projections import Follower
from wiki.projections.catalogue import Catalogue


@dataclass
class Shelf:
    """A repository whose tree is set as a whole, and its catalogue."""

    path: Path
    repository: Repository
    catalogue: Catalogue

    def put(self, files: Files) -> Catalogue:
        head = self.repository.head()
        oid = push(self.path, files, [head] if head else [])
        git(self.path, "update-ref", "refs/heads/main", oid)
        folder = self.path.parent / "i"
        assert Follower(self.repository, [self.catalogue], folder).follow()
        return self.catalogue


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    create(tmp_path / "r.git")
    repository = Repository(tmp_path / "r.git", name="r", committer=COMMITTER)
    made = Shelf(tmp_path / "r.git", repository, Catalogue(tmp_path / "i"))
    yield made
    made.catalogue.close()
    repository.close()


def test_before_it_is_built_it_is_not_ready(shelf: Shelf) -> None:
    with pytest.raises(IndexNotReady):
        shelf.catalogue.count()


def test_pages_are_found_by_name_path_and_other_capitals(shelf: Shelf) -> None:
    found = shelf.put({"Guide/Setup.md": b"# Set up\n", "b.markdown": b"no title\n"})
    for asked in ("Guide/Setup", "Guide/Setup.md", "guide/setup"):
        page = found.page(asked)
        assert page is not None
        assert (page.path, page.title, page.folder) == ("Guide/Setup.md", "Set up", "Guide")
    assert found.page("Guide") is None
    assert found.page("nothing") is None


def test_g018_twins_are_told_apart_by_their_exact_name(shelf: Shelf) -> None:
    found = shelf.put({"Readme.md": b"one\n", "README.md": b"two\n", "cafe\u0301.md": b"nfd\n"})
    upper, mixed, nfc = found.page("README"), found.page("Readme"), found.page("caf\u00e9")
    assert upper and mixed and nfc  # noqa: PT018
    assert (upper.path, mixed.path, nfc.path) == ("README.md", "Readme.md", "cafe\u0301.md")
    assert found.collision("readme.md") in {"README.md", "Readme.md"}
    assert found.collision("caf\u00e9.md") == "cafe\u0301.md"


def test_collisions_with_folders_and_other_endings_are_told(shelf: Shelf) -> None:
    found = shelf.put({"Guide/a.md": b"a\n", "b.markdown": b"b\n"})
    assert found.collision("b.md") == "b.markdown"
    assert found.collision("guide/new.md") == "Guide/"
    assert found.collision("Guide/new.md") is None
    assert found.collision("free.md") is None


def test_g004_links_and_hidden_files_are_not_listed(shelf: Shelf) -> None:
    shelf.put({"a.md": b"a\n", ".strata/charter.toml": b"x\n", ".hidden/b.md": b"b\n"})
    tree = git(shelf.path, "mktree", stdin=b"")
    link = git(shelf.path, "hash-object", "-w", "--stdin", stdin=b"/etc/passwd")
    blob = git(shelf.path, "hash-object", "-w", "--stdin", stdin=b"page\n")
    listing = f"120000 blob {link}\tevil.md\n100644 blob {blob}\tgood.md\n".encode()
    tree = git(shelf.path, "mktree", stdin=listing)
    who = ("-c", "user.name=x", "-c", "user.email=x@x")
    oid = git(shelf.path, *who, "commit-tree", "-m", "m", "-p", str(shelf.repository.head()), tree)
    git(shelf.path, "update-ref", "refs/heads/main", oid)
    assert Follower(shelf.repository, [shelf.catalogue], shelf.path.parent / "i").follow()
    assert [page.path for page in shelf.catalogue.pages(recursive=True)] == ["good.md"]
    assert shelf.catalogue.page("evil") is None


def test_a_folder_lists_one_level_with_counts(shelf: Shelf) -> None:
    found = shelf.put(
        {
            "README.md": b"# Home\n",
            "a/index.md": b"# A\n",
            "a/one.md": b"1\n",
            "a/deep/two.md": b"2\n",
            "a/logo.png": b"\x89PNG",
        }
    )
    root, inside = found.folder(""), found.folder("a")
    assert root is not None
    assert inside is not None
    assert [(f.path, f.pages, f.own_pages) for f in root.folders] == [("a", 3, 2)]
    assert root.page is not None
    assert root.page.path == "README.md"
    assert inside.page is not None
    assert inside.page.path == "a/index.md"
    assert [page.path for page in inside.pages] == ["a/index.md", "a/one.md"]
    assert [file.path for file in inside.files] == ["a/logo.png"]
    assert found.count() == 4
    assert found.folder("b") is None
    shelf.put({"README.md": b"# Home\n"})
    assert found.folder("a") is None


def test_links_turn_at_once_when_their_page_comes_and_goes(shelf: Shelf) -> None:
    home = b"[[Target]] and [b](sub/b.md) and ![](pic.png)\n"
    found = shelf.put({"Home.md": home, "sub/b.md": b"[[Home]]\n"})
    assert [(row.name, row.sources) for row in found.wanted()] == [("Target", ("Home.md",))]
    assert [page.path for page in found.backlinks("sub/b.md")] == ["Home.md"]
    assert [page.path for page in found.backlinks("Home.md")] == ["sub/b.md"]

    shelf.put({"Home.md": home, "sub/b.md": b"[[Home]]\n", "Target.md": b"t\n"})
    assert found.wanted() == ()
    assert [page.path for page in found.backlinks("Target.md")] == ["Home.md"]

    shelf.put({"sub/b.md": b"[[Home]]\n", "sub/Home.md": b"nearer\n"})
    assert [page.path for page in found.backlinks("sub/Home.md")] == ["sub/b.md"]


def test_links_resolve_in_order_exact_before_other_capitals(shelf: Shelf) -> None:
    found = shelf.put({"a.md": b"", "A/README.md": b"", "x/Y.md": b"y\n"})
    assert found.resolve(["x/y"]) == "x/Y.md"
    assert found.resolve(["missing", "x/Y"]) == "x/Y.md"
    assert found.resolve(["A"]) == "A/README.md"
    assert found.resolve(["a"]) == "a.md"
    assert found.resolve(["x"]) == "x/"
    assert found.resolve_many([["a"], ["nothing"], []]) == ["a.md", None, None]


def test_tags_are_one_whatever_their_capitals(shelf: Shelf) -> None:
    found = shelf.put(
        {
            "a.md": b"---\ntags: [Travel, money]\n---\n# A\n",
            "b.md": b"---\ntags: travel\n---\n# B\n",
        }
    )
    assert [(row.tag, row.pages) for row in found.tags()] == [("money", 1), ("Travel", 2)]
    assert [page.path for page in found.tagged("TRAVEL")] == ["a.md", "b.md"]
    shelf.put({"b.md": b"# B\n"})
    assert found.tags() == []


def test_type_ahead_finds_beginnings_words_and_parts_of_unspaced_scripts(shelf: Shelf) -> None:
    found = shelf.put(
        {
            "travel/Expenses.md": b"# Claiming expenses abroad\n",
            "Über uns.md": b"# \xc3\x9cber uns\n",
            "jp.md": "# 経費精算の手引き\n".encode(),
            "Export.md": b"# Export\n",
        }
    )

    def suggested(typed: str) -> list[str]:
        return [page.path for page in found.suggest(typed)]

    assert suggested("exp") == ["Export.md", "travel/Expenses.md"]
    assert suggested("abroad claim") == ["travel/Expenses.md"]
    assert suggested("uber") == ["Über uns.md"]
    assert suggested("精算") == ["jp.md"]
    assert suggested("") == suggested("zzz") == suggested("%_*") == []


def test_g019_a_folder_named_like_a_page_is_no_trouble(shelf: Shelf) -> None:
    found = shelf.put({"a.md/b.md": b"inside\n", "c.md": b"[[a.md/b]]\n"})
    assert found.page("a.md/b") is not None
    assert found.page("a") is None
    assert found.resolve(["a.md"]) == "a.md/"


def test_damaged_and_undecodable_pages_are_listed_by_their_names(shelf: Shelf) -> None:
    found = shelf.put({"bin.md": b"\xff\xfe\x00\x01", "caf\udce9.md": b"# Caf\xe9\n"})
    page = found.page("caf\udce9")
    assert page is not None
    assert page.path == "caf\udce9.md"
    assert "\ufffd" in page.title
    assert found.count() == 2
