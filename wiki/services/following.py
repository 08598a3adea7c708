"""Noticing by itself what was pushed into a repository, and taking up what a crash left behind.

One process of the server calls ``tick`` all the time; it costs one small file read per space.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from wiki.errors import StrataError
from wiki.services.wiki import Wiki

RETRY_SECONDS = 30.0

_log = structlog.get_logger("strata.follow")


class Following:
    """Follows the heads of all spaces; keeps in memory only which head was followed last."""

    def __init__(self, wiki: Wiki, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._wiki, self._clock = wiki, clock
        self._followed: dict[str, str | None] = {}
        self._retry_at: dict[str, float] = {}

    def tick(self) -> int:
        """Follow every space whose head moved since; how many were followed.

        A space that cannot be followed is logged, left alone for a while, and keeps nobody else up.
        """
        names = self._wiki.space_names()
        for gone in self._followed.keys() - set(names):
            del self._followed[gone]
            self._wiki.forget(gone)
        return sum(self._follow(name) for name in names)

    def _follow(self, name: str) -> bool:
        if self._clock() < self._retry_at.get(name, 0.0):
            return False
        try:
            space = self._wiki.open(name)
            head = space.repository.head()
            if name in self._followed and self._followed[name] == head:
                return False
            # Another process may be following: then this one looks again at the next tick.
            if space.follower.follow():
                self._followed[name] = head
                _log.info("followed", space=name, head=head)
                return True
        except (StrataError, OSError) as error:
            self._put_off(name, str(error))
        except Exception:  # noqa: BLE001 - a fault in one space must not stop the others
            _log.exception("following failed", space=name)
            self._put_off(name, "a fault of the wiki")
        return False

    def _put_off(self, name: str, reason: str) -> None:
        _log.error("not followed", space=name, error=reason, retry_seconds=RETRY_SECONDS)
        self._retry_at[name] = self._clock() + RETRY_SECONDS
