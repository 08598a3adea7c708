"""Pages of real wikis, and pages made to burn time: kept byte for byte, answered in time."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cases.crawling import ask, look, typed, with_query
from tests.cases.planting import Planter
from tests.conftest import catch_up
from tests.services.test_rendering import BOMBS
from tests.web.conftest import Furnished
from tests.web.people import settings_in
from wiki.config import Limits
from wiki.git import Repository, import_repository
from wiki.model import Author, is_page_path
from wiki.services.wiki import Wiki
from wiki.text.editable import to_bytes, to_text
from wiki.web.app import create_app

SPACE = "handbook"
FIELD = re.compile(r'<textarea id="text"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
BASE = re.compile(r'name="base" value="(\w*)"')


def pages_of(repository: Repository, count: int) -> Iterator[tuple[str, bytes]]:
    """Pages from all over a repository."""
    paths = [e for e in repository.tree(repository.head() or "") if is_page_path(e.path)]
    chosen = paths[:: max(1, len(paths) // count)][:count]
    blobs = repository.read_blobs([entry.oid for entry in chosen])
    for entry, (_, data) in zip(chosen, blobs, strict=True):
        assert data is not None
        yield entry.path, data


@pytest.mark.data
def test_r031_real_pages_saved_unchanged_stay_byte_for_byte(
    shared_data: Path, tmp_path: Path
) -> None:
    """As a browser does it: shown with ``\\n``, sent back with CR LF."""
    seen = 0
    for name in ("clef-handbook", "ikiwiki", "opensource-guide"):
        bundle = shared_data / "repositories" / f"{name}.bundle"
        path = tmp_path / f"{name}.git"
        import_repository(str(bundle), path, lambda *_: None)
        repository = Repository(path, name=name, committer=Author("w", "w@x"))
        for page, data in pages_of(repository, 400):
            shown = to_text(data).text
            sent = shown.replace("\n", "\r\n").replace("\r\n", "\n")
            assert to_bytes(sent, data) == data, (name, page)
            if shown.strip():  # one more line changes nothing but itself
                more = to_bytes(f"{sent}\nmore", data)
                assert more.startswith(data.rstrip(b"\r\n"))
            seen += 1
        repository.close()
    assert seen >= 600, seen


HABITS = {
    "crlf.md": b"# a\r\nb\r\n", "mixed.md": b"a\r\nb\nc\rd", "bom.md": b"\xef\xbb\xbf# a\n", "no end.md": b"a\nb",
    "ends.md": b"a\n\n\n\n", "begins.md": b"\n\n\na\n", "tabs.md": b"\ta \t\n  b  \n", "latin.md": b"caf\xe9\r\n",
    "nfd.md": "e\u0301 \u1100\u1161\n".encode(), "odd.md": "a\u2028b\u0085c\x0bd\x0c\x1c\n".encode(), "entities.md": b"&amp; &lt;b&gt; <textarea>\n</textarea>\n",
    "empty.md": b"", "spaces.md": b" \n ", "marks.md": b"```\n&#13;\n```\n",
}  # fmt: skip


@pytest.mark.parametrize("name", list(HABITS))
def test_r031_pages_of_any_habit_are_saved_unchanged_in_the_browser(
    furnished: Furnished, name: str
) -> None:
    planter = Planter(furnished.wiki.repository_path(SPACE))
    tree = planter.files({file.encode(): data for file, data in HABITS.items()})
    head = planter.move(planter.commit(tree, [planter.head()]))
    browser = furnished.browser("ann")
    edit = f"/{SPACE}/-/edit/{typed(name.removesuffix('.md'))}"
    form = ask(browser, edit).text
    field, base = FIELD.search(form), BASE.search(form)
    assert field
    assert base
    text = html.unescape(field[1])
    sent = text.replace("\n", "\r\n")
    answer = browser.submit(edit, text=sent, base=base[1])
    assert answer.status_code in {303, 422}, answer.text
    assert planter.head() == head
    # one line more, and every other byte as it was
    answer = browser.submit(edit, text=f"first line\r\n{sent}", base=base[1])
    assert answer.status_code == 303, answer.text
    entry = furnished.wiki.open(SPACE).repository.entry(planter.head(), name)
    assert entry is not None
    data = furnished.wiki.open(SPACE).repository.read_blob(entry.oid)
    assert data.replace(b"first line\r\n", b"").replace(b"first line\n", b"") in {
        HABITS[name], HABITS[name] + b"\n"
    }  # fmt: skip


def test_d001_time_bombs_keep_nobody_waiting_anywhere(
    tmp_path: Path, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> None:
    """Pushed as pages: followed, listed, searched, edited, compared and shown, each within seconds."""
    shutil.copytree(model_wiki[0], tmp_path / "wiki")
    settings = replace(settings_in(tmp_path / "wiki"), limits=Limits(render_seconds=0.1))
    wiki = Wiki(settings)
    planter = Planter(wiki.repository_path(SPACE))
    bombs = {
        f"bomb{i}.md": (piece * count)[:60_000] for i, (piece, count) in enumerate(BOMBS.items())
    }
    trees = [
        planter.files(
            {name.encode(): b"# Bomb\n\n" + text.encode() + tail for name, text in bombs.items()}
        )
        for tail in (b"", b"\nchanged\n")
    ]
    for tree in trees:
        planter.move(planter.commit(tree, [planter.head()]))
    try:
        began = time.process_time()
        catch_up(wiki)
        assert time.process_time() - began < 40
        app = create_app(wiki, testing=True)
        furnished = Furnished(wiki, app, model_wiki[1])
        browser = furnished.browser("ann")
        for number, name in enumerate(bombs):
            stem = name.removesuffix(".md")
            tools = ["-/edit/", "-/diff/", "-/history/"]
            tools += ["", "-/biography/"] if number % 8 == 0 else []
            for tool in tools:
                began = time.process_time()
                look(browser, f"/{SPACE}/{tool}{stem}")
                assert time.process_time() - began < 3, (tool, bombs[name][:20])
        for address in (
            "/-/feed.atom",
            f"/{SPACE}/-/feed.atom",
            f"/{SPACE}/-/wanted",
            f"/{SPACE}/-/tree",
        ):
            look(browser, address)
        look(browser, with_query(f"/{SPACE}/-/search", q="bomb"))
        began = time.process_time()
        answer = browser.submit(f"/{SPACE}/-/move/bomb4", new_name="moved", mend="1")
        assert answer.status_code == 303
        assert time.process_time() - began < 5
    finally:
        wiki.close()


def test_d003_searches_made_to_burn_time_are_answered_or_refused(furnished: Furnished) -> None:
    bombs = [
        "*", "*a*", "?*?*?*?*", "[a TO z]", "[a TO zzz]", "x~9", "a " * 10_000, "(" * 5_000, "NOT " * 2_000, "*" * 100_000,
        "a* b* c* d* e* f*", '"' + "a " * 200 + '"', "title:" * 500, "-a -b -c", "a OR " * 3_000, "after:9999-99-99", "\0",
        "path:*", "tag:[", "((a) b", "a^999999999", "^", "a:b:c:d", "+" * 300, "𝔸" * 256, "é" * 256, "的" * 256,
    ]  # fmt: skip
    browser = furnished.browser()
    for text in bombs:
        for address in (f"/{SPACE}/-/search", "/-/search", f"/{SPACE}/-/suggest"):
            began = time.process_time()
            answer = look(browser, with_query(address, q=text))
            assert answer.status_code in {200, 400}, text[:40]
            assert time.process_time() - began < 1.0, text[:40]


def test_d004_a_page_beyond_the_limit_is_refused_by_every_form(furnished: Furnished) -> None:
    head = furnished.wiki.open(SPACE).repository.head()
    browser = furnished.browser("ann")
    text = "long line " * 250_000
    for form in (f"/{SPACE}/-/new", f"/{SPACE}/-/edit/people/Holidays"):
        base = BASE.search(browser.get(form).text)
        answer = browser.submit(form, name="big", text=text, base=base[1] if base else "")
        assert answer.status_code == 413, form
        assert "limit" in answer.text
        assert text[:1000] in answer.text
    assert furnished.wiki.open(SPACE).repository.head() == head
