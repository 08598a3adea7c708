"""What a person asks: a query as a tree of words and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FieldName = Literal["title", "tag", "path", "author", "after", "before"]
OUTSIDE = frozenset({"author", "after", "before"})
"""Filters about history: the index follows trees and cannot answer them."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word in any of its forms."""

    word: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words at these positions relative to each other."""

    words: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one field that does not count for the ranking."""

    field: FieldName
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Node, ...]


Node = Word | Phrase | Prefix | Filter | Not | All | Any


@dataclass(frozen=True, slots=True)
class Query:
    """A query that may be asked; ``text`` as it was written, without surrounding spaces."""

    text: str
    root: Node

    def filters(self) -> tuple[Filter, ...]:
        """Every filter in it, in the order written."""
        return tuple(node for node in leaves(self.root) if isinstance(node, Filter))

    def outside(self) -> tuple[Filter, ...]:
        """The filters that somebody else must answer: by author and by date."""
        return tuple(part for part in self.filters() if part.field in OUTSIDE)

    def without(self, part: Filter) -> str:
        """The text of the query without one of its filters."""
        value = re.escape(part.value)
        written = rf"(?:NOT\s+|-)?\b{part.field}:(?:\"\s*{value}\s*(?:\"|$)|{value}(?=[\s()]|$))"
        return " ".join(re.sub(written, " ", self.text, count=1, flags=re.IGNORECASE).split())

    def loosened(self) -> Query | None:
        """The query with any of its words instead of all; None if that is no difference."""
        if not isinstance(self.root, All):
            return None
        words = [part for part in self.root.parts if isinstance(part, Word | Phrase | Prefix)]
        if len(words) < 2:
            return None
        others = [part for part in self.root.parts if not isinstance(part, Word | Phrase | Prefix)]
        return Query(self.text, All((Any(tuple(words)), *others)) if others else Any(tuple(words)))


def leaves(node: Node) -> Iterator[Node]:
    """Words, phrases, prefixes and filters, in the order written."""
    match node:
        case Not(part):
            yield from leaves(part)
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield node


def wanted(node: Node) -> Iterator[Node]:
    """The leaves that a page should have: not those after NOT."""
    match node:
        case Not():
            return
        case All(parts) | Any(parts):
            for part in parts:
                yield from wanted(part)
        case _:
            yield node
