"""An intent and its plan."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.model.intent import RefundPlan, State, StatusPlan
from tests.unit.views.builders import intent


def test_a_plan_is_the_one_that_was_asked_for_or_none() -> None:
    plan = RefundPlan(amount=Decimal(1), delivered=0)
    refund = intent(plan, State.PROPOSED)
    assert refund.planned(RefundPlan) is plan
    with pytest.raises(TypeError, match="refund holds no StatusPlan"):
        refund.planned(StatusPlan)
