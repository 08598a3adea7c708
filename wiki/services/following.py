"""Noticing by itself what was pushed into a repository, and taking up what a crash left behind.

One process of the server calls ``tick`` all the time; it costs one small file read per space.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from wiki.errors import StrataError
from wiki.services.space import Space
from wiki.services.wiki import Wiki

FIRST_RETRY_SECONDS = 0.5
LAST_RETRY_SECONDS = 30.0
RECHECK_SECONDS = 10.0
"""So often a space that stands still is looked at: its projections may have been deleted or damaged."""
TIDY_SECONDS = 3600.0

_log = structlog.get_logger("strata.follow")


@dataclass(frozen=True, slots=True)
class _Known:
    """What became of the head that was seen last: followed, or to be tried again at a time."""

    head: str | None
    followed: bool
    tries: int = 0
    retry_at: float = 0.0


class Following:
    """Follows the heads of all spaces; keeps in memory only which head was followed last."""

    def __init__(self, wiki: Wiki, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._wiki, self._clock = wiki, clock
        self._known: dict[str, _Known] = {}
        self._tidied: dict[str, float] = {}
        self._alone_until: dict[str, float] = {}
        self._drop_next = clock() + TIDY_SECONDS

    def tick(self) -> int:
        """Follow every space whose head moved since; how many were followed.

        A space that cannot be followed is left alone for a while, ever longer, and keeps nobody
        else up.
        """
        names = self._wiki.space_names()
        for gone in self._known.keys() - set(names):
            del self._known[gone]
            self._alone_until.pop(gone, None)
            self._wiki.forget(gone)
        self._pack_alone(names)
        self._drop_what_is_old()
        return sum(self._follow(name) for name in names)

    def _pack_alone(self, names: Sequence[str]) -> None:
        """Before anything that takes time: whoever writes is in danger of others' packing from the start."""
        for name in names:
            if self._clock() < self._alone_until.get(name, 0.0):
                continue
            self._alone_until[name] = self._clock() + TIDY_SECONDS
            with suppress(StrataError, OSError):
                self._wiki.open(name).repository.pack_alone()

    def _follow(self, name: str) -> bool:
        known = self._known.get(name, _Known("", followed=False))
        head: str | None = ""
        try:
            space = self._wiki.open(name)
            head = space.repository.head()
            if head == known.head and self._clock() < known.retry_at:
                return False
            followed = space.follower.follow()
            self._keep_clean(space)
        except (StrataError, OSError) as error:
            followed = False
            _log.error("not followed", space=name, error=str(error))
        stood_still = head == known.head
        self._note(name, head, followed, 1 if followed or not stood_still else known.tries + 1)
        return followed and not (stood_still and known.followed)

    def _keep_clean(self, space: Space) -> None:
        """At first sight and then now and then after changes: clear what was left, pack objects."""
        last = self._tidied.get(space.name)
        if last is not None and self._clock() - last < TIDY_SECONDS:
            return
        self._tidied[space.name] = self._clock()
        space.repository.recover()
        # Packing takes seconds in a large space; pushes into others are noticed meanwhile.
        threading.Thread(target=space.repository.tidy, daemon=True).start()

    def _drop_what_is_old(self) -> None:
        if self._clock() < self._drop_next:
            return
        self._drop_next = self._clock() + TIDY_SECONDS
        try:
            self._wiki.drafts.tidy()
            self._wiki.looks.tidy()
        except StrataError as error:
            _log.error("old drafts and looks not dropped", error=str(error))

    def _note(self, name: str, head: str | None, followed: bool, tries: int) -> None:
        known = self._known.get(name)
        if followed and (known is None or not known.followed or known.head != head):
            _log.info("followed", space=name, head=head)
        pause = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(tries - 1, 10))
        if followed:
            pause = RECHECK_SECONDS
        self._known[name] = _Known(head, followed, tries, self._clock() + pause)
