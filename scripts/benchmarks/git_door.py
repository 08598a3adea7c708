"""A push of 20,000 commits and eight clones at once, while somebody reads.

Promised: the push comes in whole and is followed to its end, and while git works for others, the p95
of a page view stays below one second.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from wiki.config import Settings, WikiSettings
from wiki.git import create, fsck
from wiki.model import Role
from wiki.services.accounts import OPERATOR
from wiki.services.wiki import Wiki

COMMITS = 20_000
PAGES = 400
CLONES = 8
_PASSWORD = "three purple otters"


def run(data: Path) -> list[str]:  # noqa: ARG001 - it makes its own history
    """Measure and compare."""
    with tempfile.TemporaryDirectory(dir=_disk()) as place:
        folder = Path(place)
        wiki = _wiki(folder)
        secret = _token(wiki)
        clone = _history(folder / "clone")
        with _serving(folder, wiki.settings) as (server, port):
            url = f"http://ann:{secret}@127.0.0.1:{port}/bench.git"
            _reading(port, lambda: time.sleep(2))
            memory = _memory(server.pid)
            begun = time.perf_counter()
            busy = _reading(port, lambda: _git(clone, "push", "-q", url, "main"))
            pushed = time.perf_counter() - begun
            after_push = _memory(server.pid)
            head = _git(clone, "rev-parse", "main")
            space = wiki.open("bench")
            assert space.repository.head() == head
            while not all(state.position == head for state in space.follower.state()):
                time.sleep(0.25)
            followed = time.perf_counter() - begun
            quiet = _reading(port, lambda: time.sleep(5))
            counted = space.repository.commit_count(head)
            begun = time.perf_counter()
            cloning = _reading(port, lambda: _clones(folder, port))
            cloned = time.perf_counter() - begun
            after_clones = _memory(server.pid)
        faults = fsck(wiki.repository_path("bench"))
        wiki.close()
    return [
        f"push of {COMMITS:,} commits: {pushed:.1f} s; followed to the end after {followed:.1f} s ({counted:,} commits)",
        f"{CLONES} clones at once: {cloned:.1f} s",
        f"page p95 ms: quiet {_p95(quiet)}, during the push {_p95(busy)}, during the clones {_p95(cloning)} (promised: below 1000)",
        f"largest worker MB: before {memory}, after the push {after_push}, after the clones {after_clones}",
        f"git fsck afterwards: {'clean' if not faults else faults[:3]}",
    ]


def _wiki(folder: Path) -> Wiki:
    places = WikiSettings(
        content=folder / "content", search_index=folder / "index", instance=folder / "instance"
    )
    for path in (places.content, places.instance):
        path.mkdir(parents=True, mode=0o700)
    wiki = Wiki(replace(Settings(), wiki=places))
    create(wiki.repository_path("bench"))
    wiki.accounts.prepare()
    return wiki


def _token(wiki: Wiki) -> str:
    account, one_time = wiki.accounts.add(OPERATOR, "ann", Role.ADMIN)
    wiki.accounts.change_password(account, one_time, _PASSWORD, "127.0.0.1")
    account = wiki.accounts.account("ann")
    return wiki.tokens.create(account, "bench", may_write=True, days=1)[1]


def _history(clone: Path) -> Path:
    """A clone with 20,000 commits over 400 pages, by three people."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(clone)], check=True)
    feeder = subprocess.Popen(
        ["git", "-C", str(clone), "fast-import", "--quiet"], stdin=subprocess.PIPE
    )
    assert feeder.stdin is not None
    begun = int(time.time()) - COMMITS * 600
    for number in range(COMMITS):
        text = "".join(f"Line {line} of turn {number // PAGES}.\n" for line in range(12))
        text += f"# Page {number % PAGES}\n\nWord{number} by turn.\n"
        who = f"P{number % 3} <p{number % 3}@example.org> {begun + number * 600} +0000"
        feeder.stdin.write(
            f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 7\nTurn {number % 10}\n".encode()
            + f"M 644 inline folder{number % 20}/page{number % PAGES}.md\ndata {len(text)}\n{text}\n".encode()
        )
    feeder.stdin.close()
    assert feeder.wait() == 0
    return clone


@contextlib.contextmanager
def _serving(folder: Path, settings: Settings) -> Iterator[tuple[subprocess.Popen[str], int]]:
    places = settings.wiki
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STRATA_")}
    environment |= {
        "STRATA_WIKI_CONTENT": str(places.content),
        "STRATA_WIKI_SEARCH_INDEX": str(places.search_index),
        "STRATA_WIKI_INSTANCE": str(places.instance),
    }
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "wiki", "serve", "--port", "0"],
            env=environment, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert server.stdout is not None
    try:
        found = re.search(r":(\d+)/", server.stdout.readline())
        assert found, (folder / "log").read_text()
        yield server, int(found[1])
    finally:
        server.terminate()
        server.wait(timeout=30)
        server.stdout.close()


def _reading(port: int, work: object) -> list[float]:
    """Seconds of page views, one after another, for as long as ``work`` takes."""
    took: list[float] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            begun = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/-/spaces" if len(took) % 2 else "/bench/folder1/page1")
            connection.getresponse().read()
            connection.close()
            took.append(time.perf_counter() - begun)
            time.sleep(0.02)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        work()  # type: ignore[operator]
    finally:
        done.set()
        reader.join()
    return took


def _clones(folder: Path, port: int) -> None:
    url = f"http://127.0.0.1:{port}/bench.git"
    threads = [
        threading.Thread(target=_git, args=(folder, "clone", "-q", "--bare", url, f"copy{number}"))
        for number in range(CLONES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(CLONES):
        assert (folder / f"copy{number}/packed-refs").exists(), number


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _memory(supervisor: int) -> int:
    """Megabytes of the largest process that answers requests."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    sizes = [Path(f"/proc/{child}/statm").read_text().split()[1] for child in children[:2]]
    return max(map(int, sizes)) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _p95(seconds: list[float]) -> int:
    return round(sorted(seconds)[int(len(seconds) * 0.95)] * 1000)


def _disk() -> str | None:
    return "/var/tmp" if Path("/var/tmp").is_dir() else None
