from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.model.order import Order
from bot.model.person import Role
from bot.store import cards, news, orders, people, tickets, units
from bot.store.cards import Card

from .conftest import OWNER, Shop


async def test_an_order_that_became_paid_is_told_loudly(shop: Shop) -> None:
    order = shop.market.place()
    await shop.start()
    shop.market.orders[order]["payment_status"] = "completed_payment"
    await shop.forward(5)

    assert await shop.notices() == [("order_paid", order, "loud")]


async def test_there_and_back_again_is_two_changes(shop: Shop) -> None:
    order = shop.market.place()
    await shop.start()
    for status in ("running_order", "pending_order"):
        shop.market.orders[order]["status"] = status
        await shop.forward(5)

    assert await shop.events() == [("order_changed", order, 2), ("order_changed", order, 3)]


async def test_a_moved_date_alone_is_no_change(shop: Shop) -> None:
    order = shop.market.place()
    await shop.start()
    shop.market.orders[order]["updated_at"] = "2026-03-05T12:00:00Z"
    await shop.forward(60)

    assert await shop.events() == []


async def test_a_change_without_a_moved_date_is_seen(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    await shop.start()
    shop.market.finish(order)
    await shop.forward(5)

    assert [each[0] for each in await shop.events()] == ["order_completed", "order_delivered"]


async def test_goods_in_the_place_of_others_are_no_news_and_are_recognised(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    shop.market.finish(order)
    await shop.start()
    goods = SecretStr("anna:Hunter2222")
    for swapped in (False, True):
        shop.market.orders[order]["delivered_info"] = json.dumps(
            [goods.get_secret_value() if swapped else "first:Hunter1111"]
        )
        await shop.forward(5)
        async with shop.store.read() as tx:
            known = await units.known(tx, 1, "another", [goods])
        assert set(known) == ({0} if swapped else set())
    assert await shop.events() == []


@pytest.mark.parametrize("filters", [True, False])
@pytest.mark.parametrize("many", [2, 6])
async def test_a_change_deep_in_the_list_is_found_without_the_sweep(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, filters: bool, many: int
) -> None:
    shop.market.filters = filters
    shop.market.size = 10
    still_open = [shop.market.place() for _ in range(many)]
    for _ in range(60):
        shop.market.finish(shop.market.place(paid=True))
    poller = await shop.start(calls_per_minute=60)
    await shop.forward(60)

    async def no_sweep() -> bool:
        return False

    monkeypatch.setattr(poller._orders._sweep, "step", no_sweep)
    shop.market.orders[still_open[1]]["payment_status"] = "completed_payment"
    await shop.forward(180)

    assert await shop.notices() == [("order_paid", still_open[1], "loud")]


async def test_a_filter_that_is_ignored_is_not_used_again(shop: Shop) -> None:
    shop.market.filters = False
    shop.market.size = 10
    for _ in range(5):
        shop.market.place()
    for _ in range(30):
        shop.market.finish(shop.market.place(paid=True))
    await shop.start(calls_per_minute=600)
    await shop.forward(300)

    filtered = [what for name, what in shop.market.calls if name == "list_orders" and what[1]]
    assert len(filtered) == 1
    assert shop.market.count("get_order") >= 5


async def test_an_open_order_that_is_not_found_is_asked_for_no_more_often_than_others(
    shop: Shop,
) -> None:
    shop.market.size = 10
    lost, other = shop.market.place(), shop.market.place()
    for _ in range(30):
        shop.market.finish(shop.market.place(paid=True))
    poller = await shop.start(calls_per_minute=60)
    await shop.forward(30)
    await shop.kill()
    del shop.market.orders[lost]
    shop.market.calls.clear()
    for _ in range(100):
        await poller._orders._open.step()
        shop.clock.at += timedelta(seconds=1)

    asked = [what for name, what in shop.market.calls if name == "get_order"]
    # Every 20 seconds at this pace; the plan is made four times as often.
    assert 4 <= asked.count(other) <= 6
    assert 4 <= asked.count(lost) <= 6


async def test_a_finished_order_deep_in_the_list_is_found_by_the_sweep(shop: Shop) -> None:
    shop.market.size = 10
    old = shop.market.place(paid=True)
    shop.market.finish(old)
    for _ in range(40):
        shop.market.finish(shop.market.place(paid=True))
    poller = await shop.start(calls_per_minute=60)
    await shop.forward(30)
    shop.market.orders[old]["status"] = "refunded_order"
    await shop.forward(poller.sweep_minutes() * 60)

    assert await shop.notices() == [("order_refunded", old, "silent")]


async def test_a_look_that_began_before_our_own_act_is_thrown_away(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    await shop.start()
    delivered = dict(
        shop.market.orders[order],
        status="completed_order",
        delivered_units=1,
        remaining_to_deliver=0,
    )

    # The page was read before the act, and its answer comes after it.
    began = shop.clock.now()
    old = Order.model_validate(shop.market.orders[order])
    shop.clock.at += timedelta(seconds=1)
    async with shop.store.write() as tx:
        await news.take_in_order(
            tx,
            shop.shop_id,
            Order.model_validate(delivered),
            looked_at=shop.clock.now(),
            now=shop.clock.now(),
            done_by=OWNER,
        )
        late = await news.take_in_order(
            tx, shop.shop_id, old, looked_at=began, now=shop.clock.now()
        )
        known = await orders.by_id(tx, shop.shop_id, order)
    assert late.how == "stale"
    assert known is not None
    assert known.order.status == "completed_order"
    assert await shop.notices() == []


async def test_who_did_it_is_not_told_and_the_others_are(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    await shop.start()
    async with shop.store.write() as tx:
        await people.join(tx, shop.shop_id, 1002, Role.OPERATOR, shop.clock.now())
        refunded = dict(shop.market.orders[order], status="refunded_order")
        await news.take_in_order(
            tx,
            shop.shop_id,
            Order.model_validate(refunded),
            looked_at=shop.clock.now(),
            now=shop.clock.now(),
            done_by=OWNER,
        )
    rows = await shop.rows("select chat_id from notices")
    assert [row[0] for row in rows] == [1002]


async def test_tickets_their_texts_and_moderators_are_told_loudly(shop: Shop) -> None:
    ticket = shop.market.complain(text="First")
    await shop.start()
    shop.market.tickets[ticket]["description"] = "Second"
    await shop.forward(5)
    shop.market.tickets[ticket]["admin_invited"] = True
    await shop.forward(5)
    shop.market.tickets[ticket]["status"] = "closed"
    await shop.forward(5)

    assert await shop.notices() == [
        ("ticket_text", ticket, "loud"),
        ("ticket_moderator", ticket, "loud"),
        ("ticket_status", ticket, "edit"),
    ]
    async with shop.store.read() as tx:
        texts = await tickets.texts(tx, shop.shop_id, ticket)
    assert [each.text for each in texts] == ["First", "Second"]


async def test_goods_that_are_shown_are_recognised_and_not_kept(shop: Shop) -> None:
    from pydantic import SecretStr

    from bot.store import units

    first = shop.market.place(paid=True, delivered_info='["ann@x.org:S3cret"]')
    shop.market.place(paid=True, delivered_info="bob@x.org:plain\nsecond line")
    await shop.start()

    async with shop.store.read() as tx:
        found = await units.known(
            tx,
            shop.shop_id,
            "another",
            [SecretStr("bob@x.org:plain"), SecretStr("ann@x.org:S3cret"), SecretStr("new")],
        )
    assert set(found) == {0, 1}
    assert found[1] == shop.market.orders[first]["order_no"]
    stored = b"".join(each.read_bytes() for each in shop.store.path.parent.glob("shop.db*"))
    for secret in (b"S3cret", b"bob@x.org", b"second line", b"<b>words</b>"):
        assert secret not in stored


async def test_the_pool_delivers_quietly_and_is_loud_when_it_does_not(shop: Shop) -> None:
    by_pool = shop.market.place(paid=True, delivered_account_ids=["a1"])
    shop.market.finish(by_pool)
    await shop.start()
    order = shop.market.place(paid=True)
    await shop.forward(10)
    assert await shop.notices() == [("order_new", order, "silent")]

    await shop.forward(600)
    assert await shop.notices() == [("order_new", order, "silent"), ("order_late", order, "loud")]


async def test_usually_from_the_pool_you_hear_if_nothing_has_arrived_by_what_it_usually_takes(
    shop: Shop,
) -> None:
    shop.market.finish(shop.market.place(paid=True, delivered_account_ids=["a1"]))
    await shop.start()
    slow = shop.market.place(paid=True)
    await shop.forward(180)
    assert ("order_late", slow, "loud") in await shop.notices()
    shop.market.orders[slow]["delivered_account_ids"] = ["a2"]
    shop.market.finish(slow)
    await shop.forward(30)

    # It took three minutes: the next one may take six before anybody is called.
    order = shop.market.place(paid=True)
    await shop.forward(330)
    assert ("order_late", order, "loud") not in await shop.notices()
    await shop.forward(60)
    assert ("order_late", order, "loud") in await shop.notices()


async def test_what_a_person_delivered_by_hand_is_by_hand_the_next_time(shop: Shop) -> None:
    shop.market.finish(shop.market.place(paid=True, delivered_account_ids=["a1"]))
    await shop.start()
    by_hand = shop.market.place(paid=True)
    await shop.forward(10)
    shop.market.finish(by_hand)
    await shop.forward(10)
    order = shop.market.place(paid=True)
    await shop.forward(10)
    assert ("order_new", by_hand, "silent") in await shop.notices()
    assert ("order_new", order, "loud") in await shop.notices()


async def _card_of(shop: Shop, order: str, message_id: int = 7) -> None:
    card = Card(OWNER, message_id, shop.shop_id, "order", order, OWNER, None, live=True, shown="")
    async with shop.store.write() as tx:
        await cards.shown(tx, card, shop.clock.now())


async def test_news_become_one_message_per_subject(shop: Shop) -> None:
    await shop.start()
    order = shop.market.place()
    await shop.forward(5)
    shop.market.orders[order]["payment_status"] = "completed_payment"
    await shop.forward(5)
    await shop.tell()

    assert (await shop.messages())[1:] == [("send", "order", order, False)]
    assert {row[0] for row in await shop.rows("select state from notices")} == {"told"}


async def test_a_quiet_change_edits_the_card_that_is_there(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    await shop.start()
    await _card_of(shop, order)
    shop.market.finish(order)
    await shop.forward(5)
    await shop.tell()

    assert (await shop.messages())[1:] == [("edit", "order", order, False)]


async def test_a_quiet_change_whose_card_is_gone_is_told_by_a_new_one(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    await shop.start()
    await _card_of(shop, order)
    shop.market.finish(order)
    await shop.forward(5)
    await shop.tell()
    async with shop.store.write() as tx:
        await cards.gone(tx, OWNER, 7)
    await shop.tell()

    assert (await shop.messages())[1:] == [
        ("edit", "order", order, False),
        ("send", "order", order, True),
    ]
    assert {row[0] for row in await shop.rows("select state from notices")} == {"told"}


async def test_a_card_that_goes_after_it_showed_the_news_brings_no_new_one(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    await shop.start()
    await _card_of(shop, order)
    shop.market.finish(order)
    await shop.forward(5)
    await shop.tell()
    async with shop.store.write() as tx:
        await tx.execute(text("update messages set state = 'sent' where action = 'edit'"))
        await cards.gone(tx, OWNER, 7)
    await shop.tell()

    assert (await shop.messages())[1:] == [("edit", "order", order, False)]


async def test_a_quiet_change_without_a_card_is_a_silent_message(shop: Shop) -> None:
    order = shop.market.place(paid=True)
    await shop.start()
    shop.market.finish(order)
    await shop.forward(5)
    await shop.tell()

    assert (await shop.messages())[1:] == [("send", "order", order, True)]


async def test_a_loud_change_is_a_new_message_though_there_is_a_card(shop: Shop) -> None:
    order = shop.market.place()
    await shop.start()
    await _card_of(shop, order)
    shop.market.orders[order]["payment_status"] = "completed_payment"
    await shop.forward(5)
    await shop.tell()

    assert ("send", "order", order, False) in await shop.messages()


async def test_a_quiet_change_waits_for_the_card_that_is_being_sent(shop: Shop) -> None:
    await shop.start()
    order = shop.market.place()
    await shop.forward(5)
    await shop.tell()
    async with shop.store.write() as tx:
        await tx.execute(text("update messages set state = 'sending' where view = 'order'"))
    shop.market.orders[order]["status"] = "running_order"
    await shop.forward(5)
    await shop.tell()
    assert [row[0] for row in await shop.rows("select state from notices")] == ["told", "pending"]

    async with shop.store.write() as tx:
        await tx.execute(text("update messages set state = 'sent' where view = 'order'"))
    await _card_of(shop, order)
    await shop.tell()
    assert (await shop.messages())[-1] == ("edit", "order", order, False)
    assert {row[0] for row in await shop.rows("select state from notices")} == {"told"}


async def test_a_paused_chat_is_told_when_it_is_there_again(shop: Shop) -> None:
    await shop.start()
    async with shop.store.write() as tx:
        await people.pause(tx, OWNER, "blocked", shop.clock.now())
    order = shop.market.place(paid=True)
    await shop.forward(5)
    await shop.tell()
    assert len(await shop.messages()) == 1

    async with shop.store.write() as tx:
        await people.resume(tx, OWNER)
    await shop.tell()
    assert (await shop.messages())[1:] == [("send", "order", order, False)]


async def test_loud_news_lets_a_card_that_waits_quietly_sound(shop: Shop) -> None:
    shop.market.place()
    await shop.start()
    order = shop.market.place()

    async def cards() -> list[tuple[str, bool]]:
        await shop.forward(5)
        await shop.tell()
        return [(action, silent) for action, _, of, silent in await shop.messages() if of == order]

    assert await cards() == [("send", True)]
    shop.market.orders[order]["payment_status"] = "completed_payment"
    assert await cards() == [("send", False)]
