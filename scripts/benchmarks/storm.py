"""Fourteen writers at three doors on thirty shared pages: nothing acknowledged is lost, and nobody waits long.

``scripts/bench storm`` makes 5,000 writes, ``scripts/bench storm=300`` so many. Eight people save in browsers
and settle conflicts, four push from clones of their own, two programs write through the API; two
processes serve them. ``STORM_PAUSE`` is the mean pause of each writer in seconds.

Promised: every acknowledged word stands in the final pages, added once, by a commit of its author's; every
pushed commit is in the log of pushes; ``git fsck --strict`` is clean; all that was followed equals
a rebuild; nobody sees an error; the p95 of a save is at most five times that of one person
saving alone. The oracle of the words is plain git (``tests/cases/storm_oracle.py``).
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

WRITES = 5_000
PAUSE = float(os.environ.get("STORM_PAUSE", "1.0"))
_ALONE = 100
"""Saves of one person alone, half of them before the storm and half after it."""


def run(data: Path, writes: int = WRITES) -> list[str]:  # noqa: ARG001 - it makes its own wiki
    """Let it storm; the first thing that does not hold ends it with an AssertionError."""
    from tests.cases.storm_place import furnish
    from tests.cases.storm_writers import BrowserWriter, Ledger, Storm
    from wiki.services.checks import check

    with tempfile.TemporaryDirectory(dir=_disk()) as folder:
        place = furnish(Path(folder, "wiki"), browsers=8, clones=4, scripts=2)
        ledger, alone = Ledger(writes), Ledger(writes)
        storm = Storm(place, ledger, PAUSE)
        quiet = BrowserWriter(place, place.people["browser-ada"], alone, 0)
        quiet.number = 1_000_000
        server = place.server().start()
        try:
            storm.come(server.address)
            quiet.come(server.address)
            _save_alone(quiet, _ALONE // 2)
            watch = Watch(place)
            begun, load = time.perf_counter(), os.getloadavg()[0]
            storm.begin()
            storm.wait()
            wall = time.perf_counter() - begun
            watch.stop()
            quiet.come(server.address)  # the server has hung up on it meanwhile
            _save_alone(quiet, _ALONE // 2)
            late = watch.late()
            health = json.loads(quiet.http.ask("GET", "/-/health").text)["status"]
            findings = check(place.wiki())
            storm.close()
            quiet.close()
        finally:
            server.stop()
        known = ledger.acknowledged | alone.acknowledged
        wrong = [
            *late,
            *(f"{each.subject}: {each.sentence}" for each in findings if each.state != "ok"),
        ]
        wrong += _wrong(place, known, ledger, [*ledger.faults, *alone.faults], health)
        figures = [*_told(ledger, alone, wall), *watch.told()]
        assert not wrong, "\n".join([*figures, *wrong[:20]])
        return [*figures, *_all_is_well(place, load)]


def _save_alone(quiet: Any, count: int) -> None:
    for _ in range(count):
        quiet.write()


def _wrong(
    place: Any, known: dict[str, str], ledger: Any, faults: list[str], health: str
) -> list[str]:
    from tests.cases.storm_oracle import judge

    wrong = [f"shown to somebody: {fault}" for fault in faults]
    wrong += judge(place.repository, known, ledger.pushed).wrong
    wrong += differences(place)
    return [*wrong, *([] if health == "ok" else [f"the health page says {health}"])]


def differences(place: Any) -> list[str]:
    """What was followed step by step, against the same made from nothing."""
    from tests.cases.storm_place import SPACE
    from wiki.services.wiki import Wiki

    followed = place.wiki()
    settings = followed.settings
    fresh = dataclasses.replace(settings.wiki, search_index=place.folder / "fresh")
    rebuilt = Wiki(dataclasses.replace(settings, wiki=fresh))
    try:
        ours, new = (wiki.open(SPACE) for wiki in (followed, rebuilt))
        assert ours.follower.follow(), ours.follower.state()
        assert new.follower.follow(), new.follower.state()
        expected = dumps(new)
        return [
            f"{name}.{table} is not what a rebuild gives"
            for name, tables in dumps(ours).items()
            for table, rows in tables.items()
            if rows != expected[name][table]
        ]
    finally:
        followed.close()
        rebuilt.close()


def dumps(space: Any) -> dict[str, Any]:
    """All rows of all projections."""
    found = {}
    for each in (space.catalogue, space.history, space.search, space.structure, space.authorship):
        dump = each.dump()
        found[each.name] = dump if isinstance(dump, dict) else {"rows": sorted(dump)}
    return found


class Watch:
    """Looks again and again how long each projection takes to know the newest version."""

    def __init__(self, place: Any) -> None:
        from tests.cases.storm_place import SPACE

        self._wiki = place.wiki()
        self._space = self._wiki.open(SPACE)
        self.seconds: dict[str, list[float]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        space = self._space
        followed = (space.catalogue, space.history, space.search, space.structure, space.authorship)
        while not self._stop.wait(0.5):
            head, begun = space.repository.head() or "", time.perf_counter()
            waiting = list(followed)
            while waiting and not self._stop.is_set():
                for each in list(waiting):
                    position = each.position()
                    if position and (
                        position == head or space.repository.is_ancestor(head, position)
                    ):
                        took = time.perf_counter() - begun
                        self.seconds.setdefault(each.name, []).append(took)
                        waiting.remove(each)
                time.sleep(0.02)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def late(self) -> list[str]:
        """What the server has not followed though nobody has written for a while."""
        until = time.monotonic() + 10
        while time.monotonic() < until and any(s.behind for s in self._space.follower.state()):
            time.sleep(0.1)
        found = [f"{s.name} stays behind" for s in self._space.follower.state() if s.behind]
        self._wiki.close()
        return found

    def told(self) -> list[str]:
        """One line: a version is known to a projection after so many milliseconds."""
        parts = [
            f"{name} {_ms(took, 0.5)}/{_ms(took, 0.95)}" for name, took in self.seconds.items()
        ]
        return [f"followed after, p50/p95 ms: {', '.join(parts)}"]


def _told(ledger: Any, alone: Any, wall: float) -> list[str]:
    doors = ", ".join(f"{door} {count:,}" for door, count in sorted(ledger.doors.items()))
    refused = ", ".join(f"{why} {count:,}" for why, count in sorted(ledger.refused.items()))
    storm, quiet = ledger.seconds["save"], alone.seconds["save"]
    ratio = _at(storm, 0.95) / _at(quiet, 0.95)
    lines = [
        f"{len(ledger.acknowledged):,} writes acknowledged in {wall:.0f} s ({doors}); pauses of {PAUSE:g} s",
        f"settled or tried again: {refused or 'nothing'}",
        f"save ms: alone p50 {_ms(quiet, 0.5)} p95 {_ms(quiet, 0.95)}, in the storm p50 {_ms(storm, 0.5)} p95 {_ms(storm, 0.95)}",
        f"p95 of a save in the storm / alone: {ratio:.1f} (promised: at most 5)",
    ]
    for kind, name in (("api", "save through the API"), ("push", "push that came in")):
        took = ledger.seconds.get(kind)
        if took:
            lines.append(f"{name} ms: p50 {_ms(took, 0.5)} p95 {_ms(took, 0.95)}")
    return lines


def _all_is_well(place: Any, load: float) -> list[str]:
    from tests.cases.plain_git import git

    commits = git(place.repository, "rev-list", "--count", "main")
    return [
        f"every acknowledged word is in the history of {int(commits):,} commits once, under its author, and stands",
        "git fsck --strict: clean; log of pushes: complete; projections: equal a rebuild; health: ok; errors shown: none",
        f"load average of the machine at the start: {load:.1f}",
    ]


def _at(seconds: list[float], share: float) -> float:
    return sorted(seconds)[int(len(seconds) * share)]


def _ms(seconds: list[float], share: float) -> int:
    return round(_at(seconds, share) * 1000)


def _disk() -> str | None:
    return "/var/tmp" if Path("/var/tmp").is_dir() else None
