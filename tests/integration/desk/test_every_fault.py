"""Every fault of the marketplace, times every change that we make: what the chat says is true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from bot.supplier.results import NewProduct
from sandbox.marketplace.ledger import Kind as Changed
from tests.support.world import ANN, World, labels, shown

GOODS = "anna:Hunter2222"
WORDS = "Sorry, here is another one."


@dataclass(frozen=True, slots=True)
class Change:
    """A change as a person makes it in the chat, up to the press that confirms it."""

    operation: str
    ledger: Changed  # what the marketplace's ledger calls it
    claims: str  # what the chat says when it is done
    make: Callable[[World], Awaitable[str]]


async def _card(world: World, number: str) -> Any:
    await world.says(ANN, number)
    return await world.last(ANN)


async def _held(world: World) -> None:
    """Press Send now on what is held."""
    await world.presses(ANN, await world.last(ANN), "Send now")


async def _deliver(world: World) -> str:
    order = await world.order()
    card = await _card(world, await world.number(order))
    await world.says(ANN, GOODS, reply_to=card["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    return order


async def _refund(world: World) -> str:
    order = await world.order()
    card = await _card(world, await world.number(order))
    await world.presses(ANN, card, next(t for t in labels(card) if "Refund" in t))
    asked = next(m for m in await world.from_bot(ANN) if m["message_id"] == card["message_id"])
    await world.presses(ANN, asked, next(t for t in labels(asked) if t.startswith("Yes")))
    return order


async def _reply(world: World) -> str:
    ticket = await world.ticket(await world.order(), "It is broken")
    card = await _card(world, (await world.true_ticket(ticket))["ticket_no"])
    await world.says(ANN, WORDS, reply_to=card["message_id"])
    await _held(world)
    return ticket


async def _resolve(world: World) -> str:
    ticket = await world.ticket(await world.order(), "It is broken")
    card = await _card(world, (await world.true_ticket(ticket))["ticket_no"])
    await world.presses(ANN, card, "Reply & resolve")
    await world.says(ANN, WORDS)
    await _held(world)
    return ticket


async def _status(world: World) -> str:
    order = await world.order()
    card = await _card(world, await world.number(order))
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "▶️ Mark running")
    return order


async def _complete(world: World) -> str:
    order = await world.order()
    card = await _card(world, await world.number(order))
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "Mark complete")
    await world.presses(ANN, await _again(world, card), "Yes, mark complete")
    return order


async def _ticket_status(world: World) -> str:
    ticket = await world.ticket(await world.order(), "It is broken")
    card = await _card(world, (await world.true_ticket(ticket))["ticket_no"])
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "Close")
    return ticket


async def _new_ticket(world: World) -> str:
    order = await world.order()
    card = await _card(world, await world.number(order))
    await world.presses(ANN, card, "✉️ Write to buyer")
    await world.says(ANN, WORDS)
    await _held(world)
    return order


async def _product(world: World, title: str = "Windows") -> tuple[str, Any]:
    product = await world.product(title)
    await world.says(ANN, f"/product {product}")
    return product, await world.last(ANN)


async def _pause(world: World) -> str:
    product, card = await _product(world)
    await world.presses(ANN, card, "Pause")
    return product


async def _price(world: World) -> str:
    product, card = await _product(world)
    await world.presses(ANN, card, "Price")
    await world.says(ANN, "18.25")
    await world.presses(ANN, await world.last(ANN), "Yes, set $18.25")
    return product


async def _describe(world: World) -> str:
    product, card = await _product(world)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "Description")
    await world.says(ANN, "A key, sent within the hour.\nFor one computer.")
    await world.presses(ANN, await world.last(ANN), "Yes, change it")
    return product


async def _warranty(world: World) -> str:
    product, card = await _product(world)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "Warranty")
    await world.says(ANN, "45")
    await world.presses(ANN, await world.last(ANN), "Yes, change it")
    return product


async def _delete(world: World) -> str:
    # Of the practice shop's products, one that nobody ever bought.
    made = await world.marketplace.create_product(
        NewProduct(
            category_id=(await world.true_product(await world.product()))["category_id"],
            title="Unsold",
            description="Nobody wants it.",
            price=Decimal(3),
        )
    )
    assert made.product_id is not None
    product, card = await _product(world, "Unsold")
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await _again(world, card), "Delete")
    await world.presses(ANN, await _again(world, card), "Yes, delete it")
    return product


async def _create(world: World) -> str:
    product = await world.product()
    category = (await world.true_product(product))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    await world.says(ANN, "A new one\n12.30 / 2 / 30\nFor whoever wants it.")
    await world.presses(ANN, await world.last(ANN), "Yes, create it")
    return product


async def _stock(world: World) -> str:
    product, card = await _product(world)
    await world.says(ANN, "one:Hunter1111\ntwo:Hunter2222", reply_to=card["message_id"])
    await world.presses(ANN, await world.last(ANN), "Send 2")
    return product


async def _again(world: World, card: Any) -> Any:
    """Return a message as it is shown now."""
    return next(m for m in await world.from_bot(ANN) if m["message_id"] == card["message_id"])


CHANGES = {
    "deliver": Change("update_delivered_info", "deliver", "1 of 1 delivered by Ann", _deliver),
    "refund": Change("refund_order", "refund", "Refunded $8.90 by Ann", _refund),
    "reply": Change("update_ticket", "ticket_reply", "Sent by Ann", _reply),
    "reply and resolve": Change("update_ticket", "ticket_reply", "Sent by Ann", _resolve),
    "mark running": Change("change_order_status", "status", "Marked running by Ann", _status),
    "mark complete": Change("change_order_status", "status", "Marked complete by Ann", _complete),
    "close a ticket": Change("update_ticket", "ticket_status", "Closed by Ann", _ticket_status),
    "open a ticket": Change("create_ticket", "ticket_created", "Sent by Ann", _new_ticket),
    "pause a product": Change("update_product", "product_updated", "Paused by Ann", _pause),
    "set a price": Change("update_product", "product_updated", "Price set to $18.25", _price),
    "describe": Change("update_product", "product_updated", "Description changed by", _describe),
    "delete a product": Change("delete_product", "product_deleted", "Deleted by Ann", _delete),
    "create a product": Change("create_product", "product_created", "Created by Ann", _create),
    "set a warranty": Change("update_product", "product_updated", "Warranty changed", _warranty),
    "add stock": Change("append_product_accounts", "stock_added", "2 accounts added by", _stock),
}
# What the marketplace does to the one call; those that hang are cut by the client's own wait.
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 400},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 404},
    {"kind": "status", "status": 500},
    {"kind": "html"},
    {"kind": "login"},
    {"kind": "throttle"},
    {"kind": "throttle", "retry_after": 5},
    {"kind": "refused", "message": "Not on Sundays"},
    {"kind": "garbage"},
    {"kind": "cut"},
    {"kind": "close"},
    {"kind": "close_after"},
    {"kind": "error_after"},
)
_DENIES = (
    *("Not sent", "Not refunded", "Not changed", "Not deleted", "Not added", "Not created"),
    *("shows no", "does not show", "still shows"),
)
_WAITS = ("Checking", "ending…", "Refunding…", "is delivering", "is changing", "is writing")
# What no look can tell is asked, and neither claimed nor denied.
_ASKS = (
    *("they may be in the pool, or not", "Is it this one?"),
    "Nobody can tell whether it was changed",
)


def _name(fault: dict[str, Any]) -> str:
    return " ".join(str(value) for value in fault.values())


@pytest.mark.parametrize("fault", FAULTS, ids=_name)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_within_thirty_seconds_and_at_the_end_the_chat_says_what_is_true(
    world: World, change: Change, fault: dict[str, Any]
) -> None:
    await world.control("/faults", operation=change.operation, **fault)
    await change.make(world)
    await world.later(30)
    await _is_true(world, change)
    for _ in range(6):
        if not await _open_intents(world):
            break  # what is final needs no more looks; it is looked at once more below
        await world.later(30)
    await world.later(180)
    said = await _is_true(world, change)
    assert not any(word in said for word in _WAITS), said
    assert len(await world.changes(change.ledger)) <= 1


async def _open_intents(world: World) -> int:
    return int(
        await world.one("select count(*) from intents where state in ('sending', 'unknown')")
    )


async def _is_true(world: World, change: Change) -> str:
    said = "\n".join(shown(m) for m in await world.from_bot(ANN))
    done = bool(await world.changes(change.ledger))
    claims = change.claims in said
    denies = any(word in said for word in _DENIES)
    waits = any(word in said for word in _WAITS)
    asks = any(word in said for word in _ASKS)
    assert claims or denies or waits or asks, f"nothing is said: {said}"
    assert not asks or not (claims or denies), f"asked about, and yet known: {said}"
    assert not claims or done, f"claimed and not done: {said}"
    assert not denies or not done, f"denied and done: {said}"
    return said
