"""Search over the pages of a space: a Whoosh index that follows the log."""

from wiki.projections.search.index import Hit, SearchIndex, SearchResult
from wiki.projections.search.parsing import days_of, parse_query
from wiki.projections.search.query import Filter, Query
from wiki.projections.search.snippets import Piece
from wiki.projections.search.words import fold

__all__ = [
    "Filter",
    "Hit",
    "Piece",
    "Query",
    "SearchIndex",
    "SearchResult",
    "days_of",
    "fold",
    "parse_query",
]
