"""Conversations in progress: what a person was asked for, and what they gave so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.new_product import NewForm
from bot.model.person import Act, Person
from bot.model.pieces import Piece
from bot.model.replacing import Replacing
from bot.store import cards, drafts, intents, outbox
from bot.store.database import Tx

from .delivery import may_be_delivered
from .errors import NotPossible
from .orders import nobody_else, the_order
from .products import nobody_changes, the_product
from .replies import the_ticket
from .shop import Shop, must


@dataclass(frozen=True, slots=True)
class Draft:
    """What the next message of a person is for, or was.

    ``kind``: deliver (goods for an order), reply or resolve (text for a ticket), new_ticket (its
    first text, for an order), replace (a new unit, for an order), goods (goods that came without
    an order, or for one on which nothing is owed, in ``pieces``), stock, low_at or a field (of
    a product), saved_text (its subject is the one to change), quiet_hours, time_zone or low_stock
    (a setting; its subject is the message that shows them), or export_days or report_days.
    """

    id: int
    kind: str
    subject_id: str
    person_id: int
    asked_at: datetime
    open: bool = True
    pieces: tuple[Piece, ...] = ()
    replacing: Replacing | None = None
    form: NewForm | None = None  # a new product, as far as it was told


def _read(draft: drafts.Draft, body: Any) -> Draft:
    body = body if isinstance(body, dict) else {}
    pieces, replacing = body.get("pieces", ()), body.get("replacing")
    form = None
    if draft.kind == "new_product":
        form = NewForm.model_validate(body.get("form", {}))
    return Draft(
        draft.id,
        draft.kind,
        draft.subject_id,
        draft.person_id,
        draft.created_at,
        draft.state == "open",
        tuple(Piece.model_validate(piece) for piece in pieces) if form is None else form.pieces,
        None if replacing is None else Replacing.model_validate(replacing),
        form,
    )


def _body(pieces: tuple[Piece, ...]) -> dict[str, Any]:
    return {"pieces": [piece.model_dump(mode="json") for piece in pieces]}


async def current(tx: Tx, chat_id: int, person: Person, now: datetime) -> Draft | None:
    """Return what this person is in the middle of; None where there is nothing, or it expired."""
    found = await drafts.current(tx, chat_id, person.person_id, now)
    return None if found is None else _read(*found)


async def of_prompt(tx: Tx, draft_id: str) -> Draft | None:
    """Return the draft whose prompt this is, open or not."""
    found, body = (
        await drafts.with_body(tx, int(draft_id)) if draft_id.isdecimal() else (None, None)
    )
    return None if found is None else _read(found, body)


async def end(tx: Tx, chat_id: int, person: Person, now: datetime) -> bool:
    """End what this person is in the middle of; say whether there was anything."""
    return await drafts.end(tx, chat_id, person.person_id, "cancelled", now) is not None


async def end_of_kind(
    tx: Tx,
    chat_id: int,
    person: Person,
    kind: str,
    now: datetime,
    how: drafts.Ended = "cancelled",
) -> None:
    """End what this person is in the middle of, if it is of that kind."""
    found = await drafts.current(tx, chat_id, person.person_id, now)
    if found is not None and found[0].kind == kind:
        await drafts.end_one(tx, found[0].id, how, now)


async def stop(tx: Tx, person: Person, draft_id: str, now: datetime) -> bool:
    """End one draft of this person; say whether it was still open."""
    draft = await of_prompt(tx, draft_id)
    if draft is None or draft.person_id != person.person_id:
        return False
    return await drafts.end_one(tx, draft.id, "cancelled", now) is not None


async def used(tx: Tx, draft: Draft, now: datetime, subject_id: str | None = None) -> None:
    """End a draft whose answer came; ``subject_id``: the order that goods turned out to be for."""
    await drafts.end_one(tx, draft.id, "used", now, subject_id)


async def answered_elsewhere(
    tx: Tx, chat_id: int, person: Person, subject_id: str, now: datetime
) -> None:
    """End this person's draft where what it asks for came as a reply to a card of its subject."""
    found = await drafts.current(tx, chat_id, person.person_id, now)
    others = {"new_ticket", "goods"}
    if found is not None and found[0].subject_id == subject_id and found[0].kind not in others:
        await drafts.end_one(tx, found[0].id, "used", now)


async def _open(
    tx: Tx,
    shop: Shop,
    person: Person,
    chat_id: int,
    kind: str,
    subject_id: str,
    now: datetime,
    pieces: tuple[Piece, ...] = (),
    *,
    prompts: bool = True,
) -> None:
    """Begin a draft, and ask for what it waits for; without ``prompts`` another message asks."""
    draft = await drafts.open_(
        tx,
        shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        kind=kind,
        subject_kind=_SUBJECTS.get(kind, "order"),
        subject_id=subject_id,
        body=_body(pieces),
        now=now,
    )
    if prompts:
        await show_prompt(tx, shop, person, str(draft.id), chat_id, now)


async def show_prompt(
    tx: Tx, shop: Shop, person: Person, draft_id: str, chat_id: int, now: datetime
) -> None:
    """Show what a draft waits for, in a message of its own."""
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        subject_kind="draft",
        subject_id=draft_id,
        now=now,
    )


async def take_away_prompt(tx: Tx, shop: Shop, draft_id: int, chat_id: int, now: datetime) -> None:
    """Take a prompt out of the chat whose place another one takes further down."""
    card = await cards.live_in(tx, shop.shop_id, chat_id, "draft", str(draft_id))
    if card is None:
        return
    await cards.gone(tx, chat_id, card.message_id)
    await outbox.act(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=card.person_id,
        action="delete",
        message_id=card.message_id,
        now=now,
    )


_IN_PAGES = {"goods", "category"}
# What a draft is about, where that is no order.
_SUBJECTS = {
    "reply": "ticket",
    "resolve": "ticket",
    "note": "buyer",
    "stock": "product",
    "price": "product",
    "title": "product",
    "description": "product",
    "min_quantity": "product",
    "warranty": "product",
    "category": "product",
    "source_id": "product",
    "source_url": "product",
    "in_stock": "product",
    "low_at": "product",
    "pictures": "product",
    "copy_product": "product",
    "new_product": "product",  # its category's ID: there is no product yet
    "saved_text": "text",  # that is to change; empty: a new one
    # The message that shows the settings.
    "quiet_hours": "settings",
    "time_zone": "settings",
    "low_stock": "settings",
    "currency": "settings",
    # The press that a right PIN carries out, or the settings.
    "pin": "safety",
    "new_pin": "safety",
    "refund_limit": "safety",
    "export_days": "days",
    "report_days": "days",
}


async def await_new_product(
    tx: Tx, shop: Shop, person: Person, category_id: str, chat_id: int, now: datetime
) -> None:
    """Ask for a new product of a category. Raises NotPossible."""
    must(person, Act.MONEY)
    await _open(tx, shop, person, chat_id, "new_product", category_id, now)


async def await_of_product(
    tx: Tx, shop: Shop, person: Person, key: str, kind: str, chat_id: int, now: datetime
) -> None:
    """Ask for a product's accounts, or its new price, title or description. Raises NotPossible."""
    if _SUBJECTS.get(kind) != "product" or kind == "new_product":
        raise NotPossible("gone")
    must(person, Act.STOCK if kind in {"stock", "low_at"} else Act.MONEY)
    known = await the_product(tx, shop, key)
    if known.gone_at is not None:
        raise NotPossible("product_gone", title=known.product.title)
    if kind != "low_at":  # which the marketplace knows nothing of
        wanted = "add_stock" if kind == "stock" else "product_edit"
        await nobody_changes(tx, shop, known.product, wanted)
    await _open(tx, shop, person, chat_id, kind, known.product.product_id, now)


async def await_goods(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    chat_id: int,
    now: datetime,
    *,
    prompts: bool = True,
) -> None:
    """Ask for the goods of an order; without ``prompts`` another message does.

    Raises NotPossible.
    """
    must(person, Act.DELIVER)
    order = (await the_order(tx, shop, key)).order
    may_be_delivered(order)
    await nobody_else(tx, shop, "order", order.order_id)
    await _open(tx, shop, person, chat_id, "deliver", order.order_id, now, prompts=prompts)


async def await_reply(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    chat_id: int,
    now: datetime,
    *,
    resolve: bool = False,
) -> None:
    """Ask for the reply to a ticket, which may resolve it. Raises NotPossible."""
    must(person, Act.REPLY)
    ticket = (await the_ticket(tx, shop, key)).ticket
    kind = "resolve" if resolve else "reply"
    await _open(tx, shop, person, chat_id, kind, ticket.ticket_id, now)


async def await_new_ticket(
    tx: Tx, shop: Shop, person: Person, key: str, chat_id: int, now: datetime
) -> None:
    """Ask for the first text of a ticket to an order's buyer. Raises NotPossible."""
    must(person, Act.REPLY)
    order = (await the_order(tx, shop, key)).order
    await nobody_else(tx, shop, "order", order.order_id)
    await _open(tx, shop, person, chat_id, "new_ticket", order.order_id, now)


async def await_note(
    tx: Tx, shop: Shop, person: Person, buyer_id: str, chat_id: int, now: datetime
) -> None:
    """Ask for a private note on a buyer."""
    await _open(tx, shop, person, chat_id, "note", buyer_id, now)


async def await_saved_text(
    tx: Tx, shop: Shop, person: Person, text_id: str, chat_id: int, now: datetime
) -> None:
    """Ask for a text to keep, or (``text_id``) to put in the place of one."""
    await _open(tx, shop, person, chat_id, "saved_text", text_id, now)


async def await_setting(
    tx: Tx, shop: Shop, person: Person, kind: str, card_id: int, chat_id: int, now: datetime
) -> None:
    """Ask for a setting that no button says."""
    await _open(tx, shop, person, chat_id, kind, str(card_id), now)


async def await_safety(
    tx: Tx, shop: Shop, person: Person, kind: str, about: str, chat_id: int, now: datetime
) -> None:
    """Ask for a PIN, a new one, or the refund limit; ``about``: the press it is asked for."""
    await _open(tx, shop, person, chat_id, kind, about, now)


async def await_days(
    tx: Tx, shop: Shop, person: Person, kind: str, what: str, chat_id: int, now: datetime
) -> None:
    """Ask for days that no button says; ``what`` they are for. Raises NotPossible."""
    must(person, Act.MONEY)
    await _open(tx, shop, person, chat_id, kind, what, now)


async def keep_goods(
    tx: Tx,
    shop: Shop,
    person: Person,
    pieces: tuple[Piece, ...],
    *,
    order_id: str = "",
    chat_id: int,
    now: datetime,
) -> None:
    """Keep goods that came without an order, and ask for which they are. Sends nothing.

    ``order_id``: of one that they came for, on which nothing is owed.
    """
    must(person, Act.DELIVER)
    await _open(tx, shop, person, chat_id, "goods", order_id, now, pieces)


async def turn_page(
    tx: Tx, chat_id: int, person: Person, draft_id: str, page: int, now: datetime
) -> None:
    """Show another page of what a prompt lets choose from: orders for goods, or categories.

    Raises NotPossible.
    """
    found = await drafts.current(tx, chat_id, person.person_id, now)
    if found is None or found[0].kind not in _IN_PAGES or str(found[0].id) != draft_id:
        raise NotPossible("draft_expired")
    await drafts.keep(tx, found[0], {**found[1], "page": page}, now)


async def more_goods(
    tx: Tx, chat_id: int, person: Person, pieces: tuple[Piece, ...], now: datetime
) -> None:
    """Change the goods that are kept until the person says what they are for."""
    found = await drafts.current(tx, chat_id, person.person_id, now)
    if found is not None and found[0].kind in {"goods", "replace"}:
        await drafts.keep(tx, found[0], {**found[1], **_body(pieces)}, now)


async def subject_of_intent(tx: Tx, shop: Shop, intent_id: str) -> tuple[str, str]:
    """Return the order or ticket that an intent's message is about. Raises NotPossible.

    What we wrote to a buyer is about the ticket that it opened.
    """
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id:
        raise NotPossible("intent_gone")
    if intent.outcome.ticket_id:
        return "ticket", intent.outcome.ticket_id
    return intent.subject_kind, intent.subject_id
