"""Proposals: work on branches of their own that an editor takes into the space, or declines.

Whoever may read and is signed in may propose, by pushing a branch ``proposal/…`` or through the API. A
proposal taken in keeps every commit with its author; one declined is kept out of sight, not thrown away.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from wiki.errors import Overloaded, ProposalNotFound, RepositoryDamaged, TooManyCollisions
from wiki.git.branches import Branch
from wiki.model import Collision, Commit, TreeChange, Viewer, is_page_path, page_name
from wiki.services.comparing import FILES_COMPARED, FILES_LISTED, FileDiff, compared_texts
from wiki.services.history import Effect, FileChanged
from wiki.services.proposal_places import PREFIX, is_of
from wiki.services.pushing import said_by
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import the_head

MOST_LISTED = 200
_UNRELATED = (
    "It shares no version with this space: it was begun from another repository. Clone this space, and make the "
    "changes there."
)
MOST_COMMITS = 200

_Sum = tuple[str, tuple[str, ...], int]
_known: OrderedDict[tuple[Path, str | None, str, str], _Sum] = OrderedDict()
"""Of each proposal lately listed: by repository, head and tip, which tell all of it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal in a list. ``title`` is what its last commit says; ``authors`` are names, each once;
    ``tip`` its last commit; ``commits`` how many it would bring (``MOST_COMMITS``: at least so many)."""

    name: str
    title: str
    authors: tuple[str, ...]
    at: int
    tip: str
    commits: int


@dataclass(frozen=True, slots=True)
class ProposalView:
    """All of one proposal: its commits, newest first, what it changes since it left the branch, and
    where it collides with what others did.

    ``diffs`` are of the first files, ``others`` are more, of ``total``; ``effects`` counts them. ``since`` counts what happened in the
    space since then. ``own``: the viewer has proposed it. ``done``: taking it in would change nothing.
    ``obstacle`` says why it cannot be taken in at all.
    """

    space: Space
    proposal: Proposal
    commits: tuple[Commit, ...]
    own: bool
    diffs: tuple[FileDiff, ...] = ()
    others: tuple[FileChanged, ...] = ()
    total: int = 0
    effects: Mapping[Effect, int] = field(default_factory=Counter)
    since: int = 0
    collisions: tuple[Collision, ...] = ()
    done: bool = False
    obstacle: str = ""


def proposals(
    wiki: Wiki, viewer: Viewer, space_name: str, *, after: int = 0, limit: int = MOST_LISTED
) -> Sequence[Proposal]:
    """The proposals that are open, newest first."""
    space = wiki.space(viewer, space_name)
    head = space.repository.head()
    found = (_proposal(space, head, branch) for branch in space.repository.branches.under(PREFIX))
    return list(islice((each for each in found if each is not None), after, after + limit))


def proposal(wiki: Wiki, viewer: Viewer, space_name: str, name: str) -> ProposalView:
    """One proposal with everything it would change.

    Raises:
        ProposalNotFound: none of this name is open.
    """
    space = wiki.space(viewer, space_name)
    branch = open_branch(space, name)
    head = the_head(space)
    shown = _proposal(space, head, branch)
    if shown is None:
        raise ProposalNotFound(name)
    commits = tuple(_commits(space, head, branch.tip))
    view = ProposalView(space, shown, commits, is_of(viewer, space, branch))
    base = space.repository.merge_base(head, branch.tip)
    if base is None:
        return replace(view, obstacle=_UNRELATED)
    view = _with_files(view, base)
    view = replace(view, since=min(space.repository.commit_count(head, [base]), MOST_COMMITS))
    try:
        trial = space.repository.trial(head, branch.tip)
    except (TooManyCollisions, Overloaded) as refusal:
        return replace(view, obstacle=str(refusal))
    done = not commits or (not trial.collisions and trial.changes_nothing)
    return replace(view, collisions=trial.collisions, done=done)


# -- inside ----------------------------------------------------------------------------------


def _proposal(space: Space, head: str | None, branch: Branch) -> Proposal | None:
    """The proposal in a list; None if its commits cannot be read."""
    try:
        title, authors, count = _summed_up(space, head, branch.tip)
    except RepositoryDamaged:
        return None
    return Proposal(
        branch.name.removeprefix(PREFIX), title, authors, branch.committed_at, branch.tip, count
    )


def _summed_up(space: Space, head: str | None, tip: str) -> _Sum:
    """What it says, by whom, in how many commits. Long ones take git a while, and many may be open."""
    key = (space.repository.path, head, tip, space.veil.version)
    known = _known.get(key)
    if known is None:
        commits = _commits(space, head, tip)
        authors = tuple(dict.fromkeys(commit.author.name for commit in commits))
        # Of one that brings nothing the tip is somebody else's commit, and tells nothing of the proposal.
        title = commits[0].message.strip().partition("\n")[0][:200] if commits else ""
        known = _known[key] = (title, authors, len(commits))
        while len(_known) > 2 * MOST_LISTED:
            _known.popitem(last=False)
    return known


def _commits(space: Space, head: str | None, tip: str) -> list[Commit]:
    """What it would bring, newest first, each under the name to be shown: whoever pushed it stands beside it."""
    told = space.repository.log(tip, [head] if head else [], detailed=False)
    commits = [commit for commit, _ in islice(told, MOST_COMMITS)][::-1]
    names = said_by(space, commits)
    named = (replace(each, author=replace(each.author, name=names[each.oid])) for each in commits)
    return [replace(each, message=space.veil.text(each.message)) for each in named]


def open_branch(space: Space, name: str) -> Branch:
    branch = space.repository.branches.find(PREFIX + name)
    if branch is None:
        raise ProposalNotFound(name)
    return branch


def _with_files(view: ProposalView, base: str) -> ProposalView:
    """With what it does to files: pages first, and of the first ones every line."""
    space = view.space
    changes = _renamed(list(space.repository.diff_trees(base, view.proposal.tip)))
    changes.sort(key=lambda change: (not change.is_page, change.path))
    diffs = tuple(
        FileDiff(each, *compared_texts(space, each.old_oid, each.new_oid))
        for each in changes[:FILES_COMPARED]
    )
    effects = Counter(each.effect for each in changes)
    others = tuple(changes[FILES_COMPARED:FILES_LISTED])
    return replace(view, diffs=diffs, others=others, total=len(changes), effects=effects)


def _renamed(changes: Sequence[TreeChange]) -> list[FileChanged]:
    """What was changed; a file that is gone while the very same came elsewhere has another name now."""
    gone = {each.old.oid: each.path for each in changes if each.old and not each.new}
    found, moved = [], set()
    for each in changes:
        before = gone.pop(each.new.oid, "") if each.new and not each.old else ""
        moved.add(before)
        found.append(_changed(each, before))
    return [each for each in found if each.effect != "deleted" or each.path not in moved]


def _changed(change: TreeChange, before: str) -> FileChanged:
    old, new = (entry.oid if entry else "" for entry in (change.old, change.new))
    effect: Effect = "created" if not old else "changed" if new else "deleted"
    if before:
        effect, old = "renamed", new
    return FileChanged(
        change.path, _called(change.path), effect, before and _called(before),
        is_page_path(change.path), 0, False, 0, old, new,
    )  # fmt: skip


def _called(path: str) -> str:
    return page_name(path) if is_page_path(path) else path
