"""One process that answers requests: waitress on a socket it may share with others.

waitress reads requests and writes answers in one loop and gives a request to a thread only when all
of it is there, so however many clients dawdle, no thread waits for them.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import waitress
from flask import Flask

from wiki.config import Settings
from wiki.web.channels import Lines, channel_class
from wiki.web.patience import Patience

GRACE_SECONDS = 10.0
"""How long requests that have begun may go on after the server was told to stop."""


class Stop:
    """Whether this process was told to stop, by a signal or by its parent's death."""

    def __init__(self) -> None:
        self._told = False
        self._parent = os.getppid()
        self.wake: Callable[[], None] = lambda: None

    @property
    def requested(self) -> bool:
        """True from then on. A parent that is gone has another number, or is process 1."""
        return self._told or os.getppid() != self._parent

    def request(self, *_: object) -> None:
        """Ask for it; fit as a signal handler."""
        self._told = True
        # The server may be gone already, and what wakes it with it.
        with suppress(OSError):
            self.wake()

    def listen(self, *signals: signal.Signals) -> None:
        """Take these signals as the request to stop."""
        for number in signals:
            signal.signal(number, self.request)

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until the request."""
        until = time.monotonic() + seconds
        while not self.requested and time.monotonic() < until:
            time.sleep(min(0.1, seconds))


def answer_requests(app: Flask, listener: socket.socket, settings: Settings, stop: Stop) -> None:
    """Serve until told to stop; then finish what has begun, for at most ``GRACE_SECONDS``."""
    server = waitress.create_server(app, sockets=[listener], **_adjustments(settings))
    server.channel_class = channel_class(settings)
    threads = settings.server.threads
    server.task_dispatcher = Lines(
        server.task_dispatcher, git_threads=max(1, threads // 2), reports=max(1, threads // 4)
    )
    stop.wake = server.pull_trigger
    patience = Patience(server.adj.connection_limit)
    while not stop.requested:
        _turn(server, 1.0)
        patience.look(list(server.active_channels.values()))
    server.accepting = False
    deadline = time.monotonic() + GRACE_SECONDS
    while _busy(server) and time.monotonic() < deadline:
        _turn(server, 0.1)
    server.task_dispatcher.shutdown(timeout=0.5)
    stop.wake = lambda: None
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


def _adjustments(settings: Settings) -> dict[str, Any]:
    limits = settings.limits
    return {
        "threads": settings.server.threads,
        "ident": None,
        "connection_limit": _connection_limit(),
        "backlog": 1024,
        "asyncore_use_poll": True,
        "channel_timeout": 60,
        # A little above our own limit, whose refusal is a readable page.
        "max_request_body_size": limits.request_bytes + 1_000_000,
        # A whole attachment fits, so that nobody who downloads slowly keeps a thread.
        "outbuf_high_watermark": limits.attachment_bytes + 1_000_000,
        # wiki.web.security believes the proxies that the settings name, and nobody else.
        "clear_untrusted_proxy_headers": False,
    }


def _connection_limit() -> int:
    """Half the files this process may open, so that the other half is there for repositories."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != most:
        wanted = min(most, 4096) if most != resource.RLIM_INFINITY else 4096
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed, wanted), most))
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return max(8, min(1000, allowed // 2)) if allowed != resource.RLIM_INFINITY else 1000


def _turn(server: Any, seconds: float) -> None:
    server.asyncore.loop(timeout=seconds, use_poll=True, map=server._map, count=1)


def _busy(server: Any) -> bool:
    return any(
        channel.requests or channel.request is not None or channel.total_outbufs_len
        for channel in list(server.active_channels.values())
    )
