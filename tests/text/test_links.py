"""Links: found, resolved, placed, and following what moves."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.links import (
    Link,
    PlacedLink,
    candidates,
    find_links,
    fragment_href,
    place_links,
)
from wiki.text.relink import relative, rewrite_links
from wiki.text.render import render


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a](b.md)", [Link("relative", "b.md")]),
        ("[a](b.md#c 'title')", [Link("relative", "b.md", "c")]),
        ("[a](<b c.md>)", [Link("relative", "b c.md")]),
        ("[a](b c.md)", [Link("relative", "b c.md")]),
        ("[a](b%20c.md)", [Link("relative", "b c.md")]),
        ("[a](b_(c).md)", [Link("relative", "b_(c).md")]),
        ("![a](b.png)", [Link("image", "b.png")]),
        ("[![a](b.png)](c.md)", [Link("image", "b.png"), Link("relative", "c.md")]),
        ("[[Page]]", [Link("wiki", "Page")]),
        ("[[Page|text]]", [Link("wiki", "Page", alternate="text")]),
        ("[[ops:Page#A B]]", [Link("wiki", "Page", "a-b", "ops")]),
        ("[a][r]\n\n[r]: x.md", [Link("relative", "x.md")]),
        ('<a class="q" href="x.md?y=1#z">t</a>', [Link("relative", "x.md", "z")]),
        ("<img alt=x src='p.png'>", [Link("image", "p.png")]),
        ("- [a](b.md)\n  - [c](d.md)", [Link("relative", "b.md"), Link("relative", "d.md")]),
        ("[a](b.md) [a](b.md)", [Link("relative", "b.md")]),
        # no links into the wiki
        ("[a](https://x.org) [b](//x.org) [c](mailto:a@b.c) [d](#e) <https://y.org>", []),
        ("`[a](b.md)` ``[[C]] ` x``", []),
        ("```\n[a](b.md)\n```", []),
        ("    [a](b.md)", []),
        ("<!-- [a](b.md) -->", []),
        (r"\[a](b.md) \[[C]]", []),
        ("<div>\n[a](b.md)\n</div>", []),
        ("---\ntitle: '[[X]]'\n---\n", []),
        ("[[!inline pages]]", []),
        ("a](b.md)", []),
        ("[a\n\nb](c.md)", []),
    ],
)
def test_links_are_found(source: str, expected: list[Link]) -> None:
    assert list(find_links(source)) == expected


PARTS = st.sampled_from(
    [
        "[a](b.md)", "[x](c/d.md#e)", "![i](p.png)", "[[Page]]", "[[Page|t]]", "[[ops:P#s]]", "`[n](n.md)`",
        "[a](<b c.md>)", "text", "**b**", "[e](https://x.org)", "<a href='h.md'>h</a>", "[![j](j.png)](k.md)",
        "[s](#s)", "_u_", "\\[no](q.md)", "[sp](s p.md)", "<img src=\"r.png\">", "``[c]`", "(", "]", "é",
    ]
)  # fmt: skip
LINE = st.tuples(
    st.sampled_from(["", "- ", "  - ", "> ", "# ", "1. ", "    ", "| ", ": "]),
    st.lists(PARTS, max_size=3),
).map(lambda pair: pair[0] + " ".join(pair[1]))
PAGE = st.lists(
    st.one_of(LINE, st.sampled_from(["", "```", "<div>", "</div>", "<!-- x", "-->", "---"])),
    max_size=8,
).map("\n".join)


@given(PAGE)
@settings(max_examples=200, deadline=None)
def test_the_scanner_finds_what_the_rendered_page_links_to(source: str) -> None:
    assert set(find_links(source)) == set(render(source, "a.md").links)


def test_candidates_are_tried_in_the_folder_then_at_the_root() -> None:
    assert candidates(Link("wiki", "My Page"), "a/b/c.md") == (
        "a/b/My Page", "My Page", "a/b/My-Page", "My-Page",
    )  # fmt: skip
    assert candidates(Link("relative", "../x.md"), "a/b.md") == ("x.md", "x")
    assert candidates(Link("relative", "/x/y.png"), "a/b.md") == ("x/y.png",)
    assert candidates(Link("relative", "../../../etc/passwd"), "a/b.md") == ()
    assert candidates(Link("wiki", "P", space="ops"), "a/b.md") == ("P",)
    assert candidates(Link("wiki", "text", alternate="Page"), "x.md") == ("text", "Page")


def test_links_are_placed_into_rendered_html() -> None:
    rendered = render('[a](b.md "t") [[Gone]] ![i](p.png) ![no](q.png) [c](../../up.md)', "x.md")
    html = place_links(
        rendered.html,
        [
            PlacedLink('/s/b?"'),
            PlacedLink("/s/Gone", "missing"),
            PlacedLink("/s/-/file/p.png"),
            PlacedLink("", "missing"),
            PlacedLink("", "missing"),
        ],
    )
    assert '<a href="/s/b?&quot;" title="t">a</a>' in html
    assert '<a href="/s/Gone" class="missing">Gone</a>' in html
    assert '<img src="/s/-/file/p.png" alt="i">' in html
    assert '<span class="missing">no</span>' in html
    assert '<a class="missing">c</a>' in html
    assert "strata-link" not in html


def test_text_that_looks_like_a_placeholder_stays_text() -> None:
    rendered = render('`href="strata-link:0"` href="strata-link:0" [a](b.md)', "x.md")
    html = place_links(rendered.html, [PlacedLink("/s/b")])
    assert html.count("/s/b") == 1
    written = render('<a href="strata-link:0">x</a><a href="strata-wiki:0">y</a>', "x.md")
    assert written.links == ()
    assert "href" not in written.html


def test_fragments_lead_to_the_prefixed_ids() -> None:
    assert fragment_href("größe") == "#user-content-gr%C3%B6%C3%9Fe"
    assert fragment_href("") == ""


# -- moving ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "path", "moved", "expected"),
    [
        ("[a](b.md#s 'T')", "a.md", {"b.md": "c d.md"}, "[a](c%20d.md#s 'T')"),
        ("[a](<b.md>)", "a.md", {"b.md": "c d.md"}, "[a](<c d.md>)"),
        ("[a](b)", "a.md", {"b.md": "x/c.md"}, "[a](x/c)"),
        ("[a](/d/b.md)", "e/a.md", {"d/b.md": "f/b.md"}, "[a](/f/b.md)"),
        ("[a](../d/b.md)", "e/a.md", {"d/b.md": "e/b.md"}, "[a](b.md)"),
        ("[[b]] [[b|t]] [[b#s]]", "a.md", {"b.md": "Neu.md"}, "[[Neu]] [[Neu|t]] [[Neu#s]]"),
        ("![i](p.png)", "a.md", {"p.png": "img/q.png"}, "![i](img/q.png)"),
        ("[r]: b.md 'x'\n[t][r]", "a.md", {"b.md": "c.md"}, "[r]: c.md 'x'\n[t][r]"),
        ("<a href='b.md?x#y'>", "a.md", {"b.md": "c.md"}, "<a href='c.md?x#y'>"),
        ("`[a](b.md)` [a](b.md)", "a.md", {"b.md": "c.md"}, "`[a](b.md)` [a](c.md)"),
        # the page itself moves
        ("[a](b.md) ![i](p.png)", "x/a.md", {"x/a.md": "y/z/a.md"}, "[a](../../x/b.md) ![i](../../x/p.png)"),
        ("[a](b.md)", "x/a.md", {"x/a.md": "y/a.md", "x/b.md": "y/b.md"}, "[a](b.md)"),
        ("[a](https://x.org/b.md) [[ops:b]]", "a.md", {"b.md": "c.md"}, "[a](https://x.org/b.md) [[ops:b]]"),
        ("[a](b.md)\r\n", "a.md", {"b.md": "c.md"}, "[a](c.md)\r\n"),
    ],
)  # fmt: skip
def test_links_follow_what_moves(
    source: str, path: str, moved: dict[str, str], expected: str
) -> None:
    assert rewrite_links(source, path, moved) == expected


def test_a_link_that_means_a_nearer_page_is_left_alone() -> None:
    there = {"d/b": "d/b.md", "b": "b.md"}
    source = "[[b]]"
    assert rewrite_links(source, "d/a.md", {"b.md": "c.md"}, there.get) == source
    assert rewrite_links(source, "a.md", {"b.md": "c.md"}, there.get) == "[[c]]"


NAMES = st.text(alphabet="abé漢 ()[]-_.&#%'", min_size=1, max_size=6).filter(
    lambda name: name == name.strip(" .") and name.strip(".-")
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join).map(lambda path: path + ".md")


@given(PATHS, PATHS, PATHS)
@settings(max_examples=200, deadline=None)
def test_a_rewritten_link_leads_to_the_new_path(here: str, old: str, new: str) -> None:
    written = relative(here.rpartition("/")[0], old)
    from urllib.parse import quote

    source = f"[a]({quote(written, safe='/.')}) é"
    moved = {old: new} | ({here: here} if here != old else {})
    rewritten = rewrite_links(source, here, moved, lambda name: name if name == old else None)
    assert rewritten.endswith(" é")
    (link,) = find_links(rewritten)
    assert candidates(link, moved.get(here, here))[0] == new
    assert rewrite_links(rewritten, moved.get(here, here), {new: old}).endswith(" é")


@given(PAGE)
@settings(max_examples=100, deadline=None)
def test_rewriting_nothing_changes_nothing(source: str) -> None:
    assert rewrite_links(source, "a.md", {"zz.md": "yy.md"}) == source


@pytest.mark.parametrize(
    "piece",
    ["[a](", "![", "<a ", "<![CDATA[", "[[", "*a*", "<a@", "[[a|", "](<", "](((", "`", "``` `", "\\", "[]",
     "![![![]", '<a href="', "[a]: ", "<!--", '"\'', "**", "_a"],
)  # fmt: skip
def test_d001_links_of_hostile_text_are_found_in_linear_time(piece: str) -> None:
    started = time.process_time()
    find_links(piece * 20_000)
    find_links("# " + piece * 20_000)
    assert time.process_time() - started < 10


def test_d011_ten_thousand_links_are_found_quickly() -> None:
    source = "".join(f"[a](p{n}.md) [[Q{n}]]\n" for n in range(5_000))
    started = time.process_time()
    assert len(find_links(source)) == 10_000
    assert time.process_time() - started < 10
