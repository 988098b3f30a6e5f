"""What counts as a picture, by its bytes; and whose addresses are shown."""

from __future__ import annotations

import struct

import pytest

from bot.model.pictures import (
    MAX_PICTURE_BYTES,
    address_of,
    kind_of,
    named_as_picture,
    problem_of,
    same_pictures,
    size_of,
)


def png(width: int, height: int, *, end: bytes = b"\x00\x00\x00\x00IEND\xaeB`\x82") -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + b"crc!" + end


def jpeg(width: int, height: int, *, end: bytes = b"\xff\xd9") -> bytes:
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00".ljust(14, b"\x00")
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + app0 + frame + end


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00;"


def webp(kind: bytes, body: bytes) -> bytes:
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


LOSSY = webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 480) + bytes(8))
LOSSLESS = webp(b"VP8L", b"\x2f" + (639 | 479 << 14).to_bytes(4, "little") + bytes(9))
EXTENDED = webp(b"VP8X", bytes(4) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(640, 480), "png"),
        (jpeg(640, 480), "jpg"),
        (gif(640, 480), "gif"),
        (LOSSY, "webp"),
        (LOSSLESS, "webp"),
        (EXTENDED, "webp"),
    ],
)
def test_a_picture_is_known_by_its_bytes(content: bytes, kind: str) -> None:
    assert (kind_of(content), size_of(content)) == (kind, (640, 480))
    assert problem_of(content) is None
    for end in range(min(len(content), 30)):
        problem_of(content[:end])  # nothing is raised, wherever it is cut


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "picture_not_read"),
        (b"anna:Hunter-2222\n", "picture_not_read"),
        (b"%PDF-1.7", "picture_not_read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "picture_not_read"),
        (b"\xff\xd8\xff" + bytes(100), "picture_not_read"),
        (png(0, 480), "picture_not_read"),
        (png(50_000, 50_000), "picture_too_large"),
        (png(9_000, 9_000), "picture_too_large"),
        (jpeg(60_000, 10), "picture_too_large"),
        (png(64, 64) + bytes(MAX_PICTURE_BYTES), "picture_too_big"),
        (png(64, 64, end=b""), "picture_cut"),
        (jpeg(64, 64, end=b""), "picture_cut"),
        (LOSSY[:34], "picture_cut"),
    ],
)
def test_what_is_no_picture_or_claims_too_much_is_refused(content: bytes, problem: str) -> None:
    assert problem_of(content) == problem


@pytest.mark.parametrize(
    ("name", "mime", "called"),
    [
        ("a.PNG", "", True),
        ("a.webp", "text/plain", True),
        ("notes.txt", "image/png", False),
        ("", "image/jpeg", True),
        ("", "text/plain", False),
    ],
)
def test_a_file_is_called_a_picture_by_its_name(name: str, mime: str, called: bool) -> None:
    assert named_as_picture(name, mime) is called


SHOP = "https://shop.example/panel"


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/media/a.webp", "https://shop.example/panel/media/a.webp"),
        ("media/a.webp", "https://shop.example/panel/media/a.webp"),
        ("https://shop.example/media/a.webp?v=2", "https://shop.example/media/a.webp?v=2"),
        ("http://shop.example/media/a.webp", ""),
        ("https://elsewhere.example/a.webp", ""),
        ("//elsewhere.example/a.webp", ""),
        ("https://shop.example@elsewhere.example/a.webp", ""),
        ("https://shop.example:8443/a.webp", ""),
        ("javascript:alert(1)", ""),
        ("/media/a b.webp", ""),
        ("https://[/a.webp", ""),
        ("/" + "a" * 2_000, ""),
        ("", ""),
    ],
)
def test_only_pictures_on_the_marketplaces_own_host_are_shown(path: str, address: str) -> None:
    assert address_of(SHOP, path) == address
    assert address_of("", path) == ""


def test_the_same_pictures_may_be_written_as_paths_or_addresses() -> None:
    assert same_pictures(("/media/a.webp",), ("https://shop.example/media/a.webp?v=1",))
    assert not same_pictures(("/media/a.webp",), ("/media/a.webp", "/media/b.webp"))
    assert not same_pictures(("/media/a.webp", "/b"), ("/b", "/media/a.webp"))
