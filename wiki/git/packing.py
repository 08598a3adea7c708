"""Who packs: while it is served, the wiki alone.

``git gc`` throws away objects to which no reference leads. What a save or a push has just written is such an
object until its reference moves. The wiki's own packing leaves alone what is younger than two weeks; somebody
else's ``git gc --prune=now`` would take the newest version away. Two of them keep out of each other's way
by a file, which the process that follows the repositories holds all the time.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

FILE = "gc.pid"
"""git believes it for twelve hours, or until the process that it names is gone."""


def hold(repository: Path) -> None:
    """Let no other ``git gc`` begin; call it again within twelve hours. One that is at work is left in peace.
    Where nothing can be written, nothing can be thrown away either.
    """
    if _is_at_work(repository):
        return
    draft = repository / f"{FILE}.{os.getpid()}"
    with suppress(OSError):
        draft.write_text(f"{os.getpid()} {socket.gethostname()}")
        draft.replace(repository / FILE)


def let_go(repository: Path) -> None:
    """Let others pack again, if it was this process that kept them from it."""
    with suppress(OSError):
        if _holder(repository) == (os.getpid(), socket.gethostname()):
            (repository / FILE).unlink()


def _holder(repository: Path) -> tuple[int, str]:
    number, _, host = (repository / FILE).read_text("utf-8", "replace").strip().partition(" ")
    return (int(number) if number.isdecimal() else 0), host


def _is_at_work(repository: Path) -> bool:
    """Whether another process of this machine is packing, or keeps others from it."""
    try:
        number, host = _holder(repository)
        if number in {0, os.getpid()} or host != socket.gethostname():
            return False
        os.kill(number, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
