"""A practice marketplace in this process: over ASGI, or over a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from sandbox.clock import SettableClock
from sandbox.marketplace.app import create_app
from sandbox.marketplace.endpoints import endpoint_table
from sandbox.marketplace.ledger import Kind as Changed
from sandbox.marketplace.wire import BreakableProtocol

KEY = {"X-API-Key": "practice-key"}


class Shop:
    """The API by operation, and the control of the marketplace behind it."""

    def __init__(self, client: httpx.AsyncClient, app: Starlette, clock: SettableClock) -> None:
        self.client = client
        self.app = app
        self.clock = clock

    async def ask(self, operation: str, **params: Any) -> httpx.Response:
        """Call an operation with the right key, at its address of the default table."""
        method, path = endpoint_table("family")[operation]
        if method == "GET":
            return await self.client.get(path, params=params, headers=KEY)
        return await self.client.post(path, json=params, headers=KEY)

    async def done(self, operation: str, **params: Any) -> Any:
        """Call an operation that must succeed; return its answer."""
        response = await self.ask(operation, **params)
        assert response.status_code == 200, response.text
        return response.json()

    async def refused(self, operation: str, **params: Any) -> str:
        """Call an operation that must be refused; return the marketplace's words."""
        response = await self.ask(operation, **params)
        assert response.status_code == 400, response.text
        answer = response.json()
        assert answer["success"] is False
        return str(answer["message"])

    async def control(self, path: str, body: Any = None, *, method: str = "POST") -> Any:
        """Use the control API; it must succeed."""
        response = await self.client.request(method, f"/control{path}", json=body or {})
        assert response.status_code == 200, response.text
        return response.json()

    async def look(self, path: str) -> Any:
        """Read from the control API."""
        response = await self.client.get(f"/control{path}")
        assert response.status_code == 200, response.text
        return response.json()

    async def options(self, **partial: Any) -> None:
        """Put options in force."""
        await self.control("/options", partial)

    async def order(self, **wanted: Any) -> Any:
        """Place an order as a buyer (paid, delivered by hand, unless said otherwise)."""
        return await self.control("/orders", wanted)

    async def changes(self, kind: Changed | None = None) -> list[Any]:
        """Return the ledger, or one kind of its lines."""
        items = (await self.look("/changes"))["items"]
        return [item for item in items if kind in (None, item["kind"])]

    async def product(self, word: str) -> Any:
        """Find a seeded product by a word of its title."""
        products = (await self.look("/state"))["products"]
        return next(product for product in products if word in product["title"])


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def shop(clock: SettableClock) -> AsyncIterator[Shop]:
    """A marketplace over ASGI whose time stands still."""
    app = create_app(clock=clock)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield Shop(client, app, clock)


class Server(uvicorn.Server):
    """uvicorn that says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[tuple[Server, str]]:
    """Serve an application on a free port of this machine; give the server and its address."""
    config = uvicorn.Config(app, http=BreakableProtocol, log_config=None, access_log=False)
    server = Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        async with asyncio.timeout(20):
            await server.ready.wait()
        try:
            yield server, f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            async with asyncio.timeout(20):
                await task


@pytest.fixture
async def real_shop(clock: SettableClock) -> AsyncIterator[Shop]:
    """A marketplace over a real socket, for what ASGI cannot show."""
    app = create_app(clock=clock)
    async with served(app) as (_, address), httpx.AsyncClient(base_url=address) as client:
        yield Shop(client, app, clock)
