"""Search through the API."""

from __future__ import annotations

import pytest

from tests.conftest import add_pages, catch_up


def test_a_search_finds_shows_and_goes_on(client_of, furnished):
    pages = {
        f"n/Page {number:02}.md": f"# Zebra {number}\n\n<b>x</b> zebra\n" for number in range(12)
    }
    add_pages(furnished.wiki, "handbook", pages)
    catch_up(furnished.wiki)
    anybody = client_of()
    first = anybody.get("/search?q=zebra&space=handbook").json
    second = anybody.get("/search", query_string={"q": "zebra", "page": first["next"]}).json
    assert (first["total"], first["next"], second["next"]) == (12, 2, None)
    names = {hit["name"] for hit in (*first["hits"], *second["hits"])}
    assert names == {path.removesuffix(".md") for path in pages}
    hit = first["hits"][0]
    assert (hit["space"], hit["changed_by"]) == ("handbook", "Ada Lovelace")
    assert "zebra" in {word.lower() for word in hit["marked"]}
    assert "<" not in hit["title"]
    assert hit["web"].startswith("/handbook/n/Page")


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("q=", 400), ("q=" + "x" * 5000, 400), ("q=x&page=0", 400), ("q=x&nonsense=1", 400),
     ("q=x&space=nothing", 404), ("q=*", 400)],
)  # fmt: skip
def test_searches_that_cannot_be_made(client_of, query, status):
    assert client_of().get(f"/search?{query}").status_code == status
