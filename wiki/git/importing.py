"""Taking a whole repository in: from a folder, an address, or a bundle file.

Only objects, branches and tags come along; no configuration, no hooks, no address with a password in
it. What git refuses to clone because objects are missing is copied as it lies there, cut where the
history breaks off, and marked as partial: half of a memory is better than none, if it says so.
"""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from wiki.errors import GitFailed, ImportRefused, RepositoryDamaged
from wiki.git import process
from wiki.git.creating import PARTIAL_NOTE, configure, create, fsck
from wiki.git.durability import storage_refusals, sync_objects
from wiki.git.history import HistoryReader
from wiki.git.objects import ObjectStore
from wiki.git.refs import read_branch

Progress = Callable[[str, int, int], None]
"""Told the phase, and how many steps of how many are done (0 of 0: not known)."""

_ADDRESS = re.compile(r"(?:https?|ssh|git|file)://[^-\s]\S*|[\w.-]+@[\w][\w.-]*:[^\s:]\S*")
_PASSWORD = re.compile(r"(?<=://)[^/@\s]+@")
_STEP = re.compile(r"(\w+) (?:objects|deltas):\s+\d+% \((\d+)/(\d+)\)")
_PREFERRED = ("main", "master", "trunk")
_MISSING = re.compile(r"(?:missing|.*\bcorrupt\w*:?) (blob|tree|commit|tag)? ?[0-9a-f]{40}")
_KINDS = {
    "blob": ("file", "files"),
    "tree": ("folder", "folders"),
    "commit": ("version", "versions"),
}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came in: the branch the space lives on, its number of commits, and in ``partial`` a
    sentence about what could not be read ("" if nothing is missing)."""

    branch: str
    commits: int
    partial: str


def import_repository(source: str, path: Path, progress: Progress) -> ImportResult:
    """Make ``path`` a bare repository with the whole history of ``source``.

    Args:
        source: a folder, an address (https, ssh, git, file), or a bundle file.
        path: where it will be; nothing may be there yet.
        progress: told how far it is.

    Raises:
        ImportRefused: with the reason; nothing is left at ``path``.
        StorageFull, StorageReadOnly: the disk.
    """
    place = _checked(source)
    shown = _PASSWORD.sub("", source)
    if path.exists():
        raise ImportRefused(shown, f"there is something at {path.name} already.")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with storage_refusals():
            path.parent.mkdir(parents=True, exist_ok=True)
            note = _bring(place, shown, beside, progress)
            result = _settle(shown, beside, note)
            sync_objects(beside, ())
            beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return result


def _checked(source: str) -> str:
    """The source as git may be given it."""
    shown = _PASSWORD.sub("", source)
    if not source.strip() or source.startswith("-") or "\0" in source:
        raise ImportRefused(shown, "it is neither a path nor an address.")
    local = Path(source).expanduser()
    with suppress(OSError):
        if local.exists():
            return str(local.absolute())
    if not _ADDRESS.fullmatch(source):
        raise ImportRefused(
            shown,
            "there is no such folder or bundle, and it is no address. "
            "Give a path, or an address that begins with https:// or ssh://.",
        )
    return source


def _bring(place: str, shown: str, path: Path, progress: Progress) -> str:
    """Copy everything to ``path``; what is missing as a sentence, or ""."""
    try:
        _clone(place, path, progress)
    except GitFailed as error:
        shutil.rmtree(path, ignore_errors=True)
        folder = _git_folder(Path(place))
        if folder is None:
            raise ImportRefused(shown, _reason(error)) from None
        try:
            progress("copying", 0, 0)
            return _salvage(folder, path)
        except (GitFailed, RepositoryDamaged, OSError) as worse:
            if isinstance(worse, OSError) and not isinstance(worse, shutil.Error):
                raise
            raise ImportRefused(shown, _reason(error)) from None
    else:
        return ""


def _clone(place: str, path: Path, progress: Progress) -> None:
    # --no-local: git itself hands over what is reachable, and nothing else that lies there.
    options = ["--bare", "--no-local", "--no-hardlinks", "--progress", "--template="]
    command = ["clone", *options, "--", place, str(path.absolute())]
    git = process.start(command, stderr=subprocess.PIPE, protocols=process.IMPORT_PROTOCOLS)
    said: list[str] = []
    try:
        for line in _progress_lines(cast("BinaryIO", git.stderr)):
            step = _STEP.search(line)
            if step:
                progress(step.group(1).lower(), int(step.group(2)), int(step.group(3)))
            elif line.strip():
                said = [*said[-20:], line.strip()]
        status = git.wait()
    finally:
        process.stop(git)
    if status:
        raise process.failure("clone", status, "\n".join(said))


def _progress_lines(stream: BinaryIO) -> Iterator[str]:
    """Lines as git writes them for a terminal, which it ends with carriage returns."""
    rest = b""
    while data := stream.read1(4096):  # type: ignore[attr-defined]
        *lines, rest = re.split(rb"[\r\n]", rest + data)
        yield from (line.decode("utf-8", "replace") for line in lines)
    if rest:
        yield rest.decode("utf-8", "replace")


def _git_folder(place: Path) -> Path | None:
    """Where a local repository keeps its objects; None if ``place`` is no such folder."""
    for folder in (place / ".git", place):
        if (folder / "objects").is_dir() and (folder / "HEAD").is_file():
            return folder
    return None


def _salvage(source: Path, path: Path) -> str:
    """Copy a damaged repository as far as it goes; the sentence that says so."""
    branch = read_branch(source, "")
    listed = process.run(["for-each-ref", "--format=%(objectname) %(refname)"], source)
    create(path, branch)
    shutil.copytree(
        source / "objects",
        path / "objects",
        dirs_exist_ok=True,
        symlinks=True,
        ignore=shutil.ignore_patterns("alternates", "http-alternates", "tmp_*", "incoming-*"),
    )
    for line in listed.output.decode("utf-8", "replace").splitlines():
        oid, _, name = line.partition(" ")
        if name.startswith(("refs/heads/", "refs/tags/")):
            with suppress(GitFailed):
                process.run(["update-ref", "--", name, process.full_id(oid)], path)
    return _cut_where_broken(path)


def _cut_where_broken(path: Path) -> str:
    """Let git take the commits whose parents are missing for the first ones; say what is missing."""
    store = ObjectStore(path, path.name)
    try:
        tips = process.run(["for-each-ref", "--format=%(objectname)"], path).output.decode()
        edges, missing = HistoryReader(store).broken_edges(tips.split())
    finally:
        store.close()
    if edges:
        (path / "shallow").write_text("".join(f"{oid}\n" for oid in sorted(edges)))
    found = Counter(
        kind for line in fsck(path, quick=True) if (kind := _missing_kind(line)) is not None
    )
    found["commit"] = missing
    parts = [
        f"{count} {words[count != 1]}" for kind, words in _KINDS.items() if (count := found[kind])
    ]
    lost = ", ".join(parts) or "a part"
    before = " and all before" if missing else ""
    return (
        f"The imported repository is damaged: {lost}{before} could not be read. All else is here."
    )


def _missing_kind(line: str) -> str | None:
    found = _MISSING.match(line)
    return (found.group(1) or "blob") if found else None


def _settle(shown: str, path: Path, note: str) -> ImportResult:
    """Choose the branch, and leave no trace of where it came from."""
    style = process.run(["rev-parse", "--show-object-format"], path).output.strip()
    if style != b"sha1":
        raise ImportRefused(shown, f"its object format is {style.decode()}; only sha1 can be read.")
    branch = _branch(shown, path)
    process.run(["symbolic-ref", "HEAD", f"refs/heads/{branch}"], path)
    # The address may hold a password.
    process.run(["config", "--remove-section", "remote.origin"], path, accept=(0, 1, 2, 128))
    (path / "FETCH_HEAD").unlink(missing_ok=True)
    configure(path)
    if (path / "shallow").exists() and not note:
        note = "The imported repository was itself a partial copy: older history is missing in it."
    if note:
        (path / PARTIAL_NOTE).write_text(note + "\n", "utf-8")
    try:
        count = process.run(["rev-list", "--count", f"refs/heads/{branch}", "--"], path)
    except GitFailed as error:
        raise ImportRefused(shown, _reason(error)) from None
    return ImportResult(branch, int(count.output), note)


def _branch(shown: str, path: Path) -> str:
    """The source's own branch; where it names none that exists, the likeliest."""
    command = ["for-each-ref", "--sort=-committerdate", "--format=%(refname:lstrip=2)"]
    names = process.run([*command, "refs/heads/"], path).output.decode("utf-8", "replace")
    branches = names.split("\n")[:-1]
    if not branches:
        raise ImportRefused(shown, "it is empty: there is no commit in it.")
    with suppress(RepositoryDamaged):
        own = read_branch(path, "")
        if own in branches:
            return own
    return next((name for name in _PREFERRED if name in branches), branches[0])


def _reason(error: Exception) -> str:
    """What git said, without its own advice and without secrets."""
    text = error.detail if isinstance(error, GitFailed) else str(error)
    lines = [line for line in text.splitlines() if line.startswith(("fatal:", "error:"))]
    said = re.sub(r"^(?:fatal|error): ", "", lines[0]) if lines else "git could not read it."
    return _PASSWORD.sub("", said)[:300]
