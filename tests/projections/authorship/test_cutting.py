"""What git prints of changes, cut into hunks many texts at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wiki.projections.authorship.alignment import Vocabulary
from wiki.projections.authorship.cutting import cut
from wiki.projections.authorship.hunks import Hunk, WordsOfText
from wiki.text.tokens import raw_words

REMARK = b"\\ No newline at end of file"

lines = st.lists(
    st.sampled_from([b"one two", b"", b"@@ x", b"\xc3\xa9t\xc3\xa9 2", b"-- a", b"\xff"])
)
hunks = st.tuples(st.integers(1, 10**6), lines, lines, st.booleans(), st.booleans()).filter(
    lambda hunk: bool(hunk[1] or hunk[2])
)
Told = tuple[int, list[bytes], list[bytes], bool, bool]


def printed(hunk: Told) -> bytes:
    """As git would, with a remark after each side that has no last line end."""
    at, old, new, ends_old, ends_new = hunk
    rows = [b"@@ -%d,%d +1,%d @@ def -x():" % (at, len(old), len(new))]
    rows += [b"-" + line for line in old] + [REMARK] * (ends_old and bool(old))
    rows += [b"+" + line for line in new] + [REMARK] * (ends_new and bool(new))
    return b"\n".join(rows)


@given(st.lists(st.none() | st.lists(hunks, max_size=3), max_size=4))
def test_every_text_gets_its_own_hunks(pages: list[list[Told] | None]) -> None:
    texts = [None if page is None else b"\n".join(map(printed, page)) for page in pages]
    words = Vocabulary()
    found = cut(texts, WordsOfText(), words)
    assert [len(each) for each in found] == [len(page or ()) for page in pages]
    for page, each in zip(pages, found, strict=True):
        for told, hunk in zip(page or (), each, strict=True):
            _assert_same(told, hunk, words)


def _assert_same(told: Told, hunk: Hunk, words: Vocabulary) -> None:
    at, old, new, _, _ = told
    assert (hunk.position, hunk.removed, hunk.added) == (at - bool(old), len(old), len(new))
    assert hunk.minus() == b"\n".join(b"-" + line for line in old)
    assert hunk.sizes() == [len(raw_words(line)) for line in new]
    assert hunk.words() == words.numbers(raw_words(b"\n".join(new)))
    assert hunk.size == sum(hunk.sizes())
    hunk.old = [1] * sum(len(raw_words(line)) for line in old)
    if hunk.added and hunk.old:
        hunk.align()
    kept = sum(end - start for start, end, _, _ in hunk.stretches)
    assert hunk.fresh == hunk.size - kept
    assert all(tokens == -1 for tokens in hunk.marks()) == (not kept)
