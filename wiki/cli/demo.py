"""``strata demo``: a space in which every report has something to show."""

from __future__ import annotations

import time

import click

from wiki.cli import Setup
from wiki.cli.progress import OneLine
from wiki.model import check_space_name


@click.command("demo")
@click.option("--space", default="demo", show_default=True, help="The new space's name.")
@click.pass_obj
def demo(setup: Setup, space: str) -> None:
    """Make a space with two years of generated history.

    Forty made-up people of a made-up ferry line wrote it, up to yesterday. A running server shows it
    at once; to be rid of it, delete the folder that is printed.
    """
    from wiki.services.demo import make_demo

    line = OneLine(space)
    line("writing two years", 0, 0)
    wiki = setup.wiki
    changes = make_demo(wiki, now=int(time.time()), name=check_space_name(space))
    wiki.open(space).follower.follow(progress=line)
    line.clear()
    click.echo(f"Made the space “{space}”: {changes:,} changes by forty people in two years.")
    click.echo(f"It lies in {wiki.repository_path(space)}; look at /{space}/-/reports first.")
