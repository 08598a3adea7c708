"""A page with everything that is no prose blanked out, letter for letter.

Offsets stay the same, so what is found in the prose can be changed in the source. Time is linear.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from wiki.text.blocks import Block, read_blocks, walk
from wiki.text.frontmatter import body_start

_MAY_HIDE = re.compile(
    r"```|~~~|\$\$|(?:^|\n)(?: {4}| {0,3}\t)"
    r"|(?:^|\n)[ \t>]{0,40}+(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]{1,9}+){0,9}<(?!https?:)[!a-zA-Z/?]"
)
_COMMENT = re.compile(r"<!--(?:(?!<!--|\n[ \t]*\n).){0,5000}?-->", re.DOTALL)
_BLOCK_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TICKS = re.compile(r"`+")
_BRACKETS = str.maketrans("[]`", "   ")


def prose(source: str) -> str:
    """``source``, as long as it was, its code, comments and front matter made spaces.

    In HTML blocks, where Markdown means nothing, brackets are blanked but tags stay.
    """
    start = body_start(source)
    text = source
    if _MAY_HIDE.search(source, start):
        text = _without_blocks(source, start)
    if "<!--" in text:
        text = _COMMENT.sub(lambda match: _blank(match[0]), text)
    if "`" in text:
        text = _without_code_spans(source, text, start)
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
    return _BLOCK_COMMENT.sub(lambda match: _blank(match[0]), text).translate(_BRACKETS)


def _end_of_line(source: str, block: Block) -> int:
    end = source.find("\n", block.end)
    return len(source) if end < 0 else end


def _without_code_spans(source: str, text: str, start: int) -> str:
    """Blanks ``code`` between equal runs of backticks.

    A span within a line is one wherever the line stands; if one seems to reach over lines, the
    blocks must tell whether it does.
    """
    spans = _code_spans(text)
    if any("\n" in text[first:end] for first, end in spans):
        spans = [span for leaf in walk(read_blocks(source, start)) for span in _leaf_spans(leaf)]
    parts: list[str] = []
    done = 0
    for first, end in spans:
        parts += (text[done:first], _blank(text[first:end]))
        done = end
    parts.append(text[done:])
    return "".join(parts)


def _leaf_spans(leaf: Block) -> list[tuple[int, int]]:
    """The code spans of one leaf as offsets of the source, each within a line."""
    if leaf.kind not in {"paragraph", "heading", "table", "reference"}:
        return []
    found = []
    ends = list(accumulate(len(line) + 1 for _, line in leaf.lines))
    for first, end in _code_spans(leaf.text()):
        index = bisect_right(ends, first)
        while index < len(ends) and (base := ends[index] - len(leaf.lines[index][1]) - 1) < end:
            offset, line = leaf.lines[index]
            found.append((offset + max(first - base, 0), offset + min(end - base, len(line))))
            index += 1
    return found


def _code_spans(text: str) -> list[tuple[int, int]]:
    """From where to where code stands between backticks, marks included."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text)]
    waiting: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        waiting.setdefault(runs[index][1] - runs[index][0], []).append(index)
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(runs):
        opened, opened_end = runs[index]
        same = waiting[opened_end - opened]
        while same and same[-1] <= index:
            same.pop()
        escaped = opened > 0 and text[opened - 1] == "\\" and _is_escaped(text, opened)
        if escaped or not same:
            index += 1
            continue
        closing = same.pop()
        spans.append((opened, runs[closing][1]))
        index = closing + 1
    return spans


def _is_escaped(text: str, at: int) -> bool:
    before = at
    while before > 0 and text[before - 1] == "\\" and at - before < 50:
        before -= 1
    return (at - before) % 2 == 1
