"""One event stream for both sides: a browser gives a host six connections, not six a window."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sandbox.marketplace.site import Site
from sandbox.telegram.hub import Hub

KEEP_ALIVE_SECONDS: Final = 15.0

Event = dict[str, Any]
_Events = asyncio.Queue[Event | None]


async def changes(site: Site, hub: Hub, keep_alive: float) -> AsyncIterator[Event | None]:
    """Yield every change of either side; None each `keep_alive` seconds without one."""
    heard: _Events = asyncio.Queue()
    listeners = [
        asyncio.create_task(_hear_market(site, heard)),
        asyncio.create_task(_hear_telegram(hub, heard)),
    ]
    try:
        while True:
            try:
                event = await asyncio.wait_for(heard.get(), keep_alive)
            except TimeoutError:
                yield None
                continue
            if event is None:
                return
            yield event
    finally:
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)


async def _hear_market(site: Site, heard: _Events) -> None:
    with site.market.ledger.listen() as bell:
        while not site.faults.stopping.is_set():
            await bell.wait()
            bell.clear()
            if not site.faults.stopping.is_set():
                heard.put_nowait({"side": "market", "kind": "changed"})
    heard.put_nowait(None)


async def _hear_telegram(hub: Hub, heard: _Events) -> None:
    async for event in hub.events(KEEP_ALIVE_SECONDS):
        if event is not None:
            heard.put_nowait({"side": "telegram", **event})
    heard.put_nowait(None)


def events_endpoint(site: Site, hub: Hub) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of GET /events: a line for each change, a comment every 15 seconds."""

    async def lines() -> AsyncIterator[str]:
        yield ": hello\n\n"
        async for event in changes(site, hub, KEEP_ALIVE_SECONDS):
            yield ": still here\n\n" if event is None else f"data: {json.dumps(event)}\n\n"

    async def events(_request: Request) -> Response:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)

    return events
