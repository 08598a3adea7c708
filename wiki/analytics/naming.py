"""How people are shown in reports: by name, by letters, or not at all (METRICS § 9)."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from string import ascii_uppercase

from wiki.analytics.facts import Facts
from wiki.analytics.figures import Hidden, PageRef, PersonRef
from wiki.analytics.question import Question

_KEPT = "letters"
_LETTERS = 4
"""So many letters tell 456,976 people apart; two who would share them get more."""


def person_ref(facts: Facts, person: int, question: Question) -> PersonRef | Hidden:
    """A person (a position in ``facts.people``) as a cell of a table; somebody who left named reports
    has neither a name nor letters."""
    identity = facts.people[person]
    if question.naming == "aggregate":
        return Hidden.FEW
    if identity.key in question.unnamed:
        return Hidden.WITHHELD
    if question.naming == "named":
        return PersonRef(identity.key, identity.name or "Somebody without a name")
    return PersonRef("", letters_of(facts, question.secret)[person])


def page_ref(facts: Facts, page: int) -> PageRef:
    """A page (a position in ``facts.pages``) as a cell of a table."""
    return PageRef(facts.spaces[facts.pages.space[page]], facts.paths[facts.pages.path[page]])


def letters_of(facts: Facts, secret: str = "") -> tuple[str, ...]:
    """Letters for everybody. They follow from the person and the secret alone: they stay the same when
    others come, are the same in every report and scope, and tell neither who does much nor the
    order of names; without the secret nobody can work out whose they are."""
    kept = facts.kept.get(_KEPT)
    if isinstance(kept, tuple) and kept[0] == secret:
        return kept[1]  # type: ignore[no-any-return] # kept below
    marks = [_mark(person.key, secret) for person in facts.people]
    length = _LETTERS
    letters = tuple(mark[:length] for mark in marks)
    while len(set(letters)) < len(set(marks)):
        length += 1
        taken = {each for each, times in Counter(letters).items() if times > 1}
        letters = tuple(
            mark[:length] if each in taken else each
            for mark, each in zip(marks, letters, strict=True)
        )
    facts.kept[_KEPT] = (secret, letters)
    return letters


def _mark(key: str, secret: str) -> str:
    hashed = blake2b(
        key.encode("utf-8", "replace"),
        key=blake2b(secret.encode("utf-8", "replace"), digest_size=32).digest(),
        digest_size=24,
    )
    return "".join(ascii_uppercase[byte % 26] for byte in hashed.digest())
