"""What a push, the machine and an operator can do to a repository."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import textwrap
import threading
import time
from pathlib import Path

import pytest

from tests.cases.crawling import look
from tests.cases.plain_git import git, names_at_head
from tests.conftest import catch_up
from tests.web.conftest import Furnished
from tests.web.people import Browser, settings_in
from wiki.git import create, fsck
from wiki.services.pages import save_page
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

SPACE = "handbook"


def test_g020_g021_a_push_can_neither_rewrite_nor_delete(
    furnished: Furnished, tmp_path: Path
) -> None:
    path = furnished.wiki.repository_path(SPACE)
    mirror = furnished.wiki.repository_path("mirror")
    subprocess.run(["git", "clone", "-q", "--mirror", str(path), str(mirror)], check=True)
    for space, bare in ((SPACE, path), ("mirror", mirror)):
        furnished.wiki.open(space).repository.recover()  # as the server does at its start
        clone = tmp_path / space
        subprocess.run(["git", "clone", "-q", str(bare), str(clone)], check=True)
        base = git(clone, "rev-parse", "HEAD")
        answer = furnished.browser("ann").submit(f"/{space}/-/new", name="web", text="x", base="")
        assert answer.status_code == 303, answer.text[answer.text.find("<main") :][:900]
        head = git(bare, "rev-parse", "main")
        who = ["-c", "user.name=x", "-c", "user.email=x@x"]
        git(clone, *who, "commit", "-q", "--allow-empty", "--amend", "-m", "rewritten")
        git(clone, "checkout", "-q", "--orphan", "root")
        git(clone, *who, "commit", "-q", "--allow-empty", "-m", "unrelated")
        for refspec in (
            "main:main",
            "+main:main",
            ":main",
            "root:main",
            "+root:main",
            f"+{base}:main",
        ):
            done = subprocess.run(
                ["git", "-C", str(clone), "push", "--force", "origin", refspec],
                capture_output=True, text=True,
            )  # fmt: skip
            assert done.returncode != 0, (space, refspec)
            assert git(bare, "rev-parse", "main") == head
        assert "web" in names_at_head(bare)


PUSHED_TREES = {
    "g001 .git": ("040000", ".git"),
    "g002 ..": ("040000", ".."),
    "g002 .": ("040000", "."),
}


def test_g001_g002_the_worst_names_are_refused_at_a_push(
    furnished: Furnished, tmp_path: Path
) -> None:
    from tests.cases.planting import Planter

    path = furnished.wiki.repository_path(SPACE)
    head = git(path, "rev-parse", "main")
    source = tmp_path / "source.git"
    create(source)
    shutil.copytree(path / "objects", source / "objects", dirs_exist_ok=True)
    planter = Planter(source)
    for label, (mode, name) in PUSHED_TREES.items():
        folder = planter.files({b"config": b"x"})
        tree = planter.tree([(mode.lstrip("0").encode(), name.encode(), folder)])
        planter.move(planter.commit(tree, [head]), "evil")
        done = subprocess.run(
            ["git", "-C", str(source), "push", str(path), "evil:main"], capture_output=True
        )
        assert done.returncode != 0, label
        assert git(path, "rev-parse", "main") == head
        assert not list((path / "objects").glob("*incoming*"))


def test_g041_no_configuration_of_the_machine_runs_anything(
    furnished: Furnished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "PWNED"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    home = tmp_path / "home"
    hooks = furnished.wiki.repository_path(SPACE) / "hooks"
    for folder in (home, hooks):
        folder.mkdir(exist_ok=True)
    evil = textwrap.dedent(f"""\
        [core]
        \thooksPath = {hooks}
        \tfsmonitor = {program}
        \tpager = {program}
        \teditor = {program}
        \talternateRefsCommand = {program}
        [include]
        \tpath = {home}/more
        [diff]
        \texternal = {program}
        [gpg]
        \tprogram = {program}
        [commit]
        \tgpgSign = true
        [uploadpack]
        \tpackObjectsHook = {program}
        """)
    (home / ".gitconfig").write_text(evil)
    (home / "more").write_text(evil)
    for hook in ("update", "post-update", "reference-transaction", "post-commit", "pre-auto-gc"):
        shutil.copy(program, hooks / hook)
    for key, value in {
        "HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / "more"), "GIT_EXTERNAL_DIFF": str(program),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": str(hooks),
        "GIT_SSH": str(program), "GIT_PAGER": str(program), "GIT_EXEC_PATH": str(tmp_path),
        "GIT_DIR": str(tmp_path), "GIT_OBJECT_DIRECTORY": str(tmp_path), "GIT_TRACE": str(marker),
        "GIT_AUTHOR_NAME": "Evil", "GIT_INDEX_FILE": str(tmp_path / "index"), "GIT_TEMPLATE_DIR": str(home),
    }.items():  # fmt: skip
        monkeypatch.setenv(key, value)
    git_config = furnished.wiki.repository_path(SPACE) / "config"
    git_config.write_text(
        git_config.read_text() + f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = {program}\n"
    )
    browser = furnished.browser("ann")
    assert browser.submit(f"/{SPACE}/-/new", name="new", text="x", base="").status_code == 303
    space = catch_up(furnished.wiki)
    for address in (
        "/people/Holidays",
        "/-/biography/people/Holidays",
        "/-/diff/new",
        "/-/history",
    ):
        look(browser, f"/{SPACE}{address}")
    space.repository.tidy()
    space.repository.recover()
    fsck(space.repository.path)
    assert not marker.exists()
    (tmp_path / "made.git").mkdir()
    create(tmp_path / "made.git")
    assert not (tmp_path / "made.git" / "more").exists()


def test_r019_a_backup_taken_while_people_write_is_a_wiki(
    furnished: Furnished, tmp_path: Path
) -> None:
    """The commands of docs/operating.md."""
    folder = furnished.wiki.settings.wiki.content.parent
    path = furnished.wiki.repository_path(SPACE)
    backup = tmp_path / "backup"
    (backup / "content").mkdir(parents=True)
    (backup / "instance").mkdir(mode=0o700)
    stop, acknowledged = threading.Event(), []
    viewer = furnished.wiki.accounts.account("ann").viewer

    def write() -> None:
        number = 0
        while not stop.is_set():
            save_page(furnished.wiki, viewer, SPACE, f"n{number}", "x", "")
            acknowledged.append(f"n{number}")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(acknowledged) < 5:
            time.sleep(0.005)
        before = list(acknowledged)
        mirror = backup / "content" / path.name
        subprocess.run(
            ["git", "clone", "-q", "--mirror", "--no-hardlinks", str(path), str(mirror)], check=True
        )
        git(mirror, "remote", "update", "--prune")
        source = sqlite3.connect(folder / "instance/accounts.sqlite3")
        target = sqlite3.connect(backup / "instance/accounts.sqlite3")
        source.backup(target)
        for connection in (source, target):
            connection.close()
        shutil.copy2(folder / "instance/secret-key", backup / "instance/secret-key")
    finally:
        stop.set()
        writer.join()
    furnished.wiki.close()
    restored = Wiki(settings_in(backup))
    try:
        assert fsck(mirror) == ()
        assert set(before) <= names_at_head(mirror)
        space = catch_up(restored, SPACE)
        assert space.catalogue.page("n0")
        browser = Browser(create_app(restored, testing=True))
        browser.plant(furnished.cookies["ann"])  # the key is the same, so people stay signed in
        assert browser.is_signed_in
        assert browser.get(f"/{SPACE}/people/Holidays").status_code == 200
        assert browser.get(f"/{SPACE}/-/search?q=holidays").status_code == 200
        assert browser.submit(f"/{SPACE}/-/new", name="new", text="x", base="").status_code == 303
    finally:
        restored.close()
