"""``strata serve``."""

from __future__ import annotations

from dataclasses import replace

import click

from wiki.cli import Setup


@click.command()
@click.option("--host", help="Listen here instead of server.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of server.port; 0: any free.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the wiki until Ctrl-C or SIGTERM; requests that have begun are finished."""
    from wiki.web.server import serve as run

    setup: Setup = ctx.obj
    server = setup.settings.server
    server = replace(
        server,
        host=server.host if host is None else host,
        port=server.port if port is None else port,
    )
    ctx.exit(run(replace(setup.settings, server=server), _announce))


def _announce(address: str) -> None:
    click.echo(f"Strata serves {address} (stop it with Ctrl-C)")
