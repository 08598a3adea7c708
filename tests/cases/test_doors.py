"""Faults behind all three doors: nothing half done, a sentence that says so, and nobody else concerned."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases.disks import PowerCut
from tests.cases.plain_git import git, names_at_head
from tests.cases.storm_oracle import fsck, pushers
from tests.conftest import catch_up
from tests.web.conftest import Furnished
from tests.web.git_clients import Door, listening
from tests.web.people import settings_in
from wiki.config import Server
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

SPACE = "handbook"
PAGES = f"/api/v1/spaces/{SPACE}/pages"


@contextlib.contextmanager
def opened(folder: Path, home: Path) -> Iterator[Door]:
    """The wiki in a folder, listening."""
    wiki = Wiki(settings_in(folder, server=Server(port=0, threads=4)))
    try:
        with listening(create_app(wiki), wiki, home) as door:
            yield door
    finally:
        wiki.close()


def on_disk(furnished: Furnished, disk: Path, part: str = "content") -> Path:
    """Move a part of the furnished wiki to another disk; the wiki's folder."""
    furnished.wiki.close()
    folder = furnished.wiki.settings.wiki.content.parent
    shutil.move(folder / part, disk / part)
    (folder / part).symlink_to(disk / part)
    return folder


def leave(disk: Path, pages: int) -> None:
    """Fill a disk up to so many pages of memory."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - pages * 4096)


def api(door: Door, method: str, name: str, text: str = "", **headers: str) -> tuple[int, dict]:
    """Ask the API as ann."""
    body = json.dumps({"text": text}).encode() if method == "PUT" else b""
    sent = {"Authorization": f"Bearer {door.token('ann')}", "Content_Type": "application/json"}
    status, answer, _ = door.ask(method, f"{PAGES}/{name}", body, **sent, **headers)
    return status, json.loads(answer)


def put(door: Door, name: str, text: str) -> tuple[int, dict]:
    """Make a page, or change it from what it is now."""
    status, page = api(door, "GET", name)
    if status == 404:
        return api(door, "PUT", name, text, If_None_Match="*")
    return api(door, "PUT", name, text, If_Match=f'"{page["version"]}"')


def push(door: Door, clone: Path) -> tuple[bool, str]:
    done = door.git("push", "-q", "origin", "main", at=clone)
    return done.status == 0, done.told


def test_r008_wherever_a_push_meets_the_end_of_the_disk_nothing_is_half_done(
    furnished: Furnished, small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A little more room each time: git's objects, the log of pushes, the branch's own file."""
    with opened(on_disk(furnished, small_disk), tmp_path / "home") as door:
        door.token("ann")
        clone = door.clone("clone", "ann")
        pushed = door.commit(clone, {"pushed.md": "# Pushed\n"})
        head = door.head()
        leave(small_disk, 0)
        status, problem = api(door, "PUT", "new", "My long text", If_None_Match="*")
        assert (status, problem["code"]) == (507, "StorageFull")
        assert "disk is full" in problem["detail"]
        came, told = push(door, clone)
        assert not came
        assert "remote: The server's disk is full" in told
        monkeypatch.setattr("wiki.services.git_access._ROOM_BYTES", 1)  # let git itself find out
        for pages in range(1, 60, 4):
            leave(small_disk, pages)
            came, told = push(door, clone)
            assert "Traceback" not in told
            assert door.ask("GET", f"/{SPACE}/people/Holidays")[0] == 200
            if came:
                break
            assert door.head() == head
            assert door.leftovers() == []
        assert 1 < pages < 57, told
        assert door.head() == pushed
        assert fsck(door.repository) == []
        assert dict(pushers(door.repository))[pushed] == "ann"
        (small_disk / "filler").unlink()
        assert put(door, "new", "My long text")[0] == 201
        assert catch_up(door.wiki).catalogue.page("pushed")


def test_r009_on_a_read_only_disk_all_may_come_in_and_nothing_else(
    furnished: Furnished, small_disk: Path, tmp_path: Path
) -> None:
    with opened(on_disk(furnished, small_disk), tmp_path / "home") as door:
        clone = door.clone("clone", "ann")
        door.commit(clone, {"pushed.md": "# Pushed\n"})
        head = door.head()
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        came, told = push(door, clone)
        assert not came
        assert "cannot write to its disk" in told, told
        status, problem = api(door, "PUT", "new", "My long text", If_None_Match="*")
        assert (status, problem["code"]) == (503, "StorageReadOnly")
        assert "cannot write to its disk" in problem["detail"]
        assert door.git("clone", "-q", door.url(), "other").status == 0
        assert api(door, "GET", "people/Holidays")[0] == 200
        assert door.head() == head
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        assert push(door, clone)[0]
        assert put(door, "new", "My long text")[0] == 201


def test_g046_r015_a_search_index_harmed_under_a_push_stops_no_push(door: Door) -> None:
    catch_up(door.wiki)
    clone = door.clone("clone", "ann")
    index = door.wiki.settings.wiki.search_index / SPACE
    for number, harm in enumerate((b"", b"\xff" * 3000)):
        pushed = door.commit(clone, {f"pushed{number}.md": f"# Pushed\n\nsnowflake{number}\n"})
        for file in index.rglob("*"):
            if file.is_file() and not file.name.endswith((".lock", "-shm")):
                file.write_bytes(harm)
        assert push(door, clone)[0]
        assert door.head() == pushed
        assert put(door, f"put{number}", "x")[0] == 201
        assert door.git("pull", "-q", "--rebase", "origin", "main", at=clone).status == 0
        catch_up(door.wiki)
        found = door.ask("GET", f"/{SPACE}/-/search?q=snowflake{number}")
        assert found[0] == 200
        assert f"pushed{number}".encode() in found[1]


def damaged(repository: Path, oid: str) -> Path:
    """Make garbage of a loose object."""
    file = repository / "objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(b"garbage")
    return file


def test_r017_one_damaged_page_stops_no_other_at_any_door(door: Door) -> None:
    clone = door.clone("clone", "ann")
    behind = door.clone("behind", "ann")
    page = git(door.repository, "rev-parse", "main:people/Holidays.md")
    damaged(door.repository, page)
    status, problem = api(door, "GET", "people/Holidays")
    assert (status, problem["code"]) == (500, "RepositoryDamaged")
    assert put(door, "README", "# Home\n\nStill here.\n")[0] == 200
    assert put(door, "new", "x")[0] == 201
    assert door.git("pull", "-q", "origin", "main", at=clone).status == 0
    door.commit(clone, {"places/Other.md": "# Other\n"})
    came, told = push(door, clone)
    assert came, told
    # git looks at every page of a folder that a push changes.
    head = door.head()
    door.commit(clone, {"people/Other.md": "# Other\n"})
    assert not push(door, clone)[0]
    assert door.head() == head
    # Who has a good copy puts it in its place; then all is as before.
    assert api(door, "DELETE", "people/Holidays", If_Match=f'"{page}"')[0] == 200
    assert put(door, "people/Holidays", "# New\n")[0] == 201
    assert api(door, "GET", "people/Holidays")[1]["text"] == "# New\n"
    door.commit(behind, {"people/More.md": "# More\n"})
    assert door.git("pull", "-q", "--rebase", "origin", "main", at=behind).status == 0
    came, told = push(door, behind)
    assert came, told


def test_r017_nothing_comes_in_on_top_of_a_damaged_version(door: Door) -> None:
    clone = door.clone("clone", "ann")
    door.commit(clone, {"people/Other.md": "# Other\n"})
    head = door.head()
    damaged(door.repository, git(door.repository, "rev-parse", "main^{tree}"))
    came, told = push(door, clone)
    assert not came
    assert "Traceback" not in told
    status, problem = api(door, "PUT", "new", "My long text", If_None_Match="*")
    assert (status, problem["code"]) == (500, "RepositoryDamaged")
    assert door.head() == head
    assert door.ask("GET", "/-/sign-in")[0] == 200


@pytest.mark.parametrize("harm", ["lost", "garbage"])
def test_r016_without_accounts_everybody_reads_and_every_token_says_why_not(
    door: Door, furnished: Furnished, harm: str
) -> None:
    clone = door.clone("clone", "ann")
    door.commit(clone, {"pushed.md": "# Pushed\n"})
    instance = door.wiki.settings.wiki.instance
    database = instance / "accounts.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    whole = database.read_bytes()
    ann = furnished.browser("ann")
    headers = {"X-CSRFToken": ann.get("/-/form-token").text, "Accept": "application/json"}
    furnished.wiki.accounts.close()
    door.wiki.accounts.close()
    for file in instance.glob("accounts*"):
        file.unlink()
    if harm == "garbage":
        database.write_bytes(b"\xff" * 9000)
    status, problem = api(door, "GET", "people/Holidays")
    assert (status, problem["code"]) == (503, "AccountsUnavailable")
    assert "All pages are safe" in problem["detail"]
    came, told = push(door, clone)
    assert not came
    assert "All pages are safe" in told or "503" in told, told
    status, answer, _ = door.ask(
        "GET", f"/{SPACE}.git/info/refs?service=git-receive-pack", Authorization=door.basic("ann")
    )
    assert status == 503
    assert b"All pages are safe" in answer
    typed = {"text": "My long text", "base": "", "writer": "w", "step": 1}
    for kept in (
        ann.client.put(f"/{SPACE}/-/drafts/README", json=typed, headers=headers),
        ann.get("/-/drafts"),
    ):
        assert kept.status_code == 503
        assert "All pages are safe" in kept.text
    # Whoever brings no token reads on.
    assert door.git("clone", "-q", door.url(), "anonymous").status == 0
    for address in (f"/{SPACE}/people/Holidays", PAGES + "/people/Holidays", "/-/spaces"):
        assert door.ask("GET", address)[0] == 200
    for file in instance.glob("accounts*"):
        file.unlink()
    database.write_bytes(whole)
    came, told = push(door, clone)
    assert came, told


def test_r016_a_locked_database_of_accounts_lets_tokens_in(door: Door) -> None:
    """Somebody's backup holds it: reading goes on, and noting a token's last use is no reason to wait."""
    clone = door.clone("clone", "ann")
    door.commit(clone, {"pushed.md": "# Pushed\n"})
    database = sqlite3.connect(door.wiki.settings.wiki.instance / "accounts.sqlite3")
    with contextlib.closing(database):
        database.execute("update tokens set used_at = 0")
        database.commit()
        database.execute("begin exclusive")
        for _ in range(3):
            status, problem = api(door, "GET", "people/Holidays")
            assert status == 200, problem
        assert door.git("fetch", "-q", at=clone).status == 0
        assert door.git("clone", "-q", door.url(), "anonymous").status == 0
    came, told = push(door, clone)
    assert came, told


def test_r029_what_came_in_past_all_doors_is_shown_at_once_and_followed(door: Door) -> None:
    """Somebody with a shell on the server, and git's plumbing: no hook of ours runs."""
    catch_up(door.wiki)
    repository = door.repository
    who = ["-c", "user.name=Op", "-c", "user.email=op@x.org"]
    source = door.home / "page"
    source.write_text("# Direct\n\nsnowflake\n")
    blob = git(repository, "hash-object", "-w", str(source))
    index = {"GIT_INDEX_FILE": str(door.home / "index"), **os.environ}
    for command in (["read-tree", "main"], ["update-index", "--add", "--cacheinfo", f"100644,{blob},Direct.md"]):  # fmt: skip
        subprocess.run(["git", "-C", str(repository), *command], env=index, check=True)
    tree = subprocess.run(
        ["git", "-C", str(repository), "write-tree"], env=index, check=True, capture_output=True, text=True
    ).stdout.strip()  # fmt: skip
    new = git(repository, *who, "commit-tree", tree, "-p", "main", "-m", "Direct")
    git(repository, "update-ref", "refs/heads/main", new)
    assert door.ask("GET", f"/{SPACE}/Direct")[0] == 200
    assert api(door, "GET", "Direct")[1]["head"] == new
    assert door.git("ls-remote", door.url(), "main").told.split()[0] == new
    assert put(door, "after", "x")[0] == 201
    space = catch_up(door.wiki)
    assert space.catalogue.page("Direct")
    assert b"Direct" in door.ask("GET", f"/{SPACE}/-/search?q=snowflake")[1]


def test_r004_a_lock_that_a_killed_git_left_on_the_branch_stops_no_push(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody saves in a browser meanwhile, which would clear it."""
    monkeypatch.setattr("wiki.git.locking.STALE_SECONDS", 0.3)
    clone = door.clone("clone", "ann")
    pushed = door.commit(clone, {"pushed.md": "# Pushed\n"})
    lock = door.repository / "refs/heads/main.lock"
    lock.write_text("")
    time.sleep(0.4)
    came, told = push(door, clone)
    assert came, told
    assert door.head() == pushed
    assert not lock.exists()


def test_r005_a_power_cut_right_after_a_push_was_answered_loses_nothing(
    furnished: Furnished, power: PowerCut, tmp_path: Path
) -> None:
    furnished.wiki.close()
    folder = furnished.wiki.settings.wiki.content.parent
    shutil.copytree(folder, power.place / "wiki")
    subprocess.run(["sync", "-f", str(power.place)], check=True)
    with opened(power.place / "wiki", tmp_path / "home") as door:
        clone = door.clone("clone", "ann")
        for number in range(3):
            pushed = door.commit(clone, {f"n{number}/pushed.md": "# Pushed\n"})
            assert push(door, clone)[0]
            path = power.cut() / "wiki/content" / f"{SPACE}.git"
            assert git(path, "rev-parse", "main") == pushed
            assert f"n{number}/pushed" in names_at_head(path)
            assert dict(pushers(path))[pushed] == "ann"
            assert fsck(path) == []
