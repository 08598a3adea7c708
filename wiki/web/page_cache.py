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


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A response's body, its ETag, and the head and time until which it is good."""

    body: bytes
    etag: str
    head: str
    until: float


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

    def put(self, key: Key, head: str, body: bytes) -> KeptPage:
        """Keep a page."""
        kept = KeptPage(body, etag_of(body), head, time.monotonic() + SECONDS)
        if len(body) > MAX_BYTES // 8:
            return kept
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += len(body) - (len(old.body) if old else 0)
            self._kept[key] = kept
            while self._size > MAX_BYTES:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.body)
        return kept


def etag_of(body: bytes) -> str:
    """What changes when the body does."""
    return blake2b(body, digest_size=12).hexdigest()
