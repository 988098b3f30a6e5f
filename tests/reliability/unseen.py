"""Nothing arrives unseen: orders, payments, tickets and texts, and their state at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .campaign import PEOPLE
from .evidence import Evidence, Said, Shown

NAMES: Final = {chat: name.capitalize() for name, chat in PEOPLE.items()}


def _named(found: Evidence, chat: int, number: str, after: float) -> list[Said]:
    """Return what told a chat of a number after a moment: messages, and edits of lists of news."""
    return [
        said
        for said in found.said
        if said.chat == chat
        and said.at >= after
        and number in said.text
        and (said.sent or not card_of(said.text))
    ]


def card_of(text: str) -> str:
    return Shown("", 0, text, None, ()).number


def lost(found: Evidence) -> Iterator[str]:
    """Every order and ticket is told to everyone; one that became paid is told again."""
    numbers = {key: order["order_no"] for key, order in found.orders.items()}
    numbers.update({key: ticket["ticket_no"] for key, ticket in found.tickets.items()})
    begun = {h.subject: h.at for h in found.record.happened if h.kind in {"order", "ticket"}}
    for subject, at in begun.items():
        for chat, name in NAMES.items():
            if not _named(found, chat, numbers[subject], at):
                yield f"LOST: {name} never heard of {numbers[subject]}"
    for paid in found.record.happened:
        if paid.kind != "paid":
            continue
        later = [c for c in found.changes if c["id"] == paid.subject]
        place = next(i for i, c in enumerate(later) if c["kind"] == "order_paid")
        if any(c["by"] == "control" for c in later[place + 1 : place + 2]):
            continue  # it may have been over before anybody looked
        for chat, name in NAMES.items():
            told = _named(found, chat, numbers[paid.subject], paid.at)
            if not any("not paid" not in said.text for said in told):
                yield f"LOST: {name} was not told that {numbers[paid.subject]} is paid"


def texts(found: Evidence) -> Iterator[tuple[str, str]]:
    """Every text of a buyer is pushed to everyone, unless it was gone before anybody looked."""
    for wrote in found.record.happened:
        if wrote.kind not in {"ticket", "text"}:
            continue
        thread = found.tickets[wrote.subject]["thread"]
        place = next(i for i, said in enumerate(thread) if said["text"] == wrote.text)
        following = thread[place + 1] if place + 1 < len(thread) else None
        for chat, name in NAMES.items():
            if any(
                wrote.text in said.text or not card_of(said.text)
                for said in _named(found, chat, found.tickets[wrote.subject]["ticket_no"], wrote.at)
            ):
                continue  # itself, or its ticket in a list of news
            if following is not None and following["author"] != "supplier":
                continue  # its place was taken by others before anybody looked
            if following is not None and not _was_read(found, wrote.subject, following["text"]):
                yield "unseen", ""
                continue
            yield "lost", f"LOST: {name} was not shown {wrote.text!r} ({wrote.subject})"


def _was_read(found: Evidence, ticket_id: str, reply: str) -> bool:
    """Say whether our reply was sent after a read that began once the text before was there."""
    shown = [c for c in found.changes if c["id"] == ticket_id]
    ours = next(i for i, c in enumerate(shown) if c["detail"].get("text") == reply)
    written = [c for c in shown[:ours] if c["kind"] in {"ticket_written", "ticket_created"}]
    # Both clocks are the marketplace's, in whole seconds: only a clear order is believed.
    sent = [c for c in found.calls_about("update_ticket", ticket_id) if reply in str(c["body"])]
    return bool(sent) and sent[-1]["at"] > written[-1]["at"]


def final_states(found: Evidence) -> Iterator[str]:
    """In each chat that has cards of something, the live one shows what is true now."""
    pieces = {order["order_no"]: _pieces_of_order(order) for order in found.orders.values()}
    pieces.update({t["ticket_no"]: _pieces_of_ticket(t) for t in found.tickets.values()})
    cards = {(s.person, s.number) for s in found.shown if s.number}
    for card in found.shown:
        if card.number and card.message_id in found.live:
            cards.discard((card.person, card.number))
            for piece in pieces[card.number]:
                if piece not in card.text:
                    yield f"UNTRUE: {card.person}'s card lacks {piece!r}: {card.text!r}"
    for name, number in cards:
        yield f"UNTRUE: {name} has no live card of {number}"


def _pieces_of_order(order: Any) -> list[str]:
    refunded = order["status"] == "refunded_order"
    words = {
        "refunded_order": ["refunded"],
        "running_order": ["running"],
        "completed_order": ["completed"],
        "receipt_confirmed_order": ["receipt confirmed"],
    }
    pieces = list(words.get(order["status"], []))
    if not refunded:
        paid = order["payment_status"] == "completed_payment"
        pieces.append("💳 paid" if paid else "not paid")
    pieces.append(f"📦 {order['delivered_units']} of {order['quantity']} delivered")
    return pieces


def _pieces_of_ticket(ticket: Any) -> list[str]:
    status = {"in_progress": "in progress"}.get(ticket["status"], ticket["status"])
    written = [said["text"] for said in ticket["thread"] if said["author"] != "admin"]
    pieces = [status, written[-1]]
    if ticket["admin_invited"]:
        pieces.append("moderator joined")
    return pieces
