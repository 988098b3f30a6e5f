"""The single sentences: what the bot says that is no card, no list and no page of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from bot.model.facts import Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.press import Press, Verb

from .drawing import Pen, button, draw_sentence, outgoing, say_word
from .orders import order_button, ticket_button


class Sentence(StrEnum):
    """Every sentence that :func:`say` says; ``sentences.html`` holds their words."""

    DELIVER_PROMPT = "deliver_prompt"  # number, title="", owed=1
    REPLY_PROMPT = "reply_prompt"  # number, title=""
    RESOLVE_PROMPT = "resolve_prompt"  # number, title=""
    NEW_TICKET_PROMPT = "new_ticket_prompt"  # number, title=""
    CANCELLED = "cancelled"  # waited=True, things=(), under_way=()
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    DRAFT_EXPIRED = "draft_expired"
    PRESSED_BEFORE = "pressed_before"  # at
    PROMPT_ENDED = "prompt_ended"  # kind, state, number="", title=""
    PREVIEW_CHANGED = "preview_changed"
    ACCOUNTS_EDIT_TOO_LATE = "accounts_edit_too_late"
    ACCOUNTS_EDIT_NOT_TAKEN = "accounts_edit_not_taken"
    ACCOUNTS_LEFT_TO_OWNERS = "accounts_left_to_owners"
    EDIT_TOO_LATE = "edit_too_late"
    EDIT_TOO_LATE_GOODS = "edit_too_late_goods"
    ORDER_NOT_FOUND = "order_not_found"  # number
    TICKET_NOT_FOUND = "ticket_not_found"  # number
    NUMBER_NOT_KNOWN = "number_not_known"  # number
    PAYMENT_NOT_FOUND = "payment_not_found"  # number
    REFUND_NOT_KNOWN = "refund_not_known"  # number
    WHICH_NUMBER = "which_number"
    GOODS_NOT_SEARCHED = "goods_not_searched"
    TEXT_ONLY = "text_only"  # kind="": of the prompt or card that it came to
    FILE_NOT_TEXT = "file_not_text"
    FILE_TOO_BIG = "file_too_big"
    REPLACE_READING = "replace_reading"  # number, title=""
    REPLACE_WHICH = "replace_which"  # number, title="", count=0
    REPLACE_PROMPT = "replace_prompt"  # number, title="", place=1, count=1, masked="", origin=None
    PICK_UNIT_FIRST = "pick_unit_first"
    READING_GOODS = "reading_goods"  # number
    GOODS_NOT_SHOWN = "goods_not_shown"  # number
    NOTHING_DELIVERED = "nothing_delivered"  # number
    GOODS_PRIVATE = "goods_private"
    FILE_GONE = "file_gone"
    FILE_NOT_DECODED = "file_not_decoded"
    NO_GOODS_FOUND = "no_goods_found"
    ALL_THERE_ALREADY = "all_there_already"  # number
    TOO_MANY_UNITS = "too_many_units"  # limit
    EMPTY_REPLY = "empty_reply"
    REPLY_TOO_LONG = "reply_too_long"  # limit
    NOT_ALLOWED = "not_allowed"
    STRANGER = "stranger"
    PAIRING_FAILED = "pairing_failed"
    MARKETPLACE_AWAY = "marketplace_away"  # since=None
    MARKETPLACE_BACK = "marketplace_back"  # since=None
    READ_FAILED = "read_failed"  # since=None
    MARKETPLACE_SAYS = "marketplace_says"  # said
    UNREADABLE = "unreadable"
    THROTTLED = "throttled"
    NOT_AUTHORISED = "not_authorised"
    FORBIDDEN = "forbidden"
    FAILED_UPDATE = "failed_update"
    CHAT_PAUSED = "chat_paused"  # who
    UNKNOWN_COMMAND = "unknown_command"
    NOT_UNDERSTOOD = "not_understood"
    WHICH_ORDER = "which_order"
    WHICH_STATUS = "which_status"  # number, status, owed
    NO_STATUS_LEFT = "no_status_left"  # number
    NO_ORDER_FOR_THIS = "no_order_for_this"
    STATUS_THERE = "status_there"  # number
    TICKET_STATUS_THERE = "ticket_status_there"  # number
    OTHER_WAITS = "other_waits"  # number="", by="", doing="", wanted=""
    UNIT_IN_DOUBT = "unit_in_doubt"  # number
    UNIT_WENT_ELSEWHERE = "unit_went_elsewhere"  # number
    INTENT_GONE = "intent_gone"
    BUTTON_GONE = "button_gone"
    NOT_OWED = "not_owed"  # number
    ORDER_UNPAID = "order_unpaid"  # number
    ORDER_REFUNDED = "order_refunded"  # number
    CARD_TOO_OLD = "card_too_old"
    NOTE_TOO_LONG = "note_too_long"  # limit
    BUYER_UNKNOWN = "buyer_unknown"
    QUEUE_DONE = "queue_done"
    STOCK_PROMPT = "stock_prompt"  # title
    PRICE_PROMPT = "price_prompt"  # title, price=""
    TITLE_PROMPT = "title_prompt"  # title
    DESCRIPTION_PROMPT = "description_prompt"  # title
    PRODUCT_PROMPT_ENDED = "product_prompt_ended"  # kind, state, title=""
    WHICH_PRODUCT = "which_product"
    WHICH_CATEGORY = "which_category"
    NEW_PRODUCT_NOT_READ = "new_product_not_read"
    PRODUCT_NOT_FOUND = "product_not_found"  # number
    PRODUCT_GONE = "product_gone"  # title
    PRODUCT_BUSY = "product_busy"  # title="", by="", doing="", wanted=""
    PRODUCT_SAME = "product_same"  # title
    PRODUCT_STATUS_THERE = "product_status_there"  # title
    PRODUCT_TEXT_EMPTY = "product_text_empty"  # kind="title"
    PRODUCT_TEXT_TOO_LONG = "product_text_too_long"  # limit, kind="title"
    PRICE_NOT_READ = "price_not_read"
    NO_ACCOUNTS_FOUND = "no_accounts_found"
    TOO_MANY_LINES = "too_many_lines"  # limit
    FIRST_STOCK_NOT_READ = "first_stock_not_read"
    ACCOUNTS_WENT_BEFORE = "accounts_went_before"
    TOO_MANY_FIRST_ACCOUNTS = "too_many_first_accounts"
    LINE_WENT_ELSEWHERE = "line_went_elsewhere"
    SAVED_TEXT_GONE = "saved_text_gone"
    SAVED_TEXTS_FULL = "saved_texts_full"  # limit
    MIN_QUANTITY_PROMPT = "min_quantity_prompt"  # title
    WARRANTY_PROMPT = "warranty_prompt"  # title
    CATEGORY_PROMPT = "category_prompt"  # title
    MIN_QUANTITY_NOT_READ = "min_quantity_not_read"  # limit
    WARRANTY_NOT_READ = "warranty_not_read"  # limit
    CATEGORY_NOT_READ = "category_not_read"
    LOW_AT_PROMPT = "low_at_prompt"  # title
    LOW_AT_NOT_READ = "low_at_not_read"
    SHELF_MENU = "shelf_menu"  # about: sort, category, prices
    PRICES_NOT_TEXT = "prices_not_text"
    PRICES_NOT_READ = "prices_not_read"
    NOTHING_PICKED = "nothing_picked"
    TOO_MANY_PICKED = "too_many_picked"  # limit
    SHOP_NOT_PAUSED = "shop_not_paused"
    NOTHING_WOULD_CHANGE = "nothing_would_change"  # why
    SOURCE_PROMPT = "source_prompt"  # title
    SOURCE_PROMPT_ENDED = "source_prompt_ended"  # state
    SOURCE_NOT_READ = "source_not_read"  # limit
    COPY_PRODUCT_PROMPT = "copy_product_prompt"  # title, price=""
    PRODUCT_NOT_COPIED = "product_not_copied"  # title
    SOURCE_ID_PROMPT = "source_id_prompt"  # title
    SOURCE_URL_PROMPT = "source_url_prompt"  # title
    IN_STOCK_PROMPT = "in_stock_prompt"  # title
    SOURCE_URL_NOT_READ = "source_url_not_read"  # limit
    STOCK_NOT_READ = "stock_not_read"  # limit
    PICTURES_PROMPT = "pictures_prompt"  # title
    PICTURES_LATER = "pictures_later"
    PICTURES_CHANGED = "pictures_changed"
    PICTURE_NOT_READ = "picture_not_read"
    PICTURE_TOO_BIG = "picture_too_big"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_CUT = "picture_cut"
    PICTURE_NOT_TAKEN = "picture_not_taken"
    PICTURE_TOO_LATE = "picture_too_late"
    TOO_MANY_PICTURES = "too_many_pictures"  # limit
    FILE_IS_PICTURE = "file_is_picture"
    ZONE_NOT_READ = "zone_not_read"
    HOURS_NOT_READ = "hours_not_read"
    CURRENCY_NOT_READ = "currency_not_read"
    LOW_STOCK_NOT_READ = "low_stock_not_read"
    NOBODY_NAMED = "nobody_named"
    LIMIT_NOT_READ = "limit_not_read"
    OWNER_ASKED = "owner_asked"
    REFUND_DECLINED = "refund_declined"  # who
    PIN_NEEDED = "pin_needed"
    PIN_PRIVATE = "pin_private"
    PIN_NOT_READ = "pin_not_read"
    PIN_WRONG = "pin_wrong"
    PIN_WAITS = "pin_waits"
    TOO_MANY_INVITATIONS = "too_many_invitations"  # limit
    LAST_OWNER = "last_owner"
    LISTED_OWNER = "listed_owner"
    TEAM_PRIVATE = "team_private"
    SOMEBODY_JOINED = "somebody_joined"  # who, role
    ROLE_IS_NOW = "role_is_now"  # role
    BAD_PERIOD = "bad_period"  # first, last
    PERIOD_TO_COME = "period_to_come"  # first, last
    EXPORT_PRIVATE = "export_private"
    EXPORT_EMPTY = "export_empty"
    EXPORT_TOO_LARGE = "export_too_large"
    EXPORT_TOO_MANY_ROWS = "export_too_many_rows"
    NOTHING_TO_DRAW = "nothing_to_draw"
    CHART_FAILED = "chart_failed"
    EXPORT_FAILED = "export_failed"
    KEY_PASTED = "key_pasted"
    LOCKED = "locked"  # since=None
    UNLOCKED = "unlocked"
    LOCK_HOW = "lock_how"
    LOCK_DONE = "lock_done"
    LOCK_FAILED = "lock_failed"


def say(name: str, reader: Reader, *, now: datetime | None = None, **values: object) -> Outgoing:
    """Return the sentence ``name`` with the values its comment in :class:`Sentence` lists.

    Any sentence also takes ``order_id`` or ``ticket_id`` beside ``number``: then a button opens
    that card. Raises ValueError for an unknown name, TypeError for a value it does not take.
    """
    sentence = Sentence(name)
    pen = Pen(reader, now or datetime.now(UTC))
    order_id, ticket_id = values.pop("order_id", None), values.pop("ticket_id", None)
    draft_id = str(values.pop("draft_id", ""))
    drawn = draw_sentence(sentence, reader.language, pen=pen, **values)
    keyboard: list[tuple[Button, ...]] = []
    number = str(values.get("number", ""))
    if isinstance(order_id, str):
        keyboard.append((order_button(order_id, number, reader.language),))
    if isinstance(ticket_id, str):
        keyboard.append((ticket_button(ticket_id, number, reader.language),))
    if sentence in _PROMPTS:
        keyboard.append((_stop(reader.language, draft_id),))
    return outgoing(drawn, tuple(keyboard))


_PROMPTS = frozenset(
    {
        Sentence.DELIVER_PROMPT,
        Sentence.REPLY_PROMPT,
        Sentence.RESOLVE_PROMPT,
        Sentence.NEW_TICKET_PROMPT,
        Sentence.REPLACE_READING,
        Sentence.REPLACE_WHICH,
        Sentence.REPLACE_PROMPT,
        Sentence.STOCK_PROMPT,
        Sentence.PRICE_PROMPT,
        Sentence.TITLE_PROMPT,
        Sentence.DESCRIPTION_PROMPT,
        Sentence.SOURCE_ID_PROMPT,
        Sentence.SOURCE_URL_PROMPT,
        Sentence.IN_STOCK_PROMPT,
        Sentence.LOW_AT_PROMPT,
        Sentence.MIN_QUANTITY_PROMPT,
        Sentence.WARRANTY_PROMPT,
        Sentence.CATEGORY_PROMPT,
        Sentence.PICTURES_PROMPT,
        Sentence.SOURCE_PROMPT,
        Sentence.COPY_PRODUCT_PROMPT,
    }
)


def _stop(language: str, draft_id: str) -> Button:
    return button(say_word("labels", "cancel", language), Press(Verb.STOP, draft_id))
