"""A text with its words credited, from hand-made runs."""

from __future__ import annotations

from typing import cast

from wiki.projections.authorship.rows import PageVersion, TokenRun
from wiki.services.history import Change
from wiki.services.people import Person
from wiki.services.space import Space
from wiki.services.version_text import OTHERS, Credits, version_text

NOWHERE = cast("Space", None)


def change(oid: str, name: str, at: int | None = 1_600_000_000) -> Change:
    return Change(NOWHERE, oid, Person(name, name), (), at, "", "", "web", False, (), (), 0, 0, "")  # type: ignore[arg-type]


CREDIT = Credits({oid: change(oid, oid) for oid in ("ada", "bo")}, {"ada": 0, "bo": 1})


def version(*runs: tuple[str, int]) -> PageVersion:
    return PageVersion("c", "p.md", "o", tuple(TokenRun(oid, "p.md", 0, n) for oid, n in runs))


def told(text: str, *runs: tuple[str, int]) -> list[tuple[str, int, bool]]:
    view = version_text(text, version(*runs), CREDIT)
    return [
        (p.text, p.rank, p.address) for block in view.paragraphs for p in block.passages if p.change
    ]


def test_punctuation_between_two_writers_is_nobodys() -> None:
    view = version_text("One, two; three.\n", version(("ada", 2), ("bo", 1)), CREDIT)
    (block,) = view.paragraphs
    assert [(p.text, p.change and p.change.oid) for p in block.passages] == [
        ("One, two", "ada"), ("; ", None), ("three", "bo"), (".\n", None),
    ]  # fmt: skip


def test_a_writer_is_announced_where_the_writer_changes() -> None:
    view = version_text(
        "# One\n\ntwo\n\nthree four\n", version(("ada", 2), ("bo", 1), ("ada", 1)), CREDIT
    )
    opens = [(p.text, p.opens) for block in view.paragraphs for p in block.passages if p.change]
    assert opens == [("One", True), ("two", False), ("three", True), ("four", True)]


def test_an_address_is_apart_from_the_text_it_is_linked_to() -> None:
    assert told("See [the map](maps/sea.md) now\n", ("ada", 7)) == [
        ("See [the map", 0, False), ("maps/sea.md", 0, True), ("now", 0, False),
    ]  # fmt: skip


def test_ideographs_are_words_of_their_own() -> None:
    assert told("海の日\n", ("ada", 1), ("bo", 2)) == [("海", 0, False), ("の日", 1, False)]


def test_words_of_an_unknown_change_are_the_others() -> None:
    view = version_text("one two\n", version(("ada", 1), ("gone", 1)), CREDIT)
    assert [(w.rank, w.words, w.people) for w in view.writers] == [(0, 1, 1), (OTHERS, 1, 1)]


def test_runs_that_do_not_fit_the_text_credit_nobody() -> None:
    for runs in (version(("ada", 3)), None):
        view = version_text("one two\n", runs, CREDIT)
        assert "cannot be told" in view.note
        assert [p.text for block in view.paragraphs for p in block.passages] == ["one two\n"]
        assert view.writers == ()


def test_words_at_an_unknown_time_are_of_no_age() -> None:
    credit = Credits({"ada": change("ada", "ada", None)}, {})
    assert version_text("one\n", version(("ada", 1)), credit).ages == ()
