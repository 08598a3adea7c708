"""User names: one spelling, one script, no tricks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import AccountInvalid
from wiki.services.account_names import (
    email_address,
    fold,
    shown_name,
    skeleton,
    user_name,
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ann", "ann"),
        ("ann.lee-2", "ann.lee-2"),
        ("Jose\u0301", "josé"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        (" ann\n", "ann"),
        ("ﬁn", "fin"),
        ("Дмитрий", "дмитрий"),
        ("山田太郎", "山田太郎"),
        ("すずきカナ", "すずきカナ"),
        ("김철수", "김철수"),
        ("अनिल", "अनिल"),
    ],
)
def test_names_have_one_spelling(written, kept):
    assert user_name(written) == kept
    assert fold(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "..", ".", "a..b", "a b", "-a", "a-", "a_", "1ann", "a/b", "ann@x", "ann+wiki",
        "All", "known", "Anonymous", "a" * 41, "x" * 1_000_000, "a\x00b", "a\u202eb",
        "a\u200bb", "аdmin", "ραul", "ａｎｎ", "a٣", "\u0301ann", "a\ud800",
    ],
)  # fmt: skip
def test_a014_w030_tricks_are_refused(written):
    with pytest.raises(AccountInvalid):
        user_name(written)


def test_w030_names_that_look_alike_have_one_skeleton():
    assert skeleton("рaul") == skeleton("paul") == skeleton("pau1") == skeleton("p.aul")
    assert skeleton("bob") != skeleton("rob")


@given(st.text(max_size=60))
def test_b005_normalising_twice_changes_nothing(written):
    try:
        name = user_name(written)
    except AccountInvalid:
        return
    assert user_name(name) == name == fold(name)


def test_shown_names_and_addresses():
    assert shown_name("  Ann   Lee ") == "Ann Lee"
    assert shown_name("") == ""
    assert email_address(" ann@example.org ") == "ann@example.org"
    for bad in ("Ann <x>", "Ann\u202e", "a" * 81, "...", "a\x00b"):
        with pytest.raises(AccountInvalid):
            shown_name(bad)
    for bad in ("ann", "a@b@c", "ann@", "a <a@b.c>", "a@b\r\nBcc: x@y"):
        with pytest.raises(AccountInvalid):
            email_address(bad)


@pytest.mark.parametrize("name", ["former member #1", "Former  Member", "f\u043ermer member 2"])
def test_nobody_is_called_as_those_who_have_left(name: str) -> None:
    with pytest.raises(AccountInvalid, match="have left"):
        shown_name(name)
    assert shown_name("Former Colleague") == "Former Colleague"
