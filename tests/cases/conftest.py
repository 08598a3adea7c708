"""The furnished wiki of the web tests serves the cases, too."""

from __future__ import annotations

from tests.web.conftest import furnished, model_wiki

__all__ = ["furnished", "model_wiki"]
