"""Values that are none, at every question of a product: an example of what is right, no more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.page.pictures import png
from tests.support.world import ANN, World, labels

# More of them: test_prices.py, test_product_fields.py.
PRICES = ("0", "-5", "1,000,000,000", "1000000000", "1e9", "1,000")
A_PICTURE = png(9, 9)
# What a file holds that is none, and what is said of it, whatever it is for.
FILES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "empty": (b"", {}),
    "larger than 20 MB": (b"a:1", {"size": 20 * 1024 * 1024 + 1}),
    "a picture by another name": (A_PICTURE, {}),
    "UTF-16 of nothing": ("\n \n".encode("utf-16"), {}),
    "NUL bytes": (b"a:1\x00\x00b:2\x00", {}),
    "empty lines": (b"\n" * 1_000, {}),
}


async def left_alone(world: World) -> tuple[Any, ...]:
    """Return what no wrong answer may change: the question, proposals, and the marketplace."""
    return (
        await world.rows("select id, kind, state, subject_id from drafts where state = 'open'"),
        await world.rows("select id, state from intents"),
        [each for each in (await world.look("/changes"))["items"] if each["by"] == "api"],
    )


async def refused(world: World, *texts: str, example: str) -> None:
    """Check that each text is answered in one message, with an example, and nothing moves."""
    before = await left_alone(world)
    assert len(before[0]) == 1
    for text in texts:
        seen = len(await world.from_bot(ANN))
        await world.says(ANN, text)
        (said,) = (await world.from_bot(ANN))[seen:]
        assert example in said["text"], text
        assert "othing was" in said["text"], text
    assert await left_alone(world) == before


async def test_what_is_no_value_of_a_field_gets_an_example(world: World) -> None:
    product = await world.product()
    await world.says(ANN, f"/product {product}")
    card = await world.last(ANN)
    await world.presses(ANN, card, "Price")
    await refused(world, *PRICES, example="Write it like 9.50")
    await world.presses(ANN, card, "More")
    for button, wrong, example in (
        ("Title", ["x" * 201], "like “Netflix Premium 1 month”"),
        ("Minimum", ["1e3"], "like 2, from 1 to 1000000"),
        ("Warranty", ["3651"], "like 30, from 0 to 3650"),
        ("Category", ["two words"], "like 69ac1f2e"),
        ("Source ID", ["x" * 201], "like NF-30"),
        ("Source address", ["shop.example"], "like https://"),
        ("Stock", ["-1"], "like 20, from 0 to 1000000"),
        ("Low stock", ["100001"], "like 5"),
    ):
        await world.presses(ANN, card, button)
        await refused(world, *wrong, example=example)


async def test_what_is_no_answer_about_a_new_product_gets_an_example(world: World) -> None:
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, "/newproduct two words")
    *_, said, below = await world.from_bot(ANN)
    assert "Press a category, or paste an ID of one word, like 69ac1f2e" in said["text"]
    assert labels(below)
    await world.says(ANN, f"/newproduct {category}")
    await refused(world, "x" * 201, example="like “Netflix Premium 1 month”")
    await refused(world, "Jade\n0\nOne", "Jade\n1e9\nOne", example="Write it like 9.50")
    await refused(world, "Jade\n9.50 / 0\nOne", example="like 2, from 1 to 1000000")
    await refused(world, "Jade\n9.50 / 1 / 3651\nOne", example="like 30, from 0 to 3650")
    await refused(world, "Jade\n9.50", example="Netflix Premium 1 month\n9.90")
    await world.says(ANN, "Jade")
    await refused(world, *PRICES[:2], example="Write it like 9.50")
    await world.says(ANN, "12,50")
    await world.says(ANN, "One")
    await refused(world, "0", example="like 2, from 1 to 1000000")
    await world.says(ANN, "1")
    await refused(world, "1.5", example="like 30, from 0 to 3650")
    await world.says(ANN, "30")
    await refused(world, "1e3", example="like 20, or like anna:Secret-123")
    await world.says(ANN, "20")
    await refused(world, "x" * 201, example="like NF-30")
    await world.says(ANN, "SKU")
    await refused(world, "shop.example", "https://" + "x" * 2000, example="like https://shop")


async def stock_question(world: World) -> str:
    await world.says(ANN, f"/stock {await world.product()}")
    return "login:password or login|password, like anna:Secret-123"


async def first_accounts_question(world: World) -> str:
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    for told in ("Jade", "9.50", "One", "1", "30"):
        await world.says(ANN, told)
    return "login:password or login|password, like anna:Secret-123"


async def prices_question(world: World) -> str:
    await world.product()
    await world.says(ANN, "/products")
    await world.presses(ANN, await world.last(ANN), "Select several")
    await world.presses(ANN, await world.last(ANN), "Select all")
    await world.presses(ANN, await world.last(ANN), "Price")
    return "like +10%, -0.50 or 9.50"


@pytest.mark.parametrize("ask", [stock_question, first_accounts_question, prices_question])
async def test_a_file_that_holds_nothing_is_told_so_and_the_question_stays(
    world: World, ask: Any
) -> None:
    example = await ask(world)
    told = {
        "larger than 20 MB": "send it in parts",
        "a picture by another name": "holds a picture, whatever it is called",
        "NUL bytes": "save it as text in UTF-8",
    }
    before = await left_alone(world)
    for kind, (content, more) in FILES.items():
        seen = len(await world.from_bot(ANN))
        await world.sends_file(ANN, content, "file.txt", **more)
        (said,) = (await world.from_bot(ANN))[seen:]
        assert told.get(kind, example) in said["text"], kind
        assert "othing was" in said["text"], kind
    assert await left_alone(world) == before


async def test_hundreds_of_thousands_of_empty_lines_hold_no_account(world: World) -> None:
    example = await stock_question(world)
    await world.sends_file(ANN, b"\n" * 400_000, "file.txt")
    assert example in (await world.last(ANN))["text"]
    assert len((await left_alone(world))[0]) == 1
