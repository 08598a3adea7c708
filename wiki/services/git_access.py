"""git's door: who may clone and who may push, and what follows a push."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO

from wiki.errors import SavedWithFault, SignInNeeded, TokenReadOnly
from wiki.git import serving
from wiki.git.branches import Branch
from wiki.git.durability import check_room
from wiki.git.serving import ClientGone, Service
from wiki.model import Viewer
from wiki.model.pushing import Push, RefUpdate
from wiki.services import push_words, pushing
from wiki.services.proposal_decisions import close
from wiki.services.push_words import Places
from wiki.services.space import Space
from wiki.services.wiki import Wiki

__all__ = ["ClientGone", "Places", "Service", "advertise", "fetch", "open_for", "push"]

_SOON_BYTES = 1_000_000
"""What a larger push brings is followed by the process that does nothing else."""

_ROOM_BYTES = 1_000_000
"""With less room on the disk no push is begun: one that fails half way leaves the disk fuller."""


def open_for(wiki: Wiki, viewer: Viewer, name: str, service: Service) -> Space:
    """The space, for somebody who wants to fetch from it or push into it.

    Whether a push may bring what it brings is found out when it is there.

    Raises:
        SpaceNotFound: there is none, or the viewer may not know of it.
        SignInNeeded: nobody is signed in, and that would have to be.
        TokenReadOnly: they came with a token that may not write.
        StorageFull, StorageReadOnly: nothing can be taken in at all.
    """
    space = wiki.space(viewer, name)
    if service == "receive-pack":
        if not viewer.signed_in:
            raise SignInNeeded("push")
        if viewer.read_only:
            raise TokenReadOnly
        # Told here a client shows the sentence; later git would fail in words of its own.
        check_room(space.repository.path / "objects", _ROOM_BYTES)
    return space


def advertise(space: Space, service: Service, answer: IO[bytes], protocol: str) -> None:
    """Write what a client is told first; ``protocol`` is its ``Git-Protocol`` header."""
    path = space.repository.path
    serving.advertise(path, service, answer, serving.protocol_of(protocol))


def fetch(
    wiki: Wiki,
    space: Space,
    request: IO[bytes],
    answer: IO[bytes],
    protocol: str,
    gone: Callable[[], bool],
) -> None:
    """Answer one request of a clone or fetch; see ``serving.upload``."""
    bounds = serving.Bounds(wiki.settings.limits.git_seconds)
    protocol = serving.protocol_of(protocol)
    serving.upload(space.repository.path, request, answer, bounds, protocol=protocol, gone=gone)


def push(
    wiki: Wiki,
    viewer: Viewer,
    space: Space,
    request: IO[bytes],
    answer: IO[bytes],
    size: int,
    places: Places,
    *,
    ask_again: Callable[[], Viewer],
) -> tuple[RefUpdate, ...]:
    """Take in a push of ``size`` bytes, and tell whoever pushed what became of it; what it moved.

    See ``serving.receive``.

    Args:
        ask_again: who pushes, by what is known once everything is unpacked, which may take minutes:
            whose token was revoked or whose role was changed meanwhile brings in nothing.
    """
    limits = wiki.settings.limits
    bounds = serving.Bounds(limits.git_seconds, limits.push_bytes)

    passed: list[Push] = []
    joined: list[Branch] = []

    def judge(asked: Push) -> None:
        pushing.judge(wiki, ask_again(), space, asked)
        passed.append(asked)

    def told(moved: tuple[RefUpdate, ...]) -> Sequence[str]:
        joined.extend(push_words.taken_in(space, moved))
        return push_words.words(wiki, viewer, space, moved, joined, places)

    def settle(moved: tuple[RefUpdate, ...]) -> None:
        for asked in passed:
            pushing.settle(wiki, viewer, space, asked, moved)

    space.repository.make_way()
    try:
        moved = serving.receive(space.repository.path, request, answer, judge, bounds, told)
    except SavedWithFault:
        settle(passed[0].updates if passed else ())
        raise
    # Of a push that had leave and was cut off nobody knows whether it came in: what is written down of
    # it stays, which does no harm if it did not.
    settle(moved)
    for branch in joined:
        close(space, branch)
    if moved and size <= _SOON_BYTES:
        space.follower.follow_soon()
    return moved
