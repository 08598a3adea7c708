"""What stands in a note of the log of pushes: pure functions that write it and read it.

A note is made of paragraphs of ``Key: value`` lines, one for each push that brought the commit, the first of which
counts; a second kind says who made a proposal of a commit that was here already.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from wiki.git.commitformat import clean_name
from wiki.model import Author
from wiki.model.pushing import PushRecord, RefUpdate

MOST_PARAGRAPHS = 50
"""So many pushes of one commit are remembered, besides the one that counts."""

_NOWHERE = ("",)
_FETCHED = "Fetched-from"
_NAMED = "Named-by: "
_PROPOSALS = "refs/heads/proposal/"
_LINE = re.compile(r"([A-Z][a-z-]+): (.*)")
_PERSON = re.compile(r"(.*) <([^<>]*)>")

_Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A push to be written down: ``brought`` are the commits that came with it, ``updates`` what it moves.
    ``identity`` names it for good, so that it can be taken back."""

    identity: str
    record: PushRecord
    updates: tuple[RefUpdate, ...]
    brought: Sequence[str]


def write_paragraph(new: NewRecord, proposers: Mapping[str, str], *, brought: bool) -> str:
    """What is noted: of a commit that came with the push, or of one that was here and is pointed to."""
    record = new.record
    name, email = (clean_name(each) for each in (record.pusher.name, record.pusher.email))
    by = ("Pushed-by" if brought else "Named-by", record.account)
    lines = [by if record.account else (_FETCHED, name), ("Pusher", f"{name or '-'} <{email}>")]
    lines.append(("Pushed-at", f"{datetime.fromtimestamp(record.at, UTC):%Y-%m-%dT%H:%M:%SZ}"))
    for update in new.updates:
        lines += [("Pushed-to", update.ref)]
        lines += [("From", update.old)] if update.old else []
    lines += [("Proposal", f"{ref} of {account}") for ref, account in proposers.items()]
    lines += [("Trusted", "yes")] if record.trusted else []
    lines.append(("Push", new.identity))
    return "".join(f"{key}: {_one(value)}\n" for key, value in lines)


def _one(value: str) -> str:
    return " ".join(value.split()) or "-"


def _paragraphs(text: str) -> list[_Fields]:
    return [_fields(part) for part in text.split("\n\n")]


def _fields(paragraph: str) -> _Fields:
    """The values of each key, in their order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in paragraph.split("\n"):
        if match := _LINE.fullmatch(line):
            found[match[1]].append(match[2])
    return found


def proposer_of(note: str, reference: str) -> str:
    """The account that first pushed a proposal that last stood here; "" if none is known."""
    for fields in reversed(_paragraphs(note)):
        for line in fields.get("Proposal", ()):
            ref, _, account = line.partition(" of ")
            if ref == reference:
                return account
    return ""


def since(note: str, oldest: float) -> str:
    """The note without pushes before a time (UTC seconds)."""
    kept = (p for p in note.split("\n\n") if _time(_value(_fields(p), "Pushed-at")) >= oldest)
    return "\n\n".join(kept)


def shortened(note: str) -> str:
    """The note with the push that counts and the newest others: whoever pushes the same again and again does
    not make it grow."""
    parts = note.split("\n\n")
    newest = parts[-MOST_PARAGRAPHS:]
    older = (part for part in parts[:-MOST_PARAGRAPHS] if not part.startswith(_NAMED))
    counts = next(older, None)
    return "\n\n".join(newest if counts is None else [counts, *newest])


def without(note: str, identity: str) -> str:
    """The note without one push; "" if nothing is left."""
    kept = (each for each in note.split("\n\n") if f"\nPush: {identity}" not in each)
    return "\n\n".join(kept).strip()


def first_record(note: str) -> PushRecord | None:
    """The push that brought the commit in; None if the note knows of none."""
    for fields in _paragraphs(note):
        person = _PERSON.fullmatch(_value(fields, "Pusher"))
        if person and (fields.get("Pushed-by") or fields.get(_FETCHED)):
            return PushRecord(
                _value(fields, "Pushed-by"),
                Author(person[1], person[2]),
                _time(_value(fields, "Pushed-at")),
                _value(fields, "Trusted") == "yes",
                all(ref.startswith(_PROPOSALS) for ref in fields.get("Pushed-to", _NOWHERE)),
            )
    return None


def _value(fields: _Fields, key: str) -> str:
    return next(iter(fields.get(key, ())), "")


def _time(text: str) -> int:
    try:
        return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0
