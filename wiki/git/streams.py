"""What a long ``git log`` prints, taken up by a thread of its own while others work on what came before."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, cast

from wiki.git import process

_UNHURRIED = {"GIT_FLUSH": "0"}
"""Git otherwise hands on every commit by itself when it writes into a pipe."""

_CHUNK = 1 << 20
_AHEAD = 48
"""So many chunks are taken up before somebody asks for them; then git has to wait."""


class MarkedStream:
    """The output of one git, cut at the marks (LF and 1) between its parts; it begins with the byte 1.

    The part that git was printing when it died is not handed on. ``complete``: it came to its end.
    """

    def __init__(self, path: Path, command: Sequence[str], revisions: bytes) -> None:
        self._path, self._command, self._revisions = path, command, revisions
        self.complete = False

    def __iter__(self) -> Iterator[bytes]:
        git = process.start(self._command, self._path, variables=_UNHURRIED)
        feeder = threading.Thread(target=_feed, args=(git.stdin, self._revisions), daemon=True)
        feeder.start()
        intake = _Intake(cast("BinaryIO", git.stdout))
        try:
            last = b""
            for part in parts(intake.chunks()):
                if last:
                    yield last
                last = part
            feeder.join()
            self.complete = git.wait() == 0
            if self.complete and last:
                yield last
        finally:
            git.kill()
            intake.stop()
            process.stop(git)


class _Intake:
    """Reads a stream ahead, so that git and whoever works on its output need not wait for each other."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._chunks: SimpleQueue[bytes] = SimpleQueue()
        self._room = threading.Semaphore(_AHEAD)
        self._stopped = False
        with suppress(OSError):  # a system that grants no more than it gives by itself
            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _CHUNK)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        data = b"+"
        while data and not self._stopped:
            data = b""
            try:
                data = self._stream.read(_CHUNK)
            finally:
                self._chunks.put(data)
            self._room.acquire()

    def chunks(self) -> Iterator[bytes]:
        """What was read, in order."""
        while data := self._chunks.get():
            self._room.release()
            yield data

    def stop(self) -> None:
        """Read no more; the stream's other end must be closed."""
        self._stopped = True
        self._room.release()
        self._thread.join()


def parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between the marks of a stream, however it was cut into chunks; no last line is ended."""
    held: list[bytes] = []
    skip, end = 1, b""
    for data in chunks:
        data = end + data[skip:]
        skip, end = 0, b""
        if data[-1:] == b"\n":
            data, end = data[:-1], b"\n"
        found = data.split(b"\n\1")
        held.append(found[0])
        if len(found) > 1:
            yield b"".join(held)
            yield from found[1:-1]
            held = [found[-1]]
    if whole := b"".join(held):
        yield whole


def _feed(stream: BinaryIO, text: bytes) -> None:
    try:
        stream.write(text)
        stream.close()
    except (OSError, ValueError):
        return  # git died first, which its exit status tells
