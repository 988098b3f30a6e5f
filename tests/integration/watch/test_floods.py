"""A burst of news becomes digests that name every number; ordinary news stay cards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.model.facts import DigestFacts
from bot.model.order import Order
from bot.model.ticket import Ticket
from bot.store import digests, sending
from bot.store.news import take_in_order, take_in_ticket

from .conftest import OWNER, Shop


def order(number: int, **fields: object) -> Order:
    return Order.model_validate(
        {
            "order_id": f"id-{number}",
            "order_no": f"TK{1772446511113 + number}",
            "status": "pending_order",
            "payment_status": "completed_payment",
            "quantity": 1,
            "remaining_to_deliver": 1,
            "total_amount": "10.50",
            "product": {"title": "Netflix"},
            **fields,
        }
    )


async def come(shop: Shop, first: int, count: int, **fields: object) -> None:
    async with shop.store.write() as tx:
        for number in range(first, first + count):
            await take_in_order(
                tx,
                shop.shop_id,
                order(number, **fields),
                looked_at=shop.clock.now(),
                now=shop.clock.now(),
            )


async def sent(shop: Shop) -> None:
    """Telegram takes everything that waits."""
    async with shop.store.write() as tx:
        while (queued := await sending.lease(tx, OWNER, shop.clock.now())) is not None:
            message_id = queued.target_message_id or 1000 + queued.id
            await sending.sent(tx, queued.id, message_id, shop.clock.now())


async def messages(shop: Shop, view: str, action: str = "send") -> list[int]:
    rows = await shop.rows("select id, view, action from messages order by id")
    return [row[0] for row in rows if (row[1], row[2]) == (view, action)]


async def shown(shop: Shop, row: int) -> DigestFacts:
    async with shop.store.read() as tx:
        return await digests.facts(tx, shop.shop_id, row)


async def waiting(shop: Shop) -> int:
    (row,) = await shop.rows("select count(*) from notices where state='pending'")
    return int(row[0])


async def test_eight_news_are_eight_cards(shop: Shop) -> None:
    await come(shop, 0, 8)
    await shop.tell()
    assert len(await messages(shop, "order")) == 8
    assert await messages(shop, "digest") == []


async def test_nine_news_are_one_digest_that_names_them_all(shop: Shop) -> None:
    await come(shop, 0, 9)
    await shop.tell()
    assert await messages(shop, "order") == []
    (row,) = await messages(shop, "digest")
    facts = await shown(shop, row)
    assert facts.new_orders == tuple(f"TK{1772446511113 + n}" for n in range(9))
    assert facts.total == Decimal("94.50")
    assert facts.orders_waiting == 9


async def test_news_that_follow_cards_of_a_moment_ago_are_a_burst_with_them(shop: Shop) -> None:
    await come(shop, 0, 6)
    await shop.tell()
    await sent(shop)
    shop.clock.at += timedelta(seconds=10)
    await come(shop, 6, 6)
    await shop.tell()
    assert len(await messages(shop, "order")) == 6
    (row,) = await messages(shop, "digest")
    assert len((await shown(shop, row)).new_orders) == 6


async def test_cards_of_long_ago_do_not_make_a_burst(shop: Shop) -> None:
    await come(shop, 0, 6)
    await shop.tell()
    await sent(shop)
    shop.clock.at += timedelta(seconds=31)
    await come(shop, 6, 6)
    await shop.tell()
    assert len(await messages(shop, "order")) == 12


async def test_a_flood_that_goes_on_edits_its_digest(shop: Shop) -> None:
    await come(shop, 0, 20)
    await shop.tell()
    await sent(shop)
    shop.clock.at += timedelta(seconds=5)
    await come(shop, 20, 3)
    await shop.tell()
    (row,) = await messages(shop, "digest")
    assert len((await shown(shop, row)).new_orders) == 23
    assert len(await messages(shop, "digest", "edit")) == 1


async def complain(shop: Shop, count: int, words: str) -> None:
    async with shop.store.write() as tx:
        for number in range(count):
            ticket = {"ticket_id": f"t-{number}", "ticket_no": f"TKT{number}", "status": "open"}
            await take_in_ticket(
                tx,
                shop.shop_id,
                Ticket.model_validate({**ticket, "description": words}),
                looked_at=shop.clock.now(),
                now=shop.clock.now(),
            )


async def test_a_next_text_in_a_ticket_that_a_digest_names_is_heard(shop: Shop) -> None:
    await complain(shop, 12, "It fails")
    await shop.tell()
    await sent(shop)
    shop.clock.at += timedelta(seconds=5)
    await complain(shop, 2, "Hello?")
    await come(shop, 0, 1)
    await shop.tell()
    first, second = await messages(shop, "digest")
    assert len((await shown(shop, first)).tickets) == 12
    assert (await shown(shop, second)).tickets == ("TKT0", "TKT1")
    assert len((await shown(shop, second)).new_orders) == 1
    # One that is not sent yet says it all when it is.
    await complain(shop, 1, "Anybody?")
    await shop.tell()
    assert await messages(shop, "digest") == [first, second]
    assert await waiting(shop) == 0


async def test_a_digest_that_is_on_its_way_is_waited_for(shop: Shop) -> None:
    await come(shop, 0, 20)
    await shop.tell()
    async with shop.store.write() as tx:
        queued = await sending.lease(tx, OWNER, shop.clock.now())
    assert queued is not None
    await come(shop, 20, 3)
    await shop.tell()
    assert await waiting(shop) == 3
    async with shop.store.write() as tx:
        await sending.sent(tx, queued.id, 77, shop.clock.now())
    await shop.tell()
    assert await waiting(shop) == 0
    assert len(await messages(shop, "digest")) == 1


async def test_an_order_after_the_flood_is_heard(shop: Shop) -> None:
    await come(shop, 0, 20)
    await shop.tell()
    await sent(shop)
    shop.clock.at += timedelta(seconds=40)
    await come(shop, 20, 1)
    await shop.tell()
    assert len(await messages(shop, "order")) == 1


async def test_a_flood_of_minutes_makes_a_new_digest_that_can_be_heard(shop: Shop) -> None:
    await come(shop, 0, 20)
    await shop.tell()
    await sent(shop)
    shop.clock.at += timedelta(minutes=4)
    await come(shop, 20, 20)
    await shop.tell()
    assert len(await messages(shop, "digest")) == 2


@pytest.mark.parametrize("number_length", [15])
async def test_a_thousand_orders_are_at_most_fourteen_messages_and_all_are_named(
    shop: Shop, number_length: int
) -> None:
    for first in range(0, 1000, 100):
        async with shop.store.write() as tx:
            for number in range(first, first + 100):
                await take_in_order(
                    tx,
                    shop.shop_id,
                    order(number, order_no=f"TK{number:0{number_length - 2}}"),
                    looked_at=shop.clock.now(),
                    now=shop.clock.now(),
                )
        await shop.tell()
        await sent(shop)
    rows = await messages(shop, "digest")
    assert await messages(shop, "order") == []
    assert len(rows) <= 14
    named = [number for row in rows for number in (await shown(shop, row)).new_orders]
    assert len(named) == len(set(named)) == 1000
    assert await waiting(shop) == 0


async def test_a_change_of_an_order_that_has_a_card_is_told_by_the_card(shop: Shop) -> None:
    await come(shop, 0, 1)
    await shop.tell()
    async with shop.store.write() as tx:
        queued = await sending.lease(tx, OWNER, shop.clock.now())
        assert queued is not None
        await sending.sent(tx, queued.id, 7, shop.clock.now())
        await tx.execute(
            text(
                "insert into cards (chat_id, message_id, shop_id, subject_kind, subject_id,"
                " person_id, live, shown, made_at)"
                " values (1001, 7, 1, 'order', 'id-0', 1001, 1, '', '2026-11-23')"
            )
        )
    shop.clock.at += timedelta(minutes=5)
    await come(shop, 0, 1, status="refunded_order")
    await come(shop, 1, 12)
    await shop.tell()
    (row,) = await messages(shop, "digest")
    facts = await shown(shop, row)
    assert len(facts.new_orders) == 12
    assert facts.changed_orders == ()
    assert len(await messages(shop, "order", "edit")) == 1
