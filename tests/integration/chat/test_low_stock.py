"""Low stock and sold out: a push once a crossing, a bound for each product, and the pinned line."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.health_facts import FeedHealth
from bot.model.person import Role
from bot.store import positions
from bot.supplier.results import ProductPatch
from bot.watch.products import ProductWatch
from bot.watch.teller import Teller
from tests.support.world import ANN, BEN, CLEO, World, labels


async def look(world: World, *stocks: tuple[str, int]) -> None:
    """Let these products have these stocks on the marketplace, and look at them."""
    for product, stock in stocks:
        await world.marketplace.update_product(product, ProductPatch(stock=stock))
    watch = ProductWatch(
        world.store, world.marketplace, world.shop_id, calls_per_minute=60, now=world.clock.now
    )
    world.clock.advance(60)
    await watch.look()
    await Teller(world.store, world.shop_id, now=world.clock.now).tell()
    await world.settle()


async def pushes(world: World, who: int = ANN) -> list[Any]:
    return [each for each in await world.from_bot(who) if "📦 Add accounts" in labels(each)]


async def now(world: World, message: Any, who: int = ANN) -> Any:
    return next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])


async def test_a_stock_that_runs_low_is_told_once_a_crossing(world: World) -> None:
    product = await world.product("Windows")
    await look(world, (product, 6))
    assert await pushes(world) == []
    await look(world, (product, 5))
    (told,) = await pushes(world)
    assert "⚠️ Only 5 left: 5 or fewer is low." in told["text"]
    assert told["silent"]
    await look(world, (product, 3))
    assert len(await pushes(world)) == 1  # low already: its card alone says how many
    await look(world, (product, 0))
    assert len(await world.rows("select id from events where kind = 'stock_out'")) == 1
    assert "⚠️ Sold out. 5 or fewer is low." in (await world.last(ANN))["text"]
    # A crossing is told anew once there was enough in between.
    await look(world, (product, 90))
    await look(world, (product, 0))
    assert len(await world.rows("select id from events where kind = 'stock_out'")) == 2
    await world.presses(ANN, await world.last(ANN), "📦 Add accounts")
    assert "Paste the accounts for the pool of Windows" in (await world.last(ANN))["text"]


async def test_what_was_low_at_the_first_look_or_is_paused_is_no_news(world: World) -> None:
    product = await world.product("Windows")
    await look(world, (product, 2))
    assert await pushes(world) == []
    state = "select stock_state from products where title like 'Windows%'"
    assert await world.one(state) == "low"
    await world.marketplace.update_product(product, ProductPatch(status="inactive"))
    await look(world, (product, 0))
    assert await world.rows("select id from events where subject_kind = 'product'") == []


async def test_it_is_as_loud_as_each_person_wants(world: World) -> None:
    for presses in (1, 3):
        who = ANN if presses == 1 else BEN
        await world.says(who, "/settings")
        card = await world.last(who)
        await world.presses(who, card, "Pushes")
        for at in range(presses):
            wish = ("as usual", "loud", "silent")[at]
            await world.presses(who, card, f"low stock: {wish}")
    product = await world.product("Windows")
    await look(world, (product, 50))
    await look(world, (product, 1))
    (told,) = await pushes(world)
    assert not told["silent"]
    assert await pushes(world, BEN) == []


async def test_a_product_has_a_bound_of_its_own_and_a_bound_that_moves_is_no_crossing(
    world: World,
) -> None:
    product = await world.product("Windows")
    await look(world, (product, 30))
    await world.says(ANN, f"/product {product}")
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    assert "Low with 5 or fewer left · as in the settings" in (await now(world, card))["text"]
    await world.presses(ANN, await now(world, card), "Low stock")
    prompt = await world.last(ANN)
    for wrong in ("few", "-3", "1e9", "1000000"):
        await world.says(ANN, wrong)
        assert "Write it like 5" in (await world.last(ANN))["text"]
    await world.says(ANN, "40")
    assert "its card says from when on it is low" in (await now(world, prompt))["text"]
    assert "Low with 40 or fewer left\n" in (await now(world, card))["text"]
    assert "⚠️ Only 30 left: 40 or fewer is low." in (await now(world, card))["text"]
    assert await world.rows("select id from events where subject_kind = 'product'") == []
    # Of all the others, the shop's bound moves: that is no crossing, either.
    await world.says(ANN, "/settings")
    settings = await world.last(ANN)
    await world.presses(ANN, settings, "Low stock")
    await world.presses(ANN, settings, "Another number")
    await world.says(ANN, "100000")
    await look(world)
    assert await world.one("select count(*) from products where stock_state = 'low'") == 12
    assert await world.rows("select id from events where subject_kind = 'product'") == []
    await world.says(ANN, "/products low")
    assert "Products on sale with few or none left: 12" in (await world.last(ANN))["text"]


@pytest.mark.parametrize(("typed", "bound"), [("off", -1), ("Usual", None), ("0", 0)])
async def test_a_bound_may_be_off_or_as_usual(world: World, typed: str, bound: int | None) -> None:
    product = await world.product("Windows")
    await look(world, (product, 0))
    await world.says(ANN, f"/product {product}")
    await world.presses(ANN, await world.last(ANN), "More")
    await world.presses(ANN, await world.last(ANN), "Low stock")
    await world.says(ANN, typed)
    kept = await world.rows("select low_at, stock_state from products where title like 'Windows%'")
    assert kept == [(bound, "ok" if bound == -1 else "out")]


async def test_a_viewer_sets_no_bound_and_an_operator_does(world: World) -> None:
    await world.join(CLEO, Role.VIEWER)
    product = await world.product("Windows")
    await world.says(CLEO, f"/product {product}")
    card = await world.last(CLEO)
    await world.forges(CLEO, card["message_id"], f"lw:{product}")
    assert "Your role in this shop does not allow this" in (await world.last(CLEO))["text"]
    await world.becomes(CLEO, Role.OPERATOR)
    await world.forges(CLEO, card["message_id"], f"lw:{product}")
    assert "At how many left is Windows" in (await world.last(CLEO))["text"]


async def test_the_pinned_line_counts_what_is_low(world: World) -> None:
    product = await world.product("Windows")
    await look(world, (product, 2))
    async with world.store.write() as tx:
        await positions.greet(tx, world.shop_id, ANN)
    # Two of the practice shop's pools are low from the beginning.
    for text in ("nothing waits · 3 low · checked 12:05", "nothing waits · 2 low · checked 12:06"):
        world.feeds = tuple(FeedHealth(each, last_good_at=world.now) for each in ("o", "t"))
        await world.pins.consider()
        await world.settle()
        pinned = next(m for m in await world.from_bot(ANN) if "checked" in m["text"])
        assert pinned["text"] == text
        await look(world, (product, 60))


async def test_a_burst_names_the_products_that_are_low(world: World) -> None:
    await world.says(ANN, "/settings")
    card = await world.last(ANN)
    await world.presses(ANN, card, "Digest")
    await world.presses(ANN, card, "more than 3 at once")
    await world.product()
    ids = [row[0] for row in await world.rows("select product_id from products")]
    await look(world, *((each, 50) for each in ids))
    await look(world, *((each, 1) for each in ids))
    digest = (await world.last(ANN))["text"]
    many = await world.one("select count(*) from events where kind = 'stock_low'")
    assert f"📦 {many} products with few or none left" in digest
    assert "Windows 11 Pro" in digest
    assert len(await pushes(world, BEN)) == many
