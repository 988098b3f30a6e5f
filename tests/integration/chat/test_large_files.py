"""A file as large as Telegram hands out holds nobody up while it is read."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from typing import Any

import pytest

from bot.desk import reading
from bot.model.splits import Split, splits
from bot.store import intent_rows, sealing
from bot.store.errands import Errand
from bot.store.vault import Vault
from tests.support.world import ANN, BEN, START, World, labels

GOODS = "anna:Hunter-2222\nberta:Hunter-3333"


class Gate:
    """Stops the reading of a file until it is let go; both wait in the reader's own thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self._open = threading.Event(), threading.Event()
        self.threads: set[int] = set()
        monkeypatch.setattr(reading, "AT_ONCE", 1)
        monkeypatch.setattr(reading, "splits", self._splits)

    def _splits(self, *given: Any) -> tuple[Split, ...]:
        self.threads.add(threading.get_ident())
        self.reached.set()
        if threading.current_thread() is not threading.main_thread():
            assert self._open.wait(30)
        return splits(*given)

    def open(self) -> None:
        self._open.set()


async def test_a_press_is_answered_and_done_while_a_file_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await world.order(quantity=2)
    await world.join(BEN)
    number = await world.number(order_id)
    await world.says(BEN, number)
    card = await world.last(BEN)
    gate = Gate(monkeypatch)
    reading_it = asyncio.create_task(world.sends_file(ANN, GOODS.encode(), caption=number))
    assert await asyncio.to_thread(gate.reached.wait, 30)
    body = {"as": BEN, "message_id": card["message_id"], "label": "More"}
    pressed = (await world.act("/press", **body))["callback_id"]
    raw = await world.gateway.get_updates(world.offset)
    async with asyncio.TaskGroup() as answers:
        world.offset = await world.intake._take_in(raw, world.offset, answers)
    await world.lanes._take(world.arrived.popleft())
    await world.send()
    answer = await world._telegram.get(f"/callbacks/{pressed}")
    assert answer.json()["answered"]
    card = next(m for m in await world.chat(BEN) if m["message_id"] == card["message_id"])
    assert "Back" in labels(card)
    assert not reading_it.done()
    gate.open()
    await reading_it
    assert gate.threads.isdisjoint({threading.get_ident()})
    assert "Send 2" in labels(await world.last(ANN))


async def test_large_goods_are_written_sealed_and_unsealed_in_a_thread(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: dict[bytes, set[int]] = {}
    made: dict[bytes, set[int]] = {}
    written: Counter[int] = Counter()
    seal, unseal, write = Vault.seal, Vault.unseal, sealing.written

    def unseals(vault: Vault, token: bytes) -> bytes:
        opened.setdefault(token, set()).add(threading.get_ident())
        return unseal(vault, token)

    def seals(vault: Vault, data: bytes) -> bytes:
        token = seal(vault, data)
        made.setdefault(token, set()).add(threading.get_ident())
        return token

    def writes(obj: Any) -> bytes:
        written[threading.get_ident()] += 1
        return write(obj)

    monkeypatch.setattr(sealing, "AT_ONCE", 1)
    monkeypatch.setattr(intent_rows, "AT_ONCE", 1)
    monkeypatch.setattr(Vault, "unseal", unseals)
    monkeypatch.setattr(Vault, "seal", seals)
    monkeypatch.setattr(sealing, "written", writes)
    monkeypatch.setattr(intent_rows, "written", writes)
    await world.order(quantity=2)
    await world.says(ANN, GOODS)
    asks, waits = await world.last(ANN), await world.one("select sealed from drafts")
    await world.presses(ANN, asks, labels(asks)[0])
    assert "Send 2" in labels(await world.last(ANN))
    for token in (waits, await world.one("select sealed from intents")):
        assert (opened[token] | made[token]).isdisjoint({threading.get_ident()})
    assert sum(written.values()) > 1  # the draft, and the plan of the delivery
    assert threading.get_ident() not in written


def file(errand_id: int, size: int | None) -> Errand:
    body = {"file": {"file_id": "f", "name": "a.txt", "size": size, "album": ""}}
    return Errand(errand_id, 1, "file", ANN, ANN, body, None, None, START)


async def test_large_files_are_read_one_after_the_other_and_small_ones_wait_for_none(
    world: World,
) -> None:
    errands = [file(1, 20_000_000), file(2, None), file(3, 1000), file(4, 2_000_000)]

    def begun() -> list[int]:
        return [errand.id for errand in world.asking._ready(errands)]

    assert begun() == [1, 3]
    world.asking._busy.update({1, 3})
    assert begun() == []
    world.asking._busy.clear()
    del errands[0]
    assert begun() == [2, 3]
