"""Writers at all three doors, and the ledger of what was acknowledged to them.

Every write adds one line with a word of its own at a random place of a page that all share. Writers only
add, so whatever was acknowledged must stand in the end. Whoever meets another's edit keeps both.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.cases.storm_place import SPACE, Answer, Http, Person, Place, edit_path, hidden, typed

GONE = (OSError, http.client.HTTPException)
"""What a client sees of a server that was killed."""

_TRIES = 60


class ServerGone(Exception):
    """A git that found nobody."""


@dataclass
class Ledger:
    """What was acknowledged (word → account), to be had from many threads.

    ``seconds`` holds how long each kind of request took; ``refused`` why and how often writers had to try
    again; ``faults`` what nobody should have seen.
    """

    goal: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    pushed: dict[str, str] = field(default_factory=dict)
    doors: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def acknowledge(self, person: Person, *words: str) -> None:
        with self.lock:
            self.acknowledged |= dict.fromkeys(words, person.account)
            self.doors[person.account.partition("-")[0]] += len(words)
            if len(self.acknowledged) >= self.goal:
                self.stopped.set()

    def refuse(self, why: str) -> None:
        with self.lock:
            self.refused[why] += 1

    def fault(self, what: str) -> None:
        with self.lock:
            self.faults.append(_told(what)[:1500])

    def took(self, kind: str, begun: float) -> None:
        """Note a request that ended well, and began at this moment of ``time.perf_counter``."""
        with self.lock:
            self.seconds.setdefault(kind, []).append(time.perf_counter() - begun)


def _told(answer: str) -> str:
    """What a person reads of an answer, be it a page."""
    text = re.sub(r"(?s)<(head|script|svg|select|textarea|header|nav).*?</\1>|<[^>]+>", " ", answer)
    return " ".join(text.split())


class Writer:
    """Somebody who writes again and again, with pauses of ``pause`` seconds on average."""

    def __init__(self, place: Place, person: Person, ledger: Ledger, pause: float) -> None:
        self.place, self.person, self.ledger, self.pause = place, person, ledger, pause
        self.chance = random.Random(person.account)
        self.number = 0

    def come(self, address: str) -> None:
        """Turn to a server (that was started again)."""
        raise NotImplementedError

    def write(self) -> None:
        """Write once, whatever it takes.

        Raises:
            OSError, HTTPException, ServerGone: the server is gone, and with it the answer.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Hang up."""

    def run(self) -> None:
        """Write until the ledger is full or nobody answers."""
        while not self.ledger.stopped.wait(self.chance.uniform(0, 2 * self.pause)):
            try:
                self.write()
            except (*GONE, ServerGone):
                return
            except Exception as error:
                self.ledger.fault(f"{self.person.account}: {error!r}")
                return

    def page(self) -> str:
        return f"page-{self.chance.randrange(self.place.pages)}"

    def word(self) -> str:
        self.number += 1
        return f"{self.person.account.replace('-', '')}x{self.number}y"

    def with_line(self, text: str, word: str) -> str:
        """The text with a line more: often at the end, where everybody meets."""
        lines = text.splitlines(keepends=True)
        at = len(lines) if self.chance.random() < 0.3 else self.chance.randint(2, len(lines))
        return "".join([*lines[:at], f"{word} stands here.\n", *lines[at:]])


class BrowserWriter(Writer):
    """The editor's forms, and the page on which conflicts are settled."""

    http: Http | None = None

    def come(self, address: str) -> None:
        cookie = self.http.cookie if self.http else ""
        self.close()
        self.http = Http(address)
        self.http.cookie = cookie
        if not cookie:
            self.http.sign_in(self.person.account)

    def close(self) -> None:
        if self.http:
            self.http.close()

    def write(self) -> None:
        path, word = edit_path(self.page()), self.word()
        form = self.http.ask("GET", path)
        if form.status != 200:
            self.ledger.fault(f"{path}: {form.status} {form.text}")
            return
        # The last fields are those of the editor; the head of the page has forms, too.
        fields = {**hidden(form.text), "text": self.with_line(typed(form.text), word)}
        for _ in range(_TRIES):
            answer = self._save(path, fields)
            if answer.status == 303:
                self.ledger.acknowledge(self.person, word)
                return
            if answer.status != 409:
                self.ledger.fault(f"POST {path}: {answer.status} {answer.text}")
                return
            self.ledger.refuse("conflict page")
            fields = keeping_both(answer.text)
        self.ledger.fault(f"{path}: in conflict {_TRIES} times")

    def _save(self, path: str, fields: dict[str, str]) -> Answer:
        begun = time.perf_counter()
        answer = self.http.post(path, fields)
        if answer.status == 303:
            self.ledger.took("save", begun)
        return answer


def keeping_both(page: str) -> dict[str, str]:
    """The form of a conflict, with both texts chosen everywhere."""
    fields = hidden(page)
    fields.pop("leaving_out", None)
    for name in list(fields):
        kind, _, number = name.partition("-")
        if kind == "mine":
            fields[f"choice-{number}"] = "both"
            fields[f"edit-{number}"] = ""
    return {**fields, "action": "resolve", "summary": ""}


class ApiWriter(Writer):
    """Programs: what was read is named, and a 409 is merged and sent again."""

    http: Http | None = None

    def come(self, address: str) -> None:
        self.close()
        self.http = Http(address)

    def close(self) -> None:
        if self.http:
            self.http.close()

    def write(self) -> None:
        path, word = f"/api/v1/spaces/{SPACE}/pages/{self.page()}", self.word()
        headers = {
            "Authorization": f"Bearer {self.person.secret}",
            "Content-Type": "application/json",
        }
        read = self.http.ask("GET", path, headers=headers)
        if read.status != 200:
            self.ledger.fault(f"GET {path}: {read.status} {read.text}")
            return
        text, version = self.with_line(json.loads(read.text)["text"], word), read.version
        for _ in range(_TRIES):
            begun = time.perf_counter()
            body = json.dumps({"text": text, "summary": "By a program"})
            answer = self.http.ask("PUT", path, body, {**headers, "If-Match": version})
            if answer.status == 200:
                self.ledger.took("api", begun)
                self.ledger.acknowledge(self.person, word)
                return
            if answer.status != 409:
                self.ledger.fault(f"PUT {path}: {answer.status} {answer.text}")
                return
            self.ledger.refuse("api 409")
            text, version = merged(answer.text)
        self.ledger.fault(f"{path}: 409 {_TRIES} times")


def merged(problem: str) -> tuple[str, str]:
    """What a program makes of a 409: both texts of each collision, and the version to name next."""
    (collision,) = json.loads(problem)["collisions"]
    parts = [
        hunk["text"] if hunk["kind"] == "same" else hunk["theirs"] + hunk["mine"]
        for hunk in collision["hunks"]
    ]
    return "".join(parts), f'"{collision["version"]}"'


class CloneWriter(Writer):
    """A clone of the machine's git: commits, pushes, and pulls when others were faster."""

    clone: Path
    url: str

    def come(self, address: str) -> None:
        parts = urlsplit(address)
        self.url = f"http://{self.person.account}:{self.person.secret}@{parts.netloc}/{SPACE}.git"
        self.clone = self.place.folder / "clones" / self.person.account
        self.unpushed: list[str] = getattr(self, "unpushed", [])
        if self.clone.exists():
            self._git("remote", "set-url", "origin", self.url)
            return
        self.clone.parent.mkdir(exist_ok=True)
        done = self._run(self.place.folder, "clone", "-q", self.url, str(self.clone))
        assert done.returncode == 0, done.stderr
        # Both lines stay where two meet, as on the page that settles conflicts.
        (self.clone / ".git/info/attributes").write_text("*.md merge=union\n")

    def write(self) -> None:
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            word = self.word()
            file = self.clone / f"{self.page()}.md"
            file.write_text(self.with_line(file.read_text(), word))
            self._git("commit", "-qam", f"Add {word}")
            self.unpushed.append(word)
        for _ in range(_TRIES):
            if self._push():
                return
            self._pull()
        # Many save all the time; what is not pushed yet goes along with the next push.
        self.ledger.refuse(f"{_TRIES} pushes in a row too late")

    def _push(self) -> bool:
        begun = time.perf_counter()
        old = self._git("rev-parse", "origin/main")
        done = self._run(self.clone, "push", "--porcelain", "origin", "HEAD:main")
        if done.returncode == 0:
            new = self._git("rev-list", f"{old}..HEAD", "--author", self.person.account)
            self.ledger.took("push", begun)
            with self.ledger.lock:
                self.ledger.pushed |= dict.fromkeys(new.split(), self.person.account)
            self.ledger.acknowledge(self.person, *self.unpushed)
            self.unpushed = []
            return True
        self.ledger.refuse(self._why(done.stdout + done.stderr))
        return False

    def _why(self, told: str) -> str:
        """The kind of refusal; a fault if it is none that a race explains."""
        for line in ("(fetch first)", "(non-fast-forward)", "cannot lock ref", "remote rejected"):
            if line in told:
                return f"push {line}"
        if any(part in told for part in ("unable to access", "hung up", "RPC failed", "expected")):
            raise ServerGone
        # A server that is killed between asking for the token and hearing it; a refusal has a sentence.
        if "Authentication failed" in told and "remote:" not in told:
            raise ServerGone
        self.ledger.fault(f"push of {self.person.account}: {told}")
        return "push (other)"

    def _pull(self) -> None:
        how = "--rebase" if self.chance.random() < 0.5 else "--no-rebase"
        done = self._run(self.clone, "pull", "-q", "--no-edit", how, "origin", "main")
        if done.returncode == 0:
            return
        self._run(self.clone, "rebase", "--abort")
        self._run(self.clone, "merge", "--abort")
        if "CONFLICT" in done.stdout + done.stderr:
            self.ledger.fault(f"pull {how} of {self.person.account}: {done.stdout}{done.stderr}")
        raise ServerGone

    def _git(self, *arguments: str) -> str:
        done = self._run(self.clone, *arguments)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout.strip()

    def _run(self, at: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        name, email = self.person.account, self.person.email
        settings = {"user.name": name, "user.email": email, "gc.auto": "0", "core.fsync": "none"}
        pairs = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return subprocess.run(
            ["git", *pairs, *arguments],
            cwd=at, capture_output=True, text=True, timeout=120, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(self.place.folder), "GIT_TERMINAL_PROMPT": "0",
                 "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip


class Storm:
    """All writers of a place, at work in threads."""

    def __init__(self, place: Place, ledger: Ledger, pause: float = 0.0) -> None:
        kinds = {"browser": BrowserWriter, "clone": CloneWriter, "script": ApiWriter}
        self.ledger = ledger
        self.writers: list[Writer] = [
            kind(place, person, ledger, pause)
            for door, kind in kinds.items()
            for person in place.of_door(door)
        ]
        self._threads: list[threading.Thread] = []

    def come(self, address: str) -> None:
        """Everybody turns to this server and signs in."""
        for writer in self.writers:
            writer.come(address)

    def begin(self) -> None:
        self.ledger.stopped.clear()
        self._threads = [threading.Thread(target=writer.run) for writer in self.writers]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Until the ledger is full, or the server is gone."""
        for thread in self._threads:
            thread.join()

    def finish(self) -> None:
        self.ledger.stopped.set()
        self.wait()

    def close(self) -> None:
        """Everybody hangs up."""
        for writer in self.writers:
            writer.close()
