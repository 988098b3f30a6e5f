"""One life of the bot, from its settings to its exit status: how it ends, and what is said then."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Final

from bot.store.errors import (
    AnotherBot,
    ReadOnly,
    SecretsExposed,
    SecretsMissing,
    StoreError,
    UnusableAddress,
    from_os,
)
from bot.store.opening import database_path, open_store
from bot.supplier.caller import Timeouts

from . import logs
from .app import App
from .ending import SIGNALS, Asked
from .listening import CannotListen
from .market import marketplace_of
from .outside import Outside
from .settings import Settings

# After a lost answer the chat says what is known within thirty seconds: less for the call itself.
_TIMEOUTS: Final = Timeouts(read=15, write=20, total=5)
_SETTINGS_AT_FAULT: Final = (
    *(UnusableAddress, SecretsMissing, SecretsExposed, ReadOnly),
    AnotherBot,
)


async def run_bot(settings: Settings, asked: Asked | None = None) -> int:
    """Run until SIGTERM or Ctrl-C; return the exit status: 2 where a setting is at fault.

    ``asked`` remembers an end that was asked for before this loop was there to hear of it.
    """
    try:
        logs.set_up(settings.log_level, file=settings.log_file, secrets=settings.secrets)
        outside = Outside(settings.doors)
    except OSError as unwritable:
        why = unwritable.strerror or "unknown reason"
        print(f"LOG_FILE: {settings.log_file} cannot be written: {why}", file=sys.stderr)  # noqa: T201
        return 2
    except CannotListen as refused:
        print(refused, file=sys.stderr)  # noqa: T201
        return 2
    stopping = asyncio.Event()
    status = 0
    with _heard(stopping, asked):
        try:
            await _run(settings, stopping, outside)
        except* StoreError as errors:
            error = _first(errors)
            print(_told(error, settings), file=sys.stderr)  # noqa: T201
            status = 2 if isinstance(error, _SETTINGS_AT_FAULT) else 1
        finally:
            outside.close()
    return status


async def _run(settings: Settings, stopping: asyncio.Event, outside: Outside) -> None:
    async with AsyncExitStack() as stack:
        try:
            store = await open_store(settings.database_url, settings.secrets_file)
        except OSError as error:
            raise from_os(
                error, str(error.filename or database_path(settings.database_url))
            ) from error
        stack.push_async_callback(store.close)
        if stopping.is_set():
            return
        marketplace = marketplace_of(settings, _TIMEOUTS, outside.on_marketplace_call)
        stack.push_async_callback(marketplace.aclose)
        if stopping.is_set():
            return
        app = await App.build(settings, store, marketplace, stopping, outside)
        await app.run()


@contextlib.contextmanager
def _heard(stopping: asyncio.Event, asked: Asked | None) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    before = {name: signal.getsignal(name) for name in SIGNALS}
    for name in SIGNALS:
        loop.add_signal_handler(name, stopping.set)
    if asked is not None and asked.yet:
        stopping.set()
    try:
        yield
    finally:
        for name, handler in before.items():
            loop.remove_signal_handler(name)
            signal.signal(name, handler)


def _first(errors: BaseExceptionGroup[StoreError]) -> StoreError:
    """Return the first error of a group: the others follow from it."""
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    assert isinstance(first, StoreError)  # noqa: S101 - the group holds nothing else
    return first


def _told(error: StoreError, settings: Settings) -> str:
    """Return the line that names the setting, and the file that it is about."""
    said = str(error)
    database = database_path(settings.database_url)
    key = settings.secrets_file or database.with_name(database.name + ".key")
    if said.startswith(("DATABASE_URL", "SECRETS_FILE", "TELEGRAM_BOT_TOKEN")):
        return said
    if said.startswith(f"{key} "):
        return f"SECRETS_FILE: {said}"
    return f"DATABASE_URL: {said}" + ("" if str(database) in said else f" It is {database}.")
