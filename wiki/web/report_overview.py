"""All reports at a glance: a card each, with one figure, its change, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from wiki.analytics.figures import figures_of, tables_of
from wiki.analytics.question import ReportKind
from wiki.analytics.registry import REPORTS
from wiki.services.report_sentences import sentences_of
from wiki.services.reports import Finished
from wiki.web.report_asking import Place, asked_of, run
from wiki.web.report_charts import spark_of
from wiki.web.report_export import one_file
from wiki.web.report_views import FigureView, Linker, figure_view, unlinked

_SPARKS = {"over_time": "people", "growth": "pages"}


@dataclass(frozen=True, slots=True)
class Card:
    """One report on the overview; ``href`` opens it ("" where nothing is linked)."""

    kind: ReportKind
    href: str
    headline: FigureView | None
    sentence: str
    spark: Markup


def all_reports(place: Place, space: str) -> list[Finished]:
    """Every report on what is asked."""
    return [run(space, asked_of(name, place.space)) for name in REPORTS]


def cards_of(place: Place, found: list[Finished]) -> list[Card]:
    """The cards of the overview in the browser."""
    return [
        _card(each, place.figure_of(each.kind.name), place.report(each.kind.name)) for each in found
    ]


def overview_file(found: list[Finished]) -> str:
    """The overview as a page of HTML that needs nothing else."""
    cards = [_card(each, unlinked, "") for each in found]
    return one_file(found[0], "Reports", "reports/_cards.html", cards=cards)


def _card(finished: Finished, link: Linker, href: str) -> Card:
    figure = next(figures_of(finished.report), None)
    headline = figure_view(finished, figure, link) if figure else None
    sentences = sentences_of(finished.kind.name, finished.report)
    return Card(finished.kind, href, headline, sentences[0] if sentences else "", _spark(finished))


def _spark(finished: Finished) -> Markup:
    for table in tables_of(finished.report):
        column = _SPARKS.get(table.key, "")
        if any(each.key == column for each in table.columns):
            return spark_of(table, column, table.title)
    return Markup("")
