"""The command ``strata``: the same services from a terminal.

A command's module is imported only when the command is run, so ``strata --help`` is instant.
"""

from __future__ import annotations

import os
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wiki.errors import StrataError

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.services.wiki import Wiki

COMMANDS = {
    "serve": ("wiki.cli.serving:serve", "Serve the wiki until Ctrl-C."),
    "init": ("wiki.cli.setting_up:init", "Create what is missing: key, accounts, first space."),
    "import": ("wiki.cli.importing:import_", "Make a space of a repository you have."),
    "demo": ("wiki.cli.demo:demo", "Make a space with two years of generated history."),
    "account": ("wiki.cli.people:account", "Add and change accounts."),
    "exchange": ("wiki.cli.exchanging:exchange", "Exchange a space with its other repository now."),
    "report": ("wiki.cli.reporting:report", "Report on contributions, in a wiki or any clone."),
    "mcp": ("wiki.cli.mcp:mcp", "Let an agent use a wiki (Model Context Protocol)."),
    "rebuild": ("wiki.cli.keeping:rebuild", "Make search index, catalogue and history anew."),
    "check": ("wiki.cli.keeping:check", "Say what is wrong, and the command that mends it."),
    "version": ("wiki.cli.keeping:version", "Print the versions of Strata, Python and git."),
}
"""Every verb: where its click command is, and its line in the help."""


class Setup:
    """What commands get as ``ctx.obj`` (``@click.pass_obj``): settings and wiki on first use."""

    def __init__(self, config: Path | None) -> None:
        self.config = config

    @cached_property
    def settings(self) -> Settings:
        """The settings of the file that --config names, else of ./config.toml if there is one."""
        from wiki.config import load_settings

        here = Path("config.toml")
        path = self.config or (here if here.is_file() else None)
        return load_settings(path, os.environ)

    @cached_property
    def wiki(self) -> Wiki:
        """The wiki under these settings."""
        from wiki.services.wiki import Wiki

        return Wiki(self.settings)

    def close(self) -> None:
        """Let go of the wiki, if one was opened."""
        if "wiki" in self.__dict__:
            self.wiki.close()


class LazyGroup(click.Group):
    """A group that imports a command when it is used; refusals end it with a sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All verbs, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs' lines from the table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, line) for verb, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal is printed, not traced."""
        try:
            return super().invoke(ctx)
        except StrataError as refusal:
            click.echo(f"strata: {refusal}", err=True)
            ctx.exit(1)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="STRATA_CONFIG",
    help="The configuration file; ./config.toml unless told otherwise.",
)
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Strata: a wiki in which every page is Markdown in git."""
    ctx.obj = Setup(config)
    ctx.call_on_close(ctx.obj.close)
