"""A page's history written down by hand, and who is said to have written its words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projections.histories import Files, push
from wiki.git import Repository, create
from wiki.model import Author
from wiki.projections.authorship import Authorship, PageVersion
from wiki.projections.projection import no_progress
from wiki.text.tokens import tokens


class Script:
    """A repository whose commits have names; texts are given as strings."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / "r.git"
        create(self.path)
        self.repository = Repository(self.path, name="r", committer=Author("Wiki", "w@example.org"))
        self.oids: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.authorship = Authorship(folder / "index")
        self._clock = 1_600_000_000

    def commit(
        self,
        name: str,
        files: dict[str, str | bytes],
        *parents: str,
        message: str = "",
        root: bool = False,
    ) -> None:
        """A commit of exactly these files; without parents it follows the last one (a root none)."""
        above = [self.oids[each] for each in parents]
        if not parents and self.oids and not root:
            above = [list(self.oids.values())[-1]]
        raw: Files = {
            path: text.encode() if isinstance(text, str) else text for path, text in files.items()
        }
        self._clock += 60
        oid = push(
            self.path, raw, above, message=message or name, at=self._clock, ref="refs/heads/main"
        )
        self.oids[name], self.names[oid] = oid, name

    def rebuild(self) -> Authorship:
        head = self.repository.head()
        assert head is not None
        self.authorship.rebuild(self.repository, head, no_progress)
        return self.authorship

    def told(self, version: PageVersion | None) -> str:
        """The name of the commit that wrote each word, one after another."""
        assert version is not None
        return " ".join(self.names[run.commit] for run in version.runs for _ in range(run.count))

    def said(self, path: str) -> str:
        """Every word of a page at the head with the name of the commit that wrote it."""
        head = self.repository.head()
        assert head is not None
        entry = self.repository.entry(head, path)
        assert entry is not None
        words = tokens(self.repository.read_blob(entry.oid).decode())
        writers = self.told(self.authorship.page(path)).split()
        return " ".join(f"{word}:{who}" for word, who in zip(words, writers, strict=True))

    def close(self) -> None:
        self.authorship.close()
        self.repository.close()


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    made = Script(tmp_path)
    yield made
    made.close()
