"""What a person may ask, and how it is written.

A small grammar of our own, never Whoosh's parser: every query it accepts is bounded in the number
of its words, in depth and in what it can cost. Punctuation that means nothing is passed over, as
people paste all sorts of text; only what would be costly or is meaningless is refused.

    holiday policy          both words
    "remote work"           the words next to each other
    holiday OR vacation     either; NOT draft or -draft: without; ( ) group
    polic*                  words that begin so
    title: tag: path: author: after: before:     for example  tag:hr after:2026-01
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from wiki.errors import QueryRefused
from wiki.projections.search.query import (
    All,
    Any,
    Filter,
    Node,
    Not,
    Phrase,
    Prefix,
    Query,
    Word,
)
from wiki.projections.search.words import fold, is_unspaced, query_words

MAX_LENGTH = 256
MAX_TERMS = 16
MAX_DEPTH = 8
MIN_PREFIX = 2
LONGEST_EXACT_RUN = 4
"""Unspaced text up to this many characters is looked for as it stands, longer by its parts."""


def parse_query(text: str) -> Query:
    """What the text asks for.

    Raises:
        QueryRefused: too long, too many words, nested too deeply, or nothing to look for.
    """
    text = " ".join(text.split())
    if len(text) > MAX_LENGTH:
        raise QueryRefused(f"it is longer than {MAX_LENGTH} characters. Use fewer words.")
    root = _Parser(text).parse()
    if root is None:
        raise QueryRefused("there is no word in it to look for.")
    if not _has_positive(root):
        raise QueryRefused("it only says what to leave out. Add a word to look for.")
    return Query(text, root)


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<field>title|tag|path|author|after|before):(?=[^\s()])
    | "(?P<quoted>[^"]*)(?:"|$)
    | (?P<open>\() | (?P<close>\))
    | -(?P<minus>)(?=[^\s\-])
    | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


class _Parser:
    """Recursive descent over at most 256 characters; depth and words are counted on the way."""

    def __init__(self, text: str) -> None:
        self._tokens = [
            _Token(match.lastgroup or "", match[match.lastgroup or 0])
            for match in _TOKEN.finditer(text)
        ]
        self._at = 0
        self._terms = 0
        self._depth = 0

    def parse(self) -> Node | None:
        parts = []
        while self._peek():
            part = self._any_of()
            if part is not None:
                parts.append(part)
            if self._peek("close"):  # a bracket that was never opened
                self._at += 1
        return _all(parts)

    def _peek(self, *kinds: str) -> _Token | None:
        if self._at >= len(self._tokens):
            return None
        token = self._tokens[self._at]
        return token if not kinds or token.kind in kinds else None

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _peek_operator(self, operator: str) -> bool:
        token = self._peek("word")
        return token is not None and token.text == operator

    def _any_of(self) -> Node | None:
        parts = [self._all_of()]
        while self._peek_operator("OR"):
            self._take()
            parts.append(self._all_of())
        found = tuple(part for part in parts if part is not None)
        return Any(found) if len(found) > 1 else next(iter(found), None)

    def _all_of(self) -> Node | None:
        parts = []
        while self._peek() and not self._peek("close") and not self._peek_operator("OR"):
            if self._peek_operator("AND"):
                self._take()
                continue
            part = self._one()
            if part is not None:
                parts.append(part)
        return _all(parts)

    def _one(self) -> Node | None:
        token = self._take()
        match token.kind:
            case "open":
                return self._nested(self._group)
            case "minus":
                return self._negated()
            case "field":
                return self._filter(token.text.lower())
            case "quoted":
                return self._phrase(token.text)
        if token.text == "NOT":
            return self._negated()
        return self._word(token.text)

    def _group(self) -> Node | None:
        inner = self._any_of()
        if self._peek("close"):
            self._take()
        return inner

    def _negated(self) -> Node | None:
        if not self._peek() or self._peek("close"):
            return None
        part = self._nested(self._one)
        return part.part if isinstance(part, Not) else part and Not(part)

    def _nested(self, inside: Callable[[], Node | None]) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryRefused(f"it is nested more than {MAX_DEPTH} levels deep.")
        part = inside()
        self._depth -= 1
        return part

    def _filter(self, field: str) -> Node | None:
        token = self._peek("quoted", "word")
        if token is None:
            return None
        self._take()
        self._count()
        value = token.text.strip()
        if field in {"after", "before"}:
            _check_date(value)
        elif field in {"title", "tag"} and not query_words(value):
            return None
        return Filter(field, value) if value else None  # type: ignore[arg-type]

    def _phrase(self, text: str) -> Node | None:
        words = tuple(query_words(text))
        self._count(max(1, len(words)) if not is_unspaced(fold(text)) else 1)
        if len(words) < 2:
            return Word(words[0][0]) if words else None
        return Phrase(words)

    def _word(self, text: str) -> Node | None:
        if "*" in text.rstrip(".,;!?"):
            return self._prefix(text)
        words = query_words(text)
        if not words:
            return None
        if len(words) == 1:
            self._count()
            return Word(words[0][0])
        if is_unspaced(fold(text)):
            self._count()
            if len(words) >= LONGEST_EXACT_RUN:
                return All(tuple(Word(word) for word in dict(words)))
        else:
            self._count(len(words))
        return Phrase(tuple(words))

    def _prefix(self, text: str) -> Node | None:
        text = text.rstrip(".,;!?")
        bare = text.rstrip("*")
        if not bare:
            raise QueryRefused("a * needs the beginning of a word before it.")
        if "*" in bare:
            raise QueryRefused("a * may stand only at the end of a word.")
        words = query_words(bare)
        if not words:
            return None
        *first, (last, _) = words
        if is_unspaced(last):
            return self._word(bare)
        if len(last) < MIN_PREFIX:
            raise QueryRefused(f"at least {MIN_PREFIX} letters must stand before a *.")
        self._count(len(words))
        if not first:
            return Prefix(last)
        return All((Phrase(tuple(first)), Prefix(last)))

    def _count(self, terms: int = 1) -> None:
        self._terms += terms
        if self._terms > MAX_TERMS:
            raise QueryRefused(f"it has more than {MAX_TERMS} words. Use fewer.")


def _all(parts: list[Node]) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return All(tuple(parts))


def _has_positive(node: Node) -> bool:
    match node:
        case Not():
            return False
        case All(parts):
            return any(_has_positive(part) for part in parts)
        case Any(parts):
            return all(_has_positive(part) for part in parts)
    return True


_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def _check_date(value: str) -> None:
    days_of(value)


def days_of(value: str) -> tuple[date, date]:
    """The first day of a year, month or day, and the first day after it.

    Raises:
        QueryRefused: it is no date.
    """
    found = _DATE.fullmatch(value)
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = (int(part) if part else 0 for part in found.groups())
        first = date(year, month or 1, day or 1)
        if day:
            return first, first + timedelta(days=1)
        if month:
            return first, date(year + month // 12, month % 12 + 1, 1)
        return first, date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        raise QueryRefused(
            f"“{value[:40]}” is no date. Write after:2026, after:2026-03 or after:2026-03-31."
        ) from None
