"""Full, read-only and failing disks, lost power, no more files: told truthfully, and survived."""

from __future__ import annotations

import errno
import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.disks import PowerCut, fill
from tests.cases.plain_git import names_at_head
from tests.conftest import catch_up
from tests.web.conftest import Furnished
from tests.web.people import PASSWORD, Browser, settings_in
from wiki.errors import SavedWithFault
from wiki.git import fsck
from wiki.model import Author, Edit, FileWrite
from wiki.services.pages import save_page
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

SPACE = "handbook"
TYPED = "My long text, which took me all afternoon"
ANN = Author("Ann", "ann@example.org")


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("part", ["content", "index", "instance"])
def test_r008_a_full_disk_is_said_so_and_hurts_nothing(
    furnished: Furnished, small_disk: Path, part: str
) -> None:
    """The disk of the pages, of what is computed from them, or of the accounts."""
    furnished.wiki.close()
    folder = furnished.wiki.settings.wiki.content.parent
    shutil.copytree(folder / part, small_disk / part)
    shutil.rmtree(folder / part)
    (folder / part).symlink_to(small_disk / part)
    wiki = Wiki(settings_in(folder))
    try:
        browser = Browser(create_app(wiki))
        browser.plant(furnished.cookies["ann"])
        assert (
            browser.submit(f"/{SPACE}/-/new", name="before", text="x", base="").status_code == 303
        )
        catch_up(wiki)
        filler = fill(small_disk)
        head = wiki.open(SPACE).repository.head()
        answer = browser.submit(f"/{SPACE}/-/new", name="during", text="My long text", base="")
        if part == "content":
            assert answer.status_code == 507, answer.text
            assert "disk is full" in answer.text
            assert "My long text</textarea>" in answer.text
            assert wiki.open(SPACE).repository.head() == head
        else:
            assert answer.status_code == 303, answer.text
            assert "My long text" in browser.get(f"/{SPACE}/during").text
        for address in ("/", f"/{SPACE}/before", f"/{SPACE}/-/search?q=x", f"/{SPACE}/-/history"):
            assert browser.get(address).status_code < 500 or part == "index", address
        assert browser.get(f"/{SPACE}/before").status_code == 200
        answer = Browser(browser.client.application).sign_in("ray")
        assert answer.status_code == (503 if part == "instance" else 303)
        filler.unlink()
        answer = browser.submit(f"/{SPACE}/-/new", name="after", text="y", base="")
        assert answer.status_code == 303, answer.text
        space = catch_up(wiki)
        assert space.catalogue.page("after")
        assert b"y" in browser.get(f"/{SPACE}/after").get_data()
        assert Browser(browser.client.application).sign_in("ray").status_code == 303
        assert fsck(space.repository.path) == ()
        assert not [
            row for row in space.repository.tree(space.repository.head() or "") if row.oid == EMPTY
        ]
    finally:
        wiki.close()
        gc.collect()  # Whoosh leaves its half-written files to the collector


EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_r009_when_the_disk_of_the_pages_turns_read_only_nothing_else_stops(
    furnished: Furnished, small_disk: Path
) -> None:
    furnished.wiki.close()
    folder = furnished.wiki.settings.wiki.content.parent
    shutil.move(folder / "content", small_disk / "content")
    (folder / "content").symlink_to(small_disk / "content")
    wiki = Wiki(settings_in(folder))
    try:
        browser = Browser(create_app(wiki))
        browser.plant(furnished.cookies["ann"])
        fields = {"csrf_token": browser.token("/-/account"), "name": "new", "base": ""}
        fields["text"] = "My long text"
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        reads(browser)
        answer = browser.client.post(f"/{SPACE}/-/new", data=fields)
        assert answer.status_code == 503
        assert "cannot write to its disk" in answer.text
        assert "My long text</textarea>" in answer.text
        answer = Browser(browser.client.application).get("/-/health")
        assert answer.get_json()["status"] == "problem"
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        assert browser.client.post(f"/{SPACE}/-/new", data=fields).status_code == 303
    finally:
        wiki.close()


def test_r009_a_wiki_started_on_a_read_only_disk_can_be_read(
    furnished: Furnished, small_disk: Path
) -> None:
    furnished.wiki.close()
    folder = furnished.wiki.settings.wiki.content.parent
    shutil.copytree(folder, small_disk / "wiki")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    wiki = Wiki(settings_in(small_disk / "wiki"))
    try:
        browser = Browser(create_app(wiki))
        reads(browser)
        answer = browser.submit("/-/sign-in", name="ann", password=PASSWORD)
        assert answer.status_code == 503
        assert "All pages are safe" in answer.text
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        assert browser.sign_in("ann").status_code == 303
        assert browser.submit(f"/{SPACE}/-/new", name="n", text="x", base="").status_code == 303
        catch_up(wiki)
        assert f"/{SPACE}/n" in browser.get(f"/{SPACE}/-/history").text
    finally:
        wiki.close()


def reads(browser: Browser) -> None:
    """Everything that only reads answers."""
    for address in ("/", f"/{SPACE}/people/Holidays", f"/{SPACE}/-/history", f"/{SPACE}/-/tree",
                    f"/{SPACE}/-/search?q=days", f"/{SPACE}/-/reports", f"/{SPACE}/-/biography/README",
                    f"/{SPACE}/-/file/README.md", f"/{SPACE}/-/diff/README", "/-/sign-in"):  # fmt: skip
        answer = browser.get(address)
        assert answer.status_code in {200, 302, 303}, (address, answer.text)


@pytest.mark.parametrize("where", ["objects", "reference"])
def test_r009_a_disk_that_fails_while_saving_is_told_truthfully(
    furnished: Furnished, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error before the branch moved: nothing is saved. After it: saved, and not sure to last."""
    repository = furnished.wiki.open(SPACE).repository
    head = repository.head()
    browser = furnished.browser("ann")
    failing = OSError(errno.EIO, os.strerror(errno.EIO))

    def fail(*_: object) -> None:
        raise failing

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        if where == "objects":
            patch.setattr("wiki.git.durability._syncfs", lambda: None)
        answer = browser.submit(f"/{SPACE}/-/new", name="new", text=TYPED, base="")
    assert f"{TYPED}</textarea>" in answer.text
    if where == "objects":
        assert answer.status_code == 503
        assert "Nothing was saved" in answer.text
        assert repository.head() == head
    else:
        assert answer.status_code == 500
        assert "was saved" in answer.text
        assert "Nothing was saved" not in answer.text
        assert "Not saved" not in answer.text
        assert repository.head() != head
        assert TYPED in browser.get(f"/{SPACE}/new").text
    with monkeypatch.context() as patch:
        if where == "reference":
            patch.setattr(os, "fsync", fail)
            with pytest.raises(SavedWithFault):
                repository.save(
                    Edit((FileWrite("x.md", b"x", ""),), ANN, "m", "web", "", 1_700_000_000)
                )
    assert fsck(repository.path) == ()


def test_r005_r007_a_power_cut_right_after_saved_loses_nothing(
    furnished: Furnished, power: PowerCut
) -> None:
    furnished.wiki.close()
    folder = furnished.wiki.settings.wiki.content.parent
    shutil.copytree(folder, power.place / "wiki")
    subprocess.run(["sync"], check=True)
    wiki = Wiki(settings_in(power.place / "wiki"))
    browser = Browser(create_app(wiki, testing=True))
    browser.plant(furnished.cookies["ann"])
    try:
        for number in range(6):
            name = f"page {number}" if number % 2 else f"new{number}/page"
            answer = browser.submit(f"/{SPACE}/-/new", name=name, text=f"text {number}", base="")
            assert answer.status_code == 303
            path = power.cut() / "wiki/content" / f"{SPACE}.git"
            assert name in names_at_head(path)
            assert fsck(path) == ()
        catch_up(wiki)
        wiki.accounts.change_password(
            wiki.accounts.account("ray"), PASSWORD, "another long password", "192.0.2.4"
        )
        survived = Wiki(settings_in(power.cut() / "wiki"))
        try:  # the accounts keep what was acknowledged, and what is computed heals
            survived.accounts.sign_in("ray", "another long password", "192.0.2.5")
            space = catch_up(survived, SPACE)
            assert space.catalogue.page("page 5")
            saved = save_page(
                survived, survived.accounts.account("ann").viewer, SPACE, "more", "x", ""
            )
            assert space.repository.head() == saved.commit
        finally:
            survived.close()
    finally:
        wiki.close()


EMFILE = """
import os, resource, sys
from contextlib import suppress
from pathlib import Path
from tests.web.people import settings_in, Browser
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

wiki = Wiki(settings_in(Path(sys.argv[1])))
app = create_app(wiki)
app.test_client().get("/")  # the client itself opens files when it is first used
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
seen = set()
ADDRESSES = ["/handbook/people/Holidays", "/handbook/README", "/handbook/-/history", "/handbook/-/tree",
             "/handbook/-/biography/README", "/handbook/-/search?q=days", "/handbook/-/reports/evolution", "/",
             "/handbook/-/diff/README", "/handbook/-/sign-in", "/handbook/-/edit/README", "/-/static/css/base.css"]
for spare in [0, 1, 2, 3, 5, 8]:
    for address in ADDRESSES:
        # nothing is open yet, as in a server that meets this at its start
        wiki.close()
        highest = max(int(name) for name in os.listdir("/proc/self/fd"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + spare, hard))
        answer = app.test_client().get(address)
        text = answer.get_data(as_text=True)
        answer.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        seen.add(answer.status_code)
        if answer.status_code not in {200, 302, 303, 401, 404, 503}:
            sys.exit(f"{spare} {address}: {answer.status_code}\\n{text[-1500:]}")
        if "is damaged" in text:
            sys.exit(f"{spare} {address}: said to be damaged")
        if answer.status_code == 503 and not answer.headers.get("Retry-After"):
            sys.exit(f"{spare} {address}: 503 without when to retry")
for address in ADDRESSES:
    answer = app.test_client().get(address)
    answer.get_data()
    if answer.status_code >= 500:
        sys.exit(f"afterwards {address}: {answer.status_code}")
space = wiki.open("handbook")
head = space.repository.head()
positions = [state.position for state in space.follower.state()]
if set(positions) != {head}:
    sys.exit(f"thrown away: {positions}")
wiki.close()
print("seen", sorted(seen))
"""


def test_r036_too_many_open_files_is_no_damage(furnished: Furnished) -> None:
    catch_up(furnished.wiki)
    furnished.wiki.close()
    folder = furnished.wiki.settings.wiki.content.parent
    done = subprocess.run(
        [sys.executable, "-c", EMFILE, str(folder)], capture_output=True, text=True, timeout=120,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "503" in done.stdout
