"""``strata init``."""

from __future__ import annotations

import click

from wiki.cli import Setup


@click.command()
@click.option("--no-space", is_flag=True, help="Do not create the starter space.")
@click.pass_obj
def init(setup: Setup, no_space: bool) -> None:
    """Create what is missing: secret key, account database, administrator, first space.

    What is there already is left alone, so this may be run at every start.
    """
    from wiki.services.setting_up import set_up

    done = set_up(setup.wiki, starter=not no_space)
    for line in done.made:
        click.echo(line)
    if done.password:
        click.echo(
            "\n  Sign in as         admin\n"
            f"  one-time password  {done.password}\n\n"
            "  It is shown only here and only now. You will choose your own when you sign in.\n"
        )
