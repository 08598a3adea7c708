"""Blocks as forges read them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.blocks import Block, read_blocks, walk
from wiki.text.lines import heading_line


def shape(source: str) -> str:
    """The blocks as one short line: ``list(item(paragraph,fence))``."""

    def one(block: Block) -> str:
        inner = ",".join(one(child) for child in block.children)
        return f"{block.kind}({inner})" if inner else block.kind

    return " ".join(one(block) for block in read_blocks(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("text\n- a\n- b", "paragraph list(item(paragraph),item(paragraph))"),
        ("- a\n  - b", "list(item(paragraph,list(item(paragraph))))"),
        ("1. a\n   - b\n2. c", "list(item(paragraph,list(item(paragraph))),item(paragraph))"),
        ("- a\n  ```\n  code\n  ```\n- b", "list(item(paragraph,fence),item(paragraph))"),
        ("- a\n\n- b", "list(item(paragraph),item(paragraph))"),
        ("- a\n* b", "list(item(paragraph)) list(item(paragraph))"),
        ("text\n2020. was a year", "paragraph"),
        ("a\n# b\nc", "paragraph heading paragraph"),
        ("a\n===", "heading"),
        ("a\n---", "heading"),
        ("a\n\n---", "paragraph rule"),
        ("#tag", "paragraph"),
        ("> a\nb\n\nc", "quote(paragraph) paragraph"),
        ("> ```\n> x\n> ```", "quote(fence)"),
        ("```\n# no\n", "fence"),
        ("~~~\n```\n~~~", "fence"),
        ("    code\n\n    more", "code"),
        ("\tcode", "code"),
        ("a\n    no code", "paragraph"),
        ("<div>\n# no\n</div>\n\n# yes", "html heading"),
        ("<!-- a\n\n# no -->\n# yes", "html heading"),
        ("text <b>\nmore", "paragraph"),
        ("a | b\n--|--\n1 | 2", "table"),
        ("text\na | b\n--|--\n1 | 2", "paragraph table"),
        ("a | b\n--|--|--", "paragraph"),
        ("Term\n: Def", "paragraph definition(paragraph)"),
        ("[^1]: note\n\n    more", "footnote(paragraph,paragraph)"),
        ("!!! note\n    text", "admonition(paragraph)"),
        ("$$\nx\n- y\n$$", "math"),
        ("[a]: b.md", "reference"),
        ("", ""),
    ],
)
def test_blocks_are_read_as_forges_do(source: str, expected: str) -> None:
    assert shape(source) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# a", (1, "a")),
        ("## a ##", (2, "a")),
        ("## a #b", (2, "a #b")),
        ("#", (1, "")),
        ("####### a", None),
        ("#a", None),
        ("# ##", (1, "")),
    ],
)
def test_heading_lines(line: str, expected: tuple[int, str] | None) -> None:
    assert heading_line(line) == expected


def test_loose_lists_are_told_from_tight_ones() -> None:
    assert [block.loose for block in read_blocks("- a\n- b")] == [False]
    assert [block.loose for block in read_blocks("- a\n\n- b")] == [True]
    assert [block.loose for block in read_blocks("- a\n  ```\n  x\n\n  y\n  ```\n- b")] == [False]


MARKDOWN = st.text(alphabet="ab #-*>`~\n1.[]()|:<!/=$\\_é漢", max_size=80)


@given(MARKDOWN)
@settings(max_examples=200, deadline=None)
def test_every_line_of_text_belongs_to_one_leaf(source: str) -> None:
    leaves = [b for b in walk(read_blocks(source)) if not b.children and b.kind != "rule"]
    starts = [offset for block in leaves for offset, _ in block.lines]
    assert starts == sorted(starts)
    assert all(0 <= offset <= len(source) for offset in starts)


@pytest.mark.parametrize(
    "piece",
    [
        "- ",
        "> ",
        ">",
        "- a\n",
        "a\n",
        "<!--\n",
        "$$\n",
        "- a\n\n",
        "| a |\n",
        "1. ",
        "[^a]: ",
        "`",
        "_ ",
    ],
)
def test_d001_blocks_are_read_in_linear_time(piece: str) -> None:
    started = time.process_time()
    read_blocks(piece * 20_000)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("source", "kinds", "texts"),
    [
        ("*\tDonde\n*\tb", ["list", "item", "paragraph", "item", "paragraph"], ["Donde", "b"]),
        ("2.\tOther\n\n\tmore", ["list", "item", "paragraph", "paragraph"], ["Other", "more"]),
        ("text\n-\ta", ["paragraph", "list", "item", "paragraph"], ["text", "a"]),
        (
            "* a\n\t*\tb\n*\tc",
            ["list", "item", "paragraph", "list", "item", "paragraph", "item", "paragraph"],
            ["a", "b", "c"],
        ),
        ("-\t\tcode", ["list", "item", "code"], ["  code"]),
        ("*\t```\n\t-\tx\n\t```", ["list", "item", "fence"], ["-\tx"]),
        ("*\t", ["list", "item"], []),
    ],
)
def test_a_tab_behind_a_marker_begins_an_item(
    source: str, kinds: list[str], texts: list[str]
) -> None:
    blocks = list(walk(read_blocks(source)))
    assert [block.kind for block in blocks] == kinds
    assert [block.text() for block in blocks if block.lines] == texts
    for block in blocks:
        for offset, text in block.lines:
            body = text.lstrip(" ")
            assert source.startswith(body, offset + len(text) - len(body))
