"""The one place that starts git: every argument list and every environment is built here.

Git listens to a great many voices: system and user configuration, environment variables, hooks,
replacement objects, attributes. A wiki's repository must look the same to all of its processes on
every machine, and nothing a person types may become an option. So the environment is made anew from
a fixed list, hooks are off, and callers pass full object ids and put ``--`` before paths.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wiki.errors import (
    EXHAUSTED,
    GitFailed,
    Overloaded,
    RepositoryDamaged,
    StorageFull,
    StorageReadOnly,
)

IMPORT_PROTOCOLS = "file:https:http:ssh:git"
"""Transports an administrator may import from; everything else runs with none allowed."""

_NOWHERE = os.devnull

_CONFIGURATION = {
    # Hooks are programs; the wiki's rules are its own code.
    "core.hooksPath": _NOWHERE,
    "core.fsmonitor": "false",
    "core.attributesFile": _NOWHERE,
    "core.excludesFile": _NOWHERE,
    "core.askPass": "",
    "credential.helper": "",
    # What git itself writes must be on the disk before the wiki says "saved".
    "core.fsync": "committed,reference",
    "core.fsyncMethod": "fsync",
    "core.useReplaceRefs": "false",
    "core.quotePath": "false",
    # The service's user need not own a mounted volume.
    "safe.directory": "*",
    "gc.autoDetach": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showSignature": "false",
    "log.mailmap": "false",
    "diff.renames": "true",
    "protocol.version": "2",
}

_MOST_KILOBYTES = 1_000_000
_FAREWELL_SECONDS = 2.0
# Limits set from outside would come too late for a child that git starts at once.
_BOUNDED = f"ulimit -d {_MOST_KILOBYTES} 2>/dev/null; exec"
_BEHIND = ("sh", "-c", f'{_BOUNDED} nice -n 10 "$@"', "sh")
_IN_TURN = ("sh", "-c", f'{_BOUNDED} "$@"', "sh")
_BLOCK = 512
"""In so many bytes a shell counts what one file may grow to."""

_KEPT_VARIABLES = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
_NETWORK_VARIABLES = (
    "SSH_AUTH_SOCK",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)

_FULL_DISK = re.compile(r"No space left on device|Disk quota exceeded", re.IGNORECASE)
_NO_WRITING = re.compile(
    r"Read-only file system|Permission denied|Input/output error|Operation not permitted",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(
    r"Too many open files|Cannot allocate memory|Resource temporarily unavailable", re.IGNORECASE
)
_FULL_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Finished:
    """What a git command left behind."""

    status: int
    output: bytes
    errors: str


def environment(protocols: str = "") -> dict[str, str]:
    """The whole environment of a git process; ``protocols`` as in ``GIT_ALLOW_PROTOCOL``."""
    kept = _KEPT_VARIABLES + (_NETWORK_VARIABLES if protocols else ())
    result = {name: os.environ[name] for name in kept if name in os.environ}
    result.setdefault("PATH", os.defpath)
    result |= {
        "HOME": _NOWHERE,
        "XDG_CONFIG_HOME": _NOWHERE,
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": _NOWHERE,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        # Asks nothing, and lets go of a side that falls silent.
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=30",
        "GIT_PAGER": "cat",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_ALLOW_PROTOCOL": protocols or "none",
    }
    return result | _configuration_variables(_CONFIGURATION)


def start(
    command: Sequence[str],
    repository: Path | None = None,
    *,
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
    protocols: str = "",
    variables: Mapping[str, str] | None = None,
    most_bytes: int = 0,
) -> subprocess.Popen[bytes]:
    """A running git with a pipe for its input; the caller must look at its exit status.
    ``variables`` are added to the environment. ``most_bytes``: what it may write into one file, its
    memory being bounded, too; 0 for a git that obeys us alone.

    Raises:
        Overloaded: no more processes or files can be opened at this moment.
    """
    try:
        return subprocess.Popen(
            [*_fenced(most_bytes), *arguments(command, repository)],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            env=environment(protocols) | dict(variables or {}),
            cwd="/",
            # A Ctrl-C in the terminal is for the server, which then stops in good order.
            process_group=0,
        )
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise Overloaded(os.strerror(error.errno or 0)) from error
        raise


@dataclass(frozen=True, slots=True)
class Streams:
    """The open files that a git process reads from and writes to."""

    input: IO[bytes]
    output: IO[bytes]
    errors: IO[bytes]


def serve(
    command: Sequence[str],
    streams: Streams,
    *,
    settings: Sequence[tuple[str, str]] = (),
    variables: Mapping[str, str] | None = None,
    handed_down: Sequence[int] = (),
    behind: bool = True,
) -> subprocess.Popen[bytes]:
    """A running git that works for somebody far away: on files, in bounded memory.

    Args:
        behind: whether everybody else's work comes first.
        settings: of git, for this process and its children.
        variables: added to the environment.
        handed_down: open files that its hooks find under the same numbers.

    Raises:
        Overloaded: no more processes or files can be opened at this moment.
    """
    options = [part for key, value in settings for part in ("-c", f"{key}={value}")]
    try:
        return subprocess.Popen(
            [*(_BEHIND if behind else _IN_TURN), "git", *options, *command],
            stdin=streams.input,
            stdout=streams.output,
            stderr=streams.errors,
            env=environment() | dict(variables or {}),
            cwd="/",
            process_group=0,
            pass_fds=handed_down,
        )
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise Overloaded(os.strerror(error.errno or 0)) from error
        raise


def end(process: subprocess.Popen[bytes]) -> None:
    """End a served git: first what it has started, so that it clears away what it has begun."""
    children = _children(process.pid)
    for child in children:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_FAREWELL_SECONDS if children else 0)
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_FAREWELL_SECONDS)
            return
    process.wait()


def _children(pid: int) -> list[int]:
    """The processes that another one has started, where the system tells."""
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except (OSError, ValueError):
        return []


def run(
    command: Sequence[str],
    repository: Path | None = None,
    *,
    stdin: bytes = b"",
    timeout: float | None = None,
    accept: Sequence[int] = (0,),
    protocols: str = "",
    variables: Mapping[str, str] | None = None,
) -> Finished:
    """Run git to its end; ``variables`` are added to its environment.

    Raises:
        StorageFull, StorageReadOnly: git said so.
        GitFailed: any other exit status than those accepted, or ``timeout`` seconds went by.
    """
    process = start(
        command, repository, stderr=subprocess.PIPE, protocols=protocols, variables=variables
    )
    try:
        output, errors = process.communicate(stdin, timeout)
    except subprocess.TimeoutExpired:
        stop(process)
        raise GitFailed(command[0], -1, f"no answer after {timeout} seconds") from None
    finished = Finished(process.returncode, output, errors.decode("utf-8", "replace").strip())
    if finished.status not in accept:
        raise failure(command[0], finished.status, finished.errors)
    return finished


def failure(command: str, status: int, errors: str) -> Exception:
    """The refusal that fits what git said on its way out."""
    if _TOO_MUCH.search(errors):
        return Overloaded(errors.splitlines()[-1][:200])
    if _FULL_DISK.search(errors):
        return StorageFull()
    if _NO_WRITING.search(errors):
        return StorageReadOnly(errors.splitlines()[-1][:200])
    return GitFailed(command, status, errors[-2000:])


def unreadable(space: str, what: str, error: OSError) -> Exception:
    """The refusal for a file of a repository that the system does not let us read."""
    reason = error.strerror or type(error).__name__
    if error.errno in EXHAUSTED:
        return Overloaded(reason)
    return RepositoryDamaged(space, f"{what} cannot be read: {reason}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours with all that it started, and read away what it left."""
    if process.returncode is None:
        # What speaks to another server would wait for that server's answer for ever.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()


def forget(process: subprocess.Popen[bytes]) -> None:
    """Let go of a process that belongs to the parent we were forked from, without harming it."""
    process.returncode = 0
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def arguments(command: Sequence[str], repository: Path | None) -> list[str]:
    """The argument list for a git command on a bare repository."""
    place = [f"--git-dir={repository.absolute()}"] if repository is not None else []
    return ["git", *place, *command]


def _fenced(most_bytes: int) -> tuple[str, ...]:
    """What goes before a command that may write no larger file; a git that tries is told so."""
    if not most_bytes:
        return ()
    limit = f"trap '' XFSZ; ulimit -f {-(-most_bytes // _BLOCK)}; {_BOUNDED}"
    return ("sh", "-c", f'{limit} nice -n 10 "$@"', "sh")


def full_id(oid: str) -> str:
    """The id, if it is a whole object id: nothing else may reach git as a revision.

    Raises:
        RepositoryDamaged: it is not; ids come from git itself or from ``resolve``.
    """
    if not _FULL_ID.fullmatch(oid):
        raise RepositoryDamaged("", f"“{oid[:80]}” is no object id")
    return oid


def git_version() -> str:
    """The version of the git that runs here, such as ``2.39.5``; "" where there is none."""
    try:
        answer = run(["version"], timeout=10).output.decode("utf-8", "replace")
    except (OSError, GitFailed):
        return ""
    found = re.search(r"\d+(?:\.\d+)+", answer)
    return found.group() if found else ""


def settings_variables(settings: Mapping[str, str]) -> dict[str, str]:
    """The variables that give one git process more settings than ours."""
    return _configuration_variables({**_CONFIGURATION, **settings})


def _configuration_variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings as git reads them from the environment: they reach its own children too."""
    result = {"GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings.items()):
        result[f"GIT_CONFIG_KEY_{index}"] = key
        result[f"GIT_CONFIG_VALUE_{index}"] = value
    return result
