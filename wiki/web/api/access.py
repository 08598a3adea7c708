"""Who is asking, and how often: the API knows tokens only, never the browser's cookie.

A page of another site can make a browser send a cookie, but no token; so no form token is needed here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from flask import g, request

from wiki.errors import TokenRefused
from wiki.model import ANONYMOUS, Door, Viewer
from wiki.web import addresses
from wiki.web.api.problems import SlowDown
from wiki.web.context import current_wiki

DOOR_HEADER = "Strata-Door"
"""By which ``strata mcp`` says that an agent is at work."""

WRITE_COST = 5
"""A write counts as so many requests."""

_MOST_KNOWN = 10_000


def sign_in() -> None:
    """Find out on whose behalf the request is made.

    Raises:
        TokenRefused: a token was sent that opens nothing.
    """
    secret, user = _credentials()
    if not secret:
        g.viewer = ANONYMOUS
        return
    door: Door = "mcp" if request.headers.get(DOOR_HEADER) == "mcp" else "api"
    viewer = current_wiki().tokens.sign_in(secret, user, door=door)
    if viewer is None:
        raise TokenRefused(_place())
    g.viewer = viewer


def _credentials() -> tuple[str, str]:
    """The token and, with Basic, the user's name; ("", "") if nothing was sent."""
    header = request.headers.get("Authorization", "")
    if not header:
        return "", ""
    sent = request.authorization
    if sent is None:
        raise TokenRefused(_place())
    if sent.type == "bearer":
        return sent.token or "-", ""
    if sent.type == "basic":
        return sent.password or "-", sent.username or "-"
    raise TokenRefused(_place())


def _place() -> str:
    """Where tokens are made."""
    return addresses.outside_address(addresses.site_address("account/tokens"))


class Allowance:
    """So many requests a minute for each, in each process; what was not used is saved up to a minute's worth."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, who: str, cost: int, per_minute: int) -> None:
        """Count a request.

        Raises:
            SlowDown: nothing is left.
        """
        with self._lock:
            now = self._clock()
            left, at = self._left.get(who, (float(per_minute), now))
            left = min(float(per_minute), left + (now - at) * per_minute / 60)
            if left < cost:
                raise SlowDown(max(1, round((cost - left) * 60 / per_minute)))
            if len(self._left) >= _MOST_KNOWN:
                self._left.clear()
            self._left[who] = (left - cost, now)


def count_request(allowance: Allowance) -> None:
    """Let the request pass if whoever makes it has requests left."""
    per_minute = current_wiki().settings.limits.api_requests
    viewer: Viewer = g.viewer
    cost = 1 if request.method in {"GET", "HEAD", "OPTIONS"} else WRITE_COST
    allowance.take(viewer.account or f"@{request.remote_addr}", cost, per_minute)
