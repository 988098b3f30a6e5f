"""A person with a phone, who uses the practice shop, and how long they wait for something."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from .practice import Shop

T = TypeVar("T")

# Seconds for what happens within one on a quiet machine. Only what fails waits so long.
PATIENCE = 30.0
# The line that is pinned above a chat: it proves that the bot lives, and is no push.
LINE = re.compile(r"(?:^|· )(?:not checked since|checked) [^·]*$")


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
        time.sleep(0.08)


class Someone:
    """A person with a phone: in their own chat with the bot, or in a group."""

    def __init__(self, shop: Shop, name: str, group: int | None = None) -> None:
        self.shop = shop
        self.name = name
        self._place = {} if group is None else {"chat": group}

    def within(self, group: int) -> Someone:
        """Return the same person where others read along."""
        return Someone(self.shop, self.name, group)

    def _at(self, look: str = "chat", **more: Any) -> str:
        """Return where this person's chat is read."""
        query = urlencode({"as": self.name, **self._place, **more}, doseq=True)
        return f"/telegram/control/{look}?{query}"

    def _act(self, path: str, **body: Any) -> Any:
        return self.shop.telegram(path, **{"as": self.name, **self._place, **body})

    def chat(self, after: int = 0) -> list[Any]:
        return list(self.shop.call("GET", self._at(after=after))["items"])

    def from_bot(self, after: int = 0) -> list[Any]:
        """Return what the bot said, but for the pinned line and Telegram's word of it."""
        return _bots(self.chat(after))

    def pinned(self) -> Any:
        """Return the message that is pinned above the chat."""
        return self.shop.call("GET", self._at())["pinned_item"]

    def send(self, text: str, *, reply_to: int | None = None) -> int:
        reply = {} if reply_to is None else {"reply_to": reply_to}
        return int(self._act("send", text=text, **reply)["message_id"])

    def edit(self, message_id: int, text: str) -> None:
        self._act("edit", message_id=message_id, text=text)

    def press(self, message: Any, label: str) -> str:
        pressed = self._act("press", message_id=message["message_id"], label=label)
        return str(pressed["callback_id"])

    def forge(self, message_id: int, data: str) -> str:
        pressed = self._act("press", message_id=message_id, data=data, forge=True)
        return str(pressed["callback_id"])

    def answered(self, callback_id: str, wait: float = 5) -> Any:
        return self.shop.call("GET", f"/telegram/control/callbacks/{callback_id}?wait={wait}")

    def sees(self, *texts: str, after: int = 0, seconds: float = PATIENCE) -> Any:
        """Return the newest message of the bot that shows every one of these texts."""

        def found(messages: list[Any]) -> Any:
            for message in reversed(_bots(messages)):
                if all(text in shown(message) for text in texts):
                    return message
            return None

        asked = {"after": after, "from": "bot", "holds": texts}
        return self._watch(found, asked, seconds=seconds, why=texts)

    def sees_in(self, message: Any, *texts: str, seconds: float = PATIENCE) -> Any:
        """Wait until this very message shows these texts, and return it."""

        def found(messages: list[Any]) -> Any:
            ours = _of(message["message_id"], messages)
            return ours if ours and all(text in shown(ours) for text in texts) else None

        asked = {"only": message["message_id"], "holds": texts}
        return self._watch(found, asked, seconds=seconds, why=texts)

    def sees_retired(self, message: Any, *texts: str) -> None:
        """Wait until an older copy of a card shows these texts and has lost its buttons."""

        def found(messages: list[Any]) -> bool:
            ours = _of(message["message_id"], messages)
            return bool(ours and not labels(ours) and all(text in shown(ours) for text in texts))

        asked = {"only": message["message_id"], "holds": texts}
        self._watch(found, asked, why=("no buttons", *texts))

    def sees_gone(self, message_id: int) -> None:
        """Wait until a message is no longer in the chat."""
        self._watch(
            lambda messages: _of(message_id, messages) is None,
            {"only": message_id},
            why=("gone", message_id),
        )

    def has(self, message_id: int, emoji: str) -> None:
        """Wait until the bot reacted to a message of this person so."""

        def found(messages: list[Any]) -> bool:
            ours = _of(message_id, messages)
            return bool(ours and emoji in ours["reactions"])

        self._watch(found, {"only": message_id}, why=(emoji, message_id))

    def _watch(
        self,
        look: Callable[[list[Any]], T],
        asked: dict[str, Any],
        *,
        why: object,
        seconds: float = PATIENCE,
    ) -> T:
        """Return what ``look`` finds among the messages asked for, as soon as it finds something.

        The shop tells when they may be others: nobody asks again and again.
        """
        deadline = time.monotonic() + seconds
        seen = -1
        while True:
            chat = self.shop.call("GET", self._at("watch", **asked, seen=seen, wait=1))
            found = look(chat["items"])
            if found:
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {why} in {self._last()}")
            seen = chat["revision"]

    def _last(self) -> str:
        return "\n---\n".join(f"{m['message_id']}: {shown(m)}" for m in self.chat()[-8:])


def _bots(messages: list[Any]) -> list[Any]:
    return [
        message
        for message in messages
        if message["from"] == "bot"
        and message["kind"] != "service"
        and not LINE.search(message["text"])
    ]


def _of(message_id: int, messages: list[Any]) -> Any:
    return next((m for m in messages if m["message_id"] == message_id), None)


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
