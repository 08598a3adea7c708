"""Deciding on a proposal: taking it into the space, or declining it.

One that is taken in keeps every commit with its author; one declined is kept out of sight, not thrown away.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.errors import NotAllowed, NothingToSave, ProposalMoved, StrataError
from wiki.git.branches import Branch
from wiki.git.joining import Join, Settled
from wiki.model import Saved, Viewer
from wiki.services import policy
from wiki.services.pages import check_content, read_base
from wiki.services.policy import Action
from wiki.services.proposal_places import is_of
from wiki.services.proposals import open_branch
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import author_of, one_line, wait_until_followed

log = logging.getLogger(__name__)

_DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a colliding page shall be: as it stands now ("ours"), as proposed ("theirs"), or ``text`` ("edit").
    ``over`` is the blob that stood there when that was decided ("": none)."""

    path: str
    over: str
    choice: Literal["ours", "theirs", "edit"]
    text: str = ""


def take_in(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    name: str,
    tip: str,
    decisions: Sequence[Decision] = (),
) -> Saved:
    """Join a proposal to the space, with its authors, and close it.

    Args:
        tip: the commit that was looked at; a proposal that moved on since is not taken in unseen.
        decisions: for each page that collides what it shall say.

    Raises:
        ProposalNotFound, ProposalMoved: none of this name is open, or it is no longer what was looked at.
        EditConflict: pages collide that are not settled.
        UnrelatedHistory, TooManyCollisions: it shares no history with the space, or changed too much of the same.
        NotAllowed, SignInNeeded: only who may edit takes in, and what needs more right needs it here.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    branch = _looked_at(space, name, tip)
    settled = {
        each.path: Settled(each.over, _decided(wiki, space, branch, each)) for each in decisions
    }

    def allow(paths: Sequence[str]) -> None:
        """Asked of what the space would become: a rename or a merge of old lines can bring in more than it seems."""
        policy.allow_writing(viewer, paths, space_name, wiki.settings)
        _looked_at(space, name, tip)  # nobody declined it while the two were put together

    join = Join(
        branch.tip,
        author_of(wiki, viewer),
        f"Take in the proposal “{one_line(name)}”",
        "proposal",
        viewer.account,
        int(time.time()),
        settled,
        check=allow,
    )
    try:
        saved = space.repository.join(join)
    except NothingToSave:
        close(space, branch)
        raise
    space.follower.follow_soon()
    close(space, branch)
    wait_until_followed(space, saved.commit)
    return saved


def decline(wiki: Wiki, viewer: Viewer, space_name: str, name: str, tip: str) -> None:
    """Close a proposal without taking it in; its commits are kept under ``refs/declined/``.

    Raises:
        ProposalNotFound, ProposalMoved: as for taking in.
        NotAllowed: only who may edit, or who proposed it, closes it.
    """
    space = wiki.space(viewer, space_name)
    may_edit = policy.may(viewer, Action.EDIT, space_name, wiki.settings)
    if not may_edit:
        policy.allow(viewer, Action.PROPOSE, space_name, wiki.settings)
    branch = _looked_at(space, name, tip)
    if not may_edit and not is_of(viewer, space, branch):
        raise NotAllowed(Action.EDIT.value)
    space.repository.branches.put_away(branch, _DECLINED)


def _looked_at(space: Space, name: str, tip: str) -> Branch:
    branch = open_branch(space, name)
    if branch.tip != tip:
        raise ProposalMoved(name)
    return branch


def _decided(wiki: Wiki, space: Space, branch: Branch, decision: Decision) -> bytes | None:
    """The bytes that a colliding page shall have; None for none."""
    if decision.choice == "edit":
        content = decision.text.encode("utf-8", "surrogateescape")
        check_content(wiki, decision.path, decision.text, content)
        return content
    if decision.choice == "theirs":
        entry = space.repository.entry(branch.tip, decision.path)
        return space.repository.read_blob(entry.oid) if entry else None
    return read_base(space, decision.over)


def close(space: Space, branch: Branch) -> None:
    """Take a proposal off the list that is in the space; one that moved on meanwhile stays on it."""
    try:
        space.repository.branches.remove(branch)
    except StrataError as error:
        log.warning("space %s: %s stays on the list: %s", space.name, branch.name, error)
