"""Renames keep history and links."""

from __future__ import annotations

import pytest

from tests.conftest import EDITOR, MakeWiki, catch_up
from tests.services.test_pages import text_of
from wiki.errors import NameInvalid, NameTaken, NothingToSave, PageNotFound
from wiki.services.moving import rename_folder, rename_page


def test_links_in_other_pages_are_mended_in_the_same_commit(make_wiki: MakeWiki) -> None:
    wiki = make_wiki(
        {
            "Home.md": "See [[Hiring]] and [the list](Hiring.md#steps).\n",
            "Hiring.md": "Back to [home](Home.md).\n",
            "Other.md": "`[[Hiring]]` stays.\n",
        }
    )
    rename_page(wiki, EDITOR, "handbook", "Hiring", "people/How we hire")
    assert text_of(wiki, "people/How we hire.md") == "Back to [home](../Home.md).\n"
    home = text_of(wiki, "Home.md")
    assert "[[people/How we hire]]" in home
    assert "people/How%20we%20hire.md#steps" in home
    assert text_of(wiki, "Other.md") == "`[[Hiring]]` stays.\n"
    space = catch_up(wiki)
    assert space.history.redirect("Hiring.md") == "people/How we hire.md"
    assert not space.catalogue.wanted()


def test_links_are_left_if_one_wishes(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": "[[Hiring]]\n", "Hiring.md": "text\n"})
    rename_page(wiki, EDITOR, "handbook", "Hiring", "Recruiting", mend_links=False)
    assert text_of(wiki, "Home.md") == "[[Hiring]]\n"


def test_r033_a_change_of_capitals_is_a_rename(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"hiring.md": "text\n"})
    rename_page(wiki, EDITOR, "handbook", "hiring", "Hiring")
    assert text_of(wiki, "Hiring.md") == "text\n"


def test_a_folder_moves_with_all_that_lies_in_it(make_wiki: MakeWiki) -> None:
    wiki = make_wiki(
        {
            "old/A.md": "[[B]]\n",
            "old/deep/B.md": "![x](../pic.png)\n",
            "old/pic.png": b"\x89PNG",
            "C.md": "[a](old/A.md)\n",
        }
    )
    rename_folder(wiki, EDITOR, "handbook", "old", "new/place")
    assert text_of(wiki, "new/place/deep/B.md") == "![x](../pic.png)\n"
    assert text_of(wiki, "C.md") == "[a](new/place/A.md)\n"


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("Hiring", "Home", NameTaken),
        ("Hiring", "home", NameTaken),
        ("Hiring", "Hiring", NothingToSave),
        ("Hiring", "../x", NameInvalid),
        ("Nowhere", "Somewhere", PageNotFound),
    ],
)
def test_renames_that_are_refused(
    make_wiki: MakeWiki, old: str, new: str, refusal: type[Exception]
) -> None:
    wiki = make_wiki({"Home.md": "x\n", "Hiring.md": "text\n"})
    with pytest.raises(refusal):
        rename_page(wiki, EDITOR, "handbook", old, new)
