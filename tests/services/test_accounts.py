"""Accounts: coming in, staying in, being shut out."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from wiki.config import Settings, WikiSettings
from wiki.errors import (
    AccountInvalid,
    AccountsUnavailable,
    NotAllowed,
    SignInNeeded,
    SignInRefused,
    TooManyAttempts,
)
from wiki.model import ANONYMOUS, Role, Viewer
from wiki.services import accounts_store, throttle
from wiki.services.accounts import OPERATOR, Accounts

GOOD = "three purple otters"
HOME = "192.0.2.1"
ELSEWHERE = "198.51.100.7"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), wiki=WikiSettings(instance=tmp_path / "instance"))


@pytest.fixture
def accounts(settings, clock):
    made = Accounts(settings, clock=clock)
    made.prepare()
    made.make_first_admin()
    yield made
    made.close()


def person(accounts, name="ann", role=Role.EDITOR):
    """An account whose owner has chosen the password GOOD."""
    account, one_time = accounts.add(OPERATOR, name, role)
    return accounts.change_password(account, one_time, GOOD, HOME)


def alive(accounts, session) -> bool:
    return accounts.of_session(session) is not None


def test_a_person_signs_in_and_is_the_author_of_what_they_write(accounts):
    account, one_time = accounts.add(OPERATOR, "Ann", Role.EDITOR, "Ann Lee", "Ann@Example.org")
    assert account.one_time
    assert account.name == "ann"
    signed_in = accounts.sign_in("ANN ", one_time, HOME)
    assert signed_in.author.name == "Ann Lee"
    assert signed_in.author.email == "Ann@Example.org"
    assert signed_in.viewer.role is Role.EDITOR
    with pytest.raises(AccountInvalid, match="The one-time password is not right"):
        accounts.change_password(signed_in, "wrong", GOOD, HOME)
    changed = accounts.change_password(signed_in, one_time, GOOD, HOME)
    assert not changed.one_time
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann", one_time, HOME)
    accounts.sign_in("ann", GOOD, HOME)
    assert accounts.account("ann").signed_in_at > 0


def test_without_an_address_the_author_has_a_stable_one(accounts):
    assert person(accounts).author.email == "ann@localhost"


def test_a011_two_set_ups_make_one_administrator(settings):
    made: list[str] = []

    def set_up() -> None:
        accounts = Accounts(settings)
        accounts.prepare()
        made.append(accounts.make_first_admin())
        accounts.close()

    threads = [threading.Thread(target=set_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([password for password in made if password]) == 1


def test_a001_a_session_replayed_after_sign_out_is_dead(accounts):
    account = person(accounts)
    assert alive(accounts, account.session)
    accounts.sign_out(account)
    assert not alive(accounts, account.session)


@pytest.mark.parametrize("change", ["password", "reset", "role"])
def test_a002_sessions_end_with_password_and_role(accounts, change):
    account = person(accounts)
    if change == "password":
        accounts.change_password(account, GOOD, GOOD + "!", HOME)
    elif change == "reset":
        accounts.reset_password(OPERATOR, "ann")
    else:
        accounts.set_role(OPERATOR, "ann", Role.READER)
    assert not alive(accounts, account.session)


def test_a003_disabled_and_remade_accounts_inherit_nothing(accounts):
    account = person(accounts)
    accounts.set_disabled(OPERATOR, "ann", disabled=True)
    assert not alive(accounts, account.session)
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann", GOOD, HOME)
    accounts.set_disabled(OPERATOR, "ann", disabled=False)
    again = accounts.sign_in("ann", GOOD, HOME)
    accounts.remove(OPERATOR, "ann")
    assert not alive(accounts, again.session)
    person(accounts)
    assert not alive(accounts, again.session)
    assert not alive(accounts, account.session)


def test_sessions_that_nobody_was_given_name_nobody(accounts):
    account = person(accounts)
    for session in ("", ".", account.id, account.id + ".", account.id + ".é", "x.y", "1'--.2"):
        assert not alive(accounts, session)


def test_a006_guessing_is_slowed_but_the_owner_is_not_locked_out(accounts, clock):
    person(accounts)
    for _ in range(throttle.PER_ACCOUNT_AND_ADDRESS):
        with pytest.raises(SignInRefused):
            accounts.sign_in("ann", "wrong", ELSEWHERE)
    with pytest.raises(TooManyAttempts) as refusal:
        accounts.sign_in("ANN", GOOD, ELSEWHERE)
    assert 0 < refusal.value.wait_seconds <= throttle.WINDOW_SECONDS
    assert accounts.sign_in("ann", GOOD, HOME)
    clock.now += throttle.WINDOW_SECONDS + 1
    assert accounts.sign_in("ann", GOOD, ELSEWHERE)


def test_a006_many_names_from_one_address_are_slowed(accounts):
    limit = throttle.Throttle(accounts._database, accounts._clock)
    for number in range(throttle.PER_ADDRESS):
        limit.enter(f"user{number}", "2001:db8::1")
    with pytest.raises(TooManyAttempts):
        limit.enter("another", "2001:db8::2:1")
    limit.enter("another", "2001:db8:1::1")


def test_a006_the_count_holds_in_other_processes_and_old_passwords_count(settings, accounts):
    account = person(accounts)
    for _ in range(throttle.PER_ACCOUNT_AND_ADDRESS):
        with pytest.raises(AccountInvalid, match="The current password is not right"):
            accounts.change_password(account, "wrong", "another fine phrase", HOME)
    other = Accounts(settings, clock=accounts._clock)
    with pytest.raises(TooManyAttempts):
        other.sign_in("ann", GOOD, HOME)
    other.close()


def test_a007_unknown_people_cost_as_much_time_as_known_ones(thorough_passwords, accounts):
    person(accounts)

    def seconds(name: str) -> float:
        begun = time.process_time()
        with pytest.raises(SignInRefused):
            accounts.sign_in(name, "wrong", HOME)
        return time.process_time() - begun

    seconds("nobody1")
    known = sorted(seconds("ann") for _ in range(5))[2]
    unknown = sorted(seconds("somebody") for _ in range(5))[2]
    assert 0.33 < known / unknown < 3


def test_a_one_time_password_expires(accounts, clock):
    _, one_time = accounts.add(OPERATOR, "ann", Role.EDITOR)
    clock.now += 8 * 86400
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann", one_time, HOME)


def test_a010_bad_passwords_are_refused_and_a_huge_one_costs_nothing(accounts):
    account = person(accounts)
    for bad in ("short", "password1", "aaaaaaaaaa", "ann2024!!"):
        with pytest.raises(AccountInvalid):
            accounts.change_password(account, GOOD, bad, HOME)
    with pytest.raises(AccountInvalid):
        accounts.change_password(account, GOOD, GOOD, HOME)
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann", "x" * 1_000_000, HOME)
    long = "no truncation " * 9
    accounts.change_password(account, GOOD, long + "a", HOME)
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann", long + "b", HOME)


def test_hashes_made_with_older_parameters_are_renewed(accounts):
    import argon2

    person(accounts)
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    with accounts._database.writing() as connection:
        connection.execute(sa.update(accounts_store.accounts).values(password_hash=old))
    accounts.sign_in("ann", GOOD, HOME)
    with accounts._database.reading() as connection:
        table = accounts_store.accounts
        kept = connection.execute(
            sa.select(table.c.password_hash).where(table.c.name == "ann")
        ).scalar_one()
    assert kept.startswith("$argon2id$")
    assert kept != old


def test_z017_only_administrators_administer(accounts):
    person(accounts)
    editor = accounts.account("ann").viewer
    for by, refusal in ((editor, NotAllowed), (ANONYMOUS, SignInNeeded)):
        for act in (
            lambda by=by: accounts.add(by, "eve", Role.ADMIN),
            lambda by=by: accounts.set_role(by, "ann", Role.ADMIN),
            lambda by=by: accounts.reset_password(by, "admin"),
            lambda by=by: accounts.set_disabled(by, "admin", disabled=True),
            lambda by=by: accounts.remove(by, "admin"),
            lambda by=by: accounts.audit(by),
        ):
            with pytest.raises(refusal):
                act()
    assert accounts.account("ann").role is Role.EDITOR


def test_z018_the_last_administrator_stays(accounts):
    for act in (
        lambda: accounts.set_role(OPERATOR, "admin", Role.EDITOR),
        lambda: accounts.set_disabled(OPERATOR, "admin", disabled=True),
        lambda: accounts.remove(OPERATOR, "admin"),
    ):
        with pytest.raises(AccountInvalid, match="last administrator"):
            act()
    assert accounts.account("admin").role is Role.ADMIN
    accounts.add(OPERATOR, "bea", Role.ADMIN)
    accounts.set_role(OPERATOR, "admin", Role.EDITOR)


def test_an_address_or_a_look_alike_name_is_nobody_elses(accounts):
    accounts.add(OPERATOR, "paul", Role.READER, "", "paul@example.org")
    account = person(accounts)
    with pytest.raises(AccountInvalid, match="another account"):
        accounts.change_profile(account, "Ann", "PAUL@example.org")
    for name in ("PAUL", "раul", "pau1", "p-a-u-l"):
        with pytest.raises(AccountInvalid):
            accounts.add(OPERATOR, name, Role.READER)
    accounts.change_profile(account, " Ann  Lee ", "")
    assert accounts.account("ann").author.name == "Ann Lee"
    with pytest.raises(AccountInvalid):
        accounts.change_profile(account, "Ann <root@x>", "")


def test_a018_the_database_holds_no_usable_secret(settings, accounts):
    account = person(accounts)
    _, one_time = accounts.add(OPERATOR, "bea", Role.READER)
    accounts.close()
    dump = b"".join(p.read_bytes() for p in settings.wiki.instance.glob("accounts*"))
    assert GOOD.encode() not in dump
    assert one_time.encode() not in dump
    assert account.session.encode() not in dump


def test_a019_the_audit_log_tells_who_did_what_and_cannot_be_forged(accounts, clock):
    person(accounts)
    admin = accounts.account("admin").viewer
    accounts.set_role(admin, "ann", Role.READER)
    with pytest.raises(SignInRefused):
        accounts.sign_in("ann\n2026 admin signed in", "wrong", HOME)
    newest, role, *_ = accounts.audit(admin)
    assert (newest.event, newest.address) == ("sign-in refused", HOME)
    assert "\n" not in newest.subject
    assert (role.actor, role.event, role.subject, role.detail) == (
        "admin",
        "role changed",
        "ann",
        "reader",
    )
    clock.now += 500 * 86400
    accounts.prepare()
    assert not accounts.audit(admin)


def test_r016_a_missing_database_is_said_so_and_not_made_by_itself(settings):
    accounts = Accounts(settings)
    with pytest.raises(AccountsUnavailable, match="strata init"):
        accounts.of_session("a.b")
    assert not list(settings.wiki.instance.glob("*"))


def test_r016_a_corrupt_database_is_said_so(settings, accounts):
    accounts.close()
    path = settings.wiki.instance / "accounts.sqlite3"
    for leftover in settings.wiki.instance.glob("accounts.sqlite3-*"):
        leftover.unlink()
    path.write_bytes(b"no database at all" * 300)
    with pytest.raises(AccountsUnavailable, match="not a database"):
        accounts.all()


def test_r016_a_restored_database_is_taken_up_without_a_restart(settings, accounts):
    person(accounts)
    path = settings.wiki.instance / "accounts.sqlite3"
    backup = settings.wiki.instance / "backup"
    with sqlite3.connect(path) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    source.close()
    target.close()
    accounts.remove(OPERATOR, "ann")
    for leftover in settings.wiki.instance.glob("accounts.sqlite3-*"):
        leftover.unlink()
    backup.replace(path)
    assert accounts.account("ann").name == "ann"


def test_r027_a_database_of_a_newer_version_is_refused(settings, accounts):
    with accounts._database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num='9999'"))
    accounts.close()
    with pytest.raises(AccountsUnavailable, match="newer version"):
        accounts.all()


def test_r027_an_upgrade_that_fails_half_way_leaves_the_old_tables(settings):
    accounts = Accounts(settings)
    path = settings.wiki.instance
    path.mkdir()
    with sqlite3.connect(path / "accounts.sqlite3") as connection:
        connection.execute("CREATE TABLE audit (x)")  # in the way of the first revision
    connection.close()
    with pytest.raises(AccountsUnavailable):
        accounts.all()
    with sqlite3.connect(path / "accounts.sqlite3") as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        connection.execute("DROP TABLE audit")
    connection.close()
    assert tables == ["audit"]
    assert accounts.all() == []
    accounts.close()


def test_the_migrations_make_the_tables_the_code_declares(accounts):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with accounts._database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, accounts_store.metadata) == []
        assert context.get_current_revision() == accounts_store.SCHEMA


def test_r038_nobody_else_on_the_machine_reads_the_database(settings, accounts):
    accounts.all()
    for path in (settings.wiki.instance, *settings.wiki.instance.iterdir()):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def _count_in_child(accounts, answers) -> None:
    answers.put(len(accounts.all()))


def test_a_forked_worker_opens_its_own_connections(accounts):
    before = len(accounts.all())
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_count_in_child, args=(accounts, answers))
    child.start()
    assert answers.get(timeout=60) == before
    child.join()
    assert len(accounts.all()) == before


def test_a_database_url_shows_no_password():
    from wiki.services.accounts_store import Database

    assert "hunter2" not in Database("postgresql://u:hunter2@h/d", Path()).place


def test_viewers_of_accounts_are_told_apart_from_nobody(accounts):
    assert person(accounts).viewer == Viewer("ann", Role.EDITOR, accounts.account("ann").author)
