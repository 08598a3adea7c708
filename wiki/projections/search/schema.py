"""What the index keeps of a page: its words with weights and places, and what hits show.

One field, ``words``, holds the whole page: a word in the title counts as several in the text, so
ranking is BM25F with one list of postings a word instead of one a field. ``stems`` holds only
inflected forms under their stem (a page with “files” under “file”), so nothing is written twice.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from whoosh import columns, fields, formats

from wiki.model import page_name
from wiki.projections.search.words import fold, index_words, stem
from wiki.text.frontmatter import read
from wiki.text.headings import headings
from wiki.text.plain import plain_text
from wiki.text.titles import page_title

TITLE_WEIGHT = 4.0
NAME_WEIGHT = 3.0
TAG_WEIGHT = 3.0
HEADING_WEIGHT = 2.0
FOLDER_WEIGHT = 1.0

MAX_INDEXED = 1_000_000
"""Characters of a page that are indexed; the rest of a longer page is not found."""
MAX_STORED = 200_000
"""Characters of a page that snippets are made from."""
MAX_TITLE = 300
LAST_POSITION = 0xFFFF
NOWHERE = b"\0"
"""The places of a word that has none: Whoosh loses count of values that are empty."""
_GAP = 16
"""Positions between title and text, so that no phrase reaches from one into the other."""

Postings = Mapping[str, tuple[float, bytes]]
"""Word → (weight, positions as unsigned 16-bit numbers)."""


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as the index takes it. ``text`` is plain; ``length`` counts its words."""

    path: str
    title: str
    tags: tuple[str, ...]
    text: str
    words: Postings
    stems: Postings
    title_words: Postings
    length: int


@dataclass(frozen=True, slots=True)
class StoredPage:
    """What a hit can show without asking git."""

    title: str
    tags: tuple[str, ...]
    text: str


class WordsField(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field fed with postings that are counted already (``Postings``)."""

    indexed = True
    scorable = False  # lengths are in a column of their own, exact
    stored = False
    unique = False
    vector = None
    column_type = None
    analyzer = None

    def __init__(self, *, positions: bool) -> None:
        self.format = formats.Positions() if positions else formats.Existence()

    def index(self, value: Postings, **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        for word, (weight, places) in value.items():
            yield word.encode(), 1, weight, places


def make_schema() -> fields.Schema:
    """The schema of every index; a change of it needs a new ``SearchIndex.version``."""
    return fields.Schema(
        words=WordsField(positions=True),
        stems=WordsField(positions=False),
        title=WordsField(positions=True),
        tags=WordsField(positions=False),
        path=fields.COLUMN(columns.VarBytesColumn()),
        length=fields.COLUMN(columns.NumericColumn("I", default=0)),
        page=fields.STORED,
    )


def read_page(path: str, content: bytes) -> PageText:
    """A page's file as the index takes it; never fails, whatever the file contains."""
    source = content[: 4 * MAX_INDEXED].decode("utf-8", "replace")[:MAX_INDEXED]
    meta, _ = read(source)
    outline = headings(source)
    title = page_title(path, meta, outline)[:MAX_TITLE]
    text = plain_text(source)
    counted = _Counted()
    counted.place(text, 1.0, counted.place(title, TITLE_WEIGHT, 0) + _GAP)
    length = counted.length
    for heading in outline:
        counted.weigh(heading.text, HEADING_WEIGHT)
    for tag in meta.tags:
        counted.weigh(tag, TAG_WEIGHT)
    folder, _, name = page_name(_readable(path)).rpartition("/")
    counted.weigh(name, NAME_WEIGHT)
    counted.weigh(folder, FOLDER_WEIGHT)
    titled = _Counted()
    titled.place(title, 1.0, 0)
    words = counted.postings()
    return PageText(
        path, title, meta.tags, text, words, _inflected(words), titled.postings(), length
    )


def document(page: PageText) -> dict[str, object]:
    """The fields Whoosh is given for a page."""
    return {
        "words": page.words,
        "stems": page.stems,
        "title": page.title_words,
        "tags": dict.fromkeys(filter(None, map(tag_key, page.tags)), (1.0, b"")),
        "path": page.path.encode("utf-8", "surrogateescape"),
        "length": page.length,
        "page": (page.title, page.tags, page.text[:MAX_STORED]),
    }


def tag_key(tag: str) -> str:
    """Two tags with one key are the same tag."""
    return " ".join(fold(tag).split())


def _readable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Counted:
    """Words counted with their weights and places."""

    def __init__(self) -> None:
        self._weights: dict[str, float] = {}
        self._places: dict[str, array[int]] = {}
        self.length = 0

    def place(self, text: str, weight: float, start: int) -> int:
        """Count words that can be parts of phrases; returns the position after the last."""
        weights, places, position = self._weights, self._places, start - 1
        for word, offset in index_words(text):
            position = start + offset
            self.length += 1
            if word in weights:
                weights[word] += weight
            else:
                weights[word] = weight
                places[word] = array("H")
            if position <= LAST_POSITION:
                places[word].append(position)
        return position + 1

    def weigh(self, text: str, weight: float) -> None:
        """Count words without a place in the text."""
        for word, _ in index_words(text):
            self._weights[word] = self._weights.get(word, 0.0) + weight

    def postings(self) -> Postings:
        places = self._places
        return {
            word: (weight, places[word].tobytes() or NOWHERE if word in places else NOWHERE)
            for word, weight in self._weights.items()
        }


def _inflected(words: Postings) -> Postings:
    """Forms that are not their own stem, counted under it."""
    stems: dict[str, float] = {}
    for word, (weight, _) in words.items():
        base = stem(word)
        if base != word:
            stems[base] = stems.get(base, 0.0) + weight
    return {base: (weight, b"") for base, weight in stems.items()}
