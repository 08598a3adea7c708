"""Git's long output, however it comes in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wiki.git.streams import parts

texts = st.lists(st.sampled_from([b"a", b"b\nc", b"x\1y", b"\nz"]), min_size=1, max_size=5)


@given(texts, st.lists(st.integers(1, 6)))
def test_parts_are_the_same_wherever_the_stream_was_cut(told: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(b"\1" + text + b"\n" for text in told)
    chunks = []
    for size in [*cuts, len(stream)]:
        chunks.append(stream[:size])
        stream = stream[size:]
    assert list(parts(chunk for chunk in chunks if chunk)) == told
