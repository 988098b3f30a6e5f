"""An intent in its row: the plan is sealed, as it may hold goods; the outcome holds none."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.model.intent import (
    AnyPlan,
    DeliverPlan,
    Intent,
    Kind,
    NewTicketPlan,
    Outcome,
    RefundPlan,
    ReplacePlan,
    ReplyPlan,
    StatusPlan,
    TicketStatusPlan,
)
from bot.model.plan import Plan
from bot.model.product_plans import (
    DeleteProductPlan,
    NewProductPlan,
    PicturesPlan,
    ProductEditPlan,
    ProductStatusPlan,
    StockPlan,
)

from .database import Tx
from .sealing import AT_ONCE, sealed, unsealed, written

_PLANS: dict[Kind, type[AnyPlan]] = {
    Kind.DELIVER: DeliverPlan,
    Kind.REFUND: RefundPlan,
    Kind.REPLY: ReplyPlan,
    Kind.STATUS: StatusPlan,
    Kind.TICKET_STATUS: TicketStatusPlan,
    Kind.NEW_TICKET: NewTicketPlan,
    Kind.PRODUCT_EDIT: ProductEditPlan,
    Kind.PRODUCT_STATUS: ProductStatusPlan,
    Kind.PRODUCT_PICTURES: PicturesPlan,
    Kind.DELETE_PRODUCT: DeleteProductPlan,
    Kind.ADD_STOCK: StockPlan,
    Kind.NEW_PRODUCT: NewProductPlan,
    Kind.REPLACE: ReplacePlan,
}
_OUTCOME = TypeAdapter(Outcome)


async def from_row(tx: Tx, row: Row[Any]) -> Intent:
    """Return the intent that a row holds. Raises SealBroken."""
    values = {
        name: getattr(row, name) for name in Intent.model_fields if name not in {"plan", "outcome"}
    }
    plan = await unsealed(tx, row.sealed, _PLANS[Kind(row.kind)].model_validate_json)
    outcome = Outcome() if row.outcome is None else _OUTCOME.validate_python(row.outcome)
    return Intent.model_validate({**values, "plan": plan, "outcome": outcome})


async def sealed_plan(tx: Tx, plan: Plan) -> bytes:
    """Return a plan as the row keeps it. What is large is written and sealed beside the loop."""
    size = sum(len(piece.text) for piece in getattr(plan, "pieces", ()))
    if size > AT_ONCE:
        return await sealed(tx, lambda: written(plan.model_dump(mode="json")), size=size)
    return await sealed(tx, lambda: plan.model_dump_json().encode(), size=size)
