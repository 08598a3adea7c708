from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.errors import QueryRefused
from wiki.projections.search.parsing import MAX_LENGTH, days_of, parse_query
from wiki.projections.search.query import (
    All,
    Any,
    Filter,
    Not,
    Phrase,
    Prefix,
    Word,
)


def root(text: str) -> object:
    return parse_query(text).root


def test_words_beside_each_other_are_all_wanted() -> None:
    assert root("holiday policy") == All((Word("holiday"), Word("policy")))
    assert root("holiday AND policy") == root("holiday policy")


def test_operators_in_capitals() -> None:
    assert root("holiday OR vacation") == Any((Word("holiday"), Word("vacation")))
    assert root("holiday NOT draft") == All((Word("holiday"), Not(Word("draft"))))
    assert root("holiday -draft") == root("holiday NOT draft")
    assert root("cats and dogs") == All((Word("cats"), Word("and"), Word("dogs")))


def test_brackets_group() -> None:
    assert root("(tea OR coffee) cup") == All((Any((Word("tea"), Word("coffee"))), Word("cup")))


def test_quotes_make_a_phrase() -> None:
    assert root('"remote work"') == Phrase((("remote", 0), ("work", 1)))
    assert root('"remote work') == root('"remote work"')


def test_a_compound_word_is_a_phrase() -> None:
    assert root("git-commit") == Phrase((("git", 0), ("commit", 1)))


def test_a_star_ends_a_prefix() -> None:
    assert root("polic*") == Prefix("polic")


def test_filters() -> None:
    assert root("tag:hr") == Filter("tag", "hr")
    assert root('Author:"Anna Berg"') == Filter("author", "Anna Berg")
    assert root("tag:a OR tag:b") == Any((Filter("tag", "a"), Filter("tag", "b")))
    assert parse_query("x author:anna after:2026").outside() == (
        Filter("author", "anna"),
        Filter("after", "2026"),
    )


def test_unknown_fields_are_words() -> None:
    assert root("std::vector") == Phrase((("std", 0), ("vector", 1)))
    assert root("tag:") == Word("tag")


def test_short_unspaced_text_is_wanted_as_it_stands_long_by_its_parts() -> None:
    assert root("数据库") == Phrase((("数据", 0), ("据库", 1)))
    assert root("数据库安装") == All((Word("数据"), Word("据库"), Word("库安"), Word("安装")))


def test_what_means_nothing_is_passed_over() -> None:
    assert root("foo)) , bar ?!") == All((Word("foo"), Word("bar")))
    assert root("foo OR") == Word("foo")
    assert root("foo (") == Word("foo")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no word"),
        ("   ", "no word"),
        ("?!", "no word"),
        ('""', "no word"),
        ("OR AND", "no word"),
        ("-draft", "leave out"),
        ("NOT (a b)", "leave out"),
        ("*", "beginning of a word"),
        ("*foo", "only at the end"),
        ("fo*o", "only at the end"),
        ("f*", "at least 2 letters"),
        ("a" * (MAX_LENGTH + 1), "longer than 256"),
        ("w " * 17, "more than 16 words"),
        ('"' + "w " * 17 + '"', "more than 16 words"),
        ("(" * 9 + "a", "nested"),
        ("NOT " * 20 + "a", "nested"),
        ("after:yesterday", "no date"),
        ("before:2026-13", "no date"),
    ],
)
def test_what_is_refused_and_why(text: str, part: str) -> None:
    with pytest.raises(QueryRefused, match=part.replace("*", r"\*")):
        parse_query(text)


BOMBS = (
    "*", "*a*", "?*?*?*?*", "[a TO z]", "x~9", " ".join(f"term{n}" for n in range(20_000)),
    "(" * 5000, "NOT " * 2000, "*" * 100_000, '"' * 5000, "a:" * 5000, "\\" * 256, "(a" * 128,
    "-" * 256, "tag:" * 64, "a* " * 85, "\x00" * 256, "\ud800", "OR " * 85,
)  # fmt: skip


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_d003_bombs_are_bounded_when_parsed(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(QueryRefused):
        parse_query(text)
    assert time.process_time() - started < 10


@given(st.text(alphabet=st.sampled_from('ab ()"*-:ANDORTtag~[]?\\北京'), max_size=260) | st.text())
@settings(max_examples=300)
def test_b005_any_text_is_a_query_or_a_refusal(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryRefused:
        return
    query.outside()
    query.loosened()


def test_dates_may_be_years_months_or_days() -> None:
    assert [str(day) for day in days_of("2026")] == ["2026-01-01", "2027-01-01"]
    assert [str(day) for day in days_of("2026-12")] == ["2026-12-01", "2027-01-01"]
    assert [str(day) for day in days_of("2026-02-28")] == ["2026-02-28", "2026-03-01"]
    with pytest.raises(QueryRefused):
        days_of("9999")
