"""What a person is in the middle of: beaten by commands and numbers, gone the next day."""

from __future__ import annotations

import pytest

from handlers.dispatch import COMMANDS
from tests.support.world import ANN, World, labels, shown

from .test_bad_input import (
    Step,
    deliver_prompt,
    goods_question,
    reply_prompt,
    resolve_prompt,
    write_prompt,
)

EACH = pytest.mark.parametrize(
    "asks",
    [deliver_prompt, write_prompt, reply_prompt, resolve_prompt, goods_question],
    ids=lambda each: each.__name__,
)


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_every_command_ends_what_was_asked_for(world: World, command: str) -> None:
    await deliver_prompt(world)
    await world.says(ANN, f"/{command}")
    assert await world.one("select state from drafts order by id limit 1") != "open"
    assert await world.rows("select * from intents") == []


@EACH
async def test_a_number_opens_its_card_and_what_was_asked_for_stays(
    world: World, asks: Step
) -> None:
    await asks(world)
    number = await world.number(await world.order())
    await world.says(ANN, number)
    assert number in (await world.last(ANN))["text"]
    assert await world.one("select count(*) from drafts where state = 'open'") == 1
    assert await world.rows("select * from intents") == []


@EACH
@pytest.mark.parametrize("noticed", [True, False], ids=["expired", "not noticed yet"])
async def test_the_next_day_s_text_is_not_swallowed(
    world: World, asks: Step, noticed: bool
) -> None:
    prompt = await asks(world)
    world.clock.advance(24 * 3600)
    if noticed:
        await world.settle()
        found = await world.chat(ANN)
        ended = next(m for m in found if m["message_id"] == prompt["message_id"])
        assert labels(ended) == []
    await world.says(ANN, "good morning")
    assert "Paste the number" in shown(await world.last(ANN))
    assert await world.rows("select * from intents") == []
    assert [c for c in (await world.look("/changes"))["items"] if c["by"] == "api"] == []


async def test_a_reply_to_the_card_answers_its_prompt_too(world: World) -> None:
    prompt = await deliver_prompt(world)
    card = next(m for m in await world.from_bot(ANN) if m["message_id"] < prompt["message_id"])
    await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])
    assert await world.one("select state from drafts") == "used"
    await world.says(ANN, "good morning")
    assert "Paste the number" in shown(await world.last(ANN))
