"""``strata account …``."""

from __future__ import annotations

import click

from wiki.cli import Setup
from wiki.model import Role

ROLES = {role.name.lower(): role for role in (Role.READER, Role.EDITOR, Role.ADMIN)}


@click.group()
def account() -> None:
    """Add and change accounts."""


@account.command("list")
@click.pass_obj
def list_(setup: Setup) -> None:
    """Print every account: name, role, state, shown name and address."""
    for found in setup.wiki.accounts.all():
        state = "disabled" if found.disabled else "new" if found.one_time else "active"
        shown = f"{found.author.name} <{found.author.email}>"
        click.echo(f"{found.name}\t{found.role.name.lower()}\t{state}\t{shown}")


@account.command()
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), default="editor", show_default=True)
@click.option("--shown-name", default="", help="The person's name, as pages show it.")
@click.option("--email", default="", help="The address that changes bear in the history.")
@click.pass_obj
def add(setup: Setup, name: str, role: str, shown_name: str, email: str) -> None:
    """Add an account and print its one-time password."""
    from wiki.services.accounts import OPERATOR

    made, password = setup.wiki.accounts.add(OPERATOR, name, ROLES[role], shown_name, email)
    _show_password(made.name, password)


@account.command()
@click.argument("name")
@click.pass_obj
def reset(setup: Setup, name: str) -> None:
    """Give an account a new one-time password; its sessions end."""
    from wiki.services.accounts import OPERATOR

    _show_password(name, setup.wiki.accounts.reset_password(OPERATOR, name))


@account.command()
@click.argument("name")
@click.argument("role", type=click.Choice(list(ROLES)))
@click.pass_obj
def role(setup: Setup, name: str, role: str) -> None:
    """Give an account another role; its sessions end."""
    from wiki.services.accounts import OPERATOR

    setup.wiki.accounts.set_role(OPERATOR, name, ROLES[role])
    click.echo(f"{name} is {role} now.")


@account.command()
@click.argument("name")
@click.pass_obj
def disable(setup: Setup, name: str) -> None:
    """Shut an account out; its sessions end."""
    _set_disabled(setup, name, True)


@account.command()
@click.argument("name")
@click.pass_obj
def enable(setup: Setup, name: str) -> None:
    """Let a disabled account in again."""
    _set_disabled(setup, name, False)


@account.command()
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@click.pass_obj
def erase(setup: Setup, who: str, *, yes: bool) -> None:
    """Name somebody no more who has left: WHO is an account, which is deleted, or an e-mail address."""
    from wiki.services import erasing
    from wiki.services.accounts import OPERATOR
    from wiki.services.former import called

    account = "" if "@" in who else who
    found = erasing.traces_of_account if account else erasing.traces_of_address
    traces = found(setup.wiki, OPERATOR, who)
    for each in traces:
        doubt = "" if each.certain else "  (left alone: it may be somebody else's)"
        click.echo(f"{each.author.name} <{each.author.email}>  {', '.join(each.spaces)}{doubt}")
    certain = [each.author for each in traces if each.certain]
    if not certain:
        raise click.ClickException("Nothing was ever written under this address.")
    if not yes:
        click.confirm("The wiki will name them no more. Erase?", abort=True)
    number = erasing.erase(setup.wiki, OPERATOR, certain, account)
    click.echo(f"The wiki shows “{called(number)}” now. Clones keep what git recorded.")


def _set_disabled(setup: Setup, name: str, disabled: bool) -> None:
    from wiki.services.accounts import OPERATOR

    setup.wiki.accounts.set_disabled(OPERATOR, name, disabled)
    click.echo(f"{name} is {'disabled' if disabled else 'enabled'} now.")


def _show_password(name: str, password: str) -> None:
    click.echo(f"{name} signs in with the one-time password {password}")
    click.echo("It is shown only here and only now, and must be changed at the first sign-in.")
