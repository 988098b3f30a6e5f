"""The rules of tickets: opened, written to, answered, moved, watched by a moderator."""

from sandbox.marketplace.ledger import Kind, Origin
from sandbox.marketplace.market import Market, RefusedError
from sandbox.marketplace.records import TICKET_STATUSES, Author, Order, Said, Ticket


def open_ticket(
    market: Market,
    origin: Origin,
    order: Order,
    *,
    author: Author,
    title: str,
    text: str,
    buyer_id: str | None = None,
) -> Ticket:
    """Open a ticket about an order, by its buyer or its supplier."""
    now = market.now()
    ticket = Ticket(
        id=market.new_id(),
        number=market.tickets.next_number,
        no=market.new_no("TKT", now),
        order=order,
        buyer_id=buyer_id or order.buyer_id,
        supplier_id=market.supplier_id,
        title=title,
        description=text,
        created_at=now,
        updated_at=now,
        thread=[Said(author, text, now)],
    )
    market.tickets.add(ticket)
    market.note(
        origin, "ticket_created", ticket.id, ticket_no=ticket.no, order_id=order.id, title=title
    )
    return ticket


def say(market: Market, origin: Origin, ticket: Ticket, author: Author, text: str) -> None:
    """Write into a ticket: the text takes the description's place, or follows it."""
    before = ticket.description
    ticket.thread.append(Said(author, text, market.now()))
    if market.options.ticket_reply == "thread":
        ticket.description = f"{before}\n\n{author.capitalize()}: {text}"
    else:
        ticket.description = text
    market.touch(ticket)
    kind: Kind = "ticket_reply" if author == "supplier" else "ticket_written"
    market.note(origin, kind, ticket.id, text=text, author=author)


def move(
    market: Market, origin: Origin, ticket: Ticket, status: str, *, known_only: bool = True
) -> None:
    """Set a ticket's status; raises RefusedError for one that does not exist."""
    if known_only and status not in TICKET_STATUSES:
        allowed = ", ".join(TICKET_STATUSES)
        raise RefusedError(f"Status {status!r} is not allowed. Allowed: {allowed}.")
    if status == ticket.status:
        return
    before, ticket.status = ticket.status, status
    market.touch(ticket)
    market.note(origin, "ticket_status", ticket.id, before=before, status=status)


def rename(market: Market, origin: Origin, ticket: Ticket, title: str) -> None:
    """Give a ticket another title."""
    if title == ticket.title:
        return
    ticket.title = title
    market.touch(ticket)
    market.note(origin, "ticket_title", ticket.id, title=title)


def invite_admin(market: Market, origin: Origin, ticket: Ticket) -> None:
    """Let a moderator join, once."""
    if ticket.admin_invited:
        return
    ticket.admin_invited = True
    ticket.thread.append(Said("admin", "A moderator joined the conversation.", market.now()))
    market.touch(ticket)
    market.note(origin, "ticket_admin", ticket.id)
