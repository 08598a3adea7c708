"""The wiki behind its real server in a thread of the test, and git clients that come to it."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from tests.objects import unfinished
from wiki.services.wiki import Wiki
from wiki.web.server import listen
from wiki.web.worker import Stop, answer_requests

PUSH_TYPE = "application/x-git-receive-pack-request"
FETCH_TYPE = "application/x-git-upload-pack-request"


@dataclass(frozen=True)
class Ended:
    """What a git command left; ``told`` is all that a person sees."""

    status: int
    told: str


@dataclass
class Door:
    """A wiki that listens, and somebody before it."""

    wiki: Wiki
    port: int
    home: Path
    secrets: dict[str, str] = field(default_factory=dict)

    def token(self, name: str, *, may_write: bool = True) -> str:
        """A token of this account, made at the first call."""
        key = f"{name}{may_write}"
        if key not in self.secrets:
            account = self.wiki.accounts.account(name)
            made = self.wiki.tokens.create(account, "laptop", may_write=may_write, days=3)
            self.secrets[key] = made[1]
        return self.secrets[key]

    def url(self, user: str = "", secret: str = "", space: str = "handbook.git") -> str:
        """The space's address as ``user`` gives it to git, with that user's token by default."""
        who = f"{user}:{secret or self.token(user)}@" if user else ""
        return f"http://{who}127.0.0.1:{self.port}/{space}"

    def git(self, *arguments: str, at: Path | None = None, **settings: str) -> Ended:
        """Run the machine's git as somebody without any configuration would."""
        pairs = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        done = subprocess.run(
            ["git", "-c", "user.name=Ann", "-c", "user.email=ann@localhost", *pairs, *arguments],
            cwd=at or self.home, capture_output=True, text=True, timeout=60, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "GIT_TERMINAL_PROMPT": "0",
                 "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        return Ended(done.returncode, done.stdout + done.stderr)

    def clone(self, name: str, user: str = "", **settings: str) -> Path:
        """A clone that worked."""
        done = self.git("clone", self.url(user), name, **settings)
        assert done.status == 0, done.told
        return self.home / name

    def commit(self, clone: Path, files: Mapping[str, str], message: str = "Change") -> str:
        """A commit in a clone; its id."""
        for name, text in files.items():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_text(text)
        assert self.git("add", "-A", at=clone).status == 0
        assert self.git("commit", "-qm", message, at=clone).status == 0
        return self.git("rev-parse", "HEAD", at=clone).told.strip()

    def ask(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """A plain request; ``Content_Type`` stands for ``Content-Type``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            connection.request(method, path, body or None, named)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers

    def basic(self, user: str, secret: str = "") -> str:
        """An Authorization header."""
        from base64 import b64encode

        return "Basic " + b64encode(f"{user}:{secret or self.token(user)}".encode()).decode()

    @property
    def repository(self) -> Path:
        return self.wiki.repository_path("handbook")

    def head(self) -> str:
        return self.wiki.open("handbook").repository.head() or ""

    def leftovers(self) -> list[str]:
        """What a push that did not come in left among the objects."""
        return unfinished(self.repository)


@contextlib.contextmanager
def listening(app: Flask, wiki: Wiki, home: Path) -> Iterator[Door]:
    """Serve the application on a free port while the block runs."""
    stop = Stop()
    home.mkdir(exist_ok=True)
    with listen(wiki.settings.server) as listener:
        port = listener.getsockname()[1]
        worker = threading.Thread(target=answer_requests, args=(app, listener, wiki.settings, stop))
        worker.start()
        try:
            yield Door(wiki, port, home)
        finally:
            stop.request()
            worker.join(timeout=60)
            assert not worker.is_alive()


def children() -> set[int]:
    """The processes that this one has started and not yet taken leave of."""
    pid = os.getpid()
    found: set[int] = set()
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found |= {int(child) for child in (thread / "children").read_text().split()}
    return found


def packet(text: bytes) -> bytes:
    """A pkt-line."""
    return b"%04x" % (len(text) + 4) + text
