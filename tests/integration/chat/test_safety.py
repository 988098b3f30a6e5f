"""What one person does alone: refunds up to a limit, and with a PIN."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.model.person import Role
from bot.model.safety import PIN_OPEN_FOR, PIN_WAITS
from bot.store import safety
from tests.support.world import ANN, BEN, CLEO, World, labels, shown


async def card_of(world: World, who: int, order_id: str) -> Any:
    await world.says(who, await world.number(order_id))
    return await world.last(who)


async def again(world: World, who: int, message: Any) -> Any:
    (found,) = [m for m in await world.chat(who) if m["message_id"] == message["message_id"]]
    return found


async def asks_refund(world: World, who: int, order_id: str) -> Any:
    """Press Refund and Yes; return the card."""
    card = await card_of(world, who, order_id)
    label = next(each for each in labels(card) if each.startswith("↩️ Refund"))
    await world.presses(who, card, label)
    await world.presses(who, card, label.replace("↩️ Refund", "Yes, refund"))
    return card


async def total(world: World, order_id: str) -> Decimal:
    return Decimal((await world.true_order(order_id))["total_amount"])


async def limited(world: World, limit: Decimal) -> None:
    await world.join(CLEO, Role.OPERATOR)
    async with world.store.write() as tx:
        await safety.set_refund_limit(tx, world.shop_id, limit)


async def refunds(world: World) -> int:
    return len(await world.changes("refund"))


async def test_above_the_limit_of_the_day_the_first_owner_s_press_decides(world: World) -> None:
    first, second = await world.order(), await world.order()
    await limited(world, await total(world, first))
    await asks_refund(world, CLEO, first)
    assert await refunds(world) == 1  # up to the limit nobody is asked

    world.clock.advance(60)
    card = await asks_refund(world, CLEO, second)
    assert await refunds(world) == 1
    assert "the owners are asked" in shown(await world.last(CLEO))
    now = await again(world, CLEO, card)
    assert "an owner is asked" in now["text"]
    assert labels(now) == ["No"]
    questions = {who: await world.last(who) for who in (ANN, BEN)}
    for question in questions.values():
        assert "Cleo asks you: it is above their limit for today." in question["text"]
        assert labels(question)[0].startswith("Yes, refund")
    # Neither another press nor a forged one of hers carries it out.
    intent = (await world.rows("select id from intents where state = 'proposed'"))[0][0]
    await world.forges(CLEO, card["message_id"], f"ok:{intent}")
    assert await refunds(world) == 1

    await world.presses(BEN, questions[BEN], labels(questions[BEN])[0])
    assert await refunds(world) == 2
    await world.forges(ANN, questions[ANN]["message_id"], f"ok:{intent}")
    assert await refunds(world) == 2
    assert "Refunded" in (await again(world, ANN, questions[ANN]))["text"]
    rows = await world.rows("select deed, person_id from audit where deed like 'refund%'")
    assert rows == [("refunded", CLEO), ("refund_asked", CLEO), ("refunded", BEN)]


async def test_an_owner_s_no_is_told_and_a_question_expires(world: World) -> None:
    first, second = await world.order(), await world.order()
    await limited(world, Decimal(0))
    await asks_refund(world, CLEO, first)
    question = await world.last(ANN)
    await world.presses(ANN, question, "No")
    assert "Ann said no to the refund" in shown(await world.last(CLEO))
    # Who asked and says no is told nothing of it.
    card = await asks_refund(world, CLEO, first)
    said = len(await world.from_bot(CLEO))
    await world.presses(CLEO, card, "No")
    assert len(await world.from_bot(CLEO)) == said
    await asks_refund(world, CLEO, second)
    question = await world.last(ANN)
    yes = labels(question)[0]
    await world.later(1801)
    assert yes not in labels(await again(world, ANN, question))
    assert await refunds(world) == 0
    # An old "Yes" asks nobody: the bot may have stood still meanwhile.
    card = await card_of(world, CLEO, second)
    refund = next(each for each in labels(card) if each.startswith("↩️ Refund"))
    await world.presses(CLEO, card, refund)
    world.clock.advance(1801)
    asked = "select count(*) from audit where deed = 'refund_asked'"
    before = await world.one(asked)
    await world.presses(CLEO, card, refund.replace("↩️ Refund", "Yes, refund"))
    assert await world.one(asked) == before
    assert await world.rows("select * from intents where state = 'proposed'") == []
    # The next day begins anew, and owners have no limit.
    async with world.store.write() as tx:
        await safety.set_refund_limit(tx, world.shop_id, await total(world, first))
    await asks_refund(world, CLEO, first)
    assert await refunds(world) == 1
    await asks_refund(world, CLEO, second)
    assert await refunds(world) == 1
    world.clock.advance(86400)
    await asks_refund(world, CLEO, second)
    assert await refunds(world) == 2


async def set_in_settings(world: World, who: int, *presses: str) -> Any:
    await world.says(who, "/settings")
    card = await world.last(who)
    for label in ("Safety", *presses):
        await world.presses(who, card, label)
        card = await again(world, who, card)
    return card


async def test_the_limit_is_set_by_owners_alone(world: World) -> None:
    card = await set_in_settings(world, ANN, "$100.00")
    assert "Refund limit: $100.00 a day for each operator" in card["text"]
    assert "· $100.00 ·" in labels(card)
    await set_in_settings(world, ANN, "Another limit")
    await world.says(ANN, "some")
    assert "This is no amount" in shown(await world.last(ANN))
    await world.says(ANN, "99,50")
    assert await world.one("select refund_limit from shop_safety") == "99.50"
    await world.join(CLEO, Role.OPERATOR)
    card = await set_in_settings(world, CLEO)
    assert labels(card) == ["Set a PIN", "Back"]
    for data in ("xs:limit:off", "xs:limit:ask"):
        await world.forges(CLEO, card["message_id"], data)
    assert await world.one("select refund_limit from shop_safety") == "99.50"
    # In a group, the reply to the prompt is the answer.
    group = (await world.act("/groups", title="Shop", members=[ANN]))["chat_id"]
    await world.says(ANN, "/settings", chat=group)
    card = await world.last(ANN, group)
    await world.forges(ANN, card["message_id"], "xs:limit:ask", chat=group)
    prompt = await world.last(ANN, group)
    await world.says(ANN, "80", chat=group, reply_to=prompt["message_id"])
    assert await world.one("select refund_limit from shop_safety") == "80"
    assert "Refund limit: $80.00" in (await world.last(ANN, group))["text"]
    await world.says(ANN, "70", chat=group, reply_to=prompt["message_id"])
    assert await world.one("select refund_limit from shop_safety") == "80"
    await set_in_settings(world, ANN, "No limit")
    assert await world.one("select refund_limit from shop_safety") is None


async def test_a_pin_is_asked_for_before_a_refund_and_its_messages_go(world: World) -> None:
    order_id, other = await world.order(), await world.order()
    await set_in_settings(world, ANN, "Set a PIN")
    typed = [await world.says(ANN, "12"), await world.says(ANN, "40719358")]
    assert "Your PIN: set" in shown(await world.last(ANN))
    await asks_refund(world, ANN, order_id)
    assert await refunds(world) == 0
    prompt = await world.last(ANN)
    assert "Write your PIN" in shown(prompt)
    typed += [await world.says(ANN, "1111")]
    assert "That is not the PIN" in shown(await world.last(ANN))
    assert await refunds(world) == 0
    typed += [await world.says(ANN, "40719358")]
    assert await refunds(world) == 1
    assert await world.rows("select * from drafts where state = 'open'") == []
    # A prompt that has ended takes no PIN any more, and none stays in the chat.
    typed += [await world.says(ANN, "40719358", reply_to=prompt["message_id"])]
    assert "order" not in shown(await world.last(ANN))
    left = {each["message_id"] for each in await world.chat(ANN)}
    assert not left & set(typed)
    # Not asked again so soon; then it is, and another person's refund never was.
    await world.says(ANN, await world.number(order_id))
    await world.forges(ANN, (await world.last(ANN))["message_id"], f"sg:{order_id}")
    assert "Write your PIN" not in shown(await world.last(ANN))
    world.clock.advance(PIN_OPEN_FOR.total_seconds())
    card = await world.last(ANN)
    for data in (f"sg:{order_id}", f"sg:{order_id}:1"):  # another page of what is shown, too
        await world.says(ANN, "/cancel")
        await world.forges(ANN, card["message_id"], data)
        assert "Write your PIN" in shown(await world.last(ANN))
    # A group reads no PIN.
    group = (await world.act("/groups", title="Shop", members=[ANN]))["chat_id"]
    await world.says(ANN, await world.number(other), chat=group)
    for word in ("↩️ Refund", "Yes, refund"):
        card = (await world.from_bot(ANN, group))[0]
        label = next(each for each in labels(card) if each.startswith(word))
        body = {"as": ANN, "chat": group, "message_id": card["message_id"], "label": label}
        await world.act("/press", **body)
        await world.fetch()
    assert "in your private chat" in shown(await world.last(ANN, group))
    card = (await world.from_bot(ANN, group))[0]
    no = {"as": ANN, "chat": group, "message_id": card["message_id"], "label": "No"}
    await world.act("/press", **no)
    await world.fetch()
    await asks_refund(world, BEN, other)
    assert await refunds(world) == 2
    # It can be neither replaced nor removed without it.
    for label in ("Another PIN", "Remove the PIN"):
        await set_in_settings(world, ANN, label)
        assert "Write your PIN" in shown(await world.last(ANN))
    assert await world.one("select count(*) from person_pins") == 1
    await world.says(ANN, "40719358")
    assert await world.one("select count(*) from person_pins") == 0
    for name in ("shop.db", "shop.db-wal"):
        path = world.store.path.with_name(name)
        assert b"40719358" not in (path.read_bytes() if path.exists() else b"")


async def test_five_wrong_pins_begin_a_wait_in_which_the_right_one_is_wrong(world: World) -> None:
    order_id = await world.order()
    await set_in_settings(world, ANN, "Set a PIN")
    await world.says(ANN, "40719358")
    await asks_refund(world, ANN, order_id)
    for _ in range(5):
        await world.says(ANN, "1111")
    assert "Five wrong PINs" in shown(await world.last(ANN))
    await world.says(ANN, "40719358")
    assert await refunds(world) == 0
    assert await world.one("select count(*) from audit where deed = 'pin_failed'") == 1
    world.clock.advance(PIN_WAITS.total_seconds())
    await asks_refund(world, ANN, order_id)
    await world.says(ANN, "40719358")
    assert await refunds(world) == 1
