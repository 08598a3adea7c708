"""Dots and what joins them: who writes with whom, which pages lead to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import svg

from wiki.web.charts.canvas import Caption, Frame, Size, mark, sheet, text, text_width
from wiki.web.charts.layout import lay_out

_HUES = 8
_SHAPES = 3
_NAMED = 14
_TALLER, _LOWER, _MANY = 156, -90, 12

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Vertex:
    """A dot; ``weight`` its size, ``group`` what it belongs with (its colour and shape)."""

    name: str
    weight: float
    group: int = 0


def network_chart(
    caption: Caption,
    size: Size,
    vertices: Sequence[Vertex],
    edges: Sequence[tuple[int, int, float]],
) -> str:
    """Dots joined by lines, heavier ones thicker; the largest dots are named."""
    size = replace(size, height=size.height + _taller(len(vertices)))
    frame = Frame(24, 20, size.width - 24, size.height - 20)
    spots = [
        (frame.left + x * frame.width, frame.top + y * frame.height)
        for x, y in lay_out(len(vertices), edges).tolist()
    ]
    heaviest = max((weight for _, _, weight in edges), default=1.0) or 1.0
    drawn: list[svg.Element] = [
        _edge(spots[one], spots[other], weight / heaviest) for one, other, weight in edges
    ]
    largest = max((vertex.weight for vertex in vertices), default=1.0) or 1.0
    radii = [4 + 9 * (max(0.0, vertex.weight) / largest) ** 0.5 for vertex in vertices]
    for vertex, spot, radius in zip(vertices, spots, radii, strict=True):
        drawn.append(mark(_shape(spot, radius, vertex.group), vertex.name))
    drawn += _names(vertices, spots, radii, frame, size)
    return sheet(caption, size, "network", drawn)


def _taller(dots: int) -> int:
    """How much higher than other drawings: a handful of dots would be lost in the room that many need."""
    return _LOWER + (_TALLER - _LOWER) * min(dots, _MANY) // _MANY


def _edge(one: tuple[float, float], other: tuple[float, float], share: float) -> svg.Element:
    strength = 1 + min(3, int(share * 4))
    return svg.Line(
        x1=round(one[0], 1),
        y1=round(one[1], 1),
        x2=round(other[0], 1),
        y2=round(other[1], 1),
        class_=["edge", f"edge-{strength}"],
    )


def _shape(spot: tuple[float, float], radius: float, group: int) -> svg.Element:
    """A group's shape: round, square or on its point, so that colour is not alone."""
    css = ["vertex", f"hue-{group % _HUES + 1}"]
    (x, y), r = spot, round(radius, 1)
    kind = group % _SHAPES
    if kind == 0:
        return svg.Circle(cx=round(x, 1), cy=round(y, 1), r=r, class_=css)
    if kind == 1:
        side = round(r * 1.77, 1)
        return svg.Rect(
            x=round(x - side / 2, 1), y=round(y - side / 2, 1), width=side, height=side, class_=css
        )
    d = round(r * 1.25, 1)
    points = f"M{x:.1f} {y - d:.1f}L{x + d:.1f} {y:.1f}L{x:.1f} {y + d:.1f}L{x - d:.1f} {y:.1f}Z"
    return svg.Path(d=points, class_=css)  # type: ignore[arg-type] # a string is written as it is


def _names(
    vertices: Sequence[Vertex],
    spots: Sequence[tuple[float, float]],
    radii: Sequence[float],
    frame: Frame,
    size: Size,
) -> list[svg.Element]:
    """The names of the largest dots, where none stands already."""
    most = _NAMED if size.name == "wide" else _NAMED // 2
    order = sorted(range(len(vertices)), key=lambda i: (-vertices[i].weight, i))
    taken: list[Box] = []
    drawn: list[svg.Element] = []
    for i in order:
        width = text_width(vertices[i].name)
        x = min(max(spots[i][0], frame.left - 20 + width / 2), frame.right + 20 - width / 2)
        y = spots[i][1] - radii[i] - 5
        box = (x - width / 2, y - 11, x + width / 2, y + 3)
        if width > frame.width or any(
            _meet(box, each) for each in (*taken, *_others(i, spots, radii))
        ):
            continue
        taken.append(box)
        drawn.append(text(x, y, vertices[i].name, "name", "middle"))
        if len(taken) == most:
            break
    return drawn


def _others(own: int, spots: Sequence[tuple[float, float]], radii: Sequence[float]) -> list[Box]:
    """Where the other dots lie: a name over one of them would be taken for its own."""
    return [
        (x - r, y - r, x + r, y + r)
        for place, ((x, y), r) in enumerate(zip(spots, radii, strict=True))
        if place != own
    ]


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    )  # fmt: skip
