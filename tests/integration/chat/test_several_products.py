"""Several products at once: picked, shown before and after, confirmed once, stopped, undone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.desk import batch_proposals, batches
from bot.desk.errors import NotPossible
from bot.desk.taking_up import take_up
from bot.model import batch
from bot.model.person import Role
from bot.store import settling
from bot.supplier.results import ProductPatch
from tests.support.world import ANN, BEN, World, broken, fine, labels, shown


async def now(world: World, message: Any, who: int = ANN) -> Any:
    return next(m for m in await world.chat(who) if m["message_id"] == message["message_id"])


def few(world: World, on_sale: int = 4) -> None:
    """Let few products be on sale: every one that changes is a look and a call."""
    for product in list(world.market.state.site.market.products)[on_sale:]:
        product.status = "inactive"


async def picking(world: World) -> Any:
    """Open the list, and begin to pick in its place."""
    few(world)
    await world.product()
    await world.says(ANN, "/products")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, "Select several")
    return await now(world, listed)


async def press(world: World, message: Any, begins: str) -> Any:
    """Press the one button of a message whose label begins so; return the message as it is then."""
    found = [each for each in labels(await now(world, message)) if each.startswith(begins)]
    await world.presses(ANN, message, found[0])
    return await now(world, message)


async def prices(world: World) -> dict[str, str]:
    return {p["title"]: p["price"] for p in (await world.look("/state"))["products"]}


async def on_sale(world: World) -> set[str]:
    shown_ = (await world.look("/state"))["products"]
    return {product["title"] for product in shown_ if product["status"] == "active"}


async def test_a_table_of_prices_comes_as_a_file_too(world: World) -> None:
    message = await picking(world)
    await world.sends_file(ANN, b"nothing of a price", "prices.txt")
    assert "This says no new price" in (await world.last(ANN))["text"]
    product = await world.product("Windows")
    await world.sends_file(ANN, b"PK", "prices.xlsx")
    assert "save the table as .csv" in (await world.last(ANN))["text"]
    # As an exported list in which one price was changed.
    rows = ["product_id,title,price", "nobody,no,3"]
    for each in (await world.look("/state"))["products"]:
        price = "12.25" if each["product_id"] == product else each["price"]
        rows.append(f'{each["product_id"]},"{each["title"]}",{price}')
    content = "\n".join(rows)
    sent = await world.sends_file(ANN, content.encode("utf-16"), "prices.csv")
    preview = await world.last(ANN)
    assert preview["reply_to"] == sent
    assert "New prices · 1 product" in preview["text"]
    assert "“nobody”" in preview["text"]
    assert preview["text"].count("–") == 1  # nothing else is left out
    assert "preview of what was selected" in (await now(world, message))["text"]
    await press(world, preview, "Yes, set")
    assert (await world.true_product(product))["price"] == "12.25"


async def test_prices_of_picked_products_change_together_and_back(world: World) -> None:
    before = await prices(world)
    message = await picking(world)
    await world.says(ANN, "+10%")
    assert "No product is selected yet" in (await world.last(ANN))["text"]
    first, second = [each for each in labels(message) if each.startswith("☐")][:2]
    await world.presses(ANN, message, first)
    message = await now(world, message)
    assert "1 product selected" in message["text"]
    await world.presses(ANN, message, second)
    message = await press(world, message, "Price")
    assert "How do the prices of these 2 products change?" in message["text"]
    assert labels(message) == ["Back", "Cancel"]
    await world.says(ANN, "10 per cent")
    assert "This says no new price" in (await world.last(ANN))["text"]
    await world.says(ANN, "+10%")
    preview = await world.last(ANN)
    assert "New prices · 2 products" in preview["text"]
    assert "preview of what was selected" in (await now(world, message))["text"]
    assert await prices(world) == before
    await world.presses(ANN, preview, "Yes, set 2 prices")
    done = await now(world, preview)
    assert "✅ 2 of 2 done by Ann" in done["text"]
    after = await prices(world)
    moved = {title for title in before if after[title] != before[title]}
    assert len(moved) == 2
    for title in moved:
        assert abs(Decimal(after[title]) - Decimal(before[title]) * 11 / 10) <= Decimal("0.005")
    # Each is an intent of its own, and one confirmation is all that was pressed.
    assert await world.one("select count(*) from intents where state = 'done'") == 2
    # One of them is changed by hand meanwhile: it is not taken back.
    by_hand = min(moved)
    product = await world.product(by_hand)
    await world.marketplace.update_product(product, ProductPatch(price=Decimal("77.77")))
    await world.product()
    await world.presses(ANN, done, "Undo")
    undo = await world.last(ANN)
    assert "Back to the prices before · 1 product" in undo["text"]
    assert "somebody changed it since" in undo["text"]
    await world.presses(ANN, undo, "Yes, set 1 price")
    assert await prices(world) == {**before, by_hand: "77.77"}
    assert "Taken back since" in (await now(world, done))["text"]
    assert "Undo" not in labels(await now(world, done))


async def test_a_pasted_table_names_its_products_and_what_it_leaves_out(world: World) -> None:
    message = await press(world, await picking(world), "Price")
    windows = await world.product()
    title = next(one for one in await prices(world) if one.startswith("Netflix"))
    await world.says(
        ANN, f"{windows}; 9.50\n{title} 12,00\nNobody's product 5\nno price\n{windows} 3\nSpotify 0"
    )
    await world.says(ANN, "/cancel")
    assert "– the change of 2 products" in (await world.last(ANN))["text"]
    assert await world.rows("select state from batches") == [("declined",)]
    message = await press(world, await picking(world), "Price")
    await world.says(
        ANN, f"{windows}; 9.50\n{title} 12,00\nNobody's product 5\nno price\n{windows} 3\nSpotify 0"
    )
    preview = await world.last(ANN)
    assert "$17.50 → $9.50" in preview["text"]
    for left in ("“Nobody's product”: no product has this ID or title", "“no price”: this line"):
        assert left in preview["text"].replace("\u2060", "")
    # A reply to it is a text as any other, and no goods for the order of its number.
    await world.says(ANN, "+10%", reply_to=preview["message_id"])
    assert "Paste the number of an order" in (await world.last(ANN))["text"]
    await press(world, preview, "Yes, set")
    assert (await prices(world))[title] == "12.00"
    assert (await world.true_product(windows))["price"] == "9.50"
    assert "preview" in (await now(world, message))["text"]


async def test_the_shop_is_paused_and_exactly_that_is_brought_back(world: World) -> None:
    few(world, 3)
    await world.product()
    open_before = await on_sale(world)
    await world.says(ANN, "/products")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, "Pause the shop")
    preview = await world.last(ANN)
    assert f"Pause the shop · {len(open_before)} products" in preview["text"]
    await press(world, preview, "Yes, pause")
    assert await on_sale(world) == set()
    await world.says(ANN, "/products")
    await world.presses(ANN, await world.last(ANN), "▶️ Open the shop")
    await press(world, await world.last(ANN), "Yes, put")
    assert await on_sale(world) == open_before
    await world.says(ANN, "/products")
    assert "Pause the shop" in labels(await world.last(ANN))
    await world.forges(ANN, (await world.last(ANN))["message_id"], "so:open")
    assert "Nothing of what the shop's pause" in (await world.last(ANN))["text"]


async def test_stop_leaves_the_rest_and_it_goes_on_after_a_restart_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "PAGE", 3)
    await press(world, await press(world, await picking(world), "Select all"), "Pause")
    preview = await world.last(ANN)
    await press(world, preview, "›")
    assert "2/2" in labels(await now(world, preview))

    async def press_unseen(word: str) -> None:  # which nobody has carried out yet
        person = await world.person(ANN)
        async with world.store.write() as tx:
            await batches.pressed(tx, world.shop, person, "1", word, chat_id=ANN, now=world.now)

    await press_unseen("yes")
    await press_unseen("stop")
    await world.settle()
    assert "Stopped: 2 of 4" in (await now(world, preview))["text"]
    assert "Go on with the other 2" in labels(await now(world, preview))
    await press_unseen("on")
    async with world.store.write() as tx:  # what a new process does first
        await take_up(tx, world.shop_id, world.now)
    await world.settle()
    assert await on_sale(world) == set()
    assert "4 of 4 done by Ann" in (await now(world, preview))["text"]
    assert len(await world.changes("product_updated")) == 4


async def test_what_is_lost_is_found_out_and_an_absent_marketplace_stops_it(world: World) -> None:
    await press(world, await press(world, await picking(world), "Select all"), "Pause")
    preview = await world.last(ANN)
    await world.trouble("update_product", "close_after")
    await press(world, preview, "Yes, pause")
    assert ("unknown",) in await world.rows("select state from batch_items")
    for _ in range(6):
        await world.later(5)
    assert await on_sale(world) == set()
    assert "✅" in (await now(world, preview))["text"]
    world.market_line.before = broken(httpx.ConnectError("away"), times=99)
    await press(world, await now(world, preview), "Undo")
    again = await world.last(ANN)
    await press(world, again, "Yes, put")
    assert "Stopped, since the marketplace is away" in (await now(world, again))["text"]
    assert await on_sale(world) == set()
    # Nothing was taken back yet, whatever was confirmed.
    assert "Taken back since" not in (await now(world, preview))["text"]
    assert "Undo" in labels(await now(world, preview))
    world.market_line.before = fine
    await press(world, again, "Go on")
    assert len(await on_sale(world)) == 4
    assert "Taken back since" in (await now(world, preview))["text"]
    assert "Undo" not in labels(await now(world, preview))


async def test_what_was_under_way_while_the_rest_was_taken_back_can_be_taken_back_too(
    world: World,
) -> None:
    few(world, 3)
    await world.product()
    open_before = await on_sale(world)
    ann = await world.person(ANN)
    given: dict[str, Any] = {"chat_id": ANN, "now": world.now}
    # Somebody opens the shop before anything of its pause was carried out: it goes on all the same.
    async with world.store.write() as tx:
        await batch_proposals.pause_shop(tx, world.shop, ann, **given)
        await batches.pressed(tx, world.shop, ann, "1", "yes", **given)
        with pytest.raises(NotPossible):
            await batch_proposals.open_shop(tx, world.shop, ann, **given)
        first, *_ = await settling.due(tx, world.now)
    await world.executor._take(first)
    # One is off sale, two are on their way: it is stopped, and that one taken back.
    async with world.store.write() as tx:
        await batches.pressed(tx, world.shop, ann, "1", "stop", **given)
        await batch_proposals.open_shop(tx, world.shop, ann, **given)
        await batches.pressed(tx, world.shop, ann, "2", "yes", **given)
    await world.settle()
    assert len(await on_sale(world)) == 1
    await world.says(ANN, "/products")
    await world.presses(ANN, await world.last(ANN), "▶️ Open the shop")
    await press(world, await world.last(ANN), "Yes, put")
    assert await on_sale(world) == open_before
    assert await world.rows("select id, undone_by from batches") == [(1, 3), (2, None), (3, None)]


async def test_a_change_of_which_nobody_knows_any_more_holds_up_no_other(world: World) -> None:
    few(world, 3)
    await world.product()
    ann = await world.person(ANN)
    given: dict[str, Any] = {"chat_id": ANN, "now": world.now}
    async with world.store.write() as tx:
        await batch_proposals.pause_shop(tx, world.shop, ann, **given)
        await batches.pressed(tx, world.shop, ann, "1", "yes", **given)
        await batches.pressed(tx, world.shop, ann, "1", "stop", **given)
        # As after a restore without the key that sealed them.
        await tx.execute(text("delete from intents"))
        await take_up(tx, world.shop_id, world.now)
    await world.settle()
    message = await world.last(ANN)
    assert message["text"].count("nobody can tell whether it was changed") == 2
    assert "refused" not in message["text"]
    await press(world, message, "Go on with the other 1")
    assert "1 of 3 done" in (await now(world, message))["text"]
    assert await world.one("select state from batches") == "done"


async def test_lists_are_ordered_and_narrowed_by_buttons(world: World) -> None:
    await world.product()
    await world.says(ANN, "/products")
    listed = await world.last(ANN)
    await world.presses(ANN, listed, "Order")
    await world.presses(ANN, await now(world, listed), "Dearest first")
    message = await now(world, listed)
    dearest = max((await prices(world)).values(), key=Decimal)
    assert dearest in labels(message)[0]
    await world.presses(ANN, message, "Price")
    await world.presses(ANN, await now(world, listed), "$5.00 to $20.00")
    message = await now(world, listed)
    assert "$5.00 to $20.00" in message["text"]
    await world.presses(ANN, message, "Category")
    await world.presses(ANN, await now(world, listed), "Software > Windows")
    message = await now(world, listed)
    assert "Software > Windows" in message["text"]
    assert "Windows 11" in labels(message)[0]
    # A card that is opened there leads back to the same list.
    await world.presses(ANN, message, labels(message)[0])
    card = await now(world, listed)
    await world.presses(ANN, card, "Back")
    assert (await now(world, listed))["text"] == message["text"]
    await world.says(ANN, "/products 5-20")
    assert "$5.00 to $20.00" in (await world.last(ANN))["text"]


async def test_who_may_not_changes_nothing(world: World) -> None:
    await world.becomes(BEN, Role.OPERATOR)
    await world.product()
    await world.says(BEN, "/products")
    listed = await world.last(BEN)
    await world.presses(BEN, listed, "Select several")
    assert "Price" not in labels(await now(world, listed, BEN))
    await world.says(BEN, "+10%")
    assert "does not allow this" in (await world.last(BEN))["text"]
    await world.becomes(BEN, Role.VIEWER)
    await world.says(BEN, "/products")
    assert "Pause the shop" not in shown(await world.last(BEN))
    await world.forges(BEN, (await world.last(BEN))["message_id"], "so:pause")
    assert "does not allow this" in (await world.last(BEN))["text"]
    assert await world.rows("select * from batches") == []
