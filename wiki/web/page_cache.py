"""Finished pages, kept as the bytes that were sent: most views of a wiki are of what was just seen.

A kept page is good while the space's branch has not moved (one small file is read to know) and
nothing about the reader has changed; and only for a short time, because pages say “3 hours ago”.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b

MAX_BYTES = 32_000_000
SECONDS = 120.0
UNSETTLED_SECONDS = 2.0
"""How long a page is kept whose surroundings (who links here) are still being worked out."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A response's body, its ETag, and the head and time until which it is good.

    ``headers`` are those it was sent with, where it may be sent again without asking the application.
    """

    body: bytes
    etag: str
    head: str
    until: float
    headers: tuple[tuple[str, str], ...] = ()


Key = tuple[str, ...]


class PageCache:
    """Least recently used pages go first; safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, KeptPage] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Key, head: str | None) -> KeptPage | None:
        """The page, if it is known and still good."""
        kept = self._kept.get(key)
        if kept is None or kept.head != head or kept.until < time.monotonic():
            return None
        return kept

    def knows(self, key: Key) -> bool:
        """Whether anything is kept under the key, good or not."""
        return key in self._kept

    def put(self, key: Key, head: str, body: bytes, seconds: float = SECONDS) -> KeptPage:
        """Keep a page for so long."""
        kept = KeptPage(body, etag_of(body), head, time.monotonic() + seconds)
        self.keep(key, kept)
        return kept

    def keep(self, key: Key, kept: KeptPage) -> None:
        """Keep what was kept elsewhere under this key too."""
        body = kept.body
        if len(body) > MAX_BYTES // 8:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += len(body) - (len(old.body) if old else 0)
            self._kept[key] = kept
            while self._size > MAX_BYTES:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.body)


def etag_of(body: bytes) -> str:
    """What changes when the body does."""
    return blake2b(body, digest_size=12).hexdigest()
