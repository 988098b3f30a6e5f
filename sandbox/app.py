"""The practice shop as one application: the page, the practice Telegram, the marketplace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from sandbox.events import events_endpoint
from sandbox.marketplace.app import create_app as create_marketplace
from sandbox.marketplace.options import MarketOptions
from sandbox.telegram.app import create_app as create_telegram
from sandbox.telegram.options import TelegramOptions

PAGE = Path(__file__).parent / "page"

# The page shows words of strangers: whatever they write, nothing from elsewhere is loaded or run.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class _PageFiles(StaticFiles):
    """The page's own files, never kept by a browser: they change with the package."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_HEADERS)
        return response


async def _index(_request: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers=_HEADERS)


def create_app(
    *,
    seed: int = 7,
    life: bool = False,
    market_options: MarketOptions | None = None,
    telegram_options: TelegramOptions | None = None,
) -> Starlette:
    """Build the practice shop: `/`, `/events`, `/static`, `/telegram` and `/market`.

    `seed` chooses the same goods and buyers each time, `life` lets buyers order by themselves.
    `app.state.stop()` ends event streams and long polls, so that a server can stop at once.
    """
    options = market_options or MarketOptions()
    market = create_marketplace(options.changed({"life": life or options.life}), seed=seed)
    telegram = create_telegram(telegram_options)

    def stop() -> None:
        market.state.site.stop()
        telegram.state.hub.close()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # Starlette does not run the lifespan of what is mounted.
        async with (
            market.router.lifespan_context(market),
            telegram.router.lifespan_context(telegram),
        ):
            yield

    app = Starlette(
        routes=[
            Route("/", _index, methods=["GET"]),
            Route(
                "/events",
                events_endpoint(market.state.site, telegram.state.hub),
                methods=["GET"],
            ),
            Mount("/static", app=_PageFiles(directory=PAGE)),
            Mount("/telegram", app=telegram),
            Mount("/market", app=market),
        ],
        lifespan=lifespan,
    )
    app.state.stop = stop
    return app
