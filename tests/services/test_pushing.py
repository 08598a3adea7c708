"""Pushes before the judge: objects of any kind waiting apart, as git would have them wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.cases.plain_git import git
from tests.cases.planting import Planter
from tests.conftest import ADA, EDITOR, GRACE, MakeWiki, add_pages, catch_up
from wiki.config import Settings
from wiki.config.settings import WikiSettings
from wiki.errors import PushRefused, StrataError
from wiki.git import create
from wiki.model import Author, Role, Viewer
from wiki.model.pushing import Push, RefUpdate
from wiki.services import pushing
from wiki.services.facts import facts_of
from wiki.services.history import space_history
from wiki.services.proposal_places import FROM_REMOTE
from wiki.services.proposals import proposals
from wiki.services.wiki import Wiki

HERE = b"Ada Lovelace <ada@example.org> 1700000000 +0000"
MAIN = "refs/heads/main"
BOSS = Viewer("boss", Role.ADMIN, Author("The Boss", "boss@example.org"))
READER = Viewer("rita", Role.READER, Author("Rita", "rita@example.org"))
BY = {
    "ada": HERE,
    "grace": b"Grace Hopper <grace@example.org> 1700000000 +0000",
    "boss": b"The Boss <boss@example.org> 1700000000 +0000",
    "rita": b"Rita <rita@example.org> 1700000000 +0000",
}


class Waiting(Planter):
    """Objects in a quarantine beside a space's own."""

    def __init__(self, wiki: Wiki, folder: Path) -> None:
        super().__init__(folder)
        (folder / "objects").mkdir(parents=True, exist_ok=True)
        self.wiki = wiki
        self.space = catch_up(wiki)
        self.base = self.space.repository.head() or ""

    def mine(self, tree: str, *parents: str, by: str = "ada", **more: bytes) -> str:
        who = BY[by]
        return self.commit(
            tree, parents or (self.base,), **{"author": who, "committer": who, **more}
        )

    def push(self, new: str, ref: str = MAIN, old: str | None = None) -> Push:
        old = old if old is not None else self.base if ref == MAIN else ""
        return Push((RefUpdate(ref, old, new),), self.path / "objects")

    def judged(self, new: str, ref: str = MAIN, viewer: Viewer = EDITOR, **more: str) -> str:
        """What the pusher is told; "" if it passes."""
        try:
            pushing.judge(self.wiki, viewer, self.space, self.push(new, ref, **more))
        except StrataError as refusal:
            return str(refusal)
        return ""

    def land(self, new: str, ref: str = MAIN, viewer: Viewer = EDITOR) -> None:
        """Let it pass, and do as git does then."""
        before = git(self.space.repository.path, "rev-parse", ref, fails=True)
        old = before if len(before) == 40 else ""
        push = self.push(new, ref, old)
        pushing.judge(self.wiki, viewer, self.space, push)
        for file in (self.path / "objects").glob("*/*"):
            target = self.space.repository.path / "objects" / file.parent.name / file.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(file.read_bytes())
        git(self.space.repository.path, "update-ref", ref, new)
        pushing.settle(self.wiki, viewer, self.space, push, push.updates)
        self.base = self.space.repository.head() or ""


PAGES = {"Tea.md": "# Tea\n", "docs/Readme.md": "# Docs\n", "caf\udce9.md": "old\n"}


@pytest.fixture
def waiting(make_wiki: MakeWiki, tmp_path: Path) -> Waiting:
    """A space that a test changes."""
    wiki = make_wiki(PAGES)
    wiki.accounts.prepare()
    return Waiting(wiki, tmp_path / "incoming")


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    """A space into which nothing gets."""
    root = tmp_path_factory.mktemp("refusing")
    places = WikiSettings(
        content=root / "content", search_index=root / "index", instance=root / "instance"
    )
    for folder in (places.content, places.search_index, places.instance):
        folder.mkdir()
    wiki = Wiki(Settings(wiki=places))
    create(wiki.repository_path("handbook"))
    add_pages(wiki, "handbook", PAGES)
    wiki.accounts.prepare()
    yield Waiting(wiki, root / "incoming")
    wiki.close()


def audited(wiki: Wiki) -> list[tuple[str, str, str]]:
    boss = Viewer("boss", Role.ADMIN)
    return [(row.actor, row.event, row.detail) for row in wiki.accounts.audit(boss)]


# -- content -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hostile:
    """A tree to push, and what must be said of it."""

    tree: Callable[[Waiting], str]
    said: str


def one(mode: bytes, name: bytes, content: bytes = b"x\n") -> Callable[[Waiting], str]:
    return lambda w: w.tree([(mode, name, w.blob(content))])


def folder(name: bytes) -> Callable[[Waiting], str]:
    return lambda w: w.tree([(b"40000", name, w.files({b"config": b"x"}))])


def deep(waiting: Waiting) -> str:
    tree = waiting.files({b"x.md": b"x"})
    for _ in range(1_200):
        tree = waiting.tree([(b"40000", b"d", tree)])
    return tree


HOSTILE = {
    "g001 .git": Hostile(folder(b".git"), "“.git”"),
    "g001 .GIT without files": Hostile(
        lambda w: w.tree([(b"40000", b".GIT", w.tree([]))]), "“.GIT”"
    ),
    "g001 git~1": Hostile(folder(b"git~1"), "“git~1”"),
    "g001 ignorable": Hostile(folder(".g\u200cit".encode()), "“.g\\u200cit”"),
    "g001 stream": Hostile(folder(b".git::$INDEX_ALLOCATION"), "“.git::$INDEX_ALLOCATION”"),
    "g002 ..": Hostile(folder(b".."), "“..”"),
    "g002 .": Hostile(folder(b"."), "“.”"),
    "g004 symlink": Hostile(one(b"120000", b"page.md", b"/etc/passwd"), "symbolic"),
    "g004 link for a folder": Hostile(one(b"120000", b"docs", b"../../.."), "symbolic"),
    "g007 gitlink": Hostile(lambda w: w.tree([(b"160000", b"sub", "1" * 40)]), "submodules"),
    "g007 .gitmodules": Hostile(one(b"100644", b".gitmodules", b"[submodule x]"), ".gitmodules"),
    "g007 .gitmodules link": Hostile(one(b"120000", b".gitmodules"), ".gitmodules"),
    "g009 hook": Hostile(
        lambda w: w.tree([(b"40000", b"hooks", one(b"100755", b"pre-push")(w))]), "hooks/pre-push"
    ),
    "g010 no utf-8": Hostile(one(b"100644", b"caf\xe8.md"), "caf\\xe8.md"),
    "g014 long": Hostile(one(b"100644", b"x" * 5_000), "longer than"),
    "g014 deep": Hostile(deep, "longer than 800 bytes"),
    "g017 large": Hostile(one(b"100644", b"big.md", b"x" * 2_000_001), "2,000,001"),
    "g018 twins among new": Hostile(
        lambda w: w.files({b"Neu.md": b"x", b"neu.md": b"y"}), "“neu.md”"
    ),
    "g018 twin of what is there": Hostile(
        lambda w: w.files({b"Tea.md": b"# Tea\n", b"tea.md": b"y"}), "“Tea.md”"
    ),
    "g018 nfd": Hostile(one(b"100644", "e\u0301.md".encode()), "NFC"),
    "conflict marks": Hostile(
        one(b"100644", b"Tea.md", b"<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n"), "line 1"
    ),
}


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_trees_are_refused_by_name(refusing: Waiting, label: str) -> None:
    waiting = refusing
    case = HOSTILE[label]
    bad = waiting.mine(case.tree(waiting))
    said = waiting.judged(bad)
    assert case.said in said, said
    assert waiting.space.repository.push_log.records([bad]) == {}
    if "conflict" in label or "twin" in label:
        return  # asked of the end alone: what is mended in the next commit hurts nobody
    mended = waiting.mine(waiting.files({b"Tea.md": b"# Tea\n"}), bad)
    assert case.said in waiting.judged(mended), "the history would keep it"


def test_what_the_space_has_already_is_no_reason(waiting: Waiting) -> None:
    tree = waiting.tree([
        (b"100644", b"Tea.md", waiting.blob(b"# Tea\n\nGreen.\n")),
        (b"100644", b"caf\xe9.md", waiting.blob(b"new\n")),
        (b"100755", b"build", waiting.blob(b"#!/bin/sh\n")),
        (b"100644", b".gitignore", waiting.blob(b"*.tmp\n")),
    ])  # fmt: skip
    assert waiting.judged(waiting.mine(tree)) == ""


def test_a_merge_brings_only_what_no_side_had(waiting: Waiting) -> None:
    link = waiting.blob(b"/etc/passwd")
    left = waiting.mine(waiting.files({b"a.md": b"a"}))
    right = waiting.mine(waiting.files({b"b.md": b"b"}))
    clean = waiting.tree(
        [(b"100644", b"a.md", waiting.blob(b"a")), (b"100644", b"b.md", waiting.blob(b"b"))]
    )
    assert waiting.judged(waiting.mine(clean, left, right)) == ""
    evil = waiting.tree([(b"100644", b"a.md", waiting.blob(b"a")), (b"120000", b"l", link)])
    assert "“l”" in waiting.judged(waiting.mine(evil, left, right))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"author": b"Ada <ada@example.org> 1 +0000"}, "before 1980"),
        ({"committer": b"Ada <ada@example.org> 99999999999 +0000"}, "future"),
        ({"author": HERE + b"\nauthor " + HERE}, "2 authors"),
        ({"author": b"Ada 1700000000 +0000"}, "Name <address>"),
        ({"author": b" <ada@example.org> 1700000000 +0000"}, "no name"),
        ({"author": b"A " + b"<" * 20_000 + b"a@x> 1700000000 +0000"}, "longer than"),
        ({"author": b"Ad\xe9 <ada@example.org> 1700000000 +0000"}, "UTF-8"),
        ({"headers": b"encoding UTF-7\n"}, "encoding"),
        ({"message": b"a\0b\n"}, "NUL"),
        ({"message": b"x" * 65_537}, "65,536"),
        ({"message": b"x" * 10_000_000}, "65,536"),
        ({"author": b"Mallory <m@example.org> 1700000000 +0000"}, "Mallory"),
        ({"committer": b"Mallory <m@example.org> 1700000000 +0000"}, "committed by Mallory"),
    ],
)  # fmt: skip
def test_g026_g028_g031_hostile_headers_are_refused(
    refusing: Waiting, more: dict[str, bytes], said: str
) -> None:
    bad = refusing.mine(refusing.files({b"Tea.md": b"x"}), **more)
    told = refusing.judged(refusing.mine(refusing.files({b"Tea.md": b"y"}), bad))
    assert said in told
    assert bad[:10] in told


def test_somebody_elses_commit_is_told_once(waiting: Waiting) -> None:
    who = b"Mallory <m@example.org> 1700000000 +0000"
    told = waiting.judged(waiting.mine(waiting.files({b"Tea.md": b"x"}), author=who, committer=who))
    assert "is by Mallory" in told
    assert told.count("If it is you") == 1


def test_g017_too_many_commits_are_refused_before_they_are_read(
    waiting: Waiting,
) -> None:
    few = replace(waiting.wiki.settings.limits, push_commits=3, push_files=12)
    waiting.wiki.settings = replace(waiting.wiki.settings, limits=few)
    tip = waiting.base
    for number in range(4):
        tip = waiting.mine(waiting.files({b"n.md": b"%d" % number}), tip)
        told = waiting.judged(tip)
        assert bool(told) == (number == 3), told
    assert "more than 3 new commits" in told
    many = waiting.files({b"%d.md" % number: b"x" for number in range(13)})
    assert "more than 12 files" in waiting.judged(waiting.mine(many))


# -- who, and where to ---------------------------------------------------------------------------


def test_paths_that_are_not_theirs(waiting: Waiting) -> None:
    law = waiting.mine(waiting.files({b".mailmap": b"Ada <ada@example.org> <ceo@example.org>\n"}))
    assert "“.mailmap”" in waiting.judged(law)
    law = waiting.mine(waiting.files({b".mailmap": b"x"}), by="boss")
    assert waiting.judged(law, viewer=BOSS) == ""
    charter = waiting.tree([(b"40000", b".strata", waiting.files({b"charter.toml": b""}))])
    assert waiting.judged(waiting.mine(charter)) == ""
    teams = waiting.tree([(b"40000", b".strata", waiting.files({b"teams.toml": b""}))])
    assert ".strata/teams.toml" in waiting.judged(waiting.mine(teams))


def test_p012_what_waits_in_a_proposal_is_not_written_by_whoever_takes_it_in(
    waiting: Waiting,
) -> None:
    law = waiting.mine(waiting.files({b".mailmap": b"x"}), by="boss")
    waiting.land(law, "refs/heads/proposal/law", BOSS)
    assert "“.mailmap”" in waiting.judged(law)
    assert waiting.judged(law, viewer=BOSS) == ""


def test_g020_g021_the_branch_only_grows(waiting: Waiting) -> None:
    root = waiting.mine(waiting.files({b"x.md": b"x"}), *[])
    orphan = waiting.commit(waiting.files({b"x.md": b"x"}), (), author=HERE, committer=HERE)
    assert "pull --rebase" in waiting.judged(orphan)
    assert "cannot be deleted" in waiting.judged("")
    assert "only the branch main" in waiting.judged(root, "refs/tags/v1", old="")
    assert "no commit" in waiting.judged(waiting.blob(b"x"))


def test_proposals_are_for_readers_and_belong_to_them(waiting: Waiting) -> None:
    ref = "refs/heads/proposal/more-tea"
    first = waiting.mine(waiting.files({b"Tea.md": b"more\n"}), by="rita")
    assert "refs/heads/proposal/" in waiting.judged(first, viewer=READER)
    waiting.land(first, ref, READER)
    assert waiting.space.repository.pushes([first])[first].proposed
    other = waiting.mine(waiting.files({b"Tea.md": b"less\n"}))
    assert "somebody else" in waiting.judged(other, ref, old=first)
    assert "somebody else" in waiting.judged("", ref, old=first)
    again = waiting.mine(waiting.files({b"Tea.md": b"even more\n"}), by="rita")
    assert waiting.judged(again, ref, READER, old=first) == ""  # written anew: it is theirs
    boss = waiting.mine(waiting.files({b"Tea.md": b"enough\n"}), first, by="boss")
    waiting.land(boss, ref, BOSS)
    assert waiting.judged("", ref, READER, old=boss) == "", "it stays Rita’s"
    listed = proposals(waiting.wiki, GRACE, "handbook")
    assert [each.authors for each in listed] == [("The Boss", "Rita")]
    anonymous = Viewer("", Role.NOBODY)
    assert waiting.judged(first, ref, anonymous, old=boss)


def test_so_many_proposals_wait_and_no_more(waiting: Waiting) -> None:
    few = replace(waiting.wiki.settings.limits, proposals=4, proposals_each=2)
    waiting.wiki.settings = replace(waiting.wiki.settings, limits=few)
    rita = waiting.mine(waiting.files({b"Tea.md": b"more\n"}), by="rita")
    refs = [f"refs/heads/proposal/n{number}" for number in range(5)]

    def asked(viewer: Viewer, *updates: RefUpdate) -> str:
        try:
            pushing.judge(
                waiting.wiki, viewer, waiting.space, Push(updates, waiting.path / "objects")
            )
        except PushRefused as refusal:
            return str(refusal)
        return ""

    both = [RefUpdate(ref, "", rita) for ref in refs[:3]]
    assert "3 proposals of yours would wait" in asked(READER, *both), "in one push, too"
    for ref in refs[:2]:
        waiting.land(rita, ref, READER)
    assert "git push origin --delete proposal/<name>" in waiting.judged(rita, refs[2], READER)
    assert waiting.judged(rita, refs[1], READER, old=rita) == "", "what waits may change"
    exchanged = RefUpdate(refs[1], rita, ""), RefUpdate(refs[2], "", rita)
    assert asked(READER, *exchanged) == "", "one that is withdrawn frees its place"
    boss = waiting.mine(waiting.files({b"Tea.md": b"less\n"}), by="boss")
    for ref in refs[2:4]:
        waiting.land(boss, ref, BOSS)
    assert "it keeps no more than 4" in waiting.judged(boss, refs[4], BOSS)
    waiting.space.repository.branches.place(FROM_REMOTE, boss, "")
    branches = waiting.space.repository.branches
    branches.put_away(branches.find("proposal/n0"), "declined")
    assert waiting.judged(boss, refs[4], BOSS) == "", "administrators are held to the space's bound"
    assert waiting.judged(rita, refs[4], READER) == "", "a declined one frees its place"


@pytest.mark.parametrize(("setting", "viewer", "passes"), [
    ("own", BOSS, False), ("admins", BOSS, True), ("admins", GRACE, False), ("everyone", GRACE, True),
])  # fmt: skip
def test_whose_work_a_push_may_bring_is_a_setting(
    waiting: Waiting, setting: str, viewer: Viewer, passes: bool
) -> None:
    settings: Settings = waiting.wiki.settings
    people = replace(settings.people, push_authors=setting)
    waiting.wiki.settings = replace(settings, people=people)
    work = waiting.mine(waiting.files({b"Tea.md": b"x"}))
    assert (waiting.judged(work, viewer=viewer) == "") == passes


def test_a019_every_push_is_in_the_audit_log(waiting: Waiting) -> None:
    good = waiting.mine(waiting.files({b"Tea.md": b"good\n"}))
    bad = waiting.mine(waiting.files({b".git": b"bad\n"}))
    waiting.judged(bad)
    waiting.land(good)
    lost = waiting.push(waiting.mine(waiting.files({b"Tea.md": b"lost\n"}), good))
    pushing.judge(waiting.wiki, EDITOR, waiting.space, lost)
    pushing.settle(waiting.wiki, EDITOR, waiting.space, lost, ())
    events = audited(waiting.wiki)
    assert [event for _, event, _ in events] == ["push failed", "pushed", "push refused"]
    assert {actor for actor, _, _ in events} == {"ada"}
    assert ".git" in events[2][2]
    assert good[:10] in events[1][2]


# -- what is written down ------------------------------------------------------------------------


def test_every_commit_of_a_push_is_written_down_before_it_can_be_reached(waiting: Waiting) -> None:
    first = waiting.mine(waiting.files({b"Tea.md": b"1\n"}))
    second = waiting.mine(waiting.files({b"Tea.md": b"2\n"}), first)
    waiting.land(second)
    records = waiting.space.repository.pushes([first, second, waiting.base])
    assert {record.account for record in records.values()} == {"ada"}
    assert set(records) == {first, second}
    assert records[first].pusher == ADA
    assert (records[first].trusted, records[first].proposed) == (False, False)
    shown = git(waiting.space.repository.path, "log", "--notes=pushes", "-2", "main")
    assert shown.count("Pushed-by: ada") == 2
    assert f"From: {git(waiting.space.repository.path, 'rev-parse', 'main~2')}" in shown


def test_nobody_comes_by_a_proposal_of_somebody_else(waiting: Waiting) -> None:
    ref = "refs/heads/proposal/idea"
    first = waiting.mine(waiting.files({b"Idea.md": b"# Idea\n"}))
    waiting.land(first, ref)
    rival = waiting.mine(waiting.files({b"Mine.md": b"# Mine\n"}), by="rita")
    # A branch of her own, which would move, and Ada's, which she says is not there yet.
    both = (RefUpdate("refs/heads/proposal/rita", "", rival), RefUpdate(ref, "", first))
    with pytest.raises(PushRefused, match="proposal/idea is not where"):
        pushing.judge(waiting.wiki, READER, waiting.space, Push(both, waiting.path / "objects"))
    assert "somebody else" in waiting.judged(rival, ref, READER, old=first)


@pytest.mark.parametrize("name", [FROM_REMOTE, f"{FROM_REMOTE}/x"])
def test_the_place_of_what_a_remote_proposes_is_kept_free(waiting: Waiting, name: str) -> None:
    made = waiting.mine(waiting.files({b"Mine.md": b"# Mine\n"}), by="boss")
    assert "keeps this name" in waiting.judged(made, f"refs/heads/{name}", BOSS)


def test_what_was_fetched_keeps_its_authors_but_not_its_marks(waiting: Waiting) -> None:
    planter = Waiting(waiting.wiki, waiting.space.repository.path)
    marks = b"Work\n\nStrata-Account: boss\nStrata-Door: web\n"
    mailmap = planter.files({b"Tea.md": b"x\n", b".mailmap": b"x\n"})
    tip = planter.mine(mailmap, by="grace", message=marks)
    git(planter.path, "update-ref", "refs/remotes/exchange/main", tip)
    pushing.fetched(waiting.wiki, waiting.space, tip, "mirror at example.org")
    git(planter.path, "update-ref", MAIN, tip)
    commit = catch_up(waiting.wiki).history.commit(tip)
    assert commit is not None
    assert (commit.author, commit.pusher, commit.door) == (GRACE.author, None, "push")
    assert {each.account for each in waiting.space.history.signatures()} == {""}
    assert "Fetched-from: mirror at example.org" in git(planter.path, "log", "--notes=pushes", "-1")
    evil = planter.mine(planter.files({b".git": b"x"}), tip)
    with pytest.raises(PushRefused, match=r"“\.git”"):
        pushing.fetched(waiting.wiki, waiting.space, evil, "mirror")


def test_g026_reports_credit_the_pusher_and_never_the_free_text(waiting: Waiting) -> None:
    people = replace(waiting.wiki.settings.people, push_authors="everyone")
    waiting.wiki.settings = replace(waiting.wiki.settings, people=people)
    boss = b"The CEO <ceo@corp.example> 1700000000 +0000"
    named = b"Work\n\nCo-authored-by: The CFO <cfo@corp.example>\n"
    forged = waiting.files({b"Tea.md": b"# Tea\n\nof mine\n"})
    waiting.land(waiting.mine(forged, author=boss, message=named), viewer=GRACE)
    # Another person's name beside one's own address is no name, either.
    alias = b"Ada Lovelace <grace@example.org> 1700000000 +0000"
    forged = waiting.files({b"Tea.md": b"# Tea\n\nof ours\n"})
    waiting.land(waiting.mine(forged, author=alias), viewer=GRACE)
    space = catch_up(waiting.wiki)
    facts = facts_of(space, waiting.wiki.settings, 1_800_000_000)
    by = {person.name: n for n, person in enumerate(facts.people)}
    assert set(by) == {"Ada Lovelace", "Grace Hopper"}
    assert (facts.commits.person == by["Grace Hopper"]).sum() == 2
    rows = space_history(waiting.wiki, GRACE, "handbook").changes
    assert sorted(row.said_by for row in rows) == [
        "Ada Lovelace",
        "Grace Hopper",
        "The CEO, pushed by Grace Hopper",
    ]
    assert [row.person.is_known for row in rows if row.pushed_by] == [False]


def test_a_push_that_came_to_nothing_leaves_no_trace(waiting: Waiting) -> None:
    made = waiting.mine(waiting.files({b"Tea.md": b"1\n"}))
    push = waiting.push(made)
    pushing.judge(waiting.wiki, EDITOR, waiting.space, push)
    assert made in waiting.space.repository.pushes([made])
    pushing.settle(waiting.wiki, EDITOR, waiting.space, push, ())
    assert waiting.space.repository.pushes([made]) == {}
    with pytest.raises(PushRefused):
        pushing.judge(waiting.wiki, GRACE, waiting.space, push)
