"""From notices to messages: what waits for a chat becomes rows of the outbox."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from sqlalchemy import and_, func, or_, select, update

from bot.model.digest import BURST, FRESH_FOR, ROOM, WINDOW, room_of
from bot.model.urgency import MONEY, NEWS
from bot.store import cards, digests, outbox, preferences, safety
from bot.store.database import Store, Tx
from bot.store.digests import Digest
from bot.store.errors import StoreClosed, StoreError
from bot.store.tables import chats, events, messages, notices

from .grouping import Group, Notice, by_subject, group

log = structlog.get_logger(__name__)

_AT_ONCE = 20  # in one transaction: presses wait for no more than that
_CHATS_AT_ONCE = 12
_LOOK_AGAIN = 30.0  # seconds; a signal comes sooner
_CARD_SOON = 0.5  # seconds; a message is on its way, and its card will be there then
_AFTER_ERROR = 5.0
# What is told by a message of its own, whatever cards the chat has: with a sound or without.
_NEW_MESSAGES = frozenset({"loud", "hushed"})


class Teller:
    """Turns pending notices into messages, for every chat that does not refuse us."""

    def __init__(
        self,
        store: Store,
        shop_id: int,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._shop_id = shop_id
        self._now = now
        self._sleep = sleep

    async def run(self) -> None:
        """Tell until cancelled. Raises StoreClosed when the store is closed under it."""
        while True:
            try:
                _, left = await self.tell()
            except StoreClosed:
                raise
            except StoreError as error:
                log.error("notices cannot be told", error=str(error))
                await self._sleep(_AFTER_ERROR)
                continue
            await self._store.signals.wait("notices", _CARD_SOON if left else _LOOK_AGAIN)

    async def tell(self) -> tuple[int, int]:
        """Make messages of what waits; return how many notices were told, and how many still wait.

        A quiet notice still waits while a message about its subject is on its way to the chat:
        that message becomes the card which then shows it. So does a burst while its digest is
        on its way.
        """
        told = left = 0
        async with self._store.read() as tx:
            locked = (await safety.lock_of(tx, self._shop_id)).locked_at is not None
            waiting = () if locked else await self._chats(tx)
        todo = deque((chat_id, 0) for chat_id in waiting)
        while todo:
            some = [todo.popleft() for _ in range(min(len(todo), _CHATS_AT_ONCE))]
            async with self._store.write() as tx:
                # What many chats wait for is read at once and told in one transaction: each
                # statement and each commit is time that the last of them waits.
                waits = await self._waiting(tx, some)
                lately = await self._lately(tx, [chat_id for chat_id, _ in some])
                bursts = await self._bursts(tx, waits)
                looked_at = 0
                for at, (chat_id, _) in enumerate(some):
                    if looked_at >= _AT_ONCE:
                        todo.extendleft(reversed(some[at:]))
                        break
                    here = waits.get(chat_id, [])
                    looked_at += len(here)
                    burst = bursts.get(chat_id, BURST)
                    if burst is not None:
                        burst = max(burst - lately.get(chat_id, 0), 0)
                    done = await self._tell_chat(tx, here, burst)
                    told += done
                    left += len(here) - done
                    if len(here) == _AT_ONCE:
                        todo.append((chat_id, here[-1].id))
        return told, left

    async def _chats(self, tx: Tx) -> tuple[int, ...]:
        statement = (
            select(notices.c.chat_id)
            .join(chats, chats.c.chat_id == notices.c.chat_id)
            .where(
                notices.c.shop_id == self._shop_id,
                notices.c.state == "pending",
                chats.c.paused_at.is_(None),
            )
            .group_by(notices.c.chat_id)
            .order_by(func.min(notices.c.id))
        )
        return tuple((await tx.execute(statement)).scalars())

    async def _bursts(self, tx: Tx, waits: dict[int, list[Notice]]) -> dict[int, int | None]:
        """Return, by chat, how many news at once are not yet a burst to whom they are told."""
        people = {chat_id: here[0].person_id for chat_id, here in waits.items() if here}
        wanted = await preferences.of_people(tx, self._shop_id, people.values())
        return {
            chat_id: wanted[person_id].digest_over
            for chat_id, person_id in people.items()
            if person_id in wanted
        }

    async def _tell_chat(self, tx: Tx, waiting: list[Notice], burst: int | None) -> int:
        """Tell some of what waits for one chat; return how many notices were told."""
        now = self._now()
        told = 0
        for each in group(waiting, burst=burst):
            done = (
                await self._tell_digest(tx, each, now)
                if each.shape == "digest"
                else await self._tell_group(tx, each, now)
            )
            told += len(done)
        return told

    async def _waiting(self, tx: Tx, after: list[tuple[int, int]]) -> dict[int, list[Notice]]:
        """Return, of each chat, the first notices that wait behind a given one."""
        place = func.row_number().over(partition_by=notices.c.chat_id, order_by=notices.c.id)
        behind = [
            and_(notices.c.chat_id == chat_id, notices.c.id > last) for chat_id, last in after
        ]
        first = (
            select(
                notices.c.id,
                notices.c.chat_id,
                notices.c.person_id,
                notices.c.loudness,
                events.c.kind,
                events.c.subject_kind,
                events.c.subject_id,
                place.label("place"),
            )
            .join(events, events.c.id == notices.c.event_id)
            .where(notices.c.shop_id == self._shop_id, notices.c.state == "pending", or_(*behind))
            .subquery()
        )
        columns = [column for column in first.c if column.name != "place"]
        statement = select(*columns).where(first.c.place <= _AT_ONCE).order_by(first.c.id)
        found: dict[int, list[Notice]] = {}
        for row in (await tx.execute(statement)).all():
            found.setdefault(row.chat_id, []).append(Notice(**row._asdict()))
        return found

    async def _lately(self, tx: Tx, chat_ids: list[int]) -> dict[int, int]:
        """Return how much each chat was told within the window that makes a burst."""
        now = self._now()
        told = await digests.lately_told(tx, chat_ids, now - WINDOW)
        for chat_id in await digests.fresh(tx, chat_ids, now - FRESH_FOR):
            digested = await self._lately_digested(tx, chat_id, now - WINDOW)
            told[chat_id] = told.get(chat_id, 0) + digested
        return told

    async def _lately_digested(self, tx: Tx, chat_id: int, since: datetime) -> int:
        digest = await digests.latest(tx, chat_id, self._now() - FRESH_FOR)
        if digest is None:
            return 0
        statement = select(func.count()).where(
            notices.c.message_row == digest.row, notices.c.created_at > since
        )
        return int((await tx.execute(statement)).scalar_one())

    async def _tell_digest(self, tx: Tx, news: Group, now: datetime) -> tuple[Notice, ...]:
        """Put a burst into digests, each filled before the next; return what found its place.

        What only changes a card that the chat has is told by that card, as ever.
        """
        shown = [each for each in by_subject(news) if await self._on_a_card(tx, each, now)]
        done = [notice for each in shown for notice in each.notices]
        rest = [each for each in by_subject(news) if each not in shown]
        subjects = {each.subject for each in rest}
        numbers = await digests.numbers_of(tx, self._shop_id, subjects)
        while rest:
            digest = await digests.latest(tx, news.chat_id, now - FRESH_FOR)
            if digest is not None and digest.state == "sending":
                return tuple(done)  # drawn already: it can be edited once it is there
            if digest is not None and await self._names_already(tx, digest, rest):
                digest = None
            room = ROOM
            if digest is not None:
                room -= await digests.room_taken(tx, self._shop_id, digest.row)
            some: list[Group] = []
            for each in rest:
                room -= room_of([numbers.get(each.subject[1], each.subject[1])])
                if room < 0:
                    break
                some.append(each)
            if digest is not None and some:
                await digests.grow(tx, self._shop_id, news.chat_id, digest, now)
                row = digest.row
            else:
                some = some or self._first_of(rest, numbers)
                row = await digests.begin(
                    tx,
                    self._shop_id,
                    news.chat_id,
                    news.notices[-1].person_id,
                    now,
                    silent=news.loudness != "loud",
                )
            for each in some:
                await self._told(tx, each, row)
                done += each.notices
            rest = rest[len(some) :]
        return tuple(done)

    async def _names_already(self, tx: Tx, digest: Digest, rest: list[Group]) -> bool:
        """Say whether a digest that was sent names what is to be told: an edit would show nothing.

        A buyer's next text in a ticket of the burst has to be seen, too: by a digest of its own.
        """
        if digest.message_id is None:
            return False
        named = await digests.subjects_of(tx, digest.row)
        return any(each.subject in named and each.loudness in _NEW_MESSAGES for each in rest)

    def _first_of(self, rest: list[Group], numbers: dict[str, str]) -> list[Group]:
        """Return what an empty digest holds."""
        room, some = ROOM, []
        for each in rest:
            room -= room_of([numbers.get(each.subject[1], each.subject[1])])
            if room < 0:
                break
            some.append(each)
        return some

    async def _on_a_card(self, tx: Tx, news: Group, now: datetime) -> bool:
        """Tell quiet news by the card that the chat has; say whether it has one."""
        if news.loudness in _NEW_MESSAGES:
            return False
        kind, subject_id = news.subject
        card = await cards.live_in(tx, self._shop_id, news.chat_id, kind, subject_id)
        if card is None:
            return False
        row = await cards.redraw(tx, card, now)
        await self._told(tx, news, row)
        return True

    async def _tell_group(self, tx: Tx, news: Group, now: datetime) -> tuple[Notice, ...]:
        """Tell the news of one subject; return its notices, or none while they have to wait."""
        kind, subject_id = news.subject
        on_its_way = await self._on_its_way(tx, news.chat_id, kind, subject_id)
        if "pending" in on_its_way:
            # Drawn when it is sent: it will show this too.
            row = on_its_way["pending"]
            if news.loudness == "loud":
                urgency = func.min(messages.c.urgency, _urgency(news))
                await tx.execute(
                    update(messages)
                    .where(messages.c.id == row)
                    .values(silent=False, urgency=urgency)
                )
            await self._told(tx, news, row)
            return news.notices
        if news.loudness not in _NEW_MESSAGES and on_its_way:
            return ()
        if await self._on_a_card(tx, news, now):
            return news.notices
        row = await outbox.show(
            tx,
            shop_id=self._shop_id,
            chat_id=news.chat_id,
            person_id=news.notices[-1].person_id,
            subject_kind=kind,
            subject_id=subject_id,
            now=now,
            urgency=_urgency(news),
            silent=news.loudness != "loud",
        )
        await self._told(tx, news, row)
        return news.notices

    async def _on_its_way(
        self, tx: Tx, chat_id: int, subject_kind: str, subject_id: str
    ) -> dict[str, int]:
        """Return the row, by its state, of a message about this subject that is not sent yet."""
        statement = select(messages.c.state, messages.c.id).where(
            messages.c.chat_id == chat_id,
            messages.c.state.in_(("pending", "sending")),
            messages.c.action == "send",
            messages.c.view == subject_kind,
            messages.c.subject_id == subject_id,
        )
        return {row.state: row.id for row in (await tx.execute(statement)).all()}

    async def _told(self, tx: Tx, news: Group, row: int | None) -> None:
        await tx.execute(
            update(notices)
            .where(notices.c.id.in_([each.id for each in news.notices]))
            .values(state="told", message_row=row)
        )


def _urgency(news: Group) -> int:
    return MONEY if news.urgent else NEWS
