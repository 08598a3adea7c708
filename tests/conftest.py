"""Fixtures shared by all rooms."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real repositories and conflicts; tests that need it are skipped elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("no real repositories beside this checkout (../shared/data)")
    return SHARED
