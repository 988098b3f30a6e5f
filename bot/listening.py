"""Ports of this machine that the bot answers on: only where a setting asks for one."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

_PLACE: Final = re.compile(r"(?:(?P<host>[^\s:\[\]]+|\[[0-9A-Fa-f:.]+\]):)?(?P<port>\d{1,5})")
_AT_ONCE: Final = 64  # requests; what comes beside them is refused
_KEEP_SECONDS: Final = 10

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Doors:
    """What the settings say of ports and addresses to call; what is empty is not there."""

    metrics_listen: str = ""
    webhook_listen: str = ""
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    heartbeat_url: str = field(default="", repr=False)


class CannotListen(Exception):  # noqa: N818 - it says what is so
    """A port cannot be had; ``str()`` is a line that names the setting."""


def place_of(text: str) -> tuple[str, int]:
    """Read ``host:port``, or a port of this machine alone. Raises ValueError."""
    found = _PLACE.fullmatch(text.strip())
    if found is None or not 0 < int(found["port"]) < 1 << 16:
        raise ValueError("no host and port")
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])


def secret_of(token: str) -> str:
    """Return the secret of a bot's webhook: it follows from the token, and says nothing of it."""
    return hmac.new(token.encode(), b"supplier-bot webhook", hashlib.sha256).hexdigest()


def listen(setting: str, place: str) -> socket.socket:
    """Take a port. Raises CannotListen when it is in use, or is not ours to take."""
    host, port = place_of(place)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except UnicodeError:
        raise CannotListen(f"{setting}: {place} cannot be used: that is no host") from None
    except OSError as error:
        raise CannotListen(f"{setting}: {place} cannot be used: {_why(error)}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CannotListen(f"{setting}: {place} cannot be used: {_why(error)}") from None
    return listener


def _why(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()


@contextlib.asynccontextmanager
async def serving(application: Application, listener: socket.socket) -> AsyncIterator[None]:
    """Answer on a port for as long as this is entered; the last requests are let to their end."""
    import uvicorn  # noqa: PLC0415 - only where something listens

    class Server(uvicorn.Server):
        """A server in this loop: signals are the bot's own."""

        @contextlib.contextmanager
        def capture_signals(self) -> Any:
            yield

    server = Server(
        uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            limit_concurrency=_AT_ONCE,
            timeout_keep_alive=_KEEP_SECONDS,
            timeout_graceful_shutdown=2,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]), name="server")
    try:
        yield
    finally:
        server.should_exit = True
        await task
