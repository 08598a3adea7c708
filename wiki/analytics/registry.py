"""The reports there are, in the order of the overview."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wiki.analytics import evolution, participation
from wiki.analytics.question import ReportKind

VERSION = 2
"""Rises when a definition changes, so that no cached report outlives its definition."""

_MODULES = (
    participation,
    evolution,
)

REPORTS: Mapping[str, ReportKind] = MappingProxyType(
    {module.KIND.name: module.KIND for module in _MODULES}
)
