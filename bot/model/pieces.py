"""Goods that come in several messages: a paste that Telegram cut, the files of an album.

Only the first of them is a reply.
"""

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
    """One message of a paste, or one file."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    message_id: int
    text: Unit
    sent_at: datetime
    file: str = ""  # the name of the file that it was; empty for a message's own text
    album: str = ""  # what came together has the same
    altered: bool = False  # Telegram's apps may have changed signs of it


def length(text: str) -> int:
    """Return the length of ``text`` as Telegram counts it, in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def may_be_cut(pieces: Sequence[Piece]) -> bool:
    """Say whether more may belong to a paste: its last message is as long as one can be."""
    if not pieces or pieces[-1].file:
        return False
    return length(pieces[-1].text.get_secret_value()) >= NEARLY


def goes_on(pieces: Sequence[Piece], following: Piece) -> bool:
    """Say whether something is the next piece of a paste, or belongs to the same album.

    A message is where it came at once behind a long one. What is in ``pieces`` already does not.
    """
    if not pieces or any(piece.message_id == following.message_id for piece in pieces):
        return False
    if following.album:
        return any(piece.album == following.album for piece in pieces)
    if following.file or pieces[-1].file or following.message_id < pieces[-1].message_id:
        return False
    sent_at = following.sent_at
    long = length(pieces[-1].text.get_secret_value())
    within = _REST_WITHIN if long >= NEARLY else _NEXT_WITHIN if long > _HALF else timedelta(-1)
    return sent_at - pieces[-1].sent_at <= within


def are_files(pieces: Sequence[Piece]) -> bool:
    """Say whether something came in files alone."""
    return bool(pieces) and all(piece.file for piece in pieces)


def are_more_files(pieces: Sequence[Piece], following: Piece) -> bool:
    """Say whether a file came soon after other files, each sent by itself, in whatever order."""
    if not pieces or not are_files((*pieces, following)):
        return False
    if any(piece.message_id == following.message_id for piece in pieces):
        return False
    return min(abs(following.sent_at - piece.sent_at) for piece in pieces) <= _REST_WITHIN


def together(pieces: Sequence[Piece], following: Piece) -> tuple[Piece, ...]:
    """Return the pieces with another one at its place: files of an album come in any order."""
    return tuple(sorted((*pieces, following), key=lambda piece: piece.message_id))


def joined(pieces: Sequence[Piece]) -> SecretStr:
    """Return the paste. A piece that is full was cut anywhere, a shorter one at a line's end."""
    texts: list[str] = []
    for at, piece in enumerate(pieces):
        words = piece.text.get_secret_value()
        if at and not _cut_within(pieces[at - 1]):
            texts.append("\n")
        texts.append(words)
    return SecretStr("".join(texts))


def _cut_within(piece: Piece) -> bool:
    """Say whether what follows a piece follows at once, and not on a line of its own."""
    words = piece.text.get_secret_value()
    return words.endswith("\n") if piece.file else length(words) >= LONGEST


def texts_of_files(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Return the text of each file; nothing where not all of the pieces are files."""
    if not all(piece.file for piece in pieces):
        return ()
    return tuple(piece.text.get_secret_value() for piece in pieces)


def edited(
    pieces: Sequence[Piece], message_id: int, text: str, *, altered: bool = False
) -> tuple[Piece, ...] | None:
    """Return the pieces with one message's text changed; None where that changes nothing."""
    changed = tuple(
        piece.model_copy(update={"text": SecretStr(text), "altered": altered})
        if piece.message_id == message_id
        else piece
        for piece in pieces
    )
    return None if changed == tuple(pieces) else changed
