"""What people typed and have not saved, kept on the server as they type.

A draft belongs to an account and a place (a page, one of its sections, or a page still to be made),
and only that account ever gets its text. Of others who write at the same page no more is told than
their names. An open editor writes over what it wrote itself; over the text of another tab or
device only if it says which revision it means, so neither can silently replace the other.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from wiki.config import Limits
from wiki.errors import DraftElsewhere, DraftGone, DraftsFull, SignInNeeded
from wiki.model import Viewer
from wiki.model.drafts import Draft, DraftPlace, Typed
from wiki.services.accounts_store import Database, accounts, drafts
from wiki.services.drafts_pace import Pace

DRAFT_DAYS = 90
"""A draft that nobody touched for so long is dropped."""

AT_WORK_SECONDS = 120
"""Whoever's draft changed within this time counts as being at it."""

MOST_NAMED = 5
_LISTED = [column for column in drafts.c if column.name not in {"text", "settling"}]
Row = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class AtWork:
    """Somebody else who writes at the same page; ``since`` in UTC seconds."""

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Kept:
    """That a draft is kept: its revision and when, in UTC seconds, and who else is at the page."""

    revision: int
    at: int
    others: tuple[AtWork, ...]


class Drafts:
    """All drafts. Any method may raise AccountsUnavailable."""

    def __init__(
        self, database: Database, limits: Limits, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._limits, self._clock = database, limits, clock
        self._pace = Pace(clock)

    def keep(self, viewer: Viewer, typed: Typed) -> Kept:
        """Keep what is typed, in place of what this editor kept before.

        Raises:
            SignInNeeded: there is nobody to keep it for.
            DraftElsewhere: another tab or device has kept another text here meanwhile.
            DraftGone: the draft this editor knows was saved or discarded meanwhile.
            DraftsFull: the person has too many drafts, or too large ones.
            TooManyAttempts: more at once than anybody types.
        """
        size = len((typed.text + typed.settling).encode("utf-8"))
        self._pace.enter(viewer.account, size)
        now = int(self._clock())
        with self._database.writing() as connection:
            owner = _owner(connection, viewer)
            present = connection.execute(
                sa.select(drafts).where(drafts.c.id == _id(owner, typed.place))
            ).first()
            if present is None:
                self._check_room(connection, owner, size, 0)
                revision = self._insert(connection, owner, typed, size, now)
            else:
                self._check_room(connection, owner, size, int(present.size))
                revision = _replace(connection, present, typed, size, now)
            return Kept(revision, now, _others(connection, owner, typed.place, now))

    def find(self, viewer: Viewer, place: DraftPlace) -> Draft | None:
        """The viewer's draft of this place, if there is one."""
        if not viewer.signed_in:
            return None
        with self._database.reading() as connection:
            owner = _known(connection, viewer)
            found = connection.execute(sa.select(drafts).where(drafts.c.id == _id(owner, place)))
            row = found.first()
        return _draft(row) if row is not None else None

    def open(self, viewer: Viewer, draft_id: str) -> Draft | None:
        """The viewer's draft of this id; None if there is none, whoever else may have one."""
        if not viewer.signed_in:
            return None
        with self._database.reading() as connection:
            wanted = sa.and_(
                drafts.c.id == draft_id, drafts.c.account == _known(connection, viewer)
            )
            row = connection.execute(sa.select(drafts).where(wanted)).first()
        return _draft(row) if row is not None else None

    def of(self, viewer: Viewer, space: str = "") -> Sequence[Draft]:
        """All drafts of the viewer (in one space), without their texts, the latest first."""
        if not viewer.signed_in:
            return ()
        with self._database.reading() as connection:
            mine = drafts.c.account == _known(connection, viewer)
            wanted = sa.and_(mine, drafts.c.space == space) if space else mine
            rows = connection.execute(
                sa.select(*_LISTED).where(wanted).order_by(drafts.c.updated_at.desc(), drafts.c.id)
            ).all()
        return [_draft(row) for row in rows]

    def count(self, viewer: Viewer) -> int:
        """How many drafts the viewer has."""
        if not viewer.signed_in:
            return 0
        with self._database.reading() as connection:
            mine = drafts.c.account == _known(connection, viewer)
            return connection.execute(
                sa.select(sa.func.count()).select_from(drafts).where(mine)
            ).scalar_one()

    def others(self, viewer: Viewer, space: str, page: str) -> tuple[AtWork, ...]:
        """Who else is writing at a page now. Nobody at a page still to be made."""
        with self._database.reading() as connection:
            owner = _known(connection, viewer)
            return _others(connection, owner, DraftPlace(space, page), int(self._clock()))

    def discard(self, viewer: Viewer, draft_id: str) -> None:
        """Forget a draft of the viewer's; of others' none."""
        with self._database.writing() as connection:
            owner = _owner(connection, viewer)
            mine = sa.and_(drafts.c.id == draft_id, drafts.c.account == owner)
            connection.execute(sa.delete(drafts).where(mine))

    def forget_saved(self, viewer: Viewer, saved: Typed) -> None:
        """Forget the draft of what was saved, unless it has since become another text elsewhere."""
        if not viewer.signed_in:
            return
        with self._database.writing() as connection:
            same = drafts.c.id == _id(_owner(connection, viewer), saved.place)
            in_it = sa.or_(
                sa.and_(drafts.c.writer == saved.writer, drafts.c.writer != ""),
                drafts.c.revision <= saved.over,
                drafts.c.text == saved.text,
            )
            connection.execute(sa.delete(drafts).where(same, in_it))

    def tidy(self) -> int:
        """Drop drafts past their time; how many."""
        oldest = int(self._clock()) - DRAFT_DAYS * 86400
        with self._database.writing() as connection:
            dropped = connection.execute(sa.delete(drafts).where(drafts.c.updated_at < oldest))
            return dropped.rowcount

    def _insert(
        self, connection: sa.Connection, owner: str, typed: Typed, size: int, now: int
    ) -> int:
        if typed.over:
            raise DraftGone
        count = sa.select(sa.func.count()).where(drafts.c.account == owner)
        if connection.execute(count).scalar_one() >= self._limits.draft_count:
            raise DraftsFull(self._limits.draft_count)
        place = typed.place
        row = {
            "id": _id(owner, place),
            "account": owner,
            "space": place.space,
            "page": place.page.encode("utf-8", "surrogateescape"),
            "part": place.part,
            "subject": _subject(place),
            "created_at": now,
            "began_at": now,
            "revision": 1,
        }
        connection.execute(sa.insert(drafts).values(**row, **_content(typed, size, now)))
        return 1

    def _check_room(self, connection: sa.Connection, owner: str, size: int, freed: int) -> None:
        """Together a person's drafts take no more room than a few of the largest pages."""
        total = sa.select(sa.func.coalesce(sa.func.sum(drafts.c.size), 0))
        used = int(connection.execute(total.where(drafts.c.account == owner)).scalar_one())
        if size > freed and used - freed + size > self._limits.draft_bytes:
            raise DraftsFull(self._limits.draft_bytes, in_bytes=True)


def _replace(connection: sa.Connection, present: Row, typed: Typed, size: int, now: int) -> int:
    own = typed.writer and present.writer == typed.writer
    overtaken = own and 0 < typed.step <= present.step  # on its way, by what was typed later
    known = present.revision == typed.over or (own and not overtaken)
    if not known and (present.text, present.settling) != (typed.text, typed.settling):
        raise DraftElsewhere(_draft(present))
    paused = now - int(present.updated_at) > AT_WORK_SECONDS
    began = now if paused else int(present.began_at)
    revision = int(present.revision) + 1
    connection.execute(
        sa.update(drafts)
        .where(drafts.c.id == present.id)
        .values(revision=revision, began_at=began, **_content(typed, size, now))
    )
    return revision


def _content(typed: Typed, size: int, now: int) -> dict[str, object]:
    return {
        "name": typed.name,
        "base": typed.base,
        "text": typed.text,
        "summary": typed.summary,
        "settling": typed.settling,
        "size": size,
        "writer": typed.writer,
        "step": typed.step,
        "updated_at": now,
    }


def _others(
    connection: sa.Connection, owner: str, place: DraftPlace, now: int
) -> tuple[AtWork, ...]:
    if not place.page:
        return ()
    name = sa.case((accounts.c.shown_name != "", accounts.c.shown_name), else_=accounts.c.name)
    since = sa.func.min(drafts.c.began_at)
    found = (
        sa.select(name.label("shown"), since.label("since"))
        .join(accounts, accounts.c.id == drafts.c.account)
        .where(drafts.c.subject == _subject(place), drafts.c.account != owner)
        .where(drafts.c.updated_at >= now - AT_WORK_SECONDS, accounts.c.disabled.is_(False))
        .group_by(accounts.c.id, name)
        .order_by(since)
        .limit(MOST_NAMED)
    )
    return tuple(AtWork(row.shown, row.since) for row in connection.execute(found))


def _owner(connection: sa.Connection, viewer: Viewer) -> str:
    owner = _known(connection, viewer)
    if not owner:
        raise SignInNeeded("keep drafts")
    return owner


def _known(connection: sa.Connection, viewer: Viewer) -> str:
    """The account's id: another of the same name, made later, inherits nothing."""
    same = accounts.c.name == viewer.account
    return connection.execute(sa.select(accounts.c.id).where(same)).scalar() or ""


def _id(owner: str, place: DraftPlace) -> str:
    return _digest(owner, place.space, place.page, place.part)


def _subject(place: DraftPlace) -> str:
    return _digest(place.space, place.page)


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(joined, digest_size=20).hexdigest()


def _draft(row: Row) -> Draft:
    kept = row._mapping
    return Draft(
        id=kept["id"],
        place=DraftPlace(
            kept["space"], bytes(kept["page"]).decode("utf-8", "surrogateescape"), kept["part"]
        ),
        text=kept.get("text", ""),
        base=kept["base"],
        name=kept["name"],
        summary=kept["summary"],
        writer=kept["writer"],
        revision=kept["revision"],
        size=kept["size"],
        created_at=kept["created_at"],
        updated_at=kept["updated_at"],
        settling=kept.get("settling", ""),
    )
