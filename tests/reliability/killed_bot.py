"""``supplier-bot run``, with a trap in it: the processes of the kill harness.

The bot itself is unchanged. Waits that only patience would lengthen are shorter: Telegram's pace
(tested elsewhere), the two minutes after which a negative is believed, the time-outs of calls, the
pause between two pages of the sweep. A call of an import takes two lines: a short paste is several.

Each bot is forked from a nursery that has imported everything and done nothing: a start then
takes a tenth of a second instead of one. The nursery reads a line of JSON on its stdin for each
(``environment``, ``folder``), and answers with two of its own: the process ID, and, once it has
ended, its status.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import json
import os
import random
import select
import signal
import ssl
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

POINT, NTH, NOTE = "KILL_POINT", "KILL_NTH", "KILL_NOTE"
# Longer than any answer of the practice shop that is late on purpose.
NEGATIVE_AFTER = timedelta(seconds=4)
CALL_SECONDS = 2.0
SWEEPS_A_MINUTE = 200.0
LINES_A_CALL = 2
# What a bot imports only once it runs.
_IMPORTED_LATE = (
    "alembic.command",
    "alembic.op",
    "anyio._backends._asyncio",
    "anyio.streams.tls",
    "concurrent.futures.thread",
)


def prepare() -> None:
    """Import what a bot needs, and shorten its patience."""
    for late in _IMPORTED_LATE:
        importlib.import_module(late)

    from bot.model import product_plans

    vars(product_plans)["PIECE"] = LINES_A_CALL  # before anybody has it by name

    from bot import app
    from bot.chat import pacer
    from bot.desk import executor
    from bot.supplier.caller import Timeouts
    from bot.views.drawing import warm
    from bot.watch import schedule

    for rate in ("_CHAT_RATE", "_CHAT_BURST", "_ALL_RATE", "_ALL_BURST"):
        setattr(pacer, rate, 10_000.0)
    vars(executor)["NEGATIVE_AFTER"] = NEGATIVE_AFTER
    vars(app)["_TIMEOUTS"] = Timeouts(read=CALL_SECONDS, write=CALL_SECONDS, total=CALL_SECONDS)
    vars(schedule)["_MOST_SWEEPING"] = SWEEPS_A_MINUTE
    warm("en")
    # Read from the disk by every client, and used by none: the practice shop speaks plain HTTP.
    vars(ssl)["create_default_context"] = functools.cache(ssl.create_default_context)
    httpx.create_ssl_context()


def live() -> int:
    """Run the bot, until it ends or the trap closes."""
    from bot.app import run_bot
    from bot.settings import load_settings

    from .points import Trap, arm

    point = os.environ.get(POINT)
    if point:
        arm(Trap(point, int(os.environ[NTH]), Path(os.environ[NOTE])))
    return asyncio.run(run_bot(load_settings()))


def _child(order: dict[str, Any]) -> None:
    status = 70
    try:
        os.setsid()
        os.chdir(order["folder"])
        log = os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for given, wanted in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(given, wanted)
        os.environ.clear()
        os.environ.update(order["environment"])
        random.seed()
        status = live()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def nursery() -> None:
    """Fork bots on request, one at a time."""
    prepare()
    assert threading.active_count() == 1, "a fork would lose the other threads"
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            _child(json.loads(line))
        print(child, flush=True)  # noqa: T201
        if not _outlived(child):
            os.kill(child, signal.SIGKILL)
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _outlived(child: int) -> bool:
    """Wait for the end of a bot; say whether the harness is still there."""
    if not hasattr(os, "pidfd_open"):
        return True
    ended = os.pidfd_open(child)
    try:
        # The next order comes only after the end: what is to be read before is the end of stdin.
        ready, _, _ = select.select([ended, sys.stdin], [], [])
    finally:
        os.close(ended)
    return ended in ready


if __name__ == "__main__":
    nursery()
