"""A push on its way in: may this person bring this here? And what is written down of it.

``judge`` is asked while the objects still wait apart; a push that it lets pass stands in the space's
log of pushes before any reference moves, so that nobody ever sees a pushed commit without knowing who
brought it. ``settle`` is told what became of it.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wiki.errors import (
    AccountsUnavailable,
    NotAllowed,
    PushRefused,
    SignInNeeded,
    StrataError,
    TooManyProposals,
)
from wiki.git.branches import is_branch_name
from wiki.git.incoming import Incoming
from wiki.git.push_notes import NewRecord
from wiki.model import Author, Commit, Role, Viewer, is_page_path
from wiki.model.pushing import Push, PushRecord, RefUpdate
from wiki.projections.history.bringing import bringing
from wiki.services import policy, push_refusals, push_rules
from wiki.services.policy import Action
from wiki.services.proposal_places import PREFIX, check_room, is_kept_name, proposer
from wiki.services.push_rules import Bounds, Pusher
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import author_of

log = logging.getLogger(__name__)

PROPOSALS = f"refs/heads/{PREFIX}"

_OURSELVES = Viewer("", Role.ADMIN, Author("", ""), door="push")
_REMEMBERED = 1000
_open: OrderedDict[Path, str] = OrderedDict()
"""The name under which each push that passed is written down, until it is settled."""


@dataclass(slots=True)
class _Case:
    """One push before the judge. ``brought`` fills while its commits are read."""

    wiki: Wiki
    viewer: Viewer
    space: Space
    push: Push
    now: int
    brought: list[str] = field(default_factory=list)

    @property
    def author(self) -> Author:
        return author_of(self.wiki, self.viewer)

    @property
    def is_ours(self) -> bool:
        """Whether the wiki itself brings it, from another repository."""
        return self.viewer is _OURSELVES

    @property
    def branch(self) -> str:
        return f"refs/heads/{self.space.repository.branch}"

    @property
    def tips(self) -> list[str]:
        return list(dict.fromkeys(update.new for update in self.push.updates if update.new))

    def may(self, action: Action) -> bool:
        return policy.may(self.viewer, action, self.space.name, self.wiki.settings)


def judge(wiki: Wiki, viewer: Viewer, space: Space, push: Push) -> None:
    """Let a push pass, and write it down; or refuse it.

    Raises:
        PushRefused: with every reason.
        SignInNeeded, NotAllowed: the viewer may not push here at all.
        SpaceBusy, StorageFull, StorageReadOnly, RepositoryDamaged: it cannot be judged or written down now.
    """
    case = _Case(wiki, viewer, space, push, int(time.time()))
    try:
        policy.allow(viewer, Action.PROPOSE, space.name, wiki.settings)
        reasons = push_rules.told(_reference_reasons(case))
        reasons = reasons or push_rules.told(_content_reasons(case))
        if reasons:
            raise PushRefused(reasons)
    except StrataError as refusal:
        _note(case, "push refused", str(refusal))
        raise
    _write_down(case)


def settle(
    wiki: Wiki, viewer: Viewer, space: Space, push: Push, moved: Sequence[RefUpdate]
) -> None:
    """Tell what git has really moved of a push that passed; one that came to nothing is forgotten."""
    identity = _open.pop(push.quarantine, "")
    case = _Case(wiki, viewer, space, push, int(time.time()))
    if moved:
        _note(case, "pushed", " ".join(_told(update) for update in moved))
        return
    _note(case, "push failed", "somebody else was faster, or the client went away")
    if identity:
        try:
            repository = space.repository
            repository.push_log.take_back(identity, repository.push_log.brought_by(identity))
        except StrataError:
            # What stays is a note on commits that nobody can reach; whoever pushes them again replaces it.
            log.exception("space %s: a push that failed stays in the log of pushes", space.name)


def fetched(wiki: Wiki, space: Space, tip: str, name: str) -> None:
    """Let what the wiki fetched from another repository be taken in, and write it down; or refuse it. The
    rules are those of a push; whose work it is, is the other repository's word.

    Args:
        tip: the commit fetched; no branch or tag of ours leads to it yet.
        name: what that repository is called.

    Raises:
        PushRefused: with every reason.
        SpaceBusy, StorageFull, StorageReadOnly, RepositoryDamaged: it cannot be judged or written down now.
    """
    objects = space.repository.path / "objects"
    push = Push((RefUpdate(f"refs/heads/{space.repository.branch}", "", tip),), objects)
    case = _Case(wiki, _OURSELVES, space, push, int(time.time()))
    with Incoming(space.repository.path, objects, seconds=_seconds(case)) as incoming:
        reasons = push_rules.told(_fetched_reasons(case, incoming))
    if reasons:
        _note(case, "fetch refused", f"{name}: {' '.join(reasons)}")
        raise PushRefused(reasons)
    record = PushRecord("", Author(name, ""), case.now, trusted=True)
    space.repository.push_log.add(NewRecord(secrets.token_hex(8), record, (), case.brought), {})


def _fetched_reasons(case: _Case, incoming: Incoming) -> Iterator[str]:
    yield from _new_commits(case, incoming)
    head = case.space.repository.head()
    (update,) = case.push.updates
    base = incoming.merge_base(head, update.new) if head else ""
    yield from _at_tip(case, incoming, RefUpdate(update.ref, base, update.new))


def said_by(space: Space, commits: Sequence[Commit]) -> dict[str, str]:
    """The author of each commit as it is shown: with who pushed it, if that is somebody else."""
    records = space.repository.pushes([commit.oid for commit in commits])
    found = {}
    for commit in commits:
        seen = bringing(commit, records.get(commit.oid))
        pushed = f", pushed by {space.veil.author(seen.pusher).name}" if seen.pusher else ""
        found[commit.oid] = f"{space.veil.author(seen.author).name}{pushed}"
    return found


# -- where to --------------------------------------------------------------------------------


def _reference_reasons(case: _Case) -> Iterator[str]:
    for update in case.push.updates:
        proposal = update.ref.startswith(PROPOSALS) and is_branch_name(
            update.ref.removeprefix("refs/heads/")
        )
        if proposal:
            yield from _proposal_reasons(case, update)
        elif update.ref != case.branch:
            yield push_refusals.only_branches(update.ref, case.space.repository.branch)
        elif not case.may(Action.EDIT):
            yield push_refusals.only_propose(case.space.repository.branch)
        elif not update.new:
            yield push_refusals.never_removed(case.space.repository.branch)
    yield from _quota_reasons(case)


def _quota_reasons(case: _Case) -> Iterator[str]:
    proposed = [update for update in case.push.updates if update.ref.startswith(PROPOSALS)]
    made = sum(not update.old for update in proposed if update.new)
    gone = {update.ref.removeprefix("refs/heads/") for update in proposed if not update.new}
    if not made:
        return
    try:
        check_room(case.wiki, case.viewer, case.space, made=made, gone=gone)
    except TooManyProposals as refusal:
        yield str(refusal)


def _proposal_reasons(case: _Case, update: RefUpdate) -> Iterator[str]:
    name = update.ref.removeprefix("refs/heads/")
    if is_kept_name(name) and update.new:
        yield push_refusals.kept_name(name)
        return
    # What the client says about it decides whose it is: so it must be true before anything is written down.
    present = case.space.repository.branches.find(name)
    if update.old != (present.tip if present else ""):
        yield push_refusals.proposal_moved(name)
    elif update.old and not case.may(Action.ADMINISTER) and not _is_theirs(case, update):
        yield push_refusals.not_your_proposal(name)


def _is_theirs(case: _Case, update: RefUpdate) -> bool:
    return proposer(case.space, update.ref, update.old) == case.viewer.account


# -- what ------------------------------------------------------------------------------------


def _content_reasons(case: _Case) -> Iterator[str]:
    quarantine, path = case.push.quarantine, case.space.repository.path
    with Incoming(path, quarantine, seconds=_seconds(case)) as incoming:
        strange = [tip for tip in case.tips if incoming.kind(tip) != "commit"]
        if strange:
            yield from map(push_refusals.no_commit, strange)
            return
        for update in case.push.updates:
            grows = not update.old or not update.new or incoming.is_ancestor(update.old, update.new)
            if update.ref == case.branch and not grows:
                yield push_refusals.behind(case.space.repository.branch)
                return
        yield from _new_commits(case, incoming)
        for update in case.push.updates:
            if update.new:
                yield from _at_tip(case, incoming, update)


def _new_commits(case: _Case, incoming: Incoming) -> Iterator[str]:
    bounds = _bounds(case)
    if not case.tips:
        return
    yield from push_rules.too_much(incoming.count(case.tips, bounds.commits + 1), 0, bounds)
    authors = push_rules.Authors(_pusher(case))
    entries = 0
    for part in incoming.brought(case.tips):
        entries += len(part.entries)
        excess = tuple(push_rules.too_much(len(case.brought), entries, bounds))
        if excess:
            raise PushRefused(excess)
        case.brought += [commit.oid for commit in part.commits]
        for commit in part.commits:
            authors.look(commit)
        yield from push_rules.judge_commits(part.commits, case.now)
        yield from push_rules.judge_entries(part.entries, bounds)
    yield from authors.reasons()


def _at_tip(case: _Case, incoming: Incoming, update: RefUpdate) -> Iterator[str]:
    base = update.old
    if update.ref != case.branch:
        head = case.space.repository.head()
        base = incoming.merge_base(head, update.new) if head else ""
    changes = incoming.changed(base, update.new)
    for path in changes.paths:
        if not _may_write(case, path):
            yield push_refusals.not_yours(path)
    for folder in incoming.folders(changes):
        yield from push_rules.judge_folder(folder)
    largest = case.wiki.settings.limits.page_bytes
    for file in incoming.files(changes, is_page_path, largest):
        reason = push_rules.judge_text(file)
        if reason:
            yield reason


def _may_write(case: _Case, path: str) -> bool:
    if case.is_ours:  # who administers the space has chosen the other repository
        return True
    try:
        policy.allow_writing(case.viewer, [path], case.space.name, case.wiki.settings)
    except (NotAllowed, SignInNeeded):
        return False
    return True


def _bounds(case: _Case) -> Bounds:
    limits = case.wiki.settings.limits
    return Bounds(
        limits.page_bytes, limits.attachment_bytes, limits.push_commits, limits.push_files
    )


def _seconds(case: _Case) -> float:
    """Reading may take half of the time that git has for a push."""
    return case.wiki.settings.limits.git_seconds / 2


def _pusher(case: _Case) -> Pusher:
    settings = case.wiki.settings
    hides = settings.people.commit_addresses == "made-up" and not case.is_ours
    domain = settings.git.committer_email.rpartition("@")[2] if hides else ""
    return Pusher(case.author, _may_bring_others(case), case.now, domain)


def _may_bring_others(case: _Case) -> bool:
    if case.is_ours:
        return True
    allowed = case.wiki.settings.people.push_authors
    return allowed == "everyone" or (allowed == "admins" and case.may(Action.ADMINISTER))


# -- what is written down --------------------------------------------------------------------


def _write_down(case: _Case) -> None:
    identity = secrets.token_hex(8)
    record = PushRecord(case.viewer.account, case.author, case.now, case.may(Action.ADMINISTER))
    new = NewRecord(identity, record, case.push.updates, case.brought)
    case.space.repository.push_log.add(new, _proposers(case))
    _open[case.push.quarantine] = identity
    while len(_open) > _REMEMBERED:
        _open.popitem(last=False)


def _proposers(case: _Case) -> dict[str, str]:
    """Whose each proposal is that the push moves: somebody’s from the first push on."""
    found = {}
    for update in case.push.updates:
        if update.ref.startswith(PROPOSALS) and update.new:
            known = proposer(case.space, update.ref, update.old) if update.old else ""
            found[update.ref] = known or case.viewer.account
    return found


def _note(case: _Case, event: str, detail: str) -> None:
    try:
        case.wiki.accounts.record(case.viewer.account, event, case.space.name, detail)
    except AccountsUnavailable:
        log.exception(
            "space %s: %s by %s is not in the audit log", case.space.name, event, case.viewer
        )


def _told(update: RefUpdate) -> str:
    ends = (oid[:10] if oid else "nothing" for oid in (update.old, update.new))
    return f"{update.ref} {'..'.join(ends)}"
