"""Who is asking, and who wrote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

Door = Literal["web", "push", "api", "proposal", "import", "mcp"]
"""The way by which an edit comes into a space."""


class Role(IntEnum):
    """What an account may do, in rising order; a role includes those below it."""

    NOBODY = 0
    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Author:
    """A name and an address as git records them."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person (or nobody) on whose behalf something is done; every service takes one.

    ``account`` is the account's user name, or "" for somebody not signed in. ``door`` is the way they came;
    ``read_only``: they came with a key that opens nothing but reading, whatever their role.
    """

    account: str
    role: Role
    author: Author | None = None
    door: Door = "web"
    read_only: bool = False

    @property
    def signed_in(self) -> bool:
        return bool(self.account)


ANONYMOUS = Viewer(account="", role=Role.NOBODY)
