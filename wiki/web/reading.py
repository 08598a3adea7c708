"""Reading: pages, folders, old versions, sources, and the lists that lead to pages."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
)
from werkzeug.wrappers import Response as AnyResponse

from wiki.errors import PageNotFound
from wiki.model import PAGE_SUFFIXES, page_name
from wiki.services import folders, reading
from wiki.services.elsewhere import listed
from wiki.services.history import known_commit
from wiki.services.page_views import FolderPage, Missing, Moved, PageView
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki, may
from wiki.web.page_cache import SECONDS, UNSETTLED_SECONDS, PageCache, etag_of
from wiki.web.page_urls import PageUrls, with_edit_links
from wiki.web.viewer import current_viewer

bp = Blueprint("reading", __name__)

PLAIN_TEXT = "text/plain; charset=utf-8"
WANTED_SHOWN = 500
MAX_OFFSET = 10_000_000


@bp.get("/")
def home() -> AnyResponse:
    """The default space, or the only one, or a list of them."""
    wiki = current_wiki()
    spaces = wiki.spaces(current_viewer())
    names = [space.name for space in spaces]
    default = wiki.settings.wiki.default_space
    if default in names or len(names) == 1:
        return redirect(addresses.space_address(default if default in names else names[0]))
    return _home(spaces)


@bp.get("/-/spaces")
def spaces() -> AnyResponse:
    """All spaces that the viewer may read."""
    return _home(current_wiki().spaces(current_viewer()))


def _home(spaces: list[Space]) -> Response:
    cards = [(space, *folders.last_changed(space)) for space in spaces]
    return _answer(render_template("reading/home.html", cards=cards))


# -- pages -----------------------------------------------------------------------------------


@bp.get("/<space>/", defaults={"name": ""})
@bp.get("/<space>/<path:name>")
def page(space: str, name: str) -> AnyResponse:
    """A page or folder. Everything that is no page lies under ``-/``."""
    wiki, viewer = current_wiki(), current_viewer()
    if name.startswith("-/") or name == "-" or space == "-":
        abort(404)
    opened = wiki.space(viewer, space)
    name = addresses.exact_path(name)
    key = (request.script_root, space, name, viewer.account, str(viewer.role))
    # A query that says nothing ("?&") still stands in the page, where it leads to signing in.
    plain = not request.query_string and not _has_messages()
    if plain:
        kept = _kept_pages().get(key, opened.shown_version())
        if kept is not None:
            g.kept_page = kept
            return _conditional(kept.body, kept.etag)
    version = opened.veil.version
    if name.lower().endswith(PAGE_SUFFIXES):
        return source(space, name)
    found = reading.open_page(wiki, viewer, space, name, PageUrls())
    if isinstance(found, Moved):
        return _moved(found)
    if isinstance(found, Missing):
        return _missing(found)
    body = _page_body(found)
    if plain and isinstance(found, PageView):
        seconds = SECONDS if found.settled else UNSETTLED_SECONDS
        kept = g.kept_page = _kept_pages().put(key, f"{found.commit}{version}", body, seconds)
        return _conditional(kept.body, kept.etag)
    return _conditional(body, etag_of(body))


def _page_body(found: PageView | FolderPage) -> bytes:
    if isinstance(found, FolderPage):
        text = render_template(
            "reading/folder.html", space=found.space, view=found, folder=found.listing.path
        )
    else:
        html = found.body
        if not found.revision and may("edit", found.space):
            html = with_edit_links(html, found.space.name, found.name)
        text = render_template(
            "reading/page.html", space=found.space, view=found, html=html, folder=found.folder
        )
    return text.encode("utf-8", "replace")


def _moved(found: Moved) -> AnyResponse:
    if found.is_file:
        return redirect(addresses.tool_address(found.space.name, "file", found.path))
    code = 301 if found.renamed else 302
    query = "?" + request.query_string.decode("latin-1") if request.query_string else ""
    return redirect(addresses.page_address(found.space.name, found.path) + query, code)


def _missing(found: Missing) -> Response:
    body = render_template(
        "reading/missing.html",
        space=found.space,
        view=found,
        folder=found.name.rpartition("/")[0],
    )
    response = Response(
        body.encode("utf-8", "replace"), 404, content_type="text/html; charset=utf-8"
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.get("/<space>/-/version/<commit>/<path:path>")
def version(space: str, commit: str, path: str) -> AnyResponse:
    """A page as it was."""
    wiki, viewer = current_wiki(), current_viewer()
    path = addresses.exact_path(path)
    found = reading.open_version(wiki, viewer, space, commit, path, PageUrls())
    changed = known_commit(found.space, found.commit)
    body = render_template(
        "reading/page.html",
        space=found.space,
        view=found,
        html=found.body,
        folder=found.folder,
        changed=changed,
    ).encode("utf-8", "replace")
    return _conditional(body, etag_of(body))


def source(space: str, name: str) -> AnyResponse:
    """A page's Markdown, byte for byte; ``?version=`` an older one."""
    wiki, viewer = current_wiki(), current_viewer()
    try:
        found = reading.source(wiki, viewer, space, name, request.args.get("version", ""))
    except PageNotFound:
        opened = reading.open_page(wiki, viewer, space, page_name(name), PageUrls())
        if isinstance(opened, Moved) and not opened.is_file and not opened.path.endswith("/"):
            path = addresses.page_address(space, opened.path)
            return redirect(f"{path}.md")
        raise
    response = _conditional(found.content, found.oid, PLAIN_TEXT)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# -- lists -----------------------------------------------------------------------------------


@bp.get("/<space>/-/tags")
def tags(space: str) -> AnyResponse:
    """Every tag and how many pages bear it."""
    opened = current_wiki().space(current_viewer(), space)
    rows = opened.catalogue.tags()
    return _answer(render_template("reading/tags.html", space=opened, tags=rows))


@bp.get("/<space>/-/tags/<path:tag>")
def tag(space: str, tag: str) -> AnyResponse:
    """The pages with a tag."""
    opened = current_wiki().space(current_viewer(), space)
    rows = opened.catalogue.tagged(tag)
    return _answer(render_template("reading/tag.html", space=opened, tag=tag, pages=rows))


@bp.get("/<space>/-/wanted")
def wanted(space: str) -> AnyResponse:
    """Pages that others link to and nobody has written."""
    opened = current_wiki().space(current_viewer(), space)
    rows = opened.catalogue.wanted()
    shown = [(row, [page_name(path) for path in row.sources[:5]]) for row in rows[:WANTED_SHOWN]]
    return _answer(
        render_template("reading/wanted.html", space=opened, rows=shown, total=len(rows))
    )


@bp.get("/<space>/-/tree", defaults={"folder": ""})
@bp.get("/<space>/-/tree/<path:folder>")
def tree(space: str, folder: str) -> AnyResponse:
    """One level of the tree of pages; with ``part`` only the list, for the script that unfolds it."""
    opened = current_wiki().space(current_viewer(), space)
    head = opened.repository.head()
    folder = addresses.exact_path(folder).strip("/")
    offset = min(max(0, request.args.get("from", 0, int)), MAX_OFFSET)
    listing = folders.folder_view(opened, head, folder, offset) if head else None
    if listing is None and folder:
        raise PageNotFound(space, folder)
    template = "reading/tree_part.html" if "part" in request.args else "reading/tree.html"
    count = listed(lambda: [opened.catalogue.count()])
    return _answer(
        render_template(
            template, space=opened, listing=listing, folder=folder, step=folders.LISTED, count=count
        )
    )


# -- inside ----------------------------------------------------------------------------------


def _kept_pages() -> PageCache:
    cache: PageCache = current_app.extensions.setdefault("strata-pages", PageCache())
    return cache


def _has_messages() -> bool:
    """Whether the page must show a message once; sessions are not opened for the nameless."""
    cookie = current_app.config.get("SESSION_COOKIE_NAME", "session")
    return cookie in request.cookies and "_flashes" in session


def _answer(text: str) -> Response:
    body = text.encode("utf-8", "replace")
    return _conditional(body, etag_of(body))


def _conditional(
    body: bytes, etag: str, content_type: str = "text/html; charset=utf-8"
) -> Response:
    """200 with an ETag, or 304 to a browser that has it already."""
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(body, content_type=content_type)
    response.headers["ETag"] = f'W/"{etag}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    return response
