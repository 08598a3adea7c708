"""Fixtures shared by all rooms."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from wiki.config import Settings
from wiki.config.settings import WikiSettings
from wiki.git import create
from wiki.model import Author, Edit, FileWrite, Role, Saved, Viewer
from wiki.services.space import Space
from wiki.services.wiki import Wiki

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real repositories and conflicts; tests that need it are skipped elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("no real repositories beside this checkout (../shared/data)")
    return SHARED


ADA = Author("Ada Lovelace", "ada@example.org")
EDITOR = Viewer("ada", Role.EDITOR, ADA)
GRACE = Viewer("grace", Role.EDITOR, Author("Grace Hopper", "grace@example.org"))


class MakeWiki(Protocol):
    """Makes a wiki in a folder of its own; ``pages`` (path → text) are one commit of one space."""

    def __call__(self, pages: Mapping[str, str | bytes], space: str = "handbook") -> Wiki: ...


@pytest.fixture
def make_wiki(tmp_path: Path) -> Iterator[MakeWiki]:
    """A factory of wikis over real repositories; all are closed at the end."""
    made: list[Wiki] = []

    def make(pages: Mapping[str, str | bytes], space: str = "handbook") -> Wiki:
        root = tmp_path / f"wiki{len(made)}"
        places = WikiSettings(
            content=root / "content", search_index=root / "search_index", instance=root / "instance"
        )
        for folder in (places.content, places.search_index, places.instance):
            folder.mkdir(parents=True)
        wiki = Wiki(Settings(wiki=places))
        made.append(wiki)
        create(wiki.repository_path(space))
        if pages:
            add_pages(wiki, space, pages)
        catch_up(wiki, space)
        return wiki

    yield make
    for wiki in made:
        wiki.close()


def add_pages(wiki: Wiki, space: str, pages: Mapping[str, str | bytes]) -> Saved:
    """Commit files as they are, as a push would bring them, without following."""
    files = tuple(
        FileWrite(path, text.encode() if isinstance(text, str) else text, "")
        for path, text in pages.items()
    )
    edit = Edit(files, ADA, "Begin", "push", "", author_time=1_700_000_000)
    return wiki.open(space).repository.save(edit)


def catch_up(wiki: Wiki, space: str = "handbook") -> Space:
    """Wait until every projection is at the head (a save follows in the background)."""
    opened = wiki.open(space)
    for _ in range(400):
        if opened.follower.follow():
            return opened
        time.sleep(0.02)
    raise AssertionError(f"projections of {space} do not catch up: {opened.follower.state()}")
