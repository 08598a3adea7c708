"""Small words for sentences: numbers of people, plurals, comparisons."""

from __future__ import annotations

from wiki.analytics.figures import Figure, Value
from wiki.services.report_words import value_words


def people_words(value: Value) -> str:
    """A number of people at the beginning of a sentence."""
    if value == 1:
        return "One person"
    return "Nobody" if value == 0 else f"{value_words(value, 'people')} people"


def capital(sentence: str) -> str:
    """A sentence that begins as one, though its first word be a value: "Under 0.1 % of the pages …"."""
    return f"{sentence[:1].upper()}{sentence[1:]}"


def plural(value: Value) -> str:
    """The "s" that a noun gets after a number."""
    return "" if value == 1 else "s"


def count_or_none(value: object) -> str:
    """A count, or "none"."""
    return f"{value:,}" if isinstance(value, int) and value else "none"


def against_before(figure: Figure) -> str:
    """How many more or fewer people than in the window before, to be hung on a sentence."""
    if not isinstance(figure.value, int) or not isinstance(figure.previous, int):
        return ""
    more = figure.value - figure.previous
    if not more:
        return ", as many people as in the window before"
    return f", {abs(more):,} {'more' if more > 0 else 'fewer'} {'people' if abs(more) > 1 else 'person'} than in the window before"


def whole_days(value: Value) -> str:
    """A number of days after "the last"."""
    days = round(value) if isinstance(value, int | float) else 0
    return "day" if days <= 1 else f"{days:,} days"
