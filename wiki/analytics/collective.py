"""Collective: do people meet in the same content, or does everybody keep to their own pages?

Definitions: METRICS § 2. What stands (pages, words, who wrote them) is judged as of the window's end;
what is done (edits, who writes with whom) is the window's. Words of machines, bulk changes and imports
are nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wiki.analytics.authors import (
    PageAuthors,
    editors,
    mean_authors,
    share_of_pages,
    spread,
    table,
    teams_per_page,
    writers_standing,
)
from wiki.analytics.building import building_edits, building_share
from wiki.analytics.columns import how_many
from wiki.analytics.comparing import compared
from wiki.analytics.drawing import bridges_table, graph
from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Figure, Graph, Hidden, Meaning, Table, Value
from wiki.analytics.guarded import guarded, of_others
from wiki.analytics.lives import moment
from wiki.analytics.marked import marked_words
from wiki.analytics.network import Network, between_teams, network
from wiki.analytics.overwrites import overwrites
from wiki.analytics.pages import page_states
from wiki.analytics.question import Behind, Group, Question, ReportKind
from wiki.analytics.risk import Risk, risk, risk_share, risk_table
from wiki.analytics.suppression import nested, shown
from wiki.model import Window

MEANINGS = {
    meaning.key: meaning
    for meaning in (
        Meaning("shared", "Pages with several people’s words", "share", "Share of the pages there at the window’s end on which words of two or more people stand.", "pages"),
        Meaning("shared_3", "Pages with three people’s words", "share", "Share of the pages there at the window’s end on which words of three or more people stand.", "pages"),
        Meaning("shared_teams", "Pages with several teams’ words", "share", "Share of the pages there at the window’s end on which words of people of two or more teams stand.", "pages"),
        Meaning("authors_per_page", "People a page", "number", "How many different people had edited a page by the window’s end, on average over the pages there.", ""),
        Meaning("building", "Building on others", "share", "Share of the window’s edits that were made to a page on which, just before, words of another person stood.", "changes"),
        Meaning("linked", "People who write together", "share", "Share of the window’s contributors who edited a page in the window that somebody else edited in it too.", "people"),
        Meaning("components", "Separate circles", "number", "Groups of contributors with no page in common: from anybody one reaches everybody of the same group, and nobody else, over pages that two of them edited in the window. Who edited alone is a group of one.", ""),
        Meaning("largest", "In the largest circle", "share", "Share of the window’s contributors who are in the largest of these groups.", "people"),
        Meaning("density", "Density", "share", "Pairs of contributors who edited a page in common in the window, as a share of all pairs there could be.", ""),
        Meaning("modularity", "Modularity", "number", "How far the network falls into communities that write among themselves: 0 if not at all, towards 1 if there are hardly links between them (communities by the Louvain method).", ""),
        Meaning("bridges", "Links between teams", "share", "Of the pairs of people with a team who edited a page in common in the window, the share from two different teams.", ""),
        Meaning("at_risk", "Pages that depend on one person", "share", "Share of the pages with words there at the window’s end on which at least 80 % of all words are one person’s.", "pages"),
        Meaning("at_risk_lapsed", "Their person has gone quiet", "share", "Share of the pages with words there at the window’s end on which at least 80 % of all words are of one person who had edited nothing for 180 days.", "pages"),
    )
}  # fmt: skip

_OF_NETWORK = frozenset({"linked", "components", "largest", "density", "modularity", "bridges"})


@dataclass(frozen=True, slots=True)
class Collective:
    """The report. ``minimum`` is the smallest group shown; 1 shows everything."""

    window: Window
    minimum: int
    shared: Figure
    shared_3: Figure
    shared_teams: Figure
    authors_per_page: Figure
    building: Figure
    linked: Figure
    components: Figure
    largest: Figure
    density: Figure
    modularity: Figure
    bridges: Figure
    at_risk: Figure
    at_risk_lapsed: Figure
    authors: Table
    network: Graph
    bridges_table: Table
    overwrites: Table
    risk: Table
    marked: Table


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """Whose words stand where at a window's end, and the pages it is asked of."""

    at: int
    moment: int
    words: PageAuthors
    pages: Mask

    @property
    def with_words(self) -> Mask:
        return self.pages & (self.words.everything > 0)


def collective(facts: Facts, question: Question) -> Collective:
    """The report on a window."""
    window, minimum = question.window, question.minimum
    figures = compared(
        facts, question, MEANINGS, lambda other: _measure(facts, replace(question, window=other))
    )
    found = network(facts, window)
    standing = _standing(facts, question)
    owners = risk(facts, standing.words, standing.with_words, standing.at)
    return Collective(
        window,
        minimum,
        **figures,
        authors=table(
            spread(editors(facts, standing.moment), standing.pages, minimum),
            spread(standing.words, standing.pages, minimum),
        ),
        network=graph(facts, found, question),
        bridges_table=bridges_table(facts, found, of_others(question)),
        overwrites=overwrites(facts, window, of_others(question)),
        risk=risk_table(facts, owners, question),
        marked=marked_words(facts, standing.moment, minimum),
    )


def headline(facts: Facts, question: Question) -> Figure:
    """How many pages are shared, now and in the windows compared with."""
    meanings = {"shared": MEANINGS["shared"]}
    return compared(
        facts,
        question,
        meanings,
        lambda other: {"shared": _shared(facts, replace(question, window=other))},
    )["shared"]


def measure(facts: Facts, question: Question, key: str) -> Value:
    """One figure of the question's window, without its comparisons."""
    if key == "shared":
        return _shared(facts, question)
    if key in _OF_NETWORK:
        return _network_figures(facts, network(facts, question.window), question.minimum).get(key)
    return _word_figures(facts, question).get(key)


def behind(facts: Facts, question: Question, key: str) -> Behind:
    """What a figure counts; people only where each may be shown."""
    kind = MEANINGS[key].behind
    none = Behind(kind, np.zeros(0, np.int32))
    if kind == "changes":
        edits, builds = building_edits(facts, question.window)
        return Behind(kind, edits[builds][::-1].astype(np.int32))
    if kind == "people":
        return none if question.minimum > 1 else Behind(kind, _people_behind(facts, question, key))
    if kind == "pages":
        return _pages_behind(facts, question, key)
    return none


def _people_behind(facts: Facts, question: Question, key: str) -> Positions:
    found = network(facts, question.window)
    sizes = np.bincount(found.component, minlength=1)
    chosen = found.component == 0 if key == "largest" else sizes[found.component] > 1
    return found.people[chosen]


def _pages_behind(facts: Facts, question: Question, key: str) -> Behind:
    standing = _standing(facts, question)
    if key.startswith("at_risk"):
        if question.minimum > 1:
            return Behind("pages", np.zeros(0, np.int32))
        found = risk(facts, standing.words, standing.with_words, standing.at)
        part = found.one_persons if key == "at_risk" else found.lapsed
        order = np.argsort(-found.words[part], kind="stable")
        return Behind("pages", found.page[part][order])
    counts = _counts(facts, standing, key)
    least = 3 if key == "shared_3" else 2
    rows = np.flatnonzero(standing.pages & (counts >= least))
    return Behind("pages", rows[np.argsort(-counts[rows], kind="stable")].astype(np.int32))


def _counts(facts: Facts, standing: _Standing, key: str) -> Ints:
    if key == "shared_teams":
        return teams_per_page(facts, standing.words)
    return standing.words.counts()


def _standing(facts: Facts, question: Question) -> _Standing:
    until = question.window.until
    last = moment(facts, until)
    pages = page_states(facts).standing(until)
    return _Standing(min(until, question.now), last, writers_standing(facts, last), pages)


def _shared(facts: Facts, question: Question) -> Value:
    if not len(facts.words.born):
        return None
    standing = _standing(facts, question)
    return spread(standing.words, standing.pages, question.minimum).share(1, 2)


def _measure(facts: Facts, question: Question) -> dict[str, Value]:
    """All figures of one window."""
    found = network(facts, question.window)
    return _word_figures(facts, question) | _network_figures(facts, found, question.minimum)


def _word_figures(facts: Facts, question: Question) -> dict[str, Value]:
    """Those that need no network."""
    standing = _standing(facts, question)
    values: dict[str, Value] = {
        "authors_per_page": mean_authors(
            editors(facts, standing.moment), standing.pages, question.minimum
        )
    }
    if not len(facts.words.born):
        return values
    minimum = question.minimum
    shared = spread(standing.words, standing.pages, minimum)
    values |= {"shared": shared.share(1, 2), "shared_3": shared.share(2)}
    values["building"] = building_share(facts, question.window, minimum)
    if facts.teams:
        values["shared_teams"] = _shared_by_teams(facts, standing, minimum)
    owners = risk(facts, standing.words, standing.with_words, standing.at)
    return values | _risk_figures(owners, standing, minimum)


def _shared_by_teams(facts: Facts, standing: _Standing, minimum: int) -> Value:
    """Pages of several teams; hidden where few wrote the pages that several people of one team share."""
    words, pages = standing.words, standing.pages
    several = teams_per_page(facts, words) >= 2
    within_one = pages & (words.counts() >= 2) & ~several
    value = share_of_pages(words, several, pages, minimum)
    return value if shown(words.on(within_one), minimum) else Hidden.WITHHELD


def _risk_figures(owners: Risk, standing: _Standing, minimum: int) -> dict[str, Value]:
    authors, pages = standing.words, standing.with_words
    whole = risk_share(owners, owners.one_persons, authors, pages, minimum)
    lapsed = risk_share(owners, owners.lapsed, authors, pages, minimum)
    active = how_many(owners.owner[owners.one_persons & ~owners.lapsed])
    if (
        not isinstance(whole, Hidden)
        and not isinstance(lapsed, Hidden)
        and not shown(active, minimum)
    ):
        lapsed = Hidden.WITHHELD
    return {"at_risk": whole, "at_risk_lapsed": lapsed}


def _network_figures(facts: Facts, found: Network, minimum: int) -> dict[str, Value]:
    people = len(found.people)
    if not people or not shown(people, minimum):
        none = Hidden.FEW if people else None
        return dict.fromkeys(_OF_NETWORK, none)
    alone = int((np.bincount(found.component)[found.component] == 1).sum())
    if not shown(people - alone, minimum):
        return dict.fromkeys(_OF_NETWORK, Hidden.FEW)
    # Each inside the one before: what lies between is told, too, and must be no small group.
    linked, largest = nested((people - alone, found.largest), minimum, people)
    return {
        "linked": linked / people if isinstance(linked, int) else linked,
        "components": found.components,
        "largest": largest / people if isinstance(largest, int) else largest,
        "density": found.density,
        "modularity": found.modularity,
        "bridges": _bridges(facts, found, minimum),
    }


def _bridges(facts: Facts, found: Network, minimum: int) -> Value:
    known, across = between_teams(facts, found)
    if not known.any():
        return None
    ends = [
        np.concatenate((found.one[mask], found.other[mask])) for mask in (across, known & ~across)
    ]
    return guarded(float(across.sum() / known.sum()), ends[0], ends[1], minimum)


KIND = ReportKind(
    "collective",
    "Collective",
    "Do people meet in the same content, or does everybody keep to their own pages?",
    collective,
    headline,
    behind,
    (
        Group("Pages of several people", ("shared", "shared_3", "shared_teams", "authors_per_page", "building"), ("authors",)),
        Group("Who writes with whom", ("linked", "components", "largest", "density", "modularity", "bridges"), ("network", "bridges_table", "overwrites")),
        Group("Knowledge at risk", ("at_risk", "at_risk_lapsed"), ("risk",)),
        Group("What is left out", (), ("marked",)),
    ),
)  # fmt: skip
"""The report as the registry lists it."""
