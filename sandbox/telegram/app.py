"""The practice Telegram as a Starlette application."""

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from sandbox.clock import Clock, SystemClock

from .control import control_routes
from .options import TelegramOptions
from .server import BotApi
from .world import World


def create_app(options: TelegramOptions | None = None, *, clock: Clock | None = None) -> Starlette:
    """Return the Bot API server with its control API under /control.

    It runs by itself or mounted. Whoever serves it calls `app.state.hub.close()` when it is
    about to stop, so that long polls, event streams and hanging calls end at once.
    """
    world = World(options or TelegramOptions(), clock or SystemClock())
    api = BotApi(world)
    methods = ["GET", "POST"]
    app = Starlette(
        routes=[
            Route("/file/bot{token}/{path:path}", api.download, methods=["GET"]),
            Route("/bot{token}/{method}", api.call, methods=methods),
            Route("/bot{rest:path}", api.nowhere, methods=methods),
            Mount("/control", routes=control_routes(world)),
        ]
    )
    app.state.hub = world.hub
    app.state.world = world
    return app
