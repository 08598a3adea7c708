"""Commits as git stores them: pure functions that read one and write one.

Names and messages come from people and from foreign repositories: reading never fails on odd bytes,
and writing lets nobody smuggle a header line or one of the wiki's own trailers into a commit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wiki.model import Author, Commit

_PERSON = re.compile(rb"(.*?) ?<([^\n]*?)> (-?\d+) ([+-]\d{4})", re.DOTALL)
_TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)\s?: ?(\S.*)")
_KNOWN_TRAILER = re.compile(r"(signed-off-by|co-authored-by|strata-[a-z-]+)\s?:", re.IGNORECASE)
_OUR_TRAILER = re.compile(r"^(\s*)(strata-)", re.IGNORECASE | re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NAME_CRUD = " \t.,:;<>\"\\'"
_ENCODING = re.compile(
    r"(?:us-)?ascii|utf-?(?:8|16|32)|(?:iso-?8859-?|latin-?)\d{1,2}|(?:windows-?|cp)\d{3,5}"
    r"|koi8-?[ru]|shift.?jis|euc-?(?:jp|kr|cn)|iso-2022-(?:jp|kr)|gb(?:2312|k|18030)|big5",
    re.IGNORECASE,
)
_MAX_NAME = 200
_MAX_MESSAGE = 20_000
_LAST_TIME = 253_402_300_799  # the end of the year 9999


@dataclass(frozen=True, slots=True)
class NewCommit:
    """All that goes into a commit object."""

    tree: str
    parents: tuple[str, ...]
    author: Author
    author_time: int
    author_offset: int
    committer: Author
    commit_time: int
    message: str
    trailers: tuple[tuple[str, str], ...] = ()


def write_commit(new: NewCommit) -> bytes:
    """The commit object's bytes."""
    lines = [f"tree {new.tree}", *(f"parent {parent}" for parent in new.parents)]
    lines.append(f"author {_person(new.author, new.author_time, new.author_offset)}")
    lines.append(f"committer {_person(new.committer, new.commit_time, 0)}")
    text = "\n".join(lines) + "\n\n" + full_message(new.message, new.trailers)
    return text.encode("utf-8", "replace")


def full_message(message: str, trailers: Sequence[tuple[str, str]]) -> str:
    """A message fit to be stored, with our trailers at its end."""
    message = _CONTROL.sub("", message.replace("\r\n", "\n").replace("\r", "\n"))[:_MAX_MESSAGE]
    # Lines that look like the wiki's own trailers are words of a person, and shall stay so.
    message = _OUR_TRAILER.sub(r"\1> \2", message)
    message = "\n".join(line.rstrip() for line in message.strip().split("\n"))
    if not trailers:
        return message + "\n"
    block = "\n".join(f"{key}: {_one_line(value)}" for key, value in trailers)
    gap = "\n" if parse_trailers(message) else "\n\n"
    return f"{message}{gap}{block}\n"


def clean_name(name: str) -> str:
    """A name or address as git takes it: one line, no angle brackets, no control characters."""
    name = _CONTROL.sub("", " ".join(name[: 4 * _MAX_NAME].split()))
    return re.sub(r"[<>]", "", name).strip(_NAME_CRUD)[:_MAX_NAME].strip(_NAME_CRUD)


def _one_line(value: str) -> str:
    return _CONTROL.sub("", value.replace("\n", " ")).strip() or "-"


def read_commit(oid: str, raw: bytes) -> Commit:
    """A commit object taken apart; what is missing or malformed becomes empty or zero."""
    head, _, body = raw.partition(b"\n\n")
    headers = _headers(head)
    encoding = headers.get(b"encoding", [b""])[0]
    author, author_time, offset = _read_person(headers.get(b"author", [b""])[0], encoding)
    committer, commit_time, _ = _read_person(headers.get(b"committer", [b""])[0], encoding)
    message = decode(body, encoding)
    return Commit(
        oid,
        tuple(parent.decode("ascii", "replace") for parent in headers.get(b"parent", [])),
        author,
        author_time,
        offset,
        committer,
        commit_time,
        message,
        parse_trailers(message),
    )


def commit_tree(raw: bytes) -> str:
    """The id of the tree of a commit object; "" if it names none."""
    found = re.match(rb"tree ([0-9a-f]{40})\n", raw)
    return found.group(1).decode() if found else ""


def decode(text: bytes, encoding: bytes = b"") -> str:
    """Text of a commit; never fails, never contains NUL."""
    name = encoding.decode("ascii", "replace").strip()
    try:
        # Python has codecs that are programs ("zip", "idna", "punycode"): only alphabets count.
        name = name if _ENCODING.fullmatch(name) else "utf-8"
        return text.decode(name).replace("\0", "�")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace").replace("\0", "�")


def parse_offset(zone: str) -> int:
    """Minutes east of UTC of a zone such as ``+0530``; 0 where it makes no sense."""
    found = re.fullmatch(r"([+-])(\d{1,2})(\d{2})", zone)
    if not found:
        return 0
    minutes = int(found.group(2)) * 60 + int(found.group(3))
    if minutes > 14 * 60:
        return 0
    return -minutes if found.group(1) == "-" else minutes


def parse_trailers(message: str) -> tuple[tuple[str, str], ...]:
    """The (key, value) lines of a message's last paragraph, as ``git interpret-trailers`` sees them.

    The paragraph counts if all its lines are trailers, or if one of them is a well-known trailer.
    """
    paragraphs = re.split(r"\n[ \t]*\n", message.rstrip())
    if len(paragraphs) < 2:
        return ()
    lines = paragraphs[-1].strip("\n").split("\n")
    found: list[tuple[str, str]] = []
    stray = False
    for line in lines:
        match = _TRAILER.fullmatch(line.rstrip())
        if match:
            found.append((match.group(1), match.group(2).strip()))
        elif found and line[:1] in " \t":
            key, value = found[-1]
            found[-1] = (key, f"{value} {line.strip()}")
        else:
            stray = True
    if stray and not any(_KNOWN_TRAILER.match(line) for line in lines):
        return ()
    return tuple(found)


def _headers(head: bytes) -> dict[bytes, list[bytes]]:
    """Header lines by key; the indented lines of a signature belong to the line above."""
    result: dict[bytes, list[bytes]] = {}
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key:
            result.setdefault(key, []).append(value)
    return result


def _read_person(line: bytes, encoding: bytes) -> tuple[Author, int, int]:
    # The last "> " ends the address; anything odd before it belongs to the name.
    found = _PERSON.fullmatch(line[:4000])
    if not found:
        return Author(decode(line[:200], encoding).strip(), ""), 0, 0
    name, email, seconds, zone = found.groups()
    return (
        Author(decode(name, encoding).strip(), decode(email, encoding).strip()),
        _bounded(int(seconds[:18])),
        parse_offset(zone.decode()),
    )


def _person(person: Author, seconds: int, offset: int) -> str:
    name = clean_name(person.name) or clean_name(person.email) or "unknown"
    email = clean_name(person.email).replace(" ", "")
    sign, minutes = ("-", -offset) if offset < 0 else ("+", offset)
    minutes = min(minutes, 14 * 60)
    return f"{name} <{email}> {_bounded(seconds)} {sign}{minutes // 60:02d}{minutes % 60:02d}"


def _bounded(seconds: int) -> int:
    return max(0, min(seconds, _LAST_TIME))
