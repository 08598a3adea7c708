"""What whoever pushed is told when it is done: where a proposal can be looked at, and what becomes of it.

Plain ASCII, since not every client shows more. Names of proposals are letters, digits, dots and hyphens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wiki.git.branches import Branch
from wiki.model import Viewer
from wiki.model.pushing import RefUpdate
from wiki.services import policy
from wiki.services.policy import Action
from wiki.services.proposal_places import PREFIX, is_kept_name
from wiki.services.space import Space
from wiki.services.wiki import Wiki

MOST_TOLD = 10
"""Of more proposals in one push the addresses are not told one by one."""

_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute addresses: of the space, of its proposals, and of one of them by its name."""

    space: str
    proposals: str
    proposal: Callable[[str], str]


def taken_in(space: Space, moved: Sequence[RefUpdate]) -> tuple[Branch, ...]:
    """The proposals whose commits a push has just brought into the space: somebody merged them in a clone."""
    update = next((each for each in moved if each.ref == _main(space)), None)
    if update is None or not update.old:
        return ()
    pushed = {each.ref for each in moved}
    joined = space.repository.branches.joined(PREFIX, update.old, update.new)
    return tuple(
        branch
        for branch in joined
        if f"{_HEADS}{branch.name}" not in pushed and not is_kept_name(branch.name)
    )


def words(
    wiki: Wiki,
    viewer: Viewer,
    space: Space,
    moved: Sequence[RefUpdate],
    joined: Sequence[Branch],
    places: Places,
) -> list[str]:
    """A line or two for each proposal; of the space's own branch only where something else is told, too."""
    proposed = [update for update in moved if update.ref.startswith(f"{_HEADS}{PREFIX}")]
    main = next((update for update in moved if update.ref == _main(space)), None)
    told = []
    if main is not None and (proposed or not main.old):
        told.append(f"{space.repository.branch} is live: {places.space}")
    for branch in joined[:MOST_TOLD]:
        name = branch.name.removeprefix(PREFIX)
        told.append(f'The proposal "{name}" is in it, and closed with that.')
    for update in proposed[:MOST_TOLD]:
        told += _of_proposal(space, update, places)
    if len(proposed) > MOST_TOLD:
        told.append(f"All {len(proposed)} proposals: {places.proposals}")
    if any(update.new for update in proposed):
        told.append(_what_next(policy.may(viewer, Action.EDIT, space.name, wiki.settings)))
    return told


def _of_proposal(space: Space, update: RefUpdate, places: Places) -> Iterator[str]:
    name = update.ref.removeprefix(f"{_HEADS}{PREFIX}")
    if not update.new:
        yield f'The proposal "{name}" is withdrawn.'
        return
    changed = ", changed" if update.old else ""
    yield f'Proposal "{name}"{changed}: {places.proposal(name)}'
    head = space.repository.head()
    if head is not None and space.repository.is_ancestor(update.new, head):
        yield "Everything in it is in the space already. Was a commit left out?"


def _what_next(may_edit: bool) -> str:
    if may_edit:
        return "It waits until you or another editor takes it in or declines it."
    return "It waits until an editor takes it in or declines it."


def _main(space: Space) -> str:
    return f"{_HEADS}{space.repository.branch}"
