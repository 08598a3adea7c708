"""Page views against a Flask view that returns a constant string, in the same server.

On tldr-pages with two worker processes. Both servers are asked in turn by the same clients over
kept connections; the same 200 pages are viewed again and again, as readers do. Views of pages that
no worker has seen before, folders and lists are timed one by one.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Self
from urllib.parse import quote

from flask import Flask

from wiki.config import Settings
from wiki.config.settings import Log, Server, WikiSettings
from wiki.git.importing import import_repository
from wiki.services.wiki import Wiki
from wiki.web import logs
from wiki.web.app import create_app
from wiki.web.worker import Stop, answer_requests

PROMISED = 0.60
WORKERS, CLIENTS = 2, 3
ROUNDS, SECONDS = 5, 2.0
_FORK = multiprocessing.get_context("fork")


def main(argv: Sequence[str]) -> int:
    """Print the figures; 1 if pages are slower than promised."""
    data = Path(argv[0]) if argv else Path(__file__).resolve().parents[3] / "shared" / "data"
    lines = run(data)
    print("\n".join(lines))
    return 1 if "MISSED" in lines[0] else 0


def run(data: Path) -> list[str]:
    """Measure and compare."""
    with tempfile.TemporaryDirectory(prefix="strata-bench-") as place:
        settings = _settings(Path(place))
        bundle = data / "repositories" / "tldr-pages.bundle"
        import_repository(str(bundle), settings.wiki.content / "tldr.git", lambda *_: None)
        wiki = Wiki(settings)
        names = _prepare(wiki)
        wiki.close()
        hot = [f"/tldr/{quote(name)}" for name in random.Random(7).sample(names, 200)]
        with (
            _Served(_constant_app) as constant,
            _Served(lambda: create_app(Wiki(settings)), settings) as pages,
        ):
            return [*_compare(constant, pages, hot), *_one_by_one(pages, names), pages.memory()]


def _settings(place: Path) -> Settings:
    places = WikiSettings(
        content=place / "content", search_index=place / "index", instance=place / "instance"
    )
    for folder in (places.content, places.search_index, places.instance):
        folder.mkdir()
    return replace(Settings(), wiki=places, server=Server(workers=WORKERS), log=Log(level="info"))


def _prepare(wiki: Wiki) -> list[str]:
    """Make what page views read (not the search index); the names of all pages."""
    wiki.accounts.prepare()
    space = wiki.open("tldr")
    head = space.repository.head()
    assert head is not None
    for projection in (space.catalogue, space.history):
        projection.rebuild(space.repository, head, lambda *_: None)
    return [row.name for row in space.catalogue.pages(recursive=True, limit=100_000)]


def _constant_app() -> Flask:
    app = Flask("constant")
    app.add_url_rule("/constant", view_func=lambda: "A constant string.")
    return app


class _Served:
    """An application in two worker processes, as ``strata serve`` runs them."""

    def __init__(self, make: Callable[[], Flask], settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._make = make
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self.processes = [_FORK.Process(target=self._work) for _ in range(WORKERS)]
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
            process.join(15)
        self._listener.close()

    def _work(self) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        logs.configure(self._settings.log)
        self._listener.setblocking(False)
        stop = Stop()
        stop.listen(signal.SIGTERM)
        answer_requests(self._make(), self._listener, self._settings, stop)
        os._exit(0)

    def cpu(self) -> float:
        """Seconds of processor time that the workers have used."""
        ticks = 0
        for process in self.processes:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> str:
        """The larger worker's memory, its renderers not counted."""
        sizes = []
        for process in self.processes:
            status = Path(f"/proc/{process.pid}/status").read_text()
            sizes.append(int(status.split("VmRSS:")[1].split()[0]) / 1000)
        return f"memory of a worker: {max(sizes):.0f} MB (promised: below 400 MB)"


def _compare(constant: _Served, pages: _Served, hot: list[str]) -> list[str]:
    _load(pages.port, hot * 2, 0)
    _load(constant.port, ["/constant"] * 400, 0)
    rates: dict[str, list[float]] = {"constant": [], "pages": []}
    costs: dict[str, list[float]] = {"constant": [], "pages": []}
    for _ in range(ROUNDS):
        for name, served, paths in (("constant", constant, ["/constant"]), ("pages", pages, hot)):
            before = served.cpu()
            done = _load(served.port, paths, SECONDS)
            rates[name].append(done / SECONDS)
            costs[name].append((served.cpu() - before) / done * 1e6)
    ratio = median(p / c for p, c in zip(rates["pages"], rates["constant"], strict=True))
    verdict = "kept" if ratio >= PROMISED else "MISSED"
    return [
        f"page views / constant string: {ratio:.2f} (promised: at least {PROMISED:.2f}, {verdict})",
        f"answers a second: {median(rates['pages']):,.0f} / {median(rates['constant']):,.0f}",
        f"processor time each: {median(costs['pages']):.0f} µs / {median(costs['constant']):.0f} µs",
    ]


def _load(port: int, paths: list[str], seconds: float) -> int:
    """How many requests several clients get answered; without ``seconds``, each path once by each."""
    with _FORK.Pool(CLIENTS) as pool:
        return sum(pool.starmap(_ask, [(port, paths, seconds)] * CLIENTS))


def _ask(port: int, paths: list[str], seconds: float) -> int:
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for path in paths]
    done = 0
    until = time.monotonic() + seconds
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while not seconds or time.monotonic() < until:
            connection.sendall(requests[done % len(requests)])
            _read_answer(connection)
            done += 1
            if not seconds and done == len(requests):
                break
    return done


def _read_answer(connection: socket.socket) -> None:
    data = connection.recv(1 << 18)
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 18)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    missing = length - len(body)
    while missing > 0:
        missing -= len(connection.recv(1 << 18))


def _one_by_one(pages: _Served, names: list[str]) -> list[str]:
    fresh = [f"/tldr/{quote(name)}" for name in random.Random(8).sample(names, 150)]
    folders = sorted({name.rpartition("/")[0] for name in names} - {""})
    kinds = {
        "pages never seen before": fresh,
        "folders": [f"/tldr/{quote(folder)}/" for folder in folders],
        "levels of the tree": [f"/tldr/-/tree/{quote(folder)}" for folder in folders],
        "wanted pages and tags": ["/tldr/-/wanted", "/tldr/-/tags"] * 10,
    }
    lines = []
    for kind, paths in kinds.items():
        times = []
        with socket.create_connection(("127.0.0.1", pages.port)) as connection:
            for path in paths:
                begun = time.perf_counter()
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                _read_answer(connection)
                times.append((time.perf_counter() - begun) * 1000)
        times.sort()
        lines.append(
            f"{kind}: p50 {median(times):.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms"
            " (promised for folders and tree: p95 at most 100 ms)"
        )
    return lines
