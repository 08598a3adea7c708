"""Finding pages of the spaces that somebody may read."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.conftest import ADA, EDITOR, MakeWiki, add_pages, catch_up
from wiki.errors import QueryRefused, SignInNeeded, SpaceNotFound
from wiki.git import create
from wiki.model import ANONYMOUS, Author, Edit, FileWrite
from wiki.services import policy
from wiki.services.searching import LAST_PAGE, Found, search, suggest
from wiki.services.wiki import Wiki

PAGES = {
    "README.md": "# Handbook\n\nAll about tea.\n",
    "hr/holidays.md": "---\ntags: [leave]\n---\n# Holidays\n\nThirty days, and tea.\n",
}


@pytest.fixture
def wiki(make_wiki: MakeWiki) -> Wiki:
    return make_wiki(PAGES)


def paths(found: Found) -> list[str]:
    return [page.path for page in found.pages]


def write(wiki: Wiki, path: str, text: str, author: Author, at: int) -> None:
    repository = wiki.open("handbook").repository
    entry = repository.entry(repository.head() or "", path)
    files = (FileWrite(path, text.encode(), entry.oid if entry else ""),)
    repository.save(Edit(files, author, "Change", "web", "x", at))


def test_a_found_page_says_who_changed_it_last_and_when(wiki: Wiki) -> None:
    (page,) = search(wiki, EDITOR, "handbook", "thirty").pages
    assert (page.space.name, page.path, page.name) == ("handbook", "hr/holidays.md", "hr/holidays")
    assert (page.changed_by, page.changed_at) == ("Ada Lovelace", 1_700_000_000)
    assert page.tags == ("leave",)


def test_results_come_ten_a_page(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({f"p{n:02}.md": "tea" for n in range(23)})
    pages = [search(wiki, EDITOR, "handbook", "tea", number) for number in (1, 2, 3)]
    assert [len(found.pages) for found in pages] == [10, 10, 3]
    assert {(found.total, found.last_page) for found in pages} == {(23, 3)}
    assert [path for found in pages for path in paths(found)] == [f"p{n:02}.md" for n in range(23)]
    assert search(wiki, EDITOR, "handbook", "tea", 9999).page == LAST_PAGE
    assert search(wiki, EDITOR, "handbook", "tea", -3).page == 1


def test_filters_by_author(wiki: Wiki) -> None:
    write(wiki, "grace.md", "tea", Author("Grace Hopper", "g.hopper@example.org"), 1_760_000_000)
    catch_up(wiki)
    assert paths(search(wiki, EDITOR, "handbook", "tea author:grace")) == ["grace.md"]
    assert paths(search(wiki, EDITOR, "handbook", 'tea author:"Hopper Gr"')) == ["grace.md"]
    assert paths(search(wiki, EDITOR, "handbook", "author:g.hopper@example.org")) == ["grace.md"]
    assert len(paths(search(wiki, EDITOR, "handbook", "tea -author:grace"))) == 2
    assert search(wiki, EDITOR, "handbook", "tea author:nobody").total == 0


def test_filters_by_the_last_change(wiki: Wiki) -> None:
    catch_up(wiki)
    everything = set(paths(search(wiki, EDITOR, "handbook", "tea")))
    since = set(paths(search(wiki, EDITOR, "handbook", "tea after:2020")))
    assert since == everything
    assert search(wiki, EDITOR, "handbook", "tea before:2020").total == 0
    assert search(wiki, EDITOR, "handbook", "tea after:9000").total == 0
    assert set(paths(search(wiki, EDITOR, "handbook", "tea before:9000"))) == everything


def test_a_filter_can_be_taken_off(wiki: Wiki) -> None:
    found = search(wiki, EDITOR, "handbook", 'tea tag:leave author:"Ada Lovelace"')
    assert [(used.field, used.value, used.without) for used in found.filters] == [
        ("tag", "leave", 'tea author:"Ada Lovelace"'),
        ("author", "Ada Lovelace", "tea tag:leave"),
    ]


def test_what_is_not_found_may_be_written(wiki: Wiki) -> None:
    assert search(wiki, EDITOR, "handbook", "Travel policy").new_page == "Travel policy"
    assert search(wiki, EDITOR, "handbook", "travel tag:x").new_page == ""
    assert search(wiki, EDITOR, "handbook", "travel OR hotel").new_page == ""


def test_z002_all_spaces_are_only_those_that_may_be_read(
    wiki: Wiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> Found:
        return search(wiki, EDITOR, None, "tea OR canary OR canray")

    before = ask()
    create(wiki.repository_path("secret"))
    add_pages(wiki, "secret", {"canary.md": "# Canary\n\ntea canary"})
    catch_up(wiki, "secret")
    assert ask().total == before.total + 1
    allowed = policy.may
    monkeypatch.setattr(
        policy,
        "may",
        lambda who, what, space, given: space != "secret" and allowed(who, what, space, given),
    )
    after = ask()
    assert (paths(after), after.total, after.suggestion) == (
        paths(before),
        before.total,
        before.suggestion,
    )
    with pytest.raises(SpaceNotFound):
        search(wiki, EDITOR, "secret", "canary")
    with pytest.raises(SpaceNotFound):
        suggest(wiki, EDITOR, "secret", "can")


def test_nobody_searches_a_closed_wiki(make_wiki: MakeWiki) -> None:
    open_wiki = make_wiki(PAGES)
    people = replace(open_wiki.settings.people, anonymous_reading=False)
    wiki = Wiki(replace(open_wiki.settings, people=people))
    with pytest.raises(SignInNeeded):
        search(wiki, ANONYMOUS, "handbook", "tea")
    assert search(wiki, ANONYMOUS, None, "tea").total == 0
    wiki.close()


def test_a_space_without_an_index_is_building_and_heals(wiki: Wiki) -> None:
    create(wiki.repository_path("fresh"))
    add_pages(wiki, "fresh", {"a.md": "tea"})
    assert search(wiki, EDITOR, "fresh", "tea").state == "building"
    for _ in range(3000):
        found = search(wiki, EDITOR, "fresh", "tea")
        if found.state == "ready":
            break
        time.sleep(0.02)
    assert (found.state, found.total) == ("ready", 1)


def test_r041_a_change_that_came_by_push_is_behind_then_found(wiki: Wiki) -> None:
    write(wiki, "new.md", "zebra", ADA, 1_760_000_000)
    assert search(wiki, EDITOR, "handbook", "zebra").state == "behind"
    for _ in range(3000):
        found = search(wiki, EDITOR, "handbook", "zebra")
        if found.total:
            break
        time.sleep(0.02)
    assert found.total == 1


def test_d003_the_time_a_search_may_take_is_bounded(wiki: Wiki) -> None:
    ticks = iter(range(0, 1000, 2))
    with pytest.raises(QueryRefused, match="too long"):
        search(wiki, EDITOR, "handbook", "tea", clock=lambda: float(next(ticks)))


def test_type_ahead_suggests_pages(wiki: Wiki) -> None:
    assert [row.path for row in suggest(wiki, EDITOR, "handbook", "holi")] == ["hr/holidays.md"]
    assert suggest(wiki, EDITOR, "handbook", "  ") == []
