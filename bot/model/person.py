"""Who may do what. Every use case asks :func:`may` before it does anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a shop."""

    OWNER = "owner"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Act(StrEnum):
    """What a person may want to do."""

    SEE = "see"  # orders, tickets, products, pushes
    DELIVER = "deliver"
    REPLY = "reply"
    CHANGE_STATUS = "change_status"
    STOCK = "stock"
    REFUND = "refund"
    MONEY = "money"  # balance, payments, reports, export, prices
    MANAGE = "manage"  # settings and people


_VIEWER = frozenset({Act.SEE})
_OPERATOR = _VIEWER | {Act.DELIVER, Act.REPLY, Act.CHANGE_STATUS, Act.STOCK, Act.REFUND}
_MAY = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.OWNER: frozenset(Act),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A person known to a shop."""

    person_id: int
    name: str
    role: Role
    language: str = ""
    time_zone: str = ""
    currency: str = ""  # that their shop set; empty: the one of its environment
    locked_since: datetime | None = None  # their shop is: until it is opened nobody may anything

    def may(self, act: Act) -> bool:
        """Say whether this person's role allows ``act``, and their shop is not locked."""
        return self.locked_since is None and act in _MAY[self.role]

    @property
    def acts(self) -> frozenset[Act]:
        """Everything this person's role allows."""
        return _MAY[self.role]
