"""The control API: be any person, read what was said and called, break things."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from . import acting
from .errors import ApiError, MisuseError
from .faults import FaultOrder
from .looking import callback, chat, number, wait, watch
from .model import Chat, Person
from .options import TelegramOptions
from .orders import (
    ClockOrder,
    EditOrder,
    FileOrder,
    GroupOrder,
    MessageOrder,
    PersonOrder,
    PressOrder,
    RawOrder,
    ReactOrder,
    SendOrder,
    WhoOrder,
)
from .world import World

Json = dict[str, Any]
Answer = Callable[[World, Request], Awaitable[Any]]
M = TypeVar("M", bound=BaseModel)

KEEP_ALIVE_SECONDS: Final = 15.0


async def _body(request: Request) -> Json:
    raw = await request.body()
    try:
        body = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError):
        raise MisuseError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise MisuseError("the body is not a JSON object")
    return body


async def _order(request: Request, kind: type[M]) -> M:
    return kind.model_validate(await _body(request))


def _group(world: World, request: Request) -> Chat:
    text = request.path_params["chat_id"]
    found = world.chats.get(int(text)) if text.removeprefix("-").isdecimal() else None
    if found is None or not found.is_group or found.migrated_to is not None:
        raise MisuseError(f"there is no group {text}", 404)
    return found


def person_view(person: Person) -> Json:
    """Return a person as GET /people lists them."""
    return {
        "id": person.id,
        "name": person.name,
        "first_name": person.first_name,
        "language": person.language,
        "started": person.started,
        "blocked": person.blocked,
    }


async def read_options(world: World, _: Request) -> Json:
    """GET /options."""
    return world.options.model_dump()


async def change_options(world: World, request: Request) -> Json:
    """POST /options: only what is named changes."""
    changes = await _body(request)
    checked = TelegramOptions.model_validate({**world.options.model_dump(), **changes})
    for name in TelegramOptions.model_fields:
        setattr(world.options, name, getattr(checked, name))
    return world.options.model_dump()


async def reset(world: World, request: Request) -> Json:
    """POST /reset: everything anew, with the given options over the defaults."""
    given = await _body(request)
    options = TelegramOptions.model_validate(given.get("options") or {})
    world.reset(options)
    return options.model_dump()


async def people(world: World, _: Request) -> Json:
    """GET /people."""
    return {"items": [person_view(person) for person in world.people.values()]}


async def add_person(world: World, request: Request) -> Json:
    """POST /people."""
    order = await _order(request, PersonOrder)
    person = world.add_person(
        order.name,
        order.id,
        language=order.language,
        username=order.username,
        started=order.started,
    )
    world.hub.changed(person.id)
    return person_view(person)


async def add_group(world: World, request: Request) -> Json:
    """POST /groups."""
    order = await _order(request, GroupOrder)
    members = [world.person(name) for name in order.members]
    chat = acting.open_group(world, order.title, members, basic=order.basic, admin=order.admin)
    return {"chat_id": chat.id}


async def migrate_group(world: World, request: Request) -> Json:
    """POST /groups/{chat_id}/migrate."""
    return {"chat_id": acting.migrate(world, _group(world, request)).id}


async def kick_bot(world: World, request: Request) -> Json:
    """POST /groups/{chat_id}/kick."""
    chat = _group(world, request)
    acting.kick(world, chat)
    return {"chat_id": chat.id}


async def send(world: World, request: Request) -> Json:
    """POST /send."""
    sent = acting.send(world, await _order(request, SendOrder))
    ids = [message.message_id for message in sent]
    return {"message_id": ids[0], "message_ids": ids, "chat_id": sent[0].chat_id}


async def edit(world: World, request: Request) -> Json:
    """POST /edit."""
    message = acting.edit(world, await _order(request, EditOrder))
    return {"message_id": message.message_id}


async def send_file(world: World, request: Request) -> Json:
    """POST /file."""
    message = acting.send_file(world, await _order(request, FileOrder))
    file_id = "" if message.file is None else message.file.file_id
    return {"message_id": message.message_id, "file_id": file_id}


async def press(world: World, request: Request) -> Json:
    """POST /press."""
    return {"callback_id": acting.press(world, await _order(request, PressOrder)).id}


async def delete(world: World, request: Request) -> Json:
    """POST /delete."""
    acting.delete(world, await _order(request, MessageOrder))
    return {}


async def react(world: World, request: Request) -> Json:
    """POST /react."""
    acting.react(world, await _order(request, ReactOrder))
    return {}


async def block(world: World, request: Request) -> Json:
    """POST /block."""
    return person_view(acting.block(world, await _order(request, WhoOrder), blocked=True))


async def unblock(world: World, request: Request) -> Json:
    """POST /unblock."""
    return person_view(acting.block(world, await _order(request, WhoOrder), blocked=False))


async def calls(world: World, request: Request) -> Json:
    """GET /calls?method=&since=."""
    since = int(number(request, "since", 0))
    return {"items": world.calls.shown(request.query_params.get("method"), since)}


async def add_fault(world: World, request: Request) -> Json:
    """POST /faults."""
    fault = world.faults.add(await _order(request, FaultOrder))
    # A poll that waits already may be what it is meant for.
    world.hub.changed()
    return {"id": fault.id}


async def read_faults(world: World, _: Request) -> Json:
    """GET /faults."""
    return {"items": world.faults.shown()}


async def clear_faults(world: World, _: Request) -> Json:
    """DELETE /faults."""
    world.faults.clear()
    world.hub.changed()
    return {}


async def end_fault(world: World, request: Request) -> Json:
    """DELETE /faults/{id}: one of them; what hangs already goes on hanging."""
    text = request.path_params["id"]
    if not text.isdecimal() or not world.faults.remove(int(text)):
        raise MisuseError("there is no such fault", 404)
    world.hub.changed()
    return {}


async def release_faults(world: World, _: Request) -> Json:
    """POST /faults/release."""
    world.faults.release()
    world.hub.wake()
    return {}


async def advance_clock(world: World, request: Request) -> Json:
    """POST /clock."""
    world.clock.advance((await _order(request, ClockOrder)).advance)
    world.hub.changed()
    return {"now": world.clock.now().isoformat()}


async def raw_update(world: World, request: Request) -> Json:
    """POST /update: an object as it is; any other text stands where a message should."""
    raw = (await _order(request, RawOrder)).raw
    if isinstance(raw, str):
        try:
            parsed = json.loads(raw)
        except ValueError:
            parsed = None
        raw = parsed if isinstance(parsed, dict) else {"message": raw}
    if not isinstance(raw, dict):
        raise MisuseError("raw is neither an object nor a text")
    return {"update_id": world.queue.add_raw(raw)}


async def file_content(world: World, request: Request) -> Response:
    """GET /files/{file_id}: the bytes of a file, for the page."""
    file = world.file(request.path_params["file_id"])
    if file is None:
        raise MisuseError("there is no such file", 404)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    shown = file.mime in {"image/png", "image/jpeg", "image/gif", "image/webp"}
    return Response(
        file.content,
        media_type=file.mime if shown else "application/octet-stream",
        headers=headers,
    )


async def events(world: World, _: Request) -> Response:
    """GET /events: a line for each change, a comment every 15 seconds."""

    async def lines() -> AsyncIterator[str]:
        yield ": hello\n\n"
        async for event in world.hub.events(KEEP_ALIVE_SECONDS):
            yield ": still here\n\n" if event is None else f"data: {json.dumps(event)}\n\n"

    return StreamingResponse(
        lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


def _reason(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False)
    )


def _endpoint(world: World, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            result = await answer(world, request)
        except MisuseError as error:
            return JSONResponse({"error": str(error)}, error.status)
        except ValidationError as error:
            return JSONResponse({"error": _reason(error)}, 422)
        except ApiError as error:
            return JSONResponse({"error": error.description}, 400)
        return result if isinstance(result, Response) else JSONResponse(result)

    return endpoint


_TABLE: Final[list[tuple[str, str, Answer]]] = [
    ("GET", "/options", read_options),
    ("POST", "/options", change_options),
    ("POST", "/reset", reset),
    ("GET", "/people", people),
    ("POST", "/people", add_person),
    ("POST", "/groups", add_group),
    ("POST", "/groups/{chat_id}/migrate", migrate_group),
    ("POST", "/groups/{chat_id}/kick", kick_bot),
    ("POST", "/send", send),
    ("POST", "/edit", edit),
    ("POST", "/file", send_file),
    ("POST", "/press", press),
    ("POST", "/delete", delete),
    ("POST", "/react", react),
    ("POST", "/block", block),
    ("POST", "/unblock", unblock),
    ("GET", "/callbacks/{id}", callback),
    ("GET", "/chat", chat),
    ("GET", "/watch", watch),
    ("GET", "/wait", wait),
    ("GET", "/calls", calls),
    ("GET", "/faults", read_faults),
    ("POST", "/faults", add_fault),
    ("DELETE", "/faults", clear_faults),
    ("DELETE", "/faults/{id}", end_fault),
    ("POST", "/faults/release", release_faults),
    ("POST", "/clock", advance_clock),
    ("POST", "/update", raw_update),
    ("GET", "/files/{file_id}", file_content),
    ("GET", "/events", events),
]


def control_routes(world: World) -> list[Route]:
    """Return the routes of the control API, to be mounted under /control."""
    return [
        Route(path, _endpoint(world, answer), methods=[method]) for method, path, answer in _TABLE
    ]
