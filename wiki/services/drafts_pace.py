"""How fast one account may send drafts: an editor sends one a second at most, a flood is refused."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable

from wiki.errors import TooManyAttempts

AT_ONCE = 60.0
PER_SECOND = 1.5
"""Several tabs may type at the same time; each sends at most once a second."""

BYTES_A_TURN = 50_000
_ACCOUNTS = 10_000


class Pace:
    """Turns that accounts have left, in this process; large texts take more than one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def enter(self, account: str, size: int) -> None:
        """Take a turn for a text of so many bytes.

        Raises:
            TooManyAttempts: with the seconds to wait.
        """
        now, price = self._clock(), min(AT_ONCE, 1 + size / BYTES_A_TURN)
        with self._lock:
            left, at = self._left.pop(account, (AT_ONCE, now))
            left = min(AT_ONCE, left + max(0.0, now - at) * PER_SECOND)
            enough = left >= price
            self._left[account] = (left - price if enough else left, now)
            if len(self._left) > _ACCOUNTS:
                self._left.popitem(last=False)
        if not enough:
            raise TooManyAttempts(math.ceil((price - left) / PER_SECOND))
