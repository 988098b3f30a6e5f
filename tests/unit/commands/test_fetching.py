"""A page is fetched from where a person says, and from nowhere that its server says instead."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bot.commands.fetching import fetch
from bot.commands.said import NotDoneError

START = "http://127.0.0.1:8080/docs/"


def serving(answers: dict[str, httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: answers[str(request.url)])


def to(url: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": url})


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "public.example": "93.184.216.34",
        "inside.example": "10.0.0.7",
        "carried.example": "64:ff9b::a00:7",
        "many.example": "239.1.1.1",
        **{each: each for each in ("127.0.0.1", "169.254.169.254")},
    }

    def getaddrinfo(host: str, port: int | None, *_: object, **__: object) -> list[Any]:
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_the_address_that_was_typed_may_be_private_and_lead_on_within_its_host() -> None:
    answers = {
        START: to("/docs/en/"),
        "http://127.0.0.1:8080/docs/en/": httpx.Response(200, text="x"),
    }
    assert fetch(START, limit=10, transport=serving(answers)) == b"x"


def test_a_redirect_to_a_public_host_is_followed() -> None:
    answers = {
        START: to("https://public.example/"),
        "https://public.example/": httpx.Response(200, text="y"),
    }
    assert fetch(START, limit=10, transport=serving(answers)) == b"y"


@pytest.mark.parametrize(
    ("start", "target", "sentence"),
    [
        ("https://public.example/", "https://inside.example/", "private address"),
        ("https://public.example/", "https://127.0.0.1/", "private address"),
        ("https://public.example/", "https://carried.example/", "private address"),
        ("https://public.example/", "https://many.example/", "private address"),
        ("https://public.example/", "http://public.example/", "without it"),
        ("http://public.example/", "http://169.254.169.254/latest/", "private address"),
        ("http://public.example/", "file:///etc/passwd", "no web address"),
        ("http://public.example/", "http://nowhere.example/", "does not exist"),
        ("http://public.example/", "http://[", "no web address"),
        ("http://public.example/", "http://a:b@public.example/", "not an address"),
        ("http://public.example/", "/", "without an end"),
    ],
)
def test_where_a_server_may_not_send_us(start: str, target: str, sentence: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return to(target)

    with pytest.raises(NotDoneError, match=sentence):
        fetch(start, limit=10, transport=httpx.MockTransport(answer))
    assert set(asked) == {"public.example"}


class Names:
    """Names whose addresses are other ones each time that somebody asks."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {f"{name}.example": iter(lists) for name, lists in answers.items()}

    def __call__(self, host: str, port: int | None, *_: object, **__: object) -> list[Any]:
        addresses = next(self.answers[host]) if host in self.answers else [host]
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port or 0)) for each in addresses
        ]


def test_what_was_checked_is_what_is_connected_to_whatever_the_name_is_a_moment_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    public, inside = "93.184.216.34", "127.0.0.1"
    names = Names(typed=[[public], [inside]], other=[[public], [inside]])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    asked: list[tuple[str, str, str]] = []
    answers = iter([to("https://other.example/a"), to("https://typed.example:444/b")])

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.extensions["sni_hostname"]
        asked.append((request.url.host, request.headers["host"], name))
        return next(answers, httpx.Response(200, text="x"))

    monkeypatch.setattr(httpx, "HTTPTransport", lambda **_: httpx.MockTransport(answer))
    assert fetch("https://typed.example/", limit=10) == b"x"
    assert asked == [
        (public, "typed.example", "typed.example"),
        (public, "other.example", "other.example"),
        (public, "typed.example:444", "typed.example"),
    ]


def test_one_private_address_among_public_ones_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(typed=[["93.184.216.34"]], mixed=[["93.184.216.34"] * 9 + ["10.0.0.7"]])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    start = "https://typed.example/"
    with pytest.raises(NotDoneError, match="private address"):
        fetch(start, limit=10, transport=serving({start: to("https://mixed.example/")}))


def test_a_page_is_had_from_the_first_address_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names(typed=[["127.0.0.2", "127.0.0.1"]]))
    got: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            got.append(connection.recv(10_000))
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npage")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        port = listener.getsockname()[1]
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        assert fetch(f"http://typed.example:{port}/docs?a=b", limit=10) == b"page"
        server.join()
    assert got[0].startswith(b"GET /docs?a=b HTTP/1.1\r\n")
    assert f"\r\nhost: typed.example:{port}\r\n".encode() in got[0].lower()


class Packed(httpx.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content


@pytest.mark.parametrize(
    ("times", "kind", "found"), [(1, "gzip", b"larger"), (2, "gzip, gzip", b"\x1f\x8b")]
)
def test_a_page_is_unpacked_once_and_no_further_than_its_limit(
    times: int, kind: str, found: bytes
) -> None:
    content = bytes(2_000_000)
    for _ in range(times):
        content = gzip.compress(content)
    packed = httpx.Response(200, headers={"content-encoding": kind}, stream=Packed(content))
    try:
        got = fetch(START, limit=1024 * 1024, transport=httpx.MockTransport(lambda _: packed))
    except NotDoneError as error:
        got = str(error).encode()
    assert found in got


def test_what_is_no_address_is_a_sentence() -> None:
    with pytest.raises(NotDoneError, match="not an address"):
        fetch("http://[", limit=10)


def refuse(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no")


def silent(_request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda _: httpx.Response(404), "answered with 404"),
        (lambda _: httpx.Response(302), "answered with 302"),
        (lambda _: httpx.Response(200, content=b"x" * 2_000_000), "larger than 1 MB"),
        (refuse, "no connection"),
        (silent, "did not answer"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    answer: Callable[[httpx.Request], httpx.Response], sentence: str
) -> None:
    with pytest.raises(NotDoneError, match=sentence):
        fetch(START, limit=1024 * 1024, transport=httpx.MockTransport(answer))
