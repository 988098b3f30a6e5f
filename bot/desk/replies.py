"""Replies to tickets: held for five seconds, checked against the ticket, sent once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from bot.model.goods import looks_like_goods
from bot.model.intent import (
    REPLY_HOLD,
    Intent,
    Kind,
    NewTicketPlan,
    Outcome,
    ReplyPlan,
    State,
)
from bot.model.person import Act, Person
from bot.model.pieces import Piece, joined
from bot.model.thread import Habit, Shown, learnt, reply_shown
from bot.model.ticket import Ticket
from bot.store import audit, cards, intents, outbox, positions
from bot.store import tickets as known_tickets
from bot.store.database import Tx
from bot.store.news import take_in_ticket
from bot.supplier.budget import Priority
from bot.supplier.errors import SupplierError

from .deed import Deed
from .errors import NotPossible
from .orders import nobody_else
from .proposing import in_answer, text_for_buyer
from .shop import Shop, must


def digest(ticket: Ticket) -> str:
    """Return what tells one text of a ticket from another."""
    return hashlib.sha256(ticket.description.encode()).hexdigest()


async def the_ticket(tx: Tx, shop: Shop, key: str) -> known_tickets.KnownTicket:
    """Return the ticket with this ID, short ID or number. Raises NotPossible."""
    known = await known_tickets.get_ticket(tx, shop.shop_id, key)
    if known is None:
        raise NotPossible("ticket_not_found", number=key)
    return known


async def open_card(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    *,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> None:
    """Show a ticket as a new card. Raises NotPossible when it is not known here."""
    must(person, Act.SEE)
    known = await the_ticket(tx, shop, key)
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        subject_kind="ticket",
        subject_id=known.ticket.ticket_id,
        reply_to=reply_to,
        now=now,
    )


async def hold(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    text: SecretStr,
    *,
    chat_id: int,
    message_id: int | None,
    private: bool,
    now: datetime,
    status: str = "",
    stale: bool = False,
    careful: bool = False,
) -> Intent:
    """Hold a reply: it goes out five seconds after it is shown, or needs a tap.

    Raises NotPossible. ``status`` goes out with it: "reply and resolve".
    A tap is required in groups, for text that looks like goods, for a finished ticket, and where
    the caller is ``careful``. Without ``message_id`` no message of theirs is the text.
    """
    must(person, Act.REPLY)
    ticket = (await the_ticket(tx, shop, key)).ticket
    plain = text_for_buyer(text)
    await nobody_else(tx, shop, "ticket", ticket.ticket_id)
    needs_tap = careful or not private or stale or ticket.finished or looks_like_goods(plain)
    return await in_answer(
        tx,
        shop,
        person,
        Kind.REPLY,
        ("ticket", ticket.ticket_id),
        ReplyPlan(
            text=SecretStr(plain),
            seen=digest(ticket),
            earlier=SecretStr(ticket.description),
            needs_tap=needs_tap,
            stale=stale,
            status=status,
        ),
        chat_id=chat_id,
        message_id=message_id,
        now=now,
    )


async def wrote_since(tx: Tx, shop: Shop, ticket_id: str, shown_at: datetime | None) -> bool:
    """Say whether somebody may have written since what a person answers was shown to them.

    ``shown_at``: None where a newer message shows the ticket, or nobody knows.
    """
    if shown_at is None:
        return True
    texts = await known_tickets.texts(tx, shop.shop_id, ticket_id)
    return any(text.author == "buyer" and text.seen_at > shown_at for text in texts)


async def reword(
    tx: Tx,
    intent: Intent,
    plan: ReplyPlan | NewTicketPlan,
    pieces: tuple[Piece, ...],
    now: datetime,
) -> None:
    """Put another text into a reply that is still held: it is shown anew, and held anew.

    Raises NotPossible where it cannot be sent; the reply is given up then.
    """
    try:
        text = text_for_buyer(joined(pieces))
    except NotPossible:
        await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="declined"), now)
        raise
    needs_tap = plan.needs_tap or looks_like_goods(text)
    changed: dict[str, Any] = {
        "text": SecretStr(text),
        "needs_tap": needs_tap,
        "pieces": pieces,
    }
    if needs_tap:
        changed["kept_until"] = None
    # Its message may be on its way still: then the seconds count from when it is there.
    seen = bool(await cards.showing(tx, "intent", str(intent.id)))
    fires_at = now + REPLY_HOLD if seen and not needs_tap else None
    await intents.replan(tx, intent, plan.model_copy(update=changed), now, fires_at=fires_at)


def is_there(ticket: Ticket, plan: ReplyPlan, habit: Habit = "auto") -> Shown:
    """Say whether a ticket's text shows the reply: alone (replaced), or within (a thread)."""
    if digest(ticket) == plan.seen:
        return "no"
    earlier = plan.earlier.get_secret_value()
    return reply_shown(plan.text.get_secret_value(), earlier, ticket.description, habit)


async def read_ticket(shop: Shop, ticket_id: str) -> Ticket:
    """Read a ticket for a person, and take in what it shows. Raises SupplierError."""
    began = shop.now()
    ticket = await shop.marketplace.get_ticket(ticket_id, priority=Priority.PERSON)
    async with shop.store.write() as tx:
        await take_in_ticket(tx, shop.shop_id, ticket, looked_at=began, now=shop.now())
    return ticket


class Reply(Deed):
    """Carries a reply out, and finds out what became of one."""

    act = Act.REPLY

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """A reply may replace what stands there: stop where the text changed since it was seen.

        The person is shown the new text and asked; the reply itself is kept.
        """
        plan = intent.planned(ReplyPlan)
        ticket = await read_ticket(shop, intent.subject_id)
        if digest(ticket) == plan.seen:
            return None
        now = shop.now()
        async with shop.store.write() as tx:
            texts = await known_tickets.texts(tx, shop.shop_id, intent.subject_id)
            ours = bool(texts) and texts[-1].author == "us"
            outcome = Outcome(reason="answered" if ours else "text_changed")
            again = plan.model_copy(
                update={
                    "seen": digest(ticket),
                    "earlier": SecretStr(ticket.description),
                    "needs_tap": True,
                    "kept_until": None,
                }
            )
            await intents.ask_again(tx, intent, again, outcome, now)
        return outcome

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Send the reply."""
        plan = intent.planned(ReplyPlan)
        ticket = await shop.marketplace.update_ticket(
            intent.subject_id,
            description=plan.text.get_secret_value(),
            status=plan.status or None,
            priority=Priority.PERSON,
        )
        if ticket is not None:
            now = shop.now()
            async with shop.store.write() as tx:
                # What it shows besides the reply is news for everyone.
                await take_in_ticket(tx, shop.shop_id, ticket, looked_at=now, now=now)
        return Outcome(reason="done")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The text changed as replies change it; where somebody else wrote, nobody can tell."""
        ticket = await read_ticket(shop, intent.subject_id)
        match is_there(ticket, intent.planned(ReplyPlan), shop.ticket_reply):
            case "ours":
                return Outcome(reason="done")
            case "unclear":
                return Outcome(reason="unclear", checking=True)
            case _:
                return None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Write down that it was answered, never with what."""
        await audit.came_of(tx, intent, deed="replied", now=now)

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read the ticket as it is now. What the buyer wrote since is news, not ours.

        What the reply is seen to have done to its text is remembered.
        """
        plan = intent.planned(ReplyPlan)
        try:
            ticket = await read_ticket(shop, intent.subject_id)
        except SupplierError:
            shop.look_soon()
            return
        said, earlier = plan.text.get_secret_value(), plan.earlier.get_secret_value()
        seen = learnt(said, earlier, ticket.description)
        async with shop.store.write() as tx:
            if seen not in {"auto", await positions.ticket_reply(tx, shop.shop_id)}:
                await positions.write(tx, shop.shop_id, positions.TICKET_REPLY, {"habit": seen})
