"""A later status of an order is never taken back: not by a call of ours, nor by what is noted."""

from __future__ import annotations

import pytest

from bot.desk import statuses
from bot.model.intent import State
from bot.model.order import COMPLETED, RUNNING
from bot.store import intents
from tests.support.world import ANN, World


async def _asked(world: World, order_id: str) -> int:
    """Have an order marked running; nothing is sent yet. Return the intent."""
    person = await world.person(ANN)
    async with world.store.write() as tx:
        await statuses.ask(
            tx, world.shop, person, order_id, "running", chat_id=ANN, card_id=None, now=world.now
        )
    return int(await world.one("select max(id) from intents"))


async def _moves_on(world: World, order_id: str) -> None:
    """Let the order be completed by somebody else."""
    await world.control(f"/orders/{order_id}/deliver", rows=["x:12345678"])


async def _state(world: World, intent_id: int) -> State:
    async with world.store.read() as tx:
        found = await intents.get(tx, intent_id)
    assert found is not None
    return found.state


async def _true_status(world: World, order_id: str) -> str:
    return str((await world.true_order(order_id))["status"])


async def test_an_order_that_moved_on_since_it_was_asked_is_left_alone(world: World) -> None:
    order = await world.order()
    intent = await _asked(world, order)
    await _moves_on(world, order)
    await world.settle()
    assert await _state(world, intent) is State.REFUSED
    assert (await world.look("/calls?operation=change_order_status"))["items"] == []
    assert await _true_status(world, order) == COMPLETED
    await world.says(ANN, f"/status {await world.number(order)} running")
    assert "has that status already" in (await world.last(ANN))["text"]
    assert await world.one("select count(*) from intents") == 1


async def test_a_later_status_that_a_look_showed_stays_when_the_answer_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await world.order()
    intent = await _asked(world, order)
    true = world.marketplace.change_order_status

    async def answers_late(order_id: str, status: str) -> None:
        await true(order_id, status)
        await _moves_on(world, order)
        await world.see_order(order)
        await world.trouble("reads", "status", status=502, times=None)

    monkeypatch.setattr(world.marketplace, "change_order_status", answers_late)
    await world.settle()
    assert await _state(world, intent) is State.DONE
    assert await world.one("select status from orders") == COMPLETED


async def test_a_lost_change_shows_in_a_later_status(world: World) -> None:
    order = await world.order()
    intent = await _asked(world, order)
    await world.trouble("change_order_status", "error_after")
    await world.settle()
    assert await _state(world, intent) is State.UNKNOWN
    assert await _true_status(world, order) == RUNNING
    await _moves_on(world, order)
    await world.later(2)
    assert await _state(world, intent) is State.DONE
