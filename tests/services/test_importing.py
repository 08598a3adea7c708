"""A repository becomes a space that can be read, searched and reported on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import EDITOR, MakeWiki
from wiki.errors import ImportRefused, NameInvalid, NotAllowed, SpaceExists
from wiki.model import ANONYMOUS, Author, Role, Viewer
from wiki.services.importing import import_space

ADMIN = Viewer("admin", Role.ADMIN, Author("Admin", "admin@example.org"))


def quiet(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "their repository"
    folder.mkdir()
    who = ["-c", "user.name=Bo", "-c", "user.email=bo@example.org"]
    (folder / "README.md").write_text("# Hello\n\n[[Second]]\n")
    (folder / "Second.markdown").write_text("zebra\n")
    for command in (["init", "-q", "-b", "trunk"], ["add", "-A"], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    return folder


def test_everything_of_it_can_be_read_at_once(make_wiki: MakeWiki, source: Path) -> None:
    wiki = make_wiki({})
    steps: list[str] = []
    done = import_space(wiki, ADMIN, "theirs", str(source), lambda step, *_: steps.append(step))
    assert (done.branch, done.commits, done.pages, done.partial) == ("trunk", 1, 2, "")
    assert done.ready
    assert "receiving" in steps
    space = wiki.space(ADMIN, "theirs")
    assert space.catalogue.page("Second") is not None
    assert [row.commit.author.name for row in space.history.page_history("README.md")] == ["Bo"]


def test_imports_that_are_refused_leave_nothing(make_wiki: MakeWiki, source: Path) -> None:
    wiki = make_wiki({})
    names = wiki.space_names()
    for viewer in (EDITOR, ANONYMOUS):
        with pytest.raises(Exception) as refused:  # noqa: PT011
            import_space(wiki, viewer, "theirs", str(source), quiet)
        assert isinstance(refused.value, NotAllowed) or not viewer.signed_in
    with pytest.raises(SpaceExists):
        import_space(wiki, ADMIN, names[0], str(source), quiet)
    with pytest.raises(NameInvalid):
        import_space(wiki, ADMIN, "../x", str(source), quiet)
    with pytest.raises(ImportRefused):
        import_space(wiki, ADMIN, "theirs", "-x", quiet)
    assert wiki.space_names() == names
