"""Report pages in a real browser: on a desk and a phone, in the light and in the dark, and on paper."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.chromium import Person, chromium, served
from tests.web.people import settings_in
from wiki.services.demo import make_demo
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

pytestmark = pytest.mark.browser

ADDRESSES = ("reports", "reports/participation?window=all", "reports/evolution?window=all")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    wiki = Wiki(settings_in(tmp_path_factory.mktemp("site")))
    wiki.settings.wiki.content.mkdir(parents=True, exist_ok=True)
    make_demo(wiki, now=int(time.time()))
    space = wiki.open("demo")
    space.history.rebuild(space.repository, space.repository.head() or "", lambda *_: None)
    with served(create_app(wiki)) as address:
        yield address
    wiki.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_reports_fit_the_screen_and_break_no_policy(
    browser: Browser, base: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    person = Person(context, base)
    for address in ADDRESSES:
        page = person.open(f"/demo/-/{address}")
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = "narrow" if width < 620 else "wide"
        hidden = "wide" if width < 620 else "narrow"
        assert page.locator(f".chart-{hidden}:visible").count() == 0
        assert page.locator(f".chart-{shown}:visible").count() or address == "reports"
        smallest = page.evaluate(
            "Math.min(99, ...[...document.querySelectorAll('.chart svg text')].map("
            "t => t.getBoundingClientRect().height).filter(h => h))"
        )
        assert smallest >= 11
    assert person.complaints == []
    context.close()


def test_the_window_can_be_chosen_without_a_script(browser: Browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = Person(context, base).open("/demo/-/reports/participation")
    page.get_by_text("Choose days").click()
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_label("People who could take part").fill("80")
    page.get_by_role("button", name="Show").click()
    assert "since=2026-01-01" in page.url
    assert page.get_by_text("of the 80 who could have taken part").count() == 1
    context.close()
