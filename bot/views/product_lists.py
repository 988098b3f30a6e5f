"""Lists of products: a button each, filters, orders, and what is done with several of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.facts import Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb, short_id
from bot.model.product import PAUSED, Product
from bot.model.product_facts import ProductListFacts
from bot.model.shelf import BANDS, FILTERS, SORTS, Shelf, mark_of

from .drawing import (
    LABEL_UNITS,
    Keyboard,
    Pen,
    button,
    draw,
    draw_sentence,
    in_rows,
    outgoing,
    say_word,
)
from .lists import MARK, in_pages, pager
from .sentences import Sentence
from .words import bare_line, short_identity, units

_A_ROW = 3
_ROWS = 50  # Bot API: a hundred buttons at most; filters and pager need theirs
_SEPARATOR = " · "


def product_list(facts: ProductListFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return a page of products, a button each; filters, and a pager that says where it is."""
    pen = Pen(reader, now)
    language, shelf = reader.language, facts.shelf
    told = [facts.category, *([] if not shelf.prices else [_band(shelf.prices, pen, language)])]
    drawn = draw(
        "product_list",
        language,
        chosen=shelf.chosen,
        total=facts.total,
        looked_at=facts.looked_at,
        words=shelf.words,
        narrowed=[pen.line(each, 60) for each in told if each],
        pen=pen,
    )
    rows = (*product_buttons(facts.rows, pen, reader, Verb.PRODUCT, sales=True), _pages(facts))
    return outgoing(drawn, (*rows, *_filters(facts, language), *_ways(facts, reader)))


def _pages(facts: ProductListFacts) -> tuple[Button, ...]:
    here, shelf = min(max(facts.page, 1), facts.pages), facts.shelf
    own = Press(Verb.PRODUCTS, shelf.pack(), str(here)) if shelf.words else None
    return pager(here, facts.pages, lambda page: Press(Verb.PRODUCTS, shelf.pack(), str(page)), own)


def _filters(facts: ProductListFacts, language: str) -> Keyboard:
    shelf, here = facts.shelf, str(min(max(facts.page, 1), facts.pages))
    choices = []
    for name in FILTERS:
        label = say_word("labels", f"filter_{name}", language)
        if name == shelf.chosen and not shelf.words:
            press = Press(Verb.PRODUCTS, shelf.pack(), here)
            choices.append(button(f"{MARK} {label} {MARK}", press))
        else:
            choices.append(button(label, Press(Verb.PRODUCTS, shelf.but(chosen=name).pack(), "1")))
    return in_rows(choices, _A_ROW)


def _ways(facts: ProductListFacts, reader: Reader) -> Keyboard:
    """Return the buttons that order and narrow the list, and those for several of its products."""
    language, subject = reader.language, facts.shelf.but().pack()
    narrow = tuple(
        button(say_word("labels", f"shelf_{word}", language), Press(Verb.SHELF, subject, word))
        for word in ("sort", "category", "prices")
    )
    if Act.CHANGE_STATUS not in reader.acts:
        return (narrow,)
    here = str(min(max(facts.page, 1), facts.pages))
    several = button(
        say_word("labels", "select", language), Press(Verb.SELECT, facts.shelf.pack(), here)
    )
    word = "open" if facts.shop_paused else "pause"
    shop = button(say_word("labels", f"{word}_shop", language), Press(Verb.SHOP, word))
    return (narrow, (several, shop))


def shelf_menu(
    shelf: Shelf,
    about: str,
    categories: Sequence[tuple[str, str]],
    reader: Reader,
    now: datetime,
    page: int = 1,
) -> Outgoing:
    """Return the ways to order a list, its categories, or ranges of prices, a button each.

    ``page``: of the categories, which may be many.
    """
    pen, language = Pen(reader, now), reader.language

    def choice(label: str, changed: Shelf) -> tuple[Button, ...]:
        marked = f"{MARK} {label} {MARK}" if changed == shelf else label
        return (button(marked, Press(Verb.PRODUCTS, changed.pack(), "1")),)

    every = say_word("labels", "shelf_any", language)
    match about:
        case "category":
            listed = [
                choice(
                    bare_line(path, LABEL_UNITS - 4) or short_identity(one),
                    shelf.but(category=mark_of(one)),
                )
                for one, path in categories
            ]

            def turn(to: int) -> Press:
                return Press(Verb.SHELF, shelf.but().pack(), f"category.{to}")

            rows = [choice(every, shelf.but(category="")), *in_pages(listed, page, turn)]
        case "prices":
            rows = [choice(every, shelf.but(prices=""))]
            rows += [choice(_band(band, pen, language), shelf.but(prices=band)) for band in BANDS]
        case _:
            rows = [
                choice(say_word("labels", f"sort_{word}", language), shelf.but(sort=sign))
                for sign, word in SORTS.items()
            ]
    back = button(say_word("labels", "back", language), Press(Verb.PRODUCTS, shelf.pack(), "1"))
    drawn = draw_sentence(Sentence.SHELF_MENU, language, pen=pen, about=about)
    return outgoing(drawn, (*rows, (back,)))


def _band(prices: str, pen: Pen, language: str) -> str:
    low, high = Shelf(prices=prices).bounds
    return say_word("labels", "price_band", language, low=pen.money(low), high=pen.money(high))


def which_product(
    facts: ProductListFacts, verb: Verb, reader: Reader, now: datetime, draft: str = ""
) -> Outgoing:
    """Return the question which product is meant, a page of them; ``verb``: what the answer does.

    ``draft``: the goods that wait for a product.
    """
    pen = Pen(reader, now)
    drawn = draw_sentence(Sentence.WHICH_PRODUCT, reader.language, pen=pen)
    turns, subject = (Verb.ADD_TO_STOCK, draft) if draft else (Verb.WHICH_PRODUCT, "")

    def turn(page: int) -> Press:
        return Press(turns, subject, str(page))

    pages = pager(min(max(facts.page, 1), facts.pages), facts.pages, turn)
    return outgoing(drawn, (*product_buttons(facts.rows, pen, reader, verb, draft), pages))


def product_buttons(
    products: Sequence[Product],
    pen: Pen,
    reader: Reader,
    verb: Verb,
    arg: str = "",
    *,
    sales: bool = False,
) -> Keyboard:
    """Return a button for each product; those that would look alike say the end of their ID.

    ``sales``: how many were sold is said, too.
    """
    shown = products[:_ROWS]
    labels = [product_label(product, pen, reader.language, sales=sales) for product in shown]
    return tuple(
        (
            button(
                product_label(
                    product,
                    pen,
                    reader.language,
                    numbered=labels.count(label) > 1,
                    sales=sales,
                ),
                Press(verb, short_id(product.product_id), arg),
            ),
        )
        for product, label in zip(shown, labels, strict=True)
    )


def product_label(
    product: Product,
    pen: Pen,
    language: str,
    *,
    numbered: bool = False,
    room: int = LABEL_UNITS,
    sales: bool = False,
) -> str:
    """Return a product in the words of one button."""
    ends = [pen.money(product.price)]
    if product.stock is not None:
        ends.append(say_word("labels", "in_stock", language, count=product.stock))
    if sales and product.sales_count:
        ends.append(say_word("labels", "sold", language, count=product.sales_count))
    if product.status == PAUSED:
        ends.append(say_word("labels", "paused", language))
    if numbered:
        ends.append(f"…{bare_line(product.product_id)[-4:]}")
    end = "".join(_SEPARATOR + part for part in ends if part)
    title = bare_line(product.title, max(room - units(end), 8)) or short_identity(
        product.product_id
    )
    return title + end
