"""One page into the store: in pieces, whatever dies between them, whatever the clock does."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.model.change import fingerprint
from bot.store import positions
from bot.watch.feed import orders_of
from bot.watch.taking import Looked, Place, Taker

from .conftest import Shop


class Death(BaseException):
    """The process dies here."""


async def test_a_page_of_which_a_death_left_the_rest_undone_is_still_to_be_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(25):
        shop.market.place()
    page = (await shop.market.list_orders()).items
    taker = Taker(orders_of(shop.market), shop.store, shop.shop_id, shop.clock.now)
    place = Place("orders.sweep")

    async def take() -> Looked:
        return await taker.take(
            page, looked_at=shop.clock.now(), position=lambda _: (place, {"page": 1})
        )

    async def stored() -> dict[str, Any]:
        async with shop.store.read() as tx:
            return dict(await positions.read(tx, shop.shop_id, "orders.sweep"))

    true, pieces = taker._take_in, 0

    async def dies_in_the_second(*given: Any) -> Any:
        nonlocal pieces
        pieces += 1
        if pieces == 2:
            raise Death
        return await true(*given)

    with monkeypatch.context() as patched:
        patched.setattr(taker, "_take_in", dies_in_the_second)
        with pytest.raises(Death):
            await take()
    assert (len(await shop.known()), place.body, await stored()) == (10, {}, {})
    assert (await take()).unknown == 15
    assert (len(await shop.known()), place.body, await stored()) == (25, {"page": 1}, {"page": 1})
    assert sorted(await shop.events()) == [
        ("order_new", f"o{number:05}", 1) for number in range(1, 26)
    ]


async def test_a_list_that_comes_as_a_whole_leaves_others_their_turn(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.market.place()
    page = (await shop.market.list_orders()).items
    taker = Taker(orders_of(shop.market), shop.store, shop.shop_id, shop.clock.now)
    await taker.take(page, looked_at=shop.clock.now())
    turns, compared = 0, []

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def noting(thing: Any) -> str:
        compared.append(turns)
        return fingerprint(thing)

    monkeypatch.setattr("bot.watch.taking.fingerprint", noting)
    task = asyncio.create_task(others())
    assert (await taker.take(page * 900, looked_at=shop.clock.now())).news == 0
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(compared) == 900
    assert len(set(compared)) > 4


async def test_a_clock_that_was_set_back_makes_no_look_stale(shop: Shop) -> None:
    order = shop.market.place()
    taker = Taker(orders_of(shop.market), shop.store, shop.shop_id, shop.clock.now)

    async def look() -> None:
        page = await shop.market.list_orders()
        await taker.take(page.items, looked_at=shop.clock.now())

    await look()
    shop.clock.at -= timedelta(hours=1)
    shop.market.orders[order]["payment_status"] = "completed_payment"
    await look()
    assert [kind for kind, _, _ in await shop.events()] == ["order_new", "order_paid"]
