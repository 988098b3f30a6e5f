"""/orders and /tickets: filters, words, and the way back to the same page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import ANN, BEN, World, labels, shown


async def now(world: World, message: Any, who: int = ANN) -> Any:
    return next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])


async def pages_of_orders(world: World) -> None:
    for each in (await world.control("/orders/bulk", count=20))["items"]:
        await world.see_order(each["order_id"])


async def pages_of_tickets(world: World) -> None:
    order_id = await world.order()
    for _ in range(20):
        await world.ticket(order_id, "Kaputt and broken")


def item(message: Any, prefix: str) -> str:
    """Return the label of the first item of a list."""
    buttons = [b for row in message["keyboard"] for b in row]
    return str(next(b["text"] for b in buttons if b["data"].startswith(prefix)))


def position(message: Any) -> list[str]:
    """Return where a list stands: its heading, its page, the filter that is marked."""
    marks = [t for t in labels(message) if t.startswith("•") or "/" in t]
    return [message["text"].split("\n")[0], *marks]


@pytest.mark.parametrize(
    ("kind", "command", "page"),
    [
        ("order", "/orders", 1),
        ("order", "/orders", 3),
        ("order", "/orders all", 2),
        ("order", "/orders pending", 2),
        ("order", "/orders netflix", 1),
        ("order", "/orders netflix", 3),
        ("ticket", "/tickets", 2),
        ("ticket", "/tickets open", 3),
        ("ticket", "/tickets kaputt BROKEN", 2),
    ],
)
async def test_back_returns_to_the_same_page_and_filter(
    world: World, kind: str, command: str, page: int
) -> None:
    await (pages_of_orders if kind == "order" else pages_of_tickets)(world)
    await world.says(ANN, command)
    listed = await world.last(ANN)
    for _ in range(page - 1):
        await world.presses(ANN, await now(world, listed), "›")
    before = await now(world, listed)
    assert f"{page}/3" in labels(before)
    await world.presses(ANN, before, item(before, "or:" if kind == "order" else "tk:"))
    card = await now(world, listed)
    assert "delivered" in card["text"] if kind == "order" else "Kaputt" in card["text"]
    assert labels(card)[-1] == "Back"
    await world.presses(ANN, card, "Back")
    after = await now(world, listed)
    assert position(after) == position(before)
    assert labels(after) == labels(before)
    assert len(await world.from_bot(ANN)) == 1


async def test_back_from_the_only_page_of_a_search_returns_to_the_search(world: World) -> None:
    await world.order()
    await world.says(ANN, "/orders netflix")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, item(listed, "or:"))
    await world.presses(ANN, await now(world, listed), "Back")
    assert "Orders with “netflix”: 1" in (await now(world, listed))["text"]


async def test_a_card_in_the_place_of_a_list_is_one_like_any_other(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, "/orders")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, item(listed, "or:"))
    await world.says(ANN, "anna:Hunter2222", reply_to=listed["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert (await world.true_order(order_id))["delivered_rows"] == ["anna:Hunter2222"]
    card = await now(world, listed)
    assert "1 of 1 delivered by Ann" in card["text"]
    assert labels(card)[-1] == "Back"


async def test_a_question_in_a_card_has_its_own_way_out(world: World) -> None:
    await world.order()
    await world.says(ANN, "/orders")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, item(listed, "or:"))
    card = await now(world, listed)
    await world.presses(ANN, card, next(t for t in labels(card) if "Refund" in t))
    assert "Back" not in labels(await now(world, listed))
    await world.presses(ANN, await now(world, listed), "No")
    assert labels(await now(world, listed))[-1] == "Back"
    await world.presses(ANN, await now(world, listed), "More")
    assert labels(await now(world, listed)).count("Back") == 1


async def test_the_card_further_up_lives_again_when_the_list_comes_back(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.says(ANN, "/orders")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, item(listed, "or:"))
    assert labels(await now(world, card)) == []
    await world.presses(ANN, await now(world, listed), "Back")
    assert labels(await now(world, card)) == labels(card)
    # What happens from here on changes the card, and leaves the list alone.
    await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert "1 of 1 delivered by Ann" in (await now(world, card))["text"]
    assert "Orders that wait for you" in (await now(world, listed))["text"]


async def test_a_card_that_has_a_newer_copy_still_leads_back_to_its_list(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, "/orders")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, item(listed, "or:"))
    await world.says(ANN, await world.number(order_id))
    newer = await world.last(ANN)
    assert labels(await now(world, listed)) == ["Back"]
    await world.presses(ANN, await now(world, listed), "Back")
    assert "Orders that wait for you" in (await now(world, listed))["text"]
    assert labels(await now(world, newer)) == labels(newer)


async def test_the_list_of_one_person_is_not_turned_by_another(world: World) -> None:
    await world.join(BEN)
    await world.order()
    await world.says(ANN, "/orders")
    await world.says(BEN, "/orders")
    hers = await world.last(ANN)
    listed = await world.last(BEN)
    await world.presses(BEN, listed, item(listed, "or:"))
    assert "0 of 1 delivered" in (await now(world, listed, BEN))["text"]
    assert "Orders that wait for you" in (await now(world, hers))["text"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kaputt", True),
        ("KAPUTT password", True),  # in the text, and in the title
        ("überhaupt", True),
        ("ÜBERHAUPT", True),
        ("netflix kaputt", True),  # in its order's title
        ("{number}", True),
        ("{order}", True),
        ("kaputt spotify", False),
        ("nothing", False),
    ],
)
async def test_tickets_are_found_by_any_word(world: World, words: str, found: bool) -> None:
    order_id = await world.order()
    made = await world.control(
        "/tickets", order_id=order_id, title="Password", text="Kaputt, überhaupt nichts geht"
    )
    await world.see_ticket(made["ticket_id"])
    number = (await world.true_ticket(made["ticket_id"]))["ticket_no"]
    sought = words.format(number=number[3:], order=(await world.number(order_id))[2:])
    await world.says(ANN, f"/tickets {sought}")
    listed = await world.last(ANN)
    assert f"Tickets with “{sought}”: {int(found)}" in listed["text"]
    assert any(number[-4:] in t for t in labels(listed)) is found


async def test_goods_behind_tickets_are_not_searched_for(world: World) -> None:
    await world.says(ANN, "/tickets anna:Hunter2222")
    assert "it is not searched for" in shown(await world.last(ANN))
