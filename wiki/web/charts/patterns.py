"""Fillings that tell parts of a drawing from each other where colours do not: on paper, to some eyes."""

from __future__ import annotations

from html import escape

import svg

from wiki.web.charts.canvas import Caption, Size

_TILE = 8
_FILLINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("M-2 2L2 -2M0 8L8 0M6 10L10 6",),
    ("M2 2h1.6v1.6h-1.6zM6 6h1.6v1.6h-1.6z",),
    ("M0 2H8M0 6H8",),
    ("M-2 6L2 10M0 0L8 8M6 -2L10 2",),
    ("M2 0V8M6 0V8",),
    ("M0 0L8 8M0 8L8 0",),
    ("M0 4H8M4 0V8",),
)


def definitions(caption: Caption, size: Size, count: int) -> list[svg.Element]:
    """The fillings of the first ``count`` series; nothing where one series needs none."""
    patterns: list[svg.Element] = [
        _pattern(caption, size, position) for position in range(1, min(count, len(_FILLINGS)))
    ]
    return [svg.Defs(elements=patterns)] if patterns else []


def filling(caption: Caption, size: Size, position: int) -> str:
    """What a shape of the series at this position is filled with over its colour; "" with nothing."""
    place = position % len(_FILLINGS)
    return f"url(#{_name(caption, size, place)})" if place else ""


def overlay(data: str, fill: str) -> list[svg.Element]:
    """A path's filling, laid over it."""
    if not fill:
        return []
    return [svg.Path(d=data, fill=fill, class_=["filling"])]  # type: ignore[arg-type] # a string is written as it is


def _pattern(caption: Caption, size: Size, position: int) -> svg.Element:
    strokes: list[svg.Element] = [
        svg.Path(d=each, class_=["stroke"])  # type: ignore[arg-type] # as above
        for each in _FILLINGS[position]
    ]
    return svg.Pattern(
        id=_name(caption, size, position),
        width=_TILE,
        height=_TILE,
        patternUnits="userSpaceOnUse",
        elements=strokes,
    )


def _name(caption: Caption, size: Size, position: int) -> str:
    return escape(f"{caption.key}-{size.name}-filling-{position}")
