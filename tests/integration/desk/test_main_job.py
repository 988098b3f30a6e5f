"""The main job, through every part but the poller: cards, deliveries, refunds, replies."""

from __future__ import annotations

from tests.support.world import ANN, World, labels, shown


async def test_pasting_goods_under_a_card_delivers_them(world: World) -> None:
    order_id = await world.order(quantity=2)
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    assert "0 of 2 delivered" in card["text"]

    goods = await world.says(ANN, "anna:Hunter2222\nberta:Hunter3333", reply_to=card["message_id"])
    preview = await world.last(ANN)
    assert "Hunter2222" not in shown(preview)
    assert labels(preview) == ["Send 2", "Split differently", "Cancel"]
    assert await world.reactions(ANN, goods) == ["👀"]

    assert await world.presses(ANN, preview, "Send 2") == "On it…"
    assert (await world.true_order(order_id))["delivered_rows"] == [
        "anna:Hunter2222",
        "berta:Hunter3333",
    ]
    assert len(await world.changes("deliver")) == 1
    assert goods not in [message["message_id"] for message in await world.chat(ANN)]
    now = next(m for m in await world.chat(ANN) if m["message_id"] == card["message_id"])
    assert "2 of 2 delivered" in now["text"]
    assert "Ann" in now["text"]
