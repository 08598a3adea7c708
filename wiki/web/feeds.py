"""Atom feeds of changes: valid XML whatever people write, with ids that never change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from wiki.services.history import Change, FileChanged
from wiki.web import addresses
from wiki.web.context import current_wiki, iso_time

_NAMESPACE = "http://www.w3.org/2005/Atom"
_IDS = UUID("5b0b2c1e-6b0f-4b8e-9f53-6d5f0c3b7a11")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAX_TITLE = 200
_MAX_TEXT = 5000

_EFFECTS = {
    "created": "created",
    "changed": "changed",
    "renamed": "renamed",
    "deleted": "deleted",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a feed is about: its title, a lasting name, the page for people, its own address."""

    title: str
    name: str
    page: str
    feed: str


def atom(about: About, changes: Sequence[Change]) -> bytes:
    """The feed as an XML document in UTF-8."""
    register_namespace("", _NAMESPACE)
    feed = Element(f"{{{_NAMESPACE}}}feed")
    _text(feed, "id", _id("feed", about.name))
    _text(feed, "title", f"{about.title}: recent changes")
    latest = max((change.at or 0 for change in changes), default=0)
    _text(feed, "updated", iso_time(latest))
    _text(SubElement(feed, _tag("author")), "name", current_wiki().settings.wiki.name)
    _link(feed, "alternate", about.page, "text/html")
    _link(feed, "self", about.feed, "application/atom+xml")
    for change in changes:
        _entry(feed, change)
    xml = tostring(feed, encoding="utf-8", xml_declaration=True)
    return bytes(xml)


def _entry(feed: Element, change: Change) -> None:
    entry = SubElement(feed, _tag("entry"))
    _text(entry, "id", _id("change", f"{change.space.name}/{change.oid}"))
    _text(entry, "title", _title(change)[:_MAX_TITLE])
    _text(entry, "updated", iso_time(change.at or 0))
    _text(SubElement(entry, _tag("author")), "name", change.said_by)
    for other in change.co_authors:
        _text(SubElement(entry, _tag("contributor")), "name", other.name)
    href = addresses.tool_address(change.space.name, "change", change.oid)
    _link(entry, "alternate", href, "text/html")
    content = SubElement(entry, _tag("content"), {"type": "text"})
    content.text = _clean(_content(change)[:_MAX_TEXT])


def _title(change: Change) -> str:
    names = [file.name for file in change.files if file.is_page] or [
        file.name for file in change.files
    ]
    subject = change.summary or "Changed"
    if not names:
        return subject
    more = change.total - 1
    return f"{names[0]}{f' and {more} more' if more > 0 else ''}: {subject}"


def _content(change: Change) -> str:
    lines = [change.message.strip(), ""] if change.message.strip() else []
    lines += [_line(file) for file in change.files]
    if change.total > len(change.files):
        lines.append(f"… and {change.total - len(change.files)} more")
    return "\n".join(lines)


def _line(file: FileChanged) -> str:
    said = f"{file.name}: {_EFFECTS[file.effect]}"
    if file.renamed_from:
        said += f" from {file.renamed_from}"
    return f"{said} ({file.grown:+d} bytes)" if file.is_page and file.grown else said


def _id(kind: str, name: str) -> str:
    """Made of what never changes: not of the host, nor of how addresses look."""
    return uuid5(_IDS, f"{kind}:{name.encode('utf-8', 'replace').decode()}").urn


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, _tag(name)).text = _clean(text)


def _link(parent: Element, relation: str, path: str, kind: str) -> None:
    href = addresses.absolute_address(path)
    SubElement(parent, _tag("link"), {"rel": relation, "type": kind, "href": _clean(href)})


def _clean(text: str) -> str:
    """Text without the characters that no XML may contain."""
    return _FORBIDDEN.sub("\ufffd", text)
