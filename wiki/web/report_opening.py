"""The page behind a figure: what it counts, with links to each change, page, or person."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import request

from wiki.analytics.figures import Figure, PersonRef
from wiki.analytics.guarded import SMALLEST
from wiki.model import page_name
from wiki.services.report_behind import SHOWN, BehindFigure, ChangeBehind, PageBehind, behind_figure
from wiki.services.report_words import span_words, value_words
from wiki.services.reports import Finished
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.report_asking import Place, asked_of
from wiki.web.report_history import history_of
from wiki.web.viewer import current_viewer

_MOST = 10_000_000
_WHEN = {"": "in this window", "previous": "in the window before", "year_ago": "a year ago"}
_NOUNS = {
    "changes": ("change", "changes"),
    "pages": ("page", "pages"),
    "people": ("person", "people"),
    "teams": ("team", "teams"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list; ``href`` leads to it, ``page_href`` to the page that a change changed."""

    words: str
    href: str
    note: str = ""
    page: str = ""
    page_href: str = ""
    who: str = ""
    day: str = ""
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedView:
    """The page's contents. ``refusal`` says why there is no list ("" if there is one)."""

    figure: Figure
    finished: Finished
    value: str
    when: str
    span: str
    kind: str
    named: bool
    refusal: str
    counted: str
    rows: tuple[Row, ...]
    titles: tuple[str, ...]
    back: str
    earlier: str
    later: str
    shown: str
    history: str


def opened_view(place: Place, space: str, name: str, key: str) -> OpenedView:
    """What the address asks to open."""
    which = request.args.get("which", "")
    offset = min(max(0, request.args.get("from", 0, int)), _MOST)
    found = behind_figure(
        current_wiki(),
        current_viewer(),
        space,
        asked_of(name, place.space),
        key,
        which=which,
        offset=offset,
        now=int(time.time()),
    )
    rows = (
        *(_change(each) for each in found.changes),
        *(_page(each) for each in found.pages),
        *(_person(place, each) for each in found.people),
        *(Row(each, place.report(name, team=each)) for each in found.teams),
    )
    shown = len(rows)

    def turn(start: int) -> str:
        return place.report(f"{name}/{key}", which=which, **({"from": str(start)} if start else {}))

    return OpenedView(
        found.figure,
        found.finished,
        value_words(found.figure.value, found.figure.meaning.unit),
        _WHEN[which],
        span_words(found.finished.chosen),
        found.kind,
        any(row.who for row in rows),
        _refusal(found),
        _counted(found),
        rows,
        found.titles,
        f"{place.report(name)}#{key.partition('.')[0] if '.' in key else f'figure-{key}'}",
        turn(max(0, offset - SHOWN)) if offset else "",
        turn(offset + SHOWN) if offset + shown < found.total else "",
        f"{offset + 1:,} to {offset + shown:,} of {found.total:,}" if found.total > SHOWN else "",
        _history(place, found),
    )


def _history(place: Place, found: BehindFigure) -> str:
    """All changes of the same days, where changes are listed, or people are not."""
    chosen = found.finished.chosen
    if found.refusal != "people" and (found.kind != "changes" or found.refusal):
        return ""
    return history_of(place, found.finished, chosen.since, chosen.until)


def _refusal(found: BehindFigure) -> str:
    least = found.finished.minimum
    if found.finished.naming == "pseudonymous":
        least = SMALLEST
    if found.refusal == "people":
        return (
            "People are counted here, not listed: in this space reports show nothing about single people. "
            "Who changed a page stands in the page’s own history, which is open to all who may read it."
        )
    if found.refusal == "few" or (not found.total and found.figure.value and least > 1):
        return (
            f"Fewer than {least} people are behind this, or it would give away such a group. "
            "So it is not opened, whoever asks."
        )
    return ""


def _counted(found: BehindFigure) -> str:
    """How many entries there are, and what a share or an average has to do with them."""
    one, many = _NOUNS[found.kind or "changes"]
    count = f"{found.total:,} {one if found.total == 1 else many}"
    if found.figure.meaning.unit in _NOUNS and found.figure.value == found.total:
        return f"{count}, all of them counted."
    if found.figure.meaning.unit == "edits" and found.figure.value == found.total:
        return f"{count}, each of one page."
    return f"{count} behind this figure."


def _change(change: ChangeBehind) -> Row:
    return Row(
        change.summary or "No summary",
        addresses.tool_address(change.space, "change", change.oid),
        page=page_name(change.page.path),
        page_href=addresses.tool_address(change.space, "history", page_name(change.page.path)),
        who=change.who,
        day=value_words(change.day, "text"),
        counts=_counts(change.counts),
    )


def _page(page: PageBehind) -> Row:
    name = page_name(page.page.path)
    counts = _counts(page.counts)
    if page.is_there:
        return Row(name, addresses.page_address(page.page.space, page.page.path), counts=counts)
    history = addresses.tool_address(page.page.space, "history", name)
    return Row(name, history, "does not exist any more", counts=counts)


def _counts(counts: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(value_words(each, "words") for each in counts)


def _person(place: Place, person: PersonRef) -> Row:
    return Row(person.name, place.cell(person))
