"""What reports are computed from: the same however the history arrived, and put together once."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeWiki, add_pages, catch_up
from tests.projections.histories import COMMITTER, Files, RandomHistory, push
from wiki.analytics.authors import writers_standing
from wiki.analytics.facts import NOBODY, SORTS, Facts
from wiki.analytics.people import identify
from wiki.config import Settings
from wiki.errors import IndexNotReady, ScopeNotFound
from wiki.git import Repository, create
from wiki.model import Author, Edit, FileWrite
from wiki.projections import Follower
from wiki.projections.authorship import Authorship
from wiki.projections.history import History, column_file, history
from wiki.projections.history.columns import HistoryColumns
from wiki.services.fact_words import words_of
from wiki.services.facts import facts_of, gather_columns, material_of
from wiki.services.people import people_of, who_of
from wiki.services.report_scope import Scope, narrowed
from wiki.services.resolved import read_people
from wiki.services.warming import Warming

NOW = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp())


def told(facts: Facts) -> dict[str, list[tuple[object, ...]]]:
    """Facts without the numbers of paths and pages, whose order follows from how rows arrived."""
    changes, commits, words, copies = facts.changes, facts.commits, facts.words, facts.copies
    page = facts.pages.identity

    def edit(change: int) -> tuple[bytes, str] | None:
        if change == NOBODY:
            return None
        return bytes(commits.oid[changes.commit[change]]), facts.paths[changes.path[change]]

    rows = range(len(changes.at))
    counted = [name for name in changes.__slots__ if name not in {"commit", "at", "page", "path"}]
    return {
        "commits": list(
            zip(*(getattr(commits, name).tolist() for name in commits.__slots__), strict=True)
        ),
        "people": [(person.key, person.name) for person in facts.people],
        "changes": [
            (
                edit(i),
                int(changes.at[i]),
                page[changes.page[i]],
                *(getattr(changes, name)[i].item() for name in counted),
            )
            for i in rows
        ],
        "credits": [
            (edit(change), int(person))
            for change, person in zip(facts.credits.change, facts.credits.person, strict=True)
        ],
        "pages": sorted(
            (page[i], facts.paths[facts.pages.path[i]], bool(facts.pages.alive[i]), int(facts.pages.size[i]))
            for i in range(len(page))
        ),
        "copies": sorted(
            Counter(
                (edit(born), page[where], page[home])
                for born, where, home, count in zip(
                    copies.born, copies.page, copies.home, copies.count, strict=True
                )
                for _ in range(count)
            ).items(),
            key=repr,
        ),
        "words": sorted(
            Counter(
                {
                    (edit(born), edit(died), page[where], bool(whole)): int(count)
                    for born, died, where, whole, count in zip(
                        words.born, words.died, words.page, words.whole, words.count, strict=True
                    )
                }
            ).items(),
            key=repr,
        ),
    }  # fmt: skip


def gathered(columns: HistoryColumns, authorship: Authorship | None = None) -> Facts:
    people = identify(columns.authors.values()).identities
    words = None
    if authorship:
        columns, words, _ = words_of(authorship, columns)
    return gather_columns("r", columns, people, Settings(), NOW, words=words).facts


@pytest.mark.parametrize("kept", [b"ours\n", None])
def test_words_that_a_merge_left_out_end_with_it_and_nobody_removed_them(
    tmp_path: Path, kept: bytes | None
) -> None:
    path, day = tmp_path / "r.git", 86_400
    create(path)
    rest = {"z.md": b"rest\n"}
    top = push(path, {"a.md": b"ours\n", **rest}, [], at=1_600_000_000)
    ours = {"a.md": kept, **rest} if kept else rest
    one = push(path, {**ours, "y.md": b"one\n"}, [top], at=1_600_000_000 + day)
    two = push(
        path, {"a.md": b"ours\nthree more words\n", **rest}, [top], at=1_600_000_000 + 2 * day
    )
    at = 1_600_000_000 + 9 * day
    push(path, {**ours, "y.md": b"one\n"}, [one, two], at=at, ref="refs/heads/main")
    repository = Repository(path, name="r", committer=COMMITTER)
    followed = History(tmp_path), Authorship(tmp_path)
    assert Follower(repository, followed, tmp_path).follow()
    facts = gathered(followed[0].columns(), followed[1])
    words, changes = facts.words, facts.changes
    (lost,) = np.flatnonzero((words.died >= 0) & (words.count == 3))
    died = words.died[lost]
    assert changes.at[died] == at
    assert SORTS[changes.sort[died]] == "merges"
    assert facts.paths[facts.pages.path[words.page[lost]]] == "a.md"
    assert words.whole[lost] == (kept is None)
    for each in (*followed, repository):
        each.close()


@pytest.mark.parametrize("seed", [3, 7, 15])
def test_facts_are_the_same_however_the_history_arrived(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "WORTH_KEEPING", 5)
    random = RandomHistory(tmp_path / "r.git", seed)
    folder = tmp_path / "followed"
    followed = History(folder), Authorship(folder)
    follower = Follower(random.repository, followed, folder)
    columns: HistoryColumns | None = None
    for step in range(30):
        random.grow()
        assert follower.follow()
        if step % 3:
            # Now and then as a new process, which knows only what was kept in the file.
            columns = followed[0].columns(columns if step % 5 else None)
    columns = followed[0].columns(columns)
    fresh = History(tmp_path / "fresh"), Authorship(tmp_path / "fresh")
    assert Follower(random.repository, fresh, tmp_path / "fresh").follow()
    expected = told(gathered(fresh[0].columns(), fresh[1]))
    found = told(gathered(columns, followed[1]))
    for name, rows in expected.items():
        assert found[name] == rows, f"{name}, seed {seed}"
    assert expected["changes"]
    assert expected["words"]
    for each in (*followed, *fresh, random.repository):
        each.close()


def test_a_kept_file_that_does_not_hold_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "WORTH_KEEPING", 1)
    random = RandomHistory(tmp_path / "r.git", 4)
    for _ in range(8):
        random.grow()
    kept = History(tmp_path / "i")
    kept.rebuild(random.repository, random.head, lambda *_: None)
    expected = told(gathered(kept.columns()))
    file = tmp_path / "i" / "history.columns"
    whole = file.read_bytes()
    database = kept.columns().mark.file
    assert column_file.read_file(tmp_path / "i", database) is not None
    for broken in (b"", whole[:-1], whole[: len(whole) // 2], whole[:900] + b"x" + whole[901:]):
        file.write_bytes(broken)
        assert column_file.read_file(tmp_path / "i", database) is None
        assert told(gathered(kept.columns())) == expected
    assert column_file.read_file(tmp_path / "i", "another.sqlite") is None
    kept.close()
    random.repository.close()


def test_every_page_has_all_words_that_stand_on_it(tmp_path: Path) -> None:
    path = tmp_path / "r.git"
    create(path)
    repository = Repository(path, name="r", committer=Author("Wiki", "w@example.org"))
    text = "The quick brown fox jumps over the lazy dog\n" * 3
    history: list[dict[str, str]] = [
        {"guides/m.md": text},
        {"guides/m.md": text + "more\n", "a.md": text},
        {"guides/m.md": text + "more\nstill\n", "a.md": text + "own\n", "z.md": text},
    ]
    head: list[str] = []
    for day, files in enumerate(history):
        raw: Files = {name: content.encode() for name, content in files.items()}
        when = 1_600_000_000 + 86400 * day
        head = [push(path, raw, head, message="x", at=when, ref="refs/heads/main")]
    followed = History(tmp_path / "i"), Authorship(tmp_path / "i")
    assert Follower(repository, followed, tmp_path / "i").follow()
    facts = gathered(followed[0].columns(), followed[1])
    found = writers_standing(facts, len(facts.changes.at)).everything
    where = {facts.paths[at]: n for n, at in enumerate(facts.pages.path)}
    assert {name: int(found[n]) for name, n in where.items()} == {
        "guides/m.md": 29, "a.md": 28, "z.md": 27,
    }  # fmt: skip
    standing = facts.words.count[facts.words.died == NOBODY]
    assert standing.sum() == 27 + 2 + 1
    home = facts.words.page[facts.words.count == 27]
    assert home.tolist() == [where["guides/m.md"]]
    for each in (*followed, repository):
        each.close()


def test_every_word_of_every_edit_is_joined(tmp_path: Path) -> None:
    random = RandomHistory(tmp_path / "r.git", 9)
    for _ in range(25):
        random.grow()
    followed = History(tmp_path / "i"), Authorship(tmp_path / "i")
    assert Follower(random.repository, followed, tmp_path / "i").follow()
    ledger = followed[1].ledger()
    facts = gathered(followed[0].columns(), followed[1])
    assert facts.changes.words_added.sum() == ledger.added.sum() > 0
    assert facts.words.count.sum() == ledger.count.sum()
    standing = facts.words.died == NOBODY
    assert facts.pages.alive[facts.words.page[standing]].all()
    for each in (*followed, random.repository):
        each.close()


def test_people_are_resolved_once_and_remembered_for_the_next_process(
    make_wiki: MakeWiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiki.services import people, resolved

    monkeypatch.setattr(resolved, "_WORTH_KEEPING", 1)
    wiki = make_wiki({"a.md": "a\n"})
    space = wiki.open("handbook")
    first = people_of(space, wiki.settings)
    assert people_of(space, wiki.settings) is first
    again = read_people(space.index_folder)
    assert again is not None
    assert again.people == first
    add_pages(wiki, "handbook", {"b.md": "b\n"})  # by somebody known
    catch_up(wiki)
    assert people_of(space, wiki.settings) is first
    people._kept.clear()
    edit = Edit((FileWrite("c.md", b"c\n", ""),), Author("Bo Ek", "bo@x"), "m", "web", "bo", NOW)
    space.repository.save(edit)
    catch_up(wiki)
    found = people_of(space, wiki.settings)
    assert {person.name for person in found.identities.values()} >= {"Bo Ek"}
    other = replace(wiki.settings, reports=replace(wiki.settings.reports, bots=("bo@x",)))
    assert people_of(space, other).identities[Author("Bo Ek", "bo@x")].is_bot


def test_facts_are_put_together_once_and_anew_after_a_change(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "one two three\n"})
    space = wiki.open("handbook")
    first = facts_of(space, wiki.settings, NOW)
    assert facts_of(space, wiki.settings, NOW + 60) is first
    assert first.changes.words_added.sum() == 3
    add_pages(wiki, "handbook", {"b.md": "b\n"})
    assert facts_of(space, wiki.settings, NOW) is first
    catch_up(wiki)
    second = facts_of(space, wiki.settings, NOW)
    assert len(second.changes.at) == 2
    assert facts_of(space, wiki.settings, NOW + 2 * 86400) is not second  # another day


def test_what_reports_need_is_prepared_beforehand(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "a\n"})
    space = wiki.open("handbook")
    warming = Warming(wiki, clock=lambda: float(NOW))
    assert warming.tick() == 1
    ready = material_of(space, wiki.settings, NOW)
    assert warming.tick() == 1
    assert material_of(space, wiki.settings, NOW) is ready
    add_pages(wiki, "handbook", {"b.md": "b\n"})
    catch_up(wiki)
    assert warming.tick() == 1
    assert len(material_of(space, wiki.settings, NOW).facts.changes.at) == 2


def test_a_space_that_is_still_being_read_is_not_prepared(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "a\n"})
    space = wiki.open("handbook")
    for file in space.index_folder.glob("history*"):
        file.unlink()
    assert Warming(wiki, clock=time.time).tick() == 0
    with pytest.raises(IndexNotReady):
        material_of(space, wiki.settings, NOW)


# -- scopes -----------------------------------------------------------------------------------


def test_a_folder_holds_the_pages_that_lie_in_it_or_lay_last(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"guide/a.md": "a\n", "guide/deep/b.md": "b\n", "guide.md": "c\n"})
    facts = facts_of(wiki.open("handbook"), wiki.settings, NOW)
    within = narrowed(facts, Scope(folder="guide"))
    assert len(within.edits()) == 2
    assert len(narrowed(facts, Scope(folder="/guide/deep/")).edits()) == 1
    assert len(narrowed(facts, Scope(page="guide.md")).edits()) == 1
    key = facts.people[0]
    assert len(narrowed(facts, Scope(person=who_of(key))).edits()) == 3
    assert narrowed(facts, Scope()) is facts
    assert within.last == facts.last


@pytest.mark.parametrize(
    "scope",
    [
        Scope(folder="gui"),
        Scope(page="no.md"),
        Scope(team="north"),
        Scope(person="00"),
        Scope(folder="guide", page="b.md"),
    ],
)
def test_what_was_never_there_is_refused(make_wiki: MakeWiki, scope: Scope) -> None:
    wiki = make_wiki({"guide/a.md": "a\n", "b.md": "b\n"})
    facts = facts_of(wiki.open("handbook"), wiki.settings, NOW)
    with pytest.raises(ScopeNotFound):
        narrowed(facts, scope)


def test_numbers_are_columns_of_equal_length(make_wiki: MakeWiki) -> None:
    facts = facts_of(make_wiki({"a.md": "a\n"}).open("handbook"), Settings(), NOW)
    for columns in (facts.commits, facts.changes, facts.credits, facts.words):
        assert len({len(getattr(columns, name)) for name in columns.__slots__}) == 1
    assert np.all(np.diff(facts.changes.at) >= 0)
