"""The one door to Telegram: what may be asked of it, and how the library is asked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    File,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.model.files import FileAway, FileGone, FileTooBig
from bot.model.outgoing import Entity, Outgoing

# Waiting times as timedelta: what python-telegram-bot is moving to.
os.environ.setdefault("PTB_TIMEDELTA", "true")

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
POLL_SECONDS: Final = 25
BATCH: Final = 100
BROUGHT_AT_ONCE: Final = 20
_SHORTEST_WAIT: Final = timedelta(seconds=1)
_LONGEST_WAIT: Final = timedelta(days=1)
_FILE_SECONDS: Final = 60.0  # for all of the largest file
_UPLOAD: Final = 60.0  # for a piece of a file, or for the answer once all of it went out


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram brings updates, how many wait there, and since when it cannot."""

    url: str
    waiting: int
    failed_at: datetime | None


class Gateway(Protocol):
    """What the rest of the house may ask of Telegram. Every method raises TelegramError."""

    async def get_updates(self, offset: int | None) -> list[Any]:
        """Wait for updates and return them raw: one that cannot be parsed must block nothing."""

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates brought to a URL, with a secret by which they are known."""

    async def delete_webhook(self) -> None:
        """Have no updates brought any more; what waits can be fetched."""

    async def webhook(self) -> Hook:
        """Return where updates are brought."""

    async def send(
        self, chat_id: int, said: Outgoing, *, silent: bool, reply_to: int | None
    ) -> int:
        """Send a message and return its ID."""

    async def send_file(
        self,
        chat_id: int,
        path: Path,
        said: Outgoing,
        *,
        name: str,
        picture: bool,
        silent: bool,
        reply_to: int | None,
    ) -> int:
        """Send a file with a text below it. Raises FileNotFoundError where it is gone, too."""

    async def edit(self, chat_id: int, message_id: int, said: Outgoing) -> None:
        """Put a message in place of another."""

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message."""

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        """React to a message; an empty emoji takes the reaction back."""

    async def pin(self, chat_id: int, message_id: int) -> None:
        """Pin a message above a chat, without a sound."""

    async def pinned(self, chat_id: int) -> int | None:
        """Return the newest message that is pinned in a chat."""

    async def set_commands(self, chat_id: int, commands: Sequence[tuple[str, str]]) -> None:
        """Fill the command menu of one chat."""

    async def fetch(self, file_id: str, most: int) -> bytes:
        """Return a file of at most ``most`` bytes. Raises FileGone, FileTooBig or FileAway."""

    async def answer(self, press_id: str, text: str, *, alert: bool = False) -> None:
        """Answer a press, so that the button stops spinning."""


class TelegramGateway:
    """The door itself, over python-telegram-bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def get_updates(self, offset: int | None) -> list[Any]:
        """Long-poll for up to 25 seconds. The answer is raw: it is parsed row by row."""
        asked: dict[str, object] = {
            "timeout": POLL_SECONDS,
            "limit": BATCH,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if offset is not None:
            asked["offset"] = offset
        data = RequestData([RequestParameter.from_input(key, asked[key]) for key in asked])
        request = self._bot._request[0]  # noqa: SLF001 - the library has no public door to it
        result = await request.post(
            f"{self._bot.base_url}/getUpdates", data, read_timeout=POLL_SECONDS + 10
        )
        if not isinstance(result, list):
            raise NetworkError("Telegram's answer to getUpdates is not a list")
        return list(result)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Set it; what waits is kept, and brought."""
        await self._bot.set_webhook(
            url,
            max_connections=BROUGHT_AT_ONCE,
            allowed_updates=list(ALLOWED_UPDATES),
            drop_pending_updates=False,
            secret_token=secret,
        )

    async def delete_webhook(self) -> None:
        """Delete it; what waits is kept."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def webhook(self) -> Hook:
        """Ask Telegram."""
        found = await self._bot.get_webhook_info()
        return Hook(found.url, found.pending_update_count, found.last_error_date)

    async def send(
        self, chat_id: int, said: Outgoing, *, silent: bool, reply_to: int | None
    ) -> int:
        """Send a message; a message it should reply to may be gone meanwhile."""
        if said.file_name:
            return await self._send_text_file(chat_id, said, silent=silent, reply_to=reply_to)
        message = await self._bot.send_message(
            chat_id,
            said.text,
            entities=_entities(said.entities),
            reply_markup=_markup(said),
            disable_notification=silent,
            link_preview_options=_preview(said),
            reply_parameters=_reply(reply_to),
        )
        return int(message.message_id)

    async def _send_text_file(
        self, chat_id: int, said: Outgoing, *, silent: bool, reply_to: int | None
    ) -> int:
        message = await self._bot.send_document(
            chat_id,
            InputFile(said.file_text.encode(), filename=said.file_name),
            caption=said.text,
            caption_entities=_entities(said.entities),
            reply_markup=_markup(said),
            disable_notification=silent,
            reply_parameters=_reply(reply_to),
        )
        return int(message.message_id)

    async def send_file(
        self,
        chat_id: int,
        path: Path,
        said: Outgoing,
        *,
        name: str,
        picture: bool,
        silent: bool,
        reply_to: int | None,
    ) -> int:
        """Send a file, a piece at a time: it never stands in memory as a whole."""
        with await asyncio.to_thread(path.open, "rb") as content:
            file = InputFile(content, filename=name, read_file_handle=False)
            below: dict[str, Any] = {
                "caption": said.text,
                "caption_entities": _entities(said.entities),
                "reply_markup": _markup(said),
                "disable_notification": silent,
                "reply_parameters": _reply(reply_to),
                "write_timeout": _UPLOAD,
                "read_timeout": _UPLOAD,
            }
            if picture:
                message = await self._bot.send_photo(chat_id, file, **below)
            else:
                message = await self._bot.send_document(chat_id, file, **below)
        return int(message.message_id)

    async def edit(self, chat_id: int, message_id: int, said: Outgoing) -> None:
        """Edit text and buttons in one call."""
        await self._bot.edit_message_text(
            said.text,
            chat_id=chat_id,
            message_id=message_id,
            entities=_entities(said.entities),
            reply_markup=_keyboard(said),
            link_preview_options=_preview(said),
        )

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message; Telegram allows it for 48 hours."""
        await self._bot.delete_message(chat_id, message_id)

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        """React; Telegram allows only its own list of emoji."""
        await self._bot.set_message_reaction(chat_id, message_id, emoji or None)

    async def fetch(self, file_id: str, most: int) -> bytes:
        """Return a file; it is held in memory alone. Raises FileGone, FileTooBig or FileAway."""
        try:
            async with asyncio.timeout(_FILE_SECONDS):
                file = await self._bot.get_file(file_id)
                if (file.file_size or 0) > most:
                    raise FileTooBig
                return await _content(file, most)
        except RetryAfter as error:
            raise FileAway(wait_of(error)) from None
        except BadRequest as error:
            raise (FileTooBig if "too big" in error.message.lower() else FileGone) from None
        except (TelegramError, TimeoutError):
            raise FileAway(timedelta(seconds=1)) from None

    async def pin(self, chat_id: int, message_id: int) -> None:
        """Pin; one that is pinned already stays as it is."""
        await self._bot.pin_chat_message(chat_id, message_id, disable_notification=True)

    async def pinned(self, chat_id: int) -> int | None:
        """Ask for the chat; the answer is read raw: one number is wanted."""
        data = RequestData([RequestParameter.from_input("chat_id", chat_id)])
        request = self._bot._request[1]  # noqa: SLF001 - as above
        chat = await request.post(f"{self._bot.base_url}/getChat", data)
        found = chat.get("pinned_message") if isinstance(chat, dict) else None
        message_id = found.get("message_id") if isinstance(found, dict) else None
        return message_id if isinstance(message_id, int) else None

    async def answer(self, press_id: str, text: str, *, alert: bool = False) -> None:
        """Answer at once or not at all: a press that is too old is nobody's trouble."""
        await self._bot.answer_callback_query(press_id, text or None, show_alert=alert)

    async def set_commands(self, chat_id: int, commands: Sequence[tuple[str, str]]) -> None:
        """Fill the phone's command menu in one chat."""
        await self._bot.set_my_commands(
            [BotCommand(name, description) for name, description in commands],
            scope=BotCommandScopeChat(chat_id),
        )


def _reply(reply_to: int | None) -> ReplyParameters | None:
    if reply_to is None:
        return None
    return ReplyParameters(reply_to, allow_sending_without_reply=True)


async def _content(file: File, most: int) -> bytes:
    try:
        content = bytes(await file.download_as_bytearray(read_timeout=_FILE_SECONDS))
    except InvalidToken:
        raise FileGone from None  # the library's word for a 404
    if len(content) > most:
        raise FileTooBig
    return content


def _entities(entities: Sequence[Entity]) -> list[MessageEntity]:
    return [
        MessageEntity(e.type, e.offset, e.length, url=e.url, language=e.language) for e in entities
    ]


def _keyboard(said: Outgoing) -> InlineKeyboardMarkup | None:
    if not said.keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    button.label,
                    callback_data=button.data or None,
                    copy_text=CopyTextButton(button.copies) if button.copies else None,
                    style=button.style or None,
                )
                for button in row
            ]
            for row in said.keyboard
        ]
    )


def _preview(said: Outgoing) -> LinkPreviewOptions:
    if not said.preview:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=said.preview, prefer_large_media=True, show_above_text=True)


def _markup(said: Outgoing) -> InlineKeyboardMarkup | ForceReply | None:
    if said.force_reply and not said.keyboard:
        return ForceReply(selective=True, input_field_placeholder=said.placeholder or None)
    return _keyboard(said)


def wait_of(error: TelegramError) -> timedelta:
    """Return how long a 429 asks to wait; at most a day, then Telegram is asked again.

    A wait of nothing is no leave to ask at once, and again: it is a second.
    """
    wait = getattr(error, "retry_after", timedelta(seconds=1))
    wait = wait if isinstance(wait, timedelta) else timedelta(seconds=float(wait))
    return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT)
