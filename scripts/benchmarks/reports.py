"""Reports on 23,000 changes by 3,400 people: facts put together, each report cold and again."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from wiki.analytics.registry import REPORTS
from wiki.config import Settings
from wiki.config.settings import WikiSettings
from wiki.model import Author, Edit, FileWrite
from wiki.services import facts, people
from wiki.services.accounts import OPERATOR
from wiki.services.report_scope import Scope
from wiki.services.reports import Asked
from wiki.services.reports import run as report
from wiki.services.wiki import Wiki

BUNDLE = "repositories/tldr-pages.bundle"
SPACE = "tldr"
SAVES = 10
WINDOWS = 40
FOLDERS = ("pages", "pages/common", "pages.de", "pages/linux")


def run(data: Path) -> list[str]:
    """Figures on ``tldr-pages``; nothing where the data is not there."""
    if not (data / BUNDLE).exists():
        return [f"no {data / BUNDLE}"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        places = WikiSettings(
            content=root / "content", search_index=root / "index", instance=root / "instance"
        )
        for each in (places.content, places.search_index, places.instance):
            each.mkdir()
        clone = ["git", "clone", "-q", "--bare", str(data / BUNDLE), f"{root}/content/{SPACE}.git"]
        subprocess.run(clone, check=True)
        wiki = Wiki(Settings(wiki=places))
        try:
            return _measured(wiki)
        finally:
            wiki.close()


def _measured(wiki: Wiki) -> list[str]:
    now = int(time.time())
    space = wiki.open(SPACE)
    followed = (space.history, space.structure, space.authorship)
    for projection in followed:
        projection.rebuild(space.repository, space.repository.head() or "", lambda *_: None)

    def material() -> facts.Material:
        return facts.material_of(space, wiki.settings, now)

    lines = [f"facts, nothing kept          {_timed(material):6.0f} ms"]
    fresh = []
    for _ in range(5):
        facts._kept.clear()
        people._kept.clear()
        fresh.append(_timed(material))
    lines.append(_line("facts, a new process", fresh, 400))
    after = []
    for number in range(SAVES):
        old = space.repository.head() or ""
        write = FileWrite(f"pages/x{number}.md", b"# x\n\nSome words.\n", "")
        author = Author("Ada", "ada@example.org")
        space.repository.save(Edit((write,), author, "Edit", "web", "ada", now))
        for projection in followed:
            projection.advance(space.repository, old, space.repository.head() or "")
        after.append(_timed(material))
    lines.append(_line("facts, after one more change", after, 100))
    return lines + [line for name in REPORTS for line in _report(wiki, name, now)]


def _report(wiki: Wiki, name: str, now: int) -> list[str]:
    """Windows of many lengths that nobody asked for before, each twice; then folders."""
    cold, again = [], []
    for number in range(WINDOWS):
        since = date(2014, 3, 1) + timedelta(days=97 * number)
        until = since + timedelta(days=(30, 90, 365, 2000)[number % 4])
        asked = Asked(name, since=since.isoformat(), until=until.isoformat())
        ask = lambda asked=asked: report(wiki, OPERATOR, SPACE, asked, now=now)  # noqa: E731
        cold.append(_timed(ask))
        again.append(_timed(ask))
    scoped = [
        _timed(
            lambda folder=folder: report(
                wiki, OPERATOR, SPACE, Asked(name, "all", scope=Scope(folder=folder)), now=now
            )
        )
        for folder in FOLDERS
    ]
    return [
        _line(f"{name}, cold", cold, 150),
        _line(f"{name}, unchanged", again, 20),
        _line(f"{name}, of a folder", scoped, 150),
    ]


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _line(what: str, times: list[float], limit: int) -> str:
    ordered = sorted(times)
    slow = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    median = ordered[len(ordered) // 2]
    return f"{what:<28} p50 {median:6.1f} ms  p95 {slow:6.1f} ms   (at most {limit} ms)"
