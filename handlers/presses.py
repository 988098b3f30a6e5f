"""Buttons: what each verb does. The press itself was answered when it came in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Update

from bot.chat.answers import was_queued
from bot.chat.subjects import Subject, adopt, open_in_list, shows_order, subject_of
from bot.desk import (
    confirming,
    delivery,
    drafts,
    keeping,
    modes,
    orders,
    refunds,
    reminders,
    replies,
)
from bot.desk.errors import NotPossible
from bot.model.change import Mode
from bot.model.intent import is_of_before
from bot.model.person import Act
from bot.model.press import Press, Verb, unpack
from bot.views import sentences

from . import (
    audit,
    batches,
    buyers,
    changes,
    choosing,
    disputes,
    exports,
    goods,
    lists,
    new_products,
    payments,
    pictures,
    products,
    queue,
    replacing,
    reports,
    safety,
    saved_texts,
    settings,
    start,
    team,
    texts,
)
from .turn import Turn, TurnContext

Pressed = Callable[[Turn, Press], Awaitable[None]]


async def pressed(update: Update, context: TurnContext) -> None:
    """Do what a button says; one that is not ours does nothing."""
    turn = context.turn
    query = update.callback_query
    press = unpack(query.data or "") if query is not None else None
    if press is None or turn.pressed is None:
        return
    if is_of_before(turn.received_at, turn.now):
        await _too_late(turn)
        return
    if press.verb not in _ON_NO_CARD:
        await adopt(turn.tx, turn.shop.shop_id, turn.pressed, turn.member.person_id, turn.now)
    simple = _SIMPLE.get(press.verb)
    if simple is not None:
        await simple(update, context)
        return
    await act(turn, press)


async def _too_late(turn: Turn) -> None:
    """Say that nothing was done any more, once for all that was pressed in that hour."""
    once = f"pressed_before:{turn.chat_id}:{turn.member.person_id}:{turn.received_at:%Y%m%d%H}"
    if not await was_queued(turn.tx, once):
        said = sentences.say("pressed_before", turn.reader, now=turn.now, at=turn.received_at)
        await turn.show(said, once=once)


async def act(turn: Turn, press: Press) -> None:
    """Do what a press asks for, whether it was pressed or typed."""
    handle = _PRESSES.get(press.verb)
    if handle is None:
        return
    try:
        await handle(turn, press)
    except NotPossible as stop:
        if stop.reason != "pin_needed":
            raise
        await safety.ask_pin(turn, press)


async def _order(turn: Turn, press: Press) -> None:
    order = (await orders.the_order(turn.tx, turn.shop, press.subject)).order
    if await _in_a_list(turn, Subject("order", order.order_id)):
        return
    await orders.open_card(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        chat_id=turn.chat_id,
        reply_to=None,
        now=turn.now,
    )


async def _ticket(turn: Turn, press: Press) -> None:
    ticket = (await replies.the_ticket(turn.tx, turn.shop, press.subject)).ticket
    if await _in_a_list(turn, Subject("ticket", ticket.ticket_id)):
        return
    await replies.open_card(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        chat_id=turn.chat_id,
        reply_to=None,
        now=turn.now,
    )


async def _in_a_list(turn: Turn, subject: Subject) -> bool:
    """Open a card in the place of the list that was pressed; say whether it was a list."""
    if turn.pressed is None or not turn.member.may(Act.SEE):
        return False
    return await open_in_list(
        turn.tx, turn.shop.shop_id, turn.pressed, subject, turn.member.person_id, turn.now
    )


async def _deliver(turn: Turn, press: Press) -> None:
    await drafts.await_goods(turn.tx, turn.shop, turn.member, press.subject, turn.chat_id, turn.now)


async def _reply(turn: Turn, press: Press) -> None:
    await drafts.await_reply(turn.tx, turn.shop, turn.member, press.subject, turn.chat_id, turn.now)


async def _resolve(turn: Turn, press: Press) -> None:
    await drafts.await_reply(
        turn.tx, turn.shop, turn.member, press.subject, turn.chat_id, turn.now, resolve=True
    )


async def _write(turn: Turn, press: Press) -> None:
    await drafts.await_new_ticket(
        turn.tx, turn.shop, turn.member, press.subject, turn.chat_id, turn.now
    )


async def _refund(turn: Turn, press: Press) -> None:
    if turn.pressed is None:
        return
    if not await shows_order(turn.tx, turn.pressed):
        # An older copy, or another message about the order: the question needs a card of today.
        await _order(turn, press)
        return
    await refunds.ask(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        chat_id=turn.chat_id,
        card_id=turn.pressed.message_id,
        now=turn.now,
    )


async def _confirm(turn: Turn, press: Press) -> None:
    await confirming.confirm(turn.tx, turn.shop, turn.member, press.subject, press.arg, turn.now)


async def _decline(turn: Turn, press: Press) -> None:
    await confirming.decline(turn.tx, turn.shop, turn.member, press.subject, turn.now)


async def _split(turn: Turn, press: Press) -> None:
    await delivery.split_differently(
        turn.tx, turn.shop, turn.member, press.subject, press.arg, turn.now
    )


async def _keep(turn: Turn, press: Press) -> None:
    await keeping.keep(turn.tx, turn.shop, turn.member, press.subject, turn.now)


async def _discard(turn: Turn, press: Press) -> None:
    await keeping.discard(turn.tx, turn.shop, turn.member, press.subject, turn.now)


async def _goods_for(turn: Turn, press: Press) -> None:
    draft = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft is None or draft.kind != "goods" or not await asks_for(turn, draft.id):
        raise NotPossible("draft_expired")
    intent = await delivery.preview(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        draft.pieces,
        chat_id=turn.chat_id,
        now=turn.now,
    )
    await drafts.used(turn.tx, draft, turn.now, intent.subject_id)


async def _goods_page(turn: Turn, press: Press) -> None:
    page = int(press.arg) if press.arg.isdecimal() else 1
    await drafts.turn_page(turn.tx, turn.chat_id, turn.member, press.subject, page, turn.now)


async def asks_for(turn: Turn, draft_id: int) -> bool:
    """Say whether the pressed message is the prompt of this draft, and not of an earlier one."""
    if turn.pressed is None:
        return False
    subject = await subject_of(turn.tx, turn.shop.shop_id, turn.pressed)
    return subject is not None and (subject.kind, subject.id) == ("draft", str(draft_id))


async def _stop(turn: Turn, press: Press) -> None:
    await start.stop(turn, press.subject)


async def _snooze(turn: Turn, press: Press) -> None:
    if turn.pressed is None:
        return
    await reminders.snooze(
        turn.tx,
        turn.shop,
        turn.member,
        "morning" if press.subject == "morning" else "hour",
        zone=turn.reader.time_zone,
        chat_id=turn.chat_id,
        message_id=turn.pressed.message_id,
        now=turn.now,
    )


async def _goods_again(turn: Turn, press: Press) -> None:
    await delivery.preview_again(
        turn.tx, turn.shop, turn.member, press.subject, chat_id=turn.chat_id, now=turn.now
    )


async def _mode(turn: Turn, press: Press) -> None:
    mode: Mode = "pool" if press.arg == "pool" else "hand"
    await modes.say(turn.tx, turn.shop, turn.member, press.subject, mode, turn.now)


async def _nothing(turn: Turn, press: Press) -> None:
    """A pager's own number does nothing."""


# Buttons of messages that are about an order or a ticket, and not to be drawn again as its card.
_ON_NO_CARD = frozenset({Verb.SHOW_GOODS, Verb.HIDE_GOODS, Verb.DISPUTE, Verb.TEXTS})
_SIMPLE = {
    Verb.MENU: start.menu,
    Verb.HELP: start.help_,
    Verb.HEALTH: start.health_,
    Verb.BALANCE: start.balance,
}
_PRESSES: dict[Verb, Pressed] = {
    Verb.ORDERS: lists.orders_pressed,
    Verb.TICKETS: lists.tickets_pressed,
    Verb.ORDER: _order,
    Verb.TICKET: _ticket,
    Verb.DELIVER: _deliver,
    Verb.REPLY: _reply,
    Verb.REFUND: _refund,
    Verb.CONFIRM: _confirm,
    Verb.DECLINE: _decline,
    Verb.KEEP: _keep,
    Verb.DISCARD: _discard,
    Verb.TEXTS: texts.shown,
    Verb.REPLACE: replacing.begin,
    Verb.REPLACE_UNIT: replacing.pick,
    Verb.REPLACE_TEXT: replacing.as_text,
    Verb.GOODS_AGAIN: _goods_again,
    Verb.SPLIT: _split,
    Verb.SHOW_GOODS: goods.show,
    Verb.HIDE_GOODS: goods.hide,
    Verb.GOODS_FOR: _goods_for,
    Verb.GOODS_PAGE: _goods_page,
    Verb.STOP: _stop,
    Verb.RESOLVE: _resolve,
    Verb.WRITE: _write,
    Verb.MORE: changes.more,
    Verb.BACK: changes.back,
    Verb.STATUS: changes.status,
    Verb.WHICH_ORDER: choosing.turned,
    Verb.WHICH_STATUS: changes.which_status,
    Verb.TICKET_STATUS: changes.status_of_ticket,
    Verb.PAYMENTS: payments.turned,
    Verb.PAYMENTS_OF: payments.of_order,
    Verb.PRODUCTS: products.list_pressed,
    Verb.PRODUCT: products.opened,
    Verb.PRODUCT_STATUS: products.status,
    Verb.PRODUCT_EDIT: products.ask_field,
    Verb.PRODUCT_DELETE: products.delete,
    Verb.PICTURES: pictures.asked,
    Verb.SHELF: products.shelf_pressed,
    Verb.SELECT: batches.select,
    Verb.PICK: batches.pick,
    Verb.PICKED: batches.picked,
    Verb.BATCH: batches.pressed,
    Verb.SHOP: batches.shop,
    Verb.STOCK: products.ask_stock,
    Verb.WHICH_PRODUCT: products.which_turned,
    Verb.ADD_TO_STOCK: products.goods_to_stock,
    Verb.STOCK_WITH: products.goods_for_product,
    Verb.PRODUCT_CATEGORY: products.category_chosen,
    Verb.LOW_STOCK: products.ask_low_stock,
    Verb.NEW_PRODUCT: new_products.category_chosen,
    Verb.NEW_STEP: new_products.step,
    Verb.COPY_PRODUCT: new_products.copy_asked,
    Verb.STOCK_SOURCE: products.ask_source,
    Verb.SOURCES: products.sources_pressed,
    Verb.HALT: products.halt,
    Verb.ANSWER: products.answer,
    Verb.REST: products.rest,
    Verb.QUEUE: queue.started,
    Verb.QUEUE_NEXT: queue.next_,
    Verb.QUEUE_BACK: queue.back,
    Verb.QUEUE_DELIVER: queue.deliver,
    Verb.MODE: _mode,
    Verb.BUYER_MARK: buyers.marked,
    Verb.BUYER_NOTE: buyers.note,
    Verb.SNOOZE: _snooze,
    Verb.WAITING: lists.waiting_pressed,
    Verb.SAVED_TEXTS: saved_texts.listed,
    Verb.SAVED_TEXT: saved_texts.opened,
    Verb.TEXT_EDIT: saved_texts.ask,
    Verb.TEXT_MOVE: saved_texts.moved,
    Verb.TEXT_DELETE: saved_texts.deleted,
    Verb.SAVED: saved_texts.which,
    Verb.TEXT_USE: saved_texts.use,
    Verb.TEXTS_FOR: saved_texts.which_enclosed,
    Verb.TEXT_INTO: saved_texts.enclose,
    Verb.REPORT: reports.pressed,
    Verb.DISPUTE: disputes.shown,
    Verb.CHART: reports.chart,
    Verb.REPORT_DAYS: reports.ask_days,
    Verb.EXPORT: exports.pressed,
    Verb.EXPORT_DAYS: exports.ask_days,
    Verb.SETTINGS: settings.turned,
    Verb.SET: settings.set_,
    Verb.SET_TYPED: settings.ask,
    Verb.AUDIT: audit.turned,
    Verb.TEAM: team.turned,
    Verb.TEAM_ROLE: team.role,
    Verb.TEAM_REMOVE: team.remove,
    Verb.INVITE: team.invite,
    Verb.UNINVITE: team.take_back,
    Verb.SAFETY: safety.pressed,
    Verb.NOTHING: _nothing,
}
