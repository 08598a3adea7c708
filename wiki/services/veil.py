"""How the wiki shows who wrote and what they said of it: everything that is read from a history to be
shown passes here, so that no page, feed or answer of the API need think of it.

Former members lose their names, in what others said, too; and e-mail addresses are no reader's
business. Clones hold what git recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from wiki.errors import FormerMembersUnreadable
from wiki.model import Author
from wiki.projections.history import CommitRow
from wiki.services.former import Former, FormerMembers, called

_BRACKETED = re.compile(r"[ \t]*<[^<>\s@]{1,200}@[^<>\s@]{1,250}>")
_ADDRESS = re.compile(r"([^\s<>@]{1,200})@[^\s<>@]{1,250}")

Authors = Callable[[], Iterable[Author]]

_ANYTHING = re.compile(r"(?s).+")
_SOMEBODY = Author("somebody", "")
"""Everybody, while nobody can say whose name may be shown."""


class Veil:
    """What of a space's history is shown. ``authors`` gives everybody in it."""

    def __init__(self, members: FormerMembers) -> None:
        self._members = members
        self._authors: Authors = tuple
        self._position: Callable[[], str | None] = lambda: None
        self._names: tuple[object, re.Pattern[str] | None, dict[str, int]] = (None, None, {})

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
        try:
            shown = self.former().shown(author)
        except FormerMembersUnreadable:
            return _SOMEBODY
        return replace(shown, name=without_address(shown.name)) if "@" in shown.name else shown

    def commit(self, row: CommitRow) -> CommitRow:
        """A commit to be shown."""
        if not self._hides() and "@" not in row.message and "@" not in row.author.name:
            return row
        return replace(
            row,
            author=self.author(row.author),
            committer=self.author(row.committer),
            co_authors=tuple(self.author(each) for each in row.co_authors),
            pusher=self.author(row.pusher) if row.pusher else None,
            message=self.text(row.message),
        )

    def text(self, message: str) -> str:
        """What somebody said of a change, without addresses beside names, and without former members."""
        if "@" in message:
            message = _BRACKETED.sub("", message)
        pattern, numbers = self._called()
        if pattern is None:
            return message
        return pattern.sub(
            lambda found: called(numbers[found[0].casefold()]) if numbers else "…", message
        )

    def _hides(self) -> bool:
        try:
            return bool(self.former().numbers)
        except FormerMembersUnreadable:
            return True

    def _called(self) -> tuple[re.Pattern[str] | None, dict[str, int]]:
        """The full names and addresses of former members in this history, to be found in sentences."""
        try:
            former = self.former()
        except FormerMembersUnreadable:
            return _ANYTHING, {}
        if not former.numbers:
            return None, {}
        key = (former.version, self._position())
        if self._names[0] != key:
            numbers: dict[str, int] = {}
            for author in self._authors():
                number = former.number_of(author)
                if number:
                    told = [author.email, author.name if len(author.name.split()) > 1 else ""]
                    numbers |= {each.casefold(): number for each in told if each}
            self._names = (key, _pattern(numbers), numbers)
        return self._names[1], self._names[2]


def _pattern(texts: Iterable[str]) -> re.Pattern[str] | None:
    longest = sorted(texts, key=lambda text: (-len(text), text))
    if not longest:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)


def without_address(name: str) -> str:
    """A name to be shown, where somebody put an address in its place."""
    return _ADDRESS.sub(r"\1@…", name)
