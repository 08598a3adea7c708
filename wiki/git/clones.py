"""Reading somebody's clone where it lies: a working copy, a bare repository, a linked work tree.

Nothing in it is changed and none of its configuration is obeyed: a passing bare repository borrows
its objects and names its current commit.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wiki.errors import GitFailed, NoRepository
from wiki.git import process
from wiki.git.creating import PARTIAL_NOTE
from wiki.git.repository import Repository
from wiki.model import Author

_NOBODY = Author("nobody", "nobody@localhost")


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A clone opened for reading. ``shallow``: it does not hold its whole history."""

    repository: Repository
    shallow: bool


@contextmanager
def borrow(path: Path) -> Iterator[Borrowed]:
    """The repository at ``path`` (or around it) at its current commit.

    Raises:
        NoRepository: there is none.
    """
    common = _common_folder(path)
    with tempfile.TemporaryDirectory(prefix="strata-") as folder:
        bare = Path(folder) / "clone.git"
        process.run(
            ["init", "--bare", "--quiet", "--template=", "--initial-branch=main", "--", str(bare)]
        )
        objects = bare / "objects" / "info"
        objects.mkdir(parents=True, exist_ok=True)
        (objects / "alternates").write_bytes(bytes(common / "objects") + b"\n")
        shallow = common / "shallow"
        if shallow.is_file():
            (bare / "shallow").write_bytes(shallow.read_bytes())
        note = common / PARTIAL_NOTE
        if note.is_file():  # a space of the wiki, say, whose import broke off
            (bare / PARTIAL_NOTE).write_bytes(note.read_bytes())
        head = _head(path)
        if head:
            (bare / "refs" / "heads").mkdir(parents=True, exist_ok=True)
            (bare / "refs" / "heads" / "main").write_text(f"{head}\n", "ascii")
        repository = Repository(bare, name=path.absolute().name, committer=_NOBODY)
        try:
            yield Borrowed(repository, shallow.is_file())
        finally:
            repository.close()


def _common_folder(path: Path) -> Path:
    """The folder with the objects; a linked work tree has it elsewhere."""
    if not path.is_dir():
        raise NoRepository(str(path))
    try:
        done = process.run(
            ["-C", str(path.absolute()), "rev-parse", "--path-format=absolute", "--git-common-dir"]
        )
    except GitFailed:
        raise NoRepository(str(path)) from None
    return Path(done.output.decode("utf-8", "surrogateescape").removesuffix("\n"))


def _head(path: Path) -> str:
    """The current commit's id; "" in a repository without commits."""
    command = ["-C", str(path.absolute()), "rev-parse", "--verify", "--quiet", "HEAD^{commit}"]
    done = process.run(command, accept=(0, 1, 128))
    return done.output.decode("ascii", "replace").strip() if done.status == 0 else ""
