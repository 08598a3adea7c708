"""Who wrote each line of a page, as ``git blame`` tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from wiki.git import process
from wiki.git.commitformat import decode
from wiki.model import Author

SECONDS = 20.0
_HEADER = re.compile(rb"([0-9a-f]{40}) (\d+) (\d+)(?: \d+)?")


@dataclass(frozen=True, slots=True)
class BlameLine:
    """One line and where it came from. Line numbers count from 1; ``text`` has no line end."""

    commit: str
    author: Author
    time: int
    line_number: int
    original_line: int
    text: str


def blame(repository: Path, commit: str, path: str) -> list[BlameLine]:
    """Every line of a file at a commit.

    Raises:
        GitFailed: git cannot say, or not within 20 seconds.
    """
    command = ["blame", "--porcelain", process.full_id(commit), "--", path]
    return parse_blame(process.run(command, repository, timeout=SECONDS).output)


def parse_blame(output: bytes) -> list[BlameLine]:
    """The lines of ``git blame --porcelain``."""
    known: dict[bytes, dict[bytes, bytes]] = {}
    result: list[BlameLine] = []
    details: dict[bytes, bytes] = {}
    at = (b"", 0, 0)
    for line in output.split(b"\n"):
        if line.startswith(b"\t"):
            result.append(_line(at, details, line[1:]))
            continue
        header = _HEADER.fullmatch(line)
        if header:
            at = (header.group(1), int(header.group(2)), int(header.group(3)))
            details = known.setdefault(at[0], {})
        else:
            key, _, value = line.partition(b" ")
            details.setdefault(key, value)
    return result


def _line(at: tuple[bytes, int, int], details: dict[bytes, bytes], text: bytes) -> BlameLine:
    commit, original, number = at
    email = details.get(b"author-mail", b"").removeprefix(b"<").removesuffix(b">")
    time = details.get(b"author-time", b"0")
    return BlameLine(
        commit.decode(),
        Author(decode(details.get(b"author", b"")), decode(email)),
        int(time) if re.fullmatch(rb"-?\d{1,18}", time) else 0,
        number,
        original,
        decode(text.removesuffix(b"\r")),
    )
