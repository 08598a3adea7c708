"""git over HTTP: ``git clone``, ``fetch`` and ``push`` of ``/<space>.git``.

The smart protocol (``gitprotocol-http``): requests are read whole, git answers into a file without a
name, and the server sends that file when and as fast as the client takes it. People sign in with a personal
access token; the browser's cookies mean nothing here. Errors are plain text: git shows them.
"""

from __future__ import annotations

import os
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, cast

import structlog
from flask import Blueprint, Response, g, redirect, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import get_input_stream, wrap_file

from wiki.errors import GitFailed, SignInNeeded, SpaceNotFound, StrataError, TokenRefused
from wiki.model import ANONYMOUS, Viewer
from wiki.services import git_access
from wiki.services.git_access import Service
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.errors import request_id, status_of
from wiki.web.security import csrf

bp = Blueprint("git_door", __name__)
csrf.exempt(bp)  # no cookie opens anything here, and no form has these types

FETCH_BYTES = 16_000_000
"""What a client may say about what it has and wants, unpacked; about 300,000 lines."""

_SERVICES: dict[str, Service] = {
    "git-upload-pack": "upload-pack",
    "git-receive-pack": "receive-pack",
}
_CHUNK = 1 << 16
_DUMB = "This wiki speaks git's smart protocol only. Use a current git: git clone {address}\n"
_UNCLEAR = "git could not make sense of this request."
_BROKEN = (
    "The wiki could not run git for this. Nothing was changed. Tell an administrator: “strata check” "
    "says more."
)
_log = structlog.get_logger("strata.git")


@bp.get("/<space>.git/info/refs")
def references(space: str) -> Response:
    """The first question of every clone, fetch and push."""
    service = _SERVICES.get(request.args.get("service", ""))
    if service is None or len(request.args) != 1:
        return _told(_DUMB.format(address=clone_address(space)), 403)
    opened = git_access.open_for(current_wiki(), _signed_in(), space, service)
    with _answer(f"application/x-git-{service}-advertisement") as (file, finish):
        git_access.advertise(opened, service, file, request.headers.get("Git-Protocol", ""))
        return finish()


@bp.post("/<space>.git/git-upload-pack")
def upload_pack(space: str) -> Response:
    """What a client wants, and what it has: answered with a pack."""
    wiki = current_wiki()
    opened = git_access.open_for(wiki, _signed_in(), space, "upload-pack")
    protocol = request.headers.get("Git-Protocol", "")
    with _body("upload-pack", FETCH_BYTES) as body, _result("upload-pack") as (file, finish):
        git_access.fetch(wiki, opened, body, file, protocol, _client_gone())
        return finish()


@bp.post("/<space>.git/git-receive-pack")
def receive_pack(space: str) -> Response:
    """A push."""
    wiki, viewer = current_wiki(), _signed_in()
    opened = git_access.open_for(wiki, viewer, space, "receive-pack")
    most = wiki.settings.limits.push_bytes + 1_000_000
    with _body("receive-pack", most) as body, _result("receive-pack") as (file, finish):
        size = os.fstat(body.fileno()).st_size
        moved = git_access.push(
            wiki, viewer, opened, body, file, size, _places(space), ask_again=_signed_in
        )
        _log.info(
            "push",
            id=request_id(),
            space=space,
            account=viewer.account,
            bytes=size,
            moved=" ".join(f"{update.ref}={update.new[:12] or 'removed'}" for update in moved),
        )
        return finish()


@bp.get("/<space>.git/<path:_rest>")
def files(space: str, _rest: str) -> Response:
    """The dumb protocol reads a repository's files one by one; nobody may."""
    return _told(_DUMB.format(address=clone_address(space)), 404)


@bp.before_app_request
def lead_to_repository() -> AnyResponse | None:
    """A clone of a space's own address, without ``.git``, is led to the right one."""
    arguments = request.view_args or {}
    if request.endpoint != "reading.page" or arguments.get("name") != "info/refs":
        return None
    if request.args.get("service") not in _SERVICES:
        return None
    query = request.query_string.decode("ascii", "replace")
    space = re.sub(r"[^a-z0-9-]", "", str(arguments.get("space")))
    return redirect(f"{request.script_root}/{space}.git/info/refs?{query}", 301)


def clone_address(space: str) -> str:
    """What to give to ``git clone``."""
    return addresses.outside_address(f"{addresses.space_address(space).rstrip('/')}.git")


def _places(space: str) -> git_access.Places:
    def proposal(name: str) -> str:
        return addresses.outside_address(addresses.tool_address(space, "proposals", name))

    return git_access.Places(
        space=addresses.outside_address(addresses.space_address(space)),
        proposals=addresses.outside_address(addresses.tool_address(space, "proposals")),
        proposal=proposal,
    )


# -- errors ----------------------------------------------------------------------------------


@bp.errorhandler(StrataError)
def show_refusal(refusal: StrataError) -> Response:
    """The sentence, as text. Nobody may learn which spaces exist: without a token, all ask for one."""
    if isinstance(refusal, SpaceNotFound) and not g.viewer.signed_in:
        refusal = SignInNeeded("see this space, if there is one")
    status, sentence = status_of(refusal), str(refusal)
    if isinstance(refusal, SignInNeeded):
        sentence += f" Use your user name and a personal access token: {_token_place()}"
    if isinstance(refusal, GitFailed):
        _log.warning("git failed", id=request_id(), path=request.path, error=str(refusal))
        unclear = request.method == "POST" and refusal.status > 0
        status, sentence = (400, _UNCLEAR) if unclear else (500, _BROKEN)
    elif status >= 500:
        _log.error("refused", id=request_id(), path=request.path, error=repr(refusal))
    return _told(sentence + "\n", status)


@bp.errorhandler(HTTPException)
def show_http_error(error: HTTPException) -> Response:
    """413, 415… as text."""
    return _told(f"{error.description or error.name}\n", error.code or 500)


@bp.errorhandler(git_access.ClientGone)
def nobody_there(_gone: git_access.ClientGone) -> Response:
    """Nobody reads this."""
    return _told("", 400)


def _told(text: str, status: int) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Strata", charset="UTF-8"'
    if status == 503:
        response.headers["Retry-After"] = "10"
    return _never_kept(response)


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    response.headers["Pragma"] = "no-cache"
    return response


# -- who, what and where to ----------------------------------------------------------------------


def _signed_in() -> Viewer:
    """Whom the request's token lets in; nobody in particular without one.

    Raises:
        TokenRefused: something was given that is no token of this user.
    """
    g.viewer = ANONYMOUS
    given = request.authorization
    if given is None:
        return ANONYMOUS
    secret, user = given.password or "", given.username or ""
    viewer = current_wiki().tokens.sign_in(secret, user, door="push")
    if viewer is None:
        raise TokenRefused(_token_place())
    g.viewer = viewer
    return viewer


def _token_place() -> str:
    return addresses.outside_address(addresses.site_address("account/tokens"))


def _client_gone() -> Callable[[], bool]:
    """What the server knows of its client; a server that cannot tell has patient clients."""
    return cast("Callable[[], bool]", request.environ.get("strata.client_gone", bool))


_Finish = Callable[[], Response]


def _result(service: Service) -> AbstractContextManager[tuple[IO[bytes], _Finish]]:
    return _answer(f"application/x-git-{service}-result")


@contextmanager
def _answer(kind: str) -> Iterator[tuple[IO[bytes], _Finish]]:
    """A file for git to write to, and what makes it the answer; closed if that is not reached."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the server closes it when it is sent
    handed_over = False

    def finish() -> Response:
        nonlocal handed_over
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if not size:
            return _never_kept(Response(b"", content_type=kind))
        body = wrap_file(request.environ, file, _CHUNK)
        response = Response(body, content_type=kind, direct_passthrough=True)
        response.content_length = size
        handed_over = True
        return _never_kept(response)

    try:
        yield file, finish
    finally:
        if not handed_over:
            file.close()


@contextmanager
def _body(service: Service, most: int) -> Iterator[IO[bytes]]:
    """The request as a real file, unpacked, from its beginning.

    Raises:
        UnsupportedMediaType: it is something else, or packed in a way that git does not use.
        RequestEntityTooLarge: it is larger than ``most`` bytes, unpacked.
    """
    if request.mimetype != f"application/x-git-{service}-request":
        raise UnsupportedMediaType("This address is for git clients.")
    coding = request.headers.get("Content-Encoding", "identity").lower()
    source = request.environ["wsgi.input"]
    if coding == "identity" and request.environ.get("wsgi.input_terminated") and _is_file(source):
        source.flush()
        os.lseek(source.fileno(), 0, os.SEEK_SET)
        yield source
        return
    stream = get_input_stream(request.environ, max_content_length=most)
    with tempfile.TemporaryFile() as file:
        if coding in {"gzip", "x-gzip"}:
            _unpack(stream, file, most)
        elif coding == "identity":
            while chunk := stream.read(_CHUNK):
                file.write(chunk)
        else:
            raise UnsupportedMediaType("Only gzip is understood as Content-Encoding.")
        file.flush()
        file.seek(0)
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        yield file


def _unpack(stream: IO[bytes], file: IO[bytes], most: int) -> None:
    """Never more than ``most`` bytes, whatever a small body claims to hold."""
    unpacker = zlib.decompressobj(wbits=31)
    size = 0
    try:
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or stream.read(_CHUNK)
            chunk = unpacker.decompress(packed, _CHUNK)
            if not packed and not chunk:
                raise UnsupportedMediaType("The gzip body ends too soon.")
            size += len(chunk)
            if size > most:
                raise RequestEntityTooLarge("The request is too large once unpacked.")
            file.write(chunk)
    except zlib.error:
        raise UnsupportedMediaType("The body is no gzip.") from None


def _is_file(source: object) -> bool:
    try:
        source.fileno()  # type: ignore[attr-defined]
    except (AttributeError, OSError):
        return False
    return True
