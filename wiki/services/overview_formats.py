"""The overview as JSON and CSV: the same figures and sentences as on its page."""

from __future__ import annotations

from collections.abc import Sequence

from wiki.services.overview import Headline, Overview
from wiki.services.report_formats import (
    Json,
    about_json,
    csv_figure,
    csv_notes,
    csv_text,
    figure_json,
)
from wiki.services.reports import Finished


def overview_json(finished: Finished, headlines: Sequence[Headline], told: Overview | None) -> Json:
    """Every principle's headline; of one space also how it stands, and what would help."""
    values: Json = {
        "report": "overview",
        "title": "Reports",
        **about_json(finished),
        "reports": [_headline(each) for each in headlines],
    }
    if told is not None:
        values |= {
            "state": told.state,
            "sentence": told.sentence,
            "signs": list(told.signs),
            "goals": list(told.goals),
            "steps": [step.words for step in told.steps],
        }
    return values


def overview_csv(finished: Finished, headlines: Sequence[Headline]) -> str:
    """Every principle's headline, a line each."""
    lines = [csv_figure(each.figure, each.title) for each in headlines]
    return csv_text((*csv_notes(finished), *lines))


def _headline(headline: Headline) -> Json:
    return {
        "report": headline.report,
        "title": headline.title,
        "sentence": headline.sentence,
        "figure": figure_json(headline.figure),
    }
