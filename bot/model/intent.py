"""A thing that changes the marketplace, from its proposal to its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from .goods import Unit
from .pieces import Piece
from .plan import Plan
from .product_plans import (
    PIECE,
    DeleteProductPlan,
    NewProductPlan,
    PicturesPlan,
    ProductEditPlan,
    ProductStatusPlan,
    Progress,
    StockPlan,
)
from .replacing import Replacing
from .splits import How

EXPIRES_AFTER = timedelta(minutes=30)
REPLY_HOLD = timedelta(seconds=5)  # from when its message, with Undo, can be seen
# A held reply that could not be shown for this long waits for a tap.
SHOWN_WITHIN = timedelta(minutes=1)
# One read that does not show it proves nothing: a slow request may still land.
NEGATIVE_AFTER = timedelta(minutes=2)
# Bot API: a message can be deleted for 48 hours; a little less, so that it is done in time.
DELETABLE_FOR = timedelta(hours=47)

P = TypeVar("P", bound=Plan)


class State(StrEnum):
    """proposed → sending → done / refused / unknown, or expired."""

    PROPOSED = "proposed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"  # not done, and known not to be
    EXPIRED = "expired"  # given up before anything was sent


LIVE = frozenset({State.SENDING, State.UNKNOWN})


class Kind(StrEnum):
    """What is to be changed."""

    DELIVER = "deliver"
    REFUND = "refund"
    REPLY = "reply"
    STATUS = "status"  # of an order
    TICKET_STATUS = "ticket_status"
    NEW_TICKET = "new_ticket"  # of an order
    PRODUCT_EDIT = "product_edit"  # its price, its title or its description
    PRODUCT_STATUS = "product_status"
    PRODUCT_PICTURES = "product_pictures"
    DELETE_PRODUCT = "delete_product"
    ADD_STOCK = "add_stock"  # accounts for the pool of a product
    NEW_PRODUCT = "new_product"
    REPLACE = "replace"  # a delivered unit of an order, by one more


SubjectKind = Literal["order", "ticket", "product", "intent"]


class DeliverPlan(Plan):
    """Units for an order. ``send`` of them go out, the first ones; decided at the confirmation."""

    units: tuple[Unit, ...]
    how: How
    ways: int = 1  # honest ways to split the paste; another one is shown on request
    empty_lines: int = 0
    doubles: int = 0
    there: int = 0  # units left out because the order has them already
    # What was true when it was shown; read again just before sending.
    owed: int
    delivered: int
    # Numbers of other orders to which one of these units went before, by position.
    known: dict[int, str] = Field(default_factory=dict)
    # The same, where it may have gone there: what became of that delivery was never known.
    doubtful: dict[int, str] = Field(default_factory=dict)
    # Titles of products to whose pool a unit was added, so that the marketplace may sell it.
    pooled: dict[int, str] = Field(default_factory=dict)
    # Positions of units whose shape is unlike what this product usually is, and what that is.
    unlike: tuple[int, ...] = ()
    usual: str = ""
    send: int = 0
    # The messages that the paste came in, and how often it was planned anew: a button of an
    # earlier preview cannot send what that one did not show.
    pieces: tuple[Piece, ...] = ()
    version: int = 0
    # A text that stands below the last unit that goes out, inside it: never a unit of its own.
    words: Unit | None = None


class ReplacePlan(Plan):
    """A new unit in the place of a broken one: appended, never overwriting."""

    unit: Unit
    replacing: Replacing
    # The number of another order to which it went before, or may have gone; as in a delivery.
    known: dict[int, str] = Field(default_factory=dict)
    doubtful: dict[int, str] = Field(default_factory=dict)
    pooled: dict[int, str] = Field(default_factory=dict)  # as in a delivery
    usual: str = ""  # what this product usually is, where the unit is unlike it
    pieces: tuple[Piece, ...] = ()
    version: int = 0

    @property
    def units(self) -> tuple[SecretStr, ...]:
        """The one unit."""
        return (self.unit,)


class RefundPlan(Plan):
    """A refund, always in full."""

    amount: Decimal | None
    delivered: int
    asks_owner: bool = False  # it is above the limit of who asked: an owner confirms it


class ReplyPlan(Plan):
    """A reply to a ticket.

    ``seen`` is the digest of the text that the person was answering, ``earlier`` that text itself:
    whether a reply arrived shows in what it made of it.
    """

    text: Unit
    seen: str
    earlier: Unit = SecretStr("")
    # A tap is required: text that looks like goods, or a closed ticket.
    needs_tap: bool = False
    stale: bool = False  # what it answers may not be the newest text
    # The status that goes out with the reply ("reply and resolve"); empty: it stays as it is.
    status: str = ""
    pieces: tuple[Piece, ...] = ()  # the messages that it came in
    # Kept until the marketplace is back, and until then at most: a person asked for it.
    kept_until: datetime | None = None


class StatusPlan(Plan):
    """A status for an order; ``owed`` units were owed when it was asked for."""

    status: str
    owed: int = 0


class TicketStatusPlan(Plan):
    """A status for a ticket."""

    status: str


class NewTicketPlan(Plan):
    """A ticket that we open on an order, to write to its buyer.

    ``known``: the IDs of the order's tickets at that time; another one with this title is ours.
    """

    title: Unit
    text: Unit
    known: tuple[str, ...] = ()
    needs_tap: bool = False
    pieces: tuple[Piece, ...] = ()  # the messages that the text came in
    kept_until: datetime | None = None  # as of a reply


AnyPlan = (
    DeliverPlan
    | ReplacePlan
    | RefundPlan
    | ReplyPlan
    | StatusPlan
    | TicketStatusPlan
    | NewTicketPlan
    | ProductEditPlan
    | ProductStatusPlan
    | DeleteProductPlan
    | StockPlan
    | NewProductPlan
    | PicturesPlan
)


class Outcome(BaseModel):
    """How an intent ended, in words that hold no goods.

    ``reason`` is a machine's word that the views turn into a sentence; ``said`` is the
    marketplace's own message, with every unit taken out.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")

    reason: str = ""
    said: str = ""
    refund_no: str = ""
    units: int = 0  # how many units this delivery added
    delivered: int | None = None  # how many the marketplace counts now
    owed: int | None = None
    completed: bool = False
    ticket_id: str = ""  # the ticket that was opened
    product_id: str = ""  # the product that was created, or may be the one
    served: int = 0  # waiting orders that added accounts will serve
    since: datetime | None = None  # unreachable since
    checking: bool = False  # nothing was found yet, and it is still being looked for
    asks: bool = False  # no look can tell: a person says what became of it


class Intent(BaseModel):
    """A row of the intents table, read."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: int
    shop_id: int
    kind: Kind
    subject_kind: SubjectKind
    subject_id: str
    state: State
    plan: AnyPlan
    chat_id: int
    proposed_by: int
    source_message_id: int | None = None
    created_at: datetime
    expires_at: datetime
    fires_at: datetime | None = None
    confirmed_by: int | None = None
    confirmed_at: datetime | None = None
    dispatched_at: datetime | None = None
    finished_at: datetime | None = None
    unknown_since: datetime | None = None
    next_check_at: datetime | None = None
    checks: int = 0  # looks that worked and showed nothing
    unseen_since: datetime | None = None  # when the first of them was
    outcome: Outcome = Outcome()
    progress: Progress | None = None  # of an import of several calls

    def planned(self, kind: type[P]) -> P:
        """Return the plan, which is one of ``kind``, as the intent's own kind says it is.

        Raises TypeError where somebody took one kind of intent for another.
        """
        if not isinstance(self.plan, kind):
            raise TypeError(f"an intent of the kind {self.kind} holds no {kind.__name__}")
        return self.plan

    @property
    def call(self) -> str:
        """Which call went out last, in ten digits at most: a question is about that one alone."""
        sent = self.dispatched_at
        return "" if sent is None else str(int(sent.timestamp() * 1000) % 10**10)


def units_sent(plan: AnyPlan) -> tuple[SecretStr, ...]:
    """Return the units that go out with a plan, once it is confirmed."""
    match plan:
        case DeliverPlan():
            return plan.units[: plan.send]
        case ReplacePlan():
            return plan.units
        case _:
            return ()


def rows_sent(plan: DeliverPlan) -> tuple[SecretStr, ...]:
    """Return the rows in which a delivery's units go out: the last one with the text below it."""
    sent = plan.units[: plan.send]
    if plan.words is None or not sent:
        return sent
    last = f"{sent[-1].get_secret_value()}\n{plan.words.get_secret_value()}"
    return (*sent[:-1], SecretStr(last))


def pastes_to_delete(intent: Intent, now: datetime) -> tuple[int, ...]:
    """Return the messages of a person's own that held what went out, and nothing else.

    All of it is on an order or in a pool, as the marketplace says. What was not sent stays with
    them, and what Telegram deletes no more is left alone.
    """
    plan = intent.plan
    if not isinstance(plan, DeliverPlan | ReplacePlan | StockPlan) or not _took_all(intent):
        return ()
    if any(now - piece.sent_at >= DELETABLE_FOR for piece in plan.pieces):
        return ()
    return tuple(piece.message_id for piece in plan.pieces)


def _took_all(intent: Intent) -> bool:
    """Say whether the marketplace confirmed everything that a paste held."""
    plan = intent.plan
    if isinstance(plan, DeliverPlan | ReplacePlan):
        return len(units_sent(plan)) == len(plan.units)
    progress = intent.progress
    if not isinstance(plan, StockPlan) or progress is None or plan.unread or plan.left_out:
        return False
    # Fewer than were sent: it had some of them already, and nobody knows where.
    return not progress.told and not progress.unclear and progress.added >= plan.count


def is_outdated(intent: Intent, now: datetime) -> bool:
    """Say whether what was decided lies too far back to be carried out without asking again.

    A confirmation, or the seconds of a held reply, that a long stop left behind.
    """
    decided = intent.fires_at if intent.state is State.PROPOSED else intent.confirmed_at
    return decided is not None and now - decided > EXPIRES_AFTER


def is_of_before(said_at: datetime, now: datetime) -> bool:
    """Say whether words, or a press, lie too far back to act by themselves: nobody awaits it."""
    return now - said_at > EXPIRES_AFTER


def goods_of(intent: Intent) -> tuple[SecretStr, ...]:
    """Return the goods that go out with an intent, if any do."""
    match intent.plan:
        case DeliverPlan(units=units):
            return units
        case ReplacePlan(unit=unit):
            return (unit,)
        case StockPlan(lines=lines, apart=0):
            at = 0 if intent.progress is None else intent.progress.at
            return lines[at : at + PIECE]
        case _:
            return ()


def without_goods(text: str, units: tuple[SecretStr, ...]) -> str:
    """Return the marketplace's message with every unit (and each of its parts) taken out."""
    for unit in units:
        secret = unit.get_secret_value()
        for piece in sorted(
            {secret, *secret.replace("|", ":").split(":"), *secret.split()}, key=len, reverse=True
        ):
            if len(piece) >= 4:  # noqa: PLR2004 - shorter pieces would eat ordinary words
                text = text.replace(piece, "•••")
    return text
