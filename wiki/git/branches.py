"""Other branches than the one a space lives on: proposals, which wait to be taken in."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wiki.errors import GitFailed, SpaceBusy, StorageFull, StorageReadOnly
from wiki.git import process
from wiki.git.durability import sync_reference

_HEADS = "refs/heads/"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", re.IGNORECASE)
_FORMAT = "%(objectname)%00%(refname:lstrip=2)%00%(committerdate:unix)"
_NOTHING = "0" * 40
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: its name without ``refs/heads/``, its commit, and when that was committed (UTC seconds)."""

    name: str
    tip: str
    committed_at: int


def is_branch_name(name: str) -> bool:
    """Whether the wiki gives a branch this name: letters, digits, dots, hyphens, with slashes between."""
    if len(name) > _MOST_CHARACTERS or not _NAME.fullmatch(name):
        return False
    return not any(part.endswith((".lock", ".")) or ".." in part for part in name.split("/"))


class Branches:
    """The branches of one repository."""

    def __init__(self, path: Path, space: str) -> None:
        self._path, self._space = path, space

    def under(self, prefix: str) -> Sequence[Branch]:
        """Those whose name begins with ``prefix`` (which ends with a slash), newest first."""
        return self._listed(prefix)

    def joined(self, prefix: str, before: str, now: str) -> Sequence[Branch]:
        """Those under ``prefix`` whose commits all came in between two commits of another branch."""
        between = [f"--merged={process.full_id(now)}", f"--no-merged={process.full_id(before)}"]
        return self._listed(prefix, *between)

    def _listed(self, prefix: str, *which: str) -> Sequence[Branch]:
        command = ["for-each-ref", f"--format={_FORMAT}", *which, _HEADS + prefix]
        lines = process.run(command, self._path).output.decode("utf-8", "replace").splitlines()
        found = []
        for line in lines:
            oid, name, at = line.split("\0")
            found.append(Branch(name, oid, int(at or 0)))
        return sorted(found, key=lambda branch: (-branch.committed_at, branch.name))

    def find(self, name: str) -> Branch | None:
        """The branch of this name; None if there is none."""
        if not is_branch_name(name):
            return None
        return next((each for each in self.under(name) if each.name == name), None)

    def place(self, name: str, tip: str, before: str) -> None:
        """Let a branch stand at a commit, if it stands at ``before`` ("": nowhere) now.

        Raises:
            SpaceBusy: somebody moved it meanwhile.
            StorageFull, StorageReadOnly: the disk.
        """
        line = f"update {_HEADS}{name} {process.full_id(tip)} {before or _NOTHING}"
        self._run([line], name)

    def put_away(self, branch: Branch, under: str) -> None:
        """Take a branch off the list, if it still is where it was seen; its work is kept under another
        reference.

        Raises:
            SpaceBusy: somebody moved it meanwhile.
            StorageFull, StorageReadOnly: the disk.
        """
        # Without folders: no name that was put away can stand in the way of another.
        kept = f"refs/{under}/{branch.name.replace('/', '+')}-{branch.tip[:10]}"
        self._change(f"update {kept} {branch.tip}", branch)

    def remove(self, branch: Branch) -> None:
        """Remove a branch whose commits are all in another, if it still is where it was seen.

        Raises:
            SpaceBusy, StorageFull, StorageReadOnly: as ``put_away``.
        """
        self._change("", branch)

    def _change(self, first: str, branch: Branch) -> None:
        delete = f"delete {_HEADS}{branch.name} {branch.tip}"
        self._run([first, delete] if first else [delete], branch.name)

    def _run(self, changes: Sequence[str], name: str) -> None:
        """Change references all together or not at all."""
        lines = ["start", *changes, "prepare", "commit", ""]
        try:
            process.run(["update-ref", "--stdin"], self._path, stdin="\n".join(lines).encode())
        except (StorageFull, StorageReadOnly):
            raise
        except GitFailed as failed:
            raise SpaceBusy(self._space) from failed
        # Where the folder of the reference is gone with it, the one above is on the disk already.
        folder = (self._path / _HEADS / name).parent
        if folder.is_dir():
            sync_reference(self._path, os.fspath(Path(_HEADS) / name))
