"""Who wrote each word, where a story knows the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projections.authorship.stories import Story, Told
from wiki.git import Repository
from wiki.model import Author
from wiki.projections.authorship import Authorship
from wiki.projections.projection import no_progress


def found(told: Told, folder: Path) -> dict[str, list[str]]:
    """The commit of each word of each page, as the projection tells it."""
    repository = Repository(told.path, name="story", committer=Author("W", "w@example.org"))
    authorship = Authorship(folder)
    try:
        authorship.rebuild(repository, repository.head() or "", no_progress)
        pages = {path: authorship.page(path) for path in told.truth}
    finally:
        authorship.close()
        repository.close()
    return {
        path: [run.commit for run in page.runs for _ in range(run.count)] if page else []
        for path, page in pages.items()
    }


@pytest.mark.parametrize("seed", range(12))
def test_where_every_word_is_used_once_its_author_is_found_exactly(
    tmp_path: Path, seed: int
) -> None:
    story = Story(seed)
    story.tell(80)
    told = story.told(tmp_path / "story.git")
    answers = found(told, tmp_path / "index")
    for path, words in told.truth.items():
        assert list(zip((word for word, _ in words), answers[path], strict=True)) == words, path


def test_where_words_are_common_nearly_all_authors_are_found(tmp_path: Path) -> None:
    right = total = 0
    for seed in range(100, 108):
        story = Story(seed, common=True)
        story.tell(80)
        told = story.told(tmp_path / f"{seed}.git")
        answers = found(told, tmp_path / f"index{seed}")
        for path, words in told.truth.items():
            assert len(answers[path]) == len(words)
            total += len(words)
            right += sum(a == b for a, (_, b) in zip(answers[path], words, strict=True))
    assert total > 2000
    assert right >= 0.98 * total, f"{right} of {total}"
