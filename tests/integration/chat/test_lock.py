"""The lock: nothing is written, nothing is shown, and the command line alone opens it again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.commands import locking as lock_commands
from bot.desk import batch_proposals, batches, locking, team
from bot.desk.locking import LockKeeper
from bot.model.intent import Outcome, State
from bot.model.person import Act, Person, Role
from bot.store import errands, intents, safety, settling
from bot.store.beside import open_beside
from bot.store.news import take_in_order
from bot.watch.teller import Teller
from tests.integration.desk.deeds import confirmed, delivery, reply
from tests.support.world import ANN, BEN, SAM, START, World, labels, shown

LOCKED = "🔒 Locked since"


async def code_of(world: World) -> str:
    async with world.store.write() as tx:
        made = await locking.first_code(tx, world.shop_id, world.now)
        assert made is not None
        assert await locking.first_code(tx, world.shop_id, world.now) is None
    return made


async def keeps(world: World) -> None:
    """Let the bot notice what the command line did."""
    await LockKeeper(world.shop).consider()
    await world.settle()


async def unlock(world: World) -> None:
    async with world.store.write() as tx:
        assert "Open again" in await lock_commands.unlock(tx, world.shop_id, world.now)
        assert "not locked" in await lock_commands.unlock(tx, world.shop_id, world.now)
    await keeps(world)


async def texts(world: World, who: int) -> str:
    return "\n".join(shown(each) for each in await world.from_bot(who))


async def card_of(world: World, who: int, order_id: str) -> Any:
    await world.says(who, await world.number(order_id))
    return await world.last(who)


async def again(world: World, who: int, message: Any) -> Any:
    (found,) = [m for m in await world.chat(who) if m["message_id"] == message["message_id"]]
    return found


async def test_a_stranger_with_the_code_locks_and_empties_everything(world: World) -> None:
    code = await code_of(world)
    order_id = await world.order()
    number = await world.number(order_id)
    card = await card_of(world, ANN, order_id)
    await world.says(ANN, "/orders")
    await world.says(ANN, "/balance")
    await world.says(BEN, "/report")
    assert number[-4:] in await texts(world, ANN)

    sent = await world.says(SAM, f"/lock {code.lower()}")
    assert shown(await world.last(SAM)).startswith("🔒 Locked: nothing is sent")
    assert all(each["message_id"] != sent for each in await world.chat(SAM))
    for who in (ANN, BEN):
        left = await texts(world, who)
        assert LOCKED in left
        for gone in (number, number[-4:], "Balance", "paid order", "Netflix", "Windows"):
            assert gone not in left
    assert labels(await again(world, ANN, card)) == []

    world.clock.advance(1)
    # No command and no button does anything, but /health says why.
    asked = len(world.market_line.asked)
    for text in ("/start", "/menu", "/orders", "/settings", number, "anna:Hunter2222"):
        await world.says(ANN, text)
        assert shown(await world.last(ANN)).startswith(LOCKED)
    assert await world.forges(ANN, card["message_id"], f"or:{order_id}") == (
        "Locked. Only the server's command line opens it again."
    )
    for data in (f"rf:{order_id}", f"sg:{order_id}", "ba", "lo:all:1", "ok:1", "se:main"):
        await world.forges(ANN, card["message_id"], data)
    await world.says(ANN, "/health")
    assert "🔒 Locked since 12:04" in shown(await world.last(ANN))
    await keeps(world)  # what was asked since is left there
    assert "🔒 Locked since 12:04" in shown(await world.last(ANN))
    assert number[-4:] not in await texts(world, ANN)
    assert len(world.market_line.asked) == asked
    assert await world.rows("select * from intents") == []

    await unlock(world)
    assert number in shown(await again(world, ANN, card))
    assert labels(await again(world, ANN, card))
    assert "Open again" in await texts(world, BEN)
    await world.says(ANN, "/orders")
    assert number[-4:] in await texts(world, ANN)
    deeds = await world.rows("select deed, person_id from audit where deed like '%lock%'")
    assert deeds == [("lock_code_made", None), ("locked", SAM), ("unlocked", None)]


async def test_what_was_confirmed_held_or_proposed_is_never_sent(world: World) -> None:
    code = await code_of(world)
    first, second = await world.order(), await world.order()
    ticket_id = await world.ticket(second)
    # A refund and a delivery that are confirmed, and a reply in its five seconds.
    asked = await delivery(world)
    card = await card_of(world, ANN, first)
    refund = next(label for label in labels(card) if label.startswith("↩️ Refund"))
    await world.presses(ANN, card, refund)
    await world.says(BEN, (await world.true_ticket(ticket_id))["ticket_no"])
    ticket_card = await world.last(BEN)
    await world.says(BEN, "We look into it", reply_to=ticket_card["message_id"])
    await confirmed(world, asked)
    assert await world.one("select state from unit_hashes") == "reserved"
    async with world.store.write() as tx:
        (goods, one, held) = await settling.unfinished(tx, world.shop_id)
        assert held.fires_at is not None
        assert await intents.confirm(tx, one, ANN, world.now) == "won"
    await world.says(SAM, f"/lock\n{code}")  # as it is pasted below the command
    await world.later(3600)
    async with world.store.read() as tx:
        ended = [await intents.get(tx, each.id) for each in (goods, one, held)]
    assert [each.state for each in ended if each] == [State.EXPIRED] * 3
    await unlock(world)
    await world.later(3600)
    for kind in ("refund", "ticket_reply", "deliver"):
        assert await world.changes(kind) == []
    # What was confirmed is written down as not done, and its unit may go to another order.
    rows = await world.rows("select subject_id, person_id from audit where deed = 'not_done'")
    assert rows == [(goods.subject_id, ANN), (first, ANN)]
    assert await world.rows("select * from unit_hashes") == []


async def test_what_is_confirmed_in_that_very_moment_is_stopped_at_the_call(world: World) -> None:
    held = await reply(world)
    order_id = await world.order()
    card = await card_of(world, ANN, order_id)
    refund = next(label for label in labels(card) if label.startswith("↩️ Refund"))
    await world.presses(ANN, card, refund)
    async with world.store.write() as tx:
        (one,) = [
            each
            for each in await settling.unfinished(tx, world.shop_id)
            if each.subject_id == order_id
        ]
        await intents.confirm(tx, one, ANN, world.now)
        # The command line: the row alone, and nobody ends what waits.
        await safety.lock(tx, world.shop_id, None, world.now)
    await world.later(6)
    assert await world.changes("refund") == await world.changes("ticket_reply") == []
    async with world.store.read() as tx:
        ended = [await intents.get(tx, number) for number in (held.intent_id, one.id)]
    for each in ended:
        assert each is not None
        assert (each.state, each.outcome.reason) == (State.REFUSED, "locked")


async def test_changes_of_many_products_stop_with_the_first(world: World) -> None:
    await world.product()
    ids = [product.product_id async for product in world.marketplace.every_product()]
    ann = await world.person(ANN)
    async with world.store.write() as tx:
        given: dict[str, Any] = {"chat_id": ANN, "now": world.now}
        await batch_proposals.propose_status(tx, world.shop, ann, ids, "paused", **given)
        await batches.pressed(tx, world.shop, ann, "1", "yes", **given)
        await locking.lock(tx, world.shop, None, world.now)
    await world.settle()
    assert await world.changes("product_updated") == []
    assert await world.one("select state from batches") == "stopped"
    assert await world.rows("select * from intents where state <> 'expired'") == []
    items = await world.rows("select state, reason from batch_items where state <> 'waiting'")
    assert items == [("refused", "locked")] * 2


async def test_a_change_of_many_products_that_was_proposed_or_is_all_under_way_ends_with_the_lock(
    world: World,
) -> None:
    await world.product()
    ids = [product.product_id async for product in world.marketplace.every_product()]
    ann = await world.person(ANN)
    given: dict[str, Any] = {"chat_id": ANN, "now": world.now}
    async with world.store.write() as tx:
        await batch_proposals.propose_status(tx, world.shop, ann, ids, "paused", **given)
        await batch_proposals.propose_status(tx, world.shop, ann, ids, "paused", **given)
        await batches.pressed(tx, world.shop, ann, "1", "yes", **given)
        for intent in await settling.unfinished(tx, world.shop_id):
            await settling.dispatched(tx, intent, world.now)
        await locking.lock(tx, world.shop, None, world.now)
    ended = await world.rows("select state, reason from batches order by id")
    assert ended == [("stopped", "locked"), ("expired", "")]
    # What was on its way begins no other one when it ends, whether locked still or opened again.
    await unlock(world)
    said = await texts(world, ANN)
    assert "Stopped: 0 of" in said
    assert "The confirmation expired" in said
    async with world.store.write() as tx:
        for intent in await settling.unfinished(tx, world.shop_id):
            await intents.finish(tx, intent, State.DONE, Outcome(reason="done"), world.now)
            await batches.ended(tx, intent, State.DONE, Outcome(reason="done"), world.now)
        assert await settling.unfinished(tx, world.shop_id) == ()


async def test_the_command_line_s_lock_is_noticed_and_pushes_wait_for_the_end(
    world: World,
) -> None:
    teller = Teller(world.store, world.shop_id, now=world.clock.now)
    known = await world.order()
    card = await card_of(world, ANN, known)
    # Another connection, as the command line has it while the bot runs.
    url = f"sqlite+aiosqlite:///{world.store.path}"
    async with open_beside(url, None) as beside, beside.write() as tx:
        assert "Locked: nothing" in await lock_commands.lock(tx, world.shop_id, world.now)
        assert "already" in await lock_commands.lock(tx, world.shop_id, world.now)
    await keeps(world)
    assert shown(await again(world, ANN, card)).startswith(LOCKED)
    # It survives a restart: another keeper finds nothing to do.
    assert await LockKeeper(world.shop).consider() is False

    order_id = await world.order(known=False)
    number = await world.number(order_id)
    order = await world.marketplace.get_order(order_id)
    async with world.store.write() as tx:
        await take_in_order(tx, world.shop_id, order, looked_at=world.now, now=world.now)
    assert await teller.tell() == (0, 0)
    await world.later(60)
    assert number not in await texts(world, ANN)
    await unlock(world)
    await teller.tell()
    await world.settle()
    for who in (ANN, BEN):
        assert number in await texts(world, who)


async def test_a_fault_while_a_lock_is_looked_after_ends_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = asyncio.Event()

    class Keeper(LockKeeper):
        faults = 1

        async def consider(self) -> bool:
            if self.faults:
                self.faults -= 1
                raise LookupError
            looks.set()
            return False

    monkeypatch.setattr(locking, "_LOOK_SECONDS", 0)
    task = asyncio.create_task(Keeper(world.shop).run())
    await asyncio.wait({task, asyncio.create_task(looks.wait())}, return_when="FIRST_COMPLETED")
    assert looks.is_set()
    task.cancel()
    await asyncio.wait({task})


async def test_what_was_on_its_way_is_held_or_taken_away(world: World) -> None:
    order_id = await world.order()
    number = await world.number(order_id)
    await world.telegram_trouble("sendMessage", "status", status=500, times=1)
    await world.says(ANN, number)  # its card is tried again in a moment
    async with world.store.write() as tx:
        await safety.lock(tx, world.shop_id, None, world.now)
    await world.later(60)  # before anything is emptied
    assert number not in await texts(world, ANN)
    await keeps(world)
    await world.later(60)
    assert number not in await texts(world, ANN)
    await unlock(world)
    assert number in await texts(world, ANN)


async def test_what_was_asked_or_begun_before_comes_to_nothing(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, f"/deliver {await world.number(order_id)}")
    async with world.store.write() as tx:
        ann = await world.person(ANN)
        invited = await team.invite(tx, world.shop, ann, Role.OWNER, "shop_bot", world.now)
        to: dict[str, Any] = {"chat_id": ANN, "person_id": ANN, "body": {}, "now": world.now}
        await errands.send(tx, shop_id=world.shop_id, kind="balance", **to)
        await locking.lock(tx, world.shop, None, world.now)
    asked = len(world.market_line.asked)
    await world.settle()
    assert len(world.market_line.asked) == asked
    assert await world.pins.consider() == 0
    assert await world.rows("select state from drafts") == [("cancelled",)]
    # Nobody joins a locked shop.
    await world.says(SAM, f"/start {invited.code}")
    assert await world.one("select count(*) from members") == 2
    await unlock(world)
    assert "does not allow" not in await texts(world, ANN)
    await world.says(ANN, "anna:Hunter2222")
    assert await world.rows("select * from intents") == []
    # Whoever had the phone may have made the invitation: it is over.
    await world.says(SAM, f"/start {invited.code}")
    assert await world.one("select count(*) from members") == 2


async def test_wrong_codes_lock_nothing_and_the_sixth_of_an_account_is_not_looked_at(
    world: World,
) -> None:
    code = await code_of(world)
    for _ in range(locking.TRIES):
        await world.says(SAM, "/lock AAAA-BBBB-CCCC")
    told = await world.from_bot(SAM)
    assert [shown(each) for each in told] == ["That is not the code: nothing was locked."] * 5
    await world.says(SAM, f"/lock {code}")
    assert len(await world.from_bot(SAM)) == 5
    # Nor does one that a group reads along.
    group = (await world.act("/groups", title="Shop", members=[ANN]))["chat_id"]
    await world.says(ANN, f"/lock {code}", chat=group)
    await world.says(ANN, "/menu")
    assert LOCKED not in await texts(world, ANN)
    # An owner is another account; without a code they are told how.
    await world.says(ANN, "/lock")
    assert "lock code" in shown(await world.last(ANN))
    world.clock.advance(locking.WITHIN.total_seconds())
    await world.says(SAM, f"/lock {code}")
    assert LOCKED in await texts(world, ANN)


async def test_a_new_code_ends_the_old_one_and_none_stands_in_the_clear(world: World) -> None:
    old = await code_of(world)
    async with world.store.write() as tx:
        new = await locking.new_code(tx, world.shop_id, world.now)
    await world.says(SAM, f"/lock {old}")
    assert LOCKED not in await texts(world, ANN)
    for name in ("shop.db", "shop.db-wal"):
        path = world.store.path.with_name(name)
        content = path.read_bytes() if path.exists() else b""
        assert new.replace("-", "").encode() not in content
    await world.says(SAM, f"/lock {new.replace('-', ' ')}")
    assert LOCKED in await texts(world, ANN)


@pytest.mark.parametrize("role", Role)
def test_in_a_locked_shop_nobody_may_anything(role: Role) -> None:
    assert not any(Person(1, "Ann", role, locked_since=START).may(act) for act in Act)
