"""Raw differences as git prints them with ``-z``, and a pure parser of them.

Like ``wiki.git.log``: what a token means follows from its place alone. Here no message and no name of
a person is among them, so that whatever stands in an object cannot be mistaken for anything else::

    oid parents                                      as "--format=%H %P" prints a commit
    :modes ids status NUL path                       one parent
    ::modes ids statuses NUL path                    a merge: differs from every parent
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wiki.git.trees import to_text

_ENTRY = re.compile(rb"(:+)((?:[0-7]{6} )+)((?:[0-9a-f]{40} )+)[A-Z]+[0-9]*")
_COMMIT = re.compile(rb"[0-9a-f]{40}( [0-9a-f]{40})* ?")


@dataclass(frozen=True, slots=True)
class RawCommit:
    """A commit; the entries that follow are its own."""

    oid: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawEntry:
    """What stands at a path now (``mode`` 0: nothing), and whether nothing of that name stood there before."""

    path: str
    mode: int
    oid: str
    is_new: bool


def parse_changes(tokens: Iterable[bytes]) -> Iterator[RawCommit | RawEntry]:
    """Commits and entries in their order."""
    stream = iter(tokens)
    for token in stream:
        token = token.lstrip(b"\n")
        if token.startswith(b":"):
            path = next(stream, None)
            entry = None if path is None else _entry(token, path)
            if entry is not None:
                yield entry
        elif _COMMIT.fullmatch(token):
            oid, *parents = token.decode("ascii").split()
            yield RawCommit(oid, tuple(parents))


def _entry(token: bytes, path: bytes) -> RawEntry | None:
    found = _ENTRY.fullmatch(token)
    if not found:
        return None
    modes, ids = found[2].split(), found[3].split()
    if not len(modes) == len(ids) == len(found[1]) + 1:
        return None
    before = any(mode != b"000000" for mode in modes[:-1])
    return RawEntry(to_text(path), int(modes[-1], 8), ids[-1].decode("ascii"), not before)
