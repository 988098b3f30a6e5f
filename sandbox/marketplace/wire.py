"""The wire below HTTP: closing a connection on a client, and hearing that the server stops.

ASGI has neither. A server started with `http=BreakableProtocol` puts a `Wire` into the scope's
extensions; handlers then break connections without a word in the server's log, and end what
would otherwise keep the server from stopping.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

EXTENSION = "practice.wire"


@dataclass(frozen=True)
class Wire:
    """One connection, seen from a handler; `stopping` is set when the server shuts down."""

    protocol: H11Protocol
    stopping: asyncio.Event

    async def close(self, receive: Receive) -> None:
        """Close the connection once what was sent is out, and wait until it is closed."""
        self.protocol.transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


class _Joining:
    """A transport that writes what comes within one turn of the loop in one piece.

    uvicorn writes the head of an answer and its body apart: two packets, and whoever reads is
    woken twice.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not data:
            return
        if not self._held:
            asyncio.get_running_loop().call_soon(self._flush)
        self._held.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._held:
            self._transport.write(b"".join(self._held))
            self._held.clear()


class BreakableProtocol(H11Protocol):
    """uvicorn's own HTTP/1.1, with a handle on the connection for those who serve it."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._wire = Wire(self, asyncio.Event())
        served: ASGIApp = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[EXTENSION] = self._wire
            await served(scope, receive, send)

        self.app = app

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's own words
        """Take up a connection."""
        super().connection_made(cast("asyncio.Transport", _Joining(transport)))

    def shutdown(self) -> None:
        """Commence a graceful shutdown, and say so to whoever is being served."""
        super().shutdown()
        self._wire.stopping.set()


def wire_of(scope: Scope) -> Wire | None:
    """Return the connection's wire; None under a server that gives none."""
    wire = (scope.get("extensions") or {}).get(EXTENSION)
    return wire if isinstance(wire, Wire) else None


async def break_off(scope: Scope, receive: Receive) -> None:
    """Close the connection on the client.

    Raises ConnectionResetError under a server that gives no wire: an in-process client gets it
    as it is.
    """
    wire = wire_of(scope)
    if wire is None:
        raise ConnectionResetError("the practice shop closed the connection")
    await wire.close(receive)
