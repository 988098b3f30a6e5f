"""The practice shop and the bot as processes of their own, in a folder that goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import httpx

from bot.settings import Settings

T = TypeVar("T")

TOKEN: Final = "7000000001:practice-shop-practice-shop-practice"  # noqa: S105 - any will do there
ANN: Final = 1001
FIRST_MORE: Final = 2001  # IDs of people beside the four that every practice shop knows
_COMMAND: Final = Path(sys.executable).with_name("supplier-bot")


class TookTooLong(Exception):  # noqa: N818 - it says what was
    """What a measurement waited for did not happen in time."""


def until(what: Callable[[], T], *, seconds: float, waiting_for: str, every: float = 0.05) -> T:
    """Return what ``what`` returns as soon as that is true; raises TookTooLong."""
    deadline = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TookTooLong(f"{waiting_for}: not within {seconds:g} s")
        time.sleep(every)


def began(call: Any) -> float:
    """Return when a call came in, in seconds since 1970, by the shop's clock."""
    return datetime.fromisoformat(call["at"]).timestamp()


def ended(call: Any) -> float:
    """Return when a call of Telegram's had its answer."""
    return began(call) + float(call["seconds"])


class Shop:
    """The practice shop: the marketplace and Telegram in one process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        self.url = f"http://127.0.0.1:{json.loads(ready.removeprefix('READY '))['port']}"
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
        self.market("reset", seed=7, empty=True, options={"fractional_seconds": True})

    def close(self) -> None:
        """End the process."""
        self.http.close()
        self.process.terminate()
        self.process.wait(15)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def call(self, method: str, path: str, **body: Any) -> Any:
        """Call a control API; raises httpx.HTTPStatusError when it is misused."""
        answer = self.http.request(method, path, json=body if method == "POST" else None)
        answer.raise_for_status()
        return answer.json()

    def market(self, path: str, **body: Any) -> Any:
        """Tell the marketplace's control API something."""
        return self.call("POST", f"/market/control/{path}", **body)

    def market_calls(self, since: int = 0) -> list[Any]:
        """Return the calls of the supplier API after number ``since``."""
        return list(self.call("GET", f"/market/control/calls?since={since}")["items"])

    def telegram(self, path: str, **body: Any) -> Any:
        """Tell Telegram's control API something."""
        return self.call("POST", f"/telegram/control/{path}", **body)

    def telegram_calls(self, method: str = "", since: int = 0) -> list[Any]:
        """Return the Bot API calls after number ``since``."""
        path = f"/telegram/control/calls?method={method}&since={since}"
        return list(self.call("GET", path)["items"])

    def bot_api(self, method: str, **params: Any) -> Any:
        """Call the Bot API as a bot does, and nothing else."""
        return self.call("POST", f"/telegram/bot{TOKEN}/{method}", **params)["result"]

    def crowd(self, count: int) -> list[int]:
        """Return the IDs of so many people who are in Telegram; Ann is the first."""
        more = range(FIRST_MORE, FIRST_MORE + count - 1)
        for person_id in more:
            self.telegram("people", name=f"owner{person_id}", id=person_id, started=True)
        return [ANN, *more]


class Bot:
    """``supplier-bot run`` as a process. Settings not given are at their defaults."""

    def __init__(self, shop: Shop, folder: Path, owners: list[int], **settings: str) -> None:
        self.shop = shop
        self.folder = folder
        ours = {name.upper() for name in Settings.model_fields}
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in ours},
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": f"{shop.url}/telegram",
            "SUPPLIER_API_URL": f"{shop.url}/market",
            "SUPPLIER_API_KEY": "practice-key",
            "OWNER_IDS": ",".join(map(str, owners)),
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> Self:
        """Start it, and return at once."""
        with (self.folder / "bot.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(_COMMAND), "run"],
                env=self._environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def ready(self, since: int = 0) -> Any:
        """Return its first getUpdates after call number ``since``, when that was made."""
        found = until(
            lambda: self.shop.telegram_calls("getUpdates", since),
            seconds=30,
            waiting_for="the first getUpdates",
            every=0.02,
        )
        return found[0]

    def settled(self, seconds: float = 60, quiet: float = 2.0) -> None:
        """Return once it has sent nothing for ``quiet`` seconds."""
        last, since = -1, time.monotonic()

        def nothing_new() -> bool:
            nonlocal last, since
            calls = self.shop.telegram_calls(since=max(last, 0))
            sent = [call["n"] for call in calls if call["method"] != "getUpdates"]
            if sent or last < 0:
                last, since = max([*sent, 0]), time.monotonic()
            return time.monotonic() - since >= quiet

        until(nothing_new, seconds=seconds, waiting_for="nothing more to be sent", every=0.2)

    def end(self) -> None:
        """Ask it to end, and see that it does."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        self.process = None


@contextmanager
def practice_shop() -> Iterator[tuple[Shop, Path]]:
    """Run a practice shop with the catalogue alone; give it, and a folder for a bot."""
    with tempfile.TemporaryDirectory(prefix="supplier-bot-bench-") as folder:
        shop = Shop()
        try:
            yield shop, Path(folder)
        finally:
            shop.close()


@contextmanager
def running(bot: Bot) -> Iterator[Bot]:
    """Run a bot until the end of the block, ready and settled at its beginning."""
    since = max((call["n"] for call in bot.shop.telegram_calls()), default=0)
    try:
        bot.start()
        bot.ready(since)
        bot.settled()
        yield bot
    except Exception:
        print((bot.folder / "bot.log").read_text("utf-8", "replace")[-4000:], file=sys.stderr)
        raise
    finally:
        bot.end()
