"""The log as git prints it, and a pure parser of it.

``git log`` is asked for commits whose header fields end with NUL (no field can contain one) and, with
``-z``, for changes whose paths end with NUL. What a token means follows from its place alone, never
from what somebody wrote into a message or a file name::

    oid, parents, author name, address, date, committer name, address, time, message, ""
    then any number of
      :modes ids status NUL path [NUL path]           one parent; two paths for renames and copies
      ::modes ids statuses NUL path × (parents + 1)   a merge: differs from every parent
      added TAB removed TAB path                      counted lines; "-" for binary files
      added TAB removed TAB NUL old NUL new           the same for renames and copies
    until the next token that is an object id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from wiki.git.commitformat import decode, parse_offset, parse_trailers
from wiki.git.moves import join_moves
from wiki.model import Author, Commit, FileChange
from wiki.model.history import ChangeKind

Logged = tuple[Commit, tuple[FileChange, ...]]

FORMAT = "%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%ct%x00%B%x00"
_FIELDS = 9

_HEADERS_ONLY = ("log", "-z", "--date=raw", f"--format={FORMAT}", "--no-color")
_WALK = ("--topo-order", "--reverse")
_LISTED = ("--no-walk=unsorted",)
_CHANGES = (
    "--raw",
    "--no-abbrev",
    "--root",
    "-c",
    "--combined-all-paths",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--no-notes",
    "--ignore-submodules=none",
)
# Finding renames that also changed the text compares contents pairwise; the limit bounds that.
_DETAILS = ("--numstat", "-M", "-C", "-l1000")
# Without reading any file's contents: what can still be told if some are missing.
_EXACT = ("-M100%",)

_KINDS: dict[str, ChangeKind] = {"A": "added", "D": "deleted", "R": "renamed", "C": "copied"}
_OID = re.compile(rb"\n*([0-9a-f]{40}(?:[0-9a-f]{24})?)")
_NULL_ID = re.compile(r"0+")


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is asked of git about each commit."""

    options: tuple[str, ...]

    def walking(self) -> list[str]:
        """The command that walks history, revisions to be given on its input."""
        return [*_HEADERS_ONLY, *_WALK, *self.options, "--stdin"]

    def listed(self) -> list[str]:
        """The command for just those commits given on its input, in their order."""
        return [*_HEADERS_ONLY, *_LISTED, *self.options, "--stdin"]


DETAILED = Depth(_CHANGES + _DETAILS)
FILES_ONLY = Depth(_CHANGES + _EXACT)
COMMITS_ONLY = Depth(("--no-patch",))


def read_tokens(stream: BinaryIO, chunk: int = 1 << 18) -> Iterator[bytes]:
    """What stands between the NULs; an unfinished last token is left out."""
    rest = b""
    while data := stream.read(chunk):
        tokens = (rest + data).split(b"\0")
        rest = tokens.pop()
        yield from tokens


def parse_log(tokens: Iterable[bytes]) -> Iterator[Logged]:
    """Commits with their changes; a commit whose header is cut off at the end is left out."""
    stream = iter(tokens)
    token = next(stream, None)
    while token is not None:
        found = _OID.fullmatch(token)
        if not found:
            token = next(stream, None)
            continue
        fields = [next(stream, None) for _ in range(_FIELDS - 1)]
        if fields[-1] is None:
            return
        commit = _commit(found.group(1).decode(), [field or b"" for field in fields])
        changes, token = _changes(commit, stream)
        yield commit, join_moves(commit, changes)


def _commit(oid: str, fields: Sequence[bytes]) -> Commit:
    parents, name, email, date, committer, address, committed, body = fields
    seconds, _, zone = date.decode("ascii", "replace").partition(" ")
    message = decode(body)
    return Commit(
        oid=oid,
        parents=tuple(parents.decode("ascii", "replace").split()),
        author=Author(decode(name), decode(email)),
        author_time=_number(seconds),
        author_offset=parse_offset(zone),
        committer=Author(decode(committer), decode(address)),
        commit_time=_number(committed.decode("ascii", "replace")),
        message=message,
        trailers=parse_trailers(message),
    )


def _changes(
    commit: Commit, stream: Iterator[bytes]
) -> tuple[tuple[FileChange, ...], bytes | None]:
    """A commit's changes, and the token that begins the next commit (None at the end)."""
    files: dict[str, FileChange] = {}
    counts: dict[str, tuple[int | None, int | None]] = {}
    token = next(stream, None)
    while token is not None:
        token = token.lstrip(b"\n")
        if token.startswith(b":"):
            change = _file_change(commit.oid, token, stream)
            if change is not None:
                files[change.path] = change
        elif token.count(b"\t") >= 2:
            path, lines = _counted(token, stream)
            counts[path] = lines
        elif _OID.fullmatch(token):
            break
        token = next(stream, None)
    if not counts:
        return tuple(files.values()), token
    nothing = (None, None)
    counted = (
        replace(change, lines_added=lines[0], lines_removed=lines[1])
        for change in files.values()
        for lines in (counts.get(change.path, nothing),)
    )
    return tuple(counted), token


def _file_change(commit: str, token: bytes, stream: Iterator[bytes]) -> FileChange | None:
    parents = len(token) - len(token.lstrip(b":"))
    words = token.decode("ascii", "replace").lstrip(":").split(" ")
    if len(words) != 2 * parents + 3:
        return None
    ids, status = words[parents + 1 : -1], words[-1]
    paths = 2 if parents == 1 and status[:1] in "RC" else 1 if parents == 1 else parents + 1
    names = [_path(next(stream, b"")) for _ in range(paths)]
    kind = _kind(status, parents)
    return FileChange(
        commit=commit,
        path=names[-1],
        old_path=names[0],
        kind=kind,
        old_oid=_present(ids[0]),
        new_oid=_present(ids[-1]),
        lines_added=None,
        lines_removed=None,
    )


def _kind(status: str, parents: int) -> ChangeKind:
    """Git's letter; a merge has one a parent, and adds a file only if no parent has it."""
    if parents > 1 and len(set(status)) > 1:
        return "renamed" if status[0] == "R" else "modified"
    return _KINDS.get(status[:1], "modified")


def _counted(token: bytes, stream: Iterator[bytes]) -> tuple[str, tuple[int | None, int | None]]:
    added, removed, path = token.split(b"\t", 2)
    if not path:
        next(stream, None)
        path = next(stream, b"")
    return _path(path), (_count(added), _count(removed))


def _count(digits: bytes) -> int | None:
    return int(digits) if digits.isdigit() else None


def _number(digits: str) -> int:
    return int(digits) if re.fullmatch(r"-?\d{1,18}", digits) else 0


def _present(oid: str) -> str:
    return "" if _NULL_ID.fullmatch(oid) else oid


def _path(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
