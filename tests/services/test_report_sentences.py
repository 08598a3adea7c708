"""Reports say nothing that goes without saying, and no shares of nothing."""

from __future__ import annotations

from tests.analytics.histories import Story
from tests.analytics.links import Web
from tests.analytics.rows import at
from wiki.analytics.collective import collective
from wiki.analytics.emergence import compute as emergence
from wiki.analytics.evolution import evolution
from wiki.analytics.figures import Figure, Meaning
from wiki.analytics.participation import participation
from wiki.analytics.question import Question
from wiki.model import Window
from wiki.services.report_sentences.collective import sentences as of_collective
from wiki.services.report_sentences.emergence import sentences as of_emergence
from wiki.services.report_sentences.evolution import sentences as of_evolution
from wiki.services.report_sentences.headlines import headline_words
from wiki.services.report_sentences.participation import sentences as of_participation
from wiki.services.report_words import value_words


def asked(since: str, until: str) -> Question:
    return Question(Window(at(since), at(until)), at("2027-01-01"))


def two_pages() -> Story:
    """Ann's page, and Bo's."""
    story = Story()
    for who, when, page in (("ann", "2025-01-01", "a"), ("bo", "2025-03-01", "b")):
        story.lived(story.edit(who, when, page, words=10, kind="added"), 10)
    return story


def test_from_the_beginning_on_it_goes_without_saying_that_people_are_new() -> None:
    facts = two_pages().facts()
    whole = of_participation(participation(facts, asked("2025-01-01", "2025-04-01")))
    assert whole == (
        "2 people made 2 edits.",
        "One person made half of the edits; the other half came from one person.",
    )
    later = of_participation(participation(facts, asked("2025-03-01", "2025-04-01")))
    assert later[1].startswith("One person edited here for the first time")


def test_days_above_ten_have_no_decimals() -> None:
    days = [value_words(each, "days") for each in (1, 1.04, 2.53, 9.96, 62.64, 1234.5)]
    assert days == ["1 day", "1 day", "2.5 days", "10 days", "63 days", "1,234 days"]


def test_from_the_beginning_on_it_goes_without_saying_that_clusters_are_new() -> None:
    web = Web()
    for letter in "abc":
        web.write(
            f"w{letter}",
            "2026-06-25",
            f"{letter}.md",
            " ".join(f"[[{c}]]" for c in "abc" if c != letter),
        )
    said = of_emergence(emergence(web.facts(), asked("2026-06-25", "2026-07-01")))
    assert said[1] == "Links and people who edit pages together form 1 cluster of pages."


def test_how_long_pages_lie_is_told_without_shares_of_nothing() -> None:
    facts = two_pages().facts()
    endings = {
        until: of_evolution(evolution(facts, asked("2025-01-01", until)))[-1]
        for until in ("2025-04-01", "2026-02-01", "2026-12-01")
    }
    assert [ending.split("; ")[1] for ending in endings.values()] == [
        "all of them within a year.",
        "50 % were not for a year.",
        "none of them within a year.",
    ]


def test_whose_pages_depend_on_one_person_is_told_once() -> None:
    story = two_pages()
    endings = [
        of_collective(collective(story.facts(), asked("2025-01-01", until)))[-1]
        for until in ("2025-04-01", "2025-07-15", "2026-12-01")
    ]
    assert endings == [
        "On 100 % of the pages nearly all words are one person’s, who edited within the last half year.",
        "On 100 % of the pages nearly all words are one person’s; on 50 % that person has edited nothing for half a year.",
        "On 100 % of the pages nearly all words are one person’s, who has edited nothing for half a year.",
    ]
    shared = Story()
    first = shared.edit("ann", "2025-01-01", words=5, kind="added")
    second = shared.edit("bo", "2025-01-02", words=5)
    shared.lived(first, 5)
    shared.lived(second, 5)
    said = of_collective(collective(shared.facts(), asked("2025-01-01", "2025-04-01")))
    assert said[-1] == "On no page are nearly all words one person’s."


def test_a_sentence_begins_with_a_capital_though_its_first_word_be_a_value() -> None:
    figure = Figure(Meaning("connected", "Held together by links", "share", ""), 0.0004)
    assert headline_words("emergence", figure).startswith("Under 0.1 % of the pages")
