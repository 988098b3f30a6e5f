"""Products: the card, the list, and what is asked of a person about one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.model.facts import Reader
from bot.model.intent import Intent, Kind, State
from bot.model.new_product import STEPS, NewForm
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.pieces import may_be_cut
from bot.model.press import Press, Verb, short_id
from bot.model.product import ACTIVE, Product
from bot.model.product_facts import ProductFacts, ProductPromptFacts

from .drawing import LABEL_UNITS, Keyboard, Pen, button, draw, draw_sentence, outgoing, say_word
from .lists import in_pages
from .orders import yes_or_no
from .product_intents import numbers
from .sentences import Sentence, say
from .words import bare_line, plain, short_identity

_DESCRIPTION = 1200


def product_card(facts: ProductFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the card of a product as ``reader`` may see and use it."""
    pen = Pen(reader, now)
    product = facts.product
    question = _question(facts, reader)
    days = product.warranty_period_days
    drawn = draw(
        "product",
        reader.language,
        facts=facts,
        pen=pen,
        price=pen.money(product.price),
        warranty_days=days if days and days > 0 else 0,
        description=plain(product.description, _DESCRIPTION),
        question=question,
        may_stock=Act.STOCK in reader.acts,
    )
    card = outgoing(drawn, _keyboard(facts, reader, question))
    return card.model_copy(update={"preview": facts.picture})


def _question(facts: ProductFacts, reader: Reader) -> Intent | None:
    asked = facts.confirming
    if asked is None or asked.state is not State.PROPOSED or facts.live is not None:
        return None
    is_ours = asked.kind is Kind.DELETE_PRODUCT and Act.MONEY in reader.acts
    return asked if is_ours else None


def _keyboard(facts: ProductFacts, reader: Reader, question: Intent | None) -> Keyboard:
    product, language = facts.product, reader.language
    if question is not None:
        return yes_or_no(question, say_word("labels", "yes_delete", language), language, "danger")
    quiet = facts.live is None and facts.listed and facts.gone_at is None
    if facts.more:
        back = (_on(product, "back", Verb.BACK, language, "product"),)
        return (*_seldom(facts, reader), back) if quiet else (back,)
    if not quiet:
        return ()
    first: list[Button] = []
    if Act.STOCK in reader.acts:
        first.append(_on(product, "add_accounts", Verb.STOCK, language))
    if Act.CHANGE_STATUS in reader.acts:
        on_sale = product.status == ACTIVE
        word, arg = ("product_pause", "paused") if on_sale else ("product_activate", "active")
        first.append(_on(product, word, Verb.PRODUCT_STATUS, language, arg))
    second: list[Button] = []
    if Act.MONEY in reader.acts:
        second.append(_on(product, "product_price", Verb.PRODUCT_EDIT, language, "price"))
    second.append(_on(product, "more", Verb.MORE, language, "product"))
    return (tuple(first), tuple(second))


def _seldom(facts: ProductFacts, reader: Reader) -> Keyboard:
    product, language = facts.product, reader.language
    stock: tuple[Button, ...] = ()
    if Act.STOCK in reader.acts:
        label = say_word("labels", "low_stock", language)
        stock = (button(label, Press(Verb.LOW_STOCK, short_id(product.product_id))),)
    if Act.MONEY not in reader.acts:
        return (stock,)
    pictures = _on(product, "product_pictures", Verb.PICTURES, language)
    copy = _on(product, "copy_product", Verb.COPY_PRODUCT, language)
    press = Press(Verb.PRODUCT_DELETE, short_id(product.product_id))
    return (
        (
            _on(product, "product_title", Verb.PRODUCT_EDIT, language, "title"),
            _on(product, "product_description", Verb.PRODUCT_EDIT, language, "description"),
        ),
        (
            _on(product, "product_min_quantity", Verb.PRODUCT_EDIT, language, "min_quantity"),
            _on(product, "product_warranty", Verb.PRODUCT_EDIT, language, "warranty"),
            _on(product, "product_category", Verb.PRODUCT_EDIT, language, "category"),
        ),
        (*stock, pictures),
        (copy, _on(product, "in_stock_field", Verb.PRODUCT_EDIT, language, "in_stock")),
        (
            _on(product, "source_id_field", Verb.PRODUCT_EDIT, language, "source_id"),
            _on(product, "source_url_field", Verb.PRODUCT_EDIT, language, "source_url"),
        ),
        (button(say_word("labels", "product_delete", language), press, "danger"),),
    )


def _on(product: Product, word: str, verb: Verb, language: str, arg: str = "") -> Button:
    label = say_word("labels", word, language)
    return button(label, Press(verb, short_id(product.product_id), arg))


_ASKS = {
    "stock": Sentence.STOCK_PROMPT,
    "price": Sentence.PRICE_PROMPT,
    "title": Sentence.TITLE_PROMPT,
    "description": Sentence.DESCRIPTION_PROMPT,
    "low_at": Sentence.LOW_AT_PROMPT,
    "min_quantity": Sentence.MIN_QUANTITY_PROMPT,
    "warranty": Sentence.WARRANTY_PROMPT,
    "category": Sentence.CATEGORY_PROMPT,
    "source_id": Sentence.SOURCE_ID_PROMPT,
    "source_url": Sentence.SOURCE_URL_PROMPT,
    "in_stock": Sentence.IN_STOCK_PROMPT,
    "pictures": Sentence.PICTURES_PROMPT,
    "copy_product": Sentence.COPY_PRODUCT_PROMPT,
}


def product_prompt(facts: ProductPromptFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return what a person is asked for about a product, or what became of it."""
    product = facts.product
    title = "" if product is None else product.title or short_identity(product.product_id)
    title = facts.category or title
    if facts.state != "open":
        ended = {"kind": facts.kind, "state": facts.state, "title": title}
        return say(Sentence.PRODUCT_PROMPT_ENDED, reader, now=now, **ended)
    values: dict[str, object] = {"title": title, "draft_id": facts.draft_id}
    if facts.kind in {"price", "copy_product"} and product is not None:
        values["price"] = Pen(reader, now).money(product.price)
    if facts.form is not None:
        return _new_product(facts, facts.form, reader, now)
    asks = say(_ASKS[facts.kind], reader, now=now, **values)
    if facts.kind == "copy_product" and product is not None:
        label = say_word("labels", "copy_as_it_is", reader.language)
        same = Press(Verb.COPY_PRODUCT, short_id(product.product_id), "same")
        return asks.model_copy(update={"keyboard": ((button(label, same),), *asks.keyboard)})
    if facts.kind == "pictures" and product is not None and product.images:
        label = say_word("labels", "pictures_away", reader.language, count=len(product.images))
        away = Press(Verb.PICTURES, short_id(product.product_id), "none")
        return asks.model_copy(update={"keyboard": ((button(label, away),), *asks.keyboard)})
    if not facts.categories:
        return asks
    draft = str(facts.draft_id)
    listed = [
        (button(_path(path, identity), Press(Verb.PRODUCT_CATEGORY, short_id(identity), draft)),)
        for identity, path in facts.categories
    ]
    choices = in_pages(
        listed, facts.page, lambda page: Press(Verb.PRODUCT_CATEGORY, "", f"{draft}.{page}")
    )
    return asks.model_copy(update={"keyboard": (*choices, *asks.keyboard)})


def source_prompt(draft_id: int, state: str, title: str, reader: Reader, now: datetime) -> Outgoing:
    """Return the question where accounts come from and what they cost, or what became of it."""
    if state != "open":
        return say(Sentence.SOURCE_PROMPT_ENDED, reader, now=now, state=state)
    return say(Sentence.SOURCE_PROMPT, reader, now=now, title=title, draft_id=draft_id)


def _new_product(
    facts: ProductPromptFacts, form: NewForm, reader: Reader, now: datetime
) -> Outgoing:
    """Return the next question about a new product, and what was told so far."""
    pen, language, draft = Pen(reader, now), reader.language, str(facts.draft_id)
    told = {field: form.values[field] for field in STEPS if field in form.values}
    if "price" in told:
        told["price"] = pen.money(Decimal(told["price"]))
    drawn = draw(
        "new_product",
        language,
        step=form.step,
        told=told,
        accounts=form.accounts,
        unread="" if form.accounts is None else numbers(form.accounts),
        may_be_cut=may_be_cut(form.pieces),
        title=facts.category,
        place=form.place + 1,
        of=len(STEPS),
        pen=pen,
    )

    def to(word: str, arg: str) -> Button:
        return button(say_word("labels", word, language), Press(Verb.NEW_STEP, draft, arg))

    # Of which question: a double tap moves by one.
    moves = [to("back", f"back.{form.place}")] if form.place else []
    if form.may_skip:
        moves.append(to("keep_value" if form.answered else "skip", f"skip.{form.place}"))
    done = (to("to_the_preview", "done"),) if form.is_enough else ()
    stop = button(say_word("labels", "cancel", language), Press(Verb.STOP, draft))
    return outgoing(drawn, (tuple(moves), done, (stop,)))


def which_category(
    categories: Sequence[tuple[str, str]], reader: Reader, now: datetime, page: int = 1
) -> Outgoing:
    """Return the question which category a new product is of: (ID, path) of each, in pages."""
    drawn = draw_sentence(Sentence.WHICH_CATEGORY, reader.language, pen=Pen(reader, now))
    listed = [
        (button(_path(path, identity), Press(Verb.NEW_PRODUCT, short_id(identity))),)
        for identity, path in categories
    ]
    return outgoing(drawn, in_pages(listed, page, lambda to: Press(Verb.NEW_PRODUCT, "", str(to))))


def _path(path: str, identity: str) -> str:
    return bare_line(path, LABEL_UNITS) or short_identity(identity)
