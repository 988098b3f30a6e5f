"""The fetch loop: stored before acknowledged, ended by nothing; presses answered at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.chat import press_words
from bot.chat.gateway import TelegramGateway
from bot.chat.intake import Intake
from bot.model.leaked import Leaks
from bot.store import inbox
from bot.store.errors import DiskFull
from tests.support.store import full_disk
from tests.support.waiting import until
from tests.support.world import ANN, BOT_ID, SAM, TOKEN, World, shown

from .updates import message, press


class Script:
    """A gateway that gives what a test wrote down, and then nothing more."""

    def __init__(self, *batches: list[Any] | Exception) -> None:
        self.batches = list(batches)
        self.offsets: list[int | None] = []
        self.answers: list[tuple[str, str]] = []
        self.over = asyncio.Event()
        self.refusal: Exception | None = None

    async def get_updates(self, offset: int | None) -> list[Any]:
        self.offsets.append(offset)
        if not self.batches:
            self.over.set()
            await asyncio.Event().wait()
        batch = self.batches.pop(0)
        if isinstance(batch, Exception):
            raise batch
        return batch

    async def answer(self, press_id: str, text: str, *, alert: bool = False) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.answers.append((press_id, text))


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    real = asyncio.sleep

    async def nap(seconds: float) -> None:
        taken.append(seconds)
        await real(0)

    monkeypatch.setattr("bot.chat.intake.asyncio.sleep", nap)
    return taken


def intake_of(world: World, script: Any) -> Intake:
    return Intake(
        gateway=script,
        store=world.store,
        bot_id=BOT_ID,
        shop_id=world.shop_id,
        now=world.clock.now,
        deliver=world.arrived.extend,
        leaks=Leaks((TOKEN,)),
    )


async def fetched(
    world: World, *batches: list[Any] | Exception, answers: int = 0
) -> tuple[Script, Intake]:
    """Run the fetch loop until the script is over, and so many presses are answered."""
    script = Script(*batches)
    intake = intake_of(world, script)
    task = asyncio.create_task(intake.run())
    async with asyncio.timeout(5):
        await script.over.wait()
    await until(lambda: len(script.answers) >= answers)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return script, intake


# --- fetching ------------------------------------------------------------------------------------


async def test_updates_are_stored_before_the_next_fetch_tells_telegram_so(world: World) -> None:
    script, _ = await fetched(world, [message(7), message(8)], [message(9)])
    assert script.offsets == [None, 9, 10]
    assert [row[0] for row in await world.rows("select update_id from inbox")] == [7, 8, 9]
    again, _ = await fetched(world)
    assert again.offsets == [10]


async def test_an_update_that_comes_twice_is_stored_and_delivered_once(world: World) -> None:
    await fetched(world, [message(7), message(8)], [message(8), message(9)])
    assert [update.update_id for update in world.arrived] == [7, 8, 9]


async def test_what_cannot_be_stored_is_not_acknowledged(world: World) -> None:
    script = Script([message(7)], [message(7)])
    intake = intake_of(world, script)
    with full_disk(world.store, writes=1):
        task = asyncio.create_task(intake.run())
        async with asyncio.timeout(5):
            await script.over.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert script.offsets == [None, None, 8]
    assert [update.update_id for update in world.arrived] == [7]


async def test_odd_updates_among_good_ones_stop_nothing(world: World) -> None:
    odd: list[Any] = [
        None,
        [1],
        {"callback_query": {"id": "x", "from": {"id": 1}}},
        {"update_id": 2**70},
        press(5, {"not": "text"}),
        press(6, "ok:99999999999999999999999999"),
        {"update_id": 7, "callback_query": "x"},
        message(8, "\ud83d"),
    ]
    script, _ = await fetched(world, odd, [None], answers=2)
    assert script.offsets == [None, 9, 9]
    assert sorted(script.answers) == [
        ("press-5", "This button no longer works."),
        ("press-6", "This button no longer works."),
    ]


TROUBLES: list[tuple[TelegramError, Callable[[float], bool]]] = [
    (NetworkError("away"), lambda nap: nap <= 15),
    (Conflict("terminated by other getUpdates"), lambda nap: nap <= 15),
    (InvalidToken("no"), lambda nap: nap <= 15),
    (RetryAfter(timedelta(seconds=40)), lambda nap: nap == 40),
]


@pytest.mark.parametrize(("trouble", "fits"), TROUBLES, ids=lambda each: type(each).__name__)
async def test_telegram_being_away_ends_nothing(
    world: World, naps: list[float], trouble: TelegramError, fits: Callable[[float], bool]
) -> None:
    script, intake = await fetched(world, *([trouble] * 6), [message(7)])
    assert script.offsets == [None] * 7 + [8]
    assert len(naps) == 6
    assert all(fits(nap) for nap in naps)
    assert intake.failing_since is None


async def test_since_when_telegram_is_away_is_known_while_it_is(world: World) -> None:
    _, intake = await fetched(world, NetworkError("away"), NetworkError("away"))
    assert intake.failing_since == world.now


# --- presses are answered at once --------------------------------------------------------------


async def test_a_press_is_answered_from_local_state_before_it_is_handled(world: World) -> None:
    order_id = await world.order()
    asked = len(world.market_line.asked)
    script, _ = await fetched(
        world,
        [
            press(1, f"rf:{order_id}"),
            press(2, "ok:1"),
            press(3, "no-such-thing"),
            press(4, "mn", SAM),
            press(5, "mn"),
        ],
        [press(5, "mn")],
        answers=5,
    )
    gone = "This button no longer works."
    assert sorted(script.answers) == [
        ("press-1", ""),
        ("press-2", gone),
        ("press-3", gone),
        ("press-4", ""),
        ("press-5", ""),
    ]
    assert len(world.market_line.asked) == asked
    assert len(world.arrived) == 5


async def test_a_toast_waits_until_what_was_pressed_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script([message(1)], *[[press(2, "ok:1")]] * 2)
    found_out, fetch = asyncio.Event(), script.get_updates
    found, stored = press_words.words, inbox.take_in

    async def finds(*args: Any) -> str:
        try:
            return await found(*args)
        finally:
            found_out.set()

    async def stores(*args: Any) -> Any:
        if len(script.offsets) == 2:
            await found_out.wait()
            raise DiskFull("The disk is full.")
        return await stored(*args)

    async def fetches(offset: int | None) -> list[Any]:
        if len(script.offsets) == 2:
            # Whatever the first try had to say is said by now.
            answering = [task for task in asyncio.all_tasks() if task.get_name() == "answer"]
            await asyncio.gather(*answering)
            assert script.answers == []
        return await fetch(offset)

    monkeypatch.setattr(press_words, "words", finds)
    monkeypatch.setattr(inbox, "take_in", stores)
    monkeypatch.setattr(script, "get_updates", fetches)
    task = asyncio.create_task(intake_of(world, script).run())
    await until(lambda: bool(script.answers) or task.done(), seconds=5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert script.answers == [("press-2", "This button no longer works.")]
    assert [update.update_id for update in world.arrived] == [1, 2]


@pytest.mark.parametrize("refusal", [NetworkError("away"), ZeroDivisionError()])
async def test_a_press_that_cannot_be_answered_is_stored_all_the_same(
    world: World, refusal: Exception
) -> None:
    script = Script([press(1, "mn")], [message(2)])
    script.refusal = refusal
    task = asyncio.create_task(intake_of(world, script).run())
    async with asyncio.timeout(5):
        await script.over.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert [update.update_id for update in world.arrived] == [1, 2]


async def test_a_press_is_answered_while_an_earlier_one_in_the_chat_still_hangs(
    world: World,
) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Refund")
    card = await world.last(ANN)
    await world.trouble("refund_order", "hang_before", seconds=60)
    executor = asyncio.create_task(world.executor.run())
    body = {"as": ANN, "message_id": card["message_id"]}
    for label in ("Yes, refund",):
        await world.act("/press", **body, label=label)
    raw = await world.gateway.get_updates(world.offset)
    async with asyncio.TaskGroup() as answers:
        world.offset = await world.intake._take_in(raw, world.offset, answers)
    await world.lanes._take(world.arrived.popleft())

    async def hangs() -> bool:
        return bool((await world.look("/calls?operation=refund_order"))["items"])

    await until(hangs)
    yes = next(b["data"] for row in card["keyboard"] for b in row if "Yes" in b["text"])
    pressed = await world.act("/press", **body, data=yes, forge=True)
    raw = await world.gateway.get_updates(world.offset)
    async with asyncio.timeout(1), asyncio.TaskGroup() as answers:
        world.offset = await world.intake._take_in(raw, world.offset, answers)
    answer = await world._telegram.get(f"/callbacks/{pressed['callback_id']}")
    assert "Someone was first" in answer.json()["text"]
    world.executor.stop()
    await world.control("/faults/release")
    async with asyncio.timeout(5):
        await executor


async def dies_with_presses(world: World, message_id: int, *data: str, minutes: int) -> None:
    """Let presses be stored by a bot that dies then, and handled by the next one, later."""
    for each in data:
        body = {"as": ANN, "message_id": message_id, "data": each, "forge": True}
        await world.act("/press", **body)
    raw = await world.gateway.get_updates(world.offset)
    async with asyncio.TaskGroup() as answers:
        world.offset = await world.intake._take_in(raw, world.offset, answers)
    world.arrived.clear()
    world.clock.advance(minutes * 60)
    for left in await world.lanes._left():
        await world.lanes._take(left)
    await world.settle()


async def test_what_was_pressed_long_before_a_start_is_not_done_any_more_and_that_is_said_once(
    world: World,
) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    card = (await world.last(ANN))["message_id"]
    running = f"os:{order_id}:running"
    await dies_with_presses(world, card, running, f"rf:{order_id}", minutes=31)
    told = [text for each in await world.from_bot(ANN) if "before now" in (text := shown(each))]
    assert len(told) == 1
    assert f"({world.now - timedelta(minutes=31):%H:%M})" in told[0]
    assert (await world.true_order(order_id))["status"] == "pending_order"
    # Within half an hour a stop changes nothing.
    await dies_with_presses(world, card, running, minutes=29)
    assert (await world.true_order(order_id))["status"] == "running_order"


# --- the gateway's own reading -------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b'{"ok": true}', b'{"ok": true, "result": {}}', b"{" * 9999]
)
async def test_an_answer_that_cannot_be_read_is_network_trouble(
    world: World, answer: bytes
) -> None:
    import httpx

    from tests.support.world import make_test_bot

    bot = make_test_bot(httpx.MockTransport(lambda _: httpx.Response(200, content=answer)))
    await bot._request[0].initialize()
    with pytest.raises(NetworkError):
        await TelegramGateway(bot).get_updates(None)
    await bot._request[0].shutdown()
