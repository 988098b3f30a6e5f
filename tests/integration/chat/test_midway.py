"""Conversations that the bot's end finds in the middle go on with the next one, where they were."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from tests.support.world import ANN, BEN, World, another_bot

Step = Callable[[World, int], Awaitable[None]]


def says(*texts: str) -> Step:
    """Return a step in which a person writes."""

    async def step(world: World, who: int) -> None:
        for text in texts:
            await world.says(who, text)

    return step


def presses(*labels: str) -> Step:
    """Return a step in which a person presses buttons of the message that stands last."""

    async def step(world: World, who: int) -> None:
        for label in labels:
            await world.presses(who, await world.last(who), label)

    return step


def both(*steps: Step) -> Step:
    async def step(world: World, who: int) -> None:
        for each in steps:
            await each(world, who)

    return step


PRODUCT = says("/product Windows 11")
NEW = says("/newproduct category-1", "Jade", "9.50")
# What is begun, what answers it in the next process, and what is said then. Two at once: one each.
CONVERSATIONS: tuple[tuple[Step, Step, str], ...] = (
    (NEW, says("For one person"), "How many are sold at once"),
    (both(PRODUCT, presses("Price")), says("13"), "$17.50 → $13.00"),
    (says("/stock Windows 11"), says("a:Hunter-1111"), "1 account"),
    (
        both(says("/products"), presses("Select several", "Select all 12", "Price")),
        says("+10%"),
        "New prices",
    ),
    (both(says("/settings"), presses("Quiet hours", "Other hours")), says("22:00-07:00"), "22:00"),
    (
        both(NEW, says("One"), presses("To the preview")),
        presses("Yes, create it"),
        "Choose a leaf category",
    ),
)


async def test_every_conversation_goes_on_after_a_restart(world: World, tmp_path: Path) -> None:
    await world.product()
    async with AsyncExitStack() as stack:
        for at in range(0, len(CONVERSATIONS), 2):
            pair = tuple(zip((ANN, BEN), CONVERSATIONS[at : at + 2], strict=True))
            for who, (begin, _, _) in pair:
                await begin(world, who)
            await world.aclose()
            world = await stack.enter_async_context(another_bot(world, tmp_path))
            for who, (_, answer, told) in pair:
                before = len(await world.from_bot(who))
                await answer(world, who)
                said = (await world.from_bot(who))[before - 1 :]
                assert any(told in each["text"] for each in said), (told, said)
