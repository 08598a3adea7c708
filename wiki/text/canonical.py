"""A page's blocks put into a form in which Python-Markdown has nothing left to guess.

Containers, headings and code become stashed HTML around paragraphs; what Python-Markdown still does
is what it does well: everything inline, tables and footnotes. ``TIGHT`` before a paragraph asks for
its text without ``<p>``. Python-Markdown's own list, quote, code and heading rules are switched off.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from wiki.text.blocks import Block
from wiki.text.code import code_html
from wiki.text.formulas import formula_html
from wiki.text.headings import Heading, heading_text
from wiki.text.links import target_text

TIGHT, TABLE = "\x13", "\x12"
"""Stand before a paragraph without ``<p>``, and before a table."""

_WIKI_BAR = re.compile(r"(\[\[[^\[\]\n|\\]{1,300}+)\|([^\[\]\n|]{1,300}+\]\])")
_STASHED = "\x10{}\x11"
_PLACEHOLDER = re.compile(r"\x10(\d+)\x11")
_ALONE = re.compile(r"<p>\x10(\d+)\x11</p>")
_TIGHT = re.compile(r"\n?<p>\x13(.*?)</p>\n?", re.DOTALL)
_REFERENCE = re.compile(
    r"\[([^\[\]]{1,500})\]:[ \t]*(?:<([^<>]{0,1000})>|(\S{1,1000}))"
    r"""(?:[ \t]+(?:"([^"]{0,500})"|'([^']{0,500})'|\(([^()]{0,500})\)))?[ \t]*$"""
)
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_ALERT = re.compile(r"\[!(note|tip|important|warning|caution)\][ \t]*$", re.IGNORECASE)
_ADMONITION = re.compile(r'(!!!|\?\?\?\+?)[ \t]*([\w-]+)(?:[ \t]+[\w-]+)*(?:[ \t]+"(.*)")?[ \t]*$')
ADMONITIONS = {
    "note": "note", "info": "note", "abstract": "note", "summary": "note", "todo": "note",
    "seealso": "note", "example": "note", "question": "note", "quote": "note",
    "tip": "tip", "hint": "tip", "success": "tip", "important": "important",
    "warning": "warning", "attention": "warning", "caution": "caution", "danger": "caution",
    "error": "caution", "failure": "caution", "bug": "caution",
}  # fmt: skip
"""Kinds of admonitions people write, and the five in which they are shown."""


class Canonical:
    """Writes blocks for Python-Markdown; keeps the HTML that it must not see."""

    def __init__(self, headings: Sequence[tuple[Heading, Block]]) -> None:
        self.references: dict[str, tuple[str, str]] = {}
        self._headings = {id(block): heading for heading, block in headings}
        self._stash: list[str] = []
        self._out: list[str] = []

    def write(self, blocks: Sequence[Block]) -> str:
        """The text for Python-Markdown; ``references`` are known afterwards."""
        self._write(blocks)
        return "\n\n".join(self._out)

    def restore(self, rendered: str) -> str:
        """Python-Markdown's HTML with everything kept back put in its place."""
        rendered = _TIGHT.sub(r"\1", rendered.replace(TABLE, ""))
        rendered = _ALONE.sub(lambda match: self._stash[int(match[1])], rendered)
        return _PLACEHOLDER.sub(lambda match: self._stash[int(match[1])], rendered)

    def keep(self, markup: str) -> str:
        """A mark that stands for this HTML until ``restore``."""
        self._stash.append(markup)
        return _STASHED.format(len(self._stash) - 1)

    # -- blocks ------------------------------------------------------------------------------

    def _write(self, blocks: Sequence[Block], *, tight: bool = False) -> None:
        for index, block in enumerate(blocks):
            following = blocks[index + 1].kind if index + 1 < len(blocks) else ""
            before = blocks[index - 1].kind if index else ""
            if block.kind == "paragraph" and following == "definition":
                self._terms(block)
            elif block.kind == "definition":
                self._definition(
                    block,
                    last=following not in {"definition", "paragraph"}
                    or not _goes_on(blocks, index),
                    first=before not in {"paragraph", "definition"},
                )
            elif block.kind == "paragraph":
                self._out.append((TIGHT if tight else "") + _paragraph(block))
            else:
                getattr(self, f"_{block.kind}")(block)

    def _put(self, markup: str) -> None:
        self._out.append(self.keep(markup))

    def _around(
        self, opening: str, children: Sequence[Block], closing: str, *, tight: bool = False
    ) -> None:
        self._put(opening)
        self._write(children, tight=tight)
        self._put(closing)

    def _heading(self, block: Block) -> None:
        text = block.text()
        heading = self._headings.get(id(block))
        if heading is None:
            self._put(f"<h{block.level}>")
        else:
            anchor = html.escape(heading.anchor)
            self._put(f'<h{block.level} id="{anchor}">')
            if heading_text(text)[1]:
                text = text[: text.rindex("{")]
        if text.strip():
            self._out.append(TIGHT + text.strip())
        link = (
            f'<a class="headerlink" href="#{anchor}" title="Link to this section"></a>'
            if heading
            else ""
        )
        self._put(f"{link}</h{block.level}>")

    def _rule(self, _block: Block) -> None:
        self._put("<hr>")

    def _code(self, block: Block) -> None:
        self._put(code_html(block.text()))

    def _fence(self, block: Block) -> None:
        if block.info.lower() == "math":
            self._put(formula_html(block.text(), "block"))
        else:
            self._put(code_html(block.text(), block.info))

    def _math(self, block: Block) -> None:
        self._put(formula_html(block.text().strip().removeprefix("$$").removesuffix("$$"), "block"))

    def _html(self, block: Block) -> None:
        self._put(_closed(block.text()))

    def _table(self, block: Block) -> None:
        self._put('<div class="table-scroll">')
        self._out.append(TABLE + _WIKI_BAR.sub(r"\1\\|\2", block.text()))
        self._put("</div>")

    def _reference(self, block: Block) -> None:
        match = _REFERENCE.match(block.text())
        if not match:
            self._out.append(block.text())
            return
        key = " ".join(match[1].split()).lower()
        title = match[4] or match[5] or match[6] or ""
        self.references.setdefault(key, (target_text(match[2] or match[3] or ""), title))

    def _footnote(self, block: Block) -> None:
        outer, self._out = self._out, []
        self._write(block.children)
        text = "\n\n".join(self._out)
        self._out = outer
        self._out.append(f"[^{block.info}]: " + text.replace("\n", "\n    "))

    def _quote(self, block: Block) -> None:
        first = block.children[0] if block.children else None
        alert = (
            _ALERT.match(first.lines[0][1])
            if first and first.kind == "paragraph" and first.lines
            else None
        )
        if not alert or not first:
            self._around("<blockquote>", block.children, "</blockquote>")
            return
        rest = [Block("paragraph", first.lines[1:])] if len(first.lines) > 1 else []
        kind = alert[1].lower()
        self._around(_box(kind, kind.capitalize()), [*rest, *block.children[1:]], "</div>")

    def _admonition(self, block: Block) -> None:
        match = _ADMONITION.match(block.info)
        if not match:
            self._out.append(block.info)
            self._write(block.children)
            return
        kind = ADMONITIONS.get(match[2].lower(), "note")
        title = match[2].replace("-", " ").capitalize() if match[3] is None else match[3]
        if match[1] == "!!!":
            self._around(_box(kind, title), block.children, "</div>")
        else:
            opened = " open" if match[1].endswith("+") else ""
            summary = f'<details class="admonition {kind}"{opened}><summary>{html.escape(title)}</summary>'
            self._around(summary, block.children, "</details>")

    def _list(self, block: Block) -> None:
        tag = "ul" if block.info in "-+*" else "ol"
        start = f' start="{block.level}"' if tag == "ol" and block.level != 1 else ""
        self._put(f"<{tag}{start}>")
        for item in block.children:
            self._item(item, tight=not block.loose)
        self._put(f"</{tag}>")

    def _item(self, item: Block, *, tight: bool = False) -> None:
        task = _task(item)
        if not task:
            self._around("<li>", item.children, "</li>", tight=tight)
            return
        checked = " checked" if task[1] != " " else ""
        first = item.children[0]
        offset, text = first.lines[0]
        box = self.keep(f'<input type="checkbox" disabled{checked}>')
        lines = [(offset, f"{box} {text[task.end() :]}"), *first.lines[1:]]
        children = [Block("paragraph", lines), *item.children[1:]]
        self._around('<li class="task">', children, "</li>", tight=tight)

    def _terms(self, block: Block) -> None:
        self._put("<dl>")
        for _, text in block.lines:
            self._put("<dt>")
            self._out.append(TIGHT + text.strip())
            self._put("</dt>")

    def _definition(self, block: Block, *, first: bool = False, last: bool = True) -> None:
        if first:
            self._put("<dl>")
        tight = len(block.children) == 1
        self._around("<dd>", block.children, "</dd>", tight=tight)
        if last:
            self._put("</dl>")


def _goes_on(blocks: Sequence[Block], index: int) -> bool:
    """Whether the definition list goes on directly after this definition."""
    return blocks[index + 1].kind == "definition"


_OPEN_TAG = re.compile(r"<(?=[a-zA-Z/!?][^<>]*\Z)")


def _closed(markup: str) -> str:
    """HTML whose last comment or tag, left open, cannot swallow the blocks after it."""
    if markup.rfind("<!--") > markup.rfind("-->"):
        return markup + "-->"
    return _OPEN_TAG.sub("&lt;", markup)


def _paragraph(block: Block) -> str:
    return block.text().rstrip()


def _box(kind: str, title: str) -> str:
    heading = f'<p class="admonition-title">{html.escape(title)}</p>' if title else ""
    return f'<div class="admonition {kind}">{heading}'


def _task(item: Block) -> re.Match[str] | None:
    first = item.children[0] if item.children else None
    if not first or first.kind != "paragraph" or not first.lines:
        return None
    return _TASK.match(first.lines[0][1])
