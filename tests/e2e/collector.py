"""What a chat was told, beside what it was to be told: nothing missing, nothing extra."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from .practice import ANN, BEN, CLEO, LINE, PATIENCE, SAM, Shop, Someone, until

SECONDS = PATIENCE
_NUMBER = re.compile(r"\bTKT?\d{6,}\b")
_CHATS = {"ann": ANN, "ben": BEN, "cleo": CLEO, "sam": SAM}


class Collector:
    """Collects from its making on. Every push must be expected, and everything expected come.

    A push is a message that names an order or a ticket and answers nobody; edits make no sound
    and are counted only where a list of news grows. What a person asked for is given by them as
    ``asked``, by its number. The pinned line names no number: it is no push.
    """

    def __init__(self, shop: Shop, *people: Someone) -> None:
        self.shop = shop
        self.people = people
        calls = shop.telegram_calls()
        self._after = calls[-1]["n"] if calls else 0
        self._expected: dict[str, Counter[str]] = {p.name: Counter() for p in people}
        self._may_repeat = 0

    def expect(self, *numbers: str, times: int = 1, only: Someone | None = None) -> None:
        """Expect each number to be told ``times`` times, to everyone or to one alone."""
        for person in self.people if only is None else (only,):
            self._expected[person.name].update(dict.fromkeys(numbers, times))

    def may_repeat(self, copies: int) -> None:
        """Allow so many second copies in each chat: of deaths, or of answers that were lost."""
        self._may_repeat += copies

    def told(self, person: Someone) -> Counter[str]:
        """Return how often each number was told, by messages that were sent."""
        found: Counter[str] = Counter()
        for call in self._calls("sendMessage", person):
            found.update(set(_NUMBER.findall(call["params"]["text"])))
        for call in self._calls("editMessageText", person):
            # A list of news that grew names what was not told before.
            numbers = set(_NUMBER.findall(call["params"]["text"]))
            if len(numbers) > 1:
                found.update(number for number in numbers if not found[number])
        return found

    def messages(self, person: Someone) -> list[Any]:
        """Return every message that was sent to a person, but for the line that is pinned."""
        return [
            call
            for call in self._calls("sendMessage", person)
            if not LINE.search(call["params"]["text"])
        ]

    def settle(self, *, seconds: float | None = None) -> None:
        """Wait until everything expected was told; then fail on anything that is extra.

        What would be extra is on its way before the last of what is expected is there: the last
        thing that a test lets happen should be told last.
        """
        for person in self.people:
            expected = self._expected[person.name]
            until(
                lambda p=person, e=expected: not e - self.told(p),  # type: ignore[misc]
                seconds=SECONDS if seconds is None else seconds,
                why=lambda p=person, e=expected: f"{p.name} misses {e - self.told(p)}",  # type: ignore[misc]
            )
            extra = self.told(person) - expected
            unexpected = sorted(extra.keys() - expected.keys())
            assert not unexpected, f"{person.name} was told of {unexpected}"
            # A second copy of one message may name many numbers: copies are counted by message.
            copies = self._copies(person, expected)
            assert copies <= self._may_repeat, f"{person.name}: {copies} copies, {extra}"

    def _copies(self, person: Someone, expected: Counter[str]) -> int:
        left, copies = Counter(expected), 0
        for call in self.messages(person):
            numbers = set(_NUMBER.findall(call["params"]["text"]))
            copies += any(left[number] <= 0 for number in numbers)
            left.subtract(numbers)
        return copies

    def _calls(self, method: str, person: Someone) -> list[Any]:
        return [
            call
            for call in self.shop.telegram_calls(method, self._after)
            if call["ok"] and int(call["params"]["chat_id"]) == _CHATS[person.name]
        ]


def numbers_of(things: Iterable[Any]) -> list[str]:
    """Return the numbers of orders or tickets."""
    return [thing.get("ticket_no") or thing["order_no"] for thing in things]
