"""With lines for tokens and without any memory, the engine says what ``git blame`` says."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from tests.projections.histories import git
from wiki.git import Repository
from wiki.model import Author
from wiki.projections.authorship.hunks import WholeLines
from wiki.projections.authorship.reading import page_version
from wiki.projections.authorship.recording import standing, weave
from wiki.projections.authorship.state import State
from wiki.projections.projection import no_progress


@pytest.mark.parametrize(("bundle", "pages"), [("clef-handbook", 30), ("freecodecamp-wiki", 20)])
def test_lines_are_credited_as_by_blame(
    tmp_path: Path, shared_data: Path, bundle: str, pages: int
) -> None:
    path = tmp_path / "r.git"
    source = shared_data / "repositories" / f"{bundle}.bundle"
    subprocess.run(["git", "clone", "-q", "--bare", str(source), str(path)], check=True)
    repository = Repository(path, name="r", committer=Author("Wiki", "w@example.org"))
    head = repository.head()
    assert head is not None
    state = State()
    assert weave(state, WholeLines(), repository, "", head, no_progress, remembers=False) == ""
    live = standing(state, repository, head)
    changes = dict.fromkeys(live, 0)
    for number in state.path:
        changes[number] = changes.get(number, 0) + 1
    most = sorted(live, key=lambda number: -changes[number])[: pages // 2]
    rest = random.Random(1).sample([n for n in live if n not in most], pages - len(most))
    equal = total = 0
    for number in [*most, *rest]:
        version = page_version(state, live[number])
        ours = [run.commit for run in version.runs for _ in range(run.count)]
        blame = git(path, "blame", "--root", "-s", "-l", head, "--", state.paths[number])
        theirs = [line[:40].removeprefix("^") for line in blame.split("\n")] if blame else []
        assert len(ours) == len(theirs)
        total += len(theirs)
        equal += sum(one == other for one, other in zip(ours, theirs, strict=True))
    assert total > 300
    assert equal >= 0.999 * total
    repository.close()
