"""The practice shop and the bot as processes of their own, and the people who use them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from .nursery import Child, Nursery

T = TypeVar("T")

TOKEN = "7000000001:practice-shop-practice-shop-practice"
KEY = "practice-key"
ANN, BEN, CLEO, SAM = 1001, 1002, 1003, 1099
# What a person types. The interpreter and all imports are begun anew: a second of work.
COMMAND = (str(Path(sys.executable).with_name("supplier-bot")), "run")
# Seconds for what happens within one on a quiet machine. Only what fails waits so long.
PATIENCE = 30.0
# The line that is pinned above a chat: it proves that the bot lives, and is no push.
LINE = re.compile(r"(?:^|· )(?:not checked since|checked) [^·]*$")
SETTINGS = re.compile(
    r"TELEGRAM_.*|SUPPLIER_.*|OWNER_IDS|DATABASE_URL|SECRETS_FILE|POLL_SECONDS|CURRENCY|TIME_ZONE"
    r"|DEFAULT_LANGUAGE|LOG_LEVEL|DELETE_PASTES|TICKET_REPLY"
)


def until(
    what: Callable[[], T], *, seconds: float = PATIENCE, why: Callable[[], object] = lambda: ""
) -> T:
    """Return what `what` returns as soon as that is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s: {why()}")
        time.sleep(0.04)


class Shop:
    """The practice shop: one process with the marketplace, Telegram and the page."""

    def __init__(self, url: str = "") -> None:
        """Start one, or use the one that serves at ``url`` already."""
        self.process = None if url else self._start()
        self.url = url or self._where()
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False)
        self._nursery: Nursery | None = None

    @property
    def nursery(self) -> Nursery:
        """Where the bots come from; it is there once one is wanted."""
        if self._nursery is None:
            self._nursery = Nursery("tests.e2e.forked_bot")
        return self._nursery

    @staticmethod
    def _start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _where(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return f"http://127.0.0.1:{json.loads(line.removeprefix('READY '))['port']}"

    def close(self) -> None:
        self.http.close()
        if self._nursery is not None:
            self._nursery.close()
        if self.process is None:
            return
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

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

    def changes(self, kind: str, of: str = "", by: str = "api") -> list[Any]:
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

    def trouble(self, operation: str, kind: str, **more: Any) -> None:
        self.market("faults", operation=operation, kind=kind, **more)

    def no_trouble(self) -> None:
        self.call("DELETE", "/market/control/faults")

    # --- Telegram's side --------------------------------------------------------------------------

    def telegram(self, path: str, /, **body: Any) -> Any:
        return self.call("POST", f"/telegram/control/{path}", **body)

    def telegram_calls(self, method: str = "") -> list[Any]:
        path = "/telegram/control/calls" + (f"?method={method}" if method else "")
        return list(self.call("GET", path)["items"])

    def telegram_trouble(self, method: str, kind: str, **more: Any) -> None:
        self.telegram("faults", method=method, kind=kind, **more)

    def no_telegram_trouble(self) -> None:
        self.call("DELETE", "/telegram/control/faults")

    def reset(self, *, options: dict[str, Any] | None = None) -> None:
        """Begin anew: no orders, no faults, empty chats."""
        self.no_trouble()
        self.no_telegram_trouble()
        self.telegram("reset")
        self.market("reset", seed=7, empty=True, options=options or {})

    def person(self, name: str) -> Someone:
        return Someone(self, name)


class Someone:
    """A person with a phone."""

    def __init__(self, shop: Shop, name: str) -> None:
        self.shop = shop
        self.name = name

    def chat(self, after: int = 0) -> list[Any]:
        path = f"/telegram/control/chat?as={self.name}&after={after}"
        return list(self.shop.call("GET", path)["items"])

    def from_bot(self, after: int = 0) -> list[Any]:
        """Return what the bot said, but for the pinned line and Telegram's word of it."""
        return [
            message
            for message in self.chat(after)
            if message["from"] == "bot"
            and message["kind"] != "service"
            and not LINE.search(message["text"])
        ]

    def pinned(self) -> Any:
        """Return the message that is pinned above the chat."""
        return self.shop.call("GET", f"/telegram/control/chat?as={self.name}")["pinned_item"]

    def send(self, text: str, *, reply_to: int | None = None) -> int:
        body: dict[str, Any] = {"as": self.name, "text": text}
        if reply_to is not None:
            body["reply_to"] = reply_to
        return int(self.shop.telegram("send", **body)["message_id"])

    def edit(self, message_id: int, text: str) -> None:
        self.shop.telegram("edit", **{"as": self.name, "message_id": message_id, "text": text})

    def press(self, message: Any, label: str) -> str:
        body = {"as": self.name, "message_id": message["message_id"], "label": label}
        return str(self.shop.telegram("press", **body)["callback_id"])

    def forge(self, message_id: int, data: str) -> str:
        body = {"as": self.name, "message_id": message_id, "data": data, "forge": True}
        return str(self.shop.telegram("press", **body)["callback_id"])

    def answered(self, callback_id: str, wait: float = 5) -> Any:
        return self.shop.call("GET", f"/telegram/control/callbacks/{callback_id}?wait={wait}")

    def sees(self, *texts: str, after: int = 0, seconds: float = PATIENCE) -> Any:
        """Return the newest message of the bot that shows every one of these texts."""

        def found() -> Any:
            for message in reversed(self.from_bot(after)):
                if all(text in shown(message) for text in texts):
                    return message
            return None

        return until(found, seconds=seconds, why=lambda: f"{texts} in {self._last()}")

    def sees_in(self, message: Any, *texts: str, seconds: float = PATIENCE) -> Any:
        """Wait until this very message shows these texts, and return it."""
        return until(
            lambda: next(
                (
                    m
                    for m in self.chat(after=message["message_id"] - 1)
                    if m["message_id"] == message["message_id"]
                    and all(text in shown(m) for text in texts)
                ),
                None,
            ),
            seconds=seconds,
            why=lambda: f"{texts} in {self._last()}",
        )

    def sees_retired(self, message: Any, *texts: str) -> None:
        """Wait until an older copy of a card shows these texts and has lost its buttons."""
        until(lambda: not labels(self.sees_in(message, *texts)), why=self._last)

    def sees_gone(self, message_id: int) -> None:
        """Wait until a message is no longer in the chat."""
        until(lambda: message_id not in {m["message_id"] for m in self.chat()}, why=self._last)

    def has(self, message_id: int, emoji: str) -> None:
        """Wait until the bot reacted to a message of this person so."""
        until(
            lambda: any(
                m["message_id"] == message_id and emoji in m["reactions"] for m in self.chat()
            ),
            why=self._last,
        )

    def _last(self) -> str:
        return "\n---\n".join(f"{m['message_id']}: {shown(m)}" for m in self.chat()[-8:])


def shown(message: Any) -> str:
    """Return a message's text and the labels of its buttons."""
    labels = [button["text"] for row in message.get("keyboard") or [] for button in row]
    return "\n".join([message.get("text") or message.get("caption") or "", *labels])


def labels(message: Any) -> list[str]:
    return [button["text"] for row in message.get("keyboard") or [] for button in row]


def data_of(message: Any, label: str) -> str:
    """Return what the button whose label contains ``label`` carries."""
    return next(
        str(button["data"])
        for row in message["keyboard"]
        for button in row
        if label in button["text"]
    )


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
            "POLL_SECONDS": "0.2",
            "LOG_LEVEL": "INFO",
            **settings,
        }
        self.log = folder / "bot.log"
        self.process: subprocess.Popen[bytes] | Child | None = None

    def start(self, *, wait: bool = True) -> Self:
        seen = len(self.shop.telegram_calls("getUpdates")) if wait else 0
        self.process = self._run() if self.command else self._fork()
        if wait:
            until(
                lambda: len(self.shop.telegram_calls("getUpdates")) > seen,
                seconds=20,
                why=self.said,
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
        return nursery.fork(self.folder, self.log, self.environment, hasty=self.hasty)

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")[-4000:]

    def end(self, number: int = signal.SIGTERM, *, seconds: float = 12) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(seconds)
        self.process = None
        return status

    def kill(self) -> None:
        self.end(signal.SIGKILL)


@contextmanager
def running(bot: Bot, *, started: bool = False) -> Iterator[Bot]:
    """Run a bot; whatever happens, its process ends, and its log holds no accident."""
    if not started:
        bot.start()
    try:
        yield bot
    finally:
        if bot.process is not None:
            bot.end()
    log = bot.log.read_text("utf-8", "replace")
    assert "Traceback" not in log, log[-6000:]
    assert TOKEN.partition(":")[2] not in log
    assert KEY not in log
