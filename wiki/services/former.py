"""Former members: people whom the wiki names no more, though the history keeps what they wrote.

The list holds a number for each of them and digests of their addresses, salted: no name and no
address, so that it tells nobody who they were, and still recognises every version that bears theirs,
also one that comes in later. It lies in ``instance/``; whoever loses it sees the names again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from wiki.analytics.mailmap import fold
from wiki.analytics.people import name_words
from wiki.errors import FormerMembersUnreadable
from wiki.model import Author
from wiki.services.private_files import one_at_a_time, write_whole

FILE_NAME = "former-members"
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Former:
    """The list as it was read: digests with the number of whom each one means. ``version`` changes
    whenever anybody is added; "" while there is nobody. ``unlisted`` are the numbers of those who had left
    reports that name people, and are in none as a former member either."""

    version: str = ""
    salt: bytes = b""
    numbers: Mapping[str, int] = field(default_factory=dict, repr=False)
    unlisted: frozenset[int] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """What all of them are called."""
        return frozenset(map(called, self.numbers.values()))

    def number_of(self, author: Author) -> int:
        """The number of the former member who wrote under a name and address; 0: it is none."""
        if not self.numbers:
            return 0
        by_address = self.numbers.get(_digest(self.salt, author.email, "")) if author.email else 0
        return by_address or self.numbers.get(_digest(self.salt, author.email, author.name), 0)

    def shown(self, author: Author) -> Author:
        """The author as the wiki shows them: themselves, or a former member without any address."""
        number = self.number_of(author)
        return Author(called(number), "") if number else author


def called(number: int) -> str:
    """What the wiki calls a former member."""
    return f"former member #{number}"


NOBODY = Former()


class FormerMembers:
    """The list of an installation. Safe between threads and processes; a look costs one ``stat``."""

    def __init__(self, instance: Path) -> None:
        self._path = instance / FILE_NAME
        self._read: tuple[tuple[int, int, int], Former] | None = None

    def known(self) -> Former:
        """Everybody who is on it now.

        Raises:
            FormerMembersUnreadable: it is damaged, so that nobody can say whose name may be shown.
        """
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return NOBODY
        except OSError as error:
            raise FormerMembersUnreadable(str(self._path), str(error.strerror)) from error
        mark = (status.st_ino, status.st_mtime_ns, status.st_size)
        last = self._read
        if last is None or last[0] != mark:
            last = self._read = (mark, self._parse())
        return last[1]

    def add(
        self, authors: Iterable[Author], alone: frozenset[str], *, unlisted: bool = False
    ) -> int:
        """Put one person on the list, with all their names and addresses; their number.

        Of an address in ``alone`` (folded) everything is theirs, whatever the name; of any other only
        what bears their name, too. Whoever is on the list already keeps their number.
        """
        wanted = list(authors)
        with one_at_a_time(self._path.with_name(f"{FILE_NAME}.lock")):
            known = self.known()
            salt = known.salt or secrets.token_bytes(_SALT_BYTES)
            numbers = dict(known.numbers)
            found = next((n for each in wanted if (n := known.number_of(each))), 0)
            number = found or max(numbers.values(), default=0) + 1
            for author in wanted:
                sole = bool(author.email) and fold(author.email) in alone
                numbers[_digest(salt, author.email, "" if sole else author.name)] = number
            self._write(salt, numbers, known.unlisted | ({number} if unlisted else set()))
        return number

    def _parse(self) -> Former:
        try:
            text = self._path.read_bytes()
            told = json.loads(text)
            numbers = {str(digest): int(number) for digest, number in told["members"].items()}
            version = blake2b(text, digest_size=8).hexdigest()
            unlisted = frozenset(map(int, told.get("unlisted", ())))
            return Former(version, bytes.fromhex(told["salt"]), numbers, unlisted)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FormerMembersUnreadable(str(self._path), str(error)) from error

    def _write(self, salt: bytes, numbers: Mapping[str, int], unlisted: frozenset[int]) -> None:
        told = {"salt": salt.hex(), "members": dict(sorted(numbers.items()))}
        body = json.dumps(told | {"unlisted": sorted(unlisted)}, indent=1)
        write_whole(self._path, body + "\n")


def _digest(salt: bytes, email: str, name: str) -> str:
    """Of an address alone, or (with a name) of both together."""
    text = f"{fold(email)}\n{name_words(name)}".encode("utf-8", "replace")
    return blake2b(text, key=salt, digest_size=16).hexdigest()
