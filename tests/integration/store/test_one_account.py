"""One account is one account, however it was written, also where rows of before hold it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from bot.model.accounts import ways
from bot.model.order import Order
from bot.model.sources import by_source
from bot.store import one_account, sources, stock, units
from bot.store.database import Store, Tx
from bot.store.news import take_in_order
from bot.store.tables import stock_hashes, unit_hashes
from bot.watch.recognising import Recognising
from tests.support.world import START


def goods(*texts: str) -> list[SecretStr]:
    return [SecretStr(text) for text in texts]


def order(order_id: str, rows: str) -> Order:
    return Order.model_validate(
        {
            "order_id": order_id,
            "order_no": f"TK{order_id}",
            "product_id": "p1",
            "quantity": 1,
            "total_amount": "8.00",
            "status": "completed_order",
            "payment_status": "completed_payment",
            "delivered_info": rows,
            "delivered_units": 1,
            "account_id": "of the pool",
            "created_at": START.isoformat(),
        }
    )


async def said(tx: Tx, intent_id: int, source: str) -> None:
    await stock.say_source(
        tx,
        1,
        intent_id,
        product_id="p1",
        source=source,
        cost=Decimal(1),
        lines=1,
        added_at=START,
        person_id=1,
        now=START,
    )


async def kept_before(tx: Tx, table: Any, text: str, **values: Any) -> None:
    """Write a row as it was written when each way had a hash of its own."""
    own = tx.vault.unit_hashes(text)[ways(text).index(text)]
    await tx.execute(insert(table).values(shop_id=1, hash=own, seen_at=START, **values))


@pytest.mark.parametrize("before", [False, True])
async def test_an_account_is_recognised_however_it_is_written(
    store: Store, *, before: bool
) -> None:
    async with store.write() as tx:
        shown = order("1", "null" if before else '["anna|Pw:1"]')
        await take_in_order(tx, 1, shown, looked_at=START, now=START, quiet=True)
        if before:
            await kept_before(tx, unit_hashes, "anna|Pw:1", order_id="1", state="confirmed")
            await kept_before(
                tx, stock_hashes, "anna|Pw:1", product_id="p1", kept=True, intent_id=1
            )
        else:
            await stock.mark(tx, 1, "p1", goods("anna|Pw:1"), 1, START, kept=True)
        for way in ("anna|Pw:1", "anna:Pw:1", " anna : Pw:1"):
            assert await units.known(tx, 1, "2", goods("x:y", way)) == {1: "TK1"}
            assert await units.on_order(tx, 1, "1", goods("x:y", way)) == {1}
            assert await units.went_anywhere(tx, 1, goods(way))
            assert await stock.known(tx, 1, goods("x:y", way)) == {1: "p1"}
            assert [*await stock.origins(tx, 1, "p1", goods("x:y", way))] == [1]
        assert not await units.known(tx, 1, "2", goods("anna:Pw|1"))


async def test_an_account_that_was_imported_twice_counts_once_for_its_source(store: Store) -> None:
    async with store.write() as tx:
        # As it was before: a hash for each way, both of the pool and of the order.
        for intent_id, way in ((1, "anna:Pw1"), (2, "anna|Pw1")):
            await kept_before(
                tx, stock_hashes, way, product_id="p1", kept=True, intent_id=intent_id
            )
            await kept_before(tx, unit_hashes, way, order_id="1", state="confirmed")
            await said(tx, intent_id, "MegaKeys")
        # And in the pool of another product.
        await stock.mark(tx, 1, "p2", goods("anna : Pw1"), 3, START, kept=False)
        await stock.mark(tx, 1, "p2", goods("anna : Pw1"), 3, START, kept=True)
        await said(tx, 3, "Elsewhere")
        shown = order("1", '["anna|Pw1"]')
        assert await Recognising().unknown(tx, 1, [shown]) == set()
        await take_in_order(tx, 1, shown, looked_at=START, now=START, quiet=True)
        (one,) = by_source(await sources.sold(tx, 1, START))
        assert (one.name, one.units) == ("MegaKeys", 1)


@pytest.mark.parametrize(
    ("sold_as", "own_said", "origin", "counted"),
    [
        ("p1", True, (2, "MegaKeys"), ["MegaKeys"]),  # the order's own product, though a later one
        ("p1", False, (2, ""), []),  # of which nobody said anything: it is of no other source
        ("p3", True, (1, "Elsewhere"), ["Elsewhere"]),  # of none of its own: the first
    ],
)
async def test_a_unit_is_shown_as_of_the_import_that_it_counts_for(
    store: Store, sold_as: str, own_said: bool, origin: tuple[int, str], counted: list[str]
) -> None:
    async with store.write() as tx:
        for intent_id, product, after in ((1, "p2", 0), (2, "p1", 1), (3, "p4", 2)):
            at = START + timedelta(days=after)
            await stock.mark(tx, 1, product, goods("anna:Pw1"), intent_id, at, kept=True)
        await said(tx, 1, "Elsewhere")
        if own_said:
            await said(tx, 2, "MegaKeys")
        await said(tx, 3, "Last")
        shown = order("1", '["anna|Pw1"]').model_copy(update={"product_id": sold_as})
        await take_in_order(tx, 1, shown, looked_at=START, now=START, quiet=True)
        found = await stock.origins(tx, 1, sold_as, goods("anna|Pw1"))
        assert {at: (one.intent_id, one.source) for at, one in found.items()} == {0: origin}
        assert [one.name for one in by_source(await sources.sold(tx, 1, START))] == counted


async def test_what_is_surer_of_two_rows_of_an_account_holds(store: Store) -> None:
    async with store.write() as tx:
        for way, state, kept in (("a:b", "doubtful", False), ("a|b", "confirmed", True)):
            await kept_before(tx, unit_hashes, way, order_id="1", state=state)
            await kept_before(tx, stock_hashes, way, product_id="p1", kept=kept, intent_id=1)
        await one_account.gather(tx, 1, [tx.vault.unit_hashes("a : b")])
        ((state,),) = (await tx.execute(select(unit_hashes.c.state))).all()
        ((kept,),) = (await tx.execute(select(stock_hashes.c.kept))).all()
        assert (state, kept) == ("confirmed", True)


async def test_an_order_that_was_kept_in_ways_of_before_is_taken_in_once_more(store: Store) -> None:
    shown, look = order("1", '["anna|Pw1"]'), Recognising()
    async with store.write() as tx:
        for way in ("anna:Pw1", "anna|Pw1"):
            await kept_before(tx, unit_hashes, way, order_id="1", state="confirmed")
        await kept_before(tx, stock_hashes, "anna|Pw1", product_id="p1", kept=True, intent_id=1)
        await said(tx, 1, "MegaKeys")
        assert await look.unknown(tx, 1, [shown]) == {"1"}
        await take_in_order(tx, 1, shown, looked_at=START, now=START, quiet=True)
        assert await look.unknown(tx, 1, [shown]) == set()
        assert len((await tx.execute(unit_hashes.select())).all()) == 1
        assert by_source(await sources.sold(tx, 1, START))[0].units == 1
