"""What a line, taken by itself and without its indentation, can be: pure questions, no state."""

from __future__ import annotations

import re

FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
BULLET = re.compile(r"([-+*])([ \t]+|$)")
NUMBER = re.compile(r"([0-9]{1,9})([.)])([ \t]+|$)")
_TABBED = re.compile(r" *(?:[-+*]|[0-9]{1,9}[.)]) *\t[ \t]*")
RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
SETEXT = re.compile(r"=+[ \t]*$|-+[ \t]*$")
DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,200})\]:[ \t]*")
REFERENCE = re.compile(r"\[(?!\^)[^\[\]]{1,500}\]:[ \t]*\S")
ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+[\w-]+")
DEFINITION = re.compile(r":[ ]{1,4}(?=\S)")
_BLOCK_TAGS = frozenset(
    """address article aside base basefont blockquote body caption center col colgroup dd details
    dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6
    head header hr html iframe legend li link main menu menuitem nav noframes ol optgroup option p
    param search section source summary table tbody td tfoot th thead title tr track ul""".split()
)
_HTML_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>]|$)")
_HTML_ALONE = re.compile(
    r"""(?:<[a-zA-Z][\w-]*(?:\s+[\w:@.-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*/?>|</[a-zA-Z][\w-]*\s*>)\s*$"""
)
_VERBATIM = {
    name: re.compile(rf"</{name}>", re.IGNORECASE)
    for name in ("script", "pre", "style", "textarea")
}
_HTML_ENDS = (
    ("<!--", re.compile("-->")),
    ("<![CDATA[", re.compile(r"\]\]>")),
    ("<?", re.compile(r"\?>")),
    ("<!", re.compile(">")),
)


def heading_line(body: str) -> tuple[int, str] | None:
    """The level and text of a line ``## Text``, its indentation removed; None for other lines."""
    level = len(body) - len(body.lstrip("#"))
    rest = body[level:]
    if not 1 <= level <= 6 or (rest and rest[0] not in " \t"):
        return None
    text = rest.strip()
    bare = text.rstrip("#")
    if not bare or bare[-1] in " \t":
        text = bare.rstrip()
    return level, text


def closes(text: str, fence: str) -> bool:
    body = text.strip()
    return (
        len(body) >= len(fence)
        and body == fence[0] * len(body)
        and len(text) - len(text.lstrip(" ")) < 4
    )


def opening_fence(text: str) -> str:
    match = FENCE.match(text.lstrip(" "))
    return (match[1] or match[3]) if match else ""


def fence_after(fence: str, text: str) -> str:
    """The fence that is open after this line."""
    if fence:
        return "" if closes(text, fence) else fence
    return opening_fence(text)


def item_marker(body: str) -> tuple[str, int, int] | None:
    """A list item's kind of marker, number and width up to its text; None for other lines.

    The width counts columns of a line without tabs behind its marker (see ``untabbed``).
    """
    bullet = BULLET.match(body)
    if bullet:
        return bullet[1], 0, _width(1, bullet[2], body)
    number = NUMBER.match(body)
    if number:
        return number[2], int(number[1]), _width(len(number[1]) + 1, number[3], body)
    return None


def untabbed(text: str) -> str:
    """A list item's line, still indented, with the tabs behind its marker as spaces."""
    marker = _TABBED.match(text) if "\t" in text else None
    return marker[0].expandtabs(4) + text[marker.end() :] if marker else text


def _width(marker: int, spaces: str, body: str) -> int:
    if len(spaces) > 4 or len(body) == marker + len(spaces):
        return marker + 1
    return marker + len(spaces)


def interrupts(body: str, depth: int) -> bool:
    """Whether this line, not indented, ends a paragraph and begins something else."""
    first = body[0]
    if first == "#":
        return heading_line(body) is not None
    if first in "`~":
        return bool(FENCE.match(body))
    if first == "<":
        return html_end(body, interrupting=True) is not None
    if first == ">":
        return True
    if first in "-*_+":
        return bool(RULE.match(body)) or bool((m := BULLET.match(body)) and m.end() < len(body))
    if first == ":":
        return bool(DEFINITION.match(body))
    if first == "[":
        return bool(FOOTNOTE.match(body))
    number = NUMBER.match(body)
    return bool(number and (number[1] == "1" or depth) and number.end() < len(body))


def continues(before: str, body: str, depth: int) -> bool:
    """Whether a line goes on lazily with the paragraph that the line ``before`` belongs to."""
    before = before.lstrip(" ")
    if not before.strip() or not body.strip():
        return False
    if heading_line(before) or FENCE.match(before) or RULE.match(before):
        return False
    return not interrupts(body, depth) and not RULE.match(body) and item_marker(body) is None


def html_end(body: str, *, interrupting: bool) -> re.Pattern[str] | str | None:
    """What ends the HTML block that begins here: a pattern, "" for a blank line, None for none."""
    for opening, end in _HTML_ENDS:
        if body.startswith(opening):
            return end if opening != "<!" or body[2:3].isalpha() else None
    name = _HTML_NAME.match(body)
    if not name:
        return None
    tag = name[1].lower()
    if tag in _VERBATIM and not body.startswith("</"):
        return _VERBATIM[tag]
    if tag in _BLOCK_TAGS:
        return ""
    return "" if not interrupting and _HTML_ALONE.match(body) else None


def is_table(header: str, delimiters: str) -> bool:
    if "-" not in delimiters or not DELIMITERS.match(delimiters):
        return False
    if "|" not in header or "|" not in delimiters:
        return False
    return _columns(header) == _columns(delimiters)


def _columns(row: str) -> int:
    row = row.strip().replace("\\|", "")
    return row.count("|") + 1 - row.startswith("|") - (row.endswith("|") and len(row) > 1)
