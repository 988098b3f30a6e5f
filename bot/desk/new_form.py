"""A new product told one thing after another: what is there so far is a draft."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.model.goods import looks_like_goods
from bot.model.intent import Intent, Kind, Outcome, State
from bot.model.new_product import STOCK_STEP, NewForm, may_begin_again, read_described
from bot.model.person import Act, Person
from bot.model.pieces import Piece, are_files, together
from bot.model.product_plans import Named, NewProductPlan
from bot.store import drafts, intents
from bot.store import products as known_products
from bot.store.database import Tx

from . import first_accounts, new_products
from .drafts import show_prompt, take_away_prompt
from .errors import NotPossible
from .product_fields import typed
from .proposing import in_answer
from .reading import Ahead
from .shop import Shop, must

KIND = "new_product"


def read(body: Any) -> NewForm:
    """Return the form that a draft holds; an empty one where it holds none."""
    body = body if isinstance(body, dict) else {}
    return NewForm.model_validate(body.get("form", {}))


async def written(
    tx: Tx,
    shop: Shop,
    person: Person,
    draft_id: int,
    piece: Piece,
    *,
    chat_id: int,
    now: datetime,
) -> bool:
    """Take an answer, or all of a product in one message; say whether a preview came of it.

    Raises NotPossible, with what is right; the question stays.
    """
    must(person, Act.MONEY)
    draft, body = await drafts.with_body(tx, draft_id)
    if draft is None:
        raise NotPossible("draft_expired")
    form, text = read(body), piece.text.get_secret_value()
    whole = read_described(text) if not form.values else None
    is_open = draft.state == "open" and draft.person_id == person.person_id
    if whole is not None or not is_open or (form.step == "title" and "\n" in text.strip()):
        await new_products.preview(
            tx,
            shop,
            person,
            draft.subject_id,
            text,
            chat_id=chat_id,
            message_id=piece.message_id,
            now=now,
        )
        return True
    if form.step == STOCK_STEP and looks_like_goods(text):
        await _supplied(tx, shop, person, (draft, form), (piece,), chat_id, now)
        return False
    try:
        form = form.told(typed(form.step, text))
    except NotPossible as stop:
        raise NotPossible("first_stock_not_read") if form.step == STOCK_STEP else stop from None
    return await _on(tx, shop, person, draft, form.moved(1) or form, form, chat_id, now)


async def accounts_came(
    tx: Tx,
    shop: Shop,
    person: Person,
    draft_id: int,
    pieces: tuple[Piece, ...],
    *,
    chat_id: int,
    now: datetime,
    ahead: Ahead | None = None,
) -> None:
    """Take accounts for its pool: a file, or what a paste goes on with. Raises NotPossible."""
    must(person, Act.MONEY)
    draft, body = await drafts.with_body(tx, draft_id)
    if draft is None or draft.state != "open" or draft.person_id != person.person_id:
        raise NotPossible("draft_expired")
    await _supplied(tx, shop, person, (draft, read(body)), pieces, chat_id, now, ahead)


async def _supplied(
    tx: Tx,
    shop: Shop,
    person: Person,
    at: tuple[drafts.Draft, NewForm],
    pieces: tuple[Piece, ...],
    chat_id: int,
    now: datetime,
    ahead: Ahead | None = None,
) -> None:
    draft, form = at
    must(person, Act.STOCK)
    asked, more = form.step == STOCK_STEP, False
    if not asked and len(pieces) == 1 and are_files((*form.pieces, *pieces)):
        # One more file, after the question moved on: no later one is answered by a file.
        others = tuple(each for each in form.pieces if each.message_id != pieces[0].message_id)
        more = others == form.pieces
        pieces = together(others, pieces[0])
    try:
        form = form.supplied(await first_accounts.planned(tx, shop, pieces, ahead))
    except NotPossible:
        # Where it is a file too many, those before it stay.
        if not asked and not more:
            # They are the paste of before, as it is now: what it was then goes nowhere.
            await drafts.keep(tx, draft, _body(form.supplied(None)), now)
        raise
    if not asked:
        # More of a paste: the question below it is drawn again.
        await drafts.keep(tx, draft, _body(form), now)
        if are_files(pieces) and not pieces[-1].album:
            # Below a file that was sent by itself, as below any answer.
            await take_away_prompt(tx, shop, draft.id, chat_id, now)
            await show_prompt(tx, shop, person, str(draft.id), chat_id, now)
        return
    await _on(tx, shop, person, draft, form.moved(1) or form, form, chat_id, now)


async def press(
    tx: Tx, shop: Shop, person: Person, draft_id: str, word: str, chat_id: int, now: datetime
) -> None:
    """Go back, skip a question, or go to the preview. Raises NotPossible.

    ``word``: back, skip or done, and behind a dot the place of the question that offered it.
    """
    must(person, Act.MONEY)
    found = await drafts.current(tx, chat_id, person.person_id, now)
    if found is None or str(found[0].id) != draft_id or found[0].kind != KIND:
        raise NotPossible("draft_expired")
    draft, form = found[0], read(found[1])
    word, _, place = word.partition(".")
    if place and place != str(form.place):
        raise NotPossible("gone")  # the question has moved on since: a double tap
    if word == "back":
        await drafts.keep(tx, draft, _body(form.moved(-1) or form), now)
    elif word == "skip" and form.may_skip and form.moved(1) is not None:
        await drafts.keep(tx, draft, _body(form.moved(1) or form), now)
    elif word in {"skip", "done"} and form.is_enough:
        await _preview(tx, shop, person, draft.subject_id, form, chat_id, now)
        await drafts.end_one(tx, draft.id, "used", now)


async def _on(
    tx: Tx,
    shop: Shop,
    person: Person,
    draft: drafts.Draft,
    moved: NewForm,
    form: NewForm,
    chat_id: int,
    now: datetime,
) -> bool:
    if form.moved(1) is None:
        await _preview(tx, shop, person, draft.subject_id, form, chat_id, now)
        return True
    await drafts.keep(tx, draft, _body(moved), now)
    # Below what was written: the next question is where the thumb is. The one before is answered.
    await take_away_prompt(tx, shop, draft.id, chat_id, now)
    await show_prompt(tx, shop, person, str(draft.id), chat_id, now)
    return False


def _body(form: NewForm) -> dict[str, Any]:
    return {"form": form.model_dump(mode="json")}


async def _preview(
    tx: Tx, shop: Shop, person: Person, category_id: str, form: NewForm, chat_id: int, now: datetime
) -> Intent:
    paths = dict(await known_products.categories(tx, shop.shop_id))
    told = form.values

    def number(field: Named) -> int | None:
        return int(told[field]) if field in told else None

    plan = NewProductPlan(
        category_id=category_id,
        category=paths.get(category_id, ""),
        title=told["title"],
        description=told["description"],
        price=Decimal(told["price"]),
        min_quantity=number("min_quantity"),
        warranty_days=number("warranty"),
        stock=number("in_stock"),
        source_id=told.get("source_id", ""),
        source_url=told.get("source_url", ""),
        known=await known_products.with_title(tx, shop.shop_id, told["title"]),
        pictures=form.pictures,
        kept=form.kept,
        accounts=form.accounts,
    )
    return await in_answer(
        tx,
        shop,
        person,
        Kind.NEW_PRODUCT,
        ("product", f"new:{chat_id}:{now.timestamp()}"),
        plan,
        chat_id=chat_id,
        message_id=None,
        now=now,
    )


async def again(
    tx: Tx, shop: Shop, person: Person, intent_id: str, chat_id: int, now: datetime
) -> None:
    """Go from a preview back to the questions, with all that was told. Raises NotPossible."""
    must(person, Act.MONEY)
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    plan = None if intent is None or intent.shop_id != shop.shop_id else intent.plan
    if intent is None or not isinstance(plan, NewProductPlan):
        raise NotPossible("gone")
    if intent.state is not State.PROPOSED and not may_begin_again(intent):
        # Its creation may be on its way: what becomes of that is still to be noted.
        await intents.touch(tx, intent, now)
        raise NotPossible("taken" if intent.state in {State.SENDING, State.UNKNOWN} else "gone")
    if intent.state is State.PROPOSED:
        await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="declined"), now)
    told: dict[Named, Any] = {
        "title": plan.title,
        "price": format(plan.price, "f"),
        "description": plan.description,
        "min_quantity": plan.min_quantity,
        "warranty": plan.warranty_days,
        "in_stock": plan.stock,
        "source_id": plan.source_id,
        "source_url": plan.source_url,
    }
    values: dict[Named, str] = {
        field: str(value) for field, value in told.items() if value not in {None, ""}
    }
    form = NewForm(values=values, pictures=plan.pictures, kept=plan.kept, accounts=plan.accounts)
    draft = await drafts.open_(
        tx,
        shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        kind=KIND,
        subject_kind="product",
        subject_id=plan.category_id,
        body=_body(form),
        now=now,
    )
    await show_prompt(tx, shop, person, str(draft.id), chat_id, now)
