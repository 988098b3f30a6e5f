from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.supplier.errors import NotAuthorised, Throttled, Unavailable
from bot.supplier.operations import Operation
from bot.watch.poller import Poller
from bot.watch.teller import Teller

from .conftest import Shop
from .market import away

NO_ANSWER = Unavailable(Operation.LIST_ORDERS, "no_connection")


def _back(shop: Shop) -> None:
    shop.market.before = lambda *_: None


async def _said(shop: Shop) -> list[str]:
    return [each[1] for each in await shop.messages() if each[1].startswith("trouble")]


async def test_while_the_marketplace_is_away_the_head_alone_asks_whether_it_is_back(
    shop: Shop,
) -> None:
    shop.market.size = 10
    for _ in range(20):
        shop.market.place()
    await shop.start(calls_per_minute=60)
    await shop.forward(10)
    shop.market.before = away(NO_ANSWER)
    await shop.forward(10)
    shop.market.calls.clear()
    await shop.forward(40)
    assert {what for _, what in shop.market.calls} == {(1, None)}
    _back(shop)
    await shop.forward(30)
    assert {what for _, what in shop.market.calls} > {(1, None)}


async def test_trouble_is_said_once_and_its_end_once(shop: Shop) -> None:
    await shop.start()
    shop.market.before = away(NO_ANSWER)
    await shop.forward(20)
    assert await _said(shop) == []
    assert {each.reason for each in _poller(shop).health()} == {"no_connection"}

    await shop.forward(600)
    assert await _said(shop) == ["trouble"]
    await _sent(shop)

    new = shop.market.place(paid=True)
    _back(shop)
    await shop.forward(120)
    assert await _said(shop) == ["trouble", "trouble_over"]
    assert await shop.notices() == [("order_new", new, "loud")]
    assert all(each.failing_since is None for each in _poller(shop).health())


async def test_a_marketplace_out_of_reach_is_told_loudly_and_its_return_silently(
    shop: Shop,
) -> None:
    await shop.start()
    shop.market.before = away(NO_ANSWER)
    await shop.forward(60)
    await _sent(shop)
    _back(shop)
    await shop.forward(120)
    told = [(view, silent) for _, view, _, silent in await shop.messages() if "trouble" in view]
    assert told == [("trouble", False), ("trouble_over", True)]


async def test_short_trouble_is_not_worth_a_message(shop: Shop) -> None:
    await shop.start()
    shop.market.before = away(NO_ANSWER)
    await shop.forward(20)
    _back(shop)
    await shop.forward(120)
    assert await _said(shop) == []


async def test_trouble_that_is_over_before_it_was_sent_is_not_said(shop: Shop) -> None:
    await shop.start()
    shop.market.before = away(NO_ANSWER)
    await shop.forward(60)
    _back(shop)
    await shop.forward(120)
    assert await _said(shop) == []


async def test_a_refused_key_is_said_at_once(shop: Shop) -> None:
    shop.market.before = away(NotAuthorised(Operation.LIST_ORDERS, "key_refused"))
    await shop.start()
    assert await _said(shop) == ["trouble"]


async def test_trouble_is_not_said_again_after_a_restart(shop: Shop) -> None:
    await shop.start()
    shop.market.before = away(NO_ANSWER)
    await shop.forward(60)
    await _sent(shop)
    await shop.kill()

    await shop.start()
    await shop.forward(120)
    assert await _said(shop) == ["trouble"]
    _back(shop)
    await shop.forward(120)
    assert await _said(shop) == ["trouble", "trouble_over"]


async def test_tries_come_often_in_the_first_minute_and_each_minute_after(shop: Shop) -> None:
    await shop.start(poll_seconds=300)
    shop.market.before = away(NO_ANSWER)
    shop.running[0][0].look_soon()
    await shop.settle_after_waking()
    times: list[float] = []
    began = shop.clock.now()

    def note(name: str, what: object) -> None:
        if name == "list_orders":
            times.append((shop.clock.now() - began).total_seconds())
        raise NO_ANSWER

    shop.market.before = note
    await shop.forward(300)
    gaps = [b - a for a, b in zip([0.0, *times], times, strict=False)]
    assert max(gap for gap, at in zip(gaps, times, strict=True) if at <= 60) <= 15
    assert max(gaps) <= 60.1
    assert len(times) >= 8


async def test_a_marketplace_that_asks_for_quiet_gets_it(shop: Shop) -> None:
    await shop.start()
    shop.market.before = away(Throttled(Operation.LIST_ORDERS, wait=50.0))
    await shop.forward(10)
    calls = shop.market.count("list_orders")
    await shop.forward(40)
    assert shop.market.count("list_orders") == calls
    await shop.forward(20)
    assert shop.market.count("list_orders") == calls + 1


async def test_no_wait_that_is_asked_for_keeps_the_bot_away_for_more_than_a_minute(
    shop: Shop,
) -> None:
    await shop.start()
    shop.market.before = away(Throttled(Operation.LIST_ORDERS, wait=86_400.0))
    await shop.forward(10)
    _back(shop)
    new = shop.market.place(paid=True)
    await shop.forward(60)
    assert await shop.notices() == [("order_new", new, "loud")]


async def test_tickets_that_cannot_be_read_do_not_hold_up_orders(shop: Shop) -> None:
    def fail(name: str, what: object) -> None:
        if "ticket" in name:
            raise NO_ANSWER

    shop.market.before = fail
    await shop.start()
    new = shop.market.place(paid=True)
    await shop.forward(5)
    assert await shop.notices() == [("order_new", new, "loud")]
    assert "first_look" in {each[1] for each in await shop.messages()}


async def test_an_idle_shop_costs_one_call_for_each_list_and_interval(shop: Shop) -> None:
    for _ in range(40):
        shop.market.place()
    shop.market.complain()
    await shop.start()
    await shop.forward(4.9)
    shop.market.calls.clear()

    await shop.forward(250)

    assert shop.market.count("list_orders") == 50
    assert shop.market.count("list_tickets") == 50
    assert len(shop.market.calls) == 100


async def test_a_quiet_shop_is_asked_less_often_until_something_happens(shop: Shop) -> None:
    await shop.start()
    await shop.forward(1000)
    shop.market.calls.clear()
    await shop.forward(150)
    assert shop.market.count("list_orders") == 10

    shop.market.place()
    await shop.forward(15)
    shop.market.calls.clear()
    await shop.forward(150)
    assert shop.market.count("list_orders") == 30


@pytest.mark.parametrize(
    ("poll_seconds", "told"), [(1.0, [3.3]), (3.0, [3.3]), (3.4, []), (5.0, [])]
)
async def test_an_interval_that_the_budget_does_not_allow_is_told_at_the_start(
    shop: Shop, poll_seconds: float, told: list[float]
) -> None:
    with capture_logs() as lines:
        await shop.start(poll_seconds=poll_seconds, calls_per_minute=60)
    said = [each for each in lines if "POLL_SECONDS" in each["event"]]
    assert [each["every_seconds"] for each in said] == told


async def test_a_look_is_taken_at_once_when_asked_for(shop: Shop) -> None:
    poller = await shop.start(poll_seconds=3600)
    new = shop.market.place(paid=True)
    poller.look_soon()
    await shop.settle_after_waking()
    assert await shop.notices() == [("order_new", new, "loud")]


async def test_the_bound_of_the_sweep_is_told(shop: Shop) -> None:
    shop.market.size = 10
    for _ in range(95):
        shop.market.finish(shop.market.place(paid=True))
    poller = await shop.start(calls_per_minute=60)
    await shop.forward(60)
    assert 1 < poller.sweep_minutes() < 5
    shop.market.calls.clear()
    await shop.forward(poller.sweep_minutes() * 60)
    asked = {what[0] for name, what in shop.market.calls if name == "list_orders"}
    assert asked >= set(range(1, 11))


async def test_the_teller_is_woken_by_news(shop: Shop) -> None:
    await shop.start()
    teller = asyncio.create_task(Teller(shop.store, shop.shop_id, now=shop.clock.now).run())
    try:
        order = shop.market.place(paid=True)
        await shop.forward(5)
        async with asyncio.timeout(5):
            while ("send", "order", order, False) not in await shop.messages():
                await shop.store.signals.wait("messages", 1)
    finally:
        teller.cancel()
        await asyncio.gather(teller, return_exceptions=True)


def _poller(shop: Shop) -> Poller:
    return shop.running[-1][0]


async def _sent(shop: Shop) -> None:
    from sqlalchemy import text

    async with shop.store.write() as tx:
        await tx.execute(text("update messages set state = 'sent'"))
