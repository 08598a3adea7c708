"""Text that somebody has typed and not saved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """What a draft is of. ``part`` is a section's anchor, "" for the whole page; of a new page
    ``page`` is "" and ``part`` a key that tells it from other new pages.
    """

    space: str
    page: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What an open editor holds.

    ``base`` is the id of the text it was opened with, ``name`` what a new page is to be called.
    ``writer`` tells one open editor from another, ``step`` is its script's own count (0: a form was
    sent), and ``over`` the revision of the draft that it knows (0: none).
    """

    place: DraftPlace
    text: str
    base: str = ""
    name: str = ""
    summary: str = ""
    writer: str = ""
    step: int = 0
    over: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is kept. Times in UTC seconds, ``size`` in bytes; in lists ``text`` is ""."""

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

    @property
    def shown_name(self) -> str:
        """What to call the page it is of."""
        return self.place.page or self.name
