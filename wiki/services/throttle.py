"""How often somebody may guess a password: counted in the database, so in all processes at once."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable

import sqlalchemy as sa

from wiki.errors import TooManyAttempts
from wiki.services.accounts_store import Database, attempts

WINDOW_SECONDS = 900
PER_ACCOUNT_AND_ADDRESS = 8
PER_ADDRESS = 60


class Throttle:
    """Failures per account and address, and per address. The account's owner, coming from another
    address, is never locked out by somebody else's guesses.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def enter(self, account: str, address: str) -> None:
        """Count an attempt before the password is looked at, so that parallel ones count too.

        Raises:
            TooManyAttempts: with the seconds to wait.
        """
        now = int(self._clock())
        with self._database.writing() as connection:
            connection.execute(sa.delete(attempts).where(attempts.c.since <= now - WINDOW_SECONDS))
            # A clock that was set back must not lock people out until it catches up.
            connection.execute(sa.delete(attempts).where(attempts.c.since > now + WINDOW_SECONDS))
            waits = [_count(connection, bucket, now) for bucket in _buckets(account, address)]
        if any(waits):
            raise TooManyAttempts(max(waits))

    def leave(self, account: str, address: str) -> None:
        """The attempt was right: forget this pair's failures, and the one counted for the address."""
        pair, whole = (name for name, _ in _buckets(account, address))
        with self._database.writing() as connection:
            connection.execute(sa.delete(attempts).where(attempts.c.bucket == pair))
            connection.execute(
                sa.update(attempts)
                .where(attempts.c.bucket == whole)
                .values(failures=attempts.c.failures - 1)
            )


def _count(connection: sa.Connection, bucket: tuple[str, int], now: int) -> int:
    """Add one to a bucket; the seconds to wait if it is full, else 0."""
    name, limit = bucket
    row = connection.execute(sa.select(attempts).where(attempts.c.bucket == name)).first()
    if row is None:
        connection.execute(sa.insert(attempts).values(bucket=name, failures=1, since=now))
        return 0
    if row.failures >= limit:
        return max(1, int(row.since) + WINDOW_SECONDS - now)
    connection.execute(
        sa.update(attempts).where(attempts.c.bucket == name).values(failures=row.failures + 1)
    )
    return 0


def _buckets(account: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    network = _network(address)
    return (
        (_digest(f"{account}\0{network}"), PER_ACCOUNT_AND_ADDRESS),
        (_digest(f"\0{network}"), PER_ADDRESS),
    )


def _network(address: str) -> str:
    """One household: an IPv4 address, or the 64 bits of an IPv6 one that a provider hands out."""
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return address[:80]
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
