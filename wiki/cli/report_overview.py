"""The overview in the terminal or as a file, on a clone as on a space."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from wiki.analytics.figures import Figure
from wiki.cli.report_sources import Source
from wiki.cli.report_text import aligned, json_text
from wiki.services.overview import Overview, put_together
from wiki.services.overview_formats import overview_csv, overview_json
from wiki.services.report_words import span_words, value_words
from wiki.services.reports import Asked


def overview_as(source: Source, asked: Asked, form: str, width: int) -> str:
    """Every principle's headline, how it stands, and what would help."""
    finished = source.report(replace(asked, name="purpose"))

    def measure(name: str) -> Figure:
        return source.headline(replace(asked, name=name))

    found = put_together("", "", finished, measure)
    if form == "json":
        return json_text(overview_json(finished, found.headlines, found))
    if form == "csv":
        return overview_csv(finished, found.headlines)
    if form == "html":
        from wiki.web.report_overview import of_space, overview_file

        return overview_file(of_space(found, None))
    return _text(found, width)


def _text(found: Overview, width: int) -> str:
    title = f"Reports · {found.title} · {span_words(found.finished.chosen)}"
    rows = [("", "", "now", "before", "a year ago")]
    for each in found.headlines:
        unit = each.figure.meaning.unit
        values = (each.figure.value, each.figure.previous, each.figure.year_ago)
        now, before, year_ago = (value_words(value, unit) for value in values)
        rows.append((each.title, each.figure.meaning.title, now, before, year_ago))
    lines = [title, "─" * min(width, len(title))]
    if found.finished.partial:
        lines.append(f"PARTIAL: {found.finished.partial}")
    first, *figures = aligned(rows)
    lines.append(first)
    for each, line in zip(found.headlines, figures, strict=True):
        lines += [line, f"    {each.figure.base}"] if each.figure.base else [line]
    lines += ["", *(f"  {each.title}: {each.sentence}" for each in found.headlines), ""]
    lines += textwrap.wrap(found.sentence, width)
    lines += [f"  {number}. {step.words}" for number, step in enumerate(found.steps, 1)]
    return "\n".join(lines)
