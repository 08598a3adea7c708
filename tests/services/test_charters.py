"""Saving a charter: one version, made from the one that was read, with nothing of others lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import EDITOR, GRACE, MakeWiki
from wiki.errors import EditConflict, NothingToSave, RevisionNotFound, SignInNeeded
from wiki.model import ANONYMOUS, Charter, Goal
from wiki.services.charters import open_charter, save_charter
from wiki.services.space import CHARTER
from wiki.services.space_files import space_file
from wiki.services.wiki import Wiki

WRITTEN = """\
# By all of us.
title = "Handbook"
purpose = "For newcomers."
goals = [{figure = "participation.contributors", target = 25}]
"""


def saying(known: Charter, **entries: object) -> Charter:
    return replace(known, purpose=replace(known.purpose, **entries))  # type: ignore[arg-type]


def text_of(wiki: Wiki) -> str:
    return space_file(wiki.open("handbook"), CHARTER).text


def test_a_first_charter(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "x"})
    space = wiki.open("handbook")
    known = open_charter(space)
    assert (known.base, known.charter.written) == ("", False)
    saved = save_charter(wiki, EDITOR, "handbook", saying(known.charter, text="For us."), "")
    assert space.description == "For us."
    assert space.repository.commit(saved.commit).author.name == "Ada Lovelace"


def test_what_others_changed_meanwhile_is_kept(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({CHARTER: WRITTEN})
    known = open_charter(wiki.open("handbook"))
    mine = saying(known.charter, audience="Everybody")
    theirs = saying(known.charter, goals=(Goal("participation.edits", 100),))
    save_charter(wiki, GRACE, "handbook", theirs, known.base)
    save_charter(wiki, EDITOR, "handbook", mine, known.base)
    now = open_charter(wiki.open("handbook")).charter.purpose
    assert now.audience == "Everybody"
    assert [goal.figure for goal in now.goals] == ["participation.edits"]
    assert "# By all of us." in text_of(wiki)


def test_the_same_entry_changed_twice_is_a_conflict_that_tells_both(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({CHARTER: WRITTEN})
    known = open_charter(wiki.open("handbook"))
    save_charter(wiki, GRACE, "handbook", saying(known.charter, text="For old hands."), known.base)
    with pytest.raises(EditConflict) as conflict:
        save_charter(wiki, EDITOR, "handbook", saying(known.charter, text="For all."), known.base)
    collision = conflict.value.collisions[0]
    assert "For old hands." in (collision.theirs or "")
    assert "For all." in (collision.mine or "")
    assert "For old hands." in text_of(wiki)
    # Saved again from what is there now, it is a decision.
    save_charter(
        wiki, EDITOR, "handbook", saying(known.charter, text="For all."), collision.theirs_oid
    )
    assert "For all." in text_of(wiki)


def test_two_first_charters_at_once(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "x"})
    save_charter(wiki, GRACE, "handbook", saying(Charter(), text="One."), "")
    save_charter(wiki, EDITOR, "handbook", saying(Charter(), audience="Two."), "")
    now = open_charter(wiki.open("handbook")).charter.purpose
    assert (now.text, now.audience) == ("One.", "Two.")


def test_refusals(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({CHARTER: WRITTEN})
    known = open_charter(wiki.open("handbook"))
    changed = saying(known.charter, text="y")
    with pytest.raises(SignInNeeded):
        save_charter(wiki, ANONYMOUS, "handbook", changed, known.base)
    with pytest.raises(RevisionNotFound):
        save_charter(wiki, EDITOR, "handbook", changed, "f" * 40)
    with pytest.raises(RevisionNotFound):
        save_charter(wiki, EDITOR, "handbook", changed, "--output=x")
    with pytest.raises(NothingToSave):
        save_charter(
            wiki, EDITOR, "handbook", open_charter(wiki.open("handbook")).charter, known.base
        )
    assert text_of(wiki) == WRITTEN
