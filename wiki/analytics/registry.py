"""The reports there are, in the order of the overview."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wiki.analytics import (
    collective,
    emergence,
    evolution,
    independence,
    participation,
    persistence,
    purpose,
)
from wiki.analytics.measuring import GOAL_FIGURES, measure
from wiki.analytics.question import ReportKind

VERSION = 4
"""Rises when a definition changes, so that no cached report outlives its definition."""

_KINDS = (
    participation.KIND,
    collective.KIND,
    independence.KIND,
    persistence.KIND,
    emergence.KIND,
    purpose.kind(measure, GOAL_FIGURES),
    evolution.KIND,
)

REPORTS: Mapping[str, ReportKind] = MappingProxyType({kind.name: kind for kind in _KINDS})
