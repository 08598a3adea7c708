"""What lies among the objects of a repository."""

from __future__ import annotations

import os
from pathlib import Path


def unfinished(repository: Path) -> list[str]:
    """Names of what a push that did not come in left behind."""
    # os.walk, unlike rglob, bears that git removes a folder while it is looked through
    walked = os.walk(repository / "objects")
    found = (name for _, folders, files in walked for name in (*folders, *files))
    return [name for name in found if name.startswith(("incoming", "tmp"))]
