"""Passwords: which are good enough, how they are kept, and those we invent for one use."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cached_property

import argon2

from wiki.errors import AccountInvalid

MIN_LENGTH = 8
MAX_LENGTH = 1000

# Without letters and digits that are mistaken for each other when read from a screen.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

_KEYBOARD = (
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_COMMON = frozenset(
    (
        "password passwort motdepasse contrasena passw senha parola wachtwoord haslo secret geheim "
        "letmein welcome willkommen admin administrator root login master access changeme default "
        "test tester testing guest user demo example sample temp iloveyou sunshine princess dragon "
        "monkey football baseball basketball soccer hockey superman batman trustno starwars pokemon "
        "michael jennifer jordan charlie daniel thomas jessica ashley hunter harley ranger buster "
        "shadow summer winter spring autumn january february march april june july august september "
        "october november december monday tuesday wednesday thursday friday saturday sunday flower "
        "freedom whatever computer internet samsung google facebook linkedin microsoft windows "
        "company office strata wiki markdown wikiwiki hello helloworld love lovely angel family "
        "mustang ferrari porsche mercedes corvette cookie cheese banana orange purple silver golden "
        "chocolate pepper ginger coffee killer hacker matrix phoenix nothing blahblah asdf qwer zxcv"
    ).split()
)
_LEET = str.maketrans("@4301!$57", "aaeoiisst")


def check_password(password: str, *personal: str) -> None:
    """Whether somebody may choose this password; ``personal`` are words others would try first.

    Raises:
        AccountInvalid: too short, too long, or among the first that anybody would guess.
    """
    length = len(_normal(password))
    if length < MIN_LENGTH:
        raise AccountInvalid(f"The password is too short: use {MIN_LENGTH} characters or more.")
    if length > MAX_LENGTH:
        raise AccountInvalid(f"The password is longer than {MAX_LENGTH} characters.")
    if _guessable(_normal(password).casefold(), [word.casefold() for word in personal if word]):
        raise AccountInvalid(
            "This password is easily guessed. Three or four words that nobody else would put "
            "together are better."
        )


def _guessable(password: str, personal: list[str]) -> bool:
    if len(set(password)) <= 3 or _is_sequence(password):
        return True
    words = _COMMON.union(word for word in personal if len(word) >= 3)
    for candidate in (password, password.translate(_LEET)):
        letters = "".join(c for c in candidate if c.isalpha())
        half = letters[: len(letters) // 2]
        if letters in words or (half in words and letters == half * 2):
            return True
    return False


def _is_sequence(password: str) -> bool:
    """Whether all of it runs along the keyboard or the alphabet, either way."""
    rows = [row * 2 for row in _KEYBOARD]
    return any(password in row or password in row[::-1] for row in rows)


def one_time_password() -> str:
    """A password of about 99 bits, in groups that are easily copied by hand."""
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4)]
    return "-".join(groups)


class Hasher:
    """argon2id, with the memory and time OWASP recommends where many may sign in at once."""

    def __init__(self) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    def hash(self, password: str) -> str:
        """What is kept instead of the password."""
        return self._argon2.hash(_normal(password))

    def verify(self, kept: str, password: str) -> bool:
        """Whether this is the password. ``kept`` "" costs as much time as a real one, and fails."""
        genuine = bool(kept) and len(password) <= MAX_LENGTH
        try:
            self._argon2.verify(kept if genuine else self._nobodys, _normal(password[:MAX_LENGTH]))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return genuine

    def outdated(self, kept: str) -> bool:
        """Whether the password should be hashed anew, with today's parameters."""
        return self._argon2.check_needs_rehash(kept)

    def warm(self) -> None:
        """Prepare the hash for unknown people, so that the first of them takes no longer."""
        _ = self._nobodys

    @cached_property
    def _nobodys(self) -> str:
        return self._argon2.hash(secrets.token_urlsafe(32))


def _normal(password: str) -> str:
    """The same password from any keyboard: composed and decomposed letters are one."""
    return unicodedata.normalize("NFC", password)
