"""What waitress does differently here, so that git and pages share one server in peace.

- A push may be larger than any page or attachment: the parser chooses the limit by address, and
  takes in only so many large ones at once.
- git's requests stand in a line of their own, before threads of their own, and so do reports; pages never
  wait for a clone or a report, and what waits occupies nothing but its connection.
- A client that takes a large answer fast gets it in portions, in turn with everybody else.
"""

from __future__ import annotations

import copy
import re
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

from wiki.config import Settings
from wiki.web.patience import Saying

FETCH_BYTES = 4_000_000
"""What a client that fetches may say about what it has: some 80,000 lines, packed or not."""
WAIT_SECONDS = 30.0
MOST_WAITING = 40
MOST_LARGE = 8
"""So many pushes beyond the size of other requests may come in at once: nobody has looked yet at who
sends them, and the disk is everybody's."""
_TOO_MANY = "Too many clones and pushes at once. Try again in a moment."
_AT_ONCE = 1 << 20
_CHUNK = 1 << 17
_GIT = re.compile(r"/+[^/]+\.git/")
_REPORT = re.compile(r"/-/reports(?:/|$)|^/+api/v1/spaces/[^/]+/reports")
_PUSH = re.compile(r"/+[^/]+\.git/git-receive-pack")
_FETCH = re.compile(r"/+[^/]+\.git/git-upload-pack")


class Busy(Error):  # type: ignore[misc]
    """Too many clones and pushes at once."""

    code = 503
    reason = "Service Unavailable"

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        status, headers, body = super().to_response(ident)
        return status, [*headers, ("Retry-After", "10")], body


class Lines:
    """Lines of requests, each before threads of its own: one for git's, one for reports, one for all others.

    A report takes up to a second of a processor, a page a hundredth: one who reloads reports would have
    everybody else wait.
    """

    def __init__(self, others: ThreadedTaskDispatcher, git_threads: int, reports: int) -> None:
        self._others, self._git = others, ThreadedTaskDispatcher()
        self._git.set_thread_count(git_threads)
        self._reports = ThreadedTaskDispatcher()
        self._reports.set_thread_count(reports)

    def add_task(self, channel: Any) -> None:
        """Let a connection's next request wait for its turn."""
        asked = channel.requests[0]
        if not asked.error and _REPORT.search(asked.path):
            self._reports.add_task(channel)
        elif asked.error or not is_git(asked):
            self._others.add_task(channel)
        elif len(self._git.queue) >= MOST_WAITING:
            asked.error = Busy(_TOO_MANY)
            self._others.add_task(channel)
        else:
            asked.waits_since = time.monotonic()
            self._git.add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Let the threads go, after at most so many seconds for each line."""
        lines = (self._git, self._reports, self._others)
        ended = [line.shutdown(cancel_pending, timeout) for line in lines]
        return all(ended)


def is_git(asked: Any) -> bool:
    """Whether a request is of a git client."""
    return _GIT.match(getattr(asked, "path", "")) is not None


def channel_class(settings: Settings) -> type[HTTPChannel]:
    """The kind of connection that ``strata serve`` keeps with each client."""
    limits = settings.limits
    large = threading.Semaphore(MOST_LARGE)
    bodies = _Bodies(limits.request_bytes, limits.push_bytes + 1_000_000, large)
    parser = type("Parser", (_Parser,), {"bodies": bodies})
    return type("Channel", (_Channel,), {"parser_class": parser})


@dataclass(frozen=True, slots=True)
class _Bodies:
    """How large requests may be, in bytes, and how many may be larger than ordinary ones at once."""

    ordinary: int
    push: int
    large: threading.Semaphore


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    bodies: _Bodies
    adj: Any
    error: Any
    is_counted = False

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.command != "POST":
            return
        if _PUSH.fullmatch(self.path) and "AUTHORIZATION" in self.headers:
            self._allow(self.bodies.push)
        elif _FETCH.fullmatch(self.path):
            self._allow(FETCH_BYTES)

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        if self.body_bytes_received > self.bodies.ordinary and not self.is_counted:
            self.is_counted = self.bodies.large.acquire(blocking=False)
            if not self.is_counted and not self.error:
                self.error, self.completed = Busy(_TOO_MANY), True
        return taken

    def close(self) -> None:
        if self.is_counted:
            self.is_counted = False
            self.bodies.large.release()
        super().close()

    def _allow(self, size: int) -> None:
        adjustments = copy.copy(self.adj)
        adjustments.max_request_body_size = size
        self.adj = adjustments


class _Task(WSGITask):  # type: ignore[misc]
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ["strata.client_gone"] = self.channel.client_gone
        return environ

    def build_response_header(self) -> bytes:
        if (self.content_length or 0) > _AT_ONCE and len(self.channel.requests) > 1:
            # Whoever sent the next request already would have a thread wait for this to be sent.
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task
    sendbuf_len: int
    total_outbufs_len: int
    _allowance = _AT_ONCE

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # What the system could take at once is read from the file at once, for every connection.
        self.sendbuf_len = min(self.sendbuf_len, _CHUNK)
        self._saying, self._taking = Saying(time.monotonic()), Saying(time.monotonic())

    @property
    def awaited(self) -> Saying | None:
        """What the client is at: saying what it wants, or taking an answer; None if it waits for us."""
        if self.total_outbufs_len:
            return self._taking if self._taking.is_unfinished else None
        return None if self.requests else self._saying

    def received(self, data: bytes) -> bool:
        went_on: bool = super().received(data)
        now = time.monotonic()
        self._saying.hear(len(data), now, is_unfinished=self.request is not None)
        return went_on

    def service(self) -> None:
        asked = self.requests[0]
        since = getattr(asked, "waits_since", None)
        if since is not None and time.monotonic() - since > WAIT_SECONDS:
            asked.error = Busy(_TOO_MANY)
        super().service()

    def handle_close(self) -> None:
        if self.request is not None:
            self.request.close()  # what came of its body lies in a file
        super().handle_close()

    def client_gone(self) -> bool:
        """Whether the client closed its end: git's clients never do so before the answer."""
        try:
            seen: bytes = self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except (OSError, AttributeError):
            return True
        return seen == b""

    def _flush_some(self, do_close: bool = True) -> bool:
        self._allowance = _AT_ONCE
        flushed: bool = super()._flush_some(do_close)
        return flushed

    def send(self, data: bytes, do_close: bool = True) -> int:
        if self._allowance <= 0:
            return 0
        sent: int = super().send(data, do_close)
        self._allowance -= sent
        is_more = self.total_outbufs_len > sent
        self._taking.hear(sent, time.monotonic(), is_unfinished=is_more)
        return sent
