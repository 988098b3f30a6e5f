"""Nothing arrives unseen: orders, payments, tickets and texts, and their state at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from .campaign import PEOPLE
from .evidence import Evidence, Said, Shown

# A list of news says how many of what; it grows by edits.
_NEWS: Final = re.compile(r"\d+ (?:new orders?(?:, [^\n]*)?|orders? changed|tickets? with news)\n")
_STORED: Final = 3.0  # seconds in which a process has surely stored what it read, or died
NAMES: Final = {chat: name.capitalize() for name, chat in PEOPLE.items()}


def _told(found: Evidence, chat: int, number: str, after: float) -> list[Said]:
    """Return what told a chat of a number after a moment: its cards, and lists of news."""
    return [
        said
        for said in found.said
        if said.chat == chat
        and said.at >= after
        and number in said.text
        and ((said.sent and card_of(said.text) == number) or _NEWS.search(said.text))
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
            if not _told(found, chat, numbers[subject], at):
                yield f"LOST: {name} never heard of {numbers[subject]}"
    for paid in found.record.happened:
        if paid.kind != "paid":
            continue
        later = [c for c in found.changes if c["id"] == paid.subject]
        place = next(i for i, c in enumerate(later) if c["kind"] == "order_paid")
        if any(c["by"] == "control" for c in later[place + 1 : place + 2]):
            continue  # it may have been over before anybody looked
        for chat, name in NAMES.items():
            told = _told(found, chat, numbers[paid.subject], paid.at)
            if not any("not paid" not in said.text for said in told):
                yield f"LOST: {name} was not told that {numbers[paid.subject]} is paid"


def texts(found: Evidence) -> Iterator[tuple[str, str]]:
    """Every text of a buyer is pushed to everyone, unless it was gone before anybody looked."""
    for wrote in found.record.happened:
        if wrote.kind not in {"ticket", "text"}:
            continue
        for chat, name in NAMES.items():
            number = found.tickets[wrote.subject]["ticket_no"]
            told = _told(found, chat, number, wrote.at)
            if any(wrote.text in said.text or not card_of(said.text) for said in told):
                continue  # itself, or its ticket in a list of news
            if not found.threads and (over := _overtaken(found, wrote.subject, wrote.text)):
                yield over, ""
                continue
            yield "lost", f"LOST: {name} was not shown {wrote.text!r} ({wrote.subject})"


def _overtaken(found: Evidence, ticket_id: str, text: str) -> str:
    """Say by whom a text's place was taken before the bot looked; empty where it did look."""
    said = [
        change
        for change in found.changes
        if change["id"] == ticket_id
        and change["kind"] in {"ticket_created", "ticket_written", "ticket_reply"}
    ]
    place = next(i for i, change in enumerate(said) if text == _text(found, change))
    if place + 1 == len(said):
        return ""
    after = said[place + 1]
    for call in found.calls:
        # Each call has its place between the changes: this one showed the text.
        shows = said[place]["after_call"] < call["n"] <= after["after_call"]
        if shows and call["status"] == 200 and not call["fault"] and _is_of(found, call, ticket_id):
            if after["by"] == "api":
                return ""  # our reply follows its own look, and that one answered
            if _was_stored(found, call):
                return ""
    return "unseen" if after["by"] == "api" else "gone"


def _text(found: Evidence, change: Any) -> str:
    """Return what a change put into a ticket; the first text is the ticket's own."""
    if change["kind"] == "ticket_created":
        return str(found.tickets[change["id"]]["thread"][0]["text"])
    return str(change["detail"]["text"])


def _is_of(found: Evidence, call: Any, ticket_id: str) -> bool:
    """Say whether a read shows a ticket: by itself, or in a list of one page."""
    if call["operation"] == "get_ticket":
        return call in found.calls_about("get_ticket", ticket_id)
    one_page = len(found.tickets) <= found.page_size and not call["query"].get("status")
    return bool(call["operation"] == "list_tickets" and one_page)


def _was_stored(found: Evidence, call: Any) -> bool:
    """Say whether the process that read this lived on until it was stored."""
    at = datetime.fromisoformat(call["at"]).timestamp()
    return not any(at - 1 <= death.at <= at + _STORED for death in found.record.deaths)


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
