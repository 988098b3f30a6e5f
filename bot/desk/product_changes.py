"""Changes of a product: its price and texts, whether it is sold, and its end."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, Kind, Outcome
from bot.model.person import Act, Person
from bot.model.product import ACTIVE, PAUSED, Product
from bot.model.product_plans import DeleteProductPlan, Named, ProductEditPlan, ProductStatusPlan
from bot.store import audit
from bot.store import products as known_products
from bot.store.database import Tx
from bot.supplier.results import ProductPatch

from .deed import Deed
from .errors import NotPossible
from .product_fields import named, patch_of, same, told, typed, value_of
from .products import nobody_changes, read_product, the_product
from .proposing import in_a_card, in_answer
from .shop import Shop, must

# The words that buttons carry.
STATUSES = {"active": ACTIVE, "paused": PAUSED}


async def edit(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    field: Named,
    text: str,
    *,
    chat_id: int,
    message_id: int | None,
    now: datetime,
) -> Intent:
    """Show what a field of a product is to become, and ask. Raises NotPossible."""
    must(person, Act.MONEY)
    product = (await the_product(tx, shop, key)).product
    after = typed(field, text)
    before = value_of(product, field)
    if same(field, before, after):
        raise NotPossible("product_same", title=product.title)
    await nobody_changes(tx, shop, product, Kind.PRODUCT_EDIT.value)
    plan = ProductEditPlan(
        title=product.title,
        field=field,
        before=before,
        after=after,
        names=await _names(tx, shop, product, after) if field == "category" else ("", ""),
    )
    return await in_answer(
        tx,
        shop,
        person,
        Kind.PRODUCT_EDIT,
        ("product", product.product_id),
        plan,
        chat_id=chat_id,
        message_id=message_id,
        now=now,
    )


async def _names(tx: Tx, shop: Shop, product: Product, category_id: str) -> tuple[str, str]:
    """Return what the category of now and the new one are called, as far as that was seen."""
    paths = dict(await known_products.categories(tx, shop.shop_id))
    return product.category_path, paths.get(category_id, "")


async def set_status(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    word: str,
    *,
    chat_id: int,
    card_id: int,
    now: datetime,
) -> None:
    """Take a product off sale, or put it back, at once; what comes of it stands on its card.

    It can be changed back, so nothing is asked. Raises NotPossible.
    """
    must(person, Act.CHANGE_STATUS)
    product = (await the_product(tx, shop, key)).product
    status = STATUSES.get(word)
    if status is None:
        raise NotPossible("gone")
    if product.status == status:
        raise NotPossible("product_status_there", title=product.title)
    await nobody_changes(tx, shop, product, Kind.PRODUCT_STATUS.value)
    plan = ProductStatusPlan(title=product.title, status=status, before=product.status)
    await in_a_card(
        tx,
        shop,
        person,
        Kind.PRODUCT_STATUS,
        ("product", product.product_id),
        plan,
        chat_id=chat_id,
        card_id=card_id,
        now=now,
        at_once=True,
    )


async def ask_delete(
    tx: Tx, shop: Shop, person: Person, key: str, *, chat_id: int, card_id: int, now: datetime
) -> None:
    """Put the question "delete it?" into the buttons of a card. Raises NotPossible."""
    must(person, Act.MONEY)
    known = await the_product(tx, shop, key)
    product = known.product
    if known.gone_at is not None:
        raise NotPossible("product_gone", title=product.title)
    await nobody_changes(tx, shop, product, Kind.DELETE_PRODUCT.value)
    plan = DeleteProductPlan(title=product.title, sold=product.sales_count)
    await in_a_card(
        tx,
        shop,
        person,
        Kind.DELETE_PRODUCT,
        ("product", product.product_id),
        plan,
        chat_id=chat_id,
        card_id=card_id,
        now=now,
        at_once=False,
    )


class ProductEdit(Deed):
    """Changes one field of a product, and finds out what became of a change."""

    act = Act.MONEY

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where the field is not any more what was shown."""
        plan = intent.planned(ProductEditPlan)
        product = await read_product(shop, intent.subject_id, plan.title)
        if product is None:
            return Outcome(reason="not_found")
        if not told(product, plan.field):
            return None
        here = value_of(product, plan.field)
        if same(plan.field, here, plan.after):
            return Outcome(reason="product_there")
        if not same(plan.field, here, plan.before):
            return Outcome(reason="product_moved")
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Send that field alone: whatever else went along would be set, too."""
        plan = intent.planned(ProductEditPlan)
        patch = patch_of(plan.field, plan.after)
        await shop.marketplace.update_product(intent.subject_id, patch)
        return Outcome(reason="done")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The field is as it was to become. What the list does not tell, nobody knows."""
        plan = intent.planned(ProductEditPlan)
        titles = (plan.after, plan.title) if plan.field == "title" else (plan.title,)
        product = await read_product(shop, intent.subject_id, *titles)
        if product is None:
            return None
        if not told(product, plan.field):
            return Outcome(reason="unclear", checking=True)
        there = same(plan.field, value_of(product, plan.field), plan.after)
        return Outcome(reason="done") if there else None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Take in what is now true, and write down that it was done."""
        plan = intent.planned(ProductEditPlan)
        changes = named(plan.field, plan.after)
        if plan.field == "category":
            changes["category_path"] = plan.names[1]
        await known_products.became(tx, shop.shop_id, intent.subject_id, now, **changes)
        detail: dict[str, str] = {"field": plan.field}
        if plan.field == "price":
            detail |= {"before": plan.before, "after": plan.after}
        await audit.came_of(tx, intent, deed="product_changed", now=now, detail=detail)


class ProductStatus(Deed):
    """Puts a product on sale or takes it off, and finds out what became of that."""

    act = Act.CHANGE_STATUS

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where the product has the status already, or another than was shown."""
        plan = intent.planned(ProductStatusPlan)
        product = await read_product(shop, intent.subject_id, plan.title)
        if product is None:
            return Outcome(reason="not_found")
        if product.status == plan.status:
            return Outcome(reason="product_there")
        if plan.before and product.status != plan.before:
            return Outcome(reason="product_moved")
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Set the status, and nothing else."""
        patch = ProductPatch(status=intent.planned(ProductStatusPlan).status)
        await shop.marketplace.update_product(intent.subject_id, patch)
        return Outcome(reason="done")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The product has the status."""
        plan = intent.planned(ProductStatusPlan)
        product = await read_product(shop, intent.subject_id, plan.title)
        there = product is not None and product.status == plan.status
        return Outcome(reason="done") if there else None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Take in what is now true, and write down that it was done."""
        status = intent.planned(ProductStatusPlan).status
        await known_products.became(tx, shop.shop_id, intent.subject_id, now, status=status)
        await audit.came_of(
            tx, intent, deed="product_status_changed", now=now, detail={"status": status}
        )


class DeleteProduct(Deed):
    """Deletes a product that was never sold, and finds out what became of that."""

    act = Act.MONEY

    async def _read(self, shop: Shop, intent: Intent) -> Product | None:
        return await read_product(shop, intent.subject_id, intent.planned(DeleteProductPlan).title)

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where it is gone already. Whether it was sold, the marketplace knows best."""
        if await self._read(shop, intent) is None:
            return Outcome(reason="not_found")
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Delete it."""
        await shop.marketplace.delete_product(intent.subject_id)
        return Outcome(reason="done")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The whole list does not show it any more."""
        return Outcome(reason="done") if await self._read(shop, intent) is None else None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Take in that it is gone, and write down that it was done."""
        await known_products.is_gone(tx, shop.shop_id, intent.subject_id, now)
        await audit.came_of(tx, intent, deed="product_deleted", now=now)
