"""The first start, and the second."""

from __future__ import annotations

import stat
import threading
from dataclasses import replace

import pytest

from wiki.config import Settings, WikiSettings
from wiki.errors import StorageReadOnly
from wiki.model import ANONYMOUS
from wiki.services.setting_up import set_up
from wiki.services.starter import STARTER_SPACE
from wiki.services.wiki import Wiki


@pytest.fixture
def wiki(tmp_path):
    places = WikiSettings(
        content=tmp_path / "content",
        search_index=tmp_path / "index",
        instance=tmp_path / "instance",
    )
    made = Wiki(replace(Settings(), wiki=places))
    yield made
    made.close()


def test_everything_missing_is_made_once(wiki):
    done = set_up(wiki)
    assert done.password
    assert len(done.made) == 6
    space = wiki.space(ANONYMOUS, STARTER_SPACE)
    assert space.title == "Handbook"
    space.follower.follow()
    assert space.catalogue.page("Home")
    assert space.history.totals()
    again = set_up(wiki)
    assert (again.made, again.password) == ((), "")


def test_r038_folders_that_a_clone_left_open_are_closed_at_the_first_start(wiki, tmp_path):
    (tmp_path / "content").mkdir(mode=0o755)
    set_up(wiki, starter=False)
    assert stat.S_IMODE((tmp_path / "content").stat().st_mode) == 0o700
    (tmp_path / "content").chmod(0o750)
    set_up(wiki, starter=False)
    assert stat.S_IMODE((tmp_path / "content").stat().st_mode) == 0o750


def test_no_starter_space_beside_one_that_is_there(wiki, tmp_path):
    (tmp_path / "content/ours.git").mkdir(parents=True)
    set_up(wiki)
    assert wiki.space_names() == ["ours"]


def test_a011_two_set_ups_at_once_make_one_administrator_and_one_space(tmp_path, wiki):
    done = []

    def run() -> None:
        mine = Wiki(wiki.settings)
        done.append(set_up(mine))
        mine.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in done if one.password]) == 1
    assert wiki.space_names() == [STARTER_SPACE]


def test_a_folder_that_cannot_be_made_is_explained(wiki, tmp_path):
    (tmp_path / "content").write_text("a file in the way")
    with pytest.raises(StorageReadOnly):
        set_up(wiki)
