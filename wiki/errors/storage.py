"""Disks, repositories and processes that do not do what they should."""

from __future__ import annotations

import errno

from wiki.errors.base import StrataError


class SpaceBusy(StrataError):
    def __init__(self, space: str) -> None:
        super().__init__(
            f"The space “{space}” is being written by others right now. Your text is kept; "
            "save again in a moment."
        )
        self.space = space


class SavedWithFault(StrataError):
    """The change is in the space, but the disk failed before it confirmed to keep it."""

    def __init__(self, commit: str, detail: str) -> None:
        super().__init__(
            "Your change was saved, but the server's disk reported an error just then, so a power "
            "cut could still lose it. Keep a copy of your text, and tell an administrator: "
            f"{detail}."
        )
        self.commit, self.detail = commit, detail


class StorageFull(StrataError):
    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full. Nothing was saved; your text is kept in the editor. "
            "Tell an administrator, then save again."
        )


class StorageReadOnly(StrataError):
    def __init__(self, detail: str) -> None:
        super().__init__(
            "The server cannot write to its disk. Nothing was saved; your text is kept in the "
            f"editor. Tell an administrator: {detail}."
        )


EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM})
"""What the operating system says when a process has too much open or the machine too much to do."""


class Overloaded(StrataError):
    """Too many files or processes are open for one more; nothing is wrong with what is stored."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The server has too much to do at this moment ({detail}). No page is concerned; "
            "try again in a moment."
        )
        self.detail = detail


class RepositoryDamaged(StrataError):
    """git could not read something it should be able to read."""

    def __init__(self, space: str, detail: str) -> None:
        super().__init__(
            f"A part of the repository of “{space}” is damaged ({detail}). Other pages and "
            "versions are not concerned. An administrator should run “strata check”."
        )
        self.space, self.detail = space, detail


class GitFailed(StrataError):
    """A git command ended badly; ``detail`` is for the log, never for a web page."""

    def __init__(self, command: str, status: int, detail: str) -> None:
        super().__init__(f"git {command} ended with status {status}: {detail}")
        self.command, self.status, self.detail = command, status, detail


class ImportRefused(StrataError):
    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"“{source}” was not imported: {reason}")
        self.source, self.reason = source, reason


class NoRepository(StrataError):
    def __init__(self, path: str) -> None:
        super().__init__(
            f"“{path}” is no git repository. Give the folder of a clone or of a bare repository."
        )
        self.path = path


class SpaceExists(StrataError):
    def __init__(self, space: str) -> None:
        super().__init__(f"There is a space “{space}” already. Choose another name with --space.")
        self.space = space
