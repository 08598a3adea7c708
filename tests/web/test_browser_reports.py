"""Report pages in a real browser: on a desk and a phone, in the light and in the dark, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.chromium import Person, chromium, served
from tests.web.reported import FACES, told_wiki
from wiki.analytics.registry import REPORTS
from wiki.web.app import create_app

pytestmark = pytest.mark.browser

ADDRESSES = (
    "reports",
    *(f"reports/{name}?window=all" for name in REPORTS),
    "reports/participation/edits",
    "reports/persistence/net?window=all",
    "reports/evolution/authors.2.pages?window=all",
    "identities",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    for wiki, _ in told_wiki(tmp_path_factory.mktemp("site"), FACES):
        with served(create_app(wiki)) as address:
            yield address


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_reports_fit_the_screen_and_break_no_policy(
    browser: Browser, base: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    person = Person(context, base)
    page = person.page()
    for address in ADDRESSES:
        page.goto(f"{base}/told/-/{address}")
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = "narrow" if width < 620 else "wide"
        hidden = "wide" if width < 620 else "narrow"
        assert page.locator(f".chart-{hidden}:visible").count() == 0
        has_charts = page.locator("figure.chart").count()
        assert page.locator(f".chart-{shown}:visible").count() or not has_charts
        # letters keep their size, and none runs out of the picture's side
        smallest = page.evaluate(
            "Math.min(99, ...[...document.querySelectorAll('.chart svg text')].map("
            "t => t.getBoundingClientRect().height).filter(h => h))"
        )
        assert smallest >= 11
        lost = page.evaluate(
            """[...document.querySelectorAll('.chart svg')].filter(s => s.getBoundingClientRect().width)
            .flatMap(s => { const box = s.getBoundingClientRect();
              return [...s.querySelectorAll('text')].filter(t => t.getBoundingClientRect().right > box.right + 3
                || t.getBoundingClientRect().left < box.left - 3).map(t => t.textContent); })"""
        )
        assert lost == [], address
        faint = page.evaluate(CONTRAST)
        assert faint == [], address
    assert person.complaints == []
    context.close()


CONTRAST = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const parts = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = p => p.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92
    : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = element => { for (let e = element; e; e = e.parentElement) {
    const p = parts(getComputedStyle(e).backgroundColor); if (p[3] == 255) return p; }
    return parts('white'); };
  const faint = [];
  for (const each of document.querySelectorAll('main *')) {
    const words = [...each.childNodes].some(n => n.nodeType == 3 && n.textContent.trim());
    if (!words || !each.getBoundingClientRect().width || each.closest('.visually-hidden')) continue;
    const style = getComputedStyle(each);
    const ink = parts(each instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(each))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) faint.push(each.textContent.trim().slice(0, 40));
  }
  return [...new Set(faint)];
}
"""
"""The text in the page that has too little contrast for WCAG AA."""


def test_the_keyboard_shows_where_it_is(browser: Browser, base: str) -> None:
    context = browser.new_context()
    page = Person(context, base).open("/told/-/reports/participation?window=all")
    for selector in (".report-value a", ".report-how summary", ".report-exports a"):
        target = page.locator(selector).first
        page.keyboard.press("Tab")  # so that focus counts as the keyboard's
        target.focus()
        shown = target.evaluate(
            "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).boxShadow"
        )
        target.blur()
        assert shown != target.evaluate(
            "e => getComputedStyle(e).outlineStyle + getComputedStyle(e).boxShadow"
        ), selector
    context.close()


def test_an_export_opens_from_disk_and_asks_for_nothing(
    browser: Browser, base: str, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = Person(context, base).page()
    asked: list[str] = []
    for name in ("overview", "participation", "persistence"):
        file = tmp_path / f"{name}.html"
        file.write_bytes(
            context.request.get(f"{base}/told/-/reports/{name}.html?window=all").body()
        )
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("h1").count() == 1
        assert page.evaluate(CONTRAST) == []
        page.emulate_media(media="print")
        assert page.locator(".report-how:visible").count() == 0
        assert page.locator(".report-endnotes:visible").count() == 1
        page.emulate_media(media="screen")
    assert {url.split(":")[0] for url in asked} == {"file"}
    context.close()


def test_paper_gets_the_words_without_the_frame(browser: Browser, base: str) -> None:
    context = browser.new_context()
    page = Person(context, base).open("/told/-/reports/participation?window=all")
    page.emulate_media(media="print")
    for gone in (".sidebar", ".top", ".tabs", ".report-window", ".report-exports", ".report-how"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    assert page.locator(".report-endnotes:visible").count() == 1
    assert page.get_by_text("from version").first.is_visible()
    assert page.locator(".chart-narrow:visible").count() == 0
    context.close()


def test_the_window_can_be_chosen_without_a_script(browser: Browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = Person(context, base).open("/told/-/reports/participation")
    page.get_by_text("Choose days").click()
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_label("People who could take part").fill("80")
    page.get_by_role("button", name="Show").click()
    assert "since=2026-01-01" in page.url
    assert page.get_by_text("of the 80 who could have taken part").count() == 1
    context.close()
