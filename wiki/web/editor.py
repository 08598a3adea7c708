"""The editor as a value: what its form is filled with, also after a refusal or a conflict."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.model import page_file
from wiki.web import addresses


@dataclass(frozen=True, slots=True)
class Editor:
    """What the editor shows. ``base`` is "" for a new page, ``anchor`` "" for a whole one.

    ``opened_as`` is the name in the address; ``name`` may have been changed since in a new page.
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
    def draft(self) -> str:
        """The name of the draft that the browser keeps."""
        name = "" if self.is_new else self.name
        return f"{self.space_name}/{name}#{self.anchor}"
