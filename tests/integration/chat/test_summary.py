"""The morning summary: chosen in the settings, said once a day, for an owner alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.model.person import Role
from bot.watch.summaries import Summaries
from tests.support.world import ANN, BEN, World, labels, shown

from .test_report import sold
from .test_settings import settings


async def summaries(world: World) -> list[Any]:
    """Let the bot look whose hour has come; return every summary that was ever sent."""
    await Summaries(world.store, world.shop_id, world.clock.now).consider()
    await world.settle()
    return [each for each in await world.from_bot(ANN) if each["text"].startswith("Yesterday")]


async def test_it_comes_at_the_chosen_hour_once_a_day(world: World) -> None:
    await sold(world, world.now, "88.01")
    assert await summaries(world) == []
    card = await settings(world, ANN, "Summary", "08:00")
    assert "Summary: 08:00" in shown(card)
    assert await summaries(world) == []  # it is 12:04: from tomorrow on
    world.clock.advance(timedelta(hours=20).total_seconds())
    await world.order()
    (said,) = await summaries(world)
    assert said["text"].startswith("Yesterday · 23 Nov")
    assert "1 paid order" in said["text"]
    assert "⏳ 1 order waits for you" in said["text"]
    assert {"Orders (1)", "Tickets", "Chart"} <= set(labels(said))
    assert len(await summaries(world)) == 1
    # Further to the west it is eight once more on that date.
    await settings(world, ANN, "Clock", "Change the clock")
    await world.says(ANN, "Los Angeles")
    world.clock.advance(timedelta(hours=8).total_seconds())
    assert len(await summaries(world)) == 1
    world.clock.advance(timedelta(days=1).total_seconds())
    assert len(await summaries(world)) == 2
    await settings(world, ANN, "Summary", "off")
    world.clock.advance(timedelta(days=1).total_seconds())
    assert len(await summaries(world)) == 2


async def test_who_may_not_see_what_is_sold_has_none(world: World) -> None:
    await settings(world, ANN, "Summary", "08:00")
    await world.becomes(ANN, Role.OPERATOR)
    world.clock.advance(timedelta(hours=20).total_seconds())
    assert await summaries(world) == []
    await world.becomes(BEN, Role.OPERATOR)
    card = await settings(world, BEN)
    assert "Summary" not in shown(card)
    await world.forges(BEN, card["message_id"], "sv:summary:0800")
    assert "Your role" in shown(await world.last(BEN))
    await world.forges(BEN, card["message_id"], "sv:summary:9900")
