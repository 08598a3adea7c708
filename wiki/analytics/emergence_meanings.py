"""What the report on emergence measures, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from wiki.analytics.figures import Meaning

MEANINGS: Mapping[str, Meaning] = {
    meaning.key: meaning
    for meaning in (
        Meaning("connected", "Held together by links", "share", "Share of the pages that belong to the largest group of pages in which each can be reached from each by links, whichever way they point, at the window’s end.", "pages"),
        Meaning("pages", "Pages", "pages", "Pages there at the window’s end.", "pages"),
        Meaning("links", "Links", "number", "Links from one page to another at the window’s end. Several links between the same two pages, in the same direction, count once; links in code, to pictures and to other sites do not count.", "pages"),
        Meaning("orphans", "Orphans", "pages", "Pages that no other page links to, at the window’s end.", "pages"),
        Meaning("dead_ends", "Dead ends", "pages", "Pages that link to no other page, at the window’s end.", "pages"),
        Meaning("wanted", "Wanted pages", "number", "Names that pages link to and that are not there, at the window’s end.", "pages"),
        Meaning("clusters", "Clusters", "number", "Groups of three pages or more that are joined more closely with each other than with the rest, by links and by people who edited several of them in the year before; found by the Louvain method. Whoever edited more than 50 pages in that year joins none; where more than 20,000 pairs of pages are joined, the closest count.", "pages"),
        Meaning("spanning", "Clusters across teams", "number", "Clusters whose pages were edited by people of two teams or more in the year before the window’s end. A team of which fewer people took part than may be shown does not count.", "pages"),
        Meaning("new_clusters", "New clusters", "number", "Clusters at the window’s end that have less than a third of their pages in common with any cluster there was at its beginning (their common pages ÷ all pages of both).", "pages"),
        Meaning("rising", "Rising pages", "pages", "Pages that more different people edit from week to week: over the eight weeks up to the window’s end a line through the weekly numbers rises, and at least two people, and more than in the first four weeks, came in the last four. Pages that fewer people edited in these weeks than may be shown are not counted.", "pages"),
        Meaning("settling", "Settling pages", "pages", "Pages whose edits became small: in the last four of the eight weeks up to the window’s end an edit added and removed less than half as many words, on average, as in the first four (with at least two edits then and one now). Pages that fewer people edited in these weeks than may be shown are not counted.", "pages"),
        Meaning("churning", "Churning pages", "pages", "Pages written over: in the eight weeks up to the window’s end edits replaced at least half as many words as stand on the page. Of an edit, the smaller of the words it added and removed were replaced. Pages that fewer people edited in these weeks than may be shown are not counted.", "pages"),
        Meaning("second_author", "Days to a second author", "days", "Of the pages that found their second author in the window, the median of the days since the page was begun. Pages begun by imports, bulk changes and machines are left out.", "pages"),
        Meaning("third_author", "Days to a third author", "days", "Of the pages that found their third author in the window, the median of the days since the page was begun. Pages begun by imports, bulk changes and machines are left out.", "pages"),
        Meaning("new_tags", "New tags", "number", "Tags that no page had before the window and that a page has at its end; capitals make no difference.", "pages"),
        Meaning("moved_words", "Words that moved", "words", "Words that stand today on another page than the one they were written on: text that people moved or split off, with its authors. Not compared, because when they moved is not known.", "pages"),
    )
}  # fmt: skip
