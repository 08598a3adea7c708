"""Values that cost time and are not always wanted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """A value made when it is first asked for, once. Safe between threads."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._lock = threading.Lock()
        self._found: T

    def __call__(self) -> T:
        with self._lock:
            if self._make is not None:
                self._found = self._make()
                self._make = None
            return self._found
