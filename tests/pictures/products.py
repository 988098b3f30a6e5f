"""Products: their cards, prices and stock."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image, ImageDraw

from tests.e2e.practice import labels

from .scenes import scene
from .studio import Studio, by_id


def _card(studio: Studio, words: str) -> Any:
    return studio.ann.sees("Add accounts", after=studio.ann.send(f"/product {words}"))


@scene
def products(studio: Studio) -> None:
    studio.take(studio.ann.sees("All products", after=studio.ann.send("/products")))


@scene
def product(studio: Studio) -> None:
    studio.take(_card(studio, "Windows"))


@scene
def product_price(studio: Studio) -> None:
    card = _card(studio, "NordVPN")
    studio.ann.press(card, "Price")
    studio.ann.sees("new price", after=card["message_id"])
    wrote = studio.ann.send("26.50")
    studio.take(by_id(wrote), studio.ann.sees("Yes, set $26.50", after=wrote))


@scene
def product_new(studio: Studio) -> None:
    asked = studio.ann.sees("in which category", after=studio.ann.send("/newproduct"))
    studio.ann.press(asked, "Streaming > Music")
    prompt = studio.ann.sees("in one message", after=asked["message_id"])
    wrote = studio.ann.send("Deezer Family 3 months\n14.90 / 1 / 30\nSix profiles, paid ahead.")
    studio.take(prompt, studio.ann.sees("Yes, create it", after=wrote))


@scene
def product_new_asks(studio: Studio) -> None:
    asked = studio.ann.sees("in which category", after=studio.ann.send("/newproduct"))
    studio.ann.press(asked, next(each for each in labels(asked) if "Music" in each))
    studio.ann.sees("What is its title?", after=asked["message_id"])
    titled = studio.ann.send("Deezer Family 3 months")
    studio.ann.sees("What does it cost?", after=titled)
    wrote = studio.ann.send("14.90")
    prompt = studio.ann.sees("How is it described?", "Cancel", after=wrote)
    studio.take(by_id(wrote), prompt)
    studio.ann.press(prompt, "Cancel")


@scene
def product_new_accounts(studio: Studio) -> None:
    asked = studio.ann.sees("in which category", after=studio.ann.send("/newproduct"))
    studio.ann.press(asked, next(each for each in labels(asked) if "Music" in each))
    prompt = studio.ann.sees("What is its title?", after=asked["message_id"])
    for answer, question in (
        ("Deezer Family 3 months", "What does it cost?"),
        ("14.90", "How is it described?"),
        ("Six profiles, paid ahead.", "How many are sold at once"),
    ):
        prompt = studio.ann.sees(question, "Cancel", after=studio.ann.send(answer))
    for question in ("For how many days", "What is in stock?"):
        studio.ann.press(prompt, "Skip")
        studio.ann.sees_in(prompt, question)
    wrote = studio.ann.send("lena@mail.example:Song-11-blue\nmilo@mail.example:Song-22-red")
    prompt = studio.ann.sees("Accounts for the pool: 2", "Cancel", after=wrote)
    studio.ann.press(prompt, "To the preview")
    preview = studio.ann.sees("2 accounts", "Yes, create it", after=prompt["message_id"])
    studio.take(by_id(wrote), preview)
    studio.ann.press(preview, "No")


@scene
def product_with_picture(studio: Studio) -> None:
    asked = studio.ann.sees("in which category", after=studio.ann.send("/newproduct"))
    studio.ann.press(asked, next(each for each in labels(asked) if "Music" in each))
    studio.ann.sees("What is its title?", after=asked["message_id"])
    coded = base64.b64encode(_cover()).decode()
    caption = "Opal Radio for a year\n24.00 / 1 / 30\nEvery station, without advertisements."
    body = {"as": "ann", "name": "cover.png", "content_base64": coded, "kind": "photo"}
    sent = studio.shop.telegram("file", **body, caption=caption)["message_id"]
    preview = studio.ann.sees("1 picture", "Yes, create it", after=sent)
    studio.ann.press(preview, "Yes, create it")
    studio.ann.press(studio.ann.sees_in(preview, "Created by Ann"), "📦 Product")
    studio.take(studio.ann.sees("Opal Radio", "Add accounts", after=preview["message_id"]))


def _cover() -> bytes:
    """Draw what a supplier might have: waves that leave a mast."""
    picture = Image.new("RGB", (900, 600), "#1d4e6b")
    pen = ImageDraw.Draw(picture)
    for radius, colour in ((420, "#24607f"), (320, "#2f7a99"), (220, "#46a0b8"), (120, "#7cc6cf")):
        middle, foot = 450, 420
        box = (middle - radius, foot - radius, middle + radius, foot + radius)
        pen.ellipse(box, fill=colour)
    pen.polygon(((450, 380), (400, 600), (500, 600)), fill="#f4e9d8")
    pen.ellipse((425, 375, 475, 425), fill="#f2784b")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@scene
def stock(studio: Studio) -> None:
    card = _card(studio, "Minecraft")
    accounts = [f"steve{n}@mail.example:Block-{n}{n}-mine" for n in range(1, 4)]
    wrote = studio.ann.send("\n".join(accounts), reply_to=card["message_id"])
    studio.take(by_id(wrote), studio.ann.sees("Send 3", after=wrote))


@scene
def sources(studio: Studio) -> None:
    card = _card(studio, "Office")
    accounts = [f"desk{n}@mail.example:Sheet-{n}{n}-key" for n in range(1, 4)]
    wrote = studio.ann.send("\n".join(accounts), reply_to=card["message_id"])
    preview = studio.ann.sees("Send 3", after=wrote)
    studio.ann.press(preview, "Send 3")
    studio.ann.press(studio.ann.sees_in(preview, "3 accounts added"), "Source and cost")
    studio.ann.sees("Where do these accounts", after=preview["message_id"])
    studio.ann.send("MegaKeys 12.40")
    studio.ann.sees_in(preview, "MegaKeys")
    bought = [studio.order("Office") for _ in range(2)]
    for order in bought:
        studio.card(order, "1 of 1 delivered")
    studio.shop.market(
        "tickets", order_id=bought[0]["order_id"], title="Code", text="It was used already"
    )
    studio.ann.sees("It was used already")
    told = studio.ann.sees("paid order", "Sources", after=studio.ann.send("/report today"))
    studio.ann.press(told, "Sources")
    studio.take(studio.ann.sees("“MegaKeys”", after=told["message_id"]))
