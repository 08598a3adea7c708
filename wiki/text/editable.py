"""A page's bytes as text for an editor, and back, so that what nobody changed stays byte for byte.

Browsers send every line end as CR LF and show no byte order mark; the file may have other habits,
even several at once, or bytes that are no UTF-8. What comes back is fitted to the file it was made
from: lines that were not touched keep their very bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_LINES_COMPARED = 20_000
"""Beyond that many changed lines in a file of mixed habits, the commonest habit wins for all."""


@dataclass(frozen=True, slots=True)
class Editable:
    """Text with ``\\n`` line ends. ``faithful`` is False if some bytes were no UTF-8 and are shown
    as the nearest characters."""

    text: str
    faithful: bool


def to_text(data: bytes) -> Editable:
    """What an editor shows of a file."""
    body = data.removeprefix(_BOM)
    try:
        return Editable(_unix(body.decode()), True)
    except UnicodeDecodeError:
        return Editable("".join(_show(line) for line in _LINE.findall(body)), False)


def to_bytes(text: str, base: bytes | None) -> bytes:
    """The file that an editor's text makes, given the file it was made from (None: a new one).

    A new file has ``\\n`` line ends and ends with one. Lines that ``base`` has too keep their bytes.
    """
    text = _unix(text)
    if base is None:
        return _ended(text).encode()
    mark, body = (_BOM, base[len(_BOM) :]) if base.startswith(_BOM) else (b"", base)
    old = _LINE.findall(body)
    if not old:
        return mark + _ended(text).encode()
    return mark + _fitted(_split(text), old)


def _fitted(lines: list[str], old: list[bytes]) -> bytes:
    """The new lines, with the bytes of the old ones where they are the same."""
    shown = [_show(line) for line in old]
    end = _commonest_end(old)
    made = [_encode(line, end) for line in lines]
    for index, was in _same_lines(lines, shown):
        made[index] = old[was]
    if made and not old[-1].endswith((b"\r", b"\n")):
        return b"".join(_with_ends(made, end))
    if made and not made[-1].endswith((b"\r", b"\n")):
        made[-1] += end
    return b"".join(_with_ends(made, end))


def _same_lines(lines: list[str], shown: list[str]) -> list[tuple[int, int]]:
    """Pairs (new index, old index) of lines that stayed, compared without their ends."""
    new, was = [line.rstrip("\n") for line in lines], [line.rstrip("\n") for line in shown]
    start = 0
    while start < min(len(new), len(was)) and new[start] == was[start]:
        start += 1
    stop = 0
    while stop < min(len(new), len(was)) - start and new[-1 - stop] == was[-1 - stop]:
        stop += 1
    pairs = [(index, index) for index in range(start)]
    pairs += [(len(new) - n, len(was) - n) for n in range(1, stop + 1)]
    middle, old_middle = new[start : len(new) - stop], was[start : len(was) - stop]
    if len(middle) > _LINES_COMPARED or len(old_middle) > _LINES_COMPARED:
        return pairs
    blocks = LCSseq.opcodes(middle, old_middle)
    for block in blocks:
        if block.tag == "equal":
            span = range(block.src_end - block.src_start)
            pairs += [(start + block.src_start + n, start + block.dest_start + n) for n in span]
    return pairs


def _with_ends(made: list[bytes], end: bytes) -> list[bytes]:
    """Every line but the last must end somehow: a last line kept from before may not."""
    for index in range(len(made) - 1):
        if not made[index].endswith((b"\r", b"\n")):
            made[index] += end
    return made


def _commonest_end(lines: list[bytes]) -> bytes:
    windows = sum(line.endswith(b"\r\n") for line in lines)
    unix = sum(line.endswith(b"\n") for line in lines) - windows
    mac = sum(line.endswith(b"\r") for line in lines)
    return max((unix, b"\n"), (windows, b"\r\n"), (mac, b"\r"), key=lambda pair: pair[0])[1]


def _encode(line: str, end: bytes) -> bytes:
    if line.endswith("\n"):
        return line[:-1].encode() + end
    return line.encode()


def _show(line: bytes) -> str:
    """One line as text; a line that is no UTF-8 is read as the Western encoding it most likely is."""
    try:
        return _unix(line.decode())
    except UnicodeDecodeError:
        return _unix(line.decode("latin-1"))


def _split(text: str) -> list[str]:
    """Lines ended by ``\\n`` only (``splitlines`` knows seven more ends)."""
    parts = text.split("\n")
    lines = [part + "\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
