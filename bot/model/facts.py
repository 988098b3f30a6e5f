"""What the views draw from: everything true about one subject, for one person, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from .intent import Intent
from .order import Order
from .payment import Balance, Payment
from .person import Act
from .reminder import Summary
from .replacing import Replacing
from .stock_source import StockBatch
from .ticket import Ticket


@dataclass(frozen=True, slots=True)
class Total:
    """How many orders, and what they come to."""

    orders: int = 0
    amount: Decimal = Decimal(0)

    def packed(self) -> list[Any]:
        """Return it as plain JSON."""
        return [self.orders, str(self.amount)]

    @classmethod
    def unpacked(cls, body: Any) -> Total:
        """Return what :meth:`packed` gave; nothing at all where that is missing."""
        return cls(int(body[0]), Decimal(body[1])) if body else cls()


# Of a list of the marketplace: nothing, some (the first walk goes on), or all of it.
LookedAt = Literal["nothing", "some", "all"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: language, time zone, what they may do, and the shop's currency."""

    person_id: int
    language: str
    time_zone: ZoneInfo
    acts: frozenset[Act]
    currency: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done: by a person (``who`` is their name) or on the marketplace itself."""

    deed: Literal["delivered", "refunded", "replied", "status", "replaced"]
    at: datetime
    who: str | None = None
    units: int = 0  # delivered so far; of a replacement: which one was replaced
    status: str = ""  # the one that was set


# ⚠️ look here, ⭐, or none.
BuyerMark = Literal["", "watch", "star"]


@dataclass(frozen=True, slots=True)
class Buyer:
    """What is known of a buyer from what was seen, and what the shop remembers of them.

    ``note`` may hold anything: its repr hides it.
    """

    buyer_id: str
    orders: int = 0
    tickets: int = 0
    refunds: int = 0
    mark: BuyerMark = ""
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as known.

    ``live`` is the intent that is being sent or is unknown, by whomever; ``confirming`` the
    intent whose question stands in this card's buttons; ``ended`` the last one of this card
    that came to nothing (refused, expired), until something newer is shown.
    """

    order: Order
    new: bool
    buyer: Buyer | None = None
    tickets: tuple[Ticket, ...] = ()
    deeds: tuple[Deed, ...] = ()
    live: Intent | None = None
    live_by: str = ""  # the name of who confirmed it
    confirming: Intent | None = None
    ended: Intent | None = None
    delivery_mode: Literal["", "pool", "hand"] = ""
    asks_mode: bool = False  # nobody knows how its product is delivered: it is asked here, once
    more: bool = False  # the card shows its other buttons
    product_id: str = ""  # of its product, where that has a card
    # Of a product that the pool delivers: until when it should have, and whether it was said
    # that it has not.
    pool_by: datetime | None = None
    pool_late: bool = False


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket as known, with its order where we have it, and the texts that were seen."""

    ticket: Ticket
    new: bool
    order: Order | None = None
    buyer: Buyer | None = None
    deeds: tuple[Deed, ...] = ()
    # (author: buyer or us, name of ours, text, when), oldest first, the current one last
    texts: tuple[tuple[str, str, str, datetime], ...] = ()
    thread: bool = False  # each text holds those before it
    live: Intent | None = None
    ended: Intent | None = None
    more: bool = False  # the card shows its other buttons
    delivered_at: datetime | None = None  # the day that the warranty counts from, as far as known
    saved_texts: bool = False  # whether there are any to answer with


@dataclass(frozen=True, slots=True)
class TicketText:
    """Something that was said in a ticket; ``name``: of the one of us who said it, if known."""

    number: str  # of the ticket
    text: str = field(repr=False)
    at: datetime
    buyer: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class TextsFacts:
    """Everything that was said in a ticket or about an order, and the page to be shown."""

    kind: Literal["order", "ticket"]
    subject_id: str
    number: str
    texts: tuple[TicketText, ...]
    page: int = 0  # 0: the last


@dataclass(frozen=True, slots=True)
class GoodsFacts:
    """The goods of an order, as the marketplace shows them now, and the page to be shown.

    ``seconds``: for how long they are. ``origins``: by a unit's place, from 1, the import that
    brought it into a pool.
    """

    order_id: str
    number: str
    units: tuple[SecretStr, ...]
    page: int = 1
    seconds: int = 60
    origins: Mapping[int, StockBatch] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntentFacts:
    """A message that is about one intent: a delivery's preview, a reply that is being held."""

    intent: Intent
    order: Order | None = None
    ticket: Ticket | None = None
    by: str = ""
    answered_by: str = ""  # who of ours wrote the last text of the ticket
    buyer: Buyer | None = None
    # Of a replacement: what the warranty counts from, as far as it is known.
    delivered_at: datetime | None = None
    asked_by: str = ""  # of a refund that waits for an owner: the name of who asked for it
    saved_texts: bool = False  # whether there are any to put into a delivery
    # Of goods that were not sent: another preview, or a text with them, stands below.
    followed: bool = False


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """A message that asks for something, and what became of that.

    ``kind``: deliver, reply, resolve, new_ticket, note (on ``buyer``) or goods. ``state``: open,
    or how it ended: used, cancelled, replaced, expired.
    """

    draft_id: int
    kind: str
    state: str
    order: Order | None = None
    ticket: Ticket | None = None
    buyer: Buyer | None = None
    offered: tuple[Order, ...] = ()  # to which the goods may belong: a page of them, best first
    page: int = 1
    pages: int = 1
    pieces: int = 1  # the messages that they came in
    files: int = 0  # how many of these were files
    may_be_cut: bool = False  # the last of them is as long as a message can be
    replacing: Replacing | None = None


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A walk through the orders that wait, at one of them, or (``order`` is None) at its end.

    ``last`` is the order that was seen to just before; ``waiting`` how many wait at this moment.
    """

    queue_id: int
    place: int  # from 1
    total: int  # of the whole walk
    waiting: int
    order: OrderFacts | None = None
    last: Order | None = None
    draft_id: int | None = None  # the draft that waits for this order's goods
    shared_with: str = ""  # who else is at this order


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A page of a list; ``waiting`` rows come first."""

    rows: tuple[Order | Ticket, ...]
    chosen: str  # the filter: waiting, all, or a status
    page: int  # from 1
    pages: int
    total: int
    looked_at: LookedAt = "all"
    words: str = ""  # that were searched for


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """Many news in one message: every number is named, each once, in the order it came."""

    new_orders: tuple[str, ...] = ()
    total: Decimal | None = None  # of the new orders that say what they cost
    changed_orders: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    low_products: tuple[str, ...] = ()  # by their titles
    orders_waiting: int = 0
    tickets_waiting: int = 0


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What waits, and until when the chat wants to hear nothing of it."""

    waits: Summary
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaymentsFacts:
    """A page of the marketplace's payments, or those of one order.

    ``pages``, ``total``: as far as the marketplace tells; ``more``: there may be another page.
    """

    rows: tuple[Payment, ...]
    page: int  # from 1
    pages: int | None = None
    total: int | None = None
    more: bool = False
    order_id: str = ""
    number: str = ""  # of that order
    at: datetime | None = None  # when it was read
    words: str = ""  # that were searched for, in what is known
    looked_at: LookedAt = "all"
    known: int = 0


@dataclass(frozen=True, slots=True)
class BalanceFacts:
    """The balances, and when the marketplace told them."""

    balance: Balance
    at: datetime
    # Of the known orders: sold, and receipts that buyers confirmed, since yesterday began; complete
    # without a receipt yet, and as much of that as the marketplace has not booked.
    sold: Total = Total()
    confirmed: Total = Total()
    waiting: Total = Total()
    unbooked: Total = Total()
    looked_at: LookedAt = "all"


@dataclass(frozen=True, slots=True)
class RestoredFacts:
    """That the bot goes on from a backup. ``made_at`` None: nobody knows of when it is.

    ``under_way``: numbers and titles of what was being changed then, with an outcome that nobody
    knows; ``open_questions``: how many confirmations ended unanswered.
    """

    made_at: datetime | None
    under_way: tuple[str, ...] = ()
    open_questions: int = 0


@dataclass(frozen=True, slots=True)
class MenuFacts:
    """What waits, for the menu."""

    orders_waiting: int
    tickets_waiting: int
    watching: bool  # whether the first look is stored
    looked_at: LookedAt = "all"  # the orders, and the tickets, whichever is less
    orders_known: int = 0
    tickets_known: int = 0
    acts: frozenset[Act] = field(default_factory=frozenset)
