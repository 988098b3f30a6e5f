"""The practice marketplace as an application of its own, or to be mounted into another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from sandbox.clock import Clock
from sandbox.marketplace.api import MarketApi
from sandbox.marketplace.control import Control
from sandbox.marketplace.documentation import documentation_page
from sandbox.marketplace.endpoints import merged
from sandbox.marketplace.options import MarketOptions
from sandbox.marketplace.render import PlainJson
from sandbox.marketplace.site import Site

_LOGIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Log in</title></head>
<body><h1>Log in to your supplier account</h1>
<form method="post"><label>E-mail <input name="email" type="email"></label>
<label>Password <input name="password" type="password"></label>
<button>Log in</button></form></body></html>
"""


def create_app(
    options: MarketOptions | None = None, *, clock: Clock | None = None, seed: int = 7
) -> Starlette:
    """Build the marketplace; `app.state.site` is the `Site` in it.

    A parent that mounts it enters `app.state.site.running()` in its own lifespan, since the
    lifespan of a mounted application is not run.
    """
    site = Site(options, clock=clock, seed=seed)

    async def login(_request: Request) -> Response:
        return HTMLResponse(_LOGIN)

    async def documentation(request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        table = merged(site.options.addresses, site.options.endpoints)
        return HTMLResponse(documentation_page(table, base))

    async def media(request: Request) -> Response:
        image = site.market.images.get(f"/media/{request.path_params['path']}")
        if image is None:
            return PlainTextResponse("There is no such picture.", 404)
        kind, content = image
        return Response(content, media_type=kind)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with site.running():
            yield

    async def misused(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return PlainJson({"error": str(error)}, status)

    app = Starlette(
        routes=[
            Mount("/control", routes=Control(site).routes()),
            Route("/login/", login, methods=["GET", "POST"]),
            Route("/docs/", documentation, methods=["GET"]),
            Route("/media/{path:path}", media, methods=["GET"]),
            Mount("", app=MarketApi(site)),
        ],
        exception_handlers={HTTPException: misused},
        lifespan=lifespan,
    )
    app.state.site = site
    return app
