"""Plain git, as an independent witness of what the wiki wrote."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(repository: Path, *arguments: str, fails: bool = False) -> str:
    """What git prints; a test that uses it wrongly fails, unless it may fail."""
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(repository), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert fails or done.returncode == 0, done.stderr
    return done.stdout.strip()


def names_at_head(repository: Path) -> set[str]:
    """Every file of the current version, without ``.md``."""
    listed = git(repository, "ls-tree", "-r", "--name-only", "-z", "HEAD").split("\0")
    return {name.removesuffix(".md") for name in listed}
