"""The bot's parts in one process, with the practice Telegram and marketplace behind ASGI.

Nothing runs by itself here: a test lets people act, then lets the bot work until all is quiet.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr
from sqlalchemy import text
from starlette.applications import Starlette
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.chat.connection import QuietRequest
from bot.chat.drawing import Drawing
from bot.chat.gateway import TelegramGateway
from bot.chat.intake import Intake
from bot.chat.lanes import Lanes
from bot.chat.pacer import Pacer
from bot.chat.pinning import Pinning
from bot.chat.sender import Sender
from bot.desk.asking import Asking
from bot.desk.executor import Executor
from bot.desk.health import Gauges
from bot.desk.shop import Shop
from bot.desk.taking_up import take_up
from bot.model.facts import LookedAt
from bot.model.health_facts import FeedHealth
from bot.model.leaked import Leaks
from bot.model.person import Person, Role
from bot.store import errands, people, positions, products, sending, settling
from bot.store.database import Store
from bot.store.inbox import Received
from bot.store.news import take_in_order, take_in_ticket
from bot.supplier.addresses import load_addresses
from bot.supplier.auth import ApiKey
from bot.supplier.caller import Timeouts
from bot.supplier.client import Marketplace
from bot.watch.pins import Pins
from bot.watch.reminders import Reminders
from handlers.dispatch import Dispatch
from handlers.turn import House
from sandbox.clock import SettableClock
from sandbox.marketplace.app import create_app as create_marketplace
from sandbox.marketplace.faults import Kind as Fault
from sandbox.marketplace.ledger import Kind as Changed
from sandbox.telegram.app import create_app as create_telegram
from sandbox.telegram.faults import Kind as TelegramFault
from sandbox.telegram.options import TelegramOptions

from .ready import ready_store

TOKEN = "7000000001:practice-shop-practice-shop-practice"
BOT_ID = 7000000001
ANN, BEN, CLEO, SAM = 1001, 1002, 1003, 1099
START = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)
_ADDRESSES = load_addresses()
ONE_TRY = Timeouts(connect=1, read=1, write=1, total=1, patience=0, tries=1)

Say = Callable[[httpx.Request], None]
Feed = Literal["orders", "tickets", "products", "payments"]


def fine(request: httpx.Request) -> None:
    """Break nothing."""


class Line(httpx.ASGITransport):
    """The line to a server in this process; ``before`` and ``after`` may break it."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(app)
        self.before: Say = fine
        self.after: Say = fine
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        self.before(request)
        response = await super().handle_async_request(request)
        self.after(request)
        return response


def broken(error: Exception, *, times: int = 1, where: str = "") -> Say:
    """Return what raises ``error`` for the first ``times`` requests whose path has ``where``."""
    left = times

    def breaks(request: httpx.Request) -> None:
        nonlocal left
        if left and where in request.url.path:
            left -= 1
            raise error

    return breaks


class World:
    """Everything; made by :func:`open_world`."""

    def __init__(
        self, store: Store, shop_id: int, clock: SettableClock, before: World | None = None
    ) -> None:
        """Begin a world, or go on in the one ``before`` with another store."""
        self.store = store
        self.clock = clock
        if before is None:
            self.market = create_marketplace(clock=clock)
            self.telegram = create_telegram(TelegramOptions(limits=False), clock=clock)
        else:
            self.market, self.telegram = before.market, before.telegram
        self.market_line = Line(self.market)
        self.telegram_line = Line(self.telegram)
        self.looked_soon = 0
        self.marketplace = Marketplace(
            "http://market.test",
            ApiKey(SecretStr("practice-key")),
            _ADDRESSES,
            calls_per_minute=6000,
            timeouts=ONE_TRY,
            clock=clock.monotonic,
            sleep=self._sleep,
            transport=self.market_line,
        )
        self.bot = make_test_bot(self.telegram_line)
        self.gateway = TelegramGateway(self.bot)
        self.shop = Shop(shop_id, store, self.marketplace, clock.now, self._look_soon)
        self.drawing = Drawing(
            shop_id, "USD", ZoneInfo("UTC"), "en", marketplace_url="http://market.test"
        )
        self.executor = Executor(self.shop)
        self.asking = Asking(self.shop, self.gateway)
        self.reminders = Reminders(store, shop_id, clock.now)
        self.feeds: tuple[FeedHealth, ...] = (FeedHealth("orders"), FeedHealth("tickets"))
        self.pins = Pins(store, shop_id, clock.now, lambda: self.feeds)
        self.pinning = Pinning(store, self.gateway, shop_id, clock.now)
        self.pacer = Pacer(clock.monotonic)
        self.sender = Sender(
            store=store,
            gateway=self.gateway,
            drawing=self.drawing,
            pacer=self.pacer,
            now=clock.now,
        )
        self.gauges = Gauges(
            version="0.1.0",
            started_at=clock.now(),
            calls_per_minute=60,
            feeds=lambda: (FeedHealth("orders", last_good_at=clock.now()), FeedHealth("tickets")),
            sweep_minutes=lambda: None,
            telegram_failing_since=lambda: None,
        )
        self.dispatch = Dispatch(self.bot, House(self.shop, self.drawing, self.gauges))
        self.lanes = Lanes(
            store=store,
            bot=self.bot,
            bot_id=BOT_ID,
            shop_id=shop_id,
            now=clock.now,
            handle=self.dispatch,
        )
        self.arrived: deque[Received] = deque()
        self.intake = Intake(
            gateway=self.gateway,
            store=store,
            bot_id=BOT_ID,
            shop_id=shop_id,
            now=clock.now,
            deliver=self.arrived.extend,
            leaks=Leaks((TOKEN, "practice-key")),
        )
        self.offset: int | None = None
        self._quiet: dict[str, tuple[int, datetime]] = {}
        self._market = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.market), base_url="http://market.test/control"
        )
        self._telegram = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.telegram), base_url="http://telegram.test/control"
        )

    @property
    def shop_id(self) -> int:
        return self.shop.shop_id

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def _sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def _look_soon(self) -> None:
        self.looked_soon += 1

    # --- the marketplace's side --------------------------------------------------------------

    async def control(self, path: str, **body: Any) -> Any:
        answer = await self._market.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def look(self, path: str) -> Any:
        answer = await self._market.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    async def trouble(self, operation: str, kind: Fault, **more: Any) -> None:
        await self.control("/faults", operation=operation, kind=kind, **more)

    async def no_trouble(self) -> None:
        assert (await self._market.delete("/faults")).is_success

    async def changes(self, kind: Changed) -> list[Any]:
        items = (await self.look("/changes"))["items"]
        return [item for item in items if item["kind"] == kind and item["by"] == "api"]

    async def order(self, *, known: bool = True, **wanted: Any) -> str:
        """Place a paid order, delivered by hand, and let the bot know it; return its ID."""
        order_id = str((await self.control("/orders", **wanted))["order_id"])
        if known:
            await self.see_order(order_id)
        return order_id

    async def ticket(self, order_id: str, text: str = "Help", *, known: bool = True) -> str:
        made = await self.control("/tickets", order_id=order_id, text=text)
        ticket_id = str(made["ticket_id"])
        if known:
            await self.see_ticket(ticket_id)
        return ticket_id

    async def see_order(self, order_id: str) -> None:
        order = await self.marketplace.get_order(order_id)
        async with self.store.write() as tx:
            await take_in_order(
                tx, self.shop_id, order, looked_at=self.now, now=self.now, quiet=True
            )

    async def see_ticket(self, ticket_id: str) -> None:
        ticket = await self.marketplace.get_ticket(ticket_id)
        async with self.store.write() as tx:
            await take_in_ticket(
                tx, self.shop_id, ticket, looked_at=self.now, now=self.now, quiet=True
            )

    async def product(self, title: str = "Windows", *, known: bool = True) -> str:
        """Let the bot know all products; return the ID of the one whose title begins so."""
        if known:
            began = self.now
            shown = [product async for product in self.marketplace.every_product()]
            async with self.store.write() as tx:
                await products.take_in(tx, self.shop_id, shown, looked_at=began, now=self.now)
            await self.looked("products")
        return str((await self._true_product(title))["product_id"])

    async def _true_product(self, title: str) -> Any:
        shown = (await self.look("/state"))["products"]
        return next(product for product in shown if product["title"].startswith(title))

    async def true_product(self, product_id: str) -> Any:
        """Return a product as it truly is; None where there is none."""
        shown = (await self.look("/state"))["products"]
        return next((one for one in shown if one["product_id"] == product_id), None)

    async def true_order(self, order_id: str) -> Any:
        orders = (await self.look("/state"))["orders"]
        return next(order for order in orders if order["order_id"] == order_id)

    async def true_ticket(self, ticket_id: str) -> Any:
        tickets = (await self.look("/state"))["tickets"]
        return next(ticket for ticket in tickets if ticket["ticket_id"] == ticket_id)

    async def number(self, order_id: str) -> str:
        return str((await self.true_order(order_id))["order_no"])

    async def looked(self, feed: Feed, how_much: LookedAt = "all") -> None:
        """Let the poller have looked at nothing, some or all of a list."""
        first = {} if how_much == "nothing" else {"first_look": self.now.isoformat()}
        walk = {"done": how_much == "all", "watermark": None} if first else {}
        async with self.store.write() as tx:
            await positions.write(tx, self.shop_id, feed, first)
            await positions.write(tx, self.shop_id, f"{feed}.walk", walk)

    # --- the people's side --------------------------------------------------------------------

    async def act(self, path: str, **body: Any) -> Any:
        answer = await self._telegram.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def says(self, who: int, text: str, **more: Any) -> int:
        """Let a person write; the bot handles it and answers."""
        made = await self.act("/send", **{"as": who}, text=text, **more)
        await self.fetch()
        return int(made["message_id"])

    async def sends_file(
        self, who: int, content: bytes, name: str = "goods.txt", *, fetch: bool = True, **more: Any
    ) -> int:
        """Let a person send a file; the bot handles it and answers."""
        body = {"as": who, "name": name, "content_base64": base64.b64encode(content).decode()}
        made = await self.act("/file", **body, **more)
        if fetch:
            await self.fetch()
        return int(made["message_id"])

    async def edits(self, who: int, message_id: int, text: str) -> None:
        await self.act("/edit", **{"as": who}, message_id=message_id, text=text)
        await self.fetch()

    async def presses(self, who: int, message: Any, label: str) -> str:
        """Let a person press a button; return the toast."""
        body = {"as": who, "message_id": message["message_id"], "label": label}
        return await self._press(body)

    async def forges(self, who: int, message_id: int, data: str, **more: Any) -> str:
        body = {"as": who, "message_id": message_id, "data": data, "forge": True, **more}
        return await self._press(body)

    async def _press(self, body: dict[str, Any]) -> str:
        pressed = (await self.act("/press", **body))["callback_id"]
        await self.fetch()
        answer = await self._telegram.get(f"/callbacks/{pressed}")
        assert answer.json()["answered"]
        return str(answer.json()["text"] or "")

    async def update(self, raw: dict[str, Any]) -> None:
        """Let an update of any shape come in."""
        await self.act("/update", raw=raw)
        await self.fetch()

    async def chat(self, who: int, chat: int | None = None) -> list[Any]:
        query = {"as": who} if chat is None else {"as": who, "chat": chat}
        answer = await self._telegram.get("/chat", params=query)
        return list(answer.json()["items"])

    async def telegram_view(self, who: int) -> Any:
        """Return a private chat as its person sees it, with what is pinned above it."""
        return (await self._telegram.get("/chat", params={"as": who})).json()

    async def from_bot(self, who: int, chat: int | None = None) -> list[Any]:
        return [each for each in await self.chat(who, chat) if each["from"] == "bot"]

    async def last(self, who: int, chat: int | None = None) -> Any:
        return (await self.from_bot(who, chat))[-1]

    async def reactions(self, who: int, message_id: int) -> list[str]:
        found = next(m for m in await self.chat(who) if m["message_id"] == message_id)
        return list(found["reactions"])

    async def telegram_trouble(self, method: str, kind: TelegramFault, **more: Any) -> None:
        await self.act("/faults", method=method, kind=kind, **more)

    async def telegram_calls(self, method: str) -> list[Any]:
        answer = await self._telegram.get("/calls", params={"method": method})
        return list(answer.json()["items"])

    # --- the bot's side -----------------------------------------------------------------------

    async def fetch(self) -> None:
        """Fetch what waits at Telegram, handle it, and let everything else be done."""
        async with asyncio.timeout(5):
            raw = await self.gateway.get_updates(self.offset)
        async with asyncio.TaskGroup() as answers:
            self.offset = await self.intake._take_in(raw, self.offset, answers)
        while self.arrived:
            await self.lanes._take(self.arrived.popleft())
        await self.settle()

    async def settle(self) -> None:
        """Work until nothing is due at this moment of the clock."""
        parts = {"intents": self.work, "errands": self.ask, "messages": self.send}
        for _ in range(50):
            if not any([await self._unless_quiet(name, does) for name, does in parts.items()]):
                return
        raise AssertionError("it never becomes quiet")

    async def _unless_quiet(self, name: str, does: Callable[[], Awaitable[bool]]) -> bool:
        """Let a part work, if it was woken since it found nothing to do, as it is in the bot."""
        looked = self._moment(name)
        if self._quiet.get(name) == looked:
            return False
        did = await does()
        if not did:
            self._quiet[name] = looked
        return did

    def _moment(self, name: str) -> tuple[int, datetime]:
        return self.store.signals.count(name), self.now

    def begins_anew(self) -> None:
        """Let every part look at once, as in a process that has just started."""
        self._quiet.clear()

    async def work(self) -> bool:
        """Take every due intent a step on; say whether there was any."""
        async with self.store.read() as tx:
            due = await settling.due(tx, self.now)
        for intent in due:
            await self.executor._take(intent)
        return bool(due)

    async def ask(self) -> bool:
        await self.asking.expire_drafts()
        async with self.store.read() as tx:
            waiting = await errands.open_errands(tx)
        ready = self.asking._ready(waiting)
        for errand in ready:
            await self.asking._take(errand)
        return bool(ready)

    async def send(self) -> bool:
        """Send everything that is due; say whether there was any."""
        sent = False
        while True:
            looked = self._moment("messages")
            async with self.store.read() as tx:
                paused = await people.paused_chats(tx)
                chats = await sending.due_chats(tx, self.now, paused)
            if not chats:
                self._quiet["messages"] = looked
                return sent
            for chat_id, _ in chats:
                await self.sender._send_next(chat_id)
            sent = True

    async def later(self, seconds: float) -> None:
        """Let time pass, then let everything be done that became due."""
        self.clock.advance(seconds)
        await self.settle()

    async def join(self, person_id: int, role: Role = Role.OWNER) -> None:
        async with self.store.write() as tx:
            await people.seen(tx, person_id, NAMES[person_id], "en", self.now)
            await people.join(tx, self.shop_id, person_id, role, self.now)

    async def leave(self, person_id: int) -> None:
        """Send a member away."""
        async with self.store.write() as tx:
            await tx.execute(
                text("delete from members where person_id = :person"), {"person": person_id}
            )

    async def becomes(self, person_id: int, role: Role) -> None:
        async with self.store.write() as tx:
            await tx.execute(
                text("update members set role = :role where person_id = :person"),
                {"role": role.value, "person": person_id},
            )

    async def person(self, person_id: int) -> Person:
        async with self.store.read() as tx:
            found = await people.member(tx, self.shop_id, person_id)
        assert found is not None
        return found

    async def rows(self, sql: str) -> list[Any]:
        async with self.store.read() as tx:
            return [tuple(row) for row in (await tx.execute(text(sql))).all()]

    async def one(self, sql: str) -> Any:
        (row,) = await self.rows(sql)
        return row[0] if len(row) == 1 else row

    async def aclose(self) -> None:
        await self.dispatch.application.shutdown()
        await self.marketplace.aclose()
        await self._market.aclose()
        await self._telegram.aclose()
        await self.store.close()


NAMES = {ANN: "Ann", BEN: "Ben", CLEO: "Cleo", SAM: "Sam"}


def make_test_bot(line: httpx.AsyncBaseTransport) -> ExtBot[None]:
    """Return the library's bot, whose requests go over a line in this process."""

    def request() -> HTTPXRequest:
        return QuietRequest(httpx_kwargs={"transport": line, "verify": False})

    return ExtBot(
        TOKEN,
        base_url="http://telegram.test/bot",
        base_file_url="http://telegram.test/file/bot",
        request=request(),
        get_updates_request=request(),
    )


def shown(message: Any) -> str:
    """Return a message's text and the labels of its buttons."""
    return "\n".join([message["text"], *labels(message)])


def labels(message: Any) -> list[str]:
    return [button["text"] for row in message["keyboard"] for button in row]


@asynccontextmanager
async def open_world(folder: Path, *, owners: tuple[int, ...] = (ANN,)) -> AsyncIterator[World]:
    """Give a world with a shop and its owners; everything is closed after it."""
    clock = SettableClock(START)
    store = await ready_store(folder)
    async with store.write() as tx:
        shop_id = await people.the_shop(tx, clock.now())
    world = World(store, shop_id, clock)
    try:
        for owner in owners:
            await world.join(owner)
        await world.dispatch.application.initialize()
        for feed in ("orders", "tickets"):
            await world.looked(feed)
        yield world
    finally:
        await world.aclose()


@asynccontextmanager
async def another_bot(before: World, folder: Path) -> AsyncIterator[World]:
    """Give the world of ``before``, which is closed, with a bot that has just started."""
    store = await ready_store(folder)
    async with store.write() as tx:
        shop_id = await people.the_shop(tx, before.clock.now())
        await take_up(tx, shop_id, before.clock.now())
    world = World(store, shop_id, before.clock, before)
    try:
        await world.dispatch.application.initialize()
        yield world
    finally:
        await world.aclose()


MINUTE = timedelta(minutes=1)
