"""A page's biography from real histories: who wrote which word, what happened, what was contested."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.conftest import ADA, GRACE, MakeWiki, catch_up
from tests.projections.histories import AUTHORS, git, push
from wiki.errors import PageNotFound, RevisionNotFound
from wiki.model import Author
from wiki.services import page_life, version_text
from wiki.services.biography import Biography, biography
from wiki.services.version_text import OTHERS
from wiki.services.wiki import Wiki

BO = AUTHORS[1]
ONE = "# Tides\n\nThe ferry leaves at nine.\n"


class Story:
    """A page that people change one after the other, a day apart."""

    def __init__(self, wiki: Wiki) -> None:
        self.wiki = wiki
        self.path = wiki.repository_path("handbook")
        self.files: dict[str, bytes] = {}
        self.at = 1_600_000_000
        self.head = ""

    def write(self, author: Author, **files: str | bytes | None) -> str:
        """One more change; ``a__b`` is the page a/b.md, None deletes."""
        for name, text in files.items():
            path = name.replace("__", "/") + ".md"
            if text is None:
                del self.files[path]
            else:
                self.files[path] = text.encode() if isinstance(text, str) else text
        self.at += 86_400
        self.head = self.push(author, self.files, [self.head] if self.head else [])
        self.set(self.head)
        return self.head

    def push(self, author: Author, files: dict[str, bytes], parents: list[str]) -> str:
        """A change that is not on the line of history yet."""
        self.at += 60
        return push(self.path, files, parents, author=author, at=self.at)

    def set(self, commit: str) -> None:
        """Let the line of history end here."""
        git(self.path, "update-ref", "refs/heads/main", commit)

    def told(self, name: str = "tides", **chosen: object) -> Biography:
        """The biography now."""
        catch_up(self.wiki)
        return biography(self.wiki, GRACE, "handbook", name, **chosen)  # type: ignore[arg-type]


@pytest.fixture
def story(make_wiki: MakeWiki) -> Story:
    return Story(make_wiki({}))


def words(view: Biography) -> list[tuple[str, str]]:
    """Each passage of the shown text with its author's first name."""
    return [
        (passage.change.person.name.split()[0], passage.text)
        for paragraph in view.text.paragraphs
        for passage in paragraph.passages
        if passage.change
    ]


def growth(view: Biography) -> dict[str, tuple[int, ...]]:
    """How many words each person has at each sample."""
    return {
        layer.person.name if layer.person else "others": layer.words for layer in view.life.layers
    }


def test_every_word_is_its_writers_after_an_edit(story: Story) -> None:
    story.write(ADA, tides=ONE)
    story.write(BO, tides=ONE.replace("nine", "half past ten") + "\nBring a coat.\n")
    view = story.told()
    assert words(view) == [
        ("Ada", "Tides"), ("Ada", "The ferry leaves at"), ("Grace", "half past ten"),
        ("Grace", "Bring a coat"),
    ]  # fmt: skip
    # Ranked by the words that stand and those that stood: Ada's were there before.
    assert [(w.rank, w.words, w.person and w.person.name) for w in view.text.writers] == [
        (0, 5, "Ada Lovelace"), (1, 6, "Grace Hopper"),
    ]  # fmt: skip
    assert (view.number, view.count, view.current, view.words) == (2, 2, 2, 11)
    assert growth(view) == {"Grace Hopper": (0, 6), "Ada Lovelace": (6, 5), "others": (0, 0)}


def test_an_older_version_is_told_as_it_was(story: Story) -> None:
    first = story.write(ADA, tides=ONE)
    story.write(BO, tides=ONE + "\nBring a coat.\n")
    for chosen in ({"number": 1}, {"revision": first[:10]}):
        view = story.told(**chosen)
        assert (view.number, view.current) == (1, 2)
        assert {who for who, _ in words(view)} == {"Ada"}
    with pytest.raises(RevisionNotFound):
        story.told(revision="0" * 12)
    assert story.told(number=99).number == 2


def test_a_revert_gives_the_words_back_and_the_contest_is_told(story: Story) -> None:
    story.write(ADA, tides=ONE)
    out = story.write(BO, tides="# Tides\n\nSpam!\n")
    back = story.write(AUTHORS[2], tides=ONE)
    view = story.told()
    assert {who for who, _ in words(view)} == {"Ada"}
    assert view.life.moments[-1].happenings == ("took back",)
    (contested,) = view.life.contested
    assert contested.pieces == ("The ferry leaves at nine",)
    assert (contested.words, contested.cut, contested.standing) == (5, False, True)
    ((taken, brought),) = contested.comebacks
    assert (taken.change.oid, brought.change.oid) == (out, back)
    assert view.life.contested_total == 1


def test_a_change_of_mind_of_ones_own_is_no_contest(story: Story) -> None:
    story.write(ADA, tides=ONE)
    story.write(BO, tides="# Tides\n")
    story.write(BO, tides=ONE)
    assert story.told().life.contested == ()


def test_a_rename_keeps_the_biography(story: Story) -> None:
    story.write(ADA, tides=ONE)
    story.write(BO, tides=None, sea__ebb=ONE)
    story.write(BO, sea__ebb=ONE + "\nAnd again at noon.\n")
    view = story.told("sea/ebb")
    assert [moment.happenings for moment in view.life.moments] == [("made",), ("renamed",), ()]
    assert view.life.moments[1].renamed_from == "tides.md"
    assert words(view)[:2] == [("Ada", "Tides"), ("Ada", "The ferry leaves at nine")]
    assert growth(view)["Ada Lovelace"] == (6, 6, 6)
    assert story.told("tides").path == "sea/ebb.md"


def test_a_deleted_page_has_a_biography_and_restoring_gives_its_words_back(story: Story) -> None:
    story.write(ADA, tides=ONE)
    story.write(BO, tides=None)
    view = story.told()
    assert (view.current, view.number) == (0, 1)
    assert growth(view)["Ada Lovelace"] == (6, 0)
    story.write(BO, tides=ONE)
    view = story.told()
    assert [moment.happenings for moment in view.life.moments] == [
        ("made",), ("deleted",), ("brought back",),
    ]  # fmt: skip
    assert growth(view)["Ada Lovelace"] == (6, 0, 6)
    assert view.life.contested == ()


def test_what_was_written_aside_is_not_drawn_until_it_is_joined(story: Story) -> None:
    story.write(ADA, tides=ONE)
    root = story.head
    above, below = ("Read this first.\n\n" + ONE), (ONE + "\nRead this last.\n")
    mine = story.push(ADA, {"tides.md": above.encode()}, [root])
    theirs = story.push(BO, {"tides.md": below.encode()}, [root])
    both = "Read this first.\n\n" + below
    story.set(story.push(ADA, {"tides.md": both.encode()}, [mine, theirs]))
    view = story.told()
    assert (view.number, view.count) == (4, 4)
    assert len(view.life.samples) == 3
    assert growth(view) == {
        "Ada Lovelace": (6, 9, 9),
        "Grace Hopper": (0, 0, 3),
        "others": (0, 0, 0),
    }
    assert view.life.moments[-1].happenings == ("joined",)
    aside = story.told(revision=theirs)
    assert aside.is_aside
    assert words(aside)[-1] == ("Grace", "Read this last")


def test_a_merge_may_choose_a_text_that_is_not_the_newest(story: Story) -> None:
    story.write(ADA, tides=ONE)
    mine = story.push(ADA, {"tides.md": ONE.encode(), "a.md": b"a\n"}, [story.head])
    theirs = story.push(BO, {"tides.md": b"no\n"}, [story.head])
    story.set(story.push(ADA, {"tides.md": ONE.encode(), "a.md": b"a\n"}, [mine, theirs]))
    view = story.told()
    assert (view.number, view.count, view.current) == (1, 2, 1)
    assert growth(view)["Ada Lovelace"] == (6,)


def test_eight_people_are_told_apart(story: Story) -> None:
    text = ""
    for number in range(10):
        text += f"Line of person number {number}.\n\n"
        story.write(Author(f"Person{number} Last", f"p{number}@example.org"), tides=text)
    view = story.told()
    ranks = {writer.rank for writer in view.text.writers}
    assert ranks == set(range(OTHERS + 1))
    (others,) = (writer for writer in view.text.writers if writer.person is None)
    assert (others.people, others.words) == (2, 10)
    assert len(view.life.layers) == OTHERS + 1
    assert view.life.layers[-1].words[-1] == 10


def test_ages_are_at_most_five_spans_from_the_newest_to_the_oldest(story: Story) -> None:
    text = ""
    for number in range(12):
        text += f"Sentence number {number}.\n\n"
        story.write(ADA, tides=text)
    view = story.told()
    ages = view.text.ages
    assert [age.step for age in ages] == [0, 1, 2, 3, 4]
    assert sum(age.words for age in ages) == 36
    assert all(a.since > b.until for a, b in pairwise(ages))
    steps = [p.age for block in view.text.paragraphs for p in block.passages if p.change]
    assert steps == sorted(steps, reverse=True)
    assert set(steps) == {0, 1, 2, 3, 4}


def test_what_is_no_text_or_too_long_is_said(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_text, "MAX_BYTES", 1_000)
    story.write(ADA, tides=b"\0\1\2" * 50)
    assert "no text" in story.told().text.note
    story.write(BO, tides="word " * 201)
    assert "too long" in story.told().text.note


def test_a_long_text_comes_in_parts_that_are_the_whole(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version_text, "WORDS_SHOWN", 100)
    text = "\n\n".join(f"Paragraph {number} of these many words here." for number in range(30))
    story.write(ADA, tides=text)
    first = story.told()
    parts = [story.told(part=number).text for number in range(1, first.text.parts + 1)]
    assert first.text.parts == 3
    shown = "".join(
        passage.text for part in parts for block in part.paragraphs for passage in block.passages
    )
    assert shown.split() == text.split()
    assert story.told(part=99).text.part == 3
    assert sum(writer.words for writer in parts[1].writers) == 210


def test_a_page_with_very_many_changes_is_bounded(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_life, "MOST_VERSIONS", 4)
    monkeypatch.setattr(page_life, "SAMPLES", 3)
    for number in range(6):
        story.write(ADA if number % 2 else BO, tides=ONE * (number + 1))
    life = story.told().life
    assert (len(life.moments), life.left_out) == (4, 2)
    assert life.samples == (0, 2, 3)


def test_words_moved_from_another_page_keep_their_writer(story: Story) -> None:
    passage = "The harbour master decides every morning whether boats may leave.\n"
    story.write(ADA, tides=ONE, rules="# Rules\n\n" + passage)
    moved = story.write(BO, rules="# Rules\n", tides=ONE + "\n" + passage)
    view = story.told()
    assert moved == view.moment(2).change.oid
    assert words(view)[-1] == ("Ada", passage.rstrip(".\n"))


def test_nothing_is_told_of_a_page_that_never_was(story: Story) -> None:
    story.write(ADA, tides=ONE)
    with pytest.raises(PageNotFound):
        story.told("nowhere")
