"""Addresses that rendered pages need, and the application's own links put into them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

from flask import request
from markupsafe import escape

from wiki.text.headings import ID_PREFIX
from wiki.web import addresses


class PageUrls:
    """Answers ``wiki.services.placing`` in the addresses of this application."""

    def page(self, space: str, path: str) -> str:
        return addresses.page_address(space, path)

    def file(self, space: str, path: str) -> str:
        return addresses.tool_address(space, "file", path)

    def local(self, path: str) -> str:
        return request.script_root + path


_HEADING_LINK = re.compile(
    rf'<a class="headerlink" href="#{ID_PREFIX}([^"<>]+)" title="Link to this section"></a></h([2-6])>'
)


def with_edit_links(html: str, space: str, name: str) -> str:
    """The page with a link beside each heading that opens the section in the editor."""

    def link(match: re.Match[str]) -> str:
        href = addresses.tool_address(space, "edit", name, section=_unescaped(match[1]))
        heading_link = match[0].removesuffix(f"</h{match[2]}>")
        return (
            f'{heading_link}<a class="edit-section no-print" href="{escape(href)}"'
            f' aria-label="Edit this section">Edit</a></h{match[2]}>'
        )

    return _HEADING_LINK.sub(link, html)


def _unescaped(anchor: str) -> str:
    return unquote(unescape(anchor))
