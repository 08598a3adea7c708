"""What counts as a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.tokens import raw_words, spans, tokens
from wiki.text.word_counts import line_sizes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 5 o'clock, isn't_it?", ["It", "s", "5", "o", "clock", "isn", "t", "it"]),
        ("Größe—naïve Ελλάδα", ["Größe", "naïve", "Ελλάδα"]),
        ("日本語のカナ。テスト", [*"日本語のカナテスト"]),
        ("한국어 문서", ["한국어", "문서"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("e\u0301te\u0301 می\u200cخواهم", ["e\u0301te\u0301", "می\u200cخواهم"]),
        ("v2.0 — x² 𠀀𠀁 😀", ["v2", "0", "x²", "𠀀", "𠀁"]),
        ("… --- ***", []),
    ],
)
def test_words_of_many_scripts(text: str, words: list[str]) -> None:
    assert tokens(text) == words
    assert [text[start:end] for start, end in spans(text)] == words


texts = st.text(st.one_of(st.characters(), st.sampled_from(" \n-_.é日\u0301\u200d")), max_size=60)


@given(texts)
def test_spans_are_where_the_tokens_are(text: str) -> None:
    assert [text[start:end] for start, end in spans(text)] == tokens(text)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_the_fast_way_for_ascii_finds_the_same_words(text: str) -> None:
    assert tokens(text + "é")[: len(tokens(text)) - 1] == tokens(text)[: len(tokens(text)) - 1]
    assert len(tokens(text + " é")) == len(tokens(text)) + 1


@given(st.lists(texts, min_size=1, max_size=5))
def test_lines_have_the_words_of_their_text(lines: list[str]) -> None:
    lines = [line.replace("\n", " ") for line in lines]
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    seen = [
        line.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape") for line in lines
    ]
    expected = [tokens(line) for line in seen]
    assert raw_words(raw) == [w for line in expected for w in line]
    assert line_sizes(raw).tolist() == list(map(len, expected))
