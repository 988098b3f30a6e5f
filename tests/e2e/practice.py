"""The practice shop and the bot as processes of their own, and the people who use them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from tests.support.keyboards import against_the_rule

from .leaks import goods_of, leaked
from .nursery import Child, Nursery
from .shops import ShopProcess
from .someone import LINE, PATIENCE, Someone, data_of, labels, shown, until

if TYPE_CHECKING:
    from sandbox.marketplace.faults import Kind as Fault
    from sandbox.marketplace.ledger import By
    from sandbox.marketplace.ledger import Kind as Changed
    from sandbox.telegram.faults import Kind as TelegramFault

__all__ = [
    "ANN",
    "BEN",
    "CLEO",
    "COMMAND",
    "KEY",
    "LINE",
    "PATIENCE",
    "SAM",
    "SETTINGS",
    "TOKEN",
    "Bot",
    "Shop",
    "Someone",
    "data_of",
    "labels",
    "running",
    "shown",
    "until",
]

TOKEN = "7000000001:practice-shop-practice-shop-practice"
KEY = "practice-key"
ANN, BEN, CLEO, SAM = 1001, 1002, 1003, 1099
# What a person types. The interpreter and all imports are begun anew: a second of work.
COMMAND = (str(Path(sys.executable).with_name("supplier-bot")), "run")
_TEXTS = frozenset({"sendMessage", "editMessageText"})
SETTINGS = re.compile(
    r"TELEGRAM_.*|SUPPLIER_.*|OWNER_IDS|DATABASE_URL|SECRETS_FILE|POLL_SECONDS|CURRENCY|TIME_ZONE"
    r"|METRICS_LISTEN|HEARTBEAT_URL|WEBHOOK_.*|LOG_FILE|DEFAULT_LANGUAGE|LOG_LEVEL|DELETE_PASTES|TICKET_REPLY"
)


class Shop:
    """The practice shop: one process with the marketplace, Telegram and the page."""

    def __init__(self, url: str = "") -> None:
        """Start one, or use the one that serves at ``url`` already."""
        self._process = None if url else ShopProcess("--port", "0")
        self.url = url if self._process is None else f"http://127.0.0.1:{self._process.port()}"
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False)
        self._nursery: Nursery | None = None

    @property
    def nursery(self) -> Nursery:
        """Where the bots come from; it is there once one is wanted."""
        if self._nursery is None:
            self._nursery = Nursery("tests.e2e.forked_bot")
        return self._nursery

    def close(self) -> None:
        self.http.close()
        if self._nursery is not None:
            self._nursery.close()
        if self._process is None:
            return
        _, said = self._process.end()
        self._process.close()
        sys.stderr.write(said)

    def call(self, method: str, path: str, /, **json_body: Any) -> Any:
        answer = self.http.request(method, path, json=json_body if method == "POST" else None)
        assert answer.status_code < 400, (path, answer.status_code, answer.text)
        return answer.json()

    # --- the marketplace's side -----------------------------------------------------------------

    def market(self, path: str, /, **body: Any) -> Any:
        return self.call("POST", f"/market/control/{path}", **body)

    def state(self) -> Any:
        return self.call("GET", "/market/control/state")

    def order(self, order_id: str) -> Any:
        return next(o for o in self.state()["orders"] if o["order_id"] == order_id)

    def ticket(self, ticket_id: str) -> Any:
        return next(t for t in self.state()["tickets"] if t["ticket_id"] == ticket_id)

    def changes(self, kind: Changed, of: str = "", by: By = "api") -> list[Any]:
        """Return what truly changed, of one order or ticket (by its ID) or of all."""
        items = self.call("GET", "/market/control/changes")["items"]
        return [
            c for c in items if c["kind"] == kind and c["by"] == by and of in ("", str(c["id"]))
        ]

    def api_calls(self, operation: str = "", about: str = "") -> list[Any]:
        """Return the calls of the API, those that name an ID or all."""
        path = "/market/control/calls" + (f"?operation={operation}" if operation else "")
        items = self.call("GET", path)["items"]
        return [c for c in items if about in json.dumps([c["path"], c["query"], c["body"]])]

    def trouble(self, operation: str, kind: Fault, **more: Any) -> None:
        self.market("faults", operation=operation, kind=kind, **more)

    def no_trouble(self) -> None:
        self.call("DELETE", "/market/control/faults")

    # --- Telegram's side --------------------------------------------------------------------------

    def telegram(self, path: str, /, **body: Any) -> Any:
        return self.call("POST", f"/telegram/control/{path}", **body)

    def telegram_calls(self, method: str = "", since: int = 0) -> list[Any]:
        """Return the bot's calls after number ``since``, of one method or all."""
        path = f"/telegram/control/calls?since={since}" + (f"&method={method}" if method else "")
        return list(self.call("GET", path)["items"])

    def telegram_trouble(self, method: str, kind: TelegramFault, **more: Any) -> None:
        self.telegram("faults", method=method, kind=kind, **more)

    def no_telegram_trouble(self) -> None:
        self.call("DELETE", "/telegram/control/faults")

    def against_the_rules(self) -> list[str]:
        """Return what is against the rules of buttons and of links, of all that bots drew."""
        found = []
        for call in self.telegram_calls():
            if not call["params"]:
                continue  # whoever made it died in the midst of it
            preview = call["params"].get("link_preview_options") or {}
            ours = preview.get("is_disabled") or preview.get("url")  # a picture that we chose
            if call["method"] in _TEXTS and not ours:
                found.append(f"{call['method']} may show a preview: {call['params']['text']}")
            rows = (call["params"].get("reply_markup") or {}).get("inline_keyboard") or []
            keyboard = [[(b["text"], b.get("callback_data", "")) for b in row] for row in rows]
            found += against_the_rule(keyboard)
        return found

    def pasted(self) -> list[str]:
        """Return what people wrote to the bot, as far as it is still there."""
        items = [item for who in (ANN, BEN, CLEO, SAM) for item in self._chat(who)]
        return [str(item.get("text") or "") for item in items if item["from"] != "bot"]

    def _chat(self, who: int) -> list[Any]:
        return list(self.call("GET", f"/telegram/control/chat?as={who}")["items"])

    def reset(self, *, options: dict[str, Any] | None = None) -> None:
        """Begin anew: no orders, no faults, empty chats."""
        self.no_trouble()
        self.no_telegram_trouble()
        self.telegram("reset")
        self.market("reset", seed=7, empty=True, options=options or {})

    def person(self, name: str) -> Someone:
        return Someone(self, name)


class Bot:
    """``supplier-bot run`` as a process, in a folder of its own.

    It is forked from a nursery unless ``command`` says what is run instead. ``hasty``: in a chat
    that bears many conversations a second.
    """

    def __init__(
        self,
        shop: Shop,
        folder: Path,
        *,
        hasty: bool = False,
        command: Sequence[str] = (),
        **settings: str,
    ) -> None:
        self.shop = shop
        self.hasty = hasty
        if hasty:
            shop.telegram("options", limits=False)
        self.command = command
        self.ahead = 0  # minutes that the clock of its next life is ahead of the shop's
        self.folder = folder
        inherited = {k: v for k, v in os.environ.items() if not SETTINGS.fullmatch(k)}
        self.environment = {
            **inherited,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": f"{shop.url}/telegram",
            "SUPPLIER_API_URL": f"{shop.url}/market",
            "SUPPLIER_API_KEY": KEY,
            "SUPPLIER_CALLS_PER_MINUTE": "3000",
            "OWNER_IDS": f"{ANN},{BEN}",
            "POLL_SECONDS": "0.4",
            "LOG_LEVEL": "DEBUG",
            **settings,
        }
        self.log = folder / "bot.log"
        self.process: subprocess.Popen[bytes] | Child | None = None

    def start(self, *, wait: bool = True) -> Self:
        calls = self.shop.telegram_calls() if wait else []
        seen = calls[-1]["n"] if calls else 0
        self.process = self._run() if self.command else self._fork()
        if wait:
            until(
                lambda: self.shop.telegram_calls("getUpdates", seen),
                why=lambda: self.said()[-4000:],
            )
        return self

    def _run(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _fork(self) -> Child:
        nursery = self.shop.nursery
        return nursery.fork(
            self.folder, self.log, self.environment, hasty=self.hasty, ahead=self.ahead
        )

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def end(self, number: int = signal.SIGTERM, *, seconds: float = 30) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(seconds)
        self.process = None
        return status

    def a_minute_passes(self) -> None:
        """Set the clock of a forked bot ahead while it lives."""
        assert self.process is not None
        self.process.send_signal(signal.SIGUSR1)

    def kill(self) -> None:
        self.end(signal.SIGKILL)


@contextmanager
def running(bot: Bot, *, started: bool = False, in_english: bool = True) -> Iterator[Bot]:
    """Run a bot; its process ends, its log holds no accident, and no file of it a secret.

    ``in_english``: as the rules of buttons are; what confirms in other languages is looked at by
    the check of the translations.
    """
    if not started:
        bot.start()
    try:
        yield bot
    finally:
        if bot.process is not None:
            bot.end()
    log = bot.said()
    assert "Traceback" not in log, log[-6000:]
    secrets = {TOKEN.partition(":")[2], KEY, *goods_of(bot.shop.state(), bot.shop.pasted())}
    assert not leaked(bot.folder, secrets)
    odd = bot.shop.against_the_rules() if in_english else []
    assert not odd, odd
