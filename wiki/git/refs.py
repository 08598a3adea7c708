"""The branch: read from its file, moved by one long-lived ``git update-ref``."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from pathlib import Path

from wiki.errors import RepositoryDamaged, SavedWithFault
from wiki.git import process
from wiki.git.durability import sync_reference

_NO_COMMIT = "0" * 40
_OID = re.compile(r"[0-9a-f]{40}")
_PREFIX = "refs/heads/"


class HeadMoved(Exception):
    """The branch is no longer where the writer saw it; merge again and retry."""


def read_branch(repository: Path, name: str) -> str:
    """The branch that the repository's HEAD names.

    Raises:
        RepositoryDamaged: there is no HEAD, or it names no branch.
    """
    try:
        text = (repository / "HEAD").read_text("utf-8", "surrogateescape").strip()
    except OSError as error:
        raise process.unreadable(name, "HEAD", error) from None
    if not text.startswith(f"ref: {_PREFIX}"):
        raise RepositoryDamaged(name, "HEAD names no branch")
    return text.removeprefix(f"ref: {_PREFIX}").strip()


class BranchRef:
    """A branch (the one a space lives on), or with another ``prefix`` another reference. Safe between
    threads, and after a fork."""

    def __init__(self, repository: Path, branch: str, name: str, *, prefix: str = _PREFIX) -> None:
        self.reference = prefix + branch
        self._repository, self._name = repository, name
        self._file = repository / self.reference
        self._packed: tuple[tuple[int, int, int], str | None] | None = None
        self._lock = threading.Lock()
        self._owner = 0
        self._updater: subprocess.Popen[bytes] | None = None

    def read(self) -> str | None:
        """The commit the branch points to; None if there is none yet. Reads one small file.

        Raises:
            RepositoryDamaged: the file holds something else.
        """
        for _ in range(2):
            try:
                text = self._file.read_text("ascii", "replace").strip()
            except (FileNotFoundError, NotADirectoryError):
                packed = self._read_packed()
                if packed is not None or not self._file.exists():
                    return packed
                continue  # written just now, between the two looks
            except OSError as error:
                raise process.unreadable(self._name, self.reference, error) from None
            if not _OID.fullmatch(text):
                raise RepositoryDamaged(self._name, f"{self.reference} holds no commit")
            return text
        return None

    def move(self, new: str, old: str | None) -> None:
        """Point the branch to ``new`` if it still points to ``old``; durable on return.

        Raises:
            HeadMoved: it points elsewhere.
            GitFailed, StorageFull, StorageReadOnly: git could not write.
            SavedWithFault: the disk failed after the branch was moved.
        """
        with self._lock:
            for last in (False, True):
                errors = self._transaction(new, old)
                if errors is None:
                    break  # not looked at: a push may have moved it on already
                # Whatever git said or did not live to say: the file tells whether it happened.
                now = self.read()
                if now == new:
                    break
                if now != old:
                    raise HeadMoved
                if last:
                    raise process.failure("update-ref", -1, errors or "it was killed")
        try:
            sync_reference(self._repository, self.reference)
        except OSError as error:
            raise SavedWithFault(new, os.strerror(error.errno or 0)) from error

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _transaction(self, new: str, old: str | None) -> str | None:
        """Move the branch; None if git says that it is done, else what it had to say against it, or ""."""
        updater = self._running()
        assert updater.stdin is not None
        assert updater.stdout is not None
        assert updater.stderr is not None
        change = f"update {self.reference} {process.full_id(new)} {old or _NO_COMMIT}"
        try:
            updater.stdin.write(f"start\n{change}\nprepare\ncommit\n".encode())
            updater.stdin.flush()
            for step in (b"start", b"prepare", b"commit"):
                if updater.stdout.readline() != step + b": ok\n":
                    break
            else:
                return None
            updater.kill()
            errors = updater.stderr.read().decode("utf-8", "replace").strip()
        except OSError:
            errors = ""
        self._drop()
        return errors

    def _running(self) -> subprocess.Popen[bytes]:
        if self._updater is None or self._owner != os.getpid():
            self._drop()
            command = ["update-ref", "--no-deref", "--stdin"]
            self._updater = process.start(command, self._repository, stderr=subprocess.PIPE)
            self._owner = os.getpid()
        return self._updater

    def _drop(self) -> None:
        updater, self._updater = self._updater, None
        if updater is None:
            return
        if self._owner == os.getpid():
            process.stop(updater)
        else:
            process.forget(updater)

    def _read_packed(self) -> str | None:
        """The branch in ``packed-refs``, read again only when that file changes."""
        file = self._repository / "packed-refs"
        try:
            stat = file.stat()
            key = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._packed is not None and self._packed[0] == key:
                return self._packed[1]
            lines = file.read_bytes().split(b"\n")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise process.unreadable(self._name, "packed-refs", error) from None
        ending = b" " + self.reference.encode("utf-8", "surrogateescape")
        found = next((line for line in lines if line.endswith(ending)), None)
        oid = None if found is None else found[: -len(ending)].decode("ascii", "replace")
        if oid is not None and not _OID.fullmatch(oid):
            raise RepositoryDamaged(self._name, "packed-refs is malformed")
        self._packed = (key, oid)
        return oid
