"""What stands at an address, and what stood there once."""

from __future__ import annotations

import pytest

from tests.conftest import ADA, EDITOR, MakeWiki, add_pages, catch_up
from wiki.errors import FileNotInSpace, PageNotFound, RevisionNotFound, SpaceNotFound
from wiki.model import ANONYMOUS, Edit, FileWrite
from wiki.services import folders, reading
from wiki.services.page_views import FolderPage, Missing, Moved, PageView
from wiki.services.pages import delete_page, save_page
from wiki.services.wiki import Wiki

SPACE = "handbook"


class PlainUrls:
    """Addresses without a web server."""

    def page(self, space: str, path: str) -> str:
        return f"/{space}/{path.removesuffix('.md')}"

    def file(self, space: str, path: str) -> str:
        return f"/{space}/-/file/{path}"

    def local(self, path: str) -> str:
        return path


URLS = PlainUrls()


def opened(wiki: Wiki, name: str) -> PageView | FolderPage | Moved | Missing:
    return reading.open_page(wiki, ANONYMOUS, SPACE, name, URLS)


def page(wiki: Wiki, name: str) -> PageView:
    found = opened(wiki, name)
    assert isinstance(found, PageView), found
    return found


def commit(wiki: Wiki, *files: FileWrite) -> str:
    edit = Edit(files, ADA, "Change", "push", "", author_time=1_700_000_100)
    return wiki.open(SPACE).repository.save(edit).commit


def test_a_page_with_all_that_surrounds_it(make_wiki: MakeWiki) -> None:
    wiki = make_wiki(
        {
            "how/travel.md": "---\ntags: [money]\n---\n# Travel\n\n## By train\n\n[[food]]\n",
            "how/food.md": "# Food\n\nSee [travel](travel.md).\n",
            "README.md": "# Home\n",
        }
    )
    view = page(wiki, "how/travel")
    assert (view.title, view.path, view.folder) == ("Travel", "how/travel.md", "how")
    assert '<a href="/handbook/how/food">food</a>' in view.html
    assert [heading.text for heading in view.toc] == ["By train"]
    assert view.heading.startswith("<h1")
    assert not view.body.startswith("<h1")
    assert [row.title for row in view.backlinks] == ["Food"]
    assert view.last_change is not None
    assert view.last_change.commit.author.name == "Ada Lovelace"
    assert view.rendered.meta.tags == ("money",)
    assert view.settled
    (how, home) = view.tree[0], view.tree
    assert how.open
    assert [(node.title, node.current) for node in how.children] == [
        ("Food", False),
        ("Travel", True),
    ]
    assert len(home) == 1


@pytest.mark.parametrize("ending", [".md", ".markdown", ".mdwn", ".MD"])
def test_every_kind_of_markdown_file_is_a_page(make_wiki: MakeWiki, ending: str) -> None:
    wiki = make_wiki({f"a{ending}": "text"})
    assert page(wiki, "a").path == f"a{ending}"


def test_links_to_missing_pages_turn_when_the_page_is_made(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "[[b]] and [c](sub/c.md)\n"})
    before = page(wiki, "a").html
    assert '<a href="/handbook/b" class="missing">b</a>' in before
    assert '<a href="/handbook/sub/c" class="missing">c</a>' in before
    commit(wiki, FileWrite("b.md", b"now", ""))
    # The catalogue has not followed yet; the tree knows.
    after = page(wiki, "a").html
    assert '<a href="/handbook/b">b</a>' in after
    assert 'class="missing">c</a>' in after
    catch_up(wiki)
    assert page(wiki, "a").html == after
    commit(wiki, FileWrite("b.md", None, _oid(wiki, "b.md")))
    assert page(wiki, "a").html == before


def _oid(wiki: Wiki, path: str) -> str:
    repository = wiki.open(SPACE).repository
    entry = repository.entry(repository.head() or "", path)
    assert entry is not None
    return entry.oid


def test_links_to_folders_files_and_images(make_wiki: MakeWiki) -> None:
    wiki = make_wiki(
        {
            "d/a.md": "![i](p.png) [f](../f.pdf) [dir](../e/) [gone](x.pdf) ![no](no.png) [s](#s)",
            "d/p.png": b"\x89PNG",
            "f.pdf": b"%PDF",
            "e/README.md": "# E",
        }
    )
    html = page(wiki, "d/a").html
    assert '<img src="/handbook/-/file/d/p.png" alt="i">' in html or 'alt="i" src=' in html
    assert '<a href="/handbook/-/file/f.pdf">f</a>' in html
    assert '<a href="/handbook/e/README">dir</a>' in html
    assert '<a href="/handbook/-/file/d/x.pdf" class="missing">gone</a>' in html
    assert '<span class="missing">no</span>' in html
    assert '<a href="#user-content-s">s</a>' in html


def test_links_into_other_spaces_tell_nothing_of_those_one_may_not_read(
    make_wiki: MakeWiki,
) -> None:
    wiki = make_wiki({"a.md": "[[ops:run]] [[secret:x]] [b](/ops/run) [r](/handbook/-/reports)"})
    from wiki.git import create

    create(wiki.repository_path("ops"))
    add_pages(wiki, "ops", {"run.md": "x"})
    html = page(wiki, "a").html
    assert '<a href="/ops/run">ops:run</a>' in html
    assert '<a href="/secret/x" class="missing">secret:x</a>' in html
    assert '<a href="/ops/run">b</a>' in html
    assert '<a href="/handbook/-/reports">r</a>' in html


def test_folders_have_their_page_or_a_list(make_wiki: MakeWiki) -> None:
    wiki = make_wiki(
        {
            "a/index.md": "# Index",
            "a/x.md": "",
            "a/home.md": "",
            "b/y.md": "# Y",
            "b/z/q.md": "",
            "b/f.txt": "f",
        }
    )
    view = page(wiki, "a/")
    assert view.path == "a/index.md"
    assert view.listing is not None
    assert view.listing.total == 3
    listed = opened(wiki, "b/")
    assert isinstance(listed, FolderPage)
    assert [row.title for row in listed.listing.pages] == ["Y"]
    assert [(row.name, row.pages) for row in listed.listing.folders] == [("z", 1)]
    assert listed.listing.files == ("b/f.txt",)
    assert opened(wiki, "b") == Moved(wiki.open(SPACE), "b/")


def test_folders_are_listed_from_the_tree_while_the_catalogue_is_away(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"b/y.md": "# Y", "b/z/q.md": "", "README.md": "# R"})
    space = wiki.open(SPACE)
    for file in space.index_folder.iterdir():
        if file.name.startswith(("catalogue", "history")):
            file.unlink()
    wiki.forget(SPACE)
    listed = opened(wiki, "b/")
    assert isinstance(listed, FolderPage)
    assert [row.title for row in listed.listing.pages] == ["Y"]
    assert not listed.settled
    view = page(wiki, "README")
    assert view.last_change is None
    assert isinstance(opened(wiki, "nothing"), Missing)


def test_other_spellings_lead_to_the_page(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"How-We-Work.md": "x", "caf\u00e9.md": "y"})
    space = wiki.open(SPACE)
    for name in ("how-we-work", "How We Work"):
        assert opened(wiki, name) == Moved(space, "How-We-Work.md")
    assert opened(wiki, "cafe\u0301") == Moved(space, "café.md")


def test_g018_the_exact_name_counts_before_its_twin(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"A.md": "upper"})
    repository = wiki.open(SPACE).repository
    assert page(wiki, "A").html == "<p>upper</p>"
    assert repository.head()


def test_old_names_lead_to_where_the_page_is_now(make_wiki: MakeWiki) -> None:
    text = b"# A\n\nA text that is long enough to be recognised.\n"
    wiki = make_wiki({"old.md": text})
    commit(
        wiki, FileWrite("old.md", None, _oid(wiki, "old.md")), FileWrite("new/name.md", text, "")
    )
    space = catch_up(wiki)
    assert opened(wiki, "old") == Moved(space, "new/name.md", renamed=True)


def test_deleted_pages_say_so(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "text", "b.md": "[[a]]"})
    delete_page(wiki, EDITOR, SPACE, "a", _oid(wiki, "a.md"))
    catch_up(wiki)
    found = opened(wiki, "a")
    assert isinstance(found, Missing)
    assert (found.deleted_path, len(found.deleted_by)) == ("a.md", 40)


def test_missing_pages_know_who_wants_them(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "# Ask\n[[travel costs]]", "travel.md": "# Travel"})
    found = opened(wiki, "travel costs")
    assert isinstance(found, Missing)
    assert [row.title for row in found.wanted_by] == ["Ask"]
    assert not found.deleted_by


def test_an_empty_space_asks_for_its_first_page(make_wiki: MakeWiki) -> None:
    found = opened(make_wiki({}), "")
    assert isinstance(found, Missing)
    assert found.empty_space


def test_old_versions_can_be_read(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "# First\n"})
    first = wiki.open(SPACE).repository.head() or ""
    save_page(wiki, EDITOR, SPACE, "a", "# Second\n", _oid(wiki, "a.md"), "")
    view = reading.open_version(wiki, ANONYMOUS, SPACE, first, "a.md", URLS)
    assert (view.title, view.revision) == ("First", first)
    assert reading.open_version(wiki, ANONYMOUS, SPACE, first[:8], "a", URLS).title == "First"
    assert page(wiki, "a").title == "Second"


@pytest.mark.parametrize(
    "revision",
    [
        "HEAD",
        "main",
        "HEAD~1",
        "@{u}",
        ":/x",
        "--output=x",
        "-p",
        "abcd",
        "0" * 40,
        "",
        "HEAD:../x",
    ],
)
def test_w025_only_ids_of_versions_name_versions(make_wiki: MakeWiki, revision: str) -> None:
    wiki = make_wiki({"a.md": "x"})
    with pytest.raises(RevisionNotFound):
        reading.open_version(wiki, ANONYMOUS, SPACE, revision, "a.md", URLS)


def test_sources_and_attachments_are_byte_for_byte(make_wiki: MakeWiki) -> None:
    page_bytes, file_bytes = b"caf\xe9\r\n\x00no newline", bytes(range(256))
    wiki = make_wiki({"a.md": page_bytes, "d/f.bin": file_bytes})
    assert reading.source(wiki, ANONYMOUS, SPACE, "a.md").content == page_bytes
    assert reading.source(wiki, ANONYMOUS, SPACE, "a").content == page_bytes
    assert reading.attachment(wiki, ANONYMOUS, SPACE, "d/f.bin").content == file_bytes
    with pytest.raises(PageNotFound):
        reading.source(wiki, ANONYMOUS, SPACE, "b.md")
    for path in ("d", "nope", "../x", "d/f.bin/x", "", "/etc/passwd"):
        with pytest.raises(FileNotInSpace):
            reading.attachment(wiki, ANONYMOUS, SPACE, path)


def test_hidden_files_are_not_told(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "x"})
    plant(wiki, [("100644", "charter.md", b"secret")], folder=".strata")
    assert isinstance(opened(wiki, ".strata/charter"), Missing)
    assert isinstance(opened(wiki, ".strata/"), Missing)
    with pytest.raises(FileNotInSpace):
        reading.attachment(wiki, ANONYMOUS, SPACE, ".strata/charter.md")
    with pytest.raises(PageNotFound):
        reading.source(wiki, ANONYMOUS, SPACE, ".strata/charter.md")


def plant(wiki: Wiki, entries: list[tuple[str, str, bytes]], folder: str = "") -> None:
    """Add entries of any mode and name to the head, as a hostile import could hold them."""
    import subprocess

    path = wiki.repository_path(SPACE)

    def git(*arguments: str, given: bytes = b"") -> str:
        done = subprocess.run(
            ["git", "-C", str(path), *arguments], input=given, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    lines = b""
    for mode, name, content in entries:
        oid = git("hash-object", "-w", "--stdin", given=content) if mode != "160000" else "1" * 40
        kind = "commit" if mode == "160000" else "blob"
        lines += f"{mode} {kind} {oid}\t".encode() + name.encode("utf-8", "surrogateescape") + b"\0"
    tree = git("mktree", "-z", "--missing", given=lines)
    if folder:
        tree = git("mktree", given=f"040000 tree {tree}\t{folder}\n".encode())
    who = ["-c", "user.name=x", "-c", "user.email=x@x"]
    commit_id = git(*who, "commit-tree", tree, "-m", "planted")
    git("update-ref", "refs/heads/main", commit_id)


def test_g004_symbolic_links_are_shown_and_never_followed(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "x"})
    plant(
        wiki,
        [
            ("120000", "link.md", b"/etc/passwd"),
            ("120000", "l.txt", b"/etc/passwd"),
            ("160000", "mod", b""),
        ],
    )
    view = page(wiki, "link")
    assert "/etc/passwd" in view.html
    assert "root:" not in view.html
    assert view.note
    assert reading.source(wiki, ANONYMOUS, SPACE, "link.md").content == b"/etc/passwd"
    with pytest.raises(FileNotInSpace):
        reading.attachment(wiki, ANONYMOUS, SPACE, "l.txt")
    assert isinstance(opened(wiki, "mod"), Missing)
    assert isinstance(opened(wiki, "l.txt"), Missing)


def test_g010_g012_g013_g019_odd_names_open(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "x"})
    names = [
        "caf\udce9.md",
        "<img src=x onerror=alert(1)>.md",
        "--output=x.md",
        "-O.md",
        "q?&#%.md",
        "a\nb.md",
    ]
    plant(
        wiki,
        [
            ("100644", name, b"# here")
            for name in sorted(names, key=lambda n: n.encode("utf-8", "surrogateescape"))
        ],
    )
    for name in names:
        assert page(wiki, name.removesuffix(".md")).title == "here"
    catch_up(wiki)
    listing = opened(wiki, "")
    assert isinstance(listing, FolderPage)
    assert len(listing.listing.pages) == len(names)


def test_g032_pages_that_are_no_text_open(make_wiki: MakeWiki) -> None:
    wiki = make_wiki(
        {
            "a.md": b"\xff\xfe#\x00 \x00A\x00",
            "b.md": b"caf\xe9",
            "c.md": "\ufeff# C\r\n\r\ntext\r\n",
        }
    )
    assert page(wiki, "a").note
    assert "caf\ufffd" in page(wiki, "b").html
    assert page(wiki, "c").title == "C"


def test_d004_a_page_of_five_megabytes_is_shown_as_source(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"big.md": "*x*\n" * 1_250_000})
    view = page(wiki, "big")
    assert view.rendered.as_source
    assert "too large" in view.note


def test_spaces_that_are_not_there_are_refused(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "x"})
    for name in ("nope", "..", "hand book", "handbook.git", ""):
        with pytest.raises(SpaceNotFound):
            reading.open_page(wiki, ANONYMOUS, name, "a", URLS)


def test_d007_large_folders_are_listed_in_parts(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({f"d/p{n:04}.md": f"# P{n}" for n in range(700)})
    space = wiki.open(SPACE)
    head = space.repository.head() or ""
    first = folders.folder_view(space, head, "d")
    rest = folders.folder_view(space, head, "d", 500)
    assert first is not None
    assert rest is not None
    assert (first.total, len(first.pages), len(rest.pages)) == (700, 500, 200)
    view = page(wiki, "d/p0699")
    children = view.tree[0].children
    assert [(node.title, node.current) for node in children] == [
        ("P699", True),
        ("699 more pages…", False),
    ]
