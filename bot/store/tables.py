"""Every table. What must not be lost is a row before it is an act.

Columns named ``sealed`` hold encrypted bytes (:mod:`bot.store.vault`): whatever may contain
goods. Every row that belongs to a shop carries its ``shop_id``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from .types import Exact, Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _shop() -> Column[int]:
    return Column("shop_id", Integer, ForeignKey("shops.id"), nullable=False)


# Which key this file was sealed with: a mark that says nothing about the key. One row.
vault_marks = Table(
    "vault_marks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mark", LargeBinary, nullable=False),
)

# --- the shop and its people ------------------------------------------------------------

shops = Table(
    "shops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),  # Telegram's user ID
    Column("name", Text, nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default=""),
    Column("time_zone", String(64), nullable=False, server_default=""),
    Column("seen_at", Instant),
    # When a stranger was last told that this bot is not for them: at most once a day.
    Column("turned_away_at", Instant),
)

members = Table(
    "members",
    metadata,
    _shop(),
    Column("person_id", BigInteger, ForeignKey("people.person_id"), nullable=False),
    Column("role", String(16), nullable=False),
    # Made an owner by OWNER_IDS, and one for as long as they stand there.
    Column("listed", Boolean, nullable=False, server_default="0"),
    Column("since", Instant, nullable=False),
    UniqueConstraint("shop_id", "person_id"),
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False, server_default="private"),
    Column("title", Text, nullable=False, server_default=""),
    # Set while Telegram refuses us there (blocked, deleted, never started); pushes wait.
    Column("paused_at", Instant),
    Column("paused_reason", Text, nullable=False, server_default=""),
)

# Where pushes of a shop go, and to whom they belong there.
subscriptions = Table(
    "subscriptions",
    metadata,
    _shop(),
    Column("chat_id", BigInteger, ForeignKey("chats.chat_id"), nullable=False),
    Column("person_id", BigInteger, ForeignKey("people.person_id"), nullable=False),
    Column("since", Instant, nullable=False),
    UniqueConstraint("shop_id", "chat_id", "person_id"),
)

# loud, silent or off for one kind of push; no row means the default of that kind.
preferences = Table(
    "preferences",
    metadata,
    _shop(),
    Column("person_id", BigInteger, ForeignKey("people.person_id"), nullable=False),
    Column("kind", String(48), nullable=False),
    Column("loudness", String(8), nullable=False),
    UniqueConstraint("shop_id", "person_id", "kind"),
)

# How one person works with the bot; empty: as usual.
person_settings = Table(
    "person_settings",
    metadata,
    _shop(),
    Column("person_id", BigInteger, ForeignKey("people.person_id"), nullable=False),
    # Minutes of the day, by the person's clock.
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("reminds", Boolean, nullable=False, server_default="1"),
    Column("remind_after", Integer),  # minutes
    Column("digest_over", Integer),  # more news at once become one message; 0: never
    Column("goods_seconds", Integer),  # for how long shown goods stay
    # When the summary of the day before comes: minutes of the day, by the person's clock.
    Column("summary_at", Integer),  # empty: never
    Column("summary_said_at", Instant),  # the last one
    UniqueConstraint("shop_id", "person_id"),
)

# What holds for everyone in a shop.
shop_settings = Table(
    "shop_settings",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    # At or below this many a stock is low; 0: when nothing is left; below that: never.
    Column("low_stock", Integer, nullable=False),
    # Of the marketplace's amounts; empty: that of CURRENCY.
    Column("currency", String(8), nullable=False, server_default=""),
)

# What keeps a shop safe. The code that locks it is sealed: the command line shows it again.
shop_safety = Table(
    "shop_safety",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    Column("sealed_code", LargeBinary),
    Column("locked_at", Instant),
    Column("locked_by", BigInteger),  # empty: the command line
    # Whether the chats show that it is locked; a lock of the command line is shown by the bot.
    Column("emptied", Boolean, nullable=False, server_default="0"),
    # What an operator may refund in a day without an owner; empty: any amount.
    Column("refund_limit", Exact),
)

# Wrong codes of one account, whoever it is: so many in an hour, and no more.
tries = Table(
    "tries",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("what", String(16), primary_key=True),  # lock, invitation
    Column("count", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)

person_pins = Table(
    "person_pins",
    metadata,
    _shop(),
    Column("person_id", BigInteger, ForeignKey("people.person_id"), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("waits_until", Instant),  # after too many wrong ones
    Column("open_until", Instant),  # until then it is not asked for again
    UniqueConstraint("shop_id", "person_id"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("code_hash", LargeBinary, nullable=False),
    Column("role", String(16), nullable=False),
    Column("made_by", BigInteger, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

pairings = Table(
    "pairings",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    Column("code_hash", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries_left", Integer, nullable=False),
)

# --- what comes from Telegram ------------------------------------------------------------

offsets = Table(
    "offsets",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("next_update_id", BigInteger, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("person_id", BigInteger),
    Column("sealed", LargeBinary),  # empty once handled: a tombstone
    Column("received_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("handled_at", Instant),
    Column("aside_at", Instant),
    Column("error", Text, nullable=False, server_default=""),
    Index(
        "ix_inbox_waiting",
        "bot_id",
        "update_id",
        sqlite_where=text("handled_at IS NULL AND aside_at IS NULL"),
    ),
    Index("ix_inbox_handled_at", "handled_at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    _shop(),
    Column("kind", String(32), nullable=False),
    Column("subject_kind", String(16), nullable=False, server_default=""),
    Column("subject_id", String(200), nullable=False, server_default=""),
    # open, or how it ended: used, cancelled, replaced, expired. The prompt says which.
    Column("state", String(16), nullable=False),
    Column("sealed", LargeBinary),  # empty once it ended
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index(
        "ix_drafts_one_open",
        "chat_id",
        "person_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
    ),
    sqlite_autoincrement=True,
)

# A person's walk through the orders that wait, in one chat: one message that moves on.
queues = Table(
    "queues",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("order_ids", Json, nullable=False),  # the whole line, the oldest first
    Column("at", String(200), nullable=False, server_default=""),  # the order shown; empty: done
    Column("last", String(200), nullable=False, server_default=""),  # the one seen to before it
    Column("moved_at", Instant, nullable=False),
    UniqueConstraint("shop_id", "chat_id", "person_id"),
    Index("ix_queues_at", "shop_id", "at"),
    sqlite_autoincrement=True,
)

# A question to the marketplace that a person waits for: asked outside the lanes, once more
# after a crash, since reading twice does no harm.
errands = Table(
    "errands",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("kind", String(32), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("reply_to", BigInteger),
    Column("edit_message_id", BigInteger),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

# --- what changes the marketplace ----------------------------------------------------------

intents = Table(
    "intents",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("kind", String(32), nullable=False),
    Column("subject_kind", String(16), nullable=False),
    Column("subject_id", String(200), nullable=False),
    # proposed, sending, done, refused, unknown, expired
    Column("state", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("proposed_by", BigInteger, nullable=False),
    Column("source_message_id", BigInteger),  # the person's own message: the goods, the reply
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("fires_at", Instant),  # confirmed by itself then: a ticket reply's five seconds
    Column("confirmed_by", BigInteger),
    Column("confirmed_at", Instant),
    # Set just before the call: without it, a crash in `sending` is known to have sent nothing.
    Column("dispatched_at", Instant),
    Column("finished_at", Instant),
    Column("unknown_since", Instant),
    Column("next_check_at", Instant),
    Column("checks", Integer, nullable=False, server_default="0"),
    Column("unseen_since", Instant),  # when the first look that worked showed nothing of it
    Column("outcome", Json),  # what is known, in words that hold no goods
    # How far an import of several calls has come; empty for everything that is one call.
    Column("progress", Json),
    Index(
        "ix_intents_one_live",
        "shop_id",
        "subject_kind",
        "subject_id",
        unique=True,
        sqlite_where=text("state IN ('sending', 'unknown')"),
    ),
    Index("ix_intents_subject", "shop_id", "subject_kind", "subject_id", "id"),
    Index(
        "ix_intents_open",
        "state",
        "expires_at",
        sqlite_where=text("state IN ('proposed', 'sending', 'unknown')"),
    ),
    sqlite_autoincrement=True,
)

# A keyed hash of every unit that was ever delivered or is on its way; never the unit itself.
unit_hashes = Table(
    "unit_hashes",
    metadata,
    _shop(),
    Column("hash", LargeBinary, nullable=False),
    Column("order_id", String(200), nullable=False),
    # reserved, submitted, confirmed, unknown, doubtful
    Column("state", String(16), nullable=False),
    Column("intent_id", Integer, ForeignKey("intents.id")),
    # A call that may have brought it there was given up without an answer.
    Column("doubted", Boolean, nullable=False, server_default="0"),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("shop_id", "hash", "order_id"),
    Index("ix_unit_hashes_intent_id", "intent_id"),
)

# What the units of a product looked like: their shapes alone, and how many were delivered.
product_shapes = Table(
    "product_shapes",
    metadata,
    _shop(),
    Column("product_id", String(200), nullable=False),
    Column("shape", String(64), nullable=False),
    Column("units", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("shop_id", "product_id", "shape"),
)

# A keyed hash of every line that was added to a product's pool, or may have been.
stock_hashes = Table(
    "stock_hashes",
    metadata,
    _shop(),
    Column("hash", LargeBinary, nullable=False),
    Column("product_id", String(200), nullable=False),
    # It is there, or may be for all that anyone will know: no later refusal takes it out again.
    Column("kept", Boolean, nullable=False),
    Column("intent_id", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("shop_id", "hash", "product_id"),
    Index("ix_stock_hashes_intent_id", "intent_id"),
)

# The lines of a large import, those of a call a row.
stock_lines = Table(
    "stock_lines",
    metadata,
    Column("intent_id", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    _shop(),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("intent_id", "place"),
)

# Where an import of accounts came from and what one of them cost, as a person said.
stock_batches = Table(
    "stock_batches",
    metadata,
    Column("intent_id", Integer, primary_key=True, autoincrement=False),  # of the import
    _shop(),
    Column("product_id", String(200), nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("cost", Exact),
    Column("lines", Integer, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("said_by", BigInteger, nullable=False),
    Column("said_at", Instant, nullable=False),
    Index("ix_stock_batches_product", "shop_id", "product_id"),
)

# Changes of several products that were confirmed together; each is an intent of its own.
batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("kind", String(16), nullable=False),  # price, status
    # What it was asked for as: selected, pause_shop, open_shop, undo
    Column("why", String(16), nullable=False),
    # proposed, running, stopped, done, declined, expired
    Column("state", String(16), nullable=False),
    Column("reason", String(32), nullable=False, server_default=""),  # why it stopped
    Column("chat_id", BigInteger, nullable=False),
    Column("proposed_by", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("confirmed_by", BigInteger),
    Column("confirmed_at", Instant),
    Column("finished_at", Instant),
    Column("undoes", Integer),  # the batch whose changes this one takes back
    Column("undone_by", Integer),  # the batch that took this one's back
    Column("left_out", Json),  # what was asked for and is not in it: [words, why] of each
    Index("ix_batches_open", "state", sqlite_where=text("state IN ('proposed', 'running')")),
    sqlite_autoincrement=True,
)

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), nullable=False),
    Column("place", Integer, nullable=False),
    _shop(),
    Column("product_id", String(200), nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("before", String(64), nullable=False),
    Column("after", String(64), nullable=False),
    # waiting, sending, unknown, done, refused, skipped
    Column("state", String(16), nullable=False),
    Column("reason", String(32), nullable=False, server_default=""),
    Column("intent_id", Integer),
    PrimaryKeyConstraint("batch_id", "place"),
    Index("ix_batch_items_intent_id", "intent_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("at", Instant, nullable=False),
    Column("person_id", BigInteger),  # empty: the marketplace, or the bot by itself
    Column("deed", String(48), nullable=False),
    Column("subject_kind", String(16), nullable=False, server_default=""),
    Column("subject_id", String(200), nullable=False, server_default=""),
    Column("detail", Json),
    Index("ix_audit_subject", "shop_id", "subject_kind", "subject_id", "id"),
    sqlite_autoincrement=True,
)

# --- what is known of the marketplace ------------------------------------------------------

orders = Table(
    "orders",
    metadata,
    _shop(),
    Column("order_id", String(200), nullable=False),
    Column("short_id", String(40), nullable=False),  # fits into a button
    Column("order_no", String(200), nullable=False, server_default=""),
    Column("buyer_id", String(200), nullable=False, server_default=""),
    Column("product_id", String(200), nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default=""),
    Column("status", String(64), nullable=False),
    Column("payment_status", String(64), nullable=False),
    Column("total_amount", Exact),
    Column("units", Integer, nullable=False),
    Column("delivered", Integer, nullable=False),
    Column("owed", Integer, nullable=False),
    Column("waits", Boolean, nullable=False),  # a person must act: paid, owed, not finished
    Column("finished", Boolean, nullable=False),
    Column("placed_at", Instant),
    Column("delivered_at", Instant),  # when nothing was owed any more; empty where nobody knows
    Column("snapshot", Json, nullable=False),  # an allow-list of fields; never delivered_info
    Column("fingerprint", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False),  # when the newest read of it began
    UniqueConstraint("shop_id", "order_id"),
    Index("ix_orders_short_id", "shop_id", "short_id"),
    Index("ix_orders_order_no", "shop_id", "order_no"),
    Index("ix_orders_status", "shop_id", "status", "placed_at"),
    Index("ix_orders_placed_at", "shop_id", "placed_at"),
    Index("ix_orders_buyer_id", "shop_id", "buyer_id"),
    Index("ix_orders_waits", "shop_id", "placed_at", sqlite_where=text("waits = 1")),
    Index("ix_orders_open", "shop_id", "looked_at", sqlite_where=text("finished = 0")),
)

tickets = Table(
    "tickets",
    metadata,
    _shop(),
    Column("ticket_id", String(200), nullable=False),
    Column("short_id", String(40), nullable=False),
    Column("ticket_no", String(200), nullable=False, server_default=""),
    Column("order_id", String(200), nullable=False, server_default=""),
    Column("buyer_id", String(200), nullable=False, server_default=""),
    Column("status", String(64), nullable=False),
    Column("admin_invited", Boolean, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("placed_at", Instant),
    Column("sealed", LargeBinary, nullable=False),  # title and text: either may hold goods
    Column("fingerprint", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False),
    UniqueConstraint("shop_id", "ticket_id"),
    Index("ix_tickets_short_id", "shop_id", "short_id"),
    Index("ix_tickets_ticket_no", "shop_id", "ticket_no"),
    Index("ix_tickets_order_id", "shop_id", "order_id"),
    Index("ix_tickets_status", "shop_id", "status", "placed_at"),
    Index("ix_tickets_buyer_id", "shop_id", "buyer_id"),
    Index("ix_tickets_open", "shop_id", "looked_at", sqlite_where=text("finished = 0")),
)

# The API shows one text per ticket: every text that was seen is kept, so that it can be read.
ticket_texts = Table(
    "ticket_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("ticket_id", String(200), nullable=False),
    Column("author", String(16), nullable=False),  # buyer or us, as far as can be told
    Column("person_id", BigInteger),
    Column("sealed", LargeBinary, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("ix_ticket_texts_ticket_id", "shop_id", "ticket_id", "id"),
)

products = Table(
    "products",
    metadata,
    _shop(),
    Column("product_id", String(200), nullable=False),
    Column("short_id", String(40), nullable=False, server_default=""),  # fits into a button
    Column("title", Text, nullable=False, server_default=""),
    Column("status", String(64), nullable=False, server_default=""),
    Column("stock", BigInteger),
    # When our own list first showed it; empty: it is known from orders alone.
    Column("listed_at", Instant),
    Column("gone_at", Instant),  # when the list was first seen without it
    Column("snapshot", Json, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    # pool or hand, as learnt from deliveries; empty while nothing is known
    Column("delivery_mode", String(8), nullable=False, server_default=""),
    # How long the pool takes, in seconds: the slowest of late; empty while it was not seen.
    Column("pool_seconds", Integer),
    # At or below this many its stock is low; empty: as the shop's settings say.
    Column("low_at", Integer),
    # ok, low or out, as last seen while it was on sale; empty: not looked at yet.
    Column("stock_state", String(8), nullable=False, server_default=""),
    Column("first_seen_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False),
    UniqueConstraint("shop_id", "product_id"),
    Index("ix_products_short_id", "shop_id", "short_id"),
)

# What buyers paid, as the marketplace lists it.
payments = Table(
    "payments",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    # Its number; where it has none, its order and when it was made.
    Column("payment_key", String(200), primary_key=True),
    Column("payment_no", String(200), nullable=False, server_default=""),
    Column("order_id", String(200), nullable=False, server_default=""),
    Column("amount", Exact),
    Column("method", String(64), nullable=False, server_default=""),
    Column("status", String(64), nullable=False, server_default=""),
    Column("paid_at", Instant),
    Column("created_at", Instant),
    Column("placed_at", Instant),  # paid_at, or else created_at: where it stands in a list
    Column("looked_at", Instant, nullable=False),
    Index("ix_payments_order_id", "shop_id", "order_id"),
    Index("ix_payments_placed_at", "shop_id", "placed_at"),
    Index("ix_payments_payment_no", "shop_id", "payment_no"),
)

positions = Table(
    "positions",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    Column("feed", String(32), primary_key=True),  # orders, tickets, ...
    Column("body", Json, nullable=False),
)

# --- what a person was told to remember, and what they want to be told ---------------------------

# What a chat was last reminded of; it has one such message at a time.
reminders = Table(
    "reminders",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("said_at", Instant),  # empty while nothing waits
    Column("times", Integer, nullable=False, server_default="0"),  # in a row
    Column("snoozed_until", Instant),
    Column("message_id", BigInteger),
    Column("shown", String(64), nullable=False, server_default=""),  # digest of what it says
)

# The pinned line of a private chat: the message that shows it, and what it was last made to say.
pins = Table(
    "pins",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger),  # empty while it is on its way, or was deleted
    Column("line", Json, nullable=False),
    Column("asked_at", Instant, nullable=False),  # when it was last queued
    Column("looked_at", Instant),  # when Telegram last said whether it is pinned
)

# What buyers are answered with again and again.
saved_texts = Table(
    "saved_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("place", Integer, nullable=False),  # in the order that people gave them
    Column("sealed", LargeBinary, nullable=False),  # the text: it may hold goods
    Column("changed_by", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# What the shop remembers of a buyer, for itself alone.
buyers = Table(
    "buyers",
    metadata,
    Column("shop_id", Integer, ForeignKey("shops.id"), primary_key=True),
    Column("buyer_id", String(200), primary_key=True),
    Column("mark", String(8), nullable=False, server_default=""),  # watch, star, or none
    Column("sealed", LargeBinary),  # the note: it may hold goods
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", BigInteger, nullable=False),
)

# --- what goes to Telegram -----------------------------------------------------------------

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("kind", String(48), nullable=False),
    Column("subject_kind", String(16), nullable=False),
    Column("subject_id", String(200), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("done_by", BigInteger),  # who of us did it; empty: somebody else
    Column("detail", Json),
    UniqueConstraint("shop_id", "kind", "subject_id", "revision"),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop_id", Integer, ForeignKey("shops.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("action", String(16), nullable=False),  # send, edit, delete, react
    # What it shows: `said` (a finished text in `sealed`) or a subject drawn when it is sent.
    Column("view", String(16), nullable=False),
    Column("subject_kind", String(16), nullable=False, server_default=""),
    Column("subject_id", String(200), nullable=False, server_default=""),
    Column("person_id", BigInteger, nullable=False),  # for whom it is drawn
    Column("sealed", LargeBinary),
    Column(
        "urgency", Integer, nullable=False
    ),  # 0 interactive, 1 money and tickets, 2 news, 3 edits, 4 what has time
    Column("silent", Boolean, nullable=False, server_default="0"),
    Column("target_message_id", BigInteger),
    Column("reply_to", BigInteger),
    # At most one waiting message per key: a later edit of a card takes the place of an earlier.
    Column("replaces", String(120)),
    Column("state", String(16), nullable=False),  # pending, sending, sent, aside
    Column("not_before", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("message_id", BigInteger),
    Column("error", Text, nullable=False, server_default=""),
    Index(
        "ix_messages_waiting",
        "chat_id",
        "urgency",
        "id",
        sqlite_where=text("state IN ('pending', 'sending')"),
    ),
    Index(
        "ix_messages_replaces",
        "replaces",
        unique=True,
        sqlite_where=text("state = 'pending' AND replaces IS NOT NULL"),
    ),
    Index("ix_messages_sent_at", "sent_at"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    _shop(),
    Column("event_id", Integer, ForeignKey("events.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("loudness", String(8), nullable=False),  # loud, silent
    Column("state", String(16), nullable=False),  # pending, told, dropped
    Column("message_row", Integer, ForeignKey("messages.id")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("event_id", "chat_id"),
    Index("ix_notices_pending", "chat_id", "id", sqlite_where=text("state = 'pending'")),
    Index("ix_notices_message_row", "message_row"),
    sqlite_autoincrement=True,
)

cards = Table(
    "cards",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    _shop(),
    Column("subject_kind", String(16), nullable=False),  # order, ticket, intent
    Column("subject_id", String(200), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    # The intent whose confirmation stands in the card's buttons; empty: the card itself.
    Column("intent_id", Integer, ForeignKey("intents.id")),
    # Which of its sets of buttons it shows: its own, or `more`.
    Column("face", String(16), nullable=False, server_default=""),
    # The press that brings back the list in whose place the card stands; empty: it has none.
    Column("back", String(64), nullable=False, server_default=""),
    Column("live", Boolean, nullable=False),
    Column("shown", String(64), nullable=False, server_default=""),  # digest of what it shows
    Column("made_at", Instant, nullable=False),
    Index(
        "ix_cards_one_live",
        "shop_id",
        "chat_id",
        "subject_kind",
        "subject_id",
        unique=True,
        sqlite_where=text("live = 1"),
    ),
    Index("ix_cards_subject", "shop_id", "subject_kind", "subject_id"),
)
