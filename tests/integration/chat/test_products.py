"""/products, /product and the card of a product: what it shows, changes, and leads to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.model.person import Role
from bot.store import products
from bot.supplier.results import NewProduct, ProductPatch
from bot.watch.products import ProductWatch
from tests.support.world import ANN, BEN, World, labels, shown


async def now(world: World, message: Any, who: int = ANN) -> Any:
    return next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])


async def card_of(world: World, title: str = "Windows", who: int = ANN) -> tuple[str, Any]:
    product = await world.product(title)
    await world.says(who, f"/product {product}")
    return product, await world.last(who)


async def test_the_list_turns_its_pages_opens_a_card_in_its_place_and_comes_back(
    world: World,
) -> None:
    await world.product()
    await world.says(ANN, "/products")
    listed = await world.last(ANN)
    assert "All products: 12" in listed["text"]
    assert "1/2" in labels(listed)
    assert any(" sold" in each for each in labels(listed))
    await world.presses(ANN, listed, "›")
    second = await now(world, listed)
    first = labels(second)[0]
    await world.presses(ANN, second, first)
    card = await now(world, listed)
    assert "on sale" in card["text"]
    await world.presses(ANN, card, "Back")
    assert labels(await now(world, listed)) == labels(second)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/products netflix", "Products with “netflix”: 1"),
        ("/products out", "Products with nothing in stock: 0"),
        ("/products active", "Products on sale: 12"),
        ("/product gmail", "Aged Gmail account, 2015"),
        ("/product no such thing", "No product no such thing is known"),
        ("/product", "All products: 12"),
        ("/stock", "Which product?"),
        ("/stock minecraft", "Paste the accounts for the pool of Minecraft"),
        ("/products anna:Hunter2222", "it is not searched for"),
    ],
)
async def test_products_are_found_by_words_and_filters(world: World, typed: str, says: str) -> None:
    await world.product()
    await world.says(ANN, typed)
    assert says in shown(await world.last(ANN))


async def test_the_question_which_product_turns_its_pages(world: World) -> None:
    await world.product()
    await world.says(ANN, "/stock")
    asks = await world.last(ANN)
    assert labels(asks)[8:] == ["1/2", "›"]
    await world.presses(ANN, asks, "›")
    second = await now(world, asks)
    assert labels(second)[4:] == ["‹", "2/2"]
    await world.presses(ANN, second, labels(second)[0])
    assert "Paste the accounts for the pool of" in (await world.last(ANN))["text"]


async def test_before_the_first_look_nothing_is_said_to_be_none(world: World) -> None:
    await world.says(ANN, "/products")
    assert "were not looked at yet" in (await world.last(ANN))["text"]


async def test_pause_and_activate_change_the_status_alone_and_ask_nothing(world: World) -> None:
    product, card = await card_of(world)
    before = await world.true_product(product)
    await world.presses(ANN, card, "Pause")
    paused = await now(world, card)
    assert "Paused by Ann" in paused["text"]
    after = await world.true_product(product)
    assert after["status"] == "inactive"
    assert before | {"status": 0, "updated_at": 0} == after | {"status": 0, "updated_at": 0}
    await world.presses(ANN, paused, "▶️ Activate")
    assert (await world.true_product(product))["status"] == "active"


async def test_a_price_is_previewed_and_set_once_it_is_confirmed(world: World) -> None:
    product, card = await card_of(world)
    await world.presses(ANN, card, "Price")
    assert "it is $17.50 now" in (await world.last(ANN))["text"]
    await world.says(ANN, "free")
    assert "This is no price" in (await world.last(ANN))["text"]
    await world.says(ANN, "$40,00")
    preview = await world.last(ANN)
    assert "Price: $17.50 → $40.00" in preview["text"]
    assert "more than twice the price" in preview["text"]
    assert (await world.true_product(product))["price"] == "17.50"
    await world.presses(ANN, preview, "Yes, set $40.00")
    assert "Price set to $40.00 by Ann" in (await now(world, preview))["text"]
    assert (await world.true_product(product))["price"] == "40.00"
    assert "$40.00" in (await now(world, card))["text"]


async def test_a_price_that_moved_meanwhile_is_not_overwritten(world: World) -> None:
    product, card = await card_of(world)
    await world.presses(ANN, card, "Price")
    await world.says(ANN, "18")
    preview = await world.last(ANN)
    await world.marketplace.update_product(product, ProductPatch(price=Decimal(20)))
    await world.presses(ANN, preview, "Yes, set $18.00")
    assert "Not changed: somebody changed it" in (await now(world, preview))["text"]
    assert (await world.true_product(product))["price"] == "20.00"


async def test_a_product_that_was_renamed_meanwhile_is_found_in_the_whole_list(
    world: World,
) -> None:
    product, card = await card_of(world)
    await world.presses(ANN, card, "Price")
    await world.says(ANN, "18")
    preview = await world.last(ANN)
    # A search for the title that we know finds nothing.
    await world.marketplace.update_product(product, ProductPatch(title="Eleven", description="Key"))
    await world.presses(ANN, preview, "Yes, set $18.00")
    assert "Price set to $18.00 by Ann" in (await now(world, preview))["text"]


async def test_what_somebody_did_meanwhile_is_not_done_again(world: World) -> None:
    product, card = await card_of(world)
    await world.presses(ANN, card, "Price")
    await world.says(ANN, "18")
    preview = await world.last(ANN)
    await world.marketplace.update_product(
        product, ProductPatch(price=Decimal(18), status="inactive")
    )
    await world.presses(ANN, preview, "Yes, set $18.00")
    assert "the marketplace shows it so already" in (await now(world, preview))["text"]
    async with world.store.write() as tx:  # as the card showed it before that look
        await products.became(tx, world.shop_id, product, world.now, status="active")
    await world.settle()
    await world.presses(ANN, await now(world, card), "Pause")
    assert "the marketplace shows it so already" in (await now(world, card))["text"]
    assert len((await world.look("/calls?operation=update_product"))["items"]) == 1
    # Nor is it put on sale where it is by now what nobody was shown.
    true = next(each for each in world.market.state.site.market.products if each.id == product)
    true.status = "rejected"
    await world.presses(ANN, await now(world, card), "Activate")
    assert "somebody changed it" in (await now(world, card))["text"]
    assert (await world.true_product(product))["status"] == "rejected"


async def test_a_title_and_a_description_change_after_one_confirmation(world: World) -> None:
    product, card = await card_of(world)
    for button, text in (("Title", "Windows 11 Pro"), ("Description", "A <b>key</b> & no more.")):
        if "More" in labels(await now(world, card)):
            await world.presses(ANN, await now(world, card), "More")
        await world.presses(ANN, await now(world, card), button)
        await world.says(ANN, text)
        preview = await world.last(ANN)
        assert text in preview["text"].replace("\u2060", "")  # what keeps it from being tapped
        await world.presses(ANN, preview, "Yes, change it")
    after = await world.true_product(product)
    assert (after["title"], after["description"]) == ("Windows 11 Pro", "A <b>key</b> & no more.")


async def test_what_was_sold_is_not_deleted_and_that_is_said_before_and_after(
    world: World,
) -> None:
    product, card = await card_of(world)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await now(world, card), "Delete")
    asked = await now(world, card)
    assert "It was sold 3 times" in asked["text"]
    assert labels(asked) == ["Yes, delete it", "No"]
    await world.presses(ANN, asked, "Yes, delete it")
    told = await now(world, card)
    assert "Not deleted" in told["text"]
    assert "cannot be deleted" in told["text"]
    assert await world.true_product(product) is not None


async def test_an_order_leads_to_its_product(world: World) -> None:
    await world.product()
    order = await world.order()
    await world.says(ANN, await world.number(order))
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await now(world, card), "📦 Product")
    opened = await world.last(ANN)
    assert (await world.true_order(order))["product"]["title"] in opened["text"]
    assert "order of it waits" in opened["text"] or "orders of it wait" in opened["text"]


async def test_a_viewer_sees_products_and_changes_none(world: World) -> None:
    await world.becomes(BEN, Role.VIEWER)
    product, card = await card_of(world, who=BEN)
    assert labels(card) == ["More"]
    for forged in (f"ps:{product}:paused", f"pd:{product}", f"pe:{product}:price"):
        await world.forges(BEN, card["message_id"], forged)
        assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]
    await world.says(BEN, "anna:Hunter2222", reply_to=card["message_id"])
    assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]
    assert await world.changes("product_updated") == []


async def test_the_watch_takes_products_in_page_by_page_and_sees_what_is_gone(
    world: World,
) -> None:
    await world.control("/options", max_page_size=5)
    watch = ProductWatch(
        world.store,
        world.marketplace,
        world.shop_id,
        calls_per_minute=60,
        now=lambda: world.now,
    )

    async def lap() -> None:
        while not await watch.look():
            world.clock.advance(15)
        world.clock.advance(60)

    await lap()
    assert await counted(world) == 12
    made = (await world.true_product(await world.product(known=False)))["product_id"]
    async with world.store.write() as tx:
        stranger = (await products.by_id(tx, world.shop_id, made)).product  # type: ignore[union-attr]
        gone = stranger.model_copy(update={"product_id": "gone", "title": "Gone"})
        at = world.now - timedelta(hours=1)
        await products.take_in(tx, world.shop_id, (gone,), looked_at=at, now=at)
    assert await counted(world) == 13
    await lap()
    assert watch.health().known == 12
    assert await counted(world) == 12


async def counted(world: World) -> int:
    async with world.store.read() as tx:
        return await products.count(tx, world.shop_id)


async def test_a_look_that_fails_is_told_in_health_and_takes_nothing_for_gone(
    world: World,
) -> None:
    slept: list[float] = []

    class EnoughError(Exception):
        pass

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        world.clock.advance(seconds)
        if len(slept) == 3:
            raise EnoughError

    watch = ProductWatch(
        world.store,
        world.marketplace,
        world.shop_id,
        calls_per_minute=60,
        now=lambda: world.now,
        sleep=sleep,
    )
    await world.trouble("list_products", "status", status=500)
    await world.trouble("list_products", "garbage")
    with pytest.raises(EnoughError):
        await watch.run()
    # Two looks fail; then the page behind a short one is looked at, to see whether it was all.
    assert slept == [60, 60, 30]
    assert watch.health().failing_since is None
    assert await counted(world) == 12


NEW = "Netflix Family\n$21.50 / 2 / 30\nOne month, for four people.\nSent within the hour."


async def test_a_new_product_is_previewed_and_created_as_it_was_written(world: World) -> None:
    await world.product()
    await world.says(ANN, "/newproduct")
    which = await world.last(ANN)
    assert "Streaming > Video" in labels(which)
    await world.presses(ANN, which, "Streaming > Video")
    assert "A new product in Streaming > Video" in (await world.last(ANN))["text"]
    await world.says(ANN, "no price\nand no description")
    assert "needs its title on the first line" in (await world.last(ANN))["text"]
    await world.says(ANN, NEW, reply_to=(await world.from_bot(ANN))[-2]["message_id"])
    preview = await world.last(ANN)
    assert "$21.50 · Streaming > Video" in preview["text"]
    assert await world.changes("product_created") == []
    await world.presses(ANN, preview, "Yes, create it")
    created = await now(world, preview)
    assert "Created by Ann" in created["text"]
    made = await world.true_product(await world.product("Netflix Family", known=False))
    told = (made["price"], made["min_quantity"], made["warranty_period_days"], made["delivery"])
    assert told == ("21.50", 2, "30", "hand")
    await world.presses(ANN, created, "📦 Product")
    assert "Netflix Family" in (await world.last(ANN))["text"]


@pytest.mark.parametrize(
    ("pressed", "says"),
    [("That is it", "Created by Ann"), ("Another one", "shows no such product")],
)
async def test_what_may_be_the_new_product_is_shown_and_asked_about(
    world: World, pressed: str, says: str
) -> None:
    await world.product()
    await world.says(ANN, "/newproduct 123456")
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    await world.says(ANN, NEW)
    preview = await world.last(ANN)
    await world.trouble("create_product", "close_after")
    await world.presses(ANN, preview, "Yes, create it")
    await world.later(300)
    asked = await now(world, preview)
    assert "Is it this one?" in asked["text"]
    await world.presses(ANN, asked, pressed)
    assert says in (await now(world, preview))["text"]
    assert len(await world.changes("product_created")) == 1


async def test_one_that_came_meanwhile_is_not_created_again_one_of_before_is_another(
    world: World,
) -> None:
    category = (await world.true_product(await world.product()))["category_id"]

    async def by_hand() -> None:
        await world.marketplace.create_product(
            NewProduct(
                category_id=category,
                title="Netflix Family",
                description="By hand",
                price=Decimal("21.50"),
            )
        )

    async def confirmed() -> str:
        await world.presses(ANN, preview, "Yes, create it")
        return str((await now(world, preview))["text"])

    await by_hand()
    await world.product()
    await world.says(ANN, f"/newproduct {category}")
    await world.says(ANN, NEW)
    preview = await world.last(ANN)
    assert "Created by Ann" in await confirmed()
    await world.says(ANN, f"/newproduct {category}")
    await world.says(ANN, NEW)
    preview = await world.last(ANN)
    await by_hand()
    assert "Not created" in await confirmed()
    assert len(await world.changes("product_created")) == 3
