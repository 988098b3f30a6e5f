"""Compressed answers, unpacked no further than is asked for: a few bytes may hold gigabytes.

httpx unpacks whatever comes, and what is packed twice twice over; here one packing is undone,
piece by piece, and what follows is never made.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx

_GZIP: Final = 16 + zlib.MAX_WBITS
_PACKINGS: Final = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": zlib.MAX_WBITS}
_PIECE: Final = 256 * 1024  # bytes unpacked at once


async def unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the body in small pieces, unpacked once. Raises httpx.DecodingError, as httpx does.

    What is packed in any other way, or twice, is yielded as it came: nobody can read it.
    """
    if response.is_stream_consumed:
        async for chunk in response.aiter_bytes():
            yield chunk
        return
    unpacker = Unpacker(response.headers.get("Content-Encoding", ""))
    async for chunk in response.aiter_raw():
        for piece in unpacker.pieces(chunk):
            yield piece


class Unpacker:
    """Unpacks one body, as its header ``Content-Encoding`` says it is packed."""

    def __init__(self, packed: str) -> None:
        packing = _PACKINGS.get(packed.strip().lower())
        self._unpacker = None if packing is None else zlib.decompressobj(packing)
        self._unsure = packing == zlib.MAX_WBITS

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next part of the body holds. Raises httpx.DecodingError."""
        if self._unpacker is None:
            yield chunk
            return
        if self._unpacker.eof:
            return  # what follows the end would be kept, and is of no use
        if self._unsure and chunk:
            self._unsure = False
            if not _has_header(chunk):
                self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        left, piece = chunk, b""
        # A full piece may leave more to come though every byte that came is taken in.
        while left or len(piece) == _PIECE:
            try:
                piece = self._unpacker.decompress(left, _PIECE)
            except zlib.error:
                raise httpx.DecodingError("cannot be unpacked") from None
            left = self._unpacker.unconsumed_tail
            if piece:
                yield piece
            else:
                break


def _has_header(chunk: bytes) -> bool:
    """Say whether deflated bytes begin as RFC 1950 has it; some servers leave that out."""
    return len(chunk) > 1 and chunk[0] & 0x0F == 8 and (chunk[0] * 256 + chunk[1]) % 31 == 0  # noqa: PLR2004
