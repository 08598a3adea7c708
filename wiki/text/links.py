"""What a page links to: found without rendering, and put into rendered HTML afterwards.

Three things must mean the same by a link: the catalogue (backlinks, wanted pages), the renderer and
the rewriting of links when a page moves. They share ``classify`` and ``INLINE_TARGET``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

from wiki.model import PAGE_SUFFIXES, page_name
from wiki.text.headings import ID_PREFIX, slug
from wiki.text.prose import prose

LinkKind = Literal["wiki", "relative", "image"]
Style = Literal["wiki", "inline", "angle", "reference", "html"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to something in the wiki.

    ``target`` is the page or file as the author wrote it, decoded, without fragment; ``space`` is
    "" for the page's own. ``alternate`` is what some forges take for the target: the second half
    of ``[[text|Page]]``.
    """

    kind: LinkKind
    target: str
    fragment: str = ""
    space: str = ""
    alternate: str = ""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link and where its target stands: ``source[start:end]``, fragment and query excluded."""

    link: Link
    start: int
    end: int
    style: Style


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """Where a link leads in this wiki. ``css`` "missing" marks what is not there; an image without
    ``href`` is shown as its text."""

    href: str
    css: str = ""


_DESTINATION = (
    r"<(?P<angle>[^<>\n]{0,1000}+)>"
    r"|(?P<bare>(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.){0,200}+\)){1}(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.){0,200}+\)){0,1000}+)"
)
_TITLE = r"""(?P<title>\s{1,9}+(?:"(?:[^"\\]|\\.){0,500}+"|'(?:[^'\\]|\\.){0,500}+'|\([^()]{0,500}+\)))?"""
INLINE_TARGET = re.compile(
    rf"\(\s{{0,9}}+(?:(?:{_DESTINATION}){_TITLE}\s{{0,9}}+|(?P<spaced>[^()\\<>\"\n]{{1,500}}+))\)"
)
"""From the bracket after a link's text: the target, perhaps with spaces, and the title."""

WIKI_LINK = re.compile(
    r"(?<!\\)\[\[(?P<page>[^\[\]\n|\\\x02\x03]{1,300}+)(?:\\?\|(?P<label>[^\[\]\n]{1,300}+))?\]\]"
)
"""``[[Page|text]]``; in tables the bar may be written ``\\|``."""

_SPACE = re.compile(r"([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?):(?=[^/\s])")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,30}:|//|\\\\")
_TOKEN = re.compile(
    r"""\\[\[\]!\\<]                                            # escaped: means nothing
    | ^[ ]{0,3}\[(?!\^)[^\[\]\n]{1,500}+\]:[ \t]*+(?P<reference><[^<>\n]{1,1000}+>|[^\s<]\S{0,1000}+)
    | (?P<wiki>\[\[(?!!)[^\[\]\n|\\]{1,300}+(?:\\?\|[^\[\]\n]{1,300}+)?\]\])
    | (?P<image>!\[) | (?P<open>\[) | (?P<inline>\](?=\()) | (?P<close>\])
    | <(?:a|img)\s[^<>]{0,1000}?\b(?:href|src)\s*=\s*(?:"(?P<double>[^"<>]{1,1000}+)"|'(?P<single>[^'<>]{1,1000}+)'|(?P<naked>[^\s"'<>=`]{1,1000}+))
    | (?P<blank>\n[ \t]*+\r?\n)
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp", ".ico")


def find_links(source: str) -> tuple[Link, ...]:
    """Every link of the page into the wiki, in order, each once; fast enough for 38,000 pages."""
    return tuple(dict.fromkeys(found.link for found in locate_links(source)))


def locate_links(source: str) -> Iterator[FoundLink]:
    """Every link of the page into the wiki, with the place of its target, in order."""
    if "[" not in source and "<" not in source:
        return
    text = prose(source)
    opened: list[bool] = []
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in {"open", "image"}:
            opened.append(kind == "image")
        elif kind == "blank":
            opened.clear()
        elif kind == "close":
            opened[-1:] = []
        elif kind == "inline":
            if opened and (found := _inline(text, token.end(), image=opened.pop())):
                yield found
        elif kind is not None and (found := _LOCATORS[kind](token)):
            yield found


def _inline(text: str, at: int, *, image: bool) -> FoundLink | None:
    match = INLINE_TARGET.match(text, at)
    if not match:
        return None
    group = next(name for name in ("angle", "bare", "spaced") if match[name] is not None)
    style: Style = "angle" if group == "angle" else "inline"
    return _found(match, group, style, image=image)


def _reference(match: re.Match[str]) -> FoundLink | None:
    target = match["reference"]
    angle = target.startswith("<")
    start, end = match.span("reference")
    image = target.strip("<>").split("#", 1)[0].lower().endswith(_IMAGES)
    return _at(
        start + angle,
        end - angle,
        target.strip("<>"),
        "angle" if angle else "reference",
        image=image,
    )


def _wiki(match: re.Match[str]) -> FoundLink | None:
    inner = WIKI_LINK.match(match[0])
    assert inner is not None
    link = wiki_link(inner["page"], inner["label"] or "")
    if not link.target:
        return None
    written = inner["page"].split("#", 1)[0]
    start = match.start() + 2 + len(written) - len(written.lstrip())
    if link.space:
        start += len(link.space) + 1
    return FoundLink(link, start, match.start() + 2 + len(written.rstrip()), "wiki")


def _html(match: re.Match[str]) -> FoundLink | None:
    group = match.lastgroup or ""
    image = match[0][1:4].lower() == "img"
    return _at(*match.span(group), html.unescape(match[group]), "html", image=image)


_LOCATORS = {
    "reference": _reference,
    "wiki": _wiki,
    "double": _html,
    "single": _html,
    "naked": _html,
}


def _found(match: re.Match[str], group: str, style: Style, *, image: bool) -> FoundLink | None:
    return _at(*match.span(group), target_text(match[group]), style, image=image)


def _at(start: int, end: int, target: str, style: Style, *, image: bool) -> FoundLink | None:
    link = classify(target, image=image)
    if link is None or not link.target:
        return None
    return FoundLink(link, start, end, style)


_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def target_text(written: str) -> str:
    """The address that a target written in Markdown means: escapes and entities resolved."""
    written = written.strip()
    if "\\" in written:
        written = _ESCAPED.sub(r"\1", written)
    return html.unescape(written) if "&" in written else written


def wiki_link(page: str, label: str = "") -> Link:
    """The link that ``[[page|label]]`` means; an empty target is the page itself."""
    page = page.strip().lstrip(":")
    space = _SPACE.match(page)
    if space:
        page = page[space.end() :]
    target, _, fragment = page.partition("#")
    alternate = "" if space or "\x02" in label else label.strip()
    return Link(
        "wiki",
        target.strip(),
        slug(fragment) if fragment.strip() else "",
        space[1] if space else "",
        alternate,
    )


def classify(address: str, *, image: bool) -> Link | None:
    """The link into the wiki that an ``href`` or ``src`` means.

    None for addresses elsewhere (with a scheme or host) and for places in the page itself.
    """
    address = address.strip()
    if not address or address[0] in "#?" or _SCHEME.match(address):
        return None
    path, _, fragment = address.partition("#")
    path = path.partition("?")[0]
    return Link("image" if image else "relative", unquote(path), unquote(fragment))


# -- where links lead ------------------------------------------------------------------------


def candidates(link: Link, from_path: str) -> tuple[str, ...]:
    """Page names and file paths that the link may mean, best first.

    ``from_path`` is the path of the page with the link. Names are tried in the page's folder, then
    at the root; spaces also as hyphens (as GitHub's wikis do); endings are optional.
    """
    folder = from_path.rpartition("/")[0]
    tried: list[str] = []
    for target in (link.target, link.alternate):
        if not target:
            continue
        bases = [""] if target.startswith("/") or link.space else [folder, ""]
        for written in (target, target.replace(" ", "-")):
            tried += (joined(base, written) for base in bases)
    found = (name for path in tried if path for name in _spellings(path))
    return tuple(dict.fromkeys(found))


def _spellings(path: str) -> tuple[str, ...]:
    if path.lower().endswith(PAGE_SUFFIXES):
        return path, page_name(path)
    return (path,)


def joined(folder: str, target: str) -> str:
    """``target`` seen from ``folder``, without ``.`` and ``..``; "" if it leads out of the space."""
    parts = [] if target.startswith("/") else [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


# -- putting links into rendered HTML --------------------------------------------------------

PLACEHOLDER = "strata-link:"
_PLACED = re.compile(rf'<(a|img)(\s[^<>]*?)?\s(href|src)="{PLACEHOLDER}(\d+)"([^<>]*)>')
_REL = re.compile(r' (?:rel|class)="[^"]*"')
_ALT = re.compile(r' alt="([^"]*)"')


def place_links(rendered: str, resolved: Sequence[PlacedLink]) -> str:
    """Rendered HTML with every link's address and class; ``resolved`` goes with ``links``.

    In sanitised HTML ``<a`` stands nowhere but in tags, so text cannot be mistaken for a link.
    """

    def place(match: re.Match[str]) -> str:
        tag, before, name, number, after = match.groups()
        index = int(number)
        target = resolved[index] if index < len(resolved) else PlacedLink("", "missing")
        rest = _REL.sub("", (before or "") + after)
        if tag == "img" and not target.href:
            alt = _ALT.search(rest)
            return f'<span class="missing">{alt[1] if alt and alt[1] else "image"}</span>'
        css = f' class="{html.escape(target.css)}"' if target.css else ""
        address = f' {name}="{html.escape(target.href)}"' if target.href else ""
        return f"<{tag}{address}{css}{rest}>"

    return _PLACED.sub(place, rendered)


def fragment_href(fragment: str) -> str:
    """``#…`` for an anchor within a page, "" for none."""
    if not fragment:
        return ""
    return "#" + quote(fragment if fragment.startswith(ID_PREFIX) else ID_PREFIX + fragment)
