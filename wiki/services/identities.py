"""Who is counted as one person and why, and the corrections that a manager writes to ``.mailmap``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.analytics.corrections import CannotBeWritten, corrected
from wiki.analytics.mailmap import fold
from wiki.analytics.people import Decision, name_words
from wiki.analytics.people import identify as resolve
from wiki.errors import (
    ContentRefused,
    EditConflict,
    ParameterInvalid,
    RepositoryDamaged,
    ScopeNotFound,
)
from wiki.model import Author, FileWrite, Identity, Saved, Viewer
from wiki.services import policy
from wiki.services.people import MAILMAP, People, mailmap_of, mark_of, people_of, signed_in
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import commit

Sort = Literal["people", "joined", "split", "machines"]
SORTS: tuple[Sort, ...] = ("people", "joined", "split", "machines")

_SENTENCES = {
    "mailmap": "a manager wrote that they are one (.mailmap)",
    "account": "one account of this wiki wrote under all of them",
    "forge account": "they are addresses of one account at a code host",
    "same full name": "they bear the same full name",
    "shared address": "many people use one address, so that each name counts as a person",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and an address in the history. ``mark`` names it in forms, without telling either."""

    mark: str
    author: Author


@dataclass(frozen=True, slots=True)
class Reason:
    """Why entries are one person, or are not: ``sentence`` is for everybody, ``detail`` (which may hold
    addresses) for those who administer."""

    sentence: str
    detail: str
    is_split: bool


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as resolved: every entry, and every reason. ``addresses`` are without doubles."""

    who: str
    name: str
    key: str
    is_bot: bool
    entries: tuple[Entry, ...]
    reasons: tuple[Reason, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.author.email for entry in self.entries))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.author.name for entry in self.entries))


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a space's people: ``counts`` of each sort, ``found`` how many fit what was asked."""

    somebodies: tuple[Somebody, ...]
    counts: Mapping[Sort, int]
    found: int


def listing(
    wiki: Wiki,
    viewer: Viewer,
    space: Space,
    *,
    sort: Sort = "people",
    text: str = "",
    start: int = 0,
    limit: int = 50,
) -> Listing:
    """People by name. ``text`` is looked for in names, and in addresses by those who administer.

    Raises:
        IndexNotReady: the history is being built.
    """
    everybody = _everybody(people_of(space, wiki.settings))
    counts = {each: sum(_is_of(one, each) for one in everybody) for each in SORTS}
    wanted = name_words(text)
    with_addresses = may_correct(wiki, viewer, space)
    found = [
        one
        for one in everybody
        if _is_of(one, sort) and (not wanted or _fits(one, wanted, with_addresses))
    ]
    return Listing(tuple(found[start : start + limit]), counts, len(found))


def somebody(wiki: Wiki, space: Space, who: str) -> Somebody:
    """One person.

    Raises:
        ScopeNotFound: there is nobody of this mark.
    """
    people = people_of(space, wiki.settings)
    authors = people.authors_of(who)
    if not authors:
        raise ScopeNotFound("person", who[:80])
    return _described(people, who, _reasons(people.decisions))


def may_correct(wiki: Wiki, viewer: Viewer, space: Space) -> bool:
    """Whether the viewer sees addresses here, and may join and split people."""
    return policy.may(viewer, policy.Action.ADMINISTER, space.name, wiki.settings)


def join(
    wiki: Wiki, viewer: Viewer, space_name: str, keep: str, other: str, base: str
) -> tuple[Saved, str]:
    """Write down that two people are one, known as the first; the version, and the mark they have now.

    Raises:
        SignInNeeded, NotAllowed: the viewer does not administer this space.
        ScopeNotFound: there is nobody of such a mark.
        ParameterInvalid: both are the same.
        ContentRefused: nothing that can be written makes them one.
        EditConflict: somebody changed the file since ``base``.
    """
    space = _administered(wiki, viewer, space_name)
    first, second = _correctable(wiki, space, keep), _correctable(wiki, space, other)
    if keep == other:
        raise ParameterInvalid("other", "choose somebody else.")
    known = Author(first.name, _address(first))
    wanted = {entry.author: known for one in (first, second) for entry in one.entries}
    message = f"Count {first.name} and {second.name} as one person"
    return _write(wiki, viewer, space, wanted, base, message)


def split(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    who: str,
    marks: Iterable[str],
    known: Author,
    base: str,
) -> tuple[Saved, str]:
    """Write down that some of a person's entries are somebody else, known as ``known`` (an empty address
    takes one that only those entries use); the version, and the mark of the new person.

    Raises:
        As ``join``; ParameterInvalid, too, if all or none are chosen, or an address is missing.
    """
    space = _administered(wiki, viewer, space_name)
    one, chosen = _correctable(wiki, space, who), set(marks)
    away = [entry.author for entry in one.entries if entry.mark in chosen]
    rest = [entry.author for entry in one.entries if entry.mark not in chosen]
    if not away or not rest:
        raise ParameterInvalid("entry", "choose some of the names and addresses, but not all.")
    remaining = Author(_name(one, rest), _own_address(rest, away) or _address(one))
    new = Author(known.name.strip() or _best(away), known.email.strip() or _own_address(away, rest))
    if not new.email or fold(new.email) == fold(remaining.email):
        raise ParameterInvalid(
            "address", "both use the same address; give one that is this person’s alone."
        )
    wanted = dict.fromkeys(away, new) | dict.fromkeys(rest, remaining)
    message = f"Count {new.name} apart from {remaining.name}"
    return _write(wiki, viewer, space, wanted, base, message)


# -- inside ----------------------------------------------------------------------------------


def _write(
    wiki: Wiki,
    viewer: Viewer,
    space: Space,
    wanted: Mapping[Author, Author],
    base: str,
    message: str,
) -> tuple[Saved, str]:
    """One version of ``.mailmap``, if it does what it should."""
    now = mailmap_of(space)
    if now.oid != base:
        raise EditConflict((), space.repository.head() or "")
    text = _exact(space, base)
    authors = space.history.authors()
    try:
        changed = corrected(text, wanted, authors)
    except CannotBeWritten as reason:
        raise ContentRefused(MAILMAP, str(reason)) from reason
    signed = signed_in(space.history)
    identities = resolve(authors, changed, wiki.settings.reports.bots, signed).identities
    _check(identities, wanted)
    write = FileWrite(MAILMAP, changed.encode("utf-8", "surrogateescape"), base, mergeable=False)
    saved = commit(wiki, viewer, space, (write,), message)
    people = people_of(space, wiki.settings)
    return saved, people.person(next(iter(wanted))).who


def _check(identities: Mapping[Author, Identity], wanted: Mapping[Author, Author]) -> None:
    """Whether the people come out as they were wanted."""
    found: dict[Author, set[Identity]] = defaultdict(set)
    for author, target in wanted.items():
        if author in identities:
            found[target].add(identities[author])
    everybody = [identity for group in found.values() for identity in group]
    if any(identity.is_bot for identity in everybody):
        raise ContentRefused(MAILMAP, "a machine cannot be joined with a person.")
    if any(len(group) > 1 for group in found.values()) or len(set(everybody)) < len(found):
        raise ContentRefused(
            MAILMAP, "other lines of this file say otherwise. Correct it in a clone, and push it."
        )


def _exact(space: Space, base: str) -> str:
    """The file with every byte kept."""
    if not base:
        return ""
    try:
        return space.repository.read_blob(base).decode("utf-8", "surrogateescape")
    except RepositoryDamaged:
        return ""


def _administered(wiki: Wiki, viewer: Viewer, space_name: str) -> Space:
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, policy.Action.ADMINISTER, space_name, wiki.settings)
    return space


def _correctable(wiki: Wiki, space: Space, who: str) -> Somebody:
    """Somebody who is named; whoever is named no more has nothing that could be written down."""
    one = somebody(wiki, space, who)
    if people_of(space, wiki.settings).is_former(who):
        raise ParameterInvalid("who", "this person has left, and their name was erased.")
    return one


def _everybody(people: People) -> list[Somebody]:
    reasons = _reasons(people.decisions)
    found = [_described(people, who, reasons) for who in people.authors]
    return sorted(found, key=lambda one: (name_words(one.name), one.key))


def _described(people: People, who: str, reasons: Mapping[Author, list[Reason]]) -> Somebody:
    authors = people.authors[who]
    identity = people.identities[authors[0]]
    told = dict.fromkeys(reason for author in authors for reason in reasons.get(author, ()))
    shown = dict.fromkeys(
        Author(identity.name, "") if people.is_former(who) else author for author in authors
    )
    entries = tuple(Entry(mark_of(author), author) for author in shown)
    name = people.person(authors[0]).name
    return Somebody(who, name, identity.key, identity.is_bot, entries, tuple(told))


def _reasons(decisions: Sequence[Decision]) -> dict[Author, list[Reason]]:
    found: dict[Author, list[Reason]] = defaultdict(list)
    for decision in decisions:
        reason = Reason(_SENTENCES[decision.reason], decision.detail, decision.is_split)
        for author in decision.authors:
            found[author].append(reason)
    return found


def _is_of(one: Somebody, sort: Sort) -> bool:
    if sort == "machines" or one.is_bot:
        return one.is_bot and sort == "machines"
    if sort == "split":
        return any(reason.is_split for reason in one.reasons)
    return sort == "people" or any(not reason.is_split for reason in one.reasons)


def _fits(one: Somebody, wanted: str, with_addresses: bool) -> bool:
    where = [one.name, *one.names, *(one.addresses if with_addresses else ())]
    return any(wanted in name_words(each) for each in where)


def _address(one: Somebody) -> str:
    """The address a person is known by; their key is one, but for those split from a shared one."""
    spelt = {fold(address): address for address in one.addresses}
    return spelt.get(one.key) or (one.key if " " not in one.key else "") or min(one.addresses)


def _own_address(authors: Iterable[Author], others: Iterable[Author]) -> str:
    """An address that only these use; "" without one."""
    taken = {fold(author.email) for author in others} | {""}
    return min((a.email for a in authors if fold(a.email) not in taken), default="")


def _name(one: Somebody, authors: Sequence[Author]) -> str:
    """What a person is still called with these entries left."""
    return one.name if any(author.name == one.name for author in authors) else _best(authors)


def _best(authors: Iterable[Author]) -> str:
    return max((author.name for author in authors), key=lambda name: (" " in name, len(name), name))
