"""Passages as HTML: every word a link to the change that wrote it. By hand, since there are thousands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from markupsafe import Markup, escape

from wiki.services.version_text import Paragraph, Passage

_HEADING_MARKS = re.compile(
    r"^[ \t]*#{1,6}[ \t]+|[ \t]+#+[ \t]*$|^[ \t]*[=-]+[ \t]*$", re.MULTILINE
)
_BULLET = re.compile(r"^(\s*)[-*+](?=\s)")

Sources = Mapping[str, tuple[str, str]]
"""Of each change its address, and who made it, when and why."""


def passages_html(paragraph: Paragraph, sources: Sources) -> Markup:
    """A paragraph's passages; the addresses of links are set apart, to be shown small."""
    parts: list[str] = []
    first = True
    for is_address, passages in groupby(paragraph.passages, key=lambda passage: passage.address):
        inner = ""
        for passage in passages:
            inner += _passage(paragraph, passage, sources, first=first)
            first = False
        apart = is_address and paragraph.setting != "code"
        parts.append(f'<span class="address">{inner}</span>' if apart else inner)
    return Markup("".join(parts))  # noqa: S704 - every text and address is escaped below


def _passage(paragraph: Paragraph, passage: Passage, sources: Sources, *, first: bool) -> str:
    if passage.change is None:
        return str(escape(_unmarked(paragraph, passage.text, first=first)))
    href, tip = sources[passage.change.oid]
    opens = " opens" if passage.opens else ""
    return (
        f'<a class="by p{passage.rank} a{passage.age}{opens}" href="{escape(href)}">'
        f'{escape(passage.text)}<span class="tip"> {escape(tip)}</span></a>'
    )


def _unmarked(paragraph: Paragraph, text: str, *, first: bool) -> str:
    """Without the marks that say what is shown anyway: how big a heading is, what a list's item is."""
    if paragraph.setting == "heading":
        return _HEADING_MARKS.sub("", text)
    if paragraph.setting == "item" and first:
        return _BULLET.sub(r"\1•", text)
    return text
