"""docs/guide.md: what a job costs is counted through the real bot, as the guide says it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.practice import Shop, Someone, until

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"
# | [Refund](#refund) | 2 | nothing |
ROW = re.compile(
    r"^\| \[(?P<job>[^\]]+)\]\(#[^)]+\) \| (?P<taps>[^|]+) \| (?P<typing>[^|]+) \|$", re.MULTILINE
)
NOTHING = "nothing"


class Thumb(Someone):
    """A person whose taps and messages are counted."""

    def __init__(self, shop: Shop, name: str) -> None:
        super().__init__(shop, name)
        self.taps = 0
        self.typed = 0
        self.later: list[Callable[[], object]] = []  # what takes its seconds meanwhile

    def press(self, message: Any, label: str) -> str:
        self.taps += 1
        return super().press(message, label)

    def send(self, text: str, *, reply_to: int | None = None) -> int:
        self.typed += 1
        return super().send(text, reply_to=reply_to)

    def attach(self, name: str, content: str, *, reply_to: int) -> int:
        self.typed += 1
        coded = base64.b64encode(content.encode()).decode()
        body = {"as": self.name, "name": name, "content_base64": coded, "kind": "document"}
        return int(self.shop.telegram("file", **body, reply_to=reply_to)["message_id"])

    def order(self, **wanted: Any) -> tuple[Any, Any]:
        """Let a buyer order; return the order and its card, as it is pushed."""
        order = self.shop.market("orders", **wanted)
        return order, self.sees(order["order_no"], "delivered")

    def ticket(self, text: str) -> tuple[Any, Any]:
        order = self.shop.market("orders")
        ticket = self.shop.market(
            "tickets", order_id=order["order_id"], title="A question", text=text
        )
        return ticket, self.sees(ticket["ticket_no"], text)

    def replied(self, ticket: Any, status: str) -> None:
        truth = self.shop.ticket(ticket["ticket_id"])
        assert (truth["thread"][-1]["author"], truth["status"]) == ("supplier", status)

    def delivers(self, message: Any, goods: str, label: str) -> None:
        """Answer a message with goods, and confirm them."""
        self.confirms(self.send(goods, reply_to=message["message_id"]), label)

    def confirms(self, after: int, label: str) -> None:
        self.press(self.sees(label, "Cancel", after=after), label)


Job = Callable[[Thumb], str | None]
JOBS: dict[str, Job] = {}


def job(name: str) -> Callable[[Job], Job]:
    def known(play: Job) -> Job:
        JOBS[name] = play
        return play

    return known


@job("See a new order")
def see(ann: Thumb) -> None:
    order, card = ann.order(quantity=2)
    for truth in (order["order_no"], "0 of 2 delivered", "Netflix"):
        assert truth in card["text"]


@job("Deliver by hand")
def deliver(ann: Thumb) -> None:
    _, card = ann.order()
    ann.delivers(card, "guide-one@x.example:Hand-1", "Send 1")
    ann.sees_in(card, "1 of 1 delivered by Ann")


@job("Deliver a file")
def deliver_file(ann: Thumb) -> None:
    _, card = ann.order(quantity=2)
    goods = "guide-two@x.example:File-1\nguide-three@x.example:File-2\n"
    ann.confirms(ann.attach("goods.txt", goods, reply_to=card["message_id"]), "Send 2")
    ann.sees_in(card, "2 of 2 delivered by Ann")


@job("Deliver by the button")
def deliver_by_button(ann: Thumb) -> None:
    order, card = ann.order()
    ann.press(card, "Deliver")
    ann.sees("Paste the goods", order["order_no"], after=card["message_id"])
    ann.confirms(ann.send("guide-four@x.example:Button-1"), "Send 1")
    ann.sees_in(card, "1 of 1 delivered by Ann")


@job("Deliver a part now, the rest later")
def deliver_part(ann: Thumb) -> None:
    _, card = ann.order(quantity=2)
    ann.delivers(card, "guide-five@x.example:Part-1", "Send 1 now, 1 still owed")
    ann.sees_in(card, "1 of 2 delivered by Ann")


@job("Replace a broken unit")
def replace(ann: Thumb) -> None:
    order, _ = ann.order(quantity=2)
    rows = ["guide-six@x.example:Old-1", "guide-seven@x.example:Old-2"]
    ann.shop.market(f"orders/{order['order_id']}/deliver", rows=rows)
    ann.sees(order["order_no"], "2 of 2 delivered")
    ticket = ann.shop.market(
        "tickets", order_id=order["order_id"], title="Broken", text="The second one"
    )
    card = ann.sees(ticket["ticket_no"], "The second one")
    ann.press(card, "Replace")
    ann.press(ann.sees("does not work", "2. ", after=card["message_id"]), "2. ")
    ann.sees("Paste the new one for unit 2", after=card["message_id"])
    ann.confirms(ann.send("guide-eight@x.example:New-2"), "Yes, replace 2 of 2")
    ann.later.append(
        lambda: until(lambda: ann.shop.ticket(ticket["ticket_id"])["status"] == "resolved")
    )


@job("Refund")
def refund(ann: Thumb) -> None:
    order, card = ann.order()
    ann.press(card, "Refund")
    ann.press(ann.sees_in(card, "Yes, refund"), "Yes")
    ann.sees_in(card, "Refunded", "by Ann")
    assert ann.shop.changes("refund", of=order["order_id"])


@job("Answer a ticket")
def answer(ann: Thumb) -> None:
    ticket, card = ann.ticket("Where do I type it in?")
    wrote = ann.send("On their own page, not in the app.", reply_to=card["message_id"])
    held = ann.sees("To the buyer of", after=wrote)
    ann.later.append(lambda: ann.sees_in(held, "Sent by Ann"))
    ann.later.append(lambda: ann.replied(ticket, "open"))


@job("Answer with a saved text")
def answer_with_a_saved_text(ann: Thumb) -> None:
    before = Someone(ann.shop, ann.name)
    asked = before.send("/templates")
    before.press(before.sees("Saved texts", "New text", after=asked), "New text")
    before.sees("Write the text", after=asked)
    before.sees("1 of 1", after=before.send("It is on its way, {buyer}."))
    ticket, card = ann.ticket("When does it come?")
    ann.press(card, "Saved text")
    ann.press(ann.sees("Which text", "It is on its way", after=card["message_id"]), "It is on")
    held = ann.sees("To the buyer of", "It is on its way", after=card["message_id"])
    ann.later.append(lambda: ann.sees_in(held, "Sent by Ann"))
    ann.later.append(lambda: ann.replied(ticket, "open"))


@job("Answer and resolve")
def answer_and_resolve(ann: Thumb) -> None:
    ticket, card = ann.ticket("It works now, thank you!")
    ann.press(card, "Reply & resolve")
    ann.sees("resolve", ticket["ticket_no"], after=card["message_id"])
    wrote = ann.send("Glad to hear it.")
    held = ann.sees("To the buyer of", after=wrote)
    ann.later.append(lambda: ann.sees_in(held, "Sent by Ann"))
    ann.later.append(lambda: ann.replied(ticket, "resolved"))


@job("Find anything")
def find(ann: Thumb) -> None:
    order, _ = ann.order()
    ann.sees(order["order_no"], "Refund", after=ann.send(f"{order['order_no']} please"))


@job("Work through what waits")
def queue(ann: Thumb) -> str:
    for _ in range(2):
        ann.order()
    menu = Someone(ann.shop, ann.name).send("/menu")  # it stands in the chat already
    ann.press(ann.sees("Watching", "Start", after=menu), "Start")
    started, ann.taps = ann.taps, 0
    message = ann.sees("1 of ", "Skip", after=menu)
    for turn in range(2):
        [number] = re.findall(r"TK\d{13}", message["text"])[-1:]
        order = next(o for o in ann.shop.state()["orders"] if o["order_no"] == number)
        owed = int(order["remaining_to_deliver"])
        goods = "\n".join(f"guide-queue-{turn}{n}@x.example:Wait-{turn}{n}" for n in range(owed))
        ann.delivers(message, goods, f"Send {owed}")
        message = ann.sees_in(message, f"Order {number}: ", "delivered.")
    each, odd = divmod(ann.taps, 2)
    assert odd == 0
    return f"{started}, then {each} each"


@job("Add stock")
def add_stock(ann: Thumb) -> None:
    asked = Someone(ann.shop, ann.name).send("/product Minecraft")
    card = ann.sees("Minecraft", "Add accounts", after=asked)
    ann.press(card, "Add accounts")
    ann.sees("Paste the accounts", after=card["message_id"])
    goods = "guide-stock-1@x.example:Block-1\nguide-stock-2@x.example:Block-2"
    ann.confirms(ann.send(goods), "Send 2")
    until(lambda: ann.shop.changes("stock_added"))


@job("Put up a new product")
def new_product(ann: Thumb) -> None:
    asked = Someone(ann.shop, ann.name).send("/newproduct")
    ann.press(ann.sees("in which category", after=asked), "Streaming > Music")
    ann.sees("in one message", after=asked)
    wrote = ann.send("Guide Radio for a year\n24.00\nEvery station.")
    preview = ann.sees("$24.00", "Yes, create it", after=wrote)
    ann.press(preview, "Yes, create it")
    ann.sees_in(preview, "Created by Ann")


@job("Change a price")
def price(ann: Thumb) -> None:
    asked = Someone(ann.shop, ann.name).send("/product Guide Radio")
    card = ann.sees("Guide Radio", "Add accounts", after=asked)
    ann.press(card, "Price")
    ann.sees("Write the new price", after=card["message_id"])
    wrote = ann.send("26")
    ann.press(ann.sees("Yes, set $26.00", after=wrote), "Yes, set $26.00")
    ann.sees_in(card, "Price changed by Ann")


@job("A complaint that others have to judge")
def dispute(ann: Thumb) -> None:
    _, card = ann.ticket("It never worked")
    ann.press(card, "Dispute file")
    ann.sees("What happened", "It never worked", after=card["message_id"])


@job("The balance")
def balance(ann: Thumb) -> None:
    menu = Someone(ann.shop, ann.name).send("/menu")
    ann.press(ann.sees("Watching", "Balance", after=menu), "Balance")
    ann.sees("Balance", "$", after=menu)


@job("Today's sales")
def sales(ann: Thumb) -> None:
    menu = Someone(ann.shop, ann.name).send("/menu")
    ann.press(ann.sees("Watching", "Today's sales", after=menu), "Today's sales")
    ann.sees("Revenue", "average", "7 days", after=menu)


def test_each_job_costs_the_taps_that_the_guide_says(shop: Shop) -> None:
    guide = {
        row["job"]: (row["taps"], row["typing"] != NOTHING)
        for row in ROW.finditer(GUIDE.read_text("utf-8"))
    }
    # So many orders at once would become a digest.
    settings = Someone(shop, "ann")
    card = settings.sees("Settings", "Digest", after=settings.send("/settings"))
    settings.press(card, "Digest")
    settings.press(settings.sees_in(card, "never"), "never")
    settings.sees_in(card, "Digest: never")
    counted = {}
    later = []
    for name, play in JOBS.items():
        ann = Thumb(shop, "ann")
        taps = play(ann) or str(ann.taps)
        counted[name] = (taps, ann.typed > 0)
        later += ann.later
    for check in later:
        check()
    assert counted == guide


def test_every_picture_of_the_guide_is_there() -> None:
    named = re.findall(r"\b(images/[\w-]+\.png)\b", GUIDE.read_text("utf-8"))
    assert named
    assert [name for name in named if not (GUIDE.parent / name).exists()] == []
