"""A report's figures for each team, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from wiki.analytics.figures import Figure, figures_of
from wiki.cli.report_sources import Source
from wiki.cli.report_text import aligned, json_text
from wiki.services.report_formats import (
    Json,
    JsonValue,
    about_json,
    csv_figure,
    csv_notes,
    csv_text,
    figure_json,
)
from wiki.services.report_words import span_words, value_words
from wiki.services.reports import Asked, Finished

Teams = Sequence[tuple[str, Finished]]


def by_team(source: Source, asked: Asked, form: str) -> str:
    """The headline figures of everybody and of each team, in this form."""
    everybody = source.report(asked)
    if not everybody.teams:
        raise click.ClickException("No teams are named in this space: .strata/teams.toml has none.")
    found = [
        (team, source.report(replace(asked, scope=replace(asked.scope, team=team))))
        for team in everybody.teams
    ]
    if form == "json":
        return json_text(_json(everybody, found))
    if form == "csv":
        return _csv(everybody, found)
    return _text(everybody, found)


def headlines(finished: Finished) -> list[Figure]:
    """The figures of a report's first group."""
    keys = next((group.figures for group in finished.kind.groups if group.figures), ())
    return [figure for figure in figures_of(finished.report) if figure.key in keys]


def _json(everybody: Finished, found: Teams) -> Json:
    teams: list[JsonValue] = [
        {"team": team, "figures": [figure_json(figure) for figure in headlines(finished)]}
        for team, finished in found
    ]
    return {
        "report": everybody.kind.name,
        "title": everybody.kind.title,
        **about_json(everybody),
        "by": "team",
        "everybody": [figure_json(figure) for figure in headlines(everybody)],
        "teams": teams,
    }


def _csv(everybody: Finished, found: Teams) -> str:
    lines = [csv_figure(figure, "Everybody") for figure in headlines(everybody)]
    for team, finished in found:
        lines += [csv_figure(figure, team) for figure in headlines(finished)]
    return csv_text((*csv_notes(everybody), *lines))


def _text(everybody: Finished, found: Teams) -> str:
    title = f"{everybody.kind.title} by team · {everybody.subject} · {span_words(everybody.chosen)}"
    columns = [("Everybody", everybody), *found]
    rows: list[Sequence[str]] = [("", *(name for name, _ in columns))]
    by_key = [{figure.key: figure for figure in headlines(each)} for _, each in columns]
    for figure in headlines(everybody):
        unit = figure.meaning.unit
        values = (value_words(column[figure.key].value, unit) for column in by_key)
        rows.append((figure.meaning.title, *values))
    return "\n".join([title, "─" * len(title), *aligned(rows)])
