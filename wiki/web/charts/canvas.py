"""The sheet all charts are drawn on: sizes, text, axes, legend, and the words for those who listen.

svg.py escapes nothing, so every text passes through ``escape`` here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import svg

from wiki.web.charts.scale import Label, Scale

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's own units; the page stretches it to the room there is."""

    width: int
    height: int
    name: str


WIDE = Size(720, 264, "wide")
NARROW = Size(360, 248, "narrow")
"""Phones get a drawing of their own, so that letters keep their size."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart is called and what it shows, in words; ``key`` is unique in the page."""

    key: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values in the order of the axis, None where there is none; ``hue`` picks the colour class."""

    label: str
    values: Sequence[float | None]
    hue: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle between the axes."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


def sheet(caption: Caption, size: Size, kind: str, elements: Iterable[svg.Element]) -> str:
    """The finished drawing: an image with a title and a description."""
    key = escape(f"{caption.key}-{size.name}")
    head: list[svg.Element] = [
        svg.Title(id=f"{key}-title", text=escape(caption.title)),
        svg.Desc(id=f"{key}-desc", text=escape(caption.description)),
    ]
    root = svg.SVG(
        viewBox=f"0 0 {size.width} {size.height}",  # type: ignore[arg-type] # a string is written as it is
        class_=[f"chart-{size.name}", f"chart-{kind}"],
        elements=[*head, *elements],
        extra={"role": "img", "aria-labelledby": f"{key}-title {key}-desc", "focusable": "false"},
    )
    return root.as_str()


def text(x: float, y: float, words: str, css: str, anchor: Anchor = "start") -> svg.Text:
    """A line of text whose baseline begins, is centred or ends at x."""
    return svg.Text(x=_round(x), y=_round(y), text=escape(words), class_=[css], text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> svg.Line:
    """A straight line."""
    return svg.Line(x1=_round(x1), y1=_round(y1), x2=_round(x2), y2=_round(y2), class_=[css])


def path(data: str, css: Sequence[str]) -> svg.Path:
    """A path from its data in SVG's own words."""
    return svg.Path(d=data, class_=list(css))  # type: ignore[arg-type] # a string is written as it is


def mark(element: svg.Element, words: str) -> svg.G:
    """An element that says its value when pointed at."""
    return svg.G(class_=["mark"], elements=[svg.Title(text=escape(words)), element])


def value_axis(
    frame: Frame, scale: Scale, ticks: Sequence[float], label: Label, unit: str
) -> list[svg.Element]:
    """Light lines across with a number at the left of each; the zero line is stronger."""
    drawn: list[svg.Element] = []
    for tick in ticks:
        y = scale(tick)
        drawn.append(line(frame.left, y, frame.right, y, "zero" if tick == 0 else "grid"))
        drawn.append(text(frame.left - 8, y + 4, label(tick), "tick", "end"))
    if unit:
        drawn.append(text(0, frame.top - 12, unit, "unit"))
    return drawn


def place_axis(
    frame: Frame, places: Sequence[tuple[float, str]], *, marks: bool = True
) -> list[svg.Element]:
    """Labels below the frame; one that would run over the edge is moved inwards."""
    drawn: list[svg.Element] = []
    for x, words in places:
        if marks:
            drawn.append(line(x, frame.bottom, x, frame.bottom + 4, "tickmark"))
        half = text_width(words) / 2
        inside = min(max(x, frame.left - 24 + half), frame.right + 6 - half)
        drawn.append(text(inside, frame.bottom + 18, words, "tick", "middle"))
    return drawn


def legend(
    series: Sequence[tuple[str, Sequence[str]]], right: float, y: float
) -> list[svg.Element]:
    """Coloured keys with their names, set flush right in one line; (name, classes) each."""
    drawn: list[svg.Element] = []
    x = right
    for name, css in reversed(series):
        x -= text_width(name)
        drawn.append(text(x, y, name, "key"))
        x -= 15
        swatch = svg.Rect(
            x=_round(x), y=_round(y - 9), width=10, height=10, rx=2.5, class_=list(css)
        )
        drawn.append(swatch)
        x -= 14
    return drawn


def text_width(words: str) -> float:
    """About how wide a label is, in the drawing's units."""
    return sum(12.0 if letter >= "\u2e80" else 6.3 for letter in words)


def shortened(words: str, room: float) -> str:
    """Words that fit: of a page's path its end, which tells names of one folder apart; of anything
    else its beginning."""
    if text_width(words) <= room:
        return words
    kept = words
    if "/" not in words:
        while len(kept) > 1 and text_width(kept) + 6.3 > room:
            kept = kept[:-1]
        return f"{kept.rstrip()}…"
    while len(kept) > 1 and text_width(kept) + 6.3 > room:
        kept = kept[1:]
    return f"…{kept}"


def _round(value: float) -> float:
    return round(value, 2)
