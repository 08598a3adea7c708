"""Following equals rebuilding, however the pages came; readers never wait while one writes."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ALL_DATA
from tests.projections.search.conftest import ANNA, Shelf
from wiki.git import Repository, create
from wiki.projections.projection import no_progress
from wiki.projections.search import SearchIndex, SearchResult, parse_query

NAMES = st.sampled_from(["a.md", "b/a.md", "b/c d.md", "ü.md", "x.png", "b/文.md", ".strata/t.md"])
TEXTS = st.sampled_from(
    ["# Tea\n\ncups of tea", "files filed file", "---\ntags: [x, y]\n---\nword", "数据库 安装", ""]
)
CHANGES = st.dictionaries(NAMES, st.none() | TEXTS, min_size=1, max_size=4)
QUERIES = ("tea", "file", "数据", "tag:x", "path:b", "word OR tea", "fi*", '"of tea"')


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[dict[str, str | None], bool, int]]:
    """(what a commit changes, whether the index follows after it, which commit it goes back to)."""
    steps = draw(st.lists(st.tuples(CHANGES, st.booleans(), st.integers(0, 9)), max_size=9))
    return [(dict(changes), follows, back) for changes, follows, back in steps]


def answers(index: SearchIndex) -> list[SearchResult]:
    return [index.search(parse_query(text), 0, 20) for text in QUERIES]


@settings(
    max_examples=15 if ALL_DATA else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories())
def test_r030_following_equals_rebuilding(
    tmp_path_factory: object, steps: list[tuple[dict[str, str | None], bool, int]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("history")  # type: ignore[attr-defined]
    create(folder / "h.git")
    repository = Repository(folder / "h.git", name="h", committer=ANNA)
    shelf = Shelf(folder, repository, SearchIndex(folder / "followed"))
    shelf.write({"start.md": "# Start"})
    commits = [shelf.head]
    for changes, follows, back in steps:
        wanted = {
            path: text
            for path, text in changes.items()
            if text is not None or repository.entry(shelf.head, path) is not None
        }
        if wanted and not _is_same(shelf, wanted):
            commits.append(shelf.put(wanted))
        if follows:
            shelf.follow()
        if back == 0:  # history was rewritten: an older commit is the head again
            shelf.index.advance(repository, shelf.index.position() or "", commits[0])
    shelf.follow()
    rebuilt = SearchIndex(folder / "rebuilt")
    rebuilt.rebuild(repository, shelf.head, no_progress)
    assert sorted(shelf.index.dump()) == sorted(rebuilt.dump())
    assert answers(shelf.index) == answers(rebuilt)
    assert shelf.index.page_count() == rebuilt.page_count()
    shelf.index.close()
    rebuilt.close()
    repository.close()


def _is_same(shelf: Shelf, wanted: dict[str, str | None]) -> bool:
    for path, text in wanted.items():
        entry = shelf.repository.entry(shelf.head, path)
        if (entry is None) != (text is None):
            return False
        if entry and text is not None and shelf.repository.read_blob(entry.oid) != text.encode():
            return False
    return True


def test_a_state_with_deletions_can_be_opened_anew(shelf: Shelf) -> None:
    shelf.write({"a.md": "tea", "b.md": "tea", "c.md": "tea"})
    shelf.write({"b.md": None})
    shelf.index.close()
    assert shelf.found("tea") == ["a.md", "c.md"]
    assert shelf.search("tea").total == 2


def test_many_commits_leave_few_segments(shelf: Shelf) -> None:
    shelf.write({"start.md": "# Start"})
    for number in range(40):
        shelf.write({f"p{number % 25}.md": f"# Page {number}\n\nnumber word{number}"})
    snapshot = shelf.index._refresh()
    assert len(snapshot.segments()) <= 16
    assert shelf.search("number").total == 25
    fresh = SearchIndex(shelf.folder / "fresh")
    fresh.rebuild(shelf.repository, shelf.head, no_progress)
    assert sorted(fresh.dump()) == sorted(shelf.index.dump())
    fresh.close()


def test_an_index_that_is_replaced_in_the_middle_of_a_search_is_asked_anew(shelf: Shelf) -> None:
    shelf.write({f"p{number}.md": f"# Page {number}\n\ncommon word" for number in range(20)})
    reader = SearchIndex(shelf.folder / "index" / "handbook")
    turns = iter(range(1, 100))

    def replaced() -> bool:
        if next(turns) == 1:
            shelf.write({"p0.md": "# Page 0\n\ncommon word, and one more"})
            shelf.index.rebuild(shelf.repository, shelf.head, no_progress)
        return False

    result = reader.search(parse_query("common"), expired=replaced)
    assert result.total == 20
    assert result.position == shelf.head
    assert reader.search(parse_query("more")).total == 1
    reader.close()


READER = """
import sys, time
from pathlib import Path
from wiki.projections.search import SearchIndex, parse_query
index, until, count = SearchIndex(Path(sys.argv[1])), time.time() + 120, 0
queries = [parse_query(text) for text in ("common", "common OR rare", "com*", '"common word"')]
positions = set()
while (count < 100 or len(positions) < 5) and time.time() < until:
    result = index.search(queries[count % 4])
    assert result.total >= 20, result.total
    positions.add(result.position)
    count += 1
print(count, len(positions))
"""


def test_two_readers_never_fail_while_one_process_writes(shelf: Shelf) -> None:
    shelf.write({f"p{number}.md": f"# Page {number}\n\ncommon word" for number in range(20)})
    folder = shelf.folder / "index" / "handbook"
    command = [sys.executable, "-W", "error", "-c", READER, str(folder)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    turn = 0
    while any(reader.poll() is None for reader in readers):
        shelf.write({f"p{turn % 20}.md": f"# Page {turn}\n\ncommon word {turn}"})
        turn += 1
        if turn % 5 == 0:
            shelf.index.rebuild(shelf.repository, shelf.head, no_progress)
    told = [reader.communicate(timeout=120) for reader in readers]
    for output, errors in told:
        assert errors == ""
        searches, positions = map(int, output.split())
        assert searches >= 100
        assert positions >= 5


def test_threads_share_an_index_while_it_changes(shelf: Shelf) -> None:
    shelf.write({f"p{number}.md": f"# Page {number}\n\ncommon word" for number in range(20)})
    failures: list[BaseException] = []
    done = threading.Event()

    def ask(turn: int) -> None:
        try:
            while not done.is_set():
                for text in ("common", "com*", '"common word"', "page", "comon"):
                    assert shelf.search(text, turn + 5).total >= (text != "comon")
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(12):
        shelf.write({f"p{turn % 20}.md": f"# Page {turn}\n\ncommon word {turn}"})
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_writer_killed_between_whoosh_and_manifest_loses_nothing(shelf: Shelf) -> None:
    shelf.write({"a.md": "alpha", "b.md": "beta"})
    old = shelf.head
    shelf.put({"a.md": "gamma"})
    store = shelf.index._store
    publish = store.publish

    def die(_: object) -> None:
        raise KeyboardInterrupt

    store.publish = die  # type: ignore[method-assign,assignment]
    with contextlib.suppress(KeyboardInterrupt):
        shelf.follow()
    store.publish = publish  # type: ignore[method-assign]
    assert shelf.index.position() == old
    assert shelf.found("alpha") == ["a.md"]
    shelf.put({"a.md": "alpha"})  # what the lost step took in is undone: no trace of it may stay
    shelf.follow()
    assert shelf.found("gamma") == []
    assert shelf.found("alpha") == ["a.md"]


def test_r041_an_edit_is_found_at_once(shelf: Shelf) -> None:
    shelf.write({"a.md": "first"})
    for turn in range(8):
        shelf.write({"a.md": f"turn number{turn}"})
        assert shelf.found(f"number{turn}") == ["a.md"]
