"""What a page is called."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from wiki.model import page_name
from wiki.model.names import FOLDER_PAGES
from wiki.text.frontmatter import FrontMatter
from wiki.text.headings import Heading

_ENTITY = re.compile(r"&#?\w{1,32};")


def page_title(path: str, meta: FrontMatter, outline: Sequence[Heading]) -> str:
    """The title in the front matter, else the first heading if it is the page's, else the name.

    Pages brought from elsewhere write ``&oacute;`` in their front matter too.
    """
    if meta.title:
        decoded = _ENTITY.sub(lambda match: html.unescape(match[0]), meta.title)
        return " ".join(decoded.split()) or meta.title
    if outline and outline[0].level == 1 and outline[0].text:
        return outline[0].text
    return name_title(page_name(path))


def name_title(name: str) -> str:
    """A page's or folder's name as words; a folder's page bears its folder's name."""
    folder, _, last = name.rpartition("/")
    if last.casefold() in FOLDER_PAGES:
        last = folder.rpartition("/")[2] or "Home"
    words = last if " " in last else last.replace("-", " ").replace("_", " ")
    words = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in words).strip()
    return words[:1].upper() + words[1:] if words else name
