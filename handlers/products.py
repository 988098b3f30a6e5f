"""/products, /product, /stock, and what a product's card and messages can do."""

from __future__ import annotations

from telegram import Update

from bot.chat.subjects import Subject, open_in_list, shows_product
from bot.desk import (
    confirming,
    drafts,
    kept_goods,
    low_stock,
    new_products,
    product_changes,
    products,
    sources,
    stock,
)
from bot.desk.errors import NotPossible
from bot.desk.product_fields import FIELDS
from bot.model import search, shelf
from bot.model.goods import looks_like_goods
from bot.model.pieces import Piece
from bot.model.press import Press, Verb, short_id
from bot.model.shelf import Shelf
from bot.views import product_lists

from .turn import Turn, TurnContext

__all__ = ["FIELDS"]

LOW_AT = "low_at"


async def products_command(update: Update, context: TurnContext) -> None:
    """/products, with a filter or words if there are any. Goods are never searched for."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    asked = shelf.typed(" ".join(context.args or ()))
    await _list(turn, asked or Shelf(words=_words(context)), 1)


def _words(context: TurnContext) -> str:
    words = " ".join(context.args or ())
    if looks_like_goods(words):
        raise NotPossible("goods_not_searched")
    return search.fitting(words)


async def list_pressed(turn: Turn, press: Press) -> None:
    """A filter or a page of the list of products."""
    await drafts.end_of_kind(turn.tx, turn.chat_id, turn.member, "selection", turn.now)
    page = max(int(press.arg), 1) if press.arg.isdecimal() else 1
    await _list(turn, shelf.unpack(press.subject), page)


async def _list(turn: Turn, asked: Shelf, page: int) -> None:
    facts = await products.product_page(turn.tx, turn.shop, turn.member, asked, page)
    said = product_lists.product_list(facts, turn.reader, turn.now)
    await turn.show(said, in_place=turn.pressed is not None)


async def shelf_pressed(turn: Turn, press: Press) -> None:
    """Offer the orders, categories or prices of the list, in its place."""
    known = await products.categories(turn.tx, turn.shop, turn.member)
    asked = shelf.unpack(press.subject)
    about, _, page = press.arg.partition(".")
    at = int(page) if page.isdecimal() else 1
    said = product_lists.shelf_menu(asked, about, known, turn.reader, turn.now, at)
    await turn.show(said, in_place=True)


async def product_command(update: Update, context: TurnContext) -> None:
    """/product: the card of an ID, or of the one product whose title holds the words."""
    await _for_product(context, Verb.PRODUCT)


async def stock_command(update: Update, context: TurnContext) -> None:
    """/stock: asks for the accounts of a product, or of which."""
    await _for_product(context, Verb.STOCK)


async def _for_product(context: TurnContext, verb: Verb) -> None:
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    words = _words(context)
    asked = Shelf(words=words)
    page = await products.product_page(turn.tx, turn.shop, turn.member, asked, 1)
    if words and page.total == 1:
        await _do(turn, verb, page.rows[0].product_id)
    elif words and page.total == 0:
        # One that orders alone know of has a card, too.
        await _do(turn, verb, words)
    elif words and page.total > len(page.rows):
        await _list(turn, asked, 1)
    elif verb is Verb.PRODUCT and not words:
        await _list(turn, Shelf(), 1)
    else:
        await turn.show(product_lists.which_product(page, verb, turn.reader, turn.now))


async def _do(turn: Turn, verb: Verb, key: str) -> None:
    if verb is Verb.STOCK:
        await ask_stock(turn, Press(verb, key))
    else:
        await opened(turn, Press(verb, key))


async def opened(turn: Turn, press: Press) -> None:
    """Open the card of a product: in the place of the list that was pressed, or below."""
    known = await products.the_product(turn.tx, turn.shop, press.subject)
    subject = Subject("product", known.product.product_id)
    if turn.pressed is not None and await open_in_list(
        turn.tx, turn.shop.shop_id, turn.pressed, subject, turn.member.person_id, turn.now
    ):
        return
    await products.open_card(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        chat_id=turn.chat_id,
        reply_to=turn.own_message_id,
    )


async def which_turned(turn: Turn, press: Press) -> None:
    """Another page of the products to choose from, in its place."""
    await _which(turn, Verb.STOCK, press)


async def _which(turn: Turn, verb: Verb, press: Press) -> None:
    page = max(int(press.arg), 1) if press.arg.isdecimal() else 1
    facts = await products.product_page(turn.tx, turn.shop, turn.member, Shelf(), page)
    said = product_lists.which_product(facts, verb, turn.reader, turn.now, press.subject)
    await turn.show(said, in_place=bool(press.arg))


async def ask_stock(turn: Turn, press: Press) -> None:
    """Ask for the accounts of a product."""
    await drafts.await_of_product(
        turn.tx, turn.shop, turn.member, press.subject, "stock", turn.chat_id, turn.now
    )


async def goods_to_stock(turn: Turn, press: Press) -> None:
    """Goods that wait are for a pool: ask for which product's, or turn the pages of them."""
    await _waiting_goods(turn, press.subject)
    await _which(turn, Verb.STOCK_WITH, press)


async def goods_for_product(turn: Turn, press: Press) -> None:
    """Goods that wait are for this product's pool: preview them."""
    draft = await _waiting_goods(turn, press.arg)
    await kept_goods.to_stock(
        turn.tx,
        turn.shop,
        turn.member,
        draft,
        press.subject,
        chat_id=turn.chat_id,
        now=turn.now,
    )


async def _waiting_goods(turn: Turn, draft_id: str) -> drafts.Draft:
    """Return the goods that wait, if they are still those. Raises NotPossible."""
    draft = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft is None or draft.kind != "goods" or str(draft.id) != draft_id:
        raise NotPossible("gone")
    return draft


async def ask_field(turn: Turn, press: Press) -> None:
    """Ask for the new value of a field."""
    await drafts.await_of_product(
        turn.tx, turn.shop, turn.member, press.subject, press.arg, turn.chat_id, turn.now
    )


async def category_chosen(turn: Turn, press: Press) -> None:
    """Take the category that was pressed below the question for one, or turn to more of them."""
    draft_id, _, page = press.arg.partition(".")
    if page.isdecimal():
        at, member = int(page), turn.member
        await drafts.turn_page(turn.tx, turn.chat_id, member, draft_id, at, turn.now)
        return
    draft = await drafts.of_prompt(turn.tx, draft_id)
    ours = draft is not None and draft.person_id == turn.member.person_id
    if draft is None or draft.kind != "category" or not ours or not draft.open:
        raise NotPossible("gone")
    found = await new_products.categories(turn.tx, turn.shop, turn.member)
    chosen = next((one for one, _ in found if short_id(one) == press.subject), None)
    if chosen is None:
        raise NotPossible("button_gone")
    await product_changes.edit(
        turn.tx,
        turn.shop,
        turn.member,
        draft.subject_id,
        "category",
        chosen,
        chat_id=turn.chat_id,
        message_id=None,
        now=turn.now,
    )
    await drafts.used(turn.tx, draft, turn.now)


async def ask_low_stock(turn: Turn, press: Press) -> None:
    """Ask at how many left a product is low."""
    await drafts.await_of_product(
        turn.tx, turn.shop, turn.member, press.subject, LOW_AT, turn.chat_id, turn.now
    )


async def low_stock_written(turn: Turn, product_id: str, text: str) -> None:
    """Take at how many left a product is low."""
    await low_stock.set_bound(turn.tx, turn.shop, turn.member, product_id, text, turn.now)
    await turn.react("👀")


async def status(turn: Turn, press: Press) -> None:
    """Pause a product, or put it back on sale."""
    if turn.pressed is None:
        return
    if not await shows_product(turn.tx, turn.pressed):
        await opened(turn, press)
        return
    await product_changes.set_status(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        press.arg,
        chat_id=turn.chat_id,
        card_id=turn.pressed.message_id,
        now=turn.now,
    )


async def delete(turn: Turn, press: Press) -> None:
    """Ask whether a product is to be deleted, in the buttons of its card."""
    if turn.pressed is None:
        return
    if not await shows_product(turn.tx, turn.pressed):
        # An older copy: the question needs a card of today.
        await opened(turn, press)
        return
    await product_changes.ask_delete(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        chat_id=turn.chat_id,
        card_id=turn.pressed.message_id,
        now=turn.now,
    )


async def halt(turn: Turn, press: Press) -> None:
    """Stop an import after what is on its way."""
    await confirming.halt(turn.tx, turn.shop, turn.member, press.subject, turn.now)


async def answer(turn: Turn, press: Press) -> None:
    """Say what became of a call whose answer is lost."""
    await confirming.answer(turn.tx, turn.shop, turn.member, press.subject, press.arg, turn.now)


async def rest(turn: Turn, press: Press) -> None:
    """Offer what an import that ended early did not send."""
    await stock.go_on(
        turn.tx, turn.shop, turn.member, press.subject, chat_id=turn.chat_id, now=turn.now
    )


async def ask_source(turn: Turn, press: Press) -> None:
    """Ask where the accounts of an import come from."""
    await sources.ask(turn.tx, turn.shop, turn.member, press.subject, turn.chat_id, turn.now)


async def sources_pressed(turn: Turn, press: Press) -> None:
    """Have it counted what became of the accounts of each source, below the report."""
    await sources.ask_sold(turn.tx, turn.shop, turn.member, turn.chat_id, turn.now)


async def stock_written(turn: Turn, product_id: str, piece: Piece) -> None:
    """Take accounts that answer a product's card or prompt."""
    await stock.preview(
        turn.tx, turn.shop, turn.member, product_id, (piece,), chat_id=turn.chat_id, now=turn.now
    )
    await turn.react("👀")


async def field_written(turn: Turn, product_id: str, kind: str, text: str, message_id: int) -> None:
    """Take the new value of a field that answers a prompt."""
    field = next(each for each in FIELDS if each == kind)
    await product_changes.edit(
        turn.tx,
        turn.shop,
        turn.member,
        product_id,
        field,
        text,
        chat_id=turn.chat_id,
        message_id=message_id,
        now=turn.now,
    )
    await turn.react("👀")
