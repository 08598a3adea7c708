"""New repositories: empty and bare, with the settings every space has."""

from __future__ import annotations

from pathlib import Path

from wiki.errors import GitFailed
from wiki.git import process
from wiki.git.durability import storage_refusals

PARTIAL_NOTE = "strata-partial"
"""A file in the bare repository that says what of its history could not be imported."""

_SETTINGS = {
    "core.fsync": "committed,reference",
    "core.logAllRefUpdates": "false",
    "core.useReplaceRefs": "false",
    "gc.auto": "4000",
    "gc.autoDetach": "false",
    "gc.pruneExpire": "2.weeks.ago",
    "pack.threads": "1",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "receive.advertisePushOptions": "false",
    "receive.autogc": "false",
    "transfer.fsckObjects": "true",
    "uploadpack.allowFilter": "false",
}
_GUARDS = ("receive.denyNonFastForwards", "receive.denyDeletes", "receive.fsckObjects")


def create(path: Path, branch: str = "main") -> None:
    """Make an empty bare repository at ``path``, readable by the wiki's user only.

    Raises:
        GitFailed: git refuses (the branch's name, the place).
        StorageFull, StorageReadOnly: the disk.
    """
    command = ["init", "--bare", "--quiet", "--template=", f"--initial-branch={branch}"]
    process.run([*command, "--", str(path.absolute())])
    configure(path)


def configure(path: Path) -> None:
    """Give a new repository the settings of a space, and nobody else access to its files."""
    # Written as git would, without a process for each. What git finds last counts.
    rows = []
    for key, value in _SETTINGS.items():
        section, _, name = key.partition(".")
        rows.append(f"[{section}]\n\t{name} = {value}\n")
    with storage_refusals():
        with (path / "config").open("a", encoding="ascii") as file:
            file.writelines(rows)
        path.chmod(0o700)


def keep_guarded(path: Path) -> None:
    """See to it that a push can neither rewrite nor delete what is there, in a repository of any
    origin (a mirror put back from a backup has none of a space's settings).

    Raises:
        StorageFull, StorageReadOnly, GitFailed: the settings cannot be written.
    """
    command = ["config", "--null", "--get-regexp", "^receive\\."]
    rows = process.run(command, path, accept=(0, 1)).output.decode("utf-8", "replace").split("\0")
    present = dict(row.split("\n", 1) for row in rows if "\n" in row)
    for key in _GUARDS:
        if present.get(key.lower()) != _SETTINGS[key]:
            process.run(["config", "--replace-all", key, _SETTINGS[key]], path)


def read_partial_note(path: Path) -> str:
    """See ``Repository.partial``."""
    try:
        return (path / PARTIAL_NOTE).read_text("utf-8", "replace").strip()
    except FileNotFoundError:
        return ""


def fsck(path: Path, *, quick: bool = False) -> tuple[str, ...]:
    """What is wrong with a repository's objects, a line for each; empty if all is well.

    ``quick`` looks whether all objects are there, not at their contents.

    Raises:
        GitFailed: git could not be run at all.
    """
    command = ["fsck", "--full", "--no-dangling", "--no-progress"]
    command += ["--connectivity-only"] if quick else []
    done = process.run(command, path, accept=range(256))
    lines = [*done.output.decode("utf-8", "replace").splitlines(), *done.errors.splitlines()]
    faults = tuple(line for line in lines if line and not line.startswith(("notice:", "warning")))
    if done.status and not faults:
        raise GitFailed("fsck", done.status, "no reason given")
    return faults
