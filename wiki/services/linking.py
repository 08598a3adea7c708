"""Joining a space's facts with its links and tags through time."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

from wiki.analytics.facts import Facts
from wiki.analytics.later import Later
from wiki.analytics.leading import leads_of
from wiki.analytics.link_columns import NO_LINKS, Links
from wiki.analytics.linking import LoggedLinks, link
from wiki.errors import IndexNotReady
from wiki.model import RepositoryReader
from wiki.projections.projection import Progress
from wiki.projections.structure import Columns, Structure

STILL_READ = "Links and tags are still being read."


def with_links(facts: Facts, structure: Structure) -> Facts:
    """The facts of a space with its links; without, and saying so, while these are being read. They are
    put together when first asked for: most reports do without them."""
    if structure.position() is None:
        return replace(facts, partial=f"{facts.partial} {STILL_READ}".strip(), kept={})

    def links() -> Links:
        try:
            return joined_with(facts, structure.columns()).links
        except IndexNotReady:
            return NO_LINKS

    return replace(facts, linked=Later(links), kept={})


def joined_with(facts: Facts, columns: Columns) -> Facts:
    """The facts of a history with the links that were read of it."""
    logged = LoggedLinks(*(getattr(columns, each.name) for each in fields(LoggedLinks)))
    linked = link(facts, logged)
    leads_of(linked.links)  # every question asked of links needs them
    return linked


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
