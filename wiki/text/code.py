"""Fenced code coloured by Pygments: class names only, which the stylesheet turns into colours."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

CLASS_PREFIX = "hl-"
"""Stands before Pygments' short class names, so that they meet no class of the application."""

MAX_COLOURED = 100_000
_LANGUAGE = re.compile(r"\{?\s*\.?([\w+#.-]{1,40})")
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True, classprefix=CLASS_PREFIX)


def code_html(code: str, info: str = "") -> str:
    """A block of code; ``info`` is what stands behind the fence (its first word is the language)."""
    match = _LANGUAGE.match(info)
    lexer = _lexer(match[1].lower()) if match and len(code) <= MAX_COLOURED else None
    inner = (
        highlight(code, lexer, _FORMATTER).removesuffix("\n")
        if lexer
        else html.escape(code, quote=False)
    )
    return f'<div class="highlight"><pre><code>{inner}\n</code></pre></div>'


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
