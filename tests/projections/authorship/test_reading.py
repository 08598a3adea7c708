"""Answers are of one moment, whatever is followed while they are given."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from tests.projections.authorship.conftest import Script
from wiki.errors import IndexNotReady
from wiki.projections.authorship import Authorship
from wiki.projections.projection import no_progress

COMMITS = 30


def _told(script: Script) -> None:
    text = ""
    for number in range(COMMITS):
        text += f"five words of commit {number}\n"
        script.commit(str(number), {"a.md": text, "b.md": f"this {number} goes away again\n"})


def test_every_answer_is_that_of_one_commit(script: Script) -> None:
    _told(script)
    oids = list(script.oids.values())
    follower = script.authorship
    follower.rebuild(script.repository, oids[0], no_progress)
    reader = Authorship(script.folder / "index")
    failed: list[BaseException] = []

    def follow() -> None:
        try:
            for old, new in pairwise(oids):
                follower.advance(script.repository, old, new)
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=follow)
    writer.start()
    seen = set()
    while writer.is_alive():
        page = reader.page("a.md")
        assert page is not None
        number = int(script.names[page.commit])
        assert [(run.commit, run.count) for run in page.runs] == [
            (oid, 5) for oid in oids[: number + 1]
        ]
        ledger = reader.ledger()
        edits = len(ledger.commit) // 2
        assert int(ledger.count.sum()) == int(ledger.added.sum())
        assert int(ledger.count[ledger.died < 0].sum()) == 5 * (edits + 1)
        versions = reader.versions("a.md")
        assert [version.commit for version in versions] == oids[: len(versions)]
        seen.add(number)
    writer.join()
    reader.close()
    assert not failed
    assert len(seen) > 1


def test_a_question_does_not_see_what_is_followed_meanwhile(tmp_path: Path, script: Script) -> None:
    _told(script)
    oids = list(script.oids.values())
    script.authorship.rebuild(script.repository, oids[0], no_progress)
    reader = Authorship(script.folder / "index")

    def asked():  # type: ignore[no-untyped-def]
        yield oids[0], "a.md"
        script.authorship.advance(script.repository, oids[0], oids[1])
        yield oids[1], "a.md"

    assert [found is not None for found in reader.runs(asked())[0]] == [True, False]
    found, _ = reader.runs([(oids[1], "a.md")])
    assert found[0] is not None
    assert found[0].tokens == 10
    reader.close()


@pytest.mark.parametrize("again", [1, 2])
def test_what_is_made_anew_is_read_anew(script: Script, again: int) -> None:
    _told(script)
    oids = list(script.oids.values())
    reader = Authorship(script.folder / "index")
    for _ in range(again):
        script.authorship.rebuild(script.repository, oids[-1], no_progress)
        page = reader.page("a.md")
        assert page is not None
        assert page.tokens == 5 * COMMITS
    reader.close()


@pytest.mark.parametrize("column", ["base", "fates", "steps", "oids", "paths", "live"])
def test_a_bit_that_turned_on_the_disk_leads_to_a_rebuild(script: Script, column: str) -> None:
    script.commit("ada", {"a.md": "one two three four\n", "b.md": "five six\n"})
    script.commit("bob", {"a.md": "one two three\n", "b.md": "five six\n"})
    expected = script.rebuild().dump()
    script.authorship.close()
    folder = script.folder / "index"
    db = sqlite3.connect(folder / (folder / "authorship.current").read_text())
    with db:
        query = "SELECT data FROM columns WHERE name = ?"
        data = bytearray(db.execute(query, (column,)).fetchone()[0])
        data[0] ^= 1
        db.execute("UPDATE columns SET data = ? WHERE name = ?", (bytes(data), column))
    db.close()
    for question in (script.authorship.ledger, script.authorship.dump):
        with contextlib.suppress(IndexNotReady):
            question()
    assert script.authorship.position() is None
    assert script.rebuild().dump() == expected
