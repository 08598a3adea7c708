"""A repository with pages, and its search index, for the tests of the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from wiki.git import Repository, create
from wiki.model import Author, Edit, FileWrite
from wiki.projections.projection import no_progress
from wiki.projections.search import SearchIndex, SearchResult, parse_query

ANNA = Author("Anna Berg", "anna@example.org")


@dataclass
class Shelf:
    """Pages in a real repository, and the index that follows them."""

    folder: Path
    repository: Repository
    index: SearchIndex
    head: str = ""
    _clock: int = field(default=1_750_000_000)

    def put(self, pages: Mapping[str, str | bytes | None]) -> str:
        """Commit these files (None: deleted) without following; returns the commit."""
        writes = []
        for path, text in pages.items():
            entry = self.repository.entry(self.head, path) if self.head else None
            content = text.encode() if isinstance(text, str) else text
            writes.append(FileWrite(path, content, entry.oid if entry else ""))
        self._clock += 60
        edit = Edit(tuple(writes), ANNA, "Change pages", "web", "anna", self._clock)
        self.head = self.repository.save(edit).commit
        return self.head

    def follow(self) -> None:
        """Bring the index to the newest commit."""
        position = self.index.position()
        if position:
            self.index.advance(self.repository, position, self.head)
        else:
            self.index.rebuild(self.repository, self.head, no_progress)

    def write(self, pages: Mapping[str, str | bytes | None]) -> None:
        self.put(pages)
        self.follow()

    def search(self, text: str, limit: int = 10) -> SearchResult:
        return self.index.search(parse_query(text), 0, limit)

    def found(self, text: str) -> list[str]:
        """Paths of the pages found, best first."""
        return [hit.path for hit in self.search(text, 100).hits]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    create(tmp_path / "handbook.git")
    repository = Repository(tmp_path / "handbook.git", name="handbook", committer=ANNA)
    index = SearchIndex(tmp_path / "index" / "handbook")
    yield Shelf(tmp_path, repository, index)
    index.close()
    repository.close()


def plain(pieces: object) -> str:
    """Pieces as text, marked ones in brackets."""
    return "".join(f"[{p.text}]" if p.marked else p.text for p in pieces)  # type: ignore[attr-defined]
