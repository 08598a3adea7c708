"""Plain text for the search index."""

from __future__ import annotations

import time

import pytest

from wiki.text.plain import plain_text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("---\ntitle: x\n---\n# A *b*\n\ntext\nmore", "A b\ntext more"),
        ("- [x] a\n- [b](c.md)\n  - d", "a\nb\nd"),
        ("| a | b |\n|---|---|\n| c\\|d | [[P]] |", "a b\nc|d P"),
        ("```py\nx = 1\n```", "x = 1"),
        ("<div>\n<b>bold</b> text\n</div>\n<!-- hidden -->", "bold text"),
        (
            "> quote\n\n!!! note\n    body\n\nTerm\n: def\n\n[^1]: foot",
            "quote\nbody\nTerm\ndef\nfoot",
        ),
        ("[r]: x.md\n\n---\n", ""),
        ("漢字 и текст", "漢字 и текст"),
        ("", ""),
    ],
)
def test_only_what_a_reader_sees_is_left(source: str, expected: str) -> None:
    assert plain_text(source) == expected


@pytest.mark.parametrize("piece", ["[a](", "`", "**", "<a ", "| a ", "<b>", "[[", "&"])
def test_d001_plain_text_of_hostile_text_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    plain_text(piece * 20_000)
    plain_text("# " + piece * 20_000)
    assert time.process_time() - started < 10
