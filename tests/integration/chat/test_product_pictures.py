"""Pictures of products: sent as photos, files and albums, checked, uploaded, and put on."""

from __future__ import annotations

from typing import Any

import httpx

from bot.model.person import Role
from tests.e2e.page.pictures import png
from tests.integration.chat.test_bad_input import sends
from tests.support.world import ANN, BEN, World, broken, labels, shown

BLUE, RED, BIG = png(12, 12), png(12, 12, (200, 40, 40)), png(11_000, 1)
NEW = "Netflix Family\n$21.50 / 2 / 30\nOne month, for four people."


async def card_of(world: World, who: int = ANN) -> tuple[str, Any]:
    product = await world.product()
    await world.says(who, f"/product {product}")
    return product, await world.last(who)


async def now(world: World, message: Any) -> Any:
    return next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])


async def images(world: World, product: str) -> list[str]:
    return list((await world.true_product(product))["images"])


async def test_photos_and_files_are_put_on_a_product_after_one_confirmation(world: World) -> None:
    product, card = await card_of(world)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await now(world, card), "Pictures")
    prompt = await world.last(ANN)
    assert "Send the pictures of Windows" in prompt["text"]
    await world.says(ANN, "no picture")
    assert "This is no picture" in (await world.last(ANN))["text"]
    await world.sends_file(ANN, BLUE, "photo.jpg", kind="photo")
    preview = await world.last(ANN)
    early = preview["keyboard"][0][0]["data"]
    await world.sends_file(ANN, RED, "red.PNG")
    preview = await now(world, preview)
    assert "2 new pictures are at the marketplace; no buyer sees them yet" in preview["text"]
    assert "the preview stands below" in (await now(world, prompt))["text"]
    assert await images(world, product) == []
    await world.forges(ANN, preview["message_id"], early)
    assert "Pictures came since that button was shown" in (await world.last(ANN))["text"]
    await world.presses(ANN, preview, "Yes, add the 2 pictures")
    assert "Pictures changed by Ann" in (await now(world, preview))["text"]
    there = await images(world, product)
    assert len(there) == 2
    assert "✅ Pictures changed by Ann" in (await now(world, card))["text"]
    calls = await world.telegram_calls("editMessageText")
    shows = [each["params"].get("link_preview_options") for each in calls]
    assert f"http://market.test{there[0]}" in str(shows[-1])

    # More of them in reply to its card; then none.
    await world.sends_file(ANN, png(9, 9), "third.png", reply_to=card["message_id"])
    preview = await world.last(ANN)
    assert labels(preview)[:2] == ["Yes, show this picture alone", "Yes, add it to those of now"]
    await world.presses(ANN, preview, "Yes, add it to those of now")
    assert (await images(world, product))[:2] == there
    await world.presses(ANN, await now(world, card), "Pictures")
    await world.presses(ANN, await world.last(ANN), "Take the 3 pictures away")
    await world.presses(ANN, await world.last(ANN), "Yes, take the 3 pictures away")
    assert await images(world, product) == []


async def test_a_new_product_gets_the_album_whose_caption_it_is(world: World) -> None:
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    await world.sends_file(ANN, BLUE, "a.png", caption=NEW, media_group="7", fetch=False)
    await world.sends_file(ANN, RED, "b.png", media_group="7")
    preview = await world.last(ANN)
    assert "2 pictures" in preview["text"]
    assert "One month, for four people" in preview["text"]
    await world.presses(ANN, preview, "Yes, create it")
    made = await world.true_product(await world.product("Netflix Family", known=False))
    assert len(made["images"]) == 2
    # What comes too late is on no product, and says so.
    await world.sends_file(ANN, png(8, 8), "c.png", media_group="7")
    assert "takes text only" in shown(await world.last(ANN)) or "any other file" in shown(
        await world.last(ANN)
    )


async def test_what_is_no_picture_is_refused_in_one_sentence_and_the_prompt_stays(
    world: World,
) -> None:
    product, card = await card_of(world)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, await now(world, card), "Pictures")
    for content, name, says in (
        (b"anna:Hunter-2222", "text.png", "This is no picture"),
        (BLUE, "picture.txt", "This is no picture"),
        (BIG, "bomb.png", "too many pixels"),
        (BLUE[:-12], "cut.png", "The end of this picture is missing"),
    ):
        await world.sends_file(ANN, content, name)
        assert says in (await world.last(ANN))["text"]
    await sends(world, "voice")
    assert "it must be a photo, or a .png" in (await world.last(ANN))["text"]
    assert await world.changes("image_uploaded") == []
    await world.sends_file(ANN, BLUE, "a.png")
    assert "Yes, add the picture" in labels(await world.last(ANN))
    assert await images(world, product) == []
    # And goods are no picture: the same file where goods are wanted.
    await world.says(ANN, f"/stock {product}")
    await world.sends_file(ANN, BLUE, "picture.txt")
    assert "This file holds a picture" in (await world.last(ANN))["text"]


async def test_a_picture_whose_answer_was_lost_is_uploaded_again_and_that_is_said(
    world: World,
) -> None:
    product, card = await card_of(world)
    await world.trouble("upload_image", "close_after")
    await world.sends_file(ANN, BLUE, "a.png", reply_to=card["message_id"])
    await world.later(3)
    preview = await world.last(ANN)
    assert "may be at the marketplace twice" in preview["text"]
    await world.presses(ANN, preview, "Yes, add the picture")
    assert len(await images(world, product)) == 1
    # Refused: in the marketplace's own words. Away: said in the end, and nothing is changed.
    await world.trouble("upload_image", "refused", message="No more space")
    await world.sends_file(ANN, RED, "b.png", reply_to=card["message_id"])
    assert "No more space" in (await world.last(ANN))["text"]
    world.market_line.before = broken(httpx.ConnectError("away"), where="upload-image", times=99)
    await world.sends_file(ANN, RED, "b.png", reply_to=card["message_id"])
    for _ in range(7):
        await world.later(40)
    assert "did not take this picture" in (await world.last(ANN))["text"]
    assert await world.rows("select * from errands") == []


async def test_a_change_of_pictures_whose_answer_was_lost_is_found_out(world: World) -> None:
    product, card = await card_of(world)
    await world.sends_file(ANN, BLUE, "a.png", reply_to=card["message_id"])
    preview = await world.last(ANN)
    await world.trouble("update_product", "close_after")
    await world.presses(ANN, preview, "Yes, add the picture")
    await world.later(5)
    assert "Pictures changed by Ann" in (await now(world, preview))["text"]
    assert len(await world.changes("product_updated")) == 1
    assert len(await images(world, product)) == 1


async def test_who_may_not_change_a_product_gives_it_no_picture(world: World) -> None:
    await world.becomes(BEN, Role.OPERATOR)
    _, card = await card_of(world, BEN)
    await world.sends_file(BEN, BLUE, "a.png", reply_to=card["message_id"])
    assert "Your role in this shop does not allow this" in (await world.last(BEN))["text"]
    assert await world.changes("image_uploaded") == []
