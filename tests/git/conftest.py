"""Real bare repositories, and plain git to judge them by."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wiki.git import Repository, create
from wiki.model import Author, Edit, FileWrite

ANN = Author("Ann Lee", "ann@example.org")
WIKI = Author("Strata", "wiki@example.org")
T0 = 1_700_000_000

Git = Callable[..., str]


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "space.git"
    create(path)
    return path


@pytest.fixture
def repository(bare: Path) -> Iterator[Repository]:
    repository = Repository(bare, name="space", committer=WIKI)
    yield repository
    repository.close()


@pytest.fixture
def git(bare: Path) -> Git:
    """Plain git on the repository, as an independent witness."""

    def run(*arguments: str, check: bool = True, stdin: str = "") -> str:
        done = subprocess.run(
            ["git", "-C", str(bare), *arguments], capture_output=True, text=True, input=stdin
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    return run


def edit_of(
    *files: FileWrite, author: Author = ANN, message: str = "a change", account: str = "ann"
) -> Edit:
    return Edit(tuple(files), author, message, "web", account, T0, 60)


def put(
    repository: Repository,
    path: str,
    content: bytes | None,
    *,
    base: str | None = None,
    author: Author = ANN,
    message: str = "a change",
) -> str:
    """Save one file on the version now at the head; the commit."""
    if base is None:
        base = blob_at(repository, path)
    write = FileWrite(path, content, base)
    return repository.save(edit_of(write, author=author, message=message)).commit


def blob_at(repository: Repository, path: str) -> str:
    head = repository.head()
    entry = repository.entry(head, path) if head else None
    return entry.oid if entry and entry.mode != 0o040000 else ""


def text_at(repository: Repository, path: str) -> bytes | None:
    oid = blob_at(repository, path)
    return repository.read_blob(oid) if oid else None


def make_history(path: Path, branch: str = "main") -> Path:
    """A work tree with a rename, a merge, odd names and odd authors, made by plain git."""
    path.mkdir()

    def run(*arguments: str, **environment: str) -> None:
        base = {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "HOME": str(path),
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "GIT_AUTHOR_NAME": "Zoë “Z” O'Hara",
            "GIT_AUTHOR_EMAIL": "zoe@example.org",
            "GIT_AUTHOR_DATE": "1600000000 +0530",
            "GIT_COMMITTER_NAME": "C",
            "GIT_COMMITTER_EMAIL": "c@example.org",
            "GIT_COMMITTER_DATE": "1600000001 +0000",
        }
        subprocess.run(
            ["git", *arguments], cwd=path, check=True, capture_output=True, env=base | environment
        )

    text = "".join(f"line {number}\n" for number in range(30))
    run("init", "-q", "-b", branch)
    (path / "Start here.md").write_text(text)
    (path / "bin.dat").write_bytes(b"\0\1\2")
    run("add", "-A")
    run("commit", "-q", "-m", "first\n\nbody\n\nSigned-off-by: Zoë <zoe@example.org>")
    run("mv", "Start here.md", "日本.md")
    (path / "日本.md").write_text(text + "more\n")
    run("commit", "-q", "-am", "rename and edit")
    run("checkout", "-q", "-b", "side")
    (path / "日本.md").write_text("side\n" + text + "more\n")
    run("commit", "-q", "-am", "on the side", GIT_AUTHOR_NAME="Side")
    run("checkout", "-q", branch)
    (path / "日本.md").write_text(text + "more\nmain\n")
    (path / "new.md").write_text("new\n")
    run("add", "-A")
    run("commit", "-q", "-m", "on main")
    run("merge", "-q", "--no-ff", "--no-commit", "side")
    (path / "日本.md").write_text("side\n" + text + "more\nmain\nin the merge\n")
    run("commit", "-q", "-am", "merged by hand")
    run("rm", "-q", "new.md")
    run("commit", "-q", "-m", "gone")
    return path
