"""``strata check``, ``strata rebuild`` and ``strata version``: keeping a wiki well."""

from __future__ import annotations

import platform
import sys
import time
from importlib.metadata import version as installed_version

import click

from wiki.cli import Setup

_MARKS = {"ok": "ok      ", "warning": "warning ", "problem": "PROBLEM "}


@click.command()
@click.option("--deep", is_flag=True, help="Also read the contents of every stored version.")
@click.pass_context
def check(ctx: click.Context, deep: bool) -> None:
    """Say what is wrong, and the command that mends it.

    The exit status is 0 if all is well, 1 with a problem, 2 with nothing worse than a warning.
    """
    from wiki.services.checks import check as run
    from wiki.services.checks import worst

    setup: Setup = ctx.obj
    findings = run(setup.wiki, "contents" if deep else "objects", _say)
    _say("")
    for finding in findings:
        click.echo(f"{_MARKS[finding.state]}{finding.subject}: {finding.sentence}")
        if finding.remedy:
            click.echo(f"        → {finding.remedy}")
    ctx.exit({"ok": 0, "problem": 1, "warning": 2}[worst(findings)])


@click.command()
@click.option("--space", "spaces", multiple=True, help="Only this space; may be repeated.")
@click.argument("names", nargs=-1)
@click.pass_obj
def rebuild(setup: Setup, spaces: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Make search index, catalogue and history anew, beside the old ones, then swap.

    NAMES chooses some of them: catalogue, history, search. The wiki may be served meanwhile.
    """
    for space_name in spaces or setup.wiki.space_names():
        space = setup.wiki.open(space_name)
        known = [state.name for state in space.follower.state()]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(known)}.")
        begun = time.monotonic()
        space.follower.rebuild(list(names) or None, _Progress(space_name))
        click.echo(f"{space_name}: done in {time.monotonic() - begun:.1f} s")


@click.command()
def version() -> None:
    """Print the versions of Strata, Python and git."""
    from wiki.git import git_version

    click.echo(f"Strata {installed_version('strata-wiki')}")
    click.echo(f"Python {platform.python_version()}")
    click.echo(f"git {git_version()}")


def _say(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{f'looking at {text} …' if text else ''}", nl=False, err=True)


class _Progress:
    """One line that counts, on a terminal only, at most ten times a second."""

    def __init__(self, space: str) -> None:
        self._space, self._last = space, 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self._last < 0.1 and done < total):
            return
        self._last = now
        of = f" of {total}" if total else ""
        click.echo(f"\r\033[K{self._space}: {stage} {done}{of}", nl=done >= total, err=True)
