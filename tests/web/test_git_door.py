"""git's door with real clients: cloning, pushing, and what is refused there."""

from __future__ import annotations

import gzip
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.conftest import catch_up
from tests.web.conftest import Furnished
from tests.web.git_clients import FETCH_TYPE, PUSH_TYPE, Door, listening, packet
from tests.web.people import PASSWORD
from wiki.config import Server
from wiki.git import guarding, serving
from wiki.model import Role
from wiki.services.accounts import OPERATOR
from wiki.services.following import Following
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

REFERENCES = "/handbook.git/info/refs?service=git-"


def test_what_is_pushed_is_a_page_under_its_authors_name(door: Door) -> None:
    clone = door.clone("a")
    assert (clone / "people/Holidays.md").read_text().startswith("# Holidays")
    made = door.commit(clone, {"Tea.md": "# Tea\n\nGreen.\n", "people/Cake.md": "# Cake\n"})
    pushed = door.git("push", door.url("ann"), "main", at=clone)
    assert pushed.status == 0, pushed.told
    assert door.head() == made
    space = catch_up(door.wiki)
    assert space.catalogue.page("Tea")
    assert door.ask("GET", "/handbook/Tea")[0] == 200
    assert space.repository.commit(made).author.name == "Ann"


def test_a_large_push_is_followed_by_the_process_that_follows(door: Door) -> None:
    clone, random = door.clone("a", "ann"), Random(1)
    names = [f"Page {number}.md" for number in range(30)]
    made = door.commit(clone, {name: f"# {random.randbytes(25_000).hex()}\n" for name in names})
    assert door.git("push", "-q", at=clone).status == 0
    space = door.wiki.open("handbook")
    assert {state.position for state in space.follower.state()} != {made}
    following = Following(door.wiki)
    while not following.tick():
        pass
    assert {state.position for state in space.follower.state()} == {made}
    assert space.catalogue.page("Page 29")


@pytest.mark.parametrize("change", ["revoked", "made a reader"])
def test_z014_who_lost_the_right_while_a_push_came_in_brings_in_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    clone, before, receive = door.clone("a", "ann"), door.head(), serving.receive
    door.commit(clone, {"Tea.md": "# Tea\n"})

    def slow_receive(*arguments: object) -> object:
        if change == "revoked":
            ann = door.wiki.accounts.account("ann")
            door.wiki.tokens.revoke(ann, door.wiki.tokens.of_account(ann)[0].id)
        else:
            door.wiki.accounts.set_role(OPERATOR, "ann", Role.READER)
        return receive(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(serving, "receive", slow_receive)
    pushed = door.git("push", "origin", "main", at=clone)
    assert pushed.status != 0
    assert ("proposal" if change == "made a reader" else "token") in pushed.told
    assert (door.head(), door.leftovers()) == (before, [])


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_every_protocol_fetches(door: Door, version: str) -> None:
    clone = door.clone(f"v{version}", **{"protocol.version": version})
    furnished = door.clone("other")
    door.commit(furnished, {"More.md": "# More\n"})
    assert door.git("push", door.url("ann"), "main", at=furnished).status == 0
    fetched = door.git("fetch", "origin", at=clone, **{"protocol.version": version})
    assert fetched.status == 0, fetched.told
    assert door.git("rev-parse", "origin/main", at=clone).told.strip() == door.head()
    assert door.git("fsck", "--strict", at=clone).status == 0


def test_another_implementation_clones_and_pushes(door: Door) -> None:
    from dulwich import porcelain

    clone = door.home / "dulwich"
    repository = porcelain.clone(door.url(), str(clone), errstream=porcelain.NoneStream())
    (clone / "Dulwich.md").write_text("# Dulwich\n")
    porcelain.add(repository, [str(clone / "Dulwich.md")])
    made = porcelain.commit(
        repository, b"Say hello", author=b"Ann <ann@localhost>", committer=b"Ann <ann@localhost>"
    )
    quiet = porcelain.NoneStream()
    porcelain.push(repository, door.url("ann"), "main", outstream=quiet, errstream=quiet)
    repository.close()
    assert door.head() == made.decode()


def test_the_address_of_the_pages_leads_to_the_repository(door: Door) -> None:
    done = door.git("clone", "-q", door.url(space="handbook"), "plain")
    assert done.status == 0, done.told
    assert (door.home / "plain/README.md").exists()
    assert door.ask("GET", "/handbook/info/refs")[0] == 404  # a page that is missing


# -- who may -----------------------------------------------------------------------------------


def test_a_password_is_no_token_and_the_sentence_says_where_to_make_one(door: Door) -> None:
    clone = door.clone("a")
    door.commit(clone, {"x.md": "x\n"})
    head = door.head()
    for user, secret in (("ann", PASSWORD), ("ann", door.token("boss")), ("nobody", "x")):
        refused = door.git("push", door.url(user, secret.replace(" ", "%20")), at=clone)
        assert refused.status != 0
        assert "/-/account/tokens" in refused.told
        assert "never with the password" in refused.told
    status, text, headers = door.ask("GET", REFERENCES + "receive-pack")
    assert (status, headers["WWW-Authenticate"].split()[0]) == (401, "Basic")
    assert b"personal access token" in text
    assert door.head() == head


def test_g048_a_token_that_only_reads_clones_and_does_not_push(door: Door) -> None:
    secret = door.token("ann", may_write=False)
    done = door.git("clone", "-q", door.url("ann", secret), "a")
    assert done.status == 0, done.told
    door.commit(door.home / "a", {"x.md": "x\n"})
    refused = door.git("push", at=door.home / "a")
    assert refused.status != 0
    assert "may read but not write" in refused.told
    direct = door.ask(
        "POST", "/handbook.git/git-receive-pack", b"0000",
        Content_Type=PUSH_TYPE, Authorization=door.basic("ann", secret),
    )  # fmt: skip
    assert direct[0] == 403


def test_who_may_not_read_learns_nothing_and_a_token_opens_it(
    furnished: Furnished, tmp_path: Path
) -> None:
    people = replace(furnished.wiki.settings.people, anonymous_reading=False)
    settings = replace(furnished.wiki.settings, people=people, server=Server(port=0))
    wiki = Wiki(settings)
    try:
        with listening(create_app(wiki), wiki, tmp_path / "home") as door:
            answers = [
                door.ask("GET", f"/{space}.git/info/refs?service=git-upload-pack")[:2]
                for space in ("handbook", "missing")
            ]
            assert answers[0] == answers[1]
            assert answers[0][0] == 401
            assert door.ask(
                "POST", "/handbook.git/git-upload-pack", b"0000", Content_Type=FETCH_TYPE
            )[0] == 401  # fmt: skip
            assert door.git("clone", "-q", door.url("ray"), "a").status == 0
            missing = door.git("clone", "-q", door.url("ray", space="missing.git"), "b")
            assert "There is no space “missing”" in missing.told
    finally:
        wiki.close()


def test_a_browsers_session_opens_nothing_here(door: Door, furnished: Furnished) -> None:
    cookie = "; ".join(f"{key}={value}" for key, value in furnished.cookies["boss"].items())
    assert door.ask("GET", REFERENCES + "receive-pack", Cookie=cookie)[0] == 401


# -- what is refused -----------------------------------------------------------------------------


def test_a_refused_push_says_why_and_leaves_nothing(door: Door) -> None:
    clone = door.clone("a", "ann")
    made = door.commit(clone, {"x.md": "x\n"})
    head = door.head()
    for target in ("refs/tags/x", "refs/meta/config", "refs/heads/other"):
        refused = door.git("push", "origin", f"main:{target}", at=clone)
        assert refused.status != 0
        assert "remote: " in refused.told
    for target in (":main", "main:refs/notes/pushes"):
        assert door.git("push", "origin", target, at=clone).status != 0
    assert door.head() == head
    assert not door.wiki.open("handbook").repository.has_commit(made)
    assert door.leftovers() == []


def test_g020_a_push_that_is_behind_is_refused_even_with_force(door: Door) -> None:
    clone, other = door.clone("a", "ann"), door.clone("b", "boss")
    theirs = door.commit(other, {"y.md": "y\n"})
    assert door.git("push", at=other).status == 0
    door.commit(clone, {"x.md": "x\n"})
    assert "fetch first" in door.git("push", at=clone).told
    assert door.git("push", "--force", at=clone).status != 0
    assert door.head() == theirs
    assert door.git("pull", "-q", "--rebase", at=clone).status == 0
    assert door.git("push", at=clone).status == 0
    assert door.wiki.open("handbook").repository.is_ancestor(theirs, door.head())


def test_g043_of_two_pushers_at_once_one_wins_and_one_is_told(door: Door) -> None:
    clones = [door.clone("a", "ann"), door.clone("b", "boss")]
    for number in range(2):
        made = [door.commit(clone, {f"{clone.name}{number}.md": "x\n"}) for clone in clones]
        results: dict[str, int] = {}

        def push(clone: Path, commit: str, results: dict[str, int] = results) -> None:
            results[commit] = door.git("push", "-q", at=clone).status

        threads = [
            threading.Thread(target=push, args=pair) for pair in zip(clones, made, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [commit for commit, status in results.items() if status == 0]
        assert winners == [door.head()]
        for clone in clones:
            assert door.git("pull", "-q", "--rebase", at=clone).status == 0
    assert door.leftovers() == []


def test_g044_a_save_and_a_push_meet_without_losing_a_word(
    door: Door, furnished: Furnished
) -> None:
    browser = furnished.browser("ann")
    form = browser.get("/handbook/-/edit/people/Holidays").text
    base = form.split('name="base" value="', 1)[1].split('"', 1)[0]
    clone = door.clone("a", "boss")
    text = (clone / "people/Holidays.md").read_text()
    door.commit(clone, {"people/Holidays.md": text.replace("Call.", "Call before nine.")})
    assert door.git("push", at=clone).status == 0
    saved = browser.submit(
        "/handbook/-/edit/people/Holidays",
        text=text.replace("Thirty days", "Thirty-one days"), base=base, summary="",
    )  # fmt: skip
    assert saved.status_code == 303, saved.text
    assert door.git("pull", "-q", at=clone).status == 0
    together = (clone / "people/Holidays.md").read_text()
    assert "Thirty-one days" in together
    assert "Call before nine." in together


def test_g038_what_a_shallow_clone_cannot_prove_is_refused(door: Door) -> None:
    full = door.clone("full", "ann")
    door.commit(full, {"x.md": "x\n"})
    assert door.git("push", at=full).status == 0
    assert door.git("clone", "-q", "--depth=1", door.url("ann"), "flat").status == 0
    made = door.commit(door.home / "flat", {"y.md": "y\n"})
    assert door.git("push", at=door.home / "flat").status == 0  # its parent is here already
    assert door.head() == made
    lone = door.home / "lone"
    assert door.git("clone", "-q", "--depth=1", f"file://{full}", str(lone)).status == 0
    graft = door.git("commit-tree", "HEAD^{tree}", "-m", "root", at=lone).told.strip()
    assert door.git("push", door.url("ann"), f"+{graft}:main", at=lone).status != 0
    assert not (door.repository / "shallow").exists()
    assert door.head() == made


def test_g042_options_and_signatures_of_pushes_are_not_asked_for(door: Door) -> None:
    clone = door.clone("a", "ann")
    door.commit(clone, {"x.md": "x\n"})
    for option in (["-o", "x\nEVIL=1"], ["--signed=yes"]):
        assert door.git("push", *option, "origin", "main", at=clone).status != 0
    _, told, _ = door.ask("GET", REFERENCES + "receive-pack", Authorization=door.basic("ann"))
    assert b"push-options" not in told
    assert b"push-cert" not in told


def test_without_its_hooks_nothing_is_taken_in(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, head = door.clone("a", "ann"), door.head()
    door.commit(clone, {"x.md": "x\n"})
    (tmp_path / "pre-receive").write_text("#!/bin/sh\nexit 0\n")
    monkeypatch.setattr(guarding, "HOOKS", tmp_path)
    refused = door.git("push", at=clone)
    assert refused.status != 0
    assert "500" in refused.told
    assert door.head() == head


# -- the protocol itself ----------------------------------------------------------------------------


def test_g039_only_two_services_are_known_and_no_file_is_served(door: Door) -> None:
    for service in ("git-upload-archive", "git-evil", "../", "upload-pack", "git-upload-pack%0a"):
        status, text, _ = door.ask("GET", f"/handbook.git/info/refs?service={service}")
        assert status == 403, service
        assert b"smart protocol" in text
    for path in ("HEAD", "config", "objects/info/packs", "info/refs", "git-upload-pack"):
        assert door.ask("GET", f"/handbook.git/{path}")[0] in {403, 404, 405}, path
    for path in ("/../handbook.git/HEAD", "/%2e%2e/handbook.git/config", "/handbook.git/.git/HEAD",
                 "/a%2f..%2fhandbook.git/info/refs?service=git-upload-pack",
                 "/handbook.git.git/info/refs?service=git-upload-pack"):  # fmt: skip
        status, text, _ = door.ask("GET", path)
        assert status in {308, 401, 403, 404}, path
        assert b"refs/heads" not in text


def test_g039_a_strange_protocol_header_is_as_none(door: Door) -> None:
    for given in ("version=9:evil", "version=2;x", "evil", "version=", "x" * 500):
        status, text, _ = door.ask("GET", REFERENCES + "upload-pack", Git_Protocol=given)
        assert status == 200
        assert text.startswith(b"001e# service=git-upload-pack\n0000")
    assert door.ask("GET", REFERENCES + "upload-pack", Git_Protocol="version=2")[1].startswith(
        b"000eversion 2\n"
    )


def listing(extra: bytes = b"") -> bytes:
    """A request of protocol version 2 that asks for all references."""
    return packet(b"command=ls-refs\n") + b"0001" + extra + b"0000"


def test_bodies_may_be_packed_and_are_bounded_unpacked(door: Door) -> None:
    def ask(body: bytes, coding: str) -> tuple[int, bytes]:
        return door.ask(
            "POST", "/handbook.git/git-upload-pack", body,
            Content_Type=FETCH_TYPE, Git_Protocol="version=2", Content_Encoding=coding,
        )[:2]  # fmt: skip

    assert b"refs/heads/main" in ask(gzip.compress(listing()), "gzip")[1]
    bomb = gzip.compress(listing(packet(b"ref-prefix refs/heads/\n") * 2_000_000))
    assert len(bomb) < 1_000_000
    assert ask(bomb, "gzip")[0] == 413
    assert ask(b"no gzip", "gzip")[0] == 415
    assert ask(gzip.compress(listing())[:-9], "gzip")[0] == 415
    assert ask(listing(), "br")[0] == 415


def test_a_large_body_comes_in_pieces(door: Door) -> None:
    clone = door.clone("a", "ann")
    made = door.commit(clone, {f"n{number}.md": f"{number}\n" * 500 for number in range(60)})
    pushed = door.git("push", at=clone, **{"http.postBuffer": "1000"})
    assert pushed.status == 0, pushed.told
    assert door.head() == made


HOSTILE = {
    "nothing": b"",
    "not even hex": b"zzzzhello",
    "negative length": b"-001",
    "length of one": b"0001",
    "length of three": b"0003",
    "cut": b"00ff" + b"x" * 10,
    "huge": b"fff1" + b"x" * 100,
    "binary": bytes(range(256)) * 20,
    "wants without end": packet(b"want " + b"1" * 40 + b"\n") * 200,
    "an option": packet(b"command=--upload-pack=touch /tmp/x\n") + b"0000",
    "unknown command": packet(b"command=object-info\n") + b"0001" + packet(b"size\n") + b"0000",
}


@pytest.mark.parametrize("service", ["upload-pack", "receive-pack"])
def test_hostile_lines_end_soon_and_change_nothing(door: Door, service: str) -> None:
    head = door.head()
    for label, body in HOSTILE.items():
        for version in ("version=0", "version=2"):
            status, _, _ = door.ask(
                "POST", f"/handbook.git/git-{service}", body,
                Content_Type=f"application/x-git-{service}-request", Git_Protocol=version,
                Authorization=door.basic("ann"),
            )  # fmt: skip
            assert status in {200, 400}, label
    assert door.head() == head
    assert door.leftovers() == []


def test_a_request_of_another_type_is_no_push(door: Door) -> None:
    status, _, _ = door.ask(
        "POST", "/handbook.git/git-receive-pack", b"0000",
        Content_Type="text/plain", Authorization=door.basic("ann"),
    )  # fmt: skip
    assert status == 415


def test_g033_malformed_packs_are_refused_and_leave_nothing(door: Door) -> None:
    head, new = door.head(), "1" * 40
    clone = door.clone("a")
    made = door.commit(clone, {"x.md": "x\n"})
    pack = subprocess.run(
        ["git", "pack-objects", "--revs", "--stdout", "-q"],
        input=f"{made}\n^{head}\n".encode(), cwd=clone, capture_output=True, check=True,
    ).stdout  # fmt: skip
    bomb = b"PACK\0\0\0\2\0\0\0\1" + b"\xff\xff\xff\xff\xff\xff\x7f" + b"x\x9c" + b"\0" * 60
    packs = {
        "cut": pack[: len(pack) // 2],
        "wrong sum": pack[:-1] + bytes([pack[-1] ^ 1]),
        "wrong count": pack[:8] + b"\0\0\xff\xff" + pack[12:],
        "no pack": b"hello",
        "huge object": bomb,
        "offset of nothing": b"PACK\0\0\0\2\0\0\0\1\x60\x00x\x9c\3\0\0\0\0\1" + b"\0" * 20,
    }
    for label, data in packs.items():
        for target in (made, new):
            line = f"{head} {target} refs/heads/main\0 report-status agent=x\n".encode()
            _, text, _ = door.ask(
                "POST", "/handbook.git/git-receive-pack", packet(line) + b"0000" + data,
                Content_Type=PUSH_TYPE, Authorization=door.basic("ann"),
            )  # fmt: skip
            assert b"unpack ok" not in text, label
            assert door.head() == head
    assert door.leftovers() == []
