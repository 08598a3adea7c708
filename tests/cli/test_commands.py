"""The command line: verbs, refusals, exit statuses."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from wiki.cli import COMMANDS, main


@pytest.fixture
def run(tmp_path):
    environment = {
        "STRATA_CONFIG": "",
        "STRATA_WIKI_CONTENT": str(tmp_path / "content"),
        "STRATA_WIKI_SEARCH_INDEX": str(tmp_path / "index"),
        "STRATA_WIKI_INSTANCE": str(tmp_path / "instance"),
    }

    def run(*arguments: str):
        return CliRunner(env=environment).invoke(main, list(arguments))

    return run


def test_help_tells_every_verb_and_loads_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-m", "wiki", "--help"], capture_output=True, text=True, check=True
    )
    for verb in COMMANDS:
        assert f"  {verb} " in done.stdout
    loaded = "import sys, wiki.cli; print({'flask', 'sqlalchemy', 'whoosh'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_explains_itself(run, verb):
    done = run(verb, "--help")
    assert done.exit_code == 0
    assert "Usage" in done.output


def test_init_prints_the_password_once(run):
    first, second = run("init"), run("init")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "one-time password" in first.output
    assert second.output == ""


def test_accounts_are_added_listed_and_changed(run):
    run("init", "--no-space")
    done = run("account", "add", "Ann", "--role", "reader", "--shown-name", "Ann Lee")
    assert "ann signs in with the one-time password" in done.output
    assert "ann\treader\tnew\tAnn Lee <ann@localhost>" in run("account", "list").output
    assert run("account", "role", "ann", "admin").exit_code == 0
    assert "one-time password" in run("account", "reset", "ann").output
    assert run("account", "disable", "admin").exit_code == 0
    assert "admin\tadmin\tdisabled" in run("account", "list").output
    assert run("account", "enable", "admin").exit_code == 0
    assert "ann\tadmin" in run("account", "list").output


def test_somebody_who_left_is_named_no_more(run):
    run("init", "--no-space")
    run("account", "add", "ann", "--shown-name", "Ann Lee", "--email", "ann@lee.example")
    assert run("account", "erase", "ann").exit_code != 0  # nobody said yes
    done = run("account", "erase", "ann", "--yes")
    assert "Ann Lee <ann@lee.example>" in done.output
    assert "former member #1" in done.output
    assert "ann" not in run("account", "list").output
    assert "Nothing" in run("account", "erase", "nobody@lee.example", "--yes").output


def test_refusals_are_sentences(run):
    run("init", "--no-space")
    for arguments in (
        ("account", "add", "аdmin"),
        ("account", "role", "nobody", "reader"),
        ("account", "disable", "admin"),
        ("rebuild", "--space", "nowhere"),
    ):
        done = run(*arguments)
        assert done.exit_code == 1, arguments
        assert done.output.startswith("strata: ")
        assert "Traceback" not in done.output


def test_a_wrong_setting_ends_every_verb_with_its_remedy(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text("[server]\nprot = 1\n")
    done = CliRunner().invoke(main, ["--config", str(config), "check"])
    assert done.exit_code == 1
    assert "Did you mean server.port?" in done.output


def test_check_names_remedies_and_rebuild_follows_them(run):
    assert run("check").exit_code == 1
    run("init")
    done = run("check")
    assert done.exit_code == 2
    assert "strata rebuild --space handbook" in done.output
    assert "handbook: done in" in run("rebuild", "--space", "handbook").output
    assert "not built" not in run("check", "--deep").output
    assert "done" in run("rebuild", "catalogue").output
    assert run("rebuild", "nonsense").exit_code == 2


def test_version_tells_git_too(run):
    assert "git 2." in run("version").output
