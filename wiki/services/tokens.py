"""Personal access tokens: how git clients, scripts and agents sign in as a person.

A token is a long random secret, told once. Only its SHA-256 is kept: it has as many bits as a key, so
there is nothing for a slow password hash to slow down. The account's own password opens no door but the browser's.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from wiki.errors import AccountsUnavailable, TokenInvalid
from wiki.model import Author, Door, Role, Viewer
from wiki.services import account_names
from wiki.services.accounts import Account, Accounts
from wiki.services.accounts_store import accounts, tokens

log = logging.getLogger(__name__)

PREFIX = "strata_"
"""What every secret begins with, so that scanners for leaked secrets can find them."""

_LETTERS = string.ascii_letters + string.digits
"""A double click selects all of it, as no sign ends the word."""

_LENGTH = 43
"""More than 256 bits."""

MOST_TOKENS = 50
MOST_DAYS = 366
NAME_CHARACTERS = 100
_NOTED_SECONDS = 60
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an account, without its secret. Times in UTC seconds, 0 for never."""

    id: str
    name: str
    may_write: bool
    created_at: int
    expires_at: int
    used_at: int


class Tokens:
    """All personal access tokens. Any method may raise AccountsUnavailable."""

    def __init__(self, people: Accounts, *, clock: Callable[[], float] = time.time) -> None:
        self._people, self._clock = people, clock
        self._database = people.database
        self._noted: dict[str, int] = {}
        """When this process last tried to note the use of a token."""

    def now(self) -> int:
        """The time that tokens are measured by, in UTC seconds."""
        return int(self._clock())

    def create(
        self, account: Account, name: str, *, may_write: bool, days: int
    ) -> tuple[Token, str]:
        """A new token and its secret, which cannot be shown again.

        Args:
            days: after how many it expires, at most ``MOST_DAYS``.

        Raises:
            TokenInvalid: no name, no such time, or too many tokens.
        """
        name = " ".join(name.split())
        if not name or len(name) > NAME_CHARACTERS or not name.isprintable():
            raise TokenInvalid("Give the token a name of at most 100 letters, such as “laptop”.")
        if not 1 <= days <= MOST_DAYS:
            raise TokenInvalid(f"A token lives from 1 to {MOST_DAYS} days.")
        secret = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        now = int(self._clock())
        token = Token(secrets.token_hex(16), name, may_write, now, now + days * 86400, 0)
        with self._database.writing() as connection:
            self._drop_old(connection, account, now)
            same = sa.select(sa.func.count()).where(tokens.c.account == account.id)
            if connection.execute(same).scalar_one() >= MOST_TOKENS:
                raise TokenInvalid(f"You have {MOST_TOKENS} tokens. Revoke those you do not use.")
            values = {**_columns(token), "account": account.id, "digest": _digest(secret)}
            connection.execute(sa.insert(tokens).values(values))
        self._people.record(account.name, "token made", account.name, _described(token))
        return token, secret

    def of_account(self, account: Account) -> Sequence[Token]:
        """An account's tokens, newest first; those that expired are among them for a while."""
        mine = sa.select(tokens).where(tokens.c.account == account.id)
        with self._database.reading() as connection:
            rows = connection.execute(mine.order_by(tokens.c.created_at.desc(), tokens.c.id)).all()
        return [_token(row) for row in rows]

    def revoke(self, account: Account, identity: str) -> None:
        """Let a token open nothing from now on.

        Raises:
            TokenInvalid: the account has no such token.
        """
        mine = sa.and_(tokens.c.account == account.id, tokens.c.id == identity)
        with self._database.writing() as connection:
            row = connection.execute(sa.select(tokens).where(mine)).first()
            if row is None:
                raise TokenInvalid("You have no such token (any more).")
            connection.execute(sa.delete(tokens).where(mine))
        self._people.record(account.name, "token revoked", account.name, _described(_token(row)))

    def sign_in(self, secret: str, user: str = "", *, door: Door = "api") -> Viewer | None:
        """Whom a secret lets in, and through which door; None if nobody.

        Args:
            user: if not "", it must be the account's name.

        A token that may only read makes a viewer that may only read, whatever the account's role.
        """
        if not _SHAPE.fullmatch(secret):
            return None
        joined = sa.select(tokens, accounts.c.name.label("account_name")).join(
            accounts, accounts.c.id == tokens.c.account
        )
        with self._database.reading() as connection:
            row = connection.execute(joined.where(tokens.c.digest == _digest(secret))).first()
        now = int(self._clock())
        if row is None or row.expires_at <= now:
            return None
        account = self._people.account(row.account_name)
        if (
            account.disabled
            or account.one_time
            or (user and account_names.fold(user) != account.name)
        ):
            return None
        if now - max(row.used_at, self._noted.get(row.id, 0)) >= _NOTED_SECONDS:
            self._note_use(row.id, now)
        return _viewer(account, door, read_only=not row.may_write)

    def _note_use(self, identity: str, now: int) -> None:
        """That it cannot be noted, since somebody's backup locks the database, keeps nobody out."""
        self._noted[identity] = now
        try:
            with self._database.writing() as connection:
                used = sa.update(tokens).where(tokens.c.id == identity).values(used_at=now)
                connection.execute(used)
        except AccountsUnavailable:
            log.exception("the use of token %s is not noted", identity)

    def _drop_old(self, connection: sa.Connection, account: Account, now: int) -> None:
        """Forget tokens that expired long ago."""
        old = sa.and_(tokens.c.account == account.id, tokens.c.expires_at < now - 90 * 86400)
        connection.execute(sa.delete(tokens).where(old))


def _viewer(account: Account, door: Door, *, read_only: bool) -> Viewer:
    author: Author = account.author
    role: Role = account.role
    return Viewer(account.name, role, author, door=door, read_only=read_only)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _columns(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "may_write": token.may_write,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "used_at": token.used_at,
    }


def _token(row: sa.Row[Any]) -> Token:
    return Token(row.id, row.name, row.may_write, row.created_at, row.expires_at, row.used_at)


def _described(token: Token) -> str:
    return f"{token.name} ({'read and write' if token.may_write else 'read'})"
