"""Passwords: which are refused, and how they are kept."""

from __future__ import annotations

import pytest

from wiki.errors import AccountInvalid
from wiki.services.passwords import Hasher, check_password, one_time_password


@pytest.mark.parametrize(
    "password",
    [
        "", "seven77", "12345678", "87654321", "qwertyuiop", "poiuytrewq", "abcdefgh", "aaaaaaaa",
        "abababab", "password", "Password123!", "p@ssw0rd", "letmein2024", "passwordpassword",
        "annannann", "Strata2026", "x" * 1001,
    ],
)  # fmt: skip
def test_a010_guessable_passwords_are_refused(password):
    with pytest.raises(AccountInvalid):
        check_password(password, "ann", "Strata")


@pytest.mark.parametrize(
    "password",
    [
        "three purple otters",
        "anniversary-ann",
        "k7#mQ2!x",
        "пароль-который-длинный",
        "x1" * 64 + "yz",
        " 12 monkeys and one cat ",
    ],
)
def test_good_passwords_are_taken(password):
    check_password(password, "ann", "Strata")


@pytest.mark.usefixtures("thorough_passwords")
def test_hashes_are_argon2id_and_know_composed_letters():
    hasher = Hasher()
    kept = hasher.hash("caf\u00e9 au lait")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify(kept, "cafe\u0301 au lait")
    assert not hasher.verify(kept, "cafe au lait")
    assert not hasher.verify("", "anything")
    assert not hasher.verify("garbage", "anything")
    assert not hasher.outdated(kept)


def test_one_time_passwords_are_good_and_never_the_same():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password)
        assert len(password) == 23
