"""Proposals: work on branches of their own that an editor takes into the space, or declines.

Whoever may read and is signed in may propose, by pushing a branch ``proposal/…`` or through the API. A
proposal taken in keeps every commit with its author; one declined is kept out of sight, not thrown away.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from wiki.errors import (
    ContentRefused,
    NothingToSave,
    ProposalNotFound,
    RepositoryDamaged,
    StrataError,
    TooManyCollisions,
)
from wiki.git.branches import Branch
from wiki.git.joining import Join, Settled
from wiki.model import (
    Collision,
    Commit,
    Edit,
    FileWrite,
    Saved,
    TreeChange,
    Viewer,
    check_file_path,
    is_page_path,
    page_name,
)
from wiki.services import policy
from wiki.services.comparing import FILES_COMPARED, FILES_LISTED, FileDiff, compared_texts
from wiki.services.history import Effect, FileChanged
from wiki.services.pages import check_content, default_summary, page_write, read_base
from wiki.services.policy import Action
from wiki.services.pushing import proposer, said_by
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import (
    author_of,
    one_line,
    the_head,
    wait_until_followed,
)

PREFIX = "proposal/"
"""What the branch of a proposal is called; the rest is the proposal's name."""

MOST_LISTED = 200
MOST_COMMITS = 200
log = logging.getLogger(__name__)

_DECLINED = "declined"
_Sum = tuple[str, tuple[str, ...], int]
_known: OrderedDict[tuple[Path, str | None, str, str], _Sum] = OrderedDict()
"""Of each proposal lately listed: by repository, head and tip, which tell all of it."""

_PLAIN = re.compile(r"[^a-z0-9]+")


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
class Decision:
    """What a colliding page shall be: as it stands now ("ours"), as proposed ("theirs"), or ``text`` ("edit").
    ``over`` is the blob that stood there when that was decided ("": none)."""

    path: str
    over: str
    choice: Literal["ours", "theirs", "edit"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """All of one proposal: its commits, newest first, what it changes since it left the branch, and
    where it collides with what others did. ``unrelated``: it shares no history with the space."""

    space: Space
    proposal: Proposal
    commits: tuple[Commit, ...]
    diffs: tuple[FileDiff, ...]
    others: tuple[str, ...]
    collisions: tuple[Collision, ...]
    unrelated: bool = False
    crowded: str = ""


def proposals(wiki: Wiki, viewer: Viewer, space_name: str) -> Sequence[Proposal]:
    """Every proposal that is open, newest first."""
    space = wiki.space(viewer, space_name)
    head = space.repository.head()
    found = (_proposal(space, head, branch) for branch in space.repository.branches.under(PREFIX))
    return list(islice((each for each in found if each is not None), MOST_LISTED))


def proposal(wiki: Wiki, viewer: Viewer, space_name: str, name: str) -> ProposalView:
    """One proposal with everything it would change.

    Raises:
        ProposalNotFound: none of this name is open.
    """
    space = wiki.space(viewer, space_name)
    branch = _branch(space, name)
    head = the_head(space)
    shown = _proposal(space, head, branch)
    if shown is None:
        raise ProposalNotFound(name)
    commits = tuple(_commits(space, head, branch.tip))
    base = space.repository.merge_base(head, branch.tip)
    if base is None:
        return ProposalView(space, shown, commits, (), (), (), unrelated=True)
    changes = list(islice(space.repository.diff_trees(base, branch.tip), FILES_LISTED))
    changes.sort(key=lambda change: not is_page_path(change.path))
    diffs = tuple(_file_diff(space, change) for change in changes[:FILES_COMPARED])
    others = tuple(change.path for change in changes[FILES_COMPARED:])
    try:
        collisions = space.repository.trial(head, branch.tip).collisions
    except TooManyCollisions as crowded:
        return ProposalView(space, shown, commits, diffs, others, (), crowded=str(crowded))
    return ProposalView(space, shown, commits, diffs, others, collisions)


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
        ProposalNotFound: none of this name is open, or it moved on.
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
        _close(space, branch)
        raise
    space.follower.follow_soon()
    _close(space, branch)
    wait_until_followed(space, saved.commit)
    return saved


def decline(wiki: Wiki, viewer: Viewer, space_name: str, name: str, tip: str) -> None:
    """Close a proposal without taking it in; its commits are kept under ``refs/declined/``.

    Raises:
        ProposalNotFound: none of this name is open, or it moved on.
        NotAllowed: only who may edit, or who proposed it, closes it.
    """
    space = wiki.space(viewer, space_name)
    branch = _looked_at(space, name, tip)
    if not _is_own(viewer, space, branch):
        policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    space.repository.branches.put_away(branch, _DECLINED)


def propose(
    wiki: Wiki, viewer: Viewer, space_name: str, files: tuple[FileWrite, ...], message: str
) -> tuple[str, Saved]:
    """Write an edit as a new proposal; its name and its commit. The space itself does not change.

    Raises:
        NotAllowed, SignInNeeded: only who is signed in and may read proposes.
        EditConflict, NameTaken, NothingToSave, ContentRefused, TooLarge: as for a save.
    """
    space = _open_to(wiki, viewer, space_name)
    for file in files:
        check_file_path(file.path)
        if file.content is not None:
            check_content(wiki, file.path, _text(file), file.content)
    return _written(wiki, viewer, space, files, message)


def propose_pages(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    texts: Sequence[tuple[str, str, str]],
    summary: str = "",
) -> tuple[str, Saved]:
    """Propose new texts of pages: for each its name, its text and the version that was read ("" for a new page).

    Raises:
        As ``pages.save_page`` and ``propose``.
    """
    space = _open_to(wiki, viewer, space_name)
    writes = tuple(page_write(wiki, space, name, text, base) for name, text, base in texts)
    return _written(wiki, viewer, space, writes, summary or default_summary(writes[0]))


# -- inside ----------------------------------------------------------------------------------


def _open_to(wiki: Wiki, viewer: Viewer, space_name: str) -> Space:
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.PROPOSE, space_name, wiki.settings)
    return space


def _written(
    wiki: Wiki, viewer: Viewer, space: Space, files: tuple[FileWrite, ...], message: str
) -> tuple[str, Saved]:
    # Without a folder: somebody's branch of the folder's name would stand in the way.
    parts = (_slug(viewer.account) or "somebody", _slug(message) or "change", secrets.token_hex(4))
    name = "-".join(parts)
    edit = Edit(
        files, author_of(wiki, viewer), one_line(message), viewer.door, viewer.account,
        int(time.time()),
    )  # fmt: skip
    return name, space.repository.propose(edit, PREFIX + name)


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
        newest = _shown(space, space.repository.commit(tip))
        authors = tuple(dict.fromkeys(commit.author.name for commit in commits or [newest]))
        title = newest.message.strip().partition("\n")[0][:200]
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


def _shown(space: Space, commit: Commit) -> Commit:
    author, message = space.veil.author(commit.author), space.veil.text(commit.message)
    return replace(commit, author=author, message=message)


def _branch(space: Space, name: str) -> Branch:
    branch = space.repository.branches.find(PREFIX + name)
    if branch is None:
        raise ProposalNotFound(name)
    return branch


def _looked_at(space: Space, name: str, tip: str) -> Branch:
    branch = _branch(space, name)
    if branch.tip != tip:
        raise ProposalNotFound(name, moved=True)
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


def _close(space: Space, branch: Branch) -> None:
    """Take a proposal off the list that is in the space; one that moved on meanwhile stays on it."""
    try:
        space.repository.branches.remove(branch)
    except StrataError as error:
        log.warning("space %s: %s stays on the list: %s", space.name, branch.name, error)


def _is_own(viewer: Viewer, space: Space, branch: Branch) -> bool:
    """Whether it is this person who proposed it."""
    made_by = proposer(space, f"refs/heads/{branch.name}", branch.tip)
    return viewer.signed_in and viewer.account == made_by


def _file_diff(space: Space, change: TreeChange) -> FileDiff:
    old, new = (entry.oid if entry else "" for entry in (change.old, change.new))
    effect: Effect = "created" if not old else "changed" if new else "deleted"
    is_page = is_page_path(change.path)
    name = page_name(change.path) if is_page else change.path
    file = FileChanged(change.path, name, effect, "", is_page, 0, False, 0, old, new)
    diff, note = compared_texts(space, old, new)
    return FileDiff(file, diff, note)


def _text(file: FileWrite) -> str:
    try:
        return (file.content or b"").decode()
    except UnicodeDecodeError:
        raise ContentRefused(file.path, "it is no text in UTF-8.") from None


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _PLAIN.sub("-", plain).strip("-")[:40].strip("-")
