"""Personal access tokens: whom they let in, for how long, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.clocks import Clock
from tests.services.test_accounts import person
from wiki.config import Settings, WikiSettings
from wiki.errors import NotAllowed, TokenInvalid
from wiki.model import Role
from wiki.services import accounts_store, policy
from wiki.services.accounts import OPERATOR, Accounts
from wiki.services.tokens import MOST_TOKENS, PREFIX, Tokens


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock):
    settings = replace(Settings(), wiki=WikiSettings(instance=tmp_path / "instance"))
    made = Accounts(settings, clock=clock)
    made.prepare()
    made.make_first_admin()
    yield made
    made.close()


@pytest.fixture
def tokens(accounts, clock) -> Tokens:
    return Tokens(accounts, clock=clock)


@pytest.fixture
def ann(accounts):
    return person(accounts)


def test_a_token_lets_its_person_in_by_the_door_it_is_used_at(tokens, ann):
    token, secret = tokens.create(ann, " my  laptop ", may_write=True, days=30)
    assert secret.startswith(PREFIX)
    assert token.name == "my laptop"
    viewer = tokens.sign_in(secret, "ANN", door="push")
    assert (viewer.account, viewer.role, viewer.door, viewer.read_only) == (
        "ann", Role.EDITOR, "push", False,
    )  # fmt: skip
    assert viewer.author == ann.author


def test_a_database_that_takes_nothing_more_still_lets_people_in(tokens, accounts, ann):
    _, secret = tokens.create(ann, "laptop", may_write=True, days=30)
    with accounts.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON tokens BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    assert tokens.sign_in(secret).account == "ann"
    assert tokens.of_account(ann)[0].used_at == 0


@pytest.mark.parametrize("user", ["ben", "admin", "ann2"])
def test_a_token_is_nobody_elses(tokens, ann, user):
    _, secret = tokens.create(ann, "laptop", may_write=True, days=30)
    assert tokens.sign_in(secret, user) is None


def test_z020_a_reading_token_of_an_administrator_cannot_write(accounts, tokens):
    admin = person(accounts, "root1", Role.ADMIN)
    _, secret = tokens.create(admin, "mirror", may_write=False, days=30)
    viewer = tokens.sign_in(secret)
    assert policy.may(viewer, policy.Action.READ, "handbook", Settings())
    with pytest.raises(NotAllowed):
        policy.allow(viewer, policy.Action.EDIT, "handbook", Settings())
    with pytest.raises(NotAllowed):
        policy.allow(viewer, policy.Action.ADMINISTER, "", Settings())


def test_z020_a003_a_token_ends_with_its_time_its_revocation_and_its_account(
    accounts, tokens, ann, clock
):
    _, short = tokens.create(ann, "short", may_write=True, days=1)
    other, long = tokens.create(ann, "long", may_write=True, days=60)
    clock.now += 86400
    assert tokens.sign_in(short) is None
    assert tokens.sign_in(long) is not None
    accounts.set_disabled(OPERATOR, "ann", disabled=True)
    assert tokens.sign_in(long) is None
    accounts.set_disabled(OPERATOR, "ann", disabled=False)
    tokens.revoke(ann, other.id)
    assert tokens.sign_in(long) is None
    with pytest.raises(TokenInvalid):
        tokens.revoke(ann, other.id)


def test_a_reset_password_ends_the_tokens_made_before(accounts, tokens, ann):
    _, secret = tokens.create(ann, "laptop", may_write=True, days=30)
    one_time = accounts.reset_password(OPERATOR, "ann")
    assert tokens.sign_in(secret) is None
    accounts.change_password(accounts.account("ann"), one_time, "four yellow badgers", "192.0.2.1")
    assert tokens.sign_in(secret) is None


def test_nobody_comes_in_by_token_while_another_has_seen_the_password(accounts, tokens):
    account, _ = accounts.add(OPERATOR, "ned", Role.EDITOR)
    _, secret = tokens.create(account, "laptop", may_write=True, days=30)
    assert tokens.sign_in(secret) is None


def test_an_account_made_anew_inherits_no_token(accounts, tokens, ann):
    _, secret = tokens.create(ann, "laptop", may_write=True, days=30)
    accounts.remove(OPERATOR, "ann")
    person(accounts, "ann")
    assert tokens.sign_in(secret) is None


def test_nobody_revokes_another_persons_token(accounts, tokens, ann):
    token, secret = tokens.create(ann, "laptop", may_write=True, days=30)
    with pytest.raises(TokenInvalid):
        tokens.revoke(person(accounts, "ben"), token.id)
    assert tokens.sign_in(secret)


def test_z020_a018_the_secret_is_kept_nowhere(accounts, tokens, ann, tmp_path):
    _, secret = tokens.create(ann, "laptop", may_write=True, days=30)
    tokens.sign_in(secret)
    accounts.close()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "instance").iterdir())
    assert secret[len(PREFIX) :].encode() not in kept


def test_the_last_use_is_noted_once_a_minute(accounts, tokens, ann, clock):
    _, secret = tokens.create(ann, "laptop", may_write=True, days=30)
    begun = int(clock.now)
    used = []
    for seconds in (0, 30, 31):
        clock.now += seconds
        tokens.sign_in(secret)
        used.append(tokens.of_account(ann)[0].used_at - begun)
    assert used == [0, 0, 61]


@pytest.mark.parametrize("secret", ["", PREFIX, "x" * 50, PREFIX + "é" * 43, PREFIX + "a" * 43])
def test_other_words_let_nobody_in(tokens, ann, secret):
    tokens.create(ann, "laptop", may_write=True, days=30)
    assert tokens.sign_in(secret) is None


@pytest.mark.parametrize(
    ("name", "days"), [("", 3), ("x" * 101, 3), ("a\x00", 3), ("a", 0), ("a", 367)]
)
def test_a_token_has_a_name_and_an_end(tokens, ann, name, days):
    with pytest.raises(TokenInvalid):
        tokens.create(ann, name, may_write=True, days=days)


def test_tokens_of_one_person_are_bounded(tokens, ann, accounts):
    row = {"account": ann.id, "name": "x", "may_write": True, "created_at": 1, "used_at": 0}
    rows = [
        {**row, "id": str(n), "digest": str(n), "expires_at": 4_000_000_000}
        for n in range(MOST_TOKENS)
    ]
    with accounts.database.writing() as connection:
        connection.execute(sa.insert(accounts_store.tokens), rows)
    with pytest.raises(TokenInvalid):
        tokens.create(ann, "one more", may_write=True, days=1)
