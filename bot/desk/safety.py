"""The safety side of the settings: the operators' refund limit, and one's own PIN."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, RefundPlan
from bot.model.person import Act, Person, Role
from bot.model.safety import SafetyFacts, asks_owner, day_began, limit_read, pin_read
from bot.model.urgency import MONEY
from bot.store import audit, intents, outbox, passcodes, people, safety
from bot.store.database import Tx

from . import drafts, owners
from .errors import NotPossible
from .shop import Shop, must

LIMIT, NEW_PIN, PIN = "refund_limit", "new_pin", "pin"


async def facts(tx: Tx, shop: Shop, person: Person, changed: str = "") -> SafetyFacts:
    """Return what the safety side shows. Raises NotPossible."""
    must(person, Act.SEE)
    limit = await safety.refund_limit(tx, shop.shop_id)
    return SafetyFacts(limit, await passcodes.has(tx, shop.shop_id, person.person_id), changed)


# --- the refund limit -------------------------------------------------------------------------


async def set_limit(tx: Tx, shop: Shop, person: Person, text: str, now: datetime) -> None:
    """Set what an operator may refund in a day; "off": any amount. Raises NotPossible."""
    must(person, Act.MANAGE)
    limit = None if text == "off" else limit_read(text)
    if limit is None and text != "off":
        raise NotPossible("limit_not_read")
    await safety.set_refund_limit(tx, shop.shop_id, limit)
    detail = {} if limit is None else {"amount": format(limit, "f")}
    await _write_down(tx, shop, person, "refund_limit_set", detail, now)


async def ask_an_owner(tx: Tx, shop: Shop, person: Person, intent: Intent, now: datetime) -> bool:
    """Have the owners asked for a refund that is above this person's limit; say whether it is.

    The question stays the same one: the first press of an owner answers it, and it expires.
    """
    plan = intent.plan
    if not isinstance(plan, RefundPlan):
        return False
    limit = await safety.refund_limit(tx, shop.shop_id)
    if person.role is Role.OWNER or limit is None:
        return False
    since = day_began(now, shop.time_zone)
    today = await intents.refunded_since(tx, shop.shop_id, person.person_id, since)
    if not asks_owner(person.role, plan.amount, today, limit):
        return False
    if plan.asks_owner:
        return True
    again = plan.model_copy(update={"asks_owner": True})
    await intents.replan(tx, intent, again, now, fires_at=None)
    those = owners.among(await people.members_of(tx, shop.shop_id))
    await owners.ask(tx, shop, those, intent, now, urgency=MONEY)
    detail = {"amount": str(plan.amount)} if plan.amount is not None else {}
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed="refund_asked",
        subject_kind=intent.subject_kind,
        subject_id=intent.subject_id,
        now=now,
        detail=detail,
    )
    return True


async def declined(tx: Tx, shop: Shop, person: Person, intent: Intent, now: datetime) -> None:
    """Tell who asked for a refund that an owner said no."""
    plan = intent.plan
    if not isinstance(plan, RefundPlan) or not plan.asks_owner:
        return
    if person.person_id == intent.proposed_by:
        return
    await outbox.tell(
        tx,
        shop_id=shop.shop_id,
        chat_id=intent.chat_id,
        person_id=intent.proposed_by,
        view="note",
        body={"name": "refund_declined", "values": {"who": person.name or str(person.person_id)}},
        now=now,
    )


# --- the PIN ----------------------------------------------------------------------------------


async def pin_first(tx: Tx, shop: Shop, person: Person, now: datetime) -> None:
    """Raise NotPossible where this person's PIN must be given before they go on."""
    if await passcodes.asked_for(tx, shop.shop_id, person.person_id, now):
        raise NotPossible("pin_needed")


async def ask(
    tx: Tx, shop: Shop, person: Person, kind: str, about: str, chat_id: int, now: datetime
) -> None:
    """Ask for a PIN, a new one, or a limit; ``about``: the press that a right PIN carries out."""
    must(person, Act.MANAGE if kind == LIMIT else Act.SEE)
    await drafts.await_safety(tx, shop, person, kind, about, chat_id, now)


async def set_pin(tx: Tx, shop: Shop, person: Person, text: str, now: datetime) -> None:
    """Keep somebody's own PIN. Raises NotPossible."""
    must(person, Act.SEE)
    pin = pin_read(text)
    if pin is None:
        raise NotPossible("pin_not_read")
    await passcodes.keep(tx, shop.shop_id, person.person_id, pin)
    await _write_down(tx, shop, person, "pin_set", {}, now)


async def remove_pin(tx: Tx, shop: Shop, person: Person, now: datetime) -> None:
    """Forget somebody's own PIN: it must be given first. Raises NotPossible."""
    must(person, Act.SEE)
    await pin_first(tx, shop, person, now)
    if await passcodes.forget(tx, shop.shop_id, person.person_id):
        await _write_down(tx, shop, person, "pin_removed", {}, now)


async def check_pin(tx: Tx, shop: Shop, person: Person, text: str, now: datetime) -> bool:
    """Take a PIN; say whether it was right, and otherwise tell. Five wrong ones begin a wait."""
    shop_id, who = shop.shop_id, person.person_id
    result = await passcodes.check(tx, shop_id, who, pin_read(text) or "", now)
    if result == "right":
        return True
    if result == "locked":
        await _write_down(tx, shop, person, "pin_failed", {}, now)
    name = "pin_wrong" if result == "wrong" else "pin_waits"
    await outbox.tell(
        tx,
        shop_id=shop_id,
        chat_id=who,
        person_id=who,
        view="note",
        body={"name": name, "values": {}},
        now=now,
    )
    return False


async def _write_down(
    tx: Tx, shop: Shop, person: Person, deed: str, detail: dict[str, str], now: datetime
) -> None:
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed=deed,
        subject_kind="person" if deed.startswith("pin") else "shop",
        subject_id=str(person.person_id if deed.startswith("pin") else shop.shop_id),
        now=now,
        detail=detail,
    )
