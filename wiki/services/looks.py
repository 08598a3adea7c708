"""Who looked at figures that tell of people one by one: a line for each, which those concerned can read.

What a report tells of the whole leaves none, nor do one's own figures, nor the history, which is open.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog

from wiki.config import Settings
from wiki.errors import AccountsUnavailable, NotAllowed, SignInNeeded
from wiki.model import Viewer
from wiki.services.accounts import OPERATOR
from wiki.services.accounts_store import Database, looks

AGAIN_SECONDS = 3600
"""Whoever looks again within this time has looked once."""

MOST = 200_000
"""So many lines are kept at most; the oldest go first."""

SHOWN = 100
_REMEMBERED = 20_000
_log = structlog.get_logger("strata.looks")

_Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at figures: ``at`` in UTC seconds, ``viewer`` an account ("": not signed in).

    ``subject`` is the person looked at (``Person.who``); "" where a report named people, as ``what``
    says. ``space`` is "" for all spaces together, ``door`` the way they came.
    """

    number: int
    at: int
    viewer: str
    space: str
    subject: str
    what: str
    door: str


class Looks:
    """The lines. Writing one never stands in the way of what is looked at: where the database takes
    nothing, the server's log has it."""

    def __init__(
        self, database: Database, settings: Settings, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._settings, self._clock = database, settings, clock
        self._noted: OrderedDict[_Key, int] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, viewer: Viewer, space: str, what: str, subject: str = "") -> None:
        """Write down that somebody looks: at one person's figures, or at a report that names people.

        Looking at one person again is the same look, whatever of theirs it is.
        """
        door = "terminal" if viewer.account == OPERATOR.account else viewer.door
        key = (viewer.account, space, subject, "" if subject else what, door)
        now = int(self._clock())
        with self._lock:
            if now - self._noted.get(key, -AGAIN_SECONDS) < AGAIN_SECONDS:
                return
            self._noted[key] = now
            self._noted.move_to_end(key)
            while len(self._noted) > _REMEMBERED:
                self._noted.popitem(last=False)
        try:
            self._write(key, what, now)
        except AccountsUnavailable as error:
            _log.error(
                "look not written", account=viewer.account, space=space, whom=subject, what=what,
                door=door, error=str(error),
            )  # fmt: skip

    def about(
        self, marks: Collection[tuple[str, str]], spaces: Collection[str], by: str
    ) -> list[Look]:
        """The newest looks that concern somebody, but their own (``by``): at them (space and mark), and at
        reports that name people in ``spaces``.

        Raises:
            AccountsUnavailable: they cannot be read.
        """
        named = sa.and_(looks.c.subject == "", looks.c.space.in_([*spaces, ""] if spaces else []))
        at_them = [
            sa.and_(looks.c.space == space, looks.c.subject == who) for space, who in sorted(marks)
        ]
        concerned = sa.and_(looks.c.viewer != by, sa.or_(named, *at_them))
        return self._read(concerned)

    def all(self, by: Viewer, before: int = 0) -> list[Look]:
        """The newest looks of anybody, or those before the line of this number.

        Raises:
            SignInNeeded, NotAllowed: only those read them whom the settings name.
            AccountsUnavailable: they cannot be read.
        """
        if not self.may_audit(by):
            raise (NotAllowed if by.signed_in else SignInNeeded)("see who looked at whose figures")
        return self._read(looks.c.id < before if before > 0 else sa.true())

    def may_audit(self, viewer: Viewer) -> bool:
        """Whether the viewer may read all lines."""
        named = {name.casefold() for name in self._settings.people.auditors}
        return viewer.signed_in and viewer.account.casefold() in named

    def tidy(self) -> None:
        """Drop what is past its time, or too much."""
        oldest = int(self._clock()) - self._settings.people.looks_days * 86400
        with self._database.writing() as connection:
            newest = connection.execute(sa.select(sa.func.max(looks.c.id))).scalar() or 0
            past = sa.or_(looks.c.at < oldest, looks.c.id <= newest - MOST)
            connection.execute(sa.delete(looks).where(past))

    def _write(self, key: _Key, what: str, now: int) -> None:
        viewer, space, subject, _, door = key
        values = {"viewer": viewer, "space": space, "subject": subject, "door": door}
        same = [looks.c[name] == value for name, value in values.items()]
        same += [] if subject else [looks.c.what == what]
        recent = sa.select(looks.c.id).where(looks.c.at > now - AGAIN_SECONDS, *same).limit(1)
        with self._database.writing() as connection:
            if connection.execute(recent).first() is None:
                row: dict[str, Any] = {**values, "at": now, "what": what[:200]}
                connection.execute(sa.insert(looks).values(row))

    def _read(self, condition: sa.ColumnElement[bool]) -> list[Look]:
        query = sa.select(looks).where(condition).order_by(looks.c.id.desc()).limit(SHOWN)
        with self._database.reading() as connection:
            return [_look(row) for row in connection.execute(query)]


def forget(
    connection: sa.Connection, name: str, instead: str, marks: Sequence[tuple[str, str]], mark: str
) -> None:
    """The lines tell no more who a former member was: neither as an account that looked ("" for none),
    nor by the marks (space and mark) of whom was looked at."""
    if name:
        by_them = looks.c.viewer == name
        connection.execute(sa.update(looks).where(by_them).values(viewer=instead))
    for space, who in marks:
        at_them = sa.and_(looks.c.space == space, looks.c.subject == who)
        connection.execute(sa.update(looks).where(at_them).values(subject=mark))


def _look(row: sa.Row[Any]) -> Look:
    return Look(row.id, row.at, row.viewer, row.space, row.subject, row.what, row.door)
