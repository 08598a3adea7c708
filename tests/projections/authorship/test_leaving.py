"""Words that merges left out end with the merge, whichever way they were left out."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from tests.projections.authorship.conftest import Script
from wiki.projections.authorship import WordLedger

FOX = "The quick brown fox jumps over the lazy dog\n"
OWL = "A wise old owl sat in the tall oak tree\n"
BEE = "Every busy bee brings honey to its own hive\n"


def ends(script: Script, ledger: WordLedger) -> dict[tuple[str, str, str, bool], int]:
    """How many words of whom ended with which commit, where, and whether with their page."""
    edits = [script.names[oid.decode()] for oid in ledger.commit]
    found: dict[tuple[str, str, str, bool], int] = {}
    rows = zip(
        ledger.born, ledger.died, ledger.place, ledger.whole, ledger.count.tolist(), strict=True
    )
    for born, died, place, whole, count in rows:
        if died >= 0:
            key = (edits[born], edits[died], ledger.paths[place], bool(whole))
            found[key] = found.get(key, 0) + count
    return found


def followed_as_rebuilt(script: Script) -> None:
    """Following from the last commit but one says what a rebuild says."""
    before, head = list(script.oids.values())[-2:]
    rebuilt = script.rebuild().dump()
    script.authorship.rebuild(script.repository, before, lambda *_: None)
    script.authorship.advance(script.repository, before, head)
    assert script.authorship.dump() == rebuilt


@pytest.mark.parametrize("first", ["one", "two"])
def test_a_side_not_taken_ends_with_the_merge(script: Script, first: str) -> None:
    script.commit("root", {"a.md": FOX, "b.md": "b\n"})
    script.commit("two", {"a.md": FOX + BEE, "b.md": "b\n"}, "root")
    script.commit("one", {"a.md": FOX + OWL, "b.md": "b\n"}, "root")
    second = "two" if first == "one" else "one"
    script.commit("merge", {"a.md": FOX + OWL, "b.md": "b\n"}, first, second)
    assert ends(script, script.rebuild().ledger()) == {("two", "merge", "a.md", False): 9}
    assert script.said("a.md").startswith("The:root quick:root")
    followed_as_rebuilt(script)


def test_what_the_side_taken_had_cut_itself_ends_with_that_cut(script: Script) -> None:
    script.commit("root", {"a.md": FOX + OWL})
    script.commit("one", {"a.md": FOX + OWL + BEE}, "root")
    script.commit("two", {"a.md": FOX}, "root")
    script.commit("merge", {"a.md": FOX}, "one", "two")
    expected = {("root", "two", "a.md", False): 10, ("one", "merge", "a.md", False): 9}
    assert ends(script, script.rebuild().ledger()) == expected
    followed_as_rebuilt(script)


def test_a_page_deleted_on_the_side_taken_and_one_that_only_the_other_had(script: Script) -> None:
    script.commit("root", {"a.md": FOX, "z.md": "z\n"})
    script.commit("two", {"z.md": "z\n"}, "root")
    script.commit("one", {"a.md": FOX + OWL, "n.md": BEE, "z.md": "z\n"}, "root")
    script.commit("merge", {"z.md": "z\n"}, "two", "one")
    assert ends(script, script.rebuild().ledger()) == {
        ("root", "two", "a.md", True): 9,
        ("one", "merge", "a.md", True): 10,
        ("one", "merge", "n.md", True): 9,
    }
    followed_as_rebuilt(script)


def test_a_page_that_the_merge_itself_deletes(script: Script) -> None:
    script.commit("root", {"a.md": FOX, "z.md": "z\n"})
    script.commit("one", {"a.md": FOX + OWL, "z.md": "z\n"}, "root")
    script.commit("two", {"a.md": FOX + BEE, "z.md": "z\n"}, "root")
    script.commit("merge", {"z.md": "z\n"}, "one", "two")
    found = ends(script, script.rebuild().ledger())
    assert {(born, died) for born, died, _, _ in found} == {
        (each, "merge") for each in ("root", "one", "two")
    }
    assert sum(found.values()) == 28
    followed_as_rebuilt(script)


def test_a_page_renamed_on_the_side_taken_lives_on(script: Script) -> None:
    script.commit("root", {"a.md": FOX + BEE + BEE, "z.md": "z\n"})
    script.commit("two", {"new.md": FOX + BEE + BEE, "z.md": "z\n"}, "root")
    script.commit("one", {"a.md": FOX + BEE + BEE + OWL, "z.md": "z\n"}, "root")
    script.commit("merge", {"new.md": FOX + BEE + BEE, "z.md": "z\n"}, "two", "one")
    assert ends(script, script.rebuild().ledger()) == {("one", "merge", "new.md", False): 10}
    assert set(script.told(script.authorship.page("new.md")).split()) == {"root"}
    followed_as_rebuilt(script)


def test_the_younger_of_two_texts_that_are_the_same_ends_with_the_merge(script: Script) -> None:
    script.commit("ada", {"a.md": FOX + OWL})
    script.commit("import", {"a.md": FOX + OWL, "b.md": BEE}, root=True)
    script.commit("merge", {"a.md": FOX + OWL, "b.md": BEE}, "import", "ada")
    assert ends(script, script.rebuild().ledger()) == {("import", "merge", "a.md", False): 19}
    assert set(script.told(script.authorship.page("a.md")).split()) == {"ada"}
    script.commit("vandal", {"a.md": "ha ha\n", "b.md": BEE})
    followed_as_rebuilt(script)


def test_what_was_left_out_comes_back_as_its_writer_s(script: Script) -> None:
    script.commit("root", {"a.md": FOX})
    script.commit("one", {"a.md": FOX + OWL}, "root")
    script.commit("two", {"a.md": FOX + BEE}, "root")
    script.commit("merge", {"a.md": FOX + OWL}, "one", "two")
    script.commit("back", {"a.md": FOX + BEE})
    ledger = script.rebuild().ledger()
    assert script.told(script.authorship.page("a.md")).split()[-1] == "two"
    assert ends(script, ledger) == {("one", "back", "a.md", False): 10}
    edits = [script.names[oid.decode()] for oid in ledger.commit]
    back = zip(ledger.back, ledger.back_removed, ledger.back_born, strict=True)
    assert {tuple(edits[each] for each in row) for row in back} == {("back", "merge", "two")}
    followed_as_rebuilt(script)


@pytest.mark.parametrize("seed", range(3))
def test_every_word_of_many_merges_ends_with_the_edit_that_left_it_out(
    script: Script, seed: int
) -> None:
    """Two sides write lines of their own; each merge takes every page from one side or leaves it away."""
    dice = Random(seed)
    pages = {f"p{n}.md": [f"page {n} begins with these words\n"] for n in range(4)}
    script.commit("root", {path: "".join(lines) for path, lines in pages.items()})
    at, truth = "root", dict.fromkeys(["root"], "")
    stops = ["root"]
    for turn in range(12):
        sides = []
        for side in ("x", "y"):
            own = {path: list(lines) for path, lines in pages.items()}
            name = f"{side}{turn}"
            path = dice.choice(sorted(own))
            own[path].append(f"{name} wrote this line of seven words\n")
            script.commit(name, {p: "".join(lines) for p, lines in own.items()}, at)
            sides.append((name, path, own))
        taken = {}
        for path in pages:
            chosen = dice.randrange(2)
            taken[path] = sides[chosen][2][path]
            lost = sides[1 - chosen]
            if lost[1] == path:
                truth[lost[0]] = f"m{turn}"
        at = f"m{turn}"
        order = [name for name, _, _ in sides]
        dice.shuffle(order)
        pages = taken
        script.commit(at, {p: "".join(lines) for p, lines in pages.items()}, *order)
        stops.append(at)
    ledger = script.rebuild().ledger()
    found = {born: died for born, died, _, _ in ends(script, ledger)}
    assert found == {born: died for born, died in truth.items() if died}
    assert len(found) > 5
    expected = script.authorship.dump()
    script.authorship.rebuild(script.repository, script.oids["root"], lambda *_: None)
    for old, new in pairwise(stops):
        script.authorship.advance(script.repository, script.oids[old], script.oids[new])
    assert script.authorship.dump() == expected


def test_a_merge_of_many_pages_is_followed_as_rebuilt(script: Script) -> None:
    root = {f"{n}.md": f"{n} {FOX}" for n in range(30)}
    script.commit("root", dict(root))
    script.commit("one", {path: text + OWL for path, text in root.items()}, "root")
    script.commit("two", {path: text + BEE for path, text in root.items()}, "root")
    script.commit("merge", {path: text + BEE for path, text in root.items()}, "two", "one")
    found = ends(script, script.rebuild().ledger())
    assert sum(found.values()) == 300
    assert {(born, died) for born, died, _, _ in found} == {("one", "merge")}
    followed_as_rebuilt(script)
