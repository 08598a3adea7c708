"""The editor as a value: what its form is filled with, also after a refusal or a conflict."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wiki.model import page_file
from wiki.model.drafts import DraftPlace, Typed
from wiki.web import addresses

_MOST_DIGITS = 9


def new_writer() -> str:
    """What tells one open editor from every other."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Mark:
    """Which draft an open editor keeps: of which page ("" for a new one) and part of it, as which
    ``writer``, and the ``revision`` of it that the editor knows (0: none).
    """

    page: str = ""
    part: str = ""
    writer: str = field(default_factory=new_writer)
    revision: int = 0


def mark_from(form: Mapping[str, str], page: str, part: str) -> Mark:
    """The mark that a form carries; of ``page`` and ``part`` where it carries none."""
    revision = form.get("draft_revision", "")
    digits = revision.isascii() and revision.isdigit() and len(revision) <= _MOST_DIGITS
    return Mark(
        form.get("draft_page", page),
        form.get("draft_part", part),
        form.get("draft_writer", "")[:32] or new_writer(),
        int(revision) if digits else 0,
    )


@dataclass(frozen=True, slots=True)
class Editor:
    """What the editor shows. ``base`` is "" for a new page, ``anchor`` "" for a whole one.

    ``mark`` says which draft it keeps, and ``from_draft`` whether it was filled from one. ``settling`` is
    what the form holds in which somebody settles what met; ``text`` is then of the whole page.
    """

    space_name: str
    name: str
    text: str = ""
    base: str = ""
    anchor: str = ""
    summary: str = ""
    template: str = ""
    is_new: bool = False
    faithful: bool = True
    mark: Mark = field(default_factory=Mark)
    from_draft: bool = False
    settling: str = ""

    @property
    def path(self) -> str:
        """The name under which the page's links are understood."""
        return page_file(self.name or "new")

    @property
    def action(self) -> str:
        """Where the form goes."""
        if self.is_new:
            return addresses.tool_address(self.space_name, "new")
        return addresses.tool_address(self.space_name, "edit", self.name)

    @property
    def place(self) -> DraftPlace:
        """What its draft is of."""
        return DraftPlace(self.space_name, self.mark.page, self.mark.part)

    @property
    def typed(self) -> Typed:
        """What it holds, to be kept as a draft. What began as a section may have become a whole page."""
        mark = self.mark
        in_page = mark.page and not self.settling
        place = replace(self.place, part=self.anchor) if in_page else self.place
        return Typed(
            place,
            self.text,
            self.base,
            "" if mark.page else self.name,
            self.summary,
            mark.writer,
            over=mark.revision if place == self.place else 0,
            settling=self.settling,
        )

    def of_whole_page(self) -> Editor:
        """The same, where its section is no more and ``text`` is the whole page's."""
        mark = Mark(self.mark.page, "" if self.mark.page else self.mark.part, self.mark.writer)
        kept = mark if self.mark.part and self.mark.page else self.mark
        return replace(self, anchor="", mark=kept, settling="")

    @property
    def draft(self) -> str:
        """The name of the draft that the browser keeps."""
        return f"{self.space_name}/{self.mark.page}#{self.mark.part}"

    @property
    def own_draft(self) -> str:
        """The same of this editor alone, since others may be open."""
        return f"{self.draft}~{self.mark.writer}"

    @property
    def drafts_address(self) -> str:
        """Where a script sends what is typed."""
        return addresses.tool_address(self.space_name, "drafts", self.mark.page)
