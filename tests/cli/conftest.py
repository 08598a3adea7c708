"""The furnished wiki of the web tests, listening, for commands that talk to a wiki elsewhere."""

from __future__ import annotations

from tests.web.conftest import door, furnished, model_wiki

__all__ = ["door", "furnished", "model_wiki"]
