"""How the wiki shows who wrote and what they said of it: everything that is read from a history to be
shown passes here, so that no page, feed or answer of the API need think of it.

Former members lose their names, in what others said, too; and e-mail addresses are no reader's
business. Clones hold what git recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from wiki.errors import FormerMembersUnreadable
from wiki.model import Author
from wiki.projections.history import CommitRow
from wiki.services.former import Former, FormerMembers, called

_BRACKETED = re.compile(r"[ \t]?<[^<>\s@]{1,200}@[^<>\s@]{1,250}>")
_ADDRESS = re.compile(r"([^\s<>@]{1,200})@[^\s<>@]{1,250}")

Authors = Callable[[], Iterable[Author]]

_SOMEBODY = Author("somebody", "")
"""Everybody, while nobody can say whose name may be shown."""


class Veil:
    """What of a space's history is shown. ``authors`` gives everybody in it."""

    def __init__(self, members: FormerMembers) -> None:
        self._members = members
        self._authors: Authors = tuple
        self._position: Callable[[], str | None] = lambda: None
        self._names = _Names()

    def watch(self, authors: Authors, position: Callable[[], str | None]) -> None:
        """Say whose history it is: everybody in it, and what changes when there are others."""
        self._authors, self._position = authors, position

    def former(self) -> Former:
        """Who is named no more; raises FormerMembersUnreadable where nobody can say."""
        return self._members.known()

    @property
    def version(self) -> str:
        """Changes whenever somebody is named no more."""
        try:
            return self.former().version
        except FormerMembersUnreadable:
            return "unreadable"

    def author(self, author: Author) -> Author:
        """An author to be shown: without the name of a former member, and never with a name that is an
        address. Nobody is named while the list of former members cannot be read."""
        former = self._known()
        return _author(former, author)

    def commit(self, row: CommitRow) -> CommitRow:
        """A commit to be shown."""
        former = self._known()
        hides = former is None or former.numbers
        if not hides and "@" not in row.message and "@" not in row.author.name:
            return row
        return replace(
            row,
            author=_author(former, row.author),
            committer=_author(former, row.committer),
            co_authors=tuple(_author(former, each) for each in row.co_authors),
            pusher=_author(former, row.pusher) if row.pusher else None,
            message=self._text(former, row.message),
        )

    def text(self, message: str) -> str:
        """What somebody said of a change, without addresses beside names, and without former members."""
        return self._text(self._known(), message)

    def _known(self) -> Former | None:
        try:
            return self.former()
        except FormerMembersUnreadable:
            return None

    def _text(self, former: Former | None, message: str) -> str:
        if former is None:
            return "…" if message.strip() else ""
        if "@" in message:
            message = _BRACKETED.sub("", message)
        if not former.numbers:
            return message
        names = self._called(former)
        return names.pattern.sub(names.instead, message) if names.pattern else message

    def _called(self, former: Former) -> _Names:
        """The full names and addresses of former members in this history, to be found in sentences."""
        key = (former.version, self._position())
        if self._names.key != key:
            numbers: dict[str, int] = {}
            for author in self._authors():
                number = former.number_of(author)
                if number:
                    told = [author.email, author.name if len(author.name.split()) > 1 else ""]
                    numbers |= {each: number for each in told if each}
            self._names = _Names(key, _pattern(numbers), numbers)
        return self._names


@dataclass(frozen=True, slots=True)
class _Names:
    """Texts by which former members are called, with the number of each, and what finds any of them."""

    key: object = None
    pattern: re.Pattern[str] | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)

    def instead(self, found: re.Match[str]) -> str:
        """What is said in place of such a text, as it was found in whatever capitals."""
        same = (n for text, n in self.numbers.items() if _alike(text).fullmatch(found[0]))
        return called(next(same))


def _author(former: Former | None, author: Author) -> Author:
    if former is None:
        return _SOMEBODY
    shown = former.shown(author)
    return replace(shown, name=without_address(shown.name)) if "@" in shown.name else shown


def _alike(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text), re.IGNORECASE)


def _pattern(texts: Iterable[str]) -> re.Pattern[str] | None:
    longest = sorted(texts, key=lambda text: (-len(text), text))
    if not longest:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


def without_address(name: str) -> str:
    """A name to be shown, where somebody put an address in its place."""
    return _ADDRESS.sub(r"\1@…", name)
