"""``strata mcp``: a wiki for agents, by the Model Context Protocol."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import click

from wiki.cli.api_client import WikiClient, is_address
from wiki.errors import McpMissing

VARIABLE = "STRATA_TOKEN"
"""The variable; a token among the arguments could be read by everybody on the machine."""


@click.command()
@click.option(
    "--url", required=True, envvar="STRATA_URL", help="The wiki, as https://wiki.example.org."
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a personal access token. Without it, the variable STRATA_TOKEN.",
)
def mcp(url: str, token_file: Path | None) -> None:
    """Let an agent search, read, propose, save and rename, under your token.

    An agent's program starts this and talks with it over standard input and output. It needs no wiki on this machine:
    everything goes through the API of the wiki at --url. Without a token, what everybody may read can be read.
    """
    if not is_address(url):
        raise click.BadParameter(
            f"“{url}” is no address; give it as https://wiki.example.org.", param_hint="--url"
        )
    secret = (_read(token_file) if token_file else os.environ.get(VARIABLE, "")).strip()
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise click.BadParameter(
            "this is no token: make one under “Your account” in the wiki.",
            param_hint="--token-file" if token_file else VARIABLE,
        )
    if find_spec("mcp") is None:
        raise McpMissing
    from wiki.cli.mcp_tools import server

    server(WikiClient(url, secret, door="mcp")).run("stdio")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise click.BadParameter(f"{file} cannot be read.", param_hint="--token-file") from None
