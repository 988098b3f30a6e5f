"""What is looked at through the control API, and waited for: chats, messages, answered presses."""

from collections.abc import Callable
from itertools import takewhile
from typing import Any, Final

from starlette.requests import Request

from . import acting
from .errors import MisuseError
from .hub import Departure, T
from .model import Chat, Message, Person
from .view import chat_view, holds, message_view
from .world import World

Json = dict[str, Any]
_LONGEST_WAIT: Final = 120.0


def number(request: Request, name: str, default: float) -> float:
    """Return a number of the query; raises MisuseError where it is none."""
    try:
        return float(request.query_params.get(name, default))
    except ValueError:
        raise MisuseError(f"{name} is not a number") from None


def _person(world: World, request: Request) -> Person:
    """Return whom the query names; raises MisuseError where nobody is."""
    return world.person(request.query_params.get("as", ""))


def _whose(world: World, request: Request) -> tuple[Person, Chat]:
    person = _person(world, request)
    given = request.query_params.get("chat")
    return person, acting.place(world, person, int(number(request, "chat", 0)) if given else None)


async def _until(
    world: World, request: Request, look: Callable[[], T | None], seconds: float
) -> T | None:
    if (found := look()) is not None:
        return found
    async with Departure(request) as gone:
        return await world.hub.until(look, min(seconds, _LONGEST_WAIT), gone=gone)


async def callback(world: World, request: Request) -> Json:
    """GET /callbacks/{id}?wait=seconds: how a press was answered, if it was."""
    found = world.callbacks.get(request.path_params["id"])
    if found is None:
        raise MisuseError("there is no such press", 404)

    def answered() -> float | None:
        return found.answered_at

    await _until(world, request, answered, number(request, "wait", 0.0))
    end = found.answered_at if found.answered_at is not None else world.clock.monotonic()
    return {
        "answered": found.answered_at is not None,
        "text": found.text,
        "alert": found.alert,
        "seconds": end - found.at,
    }


async def chat(world: World, request: Request) -> Json:
    """GET /chat?as=&chat=&after=: the chat as that person sees it."""
    person, place = _whose(world, request)
    return chat_view(world, person, place, after=int(number(request, "after", 0)))


async def watch(world: World, request: Request) -> Json:
    """GET /watch?as=&chat=&after=&only=&from=bot&holds=&seen=&wait=: messages of a chat.

    Those after an ID, or the one of that ID alone; `holds`, as often as wanted: all of these texts.
    Whoever has `seen` the chat at a revision waits until there is another, and (with `holds`) a
    message to show, for `wait` seconds at most.
    """
    query = request.query_params
    _, place = _whose(world, request)
    texts, by_bot = query.getlist("holds"), query.get("from") == "bot"
    only, after = int(number(request, "only", 0)), int(number(request, "after", 0))
    seen = int(number(request, "seen", -1))

    def found() -> list[Message]:
        among = [place.messages.get(only)] if only else reversed(place.messages.values())
        newer = takewhile(lambda message: message and message.message_id > after, among)
        return [
            message
            for message in newer
            if message
            and (acting.from_bot(message) or not by_bot)
            and all(holds(message, text) for text in texts)
        ][::-1]

    def changed() -> bool | None:
        nonlocal seen
        if world.hub.changes(place.id) == seen:
            return None
        seen = world.hub.changes(place.id)
        return not texts or bool(found()) or None

    await _until(world, request, changed, number(request, "wait", 0.0))
    return {
        "items": [message_view(world, place, message) for message in found()],
        "revision": world.hub.changes(place.id),
    }


async def wait(world: World, request: Request) -> Json:
    """GET /wait: the newest message that contains a text, as soon as there is one.

    Looks at the bot's messages; `from=any` looks at everyone's.
    """
    query = request.query_params
    _, place = _whose(world, request)
    contains, after = query.get("contains", ""), int(number(request, "after", 0))
    anyone = query.get("from", "bot") == "any"

    def look() -> Message | None:
        for message in reversed(place.messages.values()):
            if message.message_id <= after:
                return None
            if (anyone or acting.from_bot(message)) and holds(message, contains):
                return message
        return None

    found = await _until(world, request, look, number(request, "timeout", 5.0))
    return {"item": None if found is None else message_view(world, place, found)}
