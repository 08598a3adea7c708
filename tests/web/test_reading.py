"""Reading in the browser."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

import pytest
from werkzeug.test import TestResponse

from tests.conftest import add_pages, catch_up
from tests.services.test_reading import plant
from tests.web.conftest import Furnished
from wiki.errors import SpaceNotFound


def add(furnished: Furnished, **files: str | bytes) -> None:
    """Commit files; ``__`` in a name stands for "/", ``_dot_`` for "."."""
    pages = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    add_pages(furnished.wiki, "handbook", pages)
    catch_up(furnished.wiki)


def test_the_only_space_is_the_home(furnished: Furnished) -> None:
    browser = furnished.browser()
    assert browser.get("/").headers["Location"] == "/handbook/"
    assert "1 space" in browser.get("/-/spaces").text or "Handbook" in browser.get("/-/spaces").text


def test_a_page_has_all_that_leads_on(furnished: Furnished) -> None:
    text = furnished.browser().get("/handbook/people/Holidays").text
    assert re.search(r"<h1 [^>]*>Holidays", text)
    assert text.count("<h1") == 1
    assert '<a href="#user-content-how-to-ask">How to ask</a>' in text
    assert "Last changed by" in text
    assert "page links here" in text
    assert 'aria-current="page"' in text
    assert "edit-section" not in text


def test_editors_get_a_link_to_each_section(furnished: Furnished) -> None:
    text = furnished.browser("ann").get("/handbook/people/Holidays").text
    assert 'href="/handbook/-/edit/people/Holidays?section=how-to-ask"' in text
    assert (
        furnished.browser("ann")
        .get("/handbook/-/edit/people/Holidays?section=how-to-ask")
        .status_code
        == 200
    )


def test_pages_are_not_sent_twice(furnished: Furnished) -> None:
    client = furnished.app.test_client()
    first = client.get("/handbook/people/Holidays")
    tag = first.headers["ETag"]
    again = client.get("/handbook/people/Holidays", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert first.headers["Cache-Control"] == "private, no-cache"
    add(furnished, new_dot_md="[[people/Holidays]]")
    changed = client.get("/handbook/people/Holidays", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "2 pages link here" in changed.text


def test_kept_pages_are_their_readers_own(furnished: Furnished) -> None:
    for _ in range(2):
        assert (
            "Edit"
            not in furnished.browser()
            .get("/handbook/people/Holidays")
            .text.split("<main")[1]
            .split("Sign in to edit")[0]
        )
        assert (
            "/-/edit/people/Holidays"
            in furnished.browser("ann").get("/handbook/people/Holidays").text
        )
        ray = furnished.browser("ray").get("/handbook/people/Holidays").text
        assert 'data-key="e"' not in ray


def test_a_view_of_a_kept_page_asks_neither_projections_nor_renderer(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = furnished.browser()
    first = browser.get("/handbook/people/Holidays").data

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("wiki.services.reading.open_page", never)
    monkeypatch.setattr("sqlite3.connect", never)
    monkeypatch.setattr("subprocess.Popen", never)
    assert browser.get("/handbook/people/Holidays").data == first


def test_creating_a_page_turns_the_links_to_it_at_once(furnished: Furnished) -> None:
    add(furnished, a_dot_md="[[b]]")
    browser = furnished.browser("ann")
    assert '<a href="/handbook/b" class="missing">b</a>' in browser.get("/handbook/a").text
    add_pages(furnished.wiki, "handbook", {"b.md": "there"})
    assert '<a href="/handbook/b">b</a>' in browser.get("/handbook/a").text


def test_a_missing_page_offers_to_be_written(furnished: Furnished) -> None:
    answer = furnished.browser("ann").get("/handbook/people/Travel costs")
    assert answer.status_code == 404
    assert "/handbook/-/new?name=people%2FTravel+costs" in answer.text
    nobody = furnished.browser().get("/handbook/nope")
    assert nobody.status_code == 404
    assert "Sign in to write it" in nobody.text
    assert "/-/new?name" not in nobody.text.replace("%2F-%2Fnew", "")


def test_w004_names_are_escaped_wherever_they_are_shown(furnished: Furnished) -> None:
    for evil in (
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "{{7*7}}",
        "</title><b>",
    ):
        for address in (
            f"/handbook/{quote(evil, safe='')}",
            f"/handbook/-/tags/{quote(evil, safe='')}",
        ):
            text = furnished.browser().get(address).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "</title><b>" not in text
            assert "49" not in re.findall(r"<h1>(.*?)</h1>", text)


@pytest.mark.parametrize(
    "address", ["/handbook/people", "/handbook/People/", "/handbook/people/holidays"]
)
def test_near_addresses_lead_to_the_right_one(furnished: Furnished, address: str) -> None:
    answer = furnished.browser().get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/handbook/people/")


def test_sources_are_plain_text_that_runs_nowhere(furnished: Furnished) -> None:
    add(furnished, evil_dot_md="<script>alert(1)</script>\r\n")
    answer = furnished.browser().get("/handbook/evil.md")
    assert answer.data == b"<script>alert(1)</script>\r\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert furnished.browser().get("/handbook/nope.md").status_code == 404


@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("a.svg", "image/svg+xml", "inline"),
        ("a.html", "application/octet-stream", "attachment"),
        ("a.xhtml", "application/octet-stream", "attachment"),
        ("a.xml", "application/octet-stream", "attachment"),
        ("a.mhtml", "application/octet-stream", "attachment"),
        ("a.svgz", "application/octet-stream", "attachment"),
        ("a.png.html", "application/octet-stream", "attachment"),
        ("a.js", "application/octet-stream", "attachment"),
        ("a.pdf", "application/pdf", "attachment"),
        ("a.GIF", "image/gif", "inline"),
        ("a.txt", "text/plain; charset=utf-8", "inline"),
        ("noending", "application/octet-stream", "attachment"),
    ],
)
def test_w009_files_cannot_run_in_the_wikis_name(
    furnished: Furnished, name: str, content_type: str, disposition: str
) -> None:
    content = b"GIF89a/*<svg onload=alert(1)><script>alert(1)</script>"
    add_pages(furnished.wiki, "handbook", {f"files/{name}": content})
    answer = furnished.browser().get(f"/handbook/-/file/files/{name}")
    assert answer.data == content
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"].split(";")[0] == disposition
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_files_answer_ranges_and_repeats(furnished: Furnished) -> None:
    add(furnished, a_dot_mp4=b"0123456789")
    client = furnished.app.test_client()
    part = client.get("/handbook/-/file/a.mp4", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.data) == (206, b"234")
    tag = part.headers["ETag"]
    assert client.get("/handbook/-/file/a.mp4", headers={"If-None-Match": tag}).status_code == 304


def test_w020_w010_file_names_cannot_break_headers(furnished: Furnished) -> None:
    plant(furnished.wiki, [("100644", 'a"\r\nX: y".bin', b"x"), ("100644", "é漢.bin", b"y")])
    answer = furnished.browser().get("/handbook/-/file/a%22%0D%0AX:%20y%22.bin")
    assert answer.status_code in {200, 404}
    assert "X" not in answer.headers
    named = furnished.browser().get("/handbook/-/file/é漢.bin").headers["Content-Disposition"]
    assert "filename*=UTF-8''%C3%A9%E6%BC%A2.bin" in named


def test_g004_a_symbolic_link_shows_where_it_points_and_nothing_of_that(
    furnished: Furnished,
) -> None:
    plant(
        furnished.wiki, [("120000", "link.md", b"/etc/passwd"), ("120000", "x.txt", b"/etc/passwd")]
    )
    catch_up(furnished.wiki)
    browser = furnished.browser()
    for address in (
        "/handbook/link",
        "/handbook/link.md",
        "/handbook/-/file/x.txt",
        "/handbook/",
        "/handbook/-/tree",
    ):
        assert "root:" not in browser.get(address).text
    assert browser.get("/handbook/link").status_code == 200
    assert browser.get("/handbook/-/file/x.txt").status_code == 404


def test_g010_g012_g013_hostile_names_break_no_page(furnished: Furnished) -> None:
    names = [
        "--output=x.md",
        "-O.md",
        "<img src=x onerror=alert(1)>.md",
        "caf\udce9.md",
        "q?&#%25.md",
    ]
    plant(furnished.wiki, [("100644", name, b"# here\n[[caf]]") for name in names])
    catch_up(furnished.wiki)
    browser = furnished.browser()
    for address in (
        "/handbook/",
        "/handbook/-/tree",
        "/handbook/-/wanted",
        "/handbook/-/tags",
        "/handbook/nope",
    ):
        answer = browser.get(address)
        assert answer.status_code in {200, 404}
        assert "<img src=x" not in answer.text
    listed = re.findall(r'<ul class="listing">.*?</ul>', browser.get("/handbook/").text, re.DOTALL)[
        0
    ]
    addresses = re.findall(r'href="(/handbook/[^"]+)"', listed)
    assert len(addresses) == len(names)
    for address in addresses:
        assert "here" in as_sent(furnished, address).text, address
        assert as_sent(furnished, address + ".md").data == b"# here\n[[caf]]"


def test_g010_z022_no_page_is_kept_under_anothers_address(furnished: Furnished) -> None:
    twins = [("100644", "caf\udce8.md", b"# Grave"), ("100644", "caf\udce9.md", b"# Acute")]
    plant(furnished.wiki, twins)
    catch_up(furnished.wiki)
    for address, title in (("caf%E8", "Grave"), ("caf%E9", "Acute"), ("caf%E8", "Grave")):
        assert f"<title>{title}" in as_sent(furnished, f"/handbook/{address}").text
    nobody = furnished.browser()
    assert "%26%26" in nobody.get("/handbook/people/Holidays?&&").text
    assert "%26%26" not in nobody.get("/handbook/people/Holidays").text


def as_sent(furnished: Furnished, address: str) -> TestResponse:
    """Ask as a server would: the test client would spoil bytes that are no UTF-8."""
    raw = unquote_to_bytes(address).decode("latin-1")
    return furnished.app.test_client().get("/x", environ_overrides={"PATH_INFO": raw})


@pytest.mark.parametrize(
    "address",
    ["/handbook/-/nope", "/-/nope", "/handbook/../../etc/passwd", "/handbook/%2e%2e/x", "/nope/", "/handbook/.git/config",
     "/handbook/.strata/charter.toml", "/handbook/-/file/.strata/charter.toml", "/handbook/-/version/HEAD/README",
     "/handbook/-/version/--output=x/README", "/handbook/-/tree/nope", "/handbook/a%00b", "/handbook/" + "x/" * 300],
)  # fmt: skip
def test_g040_w025_what_is_not_there_is_told_calmly(furnished: Furnished, address: str) -> None:
    answer = furnished.browser().get(address)
    assert answer.status_code in {404, 400, 308, 302}
    assert "Traceback" not in answer.text


def test_old_versions_say_that_they_are_old(furnished: Furnished) -> None:
    head = furnished.wiki.open("handbook").repository.head()
    add_pages(furnished.wiki, "handbook", {"b.md": "x"})
    text = furnished.browser().get(f"/handbook/-/version/{head}/people/Holidays.md").text
    assert "This is an old version" in text
    assert "Ada Lovelace" in text
    assert "Thirty days" in text


def test_tags_tree_and_wanted_pages(furnished: Furnished) -> None:
    add(furnished, x_dot_md="---\ntags: [Money, c/d]\n---\n[[Nowhere]]")
    browser = furnished.browser()
    assert "Money" in browser.get("/handbook/-/tags").text
    assert "/handbook/x" in browser.get("/handbook/-/tags/money").text
    assert "/handbook/x" in browser.get("/handbook/-/tags/c/d").text
    assert "Nowhere" in browser.get("/handbook/-/wanted").text
    tree = browser.get("/handbook/-/tree").text
    assert 'data-part="/handbook/-/tree/people?part=1"' in tree
    part = browser.get("/handbook/-/tree/people?part=1").text
    assert "Holidays" in part
    assert "<html" not in part
    assert browser.get("/handbook/-/tree?from=-5").status_code == 200


def test_pages_open_while_the_lists_are_being_built(furnished: Furnished) -> None:
    space = furnished.wiki.open("handbook")
    for file in space.index_folder.iterdir():
        if file.is_file():
            file.unlink()
    furnished.wiki.forget("handbook")
    browser = furnished.browser()
    assert "Thirty days" in browser.get("/handbook/people/Holidays").text
    assert browser.get("/handbook/nope").status_code == 404
    assert browser.get("/handbook/").status_code == 200
    assert browser.get("/-/spaces").status_code == 200


def test_spaces_of_others_do_not_exist(furnished: Furnished) -> None:
    with pytest.raises(SpaceNotFound):
        furnished.wiki.open("nope")
    assert furnished.browser().get("/nope/page").status_code == 404
