"""The first start: make what is missing, leave alone what is there."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wiki.errors import StorageReadOnly
from wiki.services.private_files import one_at_a_time
from wiki.services.secret_key import FILE_NAME, secret_key
from wiki.services.starter import STARTER_SPACE, make_starter_space
from wiki.services.wiki import Wiki


@dataclass(frozen=True, slots=True)
class Done:
    """What was made, in sentences; ``password`` is the first administrator's, "" if not new."""

    made: tuple[str, ...]
    password: str


def set_up(wiki: Wiki, *, starter: bool = True) -> Done:
    """Make folders, secret key, account database, first administrator and starter space.

    Raises:
        StorageReadOnly: a folder cannot be made.
        SettingInvalid: the secret key there is cannot be used.
        AccountsUnavailable: the account database there is cannot be used.
    """
    places = wiki.settings.wiki
    made = []
    try:
        for folder in (places.content, places.search_index, places.instance):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                made.append(f"Made the folder {folder}.")
    except OSError as error:
        raise StorageReadOnly(str(error)) from error
    with one_at_a_time(places.instance / "set-up.lock"):
        if not (places.instance / FILE_NAME).exists():
            _close_to_others((places.content, places.search_index, places.instance))
            made.append("Made the key that signs sessions.")
        secret_key(places.instance)
        wiki.accounts.prepare()
        wiki.drafts.tidy()
        wiki.looks.tidy()
        password = wiki.accounts.make_first_admin()
        if password:
            made.append(f"Made the account database {wiki.accounts.place} and the account “admin”.")
        if starter and not wiki.space_names():
            make_starter_space(wiki)
            made.append(f"Made the space “{STARTER_SPACE}”.")
    return Done(tuple(made), password)


def _close_to_others(folders: Iterable[Path]) -> None:
    """At the first start only: who opens a folder to others later has reasons."""
    for folder in folders:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & 0o077:
            # Where the folder is somebody else's, "strata check" will say so.
            with suppress(PermissionError):
                folder.chmod(mode & 0o700)
