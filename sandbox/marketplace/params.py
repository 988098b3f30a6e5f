"""A call's parameters, read as loosely as a marketplace reads them."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.marketplace.market import CENT, RefusedError
from sandbox.marketplace.pool import parse_lines

_WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")
_TRUE = frozenset(("true", "1", "yes", "on"))


def bad_field(name: str, message: str) -> RefusedError:
    """Refuse a call because of one field."""
    return RefusedError(f"{name}: {message}", fields={name: [message]})


class Params:
    """Query, body and path of one call, by name."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def raw(self, name: str) -> Any:
        """Return a value as it came; None when it is absent."""
        return self._values.get(name)

    def text(self, name: str, *, longest: int | None = None) -> str:
        """Return a text without the blanks around it; empty when it is absent."""
        value = self._values.get(name)
        text = "" if value is None else str(value).strip()
        if longest is not None and len(text) > longest:
            raise bad_field(name, f"Ensure this field has no more than {longest} characters.")
        return text

    def require(self, *names: str) -> None:
        """Raise RefusedError with one entry for each field that is absent or empty."""
        errors = {
            name: ["This field is required."]
            for name in names
            if self._values.get(name) in (None, "", [])
        }
        if errors:
            raise RefusedError(f"Missing: {', '.join(errors)}.", fields=errors)

    def whole(self, name: str) -> int | None:
        """Return a whole number of 0 or more; None when it is absent."""
        text = self.text(name)
        if not text:
            return None
        if _WHOLE.fullmatch(text) is None:
            raise bad_field(name, "A valid integer is required.")
        return int(text.partition(".")[0])

    def money(self, name: str) -> Decimal | None:
        """Return a sum with two places; None when it is absent."""
        text = self.text(name)
        if not text:
            return None
        try:
            amount = Decimal(text).quantize(CENT)
        except InvalidOperation:
            raise bad_field(name, "A valid number is required.") from None
        if not amount.is_finite() or amount < 0:
            raise bad_field(name, "Ensure this value is greater than or equal to 0.")
        return amount

    def flag(self, name: str) -> bool:
        """Return whether a flag is set, by any of its usual spellings."""
        return self.text(name).lower() in _TRUE

    def texts(self, name: str) -> list[str]:
        """Return an array of texts, sent as an array, as its JSON, or as one value."""
        value = self._values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                value = [value]
        if value is None:
            return []
        return [str(item) for item in (value if isinstance(value, list) else [value])]

    def accounts(self) -> list[tuple[str, str]]:
        """Return the units in `accounts` and `accounts_text`, in that order."""
        value = self._values.get("accounts")
        if isinstance(value, str) and value.strip():
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_field("accounts", "Not a JSON array.") from None
        accounts = [_account(item) for item in _array(value)]
        try:
            accounts += parse_lines(str(self._values.get("accounts_text") or "").splitlines())
        except ValueError as error:
            raise bad_field("accounts_text", str(error)) from None
        return accounts


def _array(value: Any) -> Sequence[Any]:
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise bad_field("accounts", "Not an array.")
    return value


def _account(item: Any) -> tuple[str, str]:
    if isinstance(item, dict):
        username, password = str(item.get("username") or ""), str(item.get("password") or "")
        if username and password:
            return username, password
    raise bad_field("accounts", "Each account needs a username and a password.")
