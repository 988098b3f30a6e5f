"""How loosely typed answers of the marketplace become exact values.

The document shows one example per operation, and its types differ from place to place
(``warranty_period_days`` is a number here and ``"2"`` there). Everything read from the
marketplace goes through these types: money never passes through float, times are aware.
"""

# ruff: noqa: TRY004 - pydantic reports a ValueError, and lets a TypeError through
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)

# A stranger's text may be a million characters; nothing we show or keep needs more than this.
MAX_TEXT = 100_000
_END = 10_000
_GAP = "\n[…]\n"
MAX_ID = 200
_MAX_DIGITS = 30
_MAX_DECIMALS = 12
_MAX_BITS = 512
# Exact in every JSON reader, and a thousand of them add up within a database's 64 bits.
_MAX_COUNT = 10**15
_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,12})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_SMALLEST = Decimal(1).scaleb(-_MAX_DECIMALS)
_WIDE = Context(prec=100)


class Wire(BaseModel):
    """A thing of the marketplace: frozen, unknown fields kept, input never shown in errors.

    A field that is not required and holds something unreadable takes its default and is named in
    ``unread``: one odd value must not hide an order.
    """

    model_config = ConfigDict(
        frozen=True, extra="allow", hide_input_in_errors=True, str_max_length=None
    )

    _unread: tuple[str, ...] = PrivateAttr(default=())

    @property
    def unread(self) -> tuple[str, ...]:
        """Names of the fields whose value could not be understood, sorted."""
        return self._unread

    @model_validator(mode="wrap")
    @classmethod
    def _without_what_is_odd(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(value)
        except ValidationError as error:
            odd = {str(each["loc"][0]) for each in error.errors(include_input=False) if each["loc"]}
            droppable = {
                name for name in odd if name in value and not cls.model_fields[name].is_required()
            }
            if not droppable or droppable != odd:
                raise
        kept = {name: each for name, each in value.items() if name not in droppable}
        thing = handler(kept)
        thing._unread = tuple(sorted(droppable))  # noqa: SLF001 - our own, on a frozen model
        return thing

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show known fields alone: nobody knows what an unknown one holds."""
        for name, value in super().__repr_args__():
            if name in type(self).model_fields:
                yield name, value


def clean(text: str) -> str:
    """Return a text that any database and file takes: no NUL, no half of a surrogate pair."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _shortened(text: str) -> str:
    """Return at most so much of a text, with a mark where something was left out of it.

    Its end stays: in a ticket that is where new words may stand.
    """
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT - _END - len(_GAP)] + _GAP + text[-_END:]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(_shortened(value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return _short(value)
    raise ValueError("expected a text")


def _short(number: float | Decimal) -> str:
    if isinstance(number, int) and number.bit_length() > _MAX_BITS:
        raise ValueError("expected a number of a sensible length")
    return str(number)


def _identity(value: Any) -> str:
    """Return an ID as text; IDs come as strings or as numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("expected an ID: a text or a whole number")
    text = (_short(value) if isinstance(value, int) else value).strip()
    if not text or len(text) > MAX_ID or not text.isprintable():
        raise ValueError("expected an ID of 1 to 200 printable characters")
    return text


def _optional_identity(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _identity(value)


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("expected an amount")
    # A float here is what a JSON number became; the client parses numbers as Decimal before this.
    text = value.strip() if isinstance(value, str) else _short(value)
    if _PLAIN.fullmatch(text):  # nearly every one
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")  # any other comma may be a decimal one: 88,01
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError("expected an amount such as 88.01") from None
    if not amount.is_finite() or amount.adjusted() > _MAX_DIGITS or len(text) > MAX_ID:
        raise ValueError("expected a finite amount")
    return _rounded(amount)


def _rounded(amount: Decimal) -> Decimal:
    """Return at most 12 decimals: more is a float's dust (0.30000000000000004), not money."""
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= _MAX_DECIMALS:
        return amount
    rounded = amount.quantize(_SMALLEST, rounding=ROUND_HALF_EVEN, context=_WIDE).normalize(_WIDE)
    return (
        rounded
        if int(rounded.as_tuple().exponent) <= 0
        else rounded.quantize(Decimal(1), context=_WIDE)
    )


def _optional_amount(value: Any) -> Decimal | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _amount(value)


def _count(value: Any) -> int | None:
    if type(value) is int and -_MAX_COUNT <= value <= _MAX_COUNT:  # not a bool
        return value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    amount = _amount(value)
    if amount != amount.to_integral_value():
        raise ValueError("expected a whole number")
    if abs(amount) > _MAX_COUNT:
        raise ValueError("expected a number of things that there can be")
    return int(amount)


def _moment(value: Any) -> datetime | None:
    """Return an aware UTC time from ISO 8601; a time without a zone is UTC, as documented."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        moment = datetime.fromisoformat(value.strip())
    else:
        raise ValueError("expected a time in ISO 8601")
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected a time between the years 1 and 9999") from None


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if isinstance(value, int | Decimal):
        return value != 0
    if isinstance(value, str):
        return value.strip().lower() in {"true", "1", "yes", "on"}
    raise ValueError("expected true or false")


def _optional_flag(value: Any) -> bool | None:
    return None if value is None else _flag(value)


def _secret(value: Any) -> SecretStr | None:
    """Return goods as they are, or a JSON value that came instead of a text as its JSON."""
    if value is None or isinstance(value, SecretStr):
        return value
    if isinstance(value, str):
        return SecretStr(clean(value))
    return SecretStr(clean(json.dumps(value, ensure_ascii=False, default=str)))


def _texts(value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (_text(value),)
    if isinstance(value, list | tuple):
        return tuple(_text(item) for item in value if isinstance(item, str | int | float | Decimal))
    raise ValueError("expected a list of texts")


Text = Annotated[str, BeforeValidator(_text)]
Identity = Annotated[str, BeforeValidator(_identity)]
OptionalIdentity = Annotated[str | None, BeforeValidator(_optional_identity)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
OptionalAmount = Annotated[Decimal | None, BeforeValidator(_optional_amount)]
Count = Annotated[int | None, BeforeValidator(_count)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Flag = Annotated[bool, BeforeValidator(_flag)]
OptionalFlag = Annotated[bool | None, BeforeValidator(_optional_flag)]
Goods = Annotated[SecretStr | None, BeforeValidator(_secret)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]


def with_id(value: Any, name: str) -> Any:
    """Return an answer's object with ``name`` taken from ``id`` where it is missing or null."""
    if isinstance(value, dict) and value.get(name) is None and value.get("id") is not None:
        return {**value, name: value["id"]}
    return value
