"""What every request and response obeys."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest

from tests.web.people import settings_in
from wiki.config import Limits, Server
from wiki.services.wiki import Wiki
from wiki.web.addresses import absolute_address, safe_next
from wiki.web.app import create_app
from wiki.web.security import HEADERS

ADDRESSES = [
    "/", "/handbook/", "/handbook/people/Holidays", "/handbook/people/Holidays.md", "/handbook/nothing",
    "/handbook/people/", "/nothing/", "/-/nothing", "/-/static/css/base.css", "/-/static/nothing.css",
    "/handbook/-/edit/people/Holidays", "/handbook/-/new", "/handbook/-/tree", "/handbook/-/tags",
    "/handbook/-/wanted", "/handbook/-/history", "/handbook/-/search?q=day", "/handbook/-/suggest?q=h",
    "/handbook/-/reports", "/-/sign-in", "/-/account", "/-/admin/", "/-/health", "/-/history", "/-/search",
    "/handbook/-/file/none.png", "/handbook/-/feed.atom", "/handbook/-/history/people/Holidays",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_w017_w018_every_response_carries_the_headers(furnished, address):
    for name in ("", "ann"):
        answer = furnished.browser(name).get(address)
        answer.close()
        for header, value in HEADERS:
            if header == "Content-Security-Policy" and address.endswith(".md"):
                value = "default-src 'none'; sandbox"  # stricter still
            assert answer.headers.get(header) == value, (address, header)
        assert "Server" not in answer.headers
        assert answer.status_code < 500, address


def test_w017_errors_nobody_foresaw_carry_the_headers_and_no_traceback(furnished):
    app = create_app(furnished.wiki)

    def fail():
        raise RuntimeError("/secret/path")

    app.add_url_rule("/-/fail", view_func=fail)
    answer = app.test_client().get("/-/fail")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"]
    assert "Traceback" not in answer.text
    assert "/secret/path" not in answer.text
    assert re.search(r"Request [0-9a-f]{12}", answer.text)


def test_w017_https_is_insisted_on_only_where_it_is_used(furnished, tmp_path):
    assert "Strict-Transport-Security" not in furnished.browser().get("/").headers
    wiki = Wiki(settings_in(tmp_path / "wiki", server=Server(base_url="https://wiki.example.org")))
    client = create_app(wiki).test_client()
    answer = client.get("/", base_url="https://wiki.example.org")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    wiki.close()


def test_w017_no_page_has_inline_script_or_style(furnished):
    browser = furnished.browser("boss")
    for address in ADDRESSES:
        answer = browser.get(address)
        text = answer.text
        answer.close()
        if "<html" not in text:
            continue
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), address
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), address


# -- forged forms ------------------------------------------------------------------------------


def changing_routes(app):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"GET", "HEAD", "OPTIONS"}):
            yield method, rule


PROGRAMS_DOORS = ("git_door.", "api.", "remote.ring")
"""Where programs come with a secret of their own: there is no form, and the session opens nothing."""


def test_w012_every_route_that_changes_something_wants_a_token(furnished):
    browser = furnished.browser("boss")
    head = furnished.wiki.open("handbook").repository.head()
    values = {
        "space": "handbook",
        "name": "people/Holidays",
        "path": "people/Holidays.md",
        "commit": head,
    }
    routes = list(changing_routes(furnished.app))
    assert len(routes) >= 10
    for method, rule in routes:
        with furnished.app.test_request_context():
            given = {name: values.get(name, "x") for name in rule.arguments}
            if rule.rule.startswith("/-/admin/"):
                given = dict.fromkeys(given, "ann")
            address = furnished.app.url_map.bind("localhost").build(rule.endpoint, given)
        for data, kind in (({}, None), ({"csrf_token": "wrong"}, None), ("{}", "text/plain")):
            answer = browser.client.open(address, method=method, data=data, content_type=kind)
            refused = {403}
            if rule.endpoint.startswith(PROGRAMS_DOORS):
                refused = {400, 401, 403, 404, 415, 422, 428}
            assert answer.status_code in refused, (method, address, kind)
    assert furnished.wiki.open("handbook").repository.head() == head


def test_w012_somebody_elses_token_is_none(furnished):
    token = furnished.browser("ray").token("/-/account")
    answer = furnished.browser("ann").client.post(
        "/handbook/-/edit/people/Holidays", data={"csrf_token": token, "text": "x", "base": ""}
    )
    assert answer.status_code == 403


def test_w012_a_form_from_elsewhere_is_not_offered_to_be_sent_again(furnished):
    """Its text is shown (a person may have typed it), but no button sends it in one's own name."""
    data = {"text": "Buy at evil.example now, it is cheap", "csrf_token": "x"}
    browser = furnished.browser("ann")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = browser.client.post("/-/account", data=data, headers=headers)
        assert answer.status_code == 403
        assert "Send it again" not in answer.text
    answer = browser.client.post("/-/account", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Send it again" in answer.text


def test_w012_passwords_are_never_shown_again(furnished):
    answer = furnished.browser().client.post(
        "/-/sign-in",
        data={"name": "ann", "password": "hunter2-hunter2"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 403
    assert "hunter2" not in answer.text


# -- where to go next --------------------------------------------------------------------------

EVIL = [
    "//evil.com", "///evil.com", "////evil.com", "/\\evil.com", "\\\\evil.com", "\\/evil.com", "/\\/evil.com",
    "https://evil.com", "https:///evil.com", "https:/evil.com", "https:evil.com", "http:evil.com", "HTTPS://evil.com",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "ftp://evil.com",
    "/\t/evil.com", "/\n/evil.com", "/\r/evil.com", "\t//evil.com", " //evil.com", "\x00//evil.com", "/\x00/evil.com",
    "/\x0b/evil.com", "/\x0c/evil.com", "\x0c//evil.com", "/\t\\evil.com", "evil.com", "@evil.com", "user@evil.com",
    "http://localhost@evil.com", "http://evil.com#@localhost", "//evil.com/%2f..", "//evil%00.com", "///\tevil.com",
    "/ /evil.com", "//google.com@evil.com", "//[::1]", "//1.2.3.4", "http://[::1", "/\u2028/evil.com\n", "?next=//evil.com",
    "#//evil.com", "", "\\evil.com", "/\\\\evil.com", "blob:https://evil.com/x", "x:y", "/\x7f/evil.com",
]  # fmt: skip


@pytest.mark.parametrize("target", EVIL)
def test_w014_next_never_leads_to_another_server(furnished, target):
    assert len(EVIL) >= 50
    with furnished.app.test_request_context():
        found = safe_next(target)
    # as the URL standard reads it: tabs and line ends vanish, \ is /
    read = re.sub(r"[\t\r\n]", "", found).strip("".join(map(chr, range(33)))).replace("\\", "/")
    assert urlsplit(urljoin("http://localhost/-/sign-in", read)).netloc == "localhost"
    assert found.startswith("/")


@pytest.mark.parametrize("target", ["/", "/handbook/a%20b?x=1#y", "/handbook/-/edit/a:b"])
def test_w014_paths_of_our_own_are_kept(furnished, target):
    with furnished.app.test_request_context():
        assert safe_next(target) == target


# -- hosts and proxies -------------------------------------------------------------------------


def test_w016_a_poisoned_host_appears_nowhere(furnished):
    client = furnished.app.test_client()
    poison = {
        "Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/evil.example", "Forwarded": "host=evil.example",
    }  # fmt: skip
    for address in [*ADDRESSES, "/handbook"]:
        answer = client.get(address, headers=poison)
        assert "evil.example" not in answer.text, address
        assert "evil.example" not in str(answer.headers), address
        answer.close()


def test_w016_with_an_address_of_its_own_the_wiki_answers_to_no_other(furnished, tmp_path):
    wiki = Wiki(settings_in(tmp_path / "wiki", server=Server(base_url="http://wiki.example.org/w")))
    app = create_app(wiki)
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400
    assert app.test_client().get("/", headers={"Host": "wiki.example.org"}).status_code == 302
    with app.test_request_context(base_url="http://wiki.example.org/w"):
        assert absolute_address("/w/handbook/") == "http://wiki.example.org/w/handbook/"
    wiki.close()


def test_w016_only_named_proxies_are_believed(furnished, tmp_path):
    wiki = Wiki(settings_in(tmp_path / "wiki", server=Server(trusted_proxies=("10.0.0.0/8",))))
    client = create_app(wiki).test_client()
    forwarded = {"X-Forwarded-Prefix": "/wiki"}
    inside = client.get("/", headers=forwarded, environ_base={"REMOTE_ADDR": "10.1.2.3"})
    outside = client.get("/", headers=forwarded, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert inside.location == "/wiki/handbook/"
    assert outside.location == "/handbook/"
    wiki.close()


# -- limits ------------------------------------------------------------------------------------


def test_d008_requests_too_large_or_of_too_many_parts_are_refused(furnished, tmp_path):
    from dataclasses import replace

    settings = replace(settings_in(tmp_path / "wiki"), limits=Limits(request_bytes=300_000))
    wiki = Wiki(settings)
    client = create_app(wiki, testing=True).test_client()
    answer = client.post("/-/sign-in", data={"name": "x" * 400_000})
    assert answer.status_code == 413
    assert "larger than this wiki accepts" in answer.text
    many = {f"f{n}": "x" for n in range(1100)}
    kind = "multipart/form-data"
    assert client.post("/-/sign-in", data=many, content_type=kind).status_code == 413
    broken = client.post("/-/sign-in", data=b"--x\r\r\r\r", content_type="multipart/form-data")
    assert broken.status_code in {400, 403}
    wiki.close()


def test_d009_thousands_of_parameters_are_no_trouble(furnished):
    query = "&".join(f"p{n}=1" for n in range(10_000))
    assert furnished.browser().get(f"/handbook/people/Holidays?{query}").status_code == 200
