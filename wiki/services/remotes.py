"""With which other repository each space is exchanged, and how that last went.

Kept in the account database: it is a matter of this server, not of the content. The password or token for the
other side lies in a file of its own that only the wiki's user may read.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import sqlalchemy as sa

from wiki.config import Settings
from wiki.errors import RemoteRefused
from wiki.git.remotes import Address, check_address
from wiki.services.accounts_store import Database, remotes
from wiki.services.private_files import write_whole

Direction = Literal["fetch", "push", "both"]
Trouble = Literal["", "away", "collision", "rewritten", "unrelated", "refused"]

DIRECTIONS: dict[str, str] = {
    "both": "Take in its changes, and send it ours",
    "fetch": "Only take in its changes",
    "push": "Only send it ours",
}
LEAST_SECONDS, MOST_SECONDS = 60, 7 * 86400
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 30, 3600


@dataclass(frozen=True, slots=True)
class Exchange:
    """One space's other repository. Times in UTC seconds, 0 for never.

    ``seen`` and ``given`` are the commits at which it and the space stood after the last exchange that came to its end.
    ``trouble`` says what stands in the way since then ("" if nothing), ``said`` more about it for people.
    """

    space: str
    url: str
    branch: str
    direction: Direction
    user: str
    every_seconds: int
    paused: bool
    wanted: bool
    has_hook: bool
    seen: str
    given: str
    tried_at: int
    done_at: int
    failures: int
    trouble: Trouble
    said: str

    def due_at(self) -> int:
        """When to try next: sooner after a failure, but ever later."""
        if self.wanted:
            return 0
        if not self.failures:
            return self.tried_at + self.every_seconds
        pause = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS << min(self.failures - 1, 10))
        return self.tried_at + max(FIRST_RETRY_SECONDS, min(pause, self.every_seconds))


class Remotes:
    """All exchanges. Any method may raise AccountsUnavailable."""

    def __init__(
        self, database: Database, settings: Settings, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._clock = database, clock
        self._folder = settings.wiki.instance / "remotes"

    def all(self) -> Sequence[Exchange]:
        """Every exchange by space."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(remotes).order_by(remotes.c.space)).all()
        return [_exchange(row) for row in rows]

    def of(self, space: str) -> Exchange | None:
        """A space's exchange; None if it has none."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(remotes).where(remotes.c.space == space)).first()
        return None if row is None else _exchange(row)

    def address(self, exchange: Exchange) -> Address:
        """Where it is, with the secret that opens it."""
        return Address(exchange.url, exchange.branch, exchange.user, self._secret(exchange.space))

    def has_secret(self, space: str) -> bool:
        """Whether a password or token is kept for a space's exchange."""
        return bool(self._secret(space))

    def arrange(
        self,
        space: str,
        url: str,
        branch: str,
        direction: str,
        *,
        user: str = "",
        secret: str | None = None,
        minutes: int = 15,
    ) -> Exchange:
        """Exchange a space with a repository from now on.

        Args:
            secret: None keeps the one there is, but never for another server.

        Raises:
            RemoteRefused: the address, branch, direction or time cannot be.
        """
        check_address(url, branch)
        if direction not in DIRECTIONS:
            raise RemoteRefused("Choose in which direction to exchange.")
        if not LEAST_SECONDS <= minutes * 60 <= MOST_SECONDS:
            raise RemoteRefused("Exchange every 1 minute to every 7 days.")
        before = self.of(space)
        is_same = before is not None and (before.url, before.branch) == (url, branch)
        if secret is not None or not is_same:
            self._keep_secret(space, secret or "")
        values = {
            "url": url, "branch": branch, "direction": direction, "user": user.strip()[:200],
            "every_seconds": minutes * 60, "paused": False, "wanted": True, "failures": 0,
            "trouble": "",
        }  # fmt: skip
        fresh = {"hook_digest": "", "seen": "", "given": "", "tried_at": 0, "done_at": 0}
        with self._database.writing() as connection:
            if before is None:
                connection.execute(sa.insert(remotes).values(space=space, **values, **fresh))
            else:
                changed = values if is_same else {**values, "seen": "", "given": "", "done_at": 0}
                connection.execute(
                    sa.update(remotes).where(remotes.c.space == space).values(**changed)
                )
        found = self.of(space)
        assert found is not None
        return found

    def end(self, space: str) -> None:
        """Exchange a space with nothing any more; both sides stay as they are."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(remotes).where(remotes.c.space == space))
        self._keep_secret(space, "")

    def want(self, space: str) -> None:
        """Ask for an exchange soon."""
        self._change(space, wanted=True)

    def pause(self, space: str, paused: bool) -> None:
        """Stop exchanging for a while, or go on."""
        self._change(space, paused=paused, wanted=not paused, failures=0)

    def make_hook(self, space: str) -> str:
        """A new secret by which the other side may ask for an exchange; the old one is void."""
        secret = secrets.token_urlsafe(32)
        self._change(space, hook_digest=_digest(secret))
        return secret

    def ring(self, space: str, secret: str) -> bool:
        """Whether this is the secret of the space's hook; then an exchange is asked for."""
        query = sa.select(remotes.c.hook_digest).where(remotes.c.space == space)
        with self._database.reading() as connection:
            digest = connection.execute(query).scalar() or ""
        if not digest or not secrets.compare_digest(digest, _digest(secret)):
            return False
        self.want(space)
        return True

    def begin(self, space: str) -> None:
        """Note that an exchange begins."""
        self._change(space, tried_at=int(self._clock()), wanted=False)

    def done(self, exchange: Exchange, seen: str, given: str) -> None:
        """Note that an exchange came to its end with both sides at these commits."""
        now = int(self._clock())
        self._ended(exchange, done_at=now, seen=seen, given=given, failures=0, trouble="")

    def failed(self, exchange: Exchange, trouble: Trouble, said: str) -> None:
        """Note what stood in the way."""
        values = {"trouble": f"{trouble} {said[:2000]}", "failures": remotes.c.failures + 1}
        self._ended(exchange, **values)

    def accept(self, space: str) -> None:
        """Take the other side's rewritten history for what it is, and go on from there."""
        self._change(space, seen="", wanted=True, failures=0, trouble="")

    # -- inside ----------------------------------------------------------------------------

    def _change(self, space: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(sa.update(remotes).where(remotes.c.space == space).values(**values))

    def _ended(self, exchange: Exchange, **values: Any) -> None:
        """Change what is known of an exchange, unless another repository was arranged meanwhile."""
        same = [remotes.c.space == exchange.space, remotes.c.url == exchange.url]
        with self._database.writing() as connection:
            changed = sa.update(remotes).where(*same, remotes.c.branch == exchange.branch)
            connection.execute(changed.values(**values))

    def _file(self, space: str) -> Path:
        return self._folder / f"{space}.secret"

    def _secret(self, space: str) -> str:
        with suppress(OSError, UnicodeDecodeError):
            return self._file(space).read_text("utf-8").strip()
        return ""

    def _keep_secret(self, space: str, secret: str) -> None:
        file = self._file(space)
        if not secret:
            with suppress(FileNotFoundError):
                file.unlink()
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(file, secret + "\n")


def _exchange(row: sa.Row[Any]) -> Exchange:
    trouble, _, said = row.trouble.partition(" ")
    return Exchange(
        row.space, row.url, row.branch, cast("Direction", row.direction), row.user,
        row.every_seconds, row.paused, row.wanted, bool(row.hook_digest), row.seen, row.given,
        row.tried_at, row.done_at, row.failures, cast("Trouble", trouble), said,
    )  # fmt: skip


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
