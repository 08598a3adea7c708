"""Knowledge at risk: pages whose words are nearly all one person's, and those of people who have gone quiet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.authors import PageAuthors, most_of_it
from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Column, Table, Value
from wiki.analytics.guarded import guarded
from wiki.analytics.naming import page_ref, person_ref
from wiki.analytics.question import Question

ONE_PERSONS = 0.8
LAPSED_DAYS = 180
LISTED = 30

_DAY = 86400


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    """Pages with words, by who wrote most of them. One entry a page: ``words`` all that stand,
    ``most`` those of ``owner``, ``days`` since the owner edited anything."""

    page: Positions
    owner: Positions
    most: Ints
    words: Ints
    days: Ints

    @property
    def one_persons(self) -> Mask:
        """Pages whose words are at least ``ONE_PERSONS`` one person's."""
        return self.most >= ONE_PERSONS * self.words - 1e-9

    @property
    def lapsed(self) -> Mask:
        """Those among them whose person has made no edit for ``LAPSED_DAYS``."""
        return self.one_persons & (self.days >= LAPSED_DAYS)


def risk(facts: Facts, authors: PageAuthors, pages: Mask, at: int) -> Risk:
    """Some pages by who wrote most of the words on them, at a time; ``authors`` as of then."""
    page, owner, most = most_of_it(authors)
    chosen = pages[page]
    if facts.focus is not None:
        chosen &= facts.focus[owner]
    page, owner, most = page[chosen], owner[chosen], most[chosen]
    days = (at - _last_edit(facts, at)[owner]) // _DAY
    return Risk(page, owner, most, authors.everything[page], days)


def _last_edit(facts: Facts, at: int) -> Ints:
    """When each person last edited anything before a time, in scope or not."""
    credited = facts.credits
    end = np.searchsorted(credited.at, at)
    last = np.full(len(facts.people), facts.first or 0, np.int64)
    # Entries are in the order of time; of several values for one place numpy keeps the last.
    last[credited.person[:end]] = credited.at[:end]
    return last


def risk_share(found: Risk, part: Mask, authors: PageAuthors, pages: Mask, minimum: int) -> Value:
    """Pages in ``part`` as a share of the pages; hidden if few people own them, or wrote the others."""
    if not pages.any():
        return None
    rest = pages.copy()
    rest[found.page[part]] = False
    others = authors.person[rest[authors.page]]
    return guarded(float(part.sum() / pages.sum()), found.owner[part], others, minimum)


def risk_table(facts: Facts, found: Risk, question: Question) -> Table:
    """The pages that depend on one person, those of people gone quiet first, the longest first."""
    listed = np.flatnonzero(found.one_persons)
    listed = listed[np.lexsort((found.page[listed], -found.words[listed], ~found.lapsed[listed]))]
    told = question.minimum <= 1
    # The history tells by name who wrote a page: letters beside its name would be nobody's secret.
    named = question.naming == "named"
    rows = [
        (
            page_ref(facts, int(found.page[i])),
            int(found.words[i]),
            float(found.most[i] / found.words[i]),
            *((person_ref(facts, int(found.owner[i]), question),) if named else ()),
            int(found.days[i]),
        )
        for i in (listed[:LISTED] if told else ())
    ]
    return Table(
        "risk",
        "Pages that depend on one person",
        f"Pages there at the window’s end on which one person wrote at least {ONE_PERSONS * 100:.0f} % of all words that "
        f"stand, those first whose person has edited nothing for {LAPSED_DAYS} days.",
        (
            Column("page", "Page", "text"),
            Column("words", "Words", "words"),
            Column("share", "Of one person", "share"),
            *((Column("person", "Person", "text"),) if named else ()),
            Column("days", "Since their last edit", "days"),
        ),
        tuple(rows),
        _note(len(listed), told),
    )


def _note(pages: int, told: bool) -> str:
    if not told:
        return "Each of these pages is about one person, so they are not listed."
    return f"The first {LISTED} of {pages:,} pages." if pages > LISTED else ""
