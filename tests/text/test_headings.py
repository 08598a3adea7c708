"""Outlines, anchors and sections."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.headings import headings, inline_text, section, slug
from wiki.text.render import render


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", "hello-world"),
        ("snake_case and-hyphen", "snake_case-and-hyphen"),
        ("Größe über alles", "größe-über-alles"),
        ("हिन्दी भाषा", "हिन्दी-भाषा"),
        ("中文 標題", "中文-標題"),
        ("C++ / C#", "c--c"),
        ("🎉", "section"),
    ],
)
def test_anchors_are_those_of_a_forge_in_any_script(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_equal_headings_get_anchors_of_their_own() -> None:
    source = "# A\n# A\n# A-1\n# A\n"
    assert [heading.anchor for heading in headings(source)] == ["a", "a-1", "a-1-1", "a-2"]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a **b** *c* ~~d~~ `e*f*`", "a b c d e*f*"),
        ("snake_case _word_", "snake_case word"),
        ("[text](url) [[Page]] [[Page|label]]", "text Page label"),
        ("![alt](x.png) after", "after"),
        (r"\*no\*", "*no*"),
        ("<b>x</b> &amp; y", "x & y"),
        ("note[^1]", "note"),
        ("[a](b_(c).md) d", "a d"),
    ],
)
def test_text_of_a_heading_has_no_marks(written: str, seen: str) -> None:
    assert inline_text(written) == seen


def test_a_section_reaches_to_the_next_heading_of_its_level() -> None:
    source = "intro\n# A\na\n## B\nb\n### C\nc\n## D\nd\n# E\ne"
    found = section(source, "b")
    assert found is not None
    assert source[found.start : found.end] == "## B\nb\n### C\nc\n"
    last = section(source, "e")
    assert last is not None
    assert source[last.start : last.end] == "# E\ne"
    assert section(source, "none") is None


def test_sections_keep_their_bytes_after_front_matter_and_windows_line_ends() -> None:
    source = "---\r\ntitle: x\r\n---\r\n# A\r\ntext\r\n\r\nB\r\n===\r\nend\r\n"
    found = section(source, "b")
    assert found is not None
    assert source[found.start : found.end] == "B\r\n===\r\nend\r\n"


LINES = st.sampled_from(
    [
        "# One", "## Two *x*", "Three\n===", "Four\n---", "text", "- item", "  - nested", "    # code",
        "```", "~~~", "> # quoted", "- # in a list", "<div>", "</div>", "<!--", "-->", "1. one",
        "", "| a | b |", "|---|---|", "[^1]: # note", "!!! note", "    # inside", "# One", "#", "$$",
        ": def", "<details>", "# [[L]] `c` & <b>d</b>", "\tx", "***", "## E ##", "## F {#own}",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=14).map("\n".join))
@settings(max_examples=150, deadline=None)
def test_the_outline_of_the_source_is_that_of_the_rendered_page(source: str) -> None:
    rendered = render(source, "a.md")
    found = headings(source)
    assert rendered.toc == found
    at = -1
    for heading in found:
        at = rendered.html.find(f'<h{heading.level} id="user-content-{heading.anchor}">', at + 1)
        assert at >= 0, heading
        place = section(source, heading.anchor)
        assert place is not None
        assert place.start == 0 or source[place.start - 1] == "\n"
        assert place.end > place.start
