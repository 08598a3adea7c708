"""Every refusal a person can meet: one class per reason, whose ``__init__`` writes the sentence.

A refusal says what is wrong and what to do about it. The HTTP status of each class stands in one
table, ``wiki.web.errors``; the command line prints the sentence and exits with 1.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wiki.model import Collision
    from wiki.model.drafts import Draft


class StrataError(Exception):
    """The base of every refusal; ``str(error)`` is fit for any reader."""


# -- configuration ---------------------------------------------------------------------------


class SettingInvalid(StrataError):
    """A setting has a value that cannot be used."""

    def __init__(self, source: str, key: str, reason: str, remedy: str) -> None:
        super().__init__(f"{source}: {key}: {reason} {remedy}")
        self.source, self.key, self.reason, self.remedy = source, key, reason, remedy


class AddressUnavailable(StrataError):
    """The server cannot listen where it was told to."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"Cannot listen on {host}, port {port}: {reason}. Stop the program that uses it (perhaps "
            "this wiki is running already), or set another server.port."
        )
        self.host, self.port = host, port


# -- names -----------------------------------------------------------------------------------


class NameInvalid(StrataError):
    """A page, folder, attachment or space may not bear this name."""

    def __init__(self, name: str, reason: str) -> None:
        shown = name if len(name) <= 120 else f"{name[:120]}…"
        text = f"“{shown}” cannot be used as a name: {reason}"
        super().__init__(text if name.strip() else "A name is missing. Write one, then try again.")
        self.name, self.reason = name, reason


class NameTaken(StrataError):
    """The name belongs to another page already, perhaps in another spelling."""

    def __init__(self, name: str, existing: str) -> None:
        if name == existing:
            text = f"“{existing}” exists already. Choose another name, or edit that page."
        else:
            text = (
                f"“{name}” differs from the existing “{existing}” only in capitals or in the way "
                "its letters are written. Choose another name, or edit that page."
            )
        super().__init__(text)
        self.name, self.existing = name, existing


class FileTaken(StrataError):
    """A file of this name lies in the folder already, as the page of attachments says it."""

    def __init__(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        place = f"in the folder “{folder}”" if folder else "at the top of this space"
        super().__init__(
            f"There is a file “{name}” {place} already. Give this one another name, or replace that one: "
            "“Replace” stands beside it under “Attachments”."
        )
        self.path = path


class NothingChosen(StrataError):
    """A form to send files was sent without one."""

    def __init__(self) -> None:
        super().__init__("Choose a file first.")


# -- what is not there -----------------------------------------------------------------------


class NotFound(StrataError):
    """The base of everything that is not there (or that the person may not know is there)."""


class SpaceNotFound(NotFound):
    def __init__(self, space: str) -> None:
        super().__init__(f"There is no space “{space}” that you may read.")
        self.space = space


class PageNotFound(NotFound):
    def __init__(self, space: str, path: str) -> None:
        super().__init__(f"There is no page “{path}” in the space “{space}”.")
        self.space, self.path = space, path


class FolderNotFound(NotFound):
    def __init__(self, space: str, folder: str) -> None:
        super().__init__(f"There is no folder “{folder}” in the space “{space}”.")
        self.space, self.folder = space, folder


class FileNotInSpace(NotFound):
    def __init__(self, space: str, path: str) -> None:
        super().__init__(f"There is no file “{path}” in the space “{space}”.")
        self.space, self.path = space, path


class RevisionNotFound(NotFound):
    def __init__(self, revision: str) -> None:
        super().__init__(
            f"“{revision[:80]}” is no version of this page. Open its history and choose one there."
        )
        self.revision = revision


class ReportNotFound(NotFound):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no report “{name}”. There are: {', '.join(known)}.")
        self.name, self.known = name, tuple(known)


class ScopeNotFound(NotFound):
    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The history of this space knows no {kind} “{name}”.")
        self.kind, self.name = kind, name


# -- who may ---------------------------------------------------------------------------------


class SignInNeeded(StrataError):
    def __init__(self, action: str) -> None:
        super().__init__(f"Sign in to {action}.")
        self.action = action


class NotAllowed(StrataError):
    def __init__(self, action: str) -> None:
        super().__init__(
            f"Your account may not {action}. Ask an administrator of this wiki for the right."
        )
        self.action = action


class TooFewPeople(StrataError):
    """A report on a part of a space would tell about a few people."""

    def __init__(self, minimum: int) -> None:
        super().__init__(
            f"Fewer than {minimum} people took part here in these days, or so few elsewhere that they "
            "could be told apart. This space tells nothing about so few: choose a larger part of it, "
            "or a longer time."
        )
        self.minimum = minimum


class SignInRefused(StrataError):
    def __init__(self) -> None:
        super().__init__("The user name or the password is not right. Try again.")


class TooManyAttempts(StrataError):
    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Too many attempts. Wait {wait_seconds} seconds, then try again.")
        self.wait_seconds = wait_seconds


class AccountInvalid(StrataError):
    """An account cannot be made or changed as asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class TokenInvalid(StrataError):
    """A personal access token cannot be made or revoked as asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class TokenRefused(StrataError):
    """A git client (or script) signs in with something that is no valid token of this user."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "The user name and the token do not fit, or the token has expired or was revoked. Here one "
            f"signs in with a personal access token, never with the password: make one at {place}"
        )
        self.place = place


class TokenReadOnly(StrataError):
    def __init__(self) -> None:
        super().__init__(
            "Your token may read but not write. Make one that may write, under “Personal access tokens” of "
            "your account, and use that."
        )


class AccountsUnavailable(StrataError):
    """The account database cannot be read; pages stay safe in git."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "The account database cannot be used, so nobody can sign in. All pages are safe. "
            f"An administrator should run “strata check”. ({detail})"
        )


class FormerMembersUnreadable(AccountsUnavailable):
    """The list of former members is damaged: nobody can say whose name may be shown."""

    def __init__(self, path: str, detail: str) -> None:
        StrataError.__init__(
            self,
            f"The list of people whose names are no longer shown ({path}) cannot be read, so nobody is named "
            f"now. All pages are safe. An administrator should restore it from the backup. ({detail})",
        )


class ErasureRefused(StrataError):
    """Somebody's name cannot be erased as it was asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Nothing was erased.")


# -- writing ---------------------------------------------------------------------------------


class EditConflict(StrataError):
    """Others changed the same lines since the editor opened the page; nothing was saved."""

    def __init__(self, collisions: Sequence[Collision], head: str) -> None:
        names = ", ".join(collision.path for collision in collisions)
        super().__init__(
            f"Somebody changed the same lines of {names} while you were editing. "
            "Nothing is lost: look at both versions, choose, and save again."
        )
        self.collisions, self.head = tuple(collisions), head


class FolderChanged(StrataError):
    """Something in a folder is not as it was when the folder was read; nothing was moved."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"Somebody changed what lies in “{folder}” since you read it. Nothing is moved: read it again, then try "
            "once more."
        )
        self.folder = folder


class ProposalNotFound(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no open proposal “{name}”. Perhaps it was taken in or declined already."
        )


class ProposalMoved(ProposalNotFound):
    """A proposal is no longer what whoever decides on it looked at."""

    def __init__(self, name: str) -> None:
        StrataError.__init__(
            self, f"The proposal “{name}” changed since you looked. Look at it once more."
        )


class TooManyProposals(StrataError):
    """More proposals would wait than may: of one person (``own``), or in the whole space."""

    def __init__(self, count: int, most: int, *, own: bool = False) -> None:
        if own:
            text = (
                f"With this, {count} proposals of yours would wait in this space; nobody may have more than {most} at "
                "once. Wait until some are decided on, or withdraw one that you no longer want: on its page, or by "
                "git push origin --delete proposal/<name>."
            )
        else:
            text = (
                f"With this, {count} proposals would wait in this space, and it keeps no more than {most}. Ask somebody "
                "who may edit it to take in or decline some, then try again."
            )
        super().__init__(text)


class RemoteRefused(StrataError):
    """A repository that a space is exchanged with cannot be used as asked; ``said`` is git's own last word."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.said = said


class UnrelatedHistory(StrataError):
    """Two histories cannot be joined, since they have no common beginning."""

    def __init__(self, space: str) -> None:
        super().__init__(
            f"The two histories have no version in common, so “{space}” cannot be joined with the other. "
            "Import the other as a space of its own, or copy its pages in a clone of this one."
        )


class TooManyCollisions(StrataError):
    """Two lines of work collide in more places than people can settle in one form."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count:,} pages were changed on both sides at the same place: too many to settle here. In a clone, "
            "merge the space's branch into the other one, settle them there, and push."
        )
        self.count = count


class DraftElsewhere(StrataError):
    """Another tab or device of the same person holds another text of the same page."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(
            "You have typed something else here, in another tab or on another device. Both texts are "
            "kept: compare them, then go on with one of them."
        )
        self.draft = draft


class DraftGone(StrataError):
    """The draft that an open editor knows was saved or discarded elsewhere."""

    def __init__(self) -> None:
        super().__init__("This draft was saved or discarded, in another tab or on another device.")


class DraftOfAnother(StrataError):
    """Somebody else signed in, in the browser in which this was typed."""

    def __init__(self, typist: str, account: str) -> None:
        super().__init__(
            f"This was typed by {typist[:80]}, and {account} is signed in here now. It stays in this "
            f"browser: sign in as {typist[:80]} again to go on."
        )


class DraftNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("You have no such draft. Perhaps you saved or discarded it already.")


class DraftsFull(StrataError):
    """One person's drafts take all the room there is for them."""

    def __init__(self, limit: int, *, in_bytes: bool = False) -> None:
        most = f"{_megabytes(limit)} of drafts" if in_bytes else f"{limit} drafts"
        super().__init__(
            f"You have {most}, as many as are kept for one person. Save or discard some under "
            "“Your drafts”; until then, what you type here is kept in this browser only."
        )
        self.limit = limit


class ContentRefused(StrataError):
    """The text itself cannot be saved (conflict markers left in it, no valid UTF-8…)."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"“{path}” was not saved: {reason}")
        self.path, self.reason = path, reason


class NotEditable(ContentRefused):
    """The file is no text that an editor could show and save again as it was."""

    def __init__(self, path: str, reason: str) -> None:
        StrataError.__init__(self, f"“{path}” cannot be edited here: {reason}")
        self.path, self.reason = path, reason


class TooLarge(StrataError):
    def __init__(self, what: str, size: int, limit: int) -> None:
        has, allowed = _megabytes(size), _megabytes(limit)
        if has == allowed:
            has = f"more than {has}"
        super().__init__(f"{what} has {has}; the limit is {allowed}. Split it, or make it smaller.")
        self.size, self.limit = size, limit


class TypeRefused(StrataError):
    def __init__(self, name: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"“{name}” is of a kind that cannot be attached. Allowed are: {', '.join(allowed)}."
        )
        self.name, self.allowed = name, tuple(allowed)


class NothingToSave(StrataError):
    """The edit changes nothing; the page stays as it is and no commit is made."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed, so there is nothing to save.")


class PushRefused(StrataError):
    """A push brings what may not come in; nothing of it is kept.

    ``reasons`` are sentences, each naming the path or commit it is about and what to do.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = tuple(reasons)


class PushTooSlow(PushRefused):
    def __init__(self, seconds: float) -> None:
        took = f"Looking through this push took more than {seconds:g} seconds."
        super().__init__([f"{took} Nothing was changed. Push fewer commits at a time."])


class SpaceBusy(StrataError):
    def __init__(self, space: str) -> None:
        super().__init__(
            f"The space “{space}” is being written by others right now. Your text is kept; "
            "save again in a moment."
        )
        self.space = space


class SavedWithFault(StrataError):
    """The change is in the space, but the disk failed before it confirmed to keep it."""

    def __init__(self, commit: str, detail: str) -> None:
        super().__init__(
            "Your change was saved, but the server's disk reported an error just then, so a power "
            "cut could still lose it. Keep a copy of your text, and tell an administrator: "
            f"{detail}."
        )
        self.commit, self.detail = commit, detail


class StorageFull(StrataError):
    def __init__(self) -> None:
        super().__init__(
            "The server's disk is full. Nothing was saved; your text is kept in the editor. "
            "Tell an administrator, then save again."
        )


class StorageReadOnly(StrataError):
    def __init__(self, detail: str) -> None:
        super().__init__(
            "The server cannot write to its disk. Nothing was saved; your text is kept in the "
            f"editor. Tell an administrator: {detail}."
        )


EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM})
"""What the operating system says when a process has too much open or the machine too much to do."""


class Overloaded(StrataError):
    """Too many files or processes are open for one more; nothing is wrong with what is stored."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The server has too much to do at this moment ({detail}). No page is concerned; "
            "try again in a moment."
        )
        self.detail = detail


# -- repositories ----------------------------------------------------------------------------


class RepositoryDamaged(StrataError):
    """git could not read something it should be able to read."""

    def __init__(self, space: str, detail: str) -> None:
        super().__init__(
            f"A part of the repository of “{space}” is damaged ({detail}). Other pages and "
            "versions are not concerned. An administrator should run “strata check”."
        )
        self.space, self.detail = space, detail


class GitFailed(StrataError):
    """A git command ended badly; ``detail`` is for the log, never for a web page."""

    def __init__(self, command: str, status: int, detail: str) -> None:
        super().__init__(f"git {command} ended with status {status}: {detail}")
        self.command, self.status, self.detail = command, status, detail


class ImportRefused(StrataError):
    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"“{source}” was not imported: {reason}")
        self.source, self.reason = source, reason


class NoRepository(StrataError):
    def __init__(self, path: str) -> None:
        super().__init__(
            f"“{path}” is no git repository. Give the folder of a clone or of a bare repository."
        )
        self.path = path


class SpaceExists(StrataError):
    def __init__(self, space: str) -> None:
        super().__init__(f"There is a space “{space}” already. Choose another name with --space.")
        self.space = space


# -- asking ----------------------------------------------------------------------------------


class QueryRefused(StrataError):
    """A search that would cost too much or means nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This search cannot be answered: {reason}")
        self.reason = reason


class SearchNotReady(StrataError):
    """The index is being built; pages can be read meanwhile."""

    def __init__(self, space: str) -> None:
        super().__init__(
            f"The search index of “{space}” is being built. Pages can be read meanwhile; "
            "try again in a minute."
        )
        self.space = space


class IndexNotReady(StrataError):
    """What is computed from the log is being built, or was damaged and will be; pages are safe."""

    def __init__(self, space: str) -> None:
        super().__init__(
            f"The lists and the history of “{space}” are being built. All pages are safe; "
            "try again in a minute."
        )
        self.space = space


class WindowInvalid(StrataError):
    def __init__(self, value: str) -> None:
        super().__init__(
            f"“{value[:80]}” is no span of days. Write dates as 2026-03-31, the first before the last."
        )


class TeamInvalid(StrataError):
    """A team in the form cannot be saved as it was typed."""


class ParameterInvalid(StrataError):
    """A request's parameter is missing or cannot be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The parameter “{name}” cannot be used: {reason}")
        self.name, self.reason = name, reason


# -- a wiki on another machine ---------------------------------------------------------------


class McpMissing(StrataError):
    """The SDK of the Model Context Protocol is an extra."""

    def __init__(self) -> None:
        super().__init__(
            "The Model Context Protocol needs a package that is not installed here. Run: "
            'python -m pip install "mcp>=2.3,<3"'
        )


class AnswerRefused(StrataError):
    """Another wiki refused a request: its own sentence, and all else that it told in ``problem`` (RFC 9457)."""

    def __init__(self, status: int, code: str, sentence: str, problem: Mapping[str, Any]) -> None:
        super().__init__(sentence)
        self.status, self.code, self.problem = status, code, problem


class WikiUnreachable(StrataError):
    """No answer came from another wiki, or none of its API. ``wrote``: what was sent may have arrived."""

    def __init__(self, url: str, reason: str, *, wrote: bool) -> None:
        unsure = " It may have been saved nevertheless: read it before you try again."
        super().__init__(
            f"The wiki at {url} cannot be reached: {reason}. Try again later, or check the address."
            + (unsure if wrote else "")
        )
        self.url, self.reason = url, reason


def _megabytes(size: int) -> str:
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1000:.0f} kB"
