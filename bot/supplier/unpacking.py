"""Compressed answers, unpacked no further than is asked for: a few bytes may hold gigabytes.

httpx unpacks whatever comes, and what is packed twice twice over; here one packing is undone,
piece by piece, and what follows is never made.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
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
    packing = _PACKINGS.get(response.headers.get("Content-Encoding", "").strip().lower())
    if packing is None:
        async for chunk in response.aiter_raw():
            yield chunk
        return
    unpacker = zlib.decompressobj(packing)
    first = packing == zlib.MAX_WBITS
    async for chunk in response.aiter_raw():
        if first and chunk:
            first = False
            if not _has_header(chunk):
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        left = chunk
        while left:
            try:
                piece = unpacker.decompress(left, _PIECE)
            except zlib.error:
                raise httpx.DecodingError("cannot be unpacked") from None
            left = unpacker.unconsumed_tail
            if piece:
                yield piece
            elif not left:
                break


def _has_header(chunk: bytes) -> bool:
    """Say whether deflated bytes begin as RFC 1950 has it; some servers leave that out."""
    return len(chunk) > 1 and chunk[0] & 0x0F == 8 and (chunk[0] * 256 + chunk[1]) % 31 == 0  # noqa: PLR2004
