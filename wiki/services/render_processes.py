"""Processes that render, lent out one job at a time and killed when a job takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from typing import Any, BinaryIO, cast

from wiki.services.render_worker import HEADER, write_message

START_SECONDS = 30.0
"""How long a process may take to start; a busy machine needs longer than a page may take."""


class RenderTimedOut(Exception):
    """The job took longer than it may; its process is gone."""


class RenderFailed(Exception):
    """The process died of the job, or the renderer gave up on it."""


class RenderersBusy(Exception):
    """Every process is at work on something long."""


class RenderProcesses:
    """At most ``count`` processes; each is started when first needed and after it was killed.

    Shared by threads. After a fork the child forgets its parent's processes and starts its own.
    """

    def __init__(self, count: int, seconds: float) -> None:
        self._count, self._seconds = count, seconds
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._free: list[_RenderProcess] = []
        self._places = threading.BoundedSemaphore(self._count)
        self._lock = threading.Lock()

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """The answer to a job.

        Raises:
            RenderTimedOut, RenderFailed: this job cannot be done.
            RenderersBusy: others' jobs occupy every process.
        """
        if self._pid != os.getpid():
            self._reset()
        if not self._places.acquire(timeout=self._seconds):
            raise RenderersBusy
        try:
            return self._run(job)
        finally:
            self._places.release()

    def _run(self, job: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            process = self._free.pop() if self._free else None
        if process is not None and not process.alive():
            process.kill()
            process = None
        process = process or _RenderProcess()
        try:
            answer = process.ask(job, self._seconds)
        except BaseException:
            process.kill()
            raise
        with self._lock:
            self._free.append(process)
        if "failed" in answer:
            raise RenderFailed(str(answer["failed"]))
        return answer

    def close(self) -> None:
        """End the processes; a later job starts new ones."""
        if self._pid != os.getpid():
            return
        with self._lock:
            idle, self._free = self._free, []
        for process in idle:
            process.kill()


class _RenderProcess:
    def __init__(self) -> None:
        environ = {
            k: v for k, v in os.environ.items() if k in {"PATH", "PYTHONPATH", "LANG", "LC_ALL"}
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "wiki.services.render_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ | {"PYTHONWARNINGS": "ignore"},
        )
        self._jobs: BinaryIO = cast("BinaryIO", self._process.stdin)
        self._answers: BinaryIO = cast("BinaryIO", self._process.stdout)
        try:
            self._read(time.monotonic() + START_SECONDS)
        except BaseException:
            self.kill()
            raise

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        try:
            write_message(self._jobs, job)
        except OSError as error:
            raise RenderFailed("the process has ended") from error
        return self._read(deadline)

    def _read(self, deadline: float) -> dict[str, Any]:
        (length,) = HEADER.unpack(self._exactly(HEADER.size, deadline))
        answer: dict[str, Any] = json.loads(self._exactly(length, deadline))
        return answer

    def _exactly(self, count: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        handle = self._answers.fileno()
        while count:
            left = deadline - time.monotonic()
            if left <= 0 or not _readable(handle, left):
                raise RenderTimedOut
            part = os.read(handle, min(count, 1 << 20))
            if not part:
                raise RenderFailed("the process has ended")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def kill(self) -> None:
        self._process.kill()
        for stream in (self._jobs, self._answers):
            with contextlib.suppress(OSError):
                stream.close()
        self._process.wait()


def _readable(handle: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(max(1, int(seconds * 1000))))
