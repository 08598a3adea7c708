"""A page's biography in the browser: its time line, its versions word by word, what was contested."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from wiki.services.biography import Biography, biography
from wiki.services.history import Change
from wiki.services.page_life import Layer as PersonLayer
from wiki.services.page_life import Life
from wiki.services.page_moments import Happening, Moment
from wiki.services.version_text import OTHERS
from wiki.web import addresses
from wiki.web.charts import NARROW, WIDE, Caption
from wiki.web.charts.strata import Lane, Layer, frame_edges, sign_icon, strata_chart, swatch
from wiki.web.context import current_wiki, date_text, number_text
from wiki.web.history import conditional
from wiki.web.viewer import current_viewer
from wiki.web.word_spans import passages_html

bp = Blueprint("biography", __name__)

LETTERS = "ABCDEFGH"
_CHOICES = 120
_ROWS = 40
_EVENTS = 200
_LARGEST = 1_000_000
_TIP = 120
_REST = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Sign:
    """How one kind of happening is drawn and told: ``verb`` as in "Ada renamed it"."""

    happening: Happening
    css: str
    title: str
    verb: str


SIGNS = (
    Sign("took back", "reverted", "earlier text brought back", "brought back an earlier text"),
    Sign("renamed", "renamed", "renamed", "renamed it"),
    Sign("deleted", "deleted", "deleted", "deleted it"),
    Sign("brought back", "restored", "made again after it was deleted", "made it again"),
    Sign("joined", "joined", "simultaneous changes joined", "joined what was written at the same time"),
)  # fmt: skip


@bp.get("/<space>/-/biography/<path:name>")
def page(space: str, name: str) -> AnyResponse:
    """The biography; with ``only=version`` the version alone, for the slider."""
    opened = current_wiki().space(current_viewer(), space)
    name = addresses.exact_path(name)
    positions = [opened.repository.head(), opened.history.position(), opened.authorship.position()]
    positions.append(opened.veil.version)

    def body() -> str:
        view = biography(
            current_wiki(),
            current_viewer(),
            space,
            name,
            revision=request.args.get("version", ""),
            number=_number("at", 0),
            part=_number("part", 1),
        )
        alone = request.args.get("only") == "version"
        template = "biography/_version.html" if alone else "biography/page.html"
        shown = _version_values(view) if alone else {**_version_values(view), **_life_values(view)}
        return render_template(template, space=opened, view=view, **shown)

    return conditional([" ".join(map(str, positions))], body)


@bp.get("/<space>/-/lines/<path:name>")
def lines(space: str, name: str) -> AnyResponse:
    """Where it once stood who wrote which line."""
    address = addresses.tool_address(space, "biography", addresses.exact_path(name))
    return redirect(f"{urlsplit(address).path}#text", 301)


def _number(name: str, default: int) -> int:
    return min(max(0, request.args.get(name, default, int)), _LARGEST)


# -- a version -------------------------------------------------------------------------------


def _version_values(view: Biography) -> dict[str, object]:
    by = "age" if request.args.get("by") == "age" else "person"

    def address(number: int = 0, **query: object) -> str:
        """This page at a version, by the change's id: that stays right when others are added."""
        number = number or view.number
        query = {"by": by if by == "age" else "", **query}
        if number != view.current or query.get("part"):
            query["version"] = view.moment(number).change.oid[:12]
        return addresses.tool_address(view.space.name, "biography", view.name, **query)

    return {
        "by": by,
        "address": address,
        "letters": LETTERS,
        "others": OTHERS,
        "swatch": lambda rank: Markup(swatch(rank)),  # noqa: S704 - our own drawing, no words in it
        "verbs": {each.happening: each.verb for each in SIGNS},
        "told": told,
        "sources": _sources(view),
        "passages": passages_html,
    }


def _sources(view: Biography) -> dict[str, tuple[str, str]]:
    """Of every change with words in the text: its address, and its author, date and summary."""
    changes = {
        passage.change.oid: passage.change
        for paragraph in view.text.paragraphs
        for passage in paragraph.passages
        if passage.change
    }
    return {
        oid: (addresses.tool_address(view.space.name, "change", oid), _tip(change))
        for oid, change in changes.items()
    }


def _tip(change: Change) -> str:
    names = [change.person, *change.co_authors[:2]]
    who = " with ".join(person.name for person in names)
    if change.pushed_by:
        who += f", pushed by {change.pushed_by.name}"
    when = date_text(change.at) if change.at is not None else "at an unknown time"
    summary = change.summary or "No summary"
    short = summary if len(summary) <= _TIP else f"{summary[:_TIP].rstrip()}…"
    return f"{who}, {when}: {short}"


def told(moment: Moment) -> str:
    """Who and when, in a few words."""
    when = date_text(moment.change.at) if moment.change.at is not None else "at an unknown time"
    return f"{moment.change.said_by}, {when}"


# -- the life --------------------------------------------------------------------------------


def _life_values(view: Biography) -> dict[str, object]:
    life = view.life
    used = {each for moment in life.moments for each in moment.happenings}
    layers = [pair for pair in _ranked(life) if any(pair[1].words)]
    return {
        "words_now": life.words[view.current - 1] if view.current else None,
        "last": life.moments[max(life.line)],
        "people": len({moment.change.person.who for moment in life.moments}),
        "chart": _chart(view),
        "signs": [
            (Markup(sign_icon(each.css)), each.title)  # noqa: S704 - as above
            for each in SIGNS
            if each.happening in used
        ],
        "layers": layers,
        "choices": _choices(view),
        "places": _places(view),
        "events": [moment for moment in reversed(life.moments) if moment.happenings],
        "events_shown": _EVENTS,
        "rows": _rows(life, [layer for _, layer in layers]),
        "frames": {size.name: frame_edges(size) for size in (WIDE, NARROW)},
    }


def _ranked(life: Life) -> list[tuple[int, PersonLayer]]:
    return [
        (OTHERS if layer.person is None else rank, layer) for rank, layer in enumerate(life.layers)
    ]


def _end(view: Biography) -> int:
    """Where the time line ends: when the page was deleted, or now; but long rest after the last change
    takes only a part of it, so that the life before can be seen."""
    first, last = view.life.moments[0].at, view.life.moments[-1].at
    if not view.current:
        return last
    return min(max(last, int(time.time())), last + max((last - first) // 4, _REST))


def _chart(view: Biography) -> Markup:
    life = view.life
    begin = life.moments[0].at
    times = [max(begin, life.moments[position].at) for position in life.samples]
    layers = [
        Layer(
            label=layer.person.name if layer.person else "Others",
            letter=LETTERS[rank] if layer.person else "",
            rank=rank,
            values=layer.words,
        )
        for rank, layer in _ranked(life)
    ]
    here = view.moment(view.number).at if view.number else times[-1]
    drawn = [
        strata_chart(_caption(view), size, times, layers, _lanes(life), _end(view), here)
        for size in (WIDE, NARROW)
    ]
    return Markup("".join(drawn))  # noqa: S704 - svg text of our own, every word escaped in canvas


def _lanes(life: Life) -> list[Lane]:
    found = []
    for each in SIGNS:
        events = [
            (moment.at, f"{told(moment)}: {each.verb}")
            for moment in life.moments
            if each.happening in moment.happenings
        ]
        if events:
            found.append(Lane(each.css, each.title.capitalize(), events))
    return found


def _caption(view: Biography) -> Caption:
    life = view.life
    totals = [sum(column) for column in zip(*(each.words for each in life.layers), strict=True)]
    names = [layer.person.name for layer in life.layers if layer.person]
    words = (
        f"From {date_text(life.moments[0].at)} to {date_text(_end(view))}; at most "
        f"{number_text(max(totals))} words, {number_text(totals[-1])} at the end. "
        f"Layers from below: {', '.join([*names, 'others'])}. All values are in the table below."
    )
    return Caption("life", f"Words of {view.name} over time, by who wrote them", words)


def _choices(view: Biography) -> list[tuple[int, Moment]]:
    """The versions to choose from in a list: those around the one shown, newest first."""
    first = max(1, min(view.number - _CHOICES // 2, view.count - _CHOICES + 1))
    last = min(view.count, first + _CHOICES - 1)
    return [(number, view.moment(number)) for number in range(last, first - 1, -1)]


def _places(view: Biography) -> list[int]:
    """Where each version stands on the axis of time, in thousandths."""
    begin, end = view.life.moments[0].at, _end(view)
    span = max(1, end - begin)
    return [round((view.moment(n).at - begin) * 1000 / span) for n in range(1, view.count + 1)]


def _rows(life: Life, layers: Sequence[PersonLayer]) -> list[tuple[Moment, int, list[int]]]:
    """The drawing as a table: moments, all words, and each person's; newest first."""
    count = len(life.samples)
    chosen = range(count)
    if count > _ROWS:
        chosen = sorted({round(n * (count - 1) / (_ROWS - 1)) for n in range(_ROWS)})  # type: ignore[assignment]
    found = []
    for index in chosen:
        words = [layer.words[index] for layer in layers]
        found.append((life.moments[life.samples[index]], sum(words), words))
    return found[::-1]
