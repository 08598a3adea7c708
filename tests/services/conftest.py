"""What tests of several services need."""

from __future__ import annotations

import pytest

from tests.clocks import Clock


@pytest.fixture
def clock() -> Clock:
    """A clock of the test's own."""
    return Clock()
