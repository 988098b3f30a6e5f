"""Which ticket an act of ours has opened: the marketplace tells no ticket's author."""

from __future__ import annotations

from .intent import Intent, NewTicketPlan
from .ticket import Ticket


def is_another(ticket: Ticket, intent: Intent) -> bool:
    """Say whether a ticket is one of the same order that was not there before."""
    plan = intent.plan
    return (
        isinstance(plan, NewTicketPlan)
        and ticket.order_id == intent.subject_id
        and ticket.ticket_id not in plan.known
    )


def is_ours(ticket: Ticket, intent: Intent) -> bool:
    """Say whether a ticket is the one that this intent was to open.

    Another ticket of the same order, with the same title, that was not there before.
    """
    plan = intent.plan
    if not isinstance(plan, NewTicketPlan) or not is_another(ticket, intent):
        return False
    return ticket.title.split() == plan.title.get_secret_value().split()
