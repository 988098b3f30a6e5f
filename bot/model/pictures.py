"""Pictures of products: what counts as one, by its bytes, and how large it is, by its header.

Nothing is decoded here: a few bytes say how many pixels a picture claims to have, and one that
claims too many is refused before anybody makes room for them.
"""

from __future__ import annotations

import re
import struct
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ConfigDict

MAX_PICTURE_BYTES: Final = 10 * 1024 * 1024
MAX_PICTURES: Final = 10  # of one product
MAX_SIDE: Final = 10_000  # pixels
MAX_PIXELS: Final = 40_000_000
ENDINGS: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp")

PictureKind = Literal["png", "jpg", "gif", "webp"]
# Why a file is no picture for a product: the name of the sentence that says so.
Problem = Literal["picture_not_read", "picture_too_big", "picture_too_large", "picture_cut"]

_LONGEST: Final = 1_000  # characters of a path
_PLAIN: Final = re.compile(r"[!-~]+")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND"
_JPEG: Final = b"\xff\xd8\xff"
_JPEG_END: Final = b"\xff\xd9"
# Of a JPEG's markers those that begin a frame, and those without a length.
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


class Picture(BaseModel):
    """A picture that the marketplace keeps: its path there, and the message that it came in."""

    model_config = ConfigDict(frozen=True)

    path: str
    message_id: int = 0
    album: str = ""


def kind_of(content: bytes) -> PictureKind | None:
    """Return what kind of picture the first bytes say that this is; None for anything else."""
    if content.startswith(_PNG):
        return "png"
    if content.startswith(_JPEG):
        return "jpg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return None


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, from the header alone; None where it tells none."""
    match kind_of(content):
        case "png" if content[12:16] == b"IHDR" and len(content) >= 24:  # noqa: PLR2004
            return struct.unpack(">II", content[16:24])
        case "gif" if len(content) >= 10:  # noqa: PLR2004
            return struct.unpack("<HH", content[6:10])
        case "jpg":
            return _jpeg_size(content)
        case "webp":
            return _webp_size(content)
        case _:
            return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - a marker
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - padding
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 30:  # noqa: PLR2004 - the shortest header of the three
        return None
    match content[12:16]:
        case b"VP8 " if content[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if content[20] == 0x2F:  # noqa: PLR2004 - its signature
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
            return width + 1, height + 1
        case _:
            return None


def problem_of(content: bytes) -> Problem | None:
    """Say why a file cannot be a product's picture; None where it can."""
    size = size_of(content)
    if size is None or not all(size):
        return "picture_not_read"
    if len(content) > MAX_PICTURE_BYTES:
        return "picture_too_big"
    if max(size) > MAX_SIDE or size[0] * size[1] > MAX_PIXELS:
        return "picture_too_large"
    return None if _is_whole(content) else "picture_cut"


def _is_whole(content: bytes) -> bool:
    """Say whether the end of a picture is there, as far as its kind has one."""
    match kind_of(content):
        case "png":
            return _PNG_END in content[-64:]
        case "jpg":
            # Telephones put films and other pictures behind it.
            return _JPEG_END in content[2:]
        case "webp":
            return len(content) >= int.from_bytes(content[4:8], "little") + 8
        case _:
            return True


def named_as_picture(name: str, mime: str) -> bool:
    """Say whether a file is called a picture, whatever is in it."""
    if "." in name:
        return name.lower().endswith(ENDINGS)
    return mime.startswith("image/")


def same_pictures(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two lists show the same pictures; a path may come back as an address."""
    return [_name(path) for path in one] == [_name(path) for path in other]


def _name(path: str) -> str:
    return path.partition("?")[0].rstrip("/").rpartition("/")[2]


def address_of(base_url: str, path: str) -> str:
    """Return where a picture can be looked at: an address of the marketplace's own host alone.

    Empty for anything else: what a list shows as a picture may be an address of anybody.
    """
    if not base_url or not path or len(path) > _LONGEST or not _PLAIN.fullmatch(path):
        return ""
    try:
        base = urlsplit(base_url.rstrip("/") + "/")
        # A path is relative to the marketplace, wherever on its host that begins.
        ours = path.lstrip("/") if not path.startswith("//") else path
        full = urlsplit(urljoin(base.geturl(), ours))
    except ValueError:
        return ""
    same = full.scheme in {"http", "https"} and (full.scheme, full.netloc) == base[:2]
    return full.geturl() if same else ""
