"""Which of a person's own messages are deleted once what they held went out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.model.intent import AnyPlan, DeliverPlan, Intent, Kind, State, pastes_to_delete
from bot.model.pieces import Piece
from bot.model.product_plans import Progress, StockPlan
from tests.unit.views.builders import NOW, intent, reply

UNITS = tuple(SecretStr(unit) for unit in ("anna:Hunter2222", "berta:Hunter3333"))
PIECES = tuple(
    Piece(message_id=at, text=SecretStr("x"), sent_at=NOW - timedelta(minutes=1)) for at in (7, 8)
)
OLD = (PIECES[0].model_copy(update={"sent_at": NOW - timedelta(hours=47)}), PIECES[1])


def deliver(**changed: Any) -> DeliverPlan:
    values = {"units": UNITS, "how": "lines", "owed": 2, "delivered": 0, "send": 2}
    return DeliverPlan.model_validate(values | {"pieces": PIECES} | changed)


def stock(**changed: Any) -> StockPlan:
    return StockPlan.model_validate({"lines": UNITS, "pieces": PIECES} | changed)


def ended(plan: AnyPlan, progress: Progress | None) -> Intent:
    changed = {"kind": Kind.DELIVER, "plan": plan, "progress": progress}
    return intent(reply("x"), State.DONE).model_copy(update=changed)


@pytest.mark.parametrize(
    ("plan", "progress", "deleted"),
    [
        (deliver(), None, (7, 8)),
        (deliver(send=1), None, ()),
        (deliver(pieces=OLD), None, ()),
        (stock(), Progress(at=2, added=2), (7, 8)),
        (stock(pieces=OLD), Progress(at=2, added=2), ()),
        # A line that is no account, one that was not to go, one that the pool had already, one
        # of which nobody knows, and one of which a person alone says that it is there.
        (stock(unread=(3,)), Progress(at=2, added=2), ()),
        (stock(left_out=1), Progress(at=2, added=2), ()),
        (stock(), Progress(at=2, added=1), ()),
        (stock(), Progress(at=2, added=2, unclear=1), ()),
        (stock(), Progress(at=2, added=2, told=1), ()),
        (stock(), None, ()),
        (reply("x").model_copy(update={"pieces": PIECES}), None, ()),
    ],
)
def test_only_what_went_out_whole_is_deleted(
    plan: AnyPlan, progress: Progress | None, deleted: tuple[int, ...]
) -> None:
    assert pastes_to_delete(ended(plan, progress), NOW) == deleted
