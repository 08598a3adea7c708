"""How much a client may send where, and that git's requests keep no page waiting."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cases.plain_git import git
from tests.web.conftest import Furnished
from tests.web.git_clients import PUSH_TYPE, Door, children, listening, packet
from wiki.config import Server
from wiki.services import git_access
from wiki.services.wiki import Wiki
from wiki.web import channels
from wiki.web.app import create_app

BIG = 4_000_000


@pytest.fixture
def door(furnished: Furnished, tmp_path: Path) -> Iterator[Door]:
    """A wiki with two threads, so one for git; a push may be larger than any other request."""
    limits = replace(
        furnished.wiki.settings.limits,
        page_bytes=1_000_000, attachment_bytes=20_000_000, request_bytes=2_000_000, push_bytes=60_000_000,
    )  # fmt: skip
    settings = replace(furnished.wiki.settings, server=Server(port=0, threads=2), limits=limits)
    wiki = Wiki(settings)
    try:
        with listening(create_app(wiki), wiki, tmp_path / "home") as found:
            yield found
    finally:
        wiki.close()


def test_only_a_push_with_a_token_may_be_large(door: Door) -> None:
    body, signed = b"0000" + bytes(4_000_000), door.basic("ann")
    for path, authorization, status in (
        ("/handbook.git/git-receive-pack", signed, 200),
        ("/handbook.git/git-receive-pack", "", 413),
        ("/handbook.git/git-upload-pack", signed, 413),
        ("/handbook/-/new", signed, 413),
    ):
        given = {"Authorization": authorization} if authorization else {}
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            assert door.ask("POST", path, body, Content_Type=PUSH_TYPE, **given)[0] == status, path


def test_only_so_many_large_pushes_come_in_at_once(
    furnished: Furnished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "MOST_LARGE", 2)
    limits = replace(furnished.wiki.settings.limits, request_bytes=100_000, attachment_bytes=90_000)
    settings = replace(furnished.wiki.settings, server=Server(port=0, threads=2), limits=limits)
    wiki = Wiki(settings)
    try:
        with listening(create_app(wiki), wiki, tmp_path / "home") as door:
            held = [dawdling_push(door, b"0000" + bytes(150_000)) for _ in range(2)]

            def answers() -> int:
                try:
                    return door.ask(
                        "POST", "/handbook.git/git-receive-pack", b"0000" + bytes(150_000),
                        Content_Type=PUSH_TYPE, Authorization=door.basic("ann"),
                    )[0]  # fmt: skip
                except OSError:
                    return 0

            assert eventually(lambda: answers() == 503)
            for connection in held:
                connection.close()
            assert eventually(lambda: answers() == 200)
    finally:
        wiki.close()


def resident(field: str) -> int:
    """A line of this process' memory, in bytes."""
    text = Path("/proc/self/status").read_text()
    return int(text.split(f"{field}:", 1)[1].split(None, 1)[0]) * 1000


def test_memory_does_not_grow_with_what_is_pushed_and_cloned(door: Door) -> None:
    clone = door.clone("a", "ann")
    door.git("config", "core.compression", "0", at=clone)
    for number in range(3):
        (clone / f"{number}.bin").write_bytes(os.urandom(BIG))
    made = door.commit(clone, {"Tea.md": "# Tea\n"})
    door.ask("GET", "/handbook/")
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    before = resident("VmHWM")
    pushed = door.git("push", "-q", at=clone, **{"http.postBuffer": "100000"})
    assert pushed.status == 0, pushed.told
    assert door.head() == made
    again = door.clone("b")
    assert resident("VmHWM") - before < BIG
    assert (again / "2.bin").read_bytes() == (clone / "2.bin").read_bytes()


def test_g036_clones_that_dawdle_and_clones_that_wait_keep_no_page_waiting(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    (entered, leave) = (threading.Event(), threading.Event())
    real = git_access.fetch

    def slow(*arguments: object) -> None:
        entered.set()
        leave.wait(300)
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(git_access, "fetch", slow)
    ends: list[int] = []
    cloning = [
        threading.Thread(target=lambda n=n: ends.append(door.git("clone", door.url(), f"c{n}").status))
        for n in range(4)
    ]  # fmt: skip
    for thread in cloning:
        thread.start()
    try:
        assert entered.wait(60)
        slow_pushes = [dawdling_push(door) for _ in range(8)]
        for _ in range(10):
            assert door.ask("GET", "/handbook/people/Holidays")[0] == 200
        assert ends == []
    finally:
        leave.set()
        for thread in cloning:
            thread.join()
    assert ends == [0, 0, 0, 0]
    for connection in slow_pushes:
        connection.close()


def dawdling_push(door: Door, body: bytes = b"00") -> socket.socket:
    """A push of which only the beginning comes."""
    connection = socket.create_connection(("127.0.0.1", door.port), timeout=60)
    connection.sendall(
        b"POST /handbook.git/git-receive-pack HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
        b"Content-Type: " + PUSH_TYPE.encode() + b"\r\nAuthorization: "
        + door.basic("ann").encode() + b"\r\n\r\n" + body
    )  # fmt: skip
    return connection


def test_too_long_a_line_is_told_to_come_back(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "MOST_WAITING", 0)
    status, text, headers = door.ask("GET", "/handbook.git/info/refs?service=git-upload-pack")
    assert status == 503
    assert b"Try again" in text
    assert headers["Retry-After"] == "10"
    monkeypatch.setattr(channels, "MOST_WAITING", 9)
    monkeypatch.setattr(channels, "WAIT_SECONDS", -1)
    assert door.ask("GET", "/handbook.git/info/refs?service=git-upload-pack")[0] == 503
    assert door.ask("GET", "/handbook/")[0] == 200


def open_files() -> int:
    """How many of this process' open files have no name any more."""
    names = []
    for file in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            names.append(str(file.readlink()))
    return sum("(deleted)" in name for name in names)


def eventually(condition: object, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_g037_clients_that_hang_up_leave_no_process_and_no_file(door: Door) -> None:
    clone = door.clone("a")
    (clone / "x.bin").write_bytes(os.urandom(700_000))
    made, head = door.commit(clone, {"x.md": "x\n"}), door.head()
    line = f"{head} {made} refs/heads/main\0 report-status agent=x\n".encode()
    body = packet(line) + b"0000PACK" + os.urandom(600_000)
    door.ask("GET", "/handbook/")
    files, processes = open_files(), children()
    for _ in range(20):
        dawdling_push(door, body).close()
    want = packet(f"want {head} agent=x\n".encode()) + b"0000" + packet(b"done\n")
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", door.port), timeout=60) as connection:
            connection.sendall(
                b"POST /handbook.git/git-upload-pack HTTP/1.1\r\nHost: x\r\nContent-Type: "
                b"application/x-git-upload-pack-request\r\nContent-Length: %d\r\n\r\n"
                % len(want)
                + want
            )
    assert eventually(lambda: open_files() <= files)
    assert eventually(lambda: children() <= processes)
    assert door.head() == head
    assert door.leftovers() == []
    assert git(door.repository, "fsck", "--strict") == ""


def test_a_clone_nobody_waits_for_is_given_up(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """git hangs (here: for ever); its client goes; git is ended and the thread is free."""
    script = door.home / "git"
    script.write_text('#!/bin/sh\ncase "$*" in *upload-pack*) exec sleep 60;; esac\n')
    script.chmod(0o755)
    processes = children()
    monkeypatch.setenv("PATH", f"{door.home}:{os.environ['PATH']}")
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as connection:
        connection.sendall(
            b"POST /handbook.git/git-upload-pack HTTP/1.1\r\nHost: x\r\nContent-Type: "
            b"application/x-git-upload-pack-request\r\nContent-Length: 4\r\n\r\n0000"
        )
        assert eventually(lambda: children() - processes)
    assert eventually(lambda: children() <= processes)
