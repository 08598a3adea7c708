"""Exchanging a space with another repository: fetch, join, push, without losing a word on either side.

Whatever stands in the way is written down and tried again; the wiki itself never waits for it. Where both
sides changed the same lines, the other side's work becomes a proposal that an editor settles.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from wiki.errors import (
    EditConflict,
    GitFailed,
    NothingToSave,
    PushRefused,
    RemoteRefused,
    StrataError,
    TooManyCollisions,
    UnrelatedHistory,
)
from wiki.git.joining import Join
from wiki.git.locking import SpaceLock
from wiki.git.remotes import Remote, RemoteMoved
from wiki.model import Viewer
from wiki.services import policy, pushing
from wiki.services.policy import Action
from wiki.services.proposal_places import FROM_REMOTE, PREFIX
from wiki.services.remotes import Exchange, Trouble
from wiki.services.space import Space
from wiki.services.wiki import Wiki

LOCK_FILE = "strata-exchange.lock"
PROPOSAL = FROM_REMOTE.removeprefix(PREFIX)
_ROUNDS = 5
_LOOK_SECONDS = 2.0

_log = structlog.get_logger("strata.exchange")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How an exchange ended: whether the space or the other side moved, or what stood in the way."""

    taken: bool = False
    given: bool = False
    trouble: Trouble = ""
    said: str = ""


_ENDED = {
    (True, True): "Exchanged: changes came in, and changes went out.",
    (True, False): "Exchanged: changes came in.",
    (False, True): "Exchanged: changes went out.",
    (False, False): "Nothing was new on either side.",
}
_TROUBLES: dict[Trouble, str] = {
    "away": "The last try did not succeed: {said}",
    "collision": "Both sides changed the same lines of {said}. What the other side wrote waits as a proposal.",
    "rewritten": "The other side rewrote its history. Nothing is exchanged until somebody decides.",
    "unrelated": "{said}",
    "refused": "What it has cannot be taken in: {said}",
}


def describe(ended: Exchanged) -> str:
    """How an exchange ended, as a sentence."""
    if ended.trouble:
        return _TROUBLES[ended.trouble].format(said=ended.said)
    return _ENDED[ended.taken, ended.given]


def exchange_now(wiki: Wiki, viewer: Viewer, space_name: str) -> Exchanged:
    """Exchange a space at once.

    Raises:
        NotAllowed, SignInNeeded: only administrators may.
        RemoteRefused: the space is exchanged with nothing.
        SpaceBusy: it is being exchanged at this moment.
    """
    policy.allow(viewer, Action.ADMINISTER, space_name, wiki.settings)
    space = wiki.space(viewer, space_name)
    found = wiki.remotes.of(space_name)
    if found is None:
        raise RemoteRefused(f"“{space_name}” is not exchanged with another repository.")
    return exchange(wiki, space, found)


def exchange(wiki: Wiki, space: Space, arranged: Exchange) -> Exchanged:
    """Do it, and write down how it went; never raises for what is the other side's fault.

    Raises:
        SpaceBusy: it is being done at this moment.
    """
    remotes = wiki.remotes
    lock = SpaceLock(space.repository.path, space.name, 0.0, file=LOCK_FILE)
    with lock.hold():
        remotes.begin(space.name)
        try:
            ended, seen, given = _exchange(wiki, space, arranged)
        except RemoteRefused as refused:
            said = f"{refused} {refused.said}".strip()
            ended, seen, given = Exchanged(trouble="away", said=said), "", ""
        except PushRefused as refused:
            ended, seen, given = (
                Exchanged(trouble="refused", said=" ".join(refused.reasons)),
                "",
                "",
            )
        except (StrataError, OSError) as error:
            ended, seen, given = Exchanged(trouble="away", said=_sentence(error)), "", ""
        if ended.trouble:
            remotes.failed(arranged, ended.trouble, ended.said)
            _log.warning("not exchanged", space=space.name, reason=ended.said or ended.trouble)
        else:
            remotes.done(arranged, seen, given)
        return ended


def _exchange(wiki: Wiki, space: Space, arranged: Exchange) -> tuple[Exchanged, str, str]:
    address, most = wiki.remotes.address(arranged), wiki.settings.limits.push_bytes
    remote = Remote(space.repository.path, address, most)
    taken = given = False
    for _ in range(_ROUNDS):
        seen = _fetched(remote, arranged)
        if seen and _is_rewritten(space, arranged, seen):
            return Exchanged(trouble="rewritten", said=seen), "", ""
        if seen and arranged.direction != "push":
            trouble, moved = _take(wiki, space, arranged, seen)
            if trouble.trouble:
                return trouble, "", ""
            taken = taken or moved
        head = space.repository.head() or ""
        if not head or head == seen or arranged.direction == "fetch":
            return Exchanged(taken, given), seen, head
        if seen and not space.repository.is_ancestor(seen, head):
            # Only reached where its changes are not to be taken in.
            said = (
                "It has changes of its own, and the space only sends. Let it also take changes in."
            )
            return Exchanged(trouble="away", said=said), "", ""
        try:
            remote.push(head)
        except RemoteMoved:
            continue
        return Exchanged(taken, True), head, head
    return Exchanged(trouble="away", said="It changed all the time while we tried to send."), "", ""


def _fetched(remote: Remote, arranged: Exchange) -> str:
    """Where the other side stands; "" if it is empty yet and is to be sent to.

    What has other branches is not empty: a slip in its address or branch would put this space's whole
    history into somebody else's repository.
    """
    try:
        return remote.fetch()
    except RemoteRefused as refused:
        if arranged.direction == "fetch" or arranged.seen or "no branch" not in str(refused):
            raise
    if others := remote.branches():
        raise RemoteRefused(
            f"It has no branch “{arranged.branch}”, but “{'”, “'.join(others[:5])}”. Name one of these. "
            "To begin a branch in a repository that has others, make it there first."
        )
    return ""


def _is_rewritten(space: Space, arranged: Exchange, seen: str) -> bool:
    """Whether the other side no longer contains what it had at the last exchange."""
    last = arranged.seen
    return bool(last) and last != seen and not space.repository.is_ancestor(last, seen)


def _take(wiki: Wiki, space: Space, arranged: Exchange, seen: str) -> tuple[Exchanged, bool]:
    """Join what the other side has; what stands in the way, and whether the space moved."""
    repository = space.repository
    if not _is_judged(space, seen):
        pushing.fetched(wiki, space, seen, _shown(arranged.url))
    join = Join(
        seen, repository.committer, f"Join what others wrote at {_shown(arranged.url)}", "import", "",
        int(time.time()), {}, fast_forward=True,
    )  # fmt: skip
    try:
        repository.join(join)
    except NothingToSave:
        return Exchanged(), False
    except UnrelatedHistory as refused:
        return Exchanged(trouble="unrelated", said=str(refused)), False
    except EditConflict as conflict:
        _offer(space, seen)
        pages = ", ".join(collision.path for collision in conflict.collisions[:10])
        return Exchanged(trouble="collision", said=pages), False
    except TooManyCollisions as crowded:
        _offer(space, seen)
        return Exchanged(trouble="collision", said=f"{crowded.count:,} pages"), False
    space.follower.follow_soon()
    _withdraw(space)
    return Exchanged(), True


def _is_judged(space: Space, seen: str) -> bool:
    """Whether it is here already, or waits here since an earlier exchange."""
    head = space.repository.head()
    is_here = head is not None and space.repository.is_ancestor(seen, head)
    return is_here or bool(space.repository.pushes([seen]))


def _offer(space: Space, seen: str) -> None:
    """Make the other side's work a proposal, at its newest."""
    branches = space.repository.branches
    before = branches.find(PREFIX + PROPOSAL)
    if before is None or before.tip != seen:
        branches.place(PREFIX + PROPOSAL, seen, before.tip if before else "")


def _withdraw(space: Space) -> None:
    """The proposal of an earlier collision is settled with what came in now."""
    left = space.repository.branches.find(PREFIX + PROPOSAL)
    head = space.repository.head()
    if left is not None and head and space.repository.is_ancestor(left.tip, head):
        space.repository.branches.remove(left)


def _shown(url: str) -> str:
    """What the history calls the other side, for everybody to read: no name, nothing that could be a secret."""
    _, scheme, place = url.rpartition("://")
    place = re.split(r"[?#]", place, maxsplit=1)[0]
    return place.rpartition("@")[2] if scheme else place


def _sentence(error: Exception) -> str:
    if isinstance(error, GitFailed):
        return error.detail.strip().rpartition("\n")[2][:300] or "git failed."
    return str(error)


class Exchanging:
    """Does what is due, each exchange in a thread of its own. For one process of the server."""

    def __init__(self, wiki: Wiki, *, clock: Callable[[], float] = time.time) -> None:
        self._wiki, self._clock = wiki, clock
        self._running: dict[str, threading.Thread] = {}
        self._looked = 0.0

    def tick(self) -> int:
        """Begin every exchange that is due; how many were begun. Costs one query every few seconds."""
        now = self._clock()
        if 0 <= now - self._looked < _LOOK_SECONDS:
            return 0
        self._looked = now
        try:
            arranged = self._wiki.remotes.all()
        except StrataError as error:
            _log.error("exchanges unknown", error=str(error))
            return 0
        return sum(self._begin(each, now) for each in arranged if not each.paused)

    def wait(self) -> None:
        """Until all that were begun have ended."""
        for thread in list(self._running.values()):
            thread.join()

    def _begin(self, arranged: Exchange, now: float) -> bool:
        running = self._running.get(arranged.space)
        if (running is not None and running.is_alive()) or not self._is_due(arranged, now):
            return False
        thread = threading.Thread(target=self._exchange, args=(arranged,), daemon=True)
        self._running[arranged.space] = thread
        thread.start()
        return True

    def _is_due(self, arranged: Exchange, now: float) -> bool:
        """What waits for people is not tried again and again; what was saved here is sent soon."""
        if arranged.trouble in {"rewritten", "unrelated"} and not arranged.wanted:
            return False
        if now >= arranged.due_at() or now < arranged.tried_at:  # the clock was set back
            return True
        if arranged.trouble or arranged.direction == "fetch":
            return arranged.trouble == "collision" and self._is_settled(arranged)
        try:
            head = self._wiki.open(arranged.space).repository.head()
        except (StrataError, OSError):
            return False
        return head != arranged.given

    def _is_settled(self, arranged: Exchange) -> bool:
        """Whether the proposal of a collision is off the list."""
        try:
            branches = self._wiki.open(arranged.space).repository.branches
            return branches.find(PREFIX + PROPOSAL) is None
        except (StrataError, OSError):
            return False

    def _exchange(self, arranged: Exchange) -> None:
        try:
            exchange(self._wiki, self._wiki.open(arranged.space), arranged)
        except (StrataError, OSError) as error:
            _log.error("not exchanged", space=arranged.space, error=str(error))
