"""Is everything all right? Each finding says what is wrong and the command that mends it."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wiki import git
from wiki.errors import (
    AccountsUnavailable,
    FormerMembersUnreadable,
    IndexNotReady,
    SettingInvalid,
    StrataError,
)
from wiki.model import Role
from wiki.services.exchanging import Exchanged, describe
from wiki.services.secret_key import FILE_NAME, secret_key
from wiki.services.space import Space
from wiki.services.wiki import Wiki

State = Literal["ok", "warning", "problem"]
Depth = Literal["heads", "objects", "contents"]
"""How deep repositories are looked into: the newest version only (for a page that somebody waits
for); whether every object is there; or all their contents, too, which takes a while.
"""

OLDEST_GIT = (2, 39)
LITTLE_SPACE, NO_SPACE = 1_000_000_000, 100_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` is "" where nothing is to be done.

    ``vital`` marks what pages cannot be served without.
    """

    subject: str
    state: State
    sentence: str
    remedy: str = ""
    vital: bool = False


def worst(findings: Iterable[Finding]) -> State:
    """The state of the whole: that of its worst part."""
    states = {finding.state for finding in findings}
    return "problem" if "problem" in states else "warning" if "warning" in states else "ok"


def check(
    wiki: Wiki, depth: Depth = "heads", progress: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """Look at configuration, git, disk, rights, accounts and every space; never raises.

    ``progress`` is told the name of each space before it is looked at.
    """
    findings = [*_folders(wiki), _git(), _disk(wiki), *_rights(wiki), _key(wiki), *_accounts(wiki)]
    names = wiki.space_names()
    if not names:
        findings.append(
            Finding("spaces", "warning", "There is no space yet.", "Run: strata init", vital=True)
        )
    for name in names:
        progress(name)
        findings += _space(wiki, name, depth)
    return [*findings, *_former(wiki), *_exchanges(wiki)]


def _former(wiki: Wiki) -> Iterator[Finding]:
    """Whether it is known who is named no more."""
    try:
        known = wiki.former.known()
    except FormerMembersUnreadable as error:
        yield Finding("former members", "problem", str(error), "Restore instance/former-members")
        return
    if known.names:
        yield Finding("former members", "ok", f"{len(known.names)} named no more")


def _exchanges(wiki: Wiki) -> Iterator[Finding]:
    """How each space's exchange with another repository went last."""
    try:
        arranged = wiki.remotes.all()
    except AccountsUnavailable:
        return  # told already
    for each in arranged:
        subject = f"exchange of {each.space}"
        if each.trouble:
            sentence = describe(Exchanged(trouble=each.trouble, said=each.said))
            yield Finding(subject, "warning", sentence, f"Open /{each.space}/-/remote")
        else:
            yield Finding(subject, "ok", "paused" if each.paused else "both sides met")


def _folders(wiki: Wiki) -> list[Finding]:
    places = wiki.settings.wiki
    found = []
    for key in ("content", "search_index", "instance"):
        folder: Path = getattr(places, key)
        subject = f"folder {key}"
        if not folder.is_dir():
            sentence = f"{folder} is not there."
            found.append(Finding(subject, "problem", sentence, "Run: strata init", True))
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            sentence = f"This user cannot write to {folder}."
            remedy = f'Run as an administrator: chown -R "{_user()}" {folder}'
            found.append(Finding(subject, "problem", sentence, remedy, key == "content"))
        else:
            found.append(Finding(subject, "ok", str(folder)))
    return found


def _user() -> str:
    """Whoever runs this; a container's user may have no name."""
    return os.environ.get("USER") or str(os.getuid())


def _git() -> Finding:
    written = git.git_version()
    if not written:
        return Finding("git", "problem", "git cannot be run.", "Install git.", vital=True)
    numbers = tuple(int(part) for part in re.findall(r"\d+", written)[:2])
    if numbers < OLDEST_GIT:
        oldest = ".".join(map(str, OLDEST_GIT))
        sentence = f"git {written} is older than {oldest} and has known holes."
        return Finding("git", "warning", sentence, "Install a newer git.")
    if not git.can_receive():
        sentence = "Pushes are refused: the hooks of Strata's own installation cannot be run."
        remedy = "Install Strata anew, on a disk that is not mounted noexec."
        return Finding("git", "problem", sentence, remedy)
    return Finding("git", "ok", f"git {written}")


def _disk(wiki: Wiki) -> Finding:
    folder = wiki.settings.wiki.content
    try:
        free = shutil.disk_usage(folder if folder.is_dir() else Path.cwd()).free
    except OSError as error:
        return Finding("disk", "warning", f"Free space is unknown: {error}")
    sentence = f"{free / 1_000_000_000:.1f} GB free for {folder}"
    remedy = f"Free some space, or move {folder} to a larger disk (wiki.content)."
    if free < NO_SPACE:
        return Finding("disk", "problem", f"{sentence}: saving will fail.", remedy)
    if free < LITTLE_SPACE:
        return Finding("disk", "warning", f"{sentence}.", remedy)
    return Finding("disk", "ok", f"{sentence}.")


def _rights(wiki: Wiki) -> list[Finding]:
    """Whether others with a login on this machine could read pages or accounts."""
    places = wiki.settings.wiki
    found = []
    for folder in (places.content, places.search_index, places.instance):
        if not folder.is_dir():
            continue
        if stat.S_IMODE(folder.stat().st_mode) & 0o007:
            sentence = f"Others on this machine can look into {folder}."
            remedy = f"Run: chmod o= {folder}"
            found.append(Finding("rights", "warning", sentence, remedy))
    return found or [Finding("rights", "ok", "Nobody else on this machine can read the data.")]


def _key(wiki: Wiki) -> Finding:
    folder = wiki.settings.wiki.instance
    if not (folder / FILE_NAME).exists():
        sentence = "There is no key that signs sessions."
        return Finding("secret key", "problem", sentence, "Run: strata init")
    try:
        secret_key(folder)
    except SettingInvalid as refusal:
        return Finding("secret key", "problem", refusal.reason, refusal.remedy)
    return Finding("secret key", "ok", "The key that signs sessions is good.")


def _accounts(wiki: Wiki) -> list[Finding]:
    try:
        broken = wiki.accounts.check()
        people = wiki.accounts.all()
    except AccountsUnavailable as refusal:
        remedy = (
            "Restore the database from a backup; or move it away and run: strata init "
            "(pages are not concerned)"
        )
        return [Finding("accounts", "problem", str(refusal), remedy)]
    if broken:
        remedy = "Restore the database from a backup (see docs/operating.md)."
        return [Finding("accounts", "problem", f"The database is damaged: {broken}", remedy)]
    admins = [one for one in people if one.role is Role.ADMIN and not one.disabled]
    if not admins:
        sentence, remedy = "Nobody can administer the wiki.", "Run: strata account role NAME admin"
        return [Finding("accounts", "problem", sentence, remedy)]
    if all(one.one_time for one in admins):
        sentence = "No administrator has signed in yet."
        remedy = f"Lost the one-time password? Run: strata account reset {admins[0].name}"
        return [Finding("accounts", "warning", sentence, remedy)]
    return [Finding("accounts", "ok", f"{len(people)} accounts in {wiki.accounts.place}")]


def _space(wiki: Wiki, name: str, depth: Depth) -> list[Finding]:
    subject = f"space {name}"
    try:
        space = wiki.open(name)
        head = space.repository.head()
        if head is not None:
            space.repository.commit(head)
        damage = _damage(wiki.repository_path(name), depth)
        behind = [*_partial(space, subject), *_positions(space, subject)]
    except (StrataError, OSError) as error:
        return [Finding(subject, "problem", str(error), _put_back(wiki, name))]
    if damage:
        return [_damaged(wiki, name, damage), *behind]
    sentence = f"at {head[:10]}" if head else "empty"
    return [Finding(subject, "ok", sentence), *behind]


def _partial(space: Space, subject: str) -> list[Finding]:
    """Whether reports on this space miss a part of its history."""
    try:
        missing = space.repository.partial or space.history.totals().partial
    except IndexNotReady:
        return []
    if not missing:
        return []
    sentence = f"Its history is partial, and its reports say so: {missing}"
    remedy = "Import it again from a complete clone: strata import CLONE --space NEW-NAME"
    return [Finding(subject, "warning", sentence, remedy)]


def _damage(path: Path, depth: Depth) -> Sequence[str]:
    return () if depth == "heads" else git.fsck(path, quick=depth == "objects")


def _damaged(wiki: Wiki, name: str, damage: Sequence[str]) -> Finding:
    sentence = f"git finds {len(damage)} faults, the first: {damage[0]}"
    return Finding(f"space {name}", "problem", sentence, _put_back(wiki, name))


def _put_back(wiki: Wiki, name: str) -> str:
    """How to replace a damaged repository. Fetching does not: git believes it has what is broken."""
    path = wiki.repository_path(name)
    return (
        f"Put a good copy in its place, from a backup or a recent clone: mv {path} {path}.damaged && "
        f"git clone --mirror CLONE {path}; then check again. Keep the damaged one until all is back."
    )


def _positions(space: Space, subject: str) -> list[Finding]:
    found = []
    for state in space.follower.state():
        again = f"Run: strata rebuild --space {space.name} {state.name}"
        if state.error:
            sentence = f"{state.name} could not follow: {state.error}"
            found.append(Finding(subject, "problem", sentence, again))
        elif state.position is None:
            sentence = f"{state.name} is not built yet."
            remedy = (
                f"It is built while the wiki is served. Or run: strata rebuild --space {space.name}"
            )
            found.append(Finding(subject, "warning", sentence, remedy))
        elif state.behind is None or state.behind > 0:
            count = "some" if state.behind is None else state.behind
            sentence = f"{state.name} is {count} changes behind."
            remedy = f"It catches up while the wiki is served; if it does not, {again.lower()}"
            found.append(Finding(subject, "warning", sentence, remedy))
    return found
