"""What a page's text tells the catalogue: a pure function of its path and bytes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from wiki.model import PAGE_SUFFIXES, page_name
from wiki.text import frontmatter
from wiki.text.headings import headings
from wiki.text.links import Link, candidates, find_links
from wiki.text.titles import name_title, page_title

READ = 1_000_000
"""Of larger pages only the beginning is read; they can be imported but not saved."""
_HEAD = 4_000
MAX_LINKS = 5_000
"""So many links of one page are known."""
_WORD = re.compile(r"[^\W_]+")
_WORD_LENGTH = 40
_MAX_WORDS = 40


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link and the page names and file paths it may mean, best first."""

    kind: str
    target: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the catalogue keeps of one page."""

    title: str
    size: int
    tags: tuple[str, ...]
    owner: str
    links: tuple[LinkFacts, ...]


def read_page(path: str, content: bytes | None) -> PageFacts:
    """The facts of a page; one whose bytes cannot be read is known by its name alone."""
    if content is None:
        return PageFacts(name_title(page_name(path)), 0, (), "", ())
    source = content[:READ].decode("utf-8", "replace")
    meta, start = frontmatter.read(source)
    title = page_title(path, meta, headings(source[start : start + _HEAD]))
    links = tuple(_link(link, path) for link in find_links(source)[:MAX_LINKS])
    return PageFacts(title[:300], len(content), meta.tags, meta.owner, links)


def _link(link: Link, path: str) -> LinkFacts:
    leads = () if link.space else candidates(link, path)
    target = f"{link.space}:{link.target}" if link.space else link.target
    return LinkFacts(link.kind, target, leads)


def last_part(path: str) -> str:
    """The last part of a page's name, as it is written."""
    return page_name(path).rpartition("/")[2]


def fold(text: str) -> str:
    """Text to look up by: one spelling of letters, small, without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def words(text: str) -> list[str]:
    """The words by which a page is suggested, folded, in order, each once."""
    found = (word[:_WORD_LENGTH] for word in _WORD.findall(fold(text)))
    return list(dict.fromkeys(found))[:_MAX_WORDS]


def page_words(path: str, title: str) -> list[str]:
    """Words of a page's title and name; also what follows within a word of a script without spaces."""
    found = dict.fromkeys(words(f"{title} {page_name(path)}"))
    for word in list(found):
        if not word.isascii() and _is_unspaced(word):
            found.update(dict.fromkeys(word[i:] for i in range(1, min(len(word), 20))))
    return list(found)


def _is_unspaced(word: str) -> bool:
    """Scripts written without spaces: Thai, Lao, Khmer, Kana, Han."""
    return any(
        "\u0e00" <= c <= "\u0eff" or "\u1780" <= c <= "\u17ff" or "\u3040" <= c <= "\u9fff"
        for c in word
    )


def suffix_rank(path: str) -> int:
    """Which of several files of one page name counts: the smaller."""
    lowered = path.lower()
    ranks = (rank for rank, suffix in enumerate(PAGE_SUFFIXES) if lowered.endswith(suffix))
    return next(ranks, len(PAGE_SUFFIXES))
