"""A message as Telegram takes it: text with entities, and buttons."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Style = Literal["", "primary", "success", "danger"]


class Button(BaseModel):
    """An inline button: it carries a press, or copies a text."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    label: str
    data: str = ""
    copies: str = ""
    style: Style = ""


class Entity(BaseModel):
    """A piece of formatting; offset and length in UTF-16 units, as Telegram counts."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None


class Outgoing(BaseModel):
    """Text, entities and buttons of one message."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    text: str
    entities: tuple[Entity, ...] = ()
    keyboard: tuple[tuple[Button, ...], ...] = ()
    # Asks the app to open a reply to this message; never together with buttons.
    force_reply: bool = False
    # A text that is sent as a file, with ``text`` below it. Never in place of a message.
    file_name: str = ""
    file_text: str = Field(default="", repr=False)
    placeholder: str = ""
    # The address of a picture that Telegram shows above it; nothing else is previewed.
    preview: str = ""

    def digest(self) -> str:
        """Return what tells two messages apart: equal digests show the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Attached(BaseModel):
    """A file of ours on its way into a chat, and what is said below it.

    ``file``: its name in the spool; ``name``: what the person sees. ``note`` names the sentence
    below it, filled in by ``values``. Where the file is gone, ``errand`` makes it again from
    ``body``.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    file: str
    name: str
    note: str
    values: dict[str, Any] = {}
    picture: bool = False
    errand: str
    body: dict[str, Any] = {}
