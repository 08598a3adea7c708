"""People as they were resolved, and a file that remembers them for the next process.

Resolving thousands of names takes longer than reading what came of it. The file is nothing but a
memory: what cannot be read, or was resolved from anything else, is resolved anew.
"""

from __future__ import annotations

import json
import os
import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from wiki.analytics.people import RULES, Decision
from wiki.model import Author, Identity
from wiki.projections.history.signatures import Signed
from wiki.services.former import NOBODY, Former, called
from wiki.services.veil import without_address

_WORTH_KEEPING = 200
"""So few people are resolved faster than a file is read."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a history. ``who`` names the person in addresses without telling an e-mail.

    ``is_known``: something is credited to them. Of others there is a name in a commit, which proves nothing.
    """

    who: str
    name: str
    is_bot: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in a space's history."""

    identities: Mapping[Author, Identity]
    authors: Mapping[str, tuple[Author, ...]] = field(repr=False)
    decisions: tuple[Decision, ...] = field(default=(), repr=False)
    former: Former = field(default=NOBODY, repr=False)

    def person(self, author: Author) -> Person:
        """The person behind a name and address, whether they are as git recorded them or as they are shown."""
        known = self.identities.get(author)
        identity = known or self._former(author) or Identity(f"{author.name}\n{author.email}", "")
        name = without_address(identity.name or author.name) or "Somebody without a name"
        who = who_of(identity)
        return Person(who, name, identity.is_bot, is_known=who in self.authors)

    def is_former(self, who: str) -> bool:
        """Whether a person of this mark is named no more."""
        authors = self.authors_of(who)
        return bool(authors) and self.identities[authors[0]].key in self.former.names

    def _former(self, author: Author) -> Identity | None:
        """The former member whom an author means; an author is shown as one without any address."""
        number = self.former.number_of(author)
        name = called(number) if number else author.name
        is_one = bool(number) or (not author.email and name in self.former.names)
        return Identity(name, name) if is_one else None

    def authors_of(self, who: str) -> tuple[Author, ...]:
        """Every name and address of a person; none if there is no such person."""
        return self.authors.get(who, ())


def who_of(identity: Identity) -> str:
    """A person's mark in addresses."""
    return _mark(identity.key)


def mark_of(author: Author) -> str:
    """Names a name and an address in a form, telling neither."""
    return _mark(f"{author.name}\n{author.email}")


def _mark(key: str) -> str:
    return blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class ResolvedPeople:
    """What was resolved last for a space, and from what."""

    position: str | None
    mailmap: str
    bots: tuple[str, ...]
    signed: Signed
    people: People


def people_from(
    identities: Mapping[Author, Identity],
    decisions: tuple[Decision, ...],
    former: Former = NOBODY,
) -> People:
    """Everybody with every name and address of each."""
    marks: dict[Identity, str] = {}
    groups: dict[str, list[Author]] = defaultdict(list)
    for author, identity in identities.items():
        who = marks.get(identity)
        if who is None:
            who = marks[identity] = who_of(identity)
        groups[who].append(author)
    authors = {who: tuple(group) for who, group in groups.items()}
    return People(identities, authors, decisions, former)


def write_people(folder: Path, resolved: ResolvedPeople) -> None:
    """Remember them; a disk that does not take them is no reason to refuse anything."""
    people = resolved.people
    authors = list(people.identities)
    if len(authors) < _WORTH_KEEPING:
        return
    places = {author: place for place, author in enumerate(authors)}
    identities = list(dict.fromkeys(people.identities.values()))
    numbers = {identity: number for number, identity in enumerate(identities)}
    body = json.dumps(
        {
            "rules": RULES,
            "position": resolved.position,
            "mailmap": resolved.mailmap,
            "former": people.former.version,
            "bots": resolved.bots,
            "file": resolved.signed.file,
            "commits": resolved.signed.commits,
            "authors": [[who.name, who.email] for who in authors],
            "signed": sorted((places[who], account) for who, account in resolved.signed.pairs),
            "people": [[one.key, one.name, one.is_bot] for one in identities],
            "person": [numbers[people.identities[who]] for who in authors],
            "decisions": [
                [each.reason, each.detail, [places[who] for who in each.authors]]
                for each in people.decisions
            ],
        }
    ).encode()
    draft = folder / f"people-{os.getpid()}.draft"
    try:
        draft.write_bytes(b"%08x\n" % zlib.crc32(body) + body)
        draft.replace(folder / "people.resolved")
    except OSError:
        draft.unlink(missing_ok=True)


def read_people(folder: Path, former: Former = NOBODY) -> ResolvedPeople | None:
    """Those that were remembered; None if there are none that hold, or others were former members then."""
    try:
        mark, _, body = (folder / "people.resolved").read_bytes().partition(b"\n")
    except OSError:
        return None
    if mark != b"%08x" % zlib.crc32(body):
        return None
    known: dict[str, Any] = json.loads(body)
    if known["rules"] != RULES or known.get("former", "") != former.version:
        return None
    authors = [Author(*each) for each in known["authors"]]
    people = [Identity(*each) for each in known["people"]]
    identities = {
        author: people[number] for author, number in zip(authors, known["person"], strict=True)
    }
    decisions = tuple(
        Decision(reason, detail, tuple(authors[place] for place in places))
        for reason, detail, places in known["decisions"]
    )
    pairs = frozenset((authors[place], account) for place, account in known["signed"])
    return ResolvedPeople(
        known["position"],
        known["mailmap"],
        tuple(known["bots"]),
        Signed(pairs, known["file"], known["commits"]),
        people_from(identities, decisions, former),
    )
