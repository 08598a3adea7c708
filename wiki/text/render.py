"""Markdown to safe HTML.

Blocks are read by ``wiki.text.blocks``; Python-Markdown does everything inline, tables and
footnotes; Pygments colours code; latex2mathml draws formulas; nh3 has the last word. Python-Markdown
can take very long on hostile text, so servers call ``render`` in a process that can be killed
(``wiki.services.rendering``).
"""

from __future__ import annotations

import html
import re
import threading
from dataclasses import asdict, dataclass
from typing import Any

from wiki.text.blocks import read_blocks
from wiki.text.canonical import Canonical
from wiki.text.frontmatter import FrontMatter, read
from wiki.text.headings import Heading, outline
from wiki.text.inline import PageMarkdown
from wiki.text.links import Link
from wiki.text.sanitize import sanitize
from wiki.text.titles import page_title

RENDER_VERSION = 3
"""To be raised whenever the same source would be rendered differently; cached pages are dropped."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML in which links into the wiki stand as ``strata-link:N`` (an index of ``links``).

    ``titled``: the text begins with its title as a heading, so the page needs no other.
    ``as_source``: the text was too complex and is shown as it was written.
    """

    html: str
    toc: tuple[Heading, ...]
    links: tuple[Link, ...]
    title: str
    meta: FrontMatter
    titled: bool = False
    as_source: bool = False

    def as_json(self) -> dict[str, Any]:
        """For a cache or another process; ``from_json`` is its inverse."""
        return asdict(self)

    @staticmethod
    def from_json(value: dict[str, Any]) -> Rendered:
        """What ``as_json`` wrote.

        Raises:
            KeyError, TypeError: it was something else.
        """
        meta = value["meta"]
        return Rendered(
            html=value["html"],
            toc=tuple(Heading(**heading) for heading in value["toc"]),
            links=tuple(Link(**link) for link in value["links"]),
            title=value["title"],
            meta=FrontMatter(
                meta["title"],
                tuple(meta["tags"]),
                meta["owner"],
                tuple((key, text) for key, text in meta["other"]),
            ),
            titled=value["titled"],
            as_source=value["as_source"],
        )


def render(source: str, path: str) -> Rendered:
    """The page as HTML. Never raises on text; ``path`` gives a page its title if it has none."""
    source = clean_text(source)
    try:
        return _render(source, path)
    except RecursionError:
        return render_source(source, path)


def _render(source: str, path: str) -> Rendered:
    meta, start = read(source)
    blocks = read_blocks(source, start)
    located = outline(blocks)
    canonical = Canonical(located)
    text = canonical.write(blocks)
    markup, wiki_links = _markdown().convert(text, canonical)
    safe, links = sanitize(_without_external_images(markup), wiki_links)
    toc = tuple(heading for heading, _ in located)
    titled = bool(blocks) and blocks[0].kind == "heading" and blocks[0].level == 1
    return Rendered(safe, toc, links, page_title(path, meta, toc), meta, titled)


def render_source(source: str, path: str) -> Rendered:
    """The page shown as it was written, for text that is too long or complex to render."""
    meta, _ = read(source)
    text = html.escape(clean_text(source), quote=False)
    return Rendered(
        f'<div class="highlight"><pre><code>{text}</code></pre></div>',
        (),
        (),
        page_title(path, meta, ()),
        meta,
        as_source=True,
    )


_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0: 0xFFFD}


def clean_text(source: str) -> str:
    """Text without control characters and lone surrogates, lines ended by ``\\n``."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = source.translate(_CONTROLS)
    return source.encode("utf-8", "replace").decode() if not source.isprintable() else source


_local = threading.local()


def _markdown() -> PageMarkdown:
    """One Python-Markdown a thread: making one takes longer than rendering a short page."""
    if not hasattr(_local, "markdown"):
        _local.markdown = PageMarkdown()
    markdown: PageMarkdown = _local.markdown
    return markdown


_IMAGE = re.compile(
    r"""(<a[\s>][^<>]{0,3000}>|<a>)|(</a\s*>)|<img((?:\s[^<>]{0,200000})?)/?>""", re.IGNORECASE
)
_SOURCE = re.compile(r"""\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ALT = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def _without_external_images(markup: str) -> str:
    """Images from other servers become links to them (or, within a link, their text).

    A page must not tell other servers who reads it, and the browser is told to refuse such images.
    """
    if "<img" not in markup and "<IMG" not in markup:
        return markup
    inside = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal inside
        if match[1] or match[2]:
            inside = 1 if match[1] else 0
            return match[0]
        source = _SOURCE.search(match[3])
        address = html.unescape(next(filter(None, source.groups()), "")) if source else ""
        if not re.match(r"\s*(?:https?:)?//", address, re.IGNORECASE):
            return match[0]
        alt = _ALT.search(match[3])
        name = html.unescape(next(filter(None, alt.groups()), "")) if alt else ""
        text = html.escape(name.strip() or address.rstrip("/").rpartition("/")[2] or address)
        if inside:
            return f'<span class="external-image">{text}</span>'
        return f'<a class="external-image" href="{html.escape(address.strip())}">{text}</a>'

    return _IMAGE.sub(replace, markup)
