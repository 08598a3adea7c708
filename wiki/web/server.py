"""``strata serve``: a small supervisor over processes that share one listening socket.

The supervisor imports and checks everything, listens, and forks; workers open repositories and
databases only after that. It never serves a request itself, so nothing a request does can end it;
a worker that dies is replaced. One more process follows the repositories, so that indexing never
takes time from people. Where processes cannot fork, one process does it all with threads.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from flask import Flask

from wiki.config import Server, Settings
from wiki.errors import AccountsUnavailable, AddressUnavailable
from wiki.services.exchanging import Exchanging
from wiki.services.following import Following
from wiki.services.warming import Warming
from wiki.services.wiki import Wiki
from wiki.web import logs
from wiki.web.app import create_app
from wiki.web.worker import GRACE_SECONDS, Stop, answer_requests

FOLLOW_SECONDS = 0.5
WARM_SECONDS = 1.0
_LAST_WARMING_SECONDS = 2.0
_PREDECESSOR_SECONDS = 2.0
"""How long a server that was killed a moment ago may take to let go of the address."""
_QUICK_DEATH_SECONDS = 2.0
_MAX_QUICK_DEATHS = 5

_log = structlog.get_logger("strata.server")


def serve(settings: Settings, announce: Callable[[str], None]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. ``announce`` is told the address once.

    Raises:
        AddressUnavailable: the address cannot be listened on.
        SettingInvalid: e.g. the secret key is weak.
    """
    logs.configure(settings.log)
    wiki = Wiki(settings)
    app = create_app(wiki)
    _look_at_accounts(wiki)
    with listen(settings.server) as listener:
        host, port = listener.getsockname()[:2]
        announce(_address(settings.server, host, port))
        if hasattr(os, "fork"):
            return _Supervisor(_roles(app, wiki, listener, settings), listener).run()
        return _alone(app, wiki, listener, settings)


def listen(server: Server) -> socket.socket:
    """The socket that all workers share.

    Raises:
        AddressUnavailable: taken, not allowed, or no address of this machine.
    """
    deadline = time.monotonic() + _PREDECESSOR_SECONDS
    while True:
        try:
            info = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)[0]
            listener = socket.create_server(info[4][:2], family=info[0], backlog=1024)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            reason = error.strerror or str(error)
            raise AddressUnavailable(server.host, server.port, reason) from error
        listener.setblocking(False)
        return listener


def _address(server: Server, host: str, port: int) -> str:
    if server.base_url:
        return f"{server.base_url}/"
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)  # noqa: S104 - only shown
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _look_at_accounts(wiki: Wiki) -> None:
    """Upgrade the database once, before anybody comes; pages are served without one."""
    try:
        wiki.accounts.check()
    except AccountsUnavailable as refusal:
        _log.error("accounts unavailable", error=str(refusal))
    finally:
        wiki.accounts.close()


_Role = Callable[[Stop], None]


def _roles(
    app: Flask, wiki: Wiki, listener: socket.socket, settings: Settings
) -> Mapping[str, _Role]:
    def work(stop: Stop) -> None:
        with _warm(wiki, stop):
            answer_requests(app, listener, settings, stop)
        wiki.close()

    def follow(stop: Stop) -> None:
        listener.close()
        os.nice(5)
        _follow_until(wiki, stop)
        wiki.close()

    workers = {f"worker {number}": work for number in range(1, settings.server.workers + 1)}
    return {**workers, "follower": follow}


def _follow_until(wiki: Wiki, stop: Stop) -> None:
    following, exchanging = Following(wiki), Exchanging(wiki)
    while not stop.requested:
        following.tick()
        exchanging.tick()
        stop.sleep(FOLLOW_SECONDS)


@contextmanager
def _warm(wiki: Wiki, stop: Stop) -> Iterator[None]:
    """Keep reports ready in a thread of their own until told to stop."""
    thread = threading.Thread(target=_warm_until, args=(wiki, stop), daemon=True)
    thread.start()
    yield
    thread.join(_LAST_WARMING_SECONDS)


def _warm_until(wiki: Wiki, stop: Stop) -> None:
    warming = Warming(wiki)
    while not stop.requested:
        stop.sleep(WARM_SECONDS)
        if not stop.requested:
            warming.tick()


def _alone(app: Flask, wiki: Wiki, listener: socket.socket, settings: Settings) -> int:
    stop = Stop()
    stop.listen(signal.SIGTERM, signal.SIGINT)
    threading.Thread(target=_follow_until, args=(wiki, stop), daemon=True).start()
    with _warm(wiki, stop):
        answer_requests(app, listener, settings, stop)
    wiki.close()
    return 0


@dataclass(frozen=True, slots=True)
class _Child:
    role: str
    born: float


class _Supervisor:
    """Keeps one process per role alive until told to stop."""

    def __init__(self, roles: Mapping[str, _Role], listener: socket.socket) -> None:
        self._roles, self._listener = roles, listener
        self._children: dict[int, _Child] = {}
        self._stopping = False
        self._quick_deaths = 0

    def run(self) -> int:
        """Start all children and replace those that die; the exit status."""
        wake = self._take_signals()
        gc.collect()
        gc.freeze()  # memory that children share with us stays shared
        for role in self._roles:
            self._spawn(role)
        while not self._stopping:
            select.select([wake], [], [], 1.0)
            _drain(wake)
            self._bury()
        self._stop_children()
        return 1 if self._quick_deaths >= _MAX_QUICK_DEATHS else 0

    def _take_signals(self) -> int:
        """Signals make a pipe readable, so that waiting for them cannot miss one."""
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        return reader

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _spawn(self, role: str) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _live(self._roles[role], role)
        self._children[pid] = _Child(role, time.monotonic())
        _log.debug("started", role=role, pid=pid)

    def _bury(self) -> None:
        """Take leave of the dead and start their successors."""
        for pid, status in _dead():
            child = self._children.pop(pid, None)
            if child is None or self._stopping:
                continue
            _log.error("died", role=child.role, pid=pid, status=os.waitstatus_to_exitcode(status))
            quick = time.monotonic() - child.born < _QUICK_DEATH_SECONDS
            self._quick_deaths = self._quick_deaths + 1 if quick else 0
            if self._quick_deaths >= _MAX_QUICK_DEATHS:
                _log.critical("giving up", reason="processes die as soon as they start")
                self._stopping = True
                return
            self._spawn(child.role)

    def _stop_children(self) -> None:
        _log.info("stopping")
        self._listener.close()
        self._tell(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS + 2
        while self._children and time.monotonic() < deadline:
            for pid, _ in _dead():
                self._children.pop(pid, None)
            time.sleep(0.02)
        self._tell(signal.SIGKILL)
        _log.info("stopped")

    def _tell(self, number: signal.Signals) -> None:
        for pid in self._children:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue


def _live(role: _Role, name: str) -> None:
    """A child's whole life; never returns into the supervisor's code."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        # Ctrl-C reaches the whole group; the supervisor passes it on as SIGTERM. Ignoring is
        # inherited by git, so no save is cut in half by it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        stop = Stop()
        stop.listen(signal.SIGTERM)
        _die_with_parent()
        structlog.contextvars.bind_contextvars(role=name)
        role(stop)
        status = 0
    except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
        _log.exception("failed", role=name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _die_with_parent() -> None:
    """Be told at once if the supervisor is killed (Linux); elsewhere ``Stop`` notices soon."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _dead() -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        found.append((pid, status))


def _drain(descriptor: int) -> None:
    try:
        os.read(descriptor, 4096)
    except BlockingIOError:
        return
