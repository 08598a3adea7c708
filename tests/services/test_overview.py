"""The overview: headlines of the principles, whether a space takes part, and what would help."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.conftest import ADA, EDITOR, GRACE, MakeWiki, catch_up
from wiki.analytics.purpose import PurposeReport
from wiki.analytics.registry import REPORTS
from wiki.config import Settings
from wiki.errors import TooFewPeople
from wiki.git import create
from wiki.model import Author, Edit, FileWrite
from wiki.services import reports
from wiki.services.overview import PRINCIPLES, overview, wiki_overview
from wiki.services.report_clones import report_on_clone
from wiki.services.report_scope import Scope
from wiki.services.reports import Asked
from wiki.services.space import CHARTER
from wiki.services.wiki import Wiki

NOW = int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp())
WITH_GOAL = """\
purpose = "For all of us."
since = 2026-04-01
goals = [{figure = "evolution.edits", target = 12, by = 2026-09-29, words = "Twelve edits"}]
"""


def save(wiki: Wiki, who: Author, day: date, path: str, space: str = "handbook") -> None:
    opened = wiki.open(space)
    head = opened.repository.head()
    known = opened.repository.entry(head, path) if head else None
    at = int(datetime(day.year, day.month, day.day, 10, tzinfo=UTC).timestamp())
    text = WITH_GOAL if path == CHARTER else f"# {path}\n\n{who.name} {day}\n"
    write = FileWrite(path, text.encode(), known.oid if known else "", mergeable=False)
    opened.repository.save(Edit((write,), who, "Write", "web", "", author_time=at))


@pytest.fixture
def lively(make_wiki: MakeWiki) -> Wiki:
    """Two people, an edit a week since April, and a charter whose goal is to have twelve in 90 days."""
    wiki = make_wiki({})
    save(wiki, ADA, date(2026, 1, 5), "home.md")
    save(wiki, ADA, date(2026, 4, 1), CHARTER)
    for week in range(10):
        save(
            wiki,
            (ADA, GRACE.author or ADA)[week % 2],
            date(2026, 4, 6) + timedelta(weeks=week),
            "home.md",
        )
    catch_up(wiki)
    return wiki


def test_a_space_that_takes_part(lively: Wiki) -> None:
    found = overview(lively, EDITOR, "handbook", Asked("", minimum=1), now=NOW)
    assert found.state == "taking part"
    assert found.signs == ()
    assert found.purpose == "For all of us."
    assert found.goals == ("“Twelve edits” is on course: 10 now, 12 wanted (Edits).",)
    assert [each.report for each in found.headlines] == [p for p in PRINCIPLES if p in REPORTS]
    assert found.steps == ()  # nothing is amiss
    by_name = {each.report: each for each in found.headlines}
    assert by_name["participation"].sentence.startswith("2 people edited")
    assert by_name["purpose"].sentence == "100 % of the goals are reached or on course."


def test_headlines_are_the_figures_of_the_whole_reports(lively: Wiki) -> None:
    asked = Asked("", minimum=1)
    for each in overview(lively, EDITOR, "handbook", asked, now=NOW).headlines:
        whole = reports.run(lively, EDITOR, "handbook", Asked(each.report, minimum=1), now=NOW)
        assert getattr(whole.report, each.figure.key) == each.figure


def test_few_people_are_told_of_in_no_sentence(lively: Wiki) -> None:
    found = overview(lively, EDITOR, "handbook", Asked(""), now=NOW)
    told = [
        each.sentence
        for each in found.headlines
        if each.report in {"participation", "independence"}
    ]
    assert told == ["Too few people are behind this to tell it."] * 2


def test_a_space_that_was_provided_and_prayed_over(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({})
    save(wiki, ADA, date(2026, 6, 1), "home.md")
    catch_up(wiki)
    found = overview(wiki, EDITOR, "handbook", Asked("", minimum=1), now=NOW)
    assert found.state == "provided and prayed"
    assert "nothing says what it is for and nobody but its founder edits it" in found.sentence
    assert found.steps[0].words.startswith("Write down in a few sentences")
    asking = next(step for step in found.steps if step.step.key == "ask_others")
    assert asking.words == "Ask two colleagues to correct “home”."
    assert asking.step.page is not None
    assert asking.step.page.path == "home.md"


def test_a_space_that_people_write_is_not_prayed_over_for_want_of_a_charter(
    make_wiki: MakeWiki,
) -> None:
    wiki = make_wiki({})
    save(wiki, ADA, date(2026, 6, 1), "home.md")
    save(wiki, GRACE.author or ADA, date(2026, 6, 2), "home.md")
    catch_up(wiki)
    found = overview(wiki, EDITOR, "handbook", Asked("", minimum=1), now=NOW)
    assert (found.state, found.signs) == ("no charter", ("no charter",))
    assert found.sentence == (
        "People take part in this space: one person beside its founder edited in this time. "
        "Nothing says yet what it is for."
    )
    assert found.steps[0].step.key == "write_charter"


def test_a_space_that_sleeps_says_since_when(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({})
    save(wiki, ADA, date(2025, 10, 15), "home.md")
    catch_up(wiki)
    found = overview(wiki, EDITOR, "handbook", Asked("", minimum=1), now=NOW)
    assert found.state == "asleep"
    assert found.sentence == (
        "This space has been asleep since 15 October 2025. Nothing says what it is for."
    )
    early = Asked("", since="2025-01-01", until="2025-03-01", minimum=1)
    told = overview(wiki, EDITOR, "handbook", early, now=NOW).sentence
    assert told.startswith("Nobody edited this space in this time.")


@pytest.mark.parametrize(
    ("written", "signs"), [("2026-06-30", ()), ("2026-04-02", ("goals unmoved",))]
)
def test_a_charter_without_a_day_holds_since_it_was_written(
    make_wiki: MakeWiki, written: str, signs: tuple[str, ...]
) -> None:
    wiki = make_wiki({})
    save(wiki, ADA, date(2026, 1, 5), "home.md")
    save(wiki, GRACE.author or ADA, date(2026, 4, 5), "home.md")
    text = WITH_GOAL.replace("since = 2026-04-01\n", "").replace("target = 12", "target = 50")
    when = int(datetime.fromisoformat(f"{written}T10:00:00+00:00").timestamp())
    write = FileWrite(CHARTER, text.encode(), "", mergeable=False)
    space = wiki.open("handbook")
    space.repository.save(Edit((write,), ADA, "Charter", "web", "", author_time=when))
    catch_up(wiki)
    assert overview(wiki, EDITOR, "handbook", Asked("", minimum=1), now=NOW).signs == signs
    asked = Asked("purpose", minimum=1)
    report = report_on_clone(space.repository.path, asked, Settings(), now=NOW).report
    assert isinstance(report, PurposeReport)
    assert report.signs == signs


def test_the_wiki_in_a_line_a_space(lively: Wiki) -> None:
    create(lively.repository_path("empty"))
    lines = {
        line.space: line for line in wiki_overview(lively, EDITOR, Asked("", minimum=1), now=NOW)
    }
    assert lines["handbook"].state == "taking part"
    people = lines["handbook"].contributors
    assert people is not None
    assert people.value == 2
    assert lines["empty"].state in {None, "asleep"}


def test_an_overview_of_a_space_without_edits(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({})
    found = overview(wiki, EDITOR, "handbook", Asked(""), now=int(time.time()))
    assert found.state == "asleep"
    assert found.sentence == "Nobody edited this space in this time. Nothing says what it is for."
    assert all(each.sentence for each in found.headlines)


def test_a_part_of_a_space_has_headlines_and_no_judgement(lively: Wiki) -> None:
    whole, part = (
        overview(lively, EDITOR, "handbook", Asked("", minimum=1, scope=scope), now=NOW)
        for scope in (Scope(), Scope(page="home.md"))
    )
    assert (part.state, part.sentence, part.steps) == (None, "", ())
    assert len(part.headlines) == len(whole.headlines)


def test_what_is_kept_of_one_report_is_not_taken_for_another(lively: Wiki) -> None:
    keys = [reports.run(lively, EDITOR, "handbook", Asked(name), now=NOW).key for name in REPORTS]
    assert None not in keys
    assert len(set(keys)) == len(REPORTS)


def test_headlines_of_a_part_are_guarded_as_its_reports_are(lively: Wiki) -> None:
    asked = Asked("participation", scope=Scope(page="home.md"))
    with pytest.raises(TooFewPeople):
        reports.headline(lively, EDITOR, "handbook", asked, now=NOW)
    with pytest.raises(TooFewPeople):
        reports.headlines(lively, EDITOR, "handbook", asked, ["participation"], now=NOW)
    named = replace(asked, minimum=1)
    one = reports.headline(lively, EDITOR, "handbook", named, now=NOW)
    found = reports.headlines(lively, EDITOR, "handbook", named, ["participation"], now=NOW)
    assert found == {"participation": one}
