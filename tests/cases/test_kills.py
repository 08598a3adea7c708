"""Processes killed, and many at once: what was acknowledged is there, once, by its author."""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.cases.crashing import crashes
from tests.cases.plain_git import git, names_at_head
from tests.cases.served import Server, Writers
from tests.cases.storm_oracle import judge
from tests.cases.storm_place import furnish
from tests.cases.storm_writers import Ledger, Storm
from tests.conftest import ALL_DATA
from tests.web.conftest import Furnished
from wiki.git import fsck

SPACE = "handbook"


def test_r001_r042_killed_in_a_storm_at_all_three_doors_nothing_acknowledged_is_lost(
    tmp_path: Path,
) -> None:
    """Browsers, a clone that pushes and a program; ``scripts/bench crash`` does this 300 times."""
    seen = crashes(furnish(tmp_path / "wiki", browsers=2, clones=1, scripts=1, pages=4), seed=42)
    try:
        seen.begin()
        for _ in range(3 if ALL_DATA else 2):
            seen.crash()
        seen.judge()
    finally:
        seen.end()
    assert not seen.wrong, seen.wrong
    assert seen.ledger.doors["clone"]


def test_r003_a_git_killed_while_the_server_lives_fails_no_later_save(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the kernel does when memory is short: any child of git, at any time."""
    # Or most of this test is waiting: for locks, and for a history whose git was killed.
    monkeypatch.setattr("wiki.git.locking.STALE_SECONDS", 0.2)
    monkeypatch.setattr("wiki.services.writing.FOLLOWING_SECONDS", 0.05)
    repository = furnished.wiki.open(SPACE).repository
    browser = furnished.browser("ann")
    stop, killed = threading.Event(), []

    def kill_gits() -> None:
        me = os.getpid()
        chance = random.Random(3)
        while len(killed) < 12 and not stop.wait(chance.uniform(0.02, 0.08)):
            done = subprocess.run(
                ["ps", "-o", "pid=,comm=", "--ppid", str(me)], capture_output=True
            )
            for line in done.stdout.decode().splitlines():
                pid, _, name = line.strip().partition(" ")
                if name.strip() == "git":
                    subprocess.run(["kill", "-9", pid], capture_output=True)
                    killed.append(pid)

    killer = threading.Thread(target=kill_gits)
    killer.start()
    saved, refused = [], 0
    try:
        for number in range(30):
            answer = browser.submit(f"/{SPACE}/-/new", name=f"n{number}", text="x", base="")
            if answer.status_code == 303:
                saved.append(f"n{number}")
            else:  # told truthfully, and the text is in the editor
                refused += 1
                assert "x</textarea>" in answer.text
    finally:
        stop.set()
        killer.join()
    assert set(saved) <= names_at_head(repository.path)
    assert killed
    assert refused <= len(killed)
    assert browser.submit(f"/{SPACE}/-/new", name="last", text="x", base="").status_code == 303
    assert fsck(repository.path) == ()


OLD = 1_600_000_000
LEFT_BEHIND = [
    "index.lock", "HEAD.lock", "refs/heads/main.lock", "refs/heads/other.lock", "packed-refs.lock", "config.lock",
    "shallow.lock", "gc.pid", "objects/maintenance.lock", "logs/refs/heads/main.lock", "logs/HEAD.lock",
    "objects/tmp_obj_abcdef", "objects/pack/tmp_pack_abc", "objects/incoming-abc/pack/x.pack",
    "objects/tmp_objdir-incoming-abc/ab/cd", "objects/info/commit-graph.lock", "objects/pack/tmp_idx_abc",
]  # fmt: skip


def test_r004_whatever_a_killed_git_left_is_cleared_and_in_nobodys_way(
    furnished: Furnished, tmp_path: Path
) -> None:
    path = furnished.wiki.repository_path(SPACE)
    for name in LEFT_BEHIND:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text("x")
        os.utime(path / name, (OLD, OLD))
    answer = furnished.browser("ann").submit(f"/{SPACE}/-/new", name="a", text="x", base="")
    assert answer.status_code == 303, answer.text
    left = [name for name in LEFT_BEHIND if (path / name).exists()]
    assert left in ([], ["gc.pid"])  # git itself takes over an old gc.pid
    assert not list((path / "objects").glob("*incoming*"))
    # somebody else's git, too, can push and pack again
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(path), str(clone)], check=True, capture_output=True)
    git(
        clone,
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "x",
    )
    git(clone, "push", "-q", "origin", "HEAD:main")
    git(path, "gc", "-q")


def test_r010_r011_r012_browsers_pushes_and_packing_together(
    furnished: Furnished, tmp_path: Path
) -> None:
    """Two server processes, clients on the same and on other pages, a clone that pushes, gc."""
    folder = furnished.wiki.settings.wiki.content.parent
    path = furnished.wiki.repository_path(SPACE)
    server = Server(folder).start()
    clone, pushed = tmp_path / "clone", []
    subprocess.run(["git", "clone", "-q", str(path), str(clone)], check=True)
    for key, value in (("user.name", "Push Er"), ("user.email", "push@example.org")):
        git(clone, "config", key, value)
    try:
        writers = Writers(server.address, 4, "w")
        deadline = time.monotonic() + 300
        while len(pushed) < 2 or len(writers.acknowledged) <= 10:
            assert time.monotonic() < deadline, (pushed, writers.acknowledged)
            name = f"pushed {len(pushed)}"
            (clone / f"{name}.md").write_text("# pushed\n")
            git(clone, "add", "-A")
            git(clone, "commit", "-q", "-m", "push")
            for _ in range(200):
                git(clone, "pull", "-q", "--rebase")
                done = subprocess.run(["git", "-C", str(clone), "push", "-q"], capture_output=True)
                if done.returncode == 0:
                    pushed.append(name)
                    break
            if len(pushed) % 3 == 1:
                subprocess.run(["git", "-C", str(path), "gc", "-q", "--force"], capture_output=True)
        writers.finish()
    finally:
        server.stop()
    names = names_at_head(path)
    assert set(pushed) <= names
    assert set(writers.acknowledged) <= names
    assert writers.others == []
    assert fsck(path) == ()
    authors = git(path, "log", "--format=%an\t%s", "main").splitlines()
    browser_made = [line for line in authors if line.startswith("Anonymous\tCreate w-")]
    assert len(browser_made) == len(writers.acknowledged)
    assert sum(line == "Push Er\tpush" for line in authors) == len(pushed)


def test_r014_r026_two_servers_on_one_folder_and_one_told_to_stop_lose_nothing(
    tmp_path: Path,
) -> None:
    """Saves and pushes in flight at both; what the stopping one has begun is finished or not answered."""
    place = furnish(tmp_path / "wiki", browsers=2, clones=2, scripts=1, pages=3)
    ledger = Ledger(10**9)
    storm = Storm(place, ledger)
    servers = [place.server().start() for _ in range(2)]

    def wait_for(more: int) -> None:
        until, wanted = time.monotonic() + 120, len(ledger.acknowledged) + more
        while len(ledger.acknowledged) < wanted and time.monotonic() < until:
            time.sleep(0.01)
        assert len(ledger.acknowledged) >= wanted, ledger

    try:
        for number, writer in enumerate(storm.writers):
            writer.come(servers[number % 2].address)
        storm.begin()
        wait_for(12)
        servers[0].stop()
        wait_for(3)
        storm.finish()
    finally:
        ledger.stopped.set()
        storm.close()
        for server in servers:
            server.stop()
    assert servers[0].process
    assert servers[0].process.returncode == 0
    assert ledger.faults == []
    assert judge(place.repository, ledger.acknowledged, ledger.pushed).wrong == ()
