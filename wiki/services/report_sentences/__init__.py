"""What each report says, in one to three plain sentences; the first is used on the overview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from wiki.services.report_sentences import (
    collective,
    emergence,
    evolution,
    independence,
    participation,
    persistence,
    purpose,
)
from wiki.services.report_sentences.wording import capital

_SENTENCES: Mapping[str, Callable[[Any], tuple[str, ...]]] = MappingProxyType(
    {
        "participation": participation.sentences,
        "collective": collective.sentences,
        "independence": independence.sentences,
        "persistence": persistence.sentences,
        "purpose": purpose.sentences,
        "emergence": emergence.sentences,
        "evolution": evolution.sentences,
    }
)
"""By the report's name; each takes the report that ``registry.REPORTS[name]`` computes."""


def sentences_of(name: str, report: object) -> tuple[str, ...]:
    """What a report says; nothing for one that has no words of its own."""
    words = _SENTENCES.get(name)
    return tuple(map(capital, words(report))) if words else ()
