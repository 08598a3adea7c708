"""How many people each page has: by their edits and by their words that stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.columns import distinct, how_many, marked, runs, starts
from wiki.analytics.facts import NOBODY, Facts, Ints, Mask, Positions
from wiki.analytics.figures import Column, Hidden, Table, Value
from wiki.analytics.guarded import guarded, of_enough
from wiki.analytics.lives import lives_by_page
from wiki.analytics.remembering import remembered
from wiki.analytics.suppression import concealed

_EDITORS = "first edits"
_WRITERS = "page writers"

CLASSES = ("One person", "Two people", "Three or more", "Machines or bulk changes only")


@dataclass(frozen=True, slots=True, eq=False)
class PageAuthors:
    """Who is an author of which page at a moment: one entry a page and person, sorted by page.

    ``words`` of each that stand (edits: none are counted). ``everything``: all words of each page,
    machines' too; one entry a page there is.
    """

    page: Positions
    person: Positions
    words: Ints
    everything: Ints

    def counts(self) -> Ints:
        """How many people each page has."""
        return np.bincount(self.page, minlength=len(self.everything))

    def on(self, pages: Mask) -> int:
        """How many different people are authors of any of some pages."""
        return how_many(self.person[pages[self.page]])


def editors(facts: Facts, moment: int) -> PageAuthors:
    """Who had edited which page before the change ``moment``."""
    kept = facts.kept.get(_EDITORS)
    if not isinstance(kept, tuple):
        kept = facts.kept[_EDITORS] = _first_edits(facts)
    page, person, first = kept
    known = first < moment
    pages = len(facts.pages.path)
    return PageAuthors(
        page[known], person[known], np.zeros(int(known.sum()), np.int64), np.zeros(pages, np.int64)
    )


def _first_edits(facts: Facts) -> tuple[Positions, Positions, Positions]:
    """Every page and person who ever edited it, with the first change."""
    everybody = len(facts.people) or 1
    entries = np.arange(len(facts.credits.change))
    if facts.in_scope is not None:
        entries = entries[facts.in_scope[facts.credits.change]]
    change = facts.credits.change[entries]
    key = facts.changes.page[change].astype(np.int64) * everybody + facts.credits.person[entries]
    order = np.argsort(key, kind="stable")
    order = order[starts(key[order])]
    page, person = np.divmod(key[order], everybody)
    return page.astype(np.int32), person.astype(np.int32), change[order]


def writers_standing(facts: Facts, moment: int) -> PageAuthors:
    """Whose words stand on which page just before the change ``moment``."""
    return remembered(facts, _WRITERS, moment, lambda: _writers_standing(facts, moment))


def _writers_standing(facts: Facts, moment: int) -> PageAuthors:
    everybody = len(facts.people) or 1
    lives = lives_by_page(facts)
    rows = np.flatnonzero(lives.alive(moment))
    page, writer, count = lives.page[rows], lives.writer[rows], lives.count[rows]
    everything = np.bincount(page, count, len(facts.pages.path)).astype(np.int64)
    known = writer != NOBODY
    pair = page[known].astype(np.int64) * everybody + writer[known]
    pairs, words = runs(pair, count[known])
    found, person = np.divmod(pairs, everybody)
    return PageAuthors(found.astype(np.int32), person.astype(np.int32), words, everything)


def teams_per_page(facts: Facts, authors: PageAuthors) -> Ints:
    """How many different teams each page's authors are in; people without one count for none."""
    teams = len(facts.teams) or 1
    team = facts.team[authors.person]
    known = team != NOBODY
    pairs = distinct(authors.page[known].astype(np.int64) * teams + team[known])
    return np.bincount(pairs // teams, minlength=len(authors.everything))


@dataclass(frozen=True, slots=True)
class Spread:
    """Pages by how many people they have (``CLASSES``), small groups hidden."""

    pages: tuple[Value, ...]
    total: int

    def share(self, *classes: int) -> Value:
        """Share of the pages in some classes; hidden as long as any of them is."""
        values = [self.pages[i] for i in classes]
        hidden = [value for value in values if not isinstance(value, int)]
        if hidden:
            return hidden[0]
        known = [value for value in values if isinstance(value, int)]
        return sum(known) / self.total if self.total else None


def spread(authors: PageAuthors, pages: Mask, minimum: int) -> Spread:
    """Some pages by how many people they have, where each class is about enough people."""
    counts = authors.counts()
    masks = [pages & (counts == 1), pages & (counts == 2), pages & (counts > 2)]
    masks.append(pages & (counts == 0))
    group = np.minimum(counts, 3)[authors.page] - 1
    here = pages[authors.page]
    hidden = concealed(group[here].astype(np.int32), authors.person[here], minimum)
    values: list[Value] = [
        (Hidden.FEW if authors.on(mask) < minimum else Hidden.WITHHELD)
        if i in hidden
        else int(mask.sum())
        for i, mask in enumerate(masks)
    ]
    return Spread(tuple(values), int(pages.sum()))


def share_of_pages(authors: PageAuthors, part: Mask, whole: Mask, minimum: int) -> Value:
    """Pages as a share of others, if enough people wrote those it is about, and the others."""
    if not whole.any():
        return None
    inside = authors.person[(part & whole)[authors.page]]
    outside = authors.person[(whole & ~part)[authors.page]]
    return guarded(float((part & whole).sum() / whole.sum()), inside, outside, minimum)


def table(by_edits: Spread, by_words: Spread) -> Table:
    """Pages by how many people edited them, and by how many people's words stand on them."""
    rows = (
        (name, by_edits.pages[i], by_edits.share(i), by_words.pages[i], by_words.share(i))
        for i, name in enumerate(CLASSES)
    )
    return Table(
        "authors",
        "How many people each page has",
        "Pages there at the window’s end by how many different people had ever edited them, and by how "
        "many people’s words still stood on them.",
        (
            Column("class", "People", "text"),
            Column("edits", "Pages edited by", "pages"),
            Column("edits_share", "Share", "share"),
            Column("words", "Pages with words of", "pages"),
            Column("words_share", "Share", "share"),
        ),
        tuple(rows),
        chart="columns",
    )


def mean_authors(authors: PageAuthors, pages: Mask, minimum: int) -> Value:
    """How many people a page has on average."""
    if not pages.any():
        return None
    mean = float(authors.counts()[pages].mean())
    return of_enough(mean, authors.person[pages[authors.page]], minimum)


def most_of_it(authors: PageAuthors) -> tuple[Positions, Positions, Ints]:
    """Each page with words of people, who has most of them there, and how many."""
    begins = np.flatnonzero(starts(authors.page))
    if not len(begins):
        none = np.zeros(0, np.int32)
        return none, none, np.zeros(0, np.int64)
    sizes = np.diff(np.append(begins, len(authors.page)))
    most = np.repeat(np.maximum.reduceat(authors.words, begins), sizes)
    # Of as many words, whoever comes first.
    having = np.flatnonzero(authors.words == most)
    having = having[starts(authors.page[having])]
    return authors.page[having], authors.person[having], authors.words[having]


def people_of(edits: Positions, facts: Facts) -> Positions:
    """The people some edits are credited to, one entry a credit."""
    wanted = marked(edits, len(facts.changes.at))
    return facts.credits.person[wanted[facts.credits.change]]
