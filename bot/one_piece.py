"""A request that is written in one piece: the library writes its head and its body apart.

Each write is a system call, with TLS a record, and on the wire a packet.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any, Final

import httpcore
import httpx

# Bytes. What is longer goes out as it is: nothing is gained by joining it to something.
_SHORT: Final = 16_384


def write_in_one_piece(transport: object) -> None:
    """Have every connection that this transport opens from now on write so.

    One that is not httpx's own is left as it is.
    """
    if isinstance(transport, httpx.AsyncHTTPTransport):
        pool: Any = transport._pool  # noqa: SLF001 - the library has no public door to it
        pool._network_backend = _Backend(pool._network_backend)  # noqa: SLF001


class _Stream(httpcore.AsyncNetworkStream):
    """Holds a short piece until the next one, or until it is told (by an empty one) that was all.

    So whatever goes wrong with it still goes wrong while the request is written.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._held = b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer and not self._held and len(buffer) <= _SHORT:
            self._held = buffer
            return
        joined, self._held = self._held + buffer, b""
        if joined:
            await self._stream.write(joined, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._held:  # nobody waits for an answer to what was not asked
            await self.write(b"", timeout)
        return await self._stream.read(max_bytes, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(
            await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        )

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)
