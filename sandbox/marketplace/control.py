"""The control API: be the buyer, break things, see what truly happened."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.marketplace import catalogue, pool, state, support, trade
from sandbox.marketplace.endpoints import as_toml, merged
from sandbox.marketplace.faults import Fault
from sandbox.marketplace.ledger import CONTROL
from sandbox.marketplace.market import Market, RefusedError
from sandbox.marketplace.records import Product
from sandbox.marketplace.render import PlainJson
from sandbox.marketplace.site import Site
from sandbox.marketplace.wire import wire_of

KEEP_ALIVE = 15.0
_MOST_AT_ONCE = 100_000
_MOST_UNITS = 1_000_000  # of one order


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Reset(_Body):
    seed: int | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    empty: bool = False


class _Order(_Body):
    product_id: str | int | None = None
    quantity: int | None = Field(default=None, ge=1, le=_MOST_UNITS)
    buyer_id: str | None = None
    paid: bool = True
    coupon: bool = False
    created_at: AwareDatetime | None = None


class _Orders(_Order):
    count: int = Field(ge=1, le=_MOST_AT_ONCE)
    step: float = 0.0
    brief: bool = False


class _Rows(_Body):
    rows: list[str] = Field(min_length=1)


class _Status(_Body):
    status: str = Field(min_length=1)


class _Ticket(_Body):
    order_id: str | int
    title: str = "A problem with my order"
    text: str = "It does not work. Please help."
    buyer_id: str | None = None


class _Text(_Body):
    text: str = Field(min_length=1)


class _Lines(_Body):
    lines: list[str] = Field(min_length=1)


class _Life(_Body):
    on: bool
    speed: float | None = Field(default=None, gt=0)


B = TypeVar("B", bound=_Body)


class Control:
    """The endpoints; one method each."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def _market(self) -> Market:
        return self._site.market

    def routes(self) -> list[Route]:
        """Return the routes, without any prefix."""
        return [
            self._get("/options", self._options),
            self._post("/options", self._change_options),
            self._post("/reset", self._reset),
            self._get("/state", self._state),
            self._get("/endpoints", self._endpoints),
            self._post("/orders", self._place),
            self._post("/orders/bulk", self._place_many),
            self._post("/orders/{order_id}/pay", self._pay),
            self._post("/orders/{order_id}/confirm-receipt", self._confirm),
            self._post("/orders/{order_id}/deliver", self._deliver),
            self._post("/orders/{order_id}/status", self._order_status),
            self._post("/tickets", self._open_ticket),
            self._post("/tickets/{ticket_id}/write", self._write),
            self._post("/tickets/{ticket_id}/invite-admin", self._invite_admin),
            self._post("/tickets/{ticket_id}/close", self._close),
            self._post("/tickets/{ticket_id}/status", self._ticket_status),
            self._post("/products/{product_id}/stock", self._stock),
            self._post("/products/{product_id}/approve", self._approve),
            self._post("/life", self._life),
            self._get("/calls", self._calls),
            self._get("/changes", self._changes),
            self._get("/faults", self._faults),
            self._post("/faults", self._add_fault),
            self._route("/faults", "DELETE", self._clear_faults),
            self._post("/faults/release", self._release),
            Route("/events", self._events, methods=["GET"]),
        ]

    def _get(self, path: str, act: Callable[[Request, bytes], Any]) -> Route:
        return self._route(path, "GET", act)

    def _post(self, path: str, act: Callable[[Request, bytes], Any]) -> Route:
        return self._route(path, "POST", act)

    def _route(self, path: str, method: str, act: Callable[[Request, bytes], Any]) -> Route:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            pool.settle(self._market)
            try:
                answer = act(request, body)
            except RefusedError as refused:
                return PlainJson({"error": refused.message}, refused.status)
            except ValidationError as error:
                return PlainJson({"error": _problems(error)}, 400)
            except ValueError as error:
                return PlainJson({"error": str(error)}, 400)
            pool.settle(self._market)
            return answer if isinstance(answer, Response) else PlainJson(answer)

        return Route(path, endpoint, methods=[method], name=f"{method} {path}")

    # The marketplace as a whole.

    def _options(self, _request: Request, _body: bytes) -> Any:
        return self._site.options.model_dump(mode="json")

    def _change_options(self, _request: Request, body: bytes) -> Any:
        partial = _Anything.model_validate_json(body or b"{}").model_extra or {}
        return self._site.change_options(partial).model_dump(mode="json")

    def _reset(self, _request: Request, body: bytes) -> Any:
        wanted = _parsed(_Reset, body)
        self._site.reset(seed=wanted.seed, options=wanted.options, empty=wanted.empty)
        return self._site.options.model_dump(mode="json")

    def _state(self, request: Request, _body: bytes) -> Any:
        return state.whole_state(self._market, _whole(request, "limit"))

    def _endpoints(self, _request: Request, _body: bytes) -> Any:
        options = self._site.options
        text = as_toml(merged(options.addresses, options.endpoints))
        return PlainTextResponse(text, media_type="application/toml")

    def _life(self, _request: Request, body: bytes) -> Any:
        wanted = _parsed(_Life, body)
        speed = {} if wanted.speed is None else {"life_speed": wanted.speed}
        options = self._site.change_options({"life": wanted.on, **speed})
        return {"on": options.life, "speed": options.life_speed}

    # The buyer's side.

    def _place(self, _request: Request, body: bytes) -> Any:
        wanted = _parsed(_Order, body)
        order = trade.place(self._market, CONTROL, self._purchase(wanted, wanted.created_at))
        if wanted.paid:
            trade.pay(self._market, CONTROL, order, at=wanted.created_at)
        return state.order_state(self._market, order)

    def _place_many(self, _request: Request, body: bytes) -> Any:
        wanted = _parsed(_Orders, body)
        start = wanted.created_at or self._market.now()
        moments = trade.spread(start, wanted.step, wanted.count)
        purchases = [self._purchase(wanted, moment) for moment in moments]
        orders = trade.place_many(self._market, CONTROL, purchases)
        if wanted.paid:
            for order in orders:
                trade.pay(self._market, CONTROL, order, at=order.created_at)
        if wanted.brief:
            return {"items": [{"order_id": o.id, "order_no": o.no} for o in orders]}
        return {"items": [state.order_state(self._market, order) for order in orders]}

    def _purchase(self, wanted: _Order, created_at: datetime | None) -> trade.Purchase:
        if wanted.product_id is None:
            product = self._by_hand()
        else:
            product = self._market.product(wanted.product_id)
        buyer = wanted.buyer_id or self._market.chance.choice(self._market.buyers)
        quantity = wanted.quantity or max(1, product.min_quantity)
        return trade.Purchase(product, buyer, quantity, wanted.coupon, created_at)

    def _by_hand(self) -> Product:
        for product in self._market.products:
            if product.pool is None and product.status == "active":
                return product
        raise RefusedError("There is no product that is delivered by hand.", status=409)

    def _pay(self, request: Request, _body: bytes) -> Any:
        order = self._market.order(request.path_params["order_id"])
        trade.pay(self._market, CONTROL, order)
        return state.order_state(self._market, order)

    def _confirm(self, request: Request, _body: bytes) -> Any:
        order = self._market.order(request.path_params["order_id"])
        trade.confirm_receipt(self._market, CONTROL, order)
        return state.order_state(self._market, order)

    def _deliver(self, request: Request, body: bytes) -> Any:
        rows = _parsed(_Rows, body).rows
        order = self._market.order(request.path_params["order_id"])
        trade.deliver(self._market, CONTROL, order, rows, append=True)
        return state.order_state(self._market, order)

    def _order_status(self, request: Request, body: bytes) -> Any:
        status = _parsed(_Status, body).status
        order = self._market.order(request.path_params["order_id"])
        trade.force_status(self._market, CONTROL, order, status)
        return state.order_state(self._market, order)

    def _open_ticket(self, _request: Request, body: bytes) -> Any:
        wanted = _parsed(_Ticket, body)
        ticket = support.open_ticket(
            self._market,
            CONTROL,
            self._market.order(wanted.order_id),
            author="buyer",
            title=wanted.title,
            text=wanted.text,
            buyer_id=wanted.buyer_id,
        )
        return state.ticket_state(self._market, ticket)

    def _write(self, request: Request, body: bytes) -> Any:
        text = _parsed(_Text, body).text
        ticket = self._market.ticket(request.path_params["ticket_id"])
        support.say(self._market, CONTROL, ticket, "buyer", text)
        return state.ticket_state(self._market, ticket)

    def _invite_admin(self, request: Request, _body: bytes) -> Any:
        ticket = self._market.ticket(request.path_params["ticket_id"])
        support.invite_admin(self._market, CONTROL, ticket)
        return state.ticket_state(self._market, ticket)

    def _close(self, request: Request, _body: bytes) -> Any:
        ticket = self._market.ticket(request.path_params["ticket_id"])
        support.move(self._market, CONTROL, ticket, "closed")
        return state.ticket_state(self._market, ticket)

    def _ticket_status(self, request: Request, body: bytes) -> Any:
        status = _parsed(_Status, body).status
        ticket = self._market.ticket(request.path_params["ticket_id"])
        support.move(self._market, CONTROL, ticket, status, known_only=False)
        return state.ticket_state(self._market, ticket)

    def _stock(self, request: Request, body: bytes) -> Any:
        accounts = pool.parse_lines(_parsed(_Lines, body).lines)
        product = self._market.product(request.path_params["product_id"])
        served = pool.add_accounts(self._market, CONTROL, product, accounts)
        return state.product_state(self._market, product) | {"delivery_tasks_queued": served}

    def _approve(self, request: Request, _body: bytes) -> Any:
        product = self._market.product(request.path_params["product_id"])
        catalogue.approve(self._market, product)
        return state.product_state(self._market, product)

    # What happened, and what is to go wrong.

    def _calls(self, request: Request, _body: bytes) -> Any:
        wanted = request.query_params.get("operation")
        calls = self._market.ledger.calls[_whole(request, "since") or 0 :]
        shown = [call for call in calls if wanted in (None, "", call.operation)]
        return {"items": [state.call_state(self._market, call) for call in shown]}

    def _changes(self, request: Request, _body: bytes) -> Any:
        changes = self._market.ledger.changes[_whole(request, "since") or 0 :]
        return {"items": [state.change_state(self._market, change) for change in changes]}

    def _faults(self, _request: Request, _body: bytes) -> Any:
        faults = self._site.faults.items().items()
        return {"items": [{"id": key, **fault.model_dump()} for key, fault in faults]}

    def _add_fault(self, _request: Request, body: bytes) -> Any:
        identifier = self._site.faults.add(Fault.model_validate_json(body or b"{}"))
        self._market.ledger.ring()
        return {"id": identifier}

    def _clear_faults(self, _request: Request, _body: bytes) -> Any:
        self._site.faults.clear()
        self._market.ledger.ring()
        return {"items": []}

    def _release(self, _request: Request, _body: bytes) -> Any:
        self._site.faults.release()
        return {"released": True}

    async def _events(self, request: Request) -> Response:
        wire = wire_of(request.scope)
        stopping = wire.stopping if wire else asyncio.Event()
        stream = self._stream(stopping)
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def _stream(self, stopping: asyncio.Event) -> AsyncIterator[str]:
        ends = (stopping, self._site.faults.stopping)
        with self._market.ledger.listen() as bell:
            yield ": here\n\n"
            while not any(end.is_set() for end in ends):
                if await _first_of((bell, *ends), KEEP_ALIVE):
                    if bell.is_set():
                        bell.clear()
                        yield 'data: {"kind": "changed"}\n\n'
                else:
                    yield ": still here\n\n"


class _Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


async def _first_of(events: tuple[asyncio.Event, ...], timeout: float) -> bool:
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return bool(done)


def _parsed(model: type[B], body: bytes) -> B:
    return model.model_validate_json(body or b"{}")


def _whole(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not text.isdigit():
        raise ValueError(f"{name} must be a whole number")
    return int(text)


def _problems(error: ValidationError) -> str:
    lines = (
        f"{'.'.join(map(str, item['loc'])) or 'body'}: {item['msg']}"
        for item in error.errors(include_url=False, include_input=False)
    )
    return "; ".join(lines)
