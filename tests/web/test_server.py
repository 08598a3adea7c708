"""``strata serve`` as it is shipped: processes, signals, restarts, pushes. Few and real."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.web.people import settings_in
from wiki.model import Author, Edit, FileWrite
from wiki.services.wiki import Wiki

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="one process where fork is missing")


@dataclass
class Served:
    process: subprocess.Popen[str]
    address: str
    folder: Path
    log: Path
    seconds: float

    def children(self) -> set[int]:
        pid = self.process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return {int(child) for child in text.split()}

    def status(self, path: str = "/-/health") -> int:
        try:
            with urllib.request.urlopen(self.address + path, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


def environment(folder: Path) -> dict[str, str]:
    places = settings_in(folder).wiki
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("STRATA_")},
        "STRATA_WIKI_CONTENT": str(places.content),
        "STRATA_WIKI_SEARCH_INDEX": str(places.search_index),
        "STRATA_WIKI_INSTANCE": str(places.instance),
        "STRATA_SERVER_WORKERS": "2",
    }


def strata(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wiki", *arguments],
        env=environment(folder), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Served]:
    log = folder / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "wiki", "serve", *(arguments or ("--port", "0"))],
            env=environment(folder), stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    assert process.stdout
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, log.read_text()
        served = Served(process, found.group(), folder, log, 0)
        assert served.status() in {200, 503}
        served.seconds = processor_seconds(process.pid)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    done = strata(folder, "init")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("one-time password") == 1
    with serving(folder) as running:
        yield running


@pytest.fixture
def folder(tmp_path, model_wiki):
    """A wiki that is there already."""
    return shutil.copytree(model_wiki[0], tmp_path / "wiki")


def eventually(condition, seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_it_starts_quickly_and_init_leaves_alone_what_is_there(served):
    # Seconds of the processor: other tests may run beside this one.
    assert served.seconds < 6
    again = strata(served.folder, "init")
    assert (again.returncode, again.stdout) == (0, "")


def test_a_worker_that_dies_is_replaced(served):
    before = served.children()
    assert len(before) == 3
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    assert eventually(lambda: len(served.children() - {victim}) == 3)
    assert served.status() == 200
    assert "died" in served.log.read_text()


def test_hanging_up_ends_nothing(served):
    before = served.children()
    os.kill(served.process.pid, signal.SIGHUP)
    time.sleep(0.2)
    assert served.children() == before
    assert served.status() == 200


def test_r014_a_second_server_on_the_same_port_is_refused_and_on_another_is_safe(served):
    port = served.address.rsplit(":", 1)[1]
    second = strata(served.folder, "serve", "--port", port)
    assert second.returncode == 1
    assert "already" in second.stderr
    with serving(served.folder) as other:
        assert other.status() == served.status() == 200


def test_what_is_pushed_is_noticed_by_itself(served):
    wiki = Wiki(settings_in(served.folder))
    try:
        space = wiki.open("handbook")
        write = FileWrite("Pushed.md", b"# Pushed\n", "")
        edit = Edit((write,), Author("A", "a@b"), "Push", "push", "", int(time.time()))
        head = space.repository.save(edit).commit
        assert eventually(lambda: space.catalogue.position() == head)
        assert space.catalogue.page("Pushed")
    finally:
        wiki.close()


def test_the_log_holds_requests_without_their_secrets(served):
    served.status("/-/sign-in?next=/&token=very-secret")
    assert eventually(lambda: "path=/-/sign-in" in served.log.read_text())
    assert "very-secret" not in served.log.read_text()


def test_it_stops_when_told_to_and_leaves_nobody_behind(folder):
    with serving(folder) as running:
        children = running.children()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(timeout=60) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_r042_children_of_a_killed_supervisor_leave_by_themselves(folder):
    with serving(folder) as running:
        children = running.children()
        running.process.kill()
        gone = lambda: not any(Path(f"/proc/{child}").exists() for child in children)  # noqa: E731
        assert eventually(gone)
