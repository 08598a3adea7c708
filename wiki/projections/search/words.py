"""From text to the words an index knows: folded, in order, in any script.

Letters are compared without case and accents. Scripts that are written without spaces (Chinese,
Japanese, Korean, Thai…) give each character and each pair of neighbours, so that any part of such a
text is found. English endings are taken off by a stemmer, beside the form that was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from whoosh.lang.porter2 import stem as _porter

MAX_WORD = 64
"""Longer words (keys, encoded data) are cut to this many characters."""

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Tibetan, Burmese, Khmer
    "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
# Names such as C++, C# and F# are words of their own.
_SIGN = r"(?:\+\+|#(?![\w#]))?"
_WORD = re.compile(rf"[^\W_]+{_SIGN}")
_WORD_OR_RUN = re.compile(rf"([{_UNSPACED}]+)|[^\W_{_UNSPACED}]+{_SIGN}")
_POSSESSIVE = re.compile(r"['’]s\b")

# Letters that Unicode does not take apart but people do.
_LOOKALIKES = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ß": "ss", "й": "й", "ـ": "", "ى": "ي", "ٱ": "ا", "ة": "ه",
}  # fmt: skip
# Marks that may be dropped: Latin/Greek/Cyrillic accents, Hebrew points, Arabic vowel signs.
_MARK_RANGES = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F))
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


class _Folding(dict[int, str]):
    """Character → what it is compared as, worked out once each; fed to ``str.translate``."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character in _INVISIBLE or _is_mark(character):
        return ""
    if character in _LOOKALIKES:
        return _LOOKALIKES[character]
    apart = unicodedata.normalize("NFKD", character.casefold())
    kept = "".join(_LOOKALIKES.get(c, c) for c in apart if not _is_mark(c))
    return unicodedata.normalize("NFC", kept)


def _is_mark(character: str) -> bool:
    code = ord(character)
    return any(low <= code <= high for low, high in _MARK_RANGES)


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text as it is compared: small letters, no accents, compatible forms made one."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).translate(_FOLDING)


def index_words(text: str) -> Iterator[tuple[str, int]]:
    """Words of a text with their positions; unspaced scripts give characters and pairs."""
    folded = _without_possessives(fold(text))
    if folded.isascii() or not _UNSPACED_RUN.search(folded):
        for position, match in enumerate(_WORD.findall(folded)):
            yield match[:MAX_WORD], position
        return
    position = 0
    for found in _WORD_OR_RUN.finditer(folded):
        run = found[1]
        if run is None:
            yield found[0][:MAX_WORD], position
            position += 1
            continue
        for offset, character in enumerate(run):
            yield character, position + offset
        for offset in range(len(run) - 1):
            yield run[offset : offset + 2], position + offset
        position += len(run)


def query_words(text: str) -> list[tuple[str, int]]:
    """The words to look for, with their positions relative to each other.

    A run of an unspaced script is asked for by its pairs (by the character if it is only one).
    """
    words: list[tuple[str, int]] = []
    position = 0
    for found in _WORD_OR_RUN.finditer(_without_possessives(fold(text))):
        run = found[1]
        if run is None or len(run) == 1:
            words.append((found[0][:MAX_WORD], position))
            position += 1
            continue
        words.extend((run[at : at + 2], position + at) for at in range(len(run) - 1))
        position += len(run)
    return words


def is_unspaced(text: str) -> bool:
    """Whether the (folded) text is entirely of a script written without spaces."""
    return _UNSPACED_RUN.fullmatch(text) is not None


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its English ending; words with other letters stay as they are."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    return str(_porter(word)) or word


def _without_possessives(text: str) -> str:
    if "'s" in text or "’s" in text:
        return _POSSESSIVE.sub("", text)
    return text
