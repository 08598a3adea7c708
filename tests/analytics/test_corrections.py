"""Corrections to ``.mailmap``: what was there stays, and git understands what comes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.analytics.corrections import CannotBeWritten, corrected
from wiki.analytics.mailmap import parse_mailmap
from wiki.analytics.people import resolve_people
from wiki.model import Author

ANN = Author("Ann Lee", "ann@work.example")
OLD = Author("al", "al@old.example")
BO = Author("Bo Ek", "bo@x.example")


def test_a_line_joins_and_says_what_it_says_once() -> None:
    wanted = {ANN: ANN, OLD: ANN}
    text = corrected("", wanted, [ANN, OLD, BO])
    assert text == (
        "Ann Lee <ann@work.example> <al@old.example>\n"
        "Ann Lee <ann@work.example> <ann@work.example>\n"
    )
    assert corrected(text, wanted, [ANN, OLD, BO]) == text


def test_comments_order_and_ends_of_lines_stay() -> None:
    before = "# People\r\n\r\nBo Ek <bo@x.example> <b@y.example>   # since March\r\n# End"
    text = corrected(before, {ANN: ANN, OLD: ANN}, [ANN, OLD])
    assert text.startswith(before)
    assert text.endswith("\r\n")


def test_only_the_line_that_says_otherwise_changes() -> None:
    before = "# a\nBo Ek <bo@x.example> <al@old.example> # wrong\n# b\n"
    text = corrected(before, {OLD: ANN}, [OLD])
    assert text == "# a\nAnn Lee <ann@work.example> <al@old.example> # wrong\n# b\n"


def test_at_an_address_of_several_only_the_name_is_meant() -> None:
    clerk, other = Author("Clerk A", "office@x.example"), Author("Clerk B", "office@x.example")
    text = corrected("", {clerk: ANN}, [clerk, other])
    assert text == "Ann Lee <ann@work.example> Clerk A <office@x.example>\n"
    assert parse_mailmap(text).resolve(other) == other


def test_a_line_for_one_name_gives_way_to_what_is_wanted() -> None:
    before = "Bo Ek <bo@x.example> al <al@old.example>\n"
    text = corrected(before, {OLD: ANN}, [OLD])
    assert parse_mailmap(text).resolve(OLD) == ANN


@pytest.mark.parametrize("name", ["A <b", "A\nB", "", "x > y"])
def test_what_no_line_can_hold_is_refused(name: str) -> None:
    with pytest.raises(CannotBeWritten):
        corrected("", {OLD: Author(name, "a@b.example")}, [OLD])


def test_a_name_that_looks_like_a_comment_is_a_name() -> None:
    text = corrected("", {OLD: Author("# hash", "h@x.example")}, [OLD])
    assert parse_mailmap(text).resolve(OLD).name == "# hash"


NAMES = st.sampled_from(["Ann Lee", "ann lee", "Bo Ek", "Bo", "Ünal Öz", "#x", "Cy (ops) Dee"])
EMAILS = st.sampled_from(["a@x", "A@x", "b@x", "c@x", "1+neo@users.noreply.github.com", "ö@x"])
AUTHORS = st.builds(Author, NAMES, EMAILS)
LINES = st.lists(
    st.one_of(
        st.sampled_from(["# note", "", "Only Name <b@x>", "<p@x> <c@x>", "junk"]),
        st.builds(lambda n, e, f: f"{n} <{e}> <{f}>", NAMES, EMAILS, EMAILS),
        st.builds(lambda n, e, m, f: f"{n} <{e}> {m} <{f}> # r", NAMES, EMAILS, NAMES, EMAILS),
    ),
    max_size=6,
).map(lambda lines: "".join(f"{line}\n" for line in lines))


def _consistent(wanted: dict[Author, Author]) -> dict[Author, Author]:
    """One wish a person: git tells neither names nor addresses apart by capitals."""
    kept = {(who.name.lower(), who.email.lower()): who for who in wanted}
    return {who: wanted[who] for who in kept.values()}


WANTED = st.dictionaries(AUTHORS, AUTHORS, max_size=5).map(_consistent)


@given(LINES, WANTED, st.lists(AUTHORS, max_size=5))
def test_everybody_wanted_is_known_and_nobody_else_is_touched(
    before: str, wanted: dict[Author, Author], others: list[Author]
) -> None:
    everybody = {*others, *wanted}
    text = corrected(before, wanted, everybody)
    now, then = parse_mailmap(text), parse_mailmap(before)
    for author, target in wanted.items():
        assert now.resolve(author).name == target.name
        assert now.resolve(author).email.lower() == target.email.lower()
    for author in everybody - set(wanted):
        if not _alike(author, wanted):
            assert now.resolve(author) == then.resolve(author)
    assert corrected(text, wanted, everybody) == text
    kept = [line for line in before.splitlines() if line.startswith("#") or not line.strip()]
    assert [x for x in text.splitlines() if x.startswith("#") or not x.strip()] == kept


def _alike(author: Author, wanted: dict[Author, Author]) -> bool:
    key = (author.name.lower(), author.email.lower())
    return any((each.name.lower(), each.email.lower()) == key for each in wanted)


@given(st.sets(AUTHORS, min_size=1, max_size=8), st.data())
def test_joined_are_one_and_split_are_two(authors: set[Author], data: st.DataObject) -> None:
    group = sorted(authors, key=lambda a: (a.email, a.name))
    first = data.draw(st.sets(st.sampled_from(group), min_size=1))
    # Those that differ by capitals alone are one to git, whatever is wanted.
    first = {a for a in group if _alike(a, dict.fromkeys(first, ANN))}
    rest = authors - first
    wanted = dict.fromkeys(first, ANN) | dict.fromkeys(rest, BO)
    identities = resolve_people(authors, corrected("", wanted, authors))
    assert len({identities[a] for a in first}) == 1
    assert len({identities[a] for a in rest}) <= 1
    assert not {identities[a] for a in first} & {identities[a] for a in rest}


@settings(max_examples=25, deadline=None)
@given(LINES, WANTED.filter(bool))
def test_git_understands_it(
    tmp_path_factory: pytest.TempPathFactory, before: str, wanted: dict[Author, Author]
) -> None:
    folder = _repository(tmp_path_factory)
    text = corrected(before, wanted, wanted)
    (folder / ".mailmap").write_text(text)
    asked = "".join(f"{author.name} <{author.email}>\n" for author in wanted)
    command = ["git", "-C", str(folder), "check-mailmap", "--stdin"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, input=asked).stdout
    ours = [parse_mailmap(text).resolve(author) for author in wanted]
    assert told.splitlines() == [f"{author.name} <{author.email}>" for author in ours]


def _repository(factory: pytest.TempPathFactory) -> Path:
    folder = factory.getbasetemp() / "corrections"
    if not folder.exists():
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder
