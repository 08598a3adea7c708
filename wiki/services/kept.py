"""Keeping a few values that cost time to make."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class Kept:
    """Values that cost time, a few at once: the least used goes first. Safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[object, object] = OrderedDict()
        self._making: dict[object, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: object, make: Callable[[], _T]) -> _T:
        """The value under a key, made now if it is not there; no two threads make the same."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            try:
                found = self._find(key)
                value = make() if found is None else found
                with self._lock:
                    self._values[key] = value
                    while len(self._values) > self._most:
                        self._values.popitem(last=False)
            finally:  # what cannot be made (a folder that is none, say) leaves nothing behind
                with self._lock:
                    self._making.pop(key, None)
        return value  # type: ignore[return-value] # a key has one kind of value

    def _find(self, key: object) -> object | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)
