"""New repositories have the settings of a space, as git itself reads them."""

from __future__ import annotations

from pathlib import Path

from tests.git.conftest import Git
from wiki.git import creating


def test_git_reads_every_setting_back_once(bare: Path, git: Git) -> None:
    for key, value in creating._SETTINGS.items():
        assert git("config", "--local", "--get-all", key).splitlines() == [value], key
    assert git("config", "--local", "core.bare").strip() == "true"
    assert bare.stat().st_mode & 0o777 == 0o700
