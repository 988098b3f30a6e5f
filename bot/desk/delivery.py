"""Deliveries: goods for an order, previewed, sent once, recognised again."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr

from bot.model.goods import shows_all
from bot.model.intent import DeliverPlan, Intent, Kind, Outcome, State, rows_sent, units_sent
from bot.model.kept import may_be_shown_again
from bot.model.order import COMPLETED, Order
from bot.model.person import Act, Person
from bot.model.pieces import Piece
from bot.model.shapes import shape_of, usual_instead
from bot.model.splits import How, following
from bot.model.thread import Shown
from bot.store import audit, cards, intents, orders, shapes, stock, units
from bot.store.database import Tx
from bot.supplier.budget import Priority

from .deed import Deed
from .errors import NotPossible
from .orders import became, nobody_else, read_anew, read_anew_if_possible, the_order
from .proposing import in_answer
from .reading import Ahead, ways_of
from .shop import Shop, must

# What one preview can hold: Telegram's own limit on a paste is 4,096 characters.
MAX_UNITS = 2_000
_TAKEN_BACK = frozenset({State.REFUSED, State.EXPIRED})


def may_be_delivered(order: Order) -> None:
    """Raise NotPossible for an order that goods must not go to by accident."""
    if order.refunded:
        raise NotPossible("order_refunded", number=order.number)
    if not order.paid:
        raise NotPossible("order_unpaid", number=order.number)
    if order.owed == 0:
        raise NotPossible("not_owed", number=order.number)


async def _planned(
    tx: Tx,
    shop: Shop,
    order: Order,
    pieces: tuple[Piece, ...],
    version: int = 0,
    after: How | None = None,
    ahead: Ahead | None = None,
) -> DeliverPlan:
    """Split a paste into units for an order. Raises NotPossible where there is none to send.

    ``after``: the way to split that is not meant; the following one is taken.
    """
    ways = await ways_of(pieces, order.owed, ahead)
    split = ways[0] if after is None else following(ways, after)
    if len(split.units) > MAX_UNITS + order.delivered:
        raise NotPossible("too_many_units", limit=str(MAX_UNITS))
    there = await units.on_order(tx, shop.shop_id, order.order_id, split.units)
    new = tuple(unit for i, unit in enumerate(split.units) if i not in there)
    if not split.units:
        raise NotPossible("no_goods_found")
    if not new:
        raise NotPossible("all_there_already", number=order.number)
    if len(new) > MAX_UNITS:
        raise NotPossible("too_many_units", limit=str(MAX_UNITS))
    elsewhere = await units.in_doubt(tx, shop.shop_id, order.order_id, new)
    if elsewhere is not None:
        raise NotPossible("unit_in_doubt", number=elsewhere)
    unlike, usual = await _unlike(tx, shop, order, new)
    return DeliverPlan(
        units=new,
        how=split.how,
        ways=len(ways),
        empty_lines=split.empty_lines,
        doubles=split.doubles,
        there=len(there),
        owed=order.owed,
        delivered=order.delivered,
        known=await units.known(tx, shop.shop_id, order.order_id, new),
        doubtful=await units.doubtful(tx, shop.shop_id, order.order_id, new),
        pooled=await stock.known(tx, shop.shop_id, new),
        unlike=unlike,
        usual=usual,
        pieces=pieces,
        version=version,
    )


async def _unlike(
    tx: Tx, shop: Shop, order: Order, units: tuple[SecretStr, ...]
) -> tuple[tuple[int, ...], str]:
    """Return the positions of units that do not look like this product, and its usual shape."""
    seen = await shapes.seen(tx, shop.shop_id, product_of(order))
    usual = [usual_instead(seen, shape_of(unit.get_secret_value())) for unit in units]
    unlike = tuple(place for place, shape in enumerate(usual) if shape)
    return unlike, usual[unlike[0]] if unlike else ""


def product_of(order: Order) -> str | None:
    """Return the product of an order, as far as it is known."""
    return order.product_id or order.product.product_id


async def preview(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    pieces: tuple[Piece, ...],
    *,
    chat_id: int,
    now: datetime,
    ahead: Ahead | None = None,
    elsewhere: bool = False,
) -> Intent:
    """Split a paste into units for an order and show them masked. Raises NotPossible.

    ``elsewhere``: its messages are in no chat of this bot's, and no answer to them is.
    """
    must(person, Act.DELIVER)
    order = (await the_order(tx, shop, key)).order
    may_be_delivered(order)
    await nobody_else(tx, shop, "order", order.order_id)
    return await in_answer(
        tx,
        shop,
        person,
        Kind.DELIVER,
        ("order", order.order_id),
        await _planned(tx, shop, order, pieces, ahead=ahead),
        chat_id=chat_id,
        message_id=None if elsewhere else pieces[0].message_id,
        now=now,
    )


async def preview_again(
    tx: Tx, shop: Shop, person: Person, intent_id: str, *, chat_id: int, now: datetime
) -> None:
    """Show goods that were not sent once more, as things are now. Raises NotPossible.

    Once, as long as nobody takes that preview back.
    """
    must(person, Act.DELIVER)
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id or not may_be_shown_again(intent):
        raise NotPossible("gone")
    pieces = intent.planned(DeliverPlan).pieces
    latest: Intent | None = intent
    if intent.source_message_id is not None:  # else it was another bot's
        latest = await intents.latest_from(tx, chat_id, pieces[0].message_id)
    if intent.chat_id != chat_id or latest is None or latest.state not in _TAKEN_BACK:
        raise NotPossible("taken")  # it stands below already, or went out
    if await intents.followed(tx, intent):
        raise NotPossible("taken")  # a newer message offers it
    await preview_edited(tx, shop, person, intent, pieces, now)


async def preview_edited(
    tx: Tx, shop: Shop, person: Person, intent: Intent, pieces: tuple[Piece, ...], now: datetime
) -> None:
    """Show goods that were not sent as their paste is now. Raises NotPossible."""
    again = await preview(
        tx,
        shop,
        person,
        intent.subject_id,
        pieces,
        chat_id=intent.chat_id,
        now=now,
        elsewhere=intent.source_message_id is None,
    )
    await cards.touch(tx, shop.shop_id, "intent", str(intent.id), now)  # it offers this no more
    words = intent.planned(DeliverPlan).words
    if words is not None:
        plan = again.planned(DeliverPlan).model_copy(update={"words": words})
        await intents.replan(tx, again, plan, now, fires_at=None)


async def plan_anew(
    tx: Tx, shop: Shop, intent: Intent, pieces: tuple[Piece, ...], now: datetime
) -> None:
    """Put another paste into a preview: it is drawn again, and its earlier buttons send nothing.

    Raises NotPossible where there is nothing to send in it; the preview is given up then.
    """
    try:
        order = (await the_order(tx, shop, intent.subject_id)).order
        may_be_delivered(order)
        before = intent.planned(DeliverPlan)
        plan = await _planned(tx, shop, order, pieces, before.version + 1)
        plan = plan.model_copy(update={"words": before.words})
    except NotPossible:
        await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="declined"), now)
        raise
    await intents.replan(tx, intent, plan, now, fires_at=None)


async def split_differently(
    tx: Tx, shop: Shop, person: Person, intent_id: str, version: str, now: datetime
) -> None:
    """Split a preview's paste the next honest way: it is drawn again, its old buttons send nothing.

    ``version``: of the preview whose button asks for it. Raises NotPossible.
    """
    intent, plan = await open_preview(tx, shop, person, intent_id, version, now)
    order = (await the_order(tx, shop, intent.subject_id)).order
    may_be_delivered(order)
    again = await _planned(tx, shop, order, plan.pieces, plan.version + 1, plan.how)
    again = again.model_copy(update={"words": plan.words})
    await intents.replan(tx, intent, again, now, fires_at=None)


async def open_preview(
    tx: Tx, shop: Shop, person: Person, intent_id: str, version: str, now: datetime
) -> tuple[Intent, DeliverPlan]:
    """Return a preview that was shown in this version and still waits. Raises NotPossible."""
    must(person, Act.DELIVER)
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id or intent.kind is not Kind.DELIVER:
        raise NotPossible("gone")
    plan = intent.planned(DeliverPlan)
    if intent.state is not State.PROPOSED or (version or "0") != str(plan.version):
        # What was pressed shows no more what is there: it is drawn again.
        await intents.touch(tx, intent, now)
        raise NotPossible("preview_changed" if intent.state is State.PROPOSED else "gone")
    return intent, plan


def chosen(plan: DeliverPlan, choice: str) -> DeliverPlan:
    """Return the plan with the number of units that a person chose to send.

    ``choice`` is that number, and behind a dot the version of the preview that offered it. Raises
    NotPossible for a number that the preview never offered, or where it shows other goods now.
    """
    count, _, version = choice.partition(".")
    if (version or "0") != str(plan.version):
        raise NotPossible("preview_changed")
    offered = min(len(plan.units), plan.owed)
    if not count.isdecimal() or not 1 <= int(count) <= offered:
        raise NotPossible("gone")
    return plan.model_copy(update={"send": int(count)})


def _sent(intent: Intent) -> tuple[SecretStr, ...]:
    return units_sent(intent.plan)


def is_there(order: Order, intent: Intent) -> Shown:
    """Say whether a read shows that every unit of this delivery is on the order.

    A count alone may be anybody's: where the units are not shown it proves nothing.
    """
    plan = intent.planned(DeliverPlan)
    if order.delivered < plan.delivered + plan.send:
        return "no"
    if order.delivered_info is None:
        return "unclear"
    return "ours" if shows_all(order.delivered_info, rows_sent(plan)) else "no"


class HoldsUnits(Deed):
    """What brings units to an order: they are remembered by hash at every step."""

    async def dispatch(self, tx: Tx, shop: Shop, intent: Intent, now: datetime) -> None:
        """Remember by hash what goes out."""
        sent = units_sent(intent.plan)
        await units.mark(tx, shop.shop_id, intent.subject_id, sent, units.SUBMITTED, intent.id, now)

    async def confirmed(
        self, tx: Tx, shop: Shop, intent: Intent, sent: tuple[SecretStr, ...], now: datetime
    ) -> None:
        """Confirm the units' hashes, and learn what they look like."""
        there = await units.on_order(tx, shop.shop_id, intent.subject_id, sent)
        await units.mark(tx, shop.shop_id, intent.subject_id, sent, units.CONFIRMED, intent.id, now)
        known = await orders.by_id(tx, shop.shop_id, intent.subject_id)
        new = (unit.get_secret_value() for place, unit in enumerate(sent) if place not in there)
        product_id = None if known is None else product_of(known.order)
        await shapes.learn(tx, shop.shop_id, product_id, new, now)

    async def lost(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """An unknown unit is never offered for another order."""
        await units.settle(tx, intent.id, units.UNKNOWN)

    async def nothing(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """What did not go out may be used again."""
        await units.release(tx, intent.id)

    async def given_up(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """What no read showed may be used again, and is warned of: it may still arrive."""
        await units.doubt(tx, intent.id)

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read the order as it is now."""
        await read_anew_if_possible(shop, intent.subject_id)


class Deliver(HoldsUnits):
    """Carries a confirmed delivery out, and finds out what became of one."""

    act = Act.DELIVER

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where units moved since the preview, or the order no longer takes goods."""
        plan = intent.planned(DeliverPlan)
        order = await read_anew(shop, intent.subject_id)
        reason = (
            "refunded"
            if order.refunded
            else "unpaid"
            if not order.paid
            else "nothing_owed"
            if order.owed == 0
            else ""
        )
        if reason:
            return Outcome(reason=reason, delivered=order.delivered, owed=order.owed)
        if order.delivered != plan.delivered or order.owed < plan.send:
            return Outcome(reason="moved", delivered=order.delivered, owed=order.owed)
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Append the units to what was delivered before."""
        delivered = await shop.marketplace.update_delivered_info(
            intent.subject_id, rows_sent(intent.planned(DeliverPlan)), priority=Priority.PERSON
        )
        return Outcome(
            reason="done",
            units=intent.planned(DeliverPlan).send,
            delivered=delivered.delivered_units,
            completed=bool(delivered.order_completed),
        )

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The rows are there, and the marketplace counts them."""
        order = await read_anew(shop, intent.subject_id)
        there = is_there(order, intent)
        if there == "no":
            return None
        if there == "unclear":
            return Outcome(
                reason="unclear", delivered=order.delivered, owed=order.owed, checking=True
            )
        return Outcome(
            reason="done",
            units=intent.planned(DeliverPlan).send,
            delivered=order.delivered,
            owed=order.owed,
            completed=order.status == COMPLETED,
        )

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Confirm the units' hashes and take in the marketplace's count."""
        plan, sent = intent.planned(DeliverPlan), _sent(intent)
        await self.confirmed(tx, shop, intent, sent, now)
        total = plan.delivered + plan.owed
        delivered = plan.delivered + plan.send if outcome.delivered is None else outcome.delivered
        await became(
            tx,
            shop,
            intent.subject_id,
            now,
            intent.confirmed_by,
            delivered_units=delivered,
            remaining_to_deliver=max(total - delivered, 0),
            **({"status": COMPLETED} if outcome.completed else {}),
        )
        await audit.came_of(
            tx,
            intent,
            deed="delivered",
            now=now,
            detail={"units": plan.send, "delivered": delivered},
        )
