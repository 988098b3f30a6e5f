"""A paste that Telegram cut into several messages, of which only the first is a reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, SecretStr

from .goods import Unit

LONGEST: Final = 4096  # UTF-16 units of one message
# Apps cut a long text where a line ends, if they find one: most pieces are a little shorter.
NEARLY: Final = 3900
# Some look for a line's end in the whole second half.
_HALF: Final = LONGEST // 2
# Who was told that a paste may be cut may paste its rest by hand; shorter ones are the app's.
_REST_WITHIN: Final = timedelta(minutes=2)
_NEXT_WITHIN: Final = timedelta(seconds=5)


class Piece(BaseModel):
    """One message of a paste."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    message_id: int
    text: Unit
    sent_at: datetime


def length(text: str) -> int:
    """Return the length of ``text`` as Telegram counts it, in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def may_be_cut(pieces: Sequence[Piece]) -> bool:
    """Say whether more may belong to a paste: its last message is as long as one can be."""
    return bool(pieces) and length(pieces[-1].text.get_secret_value()) >= NEARLY


def goes_on(pieces: Sequence[Piece], message_id: int, sent_at: datetime) -> bool:
    """Say whether a message is the next piece of a paste: it came at once behind a long one."""
    if not pieces or message_id <= pieces[-1].message_id:
        return False
    long = length(pieces[-1].text.get_secret_value())
    within = _REST_WITHIN if long >= NEARLY else _NEXT_WITHIN if long > _HALF else timedelta(-1)
    return sent_at - pieces[-1].sent_at <= within


def joined(pieces: Sequence[Piece]) -> SecretStr:
    """Return the paste. A piece that is full was cut anywhere, a shorter one at a line's end."""
    text = ""
    for at, piece in enumerate(pieces):
        words = piece.text.get_secret_value()
        if at and length(pieces[at - 1].text.get_secret_value()) < LONGEST:
            text += "\n"
        text += words
    return SecretStr(text)


def edited(pieces: Sequence[Piece], message_id: int, text: str) -> tuple[Piece, ...] | None:
    """Return the pieces with one message's text changed; None where that changes nothing."""
    changed = tuple(
        piece.model_copy(update={"text": SecretStr(text)})
        if piece.message_id == message_id
        else piece
        for piece in pieces
    )
    return None if changed == tuple(pieces) else changed
