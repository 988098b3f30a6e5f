"""Products from chat to ledger: one is made with a picture, changed, filled, sold and deleted."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.e2e.page.pictures import png
from tests.e2e.practice import Shop, Someone, until

if TYPE_CHECKING:
    from sandbox.marketplace.ledger import Kind as Changed

TITLE = "Jade Reader for a year"
NEW = f"{TITLE}\n12.50 / 1 / 30\nFor one person. Sent at once."


def named(shop: Shop, title: str) -> Any:
    return next((one for one in shop.state()["products"] if one["title"] == title), None)


def attach(someone: Someone, content: bytes, name: str, **more: Any) -> int:
    coded = base64.b64encode(content).decode()
    body = {"as": someone.name, "name": name, "content_base64": coded}
    return int(someone.shop.telegram("file", **body, **more)["message_id"])


def test_a_product_is_made_with_a_picture_and_sold_and_the_marketplace_has_it_all(
    shop: Shop, ann: Someone
) -> None:
    # Made: a photo whose caption says what it is, and one more picture as a file.
    category = shop.state()["products"][0]["category_id"]
    prompt = ann.sees("A new product", after=ann.send(f"/newproduct {category}"))
    sent = attach(ann, png(40, 30), "cover.png", kind="photo", caption=NEW)
    preview = ann.sees(TITLE, "1 picture", "Yes, create it", after=sent)
    attach(ann, png(30, 40, (200, 40, 40)), "back.png")
    preview = ann.sees_in(preview, "2 pictures")
    assert named(shop, TITLE) is None
    ann.press(preview, "Yes, create it")
    made = ann.sees_in(preview, "Created by Ann")
    product = named(shop, TITLE)
    assert len(product["images"]) == 2
    assert (product["price"], product["warranty_period_days"]) == ("12.50", "30")
    assert prompt["message_id"] < preview["message_id"]

    # Its card shows the picture, which is where the marketplace keeps it.
    ann.press(made, "📦 Product")
    card = ann.sees(TITLE, "$12.50", "Add accounts", after=preview["message_id"])
    shown = shop.http.get(card["preview"].removeprefix(shop.url))
    assert shown.content == png(40, 30)

    # Changed: price, status.
    ann.press(card, "Price")
    asks = ann.sees("Write the new price", after=card["message_id"])
    ann.press(ann.sees("$13.00", after=ann.send("13")), "Yes, set $13.00")
    ann.sees_in(card, "Price changed by Ann", "$13.00")
    ann.press(card, "Pause")
    ann.press(ann.sees_in(card, "▶️ Activate"), "▶️ Activate")
    ann.sees_in(card, "Put on sale by Ann", "Pause")
    assert named(shop, TITLE)["price"] == "13.00"

    # Filled and sold: the pool delivers by itself.
    stock = ann.send("jade@x.example:Reed-1\njane@x.example:Reed-2", reply_to=card["message_id"])
    ann.press(ann.sees("2 accounts", "Send 2", after=stock), "Send 2")
    ann.sees("2 accounts added by Ann", after=stock)
    order = shop.market("orders", product_id=product["product_id"])
    until(lambda: shop.order(order["order_id"])["delivered_rows"])
    ann.sees(order["order_no"], "1 of 1 delivered", after=asks["message_id"])
    assert shop.order(order["order_id"])["delivered_rows"][0].startswith("ja")

    # What was sold is not deleted; the ledger has each change once.
    changes: dict[Changed, int] = {"product_created": 1, "product_updated": 3, "image_uploaded": 2}
    for kind, times in changes.items():
        about = "" if kind == "image_uploaded" else product["product_id"]
        assert len(shop.changes(kind, about)) == times, kind
    ann.press(card, "More")
    ann.press(ann.sees_in(card, "Delete"), "Delete")
    ann.press(ann.sees_in(card, "Yes, delete it"), "Yes, delete it")
    ann.sees_in(card, "Not deleted")
    assert named(shop, TITLE) is not None


def test_a_copy_that_nobody_bought_is_deleted_and_several_change_price_at_once(
    shop: Shop, ann: Someone
) -> None:
    category = shop.state()["products"][0]["category_id"]
    ann.sees("A new product", after=ann.send(f"/newproduct {category}"))
    made = ann.sees("Yes, create it", after=ann.send("Opal Atlas\n8.00\nMaps of the world"))
    ann.press(made, "Yes, create it")
    ann.press(ann.sees_in(made, "Created by Ann"), "📦 Product")
    card = ann.sees("Opal Atlas", "Add accounts", after=made["message_id"])
    ann.press(card, "More")
    ann.press(ann.sees_in(card, "Copy this product"), "Copy this product")
    ann.sees("A copy of Opal Atlas", after=card["message_id"])
    preview = ann.sees("$8.00", "Yes, create it", after=ann.send("Opal Atlas, second edition"))
    ann.press(preview, "Yes, create it")
    ann.press(ann.sees_in(preview, "Created by Ann"), "📦 Product")
    copy = ann.sees("Opal Atlas, second edition", "Add accounts", after=preview["message_id"])

    listed = ann.sees("Opal Atlas", "Select several", after=ann.send("/products Opal Atlas"))
    ann.press(listed, "Select several")
    picking = ann.sees_in(listed, "0 products selected", "Select all 2")
    ann.press(picking, "Select all 2")
    ann.sees_in(picking, "2 products selected")
    batch = ann.sees("New prices · 2 products", after=ann.send("-25%"))
    ann.press(batch, "Yes, set 2 prices")
    ann.sees_in(batch, "2 of 2 done by Ann", "Undo")
    assert {named(shop, title)["price"] for title in _titles(shop)} == {"6.00"}

    ann.press(copy, "More")
    ann.press(ann.sees_in(copy, "Delete"), "Delete")
    ann.press(ann.sees_in(copy, "Yes, delete it"), "Yes, delete it")
    ann.sees_in(copy, "Deleted by Ann")
    assert _titles(shop) == ["Opal Atlas"]

    # Another one, told step by step with the accounts of its pool, which follow its creation.
    asks = ann.sees("What is its title?", after=ann.send(f"/newproduct {category}"))
    for answer, question in (("Opal Compass", "cost"), ("7.50", "described"), ("North.", "least")):
        asks = ann.sees(question, "Cancel", after=ann.send(answer))
    for question in ("For how many days", "What is in stock?"):
        ann.press(asks, "Skip")
        asks = ann.sees_in(asks, question)
    sent = attach(ann, b"opal:North-1\nonyx:South-2\n", "pool.csv")
    asks = ann.sees("Accounts for the pool: 2", "To the preview", after=sent)
    ann.press(asks, "To the preview")
    preview = ann.sees("2 accounts", "Yes, create it", after=asks["message_id"])
    ann.press(preview, "Yes, create it")
    ann.sees("2 accounts added by Ann", "Opal Compass", after=preview["message_id"])
    compass = named(shop, "Opal Compass")["product_id"]
    assert shop.state()["pools"][compass] == 2
    assert len(shop.changes("stock_added", compass)) == 1


def _titles(shop: Shop) -> list[str]:
    found = [one["title"] for one in shop.state()["products"]]
    return sorted(title for title in found if title.startswith("Opal Atlas"))
