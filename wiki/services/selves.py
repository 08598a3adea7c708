"""Which person in a space's history somebody signed in is, as far as it is proven.

Anybody can type any name and address into their account, so neither proves anything. Proof is an
address that an administrator gave or confirmed, or one under which nothing was ever written but
through this very account; and what a manager's ``.mailmap`` joins with such an address. A person of
whom any address lacks that is nobody's own: the figures might be somebody else's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from wiki.analytics.mailmap import Mailmap, fold, parse_mailmap
from wiki.errors import AccountInvalid, AccountsUnavailable
from wiki.model import Author, Viewer
from wiki.projections.history.signatures import Signature
from wiki.services.accounts import Account
from wiki.services.elsewhere import gently
from wiki.services.former import called
from wiki.services.kept import Kept
from wiki.services.people import mailmap_of, people_of
from wiki.services.space import Space
from wiki.services.wiki import Wiki

_kept_marks = Kept(512)


def own_marks(wiki: Wiki, viewer: Viewer, space: Space) -> frozenset[str]:
    """The marks (``Person.who``) of the people that the viewer is, for certain."""
    return frozenset(who for who, proven in marks_of(wiki, viewer, space).items() if proven)


def marks_of(wiki: Wiki, viewer: Viewer, space: Space) -> Mapping[str, bool]:
    """The marks of people with an address of the viewer's, and whether all of each one is proven; what
    is not may be somebody else's."""
    account = account_of(wiki, viewer)
    return marks_of_account(wiki, space, account) if account is not None else {}


def unnamed_keys(wiki: Wiki, space: Space) -> frozenset[str]:
    """The keys of everybody in a space's history who left named reports.

    Raises:
        AccountsUnavailable: nobody can say who did, so no name may be shown.
    """
    people = people_of(space, wiki.settings)
    left = {called(number) for number in people.former.unlisted}
    for account in wiki.accounts.unnamed():
        for who in marks_of_account(wiki, space, account):
            left |= {people.identities[author].key for author in people.authors_of(who)}
    return frozenset(left)


def account_of(wiki: Wiki, viewer: Viewer) -> Account | None:
    """The viewer's account; None for nobody, and while accounts cannot be read."""
    if not viewer.signed_in:
        return None
    try:
        return wiki.accounts.account(viewer.account)
    except (AccountInvalid, AccountsUnavailable):
        return None


def proven_addresses(wiki: Wiki, space: Space, account: Account) -> frozenset[str]:
    """The (folded) addresses in a space's history that are certainly an account's."""
    git = wiki.settings.git
    committer = Author(git.committer_name, git.committer_email)
    return _proven(space.history.signatures(), account, committer)


def marks_of_account(wiki: Wiki, space: Space, account: Account) -> Mapping[str, bool]:
    """People with an address of the account, and whether all of each one's addresses are proven."""
    former = space.veil.former().version
    version = (str(space.index_folder), gently(space.history.position, None), former)
    mailmap = mailmap_of(space)
    about = (account.id, account.name, account.created_at)
    key = (version, mailmap.oid, about, account.author.email, account.confirmed_email)
    return _kept_marks.get(key, lambda: _find_marks(wiki, space, account, mailmap.text))


def _find_marks(wiki: Wiki, space: Space, account: Account, mailmap_text: str) -> dict[str, bool]:
    people, mailmap = people_of(space, wiki.settings), parse_mailmap(mailmap_text)
    proven = proven_addresses(wiki, space, account)
    ours = proven | {fold(account.author.email)}
    lawful = {_proper(mailmap, author) for author in people.identities if _mail(author) in proven}
    return {
        who: all(_proper(mailmap, author) in lawful for author in authors)
        for who, authors in people.authors.items()
        if any(_mail(author) in ours for author in authors)
    }


def _proven(signatures: Iterable[Signature], account: Account, wiki: Author) -> frozenset[str]:
    """The (folded) addresses that are certainly this account's."""
    theirs: dict[str, bool] = defaultdict(lambda: True)
    for signature in signatures:
        by_account = (
            signature.account == account.name
            and (signature.logged or signature.committer == wiki)
            and signature.first >= account.created_at
        )
        theirs[_mail(signature.author)] &= by_account
    found = {email for email, only in theirs.items() if only and email}
    return frozenset(found | ({fold(account.confirmed_email)} - {""}))


def _mail(author: Author) -> str:
    return fold(author.email)


def _proper(mailmap: Mailmap, author: Author) -> str:
    return fold(mailmap.resolve(author).email)
