"""What every request and every response obeys: headers, limits, hosts, and forged forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from wiki.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SANDBOX_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""For files people attach, opened by themselves: nothing in them runs or reaches out."""

HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
)
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
)
_YEAR = 365 * 86400

csrf = CSRFProtect()


class WrittenResponse(Response):
    """A response whose text may hold bytes of a name that are no UTF-8: they are replaced."""

    def set_data(self, value: bytes | str) -> None:
        super().set_data(value.encode("utf-8", "replace") if isinstance(value, str) else value)


def setup(app: Flask, settings: Settings) -> None:
    """Apply the settings' limits and put the guards in place."""
    limits = settings.limits
    app.config.update(
        MAX_CONTENT_LENGTH=limits.request_bytes,
        # A page somewhat too large still comes back filled into the editor, with the reason; and a
        # conflict's form carries what two people and the page before them said.
        MAX_FORM_MEMORY_SIZE=min(8 * limits.page_bytes, limits.request_bytes),
        MAX_FORM_PARTS=1000,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session; people write for hours
        WTF_CSRF_SSL_STRICT=False,  # SameSite cookies and the token do this without a Referer
        SEND_FILE_MAX_AGE_DEFAULT=_YEAR,
        TRUSTED_HOSTS=_trusted_hosts(settings),
    )
    app.response_class = WrittenResponse
    csrf.init_app(app)
    app.after_request(_header_writer(uses_https(settings)))
    app.wsgi_app = ProxyGuard(app.wsgi_app, settings.server.trusted_proxies)  # type: ignore[method-assign]


def uses_https(settings: Settings) -> bool:
    """Whether people reach this wiki by https."""
    return settings.server.https or settings.server.base_url.startswith("https://")


def same_origin() -> bool:
    """Whether the browser says that the request came from a page of this wiki."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.host


class ProxyGuard:
    """Believes ``X-Forwarded-*`` only from the proxies that the settings name."""

    def __init__(self, app: WSGIApplication, proxies: Iterable[str]) -> None:
        self.plain = app
        self.proxied = ProxyFix(app, x_for=1, x_proto=1, x_host=1, x_prefix=1)
        self.networks = tuple(ip_network(proxy, strict=False) for proxy in proxies)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.networks and self._is_trusted(environ.get("REMOTE_ADDR", "")):
            return self.proxied(environ, start_response)
        for name in _FORWARDED:
            environ.pop(name, None)
        return self.plain(environ, start_response)

    def _is_trusted(self, address: str) -> bool:
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self.networks)


def _trusted_hosts(settings: Settings) -> list[str] | None:
    host = urlsplit(settings.server.base_url).hostname
    return [host, *_LOCAL_HOSTS] if host else None


def _header_writer(https: bool) -> Callable[[Response], Response]:
    pairs: tuple[tuple[str, str], ...] = HEADERS
    if https:
        pairs = (*HEADERS, ("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains"))

    def write_headers(response: Response) -> Response:
        headers: Any = response.headers
        for name, value in pairs:
            if name not in headers:  # a view may be stricter, as for attachments
                headers[name] = value
        if 300 <= response.status_code < 400:
            _keep_redirect_relative(response)
        return response

    return write_headers


def _keep_redirect_relative(response: Response) -> None:
    """The router's own redirects repeat the request's host; ours never name one."""
    location = response.headers.get("Location", "")
    if request.host and location.startswith(("http://", "https://")):
        parts = urlsplit(location)
        if parts.netloc == request.host:
            tail = f"?{parts.query}" if parts.query else ""
            response.headers["Location"] = f"{parts.path or '/'}{tail}"
            response.set_data(b"")  # it names the host, too
