"""`python -m sandbox`: serves the practice shop until it is told to end."""

import argparse
import asyncio
import json
import signal
import socket
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress

import uvicorn
from starlette.applications import Starlette

from sandbox.app import create_app
from sandbox.marketplace.wire import BreakableProtocol

HOST = "127.0.0.1"
# How many ports after a taken one are tried.
PORTS_TRIED = 50
# Seconds that open requests get to end by themselves once everything was told to stop.
_GRACE = 1
# Longer than any client that polls waits: a connection closed just when it is used again would
# look to the client like an answer that was lost.
_KEEP_ALIVE = 75
_HIGHEST_PORT = 65535


class _Server(uvicorn.Server):
    """A server whose signals mean a clean end with status 0, and that says when it serves."""

    def __init__(self, config: uvicorn.Config, app: Starlette, port: int) -> None:
        super().__init__(config)
        self._app = app
        self._port = port

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # uvicorn's own way raises the signal again at the end, which would be another exit status.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            print(f"READY {json.dumps({'port': self._port})}", flush=True)  # noqa: T201

    def _end(self) -> None:
        self.should_exit = True
        self._app.state.stop()


def bound_socket(port: int) -> socket.socket:
    """Take the port, or the next free one within 50 after it; 0 takes any.

    Raises OSError when none of them is free.
    """
    last = OSError(f"no port from {port} to {port + PORTS_TRIED} is free")
    # What was given for 0 may be somebody else's by the time it is listened on: then another is.
    step = 1 if port else 0
    for number in range(min(PORTS_TRIED, _HIGHEST_PORT - port) + 1):
        candidate = port + number * step
        # asyncio turns Nagle's delay off only where TCP is named: else each answer takes 40 ms.
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, candidate))
            # Binding alone would succeed beside another socket that is bound but not listening yet.
            taken.listen(2048)
        except OSError:
            taken.close()
            continue
        taken.settimeout(0)  # a listener of an event loop never blocks
        return taken
    raise last


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to {_HIGHEST_PORT})")
    return port


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A marketplace and a Telegram to practise with, and a page that shows both.",
    )
    parser.add_argument(
        "--port", type=_port, default=8080, help="or the next free one; 0 for any (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=7, help="which goods and buyers (%(default)s)")
    parser.add_argument(
        "--life",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="buyers order, pay and complain by themselves",
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit status."""
    arguments = _arguments(argv)
    try:
        taken = bound_socket(arguments.port)
    except OSError as error:
        print(f"python -m sandbox: {error}", file=sys.stderr)  # noqa: T201
        return 1
    app = create_app(seed=arguments.seed, life=arguments.life)
    config = uvicorn.Config(
        app,
        http=BreakableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=_KEEP_ALIVE,
    )
    server = _Server(config, app, taken.getsockname()[1])
    with taken, suppress(KeyboardInterrupt):
        server.run(sockets=[taken])
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
