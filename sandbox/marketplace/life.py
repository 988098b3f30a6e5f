"""Buyers of their own: they order, pay, complain, write again and confirm."""

import random

from sandbox.marketplace import support, trade
from sandbox.marketplace.ledger import LIFE
from sandbox.marketplace.market import Market
from sandbox.marketplace.records import OPEN_STATUSES, Order, Product

# Seconds between two things that happen, at speed 1.
PACE = 12.0
# When this many paid orders wait for the supplier's hand, nobody adds to them.
PATIENCE = 12
_RECENT = 60
_COMPLAINTS = (
    ("It does not work", "Wrong password. Please check."),
    ("Second unit", "The second one is already in use by somebody else."),
    ("How do I use it?", "Where do I enter the key? I am on a phone."),
    ("Still waiting", "I paid and nothing has come yet."),
    ("Asks for a code", "It wants a code from an e-mail that I do not have."),
)
_AGAIN = ("Hello? Anyone there?", "I tried again, still the same.", "Thank you, it works now!")


class Life:
    """What buyers do next; the same things in the same order for the same seed."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._chance = random.Random(market.seed + 1)
        self._next: float | None = None

    def due_in(self) -> float | None:
        """Return the seconds until something happens; None when the buyers are at rest."""
        if self._next is None:
            return None
        return max(0.0, self._next - self._market.clock.monotonic())

    def catch_up(self) -> None:
        """Do what is due; at most one thing, so that a long sleep is no burst."""
        if not self._market.options.life:
            self._next = None
            return
        now = self._market.clock.monotonic()
        if self._next is not None and self._next > now:
            return
        if self._next is not None:
            self.step()
        pace = PACE / self._market.options.life_speed
        self._next = now + min(self._chance.expovariate(1 / pace), 3 * pace)

    def step(self) -> None:
        """Let one buyer do one thing that is possible now."""
        recent, _ = self._market.orders.page(sort="newest", offset=0, limit=_RECENT)
        unpaid = [
            order
            for order in recent
            if order.payment_status == "pending_payment" and order.status in OPEN_STATUSES
        ]
        complete = [order for order in recent if order.status == "completed_order"]
        tickets, _ = self._market.tickets.page(sort="newest", offset=0, limit=10)
        open_tickets = [t for t in tickets if t.status in ("open", "in_progress")]
        choice = self._chance.choices(
            ("order", "pay", "complain", "write", "confirm"), (50, 15, 8, 4, 15)
        )[0]
        if choice == "pay" and unpaid:
            trade.pay(self._market, LIFE, self._chance.choice(unpaid))
        elif choice == "complain" and (complete or recent):
            self._complain(self._chance.choice(complete or recent))
        elif choice == "write" and open_tickets:
            text = self._chance.choice(_AGAIN)
            support.say(self._market, LIFE, self._chance.choice(open_tickets), "buyer", text)
        elif choice == "confirm" and complete:
            trade.confirm_receipt(self._market, LIFE, self._chance.choice(complete))
        else:
            self._order(recent)

    def _complain(self, order: Order) -> None:
        title, text = self._chance.choice(_COMPLAINTS)
        support.open_ticket(self._market, LIFE, order, author="buyer", title=title, text=text)

    def _order(self, recent: list[Order]) -> None:
        waiting = [o for o in recent if o.paid and o.status in OPEN_STATUSES and o.remaining]
        products = [p for p in self._market.products if p.status == "active" and _sells(p)]
        if len(waiting) >= PATIENCE:
            products = [product for product in products if product.pool]
        if not products:
            return
        product = self._chance.choice(products)
        purchase = trade.Purchase(
            product=product,
            buyer_id=self._chance.choice(self._market.buyers),
            quantity=max(product.min_quantity, self._chance.choices((1, 2, 3), (80, 15, 5))[0]),
            coupon=self._chance.random() < 0.2,  # noqa: PLR2004 - one buyer in five has a coupon
        )
        order = trade.place(self._market, LIFE, purchase)
        if self._chance.random() < 0.75:  # noqa: PLR2004 - three in four pay at once
            trade.pay(self._market, LIFE, order)


def _sells(product: Product) -> bool:
    return bool(product.pool) if product.pool is not None else product.stock > 0
