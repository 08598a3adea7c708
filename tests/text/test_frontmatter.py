"""Front matter: what is read, and what no bomb may do."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.frontmatter import NOTHING, FrontMatter, body_start, split


def test_title_tags_and_owner_are_read() -> None:
    source = "---\ntitle: Travel & money\ntags: [travel, Money]\nowner: Ana\nlang: en\n---\n# Hi\n"
    meta, body, line = split(source)
    assert meta == FrontMatter("Travel & money", ("travel", "Money"), "Ana", (("lang", "en"),))
    assert body == "# Hi\n"
    assert line == 6


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("tags: a, b c", ("a", "b c")),
        ("tags: a b", ("a", "b")),
        ("tags:\n  - a\n  - '#b'\n  - a", ("a", "b")),
        ("tags: [1, 2.5]", ("1", "2.5")),
        ("tags: {a: b}", ()),
        ("tags:", ()),
        ("Keywords: x, y", ("x", "y")),
    ],
)
def test_tags_may_be_written_in_several_ways(written: str, tags: tuple[str, ...]) -> None:
    assert split(f"---\n{written}\n---\n")[0].tags == tags


@pytest.mark.parametrize(
    "source",
    [
        "",
        "---",
        "---\n",
        "---\ntitle: a",
        "text\n---\ntitle: a\n---\n",
        "---\n\nA paragraph.\n\n---\n",
        " ---\na: b\n---\n",
    ],
)
def test_other_texts_have_no_front_matter(source: str) -> None:
    assert split(source) == (NOTHING, source, 0)


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    meta, body, _ = split("\ufeff---\r\ntitle: A\r\n---\r\nb\r\n")
    assert (meta.title, body) == ("A", "b\r\n")


BOMBS = {
    "billion laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntitle: *c",
    "python object": "title: !!python/object/apply:os.system ['echo pwned']",
    "many keys": "\n".join(f"k{n}: v" for n in range(1500)),
    "deep": "title: " + "[" * 3000,
    "deep mapping": "title: " + "{a: " * 2000,
    "tabs": "title:\tx\n\t- y: [",
    "merge": "a: &a {x: 1}\n<<: *a",
    "huge number": "title: " + "9" * 5000,
    "binary": "title: !!binary aGk=",
}


@pytest.mark.parametrize("name", BOMBS)
def test_d010_yaml_bombs_cost_nothing(name: str) -> None:
    started = time.process_time()
    meta, body, _ = split(f"---\n{BOMBS[name]}\n---\nthe page")
    assert time.process_time() - started < 10
    assert body == "the page"
    assert len(meta.title) <= 500
    assert len(meta.other) <= 200


def test_d010_front_matter_beyond_the_limit_is_text() -> None:
    source = "---\n" + "".join(f"key{n}: value\n" for n in range(100_000)) + "---\n"
    assert body_start(source) == 0


@given(st.text(max_size=200))
def test_never_raises_and_never_loses_text(block: str) -> None:
    source = f"---\n{block}\n---\nrest"
    _, body, line = split(source)
    assert source.endswith(body)
    assert source.count("\n") == body.count("\n") + line


@pytest.mark.parametrize(
    "date", ["2020-13-45", "2020-13-45T99:99:99", "2020-02-01", "!!timestamp 2020-13-45", "!!int x"]
)
@pytest.mark.parametrize("tags", ["[a, b]", "a, b"])
def test_dates_are_words_and_cost_no_title(date: str, tags: str) -> None:
    meta, _, _ = split(f"---\ntitle: T\ndate: {date}\ntags: {tags}\n---\nthe page")
    assert (meta.title, meta.tags) == ("T", ("a", "b"))
    assert meta.other == (("date", date.rpartition(" ")[2]),)
