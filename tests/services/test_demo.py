"""The demo: the same every time, and enough of everything for every report."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.conftest import EDITOR
from wiki.analytics.figures import figures_of
from wiki.analytics.purpose import PurposeReport
from wiki.errors import SpaceExists
from wiki.git.fast_import import NewVersion
from wiki.model import is_page_path
from wiki.services import privacy
from wiki.services.demo import make_demo
from wiki.services.demo.cast import CAST
from wiki.services.demo.drafts import load_drafts
from wiki.services.demo.story import Story
from wiki.services.reports import Asked, Finished, run
from wiki.services.teams import teams_file
from wiki.services.wiki import Wiki

NOW = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())
END = NOW - 12 * 3600


@pytest.fixture(scope="module")
def demo_wiki(tmp_path_factory: pytest.TempPathFactory) -> Wiki:
    from wiki.config import Settings
    from wiki.config.settings import WikiSettings

    root = tmp_path_factory.mktemp("demo")
    places = WikiSettings(content=root / "c", search_index=root / "s", instance=root / "i")
    (root / "c").mkdir()
    wiki = Wiki(Settings(wiki=places))
    make_demo(wiki, now=NOW)
    space = wiki.open("demo")
    space.history.rebuild(space.repository, space.repository.head() or "", lambda *_: None)
    return wiki


@pytest.fixture(scope="module")
def versions() -> Sequence[NewVersion]:
    return Story(END).tell()


def _report(wiki: Wiki, name: str, preset: str = "") -> Finished:
    return run(wiki, EDITOR, "demo", Asked(name, preset), now=NOW)


def _values(finished: Finished) -> dict[str, object]:
    return {figure.key: figure.value for figure in figures_of(finished.report)}


def test_one_day_always_gives_the_same_history(versions: Sequence[NewVersion]) -> None:
    assert Story(END).tell() == versions
    assert Story(END - 86400).tell() != versions


def test_everything_that_reports_look_for_happens(versions: Sequence[NewVersion]) -> None:
    merges = sum(len(version.parents) > 1 for version in versions)
    assert merges > 10
    assert sum(version.message.startswith("Revert") for version in versions) > 10
    assert sum("Co-authored-by:" in version.message for version in versions) > 10
    assert any(sum(map(is_page_path, version.files)) > 50 for version in versions)
    assert any(version.author.name.endswith("[bot]") for version in versions)
    assert len({version.author_offset for version in versions}) >= 5
    deleted = Counter(
        path for version in versions for path, text in version.files.items() if text is None
    )
    assert len(deleted) > 10
    assert max(version.author_time for version in versions) < END


def test_forty_people_in_six_teams() -> None:
    assert len(CAST) == 40
    assert len({person.author for person in CAST}) == 40
    assert len({person.team for person in CAST}) == 6


def test_every_page_ends_as_it_was_written_and_its_links_lead_somewhere(demo_wiki: Wiki) -> None:
    space = demo_wiki.open("demo")
    head = space.repository.head() or ""
    pages = {
        entry.path: entry.oid for entry in space.repository.tree(head) if is_page_path(entry.path)
    }
    assert len(pages) >= 150
    assert set(load_drafts()) <= set(pages)
    for path, oid in pages.items():
        text = space.repository.read_blob(oid).decode()
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in pages, (
                path,
                target,
            )


def test_the_default_window_has_something_to_show(demo_wiki: Wiki) -> None:
    values = _values(_report(demo_wiki, "participation"))
    for key in ("contributors", "new", "returning", "reactivated", "lapsed", "gini"):
        assert isinstance(values[key], int | float), key
        assert values[key]
    values = _values(_report(demo_wiki, "evolution"))
    assert 0.3 < values["shared"] < 0.9  # type: ignore[operator]
    assert values["deleted_pages"] or values["new_pages"]


def test_burst_and_people_are_found_in_all_of_it(demo_wiki: Wiki) -> None:
    values = _values(_report(demo_wiki, "participation", "all"))
    assert values["contributors"] == 40
    assert _report(demo_wiki, "participation", "all").decisions


def test_a_second_demo_is_refused(demo_wiki: Wiki) -> None:
    with pytest.raises(SpaceExists):
        make_demo(demo_wiki, now=NOW)


def test_the_demo_says_what_it_is_for_and_who_is_in_which_team(demo_wiki: Wiki) -> None:
    space = demo_wiki.open("demo")
    assert space.title == "Skerry Line (demo)"
    charter = space.charter()
    assert charter.faults == ()
    assert charter.purpose.head_count == 60
    assert privacy.naming_of(space) == "named"
    file, _ = teams_file(space)
    assert file.faults == ()
    assert (len(file.teams), file.head_count) == (6, 60)
    assert {name for team in file.teams for name in team.people} == {each.name for each in CAST}


def test_the_demos_goals_stand_differently(demo_wiki: Wiki) -> None:
    report = _report(demo_wiki, "purpose").report
    assert isinstance(report, PurposeReport)
    assert report.signs == ()
    verdicts = {one.goal.figure: one.verdict for one in report.goals_measured}
    assert "unknown" not in verdicts.values()
    assert len(set(verdicts.values())) >= 3
    assert verdicts["participation.teams_reached"] == "off course"  # the Harbours fell silent
    assert report.steps
