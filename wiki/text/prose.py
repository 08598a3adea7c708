"""A page with everything that is no prose blanked out, letter for letter.

Offsets stay the same, so what is found in the prose can be changed in the source. Time is linear.
"""

from __future__ import annotations

import re

from wiki.text.blocks import Block, read_blocks, walk
from wiki.text.frontmatter import body_start

_MAY_HIDE = re.compile(r"```|~~~|\n(?: {4}|\t| {1,3}\t)|<[!a-zA-Z/?]|\$\$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")
_BRACKETS = str.maketrans("[]`", "   ")


def prose(source: str) -> str:
    """``source``, as long as it was, its code, comments and front matter made spaces.

    In HTML blocks, where Markdown means nothing, brackets are blanked but tags stay.
    """
    start = body_start(source)
    text = source
    if _MAY_HIDE.search(source, start) or source.startswith(("    ", "\t"), start):
        text = _without_blocks(source, start)
    if "<!--" in text:
        text = _COMMENT.sub(lambda match: _blank(match[0]), text)
    if "`" in text:
        text = _without_code_spans(text)
    return _blank(source[:start]) + text[start:] if start else text


def _blank(text: str) -> str:
    """As many spaces, lines kept."""
    if "\n" not in text:
        return " " * len(text)
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _without_blocks(source: str, start: int) -> str:
    parts: list[str] = []
    done = 0
    for block in walk(read_blocks(source, start)):
        if block.kind not in {"code", "fence", "html", "math"} or block.start < done:
            continue
        end = _end_of_line(source, block)
        hidden = source[block.start : end]
        parts += (source[done : block.start], _hide(block, hidden))
        done = end
    parts.append(source[done:])
    return "".join(parts)


def _hide(block: Block, text: str) -> str:
    if block.kind != "html":
        return _blank(text)
    if text.lstrip().lower().startswith(("<script", "<style", "<textarea", "<?", "<!")):
        return _blank(text)
    return text.translate(_BRACKETS)


def _end_of_line(source: str, block: Block) -> int:
    end = source.find("\n", block.end)
    return len(source) if end < 0 else end


def _without_code_spans(text: str) -> str:
    """Blanks ``code`` between equal runs of backticks within one paragraph."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text)]
    ends = _BlankLines(text)
    waiting: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        waiting.setdefault(runs[index][1] - runs[index][0], []).append(index)
    parts: list[str] = []
    done = index = 0
    while index < len(runs):
        opened, opened_end = runs[index]
        same = waiting[opened_end - opened]
        while same and same[-1] <= index:
            same.pop()
        escaped = opened > 0 and text[opened - 1] == "\\" and _is_escaped(text, opened)
        if escaped or not same or runs[same[-1]][0] > ends.after(opened_end):
            index += 1
            continue
        closing = same.pop()
        parts += (text[done:opened], _blank(text[opened : runs[closing][1]]))
        done, index = runs[closing][1], closing + 1
    parts.append(text[done:])
    return "".join(parts)


def _is_escaped(text: str, at: int) -> bool:
    before = at
    while before > 0 and text[before - 1] == "\\" and at - before < 50:
        before -= 1
    return (at - before) % 2 == 1


class _BlankLines:
    """Where the paragraph around an offset ends; asked with rising offsets."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in _BLANK_LINE.finditer(text)]
        self._ends.append(len(text))
        self._at = 0

    def after(self, offset: int) -> int:
        while self._ends[self._at] < offset and self._at < len(self._ends) - 1:
            self._at += 1
        return self._ends[self._at]
