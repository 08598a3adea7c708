"""``strata exchange``: exchanging a space with its other repository now."""

from __future__ import annotations

import click

from wiki.cli import Setup


@click.command()
@click.argument("space")
@click.pass_context
def exchange(ctx: click.Context, space: str) -> None:
    """Exchange SPACE with the repository that is arranged for it, at once.

    The exit status is 0 if both sides met, 1 if something stands in the way.
    """
    from wiki.services.accounts import OPERATOR
    from wiki.services.exchanging import describe, exchange_now

    setup: Setup = ctx.obj
    ended = exchange_now(setup.wiki, OPERATOR, space)
    click.echo(f"{space}: {describe(ended)}")
    ctx.exit(1 if ended.trouble else 0)
