"""How people are shown in reports: by name, by letters, or not at all (METRICS § 9)."""

from __future__ import annotations

from hashlib import blake2b
from string import ascii_uppercase

from wiki.analytics.facts import Facts
from wiki.analytics.figures import Hidden, PersonRef
from wiki.analytics.question import Question

_KEPT = "letters"


def person_ref(facts: Facts, person: int, question: Question) -> PersonRef | Hidden:
    """A person (a position in ``facts.people``) as a cell of a table."""
    if question.naming == "named":
        identity = facts.people[person]
        return PersonRef(identity.key, identity.name or identity.key)
    if question.naming == "pseudonymous":
        return PersonRef("", letters_of(facts)[person])
    return Hidden.FEW


def letters_of(facts: Facts) -> tuple[str, ...]:
    """Letters for everybody: A, B, … Z, AA, … They follow from who is there alone, so that they are
    the same in every report and scope, and tell neither who does much nor the order of names."""
    letters = facts.kept.get(_KEPT)
    if not isinstance(letters, tuple):
        marks = [_mark(person.key) for person in facts.people]
        order = sorted(range(len(marks)), key=marks.__getitem__)
        found = [""] * len(marks)
        for place, person in enumerate(order):
            found[person] = _letters(place)
        letters = facts.kept[_KEPT] = tuple(found)
    return letters


def _mark(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "replace"), digest_size=16).digest()


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = ascii_uppercase[letter] + letters
    return letters
