"""Whose connection is let go: a client that takes too long to say what it wants, or to take what it asked for.

A request is whole before a thread looks at it and an answer is whole before it is sent, so slow clients cost no
thread. But each holds a connection, of which there are only so many, and an answer may be a file as large as a
space: whoever opens them all and hardly says or takes anything would keep everybody else out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

SECONDS = 30.0
"""What any request may take; a larger one has more time by what has come of it."""

LEAST_BYTES = 500
"""A second, once those are over: less than the slowest telephone sends."""

SCARCE_SECONDS = 5.0
SCARCE = 0.75
"""Of all connections: when so many are in use, one that waits for nothing but its client goes sooner."""


@dataclass(slots=True)
class Saying:
    """What a client is saying, or taking: since when (in seconds of the monotonic clock), how many bytes of it so
    far, and whether that is not all.
    """

    since: float
    got: int = 0
    is_unfinished: bool = False

    def hear(self, size: int, now: float, *, is_unfinished: bool) -> None:
        """So many more bytes; is there more to come of the same request or answer?"""
        if not self.is_unfinished:
            self.since, self.got = now, 0
        self.got, self.is_unfinished = self.got + size, is_unfinished

    def takes_longer(self, now: float, seconds: float) -> bool:
        """Whether it takes longer than these, and than what came of it may take."""
        return now - self.since > seconds + self.got / LEAST_BYTES


class Connection(Protocol):
    """What is asked of waitress's channels."""

    will_close: bool

    @property
    def awaited(self) -> Saying | None:
        """What the client is at; None if it waits for us."""


class Patience:
    """Looks at all connections now and then.

    Args:
        most: how many connections there may be.
    """

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._looked = clock()

    def look(self, connections: Collection[Connection]) -> None:
        """Let go of those that take too long; at most once a second."""
        now = self._clock()
        if now - self._looked < 1.0:
            return
        self._looked = now
        is_scarce = len(connections) > self._most * SCARCE
        for each in connections:
            awaited = each.awaited
            if awaited is None or not (is_scarce or awaited.is_unfinished):
                continue
            if awaited.takes_longer(now, SCARCE_SECONDS if is_scarce else SECONDS):
                each.will_close = True
