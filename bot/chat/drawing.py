"""Draws a message when it is sent: what is true now, for the one who reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.model.change import NEW_FOR, NewsKind
from bot.model.facts import (
    BalanceFacts,
    Deed,
    GoodsFacts,
    IntentFacts,
    MenuFacts,
    OrderFacts,
    PromptFacts,
    Reader,
    TicketFacts,
)
from bot.model.intent import Intent, Outcome, ReplacePlan, State
from bot.model.order import PENDING, Order
from bot.model.outgoing import Outgoing
from bot.model.payment import Balance
from bot.model.person import Act, Person
from bot.model.pieces import Piece, may_be_cut
from bot.model.replacing import Replacing
from bot.model.thread import Habit
from bot.model.ticket import OPEN, Ticket
from bot.store import (
    audit,
    buyers,
    cards,
    digests,
    drafts,
    intents,
    modes,
    news,
    orders,
    people,
    positions,
    products,
    tickets,
)
from bot.store.database import Tx
from bot.store.outbox import Queued
from bot.views import digest as digest_view
from bot.views import goods as goods_view
from bot.views import intents as intent_views
from bot.views import orders as order_views
from bot.views import payments as payment_views
from bot.views import talk
from bot.views import tickets as ticket_views
from bot.views.commands import commands
from bot.views.lists import with_way_back

from . import product_drawing, standing
from .queue_drawing import draw_queue

_MUCH = ("nothing", "some", "all")
_OFFERED = 8  # orders for which goods may be
# What orders are, by their ID: good for one snapshot.
Known = dict[str, OrderFacts]


class Drawing:
    """Turns a queued message into text and buttons."""

    def __init__(
        self,
        shop_id: int,
        currency: str,
        time_zone: ZoneInfo,
        language: str,
        ticket_reply: Habit = "auto",
    ) -> None:
        self._ticket_reply = ticket_reply
        self._shop_id = shop_id
        self._currency = currency
        self._time_zone = time_zone
        self._language = language

    def reader(self, person: Person) -> Reader:
        """Return how this person reads: their language, clock and rights."""
        zone = ZoneInfo(person.time_zone) if person.time_zone else self._time_zone
        return Reader(
            person.person_id, person.language or self._language, zone, person.acts, self._currency
        )

    def strangers(self, person_id: int, language: str) -> Reader:
        """Return how somebody reads who may do nothing."""
        language = language or self._language
        return Reader(person_id, language, self._time_zone, frozenset(), self._currency)

    async def commands(self, tx: Tx, person_id: int) -> tuple[tuple[str, str], ...]:
        """Return the commands of a person's menu; none for a stranger."""
        person = await people.member(tx, self._shop_id, person_id)
        if person is None:
            return ()
        return commands(person.language or self._language, person.acts)

    async def draw(
        self, tx: Tx, queued: Queued, now: datetime, known: Known | None = None
    ) -> Outgoing | None:
        """Return what to send; None when there is nothing to show, or nobody to show it to.

        The recipient's role is looked at again here: who was sent away is told nothing.
        ``known`` is what was read in this very snapshot for others.
        """
        if queued.view in _FOR_STRANGERS:
            language = str(queued.body["language"])
            return talk.say(queued.view, self.strangers(queued.person_id, language))
        person = await people.member(tx, self._shop_id, queued.person_id)
        if person is None:
            return None
        if queued.said is not None:
            return queued.said
        reader = self.reader(person)
        match queued.view:
            case "order":
                return await self._order(tx, queued, reader, now, {} if known is None else known)
            case "ticket":
                return await self._ticket(tx, queued, reader, now)
            case "intent":
                said = await self._intent(tx, queued.subject_id, reader, now)
            case "product":
                shown = await self._card(tx, queued)
                return await product_drawing.card(
                    tx, self._shop_id, queued.subject_id, shown, reader, now
                )
            case "draft":
                said = await self._prompt(tx, queued.subject_id, reader, now)
            case "queue":
                said = await draw_queue(tx, queued.subject_id, reader, now, self._order_facts)
            case "digest":
                row = queued.id if queued.action == "send" else int(queued.subject_id)
                facts = await digests.facts(tx, self._shop_id, row)
                return digest_view.digest(facts, reader, now)
            case view if view in standing.VIEWS:
                return await standing.draw(tx, self._shop_id, queued, reader, now)
            case _:
                return await self._told(tx, queued.view, queued.body, reader, now)
        card = await self._card(tx, queued)
        retired = said is not None and card is not None and not card.live
        return _retired(said, card, reader) if said is not None and retired else said

    # --- cards -------------------------------------------------------------------------------

    async def _order(
        self, tx: Tx, queued: Queued, reader: Reader, now: datetime, seen: Known
    ) -> Outgoing | None:
        if queued.target_message_id is None and queued.subject_id in seen:
            return order_views.order_card(seen[queued.subject_id], reader, now)
        known = await orders.by_id(tx, self._shop_id, queued.subject_id)
        if known is None:
            return None
        card = await self._card(tx, queued)
        asked = (
            None
            if card is None or card.intent_id is None
            else await intents.get(tx, card.intent_id)
        )
        facts = await self._order_facts(tx, known, asked, now)
        if card is None:
            seen[queued.subject_id] = facts  # ten people who are told of one order: one look
        if card is not None and not card.live:
            return _retired(
                order_views.order_card(replace(facts, live=None), reader, now), card, reader
            )
        more = card is not None and card.face == "more"
        said = order_views.order_card(replace(facts, more=more), reader, now)
        return _with_way_back(said, card, reader)

    async def _order_facts(
        self, tx: Tx, known: orders.KnownOrder, asked: Intent | None, now: datetime
    ) -> OrderFacts:
        order = known.order
        live = await intents.live_of(tx, self._shop_id, "order", order.order_id)
        of_order = await tickets.of_order(tx, self._shop_id, order.order_id)
        product_id = order.product_id or order.product.product_id
        learnt = await modes.of_product(tx, self._shop_id, product_id)
        pool = learnt.mode == "pool"
        return OrderFacts(
            order=order,
            new=order.status == PENDING
            and order.delivered == 0
            and await self._is_news(tx, NewsKind.ORDER_NEW, order.order_id, now),
            buyer=await buyers.about(tx, self._shop_id, order.buyer_id) if order.buyer_id else None,
            tickets=tuple(one.ticket for one in of_order),
            deeds=await self._deeds(
                tx, "order", order.order_id, ("delivered", "refunded", "status_changed", "replaced")
            ),
            live=live,
            live_by=await self._name(tx, None if live is None else live.confirmed_by),
            confirming=asked if asked is not None and asked.state is State.PROPOSED else None,
            ended=asked if asked is not None and asked.state in _ENDED else None,
            delivery_mode=learnt.mode,
            product_id=await products.with_card(tx, self._shop_id, product_id),
            asks_mode=not learnt.mode and await modes.asks_first(tx, self._shop_id, order),
            pool_by=known.changed_at + learnt.patience if pool else None,
            pool_late=pool
            and await modes.told_late(tx, self._shop_id, order.order_id, known.revision),
        )

    async def _ticket(
        self, tx: Tx, queued: Queued, reader: Reader, now: datetime
    ) -> Outgoing | None:
        known = await tickets.by_id(tx, self._shop_id, queued.subject_id)
        if known is None:
            return None
        card = await self._card(tx, queued)
        facts = await self._ticket_facts(tx, known.ticket, now)
        if card is not None and not card.live:
            return _retired(
                ticket_views.ticket_card(replace(facts, live=None), reader, now), card, reader
            )
        more = card is not None and card.face == "more"
        asked = None if card is None else await self._ended(tx, card)
        said = ticket_views.ticket_card(replace(facts, more=more, ended=asked), reader, now)
        return _with_way_back(said, card, reader)

    async def _ended(self, tx: Tx, card: cards.Card) -> Intent | None:
        """Return what was asked for on this card and came to nothing."""
        asked = None if card.intent_id is None else await intents.get(tx, card.intent_id)
        return asked if asked is not None and asked.state in _ENDED else None

    async def _ticket_facts(self, tx: Tx, ticket: Ticket, now: datetime) -> TicketFacts:
        order = await orders.by_id(tx, self._shop_id, ticket.order_id) if ticket.order_id else None
        seen = await tickets.texts(tx, self._shop_id, ticket.ticket_id)
        names = await people.names(tx, {text.person_id for text in seen if text.person_id})
        deliveries = (
            await self._deeds(tx, "order", ticket.order_id, ("delivered",))
            if ticket.order_id
            else ()
        )
        return TicketFacts(
            ticket=ticket,
            new=ticket.status == OPEN
            and all(text.author == "buyer" for text in seen)
            and await self._is_news(tx, NewsKind.TICKET_NEW, ticket.ticket_id, now),
            order=None if order is None else order.order,
            buyer=await buyers.about(tx, self._shop_id, ticket.buyer_id)
            if ticket.buyer_id
            else None,
            deeds=(
                *deliveries,
                *await self._deeds(tx, "order", ticket.order_id or "", ("replaced",)),
                *await self._deeds(
                    tx, "ticket", ticket.ticket_id, ("replied", "ticket_status_changed")
                ),
            ),
            texts=tuple(
                (text.author, names.get(text.person_id or 0, ""), text.text, text.seen_at)
                for text in seen
            ),
            thread=await self._habit(tx) == "thread",
            live=await intents.live_of(tx, self._shop_id, "ticket", ticket.ticket_id),
            delivered_at=deliveries[-1].at if deliveries else None,
        )

    async def _habit(self, tx: Tx) -> Habit:
        """Return what replies do to a ticket's text: what the owner says, or what was learnt."""
        if self._ticket_reply != "auto":
            return self._ticket_reply
        return await positions.ticket_reply(tx, self._shop_id)

    async def _intent(
        self, tx: Tx, subject_id: str, reader: Reader, now: datetime
    ) -> Outgoing | None:
        intent = await intents.get(tx, int(subject_id))
        if intent is None:
            return None
        if intent.subject_kind == "product":
            return await product_drawing.intent(tx, intent, reader, now)
        order = ticket = None
        if intent.subject_kind == "ticket":
            known_ticket = await tickets.by_id(tx, self._shop_id, intent.subject_id)
            ticket = None if known_ticket is None else known_ticket.ticket
            order_id = None if ticket is None else ticket.order_id
        else:
            order_id = intent.subject_id
        if order_id:
            known_order = await orders.by_id(tx, self._shop_id, order_id)
            order = None if known_order is None else known_order.order
        by = await self._name(tx, intent.confirmed_by)
        answered_by = ""
        if ticket is not None and intent.outcome.reason == "answered":
            texts = await tickets.texts(tx, self._shop_id, ticket.ticket_id)
            ours = [text.name for text in texts if text.author == "us"]
            answered_by = ours[-1] if ours else ""
        buyer_id = (order and order.buyer_id) or (ticket and ticket.buyer_id)
        buyer = await buyers.about(tx, self._shop_id, buyer_id) if buyer_id else None
        delivered_at = None
        if isinstance(intent.plan, ReplacePlan):
            deliveries = await self._deeds(tx, "order", intent.subject_id, ("delivered",))
            delivered_at = deliveries[-1].at if deliveries else None
        facts = IntentFacts(intent, order, ticket, by, answered_by, buyer, delivered_at)
        return intent_views.intent_card(facts, reader, now)

    async def _prompt(
        self, tx: Tx, draft_id: str, reader: Reader, now: datetime
    ) -> Outgoing | None:
        draft, body = await drafts.with_body(tx, int(draft_id))
        if draft is None:
            return None
        if draft.subject_kind == "product":
            return await product_drawing.prompt(tx, self._shop_id, draft, reader, now)
        order = ticket = buyer = None
        if draft.subject_kind == "buyer":
            buyer = await buyers.about(tx, self._shop_id, draft.subject_id)
        elif draft.subject_kind == "ticket":
            known_ticket = await tickets.by_id(tx, self._shop_id, draft.subject_id)
            ticket = None if known_ticket is None else known_ticket.ticket
        elif draft.subject_id:
            known_order = await orders.by_id(tx, self._shop_id, draft.subject_id)
            order = None if known_order is None else known_order.order
        pieces = tuple(Piece.model_validate(each) for each in (body or {}).get("pieces", ()))
        offered: tuple[Order, ...] = ()
        if draft.kind == "goods" and draft.state == "open":
            rows, _ = await orders.page(tx, self._shop_id, "waiting", 1, _OFFERED)
            offered = tuple(row.order for row in rows)
        facts = PromptFacts(
            draft_id=draft.id,
            kind=draft.kind,
            state=draft.state,
            order=order,
            ticket=ticket,
            buyer=buyer,
            offered=offered,
            pieces=max(len(pieces), 1),
            files=sum(bool(piece.file) for piece in pieces),
            may_be_cut=may_be_cut(pieces),
            replacing=Replacing.model_validate(body["replacing"])
            if body and "replacing" in body
            else None,
        )
        return talk.prompt(facts, reader, now)

    async def _card(self, tx: Tx, queued: Queued) -> cards.Card | None:
        if queued.target_message_id is None:
            return None
        return await cards.at(tx, queued.chat_id, queued.target_message_id)

    async def _deeds(
        self, tx: Tx, subject_kind: str, subject_id: str, deeds: tuple[str, ...]
    ) -> tuple[Deed, ...]:
        entries = await audit.of(tx, self._shop_id, subject_kind, subject_id, deeds)
        names = await people.names(tx, {e.person_id for e in entries if e.person_id is not None})
        drawn = []
        units = 0
        for entry in entries:
            # Each delivery says how far the order had come with it: 1 of 2, then 2 of 2.
            detail = entry.detail or {}
            units = int(detail.get("delivered", units + int(detail.get("units", 0))))
            who = names.get(entry.person_id or 0)
            status = str(detail.get("status", ""))
            if entry.deed == "replaced":
                drawn.append(Deed("replaced", entry.at, who, int(detail.get("place", 1))))
                continue
            drawn.append(Deed(_DEEDS[entry.deed], entry.at, who, units, status))
        if subject_kind == "order":
            drawn += await self._done_elsewhere(tx, subject_id, deeds)
        return tuple(sorted(drawn, key=lambda deed: deed.at))

    async def _done_elsewhere(self, tx: Tx, order_id: str, deeds: tuple[str, ...]) -> list[Deed]:
        """Return what was done on the marketplace itself, as far as it was seen happening."""
        kinds = (NewsKind.ORDER_DELIVERED, NewsKind.ORDER_REFUNDED)
        drawn = []
        for each in await news.seen_of(tx, self._shop_id, "order", order_id, kinds):
            if each.done_by is not None:
                continue
            if each.kind == NewsKind.ORDER_REFUNDED and "refunded" in deeds:
                drawn.append(Deed("refunded", each.seen_at))
            counts = (each.detail or {}).get("delivered")
            if counts and counts[1] > counts[0] and "delivered" in deeds:
                drawn.append(Deed("delivered", each.seen_at, None, int(counts[1])))
        return drawn

    async def _is_news(self, tx: Tx, kind: NewsKind, subject_id: str, now: datetime) -> bool:
        """Say whether something came a short while ago; what was there before us is no news."""
        subject = "order" if kind is NewsKind.ORDER_NEW else "ticket"
        seen = await news.seen_of(tx, self._shop_id, subject, subject_id, (kind,))
        return any(now - each.seen_at <= NEW_FOR for each in seen)

    async def _name(self, tx: Tx, person_id: int | None) -> str:
        if person_id is None:
            return ""
        return (await people.names(tx, {person_id})).get(person_id, "")

    # --- what the use cases and the poller tell ----------------------------------------------

    async def _told(
        self, tx: Tx, view: str, body: Any, reader: Reader, now: datetime
    ) -> Outgoing | None:
        match view:
            case "note":
                return talk.say(body["name"], reader, **body["values"])
            case "goods":
                units = tuple(SecretStr(unit) for unit in body["units"])
                shown = GoodsFacts(body["order_id"], body["number"], units, body["page"])
                return goods_view.goods_message(shown, reader, now)
            case "failed":
                return _failed(Outcome.model_validate(body), reader, now)
            case "balance" | "payments" if Act.MONEY not in reader.acts:
                return talk.say("not_allowed", reader)
            case "balance":
                balance = Balance.model_validate(body["balance"])
                facts = BalanceFacts(balance, datetime.fromisoformat(body["at"]))
                return talk.balance(facts, reader, now)
            case "payments":
                return payment_views.payments(product_drawing.payments_told(body), reader, now)
            case "first_look":
                return talk.first_look(await self.menu_facts(tx, reader), reader)
            case "trouble":
                if body["reason"] in _KEY_REFUSED:
                    return talk.say("not_authorised", reader, now=now)
                since = {"since": _moment(body["since"])}
                return talk.say("marketplace_away", reader, now=now, **since)
            case "trouble_over":
                since = {"since": _moment(body["since"])}
                return talk.say("marketplace_back", reader, now=now, **since)
            case _:
                return None

    async def menu_facts(self, tx: Tx, reader: Reader) -> MenuFacts:
        """Return what waits, and how much of the marketplace that is known from."""
        of_orders = await positions.progress(tx, self._shop_id, "orders")
        of_tickets = await positions.progress(tx, self._shop_id, "tickets")
        return MenuFacts(
            orders_waiting=await orders.waiting_count(tx, self._shop_id),
            tickets_waiting=await tickets.waiting_count(tx, self._shop_id),
            watching=of_orders != "nothing",
            looked_at=min((of_orders, of_tickets), key=_MUCH.index),
            orders_known=await orders.count(tx, self._shop_id),
            tickets_known=await tickets.count(tx, self._shop_id),
            acts=reader.acts,
        )


_FOR_STRANGERS = frozenset({"stranger", "pairing_failed"})
# What the audit calls a deed, and what a card does.
_DEEDS: dict[str, Literal["delivered", "refunded", "replied", "status", "replaced"]] = {
    "delivered": "delivered",
    "refunded": "refunded",
    "replied": "replied",
    "replaced": "replaced",
    "status_changed": "status",
    "ticket_status_changed": "status",
}
_ENDED = frozenset({State.REFUSED, State.EXPIRED})

# The machine's words of bot.supplier.errors.NotAuthorised.
_KEY_REFUSED = frozenset({"key_refused", "login_page"})


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _failed(outcome: Outcome, reader: Reader, now: datetime) -> Outgoing:
    """Say why a question was not answered."""
    if outcome.reason in {"throttled", "not_authorised", "forbidden"}:
        return talk.say(outcome.reason, reader, now=now)
    if outcome.reason == "unavailable":
        return talk.say("read_failed", reader, now=now, since=outcome.since)
    return talk.say("marketplace_says", reader, now=now, said=outcome.said)


def _retired(drawn: Outgoing, card: cards.Card | None, reader: Reader) -> Outgoing:
    """Return a card that has a newer copy further down: what it says, without its buttons.

    That of an order or a ticket is drawn this once more: it names nothing that is only under way.
    """
    return _with_way_back(drawn.model_copy(update={"keyboard": ()}), card, reader)


def _with_way_back(drawn: Outgoing, card: cards.Card | None, reader: Reader) -> Outgoing:
    return drawn if card is None else with_way_back(drawn, card.back, reader.language)
