"""What a push brings, read out of its quarantine while the rest of the repository does not see it yet.

Few processes whatever the push, everything streamed: one ``git log`` tells the new commits and the names
they set, one ``cat-file`` measures files and commits, another hands out the headers and texts that
are looked into. Nothing here trusts what it reads; whoever takes too long is ended.
"""

from __future__ import annotations

import subprocess
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NoReturn, Self, TypeVar, cast

from wiki.errors import GitFailed, PushTooSlow
from wiki.git import process
from wiki.git.headers import read_header
from wiki.git.log import read_tokens
from wiki.git.rawdiff import RawCommit, RawEntry, parse_changes
from wiki.git.treeformat import FOLDER, TreeUnreadable, parse_tree
from wiki.git.trees import to_text
from wiki.model.pushing import FileAtTip, FolderAtTip, PushedCommit, PushedEntry

FSCK = (
    # Judged with their paths by the wiki's own rules; git would only name an object.
    *((f"receive.fsck.{each}", "ignore") for each in (
        "hasDot", "hasDotdot", "hasDotgit", "gitmodulesBlob", "gitmodulesLarge", "gitmodulesMissing",
        "gitmodulesName", "gitmodulesParse", "gitmodulesPath", "gitmodulesSymlink", "gitmodulesUpdate",
        "gitmodulesUrl",
    )),
    # Seen by git alone: whoever reads a tree through it is told the mode it ought to have.
    ("receive.fsck.badFilemode", "error"),
)  # fmt: skip
"""What ``receive-pack`` is to refuse by itself, and what it is to leave to the judge."""

LARGEST_COMMIT = 256_000
"""Bytes of a commit that is still looked into."""

_NEW = ("--stdin", "--not", "--exclude=refs/notes/*", "--exclude=refs/remotes/*",
        "--exclude=refs/strata/*", "--all")  # fmt: skip
"""What no branch or tag leads to: what was fetched, but not taken in, is as new as what waits apart."""

_WALK = ("log", "-z", "--raw", "-c", "-t", "--root", "--no-renames", "--no-abbrev", "--no-ext-diff",
         "--ignore-submodules=none", "--format=%H %P", "--topo-order", "--reverse", *_NEW)  # fmt: skip
_COMPARE = ("diff-tree", "-z", "--raw", "-r", "-t", "--no-renames", "--no-abbrev", "--no-ext-diff",
            "--ignore-submodules=none")  # fmt: skip
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_BATCH = 400
"""So many questions at once fit into a pipe: none is asked while git waits for us to listen."""
_KIND, _REGULAR = 0o170000, 0o100000


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Brought:
    """Some of what a push brings, commits before the names they set."""

    commits: tuple[PushedCommit, ...]
    entries: tuple[PushedEntry, ...]


@dataclass(frozen=True, slots=True)
class TipChanges:
    """What a push changes at a branch's end: ``paths`` of files, set or taken away; the new ``names`` by
    folder; the ``folders`` there by path (their trees); and the ``texts`` set (their blobs)."""

    paths: tuple[str, ...]
    names: dict[str, set[str]]
    folders: dict[str, str]
    texts: dict[str, str]


class Incoming:
    """The objects of one push. Use it in a ``with``: its processes end there, or when time is over.

    Args:
        quarantine: git's folder of the new objects.
        seconds: how long all reading may take together.

    Every method raises PushTooSlow when that is over, and GitFailed if git cannot read the objects.
    """

    def __init__(self, repository: Path, quarantine: Path, *, seconds: float) -> None:
        self._path, self._seconds = repository, seconds
        self._variables = {
            "GIT_OBJECT_DIRECTORY": str(quarantine),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(repository / "objects"),
        }
        self._running: list[subprocess.Popen[bytes]] = []
        self._is_over = False
        self._watch = threading.Timer(seconds, self._stop_all)
        self._watch.daemon = True
        self._measuring: subprocess.Popen[bytes] | None = None
        self._reading: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        for git in self._running:
            process.stop(git)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether a branch that moves from one commit to the other only grows."""
        git = self._start(
            ["merge-base", "--is-ancestor", process.full_id(old), process.full_id(new)]
        )
        if git.wait() not in {0, 1}:
            self._give_up("merge-base")
        return git.returncode == 0

    def merge_base(self, one: str, other: str) -> str:
        """The last commit that two histories share; "" if they share none."""
        git = self._start(["merge-base", process.full_id(one), process.full_id(other)])
        found = _stdout(git).read().decode("ascii", "replace").split()
        if git.wait() not in {0, 1}:
            self._give_up("merge-base")
        return found[0] if found else ""

    def count(self, tips: Sequence[str], most: int) -> int:
        """How many commits the push brings; ``most`` if it is that many or more."""
        command = ["rev-list", "--count", f"--max-count={most}", *_NEW]
        git = self._start(command)
        self._ask(git, [process.full_id(tip) for tip in tips])
        cast("BinaryIO", git.stdin).close()
        found = _stdout(git).read().strip()
        if git.wait() != 0:
            self._give_up("rev-list")
        return int(found)

    def kind(self, oid: str) -> str:
        """What an object is: ``commit``, ``tag``…; "" if it is not there."""
        ((kind, _),) = self._measured([process.full_id(oid)])
        return kind

    def brought(self, tips: Sequence[str]) -> Iterator[Brought]:
        """Every commit reachable from the tips that no reference leads to yet, parents first."""
        given = "".join(f"{process.full_id(tip)}\n" for tip in tips)
        commits: list[RawCommit] = []
        entries: list[PushedEntry] = []
        current = ""
        for found in self._changes(_WALK, given):
            if isinstance(found, RawCommit):
                commits.append(found)
                current = found.oid
            else:
                entries.append(
                    PushedEntry(current, found.path, found.mode, found.oid, found.is_new)
                )
            if len(commits) + len(entries) >= _BATCH:
                yield self._described(commits, entries)
                commits, entries = [], []
        yield self._described(commits, entries)

    def changed(self, old: str, new: str) -> TipChanges:
        """What differs between two commits ("": between nothing and the second)."""
        command = [*_COMPARE, process.full_id(old or _EMPTY_TREE), process.full_id(new), "--"]
        (commit,) = self._read([new])
        paths: list[str] = []
        texts: dict[str, str] = {}
        names: defaultdict[str, set[str]] = defaultdict(set)
        folders = {"": process.full_id(commit[5:45].decode("ascii", "replace"))}
        for found in self._changes(command):
            if isinstance(found, RawCommit):
                continue
            folder, _, name = found.path.rpartition("/")
            if found.is_new:
                names[folder].add(name)
            if found.mode == FOLDER:
                folders[found.path] = found.oid
            else:
                paths.append(found.path)
                texts |= {found.path: found.oid} if found.mode else {}
        return TipChanges(tuple(paths), dict(names), folders, texts)

    def folders(self, changes: TipChanges) -> Iterator[FolderAtTip]:
        """The folders that get new names, with all that is in them."""
        chosen = [path for path in changes.names if path in changes.folders]
        for part in _parts(chosen):
            trees = self._read([changes.folders[path] for path in part])
            for path, raw in zip(part, trees, strict=True):
                try:
                    entries = parse_tree(raw).entries
                except TreeUnreadable:
                    raise GitFailed("cat-file", 0, "a folder cannot be read") from None
                names = tuple(to_text(name) for _, name, _ in entries)
                yield FolderAtTip(path, names, frozenset(changes.names[path]))

    def files(
        self, changes: TipChanges, wanted: Callable[[str], bool], largest: int
    ) -> Iterator[FileAtTip]:
        """The files of wanted paths that are set, without those of more than ``largest`` bytes."""
        chosen = [(path, oid) for path, oid in changes.texts.items() if wanted(path)]
        for part in _parts(chosen):
            measured = self._measured([oid for _, oid in part])
            readable = [
                each
                for each, (kind, size) in zip(part, measured, strict=True)
                if kind == "blob" and size <= largest
            ]
            contents = self._read([oid for _, oid in readable])
            for (path, _), content in zip(readable, contents, strict=True):
                yield FileAtTip(path, content)

    # -- inside ------------------------------------------------------------------------------

    def _described(self, commits: Sequence[RawCommit], entries: Sequence[PushedEntry]) -> Brought:
        sizes = [size for _, size in self._measured([each.oid for each in commits])]
        small = [c.oid for c, size in zip(commits, sizes, strict=True) if size <= LARGEST_COMMIT]
        reading = self._read(small)
        told = [
            read_header(each.oid, each.parents, next(reading))
            if size <= LARGEST_COMMIT
            else PushedCommit(each.oid, each.parents, size, size)
            for each, size in zip(commits, sizes, strict=True)
        ]
        files = [each.oid for each in entries if each.mode & _KIND == _REGULAR]
        measured = dict(zip(files, self._measured(files), strict=True))
        return Brought(
            tuple(told),
            tuple(
                replace(each, size=measured[each.oid][1]) if each.oid in measured else each
                for each in entries
            ),
        )

    def _measured(self, oids: Sequence[str]) -> list[tuple[str, int]]:
        """Kind and size of each; ("", 0) of what is not there."""
        if self._measuring is None:
            self._measuring = self._start(["cat-file", "--batch-check"])
        found: list[tuple[str, int]] = []
        for part in _parts(oids):
            self._ask(self._measuring, part)
            for _ in part:
                words = _stdout(self._measuring).readline().split()
                if len(words) < 2:
                    self._give_up("cat-file")
                is_there = len(words) == 3
                found.append((words[1].decode(), int(words[2])) if is_there else ("", 0))
        return found

    def _read(self, oids: Sequence[str]) -> Iterator[bytes]:
        """The bytes of objects, one after the other. All must be taken."""
        if self._reading is None:
            self._reading = self._start(["cat-file", "--batch"])
        output = _stdout(self._reading)
        for part in _parts(oids):
            self._ask(self._reading, part)
            for _ in part:
                words = output.readline().split()
                size = int(words[2]) if len(words) == 3 else -1
                data = output.read(size) if size >= 0 else b""
                if len(data) != size or not output.read(1):
                    self._give_up("cat-file")
                yield data

    def _changes(self, command: Sequence[str], given: str = "") -> Iterator[RawCommit | RawEntry]:
        git = self._start(command)
        self._ask(git, given.split())
        cast("BinaryIO", git.stdin).close()
        yield from parse_changes(read_tokens(_stdout(git)))
        if git.wait() != 0:
            self._give_up(command[0])

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        git = process.start(command, self._path, variables=self._variables)
        self._running.append(git)
        if self._is_over:
            git.kill()
        return git

    def _ask(self, git: subprocess.Popen[bytes], oids: Iterable[str]) -> None:
        question = "".join(f"{oid}\n" for oid in oids).encode()
        with suppress(BrokenPipeError):  # it ended early, which its silence tells
            cast("BinaryIO", git.stdin).write(question)
            cast("BinaryIO", git.stdin).flush()

    def _stop_all(self) -> None:
        self._is_over = True
        for git in tuple(self._running):
            git.kill()

    def _give_up(self, command: str) -> NoReturn:
        if self._is_over:
            raise PushTooSlow(self._seconds)
        raise GitFailed(command, -1, "it cannot read what was pushed")


def _stdout(git: subprocess.Popen[bytes]) -> BinaryIO:
    return cast("BinaryIO", git.stdout)


def _parts(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
