"""The furnished wiki of the web tests serves the cases, too."""

from __future__ import annotations

from tests.cases.disks import power, small_disk
from tests.web.conftest import compiled_once, door, furnished, model_wiki

__all__ = ["compiled_once", "door", "furnished", "model_wiki", "power", "small_disk"]
