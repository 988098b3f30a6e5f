"""Pastes that Telegram cuts, edits of what was pasted, and prompts that know what they ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.world import ANN, BEN, World, labels, shown

MANY = 120  # units: about 6,300 characters, as two messages


def goods(count: int = MANY) -> str:
    return "\n".join(
        f"account-number-{i:04}@example.net:Password{i:04}-long-enough" for i in range(count)
    )


def cut(text: str) -> list[str]:
    """Cut as Telegram does."""
    return [text[at : at + 4096] for at in range(0, len(text), 4096)]


async def in_place(world: World, message: Any, who: int = ANN) -> str:
    found = next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])
    return shown(found)


async def card(world: World, order_id: str, who: int = ANN) -> Any:
    await world.says(who, await world.number(order_id))
    return await world.last(who)


async def prompt(world: World, order_id: str) -> Any:
    await world.presses(ANN, await card(world, order_id), "Deliver")
    return await world.last(ANN)


async def rows(world: World, order_id: str) -> list[str]:
    return list((await world.true_order(order_id))["delivered_rows"])


# --- pieces ------------------------------------------------------------------------------------


async def test_a_paste_that_telegram_cut_is_joined_and_the_preview_says_so(world: World) -> None:
    order_id = await world.order(quantity=MANY)
    first, second = cut(goods())
    await world.says(ANN, first, reply_to=(await card(world, order_id))["message_id"])
    preview = await world.last(ANN)
    assert "the end may be missing" in preview["text"]
    early = next(b["data"] for row in preview["keyboard"] for b in row)
    await world.says(ANN, second)
    assert (await world.last(ANN))["message_id"] == preview["message_id"]
    text = await in_place(world, preview)
    assert "Put together from 2 messages" in text
    assert "the end may be missing" not in text
    assert f"Send {MANY}" in text
    # The button of the preview that showed the first piece alone sends nothing.
    await world.forges(ANN, preview["message_id"], early)
    assert "nothing was sent" in shown(await world.last(ANN))
    assert await rows(world, order_id) == []
    await world.presses(ANN, preview, f"Send {MANY}")
    assert await rows(world, order_id) == goods().split("\n")


async def test_pieces_join_behind_a_prompt_and_behind_goods_without_an_order(world: World) -> None:
    order_id = await world.order(quantity=MANY)
    await prompt(world, order_id)
    for piece in cut(goods()):
        await world.says(ANN, piece)
    assert f"Send {MANY}" in shown(await world.last(ANN))
    await world.presses(ANN, await world.last(ANN), "Cancel")
    for piece in cut(goods()):
        await world.says(ANN, piece)
    question = await world.last(ANN)
    assert "Put together from 2 messages" in question["text"]
    await world.presses(ANN, question, labels(question)[0])
    assert f"Send {MANY}" in shown(await world.last(ANN))


async def test_what_comes_much_later_or_behind_a_short_paste_is_no_piece(world: World) -> None:
    order_id = await world.order(quantity=MANY)
    first, second = cut(goods())
    await world.says(ANN, first, reply_to=(await card(world, order_id))["message_id"])
    preview = await world.last(ANN)
    world.clock.advance(121)
    await world.says(ANN, second)
    assert "For which order" in shown(await world.last(ANN))
    assert "Put together" not in await in_place(world, preview)


async def test_a_reply_to_a_ticket_that_was_cut_is_joined_before_it_goes_out(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    card_id = (await world.last(ANN))["message_id"]
    first, second = "Dear buyer, " + "a" * 2500, "and the end of it."
    await world.says(ANN, first, reply_to=card_id)
    await world.says(ANN, second)
    await world.later(60)
    assert await world.changes("ticket_reply") == []
    await world.presses(ANN, await world.last(ANN), "Send now")  # several lines need a tap
    text = (await world.true_ticket(ticket_id))["thread"][-1]["text"]
    assert text == f"{first}\n{second}"


# --- edits -------------------------------------------------------------------------------------


async def test_an_edited_paste_is_previewed_anew_in_the_same_message(world: World) -> None:
    world.executor._shop = replace(world.shop, delete_pastes=False)  # or it were gone at the end
    order_id = await world.order(quantity=2)
    mine = await world.says(
        ANN, "anna:Hunter2222", reply_to=(await card(world, order_id))["message_id"]
    )
    preview = await world.last(ANN)
    assert "Send 1 now" in shown(preview)
    await world.edits(ANN, mine, "berta:Hunter3333\ncarl:Hunter4444")
    assert "Send 2" in await in_place(world, preview)
    await world.presses(ANN, preview, "Send 2")
    assert await rows(world, order_id) == ["berta:Hunter3333", "carl:Hunter4444"]
    await world.edits(ANN, mine, "dora:Hunter5555")
    assert "Delivered already" in shown(await world.last(ANN))


async def test_an_edit_of_goods_that_wait_for_an_order_changes_them(world: World) -> None:
    order_id = await world.order()
    mine = await world.says(ANN, "anna:Hunter2222")
    question = await world.last(ANN)
    await world.edits(ANN, mine, "berta:Hunter3333")
    await world.presses(ANN, question, labels(question)[0])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert await rows(world, order_id) == ["berta:Hunter3333"]


async def test_an_edit_after_a_reply_went_out_is_told(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    mine = await world.says(ANN, "Sorry", reply_to=(await world.last(ANN))["message_id"])
    await world.later(5)
    await world.edits(ANN, mine, "Not sorry")
    assert "the edit did not reach the buyer" in shown(await world.last(ANN))


# --- prompts -----------------------------------------------------------------------------------


async def test_a_reply_to_an_older_prompt_is_about_the_order_of_that_prompt(world: World) -> None:
    one, two = await world.order(), await world.order()
    first, second = await prompt(world, one), await prompt(world, two)
    assert "went on to something else" in await in_place(world, first)
    assert "Cancel" not in await in_place(world, first)
    await world.says(ANN, "anna:Hunter2222", reply_to=first["message_id"])
    assert await world.number(one) in (await world.last(ANN))["text"]
    assert "Paste the goods" in await in_place(world, second)


async def test_cancel_on_an_older_prompt_does_not_end_the_newer(world: World) -> None:
    one, two = await world.order(), await world.order()
    first = await prompt(world, one)
    cancel = first["keyboard"][0][0]["data"]
    await prompt(world, two)
    await world.forges(ANN, first["message_id"], cancel)
    await world.says(ANN, "just one word")
    assert await world.number(two) in (await world.last(ANN))["text"]


async def test_a_prompt_says_when_it_waited_too_long_and_a_reply_still_counts(
    world: World,
) -> None:
    order_id = await world.order()
    asked = await prompt(world, order_id)
    await world.later(30 * 60)
    assert "did not come in time" in await in_place(world, asked)
    assert "Cancel" not in await in_place(world, asked)
    await world.says(ANN, "anna:Hunter2222", reply_to=asked["message_id"])
    assert "Send 1" in shown(await world.last(ANN))


async def test_a_prompt_that_was_answered_has_no_cancel(world: World) -> None:
    order_id = await world.order()
    asked = await prompt(world, order_id)
    await world.says(ANN, "anna:Hunter2222")
    assert "the preview stands below" in await in_place(world, asked)
    assert "Cancel" not in await in_place(world, asked)


async def test_a_prompt_s_cancel_is_not_for_others(world: World) -> None:
    order_id = await world.order()
    asked = await prompt(world, order_id)
    cancel = asked["keyboard"][0][0]["data"]
    await world.says(BEN, "/menu")
    await world.forges(BEN, (await world.last(BEN))["message_id"], cancel)
    assert "Paste the goods" in await in_place(world, asked)


async def test_a_button_of_older_goods_does_not_deliver_newer_ones(world: World) -> None:
    await world.order()
    await world.says(ANN, "anna:Hunter2222")
    older = await world.last(ANN)
    button = older["keyboard"][0][0]["data"]
    await world.says(ANN, "berta:Hunter3333")
    await world.forges(ANN, older["message_id"], button)
    assert "Send 1" not in shown(await world.last(ANN))
    assert await world.rows("select * from intents") == []


# --- /cancel -----------------------------------------------------------------------------------


async def test_cancel_stops_a_held_reply_and_says_which(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    number = (await world.true_ticket(ticket_id))["ticket_no"]
    await world.says(ANN, number)
    await world.says(ANN, "Sorry", reply_to=(await world.last(ANN))["message_id"])
    held = await world.last(ANN)
    await world.says(ANN, "/cancel")
    assert f"the answer to ticket {number}" in shown(await world.last(ANN))
    await world.later(60)
    assert await world.changes("ticket_reply") == []
    assert "Send now" not in await in_place(world, held)


async def test_cancel_takes_back_a_preview_and_a_refund_s_question(world: World) -> None:
    order_id = await world.order()
    number = await world.number(order_id)
    shows = await card(world, order_id)
    await world.says(ANN, "anna:Hunter2222", reply_to=shows["message_id"])
    preview = await world.last(ANN)
    await world.presses(ANN, shows, "Refund")
    await world.says(ANN, "/cancel")
    said = shown(await world.last(ANN))
    assert f"the goods for order {number}" in said
    assert f"the refund of order {number}" in said
    assert "Send 1" not in await in_place(world, preview)
    assert "Yes, refund" not in await in_place(world, shows)


async def test_cancel_says_what_is_under_way_already(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, "anna:Hunter2222", reply_to=(await card(world, order_id))["message_id"])
    await world.trouble("update_delivered_info", "status", status=500)
    await world.presses(ANN, await world.last(ANN), "Send 1")
    await world.says(ANN, "/cancel")
    assert "Too late to cancel" in shown(await world.last(ANN))


async def test_cancel_leaves_what_others_proposed(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, "anna:Hunter2222", reply_to=(await card(world, order_id))["message_id"])
    preview = await world.last(ANN)
    await world.says(BEN, "/cancel")
    assert "nothing to cancel" in shown(await world.last(BEN))
    assert "Send 1" in await in_place(world, preview)


# --- the seconds of a held reply ----------------------------------------------------------------


async def held_while_telegram_fails(world: World, seconds: float) -> str:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    card_id = (await world.last(ANN))["message_id"]
    await world.telegram_trouble("sendMessage", "status", status=502, times=1)
    await world.says(ANN, "Sorry", reply_to=card_id)
    for _ in range(int(seconds)):
        world.clock.advance(1)
        await world.work()
    assert await world.changes("ticket_reply") == []
    await world.settle()
    return ticket_id


async def test_a_held_reply_counts_its_seconds_from_when_undo_can_be_seen(world: World) -> None:
    ticket_id = await held_while_telegram_fails(world, 20)
    assert "Undo" in labels(await world.last(ANN))
    await world.later(4.9)
    assert await world.changes("ticket_reply") == []
    await world.later(0.1)
    assert (await world.true_ticket(ticket_id))["thread"][-1]["text"] == "Sorry"


async def test_a_reply_that_could_not_be_shown_for_long_waits_for_a_tap(world: World) -> None:
    await held_while_telegram_fails(world, 90)
    held = await world.last(ANN)
    assert "Send now" in labels(held)
    assert "only when you press" in held["text"]
    await world.later(60)
    assert await world.changes("ticket_reply") == []
