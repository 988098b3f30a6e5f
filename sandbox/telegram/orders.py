"""What the control API takes, checked."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Order(BaseModel):
    """The body of a control call; a field that it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class PersonOrder(Order):
    """POST /people."""

    name: str = Field(min_length=1)
    id: int | None = Field(default=None, gt=0)
    language: str | None = "en"
    username: str | None = None
    started: bool = False


class GroupOrder(Order):
    """POST /groups: `basic` makes one that can still become a supergroup."""

    title: str = Field(min_length=1)
    members: list[str | int] = Field(min_length=1)
    basic: bool = False
    admin: bool = True


class ClockOrder(Order):
    """POST /clock."""

    advance: float = Field(ge=0, le=400 * 86_400)  # seconds


class RawOrder(Order):
    """POST /update."""

    raw: Any


class Act(Order):
    """Something a person does, in a chat or in their private one."""

    who: str | int = Field(alias="as")
    chat: int | None = None


class SendOrder(Act):
    """POST /send: a text, maybe a reply, maybe formatted."""

    text: str = Field(repr=False)
    reply_to: int | None = None
    entities: list[dict[str, Any]] = Field(default_factory=list, repr=False)


class EditOrder(Act):
    """POST /edit: another text for a message of one's own."""

    message_id: int
    text: str = Field(repr=False)


class FileOrder(Act):
    """POST /file: a file, with `size` a pretended size in bytes."""

    name: str = "file.txt"
    content_base64: str = Field(default="", repr=False)
    caption: str = Field(default="", repr=False)
    reply_to: int | None = None
    kind: Literal["document", "photo", "sticker", "voice"] = "document"
    media_group: str | None = None
    size: int | None = Field(default=None, ge=0)


class PressOrder(Act):
    """POST /press: a button by its data or its label; `forge` presses what is not there."""

    message_id: int
    data: str | None = None
    label: str | None = None
    forge: bool = False


class MessageOrder(Act):
    """POST /delete: a message to take away."""

    message_id: int


class ReactOrder(MessageOrder):
    """POST /react: a person's reaction; an empty emoji takes it away."""

    emoji: str = ""


class WhoOrder(Act):
    """POST /block and /unblock."""
