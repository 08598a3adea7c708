"""Exchanging a space with another repository: whatever happens, no side loses a word."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from tests.cases.planting import Planter
from tests.conftest import catch_up
from wiki.cli.exchanging import exchange as command
from wiki.errors import GitFailed, NotAllowed, RemoteRefused
from wiki.git import process
from wiki.git.remotes import Address, Remote, check_address
from wiki.model import Author, Role, Viewer
from wiki.services import exchanging, pages, proposal_decisions, proposals
from wiki.services.checks import check
from wiki.services.exchanging import PROPOSAL, Exchanging, exchange_now
from wiki.services.proposal_decisions import Decision

ADMIN = Viewer("boss", Role.ADMIN, Author("Boss", "boss@example.org"))
UMA = b"Uma Elsewhere <uma@elsewhere.example> 1700000000 +0000"
TEXT = "# Page\n\nOne.\n\nTwo.\n\nThree.\n"


def git(path, *arguments, stdin=None):
    identity = ["-c", "user.name=Uma Elsewhere", "-c", "user.email=uma@elsewhere.example"]
    done = subprocess.run(
        ["git", *identity, "-C", str(path), *arguments],
        capture_output=True, text=True, input=stdin, check=True,
    )  # fmt: skip
    return done.stdout


class Elsewhere:
    """The other side: a bare repository, and a clone of it in which somebody works."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.clone = folder / "other.git", folder / "work"
        git(folder, "init", "-q", "--bare", "-b", "main", str(self.bare))
        git(folder, "clone", "-q", str(self.bare), str(self.clone))
        git(self.clone, "checkout", "-q", "-B", "main")

    def write(self, path: str, text: str, message: str = "Elsewhere") -> str:
        git(self.clone, "pull", "-q", "--no-rebase", "origin", "main") if self.tip() else None
        (self.clone / path).write_text(text)
        git(self.clone, "add", path)
        git(self.clone, "commit", "-q", "-m", message)
        git(self.clone, "push", "-q", "origin", "HEAD:main")
        return self.tip()

    def tip(self) -> str:
        return git(self.bare, "for-each-ref", "--format=%(objectname)", "refs/heads/main").strip()

    def text(self, path: str) -> str:
        return git(self.bare, "show", f"main:{path}")

    def authors(self) -> set[str]:
        return set(git(self.bare, "log", "--format=%an", "main").split("\n")) - {""}


@pytest.fixture
def elsewhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    return Elsewhere(tmp_path / "elsewhere")


@pytest.fixture
def wiki(make_wiki):
    made = make_wiki({"page.md": TEXT})
    made.accounts.prepare()
    return made


@pytest.fixture
def arrange(wiki, elsewhere):
    def arranged(direction="both", branch="main"):
        return wiki.remotes.arrange("handbook", str(elsewhere.bare), branch, direction)

    return arranged


def run(wiki):
    return exchange_now(wiki, ADMIN, "handbook")


def text_of(wiki, name="page"):
    return pages.open_for_editing(wiki, ADMIN, "handbook", name).text


def save(wiki, text, name="page"):
    base = pages.open_for_editing(wiki, ADMIN, "handbook", name).base
    return pages.save_page(wiki, ADMIN, "handbook", name, text, base).commit


def test_an_empty_repository_gets_everything_and_both_sides_meet(wiki, arrange, elsewhere):
    arrange()
    ended = run(wiki)
    assert (ended.taken, ended.given, ended.trouble) == (False, True, "")
    assert elsewhere.text("page.md") == TEXT
    elsewhere.write("page.md", TEXT.replace("Three", "THREE"))
    save(wiki, TEXT.replace("One", "ONE"))
    ended = run(wiki)
    assert (ended.taken, ended.given) == (True, True)
    assert text_of(wiki) == TEXT.replace("One", "ONE").replace("Three", "THREE")
    assert elsewhere.text("page.md") == text_of(wiki)
    assert {"Uma Elsewhere", "Boss"} <= elsewhere.authors()
    assert run(wiki).taken is False


def test_a_side_without_own_work_just_moves(wiki, arrange, elsewhere):
    arrange()
    run(wiki)
    tip = elsewhere.write("new.md", "# New\n")
    assert run(wiki).taken
    assert wiki.open("handbook").repository.head() == tip


def test_only_taking_in_sends_nothing(wiki, arrange, elsewhere):
    arrange()
    run(wiki)
    arrange("fetch")
    elsewhere.write("new.md", "# New\n")
    save(wiki, TEXT + "\nMine.\n")
    before = elsewhere.tip()
    ended = run(wiki)
    assert (ended.taken, ended.given) == (True, False)
    assert elsewhere.tip() == before


def test_only_sending_takes_nothing_in_and_overwrites_nothing(wiki, arrange, elsewhere):
    arrange("push")
    run(wiki)
    save(wiki, TEXT + "\nMine.\n")
    assert run(wiki).given
    tip = elsewhere.write("new.md", "# New\n")
    save(wiki, TEXT + "\nMine, too.\n")
    ended = run(wiki)
    assert "changes of its own" in ended.said
    assert elsewhere.tip() == tip
    assert "Mine, too." in text_of(wiki)


def test_colliding_lines_wait_as_a_proposal_and_then_it_goes_on(wiki, arrange, elsewhere):
    arrange()
    run(wiki)
    elsewhere.write("page.md", TEXT.replace("Two", "Two theirs"))
    save(wiki, TEXT.replace("Two", "Two ours"))
    ended = run(wiki)
    assert (ended.trouble, ended.said) == ("collision", "page.md")
    assert text_of(wiki) == TEXT.replace("Two", "Two ours")
    assert elsewhere.text("page.md") == TEXT.replace("Two", "Two theirs")
    view = proposals.proposal(wiki, ADMIN, "handbook", PROPOSAL)
    over = view.collisions[0].theirs_oid
    both = TEXT.replace("Two", "Two theirs and ours")
    decisions = (Decision("page.md", over, "edit", both),)
    proposal_decisions.take_in(wiki, ADMIN, "handbook", PROPOSAL, view.proposal.tip, decisions)
    ended = run(wiki)
    assert (ended.given, ended.trouble) == (True, "")
    assert elsewhere.text("page.md") == both
    assert "Uma Elsewhere" in elsewhere.authors()


def test_a_rewritten_history_stops_it_until_somebody_decides(wiki, arrange, elsewhere):
    arrange()
    run(wiki)
    elsewhere.write("secret.md", "# Was here\n")
    run(wiki)
    head = wiki.open("handbook").repository.head()
    git(elsewhere.clone, "reset", "-q", "--hard", "HEAD~1")
    (elsewhere.clone / "other.md").write_text("# Other\n")
    git(elsewhere.clone, "add", ".")
    git(elsewhere.clone, "commit", "-q", "-m", "Rewritten")
    git(elsewhere.clone, "push", "-q", "--force", "origin", "HEAD:main")
    rewritten = elsewhere.tip()
    ended = run(wiki)
    assert ended.trouble == "rewritten"
    assert wiki.open("handbook").repository.head() == head
    assert elsewhere.tip() == rewritten
    wiki.remotes.accept("handbook")
    ended = run(wiki)
    assert (ended.taken, ended.given, ended.trouble) == (True, True, "")
    assert elsewhere.text("other.md") == "# Other\n"
    assert elsewhere.text("secret.md") == "# Was here\n"


def test_histories_that_do_not_belong_together_are_left_alone(wiki, arrange, elsewhere):
    elsewhere.write("else.md", "# Else\n")
    tip, head = elsewhere.tip(), wiki.open("handbook").repository.head()
    arrange()
    assert run(wiki).trouble == "unrelated"
    assert (elsewhere.tip(), wiki.open("handbook").repository.head()) == (tip, head)


@pytest.mark.parametrize("direction", ["both", "push"])
def test_nothing_is_sent_as_a_new_branch_of_a_repository_that_has_others(
    arrange, wiki, elsewhere, direction
):
    elsewhere.write("page.md", "Somebody else's.\n")
    arrange(direction, branch="trunk")
    ended = run(wiki)
    assert ended.trouble == "away"
    assert "no branch “trunk”, but “main”" in ended.said
    assert git(elsewhere.bare, "branch", "--list").split() == ["*", "main"]


def test_an_address_without_a_repository_is_told_in_whole_sentences(wiki, arrange, elsewhere):
    elsewhere.bare.rename(elsewhere.bare.with_name("gone.git"))
    arrange()
    said = run(wiki).said
    assert said.startswith("There is no repository at this address")
    assert said.endswith("does not appear to be a git repository")


def test_what_no_push_may_bring_is_not_taken_in_from_elsewhere_either(wiki, arrange, elsewhere):
    arrange()
    run(wiki)
    head = wiki.open("handbook").repository.head()
    (elsewhere.clone / "passwd.md").symlink_to("/etc/passwd")
    git(elsewhere.clone, "pull", "-q", "origin", "main")
    git(elsewhere.clone, "add", ".")
    git(elsewhere.clone, "commit", "-q", "-m", "A link")
    git(elsewhere.clone, "push", "-q", "origin", "HEAD:main")
    ended = run(wiki)
    assert (ended.trouble, wiki.open("handbook").repository.head()) == ("refused", head)
    assert "passwd.md" in ended.said


def test_forged_words_of_the_wiki_are_not_believed_from_elsewhere(wiki, arrange, elsewhere):
    arrange()
    run(wiki)
    tip = elsewhere.write("new.md", "# New\n", "New\n\nStrata-Door: web\nStrata-Account: boss")
    run(wiki)
    space = catch_up(wiki)
    (row,) = space.history.changes_of([tip])
    assert row.commit.author.name == "Uma Elsewhere"
    assert row.commit.door != "web"


def test_an_absent_side_is_told_and_tried_again_ever_later(wiki, arrange, elsewhere):
    arrange()
    elsewhere.bare.rename(elsewhere.bare.with_name("gone.git"))
    pauses = []
    for _ in range(4):
        assert run(wiki).trouble == "away"
        found = wiki.remotes.of("handbook")
        pauses.append(found.due_at() - found.tried_at)
    assert pauses == [30, 60, 120, 240]
    save(wiki, TEXT + "\nThe wiki goes on.\n")
    elsewhere.bare.with_name("gone.git").rename(elsewhere.bare)
    assert run(wiki).given
    assert wiki.remotes.of("handbook").failures == 0


def test_r021_the_server_exchanges_what_is_due_and_sends_what_is_saved(wiki, arrange, elsewhere):
    now = time.time()
    exchanging = Exchanging(wiki, clock=lambda: now)

    def tick():
        nonlocal now
        now += 3
        begun = exchanging.tick()
        exchanging.wait()
        return begun

    assert tick() == 0
    arrange()
    assert tick() == 1
    assert elsewhere.tip() == wiki.open("handbook").repository.head()
    assert tick() == 0
    save(wiki, TEXT + "\nMore.\n")
    assert tick() == 1
    assert "More." in elsewhere.text("page.md")
    now -= 10 * 365 * 86400
    assert tick() == 1, "r021: a clock that was set back is waited for"
    now = time.time() + 100
    wiki.remotes.pause("handbook", paused=True)
    save(wiki, TEXT + "\nEven more.\n")
    assert tick() == 0


def test_a_ring_of_the_bell_makes_it_due(wiki, arrange):
    arrange()
    run(wiki)
    secret = wiki.remotes.make_hook("handbook")
    assert not wiki.remotes.ring("handbook", secret + "x")
    assert not wiki.remotes.ring("elsewhere", secret)
    assert wiki.remotes.of("handbook").wanted is False
    assert wiki.remotes.ring("handbook", secret)
    assert wiki.remotes.of("handbook").due_at() == 0


def test_the_secret_is_in_no_database_and_for_no_other_server(wiki, arrange, tmp_path):
    wiki.remotes.arrange(
        "handbook", "https://git.example.org/a.git", "main", "both", user="u", secret="hush-hush"
    )
    found = wiki.remotes.of("handbook")
    assert wiki.remotes.address(found).secret == "hush-hush"
    instance = wiki.settings.wiki.instance
    assert all(b"hush" not in file.read_bytes() for file in instance.glob("accounts*"))
    assert (instance / "remotes" / "handbook.secret").stat().st_mode & 0o077 == 0
    wiki.remotes.arrange("handbook", "https://evil.example.org/a.git", "main", "both", user="u")
    assert not wiki.remotes.has_secret("handbook")


def test_the_history_names_no_secret_of_the_address(wiki, arrange, elsewhere):
    wiki.remotes.arrange("handbook", f"file://{elsewhere.bare}", "main", "both")
    run(wiki)
    elsewhere.write("new.md", "# New\n")
    save(wiki, TEXT + "\nMine.\n")
    arranged = replace(
        wiki.remotes.of("handbook"), url="https://hosting.example/a.git?private_token=hush"
    )
    repository = wiki.open("handbook").repository
    tip = Remote(repository.path, Address(str(elsewhere.bare), "main"), 1_000_000).fetch()
    assert exchanging._take(wiki, wiki.open("handbook"), arranged, tip)[1]
    written = git(repository.path, "log", "--all", "-p", "--format=%B")
    assert "wrote at hosting.example/a.git\n" in written
    assert "Fetched-from: hosting.example/a.git\n" in written
    assert "hush" not in written


def test_objects_that_git_would_refuse_at_a_push_stay_outside(wiki, arrange, elsewhere):
    arrange()
    run(wiki)
    start = wiki.open("handbook").repository.head()
    twice = Planter(elsewhere.bare)
    page = (b"100644", b"twice.md", twice.blob(b"x\n"))
    tip = twice.commit(twice.tree([page, page]), (elsewhere.tip(),), author=UMA, committer=UMA)
    git(elsewhere.bare, "update-ref", "refs/heads/main", tip)
    ended = run(wiki)
    assert "may not come in" in ended.said
    repository = wiki.open("handbook").repository
    assert (repository.head(), repository.has_commit(tip)) == (start, False)


@contextmanager
def answering(answer):
    """An address at which ``answer(handler)`` answers, and the list of what was asked there."""
    asked = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/a.git", asked
        server.shutdown()


@pytest.mark.parametrize("secret", ["hush-hush", ""])
def test_w022_nobody_is_asked_whom_the_other_side_names(wiki, secret):
    def lead(handler):
        handler.send_response(302)
        handler.send_header("Location", f"/elsewhere{handler.path}")
        handler.end_headers()

    with answering(lead) as (url, asked):
        wiki.remotes.arrange("handbook", url, "main", "fetch", user="u", secret=secret)
        ended = run(wiki)
    assert asked == ["/a.git/info/refs?service=git-upload-pack"]
    assert "another address" in ended.said


def test_a_side_that_falls_silent_leaves_no_process_behind(wiki):
    silent, released = threading.Event(), threading.Event()

    def say_nothing(handler):
        silent.set()
        handler.connection.recv(1)  # until whoever asks is gone
        released.set()

    with answering(say_nothing) as (url, _):
        git = process.start(["ls-remote", url], protocols=process.IMPORT_PROTOCOLS)
        assert silent.wait(60)
        process.stop(git)
        assert released.wait(60)


def test_a_side_that_talks_and_talks_fills_no_memory(wiki):
    place = wiki.open("handbook").repository.path
    remote = Remote(place, Address(str(place), "main"), 4_000_000)
    loud = ["-c", "alias.loud=!yes 12345678 | head -c 3000000 | tee /dev/stderr; exit 1", "loud"]
    with pytest.raises(GitFailed) as failed:
        remote._run(loud, 60)
    assert len(failed.value.detail) <= 2000
    assert len(remote._run([*loud[:1], loud[1].replace("exit 1", "exit 0"), "loud"], 60)) < 300_000


def test_g017_what_is_larger_than_any_push_is_not_taken_from_elsewhere_either(wiki, elsewhere):
    elsewhere.write("noise.csv", "".join(map(str, random.Random(1).choices(range(99), k=90_000))))
    remote = Remote(
        wiki.open("handbook").repository.path, Address(str(elsewhere.bare), "main"), 9_000
    )
    with pytest.raises(RemoteRefused, match="more at once than a push may bring"):
        remote.fetch()
    assert not wiki.open("handbook").repository.has_commit(elsewhere.tip())


def test_how_the_old_exchange_ended_is_not_said_of_a_new_one(wiki, arrange, elsewhere):
    old = arrange()
    wiki.remotes.arrange("handbook", str(elsewhere.clone), "main", "both")
    wiki.remotes.done(old, "a" * 40, "b" * 40)
    wiki.remotes.failed(old, "away", "the old one")
    found = wiki.remotes.of("handbook")
    assert (found.seen, found.given, found.trouble, found.failures) == ("", "", "", 0)


def test_the_words_of_the_other_side_steer_no_terminal(wiki):
    words = b"ERR \x1b]0;owned\x07\xc2\x9b2J, said the other side\n"

    def say(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        handler.end_headers()
        handler.wfile.write(b"001e# service=git-upload-pack\n0000%04x%s" % (len(words) + 4, words))

    with answering(say) as (url, _):
        wiki.remotes.arrange("handbook", url, "main", "fetch")
        ended = run(wiki)
    assert "said the other side" in ended.said
    assert ended.said.isprintable()


def test_only_administrators_exchange(wiki, arrange):
    arrange()
    editor = Viewer("ann", Role.EDITOR, Author("Ann", "ann@example.org"))
    with pytest.raises(NotAllowed):
        exchange_now(wiki, editor, "handbook")


@pytest.mark.parametrize(
    ("url", "branch"),
    [
        ("--upload-pack=touch /tmp/x", "main"), ("ext::sh -c id", "main"), ("-oProxyCommand=x:y", "main"),
        ("https://u:p@example.org/a.git", "main"), ("ssh://u:p@example.org/a.git", "main"), ("https://-x/a", "main"), ("", "main"),
        ("git@host:-x", "main"), ("/x y", "main"), ("/x\ny", "main"), ("ftp://x/y", "main"),
        ("/x", ""), ("/x", "-f"), ("/x", "a..b"), ("/x", "a b"), ("/x", "a.lock"), ("/x", "+main:x"),
    ],
)  # fmt: skip
def test_addresses_that_are_none(url, branch):
    with pytest.raises(RemoteRefused):
        check_address(url, branch)


@pytest.mark.parametrize(
    "url",
    ["https://github.com/a/b.git", "git@github.com:a/b.git", "ssh://git@host:2222/a", "/srv/a.git",
     "http://localhost:3000/a/b"],
)  # fmt: skip
def test_addresses_that_may_be(url):
    check_address(url, "feature/x-1")


def test_the_terminal_and_the_checks_say_how_it_went(wiki, arrange, elsewhere):
    def told():
        findings = {each.subject: each for each in check(wiki)}
        return findings.get("exchange of handbook")

    assert told() is None
    arrange()

    setup = SimpleNamespace(wiki=wiki)
    done = CliRunner().invoke(command, ["handbook"], obj=setup)
    assert (done.exit_code, done.output) == (0, "handbook: Exchanged: changes went out.\n")
    assert told().state == "ok"
    elsewhere.bare.rename(elsewhere.bare.with_name("gone.git"))
    done = CliRunner().invoke(command, ["handbook"], obj=setup)
    assert (done.exit_code, told().state) == (1, "warning")
    assert "did not succeed" in told().sentence
