"""/newproduct, one thing after another: back, skip, all that was told, and a preview at the end."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr
from sqlalchemy import text as sql

from bot.desk import first_accounts
from bot.desk.confirming import answer
from bot.desk.large_imports import LARGE
from bot.model.person import Role
from bot.store import intents, safety, stock
from tests.e2e.page.pictures import png
from tests.support.world import ANN, BEN, World, labels


async def asks(world: World, *texts: str) -> Any:
    """Return the question that stands below all else, and says these texts."""
    message = await world.last(ANN)
    for text in texts:
        assert text in message["text"]
    return message


async def test_a_product_is_told_one_thing_after_another(world: World) -> None:
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    await asks(world, "What is its title?", "Question 1 of 8")
    await world.says(ANN, "Jade Reader")
    message = await asks(world, "Title: Jade Reader", "What does it cost?")
    assert labels(message) == ["Back", "Cancel"]
    await world.sends_file(ANN, b"anna:Hunter-1111", "early.txt")
    await asks(world, "come where it asks what is in stock")
    await world.says(ANN, "12,50")
    await asks(world, "Price: $12.50", "How is it described?")
    await world.sends_file(ANN, png(9, 9), "early.png")
    await asks(world, "Pictures come last")
    await world.says(ANN, "For one person.\nSent at once.")
    message = await asks(world, "How many are sold at once")
    assert labels(message) == ["Back", "Skip", "To the preview", "Cancel"]
    # Back to what was told; what is kept stays, and another answer takes its place.
    await world.presses(ANN, message, "Back")
    await world.presses(ANN, await world.last(ANN), "Back")
    message = await asks(world, "What does it cost?")
    assert "Keep it" in labels(message)
    await world.says(ANN, "13")
    await world.presses(ANN, await world.last(ANN), "Keep it")
    # A double tap moves on by one question, and says nothing in the chat.
    message = await world.last(ANN)
    skip = next(b["data"] for row in message["keyboard"] for b in row if b["text"] == "Skip")
    for _ in range(2):
        await world.forges(ANN, message["message_id"], skip)
    assert (await asks(world, "For how many days"))["message_id"] == message["message_id"]
    await world.says(ANN, "30")
    await world.says(ANN, "20")
    await asks(world, "In stock: 20", "What is its ID where you buy it?")
    await world.presses(ANN, await world.last(ANN), "Skip")
    await world.says(ANN, "https://shop.example/p/1")
    preview = await asks(world, "$13.00", "warranty 30 days", "20 in stock", "For one person.")
    assert await world.changes("product_created") == []

    # From the preview back to the questions, with its picture.
    await world.sends_file(ANN, png(9, 9), "cover.png")
    await world.presses(ANN, preview, "Change")
    message = await asks(world, "What is its title?", "Price: $13.00")
    await world.says(ANN, "Jade Reader for a year")
    await world.presses(ANN, await world.last(ANN), "To the preview")
    preview = await asks(world, "Jade Reader for a year", "1 picture")
    await world.presses(ANN, preview, "Yes, create it")
    made = await world.true_product(await world.product("Jade Reader", known=False))
    told = ("title", "price", "warranty_period_days", "source_product_url", "stock")
    assert [made[name] for name in told] == [
        "Jade Reader for a year",
        "13.00",
        "30",
        "https://shop.example/p/1",
        20,
    ]
    assert len(made["images"]) == 1
    # The category is remembered.
    await world.says(ANN, "/newproduct")
    assert labels(await world.last(ANN))[0] == "Software > Windows"


async def test_a_product_whose_creation_is_on_its_way_cannot_be_taken_back(world: World) -> None:
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    await world.says(ANN, "Jade Reader\n9.99\nFor one person.")
    preview = await world.last(ANN)
    await world.trouble("create_product", "close_after")
    await world.presses(ANN, preview, "Yes, create it")
    assert await world.one("select state from intents") == "unknown"
    intent_id = await world.one("select id from intents")
    await world.forges(ANN, preview["message_id"], f"ns:{intent_id}:again")
    assert await world.one("select state from intents") == "unknown"
    # Nor is it asked for anew: it may be there.
    assert await world.rows("select * from drafts where state = 'open'") == []


async def test_source_and_stock_are_changed_as_other_fields(world: World) -> None:
    product = await world.product()
    await world.says(ANN, f"/product {product}")
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    for button, text, says in (
        ("Source address", "https://shop.example/p/2", "The new source address:"),
        ("Source ID", "SKU-7", "The new source ID:"),
        ("Stock", "77", "In stock:"),
    ):
        await world.presses(ANN, card, button)
        await world.says(ANN, text)
        preview = await world.last(ANN)
        assert says in preview["text"]
        await world.presses(ANN, preview, "Yes, change it")
    true = await world.true_product(product)
    told = ("source_product_url", "source_product_id", "stock")
    assert [true[name] for name in told] == ["https://shop.example/p/2", "SKU-7", 77]
    # Accounts, where a number in stock is asked for, are an import.
    await world.presses(ANN, card, "Stock")
    await world.says(ANN, POOL)
    assert "Send 2" in labels(await world.last(ANN))
    await world.presses(ANN, card, "Stock")
    await world.sends_file(ANN, b"carla:Hunter-4444", "one.txt")
    assert "Send 1" in labels(await world.last(ANN))


POOL = "anna:Hunter-2222\nberta|Hunter-3333"


async def at_stock(world: World) -> None:
    """Tell a product as far as the question what is in stock."""
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    for told in ("Jade Reader", "9.99", "For one person."):
        await world.says(ANN, told)
    await world.presses(ANN, await world.last(ANN), "Skip")
    await world.presses(ANN, await world.last(ANN), "Skip")


async def pooled(world: World) -> int:
    made = await world.product("Jade Reader", known=False)
    return int((await world.look("/state"))["pools"].get(made, 0))


async def test_accounts_of_a_new_product_are_added_once_it_is_there(world: World) -> None:
    other = await world.product()
    await world.says(ANN, f"/stock {other}")
    await world.says(ANN, "used:Before-1111")
    await world.presses(ANN, await world.last(ANN), "Send 1")
    await at_stock(world)
    await asks(world, "What is in stock?", "login:password")
    # Each question stands in the chat once: one that is answered goes.
    assert sum("Question" in one["text"] for one in await world.from_bot(ANN)) == 1
    await world.says(ANN, "used:Before-1111")
    await asks(world, "All of these were delivered or added to a stock before")
    await world.says(ANN, "12")
    await asks(world, "In stock: 12")
    await world.presses(ANN, await world.last(ANN), "Back")
    # Accounts take the place of the number, whatever they come in.
    content = f"{POOL}\nanna:Hunter-2222\nused:Before-1111\nnothing\n".encode()
    await world.sends_file(ANN, content, "pool.csv")
    message = await asks(world, "What is its ID", "Accounts for the pool: 2", "1 double left out")
    for text in ("Line 5 is no account", "1 was delivered or added to a stock before"):
        assert text in message["text"]
    assert "In stock" not in message["text"]
    await world.presses(ANN, message, "To the preview")
    preview = await asks(world, "2 accounts, as login and password", "Hu•••22", "as soon as it is")
    assert "Hunter" not in preview["text"]
    # What was told so far stays, also through the questions again, and where nobody confirmed it.
    await world.later(1900)
    await world.presses(ANN, preview, "Change")
    await world.presses(ANN, await asks(world, "Accounts for the pool: 2"), "To the preview")
    preview = await world.last(ANN)
    # What the marketplace refuses is told anew, not from the start.
    await world.trouble("create_product", "refused", message="Not today", times=1)
    await world.presses(ANN, preview, "Yes, create it")
    await world.presses(ANN, await world.last(ANN), "Change")
    await world.presses(ANN, await asks(world, "Price: $9.99"), "To the preview")
    await world.presses(ANN, await world.last(ANN), "Yes, create it")
    await asks(world, "2 accounts added", "Jade Reader")
    assert await pooled(world) == 2
    (made,) = await world.changes("product_created")
    assert "accounts" not in made


async def test_the_rest_of_a_paste_joins_the_accounts_and_an_answer_does_not(world: World) -> None:
    await at_stock(world)
    first = "\n".join(f"login{number:04}:Hunter-{number:04}" for number in range(180))
    sent = await world.says(ANN, first)
    await world.says(ANN, "zoe:Hunter-9999")
    await asks(world, "Accounts for the pool: 181", "from 2 messages")
    await world.edits(ANN, sent, first.replace("login0000", "other0000") + "\nmia:Hunter-8888")
    await asks(world, "Accounts for the pool: 182")
    # What comes later is the rest of a long paste where it looks like one.
    await world.presses(ANN, await world.last(ANN), "Back")
    await world.says(ANN, first)
    world.clock.advance(20)
    await world.says(ANN, "SKU-7")
    await asks(world, "Source ID: SKU-7", "Accounts for the pool: 180")
    await world.says(ANN, "https://shop.example/p/1")
    preview = await asks(world, "180 accounts", "and 177 more")
    # Also in the preview an edit of the paste is what counts; the button of before does nothing.
    sent = next(m["message_id"] for m in await world.chat(ANN) if m["text"] == first)
    await world.edits(ANN, sent, "anna:Hunter-1111\nberta:Hunter-2222")
    await asks(world, "2 accounts")
    intent_id = await world.one("select id from intents")
    pressed = await world.forges(ANN, preview["message_id"], f"ok:{intent_id}")
    assert "The goods changed" in str(pressed) + (await world.last(ANN))["text"]
    assert await world.changes("product_created") == []
    # Nor do accounts go out of which their paste holds none any more.
    await world.edits(ANN, sent, "better not")
    await asks(world, "No accounts were found in it")
    preview = next(m for m in await world.chat(ANN) if m["message_id"] == preview["message_id"])
    assert "It is created without accounts" in preview["text"]
    await world.presses(ANN, preview, "Change")
    await world.presses(ANN, await world.last(ANN), "To the preview")
    await asks(world, "It is created without accounts")


async def test_accounts_of_a_paste_that_was_emptied_go_nowhere(world: World) -> None:
    await at_stock(world)
    sent = await world.says(ANN, POOL)
    question = await asks(world, "What is its ID", "Accounts for the pool: 2")
    await world.edits(ANN, sent, "better not")
    await asks(world, "No accounts were found in it")
    question = next(m for m in await world.chat(ANN) if m["message_id"] == question["message_id"])
    assert "Accounts for the pool" not in question["text"]
    # Files of an album are of one kind, also where the question moved on between them.
    await world.presses(ANN, question, "Back")
    for number, name in enumerate(("1.txt", "2.txt")):
        content = f"login{number}:Hunter-111{number}".encode()
        await world.sends_file(ANN, content, name, media_group="7")
    await asks(world, "What is its ID", "Accounts for the pool: 2", "from 2 files")
    # So are files that are sent one by one, at a later question and below the preview.
    await world.sends_file(ANN, b"login3:Hunter-3333", "3.txt")
    question = await asks(world, "What is its ID", "Accounts for the pool: 3", "from 3 files")
    # One that cannot be taken takes away none of them.
    await world.sends_file(ANN, b"login9:" + b"x" * (LARGE - 20), "9.txt")
    await asks(world, "too many to begin with")
    await world.presses(ANN, question, "To the preview")
    await asks(world, "3 accounts", "from 3 files")
    await world.sends_file(ANN, b"login4:Hunter-4444", "4.txt")
    await asks(world, "4 accounts", "from 4 files")
    await world.sends_file(ANN, b"nothing", "5.txt")
    await asks(world, "4 accounts", "from 5 files", "Line 5 is no account")


async def test_accounts_ask_first_where_one_went_elsewhere_or_the_shop_was_locked_meanwhile(
    world: World,
) -> None:
    other = await world.product()
    for meanwhile in ("sold", "locked"):
        await at_stock(world)
        await world.says(ANN, f"{meanwhile}:Hunter-1111\nelsewhere:Hunter-{meanwhile}")
        await world.presses(ANN, await world.last(ANN), "To the preview")
        preview = await world.last(ANN)
        await world.trouble("create_product", "close_after", times=1)
        await world.presses(ANN, preview, "Yes, create it")
        await world.later(10)
        intent_id = await world.one("select id from intents where state = 'unknown'")
        async with world.store.write() as tx:
            if meanwhile == "sold":
                await stock.mark(
                    tx,
                    world.shop_id,
                    other,
                    [SecretStr("sold:Hunter-1111")],
                    99,
                    world.now,
                    kept=True,
                )
            else:
                await safety.lock(tx, world.shop_id, ANN, world.now)
            asked = await intents.get(tx, intent_id)
            assert asked is not None
            await first_accounts.begin(tx, world.shop, asked, other, world.now)
            await tx.execute(sql("update intents set state = 'refused' where state = 'unknown'"))
        made = await world.rows("select state from intents where kind = 'add_stock'")
        assert {*made} == {("proposed",)}


async def test_accounts_wait_for_a_creation_whose_answer_is_lost(world: World) -> None:
    await at_stock(world)
    await world.says(ANN, POOL)
    await world.presses(ANN, await world.last(ANN), "To the preview")
    preview = await world.last(ANN)
    await world.trouble("create_product", "close_after")
    await world.presses(ANN, preview, "Yes, create it")
    assert await world.rows("select * from intents where kind = 'add_stock'") == []
    assert await pooled(world) == 0
    await world.no_trouble()
    await world.later(10)
    await world.presses(ANN, preview, "That is it")
    assert await pooled(world) == 2


async def test_an_edit_of_accounts_says_what_holds_once_they_are_confirmed(world: World) -> None:
    await at_stock(world)
    sent = await world.says(ANN, POOL)
    await world.presses(ANN, await world.last(ANN), "To the preview")
    preview = await world.last(ANN)
    await world.trouble("create_product", "refused", message="Not today", times=1)
    await world.presses(ANN, preview, "Yes, create it")
    await world.edits(ANN, sent, f"{POOL}\ncarla:Hunter-4444")
    await asks(world, "Your edit was not taken", "send them anew")
    await world.presses(ANN, preview, "Change")
    await world.presses(ANN, await world.last(ANN), "To the preview")
    preview = await world.last(ANN)
    await world.trouble("create_product", "close_after")
    await world.presses(ANN, preview, "Yes, create it")
    await world.edits(ANN, sent, "other:Hunter-5555")
    await asks(world, "Confirmed already: your edit changed none", "from the product's card")
    await world.no_trouble()
    await world.later(10)
    await world.presses(ANN, preview, "That is it")
    assert await pooled(world) == 2


async def test_accounts_of_somebody_who_may_not_add_them_any_more_wait_for_an_owner(
    world: World,
) -> None:
    await at_stock(world)
    await world.says(ANN, POOL)
    await world.presses(ANN, await world.last(ANN), "To the preview")
    preview = await world.last(ANN)
    await world.trouble("create_product", "close_after")
    await world.presses(ANN, preview, "Yes, create it")
    await world.no_trouble()
    await world.becomes(ANN, Role.VIEWER)
    await world.later(10)
    # Somebody else says that it is the one.
    asked = await world.one("select id from intents where state = 'unknown'")
    ben = await world.person(BEN)
    async with world.store.write() as tx:
        intent = await intents.get(tx, asked)
        assert intent is not None
        await answer(tx, world.shop, ben, str(asked), f"there.{intent.call}", world.now)
    await world.settle()
    await asks(world, "you may not add any now", "the owners were asked")
    offer = await world.last(BEN)
    assert "Ann confirmed these accounts" in offer["text"]
    assert await pooled(world) == 0
    await world.presses(BEN, offer, "Send 2")
    assert await pooled(world) == 2
