"""Clients that hold a connection and say nothing, or hardly anything, are let go."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from tests.conftest import add_pages
from tests.web.git_clients import Door
from wiki.web import patience
from wiki.web.patience import (
    LEAST_BYTES,
    SCARCE_SECONDS,
    SECONDS,
    Connection,
    Patience,
    Saying,
)


@dataclass
class Line:
    """A connection whose client last said something at 0."""

    awaited: Saying | None = field(default_factory=lambda: Saying(0.0))
    will_close: bool = False


def after(seconds: float, *lines: Line, most: int = 100) -> list[bool]:
    now = 0.0
    waiting = Patience(most, clock=lambda: now)
    now = seconds
    waiting.look(lines)
    return [line.will_close for line in lines]


def half(size: int = 1) -> Line:
    said = Saying(0.0)
    said.hear(size, 0.0, is_unfinished=True)
    return Line(said)


def test_g036_half_a_request_is_waited_for_by_its_size() -> None:
    assert after(SECONDS - 1, half(), half(10 * LEAST_BYTES)) == [False, False]
    assert after(SECONDS + 9, half(), half(10 * LEAST_BYTES)) == [True, False]
    assert after(SECONDS + 11, half(10 * LEAST_BYTES)) == [True]


def test_g036_one_byte_now_and_then_is_no_request() -> None:
    said = Saying(0.0)
    for second in range(60):
        said.hear(1, float(second), is_unfinished=True)
    assert after(SECONDS + 30, Line(said)) == [True]
    said.hear(1, 60.0, is_unfinished=False)
    said.hear(1, 100.0, is_unfinished=True)
    assert after(101.0, Line(said)) == [False]


def test_g036_whoever_says_nothing_makes_room_when_there_is_none() -> None:
    quiet, owed = Line(), Line(None)
    assert after(1000.0, quiet) == [False], "a browser may keep its connection; waitress ends it"
    assert after(SCARCE_SECONDS + 1, quiet, owed, half(), most=3) == [True, False, True]


def test_g036_a_real_connection_is_let_go_and_others_are_not(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.0)
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as dawdling:
        dawdling.sendall(b"POST /handbook.git/git-receive-pack HTTP/1.1\r\nHost: x\r\n")
        assert dawdling.recv(1) == b""
    assert door.ask("GET", "/handbook/")[0] == 200


def test_g036_whoever_does_not_take_an_answer_is_let_go(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.0)
    monkeypatch.setattr(patience, "LEAST_BYTES", 1 << 40)
    let_go, look = threading.Event(), Patience.look

    def watched(self: Patience, connections: Collection[Connection]) -> None:
        look(self, connections)
        if any(each.will_close for each in connections):
            let_go.set()

    monkeypatch.setattr(Patience, "look", watched)
    add_pages(door.wiki, "handbook", {"large.txt": bytes(30_000_000)})
    ask = b"GET /handbook/-/file/large.txt HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.socket() as dawdling:
        dawdling.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        dawdling.settimeout(60)
        dawdling.connect(("127.0.0.1", door.port))
        dawdling.sendall(ask)
        assert let_go.wait(60)
        assert taken(dawdling) < 30_000_000


def taken(connection: socket.socket) -> int:
    size = 0
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(1 << 20):
            size += len(part)
    return size
