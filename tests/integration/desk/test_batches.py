"""Several products at once: who may, which button does what in which state, how it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from bot.chat import press_words
from bot.desk import batch_proposals, batches
from bot.desk.errors import NotPossible
from bot.desk.product_changes import ProductStatus
from bot.desk.taking_up import take_up
from bot.model.batch import AT_ONCE, Exactly, Table
from bot.model.intent import EXPIRES_AFTER, Kind, Outcome, State
from bot.model.person import Person, Role
from bot.model.press import Press, Verb
from bot.model.product import ACTIVE, PAUSED
from bot.model.product_plans import ProductStatusPlan
from bot.model.shelf import Shelf
from bot.store import batches as known
from bot.store import intents, settling
from bot.store import products as known_products
from bot.store.database import Tx
from tests.support.world import ANN, BEN, CLEO, START, World, labels

Do = Callable[[Tx, Person], Awaitable[None]]


async def products(world: World, count: int = 4) -> list[str]:
    """Let as many products be known, and on sale; return them as a batch orders them."""
    await world.product()
    await sql(
        world,
        "delete from products where product_id not in (select product_id from"
        " products order by product_id limit :count)",
        count=count,
    )
    async with world.store.read() as tx:
        rows, _ = await known_products.page(tx, world.shop_id, Shelf(), 1, 100)
        ids = {row.product.product_id for row in rows}
        found = [each.product.product_id for each in await known_products.by_ids(tx, 1, ids)]
    await become(world, found, ACTIVE)
    return found


async def become(world: World, ids: list[str], status: str) -> None:
    """Let a look have shown these products with a status."""
    async with world.store.write() as tx:
        for product_id in ids:
            await known_products.became(tx, world.shop_id, product_id, world.now, status=status)


async def pauses(world: World, ids: list[str]) -> None:
    """Propose to pause these."""
    async with world.store.write() as tx:
        await batch_proposals.propose_status(
            tx, world.shop, await world.person(ANN), ids, PAUSED, chat_id=ANN, now=world.now
        )


async def press(world: World, word: str, who: int = ANN, batch: str = "1") -> str:
    """Press a button; nothing is carried out. Return why it was not possible, or nothing."""
    person = await world.person(who)
    async with world.store.write() as tx:
        try:
            given: dict[str, Any] = {"chat_id": who, "now": world.now}
            await batches.pressed(tx, world.shop, person, batch, word, **given)
        except NotPossible as stop:
            return stop.reason
    return ""


async def toast(world: World, word: str) -> str:
    """Return the name of what answers a press of a button at once; empty for none."""
    person = await world.person(ANN)
    async with world.store.read() as tx:
        data, place = Press(Verb.BATCH, "1", word).pack(), press_words.Place(world.shop_id)
        return await press_words.words(tx, data, person, place)


async def sql(world: World, statement: str, **values: Any) -> None:
    async with world.store.write() as tx:
        await tx.execute(text(statement), values)


async def items(world: World) -> list[tuple[str, str]]:
    return await world.rows("select state, reason from batch_items where batch_id = 1")


@asynccontextmanager
async def refused(reason: str) -> AsyncIterator[None]:
    with pytest.raises(NotPossible, match=f"^{reason}$"):
        yield


async def test_who_may_not_is_refused_by_every_step(world: World) -> None:
    ids = await products(world)
    await world.becomes(BEN, Role.OPERATOR)
    await world.join(CLEO, Role.VIEWER)
    given: dict[str, Any] = {"chat_id": ANN, "now": world.now}
    price = Exactly(Decimal(9))

    async def reprices(tx: Tx, who: Person) -> None:
        await batch_proposals.propose_prices(
            tx, world.shop, who, ids, price, message_id=None, **given
        )

    async def stops(tx: Tx, who: Person) -> None:
        await batch_proposals.propose_status(tx, world.shop, who, ids, PAUSED, **given)

    async def closes(tx: Tx, who: Person) -> None:
        await batch_proposals.pause_shop(tx, world.shop, who, **given)

    async def opens(tx: Tx, who: Person) -> None:
        await batch_proposals.open_shop(tx, world.shop, who, **given)

    steps: list[tuple[int, Do]] = [(BEN, reprices), (CLEO, stops), (CLEO, closes), (CLEO, opens)]
    async with world.store.write() as tx:
        ann = await world.person(ANN)
        await closes(tx, ann)
        await reprices(tx, ann)
        for who, does in steps:
            async with refused("not_allowed"):
                await does(tx, await world.person(who))
    assert await press(world, "yes", CLEO, "1") == "not_allowed"
    assert await press(world, "yes", BEN, "2") == "not_allowed"
    assert await world.rows("select state from batches") == [("proposed",)] * 2
    # Nor does a number of another shop, or of none.
    await sql(world, "insert into shops (id, name, created_at) values (2, '', :at)", at=str(START))
    await sql(world, "update batches set shop_id = 2 where id = 1")
    for number in ("1", "3", "-1", "9" * 30, "x"):
        assert await press(world, "yes", ANN, number) == "gone"


BUTTONS = ("yes", "no", "stop", "on", "undo", "odd")
# In which state which buttons do anything; the others say that they are of before.
DOES = {
    "proposed": {"yes", "no"},
    "running": {"stop"},
    "stopped": {"on", "undo"},
    "done": {"undo"},
    "declined": set[str](),
    "expired": set[str](),
}


async def test_a_button_of_before_does_nothing(world: World) -> None:
    ids = await products(world)
    await pauses(world, ids)
    await sql(world, "update batch_items set state = 'done'")
    await become(world, ids, PAUSED)
    for state, does in DOES.items():
        for word in BUTTONS:
            await sql(world, "update batches set state = :state where id = 1", state=state)
            # The toast says so, too, and of a change that was made it says nothing else.
            assert (await toast(world, word) == "") is (word in does), (state, word)
            if word in does:
                continue
            said = await press(world, word)
            assert said == ("gone" if word == "undo" else "taken"), (state, word)
            assert await world.rows("select state from batches") == [(state,)]
    # What was taken back is not taken back again.
    await sql(world, "update batches set state = 'done', undone_by = 1")
    assert await press(world, "undo") == await toast(world, "undo") == "gone"
    assert await toast(world, "yes") == "taken"
    assert await world.rows("select * from intents") == []


async def test_a_proposal_is_confirmed_in_time_for_something_and_not_for_too_much(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await products(world)
    for state in (PAUSED, "rejected"):
        await become(world, ids, state)
        async with refused("nothing_would_change"):
            await pauses(world, ids)
    await become(world, ids, ACTIVE)
    monkeypatch.setattr(batch_proposals, "MAX_ITEMS", 3)
    async with refused("too_many_picked"):
        await pauses(world, ids)
    monkeypatch.undo()
    await pauses(world, ids)
    world.clock.advance(EXPIRES_AFTER.total_seconds())
    assert await press(world, "yes") == ""
    assert await world.rows("select state from batches") == [("expired",)]
    assert await world.rows("select * from intents") == []


async def ends(
    world: World, place: int, state: State, reason: str = "done", batch: int = 1
) -> None:
    """Let the change of one product end."""
    async with world.store.write() as tx:
        (item,) = [each for each in await known.items_of(tx, batch) if each.place == place]
        intent = await intents.get(tx, item.intent_id or 0)
        assert intent is not None
        outcome = Outcome(reason=reason)
        if state is State.UNKNOWN:
            await settling.lost(tx, intent, outcome, world.now, world.now)
            await batches.lost(tx, intent, world.now)
        else:
            await intents.finish(tx, intent, state, outcome, world.now)
            await batches.ended(tx, intent, state, outcome, world.now)


async def states(world: World) -> list[str]:
    return [state for state, _ in await items(world)]


async def test_two_go_out_at_a_time_and_it_is_done_once_all_of_them_are_known(world: World) -> None:
    ids = await products(world, 5)
    await pauses(world, ids)
    # Somebody changes the second one at this moment.
    async with world.store.write() as tx:
        made = await intents.propose(
            tx,
            shop_id=1,
            kind=Kind.PRODUCT_STATUS,
            subject_kind="product",
            subject_id=ids[1],
            plan=ProductStatusPlan(status=PAUSED),
            chat_id=ANN,
            person_id=ANN,
            now=world.now,
        )
        assert await intents.confirm(tx, made, ANN, world.now) == "won"
    assert AT_ONCE == 2
    assert await press(world, "yes") == ""
    assert await states(world) == ["sending", "skipped", "sending", "waiting", "waiting"]
    await ends(world, 0, State.DONE)
    assert await states(world) == ["done", "skipped", "sending", "sending", "waiting"]
    # One that is lost lets the next one go; a stop lets none go.
    await ends(world, 2, State.UNKNOWN)
    assert await states(world) == ["done", "skipped", "unknown", "sending", "sending"]
    await ends(world, 3, State.DONE)
    await ends(world, 4, State.REFUSED, "refused")
    assert await world.one("select state from batches") == "running"
    await ends(world, 2, State.DONE)
    assert await world.one("select state from batches") == "done"
    assert await states(world) == ["done", "skipped", "done", "done", "refused"]


async def test_after_three_lost_answers_or_an_absent_marketplace_the_rest_waits(
    world: World,
) -> None:
    await pauses(world, await products(world, 6))
    assert await press(world, "yes") == ""
    for place in range(3):
        assert await world.one("select state from batches") == "running"
        await ends(world, place, State.UNKNOWN)
    assert await world.one("select state, reason from batches") == ("stopped", "unsure")
    assert (await states(world))[3:] == ["sending", "waiting", "waiting"]
    await ends(world, 3, State.DONE)
    assert (await states(world))[4:] == ["waiting"] * 2
    assert await press(world, "on") == ""
    assert (await states(world))[3:] == ["done", "sending", "sending"]
    await ends(world, 4, State.REFUSED, "refused")
    assert await world.one("select state from batches") == "running"
    await ends(world, 5, State.REFUSED, "unavailable")
    assert await world.one("select state, reason from batches") == ("stopped", "unavailable")
    # What was not sent goes out when it goes on; what the marketplace refused does not.
    assert await press(world, "on") == ""
    assert (await states(world))[4:] == ["refused", "sending"]


async def dies(world: World) -> None:
    """Let one change have ended, and one be lost, of which nobody could note anything any more."""
    await sql(world, "update intents set state = 'done', finished_at = created_at where id = 1")
    await sql(world, "update intents set dispatched_at = created_at where id = 2")


async def starts(world: World) -> None:
    async with world.store.write() as tx:
        taken = await take_up(tx, world.shop_id, world.now)
    assert (taken.messages, taken.intents, taken.spoiled) == (0, 1, 0)


async def test_after_a_death_what_became_of_each_is_noted_and_it_goes_on(world: World) -> None:
    await pauses(world, await products(world, 5))
    assert await press(world, "yes") == ""
    await dies(world)
    await starts(world)
    assert await states(world) == ["done", "unknown", "sending", "sending", "waiting"]
    # What ends long after it was confirmed lets nothing follow by itself.
    world.clock.advance(EXPIRES_AFTER.total_seconds() + 1)
    await ends(world, 1, State.DONE)
    assert await states(world) == ["done", "done", "sending", "sending", "waiting"]
    assert await world.one("select state, reason from batches") == ("stopped", "expired")


async def test_a_fault_of_ours_in_the_call_leaves_that_one_unknown_and_the_next_goes_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        """Find nothing that stops it."""

    async def fails(*_: object) -> Outcome:
        raise LookupError

    monkeypatch.setattr(ProductStatus, "before", nothing)
    monkeypatch.setattr(ProductStatus, "carry_out", fails)
    await pauses(world, await products(world))
    assert await press(world, "yes") == ""
    async with world.store.read() as tx:
        first, *_ = await settling.due(tx, world.now)
    await world.executor._take(first)
    assert await states(world) == ["unknown", "sending", "sending", "waiting"]


async def test_what_was_confirmed_before_a_long_stop_is_asked_anew(world: World) -> None:
    await pauses(world, await products(world, 5))
    assert await press(world, "yes") == ""
    await dies(world)
    world.clock.advance(EXPIRES_AFTER.total_seconds() + 1)
    await starts(world)
    assert await states(world) == ["done", "unknown", "waiting", "waiting", "waiting"]
    await world.send()
    message = await world.last(ANN)
    assert "Stopped: 1 of 5 done" in message["text"]
    assert "Go on with the other 3" in labels(message)
    assert await press(world, "on") == ""
    assert await states(world) == ["done", "unknown", "sending", "sending", "waiting"]


async def test_what_others_did_is_not_taken_back_and_what_they_moved_is_back_already(
    world: World,
) -> None:
    ids = await products(world, 3)
    await pauses(world, ids)
    await sql(world, "update batches set state = 'done'")
    await sql(world, "update batch_items set state = 'done' where place < 2")
    await sql(world, "update batch_items set state = 'refused' where place = 2")
    await become(world, ids, PAUSED)
    assert await press(world, "undo") == ""
    taken = await world.rows("select product_id from batch_items where batch_id = 2")
    assert taken == [(each,) for each in ids[:2]]
    assert await press(world, "yes", batch="2") == ""
    await ends(world, 0, State.DONE, batch=2)
    assert await world.one("select undone_by from batches where id = 1") is None
    await ends(world, 1, State.REFUSED, "product_moved", batch=2)
    assert await world.one("select undone_by from batches where id = 1") == 2
    # Taken back in its turn, that stands again.
    await become(world, ids, ACTIVE)
    assert await press(world, "undo", batch="2") == ""
    assert await press(world, "yes", batch="3") == ""
    await ends(world, 0, State.DONE, batch=3)
    assert await world.rows("select undone_by from batches") == [(None,), (3,), (None,)]


async def test_a_table_of_prices_leaves_out_what_is_unclear_or_none(world: World) -> None:
    ids = await products(world, 4)
    async with world.store.write() as tx:
        for product_id in ids[:2]:
            await known_products.became(tx, 1, product_id, world.now, title="One  title")
        for product_id in ids[2:]:
            await known_products.became(tx, 1, product_id, world.now, price=Decimal("5.00"))
        rows = (
            ("one title", Decimal(7)),
            (ids[1], Decimal(8)),
            (ids[1], Decimal(9)),
            (ids[2], Decimal(0)),
            (ids[3], Decimal(5)),
            ("nobody's", Decimal(5)),
        )
        await batch_proposals.propose_prices(
            tx,
            world.shop,
            await world.person(ANN),
            (),
            Table(rows),
            chat_id=ANN,
            message_id=None,
            now=world.now,
        )
        batch = await known.get(tx, 1)
    assert batch is not None
    why = [reason for _, reason in batch.left_out]
    assert why == ["two", "twice", "not_found", "no_such_price", "same"]
    assert await world.rows("select product_id, after from batch_items") == [(ids[1], "8")]
    # Where there was no price before, there is none to go back to.
    await sql(world, "update batch_items set state = 'done', before = ''")
    await sql(world, "update batches set state = 'done'")
    async with world.store.write() as tx:
        await known_products.became(tx, 1, ids[1], world.now, price=Decimal(8))
    assert await press(world, "undo") == "nothing_would_change"


async def test_the_oldest_pause_that_stands_is_the_one_that_is_taken_back(world: World) -> None:
    ids = await products(world)
    ann = await world.person(ANN)
    given: dict[str, Any] = {"chat_id": ANN, "now": world.now}
    for number, state in enumerate(("declined", "done", "done", "done"), 1):
        await pauses(world, ids[:number])
        values = {"id": number, "state": state, "undone": 1 if number == 2 else None}
        await sql(
            world,
            "update batches set why = 'pause_shop', state = :state, undone_by = :undone"
            " where id = :id",
            **values,
        )
    await sql(world, "update batch_items set state = 'done'")
    await become(world, ids, PAUSED)
    async with world.store.write() as tx:
        await batch_proposals.open_shop(tx, world.shop, ann, **given)
    assert await world.one("select undoes from batches where id = 5") == 3
