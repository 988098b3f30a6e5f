"""/newproduct: a category, one message that says it all, a preview, and then it is created."""

from __future__ import annotations

from telegram import Update

from bot.desk import drafts, new_form, new_products
from bot.desk.errors import NotPossible
from bot.desk.product_fields import typed
from bot.model.intent import Intent
from bot.model.pieces import Piece
from bot.model.press import Press, short_id
from bot.views import products as views

from .turn import Turn, TurnContext

COPY = "copy_product"


async def new_product_command(update: Update, context: TurnContext) -> None:
    """/newproduct: asks for the category, unless its ID is behind the command."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    try:
        category_id = typed("category", " ".join(context.args)) if context.args else ""
    except NotPossible as stop:
        # It says that one can be pressed: they stand below.
        await turn.say(stop.reason, **stop.values)
        category_id = ""
    if category_id:
        await _ask(turn, category_id)
        return
    found = await new_products.categories(turn.tx, turn.shop, turn.member)
    await turn.show(views.which_category(found, turn.reader, turn.now))


async def category_chosen(turn: Turn, press: Press) -> None:
    """Ask for the product of a category that was chosen, or show more of them."""
    found = await new_products.categories(turn.tx, turn.shop, turn.member)
    if not press.subject:
        page = int(press.arg) if press.arg.isdecimal() else 1
        said = views.which_category(found, turn.reader, turn.now, page)
        await turn.show(said, in_place=True)
        return
    chosen = next((one for one, _ in found if short_id(one) == press.subject), press.subject)
    await _ask(turn, chosen)


async def _ask(turn: Turn, category_id: str) -> None:
    await drafts.await_new_product(
        turn.tx, turn.shop, turn.member, category_id, turn.chat_id, turn.now
    )


async def written(turn: Turn, category_id: str, text: str, message_id: int) -> Intent:
    """Take the message that says what the new product is."""
    intent = await new_products.preview(
        turn.tx,
        turn.shop,
        turn.member,
        category_id,
        text,
        chat_id=turn.chat_id,
        message_id=message_id,
        now=turn.now,
    )
    await turn.react("👀")
    return intent


async def answered(turn: Turn, draft: drafts.Draft, piece: Piece) -> bool:
    """Take an answer about a new product; say whether its draft has ended with it."""
    ended = await new_form.written(
        turn.tx,
        turn.shop,
        turn.member,
        draft.id,
        piece,
        chat_id=turn.chat_id,
        now=turn.now,
    )
    await turn.react("👀")
    return ended


async def step(turn: Turn, press: Press) -> None:
    """Go back, on, or from a preview to the questions again."""
    if press.arg == "again":
        await new_form.again(turn.tx, turn.shop, turn.member, press.subject, turn.chat_id, turn.now)
        return
    await new_form.press(
        turn.tx, turn.shop, turn.member, press.subject, press.arg, turn.chat_id, turn.now
    )


async def copy_asked(turn: Turn, press: Press) -> None:
    """Ask what is different about a copy of a product, or show one with nothing different."""
    if press.arg == "same":
        await drafts.end_of_kind(turn.tx, turn.chat_id, turn.member, COPY, turn.now, "used")
        await copy_written(turn, press.subject, None, None)
        return
    await drafts.await_of_product(
        turn.tx, turn.shop, turn.member, press.subject, COPY, turn.chat_id, turn.now
    )


async def copy_written(turn: Turn, key: str, text: str | None, message_id: int | None) -> None:
    """Take the title of a copy, or all that it is made of."""
    await new_products.preview_copy(
        turn.tx,
        turn.shop,
        turn.member,
        key,
        text,
        chat_id=turn.chat_id,
        message_id=message_id,
        now=turn.now,
    )
    await turn.react("👀")
