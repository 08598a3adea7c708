"""Real repositories become spaces: counted like git, readable, editable, followed exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance import accept
from tests.conftest import ALL_DATA

SMALL = ("clef-handbook", "wp-cli-handbook") if ALL_DATA else ("clef-handbook",)
"""The second takes a quarter of a minute, the other four take minutes: ``scripts/bench acceptance``
takes in all six."""


@pytest.mark.data
@pytest.mark.parametrize("name", SMALL)
def test_a_real_repository_becomes_a_space(name: str, shared_data: Path, tmp_path: Path) -> None:
    bundle = shared_data / "repositories" / f"{name}.bundle"
    accept(bundle, tmp_path, renders=30, edits=20)
