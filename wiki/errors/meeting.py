"""Drafts, proposals and remote repositories that met something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wiki.errors.base import NotFound, StrataError, megabytes

if TYPE_CHECKING:
    from wiki.model.drafts import Draft


class ProposalNotFound(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no open proposal “{name}”. Perhaps it was taken in or declined already."
        )


class ProposalMoved(ProposalNotFound):
    """A proposal is no longer what whoever decides on it looked at."""

    def __init__(self, name: str) -> None:
        StrataError.__init__(
            self, f"The proposal “{name}” changed since you looked. Look at it once more."
        )


class TooManyProposals(StrataError):
    """More proposals would wait than may: of one person (``own``), or in the whole space."""

    def __init__(self, count: int, most: int, *, own: bool = False) -> None:
        if own:
            text = (
                f"With this, {count} proposals of yours would wait in this space; nobody may have more than {most} at "
                "once. Wait until some are decided on, or withdraw one that you no longer want: on its page, or by "
                "git push origin --delete proposal/<name>."
            )
        else:
            text = (
                f"With this, {count} proposals would wait in this space, and it keeps no more than {most}. Ask somebody "
                "who may edit it to take in or decline some, then try again."
            )
        super().__init__(text)


class RemoteRefused(StrataError):
    """A repository that a space is exchanged with cannot be used as asked; ``said`` is git's own last word."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.said = said


class UnrelatedHistory(StrataError):
    """Two histories cannot be joined, since they have no common beginning."""

    def __init__(self, space: str) -> None:
        super().__init__(
            f"The two histories have no version in common, so “{space}” cannot be joined with the other. "
            "Import the other as a space of its own, or copy its pages in a clone of this one."
        )


class TooManyCollisions(StrataError):
    """Two lines of work collide in more places than people can settle in one form."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count:,} pages were changed on both sides at the same place: too many to settle here. In a clone, "
            "merge the space's branch into the other one, settle them there, and push."
        )
        self.count = count


class DraftElsewhere(StrataError):
    """Another tab or device of the same person holds another text of the same page."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(
            "You have typed something else here, in another tab or on another device. Both texts are "
            "kept: compare them, then go on with one of them."
        )
        self.draft = draft


class DraftGone(StrataError):
    """The draft that an open editor knows was saved or discarded elsewhere."""

    def __init__(self) -> None:
        super().__init__("This draft was saved or discarded, in another tab or on another device.")


class DraftOfAnother(StrataError):
    """Somebody else signed in, in the browser in which this was typed."""

    def __init__(self, typist: str, account: str) -> None:
        super().__init__(
            f"This was typed by {typist[:80]}, and {account} is signed in here now. It stays in this "
            f"browser: sign in as {typist[:80]} again to go on."
        )


class DraftNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("You have no such draft. Perhaps you saved or discarded it already.")


class DraftsFull(StrataError):
    """One person's drafts take all the room there is for them."""

    def __init__(self, limit: int, *, in_bytes: bool = False) -> None:
        most = f"{megabytes(limit)} of drafts" if in_bytes else f"{limit} drafts"
        super().__init__(
            f"You have {most}, as many as are kept for one person. Save or discard some under "
            "“Your drafts”; until then, what you type here is kept in this browser only."
        )
        self.limit = limit
