"""What a button carries: a verb, its subject, one argument; packed into Telegram's 64 bytes.

IDs of the marketplace may be longer than a button holds. :func:`short_id` gives the ID itself
where it fits and a digest where it does not; orders and tickets are found by either.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 64  # Bot API: callback_data, 1-64 bytes
_FITS = re.compile(r"[A-Za-z0-9._-]{1,40}")
_PACKED = re.compile(
    r"(?P<verb>[a-z]{1,3})(?::(?P<subject>[A-Za-z0-9._~-]{0,40})(?::(?P<arg>[a-z0-9_.-]{0,17}))?)?"
)


class Verb(StrEnum):
    """What a press asks for. The values are on buttons in people's chats: they never change."""

    MENU = "mn"
    HELP = "hp"
    HEALTH = "hl"
    BALANCE = "ba"
    ORDERS = "lo"  # subject: filter, arg: page
    TICKETS = "lt"  # subject: filter, arg: page
    ORDER = "or"  # open a new card of it
    TICKET = "tk"
    DELIVER = "dl"
    REFUND = "rf"
    REPLY = "rp"
    CONFIRM = "ok"  # subject: intent, arg: choice
    DECLINE = "no"  # subject: intent
    KEEP = "kp"  # a reply that was not sent, until the marketplace is back; subject: intent
    DISCARD = "di"  # subject: intent
    GOODS_AGAIN = "ga"  # preview once more what was not sent; subject: the delivery's intent
    SPLIT = "sp"  # split a preview's paste differently; subject: intent, arg: its version
    STOP = "st"  # the draft of this chat and person
    MORE = "mo"  # the other buttons of a card; arg: order, ticket or product
    BACK = "bk"  # the card's own buttons again
    STATUS = "os"  # of an order; arg: pending, running, completed
    WHICH_ORDER = "wo"  # another page of the orders to choose from; subject: what for, arg: page
    WHICH_STATUS = "ws"  # of an order: ask for it
    TICKET_STATUS = "ts"  # arg: open, in_progress, resolved, closed
    RESOLVE = "rr"  # reply to a ticket and resolve it
    WRITE = "wb"  # to the buyer of an order: a new ticket
    SHOW_GOODS = "sg"  # of an order; arg: the page, of a message that shows them already
    HIDE_GOODS = "hg"
    TEXTS = "tx"  # all of an order's tickets, or of a ticket; arg: which of these, or order.2
    REPLACE = "re"  # a delivered unit; subject: an order or a ticket, arg: which of these
    REPLACE_UNIT = "ru"  # subject: the draft, arg: which unit, from 1
    REPLACE_TEXT = "rt"  # subject: the intent that the marketplace refused
    GOODS_FOR = "gf"  # pasted goods that wait: for this order
    GOODS_PAGE = "gp"  # more of the orders that they may be for; subject: the draft, arg: page
    QUEUE = "qu"  # begin to work through what waits
    QUEUE_NEXT = "qn"  # from the order that is the subject; arg: the queue
    QUEUE_BACK = "qb"
    QUEUE_DELIVER = "qd"  # ask for the order's goods in the queue's own message
    MODE = "dm"  # how the product of an order is delivered; arg: hand or pool
    BUYER_MARK = "bm"  # of an order or a ticket; arg: order.watch, ticket.star, order.none
    BUYER_NOTE = "bn"  # of an order or a ticket (arg: which), or remove (subject: the draft)
    SNOOZE = "sz"  # a reminder; subject: hour or morning
    WAITING = "wl"  # the list of what waits, as a message of its own; subject: orders, tickets
    PRODUCTS = "lp"  # subject: filter, arg: page
    PAYMENTS = "ly"  # arg: page
    PAYMENTS_OF = "py"  # of an order
    PRODUCT = "pr"  # open a new card of it
    PRODUCT_STATUS = "ps"  # arg: active, paused
    PRODUCT_EDIT = "pe"  # arg: price, title, description, min_quantity, warranty, category
    PRODUCT_CATEGORY = (
        "pk"  # subject: a category, or none; arg: the draft that asked, or a dot and a page, too
    )
    PRODUCT_DELETE = "pd"
    PICTURES = "pi"  # ask for a product's; arg: none, to take away those it has
    STOCK = "sk"  # ask for accounts of a product
    WHICH_PRODUCT = "wp"  # another page of the products to choose from; arg: page
    ADD_TO_STOCK = "as"  # goods that wait: ask for which product; subject: draft, arg: page
    STOCK_WITH = "sw"  # goods that wait: for this product's pool; arg: draft
    LOW_STOCK = "lw"  # ask at how many a product's stock is low
    # Another way to look at the list of products; arg: sort, category (a dot and a page), prices.
    SHELF = "sf"
    SELECT = "sl"  # begin to pick several; subject: the shelf, arg: page
    PICK = "pc"  # subject: a product, arg: the draft
    PICKED = "pp"  # subject: the draft; arg: all, none, price, list, pause, activate, a page
    BATCH = "bt"  # subject: a batch; arg: yes, no, stop, on, undo, or p and a page
    SHOP = "so"  # subject: pause, open
    NEW_STEP = (
        "ns"  # of a new product; subject: its draft, arg: back.2, skip.2, done; or an intent, again
    )
    NEW_PRODUCT = "np"  # of a category; without one, arg: another page of them
    HALT = "ha"  # subject: intent; an import stops after what is on its way
    ANSWER = "an"  # subject: intent; arg: there, again or stop, and behind a dot of which call
    REST = "rs"  # subject: intent; what an import that ended early did not send
    STOCK_SOURCE = "ss"  # ask where an import came from; subject: its intent
    SOURCES = "sc"  # what became of the accounts of each source
    COPY_PRODUCT = "cp"  # a new one like it; arg: same, with nothing else about it
    SAVED_TEXTS = "tl"  # the list of saved texts
    SAVED_TEXT = "tv"  # one of them
    TEXT_EDIT = "te"  # ask for another in its place; without a subject, for a new one
    TEXT_MOVE = "tm"  # arg: up, down
    TEXT_DELETE = "td"
    SAVED = "sa"  # ask which text is to answer a ticket
    TEXT_USE = "tu"  # subject: the ticket, arg: the text
    TEXTS_FOR = "tf"  # ask which text is to stand in a delivery; subject: intent, arg: its version
    TEXT_INTO = "ti"  # subject: intent, a dot and its version; arg: the text, or none
    REPORT = "sr"  # subject: a period; none is today
    DISPUTE = "df"  # of an order or a ticket; arg: which of these, or order.file
    CHART = "ch"  # of a report; subject: a period
    REPORT_DAYS = "rd"  # ask for a period that no button says
    EXPORT = "ex"  # subject: what, a dot and a period; arg: the format, or none to choose
    EXPORT_DAYS = "ed"  # ask for a period that no button says; subject: what is to be exported
    SETTINGS = "se"  # subject: a side of the settings card
    SET = "sv"  # subject: a setting, arg: its value
    SET_TYPED = "sy"  # ask for a setting that no button says; subject: which
    # Who did what. arg: the page, behind all, p (subject: a person) or o (an order) and a dot.
    AUDIT = "au"
    TEAM = "tt"  # subject: one of them
    TEAM_ROLE = "to"  # subject: a person; arg: owner, operator, viewer
    TEAM_REMOVE = "tq"
    INVITE = "iv"  # arg: owner, operator, viewer
    UNINVITE = "iw"  # subject: an invitation
    SAFETY = "xs"  # subject: limit, pin, or none; arg: the value, or ask
    NOTHING = "nt"  # a pager's own number


@dataclass(frozen=True, slots=True)
class Press:
    """One press: ``verb``, ``subject`` (a short ID, an intent or a filter) and ``arg``."""

    verb: Verb
    subject: str = ""
    arg: str = ""

    def pack(self) -> str:
        """Return the callback data; raises ValueError where it would not fit or not come back."""
        packed = (
            f"{self.verb}:{self.subject}:{self.arg}"
            if self.arg
            else f"{self.verb}:{self.subject}"
            if self.subject
            else str(self.verb)
        )
        if len(packed.encode()) > MAX_BYTES or unpack(packed) != self:
            raise ValueError(f"a button cannot carry {packed[:80]!r}")
        return packed


def unpack(data: str) -> Press | None:
    """Return the press that ``data`` carries; None when it is not one of ours."""
    match = _PACKED.fullmatch(data)
    if match is None:
        return None
    try:
        verb = Verb(match["verb"])
    except ValueError:
        return None
    return Press(verb, match["subject"] or "", match["arg"] or "")


def short_id(identity: str) -> str:
    """Return ``identity`` where a button can hold it, else a digest that stands for it."""
    if _FITS.fullmatch(identity):
        return identity
    digest = hashlib.sha256(identity.encode()).digest()[:18]
    return "~" + base64.urlsafe_b64encode(digest).decode()
