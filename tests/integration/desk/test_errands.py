"""Questions to the marketplace: asked outside the lanes, answered once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text as sql

from bot.desk import asking as module
from bot.desk import balance
from bot.desk.errors import NotPossible
from bot.model.person import Role
from bot.store import errands
from tests.support.store import full_disk
from tests.support.waiting import until
from tests.support.world import ANN, BEN, SAM, World, shown


async def ask(world: World, errand: str, who: int = ANN, **body: Any) -> None:
    async with world.store.write() as tx:
        await errands.send(
            tx,
            shop_id=world.shop_id,
            kind=errand,
            chat_id=who,
            person_id=who,
            body=body,
            now=world.now,
        )


async def answer(world: World, errand: str, **body: Any) -> str:
    """Ask, and return the one message that answers."""
    before = len(await world.from_bot(ANN))
    await ask(world, errand, **body)
    await world.settle()
    (message,) = (await world.from_bot(ANN))[before:]
    assert await world.rows("select * from errands") == []
    return shown(message)


async def test_the_balance_is_asked_and_told_with_its_time(world: World) -> None:
    said = await answer(world, "balance")
    assert "$100.00" in said
    assert "12:04" in said


async def test_who_may_not_see_money_asks_for_no_balance(world: World) -> None:
    await world.becomes(ANN, Role.OPERATOR)
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="not_allowed"):
            await balance.ask(
                *(tx, world.shop, person),
                zone=ZoneInfo("UTC"),
                chat_id=ANN,
                reply_to=None,
                now=world.now,
            )
    before = len(world.market_line.asked)
    assert "does not allow" in await answer(world, "balance")
    assert len(world.market_line.asked) == before


async def test_a_stranger_s_errand_reaches_nothing(world: World) -> None:
    before = len(world.market_line.asked)
    await ask(world, "balance", SAM)
    await world.settle()
    assert len(world.market_line.asked) == before
    assert await world.chat(SAM) == []


async def test_a_question_about_what_cannot_be_unsealed_any_more_is_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STORE_SECONDS", 0)
    order_id = await world.order()
    await world.says(ANN, f"/deliver {await world.number(order_id)}")
    async with world.store.write() as tx:
        await tx.execute(sql("update drafts set sealed = x'00'"))
    draft_id = await world.one("select id from drafts")
    said = await answer(world, "units", draft_id=draft_id, order_id=order_id)
    assert "could not be handled" in said


async def test_an_order_that_is_not_known_here_is_found_and_known_from_then_on(
    world: World,
) -> None:
    order_id = await world.order(known=False)
    number = await world.number(order_id)
    said = await answer(world, "find", kind="order", number=number)
    assert number in said
    assert "Refund" in said
    assert await world.one("select order_no from orders") == number


async def test_an_order_is_found_on_a_later_page_where_search_is_not_honoured(
    world: World,
) -> None:
    first = (await world.control("/orders/bulk", count=101, step=1))["items"][0]
    await world.control("/options", honoured_filters=[])
    said = await answer(world, "find", kind="order", number=first["order_no"])
    assert first["order_no"] in said


async def test_a_ticket_is_found_by_its_number(world: World) -> None:
    order_id = await world.order()
    ticket_id = await world.ticket(order_id, "Does not work", known=False)
    number = (await world.true_ticket(ticket_id))["ticket_no"]
    said = await answer(world, "find", kind="ticket", number=number)
    assert "Does not work" in said


async def test_a_payment_s_number_opens_its_order(world: World) -> None:
    order_id = await world.order(known=False)
    payments = (await world.look("/state"))["payments"]
    payment = next(each for each in payments if each["order_id"] == order_id)
    said = await answer(world, "find", kind="payment", number=payment["payment_no"])
    assert await world.number(order_id) in said


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        ("order", "TK1000000000000", "no order"),
        ("ticket", "TKT1000000000000", "no ticket"),
        ("payment", "PAY1000000000000", "shows no payment"),
    ],
)
async def test_a_number_that_nobody_knows_is_said_to_be_unknown(
    world: World, kind: str, number: str, words: str
) -> None:
    await world.control("/reset", empty=True)
    said = await answer(world, "find", kind=kind, number=number)
    assert words in said
    assert number in said


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ({"kind": "status", "status": 502}, "has not answered since 12:04"),
        ({"kind": "html"}, "could not be read"),
        ({"kind": "throttle"}, "asked too often"),
        ({"kind": "status", "status": 401}, "does not accept the key"),
        ({"kind": "status", "status": 403}, "does not allow this for our account"),
        ({"kind": "refused", "message": "Closed on Sundays"}, "Closed on Sundays"),
    ],
)
async def test_a_question_that_fails_says_why(
    world: World, trouble: dict[str, Any], words: str
) -> None:
    await world.control("/faults", operation="reads", times=None, **trouble)
    assert words in await answer(world, "balance")


async def test_a_fault_of_ours_is_told_once_and_not_run_into_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.marketplace, "get_balance", None)
    assert "could not be handled" in await answer(world, "balance")


async def test_questions_are_answered_while_it_runs_even_when_the_disk_was_full(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STORE_SECONDS", 0.001)
    await ask(world, "balance")
    with full_disk(world.store, writes=2, reads=3) as disk:
        task = asyncio.create_task(world.asking.run())
        await until(lambda: disk.refused == 5)

        async def answered() -> bool:
            return await world.rows("select * from errands") == []

        await until(answered)
        await ask(world, "balance", BEN)
        await until(answered)
        world.asking.stop()
        async with asyncio.timeout(5):
            await task
    await world.send()
    assert len(await world.from_bot(ANN)) == len(await world.from_bot(BEN)) == 1


async def test_a_question_that_hangs_delays_no_other(world: World) -> None:
    await world.trouble("get_balance", "hang_before", seconds=60)
    await ask(world, "balance", BEN)
    order_id = await world.order(known=False)
    await ask(world, "find", ANN, kind="order", number=await world.number(order_id))
    task = asyncio.create_task(world.asking.run())

    async def one_left() -> bool:
        return len(await world.rows("select * from errands")) == 1

    await until(one_left)
    assert await world.one("select person_id from errands") == BEN
    world.asking.stop()
    await world.control("/faults/release")
    async with asyncio.timeout(5):
        await task


async def test_away_since_is_when_the_looks_began_to_fail_not_when_somebody_asked(
    world: World,
) -> None:
    began = world.now
    world.shop = replace(world.shop, away_since=lambda: began)
    world.asking._shop = world.shop
    world.clock.advance(120)
    await world.trouble("get_balance", "status", status=503, times=None)
    await world.says(ANN, "/balance")
    assert "has not answered since 12:04" in shown(await world.last(ANN))


async def test_a_question_that_is_taken_twice_is_answered_once(world: World) -> None:
    await ask(world, "balance")
    async with world.store.read() as tx:
        (errand,) = await errands.open_errands(tx)
    for _ in range(2):
        await world.asking._take(errand)
    await world.settle()
    assert len(await world.from_bot(ANN)) == 1
