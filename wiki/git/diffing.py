"""A git that answers one question after another: the next may be put before the last is answered."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from wiki.git import process

if TYPE_CHECKING:
    import io

_MARK = b"\1\n"
"""Git prints a line that names no object as it is, and flushes: so every answer's end is known. No line
of its own is that one."""

_END = b"\n" + _MARK

_CHUNK = 1 << 16


class Asked:
    """A ``git diff-tree --stdin``, started when it is first asked. For one thread.

    At most some hundred questions may be open: git must be able to take them while it waits for its
    answers to be read.
    """

    def __init__(self, path: Path, command: Sequence[str]) -> None:
        self._path, self._command = path, command
        self._git: subprocess.Popen[bytes] | None = None
        self._open: deque[str] = deque()
        self._held = bytearray()

    def ask(self, oid: str) -> None:
        """Put the next question: about a commit."""
        self._open.append(process.full_id(oid))
        if self._git is None:
            self._start()
        else:
            self._put([oid])

    def answer(self) -> bytes | None:
        """What git says to the oldest open question; None if it ended over it."""
        assert self._git is not None
        held, output = self._held, cast("io.BufferedReader", self._git.stdout)
        seen = 0
        while (end := held.find(_END, seen)) < 0:
            seen = max(0, len(held) - len(_END))
            data = output.read1(_CHUNK)
            if not data:
                self._begin_anew()
                return None
            held += data
        self._open.popleft()
        found = bytes(held[1 : end + 1])
        # The line end of the mark stands before the next answer.
        del held[: end + len(_END) - 1]
        return found

    def close(self) -> None:
        """End the process, if there is one."""
        self._open.clear()
        if self._git is not None:
            process.stop(self._git)
            self._git = None

    def _start(self) -> None:
        self._git = process.start(self._command, self._path)
        self._held = bytearray(b"\n")
        self._put(self._open)

    def _put(self, oids: Iterable[str]) -> None:
        assert self._git is not None
        stream = cast("io.BufferedWriter", self._git.stdin)
        with suppress(OSError, ValueError):  # git has ended, which reading its answers tells
            stream.write(b"".join(b"%s\n%s" % (oid.encode(), _MARK) for oid in oids))
            stream.flush()

    def _begin_anew(self) -> None:
        """Leave out the question that ended git, and put the others to another one."""
        waiting = list(self._open)[1:]
        self.close()
        self._open.extend(waiting)
        self._start()
