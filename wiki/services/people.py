"""The people behind a space's history: who is shown, and by which addresses they are found."""

from __future__ import annotations

from dataclasses import replace

from wiki.analytics.mailmap import parse_mailmap
from wiki.analytics.people import identify
from wiki.config import Settings
from wiki.model import Author, Identity
from wiki.projections.history import History
from wiki.services.former import Former, called
from wiki.services.resolved import (
    People,
    Person,
    ResolvedPeople,
    mark_of,
    people_from,
    read_people,
    who_of,
    write_people,
)
from wiki.services.space import Space
from wiki.services.space_files import SpaceFile, space_file

MAILMAP = ".mailmap"
_SPACES = 64

__all__ = [
    "MAILMAP",
    "People",
    "Person",
    "mailmap_of",
    "mark_of",
    "people_of",
    "signed_in",
    "who_of",
]


_kept: dict[str, ResolvedPeople] = {}


def people_of(space: Space, settings: Settings) -> People:
    """Everybody in a space's history, resolved anew only when a name or the mailmap is new.

    Raises:
        IndexNotReady: the history is being built.
        FormerMembersUnreadable: nobody can say whose name may be shown.
    """
    former = space.veil.former()
    name, bots = str(space.index_folder), tuple(settings.reports.bots)
    position, mailmap = space.history.position(), mailmap_of(space)
    last = _kept.get(name) or read_people(space.index_folder, former)
    made_from = (mailmap.oid, bots, former.version)
    if last is not None and (last.mailmap, last.bots, last.people.former.version) != made_from:
        last = None
    if last is not None and last.position == position:
        found = last
    else:
        signed = space.history.signed(last.signed if last else None)
        if last is not None and signed.pairs == last.signed.pairs:
            found = replace(last, position=position, signed=signed)
        else:
            people = _resolve(signed.pairs, mailmap.text, settings, former)
            found = ResolvedPeople(position, mailmap.oid, bots, signed, people)
            write_people(space.index_folder, found)
    if len(_kept) >= _SPACES:
        _kept.clear()
    _kept[name] = found
    return found.people


def signed_in(history: History) -> frozenset[tuple[Author, str]]:
    """Every author with each account of the wiki that wrote under it ("": changes without one).

    Raises:
        IndexNotReady: the history is being built.
    """
    return history.signed().pairs


def _resolve(
    signed: frozenset[tuple[Author, str]], mailmap: str, settings: Settings, former: Former
) -> People:
    """Former members are resolved apart: nobody is joined with one, or known by such a name."""
    law = parse_mailmap(mailmap)
    gone: dict[Author, Identity] = {}
    here: set[tuple[Author, str]] = set()
    for author, account in signed:
        number = former.number_of(author) or former.number_of(law.resolve(author))
        if number:
            gone[author] = Identity(called(number), called(number))
        else:
            here.add((author, account))
    authors = sorted({author for author, _ in here}, key=lambda who: (who.email, who.name))
    found = identify(authors, mailmap, settings.reports.bots, here)
    return people_from({**found.identities, **gone}, found.decisions, former)


def mailmap_of(space: Space) -> SpaceFile:
    """The repository's ``.mailmap`` at the head; empty without one."""
    return space_file(space, MAILMAP)
