"""What a push may bring: pure rules over what was read of it.

The same rules as in the browser, at every commit (what once came in stays in the history) for names,
kinds and sizes of files and for headers; at the end of the branch for texts, for names that are one to a
person, and for who may write what. Only what is new is judged: what the space has already is no reason
to refuse. Each reason is a sentence that names path or commit and says what to do.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from wiki.model import (
    Author,
    is_page_path,
    name_key,
    page_name,
    pushed_path_fault,
)
from wiki.model.pushing import FileAtTip, FolderAtTip, PushedCommit, PushedEntry
from wiki.text.merge import has_conflict_markers

TOLD = 10
"""So many reasons are told; a person mends one at a time anyway."""

MESSAGE_BYTES = 65_536
PARENTS = 64
EARLIEST = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())
LATEST = 86_400
"""So many seconds may a clock be ahead."""

FOLDER, SYMLINK, SUBMODULE, EXECUTABLE = 0o040000, 0o120000, 0o160000, 0o100755
_FILES = frozenset({0o100644, EXECUTABLE})
_MARKS = (b"<<<<<<<", b">>>>>>>")
_COUNTED = 1_000
_NAMED_COMMITS = 3
HOOKS = frozenset(
    "applypatch-msg commit-msg fsmonitor-watchman p4-changelist p4-post-changelist p4-pre-submit"
    " p4-prepare-changelist post-applypatch post-checkout post-commit post-index-change post-merge"
    " post-receive post-rewrite post-update pre-applypatch pre-auto-gc pre-commit pre-merge-commit"
    " pre-push pre-rebase pre-receive prepare-commit-msg proc-receive push-to-checkout"
    " reference-transaction sendemail-validate update".split()
)
"""Names under which git runs programs; see githooks(5)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a push may bring: bytes of one page and of another file, commits, and names they set."""

    page_bytes: int
    file_bytes: int
    commits: int
    entries: int


@dataclass(frozen=True, slots=True)
class Pusher:
    """Who pushes: name and address as the account has them, whether others' work is let through, and
    whom to ask. ``now`` in UTC seconds. ``domain``: the only one whose addresses may come in ("": any)."""

    author: Author
    may_bring_others: bool
    now: int
    domain: str = ""


def told(reasons: Iterable[str]) -> tuple[str, ...]:
    """The first reasons, each once, and how many more there are."""
    found: dict[str, None] = {}
    for reason in reasons:
        found[reason] = None
        if len(found) >= _COUNTED:
            break
    listed = list(found)
    if len(listed) <= TOLD:
        return tuple(listed)
    more = len(listed) - TOLD
    least = "at least " if len(listed) >= _COUNTED else ""
    return (*listed[:TOLD], f"… and {least}{more:,} more {'reason' if more == 1 else 'reasons'}.")


def short(oid: str) -> str:
    """A commit as people call it."""
    return oid[:10]


def shown(path: str) -> str:
    """A path fit for any terminal: what cannot be seen, or could do something there, is written out."""
    visible = "".join(_visible(character) for character in path[:200])
    return visible + ("…" if len(path) > 200 else "")


def _visible(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    if unicodedata.category(character)[0] == "C" or character in "\u2028\u2029":
        return f"\\u{ord(character):04x}"
    return character


# -- how much --------------------------------------------------------------------------------


def too_much(commits: int, entries: int, bounds: Bounds) -> Iterator[str]:
    """Whether it is too much to be looked at."""
    if commits > bounds.commits:
        yield (
            f"This push brings more than {bounds.commits:,} new commits, which is the most this wiki takes at "
            "once. Push an older commit of your branch first (git push origin <commit>:<branch>), then the "
            "rest; or have an administrator import the whole history (strata import)."
        )
    elif entries > bounds.entries:
        yield (
            f"This push changes more than {bounds.entries:,} files, which is the most this wiki takes at once. "
            "Push fewer commits at a time."
        )


# -- commits ---------------------------------------------------------------------------------


def judge_commits(commits: Iterable[PushedCommit], now: int) -> Iterator[str]:
    """Headers, dates and messages; who wrote them is asked by ``foreign_authors``."""
    for commit in commits:
        for fault, remedy in _commit_faults(commit, now):
            yield f"Commit {short(commit.oid)}: {fault}. {remedy}"


def _commit_faults(commit: PushedCommit, now: int) -> Iterator[tuple[str, str]]:
    again = "Write it anew (git commit --amend; git rebase -i for an older one)."
    if commit.message > MESSAGE_BYTES:
        yield f"its message is longer than {MESSAGE_BYTES:,} bytes", again
    for flaw in commit.flaws:
        yield flaw, again
    if len(commit.parents) > PARENTS:
        yield f"it joins {len(commit.parents)} lines of work at once, more than {PARENTS}", again
    for role, at in (("author", commit.author_time), ("commit", commit.commit_time)):
        if at is None:
            continue
        if at < EARLIEST or at > now + LATEST:
            fault = "before 1980" if at < EARLIEST else "more than a day in the future"
            yield (
                f"its {role} date is {fault}",
                "Set the clock of your computer right and write it anew (git commit --amend --date=now).",
            )


class Authors:
    """Whose work a push brings, collected commit by commit: one reason for each name, not for each commit."""

    def __init__(self, pusher: Pusher) -> None:
        self._pusher = pusher
        self._own = pusher.author.email.casefold()
        self._commits: dict[tuple[str, Author], list[str]] = {}
        self._count: Counter[tuple[str, Author]] = Counter()
        self._private: dict[str, str] = {}

    def look(self, commit: PushedCommit) -> None:
        """Remember who wrote and who committed it."""
        roles = [("is by", commit.author)]
        if commit.committer.email != commit.author.email:  # else the same would be told twice
            roles.append(("was committed by", commit.committer))
        for role, who in roles:
            if self._is_private(who.email):
                if len(self._private) < _COUNTED:
                    self._private.setdefault(who.email.casefold(), short(commit.oid))
            elif who.email and who.email.casefold() != self._own:
                key = (role, who)
                self._count[key] += 1
                if self._count[key] <= _NAMED_COMMITS and len(self._commits) < _COUNTED:
                    self._commits.setdefault(key, []).append(short(commit.oid))

    def _is_private(self, email: str) -> bool:
        domain = self._pusher.domain.casefold()
        return bool(domain and email) and email.casefold().rpartition("@")[2] != domain

    def reasons(self) -> Iterator[str]:
        """Why what bears such addresses cannot come in, and what others did not by this person."""
        own = self._pusher.author.email
        for email, oid in self._private.items():
            yield (
                f"Commit {oid} bears the e-mail address {shown(email)}, and this wiki keeps such out of what "
                f"everybody can clone. Yours here is {own}: git config user.email {own}, then git commit --amend "
                "--reset-author --no-edit (for several commits: git rebase <where they begin> --exec 'git "
                "commit --amend --reset-author --no-edit')."
            )
        if self._pusher.may_bring_others:
            return
        mine = self._pusher.author
        for (role, who), commits in self._commits.items():
            more = self._count[role, who] - len(commits)
            named = ", ".join(commits) + (f" and {more:,} more" if more else "")
            plural = role if self._count[role, who] == 1 else _PLURAL[role]
            yield (
                f"Commit {named} {plural} {shown(who.name)} <{shown(who.email)}>, but you are {mine.name} "
                f"<{mine.email}>. If it is you: git config user.email {mine.email}, then git commit --amend "
                "--reset-author --no-edit (for several commits: git rebase <where they begin> --exec 'git "
                "commit --amend --reset-author --no-edit'). To bring other people’s work, ask an administrator."
            )


_PLURAL = {"is by": "are by", "was committed by": "were committed by"}


# -- names and files -------------------------------------------------------------------------


def judge_entries(entries: Iterable[PushedEntry], bounds: Bounds) -> Iterator[str]:
    """Every name and file that some commit sets; of a folder that cannot be, nothing in it is told."""
    inside = "\0"
    for entry in entries:
        if not entry.mode or entry.path.startswith(inside):
            continue
        fault = _entry_fault(entry, bounds)
        if fault:
            inside = f"{entry.path}/" if entry.mode == FOLDER else inside
            yield f"“{shown(entry.path)}” (in commit {short(entry.commit)}): {fault}"


def _entry_fault(entry: PushedEntry, bounds: Bounds) -> str:
    kind = _kind_fault(entry)
    if kind:
        return kind
    if entry.is_new:
        fault = _name_fault(entry.path)
        if fault:
            return f"{fault} Rename it in that commit (git mv, git commit --amend)."
    elif entry.path.rpartition("/")[2].casefold() == ".gitmodules":
        return f"{_name_fault(entry.path)} Remove it (git rm)."
    limit = bounds.page_bytes if is_page_path(entry.path) else bounds.file_bytes
    if entry.size is not None and entry.size > limit:
        return (
            f"it has {entry.size:,} bytes; {limit:,} are allowed. Make it smaller or leave it out, in that "
            "commit too (git rebase -i): the history would keep it."
        )
    return ""


@lru_cache(maxsize=4096)
def _name_fault(path: str) -> str:
    return pushed_path_fault(path)


def _kind_fault(entry: PushedEntry) -> str:
    if entry.mode == SYMLINK:
        return "symbolic links are not taken. Put a copy of the file, or a page with a link, in its place."
    if entry.mode == SUBMODULE:
        return "submodules are not taken. Link to the other repository from a page instead (git rm --cached)."
    if entry.mode != FOLDER and entry.mode not in _FILES:
        return f"files of mode {entry.mode:o} are not taken. Make it an ordinary file (git update-index --chmod=-x)."
    if entry.mode == EXECUTABLE:
        name = entry.path.rpartition("/")[2].casefold()
        if name in HOOKS or entry.path.casefold().startswith(".strata/"):
            return (
                "programs that git or the wiki might run are not taken. Make it an ordinary file "
                "(git update-index --chmod=-x)."
            )
    return ""


# -- at the end of the branch ----------------------------------------------------------------


def judge_folder(folder: FolderAtTip) -> Iterator[str]:
    """Names that only a computer can tell apart: of new ones, and of new ones and those there."""
    first: dict[str, str] = {}
    ordered = sorted(folder.names, key=lambda name: (name in folder.new, name))
    for name in ordered:
        for key in name_keys(name):
            other = first.setdefault(key, name)
            if other != name and name in folder.new:
                where = f" (in “{shown(folder.path)}”)" if folder.path else ""
                yield (
                    f"“{shown(name)}”{where} differs from “{shown(other)}” only in capitals, in the way its letters "
                    "are written, or in the ending of a page. Rename one of them (git mv), then commit and push."
                )
                break


def name_keys(name: str) -> tuple[str, ...]:
    """Under which a name counts as taken: itself, and the page it is, whatever its ending."""
    if is_page_path(name):
        return name_key(name), name_key(page_name(name)) + "/"
    return (name_key(name),)


def judge_text(file: FileAtTip) -> str:
    """Why the text of a page cannot be left as it is; "" if it can."""
    if not all(mark in file.content for mark in _MARKS):
        return ""
    line = has_conflict_markers(file.content.decode("utf-8", "replace"))
    if line is None:
        return ""
    return (
        f"“{shown(file.path)}”: line {line} still has the marks of a conflict (<<<<<<<). Choose between the two "
        "versions there, remove the marks, then commit and push."
    )
