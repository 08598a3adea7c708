"""Making a space of a repository somebody has, and computing what the wiki shows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wiki import git
from wiki.errors import SpaceExists
from wiki.model import Viewer, check_space_name
from wiki.services import policy
from wiki.services.policy import Action
from wiki.services.wiki import Wiki

Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and how much there is (0: not known)."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A new space. ``partial`` says what of its history could not be read ("" if nothing is
    missing); ``ready`` is False if its index is still being made by the server."""

    space: str
    branch: str
    commits: int
    pages: int
    partial: str
    ready: bool


def import_space(
    wiki: Wiki, viewer: Viewer, space_name: str, source: str, progress: Progress
) -> Imported:
    """Make a space of a folder, an address or a bundle, with its whole history.

    Raises:
        NotAllowed, SignInNeeded: only administrators import.
        NameInvalid, SpaceExists: the space's name cannot be used.
        ImportRefused: the source cannot be read; nothing is left behind.
        StorageFull, StorageReadOnly: the disk.
    """
    policy.allow(viewer, Action.ADMINISTER, "", wiki.settings)
    path = wiki.repository_path(check_space_name(space_name))
    if path.exists():
        raise SpaceExists(space_name)
    result = git.import_repository(source, path, progress)
    space = wiki.open(space_name)
    ready = space.follower.follow(progress=progress)
    pages = space.catalogue.count() if ready else 0
    return Imported(space_name, result.branch, result.commits, pages, result.partial, ready)
