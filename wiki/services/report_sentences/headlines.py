"""One plain sentence for each principle's headline figure, without computing the whole report."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wiki.analytics.figures import Figure, Hidden
from wiki.services.report_sentences.wording import against_before, capital, people_words
from wiki.services.report_words import value_words


def headline_words(report: str, figure: Figure) -> str:
    """What a report's first figure says."""
    if isinstance(figure.value, Hidden):
        return "Too few people are behind this to tell it."
    if figure.value is None:
        return _NOTHING.get(report, "There is nothing to count yet.")
    words = _WORDS.get(f"{report}.{figure.key}")
    if words is not None:
        return capital(words(figure))
    meaning = figure.meaning
    return f"{meaning.title}: {value_words(figure.value, meaning.unit)}{_against(figure)}."


def _against(figure: Figure) -> str:
    """The value of the window before, to be hung on a sentence."""
    if not isinstance(figure.previous, int | float):
        return ""
    before = value_words(figure.previous, figure.meaning.unit)
    same = before == value_words(figure.value, figure.meaning.unit)
    return ", as in the window before" if same else f", {before} in the window before"


def _contributors(figure: Figure) -> str:
    if not figure.value:
        return "Nobody edited in this time."
    return f"{people_words(figure.value)} edited{against_before(figure)}."


def _share(text: str) -> Callable[[Figure], str]:
    def words(figure: Figure) -> str:
        return f"{value_words(figure.value, 'share')} {text}{_against(figure)}."

    return words


def _outside(figure: Figure) -> str:
    share = value_words(figure.value, "share")
    return f"{share} of the edits were made outside the nine hours of the day in which most are made{_against(figure)}: the more, the less anybody must wait for the others’ hours."


_WORDS: Mapping[str, Callable[[Figure], str]] = {
    "participation.contributors": _contributors,
    "collective.shared": _share("of the pages carry words of two or more people"),
    "independence.outside": _outside,
    "emergence.connected": _share("of the pages are held together by links"),
    "persistence.kept_30": _share(
        "of the words written in this time were still there after 30 days"
    ),
    "purpose.on_course": _share("of the goals are reached or on course"),
}
_NOTHING = {
    "collective": "There are no words yet of which one could say who wrote them.",
    "independence": "Nobody edited in this time.",
    "persistence": "Nothing written in this time is old enough to tell whether it endures.",
    "purpose": "There are no goals to measure.",
}
