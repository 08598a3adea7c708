"""Formulas in LaTeX shown as MathML, which browsers draw without a script."""

from __future__ import annotations

import html
import re
from typing import Literal

from latex2mathml.converter import convert

MAX_LENGTH = 4000
_DEEP = re.compile(r"[{^_]")


def formula_html(latex: str, display: Literal["inline", "block"]) -> str:
    """MathML of the formula; one that cannot be read is shown as it was written."""
    latex = latex.strip()
    if latex and len(latex) <= MAX_LENGTH and len(_DEEP.findall(latex)) <= 500:
        try:
            mathml = str(convert(latex, display=display))
        except (Exception, RecursionError):  # noqa: BLE001 - the library has no base of its own
            mathml = ""
        if mathml:
            return f'<div class="formula">{mathml}</div>' if display == "block" else mathml
    mark = "$$" if display == "block" else "$"
    text = html.escape(f"{mark}{latex}{mark}", quote=False)
    return f'<code class="formula-error">{text}</code>'
