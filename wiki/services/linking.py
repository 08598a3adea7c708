"""Joining a space's facts with its links and tags through time."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

from wiki.analytics.facts import Facts
from wiki.analytics.linking import LoggedLinks, link
from wiki.errors import IndexNotReady
from wiki.model import RepositoryReader
from wiki.projections.projection import Progress
from wiki.projections.structure import Columns, Structure

STILL_READ = "Links and tags are still being read."


def with_links(facts: Facts, structure: Structure) -> Facts:
    """The facts of a space with its links; without, and saying so, while these are being read."""
    try:
        columns = structure.columns()
    except IndexNotReady:
        return replace(facts, partial=f"{facts.partial} {STILL_READ}".strip(), kept={})
    return joined_with(facts, columns)


def joined_with(facts: Facts, columns: Columns) -> Facts:
    """The facts of a history with the links that were read of it."""
    return link(facts, LoggedLinks(*(getattr(columns, each.name) for each in fields(LoggedLinks))))


def read_links(
    repository: RepositoryReader, head: str, folder: Path, progress: Progress
) -> Columns:
    """All links and tags of a repository, read in a folder that goes away again."""
    structure = Structure(folder)
    try:
        structure.rebuild(repository, head, progress)
        return structure.columns()
    finally:
        structure.close()
