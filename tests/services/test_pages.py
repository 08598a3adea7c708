"""Writing pages as people do: nothing typed is lost, nothing unsafe is saved."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import EDITOR, GRACE, MakeWiki, catch_up
from wiki.errors import (
    ContentRefused,
    EditConflict,
    NameInvalid,
    NameTaken,
    NotAllowed,
    NotEditable,
    NothingToSave,
    PageNotFound,
    RevisionNotFound,
    SignInNeeded,
    TooLarge,
)
from wiki.model import ANONYMOUS, Role, Viewer
from wiki.services import pages
from wiki.services.wiki import Wiki

HOME = "# Home\n\nWelcome.\n\n## Rules\n\nBe kind.\n\n## Links\n\nNone yet.\n"


def text_of(wiki: Wiki, path: str, space: str = "handbook") -> str:
    repository = wiki.open(space).repository
    head = repository.head()
    assert head is not None
    entry = repository.entry(head, path)
    assert entry is not None
    return repository.read_blob(entry.oid).decode()


def test_a_new_page_is_one_commit_under_its_authors_name(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    saved = pages.save_page(wiki, EDITOR, "handbook", "guides/First day", "Hello", "", "Say hello")
    commit = wiki.open("handbook").repository.commit(saved.commit)
    assert text_of(wiki, "guides/First day.md") == "Hello\n"
    assert (commit.author.name, commit.subject) == ("Ada Lovelace", "Say hello")
    assert dict(commit.trailers) == {"Strata-Door": "web", "Strata-Account": "ada"}
    assert commit.committer.name == wiki.settings.git.committer_name


def test_edits_of_different_lines_meet(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    form = pages.open_for_editing(wiki, EDITOR, "handbook", "Home")
    mine = form.text.replace("Welcome.", "Welcome, all.")
    theirs = form.text.replace("None yet.", "[Rules](#rules)")
    pages.save_page(wiki, GRACE, "handbook", "Home", theirs, form.base)
    saved = pages.save_page(wiki, EDITOR, "handbook", "Home", mine, form.base)
    assert saved.merged == ("Home.md",)
    assert "Welcome, all." in text_of(wiki, "Home.md")
    assert "[Rules](#rules)" in text_of(wiki, "Home.md")


def test_r010_edits_of_the_same_line_give_both_texts_and_write_nothing(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    form = pages.open_for_editing(wiki, EDITOR, "handbook", "Home")
    pages.save_page(
        wiki, GRACE, "handbook", "Home", HOME.replace("Be kind.", "Be bold."), form.base
    )
    head = wiki.open("handbook").repository.head()
    with pytest.raises(EditConflict) as caught:
        pages.save_page(
            wiki, EDITOR, "handbook", "Home", HOME.replace("Be kind.", "Be brief."), form.base
        )
    (collision,) = caught.value.collisions
    hunk = next(h for h in collision.hunks if h.kind == "conflict")
    assert (hunk.mine, hunk.theirs) == ("Be brief.\n", "Be bold.\n")
    assert wiki.open("handbook").repository.head() == head


def test_a_section_is_saved_into_the_page_others_changed(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    form = pages.open_for_editing(wiki, EDITOR, "handbook", "Home", "rules")
    assert form.text == "## Rules\n\nBe kind.\n\n"
    pages.save_page(wiki, GRACE, "handbook", "Home", "Preface\n\n" + HOME, form.base)
    pages.save_section(
        wiki, EDITOR, "handbook", "Home", "rules", "## Rules\r\n\r\nBe brief.", form.base
    )
    saved = text_of(wiki, "Home.md")
    assert saved.startswith("Preface\n\n# Home")
    assert "Be brief.\n## Links" in saved


def test_a_page_renamed_meanwhile_is_edited_where_it_is_now(make_wiki: MakeWiki) -> None:
    from wiki.services.moving import rename_page

    wiki = make_wiki({"Home.md": HOME, "Old name.md": "one\n\ntwo\n\nthree\n"})
    form = pages.open_for_editing(wiki, EDITOR, "handbook", "Old name")
    rename_page(wiki, GRACE, "handbook", "Old name", "New name")
    catch_up(wiki)
    pages.save_page(wiki, EDITOR, "handbook", "Old name", form.text + "\nfour\n", form.base)
    assert text_of(wiki, "New name.md").endswith("four\n")


def test_a_deleted_page_is_not_brought_back_by_a_late_edit(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME, "Gone.md": "text\n"})
    form = pages.open_for_editing(wiki, EDITOR, "handbook", "Gone")
    pages.delete_page(wiki, GRACE, "handbook", "Gone", form.base, "Out of date")
    with pytest.raises(EditConflict) as caught:
        pages.save_page(wiki, EDITOR, "handbook", "Gone", "text and more\n", form.base)
    (collision,) = caught.value.collisions
    assert collision.theirs is None
    assert collision.mine == "text and more\n"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("", NameInvalid),
        ("x" * 300, NameInvalid),
        ("a/../b", NameInvalid),
        ("-rf", NameInvalid),
        (".hidden", NameInvalid),
        (".git/config", NameInvalid),
        ("a/.GIT/x", NameInvalid),
        ("git~1", NameInvalid),
        ("bell\x07", NameInvalid),
        ("zero\u200bwidth", NameInvalid),
        ("home", NameTaken),
        ("HOME", NameTaken),
        ("Home", NameTaken),
    ],
)
def test_g001_g002_g013_g018_unsafe_names_are_refused_with_the_reason(
    make_wiki: MakeWiki, name: str, refusal: type[Exception]
) -> None:
    wiki = make_wiki({"Home.md": HOME})
    with pytest.raises(refusal):
        pages.save_page(wiki, EDITOR, "handbook", name, "text", "")
    assert text_of(wiki, "Home.md") == HOME


def test_names_are_kept_in_one_normal_form(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    pages.save_page(wiki, EDITOR, "handbook", "Cafe\u0301", "text", "")
    assert text_of(wiki, "Caf\u00e9.md") == "text\n"
    with pytest.raises(NameTaken):
        pages.save_page(wiki, EDITOR, "handbook", "CAFE\u0301", "text", "")


def test_d004_a_page_of_five_megabytes_is_refused(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    with pytest.raises(TooLarge):
        pages.save_page(wiki, EDITOR, "handbook", "Long", "x" * 5_000_000, "")


def test_conflict_markers_are_refused(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    text = "a\n<<<<<<< mine\nb\n=======\nc\n>>>>>>> theirs\n"
    with pytest.raises(ContentRefused, match="line 2"):
        pages.save_page(wiki, EDITOR, "handbook", "Marks", text, "")


def test_saving_unchanged_saves_nothing(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME.replace("\n", "\r\n")})
    form = pages.open_for_editing(wiki, EDITOR, "handbook", "Home")
    with pytest.raises(NothingToSave):
        pages.save_page(wiki, EDITOR, "handbook", "Home", form.text, form.base)


@pytest.mark.parametrize("base", ["main", "HEAD~1", "--output=x", "0" * 40, "abc"])
def test_w025_a_base_is_a_full_id_of_this_repository(make_wiki: MakeWiki, base: str) -> None:
    wiki = make_wiki({"Home.md": HOME})
    with pytest.raises(RevisionNotFound):
        pages.save_page(wiki, EDITOR, "handbook", "Home", "text", base)


def test_who_may_not_edit_is_refused(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    with pytest.raises(SignInNeeded):
        pages.save_page(wiki, ANONYMOUS, "handbook", "Page", "text", "")
    with pytest.raises(NotAllowed):
        pages.save_page(wiki, Viewer("rita", Role.READER), "handbook", "Page", "text", "")


def test_a_summary_cannot_forge_trailers(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    saved = pages.save_page(
        wiki, EDITOR, "handbook", "Page", "text", "", "Good\n\nStrata-Account: boss"
    )
    commit = wiki.open("handbook").repository.commit(saved.commit)
    assert dict(commit.trailers)["Strata-Account"] == "ada"


def test_deleting_what_is_not_there(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    with pytest.raises(PageNotFound):
        pages.delete_page(wiki, EDITOR, "handbook", "Nowhere", "")


def test_what_is_shown_after_a_save_knows_of_it(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"Home.md": HOME})
    space = wiki.open("handbook")
    saved = pages.save_page(wiki, EDITOR, "handbook", "New", "Hello\n", "")
    assert (space.catalogue.position(), space.history.position()) == (saved.commit, saved.commit)
    assert space.history.last_change("New.md") is not None


@pytest.mark.parametrize("fault", ["lags", "fails", "is made anew"])
def test_a_save_waits_only_a_moment_for_a_history_that(
    make_wiki: MakeWiki, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    wiki = make_wiki({"Home.md": HOME})
    space = wiki.open("handbook")
    space.follower.close()
    positions = {"lags": space.repository.head(), "is made anew": None}
    monkeypatch.setattr(type(space.history), "position", lambda _self: positions[fault])
    monkeypatch.setattr(type(space.catalogue), "position", lambda _self: positions[fault])
    monkeypatch.setattr("wiki.services.writing.FOLLOWING_SECONDS", 0.05)
    saved = pages.save_page(wiki, EDITOR, "handbook", "New", "Hello\n", "")  # comes back
    assert space.repository.head() == saved.commit


@pytest.mark.parametrize("name", ["Binary", "Link"])
def test_a_file_that_is_no_text_is_neither_opened_nor_saved(make_wiki: MakeWiki, name: str) -> None:
    wiki = make_wiki({"Home.md": HOME, "Binary.md": b"# a\x00\xffb\r\n"})
    repository = wiki.open("handbook").repository
    add_symlink(repository.path, "Link.md", "Home.md")
    head = repository.head()
    assert head is not None
    entry = repository.entry(head, f"{name}.md")
    assert entry is not None
    with pytest.raises(NotEditable, match="cannot be edited here"):
        pages.open_for_editing(wiki, EDITOR, "handbook", name)
    with pytest.raises(NotEditable):
        pages.save_page(wiki, EDITOR, "handbook", name, "Text\n", entry.oid)
    assert repository.head() == head


def add_symlink(repository: Path, path: str, target: str) -> None:
    """One commit that adds a symbolic link, as a push would bring it."""

    def git(*words: str, given: str = "") -> str:
        ran = subprocess.run(
            ["git", "-C", str(repository), "-c", "user.name=A", "-c", "user.email=a@b", *words],
            input=given, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return ran.stdout

    oid = git("hash-object", "-w", "--stdin", given=target).strip()
    listing = git("ls-tree", "main") + f"120000 blob {oid}\t{path}\n"
    tree = git("mktree", given=listing).strip()
    git("update-ref", "refs/heads/main", git("commit-tree", tree, "-p", "main", "-m", "x").strip())
