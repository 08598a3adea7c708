"""What nobody changed stays byte for byte, whatever a browser does to line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.editable import to_bytes, to_text

LINES = st.lists(
    st.tuples(
        st.one_of(st.text(max_size=8).map(str.encode), st.binary(max_size=8)).map(
            lambda b: b.replace(b"\r", b"").replace(b"\n", b"")
        ),
        st.sampled_from([b"\n", b"\r\n", b"\r"]),
    ),
    max_size=12,
)


def through_a_browser(text: str) -> str:
    """As a form sends a text area."""
    return text.replace("\n", "\r\n")


@given(LINES, st.booleans(), st.booleans())
def test_r031_saving_unchanged_gives_the_same_bytes(
    lines: list[tuple[bytes, bytes]], bom: bool, ended: bool
) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + b"".join(text + end for text, end in lines)
    if not ended:
        data = data.rstrip(b"\r\n")
    assert to_bytes(through_a_browser(to_text(data).text), data) == data


@pytest.mark.parametrize(
    ("base", "text", "saved"),
    [
        (None, "one", b"one\n"),
        (None, "one\r\ntwo\r\n", b"one\ntwo\n"),
        (b"one\r\ntwo\r\n", "one\nTWO\n", b"one\r\nTWO\r\n"),
        (b"one\r\ntwo\nthree\n", "zero\none\ntwo\nthree\n", b"zero\none\r\ntwo\nthree\n"),
        (b"one\ntwo", "one\ntwo\nthree", b"one\ntwo\nthree"),
        (b"one\ntwo\n", "one", b"one\n"),
        (b"caf\xe9\nx\n", "café\ny\n", b"caf\xe9\ny\n"),
        (b"caf\xe9\nx\n", "cafés\nx\n", "cafés\nx\n".encode()),
        (b"", "one", b"one\n"),
        (b"one\n", "", b""),
    ],
)
def test_changed_lines_take_the_habits_of_their_file(
    base: bytes | None, text: str, saved: bytes
) -> None:
    assert to_bytes(text, base) == saved


def test_bytes_that_are_no_utf8_are_told() -> None:
    assert not to_text(b"caf\xe9").faithful
    assert to_text("café".encode()).faithful


def test_two_large_different_files_are_quick() -> None:
    base = b"".join(b"old %d\n" % n for n in range(60_000))
    text = "".join(f"new {n}\n" for n in range(60_000))
    assert to_bytes(text, base) == text.encode()
