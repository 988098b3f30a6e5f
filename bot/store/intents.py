"""Intents: things that change the marketplace, from the proposal to the confirmation; their end.

proposed → sending → done / refused / unknown, or expired. At most one live intent (``sending``,
``unknown``) per order, ticket or product, across all kinds: the database itself refuses a second.
What becomes of one that was confirmed: `settling`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, or_, select, update

from bot.model.intent import (
    EXPIRES_AFTER,
    REPLY_HOLD,
    SHOWN_WITHIN,
    Intent,
    Kind,
    NewTicketPlan,
    Outcome,
    RefundPlan,
    ReplyPlan,
    State,
    SubjectKind,
)
from bot.model.plan import Plan
from bot.model.urgency import INTERACTIVE

from . import cards, text_instead
from .database import Tx
from .intent_rows import from_row, sealed_plan
from .prepared import prepared
from .tables import intents

_LIVE = (State.SENDING.value, State.UNKNOWN.value)
_MAX_ID = 2**63 - 1  # SQLite's own
# Among how many intents of a chat the one is looked for that a message became a part of.
_MESSAGES_BACK = 50
_PRODUCTS_BACK = 10

Confirmed = Literal["won", "taken", "busy", "expired"]


async def propose(
    tx: Tx,
    *,
    shop_id: int,
    kind: Kind,
    subject_kind: SubjectKind,
    subject_id: str,
    plan: Plan,
    chat_id: int,
    person_id: int,
    now: datetime,
    source_message_id: int | None = None,
    fires_at: datetime | None = None,
) -> Intent:
    """Write down what someone wants; nothing happens before it is confirmed, or fires."""
    made = await tx.execute(
        intents.insert()
        .values(
            shop_id=shop_id,
            kind=kind.value,
            subject_kind=subject_kind,
            subject_id=subject_id,
            state=State.PROPOSED.value,
            sealed=await sealed_plan(tx, plan),
            chat_id=chat_id,
            proposed_by=person_id,
            source_message_id=source_message_id,
            created_at=now,
            expires_at=now + EXPIRES_AFTER,
            fires_at=fires_at,
        )
        .returning(intents)
    )
    if fires_at is not None:
        tx.wake("intents")
    return await from_row(tx, made.one())


async def get(tx: Tx, intent_id: int) -> Intent | None:
    """Return one intent; a number that no row can have is of none."""
    if not 0 < intent_id <= _MAX_ID:
        return None
    row = (await tx.execute(*_one(intent_id))).first()
    return None if row is None else await from_row(tx, row)


@prepared
def _one(intent_id: int) -> Select[Any]:
    return select(intents).where(intents.c.id == intent_id)


async def live_of(tx: Tx, shop_id: int, subject_kind: str, subject_id: str) -> Intent | None:
    """Return the intent on this subject that is being sent, or whose outcome is unknown."""
    row = (await tx.execute(*_live_of(shop_id, subject_kind, subject_id))).first()
    return None if row is None else await from_row(tx, row)


@prepared
def _live_of(shop_id: int, subject_kind: str, subject_id: str) -> Select[Any]:
    return select(intents).where(
        intents.c.shop_id == shop_id,
        intents.c.subject_kind == subject_kind,
        intents.c.subject_id == subject_id,
        intents.c.state.in_(_LIVE),
    )


async def lately_sent(
    tx: Tx, shop_id: int, subject_kind: str, subject_id: str, after: datetime
) -> Intent | None:
    """Return the last intent on a subject that went out, unless it was done before ``after``."""
    statement = (
        select(intents)
        .where(
            intents.c.shop_id == shop_id,
            intents.c.subject_kind == subject_kind,
            intents.c.subject_id == subject_id,
            intents.c.dispatched_at.is_not(None),
            intents.c.state.in_((*_LIVE, State.DONE.value)),
            or_(intents.c.finished_at.is_(None), intents.c.finished_at > after),
        )
        .order_by(intents.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return None if row is None else await from_row(tx, row)


async def latest_from(tx: Tx, chat_id: int, message_id: int) -> Intent | None:
    """Return the last intent that a message of a person's own made, or became a part of."""
    statement = (
        select(intents)
        .where(intents.c.chat_id == chat_id, intents.c.source_message_id <= message_id)
        .order_by(intents.c.id.desc())
        .limit(_MESSAGES_BACK)
    )
    for row in (await tx.execute(statement)).all():
        intent = await from_row(tx, row)
        pieces = getattr(intent.plan, "pieces", ())
        if intent.source_message_id == message_id or any(
            piece.message_id == message_id for piece in pieces
        ):
            return intent
    return None


async def followed(tx: Tx, intent: Intent) -> bool:
    """Say whether a later intent of its kind came of the same message, and was not taken back.

    Where the message is not known (it was another bot's), one for the same subject counts.
    """
    same = intents.c.source_message_id == intent.source_message_id
    if intent.source_message_id is None:
        same = intents.c.subject_id == intent.subject_id
    statement = select(intents.c.outcome).where(
        intents.c.chat_id == intent.chat_id,
        same,
        intents.c.kind == intent.kind.value,
        intents.c.id > intent.id,
    )
    outcomes = (await tx.execute(statement)).scalars()
    return any((outcome or {}).get("reason") != "declined" for outcome in outcomes)


async def proposed_by(tx: Tx, chat_id: int, person_id: int) -> tuple[Intent, ...]:
    """Return what a person proposed in a chat and nobody confirmed yet, the newest first."""
    statement = (
        select(intents)
        .where(
            intents.c.state == State.PROPOSED.value,
            intents.c.chat_id == chat_id,
            intents.c.proposed_by == person_id,
        )
        .order_by(intents.c.id.desc())
    )
    return tuple([await from_row(tx, row) for row in (await tx.execute(statement)).all()])


async def of_first_accounts(tx: Tx, chat_id: int, person_id: int) -> tuple[Intent, ...]:
    """Return a person's last new products of a chat, and the imports that followed from them."""
    statement = (
        select(intents)
        .where(
            intents.c.chat_id == chat_id,
            intents.c.proposed_by == person_id,
            intents.c.source_message_id.is_(None),
            intents.c.kind.in_((Kind.NEW_PRODUCT.value, Kind.ADD_STOCK.value)),
        )
        .order_by(intents.c.id.desc())
        .limit(_PRODUCTS_BACK)
    )
    return tuple([await from_row(tx, row) for row in (await tx.execute(statement)).all()])


async def under_way_by(tx: Tx, chat_id: int, person_id: int) -> tuple[Intent, ...]:
    """Return what a person proposed in a chat that is being sent, or whose outcome is unknown."""
    statement = (
        select(intents)
        .where(
            intents.c.state.in_(_LIVE),
            intents.c.chat_id == chat_id,
            intents.c.proposed_by == person_id,
        )
        .order_by(intents.c.id)
    )
    return tuple([await from_row(tx, row) for row in (await tx.execute(statement)).all()])


async def shown(tx: Tx, intent_id: int, now: datetime) -> None:
    """Record that Telegram took the message of a proposal: what is held counts from here.

    Nobody can undo what they do not see. Where it took too long, it waits for a tap.
    """
    intent = await get(tx, intent_id)
    if intent is None or intent.state is not State.PROPOSED or intent.fires_at is not None:
        return
    plan = intent.plan
    if not isinstance(plan, ReplyPlan | NewTicketPlan) or plan.needs_tap:
        return
    if now - intent.created_at <= SHOWN_WITHIN:
        await replan(tx, intent, plan, now, fires_at=now + REPLY_HOLD)
    else:
        again = plan.model_copy(update={"needs_tap": True})
        await replan(tx, intent, again, now, fires_at=None)


async def replan(
    tx: Tx, intent: Intent, plan: Plan, now: datetime, *, fires_at: datetime | None
) -> None:
    """Change what a proposal says, while it is still one."""
    await move(
        tx,
        intent,
        (State.PROPOSED,),
        now,
        sealed=await sealed_plan(tx, plan),
        fires_at=fires_at,
        expires_at=now + EXPIRES_AFTER,
    )
    tx.wake("intents")


async def confirm(
    tx: Tx, intent: Intent, person_id: int, now: datetime, plan: Plan | None = None
) -> Confirmed:
    """Move a proposal to ``sending``: the first press wins, across people and confirmations."""
    if intent.state is State.EXPIRED or (
        intent.state is State.PROPOSED and intent.expires_at <= now and intent.fires_at is None
    ):
        return "expired"
    if intent.state is not State.PROPOSED:
        return "taken"
    # One writer at a time: what is read here cannot change before the update. The partial
    # unique index stands behind it all the same.
    if await live_of(tx, intent.shop_id, intent.subject_kind, intent.subject_id) is not None:
        return "busy"
    values: dict[str, Any] = {} if plan is None else {"sealed": await sealed_plan(tx, plan)}
    won = await move(
        tx,
        intent,
        (State.PROPOSED,),
        now,
        state=State.SENDING.value,
        confirmed_by=person_id,
        confirmed_at=now,
        fires_at=None,
        outcome=None,
        **values,
    )
    tx.wake("intents")
    return "won" if won else "taken"


async def ask_again(tx: Tx, intent: Intent, plan: Plan, outcome: Outcome, now: datetime) -> None:
    """Give a confirmation back that sent nothing: the truth moved, and a person must look."""
    await move(
        tx,
        intent,
        (State.SENDING,),
        now,
        state=State.PROPOSED.value,
        sealed=await sealed_plan(tx, plan),
        confirmed_by=None,
        confirmed_at=None,
        fires_at=None,
        expires_at=now + EXPIRES_AFTER,
        outcome=outcome.model_dump(mode="json"),
    )


async def keep(
    tx: Tx, intent: Intent, plan: Plan, now: datetime, *, again_at: datetime, until: datetime
) -> None:
    """Propose again what surely did not go out: it is confirmed by itself when it can.

    One that is kept already only waits on, and no message of it changes.
    """
    states = (State.REFUSED, State.SENDING)
    values = {"fires_at": again_at, "expires_at": until}
    tx.wake("intents")
    if intent.state is State.PROPOSED:
        await tx.execute(update(intents).where(_still(intent, (State.PROPOSED,))).values(**values))
        return
    await move(
        tx,
        intent,
        states,
        now,
        state=State.PROPOSED.value,
        sealed=await sealed_plan(tx, plan),
        confirmed_by=None,
        confirmed_at=None,
        dispatched_at=None,
        finished_at=None,
        outcome=None,
        **values,
    )


async def discard(tx: Tx, intent: Intent, outcome: Outcome, now: datetime) -> None:
    """Note that nobody wants to try again what was refused."""
    await move(tx, intent, (State.REFUSED,), now, outcome=outcome.model_dump(mode="json"))


async def finish(tx: Tx, intent: Intent, state: State, outcome: Outcome, now: datetime) -> bool:
    """End an intent; say whether it was still open."""
    return await move(
        tx,
        intent,
        (State.PROPOSED, State.SENDING, State.UNKNOWN),
        now,
        state=state.value,
        finished_at=now,
        next_check_at=None,
        fires_at=None,
        outcome=outcome.model_dump(mode="json"),
    )


async def move(
    tx: Tx, intent: Intent, states: tuple[State, ...], now: datetime, **values: Any
) -> bool:
    """Move an intent on, if it is still in one of these states; say whether it was."""
    moved = await tx.execute(update(intents).where(_still(intent, states)).values(**values))
    if moved.rowcount:
        await touch(tx, intent, now)
    return bool(moved.rowcount)


def _still(intent: Intent, states: tuple[State, ...]) -> ColumnElement[bool]:
    return and_(intents.c.id == intent.id, intents.c.state.in_([state.value for state in states]))


async def touch(tx: Tx, intent: Intent, now: datetime) -> None:
    """Have every message drawn again that shows this intent or its subject."""
    await touch_row(tx, intent.shop_id, intent.id, intent.subject_kind, intent.subject_id, now)
    await text_instead.redraw_its_offer(tx, intent, now)


async def touch_row(
    tx: Tx, shop_id: int, intent_id: int, subject_kind: str, subject_id: str, now: datetime
) -> None:
    """Have every message drawn again that shows the intent of this row or its subject."""
    await cards.touch(tx, shop_id, "intent", str(intent_id), now, INTERACTIVE)
    await cards.touch(tx, shop_id, subject_kind, subject_id, now, INTERACTIVE)


async def refunded_since(
    tx: Tx, shop_id: int, person_id: int, since: datetime
) -> tuple[Decimal | None, ...]:
    """Return the amounts that a person confirmed since then, except those surely not refunded."""
    statement = select(intents).where(
        intents.c.shop_id == shop_id,
        intents.c.kind == Kind.REFUND.value,
        intents.c.confirmed_by == person_id,
        intents.c.confirmed_at >= since,
        intents.c.state.in_((*_LIVE, State.DONE.value)),
    )
    amounts: list[Decimal | None] = []
    for row in (await tx.execute(statement)).all():
        plan = (await from_row(tx, row)).plan
        amounts.append(plan.amount if isinstance(plan, RefundPlan) else None)
    return tuple(amounts)
