"""``strata report``: a report in the terminal, on a space or on any clone."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import click

from wiki.cli import Setup
from wiki.cli.progress import OneLine

_NAMES = ("participation", "evolution")


@click.command("report")
@click.argument("name", type=click.Choice(_NAMES))
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
@click.option("--people", type=click.IntRange(1), help="How many people could take part.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "csv")),
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
    people: int | None,
    form: str,
    *,
    aggregate: bool,
    explain: bool,
    who: bool,
) -> None:
    """Report on contributions: NAME is participation or evolution.

    Without --space the report is about the repository in --repo, or in the current folder; no wiki is
    needed for that, and nothing in the repository is changed.
    """
    from wiki.cli.report_text import report_text
    from wiki.services.accounts import OPERATOR
    from wiki.services.report_formats import report_csv, report_json
    from wiki.services.report_clones import report_on_clone
    from wiki.services.reports import SMALLEST_GROUP, Asked, run

    if repo and space:
        raise click.UsageError("Give --repo or --space, not both.")
    minimum = SMALLEST_GROUP if aggregate else 1
    asked = Asked(name, window or "", since, until, people, minimum=minimum)
    now = int(time.time())
    line = OneLine(space or str(repo or Path.cwd().name))
    if space:
        setup.wiki.open(space).follower.follow(progress=line)
        finished = run(setup.wiki, OPERATOR, space, asked, now=now)
    else:
        finished = report_on_clone(
            repo or Path.cwd(), asked, setup.settings, now=now, progress=line
        )
    line.clear()
    if form == "json":
        click.echo(json.dumps(report_json(finished), ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(report_csv(finished), nl=False)
    else:
        width = min(100, shutil.get_terminal_size().columns)
        click.echo(report_text(finished, width=width, explain=explain, who=who))
