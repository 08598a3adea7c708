"""Real pushes through git's door: what the judge refuses leaves nothing, and who pushed is told everywhere."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cases.planting import Planter
from tests.conftest import catch_up
from tests.web.git_clients import Door
from wiki.git import create
from wiki.model import Viewer
from wiki.services import selves
from wiki.services.people import people_of

ANN = b"Ann <ann@localhost> 1700000000 +0000"
SPACE = "/handbook"


def planter_beside(door: Door, folder: Path) -> Planter:
    """A repository of a client who writes objects as no git would."""
    create(folder)
    shutil.copytree(door.repository / "objects", folder / "objects", dirs_exist_ok=True)
    return Planter(folder)


def test_g001_to_g019_what_is_refused_leaves_nothing(door: Door, tmp_path: Path) -> None:
    planter = planter_beside(door, tmp_path / "evil.git")
    head, base = door.head(), planter.files({b"README.md": b"x\n"})
    blob = planter.blob(b"evil\n")
    hostile = {
        "“.GIT”": planter.tree([(b"40000", b".GIT", base)]),
        "“..”": planter.tree([(b"40000", b"..", base)]),
        "“git~1”": planter.tree([(b"40000", b"git~1", base)]),
        "“link.md” (in commit": planter.tree([(b"120000", b"link.md", blob)]),
        "“sub” (in commit": planter.tree([(b"160000", b"sub", "1" * 40)]),
        "“.gitmodules”": planter.files({b".gitmodules": b'[submodule "../x"]\n url=--upload-pack=x\n'}),
        "“caf\\xe9.md”": planter.files({b"caf\xe9.md": b"x"}),
        "“Tea.md” differs from “TEA.md”": planter.files({b"TEA.md": b"x", b"Tea.md": b"y"}),
        # What git itself refuses, since whoever reads a tree through it does not see it.
        "badFilemode": planter.tree([(b"104755", b"a.md", blob)]),
        "zeroPaddedFilemode": planter.tree([(b"0100644", b"a.md", blob)]),
        "duplicateEntries": planter.tree([(b"100644", b"a", blob), (b"40000", b"a", base)]),
        "treeNotSorted": planter.tree(
            [(b"100644", b"z.md", blob), (b"100644", b"a.md", blob)], in_order=False
        ),
        "fullPathname": planter.tree([(b"100644", b"a/b.md", blob)]),
    }  # fmt: skip
    for said, tree in hostile.items():
        evil = planter.commit(tree, [head], author=ANN, committer=ANN)
        # Of names that are one only the end is asked; of everything else each commit.
        after = tree if "differs" in said else base
        last = planter.commit(after, [evil], author=ANN, committer=ANN)
        done = door.git("push", door.url("ann"), f"+{last}:refs/heads/main", at=planter.path)
        assert done.status != 0, said
        assert said in done.told.replace("remote: ", ""), done.told
        for oid in (evil, last, tree):
            assert door.git("cat-file", "-e", oid, at=door.repository).status != 0, said
    assert door.head() == head
    assert door.leftovers() == []
    assert "refs/notes" not in door.git("for-each-ref", at=door.repository).told
    events = [row.event for row in door.wiki.accounts.audit(boss(door))]
    assert events.count("push refused") == 8
    good = planter.commit(base, [head], author=ANN, committer=ANN)
    assert door.git("push", door.url("ann"), f"{good}:refs/heads/main", at=planter.path).status == 0
    assert door.wiki.accounts.audit(boss(door))[0].event == "pushed"


def boss(door: Door) -> Viewer:
    return door.wiki.accounts.account("boss").viewer


def test_g026_an_author_who_is_someone_else_is_shown_with_who_pushed(door: Door) -> None:
    clone = door.clone("a")
    forged = "Say tea\n\nStrata-Account: ann\nStrata-Door: web\n"
    who = {"user.name": "Grace Hopper", "user.email": "grace@elsewhere.example"}
    (clone / "Tea.md").write_text("# Tea\n")
    assert door.git("add", "-A", at=clone).status == 0
    assert door.git("commit", "-qm", forged, at=clone, **who).status == 0
    refused = door.git("push", door.url("ann"), "main", at=clone)
    assert refused.status != 0
    assert "Grace Hopper <grace@elsewhere.example>, but you are" in refused.told
    assert "--reset-author" in refused.told
    done = door.git("push", door.url("boss"), "main", at=clone)
    assert done.status == 0, done.told
    space = catch_up(door.wiki)
    made = door.head()
    commit = space.history.commit(made)
    assert commit is not None
    assert (commit.door, commit.author.name) == ("push", "Grace Hopper")
    name = boss(door).author
    assert name is not None
    shown = f"pushed by {name.name}"
    for place in ("-/history", "-/history/Tea", f"-/change/{made}", "-/feed.atom"):
        status, page, _ = door.ask("GET", f"{SPACE}/{place}")
        assert status == 200
        assert shown in page.decode(), place
        assert "Strata-Account" not in page.decode(), place
    noted = door.git("fetch", "origin", "refs/notes/pushes:refs/notes/pushes", at=clone)
    assert noted.status == 0, noted.told
    assert "Pushed-by: boss" in door.git("log", "--notes=pushes", "-1", at=clone).told
    assert "Trusted: yes" in door.git("log", "--notes=pushes", "-1", at=clone).told


def test_what_one_pushed_proves_who_one_is_until_others_bring_more_under_that_name(
    door: Door,
) -> None:
    ann = door.wiki.accounts.account("ann").viewer
    assert ann.author is not None
    clone = door.clone("a")
    for user, text, proven in (("ann", "# Tea\n", True), ("boss", "# Tea\n\nGreen.\n", False)):
        door.commit(clone, {"Tea.md": text})
        done = door.git("push", door.url(user), "main", at=clone)
        assert done.status == 0, done.told
        space = catch_up(door.wiki)
        who = people_of(space, door.wiki.settings).person(ann.author).who
        assert selves.marks_of(door.wiki, ann, space) == {who: proven}
