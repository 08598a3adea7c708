"""Whether a text put together from two people's changes holds together.

Nobody should be shown nonsense as a suggestion: no word lost or said twice, no link, fence, table row,
list or pair of signs that neither of the two had like that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from wiki.model import ConflictHunk
from wiki.text import frontmatter
from wiki.text.tokens import tokens

_LONG = 4
"""Words of this length that both added and stand twice were meant once."""

_FENCE = re.compile(r"^[ >]*(?:`{3,}|~{3,})", re.MULTILINE)
_MARKER = re.compile(r"^(?:<{7}|>{7}|\|{7})", re.MULTILINE)
_LINK = re.compile(
    r"\]\([^()\s]*[ )]"
    r"|\]\[[^\[\]\n]*\]"
    r"|\[\[[^\[\]\n]+\]\]"
    r"|https?://[^\s()<>\]\"'|]+"
    r"|^ *\[[^\[\]\n]+\]:",
    re.MULTILINE,
)
"""What links lead to, whichever way they are written."""
_OPENING = re.compile(r"^[ \t>]*(#{1,6}(?= )|[-*+](?= )|\d{1,9}[.)](?= ))", re.MULTILINE)
_DOUBLED = re.compile(r"\b(\w+)[^\S\n]+\1\b")
_KEY = re.compile(r"^[\w-]+(?=:)", re.MULTILINE)
_PAIRS = (("[", "]"), ("(", ")"), ("{", "}"), ("（", "）"), ("「", "」"))
_QUOTES = ("`", "**", "$", '"', "”")


def coherent(hunk: ConflictHunk, merged: str) -> bool:
    """Whether ``merged`` may be offered as what both sides of a hunk wrote together."""
    sides = hunk.base, hunk.mine, hunk.theirs
    if merged in (hunk.mine, hunk.theirs):
        return not _MARKER.search(merged) and _words_stand(*sides, merged)
    return (
        not _MARKER.search(merged)
        and _words_stand(*sides, merged)
        and _nothing_twice(*sides, merged)
        and all(_adds_up(count, *sides, merged) for count in (_links, _fences, _rows, _openings))
        and _signs_pair(hunk.mine, hunk.theirs, merged)
    )


def sound_front_matter(hunks: Sequence[ConflictHunk]) -> bool:
    """Whether the page with every proposal taken begins with front matter as sound as both sides'."""
    if all(hunk.proposal is None for hunk in hunks):
        return True
    mine, theirs, merged = (
        "".join(_taken(hunk, side) for hunk in hunks) for side in ("mine", "theirs", "proposal")
    )
    return _sound(merged) or not (_sound(mine) and _sound(theirs))


def _taken(hunk: ConflictHunk, side: str) -> str:
    if hunk.kind == "same":
        return hunk.result
    chosen: str | None = getattr(hunk, side)
    return hunk.mine if chosen is None else chosen


def _sound(page: str) -> bool:
    """Front matter that can be read and names nothing twice, or none at all."""
    if not page.startswith("---"):
        return True
    known, end = frontmatter.read(page)
    keys = _KEY.findall(page[:end])
    return known != frontmatter.NOTHING and len(keys) == len(set(keys))


def _words_stand(base: str, mine: str, theirs: str, merged: str) -> bool:
    """Every word that a side added, and the other did not take away, stands in the result."""
    was, ours, others, now = (Counter(tokens(text)) for text in (base, mine, theirs, merged))
    for side, other in ((ours, others), (others, ours)):
        for word, count in (side - was).items():
            if now[word] < count - max(0, was[word] - other[word]):
                return False
    return True


def _nothing_twice(base: str, mine: str, theirs: str, merged: str) -> bool:
    if len(_DOUBLED.findall(merged)) > max(map(len, map(_DOUBLED.findall, (mine, theirs)))):
        return False
    was, ours, others, now = (Counter(tokens(text)) for text in (base, mine, theirs, merged))
    for word, count in now.items():
        if count <= max(ours[word], others[word]):
            continue
        both_added = ours[word] > was[word] and others[word] > was[word]
        if not both_added or len(word) >= _LONG:
            return False
    return True


def _adds_up(
    count: Callable[[str], Counter[str]], base: str, mine: str, theirs: str, merged: str
) -> bool:
    """Whether the things counted are those of the base with what each side added and took."""
    was, ours, others, now = map(count, (base, mine, theirs, merged))
    for thing in {*was, *ours, *others, *now}:
        before, one, other = was[thing], ours[thing], others[thing]
        least, most = sorted((one, other))
        allowed = {one + other - before}
        if before not in (one, other):
            allowed |= {least, most}
        if now[thing] not in allowed:
            return False
    return True


def _links(text: str) -> Counter[str]:
    return Counter(_LINK.findall(text))


def _fences(text: str) -> Counter[str]:
    return Counter(_FENCE.findall(text))


def _rows(text: str) -> Counter[str]:
    """Rows of tables by their number of cells."""
    lines = (line.strip() for line in text.split("\n"))
    return Counter(str(line.count("|")) for line in lines if line.startswith("|"))


def _openings(text: str) -> Counter[str]:
    """Headings and items by level and kind."""
    kinds = _OPENING.findall(text)
    return Counter("1." if kind[0].isdigit() else kind for kind in kinds)


def _signs_pair(mine: str, theirs: str, merged: str) -> bool:
    """Lines that neither side had hold brackets and quotes in pairs, if the sides' lines do."""
    known = {*mine.split("\n"), *theirs.split("\n")}
    odd = {sign for line in known for sign in _odd(line)}
    return all(
        sign in odd for line in merged.split("\n") if line not in known for sign in _odd(line)
    )


def _odd(line: str) -> Iterator[str]:
    yield from (opened for opened, closed in _PAIRS if line.count(opened) != line.count(closed))
    yield from (sign for sign in _QUOTES if line.count(sign) % 2)
