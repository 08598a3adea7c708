"""Taking changes back makes new changes; nothing is erased."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import EDITOR, GRACE, MakeWiki, catch_up
from tests.services.test_pages import text_of
from wiki.errors import EditConflict, NameTaken, NothingToSave, PageNotFound, RevisionNotFound
from wiki.services import pages
from wiki.services.moving import rename_page
from wiki.services.undoing import preview_revert, restore_page, revert_commit
from wiki.services.wiki import Wiki

TEXT = "".join(f"line {n}\n\n" for n in range(20))


def edit(wiki: Wiki, old: str, new: str, name: str = "Page") -> str:
    form = pages.open_for_editing(wiki, GRACE, "handbook", name)
    return pages.save_page(
        wiki, GRACE, "handbook", name, form.text.replace(old, new), form.base, f"{old} to {new}"
    ).commit


def test_r034_a_change_is_taken_back_and_later_ones_stay(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    bad = edit(wiki, "line 3", "line three")
    edit(wiki, "line 15", "line fifteen")
    saved = revert_commit(wiki, EDITOR, "handbook", bad)
    assert text_of(wiki, "Page.md") == TEXT.replace("line 15", "line fifteen")
    commit = wiki.open("handbook").repository.commit(saved.commit)
    assert commit.author.name == "Ada Lovelace"
    with pytest.raises(NothingToSave):
        revert_commit(wiki, EDITOR, "handbook", bad)


def test_a_change_that_was_built_upon_shows_both_texts(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    bad = edit(wiki, "line 3", "line three")
    edit(wiki, "line three", "line THREE")
    with pytest.raises(EditConflict):
        revert_commit(wiki, EDITOR, "handbook", bad)


def test_a_deleted_page_comes_back_as_it_was(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    form = pages.open_for_editing(wiki, EDITOR, "handbook", "Page")
    gone = pages.delete_page(wiki, EDITOR, "handbook", "Page", form.base)
    catch_up(wiki)
    assert preview_revert(wiki, EDITOR, "handbook", gone.commit)[0].effect == "would come back"
    restore_page(wiki, EDITOR, "handbook", "Page.md")
    assert text_of(wiki, "Page.md") == TEXT
    with pytest.raises(NameTaken):
        restore_page(wiki, EDITOR, "handbook", "Page.md")


def test_a_living_page_is_set_back_to_a_version(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    first = wiki.open("handbook").repository.head()
    assert first is not None
    edit(wiki, "line 3", "line three")
    restore_page(wiki, EDITOR, "handbook", "Page.md", first)
    assert text_of(wiki, "Page.md") == TEXT


def test_the_first_change_can_be_taken_back(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": "x\n"})
    made = pages.save_page(wiki, EDITOR, "handbook", "New", "text", "")
    revert_commit(wiki, EDITOR, "handbook", made.commit)
    repository = wiki.open("handbook").repository
    head = repository.head()
    assert head is not None
    assert repository.entry(head, "New.md") is None


def test_what_is_not_there_cannot_be_restored(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    with pytest.raises(PageNotFound):
        restore_page(wiki, EDITOR, "handbook", "Nowhere.md")
    with pytest.raises(RevisionNotFound):
        restore_page(wiki, EDITOR, "handbook", "Page.md", "f" * 40)


def test_r034_a_revert_says_so_in_gits_own_words(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    bad = edit(wiki, "line 3", "line three")
    saved = revert_commit(wiki, EDITOR, "handbook", bad)
    message = wiki.open("handbook").repository.commit(saved.commit).message
    assert message.startswith('Revert "line 3 to line three"\n\nThis reverts commit ' + bad)


def test_r034_a_move_is_taken_back_with_what_was_written_since(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT, "Home.md": "[[Page]]\n"})
    moved = rename_page(wiki, EDITOR, "handbook", "Page", "there/Other")
    edit(wiki, "line 3", "line three", "there/Other")
    catch_up(wiki)
    saved = revert_commit(wiki, EDITOR, "handbook", moved.commit)
    assert text_of(wiki, "Page.md") == TEXT.replace("line 3", "line three", 1)
    assert text_of(wiki, "Home.md") == "[[Page]]\n"
    catch_up(wiki)
    space = wiki.open("handbook")
    kinds = {row.path: row.kind for row in space.history.commit_files(saved.commit)}
    assert kinds["Page.md"] == "renamed"


@pytest.mark.parametrize("new", ["there/Other", "page"])
def test_a_version_of_before_a_rename_comes_back_under_the_present_name(
    make_wiki: MakeWiki, new: str
) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    first = wiki.open("handbook").repository.head()
    assert first is not None
    edit(wiki, "line 3", "line three")
    catch_up(wiki)
    rename_page(wiki, EDITOR, "handbook", "Page", new)
    catch_up(wiki)
    restore_page(wiki, EDITOR, "handbook", "Page.md", first)
    assert text_of(wiki, f"{new}.md") == TEXT
    edit(wiki, "line 4", "line four", new)
    catch_up(wiki)
    restore_page(wiki, EDITOR, "handbook", f"{new}.md", first)
    assert text_of(wiki, f"{new}.md") == TEXT
    space = wiki.open("handbook")
    head = space.repository.head()
    assert head is not None
    assert space.repository.entry(head, "Page.md") is None


@pytest.mark.parametrize("new", ["there/Other", "page"])
def test_a_change_of_before_a_rename_is_taken_back(make_wiki: MakeWiki, new: str) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    bad = edit(wiki, "line 3", "line three")
    edit(wiki, "line 15", "line fifteen")
    catch_up(wiki)
    rename_page(wiki, EDITOR, "handbook", "Page", new)
    catch_up(wiki)
    assert [undo.path for undo in preview_revert(wiki, EDITOR, "handbook", bad)] == [f"{new}.md"]
    revert_commit(wiki, EDITOR, "handbook", bad)
    assert text_of(wiki, f"{new}.md") == TEXT.replace("line 15", "line fifteen")
    head = wiki.open("handbook").repository.head()
    assert head is not None
    assert wiki.open("handbook").repository.entry(head, "Page.md") is None


def test_the_first_of_two_moves_is_taken_back(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    moved = rename_page(wiki, EDITOR, "handbook", "Page", "Other")
    catch_up(wiki)
    rename_page(wiki, EDITOR, "handbook", "Other", "Third")
    catch_up(wiki)
    revert_commit(wiki, EDITOR, "handbook", moved.commit)
    repository = wiki.open("handbook").repository
    head = repository.head()
    assert head is not None
    assert text_of(wiki, "Page.md") == TEXT
    assert repository.entry(head, "Third.md") is None


def test_r034_a_merge_is_taken_back(make_wiki: MakeWiki, tmp_path: Path) -> None:
    wiki = make_wiki({"Page.md": TEXT})
    clone = tmp_path / "clone"
    who = ["-c", "user.name=Bo", "-c", "user.email=bo@example.org"]

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(clone), *who, *arguments], check=True, capture_output=True)

    repository = wiki.open("handbook").repository
    subprocess.run(["git", "clone", "-q", str(repository.path), str(clone)], check=True)
    git("checkout", "-q", "-b", "side")
    (clone / "Page.md").write_text(TEXT.replace("line 3\n", "side\n"))
    git("commit", "-qam", "side")
    git("checkout", "-q", "main")
    (clone / "Page.md").write_text(TEXT.replace("line 15", "main"))
    git("commit", "-qam", "main")
    git("merge", "-q", "--no-edit", "side")
    git("push", "-q", "origin", "main")
    catch_up(wiki)
    head = repository.head()
    assert head is not None
    revert_commit(wiki, EDITOR, "handbook", head)
    assert text_of(wiki, "Page.md") == TEXT.replace("line 15", "main")
