"""One update's turn: who wrote, where, when, and the transaction in which it is handled."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import MaybeInaccessibleMessage, Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.chat.answers import Tx, queue_act, queue_said, was_queued
from bot.chat.drawing import Drawing
from bot.chat.subjects import leave
from bot.desk.health import Gauges
from bot.desk.shop import Shop
from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.person import Person
from bot.views import sentences
from bot.views.drawing import warm
from bot.views.languages import is_read


@dataclass(frozen=True, slots=True)
class House:
    """What every handler may use."""

    shop: Shop
    drawing: Drawing
    gauges: Gauges


@dataclass(slots=True)
class Turn:
    """Everything about the update in hand. What is queued here commits with "handled"."""

    house: House
    tx: Tx
    update: Update
    now: datetime
    received_at: datetime
    person: Person | None = None

    @property
    def shop(self) -> Shop:
        """The shop."""
        return self.house.shop

    @property
    def member(self) -> Person:
        """Who wrote; the gate lets only members through."""
        if self.person is None:
            raise LookupError("a stranger came past the gate")
        return self.person

    @property
    def reader(self) -> Reader:
        """How this person reads."""
        return self.house.drawing.reader(self.member)

    @property
    def chat_id(self) -> int:
        """Where it was written or pressed."""
        chat = self.update.effective_chat
        if chat is None:
            raise LookupError("an update without a chat")
        return int(chat.id)

    @property
    def private(self) -> bool:
        """Whether nobody else reads along."""
        chat = self.update.effective_chat
        return chat is not None and chat.type == "private"

    async def ready(self) -> None:
        """Have the person's language read, which is slow the first time, without holding others."""
        language = self.reader.language
        if not is_read(language):
            await asyncio.to_thread(warm, language)

    @property
    def pressed(self) -> MaybeInaccessibleMessage | None:
        """The message whose button was pressed."""
        query = self.update.callback_query
        return None if query is None else query.message

    @property
    def own_message_id(self) -> int | None:
        """The person's own message; None for a press."""
        message = self.update.message or self.update.edited_message
        return None if message is None else message.message_id

    async def show(
        self,
        said: Outgoing,
        *,
        in_place: bool = False,
        once: str = "",
        edit: int | None = None,
    ) -> None:
        """Answer: as a new message, in place of the one whose button was pressed, or of another."""
        pressed = self.pressed
        if in_place and pressed is not None:
            await leave(self.tx, pressed, self.now)
            edit = pressed.message_id
        await queue_said(
            self.tx,
            shop_id=self.shop.shop_id,
            chat_id=self.chat_id,
            person_id=self.member.person_id,
            said=said,
            edit=edit,
            replaces=once or None,
            now=self.now,
        )

    async def say(
        self, name: str, *, in_place: bool = False, once: str = "", **values: Any
    ) -> None:
        """Answer with one of the sentences; what has the same ``once`` is answered once."""
        if once and await was_queued(self.tx, once):
            return
        await self.show(sentences.say(name, self.reader, **values), in_place=in_place, once=once)

    async def react(self, emoji: str) -> None:
        """React to the person's own message."""
        if self.own_message_id is not None:
            await queue_act(
                self.tx,
                shop_id=self.shop.shop_id,
                chat_id=self.chat_id,
                person_id=self.member.person_id,
                action="react",
                message_id=self.own_message_id,
                emoji=emoji,
                now=self.now,
            )

    async def take_out(self, message_id: int) -> None:
        """Delete a message from the chat: the person's, or one of ours."""
        await queue_act(
            self.tx,
            shop_id=self.shop.shop_id,
            chat_id=self.chat_id,
            person_id=self.member.person_id,
            action="delete",
            message_id=message_id,
            now=self.now,
        )


current: ContextVar[Turn] = ContextVar("turn")


class TurnContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The library's context, with the turn in hand."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        chat_id: int | None = None,
        user_id: int | None = None,
    ) -> None:
        super().__init__(application, chat_id, user_id)
        self.turn = current.get()
