"""``supplier-bot demo``: the practice shop and the real bot, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Final

import httpx

_TOKEN: Final = "7000000001:practice-shop-practice-shop-practice"  # noqa: S105 - of nobody's bot
_KEY: Final = "practice-key"
_OWNERS: Final = "1001,1002"  # Ann and Ben
_START_SECONDS: Final = 30
_END_SECONDS: Final = 12
_OURS: Final = (
    "TELEGRAM_",
    "SUPPLIER_",
    "OWNER_IDS",
    "DATABASE_URL",
    "SECRETS_FILE",
    "POLL_SECONDS",
    "CURRENCY",
    "TICKET_REPLY",
    "TIME_ZONE",
    "DEFAULT_LANGUAGE",
    "LOG_LEVEL",
)
_LEVELS: Final = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})


class _Ended(Exception):  # noqa: N818
    """A signal asked for the end."""


def run_demo(*, port: int, seed: int, life: bool) -> int:
    """Run until asked to end; return the exit status."""

    def ask(_signal: int, _frame: FrameType | None) -> None:
        raise _Ended

    before = {name: signal.signal(name, ask) for name in (signal.SIGTERM, signal.SIGINT)}
    children: list[subprocess.Popen[str]] = []
    try:
        with tempfile.TemporaryDirectory(prefix="supplier-bot-demo-") as folder:
            try:
                return _run(children, Path(folder), port=port, seed=seed, life=life)
            finally:
                for name in before:
                    signal.signal(name, signal.SIG_IGN)
                _end(children)
    except _Ended:
        return 0
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _run(
    children: list[subprocess.Popen[str]], folder: Path, *, port: int, seed: int, life: bool
) -> int:
    shop = subprocess.Popen(  # noqa: S603 - our own package
        [
            *(sys.executable, "-m", "sandbox", "--port", str(port), "--seed", str(seed)),
            "--life" if life else "--no-life",
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        start_new_session=True,  # Ctrl-C reaches only us, and we end both in order
    )
    children.append(shop)
    found = _ready(shop)
    if found is None:
        print("The practice shop did not start.", file=sys.stderr)  # noqa: T201
        return 1
    address = f"http://127.0.0.1:{found}"
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdout=2,  # what it prints of its own is not what this command says
        env=_environment(address),
        text=True,
        cwd=folder,
        start_new_session=True,
    )
    children.append(bot)
    if not _up(address, bot):
        print("The bot did not start.", file=sys.stderr)  # noqa: T201
        return 1
    print(f"Open {address}/", flush=True)  # noqa: T201
    while all(child.poll() is None for child in children):
        time.sleep(0.2)
    print("A part of the practice shop ended by itself.", file=sys.stderr)  # noqa: T201
    return 1


def _environment(address: str) -> dict[str, str]:
    """The caller's environment, but none of their settings: a real shop must not get in here."""
    # Settings are known by any case, so they are kept out in any case.
    inherited = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(_OURS)
    }
    loud = {name.upper(): value.strip().upper() for name, value in os.environ.items()}
    return {
        **inherited,
        "TELEGRAM_BOT_TOKEN": _TOKEN,
        "TELEGRAM_API_URL": f"{address}/telegram",
        "SUPPLIER_API_URL": f"{address}/market",
        "SUPPLIER_API_KEY": _KEY,
        "SUPPLIER_CALLS_PER_MINUTE": "120",
        "POLL_SECONDS": "2",
        "OWNER_IDS": _OWNERS,
        "LOG_LEVEL": loud["LOG_LEVEL"] if loud.get("LOG_LEVEL") in _LEVELS else "WARNING",
    }


def _ready(shop: subprocess.Popen[str]) -> int | None:
    """Return the port that the practice shop serves on; None when it ended or took too long."""
    alarm = threading.Timer(_START_SECONDS, shop.kill)
    alarm.start()
    try:
        for line in shop.stdout or ():
            if line.startswith("READY "):
                return int(json.loads(line.removeprefix("READY "))["port"])
    finally:
        alarm.cancel()
    return None


def _up(address: str, bot: subprocess.Popen[str]) -> bool:
    """Wait until the bot has asked the practice Telegram for updates."""
    deadline = time.monotonic() + _START_SECONDS
    with httpx.Client(base_url=address, timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline and bot.poll() is None:
            if _polls(client):
                return True
            time.sleep(0.05)
    return False


def _polls(client: httpx.Client) -> bool:
    try:
        calls = client.get("/telegram/control/calls", params={"method": "getUpdates"})
        polling = client.get("/telegram/control/polling")
        return bool(
            (calls.is_success and calls.json().get("items"))
            or (polling.is_success and polling.json().get("polling"))
        )
    except (httpx.HTTPError, ValueError):
        return False  # it may just be busy: it is asked again until the time is up


def _end(children: list[subprocess.Popen[str]]) -> None:
    # The bot first: it finishes what it is doing against a shop that is still there.
    for child in reversed(children):
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child.stdout is not None:
            child.stdout.close()
