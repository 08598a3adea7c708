"""GitPython's long-lived ``cat-file``, in our environment."""

from __future__ import annotations

import configparser
import os
from pathlib import Path
from typing import Any

import git

from wiki.errors import RepositoryDamaged
from wiki.git import process


class _GuardedGit(git.Git):
    """GitPython's command runner, reduced to its persistent ``cat-file`` in our environment."""

    repository: Path | None = None

    def execute(self, command: Any, *_: Any, as_process: bool = False, **__: Any) -> Any:
        if not as_process or list(command[1:]) != ["cat-file", "--batch"]:
            raise RuntimeError("only wiki.git.process runs git commands")
        return self.AutoInterrupt(process.start(command[1:], self.repository), command)


class _GuardedRepo(git.Repo):
    GitCommandWrapperType = _GuardedGit


class CatFile:
    """One repository as GitPython reads it, over a process started with the first question.

    Raises:
        RepositoryDamaged: there is no repository.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._repo = _open(path, name)

    def get(self, oid: str) -> tuple[str, int, bytes]:
        """An object's kind, size and bytes, fewer of them if git died; GitPython's errors pass."""
        _, kind, size, data = self._repo.git.get_object_data(oid)
        return _text(kind), size, data

    def close(self) -> None:
        """End the process; in a forked child this closes our copies of the pipes and kills nobody."""
        self._repo.git.clear_cache()


def _open(path: Path, name: str) -> git.Repo:
    # GitPython would believe these, which speak of whatever repository the server was started in.
    for variable in ("GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE"):
        os.environ.pop(variable, None)
    try:
        repo = _GuardedRepo(str(path.absolute()), expand_vars=False)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        _refuse_unreadable(path, name)
        raise RepositoryDamaged(name, "it is no git repository") from None
    except (configparser.Error, ValueError):
        raise RepositoryDamaged(name, "its file “config” cannot be read") from None
    assert isinstance(repo.git, _GuardedGit)
    repo.git.repository = path.absolute()
    return repo


def _refuse_unreadable(path: Path, name: str) -> None:
    """GitPython takes a repository for none when the system does not let it look."""
    try:
        (path / "HEAD").read_bytes()
    except OSError as error:
        raise process.unreadable(name, "HEAD", error) from None


def _text(word: str | bytes) -> str:
    """GitPython says ``str`` and gives bytes."""
    return word.decode("ascii") if isinstance(word, bytes) else word
