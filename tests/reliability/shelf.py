"""What an operator does about products: pause, put on sale, set a price, fill a pool, answer."""

from __future__ import annotations

import re
import time
from random import Random
from typing import Any, Final

from tests.e2e.practice import Shop

from .record import Record

# What a button is for, by what it carries.
KINDS: Final = {"ps:": "switch", "pe:": "price", "sk:": "prompt", "ha:": "halt"}
_ANSWER: Final = "an:"
_UNCLEAR: Final = re.compile(r"no clear answer to lines ([\d,]+) to ([\d,]+)")
# Seconds for which somebody looks at the marketplace before they say what became of a call: what
# was on its way at a death has landed by then.
_LOOKS_FOR: Final = 1.5
_DEAREST: Final = 90_000  # cents


class Shelf:
    """The products that the operators change; orders are of another one."""

    def __init__(self, shop: Shop, chance: Random, record: Record) -> None:
        self._shop = shop
        self._chance = chance
        self._record = record
        self._asked: dict[int, float] = {}  # messages with an open question, and since when
        self.ids: tuple[str, ...] = ()

    def command(self) -> str:
        """Return what opens the card of one of them."""
        return f"/product {self._chance.choice(self.ids)}"

    def price(self) -> str:
        """Return a new price, hardly ever the one of before."""
        cents = self._chance.randrange(100, _DEAREST)
        return f"{cents // 100}.{cents % 100:02}"

    def accounts(self) -> str:
        """Return fresh accounts, one a line: an import of up to three calls."""
        lines = []
        for _ in range(self._chance.choice((1, 2, 3, 5))):
            word = self._chance.randrange(10**9)
            lines.append(f"pool{word:09}@stock.example:Pw-{word * 3 % 10**9:09}")
        return "\n".join(dict.fromkeys(lines))

    def reply(self, message: Any) -> Any:
        """Return the button that truly answers what became of a call; None: nobody knows yet.

        Who is asked looks at the marketplace first.
        """
        buttons = {
            button["data"].split(":")[2].partition(".")[0]: button
            for row in message["keyboard"]
            for button in row
            if button["data"].startswith(_ANSWER)
        }
        message_id, now = message["message_id"], time.monotonic()
        if not buttons:
            self._asked.pop(message_id, None)
            return None
        if now - self._asked.setdefault(message_id, now) < _LOOKS_FOR:
            return None
        self._asked[message_id] = now
        lines = self._unclear(message)
        if lines and lines <= self._there():
            return buttons["there"]
        return buttons["stop" if not lines or self._chance.random() < 0.3 else "again"]

    def _unclear(self, message: Any) -> set[str]:
        found = _UNCLEAR.search(message["text"])
        wrote = [w for w in self._record.wrote if w.message_id == message["reply_to"]]
        if found is None or not wrote:
            return set()
        first, last = (int(number.replace(",", "")) for number in found.groups())
        return set(tuple(dict.fromkeys(wrote[0].lines))[first - 1 : last])

    def _there(self) -> set[str]:
        return {
            row for change in self._shop.changes("stock_added") for row in change["detail"]["rows"]
        }
