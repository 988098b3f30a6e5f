"""Products: their cards, prices and stock."""

from __future__ import annotations

from typing import Any

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
def stock(studio: Studio) -> None:
    card = _card(studio, "Minecraft")
    accounts = [f"steve{n}@mail.example:Block-{n}{n}-mine" for n in range(1, 4)]
    wrote = studio.ann.send("\n".join(accounts), reply_to=card["message_id"])
    studio.take(by_id(wrote), studio.ann.sees("Send 3", after=wrote))
