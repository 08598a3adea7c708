"""Attachments as bytes. Whatever people upload or push, nothing in it runs in the wiki's name."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, request

from wiki.services import reading
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.security import SANDBOX_POLICY
from wiki.web.viewer import current_viewer

bp = Blueprint("files", __name__)

IMAGES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".bmp": "image/bmp", ".ico": "image/x-icon",
    ".svg": "image/svg+xml",
}  # fmt: skip
"""Shown in pages; an SVG opened by itself lies in a sandbox without scripts."""

MEDIA = {
    ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav", ".mp4": "video/mp4",
    ".webm": "video/webm",
}  # fmt: skip
TEXTS = (".txt", ".csv", ".tsv", ".log", ".json", ".toml", ".yaml", ".yml", ".diff", ".patch")
_NAMED = {
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@bp.get("/<space>/-/file/<path:path>")
def file(space: str, path: str) -> Response:
    """A file of the space; ``?version=`` as it was in an older version."""
    path = addresses.exact_path(path)
    found = reading.attachment(
        current_wiki(), current_viewer(), space, path, request.args.get("version", "")
    )
    content_type, inline = kind_of(path)
    response = Response(found.content, content_type=content_type)
    response.headers["Content-Disposition"] = disposition(path.rpartition("/")[2], inline=inline)
    response.headers["Content-Security-Policy"] = SANDBOX_POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    response.set_etag(found.oid)
    return response.make_conditional(  # type: ignore[return-value]
        request, accept_ranges=True, complete_length=len(found.content)
    )


def disposition(name: str, *, inline: bool) -> str:
    """The header that names a file, in plain letters and (RFC 8187) as it is."""
    exact = name.encode("utf-8", "replace").decode()
    plain = "".join(c if " " <= c <= "~" and c not in '"\\' else "_" for c in exact)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(exact, safe='')}"


def kind_of(path: str) -> tuple[str, bool]:
    """The type to send a file as, and whether browsers may show it rather than store it."""
    dot = path.rfind(".")
    suffix = path[dot:].lower() if dot > path.rfind("/") else ""
    shown = IMAGES.get(suffix) or MEDIA.get(suffix)
    if shown:
        return shown, True
    if suffix in TEXTS:
        return "text/plain; charset=utf-8", True
    return _NAMED.get(suffix, "application/octet-stream"), False
