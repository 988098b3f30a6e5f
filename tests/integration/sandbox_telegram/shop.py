"""A practice Telegram behind real HTTP, and the control API as a few short calls."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.clock import Clock
from sandbox.telegram.app import create_app
from sandbox.telegram.options import TelegramOptions

# The loopback needs none, and reading them for each client would cost more than most tests.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

TOKEN = "7000000001:AAE-practice_token_of_35_characters"


class PracticeTelegram:
    """A running server: its address and its control API."""

    def __init__(self, url: str, app: Starlette, *, http: bool) -> None:
        self.url = url
        self.app = app
        self._http = http
        self.client = self.another_client("")

    def another_client(self, path: str) -> httpx.AsyncClient:
        transport = None if self._http else httpx.ASGITransport(self.app)
        return httpx.AsyncClient(
            base_url=self.url + path, transport=transport, timeout=10, verify=_NO_CERTIFICATES
        )

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/control/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = await self.client.get(f"/control/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def refused(self, path: str, **body: Any) -> tuple[int, str]:
        answer = await self.client.post(f"/control/{path}", json=body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]

    async def says(self, who: str, text: str, **more: Any) -> int:
        return int((await self.post("send", **{"as": who}, text=text, **more))["message_id"])

    async def chat(self, who: str, **more: Any) -> dict[str, Any]:
        return await self.get("chat", **{"as": who}, **more)

    async def last(self, who: str, **more: Any) -> dict[str, Any]:
        return dict((await self.chat(who, **more))["items"][-1])

    async def arrives(self, method: str, *, done: bool = False) -> dict[str, Any]:
        """Wait until a call of a method has come in (and, when `done`, was answered)."""
        async with asyncio.timeout(20):
            while True:
                items = (await self.get("calls", method=method))["items"]
                if items and (not done or items[-1]["ok"] is not None):
                    return dict(items[-1])


class _Server(uvicorn.Server):
    """A server that leaves signals alone and stops as soon as it is told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()

    async def main_loop(self) -> None:
        await self.stopping.wait()


@asynccontextmanager
async def serve(
    clock: Clock, options: TelegramOptions | None = None, *, prefix: str = ""
) -> AsyncIterator[PracticeTelegram]:
    """Serve a practice Telegram on a free port of the loopback, mounted when `prefix` is given."""
    inner = create_app(options, clock=clock)
    app = Starlette(routes=[Mount(prefix, app=inner)]) if prefix else inner
    listener = socket.create_server(("127.0.0.1", 0))
    # Accepted connections inherit it; without it each answer waits for a delayed ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}{prefix}"
    server = _Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    practice = PracticeTelegram(url, inner, http=True)
    try:
        async with practice.client:
            yield practice
    finally:
        inner.state.hub.close()
        # uvicorn looks at its connections ten times a second only; here they are gone at once.
        async with asyncio.timeout(20):
            while server.server_state.connections:  # noqa: ASYNC110 - uvicorn has no event
                await asyncio.sleep(0)
        server.stopping.set()
        await running
        listener.close()


@asynccontextmanager
async def in_process(clock: Clock) -> AsyncIterator[PracticeTelegram]:
    """Reach the application without HTTP in between."""
    practice = PracticeTelegram("http://practice", create_app(clock=clock), http=False)
    async with practice.client:
        yield practice
