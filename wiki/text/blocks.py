"""Which lines of a page are headings, code, lists, quotes…: one reading for every purpose.

Forges and Python-Markdown disagree about blocks (a list without a blank line before it, two spaces
of nesting, fenced code inside lists). Pages are written for forges, so their blocks are read here,
as CommonMark and GitHub do, once: the renderer hands Python-Markdown a text in which the blocks are
unmistakable (``wiki.text.canonical``), and headings, links and plain text are found by the same
reading, so that they always agree with what the reader sees. Time grows with the text's length;
nesting is bounded by ``MAX_DEPTH``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from wiki.text.lines import (
    ADMONITION,
    DEFINITION,
    FENCE,
    FOOTNOTE,
    REFERENCE,
    RULE,
    SETEXT,
    closes,
    continues,
    fence_after,
    heading_line,
    html_end,
    interrupts,
    is_table,
    item_marker,
    opening_fence,
    untabbed,
)

Kind = Literal[
    "paragraph", "heading", "rule", "code", "fence", "html", "math", "table", "reference",
    "quote", "list", "item", "footnote", "definition", "admonition",
]  # fmt: skip
Line = tuple[int, str]
"""Where the line's text begins in the source (roughly, if tabs indent it), and the text without its
container's marks."""

MAX_DEPTH = 24


@dataclass(slots=True)
class Block:
    """A block and what it contains.

    ``lines`` are the lines of a leaf (of a fence: without the fences); ``info`` is a fence's
    language, a list's marker, a footnote's label or an admonition's opening line; ``level`` a
    heading's level or an ordered list's first number. ``start`` and ``end`` are where, in the source,
    the first and the last line begin (behind their indentation).
    """

    kind: Kind
    lines: list[Line] = field(default_factory=list)
    children: list[Block] = field(default_factory=list)
    level: int = 0
    info: str = ""
    loose: bool = False
    start: int = 0
    end: int = 0

    def text(self) -> str:
        """The leaf's lines, joined."""
        return "\n".join(text for _, text in self.lines)


def read_blocks(source: str, start: int = 0) -> list[Block]:
    """The blocks of ``source`` from the offset ``start`` on (where the front matter ends)."""
    return _Reader(split_lines(source, start), 0).read()


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block, outer before inner, in the order of the text."""
    for block in blocks:
        yield block
        yield from walk(block.children)


def split_lines(source: str, start: int = 0) -> list[Line]:
    """The lines of ``source`` from ``start`` on, with their offsets; tabs of indentation expanded."""
    lines: list[Line] = []
    offset = start
    for line in source[start:].split("\n"):
        text = line.removesuffix("\r")
        lines.append(_expanded(offset, text) if "\t" in text else (offset, text))
        offset += len(line) + 1
    return lines


def _expanded(offset: int, text: str) -> Line:
    """The line with its indentation as spaces; its offset such that its body's is right."""
    body = text.lstrip(" \t")
    indent = text[: len(text) - len(body)]
    columns = len(indent.expandtabs(4))
    return offset + len(indent) - columns, " " * columns + body


class _Reader:
    """Reads the lines of one container; containers inside it get readers of their own."""

    def __init__(self, lines: Sequence[Line], depth: int) -> None:
        self.lines, self.depth, self.at = lines, depth, 0
        self.blocks: list[Block] = []

    def read(self) -> list[Block]:
        while self.at < len(self.lines):
            _, text = self.lines[self.at]
            body = text.lstrip(" ")
            if not body or not body.strip():
                self.at += 1
            elif len(text) - len(body) >= 4:
                self._code()
            else:
                reader = _STARTS.get(body[0])
                if (
                    not (reader and reader(self, body))
                    and not (body[0] in "0123456789" and self._list(body))
                ):  # fmt: skip
                    self._paragraph()
        return self.blocks

    # -- leaves ------------------------------------------------------------------------------

    def _add(self, kind: Kind, first: int, **values: object) -> Block:
        """Adds a block made of the lines from ``first`` up to the present one."""
        start, end = (
            o + len(t) - len(t.lstrip(" ")) for o, t in (self.lines[first], self.lines[self.at - 1])
        )
        block = Block(kind, start=start, end=end, **values)  # type: ignore[arg-type]
        self.blocks.append(block)
        return block

    def _code(self) -> bool:
        first = self.at
        end = first
        while self.at < len(self.lines):
            text = self.lines[self.at][1]
            if text.startswith("    "):
                end = self.at + 1
            elif text.strip():
                break
            self.at += 1
        self.at = end
        self._add("code", first, lines=[(o + 4, t[4:]) for o, t in self.lines[first:end]])
        return True

    def _heading(self, body: str) -> bool:
        found = heading_line(body)
        if not found:
            return False
        self.at += 1
        level, text = found
        offset = self.lines[self.at - 1][0]
        self._add("heading", self.at - 1, level=level, lines=[(offset, text)])
        return True

    def _fence(self, body: str) -> bool:
        match = FENCE.match(body)
        if not match:
            return False
        fence = match[1] or match[3]
        first, indent = self.at, len(self.lines[self.at][1]) - len(body)
        lines: list[Line] = []
        self.at += 1
        while self.at < len(self.lines):
            offset, text = self.lines[self.at]
            self.at += 1
            if closes(text, fence):
                break
            cut = min(indent, len(text) - len(text.lstrip(" ")))
            lines.append((offset + cut, text[cut:]))
        self._add("fence", first, lines=lines, info=(match[2] or match[4] or "").strip())
        return True

    def _html(self, body: str) -> bool:
        end = html_end(body, interrupting=False)
        if end is None:
            return False
        first = self.at
        if isinstance(end, str):
            self._until_blank()
        else:
            while self.at < len(self.lines) and not end.search(self.lines[self.at][1]):
                self.at += 1
            self.at = min(self.at + 1, len(self.lines))
        self._add("html", first, lines=list(self.lines[first : self.at]))
        return True

    def _until_blank(self) -> None:
        while self.at < len(self.lines) and self.lines[self.at][1].strip():
            self.at += 1

    def _math(self, body: str) -> bool:
        if not body.startswith("$$"):
            return False
        for end in range(self.at, min(self.at + 200, len(self.lines))):
            text = self.lines[end][1].strip()
            if not text:
                return False
            if text.endswith("$$") and (end > self.at or len(text) > 4):
                first, self.at = self.at, end + 1
                self._add("math", first, lines=list(self.lines[first : self.at]))
                return True
        return False

    def _rule_or_list(self, body: str) -> bool:
        if RULE.match(body):
            self.at += 1
            self._add("rule", self.at - 1)
            return True
        return body[0] != "_" and self._list(body)

    def _reference(self, body: str) -> bool:
        if body.startswith("[^"):
            return self._footnote(body)
        if not REFERENCE.match(body):
            return False
        self.at += 1
        self._add("reference", self.at - 1, lines=[(self.lines[self.at - 1][0], body)])
        return True

    # -- paragraphs --------------------------------------------------------------------------

    def _paragraph(self) -> None:
        first = self.at
        self.at += 1
        while self.at < len(self.lines):
            body = self.lines[self.at][1].strip()
            if not body:
                break
            indent = len(self.lines[self.at][1]) - len(self.lines[self.at][1].lstrip(" "))
            if indent < 4:
                if body[0] in "=-" and SETEXT.match(body):
                    self._setext(first, 1 if body[0] == "=" else 2)
                    return
                if interrupts(body, self.depth):
                    break
            self.at += 1
        self._prose(first, self.at)

    def _setext(self, first: int, level: int) -> None:
        lines = [(o, t.strip()) for o, t in self.lines[first : self.at]]
        text = " ".join(t for _, t in lines)
        self.at += 1
        self._add("heading", first, level=level, lines=[(lines[0][0], text)])

    def _prose(self, first: int, end: int) -> None:
        """A paragraph, perhaps with a table in its midst."""
        lines = [(o + len(t) - len(t.lstrip(" ")), t.lstrip(" ")) for o, t in self.lines[first:end]]
        for index in range(len(lines) - 1):
            if is_table(lines[index][1], lines[index + 1][1]):
                if index:
                    self._leaf("paragraph", lines[:index])
                self._leaf("table", lines[index:])
                return
        self._leaf("paragraph", lines)

    def _leaf(self, kind: Kind, lines: list[Line]) -> None:
        self.blocks.append(Block(kind, lines, start=lines[0][0], end=lines[-1][0]))

    # -- containers --------------------------------------------------------------------------

    def _quote(self, _body: str) -> bool:
        first = self.at
        inner: list[Line] = []
        while self.at < len(self.lines):
            offset, text = self.lines[self.at]
            stripped = text.lstrip(" ")
            if stripped.startswith(">") and len(text) - len(stripped) < 4:
                cut = len(text) - len(stripped) + (2 if stripped[1:2] == " " else 1)
                inner.append(_expanded(offset + cut, text[cut:]))
            elif not inner or not continues(inner[-1][1], stripped, self.depth):
                break
            else:
                inner.append((offset, stripped))
            self.at += 1
        self._contain("quote", first, inner)
        return True

    def _contain(self, kind: Kind, first: int, inner: list[Line], info: str = "") -> Block:
        if self.depth >= MAX_DEPTH:
            lines = [(o, t.strip()) for o, t in inner if t.strip()]
            children = [Block("paragraph", lines, start=lines[0][0])] if lines else []
        else:
            children = _Reader(inner, self.depth + 1).read()
        return self._add(kind, first, children=children, info=info)

    def _list(self, _body: str) -> bool:
        marker = item_marker(untabbed(self.lines[self.at][1]).lstrip(" "))
        if marker is None:
            return False
        first, start, outer = self.at, marker, self.blocks
        items: list[Block] = []
        self.blocks, loose = items, False
        while marker is not None and marker[0] == start[0]:
            gap = self._item(marker[2])
            if self.at >= len(self.lines):
                break
            text = untabbed(self.lines[self.at][1])
            body = text.lstrip(" ")
            marker = (
                item_marker(body) if len(text) - len(body) < 4 and not RULE.match(body) else None
            )
            loose = loose or (gap and marker is not None and marker[0] == start[0])
        self.blocks = outer
        block = self._add("list", first, children=items, info=start[0], level=start[1])
        block.loose = loose or any(item.loose for item in items)
        return True

    def _item(self, width: int) -> bool:
        """Reads one item whose marker takes ``width`` columns; whether blank lines follow it."""
        first = self.at
        offset, written = self.lines[first]
        text = untabbed(written)
        offset -= len(text) - len(written)  # as for indentation: right for what follows
        indent = len(text) - len(text.lstrip(" "))
        content = text[indent + width :]
        inner: list[Line] = [(offset + indent + width, content)]
        self.at += 1
        end = self._indented(inner, indent + width, empty=not content.strip())
        gap = self.at > end
        after, self.at = self.at, end
        block = self._contain("item", first, inner[: end - first])
        block.loose = _is_loose(block.children, inner[1 : end - first])
        self.at = after
        return gap

    def _indented(self, inner: list[Line], width: int, *, empty: bool = False) -> int:
        """Collects the lines that belong to a container indented by ``width``.

        Leaves ``at`` behind trailing blank lines, and answers where the content ends.
        """
        fence, end = opening_fence(inner[-1][1]), self.at
        while self.at < len(self.lines):
            offset, text = self.lines[self.at]
            body = text.lstrip(" ")
            if not body.strip():
                if empty and end == self.at:
                    self.at += 1
                    break
                inner.append((offset, ""))
                self.at += 1
                continue
            if len(text) - len(body) >= width:
                inner.append((offset + width, text[width:]))
                fence = fence_after(fence, text[width:])
            elif fence or end != self.at or not continues(inner[-1][1], body, self.depth):
                break
            else:
                inner.append((offset, body))
            self.at += 1
            end = self.at
        return end

    def _footnote(self, body: str) -> bool:
        match = FOOTNOTE.match(body)
        return bool(match) and self._hanging(
            "footnote", body, match.end() if match else 0, match[1] if match else ""
        )

    def _definition(self, body: str) -> bool:
        before = self.blocks[-1].kind if self.blocks else ""
        match = DEFINITION.match(body)
        if not match or before not in {"paragraph", "definition"}:
            return False
        return self._hanging("definition", body, match.end(), "")

    def _hanging(self, kind: Kind, body: str, width: int, info: str) -> bool:
        """A footnote or definition: its text begins on the marker's line, more is indented."""
        first = self.at
        offset, text = self.lines[first]
        inner: list[Line] = [(offset + len(text) - len(body) + width, body[width:])]
        self.at += 1
        end = self._indented(inner, 4)
        after, self.at = self.at, end
        self._contain(kind, first, inner[: end - first], info)
        self.at = after
        return True

    def _admonition(self, body: str) -> bool:
        if not ADMONITION.match(body):
            return False
        first = self.at
        inner: list[Line] = [(self.lines[first][0], "")]
        self.at += 1
        end = self._indented(inner, 4)
        after, self.at = self.at, end
        self._contain("admonition", first, inner[1 : end - first], body.rstrip())
        self.at = after
        return True

    def _fallback(self, _body: str) -> bool:
        return False


_STARTS = {
    "#": _Reader._heading,
    "`": _Reader._fence,
    "~": _Reader._fence,
    "<": _Reader._html,
    ">": _Reader._quote,
    "-": _Reader._rule_or_list,
    "*": _Reader._rule_or_list,
    "_": _Reader._rule_or_list,
    "+": _Reader._list,
    "!": _Reader._admonition,
    "?": _Reader._admonition,
    "[": _Reader._reference,
    ":": _Reader._definition,
    "$": _Reader._math,
}


def _is_loose(children: Sequence[Block], lines: Sequence[Line]) -> bool:
    """Whether blank lines stand between the blocks of an item (not only within one of them)."""
    blank = [offset for offset, text in lines if not text.strip()]
    gaps = pairwise(children)
    return any(before.end <= offset < after.start for before, after in gaps for offset in blank)
