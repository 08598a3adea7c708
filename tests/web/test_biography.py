"""The biography in a browser without scripts."""

from __future__ import annotations

import html
import re

import pytest

from tests.conftest import ADA, catch_up
from tests.projections.histories import AUTHORS, git, push
from tests.web.conftest import Furnished
from tests.web.people import Browser
from wiki.model import Author
from wiki.services import version_text
from wiki.services.wiki import Wiki

TIDES = "# Tides\n\nThe ferry leaves at nine, see [the map](maps/sea.md).\n"


@pytest.fixture
def wiki(furnished: Furnished) -> Wiki:
    return furnished.wiki


@pytest.fixture
def browser(furnished: Furnished) -> Browser:
    return furnished.browser("ann")


def grow(
    wiki: Wiki, *texts: tuple[Author, str | bytes | None], name: str = "tides.md"
) -> list[str]:
    """One commit for each text of a page; their ids."""
    path = wiki.repository_path("handbook")
    head = git(path, "rev-parse", "main")
    made = []
    for number, (author, text) in enumerate(texts):
        files = {"README.md": b"# Home\n", "people/Holidays.md": b"# Holidays\n"}
        if text is not None:
            files[name] = text.encode() if isinstance(text, str) else text
        at = 1_600_000_000 + number * 86_400
        head = push(path, files, [head], author=author, at=at, message=f"Change {number + 1}")
        made.append(head)
    git(path, "update-ref", "refs/heads/main", head)
    catch_up(wiki)
    return made


def passages(page: str) -> list[tuple[str, str]]:
    """Each passage and what it tells of itself."""
    found = re.findall(
        r'<a class="by [^>]*>(.*?)<span class="tip">(.*?)</span></a>', page, re.DOTALL
    )
    return [(html.unescape(text), html.unescape(tip).strip()) for text, tip in found]


def test_every_word_names_its_writer_and_leads_to_its_change(browser: Browser, wiki: Wiki) -> None:
    one, two = grow(wiki, (ADA, TIDES), (AUTHORS[1], TIDES.replace("nine", "ten")))
    page = browser.get("/handbook/-/biography/tides").text
    told = dict(passages(page))
    assert told["ten"] == "Grace Hopper, 14 September 2020: Change 2"
    assert told["The ferry leaves at"] == "Ada Lovelace, 13 September 2020: Change 1"
    assert f'href="/handbook/-/change/{two}">ten' in page
    assert f'href="/handbook/-/change/{one}">The ferry' in page
    assert '<span class="address">(' in page
    assert "2 changes by 2 people since 13 September 2020; 12 words now" in page
    assert " style=" not in page


def test_the_slider_is_a_form_with_neighbours_and_a_choice(browser: Browser, wiki: Wiki) -> None:
    one, two, three = grow(wiki, (ADA, "one\n"), (ADA, "one two\n"), (ADA, "one two three\n"))
    address = "/handbook/-/biography/tides"
    page = browser.get(f"{address}?at=2").text
    assert "Version 2 of 3" in page
    assert (
        f'rel="prev" data-step="-1" aria-label="Version before" href="{address}?version={one[:12]}#text"'
        in page
    )
    assert f'<option value="{two[:12]}" selected>2: Ada Lovelace' in page
    assert 'type="range" name="at" min="1" max="3" value="2"' in page
    assert "Version 2 of 3" in browser.get(f"{address}?version={two[:12]}").text
    last = browser.get(address).text
    assert "Version 3 of 3" in last
    assert 'rel="next" data-step="1" aria-label="Next version" aria-disabled="true"' in last
    assert three[:12] in last
    assert browser.get(f"{address}?version=ffffffff").status_code == 404
    for odd in (
        "at=-1",
        "at=abc",
        "at=" + "9" * 400,
        "part=0",
        "part=-3",
        "by=nothing",
        "version=",
    ):
        assert "Version 3 of 3" in browser.get(f"{address}?{odd}").text, odd


def test_the_part_that_the_slider_fetches_is_the_version_alone(
    browser: Browser, wiki: Wiki
) -> None:
    grow(wiki, (ADA, "one\n"), (AUTHORS[1], "one two\n"))
    answer = browser.get("/handbook/-/biography/tides?at=1&by=age&only=version")
    assert answer.text.lstrip().startswith('<div class="version-shown" data-number="1"')
    assert 'data-says="Version 1 of 2: Ada Lovelace, 13 September 2020"' in answer.text
    assert "by-age" in answer.text
    assert "<html" not in answer.text
    again = browser.client.get(
        "/handbook/-/biography/tides?at=1&by=age&only=version",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304


def test_colours_have_a_key_in_letters_lines_and_words(browser: Browser, wiki: Wiki) -> None:
    grow(wiki, (ADA, "one\n"), (AUTHORS[1], "one two\n"))
    by_person = browser.get("/handbook/-/biography/tides").text
    assert (
        '<b class="letter" aria-hidden="true">A</b><span class="sample name p0">Ada Lovelace'
        in by_person
    )
    assert 'class="by p0 ' in by_person
    by_age = browser.get("/handbook/-/biography/tides?by=age").text
    assert 'class="sample a0">14 September 2020</span> <span class="muted">1 word<' in by_age


def test_contested_words_are_told_with_the_changes_that_did_it(
    browser: Browser, wiki: Wiki
) -> None:
    _, out, back = grow(wiki, (ADA, TIDES), (AUTHORS[1], "Spam!\n"), (ADA, TIDES))
    page = browser.get("/handbook/-/biography/tides").text
    section = page[page.index('id="contested-title"') :]
    assert "brought back once" in section
    assert f'/handbook/-/change/{out}">taken out</a> by Grace Hopper' in section
    assert f'/handbook/-/change/{back}">brought back</a> by Ada Lovelace' in section
    assert "on the page now" in section
    assert "brought back an earlier text" in page


def test_a_deleted_page_keeps_its_biography(browser: Browser, wiki: Wiki) -> None:
    grow(wiki, (ADA, TIDES), (AUTHORS[1], None))
    page = browser.get("/handbook/-/biography/tides").text
    assert "does not exist any more" in page
    assert "sign-deleted" in page
    assert "The ferry leaves at nine" in page


def test_what_cannot_be_shown_is_said(browser: Browser, wiki: Wiki) -> None:
    grow(wiki, (ADA, b"\0\1" * 300))
    assert "is no text" in browser.get("/handbook/-/biography/tides").text
    assert browser.get("/handbook/-/biography/nothing").status_code == 404
    assert browser.get("/nowhere/-/biography/tides").status_code == 404


def test_a_long_text_is_shown_in_parts(
    browser: Browser, wiki: Wiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version_text, "WORDS_SHOWN", 80)
    grow(wiki, (ADA, "\n\n".join(f"Paragraph {n} has these words." for n in range(30))))
    page = browser.get("/handbook/-/biography/tides").text
    assert "part 1 of 2" in page
    (following,) = re.findall(r'rel="next" href="([^"]+part=2[^"]*)"', page)
    second = browser.get(html.unescape(following)).text
    assert "Paragraph 29" in second
    assert "Paragraph 0 " not in second


def test_the_old_address_leads_to_it_and_the_page_and_its_history_too(
    browser: Browser, wiki: Wiki
) -> None:
    grow(wiki, (ADA, TIDES))
    answer = browser.get("/handbook/-/lines/tides")
    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        "/handbook/-/biography/tides#text",
    )
    for place in ("/handbook/tides", "/handbook/-/history/tides"):
        assert 'href="/handbook/-/biography/tides"' in browser.get(place).text


def test_whatever_people_write_is_text(browser: Browser, wiki: Wiki) -> None:
    hostile = (
        "</span></a><script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=y>\n"
    )
    grow(wiki, (Author('Eve "&lt;b', "eve@example.org"), hostile), (ADA, "x\n"), (ADA, hostile))
    for query in ("", "?by=age", "?only=version"):
        page = browser.get("/handbook/-/biography/tides" + query).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'Eve "' not in page
        assert "Eve &#34;&amp;lt;b" in page
        assert 'href="javascript' not in page
