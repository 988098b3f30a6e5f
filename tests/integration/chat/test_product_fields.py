"""The least that is sold at once, the warranty and the category of a product are changed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import Role
from bot.model.product import Product
from bot.store import products
from bot.supplier.results import ProductPatch
from tests.support.world import ANN, BEN, World, labels


async def now(world: World, message: Any, who: int = ANN) -> Any:
    return next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])


async def ask(world: World, field: str) -> tuple[str, Any]:
    """Open More on a product's card and press a field; return the product and its card."""
    product = await world.product("Windows")
    await world.says(ANN, f"/product {product}")
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await now(world, card), field)
    return product, card


@pytest.mark.parametrize(
    ("field", "wrong", "example", "value", "preview", "done", "holds"),
    [
        (
            *("Minimum", "none", "like 2, from 1 to 1000000", "3"),
            *("Sold at once at least: 1 → 3", "Minimum changed by Ann", ("min_quantity", 3)),
        ),
        (
            *("Warranty", "4000", "like 30, from 0 to 3650", "45"),
            *("Days of warranty: 45", "Warranty changed by Ann", ("warranty_period_days", "45")),
        ),
    ],
)
async def test_a_number_is_previewed_and_set_once_it_is_confirmed(
    world: World,
    field: str,
    wrong: str,
    example: str,
    value: str,
    preview: str,
    done: str,
    holds: tuple[str, object],
) -> None:
    product, card = await ask(world, field)
    await world.says(ANN, wrong)
    assert example in (await world.last(ANN))["text"]
    before = await world.true_product(product)
    await world.says(ANN, value)
    shown = await world.last(ANN)
    assert preview in shown["text"]
    assert await world.true_product(product) == before
    await world.presses(ANN, shown, "Yes, change it")
    assert done in (await now(world, shown))["text"]
    assert done in (await now(world, card))["text"]
    after = await world.true_product(product)
    told = {holds[0]: holds[1]} if holds[0] in after else {}
    assert {**before, **told, "updated_at": 0} == {**after, "updated_at": 0}
    kept = await world.one("select snapshot from products where title like 'Windows%'")
    assert f'"{holds[0]}": {value}' in kept or f'"{holds[0]}":{value}' in kept


async def test_a_category_is_pressed_or_pasted_and_named_by_its_path(world: World) -> None:
    product, card = await ask(world, "Category")
    prompt = await world.last(ANN)
    before = (await world.true_product(product))["category_id"]
    paths = [label for label in labels(prompt) if label != "Cancel"]
    other = next(path for path in paths if "Streaming" in path or "Video" in path or ">" in path)
    await world.says(ANN, "two words")
    assert "This is no ID of a category" in (await world.last(ANN))["text"]
    await world.presses(ANN, prompt, other)
    preview = await world.last(ANN)
    assert f"→ {other}" in preview["text"].replace("\u2060", "")
    assert "the preview stands below" in (await now(world, prompt))["text"]
    again = next(b["data"] for row in prompt["keyboard"] for b in row if b["text"] == other)
    toast = await world.forges(ANN, prompt["message_id"], again)
    assert toast == "This button no longer works."
    assert (await world.last(ANN))["message_id"] == preview["message_id"]
    await world.presses(ANN, preview, "Yes, change it")
    assert "Category changed by Ann" in (await now(world, preview))["text"]
    after = (await world.true_product(product))["category_id"]
    assert after != before
    assert other in (await now(world, card))["text"]
    # The ID of one that nobody has seen: the marketplace knows it, or refuses it in its words.
    await world.presses(ANN, await now(world, card), "Category")
    await world.says(ANN, "000000000000000000000bad")
    await world.presses(ANN, await world.last(ANN), "Yes, change it")
    assert "Not changed: the marketplace says" in (await world.last(ANN))["text"]
    assert (await world.true_product(product))["category_id"] == after


async def test_a_minimum_that_moved_meanwhile_is_not_overwritten(world: World) -> None:
    product, _ = await ask(world, "Minimum")
    await world.says(ANN, "3")
    preview = await world.last(ANN)
    await world.marketplace.update_product(product, ProductPatch(min_quantity=5))
    await world.presses(ANN, preview, "Yes, change it")
    assert "Not changed: somebody changed it" in (await now(world, preview))["text"]
    assert (await world.true_product(product))["min_quantity"] == 5


async def test_a_warranty_whose_answer_is_lost_is_neither_claimed_nor_denied(world: World) -> None:
    await world.trouble("update_product", "error_after")
    _, card = await ask(world, "Warranty")
    await world.says(ANN, "45")
    preview = await world.last(ANN)
    await world.presses(ANN, preview, "Yes, change it")
    assert "Checking" in (await now(world, preview))["text"]
    for _ in range(8):
        await world.later(30)
    assert "Nobody can tell whether it was changed" in (await now(world, preview))["text"]
    assert "Warranty changed" not in (await now(world, card))["text"]
    assert len(await world.changes("product_updated")) == 1


async def test_only_an_owner_changes_them_and_a_forged_category_is_nothing(world: World) -> None:
    product, card = await ask(world, "Category")
    draft = await world.one("select id from drafts")
    await world.forges(ANN, card["message_id"], f"pk:nowhere:{draft}")
    await world.forges(BEN, card["message_id"], f"pk:{product}:{draft}")
    assert await world.rows("select id from intents") == []
    await world.becomes(BEN, Role.OPERATOR)
    await world.says(BEN, f"/product {product}")
    own = await world.last(BEN)
    await world.forges(BEN, own["message_id"], f"pe:{product}:warranty")
    assert "Your role" in (await world.last(BEN))["text"]


async def test_many_categories_come_in_pages_wherever_one_is_chosen(world: World) -> None:
    _, card = await ask(world, "Category")
    named = [
        Product.model_validate(
            {"product_id": f"z{at}", "category_id": f"z{at}", "category_path": f"Zoo > {at:02}"}
        )
        for at in range(35)
    ]
    async with world.store.write() as tx:
        await products.take_in(tx, world.shop_id, named, looked_at=world.now, now=world.now)
    await world.says(ANN, "/products")
    shelf = await world.last(ANN)
    await world.presses(ANN, shelf, "Category")
    await world.presses(ANN, await now(world, card), "Category")
    edit = await world.last(ANN)
    for question in (shelf, edit):
        for page in "12":
            assert f"{page}/3" in labels(await now(world, question))
            await world.presses(ANN, question, "›")
        shown = labels(await now(world, question))
        assert {"Zoo > 34", "3/3", "‹"} <= {*shown}
    await world.presses(ANN, edit, "Zoo > 34")
    assert "Category: Software > Windows → Zoo > 34" in (await world.last(ANN))["text"]
    await world.says(ANN, "/newproduct")
    which = await world.last(ANN)
    for turn in "›‹››":
        await world.presses(ANN, which, turn)
    await world.presses(ANN, which, "Zoo > 34")
    assert "A new product in Zoo > 34" in (await world.last(ANN))["text"]
