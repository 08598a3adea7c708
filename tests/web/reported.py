"""A small wiki that has something to report, with or without the names of its people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient

from tests.conftest import catch_up
from tests.web.people import wiki_with_people
from wiki.git import create
from wiki.git.fast_import import NewVersion, import_versions
from wiki.model import Author
from wiki.services.wiki import Wiki

PEOPLE = [Author(f"Person{n} Surname{n}", f"p{n}@x") for n in range(7)]
FORMULA = "=HYPERLINK(evil).md"
FACES = {
    ".strata/reports.toml": b'people = "named"\n',
    ".strata/teams.toml": b'[[team]]\nname = "Left"\npeople = ["p0@x", "p1@x", "p2@x"]\n[[team]]\nname = "Right"\npeople = ["p3@x", "p4@x"]\n',
}


def _versions(files: dict[str, bytes]) -> Iterator[NewVersion]:
    """Everybody edits the shared page and one of their own, for half a year, every other day."""
    begin = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    for number in range(84):
        who = PEOPLE[number % 7]
        at = int((begin - timedelta(days=180 - number * 2)).timestamp())
        path = "shared.md" if number % 3 else f"guides/own-{number % 7}.md"
        if number == 80:
            path = FORMULA
        text = "".join(
            f"# Line {n} of [a page](shared.md)\n\n" for n in range(number % 9, number % 9 + 5)
        )
        told: dict[str, bytes | None] = {path: text.encode(), **(files if not number else {})}
        yield NewVersion(
            who, at, 60, who, at, f"change {number}\n", told, (number,) if number else ()
        )


def told_wiki(folder: Path, files: dict[str, bytes]) -> Iterator[tuple[Wiki, FlaskClient]]:
    """The wiki with the space “told”; ``files`` are in its first version."""
    with wiki_with_people(folder) as (wiki, app):
        path = wiki.repository_path("told")
        create(path)
        import_versions(path, "main", list(_versions(files)))
        catch_up(wiki, "told")
        yield wiki, app.test_client()
