"""Clients that hold a connection and say nothing, or hardly anything, are let go."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

import pytest

from tests.web.git_clients import Door
from wiki.web import patience
from wiki.web.patience import LEAST_BYTES, SCARCE_SECONDS, SECONDS, Patience, Saying


@dataclass
class Line:
    """A connection whose client last said something at 0."""

    saying: Saying = field(default_factory=lambda: Saying(0.0))
    is_owed: bool = False
    will_close: bool = False


def after(seconds: float, *lines: Line, most: int = 100) -> list[bool]:
    now = 0.0
    waiting = Patience(most, clock=lambda: now)
    now = seconds
    waiting.look(lines)
    return [line.will_close for line in lines]


def half(size: int = 1) -> Line:
    line = Line()
    line.saying.hear(size, 0.0, is_unfinished=True)
    return line


def test_g036_half_a_request_is_waited_for_by_its_size() -> None:
    assert after(SECONDS - 1, half(), half(10 * LEAST_BYTES)) == [False, False]
    assert after(SECONDS + 9, half(), half(10 * LEAST_BYTES)) == [True, False]
    assert after(SECONDS + 11, half(10 * LEAST_BYTES)) == [True]


def test_g036_one_byte_now_and_then_is_no_request() -> None:
    line = half()
    for second in range(1, 60):
        line.saying.hear(1, float(second), is_unfinished=True)
    assert after(SECONDS + 30, line) == [True]
    line.saying.hear(1, 60.0, is_unfinished=False)
    line.saying.hear(1, 100.0, is_unfinished=True)
    line.will_close = False
    assert after(101.0, line) == [False]


def test_g036_whoever_says_nothing_makes_room_when_there_is_none() -> None:
    quiet, owed = Line(), Line(is_owed=True)
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
