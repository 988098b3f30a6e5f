"""What was confirmed is looked at once more just before it is sent: the truth may have moved."""

from __future__ import annotations

import pytest

from tests.support.world import World

from .deeds import Asked, Make, confirm, delivery, refund, reply


async def _two_owed(world: World) -> Asked:
    return await delivery(world, quantity=2)


@pytest.mark.parametrize(
    ("make", "path", "body", "operation"),
    [
        (reply, "/tickets/{}/write", {"text": "It works now"}, "update_ticket"),
        (_two_owed, "/orders/{}/deliver", {"rows": ["x:12345678"]}, "update_delivered_info"),
        (refund, "/orders/{}/deliver", {"rows": ["x:12345678"]}, "refund_order"),
    ],
    ids=["reply", "delivery", "refund"],
)
async def test_nothing_is_sent_where_the_truth_moved_since_it_was_asked(
    world: World, make: Make, path: str, body: dict[str, object], operation: str
) -> None:
    asked = await make(world)
    await world.control(path.format(asked.subject_id), **body)
    await confirm(world, asked)
    calls = (await world.look(f"/calls?operation={operation}"))["items"]
    assert calls == []
