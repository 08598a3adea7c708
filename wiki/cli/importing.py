"""``strata import``: a space from a repository."""

from __future__ import annotations

import click

from wiki.cli import Setup
from wiki.cli.progress import OneLine

_STEPS = {
    "counting": "looking at the source",
    "compressing": "packing",
    "receiving": "copying",
    "resolving": "unpacking",
    "copying": "copying what can be read",
}


@click.command("import")
@click.argument("source")
@click.option(
    "--space", required=True, help="The new space's name: small letters, digits, hyphens."
)
@click.pass_obj
def import_(setup: Setup, source: str, space: str) -> None:
    """Make a space of a repository, with its whole history.

    SOURCE is a folder, an address (https, ssh, git, file) or a bundle file. It is copied; nothing in
    it is changed. A running server shows the new space at once.
    """
    from wiki.services.accounts import OPERATOR
    from wiki.services.importing import import_space

    line = OneLine(space)
    done = import_space(
        setup.wiki,
        OPERATOR,
        space,
        source,
        lambda step, at, of: line(_STEPS.get(step, step), at, of),
    )
    line.clear()
    versions, pages = _counted(done.commits, "version"), _counted(done.pages, "page")
    click.echo(f"Imported “{done.space}”: {versions} on the branch {done.branch}.")
    if done.ready:
        click.echo(f"{pages} can be read and found.")
    else:
        click.echo("Its pages can be read; the server is making the search index.")
    if done.partial:
        click.echo(f"Note: {done.partial}")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
