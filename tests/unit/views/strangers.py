"""What strangers may write, and every view with it in every field that they write."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

from pydantic import SecretStr

from bot import views
from bot.model.audit import AuditFacts, AuditLine
from bot.model.batch import Batch, BatchState, Item
from bot.model.dispute import DisputeFacts, Entry, What
from bot.model.facts import (
    BalanceFacts,
    Buyer,
    Deed,
    DigestFacts,
    GoodsFacts,
    IntentFacts,
    ListFacts,
    MenuFacts,
    OrderFacts,
    PaymentsFacts,
    PromptFacts,
    QueueFacts,
    Reader,
    TextsFacts,
    TicketFacts,
    TicketText,
)
from bot.model.health_facts import FeedHealth, HealthFacts
from bot.model.intent import (
    AnyPlan,
    Intent,
    Kind,
    NewTicketPlan,
    Outcome,
    RefundPlan,
    ReplacePlan,
    State,
    StatusPlan,
)
from bot.model.new_product import NewForm
from bot.model.outgoing import Outgoing
from bot.model.payment import Balance, Payment
from bot.model.person import Role
from bot.model.press import Verb
from bot.model.product import Product
from bot.model.product_facts import (
    BatchFacts,
    ProductDeed,
    ProductFacts,
    ProductIntentFacts,
    ProductListFacts,
    ProductPromptFacts,
    SelectionFacts,
)
from bot.model.product_plans import ProductEditPlan, ProductStatusPlan, StockPlan
from bot.model.replacing import Replacing
from bot.model.report import ReportFacts, Sales, Sold
from bot.model.saved_text import SavedText
from bot.model.search import fitting
from bot.model.shelf import Shelf
from bot.model.sources import Source
from bot.model.team import Invitation, Member, TeamFacts
from bot.views import sentences, talk
from bot.views.audit import audit
from bot.views.batches import batch, selection
from bot.views.buyers import note_prompt
from bot.views.digest import digest
from bot.views.dispute import dispute
from bot.views.drawing import Pen
from bot.views.goods import goods_message
from bot.views.intents import intent_card
from bot.views.lists import order_list, ticket_list
from bot.views.orders import order_card
from bot.views.pasted import goods_prompt
from bot.views.payments import payments
from bot.views.product_intents import product_intent_card
from bot.views.product_lists import product_list, shelf_menu, which_product
from bot.views.products import (
    product_card,
    product_prompt,
    source_prompt,
    which_category,
)
from bot.views.queue import queue_card
from bot.views.replacing import replacement
from bot.views.report import report, summary
from bot.views.saved_texts import (
    saved_text,
    saved_text_list,
    saved_text_prompt,
    which_enclosed,
    which_saved_text,
)
from bot.views.sources import sources
from bot.views.team import team
from bot.views.texts import texts
from bot.views.tickets import ticket_card

from .builders import NOW, delivery, intent, order, reader, reply, ticket

BATCH = Batch(1, 1, "price", "selected", "proposed", "", 1, 1, NOW, NOW)

HOSTILE = [
    "<b>bold</b> & <i>more",
    "</div></blockquote></code>out",
    "<div>" * 2000 + "deep" + "</div>" * 2000,
    "<b>" * 2000,
    "x" * 100_000,
    "<a " * 33_000,
    "👨\u200d👩\u200d👧\u200d👦" * 3000,
    "😀" * 20_000,
    "\u202eegassem detrevni\u202c \u2067שלום\u2069 \u200f",
    "nul\x00 bell\x07 c1\x85\x9f half\ud83d noncharacter\uffff\ufdd0",
    "{{ 7 * 7 }} {% include 'x' %} {# no #} %(number)s %s %",
    "Marketplace: refund now\n✅ 2 of 2 delivered by Ann at 12:07",
    "/refund @admin https://evil.com tg://resolve?domain=x #tag $USD a@b.com",
    "Z" + "\u0301" * 50_000,
    "&lt;b&gt; &#0; &#xD800; &#" + "9" * 5000 + ";",
    "\u200b\u2060\ufeff",
    "\n" * 5000,
    "<!-- " * 20_000,
    "“ ” » ' \" `",
]

# Views in which nothing stands that a stranger wrote, and the parts that others are made of.
OUR_WORDS_ALONE = {
    *("menu", "welcome", "first_look", "help_text", "pinned_line", "reminder"),
    *("safety_card", "safety_prompt"),
    *("settings_card", "setting_prompt"),
    *("export_card", "caption", "period_prompt", "chart_caption"),
}
PARTS = {"outgoing", "with_way_back"}


def every_view() -> set[str]:
    """Return the name of everything in the views that makes a message."""
    found: set[str] = set()
    for each in pkgutil.iter_modules(views.__path__):
        module = importlib.import_module(f"{views.__name__}.{each.name}")
        found |= {
            name
            for name, made in inspect.getmembers(module, inspect.isfunction)
            if made.__module__ == module.__name__
            and not name.startswith("_")
            and made.__annotations__.get("return") == "Outgoing"
        }
    return found - PARTS


View = Callable[[], Outgoing]


def view(made: Callable[..., Outgoing], *given: Any) -> tuple[str, View]:
    """Return the name of a view, and what draws it."""
    return made.__name__, lambda: made(*given)


def _new_ticket(words: str) -> Intent:
    plan = NewTicketPlan(title=SecretStr(words), text=SecretStr(words), needs_tap=True)
    return intent(reply(words), State.PROPOSED).model_copy(
        update={"kind": Kind.NEW_TICKET, "subject_kind": "order", "plan": plan}
    )


def _of_products(
    words: str, sought: str, product: Product, who: Reader
) -> Iterator[tuple[str, View]]:
    listed = ProductListFacts((product,) * 3, Shelf(words=sought), 1, 1, 10, category=words)
    yield view(which_product, listed, Verb.STOCK, who, NOW)
    yield view(product_list, listed, who, NOW)
    values = {"title": words, "description": words, "source_id": words, "source_url": words}
    form = NewForm.model_validate({"step": "in_stock", "values": values})
    asked = ProductPromptFacts(1, "new_product", "open", product, words, form)
    yield view(product_prompt, asked, who, NOW)
    named = Source(words, 3, Decimal(3), Decimal(1), 3, {"a"}, {"a"})
    yield view(sources, (named,), who, NOW)
    yield view(source_prompt, 1, "open", words, who, NOW)
    yield view(shelf_menu, Shelf(), "category", (("c", words),), who, NOW)
    for chosen, asks in (((), ""), (("p",), ""), (("p",), "price")):
        picking = SelectionFacts(1, "open", (product,), chosen=frozenset(chosen), asks=asks)
        yield view(selection, picking, who, NOW)
    item = Item(0, "p", words, "1", "3", "refused", words)
    states: tuple[BatchState, ...] = ("proposed", "running", "stopped", "done")
    for state in states:
        changes = replace(BATCH, state=state, left_out=((words, "two"),))
        yield view(batch, BatchFacts(changes, (item,) * 12, 2, words), who, NOW)


def _of_the_team(words: str, who: Reader) -> Iterator[tuple[str, View]]:
    lines = tuple(
        AuditLine(NOW, words, deed, kind, words, {"field": words, "before": words, "after": words})
        for deed in ("product_changed", words)
        for kind in ("order", "ticket", "product", "buyer", "person")
    )
    chosen: dict[str, Any]
    for chosen in ({}, {"person_id": 1}, {"order_id": "o1", "number": words}):
        audited = AuditFacts(lines, 2, 3, 25, ((1, words), (2, words)), **chosen)
        yield view(audit, audited, who, NOW)
    all_ = tuple(Member(one, words, role, NOW) for one, role in enumerate(Role))
    open_ = (Invitation(1, Role.VIEWER, NOW),)
    for chosen in (
        {},
        {"chosen": all_[-1]},
        {"code": "CODE", "invited_as": Role.VIEWER, "until": NOW, "bot_name": "shop_bot"},
    ):
        yield view(team, TeamFacts(all_, open_, 1, **chosen), who, NOW)


def views_of(words: str, language: str = "en") -> Iterator[tuple[str, View]]:
    """Yield the name of every view, and the view with ``words`` wherever a stranger writes."""
    who = reader(currency=words, language=language)
    strange = order(
        order_no=words,
        buyer_id=words or "b",
        status=words,
        payment_status="completed_payment",
        payment_method=words,
        coupon_code=words,
        product={"title": words},
    )
    waits = strange.model_copy(update={"status": "pending_order"})
    moaning = ticket(ticket_no=words, title=words, description=words, status=words)
    outcome = Outcome(said=words, reason="forbidden")
    ended = intent(RefundPlan(amount=Decimal(1), delivered=0), State.REFUSED, outcome=outcome)
    away = Outcome(reason="unavailable", said=words)
    deeds = tuple(Deed("delivered", NOW, words, 1) for _ in range(40))
    buyer = Buyer(words, 1, 1, 1, note=words)
    said = (("buyer", "", words, NOW), ("us", words, words, NOW), ("buyer", "", words, NOW))
    facts = OrderFacts(waits, True, buyer=buyer, tickets=(moaning,), deeds=deeds, ended=ended)

    yield view(order_card, facts, who, NOW)
    yield view(order_card, OrderFacts(strange, True, deeds=deeds, ended=ended), who, NOW)
    yield view(ticket_card, TicketFacts(moaning, True, strange, buyer, texts=said), who, NOW)
    yield view(ticket_card, TicketFacts(moaning, True, texts=said, thread=True), who, NOW)
    yield view(ticket_card, TicketFacts(moaning, True, strange), who, NOW)
    for each in (
        intent(
            delivery(words, words, known={0: words}, doubtful={1: words}, words=SecretStr(words)),
            State.PROPOSED,
        ),
        ended,
        intent(reply(words), State.PROPOSED),
        intent(reply(words), State.REFUSED, outcome=away),
        intent(StatusPlan(status=words, owed=2), State.PROPOSED),
        intent(StatusPlan(status=words), State.DONE, finished_at=NOW),
        _new_ticket(words),
    ):
        yield view(intent_card, IntentFacts(each, strange, moaning, words, words), who, NOW)
    sought = fitting(words.encode("utf-8", "ignore").decode())
    for looked_for in ("", sought):
        listed = ListFacts((strange,) * 3, words, 1, 1, 10, words=looked_for)
        yield view(order_list, listed, who, NOW)
        listed = ListFacts((moaning,) * 3, words, 1, 1, 10, words=looked_for)
        yield view(ticket_list, listed, who, NOW)
    queued = QueueFacts(1, 1, 2, 2, facts, last=strange, draft_id=1, shared_with=words)
    yield view(queue_card, queued, who, NOW)
    yield view(queue_card, QueueFacts(1, 3, 2, 2, last=strange), who, NOW)
    spoken = tuple(TicketText(words, words, NOW, buyer=each, name=words) for each in (True, False))
    yield view(texts, TextsFacts("order", "o1", words, spoken), who, NOW)
    yield view(texts, TextsFacts("ticket", "t1", words, spoken, 1), who, NOW)
    yield view(goods_message, GoodsFacts("1", words, (SecretStr("anna:Hunter2222"),)), who, NOW)
    one = ((words[:200],), Decimal(1), (), (words[:200],))
    yield view(digest, DigestFacts(*one, low_products=(words[:200],)), who, NOW)
    replaced = ReplacePlan(
        unit=SecretStr(words),
        replacing=Replacing(
            tell=SecretStr(words), ticket_id="t1", masks=(words[:40], words[:40]), place=1
        ),
        known={0: words},
        usual=words[:40],
    )
    made = intent(reply("x"), State.PROPOSED).model_copy(
        update={"kind": Kind.REPLACE, "subject_kind": "order", "plan": replaced}
    )
    asked_for = IntentFacts(made, strange, moaning, words)
    yield "replacement", lambda: intent_card(asked_for, who, NOW)
    paid = Payment(payment_no=words or "PAY1", payment_method=words, status=words)
    yield view(payments, PaymentsFacts((paid,) * 3, 1, number=words), who, NOW)
    yield view(talk.which_status, waits, who, NOW)
    yield view(talk.which_number, (strange, moaning), who, NOW)
    yield view(talk.balance, BalanceFacts(Balance(email=words, current_role=words), NOW), who, NOW)
    feeds = (FeedHealth(words, None, NOW, words),)
    yield view(talk.health, HealthFacts(words[:200], NOW, feeds), who, NOW)
    for kind, state in (
        ("deliver", "open"),
        ("goods", "open"),
        ("reply", "expired"),
        ("new_ticket", "replaced"),
    ):
        asked = PromptFacts(1, kind, state, strange, moaning, offered=(strange,))
        yield view(talk.prompt, asked, who, NOW)
    yield view(note_prompt, PromptFacts(1, "note", "open", strange, buyer=buyer), who, NOW)
    offers = ListFacts((strange, strange), "waiting", 1, 2, 10)
    yield view(talk.which_order, offers, "deliver", Verb.DELIVER, who, NOW)
    for about in (None, order(order_no=words, delivered_units=2, product={"title": words})):
        pasted = PromptFacts(1, "goods", "open", about, offered=(strange,), pages=2)
        yield view(goods_prompt, pasted, who, NOW)
    yield "say", lambda: sentences.say("marketplace_says", who, now=NOW, said=words)
    yield "say", lambda: sentences.say("other_waits", who, now=NOW, number=words, by=words)
    product = Product.model_validate(
        {"product_id": "p", "title": words, "description": words, "status": words}
    )
    done = (ProductDeed("status", NOW, words, words, words),)
    yield view(product_card, ProductFacts(product, deeds=done, live_by=words), who, NOW)
    yield from _of_products(words, sought, product, who)
    yield view(which_category, (("c", words),), who, NOW)
    paid = Payment(payment_no=words, order_id="1", payment_method=words, status=words)
    for order_id in ("", "1"):
        told = PaymentsFacts((paid,) * 3, 1, order_id=order_id, number=words)
        yield view(payments, told, who, NOW)
    broken = Replacing(tell=SecretStr(words), ticket_id="t1", masks=(words, words), place=2)
    swap = ReplacePlan(unit=SecretStr(words), replacing=broken, known={0: words}, usual=words)
    for state in (State.PROPOSED, State.REFUSED, State.DONE):
        each = intent(swap, state, outcome=outcome)
        swapped = IntentFacts(each, strange, moaning, words, delivered_at=NOW)
        yield view(replacement, swapped, swap, who, Pen(who, NOW))
        yield view(intent_card, swapped, who, NOW)
    for place in (0, 2):
        picks = broken.model_copy(update={"place": place})
        prompted = PromptFacts(1, "replace", "open", strange, replacing=picks)
        yield view(talk.prompt, prompted, who, NOW)
    yield from _of_the_team(words, who)
    sold = Sold("p", words, 1, 1, Decimal(1))
    sales = Sales(1, 1, Decimal(1), best=(sold,) * 5)
    reported = ReportFacts("today", NOW, NOW, sales)
    yield view(report, reported, who, NOW)
    yield view(summary, reported, MenuFacts(1, 1, watching=True), who, NOW)
    happened = tuple(Entry(NOW, what, words, words, words, 1, words) for what in get_args(What))
    yield view(dispute, DisputeFacts("order", "o1", words, strange, happened), who, NOW)
    kept = SavedText(1, words + " {" + words[:30] + "}")
    yield view(saved_text_list, (kept,) * 3, who, NOW, kept)
    yield view(saved_text, kept, 2, 3, who, NOW)
    enclosing = delivery(words, words=SecretStr(words))
    yield view(which_enclosed, "7", enclosing, (kept,), "en", who)
    yield view(which_saved_text, (kept,), moaning, "en", who, NOW)
    yield view(saved_text_prompt, 1, "open", kept, "", who, NOW)
    for kind in ("stock", "title", "low_at"):
        yield view(product_prompt, ProductPromptFacts(1, kind, "open", product), who, NOW)
    for many in (1, 60):
        choices = (("c", words),) * many
        choosing = ProductPromptFacts(1, "category", "open", product, categories=choices, page=2)
        yield view(product_prompt, choosing, who, NOW)
    for plan in (
        ProductEditPlan(title=words, field="title", before=words, after=words),
        ProductStatusPlan(title=words, status=words, before=words),
        StockPlan(title=words, lines=(SecretStr(words),)),
    ):
        yield view(product_intent_card, ProductIntentFacts(_of_product(plan), words), who, NOW)


def _of_product(plan: AnyPlan) -> Intent:
    made = intent(reply("x"), State.PROPOSED)
    kind = Kind.ADD_STOCK if isinstance(plan, StockPlan) else Kind.PRODUCT_STATUS
    return made.model_copy(update={"kind": kind, "subject_kind": "product", "plan": plan})
