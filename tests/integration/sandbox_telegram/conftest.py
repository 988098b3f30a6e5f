from collections.abc import AsyncIterator

import httpx
import pytest
import telegram
from telegram.request import HTTPXRequest

from sandbox.clock import SettableClock

from .shop import TOKEN, PracticeTelegram, in_process, serve


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def practice(
    clock: SettableClock, request: pytest.FixtureRequest
) -> AsyncIterator[PracticeTelegram]:
    """Behind real HTTP, except for tests that ask for none because they only look at answers."""
    within = in_process if "without_http" in request.fixturenames else serve
    async with within(clock) as server:
        yield server


@pytest.fixture
def without_http() -> None:
    """Let `practice` and `raw` reach the application directly."""


@pytest.fixture
async def bot(practice: PracticeTelegram) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(
        TOKEN,
        base_url=f"{practice.url}/bot",
        base_file_url=f"{practice.url}/file/bot",
        request=HTTPXRequest(connection_pool_size=8, httpx_kwargs={"verify": False}),
        get_updates_request=HTTPXRequest(connection_pool_size=4, httpx_kwargs={"verify": False}),
    ) as made:
        yield made


@pytest.fixture
async def raw(practice: PracticeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    async with practice.another_client(f"/bot{TOKEN}/") as client:
        yield client
