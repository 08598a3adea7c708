"""The colours: readable for everybody on light and dark, told apart by the colour-blind."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

import wiki.web

CSS = Path(wiki.web.__file__).parent / "static" / "css"
TOKENS = dict(
    re.findall(r"--([\w-]+): light-dark\((#\w{6}), #\w{6}\)", (CSS / "tokens.css").read_text())
)
DARK = dict(
    re.findall(r"--([\w-]+): light-dark\(#\w{6}, (#\w{6})\)", (CSS / "tokens.css").read_text())
)
SURFACES = ("ground", "paper", "raised", "sunken")

TEXT = [
    *((ink, surface) for ink in ("ink", "ink-2", "ink-3", "link", "accent", "bad") for surface in SURFACES),
    *((ink, "hover") for ink in ("ink", "ink-2")),
    ("accent-ink", "accent"), ("accent-ink", "accent-hover"), ("accent", "accent-soft"), ("bad-ink", "bad"),
    *((name, f"{name}-soft") for name in ("good", "warn", "bad", "info")),
    *(("ink", f"{name}-soft") for name in ("good", "warn", "bad", "info")),
    *(("ink", name) for name in ("added", "added-mark", "removed", "removed-mark", "mark")),
    *((f"code-{name}", "code") for name in ("comment", "keyword", "string", "number", "name", "type")),
    ("chart-text", "paper"), ("chart-text", "raised"),
]  # fmt: skip
SHAPES = [
    *((f"chart-{n}", surface) for n in range(1, 9) for surface in ("paper", "raised")),
    ("control-line", "raised"), ("accent", "paper"), ("accent", "ground"),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [TOKENS, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "surface"), TEXT)
def test_text_has_the_contrast_of_wcag_aa(theme, ink, surface):
    assert contrast(theme[ink], theme[surface]) >= 4.5


@pytest.mark.parametrize("theme", [TOKENS, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "surface"), SHAPES)
def test_shapes_have_the_contrast_of_wcag_aa(theme, shape, surface):
    assert contrast(theme[shape], theme[surface]) >= 3


# Machado, Oliveira and Fernandes (2009), full deuteranopia and protanopia, on linear RGB
BLINDNESS = {
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}  # fmt: skip


def lab(colour: str, matrix) -> tuple[float, float, float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    r, g, b = (
        min(1, max(0, sum(m * p for m, p in zip(row, linear, strict=True)))) for row in matrix
    )
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("theme", [TOKENS, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", BLINDNESS)
def test_the_first_five_chart_colours_are_told_apart(theme, sight):
    colours = [lab(theme[f"chart-{n}"], BLINDNESS[sight]) for n in range(1, 6)]
    for (i, one), (j, other) in combinations(enumerate(colours, 1), 2):
        distance = sum((p - q) ** 2 for p, q in zip(one, other, strict=True)) ** 0.5
        assert distance >= 15, (i, j)


def test_every_colour_used_is_a_token():
    defined = set(re.findall(r"^\s*(--[\w-]+):", (CSS / "tokens.css").read_text(), re.MULTILINE))
    for sheet in CSS.glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        own = set(re.findall(r"(--[\w-]+):", text))
        used = set(re.findall(r"var\((--[\w-]+)", text))
        assert used <= defined | own, sheet.name
        if sheet.name not in {"tokens.css", "print.css"}:
            assert not re.search(r"#[0-9a-f]{3,8}\b(?=[^{}]*;)", text), sheet.name
