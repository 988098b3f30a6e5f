"""Products that we create: once, and found again where the answer was lost."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, Kind, Outcome
from bot.model.new_product import read_described
from bot.model.person import Act, Person
from bot.model.pictures import MAX_PICTURES
from bot.model.product import Product
from bot.model.product_plans import Named, NewProductPlan
from bot.store import audit, positions
from bot.store import products as known_products
from bot.store.database import Tx
from bot.supplier.budget import Priority
from bot.supplier.errors import OutcomeUnknown, SupplierError
from bot.supplier.operations import Operation
from bot.supplier.results import NewProduct as NewFields

from . import first_accounts
from .deed import AskingDeed
from .errors import NotPossible
from .prices import price_of
from .product_fields import typed
from .products import the_product
from .proposing import in_answer
from .shop import Shop, must

_LAST = "new_product"  # where the category of the last one is kept


async def categories(tx: Tx, shop: Shop, person: Person) -> tuple[tuple[str, str], ...]:
    """Return (ID, path) of the categories that our products are in. Raises NotPossible."""
    must(person, Act.MONEY)
    found = await known_products.categories(tx, shop.shop_id)
    last = str((await positions.read(tx, shop.shop_id, _LAST)).get("category", ""))
    # That of the last new product stands first.
    return tuple(sorted(found, key=lambda each: each[0] != last))


async def preview(
    tx: Tx,
    shop: Shop,
    person: Person,
    category_id: str,
    text: str,
    *,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> Intent:
    """Read a new product from one message, show it, and ask. Raises NotPossible."""
    must(person, Act.MONEY)
    told = read_described(text)
    if told is None:
        raise NotPossible("new_product_not_read")
    title, description = typed("title", told.title), typed("description", told.description)
    paths = dict(await known_products.categories(tx, shop.shop_id))
    plan = NewProductPlan(
        category_id=category_id,
        category=paths.get(category_id, ""),
        title=title,
        description=description,
        price=price_of(told.price),
        min_quantity=_number("min_quantity", told.min_quantity),
        warranty_days=_number("warranty", told.warranty_days),
        known=await known_products.with_title(tx, shop.shop_id, title),
    )
    # There is no product yet that it could be about: the message stands for it.
    subject_id = f"new:{chat_id}:{message_id}"
    return await in_answer(
        tx,
        shop,
        person,
        Kind.NEW_PRODUCT,
        ("product", subject_id),
        plan,
        chat_id=chat_id,
        message_id=message_id,
        now=now,
    )


async def preview_copy(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    text: str | None,
    *,
    chat_id: int,
    message_id: int | None,
    now: datetime,
) -> Intent:
    """Show a copy of a product, and ask; ``text``: its title, or all that a new one is made of.

    Without a text it has the same title. Raises NotPossible.
    """
    must(person, Act.MONEY)
    product = (await the_product(tx, shop, key)).product
    if not product.category_id or not product.price:
        raise NotPossible("product_not_copied", title=product.title)
    told = None if text is None else read_described(text)
    title = product.title if text is None else typed("title", text.split("\n", 1)[0])
    if told is not None:
        title = typed("title", told.title)
    elif text is not None and "\n" in text.strip():
        raise NotPossible("new_product_not_read")
    least, days = product.min_quantity, product.warranty_period_days
    told_least = None if told is None else _number("min_quantity", told.min_quantity)
    told_days = None if told is None else _number("warranty", told.warranty_days)
    plan = NewProductPlan(
        category_id=product.category_id,
        category=product.category_path,
        title=title,
        description=product.description if told is None else typed("description", told.description),
        price=product.price if told is None else price_of(told.price),
        min_quantity=told_least or least,
        warranty_days=days if told_days is None else told_days,
        known=await known_products.with_title(tx, shop.shop_id, title),
        kept=product.images[:MAX_PICTURES],
        source_id=product.source_product_id or "",
        source_url=product.source_product_url,
    )
    return await in_answer(
        tx,
        shop,
        person,
        Kind.NEW_PRODUCT,
        ("product", f"new:{chat_id}:{message_id or f'{product.product_id}:{now.timestamp()}'}"),
        plan,
        chat_id=chat_id,
        message_id=message_id,
        now=now,
    )


def _number(field: Named, told: int | None) -> int | None:
    """Return a number of the one message, within the bounds of its field. Raises NotPossible."""
    return None if told is None else int(typed(field, str(told)))


def is_like(product: Product, plan: NewProductPlan) -> bool:
    """Say whether a product is probably the one that was to be created.

    One that was not there before, with the same title, price and category.
    """
    return (
        product.product_id not in plan.known
        and " ".join(product.title.split()) == " ".join(plan.title.split())
        and product.price == plan.price
        and product.category_id in {plan.category_id, None}
    )


class NewProduct(AskingDeed):
    """Creates a product; where the answer is lost, what looks like it is shown, and asked about."""

    act = Act.MONEY

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where one like it came meanwhile: somebody created it by hand, or we did."""
        found = await self._like_it(shop, intent)
        return None if found is None else Outcome(reason="product_exists", product_id=found)

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Create it, without any account: those are an import, once it is there."""
        plan = intent.planned(NewProductPlan)
        made = await shop.marketplace.create_product(
            NewFields(
                category_id=plan.category_id,
                title=plan.title,
                description=plan.description,
                price=plan.price,
                min_quantity=plan.min_quantity,
                warranty_period_days=plan.warranty_days,
                images=plan.images or None,
                stock=plan.stock,
                source_product_id=plan.source_id or None,
                source_product_url=plan.source_url or None,
            )
        )
        if not made.product_id and plan.accounts is not None:
            # It is looked for: without its ID nothing can be added to its pool.
            raise OutcomeUnknown(Operation.CREATE_PRODUCT, "unreadable")
        return Outcome(reason="done", product_id=made.product_id or "")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """One that was not there before, and looks like it: probable, so a person says."""
        found = await self._like_it(shop, intent)
        return None if found is None else Outcome(reason="ask", product_id=found, asks=True)

    async def _like_it(self, shop: Shop, intent: Intent) -> str | None:
        plan = intent.planned(NewProductPlan)
        began = shop.now()
        async for product in shop.marketplace.every_product(priority=Priority.PERSON):
            if is_like(product, plan):
                async with shop.store.write() as tx:
                    await known_products.take_in(
                        tx, shop.shop_id, (product,), looked_at=began, now=shop.now()
                    )
                return product.product_id
        return None

    def as_said(self, intent: Intent) -> Outcome | None:
        """It is the one; or it is not, and nothing is known of ours."""
        answer = "" if intent.progress is None else intent.progress.answer
        found = intent.outcome.product_id
        if answer == "there":
            return Outcome(reason="done", product_id=found)
        return Outcome(reason="not_shown", asks=True)

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Write down that it was created, remember its category, and add its accounts."""
        category = {"category": intent.planned(NewProductPlan).category_id}
        await positions.write(tx, shop.shop_id, _LAST, category)
        await audit.write(
            tx,
            shop_id=shop.shop_id,
            person_id=intent.confirmed_by,
            deed="product_created",
            subject_kind="product",
            subject_id=outcome.product_id or intent.subject_id,
            now=now,
        )
        await first_accounts.begin(tx, shop, intent, outcome.product_id, now)

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read it as the marketplace shows it."""
        try:
            await self._like_it(shop, intent)
        except SupplierError:
            shop.look_soon()
