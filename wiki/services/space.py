"""One space: its repository and what is computed from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from wiki.config import Settings
from wiki.errors import RepositoryDamaged
from wiki.git import Repository
from wiki.model import Author, Charter
from wiki.projections.authorship import Authorship
from wiki.projections.catalogue import Catalogue
from wiki.projections.follow import Follower
from wiki.projections.history import History
from wiki.projections.search import SearchIndex
from wiki.projections.structure import Structure
from wiki.services.former import FormerMembers
from wiki.services.veil import Veil
from wiki.text.charter import read_charter

CHARTER = ".strata/charter.toml"
"""The file in which a space says what it is called and what it is for."""


@dataclass(slots=True, weakref_slot=True)
class Space:
    """A repository opened together with its projections; safe to share between threads."""

    name: str
    repository: Repository
    catalogue: Catalogue
    history: History
    search: SearchIndex
    structure: Structure
    authorship: Authorship
    follower: Follower
    index_folder: Path
    veil: Veil
    _charter: tuple[str | None, Charter] = field(default=("", Charter()))

    @property
    def title(self) -> str:
        """The name shown to people."""
        return self.charter().title or self.name.replace("-", " ").capitalize()

    @property
    def description(self) -> str:
        """What the space is for, in its own words; "" if it does not say."""
        return self.charter().purpose.text

    def shown_version(self) -> str | None:
        """Changes whenever what is shown of the space may: its branch moved, or somebody is named no more."""
        head = self.repository.head()
        return None if head is None else f"{head}{self.veil.version}"

    def charter(self) -> Charter:
        """The charter at the branch's head, read once per version."""
        try:
            head = self.repository.head()
        except RepositoryDamaged:
            return Charter()
        if self._charter[0] != head:
            self._charter = (head, _read_charter(self.repository, head))
        return self._charter[1]

    def close(self) -> None:
        """Let go of files and processes."""
        self.follower.close()
        opened = (self.catalogue, self.history, self.search, self.structure, self.authorship)
        for projection in opened:
            projection.close()
        self.repository.close()


def open_space(path: Path, settings: Settings) -> Space:
    """Open ``content/<name>.git``; projections that are missing are made when first followed."""
    name = path.name.removesuffix(".git")
    folder = settings.wiki.search_index / name
    repository = Repository(
        path,
        name=name,
        committer=Author(settings.git.committer_name, settings.git.committer_email),
        lock_seconds=settings.git.lock_seconds,
    )
    veil = Veil(FormerMembers(settings.wiki.instance))
    catalogue, search = Catalogue(folder), SearchIndex(folder)
    history = History(folder, veil.commit)
    veil.watch(history.authors, history.position)
    structure, authorship = Structure(folder), Authorship(folder)
    followed = (catalogue, history, search, structure, authorship)
    follower = Follower(repository, followed, folder)
    return Space(name, repository, *followed, follower, folder, veil)


def _read_charter(repository: Repository, head: str | None) -> Charter:
    """A charter that cannot be read is no reason to refuse the space."""
    if head is None:
        return Charter()
    try:
        entry = repository.entry(head, CHARTER)
        if entry is None or entry.mode & 0o170000 != 0o100000:
            return Charter()
        return read_charter(repository.read_blob(entry.oid).decode("utf-8", "replace"))
    except RepositoryDamaged:
        return Charter()
