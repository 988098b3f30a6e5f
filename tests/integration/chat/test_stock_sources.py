"""An import says where it came from, and a unit of it names that later; products are copied."""

from __future__ import annotations

from typing import Any

from bot.model.person import Role
from tests.support.world import ANN, BEN, World, labels

LINES = "anna:Hunter-1111\nberta:Hunter-2222"


async def now(world: World, message: Any) -> Any:
    return next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])


async def test_a_unit_of_an_order_names_the_import_it_came_in(world: World) -> None:
    product = await world.product()
    await world.says(ANN, f"/stock {product}")
    await world.says(ANN, LINES)
    added = await world.last(ANN)
    assert "Source and cost" not in labels(added)
    await world.presses(ANN, added, "Send 2")
    await world.presses(ANN, await now(world, added), "Source and cost")
    prompt = await world.last(ANN)
    assert "Where do these accounts for Windows" in prompt["text"]
    await world.says(ANN, "x" * 70)
    assert "This is too long for a source" in (await world.last(ANN))["text"]
    await world.says(ANN, "carla:Hunter-3333")
    assert "This looks like goods" in (await world.last(ANN))["text"]
    await world.says(ANN, "MegaKeys 0.80")
    assert "from “MegaKeys”, $0.80 each" in (await now(world, added))["text"]
    assert "Noted" in (await now(world, prompt))["text"]

    order = await world.order(product_id=product)
    await world.says(ANN, await world.number(order))
    card = await world.last(ANN)
    await world.presses(ANN, card, "📦 Deliver")
    await world.says(ANN, "berta:Hunter-2222")
    await world.presses(ANN, await world.last(ANN), "Send 1")
    await world.presses(ANN, await now(world, card), "More")
    await world.presses(ANN, await now(world, card), "📦 Show goods")
    await world.later(1)
    goods = await world.last(ANN)
    assert "1. In the pool since 23 Nov, from “MegaKeys”, $0.80 each" in goods["text"]
    # So does the question for its replacement, and that one's preview.
    says = "The broken one came with the accounts of 23 Nov, from “MegaKeys”."
    await world.presses(ANN, await now(world, card), "🔁 Replace")
    assert says in (await world.last(ANN))["text"]
    await world.says(ANN, "zoe:Hunter-9999")
    assert says in (await world.last(ANN))["text"]
    # And what became of the accounts of a source is told beside the report.
    await world.ticket(order, "Wrong password")
    await world.forges(ANN, card["message_id"], "sc")
    told = (await world.last(ANN))["text"]
    for says in ("“MegaKeys”: 1 unit · 1 order", "cost $0.80", "1 order with a ticket", "100.0 %"):
        assert says in told
    # Only hashes are kept of the lines, and the one who may not add stock says nothing of it.
    held = str(await world.rows("select * from stock_batches"))
    assert "MegaKeys" in held
    assert "Hunter" not in held
    await world.becomes(BEN, Role.VIEWER)
    await world.forges(BEN, await world.says(BEN, "/menu"), "ss:1")
    assert await world.one("select count(*) from stock_batches") == 1


async def test_what_the_pool_delivered_counts_for_its_source(world: World) -> None:
    product = await world.product()
    await world.says(ANN, f"/stock {product}")
    await world.says(ANN, "anna|Hunter-1111\nberta|Hunter-2222")
    added = await world.last(ANN)
    await world.presses(ANN, added, "Send 2")
    await world.presses(ANN, await now(world, added), "Source and cost")
    await world.says(ANN, "MegaKeys 0.80")
    order = await world.order(product_id=product)
    world.clock.advance(10)
    await world.see_order(order)
    assert (await world.marketplace.get_order(order)).delivered == 1
    await world.says(ANN, "/report")
    await world.presses(ANN, await world.last(ANN), "Sources")
    told = (await world.last(ANN))["text"]
    assert "“MegaKeys”: 1 unit · 1 order" in told
    assert "0 orders with a ticket or a refund" in told
    await world.says(ANN, await world.number(order))
    await world.presses(ANN, await world.last(ANN), "More")
    await world.presses(ANN, await world.last(ANN), "🔁 Replace")
    assert "with the accounts of 23 Nov, from “MegaKeys”" in (await world.last(ANN))["text"]


async def test_a_copy_of_a_product_is_that_with_another_title(world: World) -> None:
    product = await world.product()
    before = await world.true_product(product)
    await world.says(ANN, f"/product {product}")
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await now(world, card), "Copy this product")
    prompt = await world.last(ANN)
    assert "A copy of Windows 11 Pro key" in prompt["text"]
    assert "The price is $17.50" in prompt["text"]
    await world.says(ANN, "two lines\nand no price")
    assert "needs its title on the first line" in (await world.last(ANN))["text"]
    await world.says(ANN, "Windows 11 Home key")
    await world.presses(ANN, await world.last(ANN), "Yes, create it")
    made = await world.true_product(await world.product("Windows 11 Home", known=False))
    kept = ("price", "category_id", "description", "min_quantity", "images")
    assert {name: made[name] for name in kept} == {name: before[name] for name in kept}

    await world.presses(ANN, await now(world, card), "Copy this product")
    prompt = await world.last(ANN)
    await world.presses(ANN, prompt, "Copy it as it is")
    assert "preview stands below" in (await now(world, prompt))["text"]
    await world.presses(ANN, await world.last(ANN), "Yes, create it")
    titles = [p["title"] for p in (await world.look("/state"))["products"]]
    assert titles.count("Windows 11 Pro key") == 2
