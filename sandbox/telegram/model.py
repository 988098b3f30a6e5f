"""People, chats, messages, files and presses, as the practice Telegram keeps them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

BOT_ID = 7_000_000_001
BOT_NAME = "Practice Shop"
BOT_USERNAME = "practice_shop_bot"

ChatType = Literal["private", "group", "supergroup"]
Kind = Literal["text", "document", "photo", "sticker", "voice", "service"]


@dataclass(slots=True)
class Person:
    """Someone with a Telegram account. `name` is how the control API calls them."""

    id: int
    name: str
    first_name: str
    username: str | None = None
    language: str | None = "en"
    started: bool = False
    blocked: bool = False


@dataclass(slots=True)
class StoredFile:
    """A file Telegram holds; `size` in bytes may be larger than what is really kept."""

    file_id: str
    unique_id: str
    name: str
    mime: str
    size: int
    content: bytes = field(repr=False)
    path: str = ""
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Message:
    """One message as everyone in its chat sees it. `sender` is a user ID."""

    message_id: int
    chat_id: int
    sender: int
    date: datetime
    sent_at: float
    kind: Kind = "text"
    text: str = field(default="", repr=False)
    entities: list[dict[str, Any]] = field(default_factory=list, repr=False)
    markup: dict[str, Any] | None = field(default=None, repr=False)
    reply_to: int | None = None
    file: StoredFile | None = None
    media_group: str | None = None
    edited: datetime | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)
    silent: bool = False
    protected: bool = False
    above: bool = False
    preview: dict[str, Any] | None = None
    origin: dict[str, Any] | None = None
    quote: str | None = None
    service: dict[str, Any] | None = None
    html: str | None = field(default=None, repr=False)

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        """The rows of buttons under the message; empty when there are none."""
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("inline_keyboard", [])
        return rows


@dataclass(slots=True)
class Chat:
    """A private chat of one person with the bot, or a group."""

    id: int
    type: ChatType
    title: str = ""
    members: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    admin: bool = True
    bot_gone: Literal["", "left", "kicked"] = ""
    migrated_to: int | None = None
    typing_until: float = 0.0
    last_id: int = 0
    menu_button: dict[str, Any] | None = None

    @property
    def is_group(self) -> bool:
        """Whether more than one person can be here."""
        return self.type != "private"


@dataclass(slots=True)
class Callback:
    """A pressed button that spins until it is answered."""

    id: str
    person: int
    chat_id: int
    message_id: int
    data: str = field(repr=False)
    at: float
    answered_at: float | None = None
    text: str = ""
    alert: bool = False
