"""The shipped server's loop: slow clients, odd requests, graceful stop. Real sockets."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from dataclasses import replace

import pytest
from flask import Flask, request

from wiki.config import Limits, Server, Settings
from wiki.web.server import listen
from wiki.web.worker import Stop, answer_requests

SETTINGS = replace(
    Settings(),
    server=Server(port=0, threads=2),
    limits=Limits(attachment_bytes=1_000_000, request_bytes=2_000_000),
)


BEGUN, LET_GO = threading.Event(), threading.Event()
"""That somebody has come to ``/slow``, and that the answer may be given."""
LET_GO.set()


REPORTED = threading.Event()


def small_app() -> Flask:
    app = Flask(__name__)

    @app.route("/", methods=["GET", "POST"])
    def home():
        return f"{len(request.get_data())} {request.headers.get('X-Forwarded-For', '')}"

    @app.get("/slow")
    def slow():
        BEGUN.set()
        assert LET_GO.wait(60)
        return "done at last"

    @app.get("/handbook/-/reports/<name>")
    def report(name):
        assert REPORTED.wait(60)
        return name

    @app.get("/large")
    def large():
        return b"x" * 900_000

    return app


@pytest.fixture
def served():
    """The port of a worker that runs in a thread, and what stops it."""
    stop = Stop()
    with listen(SETTINGS.server) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(
            target=answer_requests, args=(small_app(), listener, SETTINGS, stop)
        )
        thread.start()
        yield port, stop
        stop.request()
        thread.join(timeout=60)
        assert not thread.is_alive()


def get(port, path="/"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


def raw(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while chunk := connection.recv(65536):
                received += chunk
        return received


def test_g036_slow_clients_keep_nobody_waiting(served):
    port, _ = served
    slow = []
    for number in range(16):
        connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        if number % 2:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\na")
        else:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        slow.append(connection)
    for _ in range(10):
        for connection in slow[1::2]:
            connection.sendall(b"a")
        assert get(port)[0] == 200  # with two threads for sixteen dawdlers
    for connection in slow:
        connection.close()


def test_d016_reports_keep_no_page_waiting(served):
    port, _ = served
    answers = []
    asking = [
        threading.Thread(target=lambda n=n: answers.append(get(port, f"/handbook/-/reports/{n}")))
        for n in range(6)
    ]
    for thread in asking:
        thread.start()
    try:
        assert get(port)[0] == 200
        assert answers == []
    finally:
        REPORTED.set()
        for thread in asking:
            thread.join()
    assert sorted(body for _, body, _ in answers) == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_r026_a_request_that_has_begun_is_finished(served):
    port, stop = served
    answers = []
    asking = threading.Thread(target=lambda: answers.append(get(port, "/slow")))
    BEGUN.clear()
    LET_GO.clear()
    asking.start()
    assert BEGUN.wait(60)
    stop.request()
    LET_GO.set()
    asking.join(timeout=60)
    assert answers
    assert answers[0][:2] == (200, b"done at last")


def test_w017_no_header_names_the_server(served):
    assert "Server" not in get(served[0])[2]


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: xchunked",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: +5",
        b"Content-Length: -1",
        b"Content-Length : 5",
    ],
)
def test_w029_requests_of_doubtful_length_are_refused_or_read_in_one_way(served, head):
    port, _ = served
    second = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    body = b"0\r\n\r\n" + second
    answer = raw(port, b"POST / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n" + body)
    status = int(answer.split(b" ", 2)[1])
    assert status in {400, 501} or answer.count(b"HTTP/1.1 ") <= 2
    assert get(port)[0] == 200


def test_a_body_beyond_the_limit_is_refused(served):
    port, _ = served
    answer = raw(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\nx")
    assert b" 413 " in answer.split(b"\r\n", 1)[0]


def test_headers_of_proxies_reach_the_guard_that_judges_them(served):
    answer = raw(
        served[0],
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9\r\nConnection: close\r\n\r\n",
    )
    assert answer.endswith(b"0 9.9.9.9")
