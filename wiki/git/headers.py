"""The header of a commit that somebody made elsewhere, read as strictly as git's own programs write it."""

from __future__ import annotations

import re

from wiki.model import Author
from wiki.model.pushing import NO_AUTHOR, PushedCommit

_PERSON = re.compile(rb"([^<>\n\0]*?) ?<([^<>\n\0]*)> (-?\d{1,18}) [+-]\d{4}")
_LONGEST_PERSON = 1_000


def read_header(oid: str, parents: tuple[str, ...], raw: bytes) -> PushedCommit:
    """A commit by its header, with everything in it that is not as it should be."""
    head, _, body = raw.partition(b"\n\n")
    lines = head.split(b"\n")
    people: list[tuple[Author, int | None]] = []
    flaws: list[str] = []
    for key in (b"author ", b"committer "):
        found = [line.removeprefix(key) for line in lines if line.startswith(key)]
        role = key.decode().strip()
        if len(found) != 1:
            flaws.append(f"it names {len(found)} {role}s instead of one")
        person, fault = _person(found[0] if found else b"")
        if fault and found:
            flaws.append(f"its {role} {fault}")
        people.append(person)
    if any(line.startswith(b"encoding ") for line in lines):
        flaws.append("it declares another encoding than UTF-8")
    if b"\0" in raw:
        flaws.append("it contains a character (NUL) that no text may contain")
    (author, written), (committer, committed) = people
    return PushedCommit(
        oid,
        parents,
        len(raw),
        len(body),
        author,
        written,
        committer,
        committed,
        tuple(flaws),
    )


def _person(line: bytes) -> tuple[tuple[Author, int | None], str]:
    """Name, address and time; and what is wrong with them, or ""."""
    if len(line) > _LONGEST_PERSON:
        return (NO_AUTHOR, None), f"is longer than {_LONGEST_PERSON} bytes"
    found = _PERSON.fullmatch(line)
    if not found:
        return (NO_AUTHOR, None), "is not written as “Name <address> time zone”"
    try:
        person = Author(found[1].decode().strip(), found[2].decode().strip())
    except UnicodeDecodeError:
        return (NO_AUTHOR, int(found[3])), "is not written in UTF-8"
    if not person.name or not person.email:
        missing = "address" if person.name else "name"
        return (person, int(found[3])), f"has no {missing}"
    return (person, int(found[3])), ""
