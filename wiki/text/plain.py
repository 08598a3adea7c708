"""A page as the words a reader sees: for the search index and its snippets."""

from __future__ import annotations

import re

from wiki.text.blocks import Block, read_blocks
from wiki.text.frontmatter import body_start
from wiki.text.headings import inline_text

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-zA-Z][^<>]{0,2000}>", re.DOTALL)
_ROW_MARKS = re.compile(r"(?<!\\)\|")
_TASK = re.compile(r"\[[ xX]\] ")


def plain_text(source: str) -> str:
    """The page's text, a block a line, without front matter, marks, targets of links and tags."""
    lines: list[str] = []
    for block in read_blocks(source, body_start(source)):
        _gather(block, lines)
    return "\n".join(lines)


def _gather(block: Block, lines: list[str]) -> None:
    if block.children:
        for child in block.children:
            _gather(child, lines)
    elif block.kind in {"code", "fence", "math"}:
        lines.append(block.text())
    elif block.kind == "html":
        lines += filter(None, (inline_text(_TAG.sub(" ", block.text())),))
    elif block.kind == "table":
        rows = [text for index, (_, text) in enumerate(block.lines) if index != 1]
        lines += (inline_text(_ROW_MARKS.sub(" ", row).replace("\\|", "|")) for row in rows)
    elif block.kind not in {"rule", "reference"}:
        text = inline_text(_TASK.sub("", " ".join(text for _, text in block.lines), count=1))
        lines += filter(None, (text,))
