"""What an owner keeps an eye on: figures, files, people, safety, and what was done."""

from __future__ import annotations

import base64
import re
from typing import Any

from tests.e2e.page.pictures import png
from tests.e2e.practice import labels, until

from .scenes import scene
from .studio import Studio


def _sent(studio: Studio, after: int) -> Any:
    """Wait for the file or the photo that comes after a message, and return it."""
    return until(lambda: [m for m in studio.ann.from_bot(after) if m.get("file")])[-1]


@scene
def report_chart(studio: Studio) -> None:
    wrote = studio.ann.send("/report week")
    told = studio.ann.sees("The last 7 days", "Revenue", after=wrote)
    studio.ann.press(told, "Chart")
    studio.take(_sent(studio, told["message_id"]))


@scene
def export(studio: Studio) -> None:
    card = studio.ann.sees("Export", after=studio.ann.send("/export"))
    studio.ann.press(card, "Send .xlsx")
    studio.take(card, _sent(studio, card["message_id"]))


@scene
def dispute(studio: Studio) -> None:
    order = studio.order("Netflix")
    card = studio.card(order, "0 of 1 delivered")
    pasted = studio.ann.send("anna@mail.example:Rainy-Day-7", reply_to=card["message_id"])
    studio.ann.press(studio.ann.sees("Send 1", after=pasted), "Send 1")
    studio.ann.sees_in(card, "1 of 1 delivered")
    studio.shop.market(
        "tickets", order_id=order["order_id"], title="Password", text="It says wrong password"
    )
    studio.ann.press(studio.ann.sees_in(card, "Dispute file"), "Dispute file")
    studio.take(studio.ann.sees("What happened on order", after=card["message_id"]))


def _new_prices(studio: Studio, change: str) -> Any:
    """Return the preview of other prices for the first two products."""
    listed = studio.ann.sees("All products", after=studio.ann.send("/products"))
    studio.ann.press(listed, "Select several")
    picking = studio.ann.sees_in(listed, "☐")
    for label in [each for each in labels(picking) if each.startswith("☐")][:2]:
        studio.ann.press(picking, label)
        studio.ann.sees_in(listed, label.replace("☐", "☑"))
    studio.ann.press(listed, "Price")
    studio.ann.sees_in(listed, "How do the prices")
    wrote = studio.ann.send(change)
    return studio.ann.sees("New prices", "Yes, set 2 prices", after=wrote)


@scene
def products_together(studio: Studio) -> None:
    preview = _new_prices(studio, "+10%")
    studio.take(preview)
    studio.ann.press(preview, "No")


@scene
def products_under_way(studio: Studio) -> None:
    listed = studio.ann.sees("All products", after=studio.ann.send("/products"))
    studio.ann.press(listed, "Select several")
    every = next(
        each for each in labels(studio.ann.sees_in(listed, "Select all")) if "Select all" in each
    )
    studio.ann.press(listed, every)
    studio.ann.sees_in(listed, "products selected")
    preview = studio.ann.sees("New prices", "Yes, set", after=studio.ann.send("+3%"))
    studio.shop.trouble("update_product", "latency", seconds=8, times=None)
    studio.ann.press(preview, "Yes, set")
    studio.take(studio.ann.sees_in(preview, "done by Ann", "Stop"))
    studio.shop.no_trouble()
    studio.shop.market("faults/release")
    studio.ann.sees_in(preview, "Undo")


@scene
def products_done(studio: Studio) -> None:
    preview = _new_prices(studio, "+5%")
    studio.ann.press(preview, "Yes, set 2 prices")
    studio.take(studio.ann.sees_in(preview, "2 of 2 done", "Undo"))


@scene
def product_pictures(studio: Studio) -> None:
    card = studio.ann.sees("Add accounts", after=studio.ann.send("/product NordVPN"))
    studio.ann.press(card, "More")
    studio.ann.press(studio.ann.sees_in(card, "Pictures"), "Pictures")
    prompt = studio.ann.sees("Send the pictures", after=card["message_id"])
    coded = base64.b64encode(png(360, 240)).decode()
    body = {"as": "ann", "name": "picture.png", "content_base64": coded, "kind": "photo"}
    studio.shop.telegram("file", **body)
    studio.take(prompt, studio.ann.sees("Yes, add the picture", after=prompt["message_id"]))


@scene
def safety(studio: Studio) -> None:
    card = studio.ann.sees("Settings", "Safety", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Safety")
    studio.take(studio.ann.sees_in(card, "Refund limit"))


@scene
def team(studio: Studio) -> None:
    card = studio.ann.sees("Team", after=studio.ann.send("/team"))
    studio.ann.press(card, "Invite an operator")
    studio.take(studio.ann.sees_in(card, "Send this link"))


@scene
def audit(studio: Studio) -> None:
    studio.take(studio.ann.sees("What was done", after=studio.ann.send("/audit")))


@scene
def refund_asks_an_owner(studio: Studio) -> None:
    card = studio.ann.sees("Settings", "Safety", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Safety")
    studio.ann.press(studio.ann.sees_in(card, "Refund limit"), "$0.00")
    studio.ann.sees_in(card, "· $0.00 ·")
    team = studio.ann.sees("Team", after=studio.ann.send("/team"))
    studio.ann.press(team, "Invite an operator")
    said = studio.ann.sees_in(team, "Send this link")["text"]
    [code] = set(re.findall(r"/start (\w+)", said))
    cleo = studio.shop.person("cleo")
    cleo.sees("Welcome", after=cleo.send(f"/start {code}"))
    order = studio.order("Netflix")
    hers = cleo.sees(order["order_no"], "0 of 1 delivered")
    label = next(each for each in labels(hers) if "Refund" in each)
    cleo.press(hers, label)
    yes = next(each for each in labels(cleo.sees_in(hers, "Yes, refund")) if "Yes" in each)
    cleo.press(hers, yes)
    asks = studio.ann.sees("asks you", order["order_no"])
    studio.take(asks)
    studio.ann.press(asks, "No")


@scene
def settings_language(studio: Studio) -> None:
    card = studio.ann.sees("Settings", "Language", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Language")
    studio.take(studio.ann.sees_in(card, "中文", "Tiếng Việt"))


def _order_in(studio: Studio, language: str, word: str) -> None:
    """Take the card of an order in a language; ``word``: what it calls a language."""
    card = studio.ann.sees("Settings", "Language", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Language")
    studio.ann.press(studio.ann.sees_in(card, language), language)
    studio.ann.sees_in(card, word)
    order = studio.order("Netflix")
    try:
        studio.take(studio.card(order))
    finally:
        studio.ann.press(card, "English")
        studio.ann.sees_in(card, "Language")


@scene
def _russian(studio: Studio) -> None:
    _order_in(studio, "Русский", "Язык")


@scene
def _chinese(studio: Studio) -> None:
    _order_in(studio, "中文", "语言")


@scene
def _spanish(studio: Studio) -> None:
    """The longest words, on the card with the most buttons."""
    card = studio.ann.sees("Settings", "Language", after=studio.ann.send("/settings"))
    studio.ann.press(card, "Language")
    studio.ann.press(studio.ann.sees_in(card, "Español"), "Español")
    studio.ann.sees_in(card, "Idioma")
    try:
        product = studio.ann.sees("Windows", "Más", after=studio.ann.send("/product Windows 11"))
        studio.ann.press(product, "Más")
        studio.take(studio.ann.sees_in(product, "Copiar"))
    finally:
        studio.ann.press(card, "English")
        studio.ann.sees_in(card, "Language")
