"""/audit: who did what to money, goods or settings, when, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bot.model.audit import AuditFacts, AuditLine
from bot.model.intent import Intent, Outcome, RefundPlan, State
from bot.model.person import Act, Person
from bot.model.product_plans import NewProductPlan
from bot.store import audit, naming, orders, people, tickets
from bot.store.audit import Entry
from bot.store.database import Tx

from .errors import NotPossible
from .shop import Shop, must

ROWS: Final = 10


async def facts(
    tx: Tx,
    shop: Shop,
    person: Person,
    *,
    page: int = 1,
    person_id: int | None = None,
    order_key: str = "",
) -> AuditFacts:
    """Return a page of what was done: by anybody, by one person, or about one order.

    Raises NotPossible.
    """
    must(person, Act.MANAGE)
    shop_id = shop.shop_id
    order_id = number = ""
    subjects: list[tuple[str, str]] | None = None
    if order_key:
        known = await orders.get_order(tx, shop_id, order_key)
        if known is None:
            raise NotPossible("order_not_found", number=order_key)
        order_id, number = known.order.order_id, known.order.number
        of_order = await tickets.of_order(tx, shop_id, order_id)
        subjects = [("order", order_id), *(("ticket", one.ticket.ticket_id) for one in of_order)]

    async def read(at: int) -> tuple[tuple[Entry, ...], int]:
        return await audit.page(
            tx, shop_id, person_id=person_id, subjects=subjects, page=at, size=ROWS
        )

    entries, total = await read(page)
    pages = max(-(-total // ROWS), 1)
    if page > pages:
        page = pages
        entries, total = await read(page)
    actors = await audit.actors(tx, shop_id)
    names = await people.names(tx, {*actors, *_subjects(entries)})
    return AuditFacts(
        rows=tuple([await _line(tx, shop_id, entry, names) for entry in entries]),
        page=page,
        pages=pages,
        total=total,
        people=tuple((who, names.get(who) or str(who)) for who in actors),
        person_id=person_id,
        order_id=order_id,
        number=number,
    )


async def person_named(tx: Tx, shop: Shop, person: Person, word: str) -> int | None:
    """Return who is meant by a name or an ID, of those who did something; None: nobody."""
    must(person, Act.MANAGE)
    actors = await audit.actors(tx, shop.shop_id)
    names = await people.names(tx, set(actors))
    wanted = word.casefold().lstrip("@")
    for who in actors:
        if wanted in {str(who), names.get(who, "").casefold()}:
            return who
    begins = [who for who in actors if names.get(who, "").casefold().startswith(wanted)]
    return begins[0] if wanted and begins else None


def _subjects(entries: tuple[Entry, ...]) -> set[int]:
    return {
        int(entry.subject_id)
        for entry in entries
        if entry.subject_kind == "person" and entry.subject_id.isdecimal()
    }


async def _line(tx: Tx, shop_id: int, entry: Entry, names: dict[int, str]) -> AuditLine:
    who = "" if entry.person_id is None else names.get(entry.person_id) or str(entry.person_id)
    return AuditLine(
        at=entry.at,
        who=who,
        deed=entry.deed,
        subject_kind=entry.subject_kind,
        about=await _about(tx, shop_id, entry, names),
        detail=entry.detail if isinstance(entry.detail, dict) else {},
    )


async def _about(tx: Tx, shop_id: int, entry: Entry, names: dict[int, str]) -> str:
    """Return how people call what a deed was about; its ID where nothing is known of it."""
    subject_id = entry.subject_id
    match entry.subject_kind:
        case "order" | "ticket" | "product" as kind:
            return await naming.called(tx, shop_id, kind, subject_id)
        case "person" if subject_id.isdecimal():
            return names.get(int(subject_id)) or subject_id
        case "buyer":
            return subject_id
        case _:
            return ""


async def not_done(tx: Tx, intent: Intent, state: State, outcome: Outcome, now: datetime) -> None:
    """Write down that what somebody confirmed was not done, or that nobody knows (yet).

    What nobody confirmed is no deed. That it was done, each deed writes down by itself.
    """
    if intent.confirmed_by is None or state is State.DONE:
        return
    detail: dict[str, Any] = {"kind": intent.kind.value, "reason": outcome.reason}
    if isinstance(intent.plan, RefundPlan) and intent.plan.amount is not None:
        detail["amount"] = str(intent.plan.amount)
    if isinstance(intent.plan, NewProductPlan):
        detail["title"] = intent.plan.title  # there is no product yet that could be named
    await audit.came_of(
        tx,
        intent,
        deed="in_doubt" if state is State.UNKNOWN else "not_done",
        now=now,
        detail=detail,
    )
