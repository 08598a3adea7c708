"""``strata report``: a report in the terminal or as a file, on a space or on any clone."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wiki.cli import Setup
from wiki.cli.progress import OneLine

if TYPE_CHECKING:
    from wiki.cli.report_sources import Source
    from wiki.services.reports import Asked

NAMES = (
    "overview",
    "participation",
    "collective",
    "independence",
    "persistence",
    "emergence",
    "purpose",
    "evolution",
)
"""Named here, not asked of the registry, so that ``--help`` is instant; a test holds them equal."""


@click.command("report")
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
@click.option("--repo", type=click.Path(path_type=Path), help="A clone or bare repository.")
@click.option("--space", help="A space of this wiki.")
@click.option("--since", default="", help="The first day, such as 2026-01-01.")
@click.option("--until", default="", help="The day after the last one.")
@click.option(
    "--window",
    type=click.Choice(("recent", "year", "all", "active")),
    default=None,
    help="The last 90 days, year, everything, or the last 90 days in which anybody edited.",
)
@click.option("--folder", default="", help="Only pages in this folder.")
@click.option("--page", default="", help="Only this page, by its file: guides/setup.md.")
@click.option("--team", default="", help="Only what this team did.")
@click.option("--by", type=click.Choice(("team",)), help="The figures of each team side by side.")
@click.option(
    "--people", type=click.IntRange(1, 10_000_000), help="How many people could take part."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "csv", "html")),
    default="text",
    show_default=True,
)
@click.option("--aggregate", is_flag=True, help="Show nothing about fewer than five people.")
@click.option("--explain", is_flag=True, help="Say how each figure is counted.")
@click.option(
    "--who", is_flag=True, help="List which addresses were taken for one person, and why."
)
@click.pass_obj
def report(
    setup: Setup,
    name: str,
    repo: Path | None,
    space: str | None,
    since: str,
    until: str,
    window: str | None,
    folder: str,
    page: str,
    team: str,
    by: str | None,
    people: int | None,
    form: str,
    *,
    aggregate: bool,
    explain: bool,
    who: bool,
) -> None:
    """Report on contributions. NAME is overview, participation, collective, independence, persistence,
    emergence, purpose or evolution.

    Without --space the report is about the repository in --repo, or in the current folder; no wiki is
    needed for that, and nothing in the repository is changed. Whoever can read the repository can read
    everybody's name in it, so names are shown; --aggregate shows what the browser does by default.
    """
    from wiki.cli.report_text import printable
    from wiki.services.report_scope import Scope
    from wiki.services.reports import SMALLEST_GROUP, Asked

    if repo and space:
        raise click.UsageError("Give --repo or --space, not both.")
    _refuse_together(name, by, form, team, window, since or until)
    asked = Asked(
        name,
        window or "",
        since,
        until,
        people,
        Scope(folder.strip("/"), page, team),
        SMALLEST_GROUP if aggregate else 1,
        "aggregate" if aggregate else "named",
    )
    source = _source(setup, repo, space)
    if by:
        from wiki.cli.report_teams import by_team

        text = by_team(source, asked, form)
    elif name == "overview":
        from wiki.cli.report_overview import overview_as

        text = overview_as(source, asked, form, _width())
    else:
        text = _report_as(source, asked, form, explain=explain, who=who)
    click.echo(printable(text, form), nl=form != "csv")


def _refuse_together(
    name: str, by: str | None, form: str, team: str, window: str | None, days: str
) -> None:
    """Say which of two options that exclude each other to leave out."""
    if window and days:
        raise click.UsageError("Give --window, or --since and --until, not both.")
    if by and form == "html":
        raise click.UsageError("--by team has no html: choose --format text, json or csv.")
    if by and name == "overview":
        raise click.UsageError(
            "--by team goes with one report, such as participation, not with overview."
        )
    if by and team:
        raise click.UsageError("--by team compares all teams: leave --team out.")


def _source(setup: Setup, repo: Path | None, space: str | None) -> Source:
    """What is reported on, read to its end."""
    from wiki.cli.report_sources import SpaceSource
    from wiki.services.report_clones import read_clone

    now = int(time.time())
    line = OneLine(space or str(repo or Path.cwd().name))
    if space:
        setup.wiki.open(space).follower.follow(progress=line)
        source: Source = SpaceSource(setup.wiki, space, now)
    else:
        source = read_clone(repo or Path.cwd(), setup.settings, now=now, progress=line)
    line.clear()
    return source


def _report_as(source: Source, asked: Asked, form: str, *, explain: bool, who: bool) -> str:
    from wiki.cli.report_text import json_text, report_text
    from wiki.services.report_formats import report_csv, report_json

    finished = source.report(asked)
    if form == "json":
        return json_text(report_json(finished))
    if form == "csv":
        return report_csv(finished)
    if form == "html":
        from wiki.web.report_export import report_file

        return report_file(finished)
    return report_text(finished, width=_width(), explain=explain, who=who)


def _width() -> int:
    return min(100, shutil.get_terminal_size().columns)
