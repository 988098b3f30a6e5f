"""A ticket: a buyer's complaint or question about an order."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from .wire import Flag, Identity, Moment, OptionalIdentity, Text, Wire, with_id

OPEN = "open"
IN_PROGRESS = "in_progress"
RESOLVED = "resolved"
CLOSED = "closed"

# Only ``open`` and ``in_progress`` stand in the document; these two are likely.
FINISHED = frozenset({RESOLVED, CLOSED})


class Ticket(Wire):
    """A ticket as the marketplace shows it: one text, no thread."""

    ticket_id: Identity
    ticket_no: Text = ""
    order_id: OptionalIdentity = None
    buyer_id: OptionalIdentity = None
    supplier_id: OptionalIdentity = None
    title: Text = ""
    description: Text = ""
    status: Text = ""
    admin_invited: Flag = False
    created_at: Moment = None
    updated_at: Moment = None

    @model_validator(mode="before")
    @classmethod
    def _id_by_another_name(cls, value: Any) -> Any:
        """Accept ``id`` where ``ticket_id`` is missing."""
        return with_id(value, "ticket_id")

    @property
    def number(self) -> str:
        """The number people use; the ID where the marketplace gave none."""
        return self.ticket_no.strip() or self.ticket_id

    @property
    def finished(self) -> bool:
        """Whether it is resolved or closed."""
        return self.status in FINISHED

    def waits_for_us(self) -> bool:
        """Whether it is still to be answered or resolved."""
        return not self.finished
