"""The last steps of every write: who, when, one commit, and telling the projections."""

from __future__ import annotations

import logging
import re
import time

from wiki.errors import PageNotFound, SavedWithFault, SignInNeeded
from wiki.model import Author, Edit, FileWrite, Met, Saved, Viewer
from wiki.services import policy
from wiki.services.space import Space
from wiki.services.wiki import Wiki

log = logging.getLogger(__name__)

SUMMARY_CHARACTERS = 500
FOLLOWING_SECONDS = 1.0
"""So long a save waits at most for the lists and the history to know of it."""
_PAUSE_SECONDS = 0.007
_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_ANONYMOUS = Author("Anonymous", "anonymous@localhost")


def commit(
    wiki: Wiki,
    viewer: Viewer,
    space: Space,
    files: tuple[FileWrite, ...],
    message: str,
    moved: tuple[tuple[str, str], ...] = (),
    *,
    body: str = "",
    met: Met = "",
) -> Saved:
    """Make one durable commit of these files, and let the projections follow it.

    ``moved`` tells what was changed while it moved (see ``Edit``); ``body`` is what the wiki itself
    has to say below the person's ``message``; ``met`` how a meeting with others' edits was settled.

    Raises:
        EditConflict, NameTaken, NothingToSave, SpaceBusy, StorageFull, StorageReadOnly.
        NotAllowed, SignInNeeded: among the files is one that only who administers may change.
        SavedWithFault: it is saved, but the disk failed to confirm it.
    """
    written = [*(file.path for file in files), *(path for pair in moved for path in pair)]
    policy.allow_writing(viewer, written, space.name, wiki.settings)
    edit = Edit(
        files=files,
        author=author_of(wiki, viewer),
        message=f"{one_line(message)}\n\n{body}" if body else one_line(message),
        door=viewer.door,
        account=viewer.account,
        author_time=int(time.time()),
        moved=moved,
        met=met,
    )
    try:
        saved = space.repository.save(edit)
    except SavedWithFault:
        space.follower.follow_soon()
        raise
    space.follower.follow_soon()
    wait_until_followed(space, saved.commit)
    return saved


def wait_until_followed(space: Space, commit: str) -> None:
    """A moment, so that the page shown next knows of this save; it is saved, followed or not."""
    until = time.monotonic() + FOLLOWING_SECONDS
    for projection in (space.catalogue, space.history):
        while time.monotonic() < until:
            try:
                position = projection.position()
                # None: it is being made anew, which takes longer than anybody should wait.
                if position is None or position in {commit, space.repository.head()}:
                    break
            except Exception:
                log.exception("space %s is saved; its %s is not", space.name, projection.name)
                return
            time.sleep(_PAUSE_SECONDS)


def one_line(summary: str) -> str:
    """A summary as one line of bounded length, without characters that could forge trailers."""
    return _CONTROL.sub(" ", summary).strip()[:SUMMARY_CHARACTERS]


def has_base(base: str) -> bool:
    """Whether this can be an object's full id."""
    return _OID.fullmatch(base) is not None


def the_head(space: Space) -> str:
    """The branch's commit.

    Raises:
        PageNotFound: the space has no version yet.
    """
    head = space.repository.head()
    if head is None:
        raise PageNotFound(space.name, "")
    return head


def author_of(wiki: Wiki, viewer: Viewer) -> Author:
    """As whom somebody writes.

    Raises:
        SignInNeeded: nobody may write nameless here.
    """
    if viewer.author is not None:
        return viewer.author
    if viewer.signed_in:
        return Author(viewer.account, f"{viewer.account}@localhost")
    if not wiki.settings.people.anonymous_editing:
        raise SignInNeeded("save")
    return _ANONYMOUS
