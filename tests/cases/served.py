"""A real server and clients that write through it, for the cases that need processes to kill."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from tests.web.people import settings_in


class Client:
    """One browser on a keep-alive connection, with its cookie and its form token."""

    def __init__(self, address: str, space: str = "handbook") -> None:
        self.host, self.space = urlsplit(address).netloc, space
        self.cookie = self.token = ""
        self._connection: http.client.HTTPConnection | None = None

    def request(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Status and text. Raises OSError or HTTPException if the server is gone."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body or None, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.close()
            self._connection = None
            raise
        found = re.search(r"(strata=[^;]+)", answer.headers.get("Set-Cookie", ""))
        self.cookie = found[1] if found else self.cookie
        return answer.status, text

    def create(self, name: str, text: str) -> int:
        """Make a page; the status (303: saved)."""
        if not self.token:
            _, form = self.request("GET", f"/{self.space}/-/new")
            found = re.search(r'name="csrf_token" value="([^"]+)"', form)
            assert found, form[:500]
            self.token = found[1]
        fields = {"csrf_token": self.token, "name": name, "text": text, "base": ""}
        status, _ = self.request("POST", f"/{self.space}/-/new", urlencode(fields))
        return status

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def read(self, name: str) -> int:
        return self.request("GET", f"/{self.space}/{quote(name)}")[0]


@dataclass
class Server:
    """``strata serve`` on a folder, in a process group of its own."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    address: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> Server:
        places = settings_in(self.folder).wiki
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STRATA_")}
        environment |= {
            "STRATA_WIKI_CONTENT": str(places.content),
            "STRATA_WIKI_SEARCH_INDEX": str(places.search_index),
            "STRATA_WIKI_INSTANCE": str(places.instance),
            "STRATA_PEOPLE_ANONYMOUS_EDITING": "true",
            "STRATA_SERVER_WORKERS": "2",
            **self.variables,
        }
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wiki", "serve", "--port", "0"],
                env=environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        assert self.process.stdout
        found = re.search(r"http://127\.0\.0\.1:\d+", self.process.stdout.readline())
        assert found, (self.folder / "log").read_text()
        self.address = found.group()
        return self

    def kill(self) -> None:
        """SIGKILL to the whole group at once, as a power switch or an impatient container does."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def stop(self) -> None:
        assert self.process
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
        if self.process.stdout:
            self.process.stdout.close()


class Writers:
    """Threads that make pages until told to stop, noting which saves were acknowledged."""

    def __init__(self, address: str, count: int, label: str) -> None:
        self.acknowledged: list[str] = []
        self.others: list[int] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(address, f"{label}-{number}"))
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, address: str, label: str) -> None:
        client = Client(address)
        try:
            self._make(client, label)
        finally:
            client.close()

    def _make(self, client: Client, label: str) -> None:
        for number in range(100_000):
            # Without a pause whoever pushes would hardly ever be fast enough.
            if self._stop.wait(0.2):
                return
            name = f"{label}-{number}"
            try:
                status = client.create(name, f"# {name}\n")
            except (OSError, http.client.HTTPException, AssertionError):
                return  # the server is gone
            if status == 303:
                self.acknowledged.append(name)
            else:
                self.others.append(status)
