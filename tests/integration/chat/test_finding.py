"""Numbers, IDs and words that people type to find an order or a ticket."""

from __future__ import annotations

import pytest

from tests.support.world import ANN, World, labels, shown


async def seen(world: World, text: str) -> str:
    await world.says(ANN, text)
    return shown(await world.last(ANN))


@pytest.mark.parametrize(
    "text",
    ["Order: {tk}", "order {tk}, please", "{spaced}", "{digits}", "#{digits}", "{id}", "({tk})"],
)
async def test_a_number_opens_its_card_however_it_is_written(world: World, text: str) -> None:
    order_id = await world.order()
    tk = await world.number(order_id)
    digits = tk.removeprefix("TK")
    asked = len(world.market_line.asked)
    said = await seen(world, text.format(tk=tk, spaced=f"TK {digits}", digits=digits, id=order_id))
    assert f"Order {tk}" in said
    assert len(world.market_line.asked) == asked


async def test_a_ticket_opens_by_its_bare_number_and_its_id(world: World) -> None:
    ticket_id = await world.ticket(await world.order(known=False), "It is broken")
    number = (await world.true_ticket(ticket_id))["ticket_no"]
    assert "It is broken" in await seen(world, number.removeprefix("TKT"))
    assert "It is broken" in await seen(world, ticket_id)


async def test_a_bare_number_that_is_not_known_here_is_looked_for(world: World) -> None:
    order_id = await world.order(known=False)
    number = await world.number(order_id)
    mine = await world.says(ANN, number.removeprefix("TK"))
    assert number in shown(await world.last(ANN))
    assert await world.reactions(ANN, mine) == ["👀"]
    assert "Nothing is known of" in await seen(world, "1772446511113")


async def test_looking_a_number_up_is_acknowledged_at_once(world: World) -> None:
    mine = await world.says(ANN, "TK1000000000000")
    assert await world.reactions(ANN, mine) == ["👀"]
    order_id = await world.order()
    mine = await world.says(ANN, await world.number(order_id))
    assert await world.reactions(ANN, mine) == []


async def test_two_numbers_are_offered_as_buttons(world: World) -> None:
    one, two = await world.order(), await world.order()
    numbers = [await world.number(one), await world.number(two)]
    await world.says(ANN, f"{numbers[0]} and {numbers[1]}")
    offer = await world.last(ANN)
    assert offer["text"] == "Which one?"
    assert [label[-4:] for label in labels(offer)] == [number[-4:] for number in numbers]
    await world.presses(ANN, offer, labels(offer)[1])
    assert f"Order {numbers[1]}" in shown(await world.last(ANN))


async def test_a_refund_s_number_opens_the_order_that_was_refunded_under_it(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.presses(ANN, card, "Refund")
    await world.presses(ANN, card, "Yes, refund")
    number = (await world.true_order(order_id))["order_no"]
    refund_no = next(
        row[0] for row in await world.rows("select json_extract(detail, '$.refund_no') from audit")
    )
    assert f"Order {number}" in await seen(world, refund_no)
    unknown = await seen(world, "REF1000000000000")
    assert "cannot be asked for refunds" in unknown
    assert "no order" not in unknown


async def test_an_unknown_payment_is_said_to_be_a_payment(world: World) -> None:
    assert "no payment PAY1000000000000" in await seen(world, "PAY1000000000000")


@pytest.mark.parametrize(
    "text", ["TK1000000000000:secret", "TK1000000000000 | secret", "TK1000000000000\nx:y"]
)
async def test_a_number_among_goods_is_no_number(world: World, text: str) -> None:
    await world.order()
    asked = len(world.market_line.asked)
    assert "For which order" in await seen(world, text)
    assert len(world.market_line.asked) == asked


async def test_words_find_orders_by_title_number_and_buyer_over_pages(world: World) -> None:
    made = [await world.order() for _ in range(9)]
    first = await world.marketplace.get_order(made[0])
    word = first.title.split()[0]
    await world.says(ANN, f"/orders {word.upper()}")
    listed = await world.last(ANN)
    assert listed["text"] == f"Orders with “{word.upper()}”: 9"
    assert "1/2" in labels(listed)
    await world.presses(ANN, listed, "›")
    turned = next(m for m in await world.chat(ANN) if m["message_id"] == listed["message_id"])
    assert turned["text"] == f"Orders with “{word.upper()}”: 9"
    assert "2/2" in labels(turned)
    assert ": 1\n" in await seen(world, f"/orders {first.order_no[4:]}")
    assert ": 1\n" in await seen(world, f"/orders {(first.buyer_id or '')[:20]} {word}")
    assert "None" in await seen(world, "/orders nothing like it")
    assert "None" in await seen(world, "/orders 100%_")


async def test_any_word_finds_without_a_command_and_one_alone_opens_its_card(
    world: World,
) -> None:
    order_id = await world.order()
    title = (await world.marketplace.get_order(order_id)).title
    assert f"Order {await world.number(order_id)}" in await seen(world, title[:12].lower())
    ticket_id = await world.ticket(order_id, "The screen stays purple")
    number = (await world.true_ticket(ticket_id))["ticket_no"]
    assert number in await seen(world, "purple screen")
    await world.order()
    listed = await seen(world, title.split()[0])
    assert listed.startswith(f"Orders with “{title.split()[0]}”: 2")
    # The same words in the tickets are a tap away.
    await world.presses(ANN, await world.last(ANN), "The same in tickets")
    assert "Tickets with" in shown(await world.last(ANN))
    await world.presses(ANN, await world.last(ANN), "The same in orders")
    assert "Orders with" in shown(await world.last(ANN))
    assert "/help says more" in await seen(world, "no such words")
    assert "/help says more" in await seen(world, "ok")
    assert "/help says more" in await seen(world, f"{title.split()[0]} and many words besides")


async def test_goods_behind_a_command_are_not_searched_for(world: World) -> None:
    await world.order()
    assert "not searched for" in await seen(world, "/orders anna:Hunter2222")


async def test_buttons_that_would_look_alike_say_the_end_of_their_number(world: World) -> None:
    one = await world.order(quantity=1)
    first = await world.true_order(one)
    two = await world.order(quantity=1, product_id=first["product_id"])
    await world.says(ANN, "anna:Hunter2222")
    offered = labels(await world.last(ANN))
    ends = [(await world.number(order_id))[-4:] for order_id in (one, two)]
    assert len(set(offered)) == len(offered)
    assert [any(label.endswith(f"…{end}") for label in offered) for end in ends] == [True, True]


async def test_a_group_hears_when_a_message_does_not_say_what_it_is_about(world: World) -> None:
    group = (await world.act("/groups", title="Shop", members=[ANN]))["chat_id"]
    await world.says(ANN, "/menu", chat=group)
    menu = await world.last(ANN, group)
    await world.says(ANN, "hello", chat=group, reply_to=menu["message_id"])
    assert "no longer says which order" in shown(await world.last(ANN, group))
