"""Whose a proposal is, and how many may wait at once: a list that nobody can look through helps nobody."""

from __future__ import annotations

from collections.abc import Collection

from wiki.errors import TooManyProposals
from wiki.git.branches import Branch
from wiki.model import Viewer
from wiki.services import policy
from wiki.services.policy import Action
from wiki.services.space import Space
from wiki.services.wiki import Wiki

PREFIX = "proposal/"
"""What the branch of a proposal is called; the rest is the proposal's name."""

FROM_REMOTE = f"{PREFIX}from-the-other-side"
"""The branch on which the wiki itself proposes what a remote repository has."""


def is_kept_name(branch: str) -> bool:
    """Whether the wiki keeps a branch's name for what a remote repository proposes."""
    return branch == FROM_REMOTE or branch.startswith(f"{FROM_REMOTE}/")


def proposer(space: Space, reference: str, tip: str) -> str:
    """The account whose proposal this is; "" if nobody knows."""
    repository = space.repository
    found = repository.push_log.proposer(reference, tip)
    if found or tip in repository.pushes([tip]):
        return found
    # Made through the wiki: it says so itself, and nobody else can in a commit that was not pushed.
    trailers = dict(repository.commit(tip).trailers)
    return trailers.get("Strata-Account", "")


def check_room(
    wiki: Wiki, viewer: Viewer, space: Space, *, made: int = 1, gone: Collection[str] = ()
) -> None:
    """Let somebody make so many new proposals, or refuse it; the branches ``gone`` are taken away with that.

    Who administers the space is held to the space's bound alone.

    Raises:
        TooManyProposals: with these, more would wait than may.
    """
    limits = wiki.settings.limits
    waiting = [
        branch
        for branch in space.repository.branches.under(PREFIX)
        if branch.name not in gone and not is_kept_name(branch.name)
    ]
    if len(waiting) + made > limits.proposals:
        raise TooManyProposals(len(waiting) + made, limits.proposals)
    # Only of more proposals than one may have is it asked whose each is.
    most = limits.proposals_each
    if len(waiting) + made <= most or policy.may(
        viewer, Action.ADMINISTER, space.name, wiki.settings
    ):
        return
    own = sum(is_of(viewer, space, branch) for branch in waiting)
    if own + made > most:
        raise TooManyProposals(own + made, most, own=True)


def is_of(viewer: Viewer, space: Space, branch: Branch) -> bool:
    """Whether it is this person's proposal."""
    if not viewer.signed_in:
        return False
    return viewer.account == proposer(space, f"refs/heads/{branch.name}", branch.tip)
