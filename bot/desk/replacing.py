"""Replacements under warranty: which unit is broken, and what the new one would do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime

from pydantic import SecretStr

from bot.model.goods import mask, rows_of
from bot.model.intent import DeliverPlan, Intent, Kind, Outcome, ReplacePlan, State
from bot.model.kept import goes_as_text
from bot.model.order import Order
from bot.model.person import Act, Person
from bot.model.pieces import Piece, joined
from bot.model.replacing import Replacing, picked
from bot.model.shapes import shape_of, usual_instead
from bot.model.stock_source import StockBatch
from bot.model.ticket import RESOLVED
from bot.store import cards, drafts, errands, intents, outbox, shapes, text_instead, units
from bot.store import people as known_people
from bot.store import stock as known_stock
from bot.store import tickets as known_tickets
from bot.store.database import Tx
from bot.store.errands import Errand
from bot.supplier.errors import SupplierError

from . import new_tickets, replies, tongues
from .delivery import product_of
from .drafts import Draft, current, of_prompt, show_prompt, used
from .ending import Ending
from .errors import NotPossible
from .failing import not_sent
from .orders import nobody_else, read_anew, the_order
from .proposing import in_answer
from .reading import ways_of
from .shop import Shop, must


def may_be_replaced(order: Order) -> None:
    """Raise NotPossible for an order on which no unit can be replaced."""
    if order.refunded:
        raise NotPossible("order_refunded", number=order.number)
    if not order.paid:
        raise NotPossible("order_unpaid", number=order.number)
    if not order.replaceable:
        raise NotPossible("nothing_delivered", number=order.number)


async def begin(
    tx: Tx,
    shop: Shop,
    person: Person,
    kind: str,
    key: str,
    *,
    tell: Callable[[str, str], str],
    chat_id: int,
    now: datetime,
) -> None:
    """Ask which unit is broken, and for the new one. Raises NotPossible.

    ``kind``: of the card that it was asked on, order or ticket. The units are read first.
    ``tell`` makes of the order's number, and of the buyer's language where that is clear, what
    the buyer is told.
    """
    must(person, Act.DELIVER)
    if kind == "ticket":
        known = await replies.the_ticket(tx, shop, key)
        ticket, order_id = known.ticket, known.ticket.order_id or ""
    else:
        order_id, ticket = (await the_order(tx, shop, key)).order.order_id, None
        of_order = await known_tickets.of_order(tx, shop.shop_id, order_id)
        ticket = next((one.ticket for one in of_order if not one.ticket.finished), None)
    order = (await the_order(tx, shop, order_id)).order
    may_be_replaced(order)
    await nobody_else(tx, shop, "order", order.order_id)
    buyers = "" if ticket is None else await tongues.of_ticket(tx, shop, ticket)
    replacing = Replacing(
        tell=SecretStr(tell(order.number, buyers)),
        ticket_id="" if ticket is None else ticket.ticket_id,
        seen="" if ticket is None else replies.digest(ticket),
    )
    pasted = await _pasted(tx, chat_id, person, order, now)
    draft = await drafts.open_(
        tx,
        shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        kind="replace",
        subject_kind="order",
        subject_id=order.order_id,
        body=_body(replacing, pasted),
        now=now,
    )
    await show_prompt(tx, shop, person, str(draft.id), chat_id, now)
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind="units",
        chat_id=chat_id,
        person_id=person.person_id,
        body={"draft_id": draft.id, "order_id": order.order_id},
        now=now,
    )


def _body(replacing: Replacing, pieces: tuple[Piece, ...] = ()) -> dict[str, object]:
    body: dict[str, object] = {"replacing": replacing.model_dump(mode="json")}
    return {**body, "pieces": [each.model_dump(mode="json") for each in pieces]} if pieces else body


async def _pasted(
    tx: Tx, chat_id: int, person: Person, order: Order, now: datetime
) -> tuple[Piece, ...]:
    """Return the goods that came for this order already: one of them is the new unit."""
    draft = await current(tx, chat_id, person, now)
    if draft is not None and draft.kind == "goods" and draft.subject_id == order.order_id:
        await used(tx, draft, now)
        return draft.pieces
    for intent in await intents.proposed_by(tx, chat_id, person.person_id):
        if not isinstance(intent.plan, DeliverPlan) or order.owed:
            continue
        if intent.subject_id == order.order_id:
            # A preview of goods of which nothing is owed any more.
            await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="declined"), now)
            return intent.plan.pieces
    return ()


async def read_units(shop: Shop, errand: Errand) -> Ending:
    """Read which units an order has; return what puts them, masked, into the prompt."""
    failed = None
    rows: tuple[str, ...] = ()
    origins: dict[int, StockBatch] = {}
    delivered, number = 0, ""
    try:
        order = await read_anew(shop, errand.body["order_id"])
    except SupplierError as error:
        failed = not_sent(error, shop.away_since() or shop.now())
    else:
        found = rows_of(order.delivered_info) or ()
        rows = tuple(row for row in found if row.strip())
        delivered, number = order.delivered, order.number
        async with shop.store.read() as tx:
            lines = [SecretStr(row) for row in rows]
            came = await known_stock.origins(tx, shop.shop_id, order.product_id, lines)
        origins = {at + 1: batch for at, batch in came.items()}

    async def ending(tx: Tx) -> None:
        now = shop.now()
        draft, body = await drafts.with_body(tx, errand.body["draft_id"])
        if draft is None or draft.state != "open" or body is None:
            return
        if failed is None and rows:
            replacing = Replacing.model_validate(body["replacing"]).model_copy(
                update={
                    "masks": tuple(mask(SecretStr(row)) for row in rows),
                    "delivered": delivered,
                    "place": 1 if len(rows) == 1 else 0,
                    "origins": origins,
                }
            )
            await _goes_on(tx, shop, draft.id, replacing, chat_id=errand.chat_id, now=now)
            return
        await drafts.end_one(tx, draft.id, "cancelled", now)
        if failed is None:
            raise NotPossible("goods_not_shown", number=number)
        await outbox.tell(
            tx,
            shop_id=shop.shop_id,
            chat_id=errand.chat_id,
            person_id=errand.person_id,
            view="failed",
            body=failed.model_dump(mode="json"),
            now=now,
        )

    return ending


async def _goes_on(
    tx: Tx, shop: Shop, draft_id: int, replacing: Replacing, *, chat_id: int, now: datetime
) -> None:
    """Keep what is known of a replacement; once it has its unit and its goods, preview it."""
    stored, _ = await drafts.with_body(tx, draft_id)
    draft = await of_prompt(tx, str(draft_id))
    if stored is None or draft is None:
        return
    pieces = draft.pieces
    await drafts.keep(tx, stored, _body(replacing, () if replacing.place else pieces), now)
    person = await known_people.member(tx, shop.shop_id, draft.person_id)
    if not replacing.place or not pieces or person is None:
        return
    ready = dataclasses.replace(draft, replacing=replacing)
    await preview(tx, shop, person, ready, pieces, chat_id=chat_id, now=now)


async def pick(
    tx: Tx, shop: Shop, person: Person, draft_id: str, place: int, *, chat_id: int, now: datetime
) -> None:
    """Say which unit is broken. Raises NotPossible."""
    must(person, Act.DELIVER)
    draft, body = (
        await drafts.with_body(tx, int(draft_id)) if draft_id.isdecimal() else (None, None)
    )
    if draft is None or draft.kind != "replace" or draft.person_id != person.person_id:
        raise NotPossible("gone")
    if draft.state != "open" or body is None:
        raise NotPossible("draft_expired")
    chosen = picked(Replacing.model_validate(body["replacing"]), place)
    if chosen is None:
        raise NotPossible("gone")
    await _goes_on(tx, shop, draft.id, chosen, chat_id=chat_id, now=now)


async def preview(
    tx: Tx,
    shop: Shop,
    person: Person,
    draft: Draft,
    pieces: tuple[Piece, ...],
    *,
    chat_id: int,
    now: datetime,
) -> None:
    """Show what the new unit would do, and ask once. Raises NotPossible.

    A number picks the unit where several are there and none is picked.
    """
    must(person, Act.DELIVER)
    replacing = draft.replacing
    if not draft.open or replacing is None:
        raise NotPossible("draft_expired")
    text = joined(pieces).get_secret_value().strip()
    if not replacing.place and text.isdecimal() and len(text) <= 4:  # noqa: PLR2004
        await pick(tx, shop, person, str(draft.id), int(text), chat_id=chat_id, now=now)
        return
    if not replacing.place:
        raise NotPossible("pick_unit_first")
    order = (await the_order(tx, shop, draft.subject_id)).order
    may_be_replaced(order)
    await nobody_else(tx, shop, "order", order.order_id)
    plan = await _planned(tx, shop, order, replacing, pieces)
    await in_answer(
        tx,
        shop,
        person,
        Kind.REPLACE,
        ("order", order.order_id),
        plan,
        chat_id=chat_id,
        message_id=pieces[0].message_id,
        now=now,
    )
    if draft.person_id == person.person_id:
        await used(tx, draft, now)


async def _planned(
    tx: Tx,
    shop: Shop,
    order: Order,
    replacing: Replacing,
    pieces: tuple[Piece, ...],
    version: int = 0,
) -> ReplacePlan:
    found = (await ways_of(pieces, 1))[0].units
    if not found:
        raise NotPossible("no_goods_found")
    if await units.on_order(tx, shop.shop_id, order.order_id, found):
        raise NotPossible("all_there_already", number=order.number)
    elsewhere = await units.in_doubt(tx, shop.shop_id, order.order_id, found)
    if elsewhere is not None:
        raise NotPossible("unit_in_doubt", number=elsewhere)
    seen = await shapes.seen(tx, shop.shop_id, product_of(order))
    return ReplacePlan(
        unit=found[0],
        replacing=replacing,
        known=await units.known(tx, shop.shop_id, order.order_id, found),
        doubtful=await units.doubtful(tx, shop.shop_id, order.order_id, found),
        pooled=await known_stock.known(tx, shop.shop_id, found),
        usual=usual_instead(seen, shape_of(found[0].get_secret_value())),
        pieces=pieces,
        version=version,
    )


async def plan_anew(
    tx: Tx, shop: Shop, intent: Intent, pieces: tuple[Piece, ...], now: datetime
) -> None:
    """Put another paste into a preview. Raises NotPossible; the preview is given up then."""
    plan = intent.planned(ReplacePlan)
    try:
        order = (await the_order(tx, shop, intent.subject_id)).order
        may_be_replaced(order)
        again = await _planned(tx, shop, order, plan.replacing, pieces, plan.version + 1)
    except NotPossible:
        await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="declined"), now)
        raise
    await intents.replan(tx, intent, again, now, fires_at=None)


async def as_text(
    tx: Tx,
    shop: Shop,
    person: Person,
    intent_id: str,
    *,
    words: Callable[[str, str], str],
    title: Callable[[str], str],
    private: bool,
    message_id: int,
    now: datetime,
) -> None:
    """Offer a replacement that the marketplace did not take as a text to the buyer.

    It is sent by a tap alone, and offered once as long as nobody takes it back. ``words`` makes
    that text of the unit and of the buyer's language. Raises NotPossible.
    """
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id or intent.kind is not Kind.REPLACE:
        raise NotPossible("gone")
    plan = intent.planned(ReplacePlan)
    if not goes_as_text(intent):
        raise NotPossible("gone")
    must(person, Act.DELIVER)
    if await text_instead.stands(tx, intent):
        raise NotPossible("taken")  # that text stands below already, or went out
    await units.mark(
        # It may reach the buyer so: before it goes to another order, that is said.
        tx,
        shop.shop_id,
        intent.subject_id,
        plan.units,
        units.DOUBTFUL,
        intent.id,
        now,
    )
    buyers = await tongues.of_order(tx, shop, intent.subject_id)
    text = SecretStr(words(plan.unit.get_secret_value(), buyers))
    if plan.replacing.ticket_id:
        await replies.hold(
            tx,
            shop,
            person,
            plan.replacing.ticket_id,
            text,
            chat_id=intent.chat_id,
            message_id=message_id,
            private=private,
            now=now,
            status=RESOLVED,
            careful=True,
        )
    else:
        await new_tickets.hold(
            tx,
            shop,
            person,
            intent.subject_id,
            text,
            title=title,
            chat_id=intent.chat_id,
            message_id=message_id,
            private=private,
            now=now,
            careful=True,
        )
    await cards.touch(tx, shop.shop_id, "intent", str(intent.id), now)  # it offers this no more
