"""Who is who: the many names and addresses in a log, resolved to people (METRICS § 8).

The rules, in the order of their authority: the repository's ``.mailmap`` is law; addresses under which
one account of the wiki wrote join; one address is one person, unless it bears five or more names and is
no account's (then it is shared, and split by name); a forge's ``noreply`` addresses join by the forge's
user id; several addresses of one full name join, but never those of two accounts. Each join and split
is told as a value with its reason, so that it can be shown and corrected in ``.mailmap``.

Nothing here depends on the order of the authors.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from typing import Literal

from wiki.analytics.mailmap import Mailmap, fold, parse_mailmap
from wiki.model import Author, Identity

RULES = 1
"""Rises when a rule changes, so that nobody who was resolved before it is taken to be still right."""

SHARED_NAMES = 5
"""An address with so many names belongs to no single person."""

Reason = Literal["mailmap", "account", "forge account", "same full name", "shared address"]

_FORGE = re.compile(r"(?:(\d+)[+-])?([^@+]+)@(?:users\.)?noreply\.([a-z0-9.-]+)")
_PLACEHOLDERS = frozenset(
    {"your name", "no author", "(no author)", "unknown author", "john doe", "first last"}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One join or split of addresses and why; ``detail`` is the evidence."""

    reason: Reason
    detail: str
    authors: tuple[Author, ...]

    @property
    def is_split(self) -> bool:
        return self.reason == "shared address"


@dataclass(frozen=True, slots=True)
class People:
    """Every author's person, and what was decided on the way."""

    identities: Mapping[Author, Identity]
    decisions: tuple[Decision, ...]


def resolve_people(
    authors: Iterable[Author],
    mailmap: str = "",
    bots: Sequence[str] = (),
    signed: Iterable[tuple[Author, str]] = (),
) -> Mapping[Author, Identity]:
    """The person behind each author; see ``identify``."""
    return identify(authors, mailmap, bots, signed).identities


def identify(
    authors: Iterable[Author],
    mailmap: str = "",
    bots: Sequence[str] = (),
    signed: Iterable[tuple[Author, str]] = (),
) -> People:
    """The person behind each author, with the reasons for each join and split.

    ``mailmap`` is the text of the repository's ``.mailmap``; ``bots`` are shell patterns compared
    with names and addresses regardless of capitals; ``signed`` are authors and the accounts of the wiki
    through which they wrote ("" for changes that came in otherwise).
    """
    owners = owners_of(signed)
    return _Resolution(set(authors), parse_mailmap(mailmap), bot_pattern(bots), owners).people()


def owners_of(signed: Iterable[tuple[Author, str]]) -> Mapping[str, str]:
    """The account of each (folded) address under which exactly one account wrote."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for author, account in signed:
        if account and author.email:
            accounts[fold(author.email)].add(account)
    return {email: min(found) for email, found in accounts.items() if len(found) == 1}


def bot_pattern(patterns: Sequence[str]) -> re.Pattern[str]:
    """Shell patterns of machines' names and addresses as one expression; "[bot]" is always one."""
    always = ("*[[]bot]", "*[[]bot]@*")
    return re.compile("|".join(translate(each.lower()) for each in (*always, *patterns)))


def is_bot(author: Author, pattern: re.Pattern[str]) -> bool:
    """Whether an author is a machine: by the name or the address, regardless of capitals."""
    return bool(pattern.match(author.name.lower()) or pattern.match(author.email.lower()))


def name_words(name: str) -> str:
    """A name to compare by: one spelling of letters, small, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


class _Resolution:
    """The joining of one set of authors; nodes are addresses, or address and name where split."""

    def __init__(
        self,
        authors: set[Author],
        mailmap: Mailmap,
        bots: re.Pattern[str],
        owners: Mapping[str, str],
    ) -> None:
        self.mailmap = mailmap
        self.owners = owners
        self.bots = bots
        self.authors = sorted(authors, key=lambda author: (author.email, author.name))
        self.proper = {author: mailmap.resolve(author) for author in self.authors}
        self.shared = self._shared_addresses()
        self.node = {author: self._node_of(author) for author in self.authors}
        self.members: dict[str, list[Author]] = defaultdict(list)
        for author in self.authors:
            self.members[self.node[author]].append(author)
        self.parent = {node: node for node in self.members}
        self.law = {node: self._law_of(node) for node in self.members}
        self.accounts = {node: self._accounts_of(node) for node in self.members}
        self.decisions: list[Decision] = []

    def people(self) -> People:
        """Apply the rules, then name each group."""
        self._tell_mailmap()
        self._tell_shared()
        self._join("account", self._account_keys())
        self._join("forge account", self._forge_keys())
        self._join("same full name", self._name_keys())
        groups: dict[str, list[Author]] = defaultdict(list)
        for author in self.authors:
            groups[self._root(self.node[author])].append(author)
        identities = {}
        for group in groups.values():
            identity = self._identity(group)
            identities.update(dict.fromkeys(group, identity))
        return People(identities, tuple(self.decisions))

    def _is_bot(self, author: Author) -> bool:
        return is_bot(author, self.bots) or is_bot(self.proper[author], self.bots)

    def _shared_addresses(self) -> frozenset[str]:
        names: dict[str, set[str]] = defaultdict(set)
        for author in self.authors:
            if not self._is_lawful(author):
                names[fold(author.email)].add(name_words(author.name))
        return frozenset(
            email
            for email, known in names.items()
            if (len(known) >= SHARED_NAMES and email not in self.owners) or not email
        )

    def _is_lawful(self, author: Author) -> bool:
        """Whether ``.mailmap`` speaks of this author."""
        proper = self.mailmap.proper(author)
        return bool(proper.name or proper.email)

    def _node_of(self, author: Author) -> str:
        kind = "bot " if self._is_bot(author) else ""
        proper = self.proper[author]
        email = fold(proper.email)
        if email in self.shared and not self._is_lawful(author):
            return f"{kind}{email} {name_words(author.name)}"
        return kind + (email or name_words(proper.name))

    def _law_of(self, node: str) -> str:
        """The address ``.mailmap`` gives these authors, if it does: two such never join."""
        given = {fold(self.mailmap.proper(author).email) for author in self.members[node]} - {""}
        return min(given, default="")

    def _accounts_of(self, node: str) -> frozenset[str]:
        """The accounts that wrote under these addresses: those of two accounts join by law alone."""
        owned = {self.owners.get(fold(author.email), "") for author in self.members[node]}
        return frozenset(owned - {""})

    def _account_keys(self) -> dict[str, set[str]]:
        keys: dict[str, set[str]] = defaultdict(set)
        for node, accounts in self.accounts.items():
            for account in accounts:
                keys[account].add(node)
        return keys

    def _tell_mailmap(self) -> None:
        for node, authors in sorted(self.members.items()):
            addresses = {fold(author.email) for author in authors}
            if self.law[node] and len(addresses) > 1:
                self._tell("mailmap", f"written to {self.law[node]} in .mailmap", authors)

    def _tell_shared(self) -> None:
        for email in sorted(self.shared):
            authors = [
                author
                for author in self.authors
                if fold(author.email) == email and not self._is_lawful(author)
            ]
            names = {name_words(author.name) for author in authors}
            if len(names) > 1:
                self._tell(
                    "shared address", f"{len(names)} names use {email or 'no address'}", authors
                )

    def _forge_keys(self) -> dict[str, set[str]]:
        """Nodes by the forge's user id, or by the user name where the address has no id."""
        ids: dict[tuple[str, str], str] = {}
        matches = []
        for node, authors in self.members.items():
            for author in authors:
                if match := _FORGE.fullmatch(self.proper[author].email.lower()):
                    matches.append((node, match))
                    if match[1]:
                        earlier = ids.get((match[3], match[2]), match[1])
                        ids[match[3], match[2]] = min(earlier, match[1])
        keys: dict[str, set[str]] = defaultdict(set)
        for node, match in matches:
            user = match[1] or ids.get((match[3], match[2]), match[2])
            keys[f"user {user} at {match[3]}"].add(node)
        return keys

    def _name_keys(self) -> dict[str, set[str]]:
        keys: dict[str, set[str]] = defaultdict(set)
        for node, authors in self.members.items():
            for author in authors:
                for name in (author.name, self.proper[author].name):
                    words = name_words(name)
                    if " " in words and "@" not in words and words not in _PLACEHOLDERS:
                        keys[words].add(node)
        return keys

    def _join(self, reason: Reason, keys: Mapping[str, set[str]]) -> None:
        """Join the nodes under each key, machines apart from people."""
        for key, nodes in sorted(keys.items()):
            for kind in (True, False):
                joined = self._unite(sorted(n for n in nodes if n.startswith("bot ") == kind))
                if joined:
                    self._tell(reason, key, [a for node in joined for a in self.members[node]])

    def _unite(self, nodes: Sequence[str]) -> list[str]:
        """Put nodes into one group unless something keeps them apart; those newly joined."""
        joined: list[str] = []
        for node in nodes[1:]:
            first, second = self._root(nodes[0]), self._root(node)
            if first == second or self._are_apart(first, second):
                continue
            self.parent[second] = first
            self.law[first] = self.law[first] or self.law[second]
            self.accounts[first] |= self.accounts[second]
            joined = joined or [nodes[0]]
            joined.append(node)
        return joined

    def _are_apart(self, first: str, second: str) -> bool:
        """Whether ``.mailmap`` tells two groups apart, or each is the account of somebody else."""
        laws = {self.law[first], self.law[second]} - {""}
        mine, theirs = self.accounts[first], self.accounts[second]
        return len(laws) > 1 or bool(mine and theirs and not mine & theirs)

    def _root(self, node: str) -> str:
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def _tell(self, reason: Reason, detail: str, authors: Iterable[Author]) -> None:
        ordered = sorted(set(authors), key=lambda author: (author.email, author.name))
        self.decisions.append(Decision(reason, detail, tuple(ordered)))

    def _identity(self, group: Sequence[Author]) -> Identity:
        lawful = [self.proper[author] for author in group if self._is_lawful(author)]
        named = [author for author in lawful if author.name] or [self.proper[a] for a in group]
        key = min(self.node[author] for author in group)
        addressed = sorted(
            (bool(_FORGE.fullmatch(self.node[author])), self.node[author]) for author in group
        )
        law = self.law[self._root(self.node[group[0]])]
        name = min((author.name for author in named), key=_name_rank)
        return Identity(law or addressed[0][1] or key, name, self._is_bot(group[0]))


def _name_rank(name: str) -> tuple[bool, bool, int, str]:
    """Full names first, then those with capitals, then the longest."""
    words = name.split()
    return (not 2 <= len(words) <= 5, name == name.lower(), -len(name), name)
