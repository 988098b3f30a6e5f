"""Whether an act of ours that went out is what was seen to happen."""

from __future__ import annotations

from .change import News, NewsKind
from .goods import shows_all
from .intent import (
    DeliverPlan,
    Intent,
    RefundPlan,
    ReplacePlan,
    ReplyPlan,
    State,
    StatusPlan,
    TicketStatusPlan,
    rows_sent,
)
from .order import RUNNING, Order
from .thread import reply_shown
from .ticket import Ticket


def explains(intent: Intent, news: News, before: Order | Ticket, after: Order | Ticket) -> bool:
    """Say whether this act, which went out, is what happened to an order or a ticket.

    Asked of each thing that happened by itself: what others did at the same time is theirs.
    """
    plan = intent.plan
    match plan, before, after:
        case RefundPlan(), Order(), Order():
            return after.refunded and _is_of_refund(news)
        case DeliverPlan(), Order(), Order():
            return _is_of_delivery(intent, plan, news, before, after)
        case ReplacePlan(), Order(), Order():
            return _is_of_replacement(intent, plan, news, before, after)
        case ReplyPlan(), Ticket(), Ticket():
            return _is_of_reply(intent, plan, news, before, after)
        case StatusPlan(), Order(), Order():
            return (
                after.status == plan.status != before.status
                and news.kind in {NewsKind.ORDER_COMPLETED, NewsKind.ORDER_CHANGED}
                and set(news.detail) <= {"status"}
            )
        case TicketStatusPlan(), Ticket(), Ticket():
            return news.kind is NewsKind.TICKET_STATUS and after.status == plan.status
        case _:
            return False


def _is_of_refund(news: News) -> bool:
    if news.kind is NewsKind.ORDER_CHANGED:
        return set(news.detail) <= {"payment_status", "remaining_to_deliver"}
    return news.kind is NewsKind.ORDER_REFUNDED


def _is_of_delivery(
    intent: Intent, plan: DeliverPlan, news: News, before: Order, after: Order
) -> bool:
    if after.delivered != plan.delivered + plan.send or after.refunded:
        return False
    # A count alone may be anybody's: our units are shown, or the marketplace said that it took
    # them.
    if intent.state is not State.DONE and not shows_all(after.delivered_info, rows_sent(plan)):
        return False
    match news.kind:
        case NewsKind.ORDER_DELIVERED:
            return before.delivered == plan.delivered
        case NewsKind.ORDER_COMPLETED:
            return after.owed == 0
        case NewsKind.ORDER_CHANGED:
            return after.status == RUNNING and set(news.detail) <= {
                "status",
                "remaining_to_deliver",
            }
        case _:
            return False


def _is_of_replacement(
    intent: Intent, plan: ReplacePlan, news: News, before: Order, after: Order
) -> bool:
    if after.refunded or after.delivered not in {before.delivered, before.delivered + 1}:
        return False
    if intent.state is not State.DONE and not shows_all(after.delivered_info, plan.units):
        return False
    match news.kind:
        case NewsKind.ORDER_DELIVERED:
            return True
        case NewsKind.ORDER_COMPLETED:
            return after.owed == 0
        case NewsKind.ORDER_CHANGED:
            return set(news.detail) <= {"status", "remaining_to_deliver"}
        case _:
            return False


def _is_of_reply(
    intent: Intent, plan: ReplyPlan, news: News, before: Ticket, after: Ticket
) -> bool:
    text = plan.text.get_secret_value()
    ours = reply_shown(text, before.description, after.description) == "ours"
    if news.kind is NewsKind.TICKET_TEXT:
        return ours and before.title == after.title
    if news.kind is NewsKind.TICKET_STATUS and not news.calls:
        if plan.status:
            return after.status == plan.status
        # A reply may move a ticket on by itself.
        return ours or (intent.state is State.DONE and before.description == after.description)
    return False
