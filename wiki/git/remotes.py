"""Another repository that a space is exchanged with: fetched from and pushed to, never forced.

What is known of the other side stands at ``refs/remotes/exchange/…``, which no push of ours moves.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from wiki.errors import GitFailed, RemoteRefused, StorageFull, StorageReadOnly
from wiki.git import process
from wiki.git.durability import storage_refusals, sync_objects

KNOWN = "refs/remotes/exchange/"
FETCH_SECONDS = 900.0
PUSH_SECONDS = 900.0

_WORDS = 1 << 18
"""So many bytes of what it says are looked at."""

_ADDRESS = re.compile(
    r"(?:https?|ssh|file)://[^-\s][^\s]*|[A-Za-z0-9_.][\w.-]*@[A-Za-z0-9][\w.-]*:[^\s:-][^\s:]*|/[^\s\0]+"
)
_BRANCH = re.compile(r"[\w][\w./-]*")
_AWAY = re.compile(
    r"could not resolve|unable to access|timed out|connection (?:refused|reset|closed)|no route"
    r"|network is unreachable|hung up|early eof|no answer after|could not read from remote",
    re.IGNORECASE,
)
_LOCKED_OUT = re.compile(
    r"authentication failed|permission denied|invalid username or (?:password|token)|access denied"
    r"|could not read (?:username|password)|HTTP (?:401|403)|returned error: 40[13]|not authori[sz]ed",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"not found|does not exist|does not appear to be a git repository|returned error: 404"
    r"|no such file or directory",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_MALFORMED = re.compile(r"^(?:error|fatal): (object .*|.*fsck error.*)$", re.MULTILINE)
_TOO_LARGE = re.compile(r"file too large|out of memory|cannot allocate memory", re.IGNORECASE)
_MOVED = re.compile(r"returned error: 30[1278]")
_FAR_AWAY = {
    # Whoever runs the other side would choose whom the wiki asks next, and with a token, who gets it.
    "http.followRedirects": "false",
    # A side that falls silent is let go; one that thinks for long sends a sign of life now and then.
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "120",
    "core.bigFileThreshold": "32m",
}
_BEHIND = re.compile(r"\[(?:remote )?rejected\]|non-fast-forward|fetch first|stale info")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the other repository is and how to get in. ``user`` and ``secret`` are for http only; with ssh
    the key of the user who runs the wiki is used."""

    url: str
    branch: str
    user: str = ""
    secret: str = ""


class RemoteMoved(Exception):
    """The other side has work that we have not fetched; nothing was pushed."""


def check_address(url: str, branch: str) -> None:
    """Whether git may be given this.

    Raises:
        RemoteRefused: with the reason.
    """
    if not _ADDRESS.fullmatch(url) or any(ord(c) < 33 or ord(c) == 127 for c in url):
        raise RemoteRefused(
            "Give the address of a repository: https://…, ssh://…, name@host:path or a path that begins "
            "with a slash."
        )
    parts = urlsplit(url) if "://" in url else None
    if parts is not None and (parts.password or (parts.scheme != "ssh" and parts.username)):
        raise RemoteRefused(
            "Leave name and password out of the address; they have fields of their own."
        )
    is_name = _BRANCH.fullmatch(branch) and ".." not in branch and "//" not in branch
    if not is_name or branch.endswith(("/", ".", ".lock")) or len(branch) > 200:
        raise RemoteRefused(f"“{branch[:80]}” is no name of a branch.")


class Remote:
    """The other repository, as one space sees it. It may send ``most_bytes`` at once."""

    def __init__(self, repository: Path, address: Address, most_bytes: int) -> None:
        self._path, self._address, self._most_bytes = repository, address, most_bytes
        self._known = KNOWN + address.branch

    def fetch(self) -> str:
        """The commit at which its branch stands now, with all its history here.

        Raises:
            RemoteRefused: it cannot be reached, lets nobody in, or has no such branch.
            StorageFull, StorageReadOnly: the disk.
        """
        command = [
            *("fetch", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--quiet"),
            *("--no-recurse-submodules", "--", self._address.url),
            f"+refs/heads/{self._address.branch}:{self._known}",
        ]
        try:
            self._run(command, FETCH_SECONDS)
            found = process.run(["rev-parse", "--verify", self._known], self._path)
        except GitFailed as failed:
            raise self._refusal(failed) from failed
        with storage_refusals():
            sync_objects(self._path, ())
        return found.output.decode("ascii").strip()

    def branches(self) -> list[str]:
        """The names of its branches, of very many the first; none in an empty repository.

        Raises:
            RemoteRefused: it cannot be reached, or lets nobody in.
        """
        try:
            found = self._run(["ls-remote", "--heads", "--", self._address.url], FETCH_SECONDS)
        except GitFailed as failed:
            raise self._refusal(failed) from failed
        names = (line.partition("\trefs/heads/")[2] for line in found.splitlines())
        return [_CONTROL.sub(" ", name) for name in names if name]

    def push(self, commit: str) -> None:
        """Move its branch on to a commit that follows it.

        Raises:
            RemoteMoved: it has work of its own meanwhile.
            RemoteRefused: it cannot be reached, or does not let us write.
        """
        branch = f"{process.full_id(commit)}:refs/heads/{self._address.branch}"
        command = ["push", "--porcelain", "--no-verify", "--", self._address.url, branch]
        try:
            self._run(command, PUSH_SECONDS)
        except GitFailed as failed:
            if _BEHIND.search(failed.detail) and not _LOCKED_OUT.search(failed.detail):
                raise RemoteMoved from failed
            raise self._refusal(failed) from failed

    def _run(self, command: list[str], seconds: float) -> str:
        """Run git with the other side at its other end; the first of what it answers. Its words go into files:
        the other side may talk without end."""
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            git = process.start(
                command,
                self._path,
                stdout=output,
                stderr=errors,
                protocols=process.IMPORT_PROTOCOLS,
                variables=process.settings_variables(_FAR_AWAY | self._credentials()),
                most_bytes=self._most_bytes,
            )
            try:
                git.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.stop(git)
                said = f"no answer after {seconds} seconds"
                raise GitFailed(command[0], -1, said) from None
            if git.returncode:
                end = errors.seek(0, os.SEEK_END)
                raise process.failure(command[0], git.returncode, _read(errors, end - _WORDS))
            return _read(output, 0)

    def _credentials(self) -> dict[str, str]:
        """Name and password for this address alone, where no list of processes shows them."""
        address = self._address
        if not address.secret or not address.url.startswith("http"):
            return {}
        parts = urlsplit(address.url)
        pair = base64.b64encode(f"{address.user or 'git'}:{address.secret}".encode()).decode()
        place = f"http.{parts.scheme}://{parts.netloc}/.extraHeader"
        return {place: f"Authorization: Basic {pair}"}

    def _refusal(self, failed: GitFailed) -> Exception:
        said = (
            failed.detail.replace(self._address.secret, "…")
            if self._address.secret
            else failed.detail
        )
        said = _CONTROL.sub(" ", said)  # the other side's words, too, which could steer a terminal
        last = _telling_line(said)
        if isinstance(failed, (StorageFull, StorageReadOnly)):
            return failed
        if _LOCKED_OUT.search(said):
            return RemoteRefused(
                "It does not let the wiki in: check name, token or key, and their rights.", last
            )
        if _TOO_LARGE.search(said):
            most = f"{self._most_bytes / 1_000_000:,.0f} MB"
            return RemoteRefused(f"It sends more at once than a push may bring ({most}).", last)
        if flaw := _MALFORMED.search(said):
            return RemoteRefused("It has objects that may not come in.", flaw[1][:300])
        if _MOVED.search(said):
            return RemoteRefused("It is at another address now. Arrange that one.", last)
        if "couldn't find remote ref" in said:
            return RemoteRefused(f"It has no branch “{self._address.branch}”.", last)
        if _ABSENT.search(said):
            return RemoteRefused(
                "There is no repository at this address, or none that the wiki may see.", last
            )
        if _AWAY.search(said):
            return RemoteRefused("It cannot be reached at the moment.", last)
        return RemoteRefused("git could not exchange with it.", last)


def _telling_line(said: str) -> str:
    """The line that says what went wrong: git's first "fatal:", which advice may follow, or else the last."""
    lines = [line for line in said.split("\n") if line.strip()]
    fatal = next((line for line in lines if line.startswith("fatal:")), "")
    return (fatal or (lines[-1] if lines else ""))[:300]


def _read(words: IO[bytes], begin: int) -> str:
    words.seek(max(0, begin))
    return words.read(_WORDS).decode("utf-8", "replace").strip()
