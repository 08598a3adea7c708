"""The key that signs sessions: made once, kept in ``instance/secret-key``, readable by nobody else."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from wiki.errors import SettingInvalid
from wiki.services.private_files import write_draft

FILE_NAME = "secret-key"
_MIN_LENGTH = 32
_MIN_DISTINCT = 10


def secret_key(instance: Path) -> str:
    """The key, made if there is none (safe if several processes start at once).

    Raises:
        SettingInvalid: the key is weak, others may read it, or it cannot be read or made.
    """
    path = instance / FILE_NAME
    try:
        if not path.exists():
            _make(path)
        key = path.read_text("ascii").strip()
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            str(path), "secret key", f"cannot be read or made ({error}).", "Check the folder."
        ) from error
    if mode & 0o077:
        raise SettingInvalid(
            str(path), "secret key", "others on this machine can read it.", f"Run: chmod 600 {path}"
        )
    if len(key) < _MIN_LENGTH or len(set(key)) < _MIN_DISTINCT:
        raise SettingInvalid(
            str(path),
            "secret key",
            "is too weak.",
            "Delete the file; a good key is made at the next start (everybody signs in again).",
        )
    return key


def _make(path: Path) -> None:
    """Write the whole file first and link it into place, so nobody ever reads half a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = write_draft(path, secrets.token_hex(32) + "\n")
    try:
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key counts
        except OSError:
            draft.rename(path)  # a file system without hard links
            return
        draft.unlink()
    except OSError:
        draft.unlink(missing_ok=True)
        raise
