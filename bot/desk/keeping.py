"""Words to a buyer that could not be sent while the marketplace was away: kept, or discarded."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, Outcome, ReplyPlan, State
from bot.model.kept import AGAIN_AFTER, KEPT_FOR, kept_until, may_be_kept
from bot.model.person import Act, Person
from bot.store import intents
from bot.store.database import Tx

from .errors import NotPossible
from .shop import Shop, must


async def keep(tx: Tx, shop: Shop, person: Person, intent_id: str, now: datetime) -> None:
    """Keep a reply, or a new ticket, that surely was not sent: it goes out when it can.

    If the ticket, or that there is none, is as it was then; else a person decides. Raises
    NotPossible.
    """
    intent = await _the_unsent(tx, shop, person, intent_id, now)
    plan = intent.plan.model_copy(
        update={
            "kept_until": now + KEPT_FOR,
            "needs_tap": False,
            **({"stale": False} if isinstance(intent.plan, ReplyPlan) else {}),
        }
    )
    await intents.keep(tx, intent, plan, now, again_at=now + AGAIN_AFTER, until=now + KEPT_FOR)


async def discard(tx: Tx, shop: Shop, person: Person, intent_id: str, now: datetime) -> None:
    """Have the message of a reply that was not sent offer nothing any more. Raises NotPossible."""
    intent = await _the_unsent(tx, shop, person, intent_id, now)
    await intents.discard(tx, intent, Outcome(reason="declined"), now)


async def still_away(tx: Tx, intent: Intent, outcome: Outcome, now: datetime) -> bool:
    """Keep a kept reply on where the marketplace was not there after all; say whether it is."""
    until = kept_until(intent)
    if until is None or outcome.reason not in {"unavailable", "throttled"}:
        return False
    await wait(tx, intent, now)
    return True


async def wait(tx: Tx, intent: Intent, now: datetime) -> None:
    """Let a kept reply wait on."""
    until = kept_until(intent) or now
    again_at = min(now + AGAIN_AFTER, until)
    await intents.keep(tx, intent, intent.plan, now, again_at=again_at, until=until)


async def _the_unsent(tx: Tx, shop: Shop, person: Person, intent_id: str, now: datetime) -> Intent:
    must(person, Act.REPLY)
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id:
        raise NotPossible("gone")
    if not may_be_kept(intent):
        await intents.touch(tx, intent, now)
        raise NotPossible("taken" if intent.state is not State.EXPIRED else "gone")
    return intent
