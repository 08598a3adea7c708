"""Text that somebody has typed and not saved."""

from __future__ import annotations

from dataclasses import dataclass

_PROPOSAL = "proposal/"


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """What a draft is of. ``part`` is a section's anchor, "" for the whole page; of a new page
    ``page`` is "" and ``part`` a key that tells it from other new pages, or names a proposal.
    """

    space: str
    page: str
    part: str = ""

    @property
    def proposal(self) -> str:
        """The name of the proposal whose colliding pages are being settled; "" for a page."""
        if self.page or not self.part.startswith(_PROPOSAL):
            return ""
        return self.part.removeprefix(_PROPOSAL)


def proposal_place(space: str, name: str) -> DraftPlace:
    """Where it is kept what somebody chooses for the colliding pages of a proposal."""
    return DraftPlace(space, "", _PROPOSAL + name)


@dataclass(frozen=True, slots=True)
class Typed:
    """What an open editor holds.

    ``base`` is the id of the text it was opened with, ``name`` what a new page is to be called.
    ``writer`` tells one open editor from another, ``step`` is its script's own count (0: a form was
    sent), and ``over`` the revision of the draft that it knows (0: none). Where somebody settles what
    met, ``settling`` is what that form holds (JSON), and ``text`` what would come of it, of the whole page.
    """

    place: DraftPlace
    text: str
    base: str = ""
    name: str = ""
    summary: str = ""
    writer: str = ""
    step: int = 0
    over: int = 0
    settling: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is kept. Times in UTC seconds, ``size`` in bytes; lists go without ``text`` and
    ``settling``."""

    id: str
    place: DraftPlace
    text: str
    base: str
    name: str
    summary: str
    writer: str
    revision: int
    size: int
    created_at: int
    updated_at: int
    settling: str = ""

    @property
    def shown_name(self) -> str:
        """What to call the page it is of."""
        return self.place.page or self.name
