"""Sends the outbox: each chat in its own order, no chat waiting for another, at Telegram's pace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram.error import TelegramError

from bot.model.outgoing import Attached, Outgoing
from bot.model.urgency import IDLE
from bot.store import cards, errands, locking, outbox, people, sending
from bot.store.database import Store, Tx
from bot.store.errors import SealBroken, StoreClosed, StoreError
from bot.store.sending import PLAIN, Queued

from . import outcomes, standing
from .drawing import Drawing, HeldBack, Known
from .fate import Fate, fate_of, of_fault
from .gateway import Gateway
from .pacer import FORGOTTEN_AFTER, Pacer
from .records import TOGETHER, Records

log = structlog.get_logger(__name__)

CARDS: Final = cards.VIEWS
# What Telegram does not count as a message or an edit.
_FREE: Final = frozenset({"react", "commands", "delete", "pin"})
# Not tried again; a message that cannot be deleted (any more, or by us) is nobody's trouble.
_OVER: Final = frozenset({"gone", "aside"})
# Messages under way. Those that take longer than usual take nobody's place, up to a bound.
_AT_ONCE: Final = 24
_IN_ALL: Final = 200
_SLOW: Final = timedelta(seconds=2)
_SEND_SECONDS: Final = 40
_FILE_SECONDS: Final = 80  # less than a lease: a slow line and a large file
_STORE_SECONDS: Final = 1.0
_IDLE_SECONDS: Final = 30.0
# Below this a wait is not worth the sleep: two buckets never agree to the microsecond.
_SOON: Final = 0.01


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What to send; how often cards had changed before; whether the card shows it already."""

    said: Outgoing | None
    changes: int
    same: bool


class Sender:
    """Takes messages as they become due. A lease says who holds one; Telegram's answer ends it."""

    def __init__(
        self,
        *,
        store: Store,
        gateway: Gateway,
        drawing: Drawing,
        pacer: Pacer,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._drawing = drawing
        self._pacer = pacer
        self._now = now
        self._records = Records(store)
        self._busy: dict[int, datetime] = {}  # chats with a message under way, and since when
        self._stopping = False
        self.failing_since: datetime | None = None
        self.sent_at: datetime | None = None  # when Telegram last took a message

    def stop(self) -> None:
        """Begin nothing new; what waits is sent after the next start."""
        self._stopping = True
        self._store.signals.wake("messages")

    async def run(self) -> None:
        """Send until stopped, and finish what was begun."""
        resumed = False
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                try:
                    if not resumed:
                        await self._resume()
                        resumed = True
                    wait = await self._begin(tasks)
                except StoreError as error:
                    log.error("outbox cannot be read", reason=str(error))
                    wait = 2.0
                await self._store.signals.wait("messages", wait)

    async def _resume(self) -> None:
        """Go on at the pace of the process before: Telegram still counts what that one sent."""
        now = self._now()
        async with self._store.read() as tx:
            sent = await sending.lately_sent(tx, now - timedelta(seconds=FORGOTTEN_AFTER))
            held = await sending.held_in(tx)
        ago = [(chat_id, (now - at).total_seconds()) for chat_id, at in sent]
        self._pacer.resume(ago, held)

    async def _begin(self, tasks: asyncio.TaskGroup) -> float:
        """Start a task for every chat that may be sent to now; return when to look again."""
        now = self._now()
        async with self._store.read() as tx:
            paused = await people.paused_chats(tx)
            without = paused | self._busy.keys()
            due = await sending.due_chats(tx, now, without)
            later = await sending.next_due_at(tx, without | {chat_id for chat_id, _ in due})
        wait = _IDLE_SECONDS if later is None else max((later - now).total_seconds(), 0.0)
        ready: list[int] = []
        quick = sum(now - since < _SLOW for since in self._busy.values())
        for chat_id, urgency in due:
            if quick + len(ready) >= _AT_ONCE or len(self._busy) >= _IN_ALL:
                wait = min(wait, _SLOW.total_seconds())
                break
            held = self._pacer.wait(chat_id, idle=urgency >= IDLE)
            if held > 0:
                wait = min(wait, held)
                continue
            if len(ready) >= TOGETHER:
                wait = 0.0
                break
            self._pacer.take(chat_id)
            self._busy[chat_id] = now
            ready.append(chat_id)
        leased: dict[int, Queued] = {}
        try:
            if len(ready) > 1:
                leased = await self._lease(ready)
        except StoreError as error:
            # One by one then: a row that cannot be read is one chat's trouble.
            log.info("leased one by one", reason=str(error))
        drawn = await self._draw_all(leased) if leased else {}
        for chat_id in ready:
            work = self._work(chat_id, leased.get(chat_id), drawn.get(chat_id))
            tasks.create_task(work, name=f"chat-{chat_id}")
        return max(wait, _SOON)

    async def _lease(self, chat_ids: list[int]) -> dict[int, Queued]:
        """Lease the next message of each chat, of all in one transaction."""
        now = self._now()
        leased: dict[int, Queued] = {}
        async with self._store.write() as tx:
            for chat_id in chat_ids:
                queued = await sending.lease(tx, chat_id, now)
                if queued is not None:
                    leased[chat_id] = queued
        return leased

    async def _draw_all(self, leased: dict[int, Queued]) -> dict[int, _Drawn]:
        """Draw for many from one snapshot; what cannot be drawn is left to its own turn."""
        changes = self._store.signals.count("cards")
        now = self._now()
        known: Known = {}
        done: dict[int, _Drawn] = {}
        try:
            async with self._store.read() as tx:
                for chat_id, queued in leased.items():
                    done[chat_id] = await self._drawn(tx, queued, changes, now, known)
        except Exception as error:  # noqa: BLE001 - each is drawn again, where it is dealt with
            log.info("drawn one by one", error=type(error).__name__)
        return done

    async def _drawn(
        self, tx: Tx, queued: Queued, changes: int, now: datetime, known: Known | None = None
    ) -> _Drawn:
        said = await self._drawing.draw(tx, queued, now, known)
        same = said is not None and await self._shown(tx, queued) == said.digest()
        return _Drawn(said, changes, same=same)

    async def _work(self, chat_id: int, queued: Queued | None, drawn: _Drawn | None = None) -> None:
        """Send one message; the next one of this chat is found when the pace allows it."""
        try:
            if queued is None:
                await self._send_next(chat_id)
            else:
                await self._take(queued, drawn)
        except StoreError as error:
            log.error("outbox cannot be written", reason=str(error))
            await asyncio.sleep(_STORE_SECONDS)
        finally:
            self._busy.pop(chat_id, None)
            self._store.signals.wake("messages")

    async def _send_next(self, chat_id: int) -> bool:
        queued = (await self._lease([chat_id])).get(chat_id)
        if queued is not None:
            await self._take(queued)
        return queued is not None

    async def _take(self, queued: Queued, drawn: _Drawn | None = None) -> None:
        now = self._now()
        try:
            if drawn is None:
                changes = self._store.signals.count("cards")
                async with self._store.read() as tx:
                    drawn = await self._drawn(tx, queued, changes, now)
        except HeldBack:
            self._pacer.give_back(queued.chat_id)
            await self._note(lambda tx: locking.hold(tx, queued.id))
            return
        except SealBroken as error:
            log.error("message cannot be drawn", row=queued.id, view=queued.view, reason=str(error))
            await self._refused(queued, None, of_fault(error, queued.attempts))
            return
        except StoreError:
            raise
        except Exception as error:
            # One message that cannot be drawn must not hold up those behind it.
            log.exception("message cannot be drawn", row=queued.id, view=queued.view)
            await self._refused(queued, None, of_fault(error, queued.attempts))
            return
        if queued.error.startswith(PLAIN) and drawn.said is not None:
            drawn = replace(
                drawn, said=drawn.said.model_copy(update={"entities": (), "preview": ""})
            )
        nothing = drawn.said is None and queued.action in {"send", "edit", outbox.FILE}
        same = queued.action == "edit" and drawn.same
        if nothing or same or queued.action in _FREE:
            self._pacer.give_back(queued.chat_id)
        if nothing and queued.view in standing.VIEWS:
            await self._note(lambda tx: sending.sent(tx, queued.id, None, now))
        elif nothing:
            await self._note(lambda tx: sending.aside(tx, queued.id, "nothing to show", now))
            await self._remove_file(queued)
        elif same:
            target = queued.target_message_id
            await self._note(lambda tx: sending.sent(tx, queued.id, target, now))
        else:
            await self._send(queued, drawn.said, drawn.changes)

    async def _shown(self, tx: Tx, queued: Queued) -> str:
        if queued.target_message_id is None or queued.view not in CARDS:
            return ""
        card = await cards.at(tx, queued.chat_id, queued.target_message_id)
        return "" if card is None else card.shown

    async def _send(self, queued: Queued, drawn: Outgoing | None, changes: int = -1) -> None:
        seconds = _FILE_SECONDS if queued.action == outbox.FILE else _SEND_SECONDS
        try:
            try:
                async with asyncio.timeout(seconds):
                    message_id = await self._call(queued, drawn)
            finally:
                if queued.action not in _FREE:
                    self._pacer.arrived(queued.chat_id)
        except TelegramError as error:
            fate = fate_of(error, queued.attempts)
            if queued.action == "delete" and fate.what in _OVER:
                fate = Fate("fine")
            await self._refused(queued, drawn, fate, changes)
        except TimeoutError:
            fate = Fate("later", timedelta(seconds=2), "time-out")
            await self._refused(queued, drawn, fate, changes)
        except FileNotFoundError:
            await self._make_again(queued)
        except StoreError:
            raise
        except Exception as error:
            log.exception("message cannot be sent", row=queued.id)
            await self._refused(queued, drawn, of_fault(error, queued.attempts), changes)
        else:
            self.failing_since, self.sent_at = None, self._now()
            await self._accepted(queued, drawn, message_id, changes)
            await self._remove_file(queued)

    async def _remove_file(self, queued: Queued, fate: Fate | None = None) -> None:
        """Remove the file of a message that is sent, or (``fate``) never will be."""
        if queued.action != outbox.FILE or (fate is not None and fate.what not in _OVER):
            return
        try:
            name = Attached.model_validate(queued.body).file
            await asyncio.to_thread(self._store.spool.remove, name)
        except StoreError as error:
            log.error("a file that was sent stays for now", reason=str(error))

    async def _make_again(self, queued: Queued) -> None:
        """Have a file made again that is gone: a new process clears what the one before left."""
        now, file = self._now(), Attached.model_validate(queued.body)

        async def record(tx: Tx) -> None:
            await sending.sent(tx, queued.id, None, now)
            await errands.send(
                tx,
                shop_id=queued.shop_id,
                kind=file.errand,
                chat_id=queued.chat_id,
                person_id=queued.person_id,
                body=file.body,
                now=now,
            )

        await self._note(record)

    async def _call(self, queued: Queued, drawn: Outgoing | None) -> int | None:
        gateway, chat_id, target = self._gateway, queued.chat_id, queued.target_message_id
        if queued.action == "send" and drawn is not None:
            return await gateway.send(
                chat_id, drawn, silent=queued.silent, reply_to=queued.reply_to
            )
        if queued.action == outbox.FILE and drawn is not None:
            file = Attached.model_validate(queued.body)
            return await gateway.send_file(
                chat_id,
                self._store.spool.path(file.file),
                drawn,
                name=file.name,
                picture=file.picture,
                silent=queued.silent,
                reply_to=queued.reply_to,
            )
        if queued.action == "commands":
            # For this person alone: their language, their role.
            await gateway.set_commands(chat_id, await self._commands(queued))
            return None
        if target is None:
            return None
        if queued.action == "edit" and drawn is not None:
            await gateway.edit(chat_id, target, drawn)
        elif queued.action == "delete":
            await gateway.delete(chat_id, target)
        elif queued.action == "react":
            await gateway.react(chat_id, target, queued.subject_id)
        elif queued.action == "pin":
            await gateway.pin(chat_id, target)
        return target

    async def _commands(self, queued: Queued) -> tuple[tuple[str, str], ...]:
        async with self._store.read() as tx:
            return await self._drawing.commands(tx, queued.person_id)

    async def _accepted(
        self, queued: Queued, drawn: Outgoing | None, message_id: int | None, changes: int
    ) -> None:
        now = self._now()

        async def record(tx: Tx) -> None:
            changed = self._store.signals.count("cards") != changes
            await outcomes.accepted(tx, queued, drawn, message_id, now, changed=changed)

        await self._note(record)

    async def _note(self, write: Callable[[Tx], Awaitable[None]]) -> None:
        """Write down what became of a message, however long the database cannot be written.

        Until then its chat counts as busy: nothing takes the message up as if it had not gone.
        """
        while True:
            try:
                await self._records.add(write)
            except (StoreClosed, SealBroken):
                raise
            except StoreError as error:
                log.error("outbox cannot be written", reason=str(error))
                await asyncio.sleep(_STORE_SECONDS)
            else:
                return

    async def _refused(
        self, queued: Queued, drawn: Outgoing | None, fate: Fate, changes: int = -1
    ) -> None:
        now = self._now()
        log.info("message refused", what=fate.what, reason=fate.reason, row=queued.id)
        match fate.what:
            case "fine":
                self.failing_since = None
                await self._accepted(queued, drawn, queued.target_message_id, changes)
                return
            case "wait":
                self._pacer.throttled(queued.chat_id, fate.wait.total_seconds())
            case "later":
                self.failing_since = self.failing_since or now
                self._pacer.hold(queued.chat_id, fate.wait.total_seconds())
        plain = fate.what == "plain" and drawn is not None and bool(drawn.entities)

        async def record(tx: Tx) -> None:
            await outcomes.refused(tx, queued, fate, now, plain=plain)

        await self._note(record)
        await self._remove_file(queued, fate)
