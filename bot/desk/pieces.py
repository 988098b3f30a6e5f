"""What comes in several messages, or is changed after it came: pastes and replies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pydantic import SecretStr

from bot.model.goods import looks_like_goods
from bot.model.intent import DeliverPlan, Intent, NewTicketPlan, ReplacePlan, ReplyPlan, State
from bot.model.kept import may_be_shown_again
from bot.model.new_product import may_begin_again
from bot.model.person import Person
from bot.model.pieces import Piece, are_more_files, together
from bot.model.pieces import edited as with_edit
from bot.model.pieces import goes_on as follows
from bot.model.product_plans import NewProductPlan, StockPlan
from bot.store import intents
from bot.store.database import Tx

from . import (
    delivery,
    drafts,
    first_accounts,
    large_imports,
    new_form,
    replacing,
    replies,
    stock,
)
from .errors import NotPossible
from .shop import Shop

_REST_WITHIN: Final = timedelta(seconds=3)  # nobody answers the next question so soon


def pieces_of(intent: Intent) -> tuple[Piece, ...]:
    """Return the messages that goods or a text came in."""
    plan = intent.plan
    if isinstance(plan, StockPlan) and plan.apart:
        return ()  # a large file is an import of its own
    goods = DeliverPlan | ReplacePlan | StockPlan
    if not isinstance(plan, goods | ReplyPlan | NewTicketPlan):
        return ()
    if plan.pieces or isinstance(plan, goods) or intent.source_message_id is None:
        return plan.pieces
    return (Piece(message_id=intent.source_message_id, text=plan.text, sent_at=intent.created_at),)


async def goes_on(
    tx: Tx,
    shop: Shop,
    person: Person,
    piece: Piece,
    *,
    chat_id: int,
    now: datetime,
    pool: str | None = None,
) -> bool:
    """Join a message or a file to the goods that it goes on; say whether it goes on any.

    ``pool``: the product whose pool a file is for, or empty where nobody said what it is for:
    then it joins the accounts of files that were sent just before it. Raises NotPossible where
    the whole cannot be sent.
    """
    draft = await drafts.current(tx, chat_id, person, now)
    kept = () if draft is None else draft.pieces
    if draft is not None and draft.form is not None:
        if not follows(kept, piece) or not _are_accounts(kept, piece):
            return False
        pieces = together(kept, piece)
        await new_form.accounts_came(tx, shop, person, draft.id, pieces, chat_id=chat_id, now=now)
        return True
    if follows(kept, piece):
        await drafts.more_goods(tx, chat_id, person, together(kept, piece), now)
        return True
    joins = pool is not None and (bool(pool) or draft is None)
    for intent in await intents.proposed_by(tx, chat_id, person.person_id):
        before = pieces_of(intent)
        if follows(before, piece):
            await _put(tx, shop, intent, together(before, piece), now)
            return True
        if joins and await _joins(tx, shop, intent, pool or "", piece, now):
            return True
    return False


async def _joins(
    tx: Tx, shop: Shop, intent: Intent, pool: str, piece: Piece, now: datetime
) -> bool:
    """Put one more file into a preview of accounts, if it may be of them; say whether it was.

    Raises NotPossible where they cannot go out together: the preview stays as it is.
    """
    plan = intent.plan
    accounts = plan.accounts if isinstance(plan, NewProductPlan) else plan
    if not isinstance(accounts, StockPlan) or accounts.apart or pool not in {"", intent.subject_id}:
        return False
    pieces = together(accounts.pieces, piece)
    if not are_more_files(accounts.pieces, piece) or large_imports.are_large(pieces):
        return False
    if isinstance(plan, NewProductPlan):
        joined = await first_accounts.planned(tx, shop, pieces)
        values = {"accounts": joined, "version": plan.version + 1}
        await intents.replan(tx, intent, plan.model_copy(update=values), now, fires_at=None)
    else:
        again = await stock.planned(tx, shop, accounts.title, pieces, accounts.version + 1)
        await intents.replan(tx, intent, again, now, fires_at=None)
    return True


def _are_accounts(kept: tuple[Piece, ...], piece: Piece) -> bool:
    """Say whether what may be the rest of a paste is not rather the answer to a later question."""
    at_once = piece.sent_at - kept[-1].sent_at <= _REST_WITHIN
    return bool(piece.file) or at_once or looks_like_goods(piece.text.get_secret_value())


async def edited(
    tx: Tx,
    shop: Shop,
    person: Person,
    piece: Piece,
    *,
    chat_id: int,
    now: datetime,
) -> None:
    """Take an edit of a message into what it began; what went out is not changed by it.

    Raises NotPossible where that cannot be sent any more, or was sent already.
    """
    message_id, text = piece.message_id, piece.text.get_secret_value()
    draft = await drafts.current(tx, chat_id, person, now)
    if draft is not None:
        changed = with_edit(draft.pieces, message_id, text, altered=piece.altered)
        if changed is not None and draft.form is not None:
            await new_form.accounts_came(
                tx, shop, person, draft.id, changed, chat_id=chat_id, now=now
            )
            return
        if changed is not None:
            await drafts.more_goods(tx, chat_id, person, changed, now)
            return
    if await _of_first_accounts(tx, shop, person, piece, chat_id, now):
        return
    intent = await intents.latest_from(tx, chat_id, message_id)
    if intent is None or intent.proposed_by != person.person_id:
        return
    changed = with_edit(pieces_of(intent), message_id, text, altered=piece.altered)
    if changed is None or _same_text(intent, text):
        return  # Telegram tells of more than of new words: of a link's preview, of a pin
    if intent.state is State.PROPOSED:
        await _put(tx, shop, intent, changed, now)
    elif may_be_shown_again(intent):
        # Otherwise its preview, looked at once more, would show what the paste was before.
        await delivery.preview_edited(tx, shop, person, intent, changed, now)
    elif isinstance(intent.plan, StockPlan):
        _say_what_holds(intent)
    elif intent.state in {State.SENDING, State.UNKNOWN, State.DONE}:
        delivers = isinstance(intent.plan, DeliverPlan | ReplacePlan)
        raise NotPossible("edit_too_late_goods" if delivers else "edit_too_late")


async def _of_first_accounts(
    tx: Tx, shop: Shop, person: Person, piece: Piece, chat_id: int, now: datetime
) -> bool:
    """Take an edit of accounts into the preview of the product they are for; say whether it is.

    Raises NotPossible where none can be sent any more: the preview then is without accounts. It
    says what holds, too, where the preview was confirmed already.
    """
    text = piece.text.get_secret_value()
    for intent in await intents.of_first_accounts(tx, chat_id, person.person_id):
        plan = intent.plan
        accounts = plan.accounts if isinstance(plan, NewProductPlan) else plan
        if not isinstance(accounts, StockPlan):
            continue
        if all(each.message_id != piece.message_id for each in accounts.pieces):
            continue
        changed = with_edit(accounts.pieces, piece.message_id, text, altered=piece.altered)
        if changed is None:
            pass
        elif intent.state is not State.PROPOSED:
            _say_what_holds(intent)
        elif isinstance(plan, NewProductPlan):
            await _put_first(tx, shop, intent, plan, changed, now)
        else:
            await stock.plan_anew(tx, shop, intent, changed, now)
        return True
    return False


async def _put_first(
    tx: Tx,
    shop: Shop,
    intent: Intent,
    plan: NewProductPlan,
    pieces: tuple[Piece, ...],
    now: datetime,
) -> None:
    bare = plan.model_copy(update={"accounts": None, "version": plan.version + 1})
    try:
        accounts = await first_accounts.planned(tx, shop, pieces)
    except NotPossible:
        await intents.replan(tx, intent, bare, now, fires_at=None)
        raise
    again = bare.model_copy(update={"accounts": accounts})
    await intents.replan(tx, intent, again, now, fires_at=None)


def _say_what_holds(intent: Intent) -> None:
    """Raise NotPossible where accounts were edited that a press sent, or may still offer."""
    if intent.state in {State.SENDING, State.UNKNOWN, State.DONE}:
        raise NotPossible("accounts_edit_too_late")
    if may_begin_again(intent) or stock.left_of(intent):
        raise NotPossible("accounts_edit_not_taken")


def _same_text(intent: Intent, text: str) -> bool:
    plan = intent.plan
    return (
        isinstance(plan, ReplyPlan | NewTicketPlan)
        and not plan.pieces
        and plan.text == SecretStr(text.strip())
    )


async def _put(
    tx: Tx, shop: Shop, intent: Intent, pieces: tuple[Piece, ...], now: datetime
) -> None:
    plan = intent.plan
    if isinstance(plan, ReplyPlan | NewTicketPlan):
        await replies.reword(tx, intent, plan, pieces, now)
    elif isinstance(plan, StockPlan):
        await stock.plan_anew(tx, shop, intent, pieces, now)
    elif isinstance(plan, ReplacePlan):
        await replacing.plan_anew(tx, shop, intent, pieces, now)
    else:
        await delivery.plan_anew(tx, shop, intent, pieces, now)
