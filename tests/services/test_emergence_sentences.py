"""What the report on emergence says of itself."""

from __future__ import annotations

from dataclasses import replace

from tests.analytics.histories import Story
from tests.analytics.links import Web
from tests.analytics.rows import at
from wiki.analytics.emergence import compute
from wiki.analytics.facts import Facts
from wiki.analytics.question import Question
from wiki.model import Window
from wiki.services.report_sentences.emergence import sentences

WINDOW = Window(at("2026-04-01"), at("2026-07-01"))


def said(facts: Facts) -> tuple[str, ...]:
    return sentences(compute(facts, Question(WINDOW, at("2026-07-01"))))


def web_of(letters: str, wish: str = "") -> Web:
    """Pages that all link to each other, by one person each; some ask for what is not there."""
    web = Web()
    web.write("zoe", "2025-01-01", "old.md")
    for letter in letters:
        links = " ".join(f"[[{other}]]" for other in letters if other != letter)
        web.write(f"w{letter}", "2026-06-25", f"{letter}.md", f"{links} {wish}")
    return web


def test_the_links_and_what_they_hold_together() -> None:
    first, second, third = said(web_of("abcd", "[[wish]]").facts())
    assert first == "12 links hold 80 % of the pages together; before this time it was 0 %."
    assert (
        second == "Links and people who edit pages together form 1 cluster of pages, 1 of them new."
    )
    assert third == "1 page is linked to and not written yet."


def test_pages_that_draw_people_and_clusters_across_teams() -> None:
    web = web_of("abcd")
    web.write("ann", "2026-06-26", "a.md", "[[b]] [[c]] [[d]]")
    web.story.team("north", "wa", "wb")
    web.story.team("south", "wc", "wd")
    _, second, third = said(web.facts())
    assert second.endswith("1 cluster of pages, 1 of them new, 1 across teams.")
    assert third == "1 page draws more and more people."


def test_where_there_is_little_little_is_said() -> None:
    assert said(web_of("a").facts()) == ("No page links to another.",)
    empty = web_of("")
    empty.remove("zoe", "2025-02-01", "old.md")
    assert said(empty.facts()) == ("There are no pages yet.",)
    story = Story()
    story.edit("ann", "2026-06-01", "a")
    assert said(story.facts()) == ("The links between the pages are still being read.",)


def test_a_share_that_did_not_change_is_as_before() -> None:
    web = Web()
    web.write("ann", "2025-01-01", "a.md", "[[b]]")
    web.write("bo", "2025-01-01", "b.md")
    facts = web.facts()
    assert said(facts)[0] == "1 link holds 100 % of the pages together, as before this time."
    report = compute(facts, Question(WINDOW, at("2026-07-01")))
    alone = replace(report, connected=replace(report.connected, previous=None))
    assert sentences(alone)[0] == "1 link holds 100 % of the pages together."
