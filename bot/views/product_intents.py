"""The message of one intent of a product: its preview, how it goes, and what became of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bot.model.accounts import masked
from bot.model.facts import Reader
from bot.model.goods import mask
from bot.model.intent import Intent, Kind, State
from bot.model.new_product import may_begin_again
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.pictures import MAX_PICTURES
from bot.model.pieces import may_be_cut
from bot.model.press import Press, Verb
from bot.model.product_facts import ProductIntentFacts
from bot.model.product_plans import (
    PIECE,
    NewProductPlan,
    PicturesPlan,
    ProductEditPlan,
    Progress,
    StockPlan,
)

from .drawing import Keyboard, Pen, button, draw, outgoing, say_number, say_word
from .orders import product_button, yes_or_no

_SHOWN = 10  # accounts and warnings in a preview: each account takes two entities of a hundred
_FIRST = 3  # accounts below what a new product is
_NUMBERS = 20  # of lines that are no accounts


def product_intent_card(facts: ProductIntentFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the message of a product's intent in its present state."""
    plan = facts.intent.plan
    pen = Pen(reader, now)
    if isinstance(plan, StockPlan):
        return _stock(facts, plan, reader, pen)
    return _change(facts, reader, pen)


# --- a change ------------------------------------------------------------------------------


def _change(facts: ProductIntentFacts, reader: Reader, pen: Pen) -> Outgoing:
    intent = facts.intent
    before, after = _values(intent, pen)
    accounts = getattr(intent.plan, "accounts", None)
    drawn = draw(
        "product_change",
        reader.language,
        intent=intent,
        outcome=intent.outcome,
        by=facts.by,
        pen=pen,
        before=before,
        after=after,
        big=_big(intent),
        masked=() if accounts is None else [masked(line) for line in accounts.lines[:_FIRST]],
        unread="" if accounts is None else numbers(accounts),
        may_be_cut=accounts is not None and may_be_cut(accounts.pieces),
    )
    card = outgoing(drawn, _change_keyboard(intent, after, reader))
    return card.model_copy(update={"preview": facts.picture})


def _values(intent: Intent, pen: Pen) -> tuple[str, str]:
    plan = intent.plan
    if isinstance(plan, NewProductPlan):
        return "", pen.money(plan.price)
    if not isinstance(plan, ProductEditPlan):
        return "", ""
    if plan.field == "category":
        return plan.names[0] or plan.before, plan.names[1] or plan.after
    if plan.field != "price":
        return plan.before, plan.after  # as it was written: that is what goes out
    return pen.money(Decimal(plan.before)) if plan.before else "", pen.money(Decimal(plan.after))


def _big(intent: Intent) -> str:
    """Say whether a price more than doubles, or falls to less than half: ``up``, ``down``."""
    plan = intent.plan
    if not isinstance(plan, ProductEditPlan) or plan.field != "price" or not plan.before:
        return ""
    before, after = Decimal(plan.before), Decimal(plan.after)
    return "up" if after > 2 * before else "down" if 2 * after < before else ""


def _change_keyboard(intent: Intent, after: str, reader: Reader) -> Keyboard:
    language = reader.language
    if intent.state is State.PROPOSED:
        if Act.MONEY not in reader.acts or intent.kind not in _ASKS:
            return ()
        plan = intent.plan
        if isinstance(plan, PicturesPlan):
            return _pictures_keyboard(intent, plan, language)
        if isinstance(plan, NewProductPlan):
            yes = say_word("labels", "yes_create", language)
            arg = f"all.{plan.version}" if plan.version else ""
            again = Press(Verb.NEW_STEP, str(intent.id), "again")
            change = button(say_word("labels", "text_edit", language), again)
            return (*yes_or_no(intent, yes, language, arg=arg), (change,))
        if isinstance(plan, ProductEditPlan) and plan.field == "price":
            yes = say_word("labels", "yes_price", language, price=after)
        else:
            yes = say_word("labels", _ASKS[intent.kind], language)
        return yes_or_no(intent, yes, language)
    if intent.state is State.UNKNOWN and intent.outcome.asks and Act.MONEY in reader.acts:
        found = product_button(intent.outcome.product_id, language)
        there = _answer(intent, "that_is_it", "there", language)
        other = _answer(intent, "that_is_not_it", "stop", language)
        return ((there, other), (found,))
    if intent.state in {State.SENDING, State.UNKNOWN}:
        return ()
    if intent.kind is Kind.NEW_PRODUCT and may_begin_again(intent) and Act.MONEY in reader.acts:
        again = Press(Verb.NEW_STEP, str(intent.id), "again")
        return ((button(say_word("labels", "text_edit", language), again),),)
    product_id = intent.outcome.product_id
    if intent.kind is not Kind.NEW_PRODUCT:
        product_id = intent.subject_id
    return ((product_button(product_id, language),),) if product_id else ()


_ASKS = {
    Kind.PRODUCT_EDIT: "yes_change",
    Kind.NEW_PRODUCT: "yes_create",
    Kind.PRODUCT_PICTURES: "yes_change",
}


def _pictures_keyboard(intent: Intent, plan: PicturesPlan, language: str) -> Keyboard:
    """Return the honest choices: these alone, or behind those that are there."""
    new, before = len(plan.pictures), len(plan.before)

    def yes(word: str, arg: str, count: int) -> tuple[Button, ...]:
        label = say_word("labels", word, language, count=count)
        press = Press(Verb.CONFIRM, str(intent.id), f"{arg}.{plan.version}")
        return (button(label, press, "primary" if new else "danger"),)

    no = (button(say_word("labels", "no", language), Press(Verb.DECLINE, str(intent.id))),)
    if not new:
        return (yes("yes_no_pictures", "all", before), no)
    if not before:
        return (yes("yes_pictures", "all", new), no)
    rows = [yes("yes_only_pictures", "all", new)]
    if new + before <= MAX_PICTURES:
        rows.append(yes("yes_more_pictures", "add", new))
    return (*rows, no)


def _answer(intent: Intent, word: str, arg: str, language: str) -> Button:
    # What is said of one call must not be taken for an answer to a question about the next.
    press = Press(Verb.ANSWER, str(intent.id), f"{arg}.{intent.call}")
    return button(say_word("labels", word, language), press)


# --- an import -----------------------------------------------------------------------------


def _stock(facts: ProductIntentFacts, plan: StockPlan, reader: Reader, pen: Pen) -> Outgoing:
    intent = facts.intent
    progress = intent.progress or Progress()
    piece = () if plan.apart else plan.lines[progress.at : progress.at + PIECE]
    delivered, stocked = sorted(plan.delivered.items()), sorted(plan.stocked.items())
    drawn = draw(
        "stock",
        reader.language,
        intent=intent,
        outcome=intent.outcome,
        progress=progress,
        by=facts.by,
        pen=pen,
        total=plan.count,
        piece=min(PIECE, plan.count - progress.at),
        ends=(mask(piece[0]), mask(piece[-1])) if piece else facts.ends,
        left=left(intent),
        masked=[masked(line) for line in plan.lines[:_SHOWN]],
        hidden=plan.count - _SHOWN,
        unread_count=plan.unread_in_all or len(plan.unread),
        unread=numbers(plan),
        delivered=delivered[:_SHOWN],
        delivered_hidden=(plan.delivered_in_all or len(delivered)) - _SHOWN,
        stocked=stocked[:_SHOWN],
        stocked_hidden=(plan.stocked_in_all or len(stocked)) - _SHOWN,
        may_be_cut=may_be_cut(plan.pieces),
        batch=facts.batch,
    )
    return outgoing(drawn, _stock_keyboard(intent, plan, progress, reader))


def numbers(plan: StockPlan) -> str:
    """Return the numbers of the lines that are no accounts, the first of them."""
    shown = ", ".join(str(number) for number in plan.unread[:_NUMBERS])
    return shown + ("…" if len(plan.unread) > _NUMBERS else "")


def left(intent: Intent) -> int:
    """Return how many lines an import that ended did not send."""
    if not isinstance(intent.plan, StockPlan):
        return 0
    declined = intent.outcome.reason == "declined"
    if intent.state not in {State.REFUSED, State.EXPIRED} or declined:
        return 0
    return intent.plan.count - (intent.progress or Progress()).at


def _stock_keyboard(
    intent: Intent, plan: StockPlan, progress: Progress, reader: Reader
) -> Keyboard:
    language = reader.language
    if Act.STOCK not in reader.acts:
        return ()
    if intent.state is State.PROPOSED:
        cancel = button(say_word("labels", "cancel", language), Press(Verb.DECLINE, str(intent.id)))
        return (*_send(intent, plan, language), (cancel,))
    if intent.state is State.SENDING:
        if progress.stop or plan.count <= PIECE:
            return ()
        return ((button(say_word("labels", "stop", language), Press(Verb.HALT, str(intent.id))),),)
    if intent.state is State.UNKNOWN:
        if not intent.outcome.asks:
            return ()
        there = _answer(intent, "they_are_there", "there", language)
        again = _answer(intent, "send_again", "again", language)
        return ((there, again), (_answer(intent, "stop_here", "stop", language),))
    rows = [(product_button(intent.subject_id, language),)]
    if progress.at:
        label = say_word("labels", "stock_source", language)
        rows.append((button(label, Press(Verb.STOCK_SOURCE, str(intent.id))),))
    if left(intent):
        label = say_word("labels", "go_on", language, many=say_number(left(intent), language))
        rows.insert(0, (button(label, Press(Verb.REST, str(intent.id)), "primary"),))
    return tuple(rows)


def _send(intent: Intent, plan: StockPlan, language: str) -> Keyboard:
    """Return the honest choices: all of them, or those that went nowhere before."""
    total, fresh = plan.count, plan.fresh_count
    if fresh == total:
        return (
            (button(*_pair("send_accounts", total, "all", intent, plan, language), "primary"),),
        )
    every = (button(*_pair("send_all", total, "all", intent, plan, language), "danger"),)
    if not fresh:
        return (every,)
    return ((button(*_pair("send_new", fresh, "new", intent, plan, language), "primary"),), every)


def _pair(
    word: str, many: int, arg: str, intent: Intent, plan: StockPlan, language: str
) -> tuple[str, Press]:
    # A button of an earlier preview must not send what that one did not show.
    arg = f"{arg}.{plan.version}" if plan.version else arg
    label = say_word("labels", word, language, many=say_number(many, language))
    return label, Press(Verb.CONFIRM, str(intent.id), arg)
