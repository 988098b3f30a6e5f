"""Errands: a person's question to the marketplace, asked outside their lane, answered once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog

from bot.model.files import Files
from bot.model.order import Order
from bot.model.payment import Payment
from bot.model.person import Act, Person
from bot.model.ticket import Ticket
from bot.store import drafts, errands, outbox, payments, people
from bot.store.database import Tx
from bot.store.errands import Errand
from bot.store.errors import SealBroken, StoreError
from bot.store.news import take_in_order, take_in_ticket
from bot.supplier.budget import Priority
from bot.supplier.errors import NotFound, SupplierError

from . import balance, exports, kept_goods, reports, sources
from .attaching import Sending
from .ending import Ending, NotYet
from .errors import NotPossible
from .failing import not_sent
from .files import album_of, goods_in_file, is_large
from .goods import read_goods
from .orders import read_anew
from .payments import read_payments
from .pictures import uploaded_picture
from .replacing import read_units
from .shop import Shop

log = structlog.get_logger(__name__)

AT_ONCE: Final = 8
# How far a number is looked for in lists that cannot be searched.
_PAGES: Final = 5
_STORE_SECONDS: Final = 2.0
_FAILED: Final = ("note", {"name": "failed_update", "values": {}})

_HEAVY: Final = frozenset({exports.KIND, reports.CHART})

# A view and what it is drawn from, or what else is to be done when the errand ends: in one
# transaction with that, and it may raise NotPossible.
Answer = tuple[str, Any] | Ending
_NEEDED: Final = {
    "balance": Act.MONEY,
    "payments": Act.MONEY,
    "file": Act.DELIVER,
    kept_goods.KIND: Act.STOCK,
    "picture": Act.MONEY,
    exports.KIND: Act.MONEY,
    reports.KIND: Act.MONEY,
    reports.CHART: Act.MONEY,
    reports.SUMMARY: Act.MONEY,
    sources.SOLD: Act.MONEY,
    "goods": Act.DELIVER,
    "units": Act.DELIVER,
}


async def send_commands(tx: Tx, shop: Shop, person: Person, now: datetime) -> None:
    """Have the phone's command menu filled for this person's role and language."""
    await outbox.act(
        tx,
        shop_id=shop.shop_id,
        chat_id=person.person_id,
        person_id=person.person_id,
        action="commands",
        message_id=0,
        now=now,
    )


def _heavy(errand: Errand) -> str:
    """Return what it is that one is done of at a time; nothing of most errands."""
    if is_large(errand):
        return "file"
    return errand.kind if errand.kind in _HEAVY else ""


class Asking:
    """Takes errands as they come; each in a task of its own."""

    def __init__(self, shop: Shop, files: Files) -> None:
        self._shop = shop
        self._files = files
        self._busy: set[int] = set()
        self._held: dict[int, datetime] = {}  # errands that are tried again, and when
        self._stopping = False
        self._kinds: dict[str, Callable[[Errand], Awaitable[Answer]]] = {
            "balance": partial(balance.read_balance, shop),
            exports.KIND: partial(exports.make, shop),
            reports.KIND: partial(reports.make, shop),
            reports.CHART: partial(reports.draw_chart, shop),
            reports.SUMMARY: partial(reports.summarise, shop),
            sources.SOLD: self._sources,
            "find": self._find,
            "file": partial(goods_in_file, shop, files),
            kept_goods.KIND: partial(kept_goods.read, shop),
            "picture": partial(uploaded_picture, shop, files),
            "goods": partial(read_goods, shop),
            "payments": partial(read_payments, shop),
            "units": partial(read_units, shop),
        }

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping = True
        self._shop.store.signals.wake("errands")

    async def run(self) -> None:
        """Work until stopped, and finish what was begun."""
        shop = self._shop
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                waiting, wait = await self._waiting(), 60.0
                if waiting is None:
                    waiting, wait = (), _STORE_SECONDS
                for errand in self._ready(waiting):
                    if len(self._busy) < AT_ONCE:
                        self._busy.add(errand.id)
                        tasks.create_task(self._take(errand), name=f"errand-{errand.id}")
                wait = min(wait, await self.expire_drafts(), self._next_try())
                await shop.store.signals.wait("errands", wait)

    def _ready(self, waiting: Sequence[Errand]) -> list[Errand]:
        """Return what can be begun now: large files, and an album's, one after the other."""
        now = self._shop.now()
        ready: list[Errand] = []
        albums: set[str] = set()
        heavy = {_heavy(errand) for errand in waiting if errand.id in self._busy}
        for errand in waiting:
            album = album_of(errand)
            if album and album in albums:
                continue
            albums.add(album)
            if errand.id in self._busy or self._held.get(errand.id, now) > now:
                continue
            if _heavy(errand):
                if _heavy(errand) in heavy:
                    continue
                heavy.add(_heavy(errand))
            ready.append(errand)
        return ready

    def _next_try(self) -> float:
        now = self._shop.now()
        return min(
            (max((at - now).total_seconds(), 0.05) for at in self._held.values()), default=60
        )

    async def expire_drafts(self) -> float:
        """Have the prompts say so that waited for too long; return when to look again."""
        shop, now = self._shop, self._shop.now()
        try:
            async with shop.store.read() as tx:
                due = await drafts.next_expiry(tx)
            if due is not None and due <= now:
                async with shop.store.write() as tx:
                    await drafts.expire(tx, now)
                return _STORE_SECONDS
        except StoreError as error:
            log.error("drafts cannot be looked after", reason=str(error))
            return _STORE_SECONDS
        return 60.0 if due is None else (due - now).total_seconds()

    async def _waiting(self) -> tuple[Errand, ...] | None:
        try:
            async with self._shop.store.read() as tx:
                return await errands.open_errands(tx)
        except StoreError as error:
            log.error("errands cannot be read", reason=str(error))
            return None

    async def _take(self, errand: Errand) -> None:
        self._held.pop(errand.id, None)
        try:
            try:
                await self._finish(errand, await self._seen_to(errand))
            except NotYet as trouble:
                self._held[errand.id] = self._shop.now() + trouble.wait
                async with self._shop.store.write() as tx:
                    await errands.tried(tx, errand.id)
            except SealBroken as error:
                log.error("errand failed", errand=errand.id, reason=str(error))
                await self._finish(errand, _FAILED)
            except StoreError:
                raise
            except Exception:
                # A fault of ours is told once, and not run into again and again.
                log.exception("errand failed", errand=errand.id, kind=errand.kind)
                await self._finish(errand, _FAILED)
        except StoreError as error:
            log.error("errand waits for the database", errand=errand.id, reason=str(error))
            await asyncio.sleep(_STORE_SECONDS)
        finally:
            self._busy.discard(errand.id)
            self._shop.store.signals.wake("errands")

    async def _finish(self, errand: Errand, answer: Answer) -> None:
        """Answer, and forget the errand, together; a file that nobody waits for goes."""
        answered = False
        try:
            async with self._shop.store.write() as tx:
                if await errands.done(tx, errand.id):
                    await self._say(tx, errand, answer)
                    answered = True
        finally:
            if not answered and isinstance(answer, Sending):
                await answer.drop()

    async def _say(self, tx: Tx, errand: Errand, answer: Answer) -> None:
        if isinstance(answer, tuple):
            await self._tell(tx, errand, *answer)
            return
        try:
            await answer(tx)
        except NotPossible as stop:
            note = {"name": stop.reason, "values": stop.values}
            await self._tell(tx, errand, "note", note)

    async def _seen_to(self, errand: Errand) -> Answer:
        shop = self._shop
        if errand.spoiled:
            return _FAILED
        async with shop.store.read() as tx:
            person = await people.member(tx, shop.shop_id, errand.person_id)
        needed = _NEEDED.get(errand.kind, Act.SEE)
        if person is None or not person.may(needed) or errand.kind not in self._kinds:
            return "note", {"name": "not_allowed", "values": {}}
        return await self._answer(errand)

    async def _answer(self, errand: Errand) -> Answer:
        try:
            return await self._kinds[errand.kind](errand)
        except SupplierError as error:
            log.info("errand failed", kind=errand.kind, reason=error.reason)
            shop = self._shop
            outcome = not_sent(error, shop.away_since() or shop.now())
            return "failed", outcome.model_dump(mode="json")
        except NotPossible as stop:
            return "note", {"name": stop.reason, "values": stop.values}

    async def _tell(self, tx: Tx, errand: Errand, view: str, body: Any) -> None:
        shop = self._shop
        if view in {"order", "ticket"}:
            await outbox.show(
                tx,
                shop_id=shop.shop_id,
                chat_id=errand.chat_id,
                person_id=errand.person_id,
                subject_kind=view,
                subject_id=body,
                reply_to=errand.reply_to,
                now=shop.now(),
            )
            return
        await outbox.tell(
            tx,
            shop_id=shop.shop_id,
            chat_id=errand.chat_id,
            person_id=errand.person_id,
            view=view,
            body=body,
            # What went wrong is said below: the page that was there stays.
            edit=None if view in {"failed", "note"} else errand.edit_message_id,
            reply_to=errand.reply_to,
            now=shop.now(),
        )

    # --- the questions ---------------------------------------------------------------------

    async def _sources(self, errand: Errand) -> Answer:
        return await sources.of_sold(self._shop)

    async def _find(self, errand: Errand) -> Answer:
        kind, number = str(errand.body["kind"]), str(errand.body["number"])
        if kind == "ticket":
            return await self._find_ticket(number)
        if kind == "payment":
            return await self._find_payment(number)
        if kind == "bare":
            return await self._find_bare(number)
        return await self._find_order(number)

    async def _find_order(self, number: str) -> Answer:
        found = await self._search_order(number)
        if found is not None:
            return "order", found.order_id
        return "note", {"name": "order_not_found", "values": {"number": number}}

    async def _find_bare(self, digits: str) -> Answer:
        order = await self._search_order(f"TK{digits}")
        if order is not None:
            return "order", order.order_id
        ticket = await self._search_ticket(f"TKT{digits}")
        if ticket is not None:
            return "ticket", ticket.ticket_id
        return "note", {"name": "number_not_known", "values": {"number": digits}}

    async def _search_order(self, number: str) -> Order | None:
        shop = self._shop
        for page in range(1, _PAGES + 1):
            began = shop.now()
            listed = await shop.marketplace.list_orders(
                page=page, search=number, priority=Priority.PERSON
            )
            for order in listed.items:
                if number in {order.order_no, order.order_id}:
                    async with shop.store.write() as tx:
                        # It was asked for, so it is no news to the one who asked; to the
                        # others it is: whatever a look shows is announced.
                        await take_in_order(
                            tx, shop.shop_id, order, looked_at=began, now=shop.now()
                        )
                    return order
            if not listed.items:
                break
        return None

    async def _find_ticket(self, number: str) -> Answer:
        found = await self._search_ticket(number)
        if found is not None:
            return "ticket", found.ticket_id
        return "note", {"name": "ticket_not_found", "values": {"number": number}}

    async def _search_ticket(self, number: str) -> Ticket | None:
        shop = self._shop
        for page in range(1, _PAGES + 1):
            began = shop.now()
            listed = await shop.marketplace.list_tickets(page=page, priority=Priority.PERSON)
            for ticket in listed.items:
                if number in {ticket.ticket_no, ticket.ticket_id}:
                    async with shop.store.write() as tx:
                        await take_in_ticket(
                            tx, shop.shop_id, ticket, looked_at=began, now=shop.now()
                        )
                    return ticket
            if not listed.items:
                break
        return None

    async def _find_payment(self, number: str) -> Answer:
        async with self._shop.store.read() as tx:
            payment = await payments.by_number(tx, self._shop.shop_id, number)
        payment = payment or await self._search_payment(number)
        if payment is None or payment.order_id is None:
            return "note", {"name": "payment_not_found", "values": {"number": number}}
        try:
            order = await read_anew(self._shop, payment.order_id)
        except NotFound:
            return "note", {"name": "order_not_found", "values": {"number": number}}
        return "order", order.order_id

    async def _search_payment(self, number: str) -> Payment | None:
        for page in range(1, _PAGES + 1):
            listed = await self._shop.marketplace.list_payments(page=page, priority=Priority.PERSON)
            for payment in listed.items:
                if payment.payment_no == number:
                    return payment
            if not listed.items:
                break
        return None
