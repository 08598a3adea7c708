"""Commits are noticed by themselves, and trouble in one space stays there."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.conftest import add_pages
from wiki.services.following import RECHECK_SECONDS, Following


def test_r029_what_nobody_announced_is_followed(make_wiki):
    wiki = make_wiki({"Home.md": "# Home\n"})
    following = Following(wiki)
    assert following.tick() == 1
    assert following.tick() == 0
    head = add_pages(wiki, "handbook", {"New.md": "# New\n"}).commit
    assert following.tick() == 1
    assert wiki.open("handbook").catalogue.position() == head


def test_r004_locks_that_a_killed_git_left_are_removed_at_the_start(make_wiki):
    wiki = make_wiki({"Home.md": "# Home\n"})
    stale = [
        wiki.repository_path("handbook") / name for name in ("HEAD.lock", "refs/heads/main.lock")
    ]
    for lock in stale:
        lock.touch()
        os.utime(lock, (0, 0))
    Following(wiki).tick()
    assert not any(lock.exists() for lock in stale)


def test_r018_nobody_else_throws_objects_away_while_the_wiki_is_served(make_wiki):
    wiki = make_wiki({"Home.md": "# Home\n"})
    path = wiki.repository_path("handbook")
    for name in ("gc.autoPackLimit", "gc.auto"):
        subprocess.run(["git", "-C", path, "config", name, "1"], check=True)

    def written():
        """What a save has written, a moment before its reference moves."""
        store = ["git", "-C", path, "hash-object", "-w", "--stdin"]
        return subprocess.run(store, input=b"x", capture_output=True, check=True).stdout.strip()

    def is_there(oid):
        return subprocess.run(["git", "-C", path, "cat-file", "-e", oid]).returncode == 0

    def pack():
        command = ["git", "-C", path, "gc", "--quiet", "--prune=now"]
        return subprocess.run(command, capture_output=True).returncode

    Following(wiki).tick()
    repository = wiki.open("handbook").repository
    for _ in range(2):
        repository.tidy()
        oid = written()
        assert pack() != 0
        assert is_there(oid)
    wiki.forget("handbook")
    assert pack() == 0
    assert not is_there(oid)


def test_a_space_that_fails_is_left_alone_for_longer_and_longer(make_wiki, monkeypatch):
    wiki = make_wiki({"Home.md": "# Home\n"})
    now, asked = [0.0], []
    follower = wiki.open("handbook").follower
    monkeypatch.setattr(follower, "follow", lambda: bool(asked.append(now[0])))
    following = Following(wiki, clock=lambda: now[0])
    for _ in range(1000):
        following.tick()
        now[0] += 0.1
    assert 5 < len(asked) < 12
    monkeypatch.undo()
    add_pages(wiki, "handbook", {"New.md": "# New\n"})
    assert following.tick() == 1


def test_a_space_that_is_taken_away_is_forgotten(make_wiki):
    wiki = make_wiki({"Home.md": "# Home\n"})
    following = Following(wiki)
    following.tick()
    shutil.rmtree(wiki.repository_path("handbook"))
    assert following.tick() == 0
    assert not wiki.space_names()


def test_r015_an_index_deleted_under_a_space_that_stands_still_is_made_again(make_wiki):
    wiki = make_wiki({"Home.md": "# Home\n"})
    now = [0.0]
    following = Following(wiki, clock=lambda: now[0])
    following.tick()
    shutil.rmtree(wiki.open("handbook").index_folder)
    now[0] += RECHECK_SECONDS + 1
    following.tick()
    space = wiki.open("handbook")
    assert space.catalogue.position() == space.history.position() == space.repository.head()
