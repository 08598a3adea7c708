"""What must hold for any real repository taken in as a space; used by the tests and ``scripts/bench``.

Plain git is the oracle: it counts the pages, commits and authors, and says whether the repository is
whole after many saves.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from wiki.config import Settings
from wiki.config.settings import WikiSettings
from wiki.errors import NothingToSave
from wiki.git import fsck, import_repository
from wiki.model import Author, Edit, FileWrite, Role, Viewer, is_page_path, page_name
from wiki.services import pages
from wiki.services.reading import open_page
from wiki.services.space import Space, open_space
from wiki.services.wiki import Wiki

AUTHOR = Author("Ada Lovelace", "ada@example.org")


class PlainUrls:
    """The addresses that shown pages link to."""

    def page(self, space: str, path: str) -> str:
        return f"/{space}/{path}"

    def file(self, space: str, path: str) -> str:
        return f"/{space}/-/file/{path}"

    def local(self, path: str) -> str:
        return path


EDITOR = Viewer("ada", Role.EDITOR, AUTHOR)


def wiki_in(folder: Path) -> Wiki:
    """An empty wiki that keeps everything in this folder."""
    places = WikiSettings(
        content=folder / "content",
        search_index=folder / "search_index",
        instance=folder / "instance",
    )
    for place in (places.content, places.search_index, places.instance):
        place.mkdir(parents=True, exist_ok=True)
    return Wiki(Settings(wiki=places))


def take_in(wiki: Wiki, bundle: Path, name: str = "space") -> Space:
    """Import a bundle as a space and build its projections."""
    import_repository(str(bundle), wiki.repository_path(name), lambda *_: None)
    space = wiki.open(name)
    assert space.follower.follow(), space.follower.state()
    return space


def check_counts(wiki: Wiki, space: Space) -> None:
    """Pages, commits and contributors agree with plain git."""
    path = wiki.repository_path(space.name)
    lines = _git(path, "ls-tree", "-r", "-z", "HEAD").split("\0")
    files = [line.partition("\t")[2] for line in lines if line.startswith("100")]  # no symlinks
    assert space.catalogue.count() == sum(is_page_path(file) for file in files)
    assert space.history.totals().commits == int(_git(path, "rev-list", "--count", "HEAD"))
    told = set(_git(path, "log", "--format=%an%x00%ae").splitlines())
    known = {f"{author.name}\0{author.email}" for author in space.history.authors()}
    assert {_bare(line) for line in told} <= {_bare(line) for line in known}  # and co-authors
    assert space.history.totals().authors == len(told)


def check_rendering(wiki: Wiki, space: Space, count: int, chance: random.Random) -> list[str]:
    """So many random pages are shown, rendered; the names of those shown only as source."""
    rows = list(space.catalogue.pages(recursive=True, limit=100_000))
    as_source = []
    for row in chance.sample(rows, min(count, len(rows))):
        view = open_page(wiki, EDITOR, space.name, page_name(row.path), PlainUrls())
        html = getattr(view, "html", None)
        assert html is not None, (row.path, type(view).__name__)
        if getattr(view, "note", ""):
            as_source.append(row.path)
    return as_source


def edit_pages(wiki: Wiki, space: Space, count: int, chance: random.Random) -> int:
    """So many edits of random pages, as a browser makes them; how many were durable commits."""
    rows = list(space.catalogue.pages(recursive=True, limit=100_000))
    saved = 0
    for number in range(count):
        form = pages.open_for_editing(wiki, EDITOR, space.name, page_name(chance.choice(rows).path))
        try:
            text = f"{form.text}\nAn added line, number {number}.\n"
            pages.save_page(wiki, EDITOR, space.name, form.name, text, form.base)
            saved += 1
        except NothingToSave:
            continue
    return saved


def push_pages(space: Space, count: int) -> None:
    """So many commits that came past the wiki."""
    for number in range(count):
        write = FileWrite(f"pushed/page {number}.md", f"Number {number}\n".encode(), "")
        space.repository.save(Edit((write,), AUTHOR, "Push", "push", "", 1_700_000_000))


def check_whole(wiki: Wiki, space: Space) -> None:
    """git finds nothing wrong with the repository."""
    assert not fsck(wiki.repository_path(space.name))


def check_rebuilt(wiki: Wiki, space: Space, beside: Path) -> None:
    """Every projection equals one made anew elsewhere."""
    places = replace(wiki.settings.wiki, search_index=beside)
    anew = open_space(wiki.repository_path(space.name), replace(wiki.settings, wiki=places))
    try:
        assert anew.follower.follow()
        for followed, rebuilt in (
            (space.catalogue, anew.catalogue),
            (space.history, anew.history),
        ):
            assert followed.position() == rebuilt.position()
            assert followed.dump() == rebuilt.dump(), followed.name
        assert space.search.position() == anew.search.position()
        assert sorted(space.search.dump()) == sorted(anew.search.dump())
    finally:
        anew.close()


def accept(
    bundle: Path,
    folder: Path,
    *,
    renders: int = 100,
    edits: int = 200,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """All of it, for one repository."""
    chance = random.Random(bundle.name)
    wiki = wiki_in(folder)
    try:
        space = take_in(wiki, bundle)
        check_counts(wiki, space)
        say(f"{space.catalogue.count()} pages, {space.history.totals().commits} commits")
        as_source = check_rendering(wiki, space, renders, chance)
        say(f"{renders} pages shown, {len(as_source)} with a note: {as_source[:5]}")
        say(f"{edit_pages(wiki, space, edits, chance)} edits saved")
        push_pages(space, 5)
        check_whole(wiki, space)
        while not space.follower.follow():
            pass
        check_counts(wiki, space)
        check_rebuilt(wiki, space, folder / "anew")
        say("whole, counted again, and equal to a rebuild")
    finally:
        wiki.close()


def _git(path: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(path), *args], check=True, capture_output=True, timeout=120
    )
    return done.stdout.decode("utf-8", "replace")


def _bare(line: str) -> str:
    """Names compared as people would: git and we may show odd bytes in different ways."""
    return "".join(c for c in line if c.isascii() and c.isprintable())
