"""Rendering within a deadline, whatever is on the page."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wiki.config import Settings
from wiki.config.settings import Limits, WikiSettings
from wiki.services.rendering import Renderer

BOMBS = {
    "[a](": 20_000, "![": 20_000, "<a ": 20_000, "<![CDATA[": 20_000, "[[": 20_000, "*a*": 20_000,
    "<a@": 20_000, "*[a]: b\n": 20_000, "| a | b |\n": 20_000, "|a|b|\n|-|-|\n": 10_000, "- a\n": 20_000,
    "> ": 20_000, "a\n: b\n\n": 20_000, "---\n": 20_000, "_a_": 20_000, "**a": 20_000, "`a": 20_000,
    "&": 20_000, "$a$": 20_000, "[^1]": 20_000, "[^a]: b\n": 20_000, "http://a ": 20_000, "~~a~~": 20_000,
    "<b>": 20_000, "\\": 20_000, "(": 20_000, "](": 20_000, "<!--": 20_000, "a | b\n": 20_000,
    "[a]: b\n": 20_000, "[a][b]": 20_000, "# a\n": 20_000, "<div>": 20_000, "<details>\n\n": 20_000,
    "1. a\n\n   ": 20_000, '"': 20_000, "***a": 20_000, "`` ` ": 20_000, "<a href='": 20_000,
    "!!! note\n    ": 10_000, "$$\n": 20_001,
}  # fmt: skip


def make(folder: Path, seconds: float = 2.0) -> Renderer:
    return Renderer(
        replace(
            Settings(),
            wiki=WikiSettings(search_index=folder),
            limits=Limits(render_seconds=seconds, page_bytes=200_000),
        )
    )


@pytest.fixture(autouse=True)
def shared_renderers() -> None:
    """Here every renderer starts and ends its own processes."""


@pytest.fixture
def renderer(tmp_path: Path) -> Iterator[Renderer]:
    made = make(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renderer]:
    made = make(tmp_path_factory.mktemp("bombs"), seconds=0.15)
    yield made
    made.close()


def test_pages_are_rendered_and_kept(renderer: Renderer, tmp_path: Path) -> None:
    page = renderer.page("a" * 40, b"# Title\n\n[[Link]]\n", "x.md")
    assert (page.title, len(page.links)) == ("Title", 1)
    assert renderer.page("a" * 40, b"never read again", "x.md") == page
    other = make(tmp_path)
    assert other.known("a" * 40, "x.md") == page
    other.close()


def test_one_text_at_two_paths_has_two_titles(renderer: Renderer) -> None:
    assert renderer.page("b" * 40, b"text", "one.md").title == "One"
    assert renderer.page("b" * 40, b"text", "two.md").title == "Two"


def test_d001_forty_time_bombs_are_shown_as_source_in_time(impatient: Renderer) -> None:
    assert len(BOMBS) >= 41
    impatient.preview("warm", "a.md")
    cut_short = 0
    for number, (piece, count) in enumerate(BOMBS.items()):
        page = impatient.page(f"{number:040x}", (piece * count)[:30_000].encode(), "bomb.md")
        assert page.title == "Bomb"
        cut_short += page.as_source
    assert cut_short >= 3  # they are bombs: nobody waited for their end


def test_d001_a_bomb_is_not_lit_twice(impatient: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = b"![" * 20_000
    assert impatient.page("c" * 40, bomb, "a.md").as_source
    monkeypatch.setattr(impatient._processes, "run", lambda job: pytest.fail("lit again"))
    assert impatient.page("c" * 40, bomb, "a.md").as_source


def test_d001_others_are_served_while_a_bomb_burns(tmp_path: Path) -> None:
    renderer = make(tmp_path, seconds=30)
    renderer.preview("warm", "a.md")
    (process,) = renderer._processes._free
    bomb = threading.Thread(target=renderer.preview, args=("![" * 100_000, "bomb.md"))
    bomb.start()
    while renderer._processes._free:
        time.sleep(0.01)
    assert "<em>fine</em>" in renderer.preview("*fine*", "a.md").html
    assert bomb.is_alive()
    os.kill(process._process.pid, signal.SIGKILL)
    bomb.join()
    renderer.close()


def test_d004_a_page_beyond_the_limit_is_shown_as_source(renderer: Renderer) -> None:
    page = renderer.page("d" * 40, b"# big\n" * 50_000, "big.md")
    assert page.as_source
    assert renderer.known("d" * 40, "big.md") is None


def test_g032_bytes_that_are_no_text_are_shown_with_replacement(renderer: Renderer) -> None:
    page = renderer.page("e" * 40, b"caf\xe9 *x*", "a.md")
    assert "caf\ufffd <em>x</em>" in page.html


def test_r003_a_killed_process_is_replaced(renderer: Renderer) -> None:
    renderer.preview("x", "a.md")
    (process,) = renderer._processes._free
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.wait()
    assert "<p>y</p>" in renderer.preview("y", "a.md").html


def test_no_process_stays_behind(tmp_path: Path) -> None:
    renderer = make(tmp_path)
    renderer.preview("x", "a.md")
    (process,) = renderer._processes._free
    renderer.close()
    assert process._process.returncode is not None


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None])
def test_r015_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    first = make(tmp_path)
    first.page("f" * 40, b"text", "a.md")
    first.close()
    file = tmp_path / "rendered.sqlite3"
    for leftover in tmp_path.glob("rendered.sqlite3-*"):
        leftover.unlink()
    content = file.read_bytes()
    if damage is None:
        damage = content[:4000] + b"\xff" * (len(content) - 4000)
    file.write_bytes(damage)
    second = make(tmp_path)
    for _ in range(2):
        assert "<p>text</p>" in second.page("f" * 40, b"text", "a.md").html
    second.close()
    third = make(tmp_path)
    third.page("f" * 40, b"text", "a.md")
    third.close()


def test_what_was_rendered_otherwise_before_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(tmp_path)
    first.page("f" * 40, b"text", "a.md")
    first.close()
    monkeypatch.setattr("wiki.services.render_cache.RENDER_VERSION", 999_999)
    second = make(tmp_path)
    assert second.known("f" * 40, "a.md") is None
    second.close()


def test_threads_share_the_processes(tmp_path: Path) -> None:
    renderer = make(tmp_path, seconds=30)  # a busy machine is no fault
    pages: list[str] = []

    def view(number: int) -> None:
        pages.extend(
            renderer.page(f"{number:020x}{turn:020x}", f"*{number}*".encode(), "a.md").html
            for turn in range(5)
        )

    threads = [threading.Thread(target=view, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    renderer.close()
    assert sorted(pages) == sorted(f"<p><em>{n}</em></p>" for n in range(6) for _ in range(5))
