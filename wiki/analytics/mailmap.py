"""A repository's ``.mailmap``: which name and address a person wants to be known by.

The same four forms of line, the same order of precedence and the same indifference to capitals as
git's own reader; a test compares with ``git check-mailmap``::

    Proper Name <commit@address>
    <proper@address> <commit@address>
    Proper Name <proper@address> <commit@address>
    Proper Name <proper@address> Commit Name <commit@address>
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wiki.model import Author


@dataclass(frozen=True, slots=True)
class Proper:
    """What a line puts in place of a name and an address; "" keeps what the commit says."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Mailmap:
    """The rules of one file: by address, and by address and name; keys are folded."""

    by_email: Mapping[str, Proper]
    by_name: Mapping[tuple[str, str], Proper]

    def proper(self, author: Author) -> Proper:
        """What the file says of this author; empty if it says nothing."""
        email = fold(author.email)
        exact = self.by_name.get((email, fold(author.name)))
        if exact is not None:
            return exact
        return self.by_email.get(email, Proper())

    def resolve(self, author: Author) -> Author:
        """The author as the file wants them known."""
        proper = self.proper(author)
        return Author(proper.name or author.name, proper.email or author.email)


def parse_mailmap(text: str) -> Mailmap:
    """The rules of a ``.mailmap``; lines that are none are passed over, as git does."""
    by_email: dict[str, Proper] = {}
    by_name: dict[tuple[str, str], Proper] = {}
    for line in text.split("\n"):
        _add(line, by_email, by_name)
    return Mailmap(by_email, by_name)


def fold(text: str) -> str:
    """git compares ASCII letters without regard to capitals, and nothing else."""
    return text.lower() if text.isascii() else "".join(_lower(character) for character in text)


def _lower(character: str) -> str:
    return character.lower() if character.isascii() else character


def parse_line(line: str) -> tuple[tuple[str, str], Proper] | tuple[()]:
    """Whom a line speaks of (folded address, and folded name or "") and what it says; empty if it is no
    rule."""
    if line.startswith("#"):
        return ()
    first = _name_and_email(line, empty_allowed=False)
    if first is None:
        return ()
    name, email, rest = first
    second = _name_and_email(rest, empty_allowed=True)
    if second is None:
        return (fold(email), ""), Proper(name)
    return (fold(second[1]), fold(second[0])), Proper(name, email)


def _add(line: str, by_email: dict[str, Proper], by_name: dict[tuple[str, str], Proper]) -> None:
    rule = parse_line(line)
    if not rule:
        return
    (email, name), proper = rule
    if name:
        by_name[email, name] = proper
    else:
        earlier = by_email.get(email, Proper())
        by_email[email] = Proper(proper.name or earlier.name, proper.email or earlier.email)


def _name_and_email(text: str, *, empty_allowed: bool) -> tuple[str, str, str] | None:
    """The first ``name <address>`` in a text and what follows it; None if there is none."""
    left = text.find("<")
    right = text.find(">", left + 1)
    if left < 0 or right < 0 or (right == left + 1 and not empty_allowed):
        return None
    return text[:left].strip(" \t\r\n\v\f"), text[left + 1 : right], text[right + 1 :]
