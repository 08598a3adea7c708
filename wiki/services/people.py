"""The people behind a space's history: who is shown, and by which addresses they are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from wiki.analytics.people import Decision, identify
from wiki.config import Settings
from wiki.model import Author, Identity
from wiki.projections.history import History
from wiki.services.space import Space
from wiki.services.space_files import SpaceFile, space_file

MAILMAP = ".mailmap"
_SPACES = 64


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a history. ``who`` names the person in addresses without telling an e-mail."""

    who: str
    name: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in a space's history."""

    identities: Mapping[Author, Identity]
    authors: Mapping[str, tuple[Author, ...]] = field(repr=False)
    decisions: tuple[Decision, ...] = field(default=(), repr=False)

    def person(self, author: Author) -> Person:
        """The person behind a name and address."""
        identity = self.identities.get(author) or Identity(f"{author.name}\n{author.email}", "")
        name = identity.name or author.name or "Somebody without a name"
        return Person(who_of(identity), name, identity.is_bot)

    def authors_of(self, who: str) -> tuple[Author, ...]:
        """Every name and address of a person; none if there is no such person."""
        return self.authors.get(who, ())


def who_of(identity: Identity) -> str:
    """A person's mark in addresses."""
    key = identity.key.encode("utf-8", "replace")
    return blake2b(key, digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was resolved last for a space, and from what."""

    position: str | None
    mailmap_id: str
    authors: list[Author]
    signed: frozenset[tuple[Author, str]]
    people: People


_kept: dict[str, _Kept] = {}


def people_of(space: Space, settings: Settings) -> People:
    """Everybody in a space's history, resolved anew only when a name or the mailmap is new.

    Raises:
        IndexNotReady: the history is being built.
    """
    position, mailmap = space.history.position(), mailmap_of(space)
    last = _kept.get(str(space.index_folder))
    if last and (last.position, last.mailmap_id) == (position, mailmap.oid):
        return last.people
    authors, signed = space.history.authors(), signed_in(space.history)
    if last and (last.authors, last.signed, last.mailmap_id) == (authors, signed, mailmap.oid):
        people = last.people
    else:
        people = _resolve(authors, mailmap.text, settings, signed)
    if len(_kept) >= _SPACES:
        _kept.clear()
    _kept[str(space.index_folder)] = _Kept(position, mailmap.oid, authors, signed, people)
    return people


def signed_in(history: History) -> frozenset[tuple[Author, str]]:
    """Every author with each account of the wiki that wrote under it ("": changes without one).

    Raises:
        IndexNotReady: the history is being built.
    """
    return frozenset((each.author, each.account) for each in history.signatures())


def _resolve(
    authors: list[Author],
    mailmap: str,
    settings: Settings,
    signed: frozenset[tuple[Author, str]],
) -> People:
    found = identify(authors, mailmap, settings.reports.bots, signed)
    groups: dict[str, list[Author]] = defaultdict(list)
    for author in authors:
        groups[who_of(found.identities[author])].append(author)
    by_who = {who: tuple(group) for who, group in groups.items()}
    return People(found.identities, by_who, found.decisions)


def mailmap_of(space: Space) -> SpaceFile:
    """The repository's ``.mailmap`` at the head; empty without one."""
    return space_file(space, MAILMAP)
