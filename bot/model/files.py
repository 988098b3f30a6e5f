"""Files of goods: which are taken, and what is written in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, SecretStr

MAX_FILE_BYTES: Final = 20 * 1024 * 1024  # more than that Telegram hands out to no bot
_ENDINGS: Final = (".txt", ".csv")
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class FileGone(Exception):  # noqa: N818 - it says what is so
    """Telegram does not hand this file out: it will not be tried again."""


class FileTooBig(FileGone):
    """Telegram hands out smaller files alone."""


class FileAway(Exception):  # noqa: N818 - it says what is so
    """The file could not be fetched now; ``wait``: when to try again, at the earliest."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("cannot be fetched now")
        self.wait = wait


class Files(Protocol):
    """Where the files lie that people send. They are held in memory alone: they are goods."""

    async def fetch(self, file_id: str, most: int) -> bytes:
        """Return a file of at most ``most`` bytes. Raises FileGone, FileTooBig or FileAway."""


class UserFile(BaseModel):
    """A file that came in a message: where it lies, and what Telegram says of it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    file_id: str
    name: str = ""
    mime: str = ""
    size: int | None = None  # bytes
    album: str = ""  # what came together has the same

    @property
    def is_text(self) -> bool:
        """Whether it is of a kind that goods come in, as far as its name says."""
        if "." in self.name:
            return self.name.lower().endswith(_ENDINGS)
        return self.mime in {"text/plain", "text/csv"}


def decoded(content: bytes) -> SecretStr | None:
    """Return what is written in a file; None where it is not text.

    UTF-8 or UTF-16, with the mark at its beginning or without; lines may end as on any system.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _text(content[len(mark) :], encoding)
    for encoding in ("utf-8", *_without_mark(content)):
        found = _text(content, encoding)
        if found is not None:
            return found
    return None


def _text(content: bytes, encoding: str) -> SecretStr | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    # What holds such a character was made for programs.
    if "\x00" in text:
        return None
    return SecretStr(text.replace("\r\n", "\n").replace("\r", "\n"))


def _without_mark(content: bytes) -> tuple[str, ...]:
    """Return the kind of UTF-16 that this may be: half of the bytes of plain words are zero."""
    if len(content) % 2:
        return ()
    some = content[:2000]
    if some[1::2].count(0) * 4 > len(some):
        return ("utf-16-le",)
    if some[0::2].count(0) * 4 > len(some):
        return ("utf-16-be",)
    return ()
