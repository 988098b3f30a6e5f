"""The supplier API over HTTP: address, key, work, answer, and whatever is made to go wrong."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.marketplace import auth, pool, render
from sandbox.marketplace.endpoints import find, merged
from sandbox.marketplace.faults import DONE_KINDS, Fault
from sandbox.marketplace.ledger import Call, Origin
from sandbox.marketplace.market import RefusedError
from sandbox.marketplace.operations import HANDLERS, Ask
from sandbox.marketplace.params import Params
from sandbox.marketplace.render import PlainJson
from sandbox.marketplace.site import Site
from sandbox.marketplace.wire import break_off, wire_of

_HANG, _LATENCY = 60.0, 1.0
_PAGE = (
    "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"
)


@dataclass
class _Read:
    """A request's body, read."""

    fields: dict[str, Any] = field(default_factory=dict)
    image: bytes | None = None
    shown: dict[str, Any] = field(default_factory=dict)


class MarketApi:
    """The ASGI application that answers everything but control, media and the login page."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and write it into the ledger of calls."""
        request = Request(scope, receive)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        market = self._site.market
        match = find(
            merged(market.options.addresses, market.options.endpoints), request.method, path
        )
        query = {k: v for k, v in request.query_params.items() if k not in auth.KEY_FIELDS}
        call = market.ledger.call(market.now(), match.operation, request.method, path, query)
        started = market.clock.monotonic()
        try:
            read = await _read(request)
            call.body = read.shown
            verdict = auth.verdict(market.options, request, read.fields)
            call.authorised = verdict == "ok"
            if match.operation is None:
                response = _not_there(match.allowed)
                call.status = response.status_code
                await response(scope, receive, send)
                return
            params = Params({**request.query_params, **read.fields, **match.ids})
            ask = Ask(market, Origin("api", match.operation), params, read.image)
            await self._serve(call, ask, verdict, request, send)
        except RefusedError as refused:
            response = self._refusal(refused)
            call.status = response.status_code
            await response(scope, receive, send)
        except ClientDisconnect:
            return
        finally:
            call.duration = market.clock.monotonic() - started

    async def _serve(
        self, call: Call, ask: Ask, verdict: auth.Verdict, request: Request, send: Send
    ) -> None:
        scope, receive = request.scope, request.receive
        named = (ask.params.raw(name) for name in ("order_id", "ticket_id", "product_id"))
        subjects = [str(subject) for subject in named if subject is not None]
        fault = self._site.faults.take(str(call.operation), subjects)
        call.fault = fault.kind if fault else None
        if fault is not None and fault.kind == "latency":
            # A slow server does its work even when nobody waits for the answer any more.
            why = await self._hold(scope, fault.seconds or _LATENCY)
            if why == "stopping":
                await break_off(scope, receive)
                return
        response: Response | None = None
        if fault is None or fault.kind in DONE_KINDS:
            response = self._work(ask, verdict, request)
        if fault is not None and fault.kind != "latency":
            response = await self._spoil(fault, response, call, request, send)
        if response is not None:
            call.status = response.status_code
            await response(scope, receive, send)

    def _work(self, ask: Ask, verdict: auth.Verdict, request: Request) -> Response:
        if verdict != "ok":
            return self._shut_out(verdict, request)
        pool.settle(ask.market)
        try:
            answer = HANDLERS[str(ask.origin.operation)](ask)
        except RefusedError as refused:
            return self._refusal(refused)
        pool.settle(ask.market)
        return PlainJson(render.loosened(answer, ask.market.options.loose_types))

    def _shut_out(self, verdict: auth.Verdict, request: Request) -> Response:
        if verdict == "no session":
            return self._to_login(request)
        if verdict == "no csrf":
            text = "CSRF verification failed. Request aborted."
            return HTMLResponse(_PAGE.format("Forbidden", text), 403)
        refused = RefusedError("Invalid or missing API key.", status=401)
        return self._refusal(refused, as_ok=False)

    def _to_login(self, request: Request) -> Response:
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}/login/?next={quote(request.url.path)}", status_code=302)

    def _refusal(self, refused: RefusedError, *, as_ok: bool | None = None) -> Response:
        options = self._site.market.options
        content: dict[str, Any] = {"success": False, options.error_field: refused.message}
        if refused.fields:
            content["errors"] = refused.fields
        mild = options.refusals_as_ok if as_ok is None else as_ok
        return PlainJson(content, 200 if mild else refused.status)

    async def _hold(self, scope: Scope, seconds: float, receive: Receive | None = None) -> str:
        wire = wire_of(scope)
        stopping = wire.stopping if wire else None
        return await self._site.faults.hold(seconds, receive=receive, stopping=stopping)

    async def _spoil(
        self, fault: Fault, done: Response | None, call: Call, request: Request, send: Send
    ) -> Response | None:
        """Turn an answer into what the fault makes of it; None when nothing more is to be sent."""
        scope, receive = request.scope, request.receive
        match fault.kind:
            case "hang_before" | "hang_after":
                why = await self._hold(scope, fault.seconds or _HANG, receive)
                if why in ("gone", "stopping"):
                    await break_off(scope, receive)
                    return None
                return done or _plain_error(504, fault.message or "The marketplace took too long.")
            case "cut" | "cut_before":
                body = bytes(done.body) if done else b'{"success": true, "message": "Half of this'
                call.status = done.status_code if done else 200
                await _send_half(body, call.status, send)
                await break_off(scope, receive)
                return None
            case "close" | "close_after":
                await break_off(scope, receive)
                return None
            case "login":
                return self._to_login(request)
            case _:
                return _broken_answer(fault)


def _broken_answer(fault: Fault) -> Response:
    match fault.kind:
        case "html":
            text = fault.message or "The server encountered a temporary error."
            return HTMLResponse(_PAGE.format("Bad Gateway", text), fault.status or 502)
        case "throttle":
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            content = {"success": False, "message": fault.message or "Too many requests."}
            return PlainJson(content, fault.status or 429, headers=headers)
        case "refused":
            message = fault.message or "This cannot be done right now."
            return PlainJson({"success": False, "message": message})
        case "garbage" | "garbage_before":
            return Response('{"success": tr\x00 \ufffd <', media_type="application/json")
        case _:
            return _plain_error(fault.status or 500, fault.message or "Internal error.")


def _plain_error(status: int, message: str) -> Response:
    return PlainJson({"success": False, "message": message}, status)


def _not_there(allowed: tuple[str, ...]) -> Response:
    if allowed:
        headers = {"Allow": ", ".join(allowed)}
        return PlainJson({"detail": "Method not allowed."}, 405, headers=headers)
    return HTMLResponse(_PAGE.format("Not Found", "There is no such page."), 404)


async def _send_half(body: bytes, status: int, send: Send) -> None:
    length = max(len(body), 2)
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(length).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body[: length // 2], "more_body": True})


async def _read(request: Request) -> _Read:
    """Read JSON, form or multipart; the key never reaches what is shown."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return await _read_form(request)
    body = await request.body()
    if not body.strip():
        return _Read()
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError("The body is not valid JSON.") from None
    if not isinstance(fields, dict):
        raise RefusedError("The body must be a JSON object.")
    return _Read(fields, None, _without_key(fields))


async def _read_form(request: Request) -> _Read:
    read = _Read()
    try:
        async with request.form() as form:
            for name, value in form.multi_items():
                if not isinstance(value, UploadFile):
                    read.fields[name] = value
                elif name == "image":
                    read.image = await value.read()
                    read.shown[name] = {"filename": value.filename, "size": len(read.image)}
    except MultiPartException as error:
        raise RefusedError(error.message) from None
    read.shown |= _without_key(read.fields)
    return read


def _without_key(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in auth.KEY_FIELDS}
