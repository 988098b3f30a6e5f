"""What both servers and the bot's own file say once everything is at rest."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from .campaign import BY_PEOPLE, PAGE_SIZE, PEOPLE, Campaign
from .record import Pressed, Record, Wrote

if TYPE_CHECKING:
    from sandbox.marketplace.ledger import By
    from sandbox.marketplace.ledger import Kind as Changed

_CARD: Final = re.compile(r"^(?:🆕 )?(?:\S+ )?Order (TK\d+)(?: ·|$)")
_TICKET: Final = re.compile(r"^(?:🆕 )?🎫 (TKT\d+)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A call that put a text before a person: a message, or an edit of one."""

    n: int
    chat: int
    at: float
    took: float
    text: str
    sent: bool  # a message of its own, not an edit
    message_id: int | None
    fault: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as it stands at the end."""

    person: str
    message_id: int
    text: str
    reply_to: int | None
    labels: tuple[str, ...]

    @property
    def order_no(self) -> str:
        """The order whose card this is; empty for any other message."""
        first, _, rest = self.text.partition("\n")
        found = _CARD.match(first)
        return found[1] if found and "📦" in rest else ""

    @property
    def ticket_no(self) -> str:
        """The ticket whose card this is; empty for any other message."""
        found = _TICKET.match(self.text)
        return found[1] if found else ""

    @property
    def number(self) -> str:
        """The order or ticket whose card this is; empty for any other message."""
        return self.order_no or self.ticket_no


class Evidence:
    """Everything that the verdict rests on."""

    def __init__(self, campaign: Campaign) -> None:
        shop = campaign.shop
        state = shop.state()
        self.record: Record = campaign.record
        self.updates = campaign.updates
        self.threads, self.page_size = campaign.threads, PAGE_SIZE
        self.orders: dict[str, Any] = {o["order_id"]: o for o in state["orders"]}
        self.tickets: dict[str, Any] = {t["ticket_id"]: t for t in state["tickets"]}
        self.products: dict[str, Any] = {p["product_id"]: p for p in state["products"]}
        self.changes: list[Any] = shop.call("GET", "/market/control/changes")["items"]
        self.calls: list[Any] = shop.api_calls()
        telegram = shop.telegram_calls()
        assert not telegram or telegram[0]["n"] <= telegram[-1]["n"] < telegram[0]["n"] + 20_000
        self.said = [_said(call) for call in telegram if _was_said(call)]
        self.shown = [
            Shown(
                name,
                message["message_id"],
                _read(message["text"]),
                message["reply_to"],
                tuple(b["text"] for row in message["keyboard"] for b in row),
            )
            for name in PEOPLE
            for message in shop.person(name).chat()
            if message["from"] == "bot"
        ]
        self.recorded = {
            row[0]
            for row in campaign.ask(
                "select message_id from messages where action = 'send' and state = 'sent'"
            )
        }
        self.live = {row[0] for row in campaign.ask("select message_id from cards where live = 1")}
        self.inbox_aside = campaign.ask(
            "select update_id, error from inbox where aside_at not null"
        )
        handled = "select count(*) from inbox where handled_at is not null and "
        self.inbox = campaign.ask(handled + BY_PEOPLE)[0][0]
        self.intents = {
            row[0]: _Intent(*row)
            for row in campaign.ask(
                "select id, kind, subject_id, state, source_message_id, confirmed_by,"
                " coalesce(json_extract(outcome, '$.reason'), '') from intents"
            )
        }
        self.history = {
            change["id"]
            for change in self.changes
            if change["kind"] in {"order_created", "ticket_created"}
        } - {h.subject for h in self.record.happened if h.kind in {"order", "ticket"}}
        self.wrote: dict[int, Wrote] = {wrote.message_id: wrote for wrote in self.record.wrote}
        self.presses: dict[int, list[Pressed]] = defaultdict(list)
        for pressed in self.record.pressed:
            if pressed.intent is not None:
                self.presses[pressed.intent].append(pressed)

    def made_of(self, wrote: Wrote) -> list[_Intent]:
        """Return the intents that came of a person's message."""
        return [i for i in self.intents.values() if i.source == wrote.message_id]

    def was_tapped(self, intent: _Intent) -> bool:
        """Say whether somebody confirmed an intent by a button."""
        return any(p.confirms for p in self.presses[intent.id])

    def by(self, kind: Changed, subject: str, by: By = "api") -> list[Any]:
        """Return changes of one kind to one order or ticket."""
        return [c for c in self.changes if (c["kind"], c["id"], c["by"]) == (kind, subject, by)]

    def calls_about(self, operation: str, subject: str) -> list[Any]:
        """Return the calls of one operation that name an order or a ticket."""
        return [
            call
            for call in self.calls
            if call["operation"] == operation
            and subject in {*map(str, call["query"].values()), *map(str, call["body"].values())}
        ]


@dataclass(frozen=True, slots=True)
class _Intent:
    id: int
    kind: str
    subject_id: str
    state: str
    source: int | None
    confirmed_by: int | None
    reason: str


def _read(text: str) -> str:
    """Return a text as a person reads it: the joiners that keep it from being a link unseen."""
    return text.replace("\u2060", "")


def _was_said(call: Any) -> bool:
    return bool(call["ok"]) and call["method"] in {"sendMessage", "editMessageText"}


def _said(call: Any) -> Said:
    sent = call["method"] == "sendMessage"
    return Said(
        n=call["n"],
        chat=int(call["params"]["chat_id"]),
        at=datetime.fromisoformat(call["at"]).timestamp(),
        took=float(call.get("seconds") or 0.0),
        text=_read(str(call["params"]["text"])),
        sent=sent,
        message_id=call.get("result") if sent else int(call["params"]["message_id"]),
        fault=str(call.get("fault") or ""),
    )
