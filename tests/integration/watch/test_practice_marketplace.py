"""The poller and the real client against the practice marketplace, in each of its ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.model.person import Role
from bot.store import people, positions
from bot.store.database import Store
from bot.supplier import AuthKind, Marketplace, load_addresses, make_auth
from bot.watch.poller import Poller, _utc_now
from sandbox.marketplace.app import create_app
from sandbox.marketplace.endpoints import as_toml, endpoint_table
from sandbox.marketplace.options import MarketOptions
from tests.support.ready import ready_store

WAYS: list[dict[str, Any]] = [
    {},
    {"envelope": "bare", "totals": "none", "sort": "oldest", "max_page_size": 10},
    {"envelope": "noun", "totals": "total", "sort": "updated", "max_page_size": 10},
    {"envelope": "data.results", "totals": "none", "sort": "newest", "past_end": "404"},
    {"envelope": "data", "totals": "none", "sort": "random", "max_page_size": 10},
    {
        "envelope": "items",
        "totals": "meta.total",
        "sort": "oldest",
        "past_end": "last",
        "max_page_size": 10,
        "honoured_filters": frozenset[str](),
    },
    {
        "totals": "none",
        "sort": "newest",
        "past_end": "last",
        "max_page_size": 10,
        "loose_types": frozenset({"numeric_ids", "string_numbers", "null_fields", "new_fields"}),
        "updated_at_moves": False,
    },
]


class Practice:
    """A practice marketplace, its control, and a store that watches it."""

    def __init__(self, http: httpx.AsyncClient, store: Store) -> None:
        self.http = http
        self.store = store

    async def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self.http.post(f"/control{path}", json=body or {})
        assert answer.is_success, answer.text
        return answer.json()

    async def state(self) -> Any:
        return (await self.http.get("/control/state")).json()

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.store.read() as tx:
            return [tuple(row) for row in (await tx.execute(text(sql))).all()]

    async def until(self, true: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(20):
            while not await true():  # noqa: ASYNC110 - the poller runs on its own
                await asyncio.sleep(0.01)

    async def walked(self) -> bool:
        async with self.store.read() as tx:
            bodies = [await positions.read(tx, 1, f"{name}.walk") for name in ("orders", "tickets")]
        return all(body.get("done") for body in bodies)


@asynccontextmanager
async def practising(folder: Path, way: dict[str, Any]) -> AsyncIterator[Practice]:
    options = MarketOptions(**way)
    app = create_app(options)
    table = folder / "endpoints.toml"
    table.write_text(as_toml(endpoint_table(options.addresses)))
    store = await ready_store(folder)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.state.site.running(),
        httpx.AsyncClient(base_url="http://shop.test", transport=transport) as http,
        Marketplace(
            "http://shop.test",
            make_auth(AuthKind.X_API_KEY, key=SecretStr("practice-key"), cookie=None),
            load_addresses(table),
            calls_per_minute=100_000,
            transport=transport,
        ) as marketplace,
    ):
        async with store.write() as tx:
            shop_id = await people.the_shop(tx, _utc_now())
            await people.join(tx, shop_id, 1001, Role.OWNER, _utc_now())
        poller = Poller(store, marketplace, shop_id, poll_seconds=0.05, calls_per_minute=100_000)
        running = asyncio.create_task(poller.run())
        try:
            yield Practice(http, store)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await store.close()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: ",".join(way) or "usual")
async def test_everything_is_known_and_what_happens_is_news(
    way: dict[str, Any], tmp_path: Path
) -> None:
    async with practising(tmp_path, way) as practice:
        await practice.until(practice.walked)
        state = await practice.state()
        known = await practice.rows("select order_no from orders")
        assert {row[0] for row in known} == {each["order_no"] for each in state["orders"]}
        assert len(await practice.rows("select 1 from tickets")) == len(state["tickets"])
        assert await practice.rows("select * from events") == []

        placed = await practice.control("/orders", {"paid": False, "quantity": 2})
        number = placed["order_no"]

        async def kinds() -> list[str]:
            found = await practice.rows(
                "select order_no, kind from events join orders on order_id = subject_id"
                " order by events.id"
            )
            return [kind for order_no, kind in found if order_no == number]

        await practice.until(lambda: _is(kinds, ["order_new"]))
        await practice.control(f"/orders/{placed['order_id']}/pay")
        await practice.until(lambda: _is(kinds, ["order_new", "order_paid"]))
        await practice.control(f"/orders/{placed['order_id']}/deliver", {"rows": ["a:b", "c:d"]})

        async def delivered() -> bool:
            return "order_delivered" in await kinds()

        await practice.until(delivered)
        ticket = await practice.control("/tickets", {"order_id": placed["order_id"], "text": "Hm"})
        await practice.control(f"/tickets/{ticket['ticket_id']}/invite-admin")

        async def moderated() -> bool:
            rows = await practice.rows("select 1 from events where kind = 'ticket_moderator'")
            return len(rows) == 1

        await practice.until(moderated)
        told = await practice.rows("select count(*), count(distinct subject_id) from events")
        subjects = told[0][1]
        assert subjects == 2, "nothing else is news"


async def _is(found: Callable[[], Awaitable[list[str]]], expected: list[str]) -> bool:
    return await found() == expected
