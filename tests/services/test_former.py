"""Former members: a list without a name that knows whom the wiki names no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from wiki.errors import FormerMembersUnreadable
from wiki.model import Author
from wiki.projections.history import CommitRow
from wiki.services.former import FormerMembers
from wiki.services.veil import Veil

ZORA = Author("Zora Quill", "zora@lone.example")
ALSO_ZORA = Author("Z. Quill", "Zora@Lone.example")
SHARED = Author("Zora Quill", "office@lone.example")
OTHER = Author("Otto Bergh", "office@lone.example")


def commit(author: Author, message: str) -> CommitRow:
    return CommitRow(
        "a" * 40, (), author, 0, 0, author, 0, message, "web", (), 1, 1, 0, (), pusher=None
    )


def test_whoever_was_put_on_the_list_is_known_by_every_address_of_theirs(tmp_path: Path) -> None:
    members = FormerMembers(tmp_path)
    assert members.add([ZORA, SHARED], frozenset({"zora@lone.example"})) == 1
    former = FormerMembers(tmp_path).known()
    numbers = [former.number_of(each) for each in (ZORA, ALSO_ZORA, SHARED, OTHER)]
    assert numbers == [1, 1, 1, 0]
    assert former.shown(ALSO_ZORA) == Author("former member #1", "")
    assert former.shown(OTHER) == OTHER


def test_the_list_holds_no_name_and_no_address_and_is_nobody_elses(tmp_path: Path) -> None:
    FormerMembers(tmp_path).add([ZORA, SHARED], frozenset())
    text = (tmp_path / "former-members").read_text().lower()
    assert not [part for part in ("zora", "quill", "lone", "office") if part in text]
    assert (tmp_path / "former-members").stat().st_mode & 0o077 == 0


def test_everybody_keeps_their_number(tmp_path: Path) -> None:
    members, other = FormerMembers(tmp_path), FormerMembers(tmp_path)
    assert members.add([ZORA], frozenset({"zora@lone.example"})) == 1
    assert other.add([OTHER], frozenset()) == 2
    assert members.add([ALSO_ZORA, SHARED], frozenset()) == 1
    assert [members.known().number_of(each) for each in (ZORA, OTHER, SHARED)] == [1, 2, 1]


def test_a_damaged_list_names_nobody(tmp_path: Path) -> None:
    FormerMembers(tmp_path).add([ZORA], frozenset())
    (tmp_path / "former-members").write_text("{")
    with pytest.raises(FormerMembersUnreadable):
        FormerMembers(tmp_path).known()
    row = Veil(FormerMembers(tmp_path)).commit(commit(OTHER, "Thank Zora Quill"))
    assert (row.author.name, row.message) == ("somebody", "…")


def test_what_is_said_of_a_change_names_no_former_member_and_no_address(tmp_path: Path) -> None:
    members = FormerMembers(tmp_path)
    veil = Veil(members)
    veil.watch(lambda: [ZORA, OTHER], lambda: "1")
    said = "As Zora Quill asked\n\nCo-authored-by: zora quill <zora@lone.example>\nSee zora@lone.example"
    assert veil.text(said).splitlines()[2] == "Co-authored-by: zora quill"
    members.add([ZORA], frozenset({"zora@lone.example"}))
    shown = veil.commit(commit(ZORA, said))
    assert shown.author == Author("former member #1", "")
    assert shown.message == (
        "As former member #1 asked\n\nCo-authored-by: former member #1\nSee former member #1"
    )
    assert (
        veil.commit(commit(OTHER, "Words of Zoran Quillings")).message == "Words of Zoran Quillings"
    )


def test_a_name_that_is_an_address_is_not_shown_as_one(tmp_path: Path) -> None:
    veil = Veil(FormerMembers(tmp_path))
    assert veil.commit(commit(Author("a@b.example", "a@b.example"), "x")).author.name == "a@…"


@pytest.mark.parametrize(
    ("name", "said"),
    [("Karl Strauß", "Ask KARL strauß"), ("Ilı Dib", "Ask ilİ DIB"), ("K. Lin", "Ask \u212a. lin"),
     ("A. (B) C+", "Ask a. (b) c+"), ("Łucja Żak", "Ask łUCJA żAK")],
)  # fmt: skip
def test_names_in_any_script_and_capitals_are_found_in_sentences(
    tmp_path: Path, name: str, said: str
) -> None:
    members = FormerMembers(tmp_path)
    veil = Veil(members)
    veil.watch(lambda: [Author(name, "x@y.example")], lambda: "1")
    members.add([Author(name, "x@y.example")], frozenset())
    assert veil.text(said) == "Ask former member #1"
