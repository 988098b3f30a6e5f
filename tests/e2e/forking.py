"""A nursery's own side: a process that has imported everything, and forks.

It reads a line of JSON on its stdin for each (``folder``, ``environment``, ``log``, ``stdout``
where that is not the log, and what ``live`` wants to know), and answers with the process ID; once
the bot has ended, it tells the ID and the status. When its stdin ends, so does all that it has
forked.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import random
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

Live = Callable[[dict[str, Any]], int]
_STDIN: Final = 0
# What a bot imports only once it runs.
_IMPORTED_LATE: Final = (
    "alembic.command",
    "alembic.config",
    "alembic.op",
    "anyio._backends._asyncio",
    "anyio.streams.tls",
    "bot.cli",
    "bot.env_file",
    "bot.life",
    "bot.running",
    "bot.settings_reading",
    "bot.views.catalogue",
    "concurrent.futures.thread",
    "importlib.readers",
)


def prepare() -> None:
    """Import what a bot needs, and read what it reads at every start."""
    for late in _IMPORTED_LATE:
        importlib.import_module(late)
    import ssl

    import httpx
    import typer.main

    from bot.cli import app
    from bot.views.drawing import warm

    warm("en")
    # Built from what is declared by every command, and always the same.
    vars(typer.main)["get_command"] = functools.cache(typer.main.get_command)
    typer.main.get_command(app)
    # Read from the disk by every client, and used by none: the practice shop speaks plain HTTP.
    vars(ssl)["create_default_context"] = functools.cache(ssl.create_default_context)
    httpx.create_ssl_context()


def serve(live: Live) -> None:
    """Fork on request, until stdin ends; ``live`` is a bot's life, and returns its exit status."""
    assert threading.active_count() == 1, "a fork would lose the other threads"
    gc.collect()
    gc.freeze()
    children: dict[int, int] = {}  # by the pipe that is closed when the process ends
    begun = b""
    while True:
        ready, _, _ = select.select([_STDIN, *children], [], [])
        for end in ready:
            if end != _STDIN:
                _tell_of_the_end(children.pop(end))
                os.close(end)
        if _STDIN in ready:
            said = os.read(_STDIN, 1 << 16)
            if not said:
                break
            *orders, begun = (begun + said).split(b"\n")
            for order in orders:
                child, end = _fork(json.loads(order), live, list(children))
                children[end] = child
                print(child, flush=True)  # noqa: T201
    for child in children.values():
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _tell_of_the_end(child: int) -> None:
    _, status = os.waitpid(child, 0)
    print(child, os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _fork(order: dict[str, Any], live: Live, inherited: list[int]) -> tuple[int, int]:
    end, held = os.pipe()
    child = os.fork()
    if child == 0:
        for descriptor in (end, *inherited):
            os.close(descriptor)
        _child(order, live)
    os.close(held)
    return child, end


def _child(order: dict[str, Any], live: Live) -> None:
    status = 1
    try:
        os.setsid()
        os.chdir(order["folder"])
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        told = os.open(order["stdout"], os.O_WRONLY) if "stdout" in order else log
        for given, wanted in ((nothing, 0), (told, 1), (log, 2)):
            os.dup2(given, wanted)
        os.environ.clear()
        os.environ.update(order["environment"])
        random.seed()
        status = live(order)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
