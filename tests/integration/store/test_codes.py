"""PINs, codes that are tried, and what counts against a day's limit."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select, update

from bot.model.intent import Kind, RefundPlan, State
from bot.model.safety import PIN_OPEN_FOR, PIN_TRIES, PIN_WAITS
from bot.store import intents, passcodes, safety
from bot.store.database import Store
from bot.store.tables import intents as rows
from bot.store.tables import person_pins
from tests.support.world import ANN, BEN, MINUTE, START

PIN = "40719358"
HOUR = timedelta(hours=1)


async def test_a_right_pin_opens_for_a_while_and_gives_all_tries_back(store: Store) -> None:
    async with store.write() as tx:
        await passcodes.keep(tx, 1, ANN, PIN)
        given = ["1111", "1111", "1111", "1111", PIN, "1111", PIN]
        said = [await passcodes.check(tx, 1, ANN, each, START) for each in given]
        assert said == ["wrong"] * 4 + ["right", "wrong", "right"]
        assert not await passcodes.asked_for(tx, 1, ANN, START)
        assert await passcodes.asked_for(tx, 1, ANN, START + PIN_OPEN_FOR)
        # Another one is asked for at once, and by no means known without the key file.
        await passcodes.keep(tx, 1, ANN, PIN)
        assert await passcodes.asked_for(tx, 1, ANN, START)
        row = (await tx.execute(select(person_pins))).one()
        plain = hashlib.scrypt(PIN.encode(), salt=row.salt, n=2**13, r=8, p=1, dklen=32)
        assert row.hash != plain


async def test_five_wrong_ones_close_what_is_open_and_after_the_wait_it_is_so_again(
    store: Store,
) -> None:
    async with store.write() as tx:
        await passcodes.keep(tx, 1, ANN, PIN)
        now = START
        assert await passcodes.check(tx, 1, ANN, PIN, now) == "right"
        for _ in range(2):
            said = [await passcodes.check(tx, 1, ANN, "1111", now) for _ in range(PIN_TRIES)]
            assert said == ["wrong"] * (PIN_TRIES - 1) + ["locked"]
            assert await passcodes.asked_for(tx, 1, ANN, now)
            assert await passcodes.check(tx, 1, ANN, PIN, now + PIN_WAITS - MINUTE) == "waits"
            now += PIN_WAITS


async def test_tries_are_counted_anew_each_hour_by_account_and_code(store: Store) -> None:
    async def tries(now: timedelta, count: int, who: int = ANN, what: str = "lock") -> list[bool]:
        async with store.write() as tx:
            return [
                await safety.may_try(tx, who, what, START + now, most=2, within=HOUR)
                for _ in range(count)
            ]

    assert await tries(MINUTE * 0, 3) == [True, True, False]
    assert await tries(MINUTE * 59, 1) == [False]
    assert await tries(MINUTE, 1, who=BEN) == await tries(MINUTE, 1, what="invitation") == [True]
    assert await tries(HOUR, 3) == [True, True, False]


async def test_what_counts_against_a_limit_is_what_may_have_gone_out_by_that_person_since(
    store: Store,
) -> None:
    cases = [
        (State.DONE, ANN, START),
        (State.SENDING, ANN, START),
        (State.UNKNOWN, ANN, START + MINUTE),
        (State.REFUSED, ANN, START),
        (State.EXPIRED, ANN, START),
        (State.DONE, BEN, START),
        (State.DONE, ANN, START - MINUTE),
    ]
    async with store.write() as tx:
        for number, (state, who, at) in enumerate(cases):
            made = await intents.propose(
                tx,
                shop_id=1,
                kind=Kind.REFUND,
                subject_kind="order",
                subject_id=str(number),
                plan=RefundPlan(amount=Decimal(1 << number), delivered=0),
                chat_id=ANN,
                person_id=ANN,
                now=START,
            )
            values = {"state": state.value, "confirmed_by": who, "confirmed_at": at}
            await tx.execute(update(rows).where(rows.c.id == made.id).values(**values))
        counted = await intents.refunded_since(tx, 1, ANN, START)
    assert sum(each for each in counted if each is not None) == 1 + 2 + 4
