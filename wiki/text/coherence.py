"""Whether a text put together from two people's changes holds together.

Nobody should be shown nonsense as a suggestion: no word lost or said twice, no link, fence, table row,
list or pair of signs that neither of the two had like that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

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


def with_sound_front_matter(hunks: Sequence[ConflictHunk]) -> tuple[ConflictHunk, ...]:
    """The stretches of a page, without proposals that would spoil the front matter it begins with."""
    page = "".join(_taken(hunk) for hunk in hunks)
    ends = [frontmatter.body_start(_one_side(hunks, side)) for side in ("mine", "theirs")]
    if not any(ends) or all(hunk.proposal is None for hunk in hunks) or _sound(page):
        return tuple(hunks)
    checked = []
    at = 0
    for hunk in hunks:
        checked.append(replace(hunk, proposal=None) if at < max(ends) else hunk)
        at += len(_taken(hunk))
    return tuple(checked)


def _one_side(hunks: Sequence[ConflictHunk], side: str) -> str:
    return "".join(hunk.result or getattr(hunk, side) for hunk in hunks)


def _taken(hunk: ConflictHunk) -> str:
    if hunk.kind == "same":
        return hunk.result
    return hunk.mine if hunk.proposal is None else hunk.proposal


def _sound(page: str) -> bool:
    """Whether the front matter can be read and names nothing twice."""
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
