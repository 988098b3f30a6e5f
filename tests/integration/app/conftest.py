from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.settings import Settings
from sandbox.app import create_app
from sandbox.marketplace.wire import BreakableProtocol
from tests.support.logs import log_as_it_was
from tests.support.waiting import until
from tests.support.world import TOKEN


class _Server(uvicorn.Server):
    """A server in this loop: it leaves signals alone."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


class Practice:
    """The practice shop on a port of this machine, and its controls."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self._client = client

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self._client.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def get(self, path: str) -> Any:
        answer = await self._client.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    async def from_bot(self, who: int) -> list[Any]:
        items = (await self.get(f"/telegram/control/chat?as={who}"))["items"]
        return [item for item in items if item["from"] == "bot"]

    async def sees(self, who: int, *texts: str) -> Any:
        """Wait until one message of the bot shows every one of these texts."""
        found: list[Any] = []

        async def there() -> bool:
            for message in await self.from_bot(who):
                labels = [button["text"] for row in message["keyboard"] for button in row]
                if all(text in "\n".join([message["text"], *labels]) for text in texts):
                    found[:] = [message]
            return bool(found)

        await until(there)
        return found[0]

    async def polls(self) -> int:
        return len((await self.get("/telegram/control/calls?method=getUpdates"))["items"])


@pytest.fixture
async def practice() -> AsyncIterator[Practice]:
    app: Starlette = create_app()
    config = uvicorn.Config(app, http=BreakableProtocol, log_config=None, access_log=False)
    server = _Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=10) as client:
            made = Practice(url, client)
            await made.post("/market/control/reset", empty=True)
            yield made
        app.state.stop()
        server.should_exit = True
        async with asyncio.timeout(5):
            await task


@pytest.fixture
def settings(practice: Practice, tmp_path: Path) -> Settings:
    """Settings for the practice shop; Ann owns it."""
    return settings_of(practice, tmp_path)


def settings_of(practice: Practice, folder: Path, **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "telegram_bot_token": TOKEN,
            "telegram_api_url": f"{practice.url}/telegram",
            "supplier_api_url": f"{practice.url}/market",
            "supplier_api_key": "practice-key",
            "supplier_calls_per_minute": 6000,
            "owner_ids": (1001,),
            "database_url": f"sqlite+aiosqlite:///{folder}/bot.db",
            "poll_seconds": "0.1",
            **more,
        }
    )


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """The app sets the log up for its process; what comes after must not notice."""
    with log_as_it_was():
        yield
