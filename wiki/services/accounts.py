"""Accounts: who may come in, as whom they write, and when their sessions end.

A session names an account's random id and its *epoch*. Signing out, a new password, another role or
disabling draws a new epoch, so every older session is dead at once, everywhere; an account made
anew under an old name has another id and inherits nothing.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from wiki.config import Settings
from wiki.errors import AccountInvalid, SignInRefused
from wiki.model import Author, Role, Viewer
from wiki.services import account_names
from wiki.services.accounts_store import Database, accounts, audit, drafts, tokens
from wiki.services.former import FormerMembers
from wiki.services.passwords import Hasher, check_password, one_time_password
from wiki.services.policy import Action, allow
from wiki.services.throttle import Throttle

Row = sa.Row[Any]
ONE_TIME_SECONDS = 72 * 3600
AUDIT_DAYS = 400
OPERATOR = Viewer(account="(command line)", role=Role.ADMIN)
"""Whoever has a shell on the server; may do all that administrators may."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account. Times in UTC seconds, 0 for never.

    ``one_time`` is true while the password is one that somebody else has seen: until it is changed,
    the person can do nothing else. ``session`` is what a session of this account must name.
    ``confirmed_email`` is the address that an administrator gave or confirmed, which is proof of whose
    it is; ``email`` may be typed by the person; ``made_up_address`` is what changes bear without
    any, or always where addresses are kept out of the history. ``left_named_reports``: no report names the person.
    """

    id: str
    name: str
    shown_name: str
    email: str
    role: Role
    disabled: bool
    one_time: bool
    created_at: int
    signed_in_at: int
    session: str
    author: Author
    confirmed_email: str = ""
    left_named_reports: bool = False
    made_up_address: str = ""

    @property
    def viewer(self) -> Viewer:
        """The account as services see it."""
        return Viewer(account=self.name, role=self.role, author=self.author)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Something somebody did to accounts or rights; ``at`` in UTC seconds."""

    at: int
    actor: str
    event: str
    subject: str
    detail: str
    address: str


class Accounts:
    """All accounts. Any method may raise AccountsUnavailable; making one of these never does."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.time) -> None:
        self._settings, self._clock = settings, clock
        self._database = Database(settings.people.database, settings.wiki.instance)
        self._throttle = Throttle(self._database, clock)
        self._hasher = Hasher()
        self._former = FormerMembers(settings.wiki.instance)

    @property
    def database(self) -> Database:
        """Where accounts are kept, for what belongs to accounts."""
        return self._database

    @property
    def place(self) -> str:
        """Where accounts are kept, without any password."""
        return self._database.place

    def close(self) -> None:
        """Give back the database's connections."""
        self._database.close()

    # -- setting up ------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the database if it is missing, upgrade it, and drop audit rows past their time."""
        self._database.create()
        oldest = self._now() - AUDIT_DAYS * 86400
        with self._database.writing() as connection:
            connection.execute(sa.delete(audit).where(audit.c.at < oldest))

    def make_first_admin(self) -> str:
        """The one-time password of a new account “admin”, or "" if there are accounts already.

        Two set-ups at the same time make one administrator.
        """
        password = one_time_password()
        hashed = self._hasher.hash(password)
        with self._database.writing() as connection:
            if connection.execute(sa.select(sa.func.count()).select_from(accounts)).scalar_one():
                return ""
            row = self._new_row("admin", "", "", Role.ADMIN, hashed)
            connection.execute(sa.insert(accounts).values(row))
            self._note(
                connection, OPERATOR.account, "account added", "admin", "first administrator"
            )
        return password

    def check(self) -> str:
        """What is wrong with the database's file, or "". Raises AccountsUnavailable if all is."""
        return self._database.integrity()

    # -- reading ---------------------------------------------------------------------------

    def all(self) -> Sequence[Account]:
        """Every account by name."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(accounts).order_by(accounts.c.name)).all()
        return [self._account(row) for row in rows]

    def unnamed(self) -> Sequence[Account]:
        """Every account whose person left named reports, by name."""
        left = accounts.c.left_named_reports.is_(True)
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(accounts).where(left).order_by(accounts.c.name))
            return [self._account(row) for row in rows]

    def account(self, name: str) -> Account:
        """The account of this name. Raises AccountInvalid if there is none."""
        with self._database.reading() as connection:
            return self._account(_row(connection, name))

    def of_session(self, session: str) -> Account | None:
        """Whose session this is, or None if it has ended."""
        identity, _, epoch = session.partition(".")
        with self._database.reading() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.id == identity)).first()
        if row is None or row.disabled or self._expired(row):
            return None
        if not secrets.compare_digest(row.epoch, _ascii(epoch)):
            return None
        return self._account(row)

    def audit(self, by: Viewer, limit: int = 200) -> Sequence[AuditRow]:
        """What was done to accounts and rights, newest first."""
        allow(by, Action.ADMINISTER, "", self._settings)
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [AuditRow(r.at, r.actor, r.event, r.subject, r.detail, r.address) for r in rows]

    # -- coming and going ------------------------------------------------------------------

    def sign_in(self, name: str, password: str, address: str) -> Account:
        """The account, if the password is right. ``address`` is the client's IP address.

        Raises:
            SignInRefused: wrong name or password, disabled, or an expired one-time password; never
                says which, and takes the same time.
            TooManyAttempts: too many failures from this address.
        """
        folded = account_names.fold(name)
        self._hasher.warm()
        self._throttle.enter(folded, address)
        with self._database.reading() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.name == folded)).first()
        right = self._hasher.verify(row.password_hash if row else "", password)
        if row is None or not right or row.disabled or self._expired(row):
            self.record("", "sign-in refused", folded, address=address)
            raise SignInRefused
        self._throttle.leave(folded, address)
        return self._signed_in(row, password, address)

    def sign_out(self, account: Account) -> None:
        """End every session of the account."""
        with self._database.writing() as connection:
            self._change(connection, account.name)

    # -- one's own account -----------------------------------------------------------------

    def change_password(self, account: Account, old: str, new: str, address: str) -> Account:
        """Set a password of one's own choice; all other sessions end.

        Raises:
            AccountInvalid: the old one is wrong, or the new one too easily guessed.
            TooManyAttempts: the old one was wrong too often.
        """
        check_password(new, account.name, account.shown_name, self._settings.wiki.name)
        self._throttle.enter(account.name, address)
        with self._database.reading() as connection:
            row = _row(connection, account.name)
        if not self._hasher.verify(row.password_hash, old):
            which = "one-time" if account.one_time else "current"
            raise AccountInvalid(f"The {which} password is not right. Nothing was changed.")
        self._throttle.leave(account.name, address)
        if self._hasher.verify(row.password_hash, new):
            raise AccountInvalid("The new password is the old one. Choose another.")
        values = {"password_hash": self._hasher.hash(new), "one_time_until": 0}
        with self._database.writing() as connection:
            changed = self._change(connection, account.name, **values)
            self._note(connection, account.name, "password changed", account.name, address=address)
        return self._account(changed)

    def change_profile(self, account: Account, shown_name: str, email: str) -> None:
        """Set the name and address that future changes bear as their author.

        Raises:
            AccountInvalid: no such name or address, or somebody else's.
        """
        shown, address = account_names.shown_name(shown_name), account_names.email_address(email)
        self._refuse_former(address)
        with self._database.writing() as connection:
            _refuse_anothers_name(connection, shown, account.name)
            _refuse_taken_email(connection, address, account.name)
            self._refuse_made_up_email(connection, address, account.name)
            connection.execute(
                sa.update(accounts)
                .where(accounts.c.name == account.name)
                .values(shown_name=shown, email=address, email_key=_email_key(address))
            )
            self._note(
                connection, account.name, "profile changed", account.name, f"{shown} <{address}>"
            )

    def leave_named_reports(self, account: Account, leaves: bool) -> None:
        """Keep one's name out of every report, or let it in again.

        The log of changes to accounts does not tell: that somebody left is nobody else's business.
        """
        with self._database.writing() as connection:
            connection.execute(
                sa.update(accounts)
                .where(accounts.c.id == account.id)
                .values(left_named_reports=leaves)
            )

    # -- administering ---------------------------------------------------------------------

    def add(
        self, by: Viewer, name: str, role: Role, shown_name: str = "", email: str = ""
    ) -> tuple[Account, str]:
        """A new account and its one-time password.

        Raises:
            AccountInvalid: the name, shown name or address cannot be used.
        """
        allow(by, Action.ADMINISTER, "", self._settings)
        name = account_names.user_name(name)
        shown, address = account_names.shown_name(shown_name), account_names.email_address(email)
        self._refuse_former(address, f"{name}@{self._own_domain()}")
        password = one_time_password()
        row = self._new_row(name, shown, address, role, self._hasher.hash(password))
        row["confirmed_email"] = address
        with self._database.writing() as connection:
            _refuse_taken_name(connection, name)
            _refuse_taken_email(connection, address, name)
            connection.execute(sa.insert(accounts).values(row))
            self._note(connection, by.account, "account added", name, role.name.lower())
            return self._account(_row(connection, name)), password

    def reset_password(self, by: Viewer, name: str) -> str:
        """A new one-time password; the account's sessions end, and its tokens: perhaps somebody else has them."""
        allow(by, Action.ADMINISTER, "", self._settings)
        password = one_time_password()
        values = {
            "password_hash": self._hasher.hash(password),
            "one_time_until": self._now() + ONE_TIME_SECONDS,
        }
        with self._database.writing() as connection:
            row = self._change(connection, name, **values)
            connection.execute(sa.delete(tokens).where(tokens.c.account == row.id))
            self._note(connection, by.account, "password reset", row.name)
        return password

    def set_role(self, by: Viewer, name: str, role: Role) -> None:
        """Give an account another role; its sessions end.

        Raises:
            AccountInvalid: nobody would be left to administer the wiki.
        """
        allow(by, Action.ADMINISTER, "", self._settings)
        if role is Role.NOBODY:
            raise AccountInvalid("Choose reader, editor or admin; or disable the account.")
        with self._database.writing() as connection:
            row = self._change(connection, name, role=int(role))
            _refuse_no_admin(connection)
            self._note(connection, by.account, "role changed", row.name, role.name.lower())

    def confirm_email(self, by: Viewer, name: str) -> None:
        """Vouch that the address an account bears now is this person's.

        Raises:
            AccountInvalid: it bears none.
        """
        allow(by, Action.ADMINISTER, "", self._settings)
        with self._database.writing() as connection:
            row = _row(connection, name)
            if not row.email:
                raise AccountInvalid("This account has no e-mail address that could be confirmed.")
            connection.execute(
                sa.update(accounts).where(accounts.c.id == row.id).values(confirmed_email=row.email)
            )
            self._note(connection, by.account, "address confirmed", row.name, row.email)

    def set_disabled(self, by: Viewer, name: str, disabled: bool) -> None:
        """Shut an account out, or let it in again; its sessions end.

        Raises:
            AccountInvalid: nobody would be left to administer the wiki.
        """
        allow(by, Action.ADMINISTER, "", self._settings)
        with self._database.writing() as connection:
            row = self._change(connection, name, disabled=disabled)
            _refuse_no_admin(connection)
            event = "account disabled" if disabled else "account enabled"
            self._note(connection, by.account, event, row.name)

    def remove(self, by: Viewer, name: str) -> None:
        """Delete an account; what the person wrote stays, under the name it bears in the history.

        Raises:
            AccountInvalid: nobody would be left to administer the wiki.
        """
        allow(by, Action.ADMINISTER, "", self._settings)
        with self._database.writing() as connection:
            gone = self.take_away(connection, name)
            self._note(connection, by.account, "account removed", gone)

    def take_away(self, connection: sa.Connection, name: str) -> str:
        """Delete an account with all that is its own, as part of something larger; its name as it was kept.

        Raises:
            AccountInvalid: there is none, or nobody would be left to administer the wiki.
        """
        row = _row(connection, name)
        connection.execute(sa.delete(accounts).where(accounts.c.id == row.id))
        for owned in (tokens, drafts):
            connection.execute(sa.delete(owned).where(owned.c.account == row.id))
        _refuse_no_admin(connection)
        return str(row.name)

    def record(
        self, actor: str, event: str, subject: str, detail: str = "", address: str = ""
    ) -> None:
        """Add a row to the audit log."""
        with self._database.writing() as connection:
            self._note(connection, actor, event, subject, detail, address)

    # -- inside ----------------------------------------------------------------------------

    def _now(self) -> int:
        return int(self._clock())

    def _expired(self, row: Row) -> bool:
        return bool(0 < row.one_time_until < self._now())

    def _signed_in(self, row: Row, password: str, address: str) -> Account:
        values: dict[str, object] = {"signed_in_at": self._now()}
        if self._hasher.outdated(row.password_hash):
            values["password_hash"] = self._hasher.hash(password)
        with self._database.writing() as connection:
            connection.execute(sa.update(accounts).where(accounts.c.id == row.id).values(values))
            self._note(connection, row.name, "signed in", row.name, address=address)
        return self._account(row)

    def _new_row(
        self, name: str, shown: str, email: str, role: Role, hashed: str
    ) -> dict[str, object]:
        now = self._now()
        return {
            "id": secrets.token_hex(16),
            "name": name,
            "skeleton": account_names.skeleton(name),
            "shown_name": shown,
            "email": email,
            "email_key": _email_key(email),
            "password_hash": hashed,
            "one_time_until": now + ONE_TIME_SECONDS,
            "role": int(role),
            "epoch": secrets.token_hex(16),
            "disabled": False,
            "created_at": now,
            "signed_in_at": 0,
            "confirmed_email": "",
            "left_named_reports": False,
        }

    def _refuse_made_up_email(self, connection: sa.Connection, email: str, name: str) -> None:
        """The address that the wiki makes for an account without one belongs to that account."""
        local, _, domain = email.lower().rpartition("@")
        if domain != self._own_domain().lower() or local == name:
            return
        same = accounts.c.name == account_names.fold(local)
        if connection.execute(sa.select(accounts.c.id).where(same)).first():
            raise AccountInvalid(f"“{email}” is the address of another account.")

    def _refuse_former(self, *addresses: str) -> None:
        """What is written under such an address is shown as a former member's."""
        former = self._former.known()
        if any(former.number_of(Author("", address)) for address in addresses if address):
            raise AccountInvalid(
                "This name or address was that of somebody who has left and is named no more: what it writes "
                "would be shown as theirs. Choose another."
            )

    def _own_domain(self) -> str:
        return self._settings.git.committer_email.rpartition("@")[2]

    def _change(self, connection: sa.Connection, name: str, **values: object) -> Row:
        """Change an account and end its sessions; the new row."""
        row = _row(connection, name)
        connection.execute(
            sa.update(accounts)
            .where(accounts.c.id == row.id)
            .values(epoch=secrets.token_hex(16), **values)
        )
        return _row(connection, name)

    def _note(
        self,
        connection: sa.Connection,
        actor: str,
        event: str,
        subject: str,
        detail: str = "",
        address: str = "",
    ) -> None:
        connection.execute(
            sa.insert(audit).values(
                at=self._now(),
                actor=_one_line(actor, 200),
                event=_one_line(event, 60),
                subject=_one_line(subject, 400),
                detail=_one_line(detail, 2000),
                address=_one_line(address, 80),
            )
        )

    def _account(self, row: Row) -> Account:
        made_up = f"{row.name}@{self._own_domain()}"
        hides = self._settings.people.commit_addresses == "made-up"
        author = Author(row.shown_name or row.name, made_up if hides else row.email or made_up)
        return Account(
            id=row.id,
            name=row.name,
            shown_name=row.shown_name,
            email=row.email,
            role=Role(row.role),
            disabled=row.disabled,
            one_time=row.one_time_until > 0,
            created_at=row.created_at,
            signed_in_at=row.signed_in_at,
            session=f"{row.id}.{row.epoch}",
            author=author,
            confirmed_email=row.confirmed_email,
            left_named_reports=row.left_named_reports,
            made_up_address=made_up,
        )


def _row(connection: sa.Connection, name: str) -> Row:
    folded = account_names.fold(name)
    row = connection.execute(sa.select(accounts).where(accounts.c.name == folded)).first()
    if row is None:
        raise AccountInvalid(f"There is no account “{folded[:80]}”.")
    return row


def _refuse_taken_name(connection: sa.Connection, name: str) -> None:
    alike = accounts.c.skeleton == account_names.skeleton(name)
    taken = connection.execute(sa.select(accounts.c.name).where(alike)).scalar()
    if taken == name:
        raise AccountInvalid(f"There is an account “{name}” already. Choose another name.")
    if taken:
        raise AccountInvalid(f"“{name}” looks like the existing “{taken}”. Choose another name.")


def _refuse_anothers_name(connection: sa.Connection, shown: str, name: str) -> None:
    """Histories show names: nobody may choose to be shown as somebody else. Who already is (an
    administrator made two namesakes) may stay so."""
    alike = account_names.likeness(shown)
    rows = connection.execute(sa.select(accounts.c.name, accounts.c.shown_name)).all()
    bearers = {row.name for row in rows if alike in map(account_names.likeness, row)}
    if shown and bearers and name not in bearers:
        raise AccountInvalid(
            f"“{shown}” is how somebody else is known here. Add what tells the two of you apart."
        )


def _refuse_taken_email(connection: sa.Connection, email: str, name: str) -> None:
    if not email:
        return
    same = sa.and_(accounts.c.email_key == _email_key(email), accounts.c.name != name)
    if connection.execute(sa.select(accounts.c.id).where(same)).first():
        raise AccountInvalid(f"“{email}” is the address of another account.")


def _refuse_no_admin(connection: sa.Connection) -> None:
    left = sa.select(sa.func.count()).where(
        accounts.c.role == int(Role.ADMIN), accounts.c.disabled.is_(False)
    )
    if not connection.execute(left).scalar_one():
        raise AccountInvalid(
            "This is the last administrator. Make somebody else an administrator first."
        )


def _email_key(email: str) -> str | None:
    return email.casefold() or None


def _ascii(text: str) -> str:
    """Comparing in constant time takes ASCII only; our epochs are."""
    return text if text.isascii() else ""


def _one_line(text: str, limit: int) -> str:
    """No line of a log can be forged with a newline in a name."""
    return (
        text[:limit].encode("unicode_escape").decode() if not text.isprintable() else text[:limit]
    )
