"""Hostile texts in every place where the application shows text, looked at with a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Error as PlaywrightError

from tests.cases.crawling import typed
from tests.cases.planting import Entry, Planter
from tests.conftest import catch_up
from tests.text.xss_corpus import PAYLOADS
from tests.web.chromium import chromium, served
from tests.web.people import settings_in
from wiki.services.wiki import Wiki
from wiki.web.app import create_app

pytestmark = pytest.mark.browser

CALL = "top.beacon('{}')"
BREAKING = [
    '"><img src=x onerror={0}>', "'><svg onload={0}>", "</script><script>{0}</script>", "</title><script>{0}</script>",
    "</textarea><script>{0}</script>", "javascript:{0}", "--><script>{0}</script>", "]]><script>{0}</script>",
    '" onfocus={0} autofocus x="', "{{{{7*7}}}}${{7*7}}", "<math><mtext><img src=x onerror={0}>", "\\'-{0}-\\'",
]  # fmt: skip
NAMES = ["<img src=x onerror={0}>", '" onfocus={0} autofocus x="', "'><svg onload={0}>"]
SPACE = "handbook"
READY = """
    window.said = [];
    window.beacon = (what) => { window.said.push(what); };
"""
PROVOKE = """() => {
    for (const element of document.querySelectorAll('a, button, summary, input, textarea, math, [tabindex]')) {
        const href = element.getAttribute('href') || '';
        if (element.matches('[type=submit], form button:not([type=button])')) continue;
        if (!/^(https?:|mailto:|\\/)/.test(href)) {
            element.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
        }
        element.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
        if (element.focus) element.focus();
    }
    return window.said;
}"""


def hostile_names(place: str) -> list[str]:
    return [each.format(CALL.format(place)).replace("/", "\u2215") for each in NAMES]


def breaking(place: str) -> list[str]:
    return [each.format(CALL.format(place)) for each in BREAKING]


def front_matter(place: str) -> str:
    quoted = [text.replace("'", "''") for text in breaking(place)]
    tags = ", ".join(f"'{text}'" for text in quoted)
    return f"---\ntitle: '{quoted[0]}'\ntags: [{tags}]\nowner: '{quoted[1]}'\n---\n"


def plant_everything(planter: Planter) -> None:
    """Hostile texts as bodies, titles, tags, names, authors, messages, in this version and older ones."""
    entries: list[Entry] = []
    bodies = [p.replace("BEACON", CALL.format(f"body {i}")) for i, p in enumerate(PAYLOADS)]
    for number in range(0, len(bodies), 42):
        text = "# Body\n\nneedle\n\n" + "\n\n".join(bodies[number : number + 42])
        entries.append((b"100644", b"body%d.md" % (number // 42), planter.blob(text.encode())))
    for text in breaking("title"):
        page = f"{front_matter('meta')}# {text}\n\nneedle {text} [[{text}]] [x](<{text}>)\n\n## {text}\n"
        name = f"title{len(entries)}.md"
        entries.append((b"100644", name.encode(), planter.blob(page.encode())))
    for text in hostile_names("name"):
        page = planter.blob(f"# Odd\n\nneedle [[{text}]]\n".encode())
        entries.append((b"100644", f"{text}.md".encode(), page))
        entries.append((b"100644", f"{text}.png".encode(), page))
        entries.append((b"40000", f"{text}-folder".encode(), planter.files({b"x.md": b"x"})))
    charter = f"title = '''{breaking('charter')[2]}'''\npurpose = '''{breaking('purpose')[0]}'''\n"
    entries.append((b"40000", b".strata", planter.files({b"charter.toml": charter.encode()})))
    head = planter.head()
    for number, text in enumerate([*breaking("author"), "fine"]):
        author = (
            text.replace("<", "(").encode()
            + b" <"
            + text.encode().replace(b">", b"")
            + b"> %d +0000"
        )
        author = author % (1_700_000_000 + number)
        message = breaking("message")[number % len(BREAKING)].encode() + b"\n\n" + text.encode()
        changed = [
            *entries,
            (b"100644", b"changing.md", planter.blob(f"{text}\n\nneedle {number}".encode())),
        ]
        head = planter.commit(planter.tree(changed), [head], author=author, message=message)
    planter.move(head)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, model_wiki: Any) -> Iterator[tuple[Wiki, Flask]]:
    folder = tmp_path_factory.mktemp("sinks") / "wiki"
    shutil.copytree(model_wiki[0], folder)
    wiki = Wiki(settings_in(folder))
    plant_everything(Planter(wiki.repository_path(SPACE)))
    boss = wiki.accounts.account("boss")
    wiki.accounts.change_profile(boss, "Bo' onfocus=top.beacon(1) autofocus x='", "")
    for text in breaking("audit"):
        wiki.accounts.record(text, text, text, text, text)
    catch_up(wiki)
    yield wiki, create_app(wiki)
    wiki.close()


def without_policy(app: Flask) -> Any:
    """The application as it would be if its content policy protected nobody."""

    def serve(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [
                (k, v)
                for k, v in headers
                if k not in {"Content-Security-Policy", "X-Frame-Options"}
            ]
            return start_response(status, kept, *rest)

        return app.wsgi_app(environ, start)

    return serve


def sinks(wiki: Wiki) -> list[str]:
    """The address of every place where people's texts are shown."""
    repository = wiki.open(SPACE).repository
    head = repository.head() or ""
    old = repository.commit(head).parents[0]
    names = [typed(name) for name in (hostile_names("name")[0], "changing")]
    pages = [f"body{number}" for number in range((len(PAYLOADS) + 41) // 42)] + names
    tools = [f"/-/{tool}/{name}" for tool in
             ("edit", "history", "lines", "diff", "attachments", "move", "delete") for name in names]  # fmt: skip
    tag = typed(breaking("meta")[0])
    return [
        "/", "/-/spaces", "/-/history", "/-/search?q=needle", "/-/search?q=" + tag, "/-/admin/people", "/-/admin/log",
        "/-/admin/spaces", "/-/account", "/-/nothing" + tag, "/-/admin/people/boss",
        *(f"/{SPACE}{path}" for path in [
            "/", *(f"/{page}" for page in pages), *tools, f"/-/diff/changing?view=inline&old={old}", "/-/tags", f"/-/tags/{tag}",
            f"/-/version/{old}/body0.md", f"/-/version/{old}/changing.md", f"/-/change/{head}", f"/-/change/{old}?view=inline",
            f"/-/revert/{head}", f"/-/restore/changing.md?revision={old}", "/-/tree", "/-/wanted", "/-/search?q=needle",
            "/-/history", f"/-/person?who={typed(breaking('author')[0])}", "/-/reports", "/-/reports/participation?window=all",
            "/-/reports/evolution?window=all", f"/{names[0]}-folder/", f"/-/new?name={tag}&folder={tag}", "/nothing" + tag,
            "/-/feed.atom", "/-/suggest?q=odd", "/-/reports/participation.json", "/title5.md",
        ]),
    ]  # fmt: skip


def test_w001_w002_w004_g012_no_text_runs_anywhere_even_without_a_policy(
    site: tuple[Wiki, Flask], model_wiki: Any
) -> None:
    wiki, app = site
    repository = wiki.open(SPACE).repository
    heard: list[str] = []
    with chromium() as browser, served(without_policy(app)) as base:  # type: ignore[arg-type]
        context = browser.new_context()
        context.add_init_script(READY)
        cookies = model_wiki[1]["boss"].items()
        context.add_cookies([{"name": k, "value": v, "url": base} for k, v in cookies])
        page = context.new_page()
        page.set_content("<img src=x onerror=\"top.beacon('control')\">")
        page.wait_for_function("window.said && said.length")
        for address in sinks(wiki):
            answer = page.goto(base + address)
            assert answer is not None
            assert answer.status < 500, address
            heard += [f"{address}: {word}" for word in page.evaluate(PROVOKE)]
        # what scripts put into a page: the preview, and the list under the search field
        text = "\n\n".join(
            [
                "# Preview",
                *breaking("preview"),
                *(p.replace("BEACON", CALL.format("preview")) for p in PAYLOADS[::6]),
            ]
        )
        page.goto(f"{base}/{SPACE}/-/edit/changing")
        page.fill("#text", text)
        page.click("[data-view=both]")
        page.wait_for_function(
            "document.querySelector('.editor-preview .prose').textContent.includes('Preview')"
        )
        heard += page.evaluate(PROVOKE)
        page.goto(f"{base}/{SPACE}/title7")
        for typed_in in ("odd", "title", "<img"):
            page.fill("input[type=search]", typed_in)
            page.wait_for_timeout(150)
        heard += page.evaluate(PROVOKE)
        # a conflict: both texts, and what it was before
        older = repository.commit(repository.head() or "").parents[0]
        base_oid = repository.entry(older, "changing.md")
        assert base_oid is not None
        page.goto(f"{base}/{SPACE}/-/edit/changing")
        page.fill("#text", text)
        page.evaluate("oid => { document.querySelector('[name=base]').value = oid; }", base_oid.oid)
        with page.expect_navigation() as navigation:
            page.click("[data-save]")
        assert navigation.value.status == 409
        heard += page.evaluate(PROVOKE)
        # what a refusal shows again
        page.goto(f"{base}/{SPACE}/-/new")
        page.fill("#name", "a/../" + breaking("again")[0])
        page.fill("#text", text)
        page.click("[data-save]")
        page.wait_for_load_state()
        heard += page.evaluate(PROVOKE)
        context.close()
    assert heard == []


EVIL_SVG = """<svg xmlns="http://www.w3.org/2000/svg" onload="top.beacon('svg')"><script>top.beacon('svg')</script>
<image href="x" onerror="top.beacon('svg')"/></svg>"""
EVIL_HTML = (
    "<html><body onload=top.beacon('html')><script>top.beacon('html')</script></body></html>"
)
EVIL_XML = """<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="x.xsl"?>
<html xmlns="http://www.w3.org/1999/xhtml"><script>top.beacon('xml')</script></html>"""
ATTACHED = {
    "good.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "a.svg": EVIL_SVG, "a.html": EVIL_HTML, "a.htm": EVIL_HTML, "a.xhtml": EVIL_XML, "a.xml": EVIL_XML, "a.shtml": EVIL_HTML,
    "a.pdf": "%PDF-1.4 " + EVIL_HTML, "a.mhtml": "MIME-Version: 1.0\n\n" + EVIL_HTML, "a.svgz": EVIL_SVG, "a.png.html": EVIL_HTML,
    "a.html.png": EVIL_HTML, "a.gif": "GIF89a/*" + EVIL_HTML + "*/=1;top.beacon('gif')", "a.js": "top.beacon('js')", "a": EVIL_HTML,
    "a.txt": EVIL_HTML, "a.csv": EVIL_HTML, "a.json": EVIL_HTML, "a.xsl": EVIL_XML, "a.swf": "FWS", "a.css": "x{}",
    "a.PNG": EVIL_HTML, "a.SvG": EVIL_SVG, "a.jpg ": EVIL_HTML, "a.HTML.": EVIL_HTML, "a.md.html": EVIL_HTML, "a.webp": EVIL_SVG,
}  # fmt: skip


def test_w009_nothing_that_is_attached_runs(site: tuple[Wiki, Flask], model_wiki: Any) -> None:
    wiki, app = site
    planter = Planter(wiki.repository_path(SPACE))
    head = planter.head()
    files = [
        (b"100644", name.encode(), planter.blob(text.encode())) for name, text in ATTACHED.items()
    ]
    page_text = "# Files\n\n" + "\n".join(f"![x](<{name}>) [y](<{name}>)" for name in ATTACHED)
    files.append((b"100644", b"files.md", planter.blob(page_text.encode())))
    root = wiki.open(SPACE).repository.entry(head, "")
    assert root is not None
    planter.move(
        planter.commit(
            planter.tree([(b"40000", b"att", planter.tree(files)), (b"40000", b"rest", root.oid)]),
            [head],
        )
    )
    catch_up(wiki)
    client = app.test_client()
    heard: list[str] = []
    with chromium() as browser, served(app) as base:
        context = browser.new_context(accept_downloads=False)
        context.add_init_script(READY)
        page = context.new_page()
        for name in ATTACHED:
            address = f"/{SPACE}/-/file/att/{typed(name)}"
            answer = client.get(address)
            policy = answer.headers["Content-Security-Policy"]
            assert "sandbox" in policy
            assert "default-src 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            kind = answer.headers["Content-Type"]
            inline = answer.headers["Content-Disposition"].startswith("inline")
            assert not inline or kind.startswith(("image/", "text/plain", "audio/", "video/")), (
                name,
                kind,
            )
            assert "html" not in kind
            assert "javascript" not in kind
            with suppress(PlaywrightError):  # what is to be stored is not shown
                page.goto(base + address)
            heard += [f"{name}: {word}" for word in page.evaluate(PROVOKE)]
        page.goto(f"{base}/{SPACE}/att/files")
        # a picture is a picture all the same
        page.wait_for_function("document.querySelector('.prose img[src*=good]').naturalWidth === 9")
        heard += page.evaluate(PROVOKE)
        context.close()
    assert heard == []
