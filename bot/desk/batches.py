"""Several products at once: confirmed once, an intent for each, a few at a time.

The next change begins in the transaction that ends one before it: a death in between loses
nothing and does nothing twice. What each became stands in its row.
"""

from __future__ import annotations

from datetime import datetime

from bot.model.batch import (
    AT_ONCE,
    AWAY,
    UNSURE,
    Batch,
    BatchKind,
    Item,
    Why,
    count,
)
from bot.model.intent import Intent, Kind, Outcome, State, is_outdated
from bot.model.person import Act, Person
from bot.model.product_plans import ProductEditPlan, ProductStatusPlan
from bot.store import batches, intents
from bot.store.database import Tx

from . import batch_proposals
from .errors import NotPossible
from .shop import Shop, must

_ACTS: dict[BatchKind, Act] = {"price": Act.MONEY, "status": Act.CHANGE_STATUS}
# Why a change was not sent whose product is, or is meant to be, as others left it.
_BACK = frozenset({"product_there", "product_moved", "not_found"})


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
    items, left = await batch_proposals.taken_back(tx, batch)
    why: Why = "open_shop" if batch.why == "pause_shop" else "undo"
    await batch_proposals.propose(
        tx, shop, person, batch.kind, why, items, left, chat_id, None, now, batch.id
    )


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
    stands, _ = await batch_proposals.taken_back(tx, undone)
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
    await _next(tx, batch, reason if reason in AWAY else _outdated(intent, now), now)


def _outdated(intent: Intent, now: datetime) -> str:
    """Return why nothing follows: what was confirmed before a long stop is asked anew."""
    return "expired" if is_outdated(intent, now) else ""


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
    undone = None if not done or batch.undoes is None else await batches.get(tx, batch.undoes)
    if undone is not None and undone.undoes is not None:
        # What was taken back stands again: a pause of the shop, for one, that can be ended.
        await batches.set_undone(tx, undone.undoes, None, now)
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
    await _next(tx, batch, "unsure" if unsure else _outdated(intent, now), now)


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
        stops = ""
        for item in await batches.items_of(tx, batch.id):
            if item.state not in {"sending", "unknown"} or item.intent_id is None:
                continue
            intent = await intents.get(tx, item.intent_id)
            if intent is None:
                await batches.set_item(tx, batch, item.place, state="refused", reason="forgotten")
                continue
            stops = stops or _outdated(intent, now)
            if intent.finished_at is not None:
                await _set_ended(tx, batch, item, intent.state, intent.outcome, now)
            elif intent.state is State.UNKNOWN:
                await batches.set_item(tx, batch, item.place, state="unknown")
        await _next(tx, batch, stops, now)
