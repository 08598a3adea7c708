"""Looks at figures as people read them: who, at whom or what, where, and by which way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from wiki.errors import StrataError
from wiki.model import Viewer
from wiki.services import selves
from wiki.services.accounts import OPERATOR, Account
from wiki.services.elsewhere import gently
from wiki.services.looks import Look
from wiki.services.people import people_of
from wiki.services.space import Space
from wiki.services.wiki import Wiki


@dataclass(frozen=True, slots=True)
class LookRow:
    """One line. ``who`` and ``whom`` are names (``whom`` "" where a report named people), ``where`` the
    title of a space ("": all of them); ``number`` is what the lines before it are asked by."""

    number: int
    at: int
    who: str
    whom: str
    what: str
    where: str
    door: str


def looks_at_me(wiki: Wiki, account: Account) -> list[LookRow]:
    """The newest looks of others at figures about somebody, and at reports that may name them.

    Raises:
        AccountsUnavailable: they cannot be read.
    """
    viewer = account.viewer
    marks: set[tuple[str, str]] = set()
    for space in wiki.spaces(viewer):
        own = gently(partial(selves.own_marks, wiki, viewer, space), frozenset[str]())
        marks |= {(space.name, who) for who in own}
    spaces = {name for name, _ in marks} if not account.left_named_reports else set()
    return _rows(wiki, wiki.looks.about(marks, spaces, account.name))


def all_looks(wiki: Wiki, by: Viewer, before: int = 0) -> list[LookRow]:
    """The newest looks of anybody, or those before a line.

    Raises:
        SignInNeeded, NotAllowed: the settings name others who read them.
        AccountsUnavailable: they cannot be read.
    """
    return _rows(wiki, wiki.looks.all(by, before))


def _rows(wiki: Wiki, looks: Iterable[Look]) -> list[LookRow]:
    names = {account.name: account.author.name for account in wiki.accounts.all()}
    names |= {"": "Somebody not signed in", OPERATOR.account: "Whoever runs the server"}
    return [_row(wiki, names, look) for look in looks]


def _row(wiki: Wiki, names: dict[str, str], look: Look) -> LookRow:
    who = names.get(look.viewer, look.viewer)
    space = _space(wiki, look.space)
    whom = _called(wiki, space, look.subject) if look.subject else ""
    where = space.title if space else look.space
    return LookRow(look.number, look.at, who, whom, look.what, where, look.door)


def _space(wiki: Wiki, name: str) -> Space | None:
    try:
        return wiki.open(name) if name else None
    except StrataError:
        return None  # it was taken away since


def _called(wiki: Wiki, space: Space | None, who: str) -> str:
    """The name of a person now; whoever counts as somebody else since is called nothing in particular."""
    try:
        people = people_of(space, wiki.settings) if space else None
    except StrataError:
        people = None
    authors = people.authors_of(who) if people else ()
    return people.person(authors[0]).name if people and authors else "somebody"
