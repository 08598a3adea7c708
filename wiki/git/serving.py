"""Clones, fetches and pushes of far-away clients, answered by git's own programs.

Everything runs on files: the request lies there whole before git starts, and the answer is whole
before it is sent. So no git waits for a slow client, and memory does not grow with a repository.

A push is judged while its objects wait apart from all others. git calls a tiny hook, which speaks over two
pipes with the thread that called :func:`receive`: no interpreter is started for a push, and a
server that dies leaves a hook that refuses.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from wiki.errors import GitFailed, Overloaded, PushRefused, SavedWithFault, StrataError
from wiki.git import process
from wiki.git.conversation import Conversation
from wiki.git.durability import sync_received
from wiki.git.guarding import BOUNDED, can_receive, only_proposals, receive_settings
from wiki.model.pushing import Push, RefUpdate

Service = Literal["upload-pack", "receive-pack"]
Judge = Callable[[Push], None]
Words = Callable[[tuple[RefUpdate, ...]], Sequence[str]]
"""What whoever pushed is told once it is done: a line each."""

MOST_REFERENCES = 100
"""A push that names more is a mistake or an attack."""

_NOT_JUDGED = (
    "This wiki could not look at your push, so nothing was changed. Push again; if that does not help, "
    "tell an administrator."
)
_log = logging.getLogger(__name__)
_PROTOCOL = re.compile(r"version=[012]")
_LOOK_SECONDS = 0.25
_LARGE_PUSH = 1_000_000
_KEPT_FREE = 0.03

_UPLOAD = (
    *BOUNDED,
    ("uploadpack.keepAlive", "0"),
    ("uploadpack.allowFilter", "false"),
    ("uploadpack.allowAnySHA1InWant", "false"),
)


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long git may work on one request, and how many bytes a push may bring."""

    seconds: float
    push_bytes: int = 0


def protocol_of(header: str) -> str:
    """What a ``Git-Protocol`` header asks for, if it is something git knows; else ""."""
    found = [part for part in header.split(":") if _PROTOCOL.fullmatch(part)]
    return max(found, default="")


def advertise(repository: Path, service: Service, answer: IO[bytes], protocol: str = "") -> None:
    """Write what a client is told first: the references, or what the server can do.

    Raises:
        GitFailed: git cannot read the repository.
        Overloaded: the machine has too much to do.
    """
    if service == "receive-pack" or protocol != "version=2":
        title = f"# service=git-{service}\n"
        answer.write(f"{len(title) + 4:04x}{title}0000".encode())
        answer.flush()
    command = [service, "--stateless-rpc", "--http-backend-info-refs", str(repository.absolute())]
    settings = _UPLOAD if service == "upload-pack" else receive_settings()
    with Path(os.devnull).open("rb") as nothing, tempfile.TemporaryFile() as errors:
        git = process.serve(
            command,
            process.Streams(nothing, answer, errors),
            settings=settings,
            variables=_spoken(protocol if service == "upload-pack" else ""),
            behind=False,
        )
        _wait(git, time.monotonic() + 60, _never)
        if git.returncode:
            raise GitFailed(service, git.returncode, _said(errors))


def upload(
    repository: Path,
    request: IO[bytes],
    answer: IO[bytes],
    bounds: Bounds,
    *,
    protocol: str = "",
    gone: Callable[[], bool] = lambda: False,
) -> None:
    """Answer one request of a clone or fetch.

    Args:
        request: a real file with what the client sent.
        answer: a real file for what it gets.
        gone: whether the client has hung up, asked now and then.

    Raises:
        GitFailed: the request makes no sense to git.
        Overloaded: it took too long, or the answer would fill the disk.
        ClientGone: nobody waits for it any more.
    """
    _check_room(repository, answer)
    command = ["upload-pack", "--strict", "--stateless-rpc", str(repository.absolute())]
    with tempfile.TemporaryFile() as errors:
        git = process.serve(
            command,
            process.Streams(request, answer, errors),
            settings=_UPLOAD,
            variables=_spoken(protocol),
        )
        _wait(git, time.monotonic() + bounds.seconds, gone)
        if git.returncode and not _length(answer):
            raise GitFailed("upload-pack", git.returncode, _said(errors))


def _silence(_: tuple[RefUpdate, ...]) -> Sequence[str]:
    return ()


def receive(
    repository: Path,
    request: IO[bytes],
    answer: IO[bytes],
    judge: Judge,
    bounds: Bounds,
    words: Words = _silence,
) -> tuple[RefUpdate, ...]:
    """Take in one push, if the judge lets it pass; durable on return.

    Args:
        judge: called once, while the objects wait apart; raises PushRefused (or another refusal, whose
            sentence the pusher reads). Not called if git itself refuses.
        words: called once with what was really moved, if anything was.

    Returns:
        What was really moved: less than was asked for if others were faster.

    Raises:
        GitFailed: the request makes no sense to git.
        Overloaded: it took too long.
        SavedWithFault: the push is in, but the disk failed to confirm it.
    """
    if not can_receive():
        raise GitFailed("receive-pack", -1, "its hooks cannot be run")
    guarded = not only_proposals(request)
    command = ["receive-pack", "--stateless-rpc", str(repository.absolute())]
    deadline = time.monotonic() + bounds.seconds
    with tempfile.TemporaryFile() as errors, Conversation(repository) as conversation:
        git = process.serve(
            command,
            process.Streams(request, answer, errors),
            settings=receive_settings(bounds.push_bytes, guarded=guarded),
            variables=conversation.variables,
            handed_down=conversation.handed_down,
            # While a small push waits its turn, the branch moves on and it is too late.
            behind=_length(request) > _LARGE_PUSH,
        )
        try:
            conversation.handed()
            asked = conversation.question(deadline)
            if asked is not None:
                reasons = _reasons(judge, asked) or _too_late(deadline, bounds)
                conversation.answer(reasons)
                # What has leave is brought to its end.
                deadline = time.monotonic() + bounds.seconds
            moved = conversation.outcome(deadline)
            conversation.tell(_last_words(words, moved) if moved else ())
        except TimeoutError:
            process.end(git)
            raise Overloaded(f"the push took more than {bounds.seconds:g} seconds") from None
        except BaseException:
            process.end(git)
            raise
        _wait(git, deadline, _never)
        if git.returncode and not _length(answer):
            raise GitFailed("receive-pack", git.returncode, _said(errors))
    _make_durable(repository, moved)
    return moved


def _reasons(judge: Judge, push: Push) -> tuple[str, ...]:
    """Why the push is refused; nothing if it passes."""
    if len(push.updates) > MOST_REFERENCES:
        return (f"A push may move at most {MOST_REFERENCES} branches at once. Push fewer.",)
    try:
        judge(push)
    except PushRefused as refusal:
        return refusal.reasons or (str(refusal),)
    except StrataError as refusal:
        if not isinstance(refusal, GitFailed):  # its detail is not for people
            return (str(refusal),)
        _log.error("a push was not judged: %s", refusal)
    except Exception:  # noqa: BLE001 - whatever it was, it is no leave
        _log.exception("a push was not judged")
    else:
        return ()
    return (_NOT_JUDGED,)


def _last_words(words: Words, moved: tuple[RefUpdate, ...]) -> Sequence[str]:
    try:
        return words(moved)
    except Exception:  # noqa: BLE001 - whatever it was, the push is in
        _log.exception("a push was taken in without a word")
        return ()


def _too_late(deadline: float, bounds: Bounds) -> tuple[str, ...]:
    if time.monotonic() < deadline:
        return ()
    return (f"This push took more than {bounds.seconds:g} seconds. Push fewer commits at a time.",)


def _check_room(repository: Path, answer: IO[bytes]) -> None:
    """An answer may be as large as all packs; the disk it goes to may be that of the spaces, too."""
    size = 0
    for pack in (repository / "objects/pack").glob("*.pack"):
        with suppress(FileNotFoundError):  # packed anew meanwhile
            size += pack.stat().st_size
    disk = os.fstatvfs(answer.fileno())
    if disk.f_bavail * disk.f_frsize < size + disk.f_blocks * disk.f_frsize * _KEPT_FREE:
        raise Overloaded("too little room for temporary files")


def _make_durable(repository: Path, moved: tuple[RefUpdate, ...]) -> None:
    if not moved:
        return
    try:
        sync_received(repository, (update.ref for update in moved))
    except OSError as error:
        raise SavedWithFault(moved[0].new, os.strerror(error.errno or 0)) from error


def _wait(git: subprocess.Popen[bytes], deadline: float, gone: Callable[[], bool]) -> None:
    while True:
        with suppress(subprocess.TimeoutExpired):
            git.wait(_LOOK_SECONDS)
            return
        if time.monotonic() > deadline:
            process.end(git)
            raise Overloaded("git took too long")
        if gone():
            process.end(git)
            raise ClientGone


def _never() -> bool:
    return False


def _spoken(protocol: str) -> dict[str, str]:
    return {"GIT_PROTOCOL": protocol} if protocol else {}


def _length(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


def _said(errors: IO[bytes]) -> str:
    errors.seek(max(0, _length(errors) - 2000))
    return errors.read().decode("utf-8", "replace").strip()
