"""Draws a message when it is sent: what is true now, for the one who reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model.change import NewsKind
from bot.model.facts import (
    MenuFacts,
    OrderFacts,
    Reader,
    TicketFacts,
)
from bot.model.intent import Intent, State
from bot.model.order import PENDING
from bot.model.outgoing import Outgoing
from bot.model.person import Person
from bot.model.thread import Habit
from bot.model.ticket import OPEN, Ticket
from bot.store import (
    buyers,
    cards,
    digests,
    intents,
    modes,
    orders,
    outbox,
    people,
    positions,
    products,
    saved_texts,
    tickets,
)
from bot.store.database import Tx
from bot.store.sending import Queued
from bot.views import digest as digest_view
from bot.views import orders as order_views
from bot.views import sentences
from bot.views import tickets as ticket_views
from bot.views.commands import commands
from bot.views.languages import spoken_to
from bot.views.lists import with_way_back

from . import batch_drawing, product_drawing, question_drawing, standing, told_drawing
from .history import deeds_of, is_news, name_of
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
        marketplace_url: str = "",
    ) -> None:
        self._marketplace_url = marketplace_url
        self._ticket_reply = ticket_reply
        self._shop_id = shop_id
        self._currency = currency
        self._time_zone = time_zone
        self._language = language

    def reader(self, person: Person) -> Reader:
        """Return how this person reads: their language, clock and rights."""
        zone = ZoneInfo(person.time_zone) if person.time_zone else self._time_zone
        language = spoken_to(person.language, self._language)
        currency = person.currency or self._currency
        return Reader(person.person_id, language, zone, person.acts, currency)

    def strangers(self, person_id: int, language: str) -> Reader:
        """Return how somebody reads who may do nothing."""
        language = spoken_to(language, self._language)
        return Reader(person_id, language, self._time_zone, frozenset(), self._currency)

    async def commands(self, tx: Tx, person_id: int) -> tuple[tuple[str, str], ...]:
        """Return the commands of a person's menu; none for a stranger."""
        person = await people.member(tx, self._shop_id, person_id)
        if person is None:
            return ()
        return commands(spoken_to(person.language, self._language), person.acts)

    async def draw(
        self, tx: Tx, queued: Queued, now: datetime, known: Known | None = None
    ) -> Outgoing | None:
        """Return what to send; None when there is nothing to show, or nobody to show it to.

        The recipient's role is looked at again here: who was sent away is told nothing.
        ``known`` is what was read in this very snapshot for others.
        """
        if queued.view in _FOR_STRANGERS:
            language = str(queued.body["language"])
            return sentences.say(queued.view, self.strangers(queued.person_id, language))
        person = await people.member(tx, self._shop_id, queued.person_id)
        if person is None:
            return None
        reader = self.reader(person)
        if person.locked_since is not None and queued.action in _SHOWS:
            return _locked(queued, person.locked_since, reader, now)
        if queued.said is not None:
            return queued.said
        return await self._draw(tx, queued, reader, now, {} if known is None else known)

    async def _draw(
        self, tx: Tx, queued: Queued, reader: Reader, now: datetime, known: Known
    ) -> Outgoing | None:
        match queued.view:
            case "order":
                return await self._order(tx, queued, reader, now, known)
            case "ticket":
                return await self._ticket(tx, queued, reader, now)
            case "intent" | "draft" | "batch":
                said = await self._question(tx, queued, reader, now)
            case "product":
                shown = await self._card(tx, queued)
                return await product_drawing.card(
                    tx, self._shop_id, queued.subject_id, shown, reader, now, self._marketplace_url
                )
            case "queue":
                said = await draw_queue(tx, queued.subject_id, reader, now, self._order_facts)
            case "digest":
                row = queued.id if queued.action == "send" else int(queued.subject_id)
                facts = await digests.facts(tx, self._shop_id, row)
                return digest_view.digest(facts, reader, now)
            case view if view in standing.VIEWS:
                return await standing.draw(tx, self._shop_id, queued, reader, now)
            case _:
                return await told_drawing.told(
                    tx, self._shop_id, queued.view, queued.body, reader, now
                )
        card = await self._card(tx, queued)
        return _asked(said, card, reader)

    async def _question(
        self, tx: Tx, queued: Queued, reader: Reader, now: datetime
    ) -> Outgoing | None:
        shop_id, subject_id = self._shop_id, queued.subject_id
        if queued.view == "draft":
            return await question_drawing.prompt(tx, shop_id, subject_id, reader, now)
        if queued.view == "batch":
            shown = await self._card(tx, queued)
            return await batch_drawing.draw_batch(tx, subject_id, shown, reader, now)
        return await question_drawing.intent_card(
            tx, shop_id, subject_id, reader, now, self._marketplace_url
        )

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
            and await is_news(tx, self._shop_id, NewsKind.ORDER_NEW, order.order_id, now),
            buyer=await buyers.about(tx, self._shop_id, order.buyer_id) if order.buyer_id else None,
            tickets=tuple(one.ticket for one in of_order),
            deeds=await deeds_of(
                tx,
                self._shop_id,
                "order",
                order.order_id,
                ("delivered", "refunded", "status_changed", "replaced"),
            ),
            live=live,
            live_by=await name_of(tx, None if live is None else live.confirmed_by),
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
            await deeds_of(tx, self._shop_id, "order", ticket.order_id, ("delivered",))
            if ticket.order_id
            else ()
        )
        return TicketFacts(
            ticket=ticket,
            new=ticket.status == OPEN
            and all(text.author == "buyer" for text in seen)
            and await is_news(tx, self._shop_id, NewsKind.TICKET_NEW, ticket.ticket_id, now),
            order=None if order is None else order.order,
            buyer=await buyers.about(tx, self._shop_id, ticket.buyer_id)
            if ticket.buyer_id
            else None,
            deeds=(
                *deliveries,
                *await deeds_of(tx, self._shop_id, "order", ticket.order_id or "", ("replaced",)),
                *await deeds_of(
                    tx,
                    self._shop_id,
                    "ticket",
                    ticket.ticket_id,
                    ("replied", "ticket_status_changed"),
                ),
            ),
            texts=tuple(
                (text.author, names.get(text.person_id or 0, ""), text.text, text.seen_at)
                for text in seen
            ),
            thread=await self._habit(tx) == "thread",
            live=await intents.live_of(tx, self._shop_id, "ticket", ticket.ticket_id),
            delivered_at=deliveries[-1].at if deliveries else None,
            saved_texts=await saved_texts.exist(tx, self._shop_id),
        )

    async def _habit(self, tx: Tx) -> Habit:
        """Return what replies do to a ticket's text: what the owner says, or what was learnt."""
        if self._ticket_reply != "auto":
            return self._ticket_reply
        return await positions.ticket_reply(tx, self._shop_id)

    async def _card(self, tx: Tx, queued: Queued) -> cards.Card | None:
        if queued.target_message_id is None:
            return None
        return await cards.at(tx, queued.chat_id, queued.target_message_id)

    async def menu_facts(self, tx: Tx, reader: Reader) -> MenuFacts:
        """Return what waits, and how much of the marketplace that is known from."""
        return await told_drawing.menu_facts(tx, self._shop_id, reader)


_FOR_STRANGERS = frozenset({"stranger", "pairing_failed", "lock_done", "lock_failed"})
_ENDED = frozenset({State.REFUSED, State.EXPIRED})


_SHOWS = frozenset({"send", "edit", outbox.FILE})


class HeldBack(Exception):  # noqa: N818 - it says what is so
    """The shop is locked: this message waits until it is opened."""


def _locked(queued: Queued, since: datetime, reader: Reader, now: datetime) -> Outgoing:
    """Return what a message may say of a locked shop. Raises HeldBack."""
    if queued.said is not None and queued.created_at > since:
        return queued.said  # the gate lets nothing through that says more
    if queued.action != "edit" and queued.view != "locked":
        raise HeldBack
    return sentences.say("locked", reader, now=now, since=since)


def _asked(said: Outgoing | None, card: cards.Card | None, reader: Reader) -> Outgoing | None:
    """Return what asks something of a person: with its buttons, unless a newer copy has them."""
    if said is None or card is None:
        return said
    if not card.live:
        return _retired(said, card, reader)
    return _with_way_back(said, card, reader)


def _retired(drawn: Outgoing, card: cards.Card | None, reader: Reader) -> Outgoing:
    """Return a card that has a newer copy further down: what it says, without its buttons.

    That of an order or a ticket is drawn this once more: it names nothing that is only under way.
    """
    return _with_way_back(drawn.model_copy(update={"keyboard": ()}), card, reader)


def _with_way_back(drawn: Outgoing, card: cards.Card | None, reader: Reader) -> Outgoing:
    return drawn if card is None else with_way_back(drawn, card.back, reader.language)
