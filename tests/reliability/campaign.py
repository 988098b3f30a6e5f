"""One campaign: a bot that is killed again and again while the shop goes on around it."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import time
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.e2e.nursery import Nursery
from tests.e2e.practice import TOKEN, Shop

from . import points
from .mortal import Mortal
from .outside import UNKNOWN, Outside
from .people import Operator
from .record import Record

PEOPLE: Final = {"ann": 1001, "ben": 1002}
# Of the inbox: what a person did. The bot hears of its own pins, too.
BY_PEOPLE: Final = f"person_id is not {TOKEN.partition(':')[0]}"
PAGE_SIZE: Final = 10
# Of the products whose titles begin so the operators change things; orders are of another one.
ON_THE_SHELF: Final = ("Disney+", "Spotify")
_HISTORY: Final = 35  # orders that were there before the bot
# Seconds; then it is killed where it is, and another life is to come to the point. All that goes
# on leads there, so that a life seldom takes a tenth of it.
_LONGEST_LIFE: Final = 12.0
_TRIES: Final = 3
_PAUSE: Final = 0.05  # seconds between two things that happen
# Nobody goes on while so many updates are unanswered, or so many messages wait: otherwise a busy
# machine is told more than it can ever say.
_UNANSWERED: Final = 6
_UNSAID: Final = 25
_BEGINNING: Final = 5  # orders with which the day begins
_SLOW: Final = 1.2  # seconds; what was sent lands after the death, and the first look for it
_QUIET: Final = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Kill:
    """How one life ends: at the ``nth`` passing of a point, or after so many seconds."""

    point: str  # empty: at a random moment
    nth: int
    after: float


def plan(chance: Random, count: int, named: Sequence[str]) -> list[Kill]:
    """Return ``count`` kills: those at ``named`` points first come the early ones, then shuffled.

    What is left over is spent on random moments.
    """
    early = [point for point in points.EARLY if point in named]
    later = [point for point in named if point not in early]
    chance.shuffle(later)
    chosen = [*early, *later][:count]
    kills = [Kill(point, _nth(chance, point), _LONGEST_LIFE) for point in chosen]
    random_ones = [Kill("", 1, chance.uniform(0.2, 2.0)) for _ in range(count - len(kills))]
    rest = kills[len(early) :] + random_ones
    chance.shuffle(rest)
    return kills[: len(early)] + rest


def _nth(chance: Random, point: str) -> int:
    if point == "migrating":
        return chance.randrange(1, 16)  # of its tables
    if point in points.EARLY or point in {"taken up", points.LOOKED_AFTER}:
        return 1
    return chance.choice((1, 1, 1, 2) if point in points.DEEDS else (1, 1, 1, 2, 3))


class Campaign:
    """A shop, a bot, two operators, buyers and trouble; everything follows from the seed."""

    def __init__(self, nursery: Nursery, shop: Shop, folder: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.shop = shop
        self.folder = folder
        self.chance = Random(seed)
        self.record = Record(seed, folder)
        self.bot = Mortal(nursery, shop, folder)
        self.outside = Outside(shop, Random(seed + 1), self.record)
        self.operators = [
            Operator(shop, name, Random(seed + 2 + place), self.record)
            for place, name in enumerate(PEOPLE)
        ]
        for operator in self.operators:
            operator.leaves_alone = self.outside.page_orders
        self.threads = False  # whether a ticket keeps all its texts, or only the last
        self.missed: list[str] = []  # named points that no life came to
        self._left: dict[str, Any] = {}
        self._lines = 0  # that say what was pinned: the bot hears of them, too
        self._open = False  # the first look is stored: from here on everything is news

    @property
    def database(self) -> Path:
        return self.folder / "supplier-bot.db"

    def run(self, kills: Sequence[Kill]) -> None:
        """Live and die as planned, then bring everything to rest; the last bot is left alive.

        A named point that was not come to is waited for in another life, and again.
        """
        self._set_up()
        waiting = deque((kill, 1) for kill in kills)
        while waiting:
            kill, tried = waiting.popleft()
            if self._life(kill) or not kill.point:
                continue
            if tried == _TRIES:
                self.missed.append(kill.point)
                continue
            again = (replace(kill, nth=1, after=kill.after * 2), tried + 1)
            if kill.point in points.EARLY:
                waiting.appendleft(again)
            else:
                waiting.append(again)
        self._come_to_rest()

    def _set_up(self) -> None:
        chance = self.chance
        options = {
            "default_page_size": PAGE_SIZE,
            "max_page_size": PAGE_SIZE,
            "sort": chance.choice(("newest", "newest", "oldest", "updated")),
            "ticket_reply": chance.choice(("replace", "thread")),
        }
        self.threads = options["ticket_reply"] == "thread"
        self.shop.reset(options=options)
        self.shop.telegram("options", limits=False)
        products = self.shop.state()["products"]
        shelf = tuple(p["product_id"] for p in products if p["title"].startswith(ON_THE_SHELF))
        for operator in self.operators:
            operator.shelf.ids = shelf
        before = datetime.now(UTC) - timedelta(hours=_HISTORY)
        self.shop.market(
            "orders/bulk", count=_HISTORY, created_at=before.isoformat(), step=60, brief=True
        )
        self.record.tell(f"seed {self.record.seed}, {options}")

    # --- lives -------------------------------------------------------------------------------

    def _life(self, kill: Kill) -> bool:
        """Live one life; say whether it ended where it was to end."""
        hit = True
        self.record.born(f"to die at {kill.point or 'a random moment'} ({kill.nth})")
        if kill.point == points.IN_FLIGHT:
            self.shop.no_trouble()
            self.shop.trouble("writes", "latency", seconds=_SLOW, times=kill.nth)
        elif kill.point == points.LOOKED_AFTER:
            self.shop.no_trouble()
            self.shop.trouble("writes", **self.chance.choice(UNKNOWN))
        self.bot.live(kill.point, kill.nth)
        deadline = time.monotonic() + kill.after
        while (status := self.bot.ended(_PAUSE)) is None:
            if time.monotonic() > deadline:
                self._end_by_hand(kill)
                hit = False
                break
            if not self._is_behind():
                self._something(kill.point)
        else:
            assert status == -signal.SIGKILL, f"ended by itself with {status}: {self.bot.said()}"
            point, at = self.bot.died_at()
            self.record.die(point, named=True, at=at)
        self._look_at_the_remains()
        for _ in range(self.chance.randrange(3)):
            self._something()
        return hit

    def _end_by_hand(self, kill: Kill) -> None:
        if self.chance.random() < 0.2:
            # Asked to end, and killed while it does so.
            self.bot.signal(signal.SIGTERM)
            self.bot.ended(self.chance.uniform(0.0, 0.15))
        self.bot.kill()
        missed = f" (missed {kill.point})" if kill.point else ""
        self.record.die("random" + missed, named=False, at=time.time())

    def _something(self, point: str = "") -> None:
        """Let one thing happen, anywhere; rather what leads to a point that is waited for."""
        if not self._open:
            self._open = self._first_look_is_stored()
            return
        chance = self.chance.random()
        news = 0.05 if point in points.DEEDS else 0.5 if point in points.NEWS else 0.15
        if chance < news or self.outside.placed < _BEGINNING:
            self.outside.buyers()
        elif chance < news + 0.04 and point not in points.ARRANGED:
            self.outside.trouble()
        elif point == "asked" and chance > 0.5:
            self.operators[0].ask()
        else:
            self.chance.choice(self.operators).act(deeds=point in points.DEEDS)

    def _is_behind(self) -> bool:
        """Say whether the bot has more to answer and to say than is fair to add to."""
        if not self._open:
            return False
        handled = self.ask(_SEEN_TO + BY_PEOPLE)[0][0]
        unsaid = self.ask(_UNSENT)[0][0]
        return bool(self.record.updates - handled > _UNANSWERED or unsaid > _UNSAID)

    def _first_look_is_stored(self) -> bool:
        try:
            found = self.ask("select count(*) from positions where feed in ('orders', 'tickets')")
        except sqlite3.Error:
            return False
        return bool(found[0][0] == len(PEOPLE))

    def _look_at_the_remains(self) -> None:
        """What a dead process left must be whole, and hold no goods that can be read."""
        if self.database.exists():
            copy = self.folder / "remains"
            copy.mkdir(exist_ok=True)
            for name in ("", "-wal"):
                part = Path(f"{self.database}{name}")
                if part.exists():
                    shutil.copyfile(part, copy / part.name)
            with closing(sqlite3.connect(copy / self.database.name)) as found:
                (verdict,) = found.execute("pragma integrity_check").fetchone()
            assert verdict == "ok", f"after {self.record.deaths[-1]}: {verdict}"
            shutil.rmtree(copy)
        self.no_goods_in_the_clear()

    def no_goods_in_the_clear(self) -> None:
        """Fail when any file of the bot's folder holds a unit; the story is the harness's own."""
        words = {part for unit in self.record.units() for part in unit.split(":")}
        for path in self.folder.iterdir():
            if path.is_file() and path.name != "story.txt":
                body = path.read_bytes()
                found = [word for word in words if word.encode() in body]
                assert not found, f"goods in the clear in {path.name}: {found[:2]}"

    # --- the end -------------------------------------------------------------------------------

    def _come_to_rest(self) -> None:
        self.shop.no_trouble()
        self.shop.no_telegram_trouble()
        self.shop.telegram("faults/release")
        self.record.born("no more trouble, and no more kills")
        self.bot.live()
        self.rest(_QUIET)

    def rest(self, seconds: float) -> None:
        """Wait until nothing is left to be done; fail after so many seconds."""
        deadline = time.monotonic() + seconds
        while not self._is_quiet():
            assert time.monotonic() < deadline, f"does not come to rest: {self._left}"
            if self._left.get("intents"):
                for operator in self.operators:
                    operator.say_what_became()
            self.let_live(0.1)
        self.record.tell("quiet")

    def let_live(self, seconds: float) -> None:
        """Wait a moment; the bot must not end by itself in it."""
        status = self.bot.ended(seconds)
        assert status is None, f"ended by itself with {status}: {self.bot.said()}"

    def stop(self) -> None:
        """End the bot as it should be ended."""
        assert self.bot.end(signal.SIGTERM) == 0

    @property
    def updates(self) -> int:
        """How many updates Telegram has for the bot: what people did, and what is pinned."""
        return self.record.updates + self._lines

    def _service_lines(self) -> int:
        chats = (self.shop.person(name).chat() for name in PEOPLE)
        return sum(message["kind"] == "service" for chat in chats for message in chat)

    def ask(self, query: str) -> list[Any]:
        """Ask the bot's database, beside the bot."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as found:
            return found.execute(query).fetchall()

    def _is_quiet(self) -> bool:
        left = {name: what for name, what in self._what_is_left().items() if what}
        if left != self._left:
            self.record.tell(f"left: {left}")
        self._left = left
        return not left

    def _what_is_left(self) -> dict[str, Any]:
        counts: dict[str, Any] = {
            name: self.ask(f"select count(*) from {of}")[0][0]  # noqa: S608 - our own words
            for name, of in _LEFT.items()
        }
        came = self.ask(f"select update_id from inbox where {BY_PEOPLE}")  # noqa: S608 - as above
        known = {row[0] for row in came}
        if len(known) != self.updates:
            self._lines = self._service_lines()
        counts["updates"] = self.updates - len(known)
        state = self.shop.state()
        orders = {
            o["order_id"]: (o["status"], o["payment_status"], o["delivered_units"])
            for o in state["orders"]
        }
        tickets = {t["ticket_id"]: (t["status"], t["admin_invited"]) for t in state["tickets"]}
        counts["orders"] = orders.items() - {
            (row[0], row[1:])
            for row in self.ask("select order_id, status, payment_status, delivered from orders")
        }
        counts["tickets"] = tickets.items() - {
            (row[0], (row[1], bool(row[2])))
            for row in self.ask("select ticket_id, status, admin_invited from tickets")
        }
        return counts


_SEEN_TO: Final = (
    "select count(*) from inbox where (handled_at is not null or aside_at is not null) and "
)
_UNSENT: Final = "select count(*) from messages where state in ('pending', 'sending')"
_LEFT: Final = {
    "messages": "messages where state in ('pending', 'sending')",
    "notices": "notices where state = 'pending'",
    "inbox": "inbox where handled_at is null and aside_at is null",
    "errands": "errands",
    "intents": "intents where state in ('sending', 'unknown')"
    " or (state = 'proposed' and fires_at is not null)",
}
