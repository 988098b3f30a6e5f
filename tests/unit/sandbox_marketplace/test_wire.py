"""What is written to a connection of the practice shop, and when."""

import asyncio
from typing import Any

from sandbox.marketplace.wire import _Joining


class Line(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 9)})
        self.happened: list[Any] = []

    def write(self, data: Any) -> None:
        self.happened.append(data)

    def close(self) -> None:
        self.happened.append("closed")


async def test_what_comes_within_one_turn_is_one_piece_and_nothing_waits_longer() -> None:
    line = Line()
    joining = _Joining(line)
    for piece in (b"head", b"body", b""):
        joining.write(piece)
    assert line.happened == []
    await asyncio.sleep(0)
    assert line.happened == [b"headbody"]
    await asyncio.sleep(0)
    joining.write(b"more")
    joining.close()
    await asyncio.sleep(0)
    assert line.happened == [b"headbody", b"more", "closed"]
    assert joining.get_extra_info("peername") == ("127.0.0.1", 9)
