"""What a push would change, before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One reference from one commit to another; "" where there is none (made, or removed)."""

    ref: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Push:
    """What git asks about: the references to move, and the folder in which the new objects wait.

    ``quarantine`` is git's own object folder of this push: nothing else sees what is in it before
    the push passes, and it is gone if it does not.
    """

    updates: tuple[RefUpdate, ...]
    quarantine: Path
