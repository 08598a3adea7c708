"""What a version of a page links to and is tagged with: a pure function of its bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from wiki.projections.catalogue.facts import MAX_LINKS, READ
from wiki.text import frontmatter
from wiki.text.links import Link, candidates, find_links

_ELSEWHERE = rb"(?:https?:|mailto:|#)"
_MAY_LINK = re.compile(
    rb"\[\[(?!!)|\]\((?!\s{0,9}<?" + _ELSEWHERE + rb")|\]:(?![ \t]*<?" + _ELSEWHERE + rb")"
    rb"|<(?:a|img)\s(?!(?:href|src)=\"" + _ELSEWHERE + rb"[^\"<>]{0,900}\")",
    re.IGNORECASE,
)
"""No link into the wiki can be written without one of these; most versions need no parsing."""

_REMEMBERED = 5_000

Lead = tuple[str, ...]
"""The page names and file paths that a link may mean, best first."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The links (images and those into other spaces left out) and tags of a text."""

    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()


NONE = Marks()


def read_marks(content: bytes | None) -> Marks:
    """The marks of a text; those of one that cannot be read are none."""
    if not content:
        return NONE
    tagged = content.startswith((b"---", b"\xef\xbb\xbf---"))
    linked = _MAY_LINK.search(content) is not None
    if not tagged and not linked:
        return NONE
    source = content[:READ].decode("utf-8", "replace")
    links = find_links(source)[:MAX_LINKS] if linked else ()
    kept = tuple(link for link in links if link.kind != "image" and not link.space)
    tags = _tags(source[: frontmatter.body_start(source)]) if tagged else ()
    return Marks(kept, tags) if kept or tags else NONE


@lru_cache(_REMEMBERED)
def _tags(block: str) -> tuple[str, ...]:
    """The tags of a page's front matter, which is read slowly and seldom changes."""
    return frontmatter.read(block)[0].tags if block else ()


def leads(links: tuple[Link, ...], path: str) -> tuple[Lead, ...]:
    """What the links of the page at a path may mean, each once."""
    return tuple(dict.fromkeys(found for link in links if (found := candidates(link, path))))
