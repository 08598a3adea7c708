"""The first space: a handbook that explains the wiki and what it stands for, ready to be rewritten."""

from __future__ import annotations

import time
from importlib import resources
from importlib.resources.abc import Traversable

from wiki import git
from wiki.model import Author, Edit, FileWrite
from wiki.services.space import CHARTER
from wiki.services.wiki import Wiki

STARTER_SPACE = "handbook"


def make_starter_space(wiki: Wiki) -> str:
    """Create the handbook; the commit that holds it."""
    git.create(wiki.repository_path(STARTER_SPACE))
    space = wiki.open(STARTER_SPACE)
    committer = wiki.settings.git
    edit = Edit(
        files=starter_files(),
        author=Author(committer.committer_name, committer.committer_email),
        message="Begin with a handbook",
        door="import",
        account="",
        author_time=int(time.time()),
    )
    return space.repository.save(edit).commit


def starter_files() -> tuple[FileWrite, ...]:
    """Every file of the handbook, as it is shipped inside this package."""
    root = resources.files("wiki.services") / "starter_pages"
    return tuple(
        FileWrite(CHARTER if path == "charter.toml" else path, content, base="")
        for path, content in sorted(_files(root, ""))
    )


def _files(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found = []
    for child in folder.iterdir():
        if child.is_dir():
            found += _files(child, f"{prefix}{child.name}/")
        else:
            found.append((prefix + child.name, child.read_bytes()))
    return found
