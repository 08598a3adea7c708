"""Whose connection is let go: a client that takes too long to say what it wants.

A request is whole before a thread looks at it, so slow clients cost no thread. But each holds a connection,
and there are only so many: whoever opens them all and says nothing would keep everybody else out.
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
    """What a client is saying: since when (in seconds of the monotonic clock), how much of it came, and whether
    it has said it all.
    """

    since: float
    got: int = 0
    is_unfinished: bool = False

    def hear(self, size: int, now: float, *, is_unfinished: bool) -> None:
        """So many bytes came; is there more to come of the same request?"""
        if not self.is_unfinished:
            self.since, self.got = now, 0
        self.got, self.is_unfinished = self.got + size, is_unfinished

    def takes_longer(self, now: float, seconds: float) -> bool:
        """Whether it takes longer than these, and than what came of it may take."""
        return now - self.since > seconds + self.got / LEAST_BYTES


class Connection(Protocol):
    """What is asked of waitress's channels."""

    saying: Saying
    will_close: bool

    @property
    def is_owed(self) -> bool:
        """Whether it waits for us: for an answer, or for the rest of one."""


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
            if each.is_owed or not (is_scarce or each.saying.is_unfinished):
                continue
            if each.saying.takes_longer(now, SCARCE_SECONDS if is_scarce else SECONDS):
                each.will_close = True
