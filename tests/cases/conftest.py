"""The furnished wiki of the web tests serves the cases, too."""

from __future__ import annotations

from tests.web.conftest import compiled_once, furnished, model_wiki

__all__ = ["compiled_once", "furnished", "model_wiki"]
