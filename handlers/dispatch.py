"""Which handler takes which update: python-telegram-bot's application, without its own loop."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.chat.answers import Tx, was_queued
from bot.chat.press_words import said_by_toast
from bot.desk.errors import NotPossible
from bot.model.press import unpack
from bot.views import sentences

from . import (
    audit,
    by_number,
    exports,
    files,
    lists,
    locking,
    membership,
    new_products,
    payments,
    pictures,
    presses,
    products,
    queue,
    reports,
    saved_texts,
    settings,
    start,
    team,
    words,
)
from .gate import gate
from .turn import House, Turn, TurnContext, current

# What a message says of a button that does nothing any more, where no toast does.
_GONE = frozenset({"taken", "gone", "expired"})
# In so many seconds two taps on a button are one; later, somebody tries again, and is answered.
_DOUBLE_TAP: Final = 10

COMMANDS = {
    "start": start.start,
    "menu": start.menu,
    "help": start.help_,
    "queue": queue.queue,
    "orders": lists.orders_command,
    "tickets": lists.tickets_command,
    "order": by_number.order,
    "deliver": by_number.deliver,
    "refund": by_number.refund,
    "status": by_number.status,
    "ticket": by_number.ticket,
    "newticket": by_number.newticket,
    "products": products.products_command,
    "product": products.product_command,
    "stock": products.stock_command,
    "newproduct": new_products.new_product_command,
    "payments": payments.payments_command,
    "balance": start.balance,
    "templates": saved_texts.templates_command,
    "report": reports.report_command,
    "export": exports.export_command,
    "settings": settings.settings_command,
    "team": team.team_command,
    "audit": audit.audit_command,
    "lock": locking.lock_command,
    "health": start.health_,
    "cancel": start.cancel,
}


class StrictApplication(Application[Any, Any, Any, Any, Any, Any]):
    """The library's application, but a handler's exception is raised, not logged and forgotten.

    A failed update must not look handled: its transaction is rolled back, and it is tried again.
    """

    async def process_error(self, update: object, error: Exception, *_: Any, **__: Any) -> bool:
        """Raise what a handler raised."""
        raise error


class Dispatch:
    """Gives an update to its handler, within the transaction of the inbox."""

    def __init__(self, bot: ExtBot[None], house: House) -> None:
        self._house = house
        self.application = (
            ApplicationBuilder()
            .application_class(StrictApplication)
            .bot(bot)
            .updater(None)
            .job_queue(None)
            .context_types(ContextTypes(context=TurnContext))
            .build()
        )
        self._register()

    def _register(self) -> None:
        app, new = self.application, filters.UpdateType.MESSAGE
        app.add_handler(TypeHandler(Update, gate), group=-1)
        for name, handler in COMMANDS.items():
            app.add_handler(CommandHandler(name, handler, filters=new))
        app.add_handler(CallbackQueryHandler(presses.pressed))
        app.add_handler(ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER))
        app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, words.edited))
        app.add_handler(MessageHandler(new & filters.COMMAND, words.unknown_command))
        app.add_handler(MessageHandler(new & filters.TEXT, words.written))
        app.add_handler(MessageHandler(new & filters.Document.ALL, files.document))
        app.add_handler(MessageHandler(new & filters.PHOTO, pictures.photo))
        app.add_handler(MessageHandler(new & ~filters.StatusUpdate.ALL, words.not_text))

    async def __call__(self, tx: Tx, update: Update, received_at: datetime) -> None:
        """Handle one update. What cannot be done is said; any other exception is raised."""
        turn = Turn(self._house, tx, update, self._house.shop.now(), received_at)
        token = current.set(turn)
        try:
            await self.application.process_update(update)
        except NotPossible as stop:
            if turn.person is None:
                return
            await _refuse(turn, stop)
        finally:
            current.reset(token)


async def _refuse(turn: Turn, stop: NotPossible) -> None:
    """Say why something cannot be done, where no toast said so; to a double tap, once."""
    query, once = turn.update.callback_query, ""
    if query is not None:
        data = query.data or ""
        press = unpack(data)
        if press is None or said_by_toast(press, stop.reason):
            return
        at = turn.pressed.message_id if turn.pressed is not None else 0
        moment = int(turn.received_at.timestamp()) // _DOUBLE_TAP
        once = f"refused:{turn.chat_id}:{turn.member.person_id}:{at}:{data}:{stop.reason}:{moment}"
        if await was_queued(turn.tx, once):
            return
    reason = "button_gone" if stop.reason in _GONE else stop.reason
    await turn.show(sentences.say(reason, turn.reader, now=turn.now, **stop.values), once=once)
