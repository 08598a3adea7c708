"""Python-Markdown, set up for what it does here: everything within a paragraph, tables, footnotes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import markdown
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import (
    HTML_RE,
    BacktickInlineProcessor,
    HtmlInlineProcessor,
    ImageInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
)
from markdown.util import AtomicString

from wiki.text.canonical import TABLE, Canonical
from wiki.text.formulas import formula_html
from wiki.text.links import INLINE_TARGET, WIKI_LINK, Link, wiki_link

_OWN_BLOCKS = (
    "indent",
    "code",
    "hashheader",
    "setextheader",
    "hr",
    "olist",
    "ulist",
    "quote",
    "reference",
)
_PUNCTUATION = list("\\`*_{}[]()>#+-.!\"$%&',/:;<=?@^|~")
_CODE_SPAN = (
    r"(?:(?<!\\)((?:\\{2})+)(?=`+)"
    r"|(?<![\\`])(?!(?<=(?<![\\$\w])\$)`[^`\n]{1,1000}`\$)(`++)(.+?)(?<!`)\2(?!`))"
)
"""As CommonMark has it: a run of backticks ends at the next run of the same length.

Read before formulas, so that none reaches into code; only ``$`formula`$`` is none."""

_CODE_SPANS = re.compile(_CODE_SPAN)

_FORMULA = (
    r"(?<![\\$\w])(?:\$\$(?!\$)([^$\x02\x03]{1,4000}?)\$\$"
    r"|\$`([^`\n\x02\x03]{1,1000})`\$"
    r"|\$(?![\s$])([^$\n\x02\x03]{0,1000}(?<![\s\\]))\$(?![\w$]))"
)
"""What was read already, such as code, stands between ``\\x02`` and ``\\x03``."""

_BARE_ADDRESS = r"(?<![\w/\"'=@.\[:-])(?:https?://|www\.(?=\w))[^\s<>\x02\x03\x10\x11]{1,1000}+"


class PageMarkdown:
    """Renders canonical text; keeps an instance of Python-Markdown, so one for each thread."""

    def __init__(self) -> None:
        md = self._md = markdown.Markdown(
            extensions=["tables", "footnotes", "pymdownx.tilde"],
            extension_configs={
                "footnotes": {"BACKLINK_TITLE": "Back to the text of note {}"},
                "pymdownx.tilde": {"subscript": False},
            },
            output_format="html",
        )
        md.ESCAPED_CHARS = _PUNCTUATION
        for name in _OWN_BLOCKS:
            md.parser.blockprocessors.deregister(name)
        md.preprocessors.deregister("html_block")
        tables = {"use_align_attribute": True}
        md.parser.blockprocessors.register(_Tables(md.parser, tables), "table", 75)
        self._wiki = _WikiLinks(md)
        self._formulas = _Formulas(_FORMULA, md)
        md.inlinePatterns.register(self._formulas, "formula", 195)
        md.inlinePatterns.register(BacktickInlineProcessor(_CODE_SPAN), "backtick", 200)
        md.inlinePatterns.register(_LineBreak(r"\\\n", md), "line_break", 181)
        md.inlinePatterns.register(self._wiki, "wiki_link", 185)
        md.inlinePatterns.register(_BareAddress(_BARE_ADDRESS, md), "bare_address", 105)
        md.inlinePatterns.register(_Links(r"(?<!!)\[", md), "link", 160)
        md.inlinePatterns.register(_Images(r"!\[", md), "image_link", 150)
        md.inlinePatterns.register(_Tags(HTML_RE, md), "html", 90)

    def convert(self, text: str, canonical: Canonical) -> tuple[str, list[Link]]:
        """HTML, not yet safe, and the wiki links that ``strata-wiki:N`` in it stands for."""
        md = self._md
        md.reset()
        md.references.update(canonical.references)
        self._wiki.links = []
        self._formulas.canonical = canonical
        return canonical.restore(md.convert(text)), self._wiki.links


class _Tables(TableProcessor):
    """Only what was read as a table is one."""

    def test(self, parent: ET.Element, block: str) -> bool:
        return block.startswith(TABLE) and super().test(parent, block[1:])

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        blocks[0] = blocks[0][1:]
        super().run(parent, blocks)

    def _split(self, row: str) -> list[str]:
        """The cells; a bar escaped within code needs its backslash no more once they are apart."""
        cells: list[str] = super()._split(row)  # type: ignore[misc]  # the stubs lack it
        return [_CODE_SPANS.sub(_bare_bars, c) if "`" in c and "\\|" in c else c for c in cells]


def _bare_bars(code: re.Match[str]) -> str:
    return code[0].replace("\\|", "|")


class _Target:
    """Reads ``(target "title")`` as the scanner of links does, so that both see the same links."""

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        match = INLINE_TARGET.match(data, index)
        if not match:
            return "", None, index, False
        target = next(t for t in match.group("angle", "bare", "spaced") if t is not None)
        title = match["title"]
        return (
            target.strip().replace(" ", "%20"),
            title.strip()[1:-1] if title else None,
            match.end(),
            True,
        )


class _Links(_Target, LinkInlineProcessor):
    pass


class _Images(_Target, ImageInlineProcessor):
    pass


_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*+(?=\s|/?>)|<[!?]")


class _Tags(HtmlInlineProcessor):
    """Only what can be a tag is one; ``<host|container>`` is text and must not vanish as unknown."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, Any, Any]:  # type: ignore[override]  # noqa: N802
        return super().handleMatch(m, data) if _TAG.match(m[1]) else (None, None, None)


class _LineBreak(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        return ET.Element("br"), m.start(0), m.end(0)


class _BareAddress(InlineProcessor):
    """An address written without any marks; punctuation after it is not part of it."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        address = m[0].rstrip("?!.,:;*_~'\"")
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip("?!.,:;*_~'\"")
        href = address if address.startswith("http") else f"https://{address}"
        element = ET.Element("a", href=href)
        element.text = AtomicString(address)
        return element, m.start(0), m.start(0) + len(address)


class _WikiLinks(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(WIKI_LINK.pattern, md)
        self.links: list[Link] = []

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]  # noqa: ARG002, N802
        if m["page"].startswith("!"):
            return None, None, None
        link = wiki_link(m["page"], m["label"] or "")
        self.links.append(link)
        element = ET.Element("a", href=f"strata-wiki:{len(self.links) - 1}")
        element.text = (m["label"] or m["page"].lstrip(":")).strip()
        return element, m.start(0), m.end(0)


class _Formulas(InlineProcessor):
    canonical: Canonical

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        block = m[1] is not None
        markup = formula_html(m[1] or m[2] or m[3] or "", "block" if block else "inline")
        return self.canonical.keep(markup), m.start(0), m.end(0)
