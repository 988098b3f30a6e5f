"""Several products at once: one confirmation, an intent for each, a few at a time.

The next change begins in the transaction that ends one before it: a death in between loses
nothing and does nothing twice. What each became stands in its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from bot.model.batch import (
    AT_ONCE,
    AWAY,
    MAX_ITEMS,
    MAX_PRICE,
    UNSURE,
    Batch,
    BatchKind,
    Change,
    Item,
    Table,
    Why,
    changed,
    count,
)
from bot.model.intent import Intent, Kind, Outcome, State
from bot.model.person import Act, Person
from bot.model.product import ACTIVE, PAUSED, Product
from bot.model.product_plans import ProductEditPlan, ProductStatusPlan
from bot.model.shelf import Shelf
from bot.store import batches, intents, outbox
from bot.store import products as known_products
from bot.store.database import Tx

from .errors import NotPossible
from .shop import Shop, must

Left = list[tuple[str, str]]
_ACTS: dict[BatchKind, Act] = {"price": Act.MONEY, "status": Act.CHANGE_STATUS}
# Why a change was not sent whose product is, or is meant to be, as others left it.
_BACK = frozenset({"product_there", "product_moved", "not_found"})


# --- what is proposed -----------------------------------------------------------------------


async def propose_prices(
    tx: Tx,
    shop: Shop,
    person: Person,
    ids: Iterable[str],
    change: Change | None,
    *,
    chat_id: int,
    message_id: int | None,
    now: datetime,
) -> None:
    """Show what prices are to become, before and after, and ask.

    A table names its products itself; anything else is for those in ``ids``. Raises NotPossible.
    """
    must(person, Act.MONEY)
    if change is None:
        raise NotPossible("prices_not_read")
    items: list[Item] = []
    left: Left = []
    if isinstance(change, Table):
        left += [(line, "unread") for line in change.unread]
        for product, price in await _named(tx, shop, change, left):
            _add(items, left, product, price)
    else:
        picked = await known_products.by_ids(tx, shop.shop_id, set(ids))
        if not picked:
            raise NotPossible("nothing_picked")
        for known in picked:
            before = known.product.price
            after = None if before is None else changed(before, change)
            if before is None:
                left.append((known.product.title, "no_price"))
            else:
                _add(items, left, known.product, after)
    await _propose(tx, shop, person, "price", "selected", items, left, chat_id, message_id, now)


async def _named(
    tx: Tx, shop: Shop, table: Table, left: Left
) -> list[tuple[Product, Decimal | None]]:
    """Return the products that a table names by ID or title, once each."""
    rows, _ = await known_products.page(tx, shop.shop_id, Shelf(), 1, MAX_ITEMS * 10)
    by_id = {row.product.product_id: row.product for row in rows}
    by_title: dict[str, list[Product]] = {}
    for row in rows:
        by_title.setdefault(_plain(row.product.title), []).append(row.product)
    found: dict[str, tuple[Product, Decimal | None]] = {}
    for name, price in table.rows:
        meant = [by_id[name]] if name in by_id else by_title.get(_plain(name), [])
        if len(meant) != 1:
            left.append((name, "two" if meant else "not_found"))
        elif meant[0].product_id in found:
            left.append((name, "twice"))
        else:
            fits = price if 0 < price <= MAX_PRICE else None
            found[meant[0].product_id] = (meant[0], fits)
    return list(found.values())


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _add(items: list[Item], left: Left, product: Product, after: Decimal | None) -> None:
    if after is None:
        left.append((product.title, "no_such_price"))
    elif after == product.price:
        left.append((product.title, "same"))
    else:
        before = "" if product.price is None else format(product.price, "f")
        items.append(_item(items, product, before, format(after, "f")))


def _item(items: Sequence[Item], product: Product, before: str, after: str) -> Item:
    return Item(len(items), product.product_id, product.title, before, after)


async def propose_status(
    tx: Tx,
    shop: Shop,
    person: Person,
    ids: Iterable[str],
    status: str,
    *,
    chat_id: int,
    now: datetime,
    why: Why = "selected",
) -> None:
    """Show which products are to be paused, or put on sale, and ask. Raises NotPossible."""
    must(person, Act.CHANGE_STATUS)
    items: list[Item] = []
    left: Left = []
    picked = await known_products.by_ids(tx, shop.shop_id, set(ids))
    if not picked and why == "selected":
        raise NotPossible("nothing_picked")
    for known in picked:
        product = known.product
        if product.status == status:
            left.append((product.title, "same"))
        elif product.status not in {ACTIVE, PAUSED}:
            left.append((product.title, "other_status"))
        else:
            items.append(_item(items, product, product.status, status))
    await _propose(tx, shop, person, "status", why, items, left, chat_id, None, now)


async def pause_shop(tx: Tx, shop: Shop, person: Person, *, chat_id: int, now: datetime) -> None:
    """Offer to pause everything that is on sale. Raises NotPossible."""
    must(person, Act.CHANGE_STATUS)
    rows, _ = await known_products.page(tx, shop.shop_id, Shelf("active"), 1, MAX_ITEMS + 1)
    ids = [row.product.product_id for row in rows]
    await propose_status(tx, shop, person, ids, PAUSED, chat_id=chat_id, now=now, why="pause_shop")


async def open_shop(tx: Tx, shop: Shop, person: Person, *, chat_id: int, now: datetime) -> None:
    """Offer to put on sale again what the pause of the shop took off. Raises NotPossible."""
    must(person, Act.CHANGE_STATUS)
    pause = await batches.paused_shop(tx, shop.shop_id)
    if pause is None:
        raise NotPossible("shop_not_paused")
    items, left = await _taken_back(tx, pause)
    if not items:
        # Somebody put all of it on sale again, one by one.
        await batches.set_undone(tx, pause.id, pause.id, now)
        raise NotPossible("shop_not_paused")
    await _propose(
        tx, shop, person, "status", "open_shop", items, left, chat_id, None, now, pause.id
    )


async def _taken_back(tx: Tx, batch: Batch) -> tuple[list[Item], Left]:
    """Return the changes that bring back what was before a batch, where its own still stand."""
    did = [item for item in await batches.items_of(tx, batch.id) if item.state == "done"]
    known = await known_products.by_ids(tx, batch.shop_id, {item.product_id for item in did})
    here = {each.product.product_id: each.product for each in known}
    items: list[Item] = []
    left: Left = []
    for item in did:
        product = here.get(item.product_id)
        if product is None:
            left.append((item.title, "gone"))
        elif not _is(batch.kind, product, item.after):
            left.append((item.title, "moved"))
        else:
            items.append(_item(items, product, item.after, item.before))
    return items, left


def _is(kind: BatchKind, product: Product, value: str) -> bool:
    if kind == "price":
        return bool(value) and product.price == Decimal(value)
    return product.status == value


async def _propose(
    tx: Tx,
    shop: Shop,
    person: Person,
    kind: BatchKind,
    why: Why,
    items: Sequence[Item],
    left: Left,
    chat_id: int,
    message_id: int | None,
    now: datetime,
    undoes: int | None = None,
) -> None:
    if len(items) > MAX_ITEMS:
        raise NotPossible("too_many_picked", limit=str(MAX_ITEMS))
    if not items:
        raise NotPossible("nothing_would_change", why=left[0][1] if left else "same")
    batch = await batches.propose(
        tx,
        shop.shop_id,
        kind=kind,
        why=why,
        items=items,
        left_out=left,
        chat_id=chat_id,
        person_id=person.person_id,
        now=now,
        undoes=undoes,
    )
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        subject_kind="batch",
        subject_id=str(batch.id),
        reply_to=message_id,
        now=now,
    )


# --- what a button does ---------------------------------------------------------------------


async def pressed(
    tx: Tx, shop: Shop, person: Person, batch_id: str, word: str, *, chat_id: int, now: datetime
) -> None:
    """Do what a button of a batch's message says. Raises NotPossible.

    ``word``: yes, no, stop, on or undo.
    """
    batch = await batches.get(tx, int(batch_id)) if batch_id.isdecimal() else None
    if batch is None or batch.shop_id != shop.shop_id:
        raise NotPossible("gone")
    must(person, _ACTS[batch.kind])
    match word:
        case "yes":
            done = await _confirm(tx, batch, person, now)
        case "no":
            done = await batches.move(
                tx, batch, ("proposed",), now, state="declined", finished_at=now
            )
        case "stop":
            done = await batches.move(
                tx, batch, ("running",), now, state="stopped", reason="asked", finished_at=now
            )
        case "on":
            done = await _resume(tx, batch, person, now)
        case "undo":
            await _undo(tx, shop, batch, person, chat_id, now)
            done = True
        case _:
            done = False
    if not done:
        await batches.touch(tx, batch, now)
        raise NotPossible("taken")


async def _confirm(tx: Tx, batch: Batch, person: Person, now: datetime) -> bool:
    if batch.state == "proposed" and batch.expires_at <= now:
        await batches.move(tx, batch, ("proposed",), now, state="expired", finished_at=now)
        return True
    values = {"state": "running", "confirmed_by": person.person_id, "confirmed_at": now}
    if not await batches.move(tx, batch, ("proposed",), now, **values):
        return False
    await go_on(tx, batch.id, now)
    return True


async def _resume(tx: Tx, batch: Batch, person: Person, now: datetime) -> bool:
    """Go on with what a batch did not do when it stopped, or what was not sent."""
    if not await batches.move(
        tx,
        batch,
        ("stopped",),
        now,
        state="running",
        reason="",
        finished_at=None,
        confirmed_by=person.person_id,
        confirmed_at=now,
    ):
        return False
    for item in await batches.items_of(tx, batch.id):
        if item.state == "refused" and item.reason in AWAY:
            await batches.set_item(tx, batch, item.place, state="waiting", reason="")
    await go_on(tx, batch.id, now)
    return True


async def _undo(
    tx: Tx, shop: Shop, batch: Batch, person: Person, chat_id: int, now: datetime
) -> None:
    if batch.state not in {"stopped", "done"} or batch.undone_by is not None:
        raise NotPossible("gone")
    items, left = await _taken_back(tx, batch)
    why: Why = "open_shop" if batch.why == "pause_shop" else "undo"
    await _propose(tx, shop, person, batch.kind, why, items, left, chat_id, None, now, batch.id)


# --- one after the other --------------------------------------------------------------------


async def go_on(tx: Tx, batch_id: int, now: datetime) -> None:
    """Begin the next changes of a batch that is under way, or end it where there are none."""
    batch = await batches.get(tx, batch_id)
    if batch is None or batch.state != "running":
        return
    items = await batches.items_of(tx, batch.id)
    under_way = count(item.state for item in items)
    free = AT_ONCE - under_way.sending
    waiting = [item for item in items if item.state == "waiting"]
    for item in waiting:
        if free <= 0:
            break
        free -= await _begin(tx, batch, item, now)
    left = count(item.state for item in await batches.items_of(tx, batch.id))
    if not left.waiting and not left.sending and not left.unknown:
        await batches.move(tx, batch, ("running",), now, state="done", finished_at=now)
        await _note_undone(tx, batch, now)
    await batches.touch(tx, batch, now)


async def _note_undone(tx: Tx, batch: Batch, now: datetime) -> None:
    """Note that another batch is taken back, where nothing that it did stands any more."""
    undone = None if batch.undoes is None else await batches.get(tx, batch.undoes)
    if undone is None:
        return
    back = {
        item.product_id
        for item in await batches.items_of(tx, batch.id)
        if item.state == "done" or item.reason in _BACK
    }
    stands, _ = await _taken_back(tx, undone)
    if {item.product_id for item in stands} <= back:
        await batches.set_undone(tx, undone.id, batch.id, now)


async def _begin(tx: Tx, batch: Batch, item: Item, now: datetime) -> bool:
    """Confirm the intent of one item; say whether it is under way."""
    subject = ("product", item.product_id)
    if await intents.live_of(tx, batch.shop_id, *subject) is not None:
        await batches.set_item(tx, batch, item.place, state="skipped", reason="busy")
        return False
    plan = (
        ProductEditPlan(title=item.title, field="price", before=item.before, after=item.after)
        if batch.kind == "price"
        else ProductStatusPlan(title=item.title, status=item.after, before=item.before)
    )
    person_id = batch.confirmed_by or batch.proposed_by
    intent = await intents.propose(
        tx,
        shop_id=batch.shop_id,
        kind=Kind.PRODUCT_EDIT if batch.kind == "price" else Kind.PRODUCT_STATUS,
        subject_kind="product",
        subject_id=item.product_id,
        plan=plan,
        chat_id=batch.chat_id,
        person_id=person_id,
        now=now,
    )
    await batches.set_item(tx, batch, item.place, state="sending", intent_id=intent.id)
    await intents.confirm(tx, intent, person_id, now)
    return True


async def ended(tx: Tx, intent: Intent, state: State, outcome: Outcome, now: datetime) -> None:
    """Note how the change of one product ended, and begin the next."""
    found = await _of(tx, intent)
    if found is None:
        return
    batch, item = found
    reason = await _set_ended(tx, batch, item, state, outcome, now)
    await _next(tx, batch, reason if reason in AWAY else "", now)


async def _set_ended(
    tx: Tx, batch: Batch, item: Item, state: State, outcome: Outcome, now: datetime
) -> str:
    """Note how one change ended; return why it was not made, empty where it was."""
    done = state is State.DONE
    reason = "" if done else outcome.reason
    await batches.set_item(
        tx, batch, item.place, state="done" if done else "refused", reason=reason
    )
    if done and batch.undone_by is not None:
        # It was under way while the others were taken back: it stands, and can be, too.
        await batches.set_undone(tx, batch.id, None, now)
    return reason


async def lost(tx: Tx, intent: Intent, now: datetime) -> None:
    """Note that nobody knows what became of one change; a few of them stop the others."""
    found = await _of(tx, intent)
    if found is None:
        return
    batch, item = found
    await batches.set_item(tx, batch, item.place, state="unknown")
    items = await batches.items_of(tx, batch.id)
    unsure = count(each.state for each in items).unknown >= UNSURE
    await _next(tx, batch, "unsure" if unsure else "", now)


async def _of(tx: Tx, intent: Intent) -> tuple[Batch, Item] | None:
    if intent.kind not in {Kind.PRODUCT_EDIT, Kind.PRODUCT_STATUS}:
        return None
    return await batches.of_intent(tx, intent.id)


async def _next(tx: Tx, batch: Batch, stops: str, now: datetime) -> None:
    if stops:
        await batches.move(
            tx, batch, ("running",), now, state="stopped", reason=stops, finished_at=now
        )
    await go_on(tx, batch.id, now)
    await batches.touch(tx, batch, now)


async def give_up(tx: Tx, shop_id: int, now: datetime) -> None:
    """End what was proposed, and stop what is under way: the shop was locked."""
    for batch in await batches.proposed(tx, shop_id):
        await batches.move(tx, batch, ("proposed",), now, state="expired", finished_at=now)
    for batch in await batches.running(tx, shop_id):
        await _next(tx, batch, "locked", now)


async def take_up(tx: Tx, shop_id: int, now: datetime) -> None:
    """At the start: whatever became of an intent while nobody noted it is noted, and it goes on."""
    for batch in await batches.unsettled(tx, shop_id):
        for item in await batches.items_of(tx, batch.id):
            if item.state not in {"sending", "unknown"} or item.intent_id is None:
                continue
            intent = await intents.get(tx, item.intent_id)
            if intent is None:
                await batches.set_item(tx, batch, item.place, state="refused", reason="forgotten")
            elif intent.finished_at is not None:
                await _set_ended(tx, batch, item, intent.state, intent.outcome, now)
            elif intent.state is State.UNKNOWN:
                await batches.set_item(tx, batch, item.place, state="unknown")
        await go_on(tx, batch.id, now)
