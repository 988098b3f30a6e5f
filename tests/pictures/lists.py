"""Lists, numbers, and what commands answer."""

from __future__ import annotations

from .scenes import scene
from .studio import Studio, by_id


@scene
def menu(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.take(studio.ann.sees("atching", after=studio.ann.send("/menu")))


@scene
def queue(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.take(studio.ann.sees("Skip", after=studio.ann.send("/queue")))


@scene
def orders(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.take(studio.ann.sees("Orders that wait", after=studio.ann.send("/orders")))


@scene
def find(studio: Studio) -> None:
    order = studio.order("YouTube")
    studio.card(order, "0 of 1 delivered")
    wrote = studio.ann.send(f"What about {order['order_no']}?")
    studio.take(by_id(wrote), studio.ann.sees(order["order_no"], "Refund", after=wrote))


@scene
def balance(studio: Studio) -> None:
    wrote = studio.ann.send("/balance")
    studio.take(by_id(wrote), studio.ann.sees("$", after=wrote))


@scene
def health(studio: Studio) -> None:
    wrote = studio.ann.send("/health")
    studio.take(studio.ann.sees("looked at again", after=wrote))


@scene
def help_(studio: Studio) -> None:
    wrote = studio.ann.send("/help")
    studio.take(studio.ann.sees("/orders", after=wrote))


@scene
def payments(studio: Studio) -> None:
    studio.take(studio.ann.sees("PAY", after=studio.ann.send("/payments")))
