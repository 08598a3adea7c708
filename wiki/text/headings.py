"""A page's outline: its headings, their lasting anchors, and the stretch of text under each.

The renderer takes headings and anchors from here, so an outline, a search hit and a section opened
for editing always mean the same place. Only headings that stand by themselves count, not those in
quotes and lists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wiki.text.blocks import Block, read_blocks
from wiki.text.frontmatter import body_start

ID_PREFIX = "user-content-"
"""Stands before every ``id`` that comes from a page's text, so that no page can take an id (and
with it a label, a script's handle or a named global) of the application's own."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's level (1–6), its text without marks, and its anchor without ``ID_PREFIX``."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text under it, up to the next heading of its level or a higher one.

    ``source[start:end]`` begins with the heading's line.
    """

    heading: Heading
    start: int
    end: int


def headings(source: str) -> tuple[Heading, ...]:
    """The page's headings in order."""
    return tuple(heading for heading, _ in _located(source))


def section(source: str, anchor: str) -> Section | None:
    """The section with this anchor; None if there is none (any more)."""
    found = _located(source)
    for index, (heading, start) in enumerate(found):
        if heading.anchor == anchor:
            later = (s for h, s in found[index + 1 :] if h.level <= heading.level)
            return Section(heading, start, next(later, len(source)))
    return None


def outline(blocks: Iterable[Block]) -> list[tuple[Heading, Block]]:
    """The headings among a page's outermost blocks."""
    taken = Anchors()
    found = []
    for block in blocks:
        if block.kind == "heading":
            text, wanted = heading_text(block.text())
            found.append((Heading(block.level, text, taken.give(wanted or slug(text))), block))
    return found


def _located(source: str) -> Sequence[tuple[Heading, int]]:
    if "#" not in source and "\n=" not in source and "\n-" not in source:
        return ()
    found = outline(read_blocks(source, body_start(source)))
    return [(heading, _line_start(source, block.start)) for heading, block in found]


def _line_start(source: str, offset: int) -> int:
    return source.rfind("\n", 0, offset) + 1


class Anchors:
    """Gives each heading an anchor of its own, as forges do: ``text``, ``text-1``, ``text-2``…"""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        anchor = wanted
        while anchor in self._given:
            self._given[wanted] += 1
            anchor = f"{wanted}-{self._given[wanted]}"
        self._given[anchor] = 0
        return anchor


def slug(text: str) -> str:
    """GitHub's anchor of a heading's text, in any script: small letters, hyphens for spaces."""
    lowered = unicodedata.normalize("NFC", text.strip().lower())
    if lowered.isascii():
        kept = re.sub(r"[^a-z0-9 _-]", "", lowered)
    else:
        kept = "".join(c for c in lowered if c in " _-" or c.isalnum() or _is_mark(c))
    return kept.replace(" ", "-")[:200] or "section"


def _is_mark(character: str) -> bool:
    """Vowel signs and accents belong to their letters."""
    return unicodedata.category(character)[0] == "M"


_CUSTOM_ANCHOR = re.compile(r"[ \t]*\{:?[ \t]*#([\w-]{1,200})[ \t]*\}$")
_CODE = re.compile(r"(?<!`)(`++)(.{1,500}?)(?<!`)\1(?!`)")
_IMAGE = re.compile(
    r"!\[[^\]]{0,500}\](?:\((?:[^()\n]|\([^()\n]{0,200}+\)){0,1000}+\)|\[[^\]]{0,500}\])"
)
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]{1,500})(?:\|([^\[\]]{1,500}))?\]\]")
_LINK = re.compile(
    r"\[([^\[\]]{0,500})\](?:\((?:[^()\n]|\([^()\n]{0,200}+\)){0,1000}+\)|\[[^\]]{0,500}\])"
)
_NOTE = re.compile(r"\[\^[^\]\s]{1,200}\]")
_TAG = re.compile(r"<(?:(https?:[^\s<>]{1,1000})|/?[a-zA-Z!][^<>]{0,1000})>")
_STARS = re.compile(r"(?<!\\)\*+|~~")
_UNDERSCORES = re.compile(r"(?<![\\\w])_+(?=\S)|(?<=[^\s\\])_+(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def heading_text(text: str) -> tuple[str, str]:
    """A heading's text without Markdown's marks, and the anchor it asks for (``{#anchor}``) or ""."""
    custom = _CUSTOM_ANCHOR.search(text) if text.endswith("}") else None
    if custom:
        text = text[: custom.start()]
    return inline_text(text), custom[1] if custom else ""


def inline_text(text: str) -> str:
    """What a reader sees of a line of Markdown: no marks, no targets of links, no tags."""
    if not any(mark in text for mark in "`[<*_~\\&"):
        return " ".join(text.split())
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[2].strip())
        return f"\x02{len(kept) - 1}\x03"

    text = _CODE.sub(keep, text)
    text = _IMAGE.sub("", text)
    text = _WIKI_LINK.sub(lambda m: m[2] or m[1].lstrip(":"), text)
    text = _LINK.sub(r"\1", text)
    text = _NOTE.sub("", text)
    text = _TAG.sub(lambda m: m[1] or "", text)
    text = _UNDERSCORES.sub("", _STARS.sub("", text))
    text = _ESCAPE.sub(r"\1", text)
    text = re.sub(
        "\x02(\\d+)\x03", lambda m: kept[int(m[1])] if int(m[1]) < len(kept) else "", text
    )
    return " ".join(_entities(text).split())


def _entities(text: str) -> str:
    if "&" not in text:
        return text
    import html

    return html.unescape(text)
