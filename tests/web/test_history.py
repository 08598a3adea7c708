"""History in a browser: lists, differences, single changes, feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ADA, add_pages, catch_up
from tests.projections.histories import AUTHORS, git, push
from tests.web.conftest import Furnished
from tests.web.people import Browser, wiki_with_people
from wiki.git import create
from wiki.model import Edit, FileWrite
from wiki.services.history import without_marks
from wiki.services.wiki import Wiki

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "\"'><script>alert(1)</script>{{7*7}}</title>&amp;"
LONG = "".join(f"Line {number} of the text.\n" for number in range(30))


@pytest.fixture
def wiki(furnished: Furnished) -> Wiki:
    return furnished.wiki


@pytest.fixture
def browser(furnished: Furnished) -> Browser:
    return furnished.browser("ann")


def change(
    wiki: Wiki, files: dict[str, str | None], message: str = "Edit", author: object = ADA
) -> str:
    """One more commit; its id."""
    repository = wiki.open("handbook").repository
    head = repository.head()
    assert head
    entries = {path: repository.entry(head, path) for path in files}
    writes = tuple(
        FileWrite(path, None if text is None else text.encode(), entry.oid if entry else "")
        for path, text in files.items()
        for entry in [entries[path]]
    )
    account = str(getattr(author, "name", "ann")).split()[0].lower()
    saved = repository.save(Edit(writes, author, message, "web", account, 1_700_000_500))  # type: ignore[arg-type]
    catch_up(wiki)
    return saved.commit


def text_of(page: str) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_recent_changes_name_people_pages_and_summaries(browser: Browser, wiki: Wiki) -> None:
    oid = change(wiki, {"people/Holidays.md": LONG, "new.md": "# New\n"}, "Rewrite it", AUTHORS[1])
    page = browser.get("/handbook/-/history").text
    assert "Grace Hopper" in page
    assert f"/handbook/-/change/{oid}" in page
    assert "Rewrite it" in page
    assert 'href="/handbook/people/Holidays"' in page
    assert page.index("Rewrite it") < page.index("Begin")
    assert "Grace Hopper" in browser.get("/-/history").text


def test_a_page_keeps_its_history_through_a_rename(browser: Browser, wiki: Wiki) -> None:
    change(wiki, {"people/Holidays.md": LONG}, "Longer")
    change(wiki, {"people/Holidays.md": None, "leave.md": LONG}, "Rename it")
    page = browser.get("/handbook/-/history/leave").text
    assert all(summary in page for summary in ("Begin", "Longer", "Rename it"))
    assert "was people/Holidays" in page
    # An old name leads to the same page's history.
    assert "Rename it" in browser.get("/handbook/-/history/people/Holidays").text


def test_a_renamed_page_is_set_back_to_what_it_was_under_its_old_name(
    furnished: Furnished, wiki: Wiki
) -> None:
    browser = furnished.browser("ann")
    first = change(wiki, {"old.md": LONG}, "One")
    second = change(wiki, {"old.md": LONG + "The end.\n"}, "Two")
    moved = change(wiki, {"old.md": None, "new.md": LONG + "The end.\n"}, "Move")
    page = browser.get("/handbook/-/history/new").text
    parts = page.split('<li class="change version">')[1:]
    rows = dict(zip((moved, second, first), parts, strict=True))
    assert [oid for oid, row in rows.items() if ">now<" in row] == [moved]
    # The text before the rename is the page's text now: nothing to go back to.
    assert [oid for oid, row in rows.items() if "Go back to this" in row] == [first]
    assert f"/handbook/-/restore/new.md?revision={first}" in rows[first]
    for name in ("new", "old"):
        form = f"/handbook/-/restore/{name}.md?revision={first}"
        answer = browser.submit(form, revision=first)
        assert answer.status_code == 303
        repository = wiki.open("handbook").repository
        head = repository.head()
        assert head
        entry = repository.entry(head, "new.md")
        assert entry is not None
        assert repository.read_blob(entry.oid) == LONG.encode()
        assert repository.entry(head, "old.md") is None
        catch_up(wiki)
        change(wiki, {"new.md": LONG + "Once more.\n"}, "Again")


def test_the_history_of_a_deleted_page_stays_and_offers_to_restore_it(
    browser: Browser, wiki: Wiki
) -> None:
    change(wiki, {"people/Holidays.md": None}, "Remove it")
    page = browser.get("/handbook/-/history/people/Holidays").text
    assert "does not exist any more" in page
    assert "/handbook/-/restore/people/Holidays.md" in page
    assert "Remove it" in page


def test_a_folder_has_a_history_of_what_lies_in_it(browser: Browser, wiki: Wiki) -> None:
    change(wiki, {"people/Sickness.md": "# Sickness\n"}, "Inside")
    change(wiki, {"outside.md": "# Outside\n"}, "Outside it")
    page = browser.get("/handbook/-/history/folder/people").text
    assert "Inside" in page
    assert "Outside it" not in page
    assert browser.get("/handbook/-/history/folder/nothing").status_code == 404


def test_lists_are_paged(browser: Browser, wiki: Wiki) -> None:
    for number in range(55):
        change(wiki, {"counter.md": f"# {number}\n"}, f"Change {number}.")
    for address in ("/handbook/-/history", "/handbook/-/history/counter", "/-/history"):
        first = browser.get(address).text
        assert "Change 54." in first
        assert "Change 2." not in first
        (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
        second = browser.get(older.replace("&amp;", "&")).text
        assert "Change 2." in second
        assert "Change 54." not in second
    assert browser.get("/handbook/-/history?before=nonsense").status_code == 200


def test_a_history_is_narrowed_to_a_person(browser: Browser, wiki: Wiki) -> None:
    change(wiki, {"a.md": "a\n"}, "By Grace", AUTHORS[1])
    change(wiki, {"a.md": "b\n"}, "By Ada", ADA)
    page = browser.get("/handbook/-/history").text
    (who,) = {
        w for w, name in re.findall(r'who=([0-9a-f]+)"[^>]*>([^<]+)', page) if "Grace" in name
    }
    narrowed = browser.get(f"/handbook/-/person?who={who}").text
    assert "By Grace" in narrowed
    assert "By Ada" not in narrowed
    assert "example.org" not in narrowed  # nobody's address is shown
    assert "By Grace" in browser.get(f"/handbook/-/history/a?who={who}").text
    assert browser.get("/handbook/-/person?who=0123").status_code == 400


def test_two_versions_are_compared_with_words_marked(
    browser: Browser, wiki: Wiki, furnished: Furnished
) -> None:
    first = change(wiki, {"a.md": "# A\n\nThe quick brown fox.\n"}, "One")
    second = change(wiki, {"a.md": "# A\n\nThe quick red fox.\n"}, "Two")
    third = change(wiki, {"a.md": "# A\n\nThe slow red fox.\n"}, "Three")
    page = browser.get(f"/handbook/-/diff/a?old={first}&new={third}").text
    assert re.findall(r"<del[^>]*>([^<]+)</del>", page) == ["quick brown"]
    assert re.findall(r"<ins[^>]*>([^<]+)</ins>", page) == ["slow red"]
    alone = browser.get("/handbook/-/diff/a").text
    assert re.findall(r"<ins[^>]*>([^<]+)</ins>", alone) == ["slow"]
    assert f"new={second}" in alone
    # What one change did can be taken back from there; what several did together cannot.
    assert f'href="/handbook/-/revert/{third}"' in alone
    assert "/-/revert/" not in page
    reader = furnished.browser("ray").get("/handbook/-/diff/a").text
    assert "/-/revert/" not in reader
    inline = browser.get(f"/handbook/-/diff/a?new={second}&view=inline").text
    assert "diff-inline" in inline
    assert re.findall(r"<ins[^>]*>([^<]+)</ins>", inline) == ["red"]
    assert "There was no page yet" in browser.get(f"/handbook/-/diff/a?new={first}").text


def test_versions_are_compared_across_a_rename(browser: Browser, wiki: Wiki) -> None:
    first = change(wiki, {"a.md": LONG}, "One")
    change(wiki, {"a.md": None, "b.md": LONG}, "Move")
    last = change(wiki, {"b.md": LONG + "The end.\n"}, "Three")
    page = browser.get(f"/handbook/-/diff/b?old={first}&new={last}").text
    assert "called a.md then" in page
    assert "The end." in page


def test_one_change_shows_all_its_files(furnished: Furnished, wiki: Wiki) -> None:
    browser = furnished.browser("ann")
    files = {f"p{n}.md": f"# Page {n}\n" for n in range(25)}
    oid = change(wiki, {**files, "people/Holidays.md": None}, "Many things\n\nFor this reason.")
    page = browser.get(f"/handbook/-/change/{oid[:10]}").text
    assert "Many things" in page
    assert "For this reason." in page
    assert page.count('class="file-diff"') == 20
    assert "26 files" in page
    assert f"/handbook/-/revert/{oid}" in page
    assert (
        f"/handbook/-/revert/{oid}" not in furnished.browser().get(f"/handbook/-/change/{oid}").text
    )


def test_a_merge_says_what_came_in_with_it(browser: Browser, wiki: Wiki) -> None:
    path = wiki.repository_path("handbook")
    root = git(path, "rev-parse", "main")
    mine = push(path, {"README.md": b"# Home\n", "a.md": b"a\n"}, [root])
    theirs = push(path, {"README.md": b"# Home\n", "b.md": b"b\n"}, [root], author=AUTHORS[1])
    merge = push(
        path, {"README.md": b"# Home\n", "a.md": b"a\n", "b.md": b"b\n"}, [mine, theirs],
        message="Join", author=AUTHORS[1],
    )  # fmt: skip
    git(path, "update-ref", "refs/heads/main", merge)
    catch_up(wiki)
    page = browser.get(f"/handbook/-/change/{merge}").text
    assert "joins what was written at the same time" in page
    assert f"/handbook/-/diff/b?old={mine}&amp;new={merge}" in page
    # A merge that changed nothing itself is no entry of the recent changes.
    assert f"change/{merge}" not in browser.get("/handbook/-/history").text


def test_d004_huge_pages_are_answered_and_bounded(browser: Browser, wiki: Wiki) -> None:
    path = wiki.repository_path("handbook")
    root = git(path, "rev-parse", "main")
    files = {"big.md": b"x " * 3_000_000, "long.md": b"line\n" * 60_000, "bin.md": b"\0" * 1000}
    one = push(path, files, [root])
    two = push(path, {name: text[::-1] + b"z" for name, text in files.items()}, [one])
    git(path, "update-ref", "refs/heads/main", two)
    catch_up(wiki)
    assert "too large" in browser.get("/handbook/-/diff/big").text
    assert "no text" in browser.get("/handbook/-/diff/bin").text
    assert browser.get("/handbook/-/diff/long").status_code == 200
    assert browser.get(f"/handbook/-/change/{two}").status_code == 200


# -- what must not happen --------------------------------------------------------------------


REVISIONS = (
    "--output=Home.md", "-p", "HEAD", "HEAD~1", "main", "@{u}", ":/secret", "HEAD:../x", "^{/x}",
    "abcd", "0123456", "0" * 40, "A" * 40, "main..main", "\n", "0000000000000000000000000000000000000000^",
)  # fmt: skip


@pytest.mark.parametrize("revision", REVISIONS)
def test_w025_a_revision_is_strict_hex_and_reachable(
    browser: Browser, wiki: Wiki, revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    head = wiki.open("handbook").repository.head()
    asked = quote(revision, safe="")
    for address in (
        f"/handbook/-/diff/people/Holidays?new={asked}",
        f"/handbook/-/diff/people/Holidays?old={asked}",
        f"/handbook/-/change/{asked}",
    ):
        assert browser.get(address).status_code == 404, address
    assert list((tmp_path / "here").iterdir()) == []
    assert wiki.open("handbook").repository.head() == head


@pytest.fixture
def two_spaces(tmp_path: Path) -> Iterator[tuple[Browser, dict[str, str]]]:
    """The spaces open and secret; ids of the secret one's objects."""
    with wiki_with_people(tmp_path / "w") as (wiki, app):
        for space, text in (("open", "# Open\n"), ("secret", "# canary-text\n")):
            create(wiki.repository_path(space))
            add_pages(wiki, space, {"Home.md": text})
            catch_up(wiki, space)
        path = wiki.repository_path("secret")
        ids = {
            "commit": git(path, "rev-parse", "main"),
            "tree": git(path, "rev-parse", "main^{tree}"),
            "blob": git(path, "rev-parse", "main:Home.md"),
        }
        # A branch that nobody may see, in the open space.
        hidden = push(wiki.repository_path("open"), {"Home.md": b"canary-text\n"}, [])
        yield Browser(app), {**ids, "unreachable": hidden}


def test_z005_no_object_of_elsewhere_is_shown(
    two_spaces: tuple[Browser, dict[str, str]],
) -> None:
    browser, ids = two_spaces
    head = re.findall(r"change/([0-9a-f]{40})", browser.get("/open/-/history").text)[0]
    unknown = browser.get("/open/-/change/" + "1" * 40)
    for oid in ids.values():
        for asked in (oid, oid[:8]):
            for address in (
                f"/open/-/change/{asked}",
                f"/open/-/diff/Home?old={asked}",
                f"/open/-/diff/Home?new={asked}&old={head}",
            ):
                answer = browser.get(address)
                assert answer.status_code == 404
                assert "canary-text" not in answer.text
        # Uniform: nothing tells an object that exists elsewhere from one that does not.
        other = browser.get(f"/open/-/change/{oid}")
        assert _anonymous(other.text, oid) == _anonymous(unknown.text, "1" * 40)


def _anonymous(page: str, oid: str) -> str:
    return re.sub(r"Request [0-9a-f]+", "", page.replace(oid, "X"))


def test_w004_whatever_people_write_is_text(browser: Browser, wiki: Wiki) -> None:
    author = type(ADA)(HOSTILE.replace("<", "").replace(">", ""), "x@example.org")
    path = wiki.repository_path("handbook")
    root = git(path, "rev-parse", "main")
    name = "\"'><script>alert(1)<|script>{{7*7}}.md"
    one = push(path, {name: HOSTILE.encode()}, [root], message=HOSTILE, author=author)
    two = push(path, {name: HOSTILE.encode() * 2}, [one], message=HOSTILE + "\n\n" + HOSTILE)
    git(path, "update-ref", "refs/heads/main", two)
    catch_up(wiki)
    page = quote(name.removesuffix(".md"), safe="")
    for address in (
        "/handbook/-/history", "/-/history", f"/handbook/-/history/{page}",
        f"/handbook/-/diff/{page}", f"/handbook/-/change/{two}", f"/handbook/-/biography/{page}",
        f"/handbook/-/diff/{page}?view=inline",
    ):  # fmt: skip
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "<script>alert" not in answer.text
        assert "7*7" in answer.text


# -- caching and feeds -----------------------------------------------------------------------


def test_unchanged_pages_are_not_sent_again(browser: Browser, wiki: Wiki) -> None:
    oid = change(wiki, {"a.md": "a\n"})
    for address in (
        "/handbook/-/history", "/handbook/-/history/a", "/handbook/-/diff/a", "/-/history",
        f"/handbook/-/change/{oid}", "/handbook/-/biography/a", "/handbook/-/feed.atom",
    ):  # fmt: skip
        first = browser.get(address)
        tag = first.headers["ETag"]
        again = browser.client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), address
    change(wiki, {"a.md": "b\n"})
    changed = browser.client.get("/handbook/-/history", headers={"If-None-Match": tag})
    assert changed.status_code == 200


def test_w021_feeds_are_valid_whatever_is_written(browser: Browser, wiki: Wiki) -> None:
    change(wiki, {"a.md": "a\n"}, "Control \x01\x08\x1b ]]> \ufffe 😀 & < > \x7f")
    change(wiki, {"a.md": "b\n"}, "")
    for address in (
        "/handbook/-/feed.atom", "/-/feed.atom", "/handbook/-/feed.atom?page=a",
        "/handbook/-/feed.atom?folder=people",
    ):  # fmt: skip
        answer = browser.get(address)
        assert answer.content_type.startswith("application/atom+xml")
        feed = ET.fromstring(answer.data)
        assert feed.tag == f"{ATOM}feed"
        entries = feed.findall(f"{ATOM}entry")
        assert entries
        for entry in [feed, *entries]:
            for part in ("id", "title", "updated"):
                assert entry.findtext(f"{ATOM}{part}"), (address, part)
            link = entry.find(f"{ATOM}link")
            assert link is not None
            assert link.attrib["href"].startswith("http://")
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(set(ids)) == len(ids)
    assert "example.org" not in browser.get("/handbook/-/feed.atom").text


def test_the_wikis_own_marks_are_not_shown_to_readers(browser: Browser, wiki: Wiki) -> None:
    said = "Say it\n\nStrata-Door: said by me\n\nCo-authored-by: Bo <bo@example.org>"
    oid = change(wiki, {"a.md": "a\n"}, said)
    assert "Strata-Account: ada" in wiki.open("handbook").repository.commit(oid).message
    unsaid = change(wiki, {"a.md": "b\n"}, "")
    page = browser.get(f"/handbook/-/change/{oid}").text
    assert "Co-authored-by: Bo" in page
    assert "said by me" in page  # words of a person stay
    for address in (f"change/{oid}", f"change/{unsaid}", "feed.atom", "history"):
        shown = browser.get(f"/handbook/-/{address}").text
        assert not re.search("Strata-(?:Door: web|Account:)", shown), address


def test_only_the_wikis_own_marks_are_taken_from_a_message() -> None:
    assert without_marks("\n\nStrata-Door: web\nStrata-Account: ada\n") == ""
    assert without_marks("Strata-Door: of wood\n") == ""
    assert without_marks("A\n\nStrata-Door: b\n\nc\n") == "A\n\nStrata-Door: b\n\nc"
    assert without_marks('A\n\nX: y\nStrata-Moved: ["a.md", "b.md"]\n') == "A\n\nX: y"


def test_w016_feeds_never_take_their_host_from_the_request(browser: Browser) -> None:
    answer = browser.client.get("/handbook/-/feed.atom", headers={"Host": "evil.example"})
    assert b"evil.example" not in answer.data


def test_ids_of_a_feed_never_change(browser: Browser, wiki: Wiki) -> None:
    def ids() -> list[str | None]:
        feed = ET.fromstring(browser.get("/handbook/-/feed.atom").data)
        return [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]

    before = ids()
    change(wiki, {"a.md": "a\n"})
    wiki.open("handbook").follower.rebuild(["history"])
    assert ids()[1:] == before


def test_while_the_history_is_built_readers_are_told(browser: Browser, wiki: Wiki) -> None:
    space = wiki.open("handbook")
    for file in space.index_folder.glob("history*"):
        file.unlink()
    answer = browser.get("/handbook/-/history")
    assert answer.status_code == 503
    assert "All pages are safe" in answer.text
    assert browser.get("/handbook/people/Holidays").status_code == 200
    catch_up(wiki)
    assert browser.get("/handbook/-/history").status_code == 200


def test_lists_keep_to_the_days_asked_for(browser: Browser, wiki: Wiki) -> None:
    # the wiki's own changes were made in November 2023
    change(wiki, {"Dated.md": "now\n"}, "In those days")
    page = browser.get("/handbook/-/history?since=2023-11-01&until=2023-12-01").text
    assert "In those days" in page
    assert "Only what was written from 2023-11-01 to 2023-11-30" in text_of(page)
    same = browser.get("/handbook/-/history?since=2023-11-01&last=2023-11-30").text
    assert "In those days" in same
    assert 'name="last" value="2023-11-30"' in same
    assert browser.get("/handbook/-/history?last=soon").status_code == 400
    before = browser.get("/handbook/-/history?until=2023-11-01").text
    assert "In those days" not in before
    assert "Nothing in these days" in browser.get("/handbook/-/history/Dated?since=2024-01-01").text
    assert browser.get("/handbook/-/history?since=yesterday").status_code == 400


def test_no_file_in_a_list_of_changes_leads_nowhere(furnished: Furnished, wiki: Wiki) -> None:
    files = (".strata/charter.toml", ".strata/teams.toml", ".strata/reports.toml", ".mailmap")
    others = ("sheet.csv", ".github/rules.txt", "old.txt")
    for path in (*files, *others):
        change(wiki, {path: "# Words\n"}, f"Write {path}")
    change(wiki, {"old.txt": None}, "Away")
    boss = furnished.browser("boss")
    lists = [
        re.findall(r'<ul class="change-files">(.*?)</ul>', boss.get(address).text, re.DOTALL)
        for address in ("/handbook/-/history", "/-/history")
    ]
    places = {
        place for found in lists for part in found for place in re.findall(r'href="([^"]+)"', part)
    }
    assert {"/handbook/-/charter", "/handbook/-/teams", "/handbook/-/history/sheet.csv"} <= places
    assert not [place for place in places if boss.get(place).status_code != 200]
    assert ".github/rules.txt" in lists[0][2]
