"""Following equals rebuilding: any history, in whatever slices."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.projections.authorship.conftest import Script
from tests.projections.histories import Files, RandomHistory, git, push
from wiki.git import Repository
from wiki.model import is_page_path
from wiki.projections.authorship import Authorship, WordLedger
from wiki.projections.projection import no_progress
from wiki.text.tokens import tokens


def standing_at(ledger: WordLedger, path: str) -> int:
    """How many words the ledger has at a path, of whatever page they count."""
    place = ledger.paths.index(path) if path in ledger.paths else -2
    here = ledger.count[(ledger.died < 0) & (ledger.place == place)]
    return int(here.sum() + ledger.also_count[ledger.also_place == place].sum())


def check(repository: Repository, folder: Path, stops: list[str]) -> None:
    """Follow over these stops, and compare with one rebuild; every word of every page is told."""
    head = stops[-1]
    followed, rebuilt = Authorship(folder / "followed"), Authorship(folder / "rebuilt")
    followed.rebuild(repository, stops[0], no_progress)
    for old, new in pairwise(stops):
        followed.advance(repository, old, new)
    rebuilt.rebuild(repository, head, no_progress)
    tables, expected = followed.dump(), rebuilt.dump()
    for name, rows in expected.items():
        assert tables[name] == rows, name
    ledger = rebuilt.ledger()
    assert ledger.count.sum() == ledger.added.sum()
    alive = 0
    for entry in repository.tree(head):
        if is_page_path(entry.path):
            text = repository.read_blob(entry.oid).decode("utf-8", "surrogateescape")
            page = rebuilt.page(entry.path)
            assert page is not None
            assert page.tokens == len(tokens(text)), entry.path
            distinct = {(r.commit, r.path, r.first + n) for r in page.runs for n in range(r.count)}
            assert standing_at(ledger, entry.path) == len(distinct), entry.path
            alive += page.tokens
    assert ledger.count[ledger.died < 0].sum() <= alive
    followed.close()
    rebuilt.close()


@pytest.mark.parametrize("seed", range(200, 206))
def test_people_s_histories(tmp_path: Path, seed: int) -> None:
    history = RandomHistory(tmp_path / "r.git", seed)
    stops = []
    for _ in range(30):
        history.grow()
        if not stops or history.random.random() < (0.9, 0.4, 0.15)[seed % 3]:
            stops.append(history.head)
    stops.append(history.head)
    distinct = list(dict.fromkeys(stops))
    check(history.repository, tmp_path, distinct)
    history.repository.close()


PASSAGES = [
    "one two three four five", "six seven eight nine ten", "red green blue white black",
    "one two three four", "", "north east south west", "日本語の文章です",
]  # fmt: skip
pages = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "c/d.md"]),
    st.lists(st.sampled_from(PASSAGES), max_size=5),
    min_size=1,
)
steps = st.lists(st.tuples(pages, st.integers(0, 5), st.integers(0, 9)), min_size=2, max_size=9)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps, often=st.integers(1, 4))
def test_passages_that_come_and_go_on_branches_and_merges(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[dict[str, list[str]], int, int]],
    often: int,
) -> None:
    script = Script(tmp_path_factory.mktemp("script"))
    oids: list[str] = []
    stops: list[str] = []
    for number, (texts, branch, merge) in enumerate(steps):
        files: Files = {
            path: "".join(f"{line}\n" for line in lines).encode() for path, lines in texts.items()
        }
        # Some commits follow an older one; the last line of each branch is merged now and then.
        above = oids[-1 - branch % min(len(oids), 3)] if oids else ""
        parents = [above] if above else []
        if merge > 5 and len(oids) > 1 and oids[-1] != above:
            parents.append(oids[-1])
        oids.append(
            push(
                script.path,
                files,
                parents,
                at=1_600_000_000 + 60 * (number % 4),
                ref="refs/heads/main",
            )
        )
    last = push(script.path, {"z.md": b"end\n"}, oids[-2:][::-1], ref="refs/heads/main")
    walk = git(script.path, "rev-list", "--reverse", "--first-parent", last).split()
    stops = [*walk[::often], last]
    check(script.repository, script.folder, list(dict.fromkeys(stops)))
    script.close()
