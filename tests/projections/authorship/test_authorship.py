"""Who wrote which word: edits, reverts, moves, renames, copies, merges."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projections.authorship.conftest import Script
from wiki.git.moves import MOVED
from wiki.projections.authorship import WordLedger

FOX = "The quick brown fox jumps over the lazy dog\n"
OWL = "A wise old owl sat in the tall oak tree\n"
BEE = "Every busy bee brings honey to its own hive\n"


def test_an_edit_within_a_line_leaves_the_other_words_to_their_author(script: Script) -> None:
    script.commit("ada", {"a.md": "There is a house on a hill.\n"})
    script.commit("bob", {"a.md": "There was a house on the hill!\n"})
    script.rebuild()
    assert script.said("a.md") == "There:ada was:bob a:ada house:ada on:ada the:bob hill:ada"


def test_a_revert_gives_the_words_back(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + OWL})
    script.commit("vandal", {"a.md": "ha ha\n"})
    script.commit("more", {"a.md": "ha ha ha\n"})
    script.commit("guard", {"a.md": FOX + OWL})
    authorship = script.rebuild()
    assert set(script.told(authorship.page("a.md")).split()) == {"ada"}
    ledger = authorship.ledger()
    edits = [script.names[oid.decode()] for oid in ledger.commit]
    assert dict(zip(edits, ledger.restored.tolist(), strict=True))["guard"] == 19
    back = {(edits[b], edits[r], edits[w]) for b, r, w in _triples(ledger)}
    assert back == {("guard", "vandal", "ada")}
    assert int(ledger.back_count.sum()) == 19


def _triples(ledger: WordLedger) -> Iterator[tuple[int, int, int]]:
    return zip(ledger.back, ledger.back_removed, ledger.back_born, strict=True)


def test_a_deleted_page_that_comes_back_keeps_its_authors(script: Script) -> None:
    script.commit("ada", {"a.md": FOX, "b.md": "x\n"})
    script.commit("gone", {"b.md": "x\n"})
    script.commit("back", {"a.md": FOX + "New words\n", "b.md": "x\n"})
    script.rebuild()
    assert script.said("a.md").endswith("dog:ada New:back words:back")
    assert script.said("a.md").startswith("The:ada quick:ada")


def test_passages_moved_within_a_page_and_between_pages_keep_their_author(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + "\n" + OWL, "b.md": BEE})
    script.commit("bob", {"a.md": OWL + "\n" + FOX, "b.md": BEE})
    script.commit("eve", {"a.md": OWL, "b.md": f"I say: {FOX}{BEE}"})
    authorship = script.rebuild()
    assert set(script.told(authorship.page("a.md")).split()) == {"ada"}
    assert script.said("b.md").startswith("I:eve say:eve The:ada quick:ada")
    assert script.told(authorship.page("b.md")).split().count("eve") == 2


def test_a_deleted_passage_brought_back_later_keeps_its_author(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + OWL, "b.md": "b\n"})
    script.commit("cut", {"a.md": OWL, "b.md": "b\n"})
    script.commit("bob", {"a.md": OWL + BEE, "b.md": "b\n"})
    script.commit("eve", {"a.md": f"{OWL}{BEE}Remember: brown fox jumps over\n", "b.md": "b\n"})
    script.rebuild()
    assert script.said("a.md").endswith("Remember:eve brown:ada fox:ada jumps:ada over:ada")


def test_a_line_deleted_from_another_page_keeps_its_author_once(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + OWL, "b.md": "b\n", "c.md": "c\n"})
    script.commit("cut", {"a.md": OWL, "b.md": "b\n", "c.md": "c\n"})
    script.commit("bob", {"a.md": OWL, "b.md": f"b\n{FOX}", "c.md": "c\n"})
    script.commit("eve", {"a.md": OWL, "b.md": f"b\n{FOX}", "c.md": f"c\n{FOX}"})
    authorship = script.rebuild()
    assert script.told(authorship.page("b.md")) == "ada" + " ada" * 9
    assert script.told(authorship.page("c.md")) == "ada" + " eve" * 9


def test_three_words_are_no_passage(script: Script) -> None:
    script.commit("ada", {"a.md": "one two three\n" + OWL})
    script.commit("cut", {"a.md": OWL})
    script.commit("bob", {"a.md": OWL + "one two three\n"})
    authorship = script.rebuild()
    assert script.told(authorship.page("a.md")).endswith("ada bob bob bob")


def test_renames_and_copies_take_their_words_along(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + OWL + BEE})
    script.commit("move", {"b/c.md": FOX + OWL + BEE + "moved here\n"})
    script.commit("split", {"d.md": FOX + OWL + BEE, "e.md": FOX + OWL + BEE + "copy\n"})
    authorship = script.rebuild()
    for path in ("d.md", "e.md"):
        assert script.said(path).startswith("The:ada quick:ada")
    versions = [script.names[version.commit] for version in authorship.versions("d.md")]
    other = [script.names[version.commit] for version in authorship.versions("e.md")]
    assert sorted([versions, other]) == [["ada", "move", "split"], ["split"]]


def test_a_stated_move_is_a_rename(script: Script) -> None:
    script.commit("ada", {"a.md": "Only a few words\n", "z.md": BEE})
    trailer = f"Move\n\n{MOVED}: {json.dumps(['a.md', 'b.md'])}\n"
    script.commit("bob", {"b.md": "Only a handful words\n", "z.md": BEE}, message=trailer)
    authorship = script.rebuild()
    assert script.said("b.md") == "Only:ada a:ada handful:bob words:ada"
    assert [version.path for version in authorship.versions("b.md")] == ["a.md", "b.md"]


def test_a_merge_takes_each_word_from_the_parent_that_has_it(script: Script) -> None:
    script.commit("root", {"a.md": FOX + "\n" + OWL})
    script.commit("one", {"a.md": FOX.replace("quick", "slow") + "\n" + OWL}, "root")
    script.commit("two", {"a.md": FOX + "\n" + OWL.replace("wise", "deaf")}, "root")
    both = FOX.replace("quick", "slow") + "\n" + OWL.replace("wise", "deaf")
    script.commit("merge", {"a.md": both + "joined\n"}, "one", "two")
    authorship = script.rebuild()
    said = script.said("a.md")
    assert "slow:one" in said
    assert "deaf:two" in said
    assert "joined:merge" in said
    assert script.told(authorship.page("a.md")).split().count("merge") == 1


def test_an_imported_copy_takes_no_words_from_those_who_wrote_them(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + OWL})
    script.commit("bob", {"a.md": FOX + OWL, "b.md": BEE})
    script.commit("import", {"a.md": FOX + OWL}, root=True)
    script.commit("merge", {"a.md": FOX + OWL, "b.md": BEE}, "import", "bob")
    script.rebuild()
    assert set(script.told(script.authorship.page("a.md")).split()) == {"ada"}
    script.commit("vandal", {"a.md": "ha ha\n", "b.md": BEE})
    script.commit("guard", {"a.md": FOX + OWL, "b.md": BEE})
    script.rebuild()
    assert set(script.told(script.authorship.page("a.md")).split()) == {"ada"}


def test_words_that_a_merge_leaves_out_end_with_it(script: Script) -> None:
    script.commit("root", {"a.md": FOX})
    script.commit("one", {"a.md": FOX + OWL}, "root")
    script.commit("two", {"a.md": FOX + BEE}, "root")
    script.commit("merge", {"a.md": FOX + "neither\n"}, "one", "two")
    ledger = script.rebuild().ledger()
    edits = [script.names[oid.decode()] for oid in ledger.commit]
    ended = {
        (edits[born], edits[died])
        for born, died in zip(ledger.born, ledger.died, strict=True)
        if died >= 0
    }
    assert ended == {("one", "merge"), ("two", "merge")}


def test_every_word_is_alive_or_dead(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + OWL, "b.md": BEE, "x.txt": "not a page\n"})
    script.commit("bob", {"a.md": FOX, "x.txt": "still none\n"})
    ledger = script.rebuild().ledger()
    assert ledger.added.tolist() == [19, 9, 0, 0]
    alive = ledger.died < 0
    assert int(ledger.count[alive].sum()) == 9
    assert int(ledger.count.sum()) == int(ledger.added.sum()) == 28
    dead = {
        (ledger.paths[place], bool(whole), int(count))
        for place, whole, count in zip(
            ledger.place[~alive], ledger.whole[~alive], ledger.count[~alive], strict=True
        )
    }
    assert dead == {("a.md", False, 10), ("b.md", True, 9)}


def test_text_that_cannot_be_read_as_text_has_no_words(script: Script) -> None:
    script.commit(
        "ada",
        {
            "a.md": b"words\0and zeros\n",
            "b.md": "caf\udce9 au lait\n".encode("utf-8", "surrogateescape"),
        },
    )
    script.commit("bob", {"a.md": "words and none\n", "b.md": "plain\n", "c.md": "x " * 1_100_000})
    authorship = script.rebuild()
    assert script.said("a.md") == "words:bob and:bob none:bob"
    large = authorship.page("c.md")
    assert large is not None
    assert large.tokens == 0


def test_a_missing_text_is_told_and_the_rest_followed(script: Script) -> None:
    script.commit("ada", {"a.md": FOX, "b.md": OWL})
    script.commit("bob", {"a.md": FOX + BEE, "b.md": OWL})
    script.commit("eve", {"a.md": FOX + BEE, "b.md": OWL + BEE})
    script.repository.close()
    head = script.oids["bob"]
    entry = script.repository.entry(head, "a.md")
    assert entry is not None
    _unpack_without(script.path, entry.oid)
    authorship = script.rebuild()
    assert authorship.partial()
    assert script.said("b.md").startswith("A:ada wise:ada")
    assert script.said("b.md").endswith("hive:eve")


def _unpack_without(repository: Path, oid: str) -> None:
    """Make every object a file of its own, and lose one of them."""
    for pack in (repository / "objects" / "pack").glob("*.pack"):
        moved = pack.rename(repository / pack.name)
        with moved.open("rb") as stream:
            command = ["git", "-C", str(repository), "unpack-objects", "-q"]
            subprocess.run(command, stdin=stream, check=True)
    for index in (repository / "objects" / "pack").glob("*.idx"):
        index.unlink()
    (repository / "objects" / oid[:2] / oid[2:]).unlink()


def test_what_people_annotated(script: Script, shared_data: Path) -> None:
    """A page of 28 revisions with vandalism and partial reverts, its 396 tokens marked by people."""
    revisions = json.loads((shared_data / "authorship" / "human_annotated_page.json").read_text())
    signs = {".": "fullstop", "!": "bang"}
    for revision in revisions:
        words = (signs.get(word, word) for word in revision["text"].split())
        script.commit(str(revision["id"]), {"a.md": " ".join(words) + "\n"})
    authorship = script.rebuild()
    right = 0
    for revision in revisions:
        if not revision["expected"]:
            continue
        expected = " ".join(map(str, revision["expected"]["origin_rev"]))
        told = script.told(authorship.text(script.oids[str(revision["id"])], "a.md"))
        assert told == expected, revision["id"]
        right += len(revision["expected"]["origin_rev"])
    assert right == 396


@pytest.mark.parametrize("path", ["nowhere.md", "x.txt"])
def test_there_is_nothing_to_say_of_what_is_no_page(script: Script, path: str) -> None:
    script.commit("ada", {"a.md": FOX, "x.txt": "text\n"})
    authorship = script.rebuild()
    assert authorship.page(path) is None
    assert authorship.versions(path) == []
    assert authorship.text("0" * 40, "a.md") is None
    assert re.fullmatch("[0-9a-f]{40}", authorship.position() or "")


def _standing(ledger: WordLedger) -> dict[str, tuple[int, int]]:
    """How many words count at each path, and how many more stand there."""
    stands = ledger.died < 0
    return {
        path: (
            int(ledger.count[stands & (ledger.place == n)].sum()),
            int(ledger.also_count[ledger.also_place == n].sum()),
        )
        for n, path in enumerate(ledger.paths)
    }


# Text is known to be a copy where the page it was taken from changes in the same edit.
ALL = FOX + OWL + BEE
FIRST = {"m.md": ALL + "1\n", "a.md": ALL}
SECOND = {"m.md": ALL + "1\n2\n", "a.md": ALL, "z.md": FOX + OWL}


def test_copied_words_count_where_they_were_written_and_stand_everywhere(script: Script) -> None:
    script.commit("ada", {"m.md": ALL})
    script.commit("copy", FIRST)
    script.commit("part", SECOND)
    ledger = script.rebuild().ledger()
    assert _standing(ledger) == {"m.md": (30, 0), "a.md": (0, 28), "z.md": (0, 19)}
    assert ledger.count.sum() == ledger.added.sum() == 30
    groups = [set(ledger.also_group[ledger.also_place == n]) for n in range(len(ledger.paths))]
    a, z = (groups[ledger.paths.index(path)] for path in ("a.md", "z.md"))
    assert z < a
    assert set(ledger.born[ledger.also_life]) == {0}


def test_copied_words_whose_own_page_is_gone_count_on_the_first_by_name(script: Script) -> None:
    script.commit("ada", {"m.md": ALL})
    script.commit("copy", FIRST)
    script.commit("part", SECOND)
    script.rebuild()
    script.commit("gone", {"a.md": ALL, "z.md": FOX + OWL})
    script.authorship.advance(script.repository, script.oids["part"], script.oids["gone"])
    found = _standing(script.authorship.ledger())
    assert found == {"m.md": (0, 0), "a.md": (28, 0), "z.md": (0, 19)}


def test_a_renamed_page_keeps_its_words_from_a_copy_with_an_earlier_name(script: Script) -> None:
    script.commit("ada", {"m.md": ALL})
    script.commit("copy", FIRST)
    script.rebuild()
    script.commit("move", {"z.md": ALL + "1\n", "a.md": ALL})
    script.authorship.advance(script.repository, script.oids["copy"], script.oids["move"])
    found = _standing(script.authorship.ledger())
    assert (found["z.md"], found["a.md"]) == ((29, 0), (0, 28))


def test_an_elder_line_of_history_that_comes_later_is_followed_as_rebuilt(script: Script) -> None:
    script.commit("elder", {"a.md": FOX + OWL})
    script.commit("young", {"a.md": FOX + OWL, "b.md": BEE}, root=True)
    young = script.rebuild()
    assert set(script.told(young.page("a.md")).split()) == {"young"}
    script.commit("merge", {"a.md": FOX + OWL, "b.md": BEE}, "young", "elder")
    young.advance(script.repository, script.oids["young"], script.oids["merge"])
    followed = young.dump()
    assert set(script.told(young.page("a.md")).split()) == {"elder"}
    assert script.rebuild().dump() == followed
