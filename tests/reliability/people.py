"""Two operators who act on what they see and were asked for, by a seeded chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from tests.e2e.practice import Shop

from . import shelf
from .record import Record
from .shelf import Shelf

_SEEN = 50  # of the latest messages: nobody scrolls up for ever
_COMMANDS = ("/cancel", "/orders", "/tickets", "/balance", "/health", "/orders", "/tickets")
# What people like to do, where it can be done now.
_LIKES = {
    "confirm": 45.0,
    "deliver": 16.0,
    "paste": 30.0,
    "refund": 9.0,
    "answer": 6.0,
    "open": 8.0,
    "list": 2.0,
    "prompt": 3.0,
    "back out": 3.0,
    "again": 2.0,
    "switch": 4.0,
    "fill": 5.0,
    "price": 3.0,
    "product": 10.0,
    "halt": 3.0,
    "say": 20.0,
}
_DEEDS = {
    "confirm": 70.0,
    "deliver": 16.0,
    "refund": 6.0,
    "answer": 8.0,
    "switch": 3.0,
    "fill": 6.0,
    "say": 20.0,
}
# What a button is for, by what it carries; the rest is left alone.
_KINDS = {
    "ok:": "confirm",
    "no:": "back out",
    "st": "back out",
    "rf:": "refund",
    "dl:": "prompt",
    "rp:": "prompt",
    "or:": "open",
    "tk:": "open",
    "gf:": "open",
    "lo:": "list",
    "lt:": "list",
    **shelf.KINDS,
}

_ASKS = {"dl:": "goods", "rp:": "reply", "sk:": "stock", "pe:": "price"}
_MISTAKEN = 0.1  # of answers to prompts

Act = Callable[[], None]


class Operator:
    """One of them: delivers, refunds, answers, sees to products, changes their mind."""

    def __init__(self, shop: Shop, name: str, chance: Random, record: Record) -> None:
        self._shop = shop
        self._name = name
        self._chance = chance
        self._record = record
        self._after = 0
        self.shelf = Shelf(shop, chance, record)
        self._asked = ""  # what a prompt was last opened for: goods, say, or a reply
        self._done: set[tuple[int, str]] = set()  # what was done about a message
        # What the other side handles alone: two hands on one order are told apart by nobody.
        self.leaves_alone: set[str] = set()

    def act(self, *, deeds: bool = False) -> None:
        """Do one thing.

        ``deeds``: what changes something on the marketplace, rather ended than begun; where there
        is nothing of the kind, what leads to it.
        """
        if not deeds and self._chance.random() < 0.05:
            self._write("command", self._chance.choice(_COMMANDS))
            return
        choices: dict[str, list[Act]] = defaultdict(list)
        for message in self._messages():
            if not any(number in message["text"] for number in self.leaves_alone):
                self._about(message, choices)
        if not {"switch", "fill"} & choices.keys():
            choices["product"].append(lambda: self._write("command", self.shelf.command()))
        mine = [p for p in self._record.pressed[-100:] if p.person == self._name and p.confirms]
        if mine:
            choices["again"].append(lambda: self._press_again(mine[-1]))
        if self._asked:
            choices["paste"].append(self._type)
        for likes in (_DEEDS, {"open": 1.0}) if deeds else (_LIKES,):
            kinds = [kind for kind in choices if kind in likes]
            if kinds:
                kind = self._chance.choices(kinds, [likes[kind] for kind in kinds])[0]
                # What was asked last can still be confirmed.
                last = deeds and kind == "confirm"
                (choices[kind][-1] if last else self._chance.choice(choices[kind]))()
                return
        if deeds:
            self._write("command", "/orders")

    def _messages(self) -> list[Any]:
        path = f"/telegram/control/chat?as={self._name}&after={self._after}"
        found = [m for m in self._shop.call("GET", path)["items"] if m["from"] == "bot"]
        found = found[-_SEEN:]
        if found:
            self._after = max(found[0]["message_id"] - 1, self._after)
        return found

    def _about(self, message: Any, choices: dict[str, list[Act]]) -> None:
        """Add what can be done about a message."""
        answer = self.shelf.reply(message)
        if answer is not None:
            choices["say"].append(partial(self._press, message, answer))
        for row in message["keyboard"]:
            for button in row:
                kind = next(
                    (k for start, k in _KINDS.items() if button["data"].startswith(start)), ""
                )
                done = (message["message_id"], button["data"]) in self._done
                # Who pressed waits for what comes of it; there is also pressing again.
                if kind and not done:
                    choices[kind].append(partial(self._press, message, button))
                if button["data"].startswith("dl:") and not done:
                    choices["deliver"].append(partial(self._deliver, message, button))
                elif button["data"].startswith("rp:") and not done:
                    choices["answer"].append(partial(self._answer, message, button))
                elif button["data"].startswith("sk:") and not done:
                    choices["fill"].append(partial(self._fill, message, button))

    # --- what they do --------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for what only the marketplace knows."""
        self._write("command", "/balance")

    def say_what_became(self) -> None:
        """Answer what only a person can tell."""
        for message in self._messages():
            answer = self.shelf.reply(message)
            if answer is not None:
                self._press(message, answer)

    def _press(self, message: Any, button: Any) -> None:
        self._forge(message["message_id"], button["data"])
        self._record.press(self._name, message, button)
        if not button["data"].startswith(("lo:", "lt:")):
            self._done.add((message["message_id"], button["data"]))
        asked = _ASKS.get(button["data"][:3])
        if asked is not None:
            self._asked = asked

    def _press_again(self, last: Any) -> None:
        self._forge(last.message_id, last.data)
        self._record.pressed.append(last)
        self._record.updates += 1
        self._record.tell(f"{self._name} pressed {last.label!r} ({last.data}) again")

    def _forge(self, message_id: int, data: str) -> None:
        # The button may be gone by now: a phone shows it a moment longer.
        self._shop.person(self._name).forge(message_id, data)

    def _deliver(self, message: Any, button: Any) -> None:
        self._done.add((message["message_id"], button["data"]))
        self._write("goods", self._goods(), reply_to=message["message_id"])

    def _fill(self, message: Any, button: Any) -> None:
        self._done.add((message["message_id"], button["data"]))
        self._write("stock", self.shelf.accounts(), reply_to=message["message_id"])

    def _type(self) -> None:
        """Answer a prompt: with what it asks for, or now and then with something else."""
        asked, self._asked = self._asked, ""
        if self._chance.random() < _MISTAKEN:
            asked = "reply" if asked == "goods" else "goods"
        texts = {
            "goods": self._goods,
            "reply": self._words,
            "stock": self.shelf.accounts,
            "price": self.shelf.price,
        }
        self._write(asked, texts[asked]())

    def _answer(self, message: Any, button: Any) -> None:
        self._done.add((message["message_id"], button["data"]))
        self._write("reply", self._words(), reply_to=message["message_id"])

    def _words(self) -> str:
        return f"We look into it, number {self._chance.randrange(10**9):09}."

    def _goods(self) -> str:
        """Return fresh units, one a line; now and then one that was used before."""
        used = sorted(self._record.goods())
        lines = []
        for _ in range(self._chance.choice((1, 1, 1, 2))):
            if used and self._chance.random() < 0.1:
                lines.append(self._chance.choice(used))
            else:
                word = self._chance.randrange(10**9)
                lines.append(f"user{word:09}@goods.example:Pw-{word * 7 % 10**9:09}")
        return "\n".join(dict.fromkeys(lines))

    def _write(self, kind: str, text: str, *, reply_to: int | None = None) -> None:
        sent = self._shop.person(self._name).send(text, reply_to=reply_to)
        self._record.write(self._name, sent, kind, text)
