"""Cards as they are shown and edited, and everything else that is queued."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from bot.model.outgoing import Outgoing
from bot.store import cards, outbox, sending
from tests.support.world import ANN, BEN, SAM, World, labels, shown

from .sending import queue, queue_card, show, states, text


async def test_a_newer_card_takes_the_buttons_of_the_older_one(world: World) -> None:
    order_id = await world.order()
    first = await show(world, "order", order_id)
    assert labels(first)
    second = await show(world, "order", order_id)
    older = next(m for m in await world.from_bot(ANN) if m["message_id"] == first["message_id"])
    assert labels(older) == []
    assert older["text"] == first["text"]
    assert labels(second) == labels(first)
    others = await show(world, "order", order_id, BEN)
    assert labels(await world.last(ANN)) == labels(others)


async def test_an_edit_that_shows_the_same_costs_no_call(world: World) -> None:
    order_id = await world.order()
    await show(world, "order", order_id)
    async with world.store.write() as tx:
        await cards.touch(tx, world.shop_id, "order", order_id, world.now)
    await world.settle()
    assert await world.telegram_calls("editMessageText") == []


async def test_several_changes_of_a_card_are_one_edit(world: World) -> None:
    order_id = await world.order(quantity=2)
    await show(world, "order", order_id)
    for goods in ("x:11111111", "y:22222222"):
        await world.control(f"/orders/{order_id}/deliver", rows=[goods])
        async with world.store.write() as tx:
            await cards.touch(tx, world.shop_id, "order", order_id, world.now)
        await world.see_order(order_id)
    await world.settle()
    assert len(await world.telegram_calls("editMessageText")) == 1
    assert "2 of 2 delivered" in shown(await world.last(ANN))


async def test_a_change_between_the_drawing_and_the_card_s_row_is_still_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await world.order()
    true = world.gateway.send

    async def send(*args: Any, **named: Any) -> int:
        sent = await true(*args, **named)
        await world.control(f"/orders/{order_id}/deliver", rows=["x:12345678"])
        await world.see_order(order_id)
        return sent

    monkeypatch.setattr(world.gateway, "send", send)
    assert "1 of 1 delivered" in shown(await show(world, "order", order_id))


class Death(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("how", ["the answer is lost", "the process dies", "the lease runs out"])
async def test_an_edit_that_may_have_gone_out_is_taken_back_where_it_is_untrue_again(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    order_id = await world.order()
    before = shown(await show(world, "order", order_id))

    async def becomes(status: str) -> None:
        await world.control(f"/orders/{order_id}/status", status=status)
        await world.see_order(order_id)

    await becomes("running_order")
    with monkeypatch.context() as patched:
        true = world.gateway.edit

        async def edit(*args: Any) -> None:
            await true(*args)
            raise Death

        if how == "the answer is lost":
            await world.telegram_trouble("editMessageText", "lost")
        else:
            patched.setattr(world.gateway, "edit", edit)
        with suppress(Death):
            await world.send()
    assert "running" in shown(await world.last(ANN))
    await becomes("pending_order")
    if how == "the process dies":
        async with world.store.write() as tx:
            assert await sending.take_up(tx, world.now) == 1
    await world.later(100)
    assert shown(await world.last(ANN)) == before


@pytest.mark.parametrize(
    ("kind", "subject_id"), [("order", "nothing"), ("ticket", "nothing"), ("intent", "99")]
)
async def test_a_card_of_nothing_is_put_aside(world: World, kind: str, subject_id: str) -> None:
    await queue_card(world, kind, subject_id)
    await world.settle()
    assert await states(world) == ["aside"]


# --- everything else that is queued --------------------------------------------------------------


async def test_a_message_is_deleted_and_a_reaction_given(world: World) -> None:
    mine = (await world.act("/send", **{"as": ANN}, text="anna:Hunter2222"))["message_id"]
    about: dict[str, Any] = {
        "shop_id": world.shop_id,
        "chat_id": ANN,
        "person_id": ANN,
        "message_id": mine,
        "now": world.now,
    }
    async with world.store.write() as tx:
        await outbox.act(tx, action="react", emoji="👍", **about)
    await world.settle()
    assert await world.reactions(ANN, mine) == ["👍"]
    async with world.store.write() as tx:
        await outbox.act(tx, action="delete", **about)
    await world.settle()
    assert mine not in [message["message_id"] for message in await world.chat(ANN)]


async def test_a_copy_button_a_silent_message_and_a_reply_that_is_gone(world: World) -> None:
    button = {"label": "Copy", "copies": "TK1772446511113", "style": "primary"}
    said = Outgoing.model_validate({"text": "number", "keyboard": [[button]]})
    await queue(world, said, silent=True, reply_to=424242)
    await world.settle()
    message = await world.last(ANN)
    assert message["silent"]
    assert message["reply_to"] is None
    assert message["keyboard"][0][0]["copy"] == "TK1772446511113"


async def test_a_prompt_asks_for_a_reply(world: World) -> None:
    await queue(world, text("Which one?", force_reply=True, placeholder="TK…"))
    await world.settle()
    assert (await world.last(ANN))["force_reply"]


async def test_the_poller_s_words_are_drawn_for_who_reads_them(world: World) -> None:
    views: list[tuple[str, Any, str]] = [
        ("first_look", {}, "Orders"),
        ("trouble", {"reason": "status", "since": world.now.isoformat()}, "since 12:04"),
        ("trouble", {"reason": "key_refused", "since": world.now.isoformat()}, "the key"),
        ("trouble_over", {"reason": "status", "since": world.now.isoformat()}, "answers again"),
    ]
    for view, body, words in views:
        async with world.store.write() as tx:
            await outbox.tell(
                tx,
                shop_id=world.shop_id,
                chat_id=ANN,
                person_id=ANN,
                view=view,
                body=body,
                now=world.now,
            )
        await world.settle()
        assert words in shown(await world.last(ANN)), view


async def test_a_message_for_someone_who_is_no_member_is_dropped(world: World) -> None:
    order_id = await world.order()
    await queue_card(world, "order", order_id, SAM)
    async with world.store.write() as tx:
        for view in ("balance", "first_look"):
            await outbox.tell(
                tx,
                shop_id=world.shop_id,
                chat_id=SAM,
                person_id=SAM,
                view=view,
                body={},
                now=world.now,
            )
        await outbox.act(
            tx,
            shop_id=world.shop_id,
            chat_id=SAM,
            person_id=SAM,
            action="commands",
            message_id=0,
            now=world.now,
        )
    await world.settle()
    assert await world.chat(SAM) == []
    assert await states(world) == ["aside", "aside", "aside", "sent"]
    assert (await world.telegram_calls("setMyCommands"))[-1]["params"].get("commands") in (
        [],
        "[]",
        None,
    )
