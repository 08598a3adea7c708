"""Who is shown with a commit, and who is credited: what its header says, held against the log of pushes.

A header is free text. Of a commit that the log of pushes knows, the log tells who brought it in, and nothing
in the commit is believed about accounts and doors. Others were made by the wiki itself, which signs them,
or are older than the log: they are read as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from wiki.model import Author, Commit
from wiki.model.people import Door
from wiki.model.pushing import PushRecord
from wiki.projections.history.facts import co_authors, door_of

_OURS = "strata-"
_ACCOUNT = "strata-account"


@dataclass(frozen=True, slots=True)
class Bringing:
    """One commit's people.

    ``author`` is who is shown to have written it, ``pusher`` who brought what somebody else wrote (None:
    nobody but the author did). ``credited`` are those it counts for, ``others`` the co-authors it names.
    ``account`` is that of the first of ``credited``, or "". ``trailers`` are those of them that are
    still believed. ``pushed_at`` is when it came (UTC seconds), if the log of pushes knows it.
    """

    author: Author
    pusher: Author | None
    credited: tuple[Author, ...]
    others: tuple[Author, ...]
    account: str
    door: Door
    trailers: tuple[tuple[str, str], ...]
    pushed_at: int | None = None


def bringing(commit: Commit, record: PushRecord | None) -> Bringing:
    """Who is behind a commit, by its header and by what is known of its push."""
    others = co_authors(commit)
    if record is None:
        return Bringing(
            commit.author,
            None,
            (commit.author, *others),
            others,
            _account(commit),
            door_of(commit),
            commit.trailers,
        )
    is_own = commit.author.email.casefold() == record.pusher.email.casefold()
    if not record.account:
        # Fetched by the wiki itself: the other repository is trusted with its authors, not with our marks.
        return Bringing(
            commit.author,
            None,
            (commit.author, *others),
            others,
            "",
            "push",
            _without_marks(commit),
            record.at,
        )
    # One's own name stands in the account: what else one writes beside one's address is no other name.
    author = record.pusher if is_own else commit.author
    credited = author if record.trusted else record.pusher
    return Bringing(
        author,
        None if is_own else record.pusher,
        (credited, *others) if record.trusted else (credited,),
        others,
        record.account if credited == record.pusher else "",
        "proposal" if record.proposed else "push",
        _without_marks(commit),
        record.at,
    )


def _without_marks(commit: Commit) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in commit.trailers if not pair[0].lower().startswith(_OURS))


def _account(commit: Commit) -> str:
    """The account that trailers name; the last of several, which is the one the wiki wrote."""
    named = [value.strip() for key, value in commit.trailers if key.lower() == _ACCOUNT]
    return named[-1] if named else ""
