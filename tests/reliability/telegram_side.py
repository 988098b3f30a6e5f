"""What came from Telegram is handled once; what goes there is copied only where it must be."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from .campaign import PEOPLE
from .evidence import Evidence, Said
from .unseen import NAMES, card_of

# The moment in which Telegram's acceptance is not recorded yet.
_MOMENT: Final = 3.0
# What a person must act on, or hear of: a message of its own. All else changes cards.
_LOUD: Final = frozenset(
    {"order_created", "order_paid", "ticket_created", "ticket_written", "ticket_admin"}
)
# How a press that came too late is told so.
_NO_EFFECT: Final = re.compile(r"[Nn]othing was (?:sent|refunded|changed)")
# What was confirmed is given back where the ticket moved: its message says so, and asks.
_ASKED_AGAIN: Final = frozenset({"text_changed", "answered"})
_BIRTH: Final = 0.05  # seconds that a process takes before it can send anything


def inbound(found: Evidence) -> Iterator[str]:
    """Each press and message was handled once, and has its effect or an explanation."""
    if found.inbox != found.updates:
        yield f"INBOUND: {found.updates} updates, {found.inbox} handled"
    for row in found.inbox_aside:
        yield f"INBOUND: put aside: {row}"
    made = Counter(i.source for i in found.intents.values() if i.source is not None)
    for source, times in made.items():
        if times > 1 and found.wrote[source].kind == "reply":
            yield f"INBOUND: {found.wrote[source]} was handled {times} times"
    answered: dict[int, list[Said]] = defaultdict(list)
    for said in found.said:
        if said.sent:
            answered[said.chat].append(said)
    for wrote in found.record.wrote:
        told = any(said.at > wrote.at for said in answered[PEOPLE[wrote.person]])
        if not made.get(wrote.message_id) and not told:
            yield f"INBOUND: {wrote} was never answered"
    yield from _presses(found, answered)


def _presses(found: Evidence, answered: dict[int, list[Said]]) -> Iterator[str]:
    for intent_id, presses in found.presses.items():
        intent = found.intents.get(intent_id)
        confirming = [p for p in presses if p.confirms]
        if intent is None:
            yield f"INBOUND: {presses[0]} confirms nothing that is known"
        elif intent.state == "proposed" and confirming and intent.reason not in _ASKED_AGAIN:
            last = confirming[-1]
            if not any(
                said.at >= last.at and _NO_EFFECT.search(said.text)
                for said in answered[PEOPLE[last.person]]
            ):
                yield f"INBOUND: {last} had no effect"


class Copies:
    """Messages that Telegram took and the bot never recorded: each may have a second copy.

    Each needs an occasion: an answer that a fault took away, or a kill in the moment between
    Telegram's acceptance and the record. Of each chat, that can only be the last one of a life.
    """

    def __init__(self, found: Evidence) -> None:
        self._found = found
        orphans = [s for s in found.said if s.sent and s.message_id not in found.recorded]
        self.lost = [said for said in orphans if said.fault == "lost"]
        self.killed = [
            said for said in orphans if said.fault != "lost" and self._was_interrupted(said)
        ]
        self.unexplained = [s for s in orphans if s not in self.lost and s not in self.killed]
        self.ids = {said.message_id for said in orphans}
        # What may have a copy at most, found without a look at what has one: each answer that a
        # fault took away, and each chat that was being told something when the process died.
        self.lost_answers = sum(s.sent and s.fault == "lost" for s in found.said)
        self.deaths = {
            (said.chat, death)
            for said in found.said
            if said.sent and (death := self._in_the_moment(said))
        }
        self.occasions = self.lost_answers + len(self.deaths)

    def _death(self, said: Said) -> float:
        """Return when the life ended that sent a message; 0 for the one that goes on.

        What was on its way at the death is taken by Telegram a little later, before anything
        that the next life can send.
        """
        record = self._found.record
        life = bisect_right(record.births, said.at - _BIRTH) - 1
        return record.deaths[life].at if 0 <= life < len(record.deaths) else 0.0

    def _in_the_moment(self, said: Said) -> float:
        """Return the death just before which a message was sent; 0 for none."""
        death = self._death(said)
        return death if death and death - said.at - said.took <= _MOMENT else 0.0

    def _was_interrupted(self, said: Said) -> bool:
        death = self._in_the_moment(said)
        if not death:
            return False
        return not any(
            other.chat == said.chat and other.sent and said.n < other.n and other.at < death
            for other in self._found.said
        )

    def wrong(self) -> Iterator[str]:
        """Yield the copies that nothing explains."""
        for said in self.unexplained:
            yield f"EXTRA: message {said.message_id} was never recorded: {said.text[:60]!r}"
        if len(self.lost) > self.lost_answers:
            yield f"EXTRA: {len(self.lost)} copies for {self.lost_answers} lost answers"
        by_death = Counter((said.chat, self._death(said)) for said in self.killed)
        for (chat, death), times in by_death.items():
            if times > 1 or (chat, death) not in self.deaths:
                yield f"EXTRA: {NAMES[chat]} got {times} copies by one death"


def extra(found: Evidence, copies: Copies) -> Iterator[str]:
    """No card is pushed more often than something happened, or somebody asked for it."""
    for subjects, field in ((found.orders, "order_no"), (found.tickets, "ticket_no")):
        for subject, thing in subjects.items():
            number = thing[field]
            loud = sum(c["id"] == subject and c["kind"] in _LOUD for c in found.changes)
            quiet = sum(c["id"] == subject and c["kind"] not in _LOUD for c in found.changes)
            for chat, name in NAMES.items():
                pushes = sum(
                    said.sent
                    and said.chat == chat
                    and said.message_id not in copies.ids
                    and card_of(said.text) == number
                    for said in found.said
                )
                opened = sum(
                    p.person.capitalize() == name and subject in p.data
                    for p in found.record.pressed
                )
                # What is quiet edits the card, or makes one where the chat has none: where a list
                # of news named the number, or nothing was told yet.
                listed = subject in found.history or any(
                    said.chat == chat and number in said.text and card_of(said.text) != number
                    for said in found.said
                )
                allowed = loud + opened + (min(quiet, 1) if listed else 0)
                if pushes > allowed:
                    yield f"EXTRA: {name} got {pushes} cards of {number}, of {allowed} allowed"
