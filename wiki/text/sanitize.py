"""The last step of rendering: only what is allowed leaves it, and every link is counted on the way.

Nothing adds HTML after it but ``place_links``, which fills in the addresses of what was counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3
from pygments.token import STANDARD_TYPES

from wiki.text.canonical import ADMONITIONS
from wiki.text.code import CLASS_PREFIX
from wiki.text.headings import ID_PREFIX, slug
from wiki.text.links import PLACEHOLDER, Link, classify

WIKI_SCHEME = "strata-wiki:"
"""``href="strata-wiki:3"`` is the third ``[[link]]``, until it has passed here."""

_TEXT = """a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em
figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp
small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"""
_MATHML = """math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom
mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"""
_MATHML_ATTRIBUTES = """accent accentunder align columnalign columnlines columnspacing columnspan depth
display displaystyle fence form height largeop linethickness lspace mathsize mathvariant maxsize
minsize movablelimits notation open close separators rowalign rowlines rowspacing rowspan rspace
scriptlevel separator stretchy symmetric voffset width"""
TAGS = {*_TEXT.split(), *_MATHML.split()}
_ALIGNED: dict[str, set[str]] = {
    tag: {"align"} for tag in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr")
}
_DROPPED = (
    "script", "style", "title", "textarea", "noscript", "template", "iframe", "noembed", "noframes",
    "xmp", "svg", "select", "object", "annotation-xml", "plaintext",
)  # fmt: skip
"""Elements that go with all that is in them."""

_DROPPED_TAG = re.compile(rf"<(/?)({'|'.join(_DROPPED)})(?=[\s/>]|$)", re.IGNORECASE)
ATTRIBUTES: dict[str, set[str]] = {
    **_ALIGNED,
    **{tag: set(_MATHML_ATTRIBUTES.split()) for tag in _MATHML.split()},
    "*": {"class", "dir", "id", "lang", "title"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height", "align"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
    "input": {"checked"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "col": {"span", "align"},
    "time": {"datetime"},
}
_CLASSES = frozenset(
    {
        "admonition", "admonition-title", "external-image", "footnote", "footnote-backref",
        "footnote-ref", "formula", "formula-error", "headerlink", "highlight", "table-scroll",
        "task", *ADMONITIONS.values(),
    }
)  # fmt: skip
_CODE_CLASSES = frozenset(CLASS_PREFIX + name for name in STANDARD_TYPES.values() if name)
_SIZE = re.compile(r"\d{1,4}(?:px|%)?")
_SMALL_NUMBER = re.compile(r"-?\d{1,6}")
_ALIGN = frozenset({"left", "center", "right", "top", "middle", "bottom", "axis", "baseline"})
_ELSEWHERE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=\s]*")
_REL = "noopener noreferrer nofollow"
_INPUT = re.compile(r"<input ((?:checked|disabled|type)=[^<>]*)>")
_OTHER = r'(?: (?!rel=|href=)[\w-]+="[^"<>]*")*'
_REL_WITHIN = re.compile(
    rf'(<a{_OTHER}(?: href="(?:#|{PLACEHOLDER})[^"<>]*"{_OTHER})?) rel="{_REL}"(?=[ >])'
)


def sanitize(markup: str, wiki_links: Sequence[Link] = ()) -> tuple[str, tuple[Link, ...]]:
    """Safe HTML, and the links in it: ``strata-link:N`` is the N-th of them."""
    judge = _Judge(wiki_links)
    cleaned = nh3.clean(
        _without_open_ends(markup),
        tags=TAGS,
        clean_content_tags=set(_DROPPED),
        attributes=ATTRIBUTES,
        attribute_filter=judge.attribute,
        set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
        url_schemes={"http", "https", "mailto", "tel", "data", "strata-wiki"},
        link_rel=_REL,
    )
    if "<input" in cleaned:  # nh3 writes the attributes it adds in any order
        cleaned = _INPUT.sub(lambda box: f"<input {' '.join(sorted(box[1].split()))}>", cleaned)
    return _REL_WITHIN.sub(r"\1", cleaned), tuple(judge.links)


def _without_open_ends(markup: str) -> str:
    """Markup in which a tag like ``<script>`` that nothing closes is text.

    It would take the rest of the page with it; people write such tags without marking them as code.
    """
    tags = list(_DROPPED_TAG.finditer(markup))
    if not tags:
        return markup
    closed = {tag[2].lower(): tag.start() for tag in tags if tag[1]}
    parts: list[str] = []
    done = 0
    for tag in tags:
        if not tag[1] and closed.get(tag[2].lower(), -1) < tag.start():
            parts += (markup[done : tag.start()], "&lt;")
            done = tag.start() + 1
    return "".join((*parts, markup[done:]))


class _Judge:
    """Decides on every attribute; classifies every address."""

    def __init__(self, wiki_links: Sequence[Link]) -> None:
        self.links: list[Link] = []
        self._wiki_links = wiki_links
        self._numbers: dict[Link, int] = {}

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return self._href(value) if tag == "a" else None
        if name == "src":
            return self._src(value) if tag == "img" else None
        if name in {"id", "name"}:
            return _identifier(value)
        if name == "class":
            return _classes(value)
        if name in {"width", "height"} and tag == "img":
            return value if _SIZE.fullmatch(value) else None
        if name in {"start", "value", "colspan", "rowspan", "span"}:
            return value if _SMALL_NUMBER.fullmatch(value) else None
        if name == "align":
            return value if value.lower() in _ALIGN else None
        return value

    def _href(self, value: str) -> str | None:
        value = value.strip()
        if value.startswith("#"):
            return _fragment(value)
        if value.startswith(WIKI_SCHEME):
            number = value.removeprefix(WIKI_SCHEME)
            if not number.isdecimal() or int(number[:9]) >= len(self._wiki_links):
                return None
            link = self._wiki_links[int(number)]
            return self._count(link) if link.target else _fragment(f"#{link.fragment}")
        if _ELSEWHERE.match(value):
            return value
        link_there = classify(value, image=False)
        return self._count(link_there) if link_there else None

    def _src(self, value: str) -> str | None:
        link = classify(value, image=True)
        if link is not None:
            return self._count(link)
        return value if _DATA_IMAGE.fullmatch(value) else None

    def _count(self, link: Link) -> str:
        number = self._numbers.setdefault(link, len(self.links))
        if number == len(self.links):
            self.links.append(link)
        return f"{PLACEHOLDER}{number}"


def _fragment(value: str) -> str:
    anchor = value[1:]
    if not anchor or anchor.startswith(ID_PREFIX):
        return value
    return f"#{ID_PREFIX}{anchor}"


def _identifier(value: str) -> str | None:
    value = value.strip()[:300]
    if not value or any(c.isspace() for c in value):
        return f"{ID_PREFIX}{slug(value)}" if value else None
    return value if value.startswith(ID_PREFIX) else ID_PREFIX + value


def _classes(value: str) -> str | None:
    kept = [name for name in value.split() if name in _CLASSES or name in _CODE_CLASSES]
    return " ".join(kept) or None
