"""What is written to a connection, and when."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx
import pytest

from bot.chat.connection import close_bot, make_bot
from bot.one_piece import write_in_one_piece
from bot.supplier.caller import _transport

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HEAD = 150  # bytes at least


class Line(httpcore.AsyncNetworkStream, httpcore.AsyncNetworkBackend):
    """A connection that answers whatever is asked, and keeps what was written."""

    def __init__(self, error: Exception | None = None) -> None:
        self.written: list[bytes] = []
        self.error = error

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return self

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self.error is not None:
            raise self.error
        self.written.append(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        assert self.written, "asked before anything was written"
        return ANSWER

    async def aclose(self) -> None:
        pass


def client_of(line: Line) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    pool: Any = transport._pool
    pool._network_backend = line
    write_in_one_piece(transport)
    return httpx.AsyncClient(transport=transport)


@pytest.mark.parametrize(
    ("body", "pieces"),
    [(None, 1), (b"short", 1), (b"x" * 50_000, 1), ([b"a", b"b", b"c" * 50_000, b"d"], 3)],
    ids=["no body", "short", "long", "in parts"],
)
async def test_a_request_is_written_whole_and_its_head_never_alone(
    body: bytes | list[bytes] | None, pieces: int
) -> None:
    async def parts() -> Any:
        for part in body or ():
            yield part

    line = Line()
    given = parts() if isinstance(body, list) else body
    headers = {"Content-Length": "50003"} if isinstance(body, list) else {}
    async with client_of(line) as client:
        for _ in range(2):  # the second on the same connection
            line.written.clear()
            if isinstance(body, list):
                given = parts()
            answer = await client.post("http://x.test/", content=given, headers=headers)
            assert answer.text == "ok"
            head, _, rest = b"".join(line.written).partition(b"\r\n\r\n")
            assert head.startswith(b"POST / HTTP/1.1")
            assert rest == (b"".join(body) if isinstance(body, list) else body or b"")
            assert len(line.written) == pieces
            assert body is None or not line.written[0].endswith(b"\r\n\r\n")


async def test_what_cannot_be_written_fails_while_it_is_written() -> None:
    async with client_of(Line(httpcore.WriteTimeout())) as client:
        with pytest.raises(httpx.WriteTimeout):
            await client.post("http://x.test/", content=b"short")


async def test_both_sides_of_the_bot_write_so() -> None:
    bot = make_bot("1:a", "http://127.0.0.1:9")
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for transport in (
        *(request._client._transport for request in bot._request),  # type: ignore[attr-defined]
        _transport(verify, keep_alive=1),
    ):
        assert type(transport._pool._network_backend).__module__ == "bot.one_piece"
    await close_bot(bot)
