"""Imports of several calls: pieces, what nobody can read, and what a person says of it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from bot.desk import locking
from bot.desk.confirming import answer, confirm, halt
from bot.desk.errors import NotPossible
from bot.desk.pieces import edited
from bot.model.intent import Intent, Outcome, State
from bot.model.person import Role
from bot.model.product_plans import StockPlan
from bot.store import intents, safety, settling
from sandbox.marketplace.faults import Kind as Fault
from tests.support.world import ANN, BEN, World, labels, shown

LINES = [f"user{at}:Secret{at:04}" for at in range(450)]


async def ask(world: World, lines: list[str], who: int = ANN, title: str = "Windows") -> str:
    """Reply to a product's card with accounts; return the product's ID."""
    product = await world.product(title)
    await world.says(who, f"/product {product}")
    card = await world.last(who)
    for start in range(0, len(lines), 200):
        # As an app cuts it: the first piece replies to the card, the others follow at once.
        part = "\n".join(lines[start : start + 200])
        more: dict[str, Any] = {"reply_to": card["message_id"]} if start == 0 else {}
        await world.says(who, part, **more)
    return product


async def confirmed(world: World, lines: list[str]) -> None:
    await ask(world, lines)
    await world.presses(ANN, await world.last(ANN), f"Send {len(lines)}")


async def added(world: World) -> int:
    """Return how many accounts the marketplace's ledger says we added."""
    return sum(change["detail"]["count"] for change in await world.changes("stock_added"))


async def fault(world: World, kind: Fault, **more: Any) -> None:
    await world.trouble("append_product_accounts", kind, **more)


async def test_an_import_goes_out_in_pieces_and_says_how_many_orders_it_serves(
    world: World,
) -> None:
    product = await world.product("Spotify")
    stocked = int((await world.look("/state"))["pools"][product])
    await world.control("/orders", product_id=product, quantity=stocked)
    await world.control("/orders", product_id=product, quantity=2)
    await ask(world, LINES, title="Spotify")
    preview = await world.last(ANN)
    assert "450 accounts, as login and password" in preview["text"]
    assert "Put together from 3 messages" in preview["text"]
    assert "Secret0001" not in preview["text"]
    await world.presses(ANN, preview, "Send 450")
    assert [change["detail"]["count"] for change in await world.changes("stock_added")] == [
        200,
        200,
        50,
    ]
    done = await world.last(ANN)
    assert "✅ 450 accounts added by Ann" in done["text"]
    assert "orders that waited" in done["text"] or "order that waited" in done["text"]


async def test_what_was_lost_on_the_way_stops_the_import_until_a_person_says(
    world: World,
) -> None:
    await ask(world, LINES)
    preview = await world.last(ANN)
    await fault(world, "close_after")
    await world.presses(ANN, preview, "Send 450")
    await world.later(300)
    asked = await world.last(ANN)
    assert "no clear answer to lines 1 to 200" in asked["text"]
    assert labels(asked) == ["They are there", "Send again", "Stop here"]
    assert await added(world) == 200
    await world.presses(ANN, asked, "They are there")
    assert "✅ 450 accounts added by Ann" in (await world.last(ANN))["text"]
    assert await added(world) == 450


async def test_a_piece_that_did_not_arrive_is_sent_again_on_request_alone(world: World) -> None:
    await fault(world, "close")
    await confirmed(world, LINES[:3])
    await world.later(300)
    assert await added(world) == 0
    await world.presses(ANN, await world.last(ANN), "Send again")
    assert "✅ 3 accounts added by Ann" in (await world.last(ANN))["text"]
    assert await added(world) == 3


async def test_where_it_stops_the_unclear_ones_are_named_and_the_rest_can_follow(
    world: World,
) -> None:
    await ask(world, LINES)
    await fault(world, "cut")
    await world.presses(ANN, await world.last(ANN), "Send 450")
    await world.later(2)
    await world.presses(ANN, await world.last(ANN), "Stop here")
    stopped = await world.last(ANN)
    assert "200 may be in the pool: nobody knows" in stopped["text"]
    assert "250 lines were not sent" in stopped["text"]
    await world.presses(ANN, stopped, "Go on with the other 250")
    await world.presses(ANN, await world.last(ANN), "Send 250")
    assert await added(world) == 450
    assert "✅ 250 accounts added by Ann" in (await world.last(ANN))["text"]


async def test_a_refusal_in_the_middle_says_what_was_added_before(world: World) -> None:
    await ask(world, LINES)
    preview = await world.last(ANN)
    await world.control("/faults", operation="append_product_accounts", kind="latency", seconds=0)
    await world.control(
        "/faults", operation="append_product_accounts", kind="refused", message="Not user200 here"
    )
    await world.presses(ANN, preview, "Send 450")
    told = await world.last(ANN)
    assert "Not added" in told["text"]
    assert "200 accounts were added before" in told["text"]
    assert "250 lines were not sent" in told["text"]
    assert "user200" not in told["text"]
    assert await added(world) == 200


async def test_a_death_within_a_call_asks_and_between_two_goes_on(world: World) -> None:
    await ask(world, LINES)
    preview = await world.last(ANN)
    # The first piece goes out, then the process dies before the second.
    await _confirm(world)
    await world.work()
    assert await added(world) == 200
    async with world.store.write() as tx:
        assert await settling.take_up(tx, world.now) == 0  # nothing is on its way
    await world.work()
    assert await added(world) == 400
    # It dies within the third.
    async with world.store.write() as tx:
        (intent,) = await settling.due(tx, world.now)
        await settling.dispatched(tx, intent, world.now)
        assert await settling.take_up(tx, world.now) == 1
    await world.settle()
    asked = await _message(world, preview)
    assert "no clear answer to lines 401 to 450" in asked["text"]
    assert "400 accounts were added before" in asked["text"]
    assert await added(world) == 400


async def _confirm(world: World) -> None:
    """Confirm; nothing is sent yet."""
    person = await world.person(ANN)
    number = await world.one("select max(id) from intents")
    async with world.store.write() as tx:
        await confirm(tx, world.shop, person, str(number), "all.2", world.now)


async def _message(world: World, message: Any) -> Any:
    return next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])


async def test_stop_ends_an_import_after_what_is_on_its_way(world: World) -> None:
    await ask(world, LINES)
    preview = await world.last(ANN)
    await _confirm(world)
    await world.work()
    await world.send()
    going = await _message(world, preview)
    assert "200 of 450 lines" in going["text"]
    await world.presses(ANN, going, "Stop")
    stopped = await _message(world, preview)
    assert "Stopped." in stopped["text"]
    assert "250 lines were not sent" in stopped["text"]
    assert await added(world) == 200
    # The button of before is told that it is none any more.
    with pytest.raises(NotPossible, match="gone"):
        async with world.store.write() as tx:
            await halt(tx, world.shop, await world.person(ANN), "1", world.now)


async def test_lines_that_went_out_before_are_named_and_left_out_first(world: World) -> None:
    order = await world.order()
    await world.says(ANN, await world.number(order))
    card = await world.last(ANN)
    await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    await confirmed(world, ["berta:Hunter3333"])
    await ask(
        world,
        ["anna:Hunter2222", "berta:Hunter3333", "clara|Hunter4444", "dora:5", "dora:5", "what?"],
    )
    preview = await world.last(ANN)
    assert f"Account 1 was delivered to order {await world.number(order)} before" in preview["text"]
    assert "Account 2 was added to the stock of Windows 11 Pro key before" in preview["text"]
    assert "1 double left out" in preview["text"]
    assert "Line 6 is no account" in preview["text"]
    assert labels(preview) == ["Send the 2 new ones", "Send all 4", "Cancel"]
    await world.presses(ANN, preview, "Send the 2 new ones")
    assert await added(world) == 3


async def test_a_line_that_is_delivered_after_the_preview_is_shown_again(world: World) -> None:
    await ask(world, ["anna:Hunter2222"])
    preview = await world.last(ANN)
    order = await world.order()
    await world.says(ANN, await world.number(order))
    await world.says(ANN, "anna:Hunter2222", reply_to=(await world.last(ANN))["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    await world.presses(ANN, preview, "Send 1")
    assert await added(world) == 0
    assert "was delivered to order" in (await _message(world, preview))["text"]


async def test_a_unit_that_may_be_on_its_way_to_an_order_goes_into_no_pool(world: World) -> None:
    order = await world.order()
    await world.says(ANN, await world.number(order))
    await world.says(ANN, LINES[0], reply_to=(await world.last(ANN))["message_id"])
    await world.trouble("update_delivered_info", "status", status=500)
    await world.presses(ANN, await world.last(ANN), "Send 1")
    await ask(world, LINES[:2])
    said = (await world.last(ANN))["text"]
    assert f"on its way to order {await world.number(order)}" in said
    assert await world.one("select count(*) from intents") == 1


async def test_what_may_be_in_a_pool_is_remembered_what_was_refused_is_not(world: World) -> None:
    await fault(world, "close")
    await confirmed(world, LINES[:1])
    await world.later(2)
    await fault(world, "refused", times=2)
    await world.presses(ANN, await world.last(ANN), "Send again")
    await confirmed(world, LINES[1:2])
    await ask(world, LINES[:2])
    preview = await world.last(ANN)
    assert "Account 1 was added to the stock of Windows 11 Pro key before" in preview["text"]
    assert labels(preview) == ["Send the 1 new ones", "Send all 2", "Cancel"]


async def test_a_button_of_a_paste_that_was_edited_since_sends_nothing(world: World) -> None:
    product = await world.product()
    await world.says(ANN, f"/product {product}")
    card = await world.last(ANN)
    pasted = await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])
    early = await world.last(ANN)
    await world.edits(ANN, pasted, "anna:Hunter2222\nberta:Hunter3333")
    await world.forges(ANN, early["message_id"], data_of(early, "Send 1"))
    assert await added(world) == 0
    await world.presses(ANN, await _message(world, early), "Send 2")
    assert await added(world) == 2


async def test_nothing_of_an_import_is_in_the_clear_in_the_database(world: World) -> None:
    await confirmed(world, LINES[:3])
    for rows in (
        await world.rows("select * from intents"),
        await world.rows("select * from stock_hashes"),
        await world.rows("select * from audit"),
        await world.rows("select * from messages"),
        await world.rows("select * from inbox"),
    ):
        assert rows
        assert "Secret000" not in str(rows)


async def test_two_people_cannot_change_one_product_at_once(world: World) -> None:
    await fault(world, "cut")
    await confirmed(world, LINES[:3])
    product = await world.product()
    await world.says(BEN, f"/product {product}")
    card = await world.last(BEN)
    assert labels(card) == []
    await world.says(BEN, "zoe:Other1234", reply_to=card["message_id"])
    assert "Ann is adding accounts to Windows 11 Pro key" in (await world.last(BEN))["text"]


async def test_an_operator_fills_stock_and_changes_no_price(world: World) -> None:
    await world.becomes(BEN, Role.OPERATOR)
    await ask(world, LINES[:2], who=BEN)
    await world.presses(BEN, await world.last(BEN), "Send 2")
    assert "✅ 2 accounts added by Ben" in (await world.last(BEN))["text"]
    product = await world.product()
    await world.says(BEN, f"/product {product}")
    card = await world.last(BEN)
    assert "Price" not in shown(card)
    await world.forges(BEN, card["message_id"], f"pe:{product}:price")
    assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]
    await world.becomes(BEN, Role.VIEWER)
    await world.forges(BEN, card["message_id"], f"sk:{product}")
    assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]


async def test_a_unit_of_a_pool_is_warned_of_before_it_goes_out_by_hand(world: World) -> None:
    order = await world.order()
    await world.says(ANN, await world.number(order))
    card = await world.last(ANN)
    await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])
    early = await world.last(ANN)
    await confirmed(world, ["anna:Hunter2222"])
    await world.presses(ANN, early, "Send 1")
    assert await world.changes("deliver") == []
    warned = await _message(world, early)
    assert "Unit 1 was added to the pool of Windows 11 Pro key" in warned["text"]
    await world.presses(ANN, warned, "Send 1")
    assert len(await world.changes("deliver")) == 1


async def test_a_table_is_shown_as_it_is_understood_before_anything_is_sent(world: World) -> None:
    product = await world.product()
    await world.says(ANN, f"/stock {product}")
    await world.sends_file(ANN, b"user,pass\nanna,Hunter2222\nberta", "accounts.csv")
    refused = await world.last(ANN)
    assert "No accounts were found" in refused["text"]
    assert "like login,password, once each, and each row has both" in shown(refused)
    await world.says(ANN, f"/stock {product}")
    table = "user;pass\r\nanna@shop;Hunter2222\r\nberta@shop;Hunter3333\r\n".encode("utf-16")
    await world.sends_file(ANN, table, "accounts.csv")
    preview = await world.last(ANN)
    assert "The column user is read as the login, pass as the password." in shown(preview)
    assert "1. an•••op – Hu•••22" in shown(preview)
    await world.presses(ANN, preview, "Send 2")
    assert await added(world) == 2


async def test_goods_that_came_bare_can_be_added_to_stock(world: World) -> None:
    await world.product()
    await world.order()
    await world.says(ANN, "anna:Hunter2222\nberta:Hunter3333")
    asked = await world.last(ANN)
    await world.presses(ANN, asked, "Add to stock")
    which = await world.last(ANN)
    assert "Which product?" in which["text"]
    assert labels(which)[-2:] == ["1/2", "›"]
    await world.presses(ANN, which, "›")
    which = await _message(world, which)
    assert labels(which)[-2:] == ["‹", "2/2"]
    label = next(text for text in labels(which) if text.startswith("Windows"))
    assert await world.presses(ANN, which, label) == "On it…"
    await world.presses(ANN, await world.last(ANN), "Send 2")
    assert await added(world) == 2
    assert "preview of these goods stands below" in (await _message(world, asked))["text"]
    before = len(await world.from_bot(ANN))
    assert await world.presses(ANN, which, label) == "This button no longer works."
    assert await added(world) == 2
    assert len(await world.from_bot(ANN)) == before


@pytest.mark.parametrize(
    ("kind", "label", "arrived"),
    [("close", "Send again", 0), ("close_after", "They are there", 200)],
)
async def test_what_was_listed_before_a_piece_ended_is_taken_as_it_is_now(
    world: World, kind: Fault, label: str, arrived: int
) -> None:
    """The executor lists what is due while a piece ends: none goes out twice, none is left out."""
    await ask(world, LINES)
    preview = await world.last(ANN)
    await _confirm(world)
    early = await _due(world)
    await fault(world, kind)
    await world.settle()
    await world.later(2)
    assert await added(world) == arrived
    asked = await _message(world, preview)
    await _answer(world, asked, label)
    answered = await _due(world)
    for listed in (answered, answered, early, answered, early):
        await world.executor._take(listed)
    await world.settle()
    rows = [row for each in await world.changes("stock_added") for row in each["detail"]["rows"]]
    assert rows == LINES
    assert "✅ 450 accounts added by Ann" in (await _message(world, asked))["text"]


async def test_an_answer_about_one_call_is_none_about_the_next(world: World) -> None:
    await ask(world, LINES)
    preview = await world.last(ANN)
    await fault(world, "close_after")
    await world.presses(ANN, preview, "Send 450")
    await world.later(2)
    first = await _message(world, preview)
    await fault(world, "close")
    await world.presses(ANN, first, "They are there")
    await world.later(2)
    second = await _message(world, preview)
    assert "no clear answer to lines 201 to 400" in second["text"]
    # The press of a phone that still showed the first question.
    early = data_of(first, "They are there")
    assert "no longer" in await world.forges(ANN, preview["message_id"], early)
    assert "no clear answer to lines 201 to 400" in (await _message(world, preview))["text"]
    await world.presses(ANN, await _message(world, preview), "Send again")
    assert await added(world) == 450


async def test_the_first_answer_counts_and_what_asks_nothing_takes_none(world: World) -> None:
    await ask(world, LINES[:2])
    preview = await world.last(ANN)
    await fault(world, "close")
    await world.presses(ANN, preview, "Send 2")
    checked = await _the(world)
    with pytest.raises(NotPossible, match="gone"):  # it was not looked at yet
        await _say(world, str(checked.id), f"there.{checked.call}")
    await world.later(2)
    asked = await _message(world, preview)
    await _answer(world, asked, "Stop here")
    with pytest.raises(NotPossible, match="taken"):
        await _answer(world, asked, "They are there")
    await world.settle()
    assert "2 may be in the pool: nobody knows" in (await _message(world, preview))["text"]


@pytest.mark.parametrize("word", ["", "there", "again"])
async def test_a_lock_ends_an_import_after_the_call_that_is_under_way(
    world: World, word: str
) -> None:
    await ask(world, LINES)
    await _confirm(world)
    if word:  # its answer is lost, and after the lock a person says what became of it
        await fault(world, "close_after")
        await world.settle()
        await world.later(1)
    due = [] if word else [await _due(world)]
    async with world.store.write() as tx:
        for intent in due:
            await settling.dispatched(tx, intent, world.now)
        await locking.lock(tx, world.shop, None, world.now)
        await safety.unlock(tx, world.shop_id)
    for intent in due:
        await world.executor._done(intent, Outcome(reason="done", units=200))
    if word:
        await _say(world, "1", f"{word}.{(await _the(world)).call}")
    await world.settle()
    ended = await _the(world)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "stopped")
    assert await added(world) == (200 if word else 0)


async def _due(world: World) -> Intent:
    async with world.store.read() as tx:
        (due,) = await settling.due(tx, world.now)
    return due


async def _the(world: World) -> Intent:
    async with world.store.read() as tx:
        found = await intents.get(tx, await world.one("select max(id) from intents"))
    assert found is not None
    return found


async def _answer(world: World, asked: Any, label: str) -> None:
    """Answer; nothing is done yet."""
    _, intent_id, word = data_of(asked, label).split(":")
    await _say(world, intent_id, word)


async def _say(world: World, intent_id: str, word: str) -> None:
    person = await world.person(ANN)
    async with world.store.write() as tx:
        await answer(tx, world.shop, person, intent_id, word, world.now)


def data_of(message: Any, label: str) -> str:
    """Return what the button with a label carries."""
    return next(
        str(button["data"])
        for row in message["keyboard"]
        for button in row
        if button["text"] == label
    )


async def gone(world: World) -> bool:
    """Say whether the paste of three accounts was deleted from the chat."""
    return not any("user0:" in each["text"] for each in await world.chat(ANN))


async def test_the_paste_is_deleted_once_the_marketplace_took_all_of_it(world: World) -> None:
    await confirmed(world, LINES)
    assert await added(world) == 450
    assert await gone(world)


@pytest.mark.parametrize("odd", ["no account", "user1:Secret0001"])
async def test_what_was_not_sent_stays_in_the_chat(world: World, odd: str) -> None:
    """A line that is no account, or one that a person left out because it went before."""
    await confirmed(world, ["user1:Secret0001"])
    lines = ["user0:Secret0000", odd]
    await ask(world, lines)
    preview = await world.last(ANN)
    await world.presses(ANN, preview, "Send 1" if odd == "no account" else "Send the 1 new")
    assert await added(world) == 2
    assert not await gone(world)


async def test_what_a_person_says_is_there_stays_in_the_chat(world: World) -> None:
    await ask(world, LINES[:3])
    await fault(world, "close_after")
    await world.presses(ANN, await world.last(ANN), "Send 3")
    await world.later(300)
    await world.presses(ANN, await world.last(ANN), "They are there")
    assert "✅ 3 accounts added" in (await world.last(ANN))["text"]
    assert not await gone(world)


async def test_files_that_are_sent_one_by_one_are_one_import(world: World) -> None:
    product = await world.product()
    await world.says(ANN, f"/stock {product}")
    await world.sends_file(ANN, b"anna:Hunter-1111", "1.txt")
    preview = await world.last(ANN)
    await world.sends_file(ANN, b"berta:Hunter-2222\nanna:Hunter-1111", "2.csv")
    joined = await _message(world, preview)
    for text in ("2 accounts", "1 double left out", "Put together from 2 files"):
        assert text in joined["text"]
    # A button that showed one file alone sends nothing; one that came much later is asked about.
    early = data_of(preview, "Send 1")
    await world.forges(ANN, preview["message_id"], early)
    assert "The goods changed" in (await world.last(ANN))["text"]
    world.clock.advance(150)
    await world.sends_file(ANN, b"carla:Hunter-3333", "3.txt")
    assert "This looks like goods" in (await world.last(ANN))["text"]
    await world.presses(ANN, joined, "Send 2")
    assert await added(world) == 2
    # So are two that come at once.
    await world.says(ANN, f"/stock {product}")
    await world.sends_file(ANN, b"emma:Hunter-5555", "4.txt", fetch=False)
    await world.sends_file(ANN, b"fred:Hunter-6666", "5.txt")
    assert "Put together from 2 files" in (await world.last(ANN))["text"]
    assert await world.one("select count(*) from intents where state = 'proposed'") == 1
    # What was added is not changed by an edit of what it came in.
    await world.says(ANN, f"/stock {product}")
    sent = await world.says(ANN, "dora:Hunter-4")
    await world.presses(ANN, await world.last(ANN), "Send 1")
    async with world.store.write() as tx:
        latest = await intents.latest_from(tx, ANN, sent)
        assert latest is not None
        assert isinstance(latest.plan, StockPlan)
        (piece,) = latest.plan.pieces
        late = piece.model_copy(update={"text": SecretStr("dora:Hunter-5")})
        with pytest.raises(NotPossible, match="accounts_edit_too_late"):
            await edited(tx, world.shop, await world.person(ANN), late, chat_id=ANN, now=world.now)
