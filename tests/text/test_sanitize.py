"""Nothing in a page runs, reaches out, or passes itself off as the application."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser

import pytest

from tests.text.xss_corpus import PAYLOADS
from wiki.text.links import PlacedLink, place_links
from wiki.text.render import render
from wiki.text.sanitize import ATTRIBUTES, TAGS


class Judge(HTMLParser):
    """Notes everything in a page's HTML that must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            allowed = ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"] | {"rel"}
            if tag == "input":
                allowed = allowed | {"type", "disabled"}
            if name not in allowed or name.startswith("on") or name == "style":
                self.faults.append(f"{tag} {name}")
            if name == "href" and not re.match(
                r"(https?://|mailto:|tel:|#|strata-link:\d+$)", value or ""
            ):
                self.faults.append(f"{tag} {name}={value}")
            if name == "src" and not re.match(
                r"(strata-link:\d+$|data:image/(png|gif|jpeg|webp);base64,)", value or ""
            ):
                self.faults.append(f"{tag} {name}={value}")
            if name in {"id", "name"} and not (value or "").startswith("user-content-"):
                self.faults.append(f"{tag} {name}={value}")


def faults(html: str) -> list[str]:
    judge = Judge()
    judge.feed(html)
    return judge.faults


def test_the_corpus_is_large_enough() -> None:
    assert len(set(PAYLOADS)) >= 105


@pytest.mark.parametrize("payload", PAYLOADS)
def test_w001_payloads_leave_nothing_that_runs(payload: str) -> None:
    for source in (
        payload,
        f"- {payload}",
        f"> {payload}",
        f"text {payload} text",
        f"<div>\n{payload}\n\n{payload}",
    ):
        assert faults(render(source, "a.md").html) == []


@pytest.mark.browser
def test_w001_w002_no_payload_reports_in_a_browser_without_any_policy() -> None:
    """All payloads in one page of a real browser, policy off; every link and button is clicked."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    parts = []
    for number, payload in enumerate(PAYLOADS):
        rendered = render(payload.replace("BEACON", f"top.beacon({number})"), "a.md")
        parts.append(place_links(rendered.html, [PlacedLink("#here")] * len(rendered.links)))
    before, after = (f'<img src=x onerror="top.beacon({n})">' for n in (-2, -1))
    page_html = (
        "<!DOCTYPE html><meta charset=utf-8><script>window.heard = [];"
        "function beacon(n) { heard.push(n) }</script>" + "\n<hr>\n".join([before, *parts, after])
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content(page_html)
        page.evaluate(
            "() => document.querySelectorAll('a, button, math, input, summary').forEach(e => {"
            " if (!/^https?:|^mailto:/.test(e.getAttribute('href') || '')) e.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));"
            " e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); if (e.focus) e.focus(); })"
        )
        page.wait_for_function("heard.includes(-2) && heard.includes(-1)")
        page.wait_for_timeout(200)
        heard = page.evaluate("window.heard")
        browser.close()
    assert sorted(heard) == [-2, -1]


def test_w006_ids_and_names_cannot_meet_the_applications_own() -> None:
    html = render(
        '<a id="main" name="csrf_token">x</a>\n<p id="cookie">y</p>\n\n# Search\n', "a.md"
    ).html
    assert 'id="user-content-main"' in html
    assert 'name="user-content-csrf_token"' in html
    assert 'id="user-content-cookie"' in html
    assert 'id="user-content-search"' in html
    for tag in ("form", "input", "button", "iframe", "object", "embed"):
        assert 'name="user' not in render(f"<{tag} name=csrf_token>", "a.md").html


def test_w007_styles_and_classes_of_the_application_are_dropped() -> None:
    source = (
        '<div class="modal-backdrop notice button primary highlight" style="position:fixed">x</div>'
        "<style>body{display:none}</style><span class='hl-k hl-evil missing'>y</span>"
    )
    html = render(source, "a.md").html
    assert '<div class="highlight">x</div>' in html
    assert '<span class="hl-k">y</span>' in html
    assert "style" not in html
    assert "display" not in html


def test_w008_links_elsewhere_carry_no_power_and_other_things_are_removed() -> None:
    html = render(
        '<a href="https://x.org" target="_blank" rel="opener" ping="https://y.org">x</a>'
        '<base href="https://e.org"><meta http-equiv="refresh" content="0"><iframe src="x"></iframe>'
        '<form action="https://e.org"><input name="password"></form>',
        "a.md",
    ).html
    assert '<a href="https://x.org" rel="noopener noreferrer nofollow">x</a>' in html
    for gone in ("target", "ping", "<base", "<meta", "<iframe", "<form", "password"):
        assert gone not in html


def test_the_only_inputs_are_dead_check_boxes() -> None:
    html = render('- [x] done\n\n<input type="text" value="x" name="q">', "a.md").html
    inputs = [set(tag.split()) for tag in re.findall(r"<input ([^>]*)>", html)]
    dead = {'type="checkbox"', 'disabled=""'}
    assert inputs == [dead | {'checked=""'}, dead]


def test_p015_images_from_other_servers_are_not_loaded() -> None:
    html = render(
        "![logo](https://e.org/a.png) [![ci](//e.org/b.svg)](https://ci.org)\n\n<img src=HTTP://e.org/c.gif>",
        "a.md",
    ).html
    assert "<img" not in html
    assert (
        '<a class="external-image" href="https://e.org/a.png" rel="noopener noreferrer nofollow">logo</a>'
        in html
    )
    assert (
        '<a href="https://ci.org" rel="noopener noreferrer nofollow"><span class="external-image">ci</span></a>'
        in html
    )
    assert ">c.gif</a>" in html


def test_images_in_the_text_itself_are_kept() -> None:
    html = render("![dot](data:image/png;base64,iVBORw0KGgo=) ![x](data:text/html,x)", "a.md").html
    assert html.count("<img") == 2
    assert html.count("src=") == 1
