"""The wiki as one object: which spaces there are while it is served."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import MakeWiki, add_pages, catch_up
from wiki.errors import SpaceNotFound
from wiki.model import ANONYMOUS


def test_z014_a_space_that_was_moved_away_or_put_back_is_noticed_at_once(
    make_wiki: MakeWiki,
) -> None:
    wiki = make_wiki({"a.md": "secret"})
    content = wiki.settings.wiki.content
    (content / "handbook.git").rename(content / "archive.git")
    with pytest.raises(SpaceNotFound):
        wiki.space(ANONYMOUS, "handbook")
    moved = catch_up(wiki, "archive")
    assert [row.path for row in moved.catalogue.pages("", recursive=True)] == ["a.md"]
    shutil.copytree(content / "archive.git", content / "handbook.git")
    add_pages(wiki, "archive", {"b.md": "new"})
    assert wiki.open("handbook").repository.head() != wiki.open("archive").repository.head()
    shutil.rmtree(content / "handbook.git")
    (content / "archive.git").rename(content / "handbook.git")
    catch_up(wiki)
    assert wiki.open("handbook").catalogue.page("b")
    assert wiki.space_names() == ["handbook"]
