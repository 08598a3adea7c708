import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.analytics.corrections import corrected
from wiki.analytics.mailmap import parse_mailmap
from wiki.analytics.people import bot_pattern, identify, is_bot, resolve_people
from wiki.model import Author

ANN = Author("Ann Lee", "ann@work.example")


def _people(*authors: Author, mailmap: str = "", bots: tuple[str, ...] = ()) -> int:
    return len(set(resolve_people(authors, mailmap, bots).values()))


def test_one_address_is_one_person_under_several_names() -> None:
    assert _people(ANN, Author("ann", "ANN@work.example")) == 1


def test_several_addresses_of_one_full_name_join() -> None:
    people = identify([ANN, Author("ann  LEE", "ann@home.example")])
    assert len(set(people.identities.values())) == 1
    (decision,) = people.decisions
    assert (decision.reason, decision.detail) == ("same full name", "ann lee")


def test_single_words_and_placeholders_do_not_join() -> None:
    assert _people(Author("ann", "a@x"), Author("ann", "b@x")) == 2
    assert _people(Author("Your Name", "a@x"), Author("Your Name", "b@x")) == 2


def test_an_address_with_five_names_is_shared_and_split_by_name() -> None:
    authors = [Author(f"Person {n}", "office@x") for n in "ABCDE"]
    people = identify(authors)
    assert len(set(people.identities.values())) == 5
    assert [decision.reason for decision in people.decisions] == ["shared address"]
    assert people.decisions[0].is_split


def test_four_names_at_an_address_are_still_one_person() -> None:
    assert _people(*(Author(f"Person {n}", "office@x") for n in "ABCD")) == 1


def test_a_shared_address_does_not_chain_strangers() -> None:
    authors = [Author(f"Person {n}", "office@x") for n in "ABCDE"]
    own = [Author("Person A", "a@x"), Author("Person B", "b@x")]
    identities = resolve_people([*authors, *own])
    assert identities[own[0]] != identities[own[1]]
    assert len(set(identities.values())) == 5


def test_forge_addresses_join_by_user_id() -> None:
    old = Author("neo", "42+neo@users.noreply.github.com")
    renamed = Author("trinity", "42+trinity@users.noreply.github.com")
    without_id = Author("n", "neo@users.noreply.github.com")
    other = Author("smith", "43+smith@users.noreply.github.com")
    identities = resolve_people([old, renamed, without_id, other])
    assert identities[old] == identities[renamed] == identities[without_id]
    assert identities[other] != identities[old]


def test_the_mailmap_joins_and_names() -> None:
    mailmap = "Ann B. Lee <ann@work.example> <a@old.example>\n"
    identities = resolve_people([ANN, Author("al", "a@old.example")], mailmap)
    (identity,) = set(identities.values())
    assert (identity.key, identity.name) == ("ann@work.example", "Ann B. Lee")


def test_the_mailmap_keeps_namesakes_apart() -> None:
    mailmap = (
        "Ann Lee <ann@work.example> <a@1.example>\nAnn Lee <other@work.example> <a@2.example>\n"
    )
    authors = [Author("Ann Lee", "a@1.example"), Author("Ann Lee", "a@2.example")]
    assert _people(*authors, mailmap=mailmap) == 2


def test_machines_are_known_and_never_join_people() -> None:
    robot = Author("Ann Lee[bot]", "ann@work.example")
    identities = resolve_people([ANN, robot])
    assert identities[robot].is_bot
    assert not identities[ANN].is_bot
    assert identities[robot] != identities[ANN]
    assert is_bot(Author("Renovate", "renovate@x"), bot_pattern(["renovate*"]))
    assert is_bot(Author("x", "1+app[bot]@users.noreply.github.com"), bot_pattern([]))


def test_names_prefer_full_names_with_capitals() -> None:
    authors = [Author("al", "a@x"), Author("ann lee", "a@x"), Author("Ann Lee", "a@x")]
    assert resolve_people(authors)[authors[0]].name == "Ann Lee"


MAILMAP = """\
# a comment
Proper Name <by-email@x>
<proper@x> <only@x>
Both Ways <both@x> <commit@x> and more
By Name <named@x> Commit Name <shared@x>
By Name <named@x>  other name  <SHARED@x>
Fallback <shared@x>
Later Line <by-email@x>
   Spaces Around   <  spaced@x  >
<> <empty@x>
Broken <no end
No Address At All
Name <a@x> <>
"""


@pytest.mark.parametrize(
    "author",
    [
        Author(name, email)
        for name in ("Commit Name", "OTHER NAME", "Somebody", "")
        for email in (
            "by-email@x", "ONLY@x", "commit@x", "shared@x", "  spaced@x  ", "spaced@x", "empty@x", "none@x", "proper@x",
        )
    ],
)  # fmt: skip
def test_the_mailmap_is_read_as_git_reads_it(author: Author, tmp_path: Path) -> None:
    _compare_with_git(author, MAILMAP, tmp_path)


def test_letters_outside_ascii_are_compared_exactly(tmp_path: Path) -> None:
    mailmap = "Right <right@x> Ünal <u@x>\n"
    for name in ("Ünal", "ünal"):
        _compare_with_git(Author(name, "u@x"), mailmap, tmp_path)


def _compare_with_git(author: Author, mailmap: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".mailmap").write_text(mailmap)
    asked = f"{author.name} <{author.email}>".lstrip()
    command = ["git", "-C", str(tmp_path), "check-mailmap", asked]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.rstrip("\n")
    ours = parse_mailmap(mailmap).resolve(author)
    assert f"{ours.name} <{ours.email}>".lstrip() == told


NAMES = st.sampled_from(["Ann Lee", "ann lee", "Bo Ek", "Bo", "root", "Cy Dee", "D E", "F G"])
EMAILS = st.sampled_from(
    ["a@x", "b@x", "c@x", "1+neo@users.noreply.github.com", "neo@users.noreply.github.com", ""]
)


@given(st.lists(st.builds(Author, NAMES, EMAILS), max_size=25), st.randoms())
def test_the_order_of_authors_does_not_matter(authors: list[Author], random: object) -> None:
    shuffled = authors[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert identify(authors) == identify(shuffled)
    assert set(resolve_people(authors)) == set(authors)


# -- accounts of the wiki --------------------------------------------------------------------

OTHER = Author("annie", "annie@home.example")


def test_what_one_account_wrote_joins() -> None:
    people = identify([ANN, OTHER], signed=[(ANN, "ann"), (OTHER, "ann")])
    assert len(set(people.identities.values())) == 1
    assert [(each.reason, each.detail) for each in people.decisions] == [("account", "ann")]


def test_an_address_of_two_accounts_joins_nothing() -> None:
    signed = [(ANN, "ann"), (ANN, "bo"), (OTHER, "ann")]
    assert len(set(resolve_people([ANN, OTHER], signed=signed).values())) == 2


def test_two_accounts_of_one_full_name_stay_two_people() -> None:
    namesake = Author("Ann Lee", "ann.lee@work.example")
    signed = [(ANN, "ann"), (namesake, "ann2")]
    assert len(set(resolve_people([ANN, namesake], signed=signed).values())) == 2
    mailmap = "Ann Lee <ann@work.example> <ann.lee@work.example>\n"
    assert len(set(resolve_people([ANN, namesake], mailmap, signed=signed).values())) == 1


def test_the_mailmap_stands_above_accounts() -> None:
    mailmap = "Ann Lee <ann@work.example> <ann@work.example>\nAnnie <annie@home.example> <annie@home.example>\n"
    signed = [(ANN, "ann"), (OTHER, "ann")]
    assert len(set(resolve_people([ANN, OTHER], mailmap, signed=signed).values())) == 2


def test_an_accounts_address_is_not_shared_however_many_names_it_bore() -> None:
    authors = [Author(f"Person {n}", "office@x") for n in "ABCDE"]
    signed = [(authors[0], "office"), *((author, "") for author in authors[1:])]
    assert len(set(resolve_people(authors, signed=signed).values())) == 1


SIGNED = st.lists(
    st.tuples(st.builds(Author, NAMES, EMAILS), st.sampled_from(["", "ann", "bo"])), max_size=12
)


@given(SIGNED, st.randoms())
def test_the_order_of_signed_changes_does_not_matter(
    signed: list[tuple[Author, str]], random: object
) -> None:
    shuffled = signed[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    authors = [author for author, _ in signed]
    people = identify(authors, signed=signed)
    assert people == identify(reversed(authors), signed=shuffled)
    assert people == identify(authors + authors, signed=signed + signed)


@given(SIGNED)
def test_a_mailmap_of_what_was_found_finds_the_same(signed: list[tuple[Author, str]]) -> None:
    """Written down as law, the people are the same people: nothing more is joined by it."""
    authors = {author for author, _ in signed if author.email and author.name}
    found = resolve_people(authors, signed=signed)
    groups = {identity: number for number, identity in enumerate(dict.fromkeys(found.values()))}
    wanted = {
        author: Author(f"Person {groups[found[author]]}", f"p{groups[found[author]]}@law.example")
        for author in authors
    }
    again = resolve_people(authors, corrected("", _by_key(wanted), authors), signed=signed)
    pairs = {(found[author], again[author]) for author in authors}
    assert len(pairs) == len(set(found.values())) == len(set(again.values()))


def _by_key(wanted: dict[Author, Author]) -> dict[Author, Author]:
    """git does not tell authors apart by capitals; neither does the resolver."""
    kept = {(who.name.lower(), who.email.lower()): who for who in wanted}
    return {who: wanted[who] for who in kept.values()}
