"""Documentation that cannot rot: every setting and every verb stands in docs/operating.md."""

from __future__ import annotations

import re
from pathlib import Path

import click

from wiki.cli import COMMANDS
from wiki.config import Settings
from wiki.config.loading import setting_names

ROOT = Path(__file__).resolve().parents[1]
OPERATING = (ROOT / "docs/operating.md").read_text("utf-8")


def test_every_setting_has_its_row_and_no_row_is_of_a_setting_that_is_gone():
    rows = re.findall(r"^\| `(\w+)\.(\w+)` \|", OPERATING, re.MULTILINE)
    assert rows == list(setting_names())


def test_plain_defaults_are_told_as_they_are():
    for section, key, told in re.findall(
        r"^\| `(\w+)\.(\w+)` \| `([^`]+)` \|", OPERATING, re.MULTILINE
    ):
        default = getattr(getattr(Settings(), section), key)
        if isinstance(default, bool):
            assert told == str(default).lower()
        elif isinstance(default, int):
            assert int(told) == default
        else:
            assert told == str(default)


def test_every_verb_has_its_heading():
    assert re.findall(r"^### strata (\w+)$", OPERATING, re.MULTILINE) == list(COMMANDS)


def test_every_account_verb_has_its_row():
    from wiki.cli.people import account

    assert isinstance(account, click.Group)
    told = re.findall(r"^\| `strata account (\w+)", OPERATING, re.MULTILINE)
    assert sorted(told) == sorted(account.commands)


def test_the_shipped_configuration_explains_every_setting():
    text = (ROOT / "config.toml").read_text("utf-8")
    for section, key in setting_names():
        body = text.split(f"[{section}]\n", 1)[1].split("\n[", 1)[0]
        assert re.search(rf"(?m)^{key} = ", body), f"{section}.{key}"
        assert "#" in body
