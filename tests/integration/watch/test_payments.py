"""Payments are read once as a whole, in the background, and then as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from bot.model.payment import Payment
from bot.store import payments, people, positions
from bot.store.database import Store
from bot.supplier.budget import Priority
from bot.supplier.envelope import Page
from bot.supplier.errors import Forbidden, NotFound
from bot.supplier.operations import Operation
from bot.watch.payments import PaymentWatch
from tests.support.ready import ready_store

START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Till:
    """A list of payments as marketplaces give it."""

    sort: Literal["newest", "oldest"] = "newest"
    totals: bool = True
    behind: Literal["empty", "missing", "repeat"] = "empty"
    size: int = 3
    paid: list[Payment] = field(default_factory=list)
    asked: list[tuple[int, Priority]] = field(default_factory=list)
    closed: bool = False

    def pay(self, many: int = 1) -> None:
        for _ in range(many):
            place = len(self.paid)
            at = START + timedelta(minutes=place)
            self.paid.append(
                Payment(
                    payment_no=f"PAY{1772446511113 + place}",
                    order_id=f"o{place}",
                    amount=Decimal("9.90"),
                    payment_method="balance",
                    status="pending_payment",
                    created_at=at,
                )
            )

    async def list_payments(
        self, *, page: int = 1, page_size: int = 100, priority: Priority = Priority.SWEEP
    ) -> Page[Payment]:
        self.asked.append((page, priority))
        if self.closed:
            raise Forbidden(Operation.LIST_PAYMENTS, "forbidden")
        listed = self.paid[::-1] if self.sort == "newest" else self.paid
        found = listed[(page - 1) * self.size : page * self.size]
        if not found and page > 1:
            if self.behind == "missing":
                raise NotFound(Operation.LIST_PAYMENTS, "not_found")
            if self.behind == "repeat":
                found = listed[-self.size :]
        total = len(listed) if self.totals else None
        return Page(tuple(found), total, page, page_size)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await ready_store(tmp_path)
    async with store.write() as tx:
        await people.the_shop(tx, START)
    yield store
    await store.close()


def watch(store: Store, till: Till) -> PaymentWatch:
    return PaymentWatch(store, till, 1, calls_per_minute=60, now=lambda: START + timedelta(days=1))


async def known(store: Store) -> int:
    async with store.read() as tx:
        return await payments.count(tx, 1)


async def progress(store: Store) -> str:
    async with store.read() as tx:
        return await positions.progress(tx, 1, "payments")


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("behind", ["empty", "missing", "repeat"])
async def test_all_are_read_once_and_then_the_new_ones(
    store: Store,
    sort: Literal["newest", "oldest"],
    totals: bool,
    behind: Literal["empty", "missing", "repeat"],
) -> None:
    till = Till(sort, totals, behind)
    till.pay(8)
    assert await progress(store) == "nothing"
    await watch(store, till).look()
    assert await progress(store) == "some"
    watching = watch(store, till)  # a process that died: this one goes on where it stood
    for _ in range(20):
        await watching.look()
        if await progress(store) == "all":
            break
    assert await known(store) == 8
    assert {priority for _, priority in till.asked} == {Priority.HISTORY}
    assert sum(page == 1 for page, _ in till.asked) <= 4
    for many in (1, 5):
        till.pay(many)
        await watching.look()
        assert await known(store) == len(till.paid)
    till.asked.clear()
    await watching.look()
    assert len(till.asked) <= 4  # what is known costs a few calls a minute


@pytest.mark.parametrize("behind", ["empty", "repeat"])
async def test_where_the_last_page_is_full_what_comes_behind_it_is_found_all_the_same(
    store: Store, behind: Literal["empty", "repeat"]
) -> None:
    till = Till("oldest", totals=False, behind=behind, size=10)
    till.pay(10)
    watching = watch(store, till)
    while await progress(store) != "all":
        await watching.look()
    for many in (20, 1, 9, 10, 1):
        till.pay(many)
        till.paid[0] = till.paid[0].model_copy(update={"amount": Decimal(many)})
        await watching.look()
        assert await known(store) == len(till.paid)
    async with store.read() as tx:
        assert (await positions.read(tx, 1, "payments.walk"))["last"] == 6


async def test_what_changes_later_is_seen_in_time(store: Store) -> None:
    till = Till()
    till.pay(8)
    watching = watch(store, till)
    while await progress(store) != "all":
        await watching.look()
    till.paid[0] = till.paid[0].model_copy(update={"status": "completed_payment"})
    for _ in range(3):
        await watching.look()
    async with store.read() as tx:
        first = await payments.by_number(tx, 1, "pay1772446511113")
        found, total = await payments.search(tx, 1, ("balance", "9.9"), 1, 5)
        none, _ = await payments.search(tx, 1, ("100%",), 1, 5)
    assert first is not None
    assert first.status == "completed_payment"
    assert (len(found), total, none) == (5, 8, ())


async def test_a_list_that_is_refused_is_said_and_read_when_it_opens(store: Store) -> None:
    till = Till(closed=True)
    till.pay(2)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        till.closed = False
        if len(slept) == 2:
            raise EOFError

    watching = PaymentWatch(store, till, 1, calls_per_minute=60, now=lambda: START, sleep=sleep)
    with pytest.raises(EOFError):
        await watching.run()
    assert watching.health().known == 2
    assert slept[0] == 60
