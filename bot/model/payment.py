"""Payments and the balance."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from .wire import Moment, OptionalAmount, OptionalIdentity, Text, Wire


class Payment(Wire):
    """A payment record for one of our orders."""

    payment_no: Text = ""
    order_id: OptionalIdentity = None
    amount: OptionalAmount = None
    payment_method: Text = ""
    status: Text = ""
    paid_at: Moment = None
    created_at: Moment = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if not self.payment_no and self.order_id is None:
            raise ValueError("expected a payment: it has neither a number nor an order")
        return self


class Balance(Wire):
    """The account's balances; the currency is not named by the marketplace."""

    balance: OptionalAmount = None
    user_balance: OptionalAmount = None
    supplier_balance: OptionalAmount = None
    current_role: Text = ""
    email: Text = ""
    user_id: OptionalIdentity = None
