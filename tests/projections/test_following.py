"""Following equals rebuilding: the definition of a projection, over random histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ALL_DATA
from tests.projections.histories import RandomHistory
from wiki.projections import Follower
from wiki.projections.catalogue import Catalogue
from wiki.projections.history import History
from wiki.projections.search import SearchIndex
from wiki.projections.structure import Structure


@dataclass
class Bench:
    """A growing repository and what follows it; more of the same can be opened beside it."""

    folder: Path
    opened: list[Any]

    def history(self, seed: int) -> RandomHistory:
        made = RandomHistory(self.folder / "r.git", seed)
        self.opened.append(made.repository)
        return made

    def projections(self, name: str) -> list[Any]:
        folder = self.folder / name
        made = [Catalogue(folder), History(folder), SearchIndex(folder), Structure(folder)]
        self.opened += made
        return made

    def follower(self, history: RandomHistory, projections: list[Any], name: str) -> Follower:
        return Follower(history.repository, projections, self.folder / name)

    def check_equals_rebuild(self, history: RandomHistory, followed: list[Any]) -> None:
        rebuilt = self.projections("fresh")
        assert self.follower(history, rebuilt, "fresh").follow()
        expected = dumps(rebuilt)
        for name, tables in dumps(followed).items():
            for table, rows in tables.items():
                assert rows == expected[name][table], f"{name}.{table}, seed {history.seed}"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, [])
    yield made
    for each in made.opened:
        each.close()


def dumps(projections: list[Any]) -> dict[str, Any]:
    found = {}
    for projection in projections:
        dump = projection.dump()
        found[projection.name] = dump if isinstance(dump, dict) else {"rows": sorted(dump)}
    return found


@pytest.mark.parametrize("seed", range(12 if ALL_DATA else 6))
def test_r030_following_equals_rebuilding(bench: Bench, seed: int) -> None:
    history = bench.history(seed)
    projections = bench.projections("followed")
    follower = bench.follower(history, projections, "followed")
    for _ in range(40):
        history.grow()
        # Slices of any size: every commit by itself, or many at once.
        if history.random.random() < (0.5, 0.9, 0.15)[seed % 3]:
            assert follower.follow()
    assert follower.follow()
    bench.check_equals_rebuild(history, projections)


@pytest.mark.parametrize("seed", range(200, 203))
def test_histories_without_a_common_beginning_are_followed_too(bench: Bench, seed: int) -> None:
    history = bench.history(seed)
    projections = bench.projections("followed")
    follower = bench.follower(history, projections, "followed")
    for step in range(24):
        history.grow()
        if step % 6 == 5:
            history.bring_in_again()
        assert follower.follow()
    bench.check_equals_rebuild(history, projections)


@pytest.mark.parametrize("seed", range(100, 102))
def test_rewritten_history_is_followed_too(bench: Bench, seed: int) -> None:
    history = bench.history(seed)
    projections = bench.projections("followed")
    follower = bench.follower(history, projections, "followed")
    for _ in range(12):
        history.grow()
        assert follower.follow()
    history.rewrite()
    assert follower.follow()
    history.grow()
    assert follower.follow()
    bench.check_equals_rebuild(history, projections)


def test_an_empty_repository_is_followed(bench: Bench) -> None:
    history = bench.history(1)
    projections = bench.projections("i")
    follower = bench.follower(history, projections, "i")
    assert follower.follow()
    assert [each.position() for each in projections] == [""] * len(projections)
    assert [state.behind for state in follower.state()] == [0] * len(projections)
    history.grow()
    assert [state.behind for state in follower.state()] == [1] * len(projections)
    assert follower.follow()
    assert [each.position() for each in projections] == [history.head] * len(projections)
