"""A page's source set so that people can read it: which stretches are headings, paragraphs, lists, code.

Every character of the source is kept, what the page does not show as well; only how it is set is
told. By the same reading of blocks as the page itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.text.blocks import Block, read_blocks
from wiki.text.frontmatter import body_start
from wiki.text.links import INLINE_TARGET

Setting = Literal["heading", "paragraph", "code", "item", "aside", "rule"]

_EXACT = frozenset({"code", "fence", "html", "math", "table"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole lines of a source, ``source[start:end]``, that are set alike.

    ``level`` is a heading's (1 to 6); ``depth`` counts the lists, quotes and notes around it. In
    "code" line breaks and spaces count (tables too); an "aside" is what the page does not show.
    """

    setting: Setting
    start: int
    end: int
    level: int = 0
    depth: int = 0
    quoted: bool = False


def set_source(source: str) -> list[Stretch]:
    """The stretches of a source in their order; lines between them are empty, or marks without a
    word."""
    lines = _line_starts(source)
    start = body_start(source)
    found = [Stretch("aside", 0, start)] if start else []
    last = start
    for stretch in _stretches(read_blocks(source, start), source, lines, 0, quoted=False):
        if stretch.start < last:
            # A line shared by two blocks (a list's mark and its code) is told once.
            if stretch.end <= last:
                continue
            stretch = Stretch(
                stretch.setting, last, stretch.end, stretch.level, stretch.depth, stretch.quoted
            )
        elif source[last : stretch.start].strip():
            found.append(Stretch("paragraph", last, stretch.start))
        found.append(stretch)
        last = stretch.end
    if source[last:].strip():
        found.append(Stretch("paragraph", last, len(source)))
    return found


def link_targets(source: str) -> list[tuple[int, int]]:
    """Where the addresses of links stand, from bracket to bracket: ``[text](here)``. A reader of the
    page does not see them."""
    found: list[tuple[int, int]] = []
    at = source.find("](")
    while at >= 0:
        match = INLINE_TARGET.match(source, at + 1)
        if match:
            found.append(match.span())
        at = source.find("](", match.end() if match else at + 2)
    return found


def _line_starts(source: str) -> list[int]:
    starts = [0]
    at = source.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.find("\n", at + 1)
    return starts


def _stretches(
    blocks: Sequence[Block], source: str, lines: Sequence[int], depth: int, *, quoted: bool
) -> Iterator[Stretch]:
    for block in blocks:
        if block.children:
            deeper = depth + (
                block.kind in {"item", "quote", "footnote", "definition", "admonition"}
            )
            inside = quoted or block.kind == "quote"
            yield from _stretches(block.children, source, lines, deeper, quoted=inside)
            continue
        first = bisect_right(lines, max(0, block.start)) - 1
        last = bisect_right(lines, max(0, block.end)) - 1
        end = lines[last + 1] if last + 1 < len(lines) else len(source)
        yield Stretch(_setting(block, depth), lines[first], end, block.level, depth, quoted)


def _setting(block: Block, depth: int) -> Setting:
    if block.kind in _EXACT:
        return "code"
    if block.kind == "heading":
        return "heading"
    if block.kind == "rule":
        return "rule"
    if block.kind == "reference":
        return "aside"
    return "item" if depth else "paragraph"
