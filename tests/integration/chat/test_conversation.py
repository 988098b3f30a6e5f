"""What people write and press, and what they get for it."""

from __future__ import annotations

import base64

import pytest

from bot.model.person import Role
from tests.support.world import ANN, BEN, CLEO, World, labels, shown


async def seen(world: World, text: str, who: int = ANN) -> str:
    await world.says(who, text)
    return shown(await world.last(who))


async def in_place(world: World, message: dict[str, int], who: int = ANN) -> str:
    found = next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])
    return shown(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/start", "Orders"),
        ("/menu", "Balance"),
        ("/help", "/orders"),
        ("/health", "0.1.0"),
        ("/balance", "$100.00"),
        ("/cancel", "nothing to cancel"),
        ("/orders", "order"),
        ("/tickets", "ticket"),
        ("/nonsense", "no such command"),
        ("good morning", "Paste the number"),
        ("TK1000000000000", "no order"),
        ("#tk1000000000000", "no order"),
        ("where is TKT1000000000000 please", "no ticket"),
    ],
)
async def test_every_command_and_every_text_is_answered(
    world: World, text: str, words: str
) -> None:
    await world.control("/reset", empty=True)
    assert words in await seen(world, text)


async def test_the_menu_and_its_buttons_stay_in_one_message(world: World) -> None:
    await world.order()
    await world.says(ANN, "/menu")
    menu = await world.last(ANN)
    for label, words in (
        ("Help", "/tickets"),
        ("Menu", "Help"),
        ("Health", "0.1.0"),
        ("Menu", "Tickets"),
        ("Orders (1)", "Waiting"),
    ):
        assert await world.presses(ANN, menu, label) == ""
        assert words in await in_place(world, menu)
    assert len(await world.from_bot(ANN)) == 1


async def test_the_phone_s_menu_is_filled_for_the_role(world: World) -> None:
    await world.says(ANN, "/start")
    await world.join(CLEO, Role.VIEWER)
    await world.says(CLEO, "/start")
    owner, viewer = (await world.telegram_calls("setMyCommands"))[-2:]
    names = [{each["command"] for each in call["params"]["commands"]} for call in (owner, viewer)]
    assert names[0] - names[1] == {
        "audit",
        "team",
        "balance",
        "deliver",
        "newproduct",
        "newticket",
        "payments",
        "queue",
        "refund",
        "report",
        "export",
        "status",
        "stock",
        "templates",
    }


async def test_lists_filter_and_turn_their_pages_in_place(world: World) -> None:
    for each in (await world.control("/orders/bulk", count=9))["items"]:
        await world.see_order(each["order_id"])
    await world.says(ANN, "/orders")
    listed = await world.last(ANN)
    assert "‹" in "".join(labels(listed)) or "1/2" in "".join(labels(listed))
    await world.forges(ANN, listed["message_id"], "lo:waiting:2")
    assert "2/2" in await in_place(world, listed)
    await world.forges(ANN, listed["message_id"], "lo:nonsense:x")
    assert "1/2" in await in_place(world, listed)
    await world.forges(ANN, listed["message_id"], "lo:completed:1")
    assert "1/2" not in await in_place(world, listed)
    await world.forges(ANN, listed["message_id"], "nt")
    assert len(await world.from_bot(ANN)) == 1


@pytest.mark.parametrize("text", ["/orders completed", "/orders Completed", "/tickets closed"])
async def test_a_status_can_be_named(world: World, text: str) -> None:
    order_id = await world.order()
    await world.ticket(order_id)
    assert await world.number(order_id) not in await seen(world, text)


async def test_the_buttons_of_a_list_open_cards(world: World) -> None:
    order_id = await world.order()
    ticket_id = await world.ticket(order_id, "It is broken")
    await world.says(ANN, "/tickets")
    await world.forges(ANN, (await world.last(ANN))["message_id"], f"tk:{ticket_id}")
    assert "It is broken" in shown(await world.last(ANN))
    await world.forges(ANN, (await world.last(ANN))["message_id"], f"or:{order_id}")
    assert await world.number(order_id) in shown(await world.last(ANN))
    await world.forges(ANN, (await world.last(ANN))["message_id"], "or:nothing-of-ours")
    assert "no order" in shown(await world.last(ANN))


# --- delivering -----------------------------------------------------------------------------


async def test_delivering_by_button_asks_for_the_goods_and_shows_them_masked(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Deliver")
    prompt = await world.last(ANN)
    assert "Paste the goods" in prompt["text"]
    assert labels(prompt) == ["Cancel"]
    assert "no order" in await seen(world, "TK1000000000000")  # the draft stays
    await world.says(ANN, "just one word")
    preview = await world.last(ANN)
    assert "just one word" not in shown(preview)
    await world.presses(ANN, preview, "Send 1")
    assert (await world.true_order(order_id))["delivered_rows"] == ["just one word"]
    assert "Paste the number" in await seen(world, "one more word")


@pytest.mark.parametrize("command", ["/cancel", "/menu", "/orders", "/help"])
async def test_a_command_ends_the_draft(world: World, command: str) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Deliver")
    await world.says(ANN, command)
    assert "Paste the number" in await seen(world, "just one word")
    assert await world.rows("select * from intents") == []


async def test_cancel_on_the_prompt_ends_the_draft_in_place(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Deliver")
    prompt = await world.last(ANN)
    await world.presses(ANN, prompt, "Cancel")
    assert "Cancelled" in await in_place(world, prompt)
    assert await world.rows("select * from drafts where state = 'open'") == []


async def test_a_draft_expires_after_half_an_hour(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Deliver")
    world.clock.advance(30 * 60)
    assert "Paste the number" in await seen(world, "just one word")


async def test_the_draft_of_one_person_is_not_another_s(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Deliver")
    assert "Paste the number" in await seen(world, "just one word", BEN)


async def test_goods_without_an_order_are_asked_about_and_sent_nowhere(world: World) -> None:
    order_id = await world.order()
    asked = len(world.market_line.asked)
    await world.says(ANN, "anna:Hunter2222")
    question = await world.last(ANN)
    assert "For which order" in question["text"]
    assert "Hunter2222" not in shown(question)
    assert len(world.market_line.asked) == asked
    await world.presses(ANN, question, labels(question)[0])
    preview = await world.last(ANN)
    assert "Send 1" in labels(preview)
    await world.presses(ANN, preview, "Send 1")
    assert (await world.true_order(order_id))["delivered_rows"] == ["anna:Hunter2222"]
    assert "These goods are for order" in await in_place(world, question)
    again = next(b["data"] for row in question["keyboard"] for b in row)
    await world.forges(ANN, question["message_id"], again)
    assert "too long ago" in shown(await world.last(ANN))


async def test_goods_when_no_order_waits_are_said_to_be_none(world: World) -> None:
    assert "no order waits" in await seen(world, "anna:Hunter2222")


async def test_a_number_among_goods_is_not_searched_for(world: World) -> None:
    asked = len(world.market_line.asked)
    await world.says(ANN, "TK1000000000000:secret\nTK1000000000001:secret")
    assert len(world.market_line.asked) == asked


async def test_a_reply_to_a_preview_is_about_its_order(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.says(ANN, "wrong:Goods000", reply_to=(await world.last(ANN))["message_id"])
    await world.says(ANN, "right:Goods111", reply_to=(await world.last(ANN))["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert (await world.true_order(order_id))["delivered_rows"] == ["right:Goods111"]


async def test_a_reply_to_a_card_that_we_have_no_row_of_is_understood_from_its_buttons(
    world: World,
) -> None:
    order_id = await world.order()
    ticket_id = await world.ticket(order_id, "It is broken")
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.forges(ANN, card["message_id"], f"tk:{ticket_id}")
    ticket_card = await world.last(ANN)
    async with world.store.write() as tx:
        from sqlalchemy import text

        await tx.execute(text("delete from cards"))
    await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])
    assert "Send 1" in labels(await world.last(ANN))
    preview = await world.last(ANN)
    async with world.store.write() as tx:
        await tx.execute(text("delete from cards"))
    await world.says(ANN, "Sorry", reply_to=ticket_card["message_id"])
    assert "Send now" in labels(await world.last(ANN))
    # A press adopts the message it stands on.
    await world.presses(ANN, preview, "Cancel")
    assert "Send 1" not in await in_place(world, preview)
    await world.presses(ANN, card, "Refund")
    assert "Yes, refund" in await in_place(world, card)


async def test_a_preview_without_a_row_is_a_preview_though_it_offers_what_a_card_does(
    world: World,
) -> None:
    order_id = await world.order(quantity=2)
    await world.says(ANN, await world.number(order_id))
    await world.says(ANN, "anna:Hunter2222", reply_to=(await world.last(ANN))["message_id"])
    preview = await world.last(ANN)
    await world.control(f"/orders/{order_id}/deliver", rows=["x:12345678"])
    await world.see_order(order_id)
    await world.settle()
    assert "Send 1" not in await in_place(world, preview)  # the order moved: to be begun anew
    async with world.store.write() as tx:
        from sqlalchemy import text

        await tx.execute(text("delete from cards"))
    await world.presses(ANN, preview, "Cancel")
    assert "Cancelled: nothing was sent" in await in_place(world, preview)


async def test_a_reply_to_a_message_about_nothing_is_a_text_like_any_other(world: World) -> None:
    await world.says(ANN, "/menu")
    menu = (await world.last(ANN))["message_id"]
    await world.says(ANN, "hello", reply_to=menu)
    assert "Paste the number" in shown(await world.last(ANN))
    own = await world.says(ANN, "hello")
    await world.says(ANN, "hello again", reply_to=own)
    assert "Paste the number" in shown(await world.last(ANN))


# --- refunding ---------------------------------------------------------------------------------


async def test_a_refund_is_two_taps_on_the_card_itself(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.presses(ANN, card, "Refund")
    assert "Yes, refund" in await in_place(world, card)
    await world.presses(ANN, card, "No")
    assert "Yes, refund" not in await in_place(world, card)
    await world.presses(ANN, card, "Refund")
    assert await world.presses(ANN, card, "Yes, refund") == "On it…"
    assert len(await world.changes("refund")) == 1
    assert "↩️" in await in_place(world, card)


async def test_both_cards_show_it_and_the_second_yes_comes_too_late(world: World) -> None:
    order_id = await world.order()
    for who in (ANN, BEN):
        await world.says(who, await world.number(order_id))
        await world.presses(who, await world.last(who), "Refund")
    late = await world.last(BEN)
    yes = next(b["data"] for row in late["keyboard"] for b in row if b["text"].startswith("Yes"))
    await world.presses(ANN, await world.last(ANN), "Yes, refund")
    assert "Yes, refund" not in await in_place(world, late, BEN)
    await world.forges(BEN, late["message_id"], yes)
    assert len(await world.changes("refund")) == 1
    assert "Ann" in await in_place(world, late, BEN)


# --- tickets -----------------------------------------------------------------------------------


async def test_a_reply_by_button_is_held_edited_and_sent(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    await world.presses(ANN, await world.last(ANN), "Reply")
    assert "Write the answer" in shown(await world.last(ANN))
    mine = await world.says(ANN, "Sory")
    held = await world.last(ANN)
    assert labels(held) == ["Send now", "Undo"]
    await world.edits(ANN, mine, "Sorry")
    assert "Sorry" in await in_place(world, held)
    await world.later(5)
    assert (await world.true_ticket(ticket_id))["thread"][-1]["text"] == "Sorry"
    assert await world.reactions(ANN, mine) == ["👍"]


async def test_undo_within_five_seconds_sends_nothing(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    await world.says(ANN, "Sorry", reply_to=(await world.last(ANN))["message_id"])
    held = await world.last(ANN)
    assert await world.presses(ANN, held, "Undo") == ""
    await world.later(60)
    assert await world.changes("ticket_reply") == []
    assert "Send now" not in await in_place(world, held)


# --- what is no text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [("photo", "text only"), ("sticker", "text only"), ("document", "is not read")],
)
async def test_what_is_no_text_is_said_to_be_none(world: World, kind: str, words: str) -> None:
    png = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
        "rkJggg=="
    )
    content = png if kind == "photo" else base64.b64encode(b"anna:Hunter2222").decode()
    await world.act("/file", **{"as": ANN}, name="goods.png", content_base64=content, kind=kind)
    await world.fetch()
    assert words in shown(await world.last(ANN))


# --- forged presses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    ["", "x", "zz:1", "ok", "ok:999999999999999999999999", "no:1", "rp:nothing", "dl:nothing",
     "gf:nothing", "of:nothing", "lo:waiting:99999999999999999", "st", "rf:nothing", "ok:1:2:3"],
)  # fmt: skip
async def test_a_button_that_was_never_ours_breaks_nothing(world: World, data: str) -> None:
    await world.says(ANN, "/menu")
    menu = await world.last(ANN)
    if data:
        await world.forges(ANN, menu["message_id"], data)
    assert await world.rows("select * from inbox where aside_at is not null or attempts > 0") == []
    assert await world.rows("select * from intents") == []
    assert "Orders" in await seen(world, "/menu")
