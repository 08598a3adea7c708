"""The words of a text, as authorship counts them.

A word is a run of letters and digits of any script, with the marks that belong to them; each
character of scripts that put no spaces between words (Chinese, Japanese kana) is a word by itself.
Punctuation, symbols and white space do not count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_SINGLE = (
    "\u3005-\u3007\u3021-\u3029\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
)
"""Ideographs and kana: every one is a word."""

_SINGLE_BEYOND = "\U0001b000-\U0001b16f\U00020000-\U0003fffd"
"""Those beyond the first 65,536 code points."""

_JOINERS = "\u200c\u200d"

_BLANKED = bytes(c if (chr(c).isalnum() and c < 128) or c == 10 else 32 for c in range(256))
"""For ASCII: all but letters, digits and line ends become blanks."""


@cache
def _pattern() -> re.Pattern[str]:
    """What is a word. Classes are spelt out, and those beyond the first 65,536 code points kept apart:
    only then are they looked up in a table, which is many times faster."""
    letters, marks, _ = classes()
    first = "".join(f"\\u{start:04x}-\\u{end - 1:04x}" for start, end in letters)
    more = first + "".join(f"\\u{start:04x}-\\u{end - 1:04x}" for start, end in marks)
    beyond = f"[{_SINGLE_BEYOND}]|[^\\W\0-\uffff{_SINGLE_BEYOND}]+"
    return re.compile(f"[{first}][{more}]*|[{_SINGLE}]|{beyond}")


Spans = list[tuple[int, int]]


def classes() -> tuple[Spans, Spans, Spans]:
    """The first 65,536 code points that begin words, those that only go on with them, and those that are
    words by themselves, each as ranges."""
    everything = "".join(map(chr, range(0x10000)))
    letters = [found.span() for found in re.finditer(f"[^\\W_{_SINGLE}]+", everything)]
    marks = [(c, c + 1) for c in range(0x300, 0x10000) if unicodedata.category(chr(c))[0] == "M"]
    marks += [(ord(joiner), ord(joiner) + 1) for joiner in _JOINERS]
    single = [found.span() for found in re.finditer(f"[{_SINGLE}]+", everything)]
    return letters, marks, single


def tokens(text: str) -> list[str]:
    """The words of a text in their order."""
    if text.isascii():
        return text.encode().translate(_BLANKED).decode().split()
    return _pattern().findall(text)


def spans(text: str) -> list[tuple[int, int]]:
    """Where each of ``tokens(text)`` begins and ends."""
    return [found.span() for found in _pattern().finditer(text)]


def raw_words(text: bytes) -> list[str]:
    """The words of a text in UTF-8."""
    if text.isascii():
        return text.translate(_BLANKED).decode("ascii").split()
    return _pattern().findall(text.decode("utf-8", "surrogateescape"))
