"""A source set to be read: nothing of it lost, everything set as the page would."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.setting import link_targets, set_source
from wiki.text.tokens import spans

PIECES = st.sampled_from(
    ["# one\n", "two\n", "\n", "- three\n", "  four\n", "    five\n", "\tsix\n", "> seven\n",
     "```\n", "1. eight\n", "***\n", "| a | b |\n| - | - |\n", "---\n", "title: x\n", "[r]: /u\n",
     "!!! note\n", "<div>\n", "[^1]: nine\n", "ten\n===\n", "- [ ] \n", ">\n", "\r\n", "word"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Title\n", [("heading", 1, 0, False)]),
        ("Title\n-----\n", [("heading", 2, 0, False)]),
        ("one\ntwo\n\nthree\n", [("paragraph", 0, 0, False)] * 2),
        ("- one\n- two\n", [("item", 0, 1, False)] * 2),
        ("- one\n  - two\n", [("item", 0, 1, False), ("item", 0, 2, False)]),
        ("> told\n", [("item", 0, 1, True)]),
        ("```\nx\n```\n", [("code", 0, 0, False)]),
        ("| a |\n| - |\n| b |\n", [("code", 0, 0, False)]),
        ("---\ntitle: x\n---\ntext\n", [("aside", 0, 0, False), ("paragraph", 0, 0, False)]),
        ("***\n", [("rule", 0, 0, False)]),
        ("", []),
    ],
)
def test_lines_are_set_as_on_the_page(
    source: str, expected: list[tuple[str, int, int, bool]]
) -> None:
    assert [(s.setting, s.level, s.depth, s.quoted) for s in set_source(source)] == expected


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_every_word_stands_in_exactly_one_stretch_in_order(source: str) -> None:
    stretches = set_source(source)
    ends = [0, *(stretch.end for stretch in stretches)]
    assert all(end <= stretch.start for end, stretch in zip(ends, stretches, strict=False))
    within = [
        source[begin:end]
        for stretch in stretches
        for begin, end in spans(source)
        if stretch.start <= begin and end <= stretch.end
    ]
    assert within == [source[begin:end] for begin, end in spans(source)]


def test_addresses_of_links_are_found_with_their_brackets() -> None:
    source = 'See [the guide](a/b_(c).md "Title") and ![a](x.png), not (this) or [that].'
    assert [source[a:b] for a, b in link_targets(source)] == ['(a/b_(c).md "Title")', "(x.png)"]
