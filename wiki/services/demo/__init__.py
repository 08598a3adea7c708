"""The demo space: two years in a made-up ferry line, so that every report has something to show."""

from __future__ import annotations

from datetime import UTC, datetime

from wiki.errors import SpaceExists
from wiki.git import create
from wiki.git.fast_import import import_versions
from wiki.services.demo.story import Story
from wiki.services.wiki import Wiki

DEMO_SPACE = "demo"


def make_demo(wiki: Wiki, *, now: int, name: str = DEMO_SPACE) -> int:
    """Create the demo space; how many changes its history holds.

    ``now`` in UTC seconds: the history ends at the midnight before; for one day it is always the
    same to the last bit.

    Raises:
        SpaceExists: a space of that name is there.
    """
    path = wiki.repository_path(name)
    if path.exists():
        raise SpaceExists(name)
    end = int(
        datetime.fromtimestamp(now, UTC)
        .replace(hour=0, minute=0, second=0, microsecond=0)
        .timestamp()
    )
    versions = Story(end).tell()
    create(path)
    import_versions(path, "main", versions)
    return len(versions)
