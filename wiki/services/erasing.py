"""Taking somebody's name off the wiki: what they wrote stays, as a former member's.

Nothing in git is rewritten, since every clone would part from the wiki. So names stay within the
versions themselves, which whoever fetches them can read, and in the text of pages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from wiki.analytics.mailmap import fold
from wiki.errors import ErasureRefused, ParameterInvalid
from wiki.model import Author, Identity, Viewer
from wiki.services import looks, policy, selves
from wiki.services.accounts import Account
from wiki.services.accounts_store import audit
from wiki.services.former import called
from wiki.services.people import mark_of, people_of, who_of
from wiki.services.space import Space
from wiki.services.wiki import Wiki


@dataclass(frozen=True, slots=True)
class Trace:
    """A name and an address under which somebody wrote, or would have. ``mark`` names it in forms;
    ``spaces`` are those in whose history it stands. ``certain``: it is theirs; others may be somebody else's.
    """

    mark: str
    author: Author
    spaces: tuple[str, ...]
    certain: bool


def traces_of_account(wiki: Wiki, by: Viewer, name: str) -> list[Trace]:
    """Under what the person of an account wrote, in any space.

    Raises:
        NotAllowed: only administrators erase.
        AccountInvalid: there is no such account.
        IndexNotReady: the history of a space is being built.
    """
    policy.allow(by, policy.Action.ADMINISTER, "", wiki.settings)
    account = wiki.accounts.account(name)
    certain: dict[Author, bool] = {}
    spaces = _spaces(wiki)
    for space in spaces:
        people = people_of(space, wiki.settings)
        proven = selves.proven_addresses(wiki, space, account)
        for who, sure in selves.marks_of_account(wiki, space, account).items():
            for author in people.authors_of(who):
                is_own = sure or fold(author.email) in proven
                certain[author] = certain.get(author, False) or is_own
    # Under what they would write next; of an address that anybody can type it is not said whose it is.
    certain.setdefault(account.author, True)
    return _traces(spaces, certain)


def traces_of_person(wiki: Wiki, by: Viewer, space_name: str, who: str) -> list[Trace]:
    """Under what a person in a space's history (``Person.who``) wrote, in any space.

    Raises:
        NotAllowed, SpaceNotFound, IndexNotReady: as ``traces_of_account``.
        ParameterInvalid: there is nobody of this mark.
        ErasureRefused: they are named no more.
    """
    policy.allow(by, policy.Action.ADMINISTER, "", wiki.settings)
    space = wiki.space(by, space_name)
    people = people_of(space, wiki.settings)
    authors = people.authors_of(who)
    if not authors:
        raise ParameterInvalid("who", "nobody in this history is meant by it.")
    if people.is_former(who):
        raise ErasureRefused("This person’s name was erased already.")
    return _traces(_spaces(wiki), dict.fromkeys(authors, True))


def traces_of_address(wiki: Wiki, by: Viewer, address: str) -> list[Trace]:
    """Everything that was written under an address, in any space; and what else counts as the same
    person, which may be somebody else's."""
    policy.allow(by, policy.Action.ADMINISTER, "", wiki.settings)
    spaces, found = _spaces(wiki), dict[Author, bool]()
    for space in spaces:
        people = people_of(space, wiki.settings)
        for authors in people.authors.values():
            if any(fold(author.email) == fold(address) for author in authors):
                for author in authors:
                    is_it = fold(author.email) == fold(address)
                    found[author] = found.get(author, False) or is_it
    return _traces(spaces, found)


def erase(wiki: Wiki, by: Viewer, authors: Sequence[Author], account: str = "") -> int:
    """Name somebody no more who wrote under these names and addresses, and delete their account; the
    number of the former member.

    Raises:
        NotAllowed: only administrators erase.
        ErasureRefused: nothing was chosen.
        AccountInvalid: there is no such account, or nobody would be left to administer the wiki.
        StorageFull, OSError: the list cannot be written; nothing was erased.
    """
    policy.allow(by, policy.Action.ADMINISTER, "", wiki.settings)
    if not authors:
        raise ErasureRefused("Choose at least one name and address that is this person’s.")
    theirs = wiki.accounts.account(account) if account else None
    authors = [*authors, *(_own(theirs) if theirs else ())]
    unlisted = theirs is not None and theirs.left_named_reports
    alone, marks = _alone(wiki, authors), _marks(wiki, authors)
    with wiki.accounts.database.writing() as connection:
        name = wiki.accounts.take_away(connection, account) if account else ""
        number = wiki.former.add(authors, alone, unlisted=unlisted)
        instead = called(number)
        looks.forget(connection, name, instead, marks, who_of(Identity(instead, instead)))
        if name:
            _forget(connection, name, instead)
    wiki.accounts.record(by.account, "name erased", called(number))
    return number


# -- inside ----------------------------------------------------------------------------------


def _own(account: Account) -> list[Author]:
    """What is the account's beyond doubt, whether anything was written under it or not."""
    addresses = {account.made_up_address, account.confirmed_email} - {""}
    return [Author(account.name, email) for email in sorted(addresses)]


def _spaces(wiki: Wiki) -> list[Space]:
    return [wiki.open(name) for name in wiki.space_names()]


def _traces(spaces: Iterable[Space], certain: Mapping[Author, bool]) -> list[Trace]:
    places: dict[Author, list[str]] = {}
    for space in spaces:
        for author in space.history.authors():
            if author in certain:
                places.setdefault(author, []).append(space.name)
    ordered = sorted(certain, key=lambda who: (not certain[who], who.name.casefold(), who.email))
    return [
        Trace(mark_of(each), each, tuple(places.get(each, ())), certain[each]) for each in ordered
    ]


def _alone(wiki: Wiki, authors: Collection[Author]) -> frozenset[str]:
    """The (folded) addresses under which nobody but these authors wrote, in any space."""
    chosen = set(authors)
    others = {
        fold(author.email)
        for space in _spaces(wiki)
        for author in space.history.authors()
        if author not in chosen
    }
    return frozenset(fold(author.email) for author in chosen) - others


def _marks(wiki: Wiki, authors: Iterable[Author]) -> list[tuple[str, str]]:
    """By which mark each space knows them."""
    found = dict[tuple[str, str], None]()
    for space in _spaces(wiki):
        people = people_of(space, wiki.settings)
        known = (people.person(author) for author in authors if author in people.identities)
        found |= {(space.name, person.who): None for person in known}
    return list(found)


def _forget(connection: sa.Connection, name: str, instead: str) -> None:
    """The log of accounts tells what was done, and no longer by or to whom."""
    is_subject = audit.c.subject == name
    connection.execute(sa.update(audit).where(is_subject).values(subject=instead, detail=""))
    by_them = audit.c.actor == name
    connection.execute(sa.update(audit).where(by_them).values(actor=instead, address=""))
