"""Layers upon layers over time: what was written in which year, as strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import svg

from wiki.web.charts.canvas import (
    Caption,
    Frame,
    Series,
    Size,
    mark,
    path,
    place_axis,
    sheet,
    value_axis,
)
from wiki.web.charts.labels import End, Key, ends, legend_lines, room_for
from wiki.web.charts.patterns import definitions, filling, overlay
from wiki.web.charts.scale import Label, Place, Scale, nice_ticks, place_ticks, short_number

_SHADES = 8
_TALLER = 72
_LINE = 15.0
"""What a name takes; thinner neighbours share one."""


def area_chart(
    caption: Caption,
    size: Size,
    starts: Sequence[Place],
    layers: Sequence[Series],
    *,
    unit: str = "",
    label: Label = short_number,
    apart: int = 0,
) -> str:
    """Layers over time, the first at the bottom; each is named where it ends, on a phone in a legend.

    Shades follow the layers' order from light to dark, so that they are told apart without colours;
    the last ``apart`` layers are of no order with the others: they are grey and hatched.
    """
    ordered = len(layers) - apart
    shades = [_shade(i, ordered) if i < ordered else "strata-apart" for i in range(len(layers))]
    hatch = filling(caption, size, 1)
    fills = [hatch if i >= ordered else "" for i in range(len(layers))]
    is_narrow = size.name == "narrow"
    names = [each.label for each in layers]
    both = [_joint(names[0], names[ordered - 1])] if ordered > 1 else []
    margin = 6.0 if is_narrow else room_for([*names, *both], size.width / 3)
    keys = [
        Key(name, ("layer", shade), fill)
        for name, shade, fill in zip(names[::-1], shades[::-1], fills[::-1], strict=True)
    ]
    head, tall = legend_lines(keys, 0, size.width, 12) if is_narrow else ([], 0.0)
    height = size.height + _TALLER + tall
    frame = Frame(52, 30 + tall, size.width - margin, height - 28)
    sums = _sums(layers, len(starts))
    ticks = nice_ticks(0, max(sums[-1], default=1) if sums else 1, 4)
    scale = Scale(0, ticks[-1], frame.bottom, frame.top)
    step = frame.width / max(1, len(starts) - 1)
    across = [frame.left + i * step for i in range(len(starts))]
    drawn = definitions(caption, size, 2) if apart else []
    drawn += [*head, *value_axis(frame, scale, ticks, label, unit)]
    for i, (layer, shade) in enumerate(zip(layers, shades, strict=True)):
        below = sums[i - 1] if i else [0.0] * len(starts)
        drawn += _layer(layer, (shade, fills[i]), across, (below, sums[i]), scale, label)
    if not is_narrow:
        drawn += ends(frame, _ends(layers, shades, sums, scale, ordered), margin - 20)
    places = place_ticks(starts, frame.width)
    drawn += place_axis(frame, [(across[i], words) for i, words in places])
    return sheet(caption, replace(size, height=int(height)), "area", drawn)


def _shade(position: int, count: int) -> str:
    """Neighbours differ: few layers are taken from the whole range."""
    return f"strata-{_SHADES if count < 2 else 1 + round(position * (_SHADES - 1) / (count - 1))}"


def _sums(layers: Sequence[Series], count: int) -> list[list[float]]:
    """The height of each layer's top at each place."""
    sums: list[list[float]] = []
    for each in layers:
        below = sums[-1] if sums else [0.0] * count
        sums.append([low + (value or 0) for low, value in zip(below, each.values, strict=True)])
    return sums


def _layer(
    layer: Series,
    looks: tuple[str, str],
    across: Sequence[float],
    heights: tuple[Sequence[float], Sequence[float]],
    scale: Scale,
    label: Label,
) -> list[svg.Element]:
    (shade, fill), (below, above) = looks, heights
    thick = [i for i in range(len(across)) if above[i] > below[i]]
    if not thick:
        return []
    span = range(max(0, thick[0] - 1), min(len(across), thick[-1] + 2))
    top = "L".join(f"{across[i]:.2f} {scale(above[i]):.2f}" for i in span)
    bottom = "L".join(f"{across[i]:.2f} {scale(below[i]):.2f}" for i in reversed(span))
    last = thick[-1]
    words = f"{layer.label}: {label(above[last] - below[last])} at last"
    outline = f"M{top}L{bottom}Z"
    return [mark(path(outline, ("layer", shade)), words), *overlay(outline, fill)]


def _ends(
    layers: Sequence[Series],
    shades: Sequence[str],
    sums: Sequence[Sequence[float]],
    scale: Scale,
    ordered: int,
) -> list[End]:
    """A name a layer that is there at the end; neighbours too thin for one each share one."""
    found: list[End] = []
    bands = [band for band in _bands(sums, scale) if _thick(band) > 0]
    while bands:
        first, low, high = bands.pop(0)
        last = first
        while bands and bands[0][0] < ordered and max(low - high, _thick(bands[0])) < _LINE:
            last, _, high = bands.pop(0)
        name = (
            _joint(layers[first].label, layers[last].label) if last > first else layers[first].label
        )
        css = (shades[last],)
        found.append(End((low + high) / 2, name, css, (low, high) if last > first else None))
    return found


def _thick(band: tuple[int, float, float]) -> float:
    return band[1] - band[2]


def _bands(sums: Sequence[Sequence[float]], scale: Scale) -> list[tuple[int, float, float]]:
    """Of each layer its place, and where its foot and its top are at the end."""
    tops = [scale(each[-1]) for each in sums if each]
    return list(zip(range(len(tops)), [scale(0), *tops], tops, strict=False))


def _joint(first: str, last: str) -> str:
    """A name for layers that follow each other: from the first to the last."""
    return f"to {last}" if first.startswith("to ") else f"{first} – {last}"
