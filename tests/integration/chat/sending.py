"""Queueing messages, and looking at what became of them."""

from __future__ import annotations

from typing import Any

from bot.model.outgoing import Outgoing
from bot.store import outbox
from tests.support.world import ANN, World


def text(words: str, **more: Any) -> Outgoing:
    return Outgoing(text=words, **more)


async def queue(world: World, words: str | Outgoing, who: int = ANN, **more: Any) -> None:
    said = text(words) if isinstance(words, str) else words
    async with world.store.write() as tx:
        await outbox.say(
            tx,
            shop_id=world.shop_id,
            chat_id=who,
            person_id=who if who > 0 else ANN,
            said=said,
            now=world.now,
            **more,
        )


async def queue_card(world: World, kind: str, subject_id: str, who: int = ANN) -> None:
    async with world.store.write() as tx:
        await outbox.show(
            tx,
            shop_id=world.shop_id,
            chat_id=who,
            person_id=who,
            subject_kind=kind,
            subject_id=subject_id,
            now=world.now,
        )


async def show(world: World, kind: str, subject_id: str, who: int = ANN) -> Any:
    await queue_card(world, kind, subject_id, who)
    await world.settle()
    return await world.last(who)


async def texts(world: World, who: int = ANN) -> list[str]:
    return [message["text"] for message in await world.from_bot(who)]


async def states(world: World) -> list[str]:
    return [row[0] for row in await world.rows("select state from messages order by id")]
