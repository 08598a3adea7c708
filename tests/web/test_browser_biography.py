"""The biography in a real browser: the slider by keyboard, passages by keyboard, a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.conftest import ADA
from tests.projections.histories import AUTHORS
from tests.web.chromium import Person, chromium, served
from tests.web.people import settings_in
from tests.web.test_biography import grow
from wiki.model import Author
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

pytestmark = pytest.mark.browser

PAGE = "/handbook/-/biography/tides"
LONG = Author("https://accounts.example.org/identities/" + "x" * 80, "long@example.org")
WORDS = (
    "# Tides\n\nThe ferry leaves at nine. See [map](https://example.org/" + "path/" * 30 + ").\n"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory, model_wiki) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site") / "wiki"
    shutil.copytree(model_wiki[0], folder)
    wiki = Wiki(settings_in(folder))
    texts = [
        (ADA, WORDS),
        (AUTHORS[1], "Spam" * 60 + "\n"),
        (LONG, WORDS),
        (ADA, WORDS + "\nA coat.\n"),
    ]
    grow(wiki, *texts)
    with served(create_app(wiki)) as base:
        yield base
    wiki.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture
def reader(browser, site) -> Iterator[Person]:
    person = Person(browser.new_context(), site)
    yield person
    person.context.close()
    assert person.complaints == []


def test_the_slider_moves_by_keyboard_and_says_where_it_is(reader):
    page = reader.open(PAGE)
    slider = page.get_by_role("slider")
    assert slider.get_attribute("aria-valuetext").startswith("Version 4 of 4: Ada Lovelace")
    slider.focus()
    before = page.locator(".chart-wide .here").get_attribute("x1")
    page.keyboard.press("ArrowLeft")
    page.get_by_text("Version 3 of 4").first.wait_for()
    assert page.locator("#slider-says").inner_text().startswith("Version 3 of 4: https://accounts")
    assert slider.get_attribute("aria-valuetext").startswith("Version 3 of 4")
    assert "A coat" not in page.locator(".words").inner_text()
    assert page.locator(".chart-wide .here").get_attribute("x1") != before
    assert "version=" in page.url
    page.keyboard.press("Home")
    page.get_by_text("Version 1 of 4").first.wait_for()
    assert page.get_by_label("Version before").get_attribute("href") is None
    page.get_by_label("Next version").click()
    page.get_by_text("Version 2 of 4").first.wait_for()
    assert slider.input_value() == "2"
    page.reload()
    assert page.get_by_text("Version 2 of 4").first.is_visible()


def test_a_passage_tells_of_itself_to_the_keyboard_and_escape_puts_it_away(reader):
    page = reader.open(PAGE)
    passage = page.locator(".by", has_text="A coat")
    tip = passage.locator(".tip")
    assert tip.bounding_box()["width"] <= 1
    passage.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert tip.bounding_box()["width"] > 100
    assert "Ada Lovelace, 16 September 2020: Change 4" in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/change/*")


def test_nothing_is_wider_than_a_phone(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    person = Person(context, site)
    for address in (PAGE, PAGE + "?at=2&by=age"):
        page = person.open(address)
        page.evaluate(
            "for (const d of document.querySelectorAll('.life-more details')) d.open = true"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == 390, address
    context.close()
    assert person.complaints == []
